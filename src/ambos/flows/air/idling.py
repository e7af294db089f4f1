"""`ambos air idling`: what vehicles emit while they wait at a port, from counted crossings and reported waits."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from ambos.air.idling import Cell as WaitCell
from ambos.air.idling import MeanWait, emitted, hours, mean_wait
from ambos.catalog import Catalog
from ambos.catalog.air import load_idle_rates
from ambos.catalog.twin import load_twin
from ambos.errors import NoData, bad_request
from ambos.flows.twin.volumes import MonthlyCrossings, Volumes
from ambos.flows.workspace import Workspace
from ambos.model.air import IdleRate
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View, data_table
from ambos.model.codes import TOTAL
from ambos.model.costs import Idling
from ambos.model.crossing import Mode
from ambos.model.twin import LineFacts, Twin
from ambos.numbers import both, period
from ambos.periods import plus_months
from ambos.text import Text, joined, lowered

#: The states of a lane whose wait is known (codes ``lane_states``).
_KNOWN = ("delay", "no_delay")
#: Kinds of vehicle, in their order in tables.
MODES: tuple[Mode, ...] = ("truck", "pov")
_TWIN = Text("Rates of the twin", "Tasas del gemelo")
_POLLUTANTS = {
    "nox": Text.same("NOx"),
    "pm25": Text.same("PM2.5"),
    "pm": Text.same("PM"),
    "co2": Text.same("CO2"),
    "co": Text.same("CO"),
    "hc": Text("hydrocarbons", "hidrocarburos"),
}
#: Pollutants that people see; JSON and CSV have all.
_SHOWN = ("nox", "pm25", "pm")
_IDLE = Text("Vehicle-hours", "Horas-vehículo")
_ALL = Text("All of these", "Todos ellos")
_NO_MONTH = Text("No month can be told", "No se puede calcular ningún mes")
_VEHICLES = {
    "trucks": Text("trucks", "camiones de carga"),
    "personal_vehicles": Text("personal vehicles", "vehículos particulares"),
}
_NOTES = (
    Text(
        "Vehicles × mean wait × idle rate. Assumption: the engine runs through all of the wait that CBP's officers report for primary inspection (their estimate, mostly by eye); northbound only; no moving up in line, no time at inspection, no buses (no wait is reported for them).",
        "Vehículos × espera media × tasa en ralentí. Supuesto: el motor funciona durante toda la espera que reportan los oficiales de CBP para la inspección primaria (su estimación, casi siempre a simple vista); solo hacia el norte; sin avance en la fila, sin tiempo de inspección, sin autobuses (no se reporta su espera).",
    ),
    Text(
        "The mean wait is that of each class of lane and hour of the day, weighted by its share of the port's traffic as the twin estimates it from the same archive of waits and lanes; the crossings themselves are counted by port only.",
        "La espera media es la de cada clase de carril y hora del día, ponderada por su parte del tránsito del puerto según la estima el gemelo con el mismo archivo de esperas y carriles; los cruces solo se cuentan por puerto.",
    ),
    Text(
        "A month is missing, not 0, unless three quarters of its days and of the traffic have reports and crossings are held. Sums are of the months held and are not scaled up to a year. A dash: not known.",
        "Un mes falta, no es 0, salvo que tres cuartas partes de sus días y del tránsito tengan reportes y se tengan los cruces. Las sumas son de los meses con dato y no se extrapolan al año. Guion: no se conoce.",
    ),
)


@dataclass(frozen=True, slots=True)
class IdleMonth:
    """A month of a port and kind of vehicle."""

    port: str
    mode: Mode
    vehicle: str  #: The measure of crossings.
    month: date  #: Its first day.
    wait: MeanWait
    counted: MonthlyCrossings | None  #: The crossings, perhaps those of an earlier year; None if none are held.
    vehicles: int | None
    idle: Fraction | None  #: Hours of idling; None where the wait or the crossings are missing.
    kilograms: Mapping[Text, Mapping[str, Fraction]]  #: Empty where `idle` is None.
    known: date | None  #: The date of knowledge of the newest report or count used; None if there is none.


@dataclass(frozen=True, slots=True)
class Inventory:
    """A year."""

    year: int
    rows: tuple[IdleMonth, ...]  #: By port, kind of vehicle and month.
    rates: tuple[IdleRate, ...]  #: All that were used.
    less: Decimal  #: Per cent by which waits were taken shorter.


#: A set of rates and a pollutant.
Rated = tuple[Text, str]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over months of which the idling is known."""

    months: int
    vehicles: int | None
    hours: float | None  #: Vehicle-hours; None without a month.
    wait: float | None  #: Minutes per vehicle; None without vehicles.
    kilograms: Mapping[Rated, float]  #: By set of rates and pollutant, without those that are not known.


def sums(rows: Iterable[IdleMonth]) -> Sums:
    """Add up the months of which the idling is known."""
    held = [r for r in rows if r.idle is not None]
    if not held:
        return Sums(0, None, None, None, {})
    vehicles = sum(r.vehicles or 0 for r in held)
    hours = sum((r.idle for r in held if r.idle is not None), Fraction(0))
    kilograms: dict[Rated, Fraction] = {}
    for row in held:
        for name, emitted_by in row.kilograms.items():
            for pollutant, amount in emitted_by.items():
                kilograms[name, pollutant] = kilograms.get((name, pollutant), Fraction(0)) + amount
    wait = float(hours * 60 / vehicles) if vehicles else None
    return Sums(len(held), vehicles, float(hours), wait, {k: float(v) for k, v in kilograms.items()})


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
        raise bad_request(
            "Waits can be taken shorter by 0 to 100 per cent.",
            "Las esperas se pueden acortar de 0 a 100 por ciento.",
        )
    ports = list(catalog.region.ports)
    if port is not None:
        wanted = catalog.place(port)
        if wanted.id not in ports:
            raise bad_request(
                f"{wanted.name.en} is no port of the region.", f"{wanted.name.es} no es un puerto de la región."
            )
        ports = [wanted.id]
    twin = load_twin(catalog)
    lines = _lines(workspace, twin)
    reports = _reports(workspace)
    if reports.is_empty():
        raise NoData(what=Text("waits of this region", "tiempos de espera de esta región"))
    newest: date = reports["local"].dt.date().max()  # type: ignore[assignment]  # of local times, which are not null
    chosen = year or (newest.year if newest.month == 12 else newest.year - 1)
    reports = reports.filter(pl.col("local").dt.year() == chosen)
    if reports.is_empty():
        raise NoData(what=Text(f"waits of {chosen}", f"tiempos de espera de {chosen}"))
    by_month = reports.with_columns(month=pl.col("local").dt.month()).partition_by("mode", "month", as_dict=True)
    none = reports.clear()
    volumes, rates = Volumes(workspace), _rates(twin)
    rows = [
        _month(
            twin,
            p,
            mode,
            date(chosen, m, 1),
            lines.get((p, mode), []),
            by_month.get((twin.modes[mode].waits, m), none),
            volumes,
            rates,
            less,
        )
        for p in ports
        for mode in MODES
        for m in range(1, 13)
    ]
    used = {twin.modes[m].measure for m in MODES}
    return Inventory(chosen, tuple(rows), tuple(r for r in rates if r.vehicle in used), less)


_Line = tuple[str, LineFacts]


def _open_days(month: date, lines: Sequence[_Line]) -> list[date]:
    """Days of the month on whose weekday any of the lines has traffic."""
    days = [month.replace(day=d) for d in range(1, monthrange(month.year, month.month)[1] + 1)]
    return [d for d in days if any(sum(line.demand[d.isoweekday()]) > 0 for _, line in lines)]


def _lines(workspace: Workspace, twin: Twin) -> dict[tuple[str, Mode], list[_Line]]:
    """The classes of lane of each port and kind of vehicle, with the crossing where they are."""
    lines: dict[tuple[str, Mode], list[_Line]] = {}
    for crossing in twin.crossings.values():
        parent = workspace.catalog.places[crossing.place].parent
        port = parent if parent in workspace.catalog.region.ports else crossing.place
        for line in crossing.lines:
            lines.setdefault((port, line.mode), []).append((crossing.place, line))
    return lines


def _reports(workspace: Workspace) -> pl.DataFrame:
    table = workspace.store.table("waits")
    wanted = table.filter(table.state.isin(_KNOWN)).select(
        "crossing", "mode", "lane", "observed_at", "delay_minutes", "as_of"
    )
    frame = workspace.store.frame(wanted).drop_nulls("delay_minutes")
    local = pl.col("observed_at").dt.convert_time_zone(workspace.catalog.region.zone).dt.replace_time_zone(None)
    return frame.with_columns(local.alias("local"))


def _rates(twin: Twin) -> list[IdleRate]:
    """List the rates of the twin, then the others of the definitions."""

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
    """Reckon a month of a port and kind of vehicle from the reports of that kind in that month."""
    facts = twin.modes[mode]
    places = [place for place, _ in lines]
    own = reports.filter(pl.col("crossing").is_in(places), pl.col("lane").is_in([line.lane_class for _, line in lines]))
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
            cells.append(WaitCell(sum(day[hour] for day in line.demand.values()), count, mean))
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


def idle(
    workspace: Workspace, *, port: str | None = None, year: int | None = None, less: Decimal = Decimal(0)
) -> Answer:
    """Give the idling of a year by port and kind of vehicle, its months, and the rates.

    Parameters
    ----------
    workspace, port, year, less
        As for `idling`, with its errors.

    Returns
    -------
    Answer
        As `answer` gives it.
    """
    return answer(idling(workspace, port=port, year=year, less=less), workspace.catalog)


def answer(inventory: Inventory, catalog: Catalog) -> Answer:
    """Tabulate an inventory.

    Returns
    -------
    Answer
        Tables ``ports``, ``months`` (which people see of a single port) and ``rates``. Kilograms of the first set of rates
        are in columns such as ``nox_kg``, those of the second in ``nox_kg_2``.
    """
    sets = list(dict.fromkeys(r.set for r in inventory.rates))
    rated = list(dict.fromkeys((r.set, p) for r in inventory.rates for p in r.grams))
    marks = {s: "*" * i for i, s in enumerate(sets)}
    columns = [
        Column(
            _key(sets, one),
            _POLLUTANTS[one[1]] + Text.same(f"{marks[one[0]]}, kg") if one[1] in _SHOWN else None,
            1,
        )
        for one in rated
    ]
    others = joined((Text.same(f"{marks[s]} ") + s for s in sets[1:]), "; ")
    title = Text(
        "Idling at ports of entry, {year} ({others})", "Ralentí en los puertos fronterizos, {year} ({others})"
    ).format(year=inventory.year, others=others)
    rates = (
        (Named(1 + sets.index(r.set), r.set), r.vehicle, p, grams, r.months, r.date, r.citation, not r.prior)
        for r in inventory.rates
        for p, grams in r.grams.items()
    )
    keys = ("set", "vehicle", "pollutant", "grams_per_hour", "month_multipliers", "date", "citation", "confirmed")
    return Answer(
        "air.idling",
        title,
        (
            _ports(title, inventory, rated, columns, catalog),
            _months(inventory, rated, columns, catalog),
            data_table("rates", Text("Rates", "Tasas"), keys, rates),
        ),
        {"year": inventory.year, "waits_shorter_percent": inventory.less},
        tuple(_notes(inventory, catalog)),
    )


def _key(sets: list[Text], rated: Rated) -> str:
    number = 1 + sets.index(rated[0])
    return f"{rated[1]}_kg" if number == 1 else f"{rated[1]}_kg_{number}"


def _named(catalog: Catalog, row: IdleMonth) -> tuple[Named, Named]:
    """Name the port and the kind of vehicle."""
    return Named(row.port, catalog.places[row.port].name), Named(row.vehicle, catalog.name("measures", row.vehicle))


def _ports(
    title: Text, inventory: Inventory, rated: Sequence[Rated], kilograms: Sequence[Column], catalog: Catalog
) -> Table:
    """Tabulate the year by port and kind of vehicle, in the end all ports."""
    groups: dict[tuple[str, str], list[IdleMonth]] = {}
    for row in inventory.rows:
        groups.setdefault((row.port, row.mode), []).append(row)

    def cells(names: tuple[Named, Named], own: Sequence[IdleMonth], due: int | None) -> tuple[Cell, ...]:
        total = sums(own)
        months = Text(f"{total.months} of {due}", f"{total.months} de {due}")
        return (
            *names,
            None if due is None else Shown(total.months, months),
            due,
            *_span(own),
            *(total.vehicles, total.wait, total.hours),
            *(total.kilograms.get(one) for one in rated),
        )

    totals = []
    for mode in MODES if len(groups) > len(MODES) else ():
        own = [r for r in inventory.rows if r.mode == mode and r.idle is not None]
        if own:
            totals.append(cells((Named(TOTAL, _ALL), _named(catalog, own[0])[1]), own, None))
    columns = (
        Column("port", Text("Port", "Puerto")),
        Column("vehicle", Text("Vehicles", "Vehículos")),
        Column("months", Text("Months", "Meses")),
        *(Column(key, None) for key in ("months_due", "first_month", "last_month", "as_of")),
        Column("crossings", Text("Crossings", "Cruces")),
        Column("mean_wait_minutes", Text("Mean wait, min", "Espera media, min"), 1),
        Column("vehicle_hours", _IDLE),
        *kilograms,
    )
    rows = tuple(cells(_named(catalog, own[0]), own, len(own)) for own in groups.values())
    return Table("ports", title, columns, rows, tuple(totals))


def _span(rows: Iterable[IdleMonth]) -> tuple[str | None, str | None, date | None]:
    """The first and the last month of which the idling is known, and from when it is."""
    held = [r for r in rows if r.idle is not None]
    months, known = [f"{r.month:%Y-%m}" for r in held], [r.known for r in held if r.known is not None]
    return min(months, default=None), max(months, default=None), max(known, default=None)


def _months(inventory: Inventory, rated: Sequence[Rated], kilograms: Sequence[Column], catalog: Catalog) -> Table:
    """Tabulate the months; people see a table for each kind of vehicle, of a single port only."""
    columns = (
        Column("port", Text("Port", "Puerto")),
        Column("vehicle", Text("Vehicles", "Vehículos")),
        Column("month", Text("Month", "Mes")),
        Column("crossings_of", Text("Crossings of", "Cruces de"), side="left"),
        Column("crossings", Text("Crossings", "Cruces")),
        Column("mean_wait_minutes", Text("Mean wait, min", "Espera media, min"), 1),
        Column("mean_of_reports_minutes", Text("Mean of reports, min", "Media de reportes, min"), 1),
        Column("reports", Text("Reports", "Reportes")),
        Column("days_with_reports", Text("Days", "Días")),
        Column("days_due", None),
        Column("traffic_covered", Text("Traffic covered, %", "Tránsito cubierto, %")),
        Column("vehicle_hours", _IDLE),
        *kilograms,
    )

    def cells(r: IdleMonth) -> tuple[Cell, ...]:
        month, wait = f"{r.month:%Y-%m}", r.wait
        return (
            *_named(catalog, r),
            Shown(month, Text(period(month, "en"), period(month, "es"))),
            f"{r.counted.month:%Y-%m}" if r.counted and r.vehicles is not None else None,
            *(r.vehicles, wait.minutes, wait.plain, wait.reports),
            Shown(wait.days, Text(f"{wait.days} of {wait.due}", f"{wait.days} de {wait.due}")),
            *(wait.due, Shown(wait.covered, both(100 * wait.covered)), None if r.idle is None else float(r.idle)),
            *(None if v is None else float(v) for v in (r.kilograms.get(s, {}).get(p) for s, p in rated)),
        )

    views = []
    for mode in MODES:
        own = [i for i, r in enumerate(inventory.rows) if r.mode == mode]
        known = {(s, p) for i in own for s, kg in inventory.rows[i].kilograms.items() for p in kg}
        shown = [c.key for one, c in zip(rated, kilograms, strict=True) if c.label and one in known]
        port, vehicle = _named(catalog, inventory.rows[own[0]])
        seen = (c.key for c in columns[2 : len(columns) - len(kilograms)] if c.label)
        views.append(View(port.name + Text.same(", ") + vehicle.name, (*seen, *shown), rows=own))
    single = len({r.port for r in inventory.rows}) == 1
    rows = tuple(map(cells, inventory.rows))
    return Table("months", Text("Months", "Meses"), columns, rows, views=tuple(views) if single else (), shown=single)


def _months_in_words(months: Sequence[date]) -> Text:
    """Write months as ranges: "January 2025 – March 2025, June 2025"."""
    runs: list[list[date]] = []
    for month in months:
        if runs and plus_months(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    labels = [f"{run[0]:%Y-%m}" + (f"/{run[-1]:%Y-%m}" if len(run) > 1 else "") for run in runs]
    return joined(Text(period(one, "en"), period(one, "es")) for one in labels)


def _notes(inventory: Inventory, catalog: Catalog) -> Iterator[Text]:
    """Missing months, whose crossings stand in, what is assumed, and where the rates are from."""
    missing: dict[tuple[date, ...], list[Text]] = {}
    for key in dict.fromkeys((r.port, r.mode) for r in inventory.rows):
        own = [r for r in inventory.rows if (r.port, r.mode) == key]
        port, vehicle = _named(catalog, own[0])
        bad = tuple(r.month for r in own if r.idle is None)
        if bad:
            missing.setdefault(bad if len(bad) < len(own) else (), []).append(
                port.name + Text.same(", ") + lowered(vehicle.name)
            )
    for months, names in missing.items():
        head = Text("Missing ", "Faltan ") + _months_in_words(months) if months else _NO_MONTH
        yield head + Text.same(": ") + joined(names, "; ") + Text.same(".")
    stand_in = {
        r.counted.month.year for r in inventory.rows if r.idle is not None and r.counted and r.counted.month != r.month
    }
    if stand_in:
        years = ", ".join(map(str, sorted(stand_in)))
        yield Text(
            f"Crossings of {inventory.year} are not held for every month: those of the same month of {years} stand in.",
            f"No se tienen los cruces de todos los meses de {inventory.year}: se usan los del mismo mes de {years}.",
        )
    if inventory.less:
        yield Text(
            f"Waits are taken shorter by {inventory.less} per cent; idling and emissions are less by as much.",
            f"Las esperas se toman {inventory.less} por ciento más cortas; el ralentí y las emisiones bajan en esa misma proporción.",
        )
    yield from _NOTES
    for rate in inventory.rates:
        yield Text.same("{set}, {vehicle}, {date}, g/h: {grams}{mark}. {citation}").format(
            set=rate.set,
            vehicle=_VEHICLES[rate.vehicle],
            date=rate.date,
            grams=joined(_POLLUTANTS[k] + Text.same(f" {v.normalize():,f}") for k, v in rate.grams.items()),
            mark=Text(" (unconfirmed)", " (sin confirmar)") if rate.prior else "",
            citation=rate.citation,
        )
