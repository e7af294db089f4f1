"""`ambos simulate --year`: every day of a year at many crossings, and one table of it.

The scenario of a day depends on its month and weekday only (`ambos.crossing.port.day`), so days that share them are
played as one scenario with so many times the replications: the same as playing each, with its arrays made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from ambos.crossing.summary import HOUR, hour_waits
from ambos.errors import BadRequest
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.reports import Fit, Reports, fit, fit_record, reports
from ambos.flows.twin.run_names import at_least, crossing_name, estimated_interval, line_names, minutes, percent
from ambos.flows.twin.run_tables import dollars as dollars_text
from ambos.flows.twin.run_tables import fits_table
from ambos.flows.twin.simulate import SIMULATED, Progress, play, prepare, rate_notes
from ambos.flows.workspace import Workspace
from ambos.model.costs import Rates
from ambos.model.crossing import Line, Scenario
from ambos.model.table import TextTable
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
    over_60: int = 0
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
    def share_over_60(self) -> float | None:
        """Share of travellers who waited more than an hour at primary."""
        return share(self.over_60 + over(self.left_histogram, HOUR), int(self.waits.travellers.sum()))

    def percentile(self, chance: float) -> Percentile:
        """Estimate a percentile of the waits at primary of all days and replications, minutes."""
        return percentile(self.histogram, self.left_histogram, chance)


@dataclass
class Year:
    """A year simulated.

    Attributes
    ----------
    workspace : Workspace
    year, replications, seed : int
    lines : dict of line id to YearLine
    officers : dict of crossing to (R,) float
        Officer hours at booths.
    money : dict of (line id, convention) to (Decimal, Decimal)
        Cost of delay, low and high.
    notes : tuple of Text
    reports : mapping of (line id, hour) to Report
        Waits reported in CBP's archive.
    days, played : int
        Days of crossings, and scenarios that were different.
    travellers : int
        Simulated, all replications together.
    """

    workspace: Workspace
    year: int
    replications: int
    seed: int
    lines: dict[str, YearLine] = field(default_factory=dict)
    officers: dict[str, Floats] = field(default_factory=dict)
    money: dict[tuple[str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    reports: Reports = field(default_factory=dict)
    days: int = 0
    played: int = 0
    travellers: int = 0

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
        Told (what, done, in all).

    Raises
    ------
    BadRequest
        If neither or both of `ports` and `every` are given.
    UnknownName, NoData
        If there is no such crossing, or no crossings are held to make its demand from.
    """
    if bool(ports) == every:
        raise BadRequest(detail=Text("Give --port or --all with --year.", "Indique --port o --all junto con --year."))
    days = PortDays(workspace)
    names = days.every() if every else ports
    groups: dict[str, list[str]] = {}
    for name in names:
        for crossing in find_crossings(workspace.catalog, days.twin, name):
            known = groups.setdefault(port_of(workspace.catalog, crossing), [])
            if crossing.id not in known:
                known.append(crossing.id)
    prepare(progress)
    told = Year(workspace, year, replications, seed)
    calendar = [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    notes: dict[Text, None] = {SIMULATED: None}
    for number, (port, crossings) in enumerate(groups.items()):
        alike: dict[tuple[int, int], list[date]] = {}
        told_of_port: list[tuple[Text, ...]] = []
        for day in calendar:
            alike.setdefault((day.month, day.isoweekday()), []).append(day)
        for done, same in enumerate(alike.values()):
            scenario = days(tuple(crossings), same[0])
            told_of_port.append(scenario.notes)
            if progress:
                steps = number * len(alike) + done, len(groups) * len(alike)
                progress(f"{workspace.catalog.places[port].name.en} {same[0]:%Y-%m}", *steps)
            # every port and kind of day has draws of its own
            own = (seed * 1_000_003 + number * 1_009 + same[0].timetuple().tm_yday) % _SEEDS
            totals = play(scenario, replications * len(same), own)
            _add(told, totals, same, days.twin.rates)
        # what is said of single months would be hundreds of notes
        notes |= {n: None for n in told_of_port[0] if all(n in others for others in told_of_port)}
    lines = [own.line for own in told.lines.values()]
    told.reports = reports(workspace, lines)
    told.notes = (*notes, _months(days), *rate_notes(workspace.catalog, lines, days.twin.rates))
    return told


def _months(days: PortDays) -> Text:
    """On which monthly crossings the year rests."""
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
            year.lines[line.id] = YearLine(line, empty, waits.each(np.zeros_like), 0 * lanes, np.zeros(reps))
        own = year.lines[line.id]
        hours = delay(totals, at)
        own.counts = own.counts + by_year(totals.counts[:, at])
        own.waits, own.lanes = own.waits.plus(waits), own.lanes + lanes
        own.hours = own.hours + by_year(hours)
        own.over_60 += int(totals.over[:, at, 0, 1].sum())
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


def tables(year: Year) -> list[TextTable]:
    """The waits of the year, what they cost, and officer hours."""
    catalog = year.workspace.catalog
    say = catalog.message
    lines = tuple(own.line for own in year.lines.values())
    names = line_names(catalog, Scenario(Text.same("–"), (), lines, ()))
    conventions = list(dict.fromkeys(c for _, c in year.money))
    waits, costs = [], []
    for id, own in year.lines.items():
        counts, wait = own.counts.mean(axis=0), own.wait
        waits.append(
            (
                names[id],
                *(both(float(counts[COUNTS.index(k)])) for k in ("arrived", "served")),
                minutes(wait.mean, wait.at_least),
                estimated_interval(wait),
                *(minutes(own.percentile(p).minutes, own.percentile(p).at_least) for p in (0.5, 0.95)),
                at_least(percent(own.share_over_60), wait.at_least),
            )
        )
        co2 = None if own.co2_g is None else own.co2_g / _GRAMS_PER_TONNE
        money = (dollars_text(*year.money.get((id, c), (None, None))) for c in conventions)
        costs.append((names[id], both(float(own.hours.mean())), both(co2), *money))
    officers = tuple(
        (crossing_name(catalog, crossing), both(float(hours.mean()))) for crossing, hours in year.officers.items()
    )

    def heads(*keys: str) -> tuple[Text, ...]:
        return tuple(say(f"twin.head.{key}") for key in keys)

    title = say("sheet.title.year", year=str(year.year), days=both(year.days), travellers=both(year.travellers))
    waits_heads = heads("line", "arrived", "served", "mean", "interval", "median", "p95", "over_60")
    costs_heads = (*heads("line", "delay_hours", "co2_t"), *(say(f"twin.convention.{c}") for c in conventions))
    return [
        TextTable("waits", title, waits_heads, tuple(waits)),
        fits_table(catalog, names, year.fits()),
        TextTable("costs", say("sheet.title.costs"), costs_heads, tuple(costs)),
        TextTable("officers", say("sheet.title.officers"), heads("crossing", "officer_hours"), officers),
    ]


def record(year: Year) -> dict[str, Any]:
    """The year as plain mappings, for ``--json``; counts are means per replication, of the whole year."""

    def told(estimate: Estimate, name: str) -> dict[str, Any]:
        return {
            name: _round(estimate.mean),
            "ci95_low": _round(estimate.low),
            "ci95_high": _round(estimate.high),
            "ci95_needs_replications": estimate.needed,
        }

    fits = {f.line.id: f for f in year.fits()}
    return {
        "simulated": True,
        "year": year.year,
        "seed": year.seed,
        "replications": year.replications,
        "version": __version__,
        "crossing_days": year.days,
        "scenarios": year.played,
        "travellers_simulated": year.travellers,
        "notes": [n.record() for n in year.notes],
        "results": [
            {
                "crossing": own.line.crossing,
                "mode": own.line.mode,
                "class": own.line.lane_class,
                "line": id,
                "stage": "primary",
                **{name: _round(float(own.counts[:, k].mean())) for k, name in enumerate(COUNTS)},
                **told(own.wait, "mean_wait_min"),
                "mean_is_lower_bound": own.wait.at_least,
                **{
                    f"p{p}_{key}": value
                    for p in (50, 95)
                    for key, value in (
                        ("wait_min", _round(own.percentile(p / 100).minutes)),
                        ("is_lower_bound", own.percentile(p / 100).at_least),
                    )
                },
                "share_over_60": _round(own.share_over_60),
                **fit_record(fits[id]),
                "delay_hours": _round(float(own.hours.mean())),
                "co2_kg": None if own.co2_g is None else _round(own.co2_g / 1000.0),
                "costs": [
                    {"convention": convention, "usd_low": low, "usd_high": high}
                    for (line, convention), (low, high) in year.money.items()
                    if line == id
                ],
            }
            for id, own in year.lines.items()
        ],
        "crossings": [
            {"crossing": crossing, **told(of_values(hours), "officer_hours")}
            for crossing, hours in year.officers.items()
        ],
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
