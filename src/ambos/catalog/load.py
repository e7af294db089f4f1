"""Load the definitions of a region and check that they fit together."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ambos.catalog.catalog import PLACE_KINDS, Catalog, nearest
from ambos.catalog.read import Problems, day, number, table, text
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import DefinitionError, UnknownName
from ambos.model import (
    Code,
    CodeList,
    Column,
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
#: The packaged region that is meant where none is named.
DEFAULT_REGION: str = tomllib.loads((DEFINITIONS / "defaults.toml").read_text(encoding="utf-8"))["region"]


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
    folder = definitions / "regions" / region
    if not (folder / "region.toml").is_file():
        folder = Path(region)
    if not (folder / "region.toml").is_file():
        known = sorted(p.parent.name for p in (definitions / "regions").glob("*/region.toml"))
        raise UnknownName(kind=Text("region", "la región"), name=str(region), nearest=", ".join(known))
    problems = Problems()
    told_in: dict[tuple[str, str], TomlFile] = {}
    units = _units(open_toml(definitions / "units.toml", problems))
    places = _places(definitions, folder, problems)
    _check_files(definitions, folder, problems)
    codelists = _codelists([definitions / "codes", folder / "codes"], places, problems)
    sources = _sources(open_toml(definitions / "sources.toml", problems), _oddities(folder, problems))
    file = open_toml(definitions / "datasets.toml", problems)
    datasets = _datasets(file)
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
            resolutions += (others := _resolutions(file))
            told_in |= {("resolutions", resolution.id): file for resolution in others}
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
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return catalog


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


def _names(row: Mapping[str, str], problems: Problems) -> Text:
    return text({"en": row.get("en", ""), "es": row.get("es", "")}, row[""], problems)


def _foreign(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Columns named ``code:SYSTEM`` hold foreign codes, several parted by "|"."""
    return {
        column.removeprefix("code:"): tuple(cell.split("|"))
        for column, cell in row.items()
        if column.startswith("code:") and cell
    }


def _units(file: TomlFile) -> dict[str, Unit]:
    return {
        key: Unit(
            id=key,
            name=text(body.get("name"), file.at(key, "name"), file.problems),
            symbol=text(body.get("symbol"), file.at(key, "symbol"), file.problems),
            decimals=file.fields(Unit, body, (key,)).get("decimals", 0),
        )
        for key, body in file.tables().items()
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
    sources = {}
    more = region.tables() if region else {}
    for key, body in more.items():
        if region and region.choice("source", key, file.tree, (key,)):
            region.keys(body, (key,), ["oddities"])
    for key, given in file.tables().items():
        body = file.fields(Source, given, (key,))
        told = [(file, i, o) for i, o in enumerate(body.get("oddities", []))]
        told += [(region, i, o) for i, o in enumerate(more.get(key, {}).get("oddities", [])) if region]
        try:
            sources[key] = Source(
                id=key,
                agency=text(body.get("agency"), file.at(key, "agency"), file.problems),
                title=text(body.get("title"), file.at(key, "title"), file.problems),
                licence=text(body.get("licence"), file.at(key, "licence"), file.problems),
                url=body["url"],
                endpoint=body["endpoint"],
                cadence=text(body.get("cadence"), file.at(key, "cadence"), file.problems),
                lag_days=body["lag_days"],
                citation=text(body.get("citation"), file.at(key, "citation"), file.problems),
                revision_periods=body.get("revision_periods", 0),
                oddities=tuple(text(o, where.at(key, "oddities", i), file.problems) for where, i, o in told),
                key_variable=body.get("key_variable"),
                key_signup=body.get("key_signup"),
                file_names=tuple(body.get("file_names", [])),
                trust=body.get("trust", "A"),
            )
        except KeyError as error:
            file.problems.add(file.at(key), f"{error} is missing / falta")
    return sources


def _datasets(file: TomlFile) -> dict[str, Dataset]:
    datasets = {}
    for key, given in file.tables().items():
        body = file.fields(Dataset, given, (key,))
        try:
            datasets[key] = Dataset(
                id=key,
                title=text(body.get("title"), file.at(key, "title"), file.problems),
                description=text(body.get("description"), file.at(key, "description"), file.problems),
                sources=tuple(body["sources"]),
                frequency=body["frequency"],
                period=body["period"],
                columns=tuple(
                    _column(file, column, (key, "columns", i))
                    for i, column in enumerate(file.rows(body, (key,), "columns"))
                ),
                absent_percent=float(body.get("absent_percent", 0)),
                banking_days=body.get("banking_days", False),
                projected=body.get("projected", False),
            )
        except KeyError as error:
            file.problems.add(file.at(key), f"{error} is missing / falta")
    return datasets


def _column(file: TomlFile, given: Mapping[str, Any], path: tuple[str | int, ...]) -> Column:
    body = file.fields(Column, given, path, without="")
    return Column(
        id=body["id"],
        role=body["role"],
        type=body["type"],
        description=text(body.get("description"), file.at(*path), file.problems),
        codes=body.get("codes"),
        unit=body.get("unit"),
    )


def _ranges(file: TomlFile) -> dict[str, Range]:
    ranges = {}
    for key, given in file.tables().items():
        body = file.fields(Range, given, (key,))
        for wanted in ("datasets", "columns", "low"):
            if wanted not in given:
                file.say((key,), f"{wanted} is missing / falta")
        if "high" not in given and "most_column" not in given:
            file.say((key,), "high or most_column is missing / falta high o most_column")
        if body.get("low", 0) >= body.get("high", float("inf")):
            file.say((key, "high"), "high is not above low / high no es mayor que low")
        ranges[key] = Range(
            id=key,
            datasets=tuple(body.get("datasets", [])),
            columns=tuple(body.get("columns", [])),
            low=body.get("low", 0),
            why=text(body.get("why"), file.at(key, "why"), file.problems),
            high=body.get("high", float("inf")),
            most_column=body.get("most_column", ""),
            where={column: tuple(codes) for column, codes in body.get("where", {}).items()},
            since=body.get("since"),
            unit=body.get("unit", ""),
        )
    return ranges


def _warning(file: TomlFile, warning: object, shared: Mapping[str, Text], key: str, place: int) -> Text:
    """A warning written out, or the name of one that several series share (``warnings.toml``)."""
    if isinstance(warning, str):
        if warning in shared:
            return shared[warning]
        file.choice("warning", warning, shared, (key, "warnings", place))
        return Text.same("?")
    return text(warning, file.at(key, "warnings", place), file.problems)


def _series(file: TomlFile, key: str, given: Mapping[str, Any], shared: Mapping[str, Text]) -> Series | Indicator:
    kind = Indicator if "numerator" in given else Series
    body = file.fields(kind, given, (key,))
    common: dict[str, Any] = {
        "id": key,
        "topic": body.get("topic", ""),
        "title": text(body.get("title"), file.at(key, "title"), file.problems),
        "definition": text(body.get("definition"), file.at(key, "definition"), file.problems),
        "unit": body.get("unit", ""),
        "warnings": tuple(_warning(file, w, shared, key, i) for i, w in enumerate(body.get("warnings", []))),
        "not_comparable_with": tuple(body.get("not_comparable_with", [])),
    }
    if kind is Indicator:
        return Indicator(
            **common,
            numerator=body.get("numerator", ""),
            denominator=body.get("denominator", ""),
            numerator_place=body.get("numerator_place", ""),
            denominator_place=body.get("denominator_place", ""),
            scale=body.get("scale", 100),
        )
    for wanted in ("dataset", "value", "frequency", "kind", "aggregate"):
        if wanted not in given:
            file.problems.add(file.at(key), f"{wanted} is missing / falta")
    return Series(
        **common,
        dataset=body.get("dataset", ""),
        value=body.get("value", ""),
        frequency=body.get("frequency", "A"),
        kind=body.get("kind", "flow"),
        aggregate=body.get("aggregate", "sum"),
        place=body.get("place", ""),
        place_kind=body.get("place_kind", ""),
        where=_values(body.get("where", {})),
        items=tuple(body.get("items", [])),
        single_place=body.get("single_place", ""),
        currency=body.get("currency", ""),
        places=tuple(body.get("places", [])),
        minimum=body.get("minimum", 0),
        minimum_share=float(body.get("minimum_share", 0)),
        not_expected=_values(body.get("not_expected", {})),
        factor=float(body.get("factor", 1)),
    )


def _values(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Columns with the values wanted of each, one or several."""
    return {column: tuple(values) if isinstance(values, list) else (values,) for column, values in given.items()}


def _events(file: TomlFile) -> dict[str, Event]:
    events = {}
    for key, given in file.tables().items():
        body = file.fields(Event, given, (key,))
        start = day(body.get("start"), file.at(key, "start"), file.problems)
        end = body.get("end", start)
        if date.min < end < start:
            file.say((key, "end"), f"end {end} is before start {start} / el fin es anterior al inicio")
        events[key] = Event(
            id=key,
            name=text(body.get("name"), file.at(key, "name"), file.problems),
            description=text(body.get("description"), file.at(key, "description"), file.problems),
            start=start,
            end=end,
            places=tuple(body.get("places", [])),
            datasets=tuple(body.get("datasets", [])),
            source=text(body.get("source"), file.at(key, "source"), file.problems),
            items=tuple(body.get("items", [])),
            breaks=body.get("breaks", ""),
        )
    return events


def _resolutions(file: TomlFile) -> tuple[Resolution, ...]:
    resolutions = []
    for key, body in file.tables().items():
        file.keys(body, (key,), "dataset key value why source")
        resolutions.append(
            Resolution(
                id=key,
                dataset=body.get("dataset", ""),
                key={column: str(value) for column, value in body.get("key", {}).items()},
                value=str(body.get("value", "")),
                why=text(body.get("why"), file.at(key, "why"), file.problems),
                source=text(body.get("source"), file.at(key, "source"), file.problems),
            )
        )
    return tuple(resolutions)


def _region(folder: Path, file: TomlFile) -> Region:
    tree = file.fields(Region, file.tree, ())
    for wanted in ("members", "ports", "borders", "zone"):
        if wanted not in file.tree:
            file.say((), f"{wanted} is missing / falta")
    if not _is_zone(tree.get("zone", "UTC")):
        file.say(("zone",), f"zone {tree['zone']!r} is not a time zone / no es un huso horario")
    return Region(
        id=folder.name,
        name=text(tree.get("name"), file.at("name"), file.problems),
        members=tuple(tree.get("members", [])),
        ports=tuple(tree.get("ports", [])),
        borders=tuple(tree.get("borders", [])),
        comparators=tuple(tree.get("comparators", [])),
        zone=tree.get("zone", "UTC"),
        counties=tuple(tree.get("counties", [])),
        fiscal_year_start=tree.get("fiscal_year_start", 10),
    )


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
