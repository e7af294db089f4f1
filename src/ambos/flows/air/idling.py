"""`ambos air idling`: what vehicles emit while they wait at a port, from counted crossings and reported waits."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from ambos.air.idling import Cell, MeanWait, emitted, hours, mean_wait
from ambos.catalog.air import load_idle_rates
from ambos.catalog.twin import load_twin
from ambos.errors import BadRequest, NoData
from ambos.flows.twin.volumes import Month, Volumes
from ambos.flows.workspace import Workspace
from ambos.model.air import IdleRate
from ambos.model.costs import Idling
from ambos.model.crossing import Mode
from ambos.model.twin import LineFacts, Twin
from ambos.text import Text

#: The states of a lane whose wait is known (codes ``lane_states``).
_KNOWN = ("delay", "no_delay")
#: Kinds of vehicle, in the order in which they are told.
MODES: tuple[Mode, ...] = ("truck", "pov")
_TWIN = Text("Rates of the twin", "Tasas del gemelo")


@dataclass(frozen=True, slots=True)
class IdleMonth:
    """A month of a port and kind of vehicle.

    Attributes
    ----------
    port : str
    mode : str
    vehicle : str
        The measure of crossings.
    month : date
        Its first day.
    wait : MeanWait
    counted : Month or None
        The crossings, perhaps those of an earlier year; None if none are held.
    vehicles : int or None
    idle : Fraction or None
        Hours of idling; None where the wait or the crossings are missing.
    kilograms : mapping of set to mapping of pollutant to Fraction
        Empty where `idle` is None.
    known : date or None
        The date of knowledge of the newest report or count used; None if there is none.
    """

    port: str
    mode: Mode
    vehicle: str
    month: date
    wait: MeanWait
    counted: Month | None
    vehicles: int | None
    idle: Fraction | None
    kilograms: Mapping[Text, Mapping[str, Fraction]]
    known: date | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """A year.

    Attributes
    ----------
    year : int
    rows : tuple of IdleMonth
        By port, kind of vehicle and month.
    rates : tuple of IdleRate
        All that were used.
    less : Decimal
        Per cent by which waits were taken shorter.
    """

    year: int
    rows: tuple[IdleMonth, ...]
    rates: tuple[IdleRate, ...]
    less: Decimal


def idling(
    workspace: Workspace, *, port: str | None = None, year: int | None = None, less: Decimal = Decimal(0)
) -> Inventory:
    """Reckon the idling of a year at the region's ports.

    Parameters
    ----------
    workspace : Workspace
    port : str, optional
        By id or name; all ports of the region if not given.
    year : int, optional
        The last whole year before the last wait held, if not given.
    less : Decimal
        Per cent by which waits are taken shorter, 0 to 100.

    Raises
    ------
    UnknownName, BadRequest
        If the name means no port of the region, or `less` is not from 0 to 100.
    NoData
        If no waits are held, or none of that year.
    """
    catalog = workspace.catalog
    if not 0 <= less <= 100:
        raise BadRequest(
            detail=Text(
                "Waits can be taken shorter by 0 to 100 per cent.",
                "Las esperas se pueden acortar de 0 a 100 por ciento.",
            )
        )
    ports = list(catalog.region.ports)
    if port is not None:
        wanted = catalog.place(port)
        if wanted.id not in ports:
            raise BadRequest(
                detail=Text(
                    f"{wanted.name.en} is no port of the region.", f"{wanted.name.es} no es un puerto de la región."
                )
            )
        ports = [wanted.id]
    twin = load_twin(catalog)
    lines = _lines(workspace, twin)
    reports = _reports(workspace)
    if reports.is_empty():
        raise NoData(what=Text("waits of this region", "tiempos de espera de esta región"))
    newest: date = reports["local"].dt.date().max()  # type: ignore[assignment]  # of local times, which are not null
    told = year or (newest.year if newest.month == 12 else newest.year - 1)
    reports = reports.filter(pl.col("local").dt.year() == told)
    if reports.is_empty():
        raise NoData(what=Text(f"waits of {told}", f"tiempos de espera de {told}"))
    volumes, rates = Volumes(workspace), _rates(twin)
    rows = [
        _month(workspace, twin, p, mode, date(told, m, 1), lines.get((p, mode), []), reports, volumes, rates, less)
        for p in ports
        for mode in MODES
        for m in range(1, 13)
    ]
    used = {twin.modes[m].measure for m in MODES}
    return Inventory(told, tuple(rows), tuple(r for r in rates if r.vehicle in used), less)


_Line = tuple[str, LineFacts]


def _open_days(month: date, lines: Sequence[_Line]) -> list[date]:
    """Days of the month on whose weekday any of the lines has traffic."""
    days = [month.replace(day=d) for d in range(1, monthrange(month.year, month.month)[1] + 1)]
    return [d for d in days if any(sum(line.demand[d.isoweekday()]) > 0 for _, line in lines)]


def _lines(workspace: Workspace, twin: Twin) -> dict[tuple[str, Mode], list[_Line]]:
    """The classes of lane of each port and kind of vehicle, with the crossing where they are."""
    found: dict[tuple[str, Mode], list[_Line]] = {}
    for crossing in twin.crossings.values():
        parent = workspace.catalog.places[crossing.place].parent
        port = parent if parent in workspace.catalog.region.ports else crossing.place
        for line in crossing.lines:
            found.setdefault((port, line.mode), []).append((crossing.place, line))
    return found


def _reports(workspace: Workspace) -> pl.DataFrame:
    table = workspace.store.table("waits")
    wanted = table.filter(table.state.isin(_KNOWN)).select(
        "crossing", "mode", "lane", "observed_at", "delay_minutes", "as_of"
    )
    frame = workspace.store.frame(wanted).drop_nulls("delay_minutes")
    local = pl.col("observed_at").dt.convert_time_zone(workspace.catalog.region.zone).dt.replace_time_zone(None)
    return frame.with_columns(local.alias("local"))


def _rates(twin: Twin) -> list[IdleRate]:
    """Those of the twin, then the others of the definitions."""

    def grams(rate: Idling) -> dict[str, Decimal]:
        known = {"nox": rate.nox_g, "pm25": rate.pm25_g, "co2": rate.co2_g}
        return {k: Decimal(str(v)) for k, v in known.items() if v is not None}

    own = [
        IdleRate(
            _TWIN,
            twin.modes[r.mode].measure,
            grams(r),
            r.date,
            r.source,
            r.prior,
            tuple(Decimal(str(m)) for m in r.months),
        )
        for r in twin.rates.idling
    ]
    return [*own, *load_idle_rates()]


def _month(
    workspace: Workspace,
    twin: Twin,
    port: str,
    mode: Mode,
    month: date,
    lines: Sequence[_Line],
    reports: pl.DataFrame,
    volumes: Volumes,
    rates: Sequence[IdleRate],
    less: Decimal,
) -> IdleMonth:
    facts = twin.modes[mode]
    places = [place for place, _ in lines]
    own = reports.filter(
        pl.col("crossing").is_in(places)
        & (pl.col("mode") == facts.waits)
        & (pl.col("local").dt.month() == month.month)
        & pl.col("lane").is_in([line.lane_class for _, line in lines])
    )
    by_cell = {
        (crossing, lane, hour): (count, mean)
        for crossing, lane, hour, count, mean in own.group_by("crossing", "lane", pl.col("local").dt.hour())
        .agg(pl.len(), pl.col("delay_minutes").mean().alias("mean"))
        .iter_rows()
    }
    cells = []
    for place, line in lines:
        for hour in range(24):
            count, mean = by_cell.get((place, line.lane_class, hour), (0, None))
            cells.append(Cell(sum(day[hour] for day in line.demand.values()), count, mean))
    open_days = _open_days(month, lines)
    days = len(set(open_days) & set(own["local"].dt.date()))
    wait = mean_wait(cells, days, len(open_days))
    try:
        counted = volumes.of(port, month)
    except NoData:
        counted = None
    vehicles = counted.counts.get(facts.measure) if counted else None
    idle = None
    if wait.minutes is not None and vehicles is not None:
        idle = hours(vehicles, wait.minutes) * (1 - Fraction(less) / 100)
    kilograms = {r.set: emitted(idle, r, month.month) for r in rates if r.vehicle == facts.measure and idle is not None}
    known = max([*own["as_of"], *([counted.known] if counted else [])], default=None)
    return IdleMonth(port, mode, facts.measure, month, wait, counted, vehicles, idle, kilograms, known)
