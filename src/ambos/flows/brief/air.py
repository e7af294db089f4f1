"""The dossier's figures of the air that no series answers: limits of both countries, idling at ports, pairs of stations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from ambos.briefing import Column, Table
from ambos.briefing.document import Cell
from ambos.catalog.air import load_air
from ambos.flows.air.design import AVERAGES, NAMES, UNITS
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.air.idling import MODES, IdleMonth, Inventory, idling
from ambos.flows.air.pair import Known, Pairs, names, pairs
from ambos.flows.brief.answers import datum, head, ids, listed, of_datasets
from ambos.flows.brief.figures import Desk
from ambos.indicators.periods import month_end
from ambos.model.air import Limit
from ambos.model.codes import TOTAL
from ambos.numbers import MISSING, both, day
from ambos.periods import span
from ambos.text import LANGUAGES, Text

_NONE = Text.same(MISSING)
#: What is told of idling, in the order of the columns: the id and the unit.
_IDLING = (("vehicles", "vehicle"), ("wait", "minute"), ("hours", "vehicle_hour"), ("nox", "kg"), ("pm25", "kg"))


def _at(value: date) -> Text:
    return Text(*(day(value, language) for language in LANGUAGES))


def _by_citation(told: Iterable[tuple[Text, Text]]) -> list[Text]:
    """Citations, each after the names of all that rests on it."""
    found: dict[Text, list[Text]] = {}
    for name, citation in told:
        found.setdefault(citation, []).append(name)
    return [listed(names) + Text.same(": ") + citation for citation, names in found.items()]


# -- limits ---------------------------------------------------------------------------------------------------------
def limits(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """The limits of both countries in force on the day of the dossier, pollutant by pollutant.

    Parameters
    ----------
    desk : Desk
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
    columns = [Column(message("brief.air.pollutant"))]
    for name in COUNTRIES.values():
        columns += [Column(name), Column(message("brief.air.since"))]
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
    return Table(**shared, columns=tuple(columns), rows=tuple(rows))


def _limit(limit: Limit | None) -> Text:
    return Text.same(f"{limit.value} {UNITS[limit.unit]}{' *' if limit.prior else ''}") if limit else _NONE


# -- idling ---------------------------------------------------------------------------------------------------------
def inventory(desk: Desk) -> Inventory:
    """The idling of the last whole year of waits."""
    return desk.once("air.idling", lambda: idling(desk.then()))


def idling_table(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """What vehicles emit while they wait, by port and kind of vehicle: an estimate.

    Parameters
    ----------
    desk : Desk
    entry : mapping
        As for `ambos.flows.brief.answers.head`; the title may name ``{year}``.
    """
    found, catalog = inventory(desk), desk.workspace.catalog
    sources, _ = of_datasets(desk, ["waits", "crossings"])
    said = ids(sources)
    rows: list[tuple[Cell, ...]] = []
    used: list[date] = []
    measures: dict[str, str] = {r.mode: r.vehicle for r in found.rows}
    ports = list(dict.fromkeys(r.port for r in found.rows))
    for port, mode in [*((p, m) for p in ports for m in MODES), *((TOTAL, m) for m in MODES)]:
        own = [r for r in found.rows if r.mode == mode and port in (r.port, TOTAL) and r.idle is not None]
        if not own:
            continue
        name = catalog.message("river.head.all") if port == TOTAL else catalog.places[port].name
        amounts = _sums(own, found)
        held = span(min(r.month for r in own), month_end(max(r.month for r in own)))
        known = max(r.known for r in own if r.known is not None)
        used.append(known)
        cells = [
            datum(f"air.idling.{key}", port, measures[mode], held, amounts[key], unit, known, said, "E")
            for key, unit in _IDLING
        ]
        months = Text.same(f"{len({r.month for r in own})}") if port != TOTAL else _NONE
        rows.append((listed([name, catalog.name("measures", measures[mode])], " · "), months, *cells))
    message = catalog.message
    titles = {key: message(f"brief.air.idling_{key}") for key, _ in _IDLING}
    tenths = ("wait", "nox", "pm25")
    units = {key: replace(catalog.units[unit], decimals=1 if key in tenths else 0) for key, unit in _IDLING}
    columns = (
        Column(message("brief.air.port")),
        Column(message("brief.air.months")),
        *(Column(titles[key], units[key]) for key, _ in _IDLING),
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
            [(catalog.name("measures", r.vehicle), r.citation) for r in found.rates if r.set == found.rates[0].set]
        ),
        notes=_idling_notes(desk, found),
        values={"year": str(found.year)},
    )
    return Table(**shared, columns=columns, rows=tuple(rows))


def _sums(own: Iterable[IdleMonth], found: Inventory) -> dict[str, float | int | None]:
    """Vehicles, mean wait, hours and the kilograms of the first set of rates, over some months."""
    rows = list(own)
    vehicles = sum(r.vehicles or 0 for r in rows)
    hours = sum((r.idle or Fraction(0) for r in rows), Fraction(0))

    def kilograms(pollutant: str) -> float | None:
        first = found.rates[0].set
        held = [r.kilograms[first][pollutant] for r in rows if pollutant in r.kilograms.get(first, {})]
        return round(float(sum(held, Fraction(0))), 1) if held else None

    return {
        "vehicles": vehicles,
        "wait": round(float(hours / vehicles * 60), 1) if vehicles else None,
        "hours": float(hours),  # rounded once, where it is shown
        "nox": kilograms("nox"),
        "pm25": kilograms("pm25"),
    }


def _idling_notes(desk: Desk, found: Inventory) -> list[Text]:
    message = desk.workspace.catalog.message
    used = [r for r in found.rows if r.idle is not None]
    missing = sorted({r.month for r in found.rows} - {r.month for r in used})
    stand_in = sorted({r.counted.month.year for r in used if r.counted and r.counted.month != r.month})
    notes = [message("brief.air.assumed"), message("brief.air.not_scaled")]
    if missing:
        notes.append(message("brief.air.missing", months=", ".join(f"{m:%Y-%m}" for m in missing)))
    if stand_in:
        notes.append(message("brief.air.stand_in", year=str(found.year), years=", ".join(map(str, stand_in))))
    for rate in found.rates:
        if rate.set == found.rates[0].set:
            grams = listed(
                [
                    listed([message(f"brief.air.idling_{k}"), both(v, 1)], " ")
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
    if any(r.prior for r in found.rates):
        notes.append(message("brief.air.rates"))
    return notes


# -- twins ----------------------------------------------------------------------------------------------------------
def twins(desk: Desk, entry: Mapping[str, Any]) -> Table:
    """The pairs of stations, what both are known to measure, and the months that have a valid twin.

    Parameters
    ----------
    desk : Desk
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
                told = _months(desk, one, known) if number == 0 else _NONE
                rows.append((known.pair.name, us.name, mx.name, names(common), both(apart, 1), told))
    columns = (
        Column(message("brief.air.pair")),
        *(Column(name) for name in COUNTRIES.values()),
        Column(message("brief.air.common")),
        Column(message("brief.air.distance")),
        Column(message("brief.air.twin_months")),
    )
    stations = {s: None for one in asked.values() for k in one.known for us, mx, *_ in k.rows for s in (us, mx)}
    notes = [message("brief.air.valid"), message("brief.air.not_proof")]
    if not any(one.found for one in asked.values()):
        notes.insert(0, message("brief.air.no_hours"))
    shared = head(
        desk,
        entry,
        known=entry["known"],
        names={},
        cited=_by_citation([(s.city + Text.same(" · ") + s.name, s.citation) for s in stations]),
        notes=notes,
    )
    return Table(**shared, columns=columns, rows=tuple(rows))


def _months(desk: Desk, one: Pairs, known: Known) -> Text:
    """Months with a valid twin of those that either station has, by pollutant."""
    message = desk.workspace.catalog.message
    if not one.found:
        return message("brief.air.none_held")
    return listed(
        [
            NAMES[f.pollutant]
            + message("brief.air.of", good=both(sum(m.valid(m.both) for m in f.months)), all=both(len(f.months)))
            for f in one.found
        ]
    )
