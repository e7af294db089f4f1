"""What a run says: waits, queues, booths and stations, with intervals over replications.

Everything here is simulated. What nobody experienced is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ambos.crossing.intervals import Estimate, of_ratio, of_values, percentile, share
from ambos.crossing.totals import COUNTS, QUARTER, Floats, Ints, Totals
from ambos.model.crossing import Line, Mode, Scenario

#: Names of the first and the last stage; those between bear the ids of stations.
PRIMARY, WHOLE = "primary", "crossing"
#: Minutes in an hour.
HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Wait:
    """How long travellers waited. Minutes.

    Attributes
    ----------
    measured : float
        Travellers whose wait is known, per replication.
    mean : Estimate
    p50, p90, p95 : float or None
        Of all travellers of all replications.
    over_30, over_60 : float or None
        Shares.
    """

    measured: float
    mean: Estimate
    p50: float | None
    p90: float | None
    p95: float | None
    over_30: float | None
    over_60: float | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One line at one stage.

    Attributes
    ----------
    line, crossing, mode, lane_class : str
    stage : str
        ``primary``, the id of a station, or ``crossing`` (from joining the line to the exit).
    arrived : float
        Per replication: travellers who came to the line, or into the station.
    served : float
        Those who left the port; at a station those who began to be served.
    wait : Wait
    """

    line: str
    crossing: str
    mode: Mode
    lane_class: str
    stage: str
    arrived: float
    served: float
    wait: Wait


@dataclass(frozen=True, slots=True)
class Hour:
    """The wait of primary by hour of arrival (0 begins at midnight)."""

    line: str
    hour: int
    wait: Wait


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of a line's travellers, per replication; throughput is of those served, per hour."""

    line: str
    counts: dict[str, float]
    throughput: Estimate


@dataclass(frozen=True, slots=True)
class Quarter:
    """A line in a quarter-hour.

    Attributes
    ----------
    line : str
    start : float
        Minutes after midnight.
    queue : Estimate
        Mean number in line.
    low, high : float or None
        5th and 95th percentile of it over replications (days differ so much); None with fewer than 2.
    most : int
        The most in line at any instant of any replication.
    extent_m, most_m, approach_m : float or None
        Length of the mean and of the longest queue, and of the approach; None where not given.
    lanes : float
        Mean number of open booths that list the line.
    """

    line: str
    start: float
    queue: Estimate
    low: float | None
    high: float | None
    most: int
    extent_m: float | None
    most_m: float | None
    approach_m: float | None
    lanes: float


@dataclass(frozen=True, slots=True)
class BoothUse:
    """A booth's minutes per replication, and the share of the open ones in which it served."""

    booth: str
    crossing: str
    open: Estimate
    busy: Estimate
    blocked: Estimate
    utilisation: Estimate


@dataclass(frozen=True, slots=True)
class CrossingUse:
    """All booths of a crossing: officer hours, utilisation and minutes blocked, per replication."""

    crossing: str
    officer_hours: Estimate
    utilisation: Estimate
    blocked: Estimate


@dataclass(frozen=True, slots=True)
class StationUse:
    """A station per replication: server hours on duty and in service, and the minutes in which it blocked others."""

    station: str
    crossing: str
    staffed_hours: float
    busy_hours: Estimate
    utilisation: Estimate
    blocked: Estimate


@dataclass(frozen=True, slots=True)
class Inspected:
    """The share of a line's travellers through primary who entered a station."""

    line: str
    station: str
    entered: float
    share: Estimate


@dataclass(frozen=True, slots=True)
class Summary:
    """A run, averaged. One entry per line, stage, hour, quarter-hour, booth, station as its name says."""

    scenario: Scenario
    seed: int
    replications: int
    stages: tuple[Stage, ...]
    hourly: tuple[Hour, ...]
    fates: tuple[Fates, ...]
    queue: tuple[Quarter, ...]
    booths: tuple[BoothUse, ...]
    crossings: tuple[CrossingUse, ...]
    stations: tuple[StationUse, ...]
    inspected: tuple[Inspected, ...]


def summarise(totals: Totals) -> Summary:
    """Average a run.

    Parameters
    ----------
    totals : Totals

    Returns
    -------
    Summary
        Intervals are Student's t at 95 % over replications, None with one of them; of waits and queues they do not
        reach below 0. Percentiles are of all
        travellers, interpolated in bins of a quarter of a minute.
    """
    scenario = totals.scenario
    return Summary(
        scenario=scenario,
        seed=totals.seed,
        replications=totals.counts.shape[0],
        stages=tuple(_stage(totals, at, s) for at in range(len(scenario.lines)) for s in _stages(totals, at)),
        hourly=tuple(
            Hour(
                line.id,
                hour,
                _wait(
                    totals.hour_n[:, at, hour],
                    totals.hour_sum[:, at, hour],
                    totals.hour_over[:, at, hour],
                    totals.hour_histogram[at, hour],
                ),
            )
            for at, line in enumerate(scenario.lines)
            for hour in range(totals.hour_n.shape[2])
        ),
        fates=tuple(_fates(totals, at, line) for at, line in enumerate(scenario.lines)),
        queue=tuple(q for at, line in enumerate(scenario.lines) for q in _queue(totals, at, line)),
        booths=_booths(totals),
        crossings=_crossings(totals),
        stations=_stations(totals),
        inspected=tuple(
            Inspected(
                line.id,
                station.id,
                float(totals.entered[:, at, s].mean()),
                of_ratio(totals.entered[:, at, s], totals.stage_n[:, at, 0]),
            )
            for at, line in enumerate(scenario.lines)
            for s, station in enumerate(scenario.stations)
            if station.id in _named(line)
        ),
    )


def _named(line: Line) -> set[str]:
    """The stations to which a line may send travellers."""
    return {r.station for r in (*line.referrals, *line.after)}


def _stages(totals: Totals, at: int) -> list[int]:
    """The stages of a line: primary, the stations that it may send to, the whole."""
    stations = totals.scenario.stations
    named = _named(totals.scenario.lines[at])
    return [0, *(s + 1 for s, station in enumerate(stations) if station.id in named), len(stations) + 1]


def _wait(count: Ints, total: Floats, over: Ints, histogram: Ints) -> Wait:
    whole = int(count.sum())
    return Wait(
        float(count.mean()),
        of_ratio(total, count).not_negative(),
        *(percentile(histogram, chance) for chance in (0.5, 0.9, 0.95)),
        *(share(int(over[:, k].sum()), whole) for k in (0, 1)),
    )


def _stage(totals: Totals, at: int, stage: int) -> Stage:
    scenario = totals.scenario
    line, last = scenario.lines[at], len(scenario.stations) + 1
    arrived, served = (totals.counts[:, at, COUNTS.index(k)] for k in ("arrived", "served"))
    if 0 < stage < last:
        arrived, served = totals.entered[:, at, stage - 1], totals.stage_n[:, at, stage]
    name = PRIMARY if stage == 0 else WHOLE if stage == last else scenario.stations[stage - 1].id
    wait = _wait(
        totals.stage_n[:, at, stage],
        totals.stage_sum[:, at, stage],
        totals.over[:, at, stage],
        totals.histogram[at, stage],
    )
    return Stage(
        line.id,
        line.crossing,
        line.mode,
        line.lane_class,
        name,
        float(arrived.mean()),
        float(served.mean()),
        wait,
    )


def _fates(totals: Totals, at: int, line: Line) -> Fates:
    counts = totals.counts[:, at]
    means = {name: float(counts[:, k].mean()) for k, name in enumerate(COUNTS)}
    per_hour = of_values(counts[:, COUNTS.index("served")]).times(HOUR / totals.scenario.length)
    return Fates(line.id, means, per_hour)


def _queue(totals: Totals, at: int, line: Line) -> list[Quarter]:
    spacing, approach = line.spacing_m or None, line.approach_m or None
    several = totals.queue.shape[0] > 1
    made = []
    for quarter in range(totals.queue.shape[2]):
        values = totals.queue[:, at, quarter]
        queue, most = of_values(values).not_negative(), int(totals.peak[:, at, quarter].max())
        low, high = np.percentile(values, (5, 95)) if several else (None, None)
        made.append(
            Quarter(
                line=line.id,
                start=quarter * QUARTER,
                queue=queue,
                low=None if low is None else float(low),
                high=None if high is None else float(high),
                most=most,
                extent_m=None if spacing is None or queue.mean is None else queue.mean * spacing,
                most_m=None if spacing is None else most * spacing,
                approach_m=approach,
                lanes=float(totals.lanes[:, at, quarter].mean()),
            )
        )
    return made


def _booths(totals: Totals) -> tuple[BoothUse, ...]:
    return tuple(
        BoothUse(
            booth.id,
            booth.crossing,
            of_values(totals.booth_open[:, b]),
            of_values(totals.booth_busy[:, b]),
            of_values(totals.booth_blocked[:, b]),
            of_ratio(totals.booth_busy[:, b], totals.booth_open[:, b]),
        )
        for b, booth in enumerate(totals.scenario.booths)
    )


def _crossings(totals: Totals) -> tuple[CrossingUse, ...]:
    booths = totals.scenario.booths
    made = []
    for crossing in dict.fromkeys(b.crossing for b in booths):
        own = [i for i, b in enumerate(booths) if b.crossing == crossing]
        opened, busy, blocked = (
            x[:, own].sum(axis=1) for x in (totals.booth_open, totals.booth_busy, totals.booth_blocked)
        )
        made.append(
            CrossingUse(crossing, of_values(opened).times(1 / HOUR), of_ratio(busy, opened), of_values(blocked))
        )
    return tuple(made)


def _stations(totals: Totals) -> tuple[StationUse, ...]:
    made = []
    for s, station in enumerate(totals.scenario.stations):
        # servers by steps that fill the day; what is simulated may be shorter
        step = totals.scenario.length / len(station.servers)
        staffed = sum(station.servers) * step
        busy = totals.station_busy[:, s]
        made.append(
            StationUse(
                station.id,
                station.crossing,
                staffed / HOUR,
                of_values(busy).times(1 / HOUR),
                of_ratio(busy, np.full(len(busy), staffed)),
                of_values(totals.station_blocked[:, s]),
            )
        )
    return tuple(made)
