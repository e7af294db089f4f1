"""The dossier's figures of the air that no series answers: limits of both countries, idling at ports, pairs of stations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ambos.briefing import DossierTable
from ambos.errors import NoData
from ambos.flows.air.design import NAMES
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.air.idling import Inventory, answer, idling
from ambos.flows.air.limits import limits as limits_in_force
from ambos.flows.air.pair import pair_stations
from ambos.flows.air.recent import recent
from ambos.flows.brief.answers import Basis, Row, code_of, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext
from ambos.model.answer import Answer, Cell, Column, Named, View, cell_text
from ambos.numbers import both, day
from ambos.text import LANGUAGES, Text, joined

#: Columns of idling by key: the end of the series' id, and the unit.
_IDLING = {
    "crossings": ("vehicles", "vehicle"),
    "mean_wait_minutes": ("wait", "minute"),
    "vehicle_hours": ("hours", "vehicle_hour"),
    "nox_kg": ("nox", "kg"),
    "pm25_kg": ("pm25", "kg"),
}


_DOT = Text.same(" · ")


def _words(cell: Cell) -> Text:
    """Write a cell of words or a code with its name."""
    return cell_text(cell, Column("", None))


def _by_citation(cited: Iterable[tuple[Text, Text]]) -> tuple[Text, ...]:
    """List citations, each after the names of all that rests on it."""
    names: dict[Text, dict[Text, None]] = {}
    for name, citation in cited:
        names.setdefault(citation, {})[name] = None
    return tuple(joined(own) + Text.same(": ") + citation for citation, own in names.items())


def limits(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the limits of both countries in force on the day of the dossier, ``{day}`` in the title."""
    message, today = context.workspace.catalog.message, context.today()
    answer = limits_in_force(context.workspace, day=today)
    held, labels = answer.table("limits").cells(), {"pollutant": message("brief.air.pollutant")}
    for country, name in COUNTRIES.items():
        labels |= {country: name, f"{country}_from": message("brief.air.since")}
    cited = ((_words(row["pollutant"]) + _DOT + _words(row["average"]), _words(row["citation"])) for row in held)
    return published(
        context,
        entry,
        answer.table("countries"),
        View(None, ("pollutant", "average", *list(labels)[1:]), labels=labels),
        Basis(max(d for row in held if isinstance(d := row["from"], date)), cited=_by_citation(cited)),
        heads=2,
        notes=[message("brief.air.unconfirmed"), message("brief.air.form")],
        values={"day": Text(*(day(today, language) for language in LANGUAGES))},
    )


def idling_table(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate emissions of vehicles in line, by port and kind of vehicle: an estimate; ``{year}`` in the title."""
    inventory, catalog = idling(context.then()), context.workspace.catalog
    message, ports = catalog.message, answer(inventory, catalog).table("ports")
    sources, _ = of_datasets(context, ["waits", "crossings"])
    labels = {"port": message("brief.air.port"), "months": message("brief.air.months")}
    labels |= {key: message(f"brief.air.idling_{end}") for key, (end, _) in _IDLING.items()}
    rows = ports.cells()
    known = [row["as_of"] for row in rows if isinstance(row["as_of"], date)]
    cells = [row[key] for row in ports.cells((*ports.rows, *ports.totals)) for key in ("port", "vehicle")]

    def code(row: Row, key: str) -> tuple[str, str, str, str]:
        span = f"{row['first_month']}/{row['last_month']}"
        return f"air.idling.{_IDLING[key][0]}", code_of(row["port"]), code_of(row["vehicle"]), span

    rates = [r for r in inventory.rates if r.set == inventory.rates[0].set]
    return published(
        context,
        entry,
        ports,
        View(
            None,
            ("port", "vehicle", *list(labels)[1:]),
            rows=[i for i, r in enumerate(rows) if r["as_of"]],
            labels=labels,
        ),
        Basis(
            max(known, default=context.today()),
            ids(sources),
            sources,
            _by_citation([(catalog.name("measures", r.vehicle), r.citation) for r in rates]),
            "E",
        ),
        code,
        heads=2,
        units={key.rpartition("_")[2]: catalog.units[unit] for key, (_, unit) in _IDLING.items()},
        names={str(cell.code): cell.name for cell in cells if isinstance(cell, Named)},
        notes=_idling_notes(context, inventory),
        values={"year": str(inventory.year)},
    )


def _idling_notes(context: DossierContext, inventory: Inventory) -> list[Text]:
    message = context.workspace.catalog.message
    used = [r for r in inventory.rows if r.idle is not None]
    missing = sorted({r.month for r in inventory.rows} - {r.month for r in used})
    stand_in = sorted({r.counted.month.year for r in used if r.counted and r.counted.month != r.month})
    notes = [message("brief.air.assumed"), message("brief.air.not_scaled")]
    if missing:
        notes.append(message("brief.air.missing", months=", ".join(f"{m:%Y-%m}" for m in missing)))
    if stand_in:
        notes.append(message("brief.air.stand_in", year=str(inventory.year), years=", ".join(map(str, stand_in))))
    for rate in inventory.rates:
        if rate.set == inventory.rates[0].set:
            grams = joined(
                [
                    joined([message(f"brief.air.idling_{k}"), both(v, 1)], " ")
                    for k, v in rate.grams.items()
                    if k in ("nox", "pm25")
                ]
            )
            notes.append(
                message(
                    "brief.air.rate",
                    set=rate.set,
                    vehicle=context.workspace.catalog.name("measures", rate.vehicle),
                    date=rate.date,
                    grams=grams,
                )
            )
    if any(r.prior for r in inventory.rates):
        notes.append(message("brief.air.rates"))
    return notes


def twins(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the pairs of stations of a list of the day ``known``: what both are known to measure, and the months that
    have a valid twin."""
    workspace, message = context.then(), context.workspace.catalog.message
    defined = pair_stations(workspace).table("pairs")
    answers = [pair_stations(workspace, pair=str(id)) for id in dict.fromkeys(row["pair"] for row in defined.cells())]
    labels = {
        "pair_name": message("brief.air.pair"),
        "known_on_both_sides": message("brief.air.common"),
        "distance_km": message("brief.air.distance"),
        "months": message("brief.air.twin_months"),
    }
    months = [cell for answer in answers for cell in _months(context, answer)]
    table = replace(
        defined,
        columns=(*defined.columns, Column("months", None)),
        rows=tuple((*row, cell) for row, cell in zip(defined.rows, months, strict=True)),
    )
    notes = [message("brief.air.valid"), message("brief.air.not_proof")]
    if all(len(answer.tables) == 1 for answer in answers):  # nothing is compared
        notes.insert(0, message("brief.air.no_hours"))
    cited = _by_citation(
        (_words(row[f"{side}_city"]) + _DOT + _words(row[side]), _words(row[f"{side}_citation"]))
        for row in defined.cells()
        for side in COUNTRIES
    )
    view = View(None, ("pair_name", "us", "mx", "known_on_both_sides", "distance_km", "months"), labels=labels)
    return published(context, entry, table, view, Basis(entry["known"], cited=cited), notes=notes)


def newest_readings(context: DossierContext, entry: Mapping[str, Any]) -> list[DossierTable]:
    """Tabulate the newest readings of the stations of Mexico beside both indices; nothing where none are held."""
    workspace = context.then()
    try:
        answer = recent(workspace, country="mx")
    except NoData:
        return []
    sources, known = of_datasets(context, ["air_readings"])
    table = answer.table("stations")
    basis = Basis(known or context.today(), ids(sources), sources, answer.sources, "P")
    return [published(context, entry, table, View(None, table.labelled()), basis, heads=2, notes=answer.notes)]


def _months(context: DossierContext, answer: Answer) -> Iterator[Text | None]:
    """Count, for each two stations of a pair, the months with a valid twin of those that either has, by pollutant."""
    message = context.workspace.catalog.message
    compared = [row for table in answer.tables if table.id == "comparisons" for row in table.cells()]
    for number, row in enumerate(answer.table("pairs").cells()):
        own = [
            NAMES[code_of(one["pollutant"])]
            + message("brief.air.of", good=one["months_with_valid_twin"], all=one["months"])
            for one in compared
            if (one["station_a"], one["station_b"]) == (code_of(row["us"]), code_of(row["mx"]))
        ]
        yield joined(own) if own else None if number or compared else message("brief.air.none_held")
