"""Read the definitions of a region and check that they fit together."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from ambos.catalog.catalog import PLACE_KINDS, Catalog, nearest
from ambos.catalog.load import REGION_FILES, REGION_FOLDERS
from ambos.catalog.read import Problems, table
from ambos.catalog.toml_file import Kind, TomlFile, open_csv, open_toml
from ambos.model import (
    Code,
    CodeList,
    Dataset,
    Event,
    Indicator,
    Place,
    Range,
    Region,
    Resolution,
    Series,
    Source,
    Topic,
    Unit,
)
from ambos.model.codes import NOT_APPLICABLE, TOTAL
from ambos.text import Text

#: Optional columns of a code list, beside names and foreign codes.
CODE_COLUMNS = ("short_en", "short_es", "unit", "group", "parent", "kind", "observed", "published", "surface")
#: Optional columns of places, beside names and foreign codes.
PLACE_COLUMNS = ("parent", "border", "zone", "clock", "latitude", "longitude")
#: File of each definition, by kind and id.
_Files = dict[tuple[str, str], TomlFile]
_Body = dict[str, Any]


def read_region(folder: Path, definitions: Path) -> Catalog:
    """Read all definitions for the region in a folder."""
    problems = Problems()
    files: _Files = {}

    def read(kind: str, paths: Iterable[Path], one: Callable[[TomlFile, str, _Body], Kind]) -> dict[str, Kind]:
        """Read the tables of files, each a definition of a kind, and keep which file each is in."""
        read: dict[str, Kind] = {}
        for file in (open_toml(path, problems) for path in paths):
            for key, body in file.tables().items():
                if key in read:
                    file.say((key,), f"{key} is defined twice / está definida dos veces")
                read[key] = one(file, key, body)
                files[kind, key] = file
        return read

    def both(name: str) -> list[Path]:
        """Paths of a file that is common to all regions, and of the region's, where there are such."""
        return [path for path in (definitions / name, folder / name) if path.is_file()]

    _check_files(definitions, folder, problems)
    places = _places([path for of in (definitions, folder) for path in sorted((of / "places").glob("*.csv"))], problems)
    _add_counterparts(places, folder / "counterparts.csv", problems)
    _add_cities(places, folder / "cities.csv", problems)
    shared = read(
        "warnings", [definitions / "warnings.toml"], lambda file, key, body: file.value(Text, key, body, (key,))
    )
    sources = read("sources", [definitions / "sources.toml"], _as(Source))
    if (folder / "sources.toml").is_file():
        _add_oddities(sources, open_toml(folder / "sources.toml", problems))
    file = files["region", ""] = open_toml(folder / "region.toml", problems)
    series_files = [path for of in (definitions, folder) for path in (of / "series").glob("*.toml")]
    catalog = Catalog(
        region=file.read(Region, file.tree, (), id=folder.name),
        units=read("units", [definitions / "units.toml"], _as(Unit)),
        codelists=_codelists([definitions / "codes", folder / "codes"], places, problems),
        places=places,
        sources=sources,
        datasets=read("datasets", [definitions / "datasets.toml"], _as(Dataset)),
        ranges=read("ranges", [definitions / "ranges.toml"], _range),
        series=read("series", sorted(series_files), partial(_series, shared)),
        events=read("events", both("events.toml"), _event),
        messages=_messages(open_toml(definitions / "messages.toml", problems)) | _pages(definitions / "web", problems),
        resolutions=tuple(read("resolutions", both("resolutions.toml"), _as(Resolution)).values()),
        brief=open_toml(folder / "brief.toml", problems).tree if (folder / "brief.toml").is_file() else {},
        topics=read("topics", [path for path in [folder / "topics.toml"] if path.is_file()], _as(Topic)),
        known_files=_known_files(definitions / "known_files.csv", sources, problems),
        snapshot_folder=folder / "snapshot",
    )
    _check_references(catalog, files)
    problems.refuse()
    return catalog


def _check_files(definitions: Path, folder: Path, problems: Problems) -> None:
    """Note misnamed files, folders and code lists of a region, which would not be read."""
    for path in sorted(folder.iterdir()):
        known = REGION_FILES if path.is_file() else REGION_FOLDERS
        if path.name in known or not (path.is_dir() or path.suffix in (".toml", ".csv")):
            continue
        if alike := difflib.get_close_matches(path.name, known, n=3, cutoff=0.0 if path.is_file() else 0.75):
            problems.add(path.name, f"nobody reads a file of this name / nadie lee un archivo así: {', '.join(alike)}")
    common = [path.name for path in (definitions / "codes").glob("*.csv")]
    for path in sorted((folder / "codes").glob("*.csv")):
        if path.name not in common:
            alike = difflib.get_close_matches(path.name, common, n=3, cutoff=0.0)
            problems.add(path.name, f"no code list has this name / ninguna lista se llama así: {', '.join(alike)}")


def _messages(file: TomlFile) -> dict[str, Text]:
    """Nested tables as dotted keys, down to the texts."""

    def flat(tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Text]:
        texts: dict[str, Text] = {}
        for key, value in tree.items():
            if isinstance(value, Mapping) and not {"en", "es"} & set(value):
                texts |= flat(value, (*path, key))
            else:
                texts[".".join((*path, key))] = file.value(Text, key, value, (*path, key))
        return texts

    return flat(file.tree)


def _pages(folder: Path, problems: Problems) -> dict[str, Text]:
    """The words of web pages: those of ``web/river.toml`` under ``web.river.``."""
    files = [(path.stem, open_toml(path, problems)) for path in sorted(folder.glob("*.toml"))]
    return {f"web.{name}.{key}": text for name, file in files for key, text in _messages(file).items()}


def _as(kind: Callable[..., Kind]) -> Callable[[TomlFile, str, _Body], Kind]:
    """Read a table as a definition whose id is the name of the table."""
    return lambda file, key, body: file.read(kind, body, (key,), id=key)


def _foreign(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Columns named ``code:SYSTEM`` hold foreign codes, several parted by "|"."""
    return {
        column.removeprefix("code:"): tuple(cell.split("|"))
        for column, cell in row.items()
        if column.startswith("code:") and cell
    }


def _places(paths: Iterable[Path], problems: Problems) -> dict[str, Place]:
    places: dict[str, Place] = {}
    slugs: dict[str, str] = {}
    for path in paths:
        file, rows = open_csv(path, problems, ("id", "kind", "en", "es", "slug"), PLACE_COLUMNS)
        for i, row in enumerate(rows):
            cells = {key: cell for key, cell in row.items() if key in ("id", "kind", "slug", *PLACE_COLUMNS) and cell}
            body = cells | {"name": {"en": row["en"], "es": row["es"]}}
            place = file.read(Place, body, (i,), codes=_foreign(row))
            if place.id in places:
                file.say((i,), f"place {place.id} is defined twice / está definido dos veces")
            if place.slug in slugs:
                file.say((i,), f"slug {place.slug} is also that of {slugs[place.slug]} / se repite")
            places[place.id] = place
            slugs[place.slug] = place.id
    for place in places.values():
        if place.parent and place.parent not in places:
            problems.add(place.id, f"its parent {place.parent} is not a place / su lugar superior no existe")
    return places


def _add_counterparts(places: dict[str, Place], path: Path, problems: Problems) -> None:
    """Add to ports and crossings the name of the port on the other side, where it stands, and further names of both."""
    if not path.is_file():
        return
    file, rows = open_csv(path, problems, ("place", "name", "across"), ("aliases",))
    for i, row in enumerate(rows):
        for key in ("place", "across"):
            if row[key] not in places:
                file.say((i,), f"{key} {row[key]!r} is not a place / no es un lugar")
                break
        else:
            place = places[row["place"]]
            aliases = (*place.codes.get("alias", ()), *filter(None, row.get("aliases", "").split("|")))
            places[place.id] = replace(
                place,
                counterpart=row["name"] or None,
                across=row["across"],
                codes={**place.codes, "alias": aliases} if aliases else place.codes,
            )


def _add_cities(places: dict[str, Place], path: Path, problems: Problems) -> None:
    """Add to counties and municipalities the names of their cities, by which people ask for them."""
    if not path.is_file():
        return
    file, rows = open_csv(path, problems, ("place", "cities"), ())
    for i, row in enumerate(rows):
        if row["place"] not in places:
            file.say((i,), f"place {row['place']!r} is not a place / no es un lugar")
            continue
        place = places[row["place"]]
        places[place.id] = replace(place, codes={**place.codes, "city": tuple(row["cities"].split("|"))})


def _codelists(folders: list[Path], places: Mapping[str, Place], problems: Problems) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for path in (p for folder in folders for p in sorted(folder.glob("*.csv"))):
        # a region adds codes of its own to a list that all have
        codes = dict(lists[path.stem].codes) if path.stem in lists else {}
        file, rows = open_csv(path, problems, ("id", "en", "es"), CODE_COLUMNS)
        for i, row in enumerate(rows):
            if row["id"] in codes:
                file.say((i,), f"code {row['id']} is defined twice / está definido dos veces")
            name = file.value(Text, "name", {"en": row.pop("en"), "es": row.pop("es")}, (i,))
            attributes = {k: v for k, v in row.items() if k != "id" and not k.startswith("code:")}
            codes[row["id"]] = Code(row["id"], name, _foreign(row), attributes)
        lists[path.stem] = CodeList(path.stem, codes)
    for kind in PLACE_KINDS:
        own = {p.id: Code(p.id, p.name, p.codes) for p in places.values() if p.kind == kind}
        lists[kind] = CodeList(kind, own)
    for codelist in lists.values():
        _check_foreign(codelist, problems)
    return lists


def _check_foreign(codelist: CodeList, problems: Problems) -> None:
    """A foreign code that stood for two of ours would be read as one of them, unnoticed."""
    seen: dict[tuple[str, str], str] = {}
    for code in codelist.codes.values():
        for system, foreign in ((s, f) for s, spellings in code.codes.items() for f in spellings):
            other = seen.setdefault((system, foreign), code.id)
            if other != code.id:
                problems.add(
                    codelist.id,
                    f"{system} {foreign!r} stands for {other} and for {code.id} / está repetido",
                )


@dataclass(frozen=True, slots=True)
class _Oddities:
    """Notes of a region on a source, beside those that hold in every region."""

    oddities: tuple[Text, ...]


def _add_oddities(sources: dict[str, Source], file: TomlFile) -> None:
    """Add to each source what only the region knows of it, after what is known everywhere."""
    for key, body in file.tables().items():
        more = file.read(_Oddities, body, (key,)).oddities
        if file.choice("source", key, sources, (key,)):
            sources[key] = replace(sources[key], oddities=(*sources[key].oddities, *more))


def _range(file: TomlFile, key: str, body: _Body) -> Range:
    limits = file.read(Range, body, (key,), id=key)
    if limits.high == float("inf") and not limits.most_column:
        file.say((key,), "high or most_column is missing / falta high o most_column")
    if limits.low >= limits.high:
        file.say((key, "high"), "high is not above low / high no es mayor que low")
    return limits


def _series(shared: Mapping[str, Text], file: TomlFile, key: str, body: _Body) -> Series | Indicator:
    """A series or indicator; a warning that several share is given by its name in ``warnings.toml``."""
    warnings = body.get("warnings", [])
    for i, warning in enumerate(warnings if isinstance(warnings, list) else []):
        if isinstance(warning, str):
            file.choice("warning", warning, shared, (key, "warnings", i))
            warnings[i] = shared.get(warning, Text.same("?"))
    kind: Callable[..., Series | Indicator] = Indicator if "numerator" in body else Series
    return file.read(kind, body, (key,), id=key)


def _event(file: TomlFile, key: str, body: _Body) -> Event:
    """An event; one without an end is of one day."""
    event = file.read(Event, {"end": body["start"], **body} if "start" in body else body, (key,), id=key)
    if date.min < event.end < event.start:
        file.say((key, "end"), f"end {event.end} is before start {event.start} / el fin es anterior al inicio")
    return event


def _known_files(path: Path, sources: Mapping[str, Source], problems: Problems) -> dict[str, dict[str, str]]:
    """Read what is known of files collected by hand, by sha256; there need not be such a table."""
    columns = ("file", "source", "as_of_basis", "origin", "bytes")
    rows = table(path, problems, ("sha256", "as_of"), columns) if path.is_file() else []
    for row in rows:
        try:
            date.fromisoformat(row["as_of"])
        except ValueError:
            problems.add(row[""], f"as_of: {row['as_of']!r} is not a date / no es una fecha")
        if row.get("source") not in (*sources, None):
            near = ", ".join(nearest(row["source"], sources))
            problems.add(row[""], f"source {row['source']!r} is not defined / no está definido: {near}")
    return {row["sha256"]: row for row in rows}


def _check_references(catalog: Catalog, files: _Files) -> None:
    """Everything that names something else names something that exists."""

    def known(what: str, names: Iterable[str | None], among: Iterable[str], kind: str, *path: str | int) -> None:
        file = files[kind, str(path[0]) if kind != "region" else ""]
        for name in names:
            if name and name not in among:
                near = ", ".join(nearest(name, among))
                undefined = f"{what} {name!r} is not defined / no está definido" + (f": {near}" if near else "")
                file.say(path, f"[{'.'.join(map(str, path))}]: {undefined}")

    region = catalog.region
    for key in ("members", "ports", "borders", "comparators", "counties"):
        known("place", getattr(region, key), catalog.places, "region", key)
    for dataset in catalog.datasets.values():
        known("source", dataset.sources, catalog.sources, "datasets", dataset.id, "sources")
        known("key column", [dataset.period], dataset.keys, "datasets", dataset.id, "period")
        for i, column in enumerate(dataset.columns):
            known(f"{column.id}: code list", [column.codes], catalog.codelists, "datasets", dataset.id, "columns", i)
            known(f"{column.id}: unit", [column.unit], catalog.units, "datasets", dataset.id, "columns", i)
    for unit in catalog.units.values():
        for system, other in (("metric", unit.metric), ("customary", unit.customary)):
            if other:
                known("unit", [other.unit], catalog.units, "units", unit.id, system, "unit")
    _check_ranges(catalog, known, files)
    _check_topics(catalog, known, files)
    for series in catalog.series.values():
        _check_series(catalog, series, known)
    for resolution in catalog.resolutions:
        here = ("resolutions", resolution.id)
        known("dataset", [resolution.dataset], catalog.datasets, *here, "dataset")
        if resolution.dataset in catalog.datasets:
            keys = catalog.datasets[resolution.dataset].keys
            known("key column", resolution.key, keys, *here, "key")
            known("key column", set(keys) - set(resolution.key), (), *here, "key")
            for key, code in resolution.key.items():
                codes_of = catalog.datasets[resolution.dataset].column(key).codes or "" if key in keys else ""
                if codes_of in catalog.codelists:
                    known(key, [code], catalog.codelists[codes_of].codes, *here, "key")
    codes = {code for codelist in catalog.codelists.values() for code in codelist.codes} | {
        column.id for dataset in catalog.datasets.values() for column in dataset.columns
    }
    for event in catalog.events.values():
        here = ("events", event.id)
        known("place", event.places, catalog.places, *here, "places")
        known("dataset", event.datasets, catalog.datasets, *here, "datasets")
        known("measure", event.items, codes, *here, "items")


def _check_topics(catalog: Catalog, known: Callable[..., None], files: _Files) -> None:
    """Check that topics name an existing section of the dossier, its figures, and patterns that some series matches."""
    sections = {str(part.get("id")): part for part in catalog.brief.get("section", [])}
    for topic in catalog.topics.values():
        here = ("topics", topic.id)
        known("section of brief.toml", [topic.section], sections, *here, "section")
        blocks = [str(block.get("id")) for block in sections.get(topic.section, {}).get("block", [])]
        known("figure", topic.without, blocks, *here, "without")
        for i, pattern in enumerate(topic.series):
            if not fnmatch.filter(catalog.series, pattern):
                files["topics", topic.id].say(
                    (topic.id, "series", i), f"no series is like {pattern} / ninguna serie es como {pattern}"
                )


def _check_ranges(catalog: Catalog, known: Callable[..., None], files: _Files) -> None:
    """Check that ranges name existing datasets, columns and units, and that every source number has a range."""
    reached: dict[tuple[str, str, str], set[str]] = {}
    for limits in catalog.ranges.values():
        here = ("ranges", limits.id)
        known("dataset", limits.datasets, catalog.datasets, *here, "datasets")
        known("unit", [limits.unit], catalog.units, *here, "unit")
        datasets = [catalog.datasets[d] for d in limits.datasets if d in catalog.datasets]
        columns = {c.id: c for dataset in datasets for c in dataset.columns}
        known("column", limits.columns, columns, *here, "columns")
        known("column", [limits.most_column], columns, *here, "most_column")
        known("column", limits.where, columns, *here, "where")
        for name, codes in limits.where.items():
            if name in columns:
                known(name, codes, catalog.codelists[columns[name].codes or ""].codes, *here, "where")
        if not limits.most_column and limits.since is None and len(limits.where) < 2:
            name, codes = next(iter(limits.where.items()), ("", ()))
            for dataset in datasets:
                for ranged in limits.columns:
                    reached.setdefault((dataset.id, ranged, name), set()).update(codes)
    for dataset in catalog.datasets.values():
        for i, column in enumerate(dataset.columns):
            if column.role != "value" or column.type not in ("int", "decimal"):
                continue
            keys = {key: catalog.codelists.get(dataset.column(key).codes or "") for key in dataset.keys}
            if (dataset.id, column.id, "") not in reached and not any(
                codelist and {*codelist.codes} <= reached.get((dataset.id, column.id, key), set())
                for key, codelist in keys.items()
            ):
                files["datasets", dataset.id].say(
                    (dataset.id, "columns", i), f"{column.id} has no range in ranges.toml / no tiene intervalo"
                )


def _check_series(catalog: Catalog, series: Series | Indicator, known: Callable[..., None]) -> None:
    here = ("series", series.id)
    known("unit", [series.unit], catalog.units, *here, "unit")
    if catalog.messages:  # else that is the one problem
        known("message", [f"topic.{series.topic}"], catalog.messages, *here, "topic")
    known("series", series.not_comparable_with, catalog.series, *here, "not_comparable_with")
    if isinstance(series, Series):
        known("currency", [series.currency], [unit.upper() for unit in catalog.units], *here, "currency")
    if isinstance(series, Indicator):
        known("series", [series.numerator], catalog.series, *here, "numerator")
        known("series", [series.denominator], catalog.series, *here, "denominator")
        known("place", [series.numerator_place], catalog.places, *here, "numerator_place")
        known("place", [series.denominator_place], catalog.places, *here, "denominator_place")
        return
    known("dataset", [series.dataset], catalog.datasets, *here, "dataset")
    known("kind of place", [series.place_kind], PLACE_KINDS, *here, "place_kind")
    if series.dataset not in catalog.datasets:
        return
    columns = {c.id: c for c in catalog.datasets[series.dataset].columns}
    # "port.border" is a property of the places of a column, "hs2.group" one of its codes
    known("column", [series.value], columns, *here, "value")
    known("column", [series.place], columns, *here, "place")
    known("column", (w.partition(".")[0] for w in series.where), columns, *here, "where")
    known("column", (i.partition(".")[0] for i in series.items), [*columns, "hour", "weekday"], *here, "items")
    known("place", [series.single_place], catalog.places, *here, "single_place")
    known("place", [series.total_place], catalog.places, *here, "total_place")
    known("place", series.places, catalog.places, *here, "places")
    for name in (*series.where, *series.items):
        column, _, attribute = name.partition(".")
        values = series.where.get(name, ())
        own = columns[column].codes or "" if column in columns else ""
        codelist = catalog.codelists.get(own, CodeList(own, {}))
        if attribute:
            said: dict[str, set[str]] = {}
            for code in codelist.codes.values():
                for key, value in code.attributes.items():
                    said.setdefault(key, set()).add(value)
            if own in PLACE_KINDS:
                said |= {
                    "border": {"@borders", *(p.border or "" for p in catalog.places.values())},
                    "parent": {*catalog.places},
                }
            known(f"{column}: attribute", [attribute], said, *here, "where" if name in series.where else "items")
            known(name, values, said.get(attribute, values), *here, "where")
        elif codelist.codes:
            known(name, values, {*codelist.codes, TOTAL, NOT_APPLICABLE}, *here, "where")
