"""Results of a run: waits, queues, booths and stations, with intervals over replications.

Everything here is simulated. What nobody experienced is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ambos.crossing.intervals import (
    DAY_REPLICATIONS,
    HOUR_REPLICATIONS,
    Estimate,
    Percentile,
    Waits,
    of_ratio,
    of_values,
    over,
    percentile,
    share,
)
from ambos.crossing.kernel.totals import COUNTS, QUARTER, Ints, Totals
from ambos.model.crossing import Line, Mode, Scenario

#: Names of the first and the last stage; those between bear the ids of stations.
PRIMARY, WHOLE = "primary", "crossing"
#: Minutes in an hour.
HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Waits of travellers, minutes; those still waiting at the end of the day count as long as they had waited."""

    #: `measured`, `left`: travellers whose wait is known, and who were still waiting when the day ended, per
    #: replication.
    measured: float
    left: float
    mean: Estimate
    #: `p50`, `p90`, `p95`: of all travellers of all replications.
    p50: Percentile
    p90: Percentile
    p95: Percentile
    #: `over_30`, `over_60`: shares; lower bounds where the mean is one.
    over_30: float | None
    over_60: float | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A line at a stage."""

    line: str
    crossing: str
    mode: Mode
    lane_class: str
    stage: str  #: ``primary``, the id of a station, or ``crossing`` (from joining the line to the exit).
    arrived: float  #: Per replication: travellers who came to the line, or into the station.
    served: float  #: Those who left the port; at a station those who began to be served.
    wait: Wait


@dataclass(frozen=True, slots=True)
class Hour:
    """The wait of primary by hour of arrival (0 begins at midnight)."""

    line: str
    hour: int
    wait: Wait


@dataclass(frozen=True, slots=True)
class Fates:
    """Outcomes of a line's travellers, per replication; throughput is of those served, per hour."""

    line: str
    counts: dict[str, float]
    throughput: Estimate


@dataclass(frozen=True, slots=True)
class Quarter:
    """A line in a quarter-hour."""

    line: str
    start: float  #: Minutes after midnight.
    queue: Estimate  #: Mean number in line.
    #: `low`, `high`: 5th and 95th percentile of it over replications (days differ so much); None with fewer than 2.
    low: float | None
    high: float | None
    most: int  #: The most in line at any instant of any replication.
    #: `extent_m`, `most_m`, `approach_m`: length of the mean and of the longest queue, and of the approach; None where
    #: not given.
    extent_m: float | None
    most_m: float | None
    approach_m: float | None
    lanes: float  #: Mean number of open booths that list the line.


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

    Returns
    -------
    Summary
        Intervals over replications are those of `ambos.crossing.intervals.around`; of waits and queues they do not
        reach below 0. Percentiles are of all travellers.
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
                    hour_waits(totals, at, hour),
                    totals.hour_over[:, at, hour],
                    totals.hour_histogram[at, hour],
                    totals.hour_left_histogram[at, hour],
                    HOUR_REPLICATIONS,
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
                of_ratio(totals.entered[:, at, s], totals.stage_n[:, at, 0], unknown=totals.unknown[:, at]),
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


def stage_waits(totals: Totals, at: int, stage: int) -> Waits:
    """The waits of a line at a stage."""
    return Waits(
        totals.stage_n[:, at, stage],
        totals.stage_sum[:, at, stage],
        totals.stage_left[:, at, stage],
        totals.stage_left_sum[:, at, stage],
        totals.unknown[:, at],
    )


def hour_waits(totals: Totals, at: int, hour: int | slice) -> Waits:
    """The waits of a line at primary, by hour of arrival."""
    return Waits(
        totals.hour_n[:, at, hour],
        totals.hour_sum[:, at, hour],
        totals.hour_left[:, at, hour],
        totals.hour_left_sum[:, at, hour],
        totals.unknown[:, at],
    )


def _wait(waits: Waits, longer: Ints, histogram: Ints, left: Ints, fewest: int = DAY_REPLICATIONS) -> Wait:
    whole = int(waits.travellers.sum())
    return Wait(
        float(waits.count.mean()),
        float(waits.left.mean()),
        waits.mean(fewest),
        percentile(histogram, left, 0.5),
        percentile(histogram, left, 0.9),
        percentile(histogram, left, 0.95),
        *(share(int(longer[:, k].sum()) + over(left, minutes), whole) for k, minutes in enumerate((30.0, 60.0))),
    )


def _stage(totals: Totals, at: int, stage: int) -> Stage:
    scenario = totals.scenario
    line, last = scenario.lines[at], len(scenario.stations) + 1
    arrived, served = (totals.counts[:, at, COUNTS.index(k)] for k in ("arrived", "served"))
    if 0 < stage < last:
        arrived, served = totals.entered[:, at, stage - 1], totals.stage_n[:, at, stage]
    name = PRIMARY if stage == 0 else WHOLE if stage == last else scenario.stations[stage - 1].id
    wait = _wait(
        stage_waits(totals, at, stage),
        totals.over[:, at, stage],
        totals.histogram[at, stage],
        totals.left_histogram[at, stage],
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
    per_hour = of_values(counts[:, COUNTS.index("served")], unknown=totals.unknown[:, at]).times(
        HOUR / totals.scenario.length
    )
    return Fates(line.id, means, per_hour)


def _queue(totals: Totals, at: int, line: Line) -> list[Quarter]:
    spacing, approach = line.spacing_m or None, line.approach_m or None
    low = high = None
    if totals.queue.shape[0] > 1:
        low, high = np.percentile(totals.queue[:, at], (5, 95), axis=0)  # of all quarters at once: a tenth of the time
    made = []
    for quarter in range(totals.queue.shape[2]):
        values = totals.queue[:, at, quarter]
        queue = of_values(values, HOUR_REPLICATIONS, totals.unknown[:, at]).not_negative()
        most = int(totals.peak[:, at, quarter].max())
        made.append(
            Quarter(
                line=line.id,
                start=quarter * QUARTER,
                queue=queue,
                low=None if low is None else float(low[quarter]),
                high=None if high is None else float(high[quarter]),
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
