"""The dossier's figures of the air that no series answers: limits of both countries, idling at ports, pairs of stations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ambos.briefing import DossierTable
from ambos.catalog.air import load_air
from ambos.flows.air.design import AVERAGES, NAMES, UNITS
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.air.idling import Inventory, answer, idling
from ambos.flows.air.pair import Pairs, names, pairs
from ambos.flows.brief.answers import Basis, Row, code_of, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext
from ambos.model.air import AirStation
from ambos.model.answer import Cell, Column, Named, Table, View
from ambos.numbers import MISSING, both, day
from ambos.text import LANGUAGES, Text, joined

#: Columns of idling by key: the end of the series' id, and the unit.
_IDLING = {
    "crossings": ("vehicles", "vehicle"),
    "mean_wait_minutes": ("wait", "minute"),
    "vehicle_hours": ("hours", "vehicle_hour"),
    "nox_kg": ("nox", "kg"),
    "pm25_kg": ("pm25", "kg"),
}


def _by_citation(cited: Iterable[tuple[Text, Text]]) -> tuple[Text, ...]:
    """Citations, each after the names of all that rests on it."""
    names: dict[Text, list[Text]] = {}
    for name, citation in cited:
        names.setdefault(citation, []).append(name)
    return tuple(joined(own) + Text.same(": ") + citation for citation, own in names.items())


def _judged(pollutant: str, average: str) -> Text:
    """Name what a limit is for: pollutant and mean."""
    return NAMES[pollutant] + Text.same(" · ") + AVERAGES[average]


def limits(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the limits of both countries in force on the day of the dossier, ``{day}`` in the title."""
    message, today = desk.workspace.catalog.message, desk.today()
    held = [x for x in load_air().limits if x.since <= today and (x.until is None or today <= x.until)]
    columns = [Column("name", message("brief.air.pollutant"))]
    for country, name in COUNTRIES.items():
        columns += [Column(country, name), Column(f"{country}_from", message("brief.air.since"))]
    rows: list[tuple[Cell, ...]] = []
    for pollutant, average in ((p, a) for p in NAMES for a in AVERAGES):
        cells: list[Cell] = [_judged(pollutant, average)]
        for country in COUNTRIES:
            asked = (country, pollutant, average)
            own = next((x for x in held if (x.country, x.pollutant, x.average) == asked), None)
            mark = " *" if own and own.prior else ""
            cells += [Text.same(f"{own.value} {UNITS[own.unit]}{mark}" if own else MISSING), own.since if own else None]
        if any(isinstance(cell, date) for cell in cells):
            rows.append(tuple(cells))
    table = Table("limits", None, tuple(columns), tuple(rows))
    return published(
        desk,
        entry,
        table,
        View(None, table.labelled()),
        Basis(
            max(x.since for x in held), cited=_by_citation((_judged(x.pollutant, x.average), x.citation) for x in held)
        ),
        notes=[message("brief.air.unconfirmed"), message("brief.air.form")],
        values={"day": Text(*(day(today, language) for language in LANGUAGES))},
    )


def idling_table(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate what vehicles emit while they wait, by port and kind of vehicle: an estimate; ``{year}`` in the title."""
    inventory, catalog = idling(desk.then()), desk.workspace.catalog
    message, ports = catalog.message, answer(inventory, catalog).table("ports")
    sources, _ = of_datasets(desk, ["waits", "crossings"])
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
        desk,
        entry,
        ports,
        View(
            None,
            ("port", "vehicle", *list(labels)[1:]),
            rows=[i for i, r in enumerate(rows) if r["as_of"]],
            labels=labels,
        ),
        Basis(
            max(known, default=desk.today()),
            ids(sources),
            sources,
            _by_citation([(catalog.name("measures", r.vehicle), r.citation) for r in rates]),
            "E",
        ),
        code,
        heads=2,
        units={key.rpartition("_")[2]: catalog.units[unit] for key, (_, unit) in _IDLING.items()},
        names={str(cell.code): cell.name for cell in cells if isinstance(cell, Named)},
        notes=_idling_notes(desk, inventory),
        values={"year": str(inventory.year)},
    )


def _idling_notes(desk: DossierContext, inventory: Inventory) -> list[Text]:
    message = desk.workspace.catalog.message
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
                    vehicle=desk.workspace.catalog.name("measures", rate.vehicle),
                    date=rate.date,
                    grams=grams,
                )
            )
    if any(r.prior for r in inventory.rates):
        notes.append(message("brief.air.rates"))
    return notes


def twins(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate the pairs of stations of a list of the day ``known``, what both are known to measure, and the months that
    have a valid twin."""
    workspace = desk.then()
    message = workspace.catalog.message
    asked = [pairs(workspace, pair=known.pair.id) for known in pairs(workspace).known]
    defined = [(one, known, number) for one in asked for known in one.known for number in range(len(known.rows))]
    columns = (
        Column("pair", message("brief.air.pair")),
        *(Column(country, name) for country, name in COUNTRIES.items()),
        Column("common", message("brief.air.common")),
        Column("distance", message("brief.air.distance"), 1),
        Column("months", message("brief.air.twin_months")),
    )
    rows: list[tuple[Cell, ...]] = []
    stations: dict[AirStation, None] = {}
    for one, known, number in defined:
        us, mx, apart, common = known.rows[number]
        months = Text.same(MISSING) if number else _months(desk, one)
        rows.append((known.pair.name, us.name, mx.name, names(common), apart, months))
        stations |= dict.fromkeys((us, mx))
    table = Table("twins", None, columns, tuple(rows))
    notes = [message("brief.air.valid"), message("brief.air.not_proof")]
    if not any(one.comparisons for one in asked):
        notes.insert(0, message("brief.air.no_hours"))
    cited = _by_citation([(s.city + Text.same(" · ") + s.name, s.citation) for s in stations])
    return published(desk, entry, table, View(None, table.labelled()), Basis(entry["known"], cited=cited), notes=notes)


def _months(desk: DossierContext, one: Pairs) -> Text:
    """Months with a valid twin of those that either station has, by pollutant."""
    message = desk.workspace.catalog.message
    if not one.comparisons:
        return message("brief.air.none_held")
    return joined(
        [
            NAMES[f.pollutant]
            + message("brief.air.of", good=both(sum(m.valid(m.both) for m in f.months)), all=both(len(f.months)))
            for f in one.comparisons
        ]
    )
