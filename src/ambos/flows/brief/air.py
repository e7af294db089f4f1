"""The dossier's figures of the air that no series answers: limits of both countries, idling at ports, pairs of stations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ambos.briefing import DossierColumn, DossierTable
from ambos.briefing.document import Cell
from ambos.catalog.air import load_air
from ambos.flows.air.design import AVERAGES, NAMES, UNITS
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.air.idling import MODES, IdleMonth, Inventory, idling, sums
from ambos.flows.air.pair import Pairs, names, pairs
from ambos.flows.brief.answers import datum, head, ids, of_datasets
from ambos.flows.brief.figures import DossierContext
from ambos.indicators.periods import month_end
from ambos.model.air import AirLimit
from ambos.model.codes import TOTAL
from ambos.numbers import MISSING, both, day
from ambos.periods import span
from ambos.text import LANGUAGES, Text, joined

_NONE = Text.same(MISSING)
#: Columns of idling: the end of the series' id, and the unit.
_IDLING = (("vehicles", "vehicle"), ("wait", "minute"), ("hours", "vehicle_hour"), ("nox", "kg"), ("pm25", "kg"))


def _at(value: date) -> Text:
    return Text(*(day(value, language) for language in LANGUAGES))


def _by_citation(cited: Iterable[tuple[Text, Text]]) -> list[Text]:
    """Citations, each after the names of all that rests on it."""
    names: dict[Text, list[Text]] = {}
    for name, citation in cited:
        names.setdefault(citation, []).append(name)
    return [joined(own) + Text.same(": ") + citation for citation, own in names.items()]


# -- limits ---------------------------------------------------------------------------------------------------------
def limits(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """The limits of both countries in force on the day of the dossier, pollutant by pollutant.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `ambos.flows.brief.answers.head`; the title may name ``{day}``.
    """
    message, today = desk.workspace.catalog.message, desk.today()
    held = [x for x in load_air().limits if x.since <= today and (x.until is None or today <= x.until)]
    keys = dict.fromkeys(
        (p, a) for p in NAMES for a in AVERAGES if any((x.pollutant, x.average) == (p, a) for x in held)
    )
    rows: list[tuple[Cell, ...]] = []
    for pollutant, average in keys:
        cells: list[Cell] = [NAMES[pollutant] + Text.same(" · ") + AVERAGES[average]]
        for country in COUNTRIES:
            own = next((x for x in held if (x.country, x.pollutant, x.average) == (country, pollutant, average)), None)
            cells += [_limit(own), own.since if own else None]
        rows.append(tuple(cells))
    columns = [DossierColumn(message("brief.air.pollutant"))]
    for name in COUNTRIES.values():
        columns += [DossierColumn(name), DossierColumn(message("brief.air.since"))]
    notes = [message("brief.air.unconfirmed"), message("brief.air.form")]
    shared = head(
        desk,
        entry,
        known=max(x.since for x in held),
        names={},
        cited=_by_citation([(NAMES[x.pollutant] + Text.same(" · ") + AVERAGES[x.average], x.citation) for x in held]),
        notes=notes,
        values={"day": _at(today)},
    )
    return DossierTable(**shared, columns=tuple(columns), rows=tuple(rows))


def _limit(limit: AirLimit | None) -> Text:
    return Text.same(f"{limit.value} {UNITS[limit.unit]}{' *' if limit.prior else ''}") if limit else _NONE


# -- idling ---------------------------------------------------------------------------------------------------------
def last_inventory(desk: DossierContext) -> Inventory:
    """The idling of the last whole year of waits."""
    return desk.once("air.idling", lambda: idling(desk.then()))


def idling_table(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """What vehicles emit while they wait, by port and kind of vehicle: an estimate.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `ambos.flows.brief.answers.head`; the title may name ``{year}``.
    """
    inventory, catalog = last_inventory(desk), desk.workspace.catalog
    sources, _ = of_datasets(desk, ["waits", "crossings"])
    source_ids = ids(sources)
    rows: list[tuple[Cell, ...]] = []
    used: list[date] = []
    measures: dict[str, str] = {r.mode: r.vehicle for r in inventory.rows}
    ports = list(dict.fromkeys(r.port for r in inventory.rows))
    for port, mode in [*((p, m) for p in ports for m in MODES), *((TOTAL, m) for m in MODES)]:
        own = [r for r in inventory.rows if r.mode == mode and port in (r.port, TOTAL) and r.idle is not None]
        if not own:
            continue
        name = catalog.message("river.head.all") if port == TOTAL else catalog.places[port].name
        amounts = _amounts(own, inventory.rates[0].set)
        held = span(min(r.month for r in own), month_end(max(r.month for r in own)))
        known = max(r.known for r in own if r.known is not None)
        used.append(known)
        cells = [
            datum(f"air.idling.{key}", port, measures[mode], held, amounts[key], unit, known, source_ids, "E")
            for key, unit in _IDLING
        ]
        months = Text.same(f"{len({r.month for r in own})}") if port != TOTAL else _NONE
        rows.append((joined([name, catalog.name("measures", measures[mode])], " · "), months, *cells))
    message = catalog.message
    titles = {key: message(f"brief.air.idling_{key}") for key, _ in _IDLING}
    tenths = ("wait", "nox", "pm25")
    units = {key: replace(catalog.units[unit], decimals=1 if key in tenths else 0) for key, unit in _IDLING}
    columns = (
        DossierColumn(message("brief.air.port")),
        DossierColumn(message("brief.air.months")),
        *(DossierColumn(titles[key], units[key]) for key, _ in _IDLING),
    )
    codes = {f"air.idling.{key}": titles[key] for key, _ in _IDLING}
    codes |= {p: catalog.places[p].name for p in ports} | {TOTAL: message("river.head.all")}
    codes |= {v: catalog.name("measures", v) for v in measures.values()}
    shared = head(
        desk,
        entry,
        known=max(used, default=desk.today()),
        names=codes,
        sources=sources,
        cited=_by_citation(
            [
                (catalog.name("measures", r.vehicle), r.citation)
                for r in inventory.rates
                if r.set == inventory.rates[0].set
            ]
        ),
        notes=_idling_notes(desk, inventory),
        values={"year": str(inventory.year)},
    )
    return DossierTable(**shared, columns=columns, rows=tuple(rows))


def _amounts(rows: Iterable[IdleMonth], rates: Text) -> dict[str, float | None]:
    """Sum vehicles, wait in minutes, hours, and kilograms by one set of rates, over the months that are known."""
    total = sums(rows)
    amounts = {
        "wait": total.wait,
        "nox": total.kilograms.get((rates, "nox")),
        "pm25": total.kilograms.get((rates, "pm25")),
    }
    rounded = {key: None if value is None else round(value, 1) for key, value in amounts.items()}
    return {"vehicles": total.vehicles, "hours": total.hours, **rounded}  # hours are rounded once, where they are shown


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


# -- twins ----------------------------------------------------------------------------------------------------------
def twins(desk: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """The pairs of stations, what both are known to measure, and the months that have a valid twin.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `ambos.flows.brief.answers.head`, and ``known``: the day of the list of stations.
    """
    workspace = desk.then()
    message = workspace.catalog.message
    asked = {k.pair.id: pairs(workspace, pair=k.pair.id) for k in pairs(workspace).known}
    rows: list[tuple[Cell, ...]] = []
    for one in asked.values():
        for known in one.known:
            for number, (us, mx, apart, common) in enumerate(known.rows):
                months = _months(desk, one) if number == 0 else _NONE
                rows.append((known.pair.name, us.name, mx.name, names(common), both(apart, 1), months))
    columns = (
        DossierColumn(message("brief.air.pair")),
        *(DossierColumn(name) for name in COUNTRIES.values()),
        DossierColumn(message("brief.air.common")),
        DossierColumn(message("brief.air.distance")),
        DossierColumn(message("brief.air.twin_months")),
    )
    stations = {s: None for one in asked.values() for k in one.known for us, mx, *_ in k.rows for s in (us, mx)}
    notes = [message("brief.air.valid"), message("brief.air.not_proof")]
    if not any(one.comparisons for one in asked.values()):
        notes.insert(0, message("brief.air.no_hours"))
    shared = head(
        desk,
        entry,
        known=entry["known"],
        names={},
        cited=_by_citation([(s.city + Text.same(" · ") + s.name, s.citation) for s in stations]),
        notes=notes,
    )
    return DossierTable(**shared, columns=columns, rows=tuple(rows))


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
