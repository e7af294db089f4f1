"""`ambos simulate --year`: every day of a year at many crossings, also beside the waits that CBP reports.

The scenario of a day depends on its month and weekday only (`ambos.crossing.port.day`), so days that share them are
played as one scenario with so many times the replications: the same as playing each, with its arrays made once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from ambos import __version__
from ambos.catalog.twin import find_crossings, port_of
from ambos.crossing.costs import delay, dollars, persons_of, value_of
from ambos.crossing.defaults import SEED, YEAR_REPLICATIONS
from ambos.crossing.intervals import HOUR_REPLICATIONS, Estimate, Percentile, Waits, of_values, over, percentile, share
from ambos.crossing.kernel.totals import BINS, COUNTS, QUARTER, Floats, Ints, Totals
from ambos.crossing.summary import HOUR, PRIMARY, hour_waits
from ambos.errors import bad_request
from ambos.flows.twin.cells import (
    FIT_KEYS,
    WAIT_KEYS,
    Field,
    crossing_field,
    dollars_by_convention,
    estimate_fields,
    fit_fields,
    heads,
    hour_field,
    line_fields,
    mean_fields,
    minutes_fields,
    percentile_fields,
    reported_field,
    share_field,
    tabulate,
    view,
)
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.reports import Fit, Report, Reports, fit, reports
from ambos.flows.twin.simulate import SIMULATED, Progress, play, prepare, rate_notes, scenario_hash
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, View
from ambos.model.costs import Rates
from ambos.model.crossing import Line, Scenario
from ambos.numbers import both
from ambos.text import Text

_GRAMS_PER_TONNE = 1e6
#: Quarter-hours in an hour.
QUARTERS = int(HOUR / QUARTER)
#: Seeds are below this.
_SEEDS = 2**63


@dataclass
class YearLine:
    """A line over the year; the arrays have one value per replication."""

    line: Line
    counts: Ints
    waits: Waits
    """Waits at primary by hour of arrival."""
    lanes: Floats
    """Open ones by hour, added over days."""
    hours: Floats
    """Hours of delay."""
    longer: Ints = field(default_factory=lambda: np.zeros(2, np.int64))
    """Travellers who waited more than 30 and 60 minutes at primary, and were served."""
    days: int = 0
    histogram: Ints = field(default_factory=lambda: np.zeros(BINS, np.int64))
    left_histogram: Ints = field(default_factory=lambda: np.zeros(BINS, np.int64))
    co2_g: float | None = None

    @property
    def wait(self) -> Estimate:
        """Mean wait of primary, minutes."""
        return self.whole.mean()

    @property
    def whole(self) -> Waits:
        """The waits of all hours."""
        return self.waits.each(lambda values: values.sum(axis=1))

    def wait_by_hour(self, hour: int) -> Estimate:
        """Mean wait of primary of those who arrive in an hour of the day, minutes."""
        return self.waits.each(lambda values: values[:, hour]).mean(HOUR_REPLICATIONS)

    @property
    def share_over_30(self) -> float | None:
        """Share of travellers who waited more than half an hour at primary."""
        return share(int(self.longer[0]) + over(self.left_histogram, HOUR / 2), int(self.waits.travellers.sum()))

    @property
    def share_over_60(self) -> float | None:
        """Share of travellers who waited more than an hour at primary."""
        return share(int(self.longer[1]) + over(self.left_histogram, HOUR), int(self.waits.travellers.sum()))

    def percentile(self, chance: float) -> Percentile:
        """Estimate a percentile of the waits at primary of all days and replications, minutes."""
        return percentile(self.histogram, self.left_histogram, chance)


@dataclass
class Year:
    """A year simulated."""

    workspace: Workspace
    year: int
    replications: int
    seed: int
    lines: dict[str, YearLine] = field(default_factory=dict)
    officers: dict[str, Floats] = field(default_factory=dict)  #: By crossing, (R,): officer hours at booths.
    #: By line id and convention: cost of delay, low and high.
    money: dict[tuple[str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    reports: Reports = field(default_factory=dict)  #: Waits reported in CBP's archive.
    #: `days`, `played`: days of crossings, and scenarios that were different.
    days: int = 0
    played: int = 0
    travellers: int = 0  #: Simulated, all replications together.
    hash: str = ""  #: Sha256 of the scenarios of all days.

    def fits(self) -> tuple[Fit, ...]:
        """Compare the simulated waits of each line with the reported ones."""
        return tuple(
            fit(own.line, {hour: own.wait_by_hour(hour) for hour in range(own.lanes.size)}, self.reports)
            for own in self.lines.values()
        )


def simulate_year(
    workspace: Workspace,
    year: int,
    *,
    ports: Sequence[str] = (),
    every: bool = False,
    replications: int = YEAR_REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Year:
    """Simulate every day of a year.

    Crossings of one port are played together, as travellers choose between them.

    Parameters
    ----------
    workspace : Workspace
    year : int
    ports : sequence of str
        Crossings or ports by id or name.
    every : bool
        All crossings of the region, instead of `ports`.
    replications, seed : int
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

    Raises
    ------
    BadRequest
        If neither or both of `ports` and `every` are given.
    UnknownName, NoData
        If there is no such crossing, or no crossings are held to make its demand from.
    """
    if bool(ports) == every:
        raise bad_request("Give --port or --all with --year.", "Indique --port o --all junto con --year.")
    days = PortDays(workspace)
    names = days.every() if every else ports
    groups: dict[str, list[str]] = {}
    for name in names:
        for crossing in find_crossings(workspace.catalog, days.twin, name):
            known = groups.setdefault(port_of(workspace.catalog, crossing), [])
            if crossing.id not in known:
                known.append(crossing.id)
    prepare(progress)
    played = Year(workspace, year, replications, seed)
    calendar = [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    notes: dict[Text, None] = {SIMULATED: None}
    scenarios = hashlib.sha256()
    for number, (port, crossings) in enumerate(groups.items()):
        alike: dict[tuple[int, int], list[date]] = {}
        notes_of_port: list[tuple[Text, ...]] = []
        for day in calendar:
            alike.setdefault((day.month, day.isoweekday()), []).append(day)
        for done, same in enumerate(alike.values()):
            scenario = days(tuple(crossings), same[0])
            scenarios.update(f"{len(same)} {scenario_hash(scenario)}\n".encode())
            notes_of_port.append(scenario.notes)
            if progress:
                steps = number * len(alike) + done, len(groups) * len(alike)
                progress(f"{workspace.catalog.places[port].name.en} {same[0]:%Y-%m}", *steps)
            # every port and kind of day has draws of its own
            own = (seed * 1_000_003 + number * 1_009 + same[0].timetuple().tm_yday) % _SEEDS
            totals = play(scenario, replications * len(same), own, unknown=(seed, replications))
            _add(played, totals, same, days.twin.rates)
        # what is said of single months would be hundreds of notes
        notes |= {n: None for n in notes_of_port[0] if all(n in others for others in notes_of_port)}
    lines = [own.line for own in played.lines.values()]
    played.hash = scenarios.hexdigest()
    played.reports = reports(workspace, lines)
    played.notes = (*notes, _months(days), *rate_notes(workspace.catalog, lines, days.twin.rates))
    return played


def _months(days: PortDays) -> Text:
    """Note on which monthly crossings the year rests."""
    of, missing = len(days.months), sum(month.note is not None for month in days.months.values())
    text = Text(
        "Monthly crossings of each port as counted; of {of} months of ports {missing} are not held, and the same month "
        "of the nearest year before stands in for them.",
        "Cruces mensuales de cada puerto según se contaron; de {of} meses-puerto no se tienen {missing} y se usa el "
        "mismo mes del año anterior más cercano.",
    )
    return text.format(of=of, missing=missing)


def _add(year: Year, totals: Totals, days: list[date], rates: Rates) -> None:
    """Add the days that a run stands for: its first replications are the first day's, and so on."""
    count, reps = len(days), year.replications

    def by_year(values: Any) -> Any:
        return values.reshape(count, reps, *values.shape[1:]).sum(axis=0)

    year.days += count
    year.played += 1
    year.travellers += int(totals.counts[:, :, COUNTS.index("arrived")].sum())
    for at, line in enumerate(totals.scenario.lines):
        waits = hour_waits(totals, at, slice(None)).each(by_year)
        lanes = totals.lanes[:, at].mean(axis=0).reshape(-1, QUARTERS).mean(axis=1) * count
        if line.id not in year.lines:
            empty = np.zeros((reps, len(COUNTS)), np.int64)
            none = replace(waits.each(np.zeros_like), unknown=totals.unknown[:reps, at])
            year.lines[line.id] = YearLine(line, empty, none, 0 * lanes, np.zeros(reps))
        own = year.lines[line.id]
        hours = delay(totals, at)
        own.counts = own.counts + by_year(totals.counts[:, at])
        own.waits, own.lanes = own.waits.plus(waits), own.lanes + lanes
        own.hours = own.hours + by_year(hours)
        own.longer = own.longer + totals.over[:, at, 0].sum(axis=0)
        own.histogram = own.histogram + totals.histogram[at, 0]
        own.left_histogram = own.left_histogram + totals.left_histogram[at, 0]
        own.days += count
        idling = next((i for i in rates.idling if i.mode == line.mode), None)
        if idling and idling.co2_g is not None:
            mean = float(hours.sum()) / reps
            own.co2_g = (own.co2_g or 0.0) + mean * idling.co2_g * idling.months[days[0].month - 1]
        for value in value_of(line, rates):
            persons = persons_of(line, value, rates)
            if persons is not None:
                mean = float(hours.sum()) / reps
                low, high = year.money.get((line.id, value.convention), (Decimal(0), Decimal(0)))
                year.money[line.id, value.convention] = (
                    low + dollars(mean, value.low * persons),
                    high + dollars(mean, value.high * persons),
                )
    for crossing in dict.fromkeys(b.crossing for b in totals.scenario.booths):
        own_booths = [i for i, b in enumerate(totals.scenario.booths) if b.crossing == crossing]
        opened = by_year(totals.booth_open[:, own_booths].sum(axis=1)) / HOUR
        year.officers[crossing] = year.officers.get(crossing, np.zeros(reps)) + opened


def answer(year: Year) -> Answer:
    """Tabulate the waits of a year, what they cost and the officer hours.

    Returns
    -------
    Answer
        Counts are means per replication, of the whole year; waits are minutes.
    """
    catalog = year.workspace.catalog
    say, head = catalog.message, heads(catalog)
    fits = {f.line.id: f for f in year.fits()}
    conventions = list(dict.fromkeys(c for _, c in year.money))
    title = say("sheet.title.year", year=str(year.year), days=both(year.days), travellers=both(year.travellers))

    def count(key: str) -> Field:
        return Field(key, head(key), lambda own: float(own.counts[:, COUNTS.index(key)].mean()))

    lines = [
        *line_fields(catalog, _lines(year), lambda own: own.line.id),
        Field("stage", None, lambda own: PRIMARY),
        *map(count, COUNTS),
        *mean_fields(head, lambda own: own.wait),
        *percentile_fields("p50", head("median"), lambda own: own.percentile(0.5)),
        *percentile_fields("p95", head("p95"), lambda own: own.percentile(0.95)),
        share_field("share_over_30", head("over_30"), lambda own: (own.share_over_30, own.wait.at_least)),
        share_field("share_over_60", head("over_60"), lambda own: (own.share_over_60, own.wait.at_least)),
        *fit_fields(head, lambda own: fits[own.line.id]),
        Field("delay_hours", head("delay_hours"), lambda own: float(own.hours.mean())),
        Field("co2_kg", None, lambda own: None if own.co2_g is None else own.co2_g / 1000),
        Field(
            "co2_t", head("co2_t"), lambda own: None if own.co2_g is None else own.co2_g / _GRAMS_PER_TONNE, kept=None
        ),
        *dollars_by_convention(catalog, conventions, lambda own: own.line.id, year.money),
    ]
    crossings = [
        crossing_field(catalog, lambda item: item[0]),
        *estimate_fields("officer_hours", head("officer_hours"), lambda item: of_values(item[1])),
    ]
    views = (
        View(title, ("line", *WAIT_KEYS)),
        view(say("sheet.title.reported"), FIT_KEYS, (fits[id].hours for id in year.lines)),
        View(say("sheet.title.costs"), ("line", "delay_hours", "co2_t", *(f"usd_{c}" for c in conventions))),
    )
    return Answer(
        "simulate.year",
        title,
        (
            tabulate("results", title, year.lines.values(), lines, views),
            tabulate("crossings", say("sheet.title.officers"), year.officers.items(), crossings),
        ),
        _facts(year),
        year.notes,
    )


def _lines(year: Year) -> Scenario:
    """Hold the lines of all crossings of the year together."""
    return Scenario(Text.same("–"), (), tuple(own.line for own in year.lines.values()), ())


def _facts(year: Year) -> dict[str, Cell]:
    """State the seed and scope with which the year can be simulated again."""
    return {
        "simulated": True,
        "year": year.year,
        "seed": year.seed,
        "replications": year.replications,
        "version": __version__,
        "scenario_hash": year.hash,
        "crossing_days": year.days,
        "scenarios": year.played,
        "travellers_simulated": year.travellers,
    }


@dataclass(frozen=True, slots=True)
class LineHour:
    """A line in an hour of the day."""

    line: Line
    hour: int
    travellers: float  #: A day, simulated, of those whose wait is known.
    lanes: float  #: Lanes open, simulated.
    #: Mean wait of primary by hour of arrival, minutes; the interval is of the simulation's chance only.
    simulated: Estimate
    reported: Report | None  #: None where the archive has too few reports.


def line_hours(year: Year) -> tuple[LineHour, ...]:
    """Set the waits of a year beside those of CBP's archive, by line and hour of the day."""
    return tuple(
        LineHour(
            line=own.line,
            hour=hour,
            travellers=float(own.waits.count[:, hour].mean()) / own.days,
            lanes=float(own.lanes[hour]) / own.days,
            simulated=own.wait_by_hour(hour),
            reported=year.reports.get((own.line.id, hour)),
        )
        for own in year.lines.values()
        for hour in range(own.lanes.size)
    )


#: What limits the comparison with reported waits.
REPORTED_NOTES = (
    Text(
        "Not tuned. The simulated wait is that of the travellers who arrive in the hour; the reported one is an officer's estimate, mostly by eye and rounded, over all days held, each report counting the same.",
        "Sin ajuste. La espera simulada es la de los usuarios que llegan en esa hora; la reportada es la estimación de un oficial, en su mayoría a simple vista y redondeada, de todos los días disponibles; cada reporte cuenta igual.",
    ),
    Text(
        "The course of demand over the day was estimated from the same waits and lanes, so that the hours are not an independent test; the level is that of the monthly totals of the port, and it is.",
        "El curso de la demanda en el día se estimó con las mismas esperas y carriles, de modo que las horas no son una prueba independiente; el nivel es el de los totales mensuales del puerto, y sí lo es.",
    ),
)


def answer_reported(year: Year) -> Answer:
    """Tabulate the waits of a year beside those of CBP's archive, hour by hour and by line, minutes.

    Nothing is tuned: lanes are those that CBP reports open, services are the default laws, demand is the monthly total
    of the port shared out by the definitions.
    """
    items = line_hours(year)
    simulated, reported = Text("Simulated", "Simulada"), Text("Reported", "Reportada")
    title = Text(
        "Waits simulated for {year} beside those reported, minutes",
        "Esperas simuladas para {year} junto a las reportadas, minutos",
    ).format(year=str(year.year))
    line = line_fields(
        year.workspace.catalog, _lines(year), lambda x: x.line.id, label=Text("Line", "Fila"), crossings=True
    )

    def of_report(key: str, label: Text, name: str) -> Field:
        return Field(key, label, lambda x: getattr(x.reported, name) if x.reported else None, 1)

    hours = [
        *line,
        hour_field(Text("Hour", "Hora"), lambda hour: f"{hour:02}"),
        Field("travellers_a_day", Text("Travellers a day", "Usuarios por día"), lambda x: x.travellers),
        Field("lanes_simulated", Text("Lanes", "Carriles"), lambda x: x.lanes, 1),
        of_report("lanes_reported", Text("Lanes reported", "Carriles reportados"), "lanes"),
        *mean_fields(lambda key: simulated, lambda x: x.simulated),
        of_report("reported_mean_min", reported, "mean"),
        of_report("reported_median_min", Text("Reported, median", "Reportada, mediana"), "median"),
        Field("reports", Text("Reports", "Reportes"), lambda x: x.reported.reports if x.reported else 0),
    ]
    keys = tuple(f.key for f in hours if f.label and f.key != "ci95_interval")
    seen = view(title, keys, (x.reported or x.simulated.mean is not None for x in items))
    difference = Text("Mean difference by hour", "Diferencia media por hora")
    fits = [
        *line,
        Field("hours", Text("Hours", "Horas"), lambda f: f.hours),
        *minutes_fields("mean_wait_min", simulated, lambda f: (f.simulated, f.at_least), "mean_is_lower_bound"),
        reported_field("reported_mean_min", reported, lambda f: f.reported),
        Field("mean_absolute_difference_min", difference, lambda f: f.difference, 1),
        Field("correlation", Text("Correlation of the hours", "Correlación de las horas"), lambda f: f.correlation, 2),
    ]
    return Answer(
        "simulate.reported",
        title,
        (
            tabulate("results", title, items, hours, (seen,)),
            tabulate("lines", title, (f for f in year.fits() if f.hours), fits),
        ),
        _facts(year),
        (SIMULATED, *REPORTED_NOTES, *(note for note in year.notes if note != SIMULATED)),
    )
