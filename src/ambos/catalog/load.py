"""Load the definitions of a region and check that they fit together."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ambos.catalog.catalog import PLACE_KINDS, Catalog
from ambos.catalog.read import Problems, day, number, table, tables, text, toml
from ambos.errors import DefinitionError, UnknownName
from ambos.model import (
    Code,
    CodeList,
    Column,
    Dataset,
    Event,
    Indicator,
    Place,
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
    units = _units(tables(definitions / "units.toml", problems), problems)
    places = _places(definitions, folder, problems)
    codelists = _codelists([definitions / "codes", folder / "codes"], places, problems)
    told = tables(definitions / "sources.toml", problems)
    _add_oddities(told, folder / "sources.toml", problems)
    sources = _sources(told, problems)
    datasets = _datasets(tables(definitions / "datasets.toml", problems), problems)
    shared = {
        k: text(w, f"warnings.toml [{k}]", problems) for k, w in toml(definitions / "warnings.toml", problems).items()
    }
    series: dict[str, Series | Indicator] = {}
    for path in sorted([*(definitions / "series").glob("*.toml"), *(folder / "series").glob("*.toml")]):
        for key, body in tables(path, problems).items():
            if key in series:
                problems.add(path.name, f"{key} is defined twice / está definida dos veces")
            series[key] = _series(key, body, shared, f"{path.name} [{key}]", problems)
    events: dict[str, Event] = {}
    for path in (definitions / "events.toml", folder / "events.toml"):
        if path.is_file():
            events |= _events(tables(path, problems), problems)
    brief = toml(folder / "brief.toml", problems) if (folder / "brief.toml").is_file() else {}
    known_files = {
        row["sha256"]: row
        for path in (definitions / "known_files.csv",)
        if path.is_file()
        for row in table(path, problems, ("sha256",))
    }
    catalog = Catalog(
        region=_region(folder, toml(folder / "region.toml", problems), problems),
        units=units,
        codelists=codelists,
        places=places,
        sources=sources,
        datasets=datasets,
        series=series,
        events=events,
        messages={
            key: text(body, f"messages.toml [{key}]", problems)
            for key, body in _flat(toml(definitions / "messages.toml", problems)).items()
        },
        resolutions=tuple(
            resolution
            for path in (definitions / "resolutions.toml", folder / "resolutions.toml")
            if path.is_file()
            for resolution in _resolutions(tables(path, problems), problems)
        ),
        brief=brief,
        known_files=known_files,
        snapshot_folder=folder / "snapshot",
    )
    _check_references(catalog, problems)
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return catalog


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as dotted keys, down to the texts."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and not {"en", "es"} & set(value):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _names(row: Mapping[str, str], problems: Problems) -> Text:
    return text({"en": row.get("en", ""), "es": row.get("es", "")}, row[""], problems)


def _foreign(row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Columns named ``code:SYSTEM`` hold foreign codes, several parted by "|"."""
    return {
        column.removeprefix("code:"): tuple(cell.split("|"))
        for column, cell in row.items()
        if column.startswith("code:") and cell
    }


def _units(tree: Mapping[str, Any], problems: Problems) -> dict[str, Unit]:
    return {
        key: Unit(
            id=key,
            name=text(body.get("name"), f"units.toml [{key}] name", problems),
            symbol=text(body.get("symbol"), f"units.toml [{key}] symbol", problems),
            decimals=int(body.get("decimals", 0)),
        )
        for key, body in tree.items()
    }


def _places(definitions: Path, folder: Path, problems: Problems) -> dict[str, Place]:
    places: dict[str, Place] = {}
    slugs: dict[str, str] = {}
    paths = [*sorted((definitions / "places").glob("*.csv")), *sorted((folder / "places").glob("*.csv"))]
    for path in paths:
        for row in table(path, problems, ("id", "kind", "en", "es", "slug")):
            place = Place(
                id=row["id"],
                kind=row["kind"],
                name=_names(row, problems),
                slug=row["slug"],
                parent=row.get("parent") or None,
                border=row.get("border") or None,
                codes=_foreign(row),
                zone=row.get("zone", ""),
                latitude=number(row.get("latitude", ""), row[""], problems),
                longitude=number(row.get("longitude", ""), row[""], problems),
            )
            if place.id in places:
                problems.add(row[""], f"place {place.id} is defined twice / está definido dos veces")
            if place.slug in slugs:
                problems.add(row[""], f"slug {place.slug} is also that of {slugs[place.slug]} / se repite")
            if place.kind not in PLACE_KINDS:
                problems.add(row[""], f"kind {place.kind!r} is none of {', '.join(PLACE_KINDS)}")
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
        for row in table(path, problems, ("id", "en", "es")):
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


def _add_oddities(tree: Mapping[str, dict[str, Any]], path: Path, problems: Problems) -> None:
    """What a region knows of the sources beyond what is true of them everywhere."""
    if not path.is_file():
        return
    for key, body in tables(path, problems).items():
        if key in tree and set(body) == {"oddities"}:
            tree[key]["oddities"] = [*tree[key].get("oddities", []), *body["oddities"]]
        else:
            problems.add(
                f"{path.name} [{key}]",
                "only oddities of a known source are wanted / solo se esperan rarezas de una fuente conocida",
            )


def _sources(tree: Mapping[str, Any], problems: Problems) -> dict[str, Source]:
    sources = {}
    for key, body in tree.items():
        where = f"sources.toml [{key}]"
        try:
            sources[key] = Source(
                id=key,
                agency=text(body.get("agency"), f"{where} agency", problems),
                title=text(body.get("title"), f"{where} title", problems),
                licence=text(body.get("licence"), f"{where} licence", problems),
                url=body["url"],
                endpoint=body["endpoint"],
                cadence=text(body.get("cadence"), f"{where} cadence", problems),
                lag_days=body["lag_days"],
                citation=text(body.get("citation"), f"{where} citation", problems),
                revision_periods=body.get("revision_periods", 0),
                oddities=tuple(text(o, f"{where} oddities", problems) for o in body.get("oddities", [])),
                key_variable=body.get("key_variable"),
                key_signup=body.get("key_signup"),
                file_names=tuple(body.get("file_names", [])),
                trust=body.get("trust", "A"),
            )
        except KeyError as error:
            problems.add(where, f"{error} is missing / falta")
    return sources


def _datasets(tree: Mapping[str, Any], problems: Problems) -> dict[str, Dataset]:
    datasets = {}
    for key, body in tree.items():
        where = f"datasets.toml [{key}]"
        try:
            columns = tuple(
                Column(
                    id=c["id"],
                    role=c["role"],
                    type=c["type"],
                    description=text(c.get("description"), f"{where} {c['id']}", problems),
                    codes=c.get("codes"),
                    unit=c.get("unit"),
                )
                for c in body["columns"]
            )
            datasets[key] = Dataset(
                id=key,
                title=text(body.get("title"), f"{where} title", problems),
                description=text(body.get("description"), f"{where} description", problems),
                sources=tuple(body["sources"]),
                frequency=body["frequency"],
                period=body["period"],
                columns=columns,
            )
        except KeyError as error:
            problems.add(where, f"{error} is missing / falta")
    return datasets


def _warning(warning: object, shared: Mapping[str, Text], where: str, problems: Problems) -> Text:
    """A warning written out, or the name of one that several series share (``warnings.toml``)."""
    if isinstance(warning, str):
        if warning in shared:
            return shared[warning]
        problems.add(where, f"warning {warning!r} is not defined / no está definida")
        return Text.same("?")
    return text(warning, f"{where} warnings", problems)


def _series(
    key: str, body: Mapping[str, Any], shared: Mapping[str, Text], where: str, problems: Problems
) -> Series | Indicator:
    common: dict[str, Any] = {
        "id": key,
        "topic": body.get("topic", ""),
        "title": text(body.get("title"), f"{where} title", problems),
        "definition": text(body.get("definition"), f"{where} definition", problems),
        "unit": body.get("unit", ""),
        "warnings": tuple(_warning(w, shared, where, problems) for w in body.get("warnings", [])),
        "not_comparable_with": tuple(body.get("not_comparable_with", [])),
    }
    if "numerator" in body:
        return Indicator(
            **common,
            numerator=body["numerator"],
            denominator=body.get("denominator", ""),
            numerator_place=body.get("numerator_place", ""),
            denominator_place=body.get("denominator_place", ""),
            scale=body.get("scale", 100),
        )
    for wanted in ("dataset", "value", "frequency", "kind", "aggregate"):
        if wanted not in body:
            problems.add(where, f"{wanted} is missing / falta")
    return Series(
        **common,
        dataset=body.get("dataset", ""),
        value=body.get("value", ""),
        frequency=body.get("frequency", "A"),
        kind=body.get("kind", "flow"),
        aggregate=body.get("aggregate", "sum"),
        place=body.get("place", ""),
        place_kind=body.get("place_kind", ""),
        where={k: tuple(v) if isinstance(v, list) else (v,) for k, v in body.get("where", {}).items()},
        items=tuple(body.get("items", [])),
        single_place=body.get("single_place", ""),
        currency=body.get("currency", ""),
        places=tuple(body.get("places", [])),
        minimum=body.get("minimum", 0),
        factor=float(body.get("factor", 1)),
    )


def _events(tree: Mapping[str, Any], problems: Problems) -> dict[str, Event]:
    return {
        key: Event(
            id=key,
            name=text(body.get("name"), f"events.toml [{key}] name", problems),
            description=text(body.get("description"), f"events.toml [{key}] description", problems),
            start=day(body.get("start"), f"events.toml [{key}] start", problems),
            end=day(body.get("end", body.get("start")), f"events.toml [{key}] end", problems),
            places=tuple(body.get("places", [])),
            datasets=tuple(body.get("datasets", [])),
            source=text(body.get("source"), f"events.toml [{key}] source", problems),
            items=tuple(body.get("items", [])),
            breaks=body.get("breaks", False),
        )
        for key, body in tree.items()
    }


def _resolutions(tree: Mapping[str, Any], problems: Problems) -> tuple[Resolution, ...]:
    return tuple(
        Resolution(
            id=key,
            dataset=body.get("dataset", ""),
            key={column: str(value) for column, value in body.get("key", {}).items()},
            value=str(body.get("value", "")),
            why=text(body.get("why"), f"resolutions.toml [{key}] why", problems),
            source=text(body.get("source"), f"resolutions.toml [{key}] source", problems),
        )
        for key, body in tree.items()
    )


def _region(folder: Path, tree: Mapping[str, Any], problems: Problems) -> Region:
    for wanted in ("members", "ports", "borders", "zone"):
        if wanted not in tree:
            problems.add("region.toml", f"{wanted} is missing / falta")
    return Region(
        id=folder.name,
        name=text(tree.get("name"), "region.toml name", problems),
        members=tuple(tree.get("members", [])),
        ports=tuple(tree.get("ports", [])),
        borders=tuple(tree.get("borders", [])),
        comparators=tuple(tree.get("comparators", [])),
        zone=tree.get("zone", "UTC"),
        counties=tuple(tree.get("counties", [])),
        fiscal_year_start=tree.get("fiscal_year_start", 10),
    )


def _check_references(catalog: Catalog, problems: Problems) -> None:
    """Everything that names something else names something that exists."""

    def known(where: str, what: str, names: object, among: object) -> None:
        for name in names:  # type: ignore[attr-defined]
            if name and name not in among:  # type: ignore[operator]
                problems.add(where, f"{what} {name!r} is not defined / no está definido")

    region = catalog.region
    known(
        "region.toml",
        "place",
        (*region.members, *region.ports, *region.borders, *region.comparators, *region.counties),
        catalog.places,
    )
    for dataset in catalog.datasets.values():
        known(f"datasets.toml [{dataset.id}]", "source", dataset.sources, catalog.sources)
        for column in dataset.columns:
            known(f"datasets.toml [{dataset.id}] {column.id}", "code list", [column.codes], catalog.codelists)
            known(f"datasets.toml [{dataset.id}] {column.id}", "unit", [column.unit], catalog.units)
    for series in catalog.series.values():
        where = f"series [{series.id}]"
        known(where, "unit", [series.unit], catalog.units)
        if catalog.messages:  # else that is the one problem
            known(where, "message", [f"topic.{series.topic}"], catalog.messages)
        known(where, "series", series.not_comparable_with, catalog.series)
        if isinstance(series, Indicator):
            known(where, "series", (series.numerator, series.denominator), catalog.series)
            known(where, "place", (series.numerator_place, series.denominator_place), catalog.places)
            continue
        if series.dataset not in catalog.datasets:
            problems.add(where, f"dataset {series.dataset!r} is not defined / no está definido")
            continue
        columns = {c.id: c for c in catalog.datasets[series.dataset].columns}
        # "port.border" is what the places of a column say of themselves, "hs2.group" the same for codes
        known(
            where,
            "column",
            (series.value, series.place, *(w.partition(".")[0] for w in series.where)),
            columns,
        )
        known(where, "column", (i.partition(".")[0] for i in series.items), {*columns, "hour", "weekday"})
        known(where, "place", (series.single_place, *series.places), catalog.places)
        for name in (*series.where, *series.items):
            column_name, _, attribute = name.partition(".")
            if attribute and column_name in columns:
                own = columns[column_name].codes or ""
                codelist = catalog.codelists.get(own, CodeList(own, {}))
                said = {a for code in codelist.codes.values() for a in code.attributes}
                known(
                    where,
                    f"{column_name}: attribute",
                    [attribute],
                    said | {"border", "parent"} if own in PLACE_KINDS else said,
                )
        for name, values in series.where.items():
            codes = columns[name].codes or "" if name in columns else ""
            if codes in catalog.codelists:
                allowed = {*catalog.codelists[codes].codes, TOTAL, NOT_APPLICABLE}
                known(where, f"{name}", values, allowed)
    for resolution in catalog.resolutions:
        where = f"resolutions.toml [{resolution.id}]"
        known(where, "dataset", [resolution.dataset], catalog.datasets)
        if resolution.dataset in catalog.datasets:
            wanted = set(catalog.datasets[resolution.dataset].keys)
            known(where, "key column", wanted ^ set(resolution.key), ())
    for event in catalog.events.values():
        known(f"events [{event.id}]", "place", event.places, catalog.places)
        known(f"events [{event.id}]", "dataset", event.datasets, catalog.datasets)
        known(
            f"events [{event.id}]",
            "measure",
            event.items,
            {code for codelist in catalog.codelists.values() for code in codelist.codes}
            | {column.id for dataset in catalog.datasets.values() for column in dataset.columns},
        )
