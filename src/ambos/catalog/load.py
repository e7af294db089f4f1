"""Load the definitions of a region and check that they fit together."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ambos.catalog.catalog import PLACE_KINDS, Catalog, nearest
from ambos.catalog.read import Problems, number, table, text
from ambos.catalog.toml_file import Kind, TomlFile, open_toml
from ambos.errors import UnknownName
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
    Unit,
)
from ambos.model.codes import NOT_APPLICABLE, TOTAL
from ambos.text import Text

#: The definitions that are packaged with the program.
DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"
#: Optional columns of a code list, beside names and foreign codes.
CODE_COLUMNS = ("short_en", "short_es", "unit", "group", "parent", "kind", "observed", "published", "surface")
#: The tables and folders that a region may have; others of its folders are its own affair.
REGION_FILES = (
    *("region.toml", "brief.toml", "events.toml", "sources.toml", "resolutions.toml"),
    *("air.toml", "plant.toml", "twin.toml", "twin_archive.csv", "twin_assumed.csv"),
)
REGION_FOLDERS = ("codes", "places", "series", "snapshot")
#: Maximum characters shown of a name of no region.
_NAME_SHOWN = 200
_DEFAULTS = tomllib.loads((DEFINITIONS / "defaults.toml").read_text(encoding="utf-8"))
#: The packaged region that is meant where none is named.
DEFAULT_REGION: str = _DEFAULTS["region"]
#: A figure more than this many times that of the year before has no growth in percent.
MOST_TIMES: int = _DEFAULTS["most_times"]


def load(region: str | Path = DEFAULT_REGION, definitions: Path = DEFINITIONS) -> Catalog:
    """Read all definitions for one region.

    Parameters
    ----------
    region : str or Path
        The name of a packaged region, or the folder of one's own.
    definitions : Path
        Where the definitions common to all regions are.

    Returns
    -------
    Catalog

    Raises
    ------
    UnknownName
        If there is no such region.
    DefinitionError
        With every problem found.
    """
    folder = next(filter(_is_region, (definitions / "regions" / region, Path(region))), None)
    if folder is None:
        known = sorted(p.parent.name for p in (definitions / "regions").glob("*/region.toml"))
        name = str(region) if len(str(region)) <= _NAME_SHOWN else f"{str(region)[:_NAME_SHOWN]}…"
        raise UnknownName(kind=Text("region", "la región"), name=name, nearest=", ".join(known))
    problems = Problems()
    told_in: dict[tuple[str, str], TomlFile] = {}
    units = _read_all(open_toml(definitions / "units.toml", problems), Unit)
    places = _places(definitions, folder, problems)
    _check_files(definitions, folder, problems)
    codelists = _codelists([definitions / "codes", folder / "codes"], places, problems)
    sources = _sources(open_toml(definitions / "sources.toml", problems), _oddities(folder, problems))
    file = open_toml(definitions / "datasets.toml", problems)
    datasets = _read_all(file, Dataset)
    told_in |= {("datasets", key): file for key in datasets}
    file = open_toml(definitions / "ranges.toml", problems)
    ranges = _ranges(file)
    told_in |= {("ranges", key): file for key in ranges}
    told = open_toml(definitions / "warnings.toml", problems)
    shared = {key: text(body, told.at(key), problems) for key, body in told.tables().items()}
    series: dict[str, Series | Indicator] = {}
    for path in sorted([*(definitions / "series").glob("*.toml"), *(folder / "series").glob("*.toml")]):
        file = open_toml(path, problems)
        for key, body in file.tables().items():
            if key in series:
                file.say((key,), f"{key} is defined twice / está definida dos veces")
            series[key] = _series(file, key, body, shared)
            told_in["series", key] = file
    events: dict[str, Event] = {}
    for path in (definitions / "events.toml", folder / "events.toml"):
        if path.is_file():
            file = open_toml(path, problems)
            events |= (more := _events(file))
            told_in |= {("events", key): file for key in more}
    resolutions: list[Resolution] = []
    for path in (definitions / "resolutions.toml", folder / "resolutions.toml"):
        if path.is_file():
            file = open_toml(path, problems)
            resolutions += (others := _resolutions(file)).values()
            told_in |= {("resolutions", key): file for key in others}
    plan = folder / "brief.toml"
    known_files = {
        row["sha256"]: row
        for path in (definitions / "known_files.csv",)
        if path.is_file()
        for row in table(path, problems, ("sha256", "as_of"), ("file", "source", "as_of_basis", "origin", "bytes"))
    }
    for row in known_files.values():
        try:
            date.fromisoformat(row["as_of"])
        except ValueError:
            problems.add(row[""], f"as_of: {row['as_of']!r} is not a date / no es una fecha")
        if row.get("source") not in (*sources, None):
            near = ", ".join(nearest(row["source"], sources))
            problems.add(row[""], f"source {row['source']!r} is not defined / no está definido: {near}")
    file = open_toml(folder / "region.toml", problems)
    told_in["region", ""] = file
    catalog = Catalog(
        region=_region(folder, file),
        units=units,
        codelists=codelists,
        places=places,
        sources=sources,
        datasets=datasets,
        ranges=ranges,
        series=series,
        events=events,
        messages=_messages(open_toml(definitions / "messages.toml", problems)),
        resolutions=tuple(resolutions),
        brief=open_toml(plan, problems).tree if plan.is_file() else {},
        known_files=known_files,
        snapshot_folder=folder / "snapshot",
    )
    _check_references(catalog, told_in)
    problems.refuse()
    return catalog


def _is_region(folder: Path) -> bool:
    """Whether a folder holds a region; a name that no folder can have, as one too long, is none."""
    try:
        return (folder / "region.toml").is_file()
    except (OSError, ValueError):
        return False


def _check_files(definitions: Path, folder: Path, problems: Problems) -> None:
    """Note misnamed files, folders and code lists of a region, which would not be read."""
    for path in sorted(folder.iterdir()):
        known = REGION_FILES if path.is_file() else REGION_FOLDERS
        alike = difflib.get_close_matches(path.name, known, n=3, cutoff=0.0 if path.is_file() else 0.75)
        if path.name not in known and alike and (path.is_dir() or path.suffix in (".toml", ".csv")):
            problems.add(path.name, f"nobody reads a file of this name / nadie lee un archivo así: {', '.join(alike)}")
    common = [path.name for path in (definitions / "codes").glob("*.csv")]
    for path in sorted((folder / "codes").glob("*.csv")):
        if path.name not in common:
            alike = difflib.get_close_matches(path.name, common, n=3, cutoff=0.0)
            problems.add(path.name, f"no code list has this name / ninguna lista se llama así: {', '.join(alike)}")


def _messages(file: TomlFile) -> dict[str, Text]:
    """Nested tables as dotted keys, down to the texts."""

    def flat(tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Text]:
        found: dict[str, Text] = {}
        for key, value in tree.items():
            if isinstance(value, Mapping) and not {"en", "es"} & set(value):
                found |= flat(value, (*path, key))
            else:
                found[".".join((*path, key))] = text(value, file.at(*path, key), file.problems)
        return found

    return flat(file.tree)


def _read_all(file: TomlFile, kind: type[Kind]) -> dict[str, Kind]:
    """The tables at the top of a file, each read as a definition whose id is the name of its table."""
    return {key: file.read(kind, body, (key,), id=key) for key, body in file.tables().items()}


def _names(row: Mapping[str, str], problems: Problems) -> Text:
    return text({"en": row.get("en", ""), "es": row.get("es", "")}, row[""], problems)


def _foreign(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Columns named ``code:SYSTEM`` hold foreign codes, several parted by "|"."""
    return {
        column.removeprefix("code:"): tuple(cell.split("|"))
        for column, cell in row.items()
        if column.startswith("code:") and cell
    }


def _places(definitions: Path, folder: Path, problems: Problems) -> dict[str, Place]:
    places: dict[str, Place] = {}
    slugs: dict[str, str] = {}
    paths = [*sorted((definitions / "places").glob("*.csv")), *sorted((folder / "places").glob("*.csv"))]
    for path in paths:
        for row in table(
            path,
            problems,
            ("id", "kind", "en", "es", "slug"),
            ("parent", "border", "zone", "clock", "latitude", "longitude"),
        ):
            place = Place(
                id=row["id"],
                kind=row["kind"],
                name=_names(row, problems),
                slug=row["slug"],
                parent=row.get("parent") or None,
                border=row.get("border") or None,
                codes=_foreign(row),
                zone=row.get("zone", ""),
                clock=row.get("clock", ""),
                latitude=number(row.get("latitude", ""), row[""], problems),
                longitude=number(row.get("longitude", ""), row[""], problems),
            )
            if place.id in places:
                problems.add(row[""], f"place {place.id} is defined twice / está definido dos veces")
            if place.slug in slugs:
                problems.add(row[""], f"slug {place.slug} is also that of {slugs[place.slug]} / se repite")
            if place.kind not in PLACE_KINDS:
                problems.add(
                    row[""],
                    f"kind {place.kind!r} is none of / no es ninguno de {', '.join(PLACE_KINDS)}; nearest / más parecido: "
                    f"{nearest(place.kind, PLACE_KINDS, 1)[0]}",
                )
            for zone in filter(None, (place.zone, place.clock)):
                if not _is_zone(zone):
                    problems.add(row[""], f"zone {zone!r} is not a time zone / no es un huso horario")
            places[place.id] = place
            slugs[place.slug] = place.id
    for place in places.values():
        if place.parent and place.parent not in places:
            problems.add(place.id, f"its parent {place.parent} is not a place / su lugar superior no existe")
    return places


def _codelists(folders: list[Path], places: Mapping[str, Place], problems: Problems) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for path in (p for folder in folders for p in sorted(folder.glob("*.csv"))):
        # a region adds codes of its own to a list that all have
        codes = dict(lists[path.stem].codes) if path.stem in lists else {}
        for row in table(path, problems, ("id", "en", "es"), CODE_COLUMNS):
            if row["id"] in codes:
                problems.add(row[""], f"code {row['id']} is defined twice / está definido dos veces")
            attributes = {
                k: v for k, v in row.items() if k and k not in {"id", "en", "es"} and not k.startswith("code:")
            }
            codes[row["id"]] = Code(row["id"], _names(row, problems), _foreign(row), attributes)
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


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _oddities(folder: Path, problems: Problems) -> TomlFile | None:
    """What a region knows of the sources beyond what is true of them everywhere."""
    path = folder / "sources.toml"
    return open_toml(path, problems) if path.is_file() else None


def _sources(file: TomlFile, region: TomlFile | None) -> dict[str, Source]:
    """Sources, each with the oddities that only the region knows after those known everywhere."""
    sources = _read_all(file, Source)
    for key, body in (region.tables() if region else {}).items():
        if region and region.choice("source", key, sources, (key,)):
            region.keys(body, (key,), ["oddities"])
            more = region.value(tuple[Text, ...], "oddities", body.get("oddities", []), (key, "oddities"))
            sources[key] = replace(sources[key], oddities=(*sources[key].oddities, *more))
    return sources


def _ranges(file: TomlFile) -> dict[str, Range]:
    ranges = _read_all(file, Range)
    for key, limits in ranges.items():
        if limits.high == float("inf") and not limits.most_column:
            file.say((key,), "high or most_column is missing / falta high o most_column")
        if limits.low >= limits.high:
            file.say((key, "high"), "high is not above low / high no es mayor que low")
    return ranges


def _series(file: TomlFile, key: str, body: Mapping[str, Any], shared: Mapping[str, Text]) -> Series | Indicator:
    """A series or indicator; a warning that several share is given by its name in ``warnings.toml``."""
    warnings = body.get("warnings", [])
    for i, warning in enumerate(warnings if isinstance(warnings, list) else []):
        if isinstance(warning, str):
            file.choice("warning", warning, shared, (key, "warnings", i))
            warnings[i] = shared.get(warning, Text.same("?"))
    kind: Callable[..., Series | Indicator] = Indicator if "numerator" in body else Series
    return file.read(kind, body, (key,), id=key)


def _events(file: TomlFile) -> dict[str, Event]:
    """Events; one without an end is of one day."""
    events = {}
    for key, body in file.tables().items():
        event = file.read(Event, {"end": body["start"], **body} if "start" in body else body, (key,), id=key)
        if date.min < event.end < event.start:
            file.say((key, "end"), f"end {event.end} is before start {event.start} / el fin es anterior al inicio")
        events[key] = event
    return events


def _resolutions(file: TomlFile) -> dict[str, Resolution]:
    """Resolutions; codes, values and days may be written without quotes."""
    resolutions = {}
    for key, body in file.tables().items():
        written = {k: _unquoted(v) if k == "value" else v for k, v in body.items()}
        if isinstance(body.get("key"), dict):
            written["key"] = {column: _unquoted(value) for column, value in body["key"].items()}
        resolutions[key] = file.read(Resolution, written, (key,), id=key)
    return resolutions


def _unquoted(value: object) -> object:
    """The text of a number or a day; anything else as it is."""
    return str(value) if isinstance(value, int | float | date) else value


def _region(folder: Path, file: TomlFile) -> Region:
    region = file.read(Region, file.tree, (), id=folder.name)
    if region.zone and not _is_zone(region.zone):
        file.say(("zone",), f"zone {region.zone!r} is not a time zone / no es un huso horario")
    return region


def _check_references(catalog: Catalog, told_in: Mapping[tuple[str, str], TomlFile]) -> None:
    """Everything that names something else names something that exists."""

    def known(what: str, names: Iterable[str | None], among: Iterable[str], kind: str, *path: str | int) -> None:
        file = told_in[kind, str(path[0]) if kind != "region" else ""]
        for name in names:
            if name and name not in among:
                near = ", ".join(nearest(name, among))
                file.problems.add(
                    file.at(*path), f"{what} {name!r} is not defined / no está definido" + (f": {near}" if near else "")
                )

    region = catalog.region
    for key in ("members", "ports", "borders", "comparators", "counties"):
        known("place", getattr(region, key), catalog.places, "region", key)
    for dataset in catalog.datasets.values():
        known("source", dataset.sources, catalog.sources, "datasets", dataset.id, "sources")
        known("key column", [dataset.period], dataset.keys, "datasets", dataset.id, "period")
        for i, column in enumerate(dataset.columns):
            known(f"{column.id}: code list", [column.codes], catalog.codelists, "datasets", dataset.id, "columns", i)
            known(f"{column.id}: unit", [column.unit], catalog.units, "datasets", dataset.id, "columns", i)
    _check_ranges(catalog, known, told_in)
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


def _check_ranges(catalog: Catalog, known: Callable[..., None], told_in: Mapping[tuple[str, str], TomlFile]) -> None:
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
                told_in["datasets", dataset.id].say(
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
