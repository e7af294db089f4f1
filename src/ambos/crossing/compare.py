"""Two scenarios under the same draws: paired differences, B less A."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from ambos.crossing.costs import delay, dollars, persons_of, value_of
from ambos.crossing.intervals import (
    DAY_REPLICATIONS,
    HOUR_REPLICATIONS,
    Estimate,
    Percentile,
    Waits,
    around,
    of_values,
    over,
    percentile,
    residuals_of_ratio,
)
from ambos.crossing.kernel.totals import COUNTS, Floats, Ints, Totals
from ambos.crossing.summary import HOUR, PRIMARY, WHOLE, hour_waits, stage_waits
from ambos.errors import bad_request
from ambos.model.costs import HourValue, Rates

#: Percentiles and shares of waits that are compared, by their names in a `Difference`.
PERCENTILES = (("p50", 0.5), ("p90", 0.9), ("p95", 0.95))
SHARES = (("over_30", 30.0), ("over_60", 60.0))
#: Sums and counts by replication, (R,) each.
Ratio = tuple[Floats | Ints, Ints]
#: The two runs, each with the places of its lines.
Sides = list[tuple[Totals, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both scenarios and how they differ."""

    line: str  #: Or the id of a crossing, for its officer hours.
    #: ``wait`` (minutes, mean), ``p50``, ``p90``, ``p95`` (minutes), ``over_30``, ``over_60`` (shares), ``until_served``
    #: (minutes, see `until_served`), ``officer_hours``, ``delay_hours``, or one of `COUNTS` per replication.
    what: str
    stage: str  #: Of a wait; else empty.
    hour: int | None  #: Of arrival; None for the whole day.
    #: `a`, `b`: None where nothing was measured, or the scenario has no such line.
    a: float | None
    b: float | None
    change: Estimate  #: B less A, with the interval of the paired difference. None where one of the two is missing.
    #: `a_at_least`, `b_at_least`: the wait is a lower bound: the end of the day cut too many short. The change is then
    #: that of waits up to the end of the day.
    a_at_least: bool = False
    b_at_least: bool = False

    @property
    def clear(self) -> bool:
        """Return True if the interval excludes zero."""
        low, high = self.change.low, self.change.high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True)
class CostChange:
    """The change of a line's cost of delay by one convention, US dollars per replication.

    `low` and `high` are by the range of the rate; `ci_low` and `ci_high` by the interval of the change of delay.
    """

    line: str
    convention: str
    low: Decimal
    high: Decimal
    ci_low: Decimal | None
    ci_high: Decimal | None
    rate: HourValue


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of two runs."""

    seed: int
    replications: int
    stages: tuple[Difference, ...]
    spread: tuple[Difference, ...]  #: Percentiles and shares of the waits of primary.
    until_served: tuple[Difference, ...]  #: One per line.
    hourly: tuple[Difference, ...]
    counts: tuple[Difference, ...]
    officers: tuple[Difference, ...]
    delay: tuple[Difference, ...]
    costs: tuple[CostChange, ...]


def compare(a: Totals, b: Totals, rates: Rates | None = None) -> Comparison:
    """Differences of two runs that saw the same travellers.

    Parameters
    ----------
    a, b : Totals
        Of the same seed and the same number of replications.
    rates : Rates, optional
        For costs.

    Returns
    -------
    Comparison
        Lines are paired by id. The intervals are of the differences of each replication.

    Raises
    ------
    BadRequest
        If the seeds or the numbers of replications differ: the draws would not be the same.
    """
    if a.seed != b.seed or a.counts.shape[0] != b.counts.shape[0]:
        raise bad_request(
            f"The two runs cannot be compared: their seeds are {a.seed} and {b.seed}, their replications "
            f"{a.counts.shape[0]} and {b.counts.shape[0]}. Run both with the same.",
            f"Las dos corridas no se pueden comparar: sus semillas son {a.seed} y {b.seed}, y sus réplicas, "
            f"{a.counts.shape[0]} y {b.counts.shape[0]}. Ejecute ambas con las mismas.",
        )
    lines = list(dict.fromkeys(line.id for t in (a, b) for line in t.scenario.lines))
    sides = [(a, _places(a)), (b, _places(b))]
    stages, spread, everyone, hourly, counts, delays, costs = [], [], [], [], [], [], []
    for line in lines:
        at = [places.get(line) for _, places in sides]
        stages += [_wait(a, b, line, at, stage) for stage in _stages(a, b, at)]
        spread += _spread(sides, line, at)
        everyone.append(_everyone(sides, line, at))
        hours = max(t.hour_n.shape[2] for t in (a, b))
        hourly += [_hour(a, b, line, at, hour) for hour in range(hours)]
        for place, name in enumerate(COUNTS):
            values = [None if i is None else t.counts[:, i, place] for (t, _), i in zip(sides, at, strict=True)]
            counts.append(_plain(line, name, values, _unknown(sides, at)))
        waited = [None if i is None else delay(t, i) for (t, _), i in zip(sides, at, strict=True)]
        delays.append(_plain(line, "delay_hours", waited, _unknown(sides, at)))
        if rates and None not in at:
            costs += _costs(a, line, at[0] or 0, delays[-1], rates)
    return Comparison(
        a.seed,
        a.counts.shape[0],
        tuple(stages),
        tuple(spread),
        tuple(everyone),
        tuple(hourly),
        tuple(counts),
        _officers(a, b),
        tuple(delays),
        tuple(costs),
    )


def _places(totals: Totals) -> dict[str, int]:
    return {line.id: at for at, line in enumerate(totals.scenario.lines)}


def _stages(a: Totals, b: Totals, at: list[int | None]) -> list[str]:
    """The names of the stages through which either scenario may send the line."""
    named: dict[str, None] = {PRIMARY: None}
    for totals, place in zip((a, b), at, strict=True):
        if place is not None:
            line = totals.scenario.lines[place]
            own = {r.station for r in (*line.referrals, *line.after)}
            named |= {s.id: None for s in totals.scenario.stations if s.id in own}
    return [*named, WHOLE]


def _stage_number(totals: Totals, name: str) -> int | None:
    ids = [PRIMARY, *(s.id for s in totals.scenario.stations), WHOLE]
    return ids.index(name) if name in ids else None


def _wait(a: Totals, b: Totals, line: str, at: list[int | None], stage: str) -> Difference:
    pairs: list[Waits | None] = []
    for totals, place in zip((a, b), at, strict=True):
        number = _stage_number(totals, stage)
        pairs.append(stage_waits(totals, place, number) if place is not None and number is not None else None)
    return _ratio(line, stage, None, pairs)


def _hour(a: Totals, b: Totals, line: str, at: list[int | None], hour: int) -> Difference:
    pairs: list[Waits | None] = []
    for totals, place in zip((a, b), at, strict=True):
        known = place is not None and hour < totals.hour_n.shape[2]
        pairs.append(hour_waits(totals, place or 0, hour) if known else None)
    return _ratio(line, PRIMARY, hour, pairs)


def change_of_waits(a: Waits, b: Waits, fewest: int) -> Estimate:
    """The mean wait of `b` less that of `a` by paired replications; `fewest` as of `ambos.crossing.intervals.of_ratio`."""
    return _change_of_ratios((a.total, a.travellers), (b.total, b.travellers), fewest, joint(a.unknown, b.unknown))


def joint(a: Floats | None, b: Floats | None) -> Floats | None:
    """What is not known in either of two runs: where both drew the same it counts once."""
    if a is None or b is None:
        return b if a is None else a
    return a if np.array_equal(a, b) else np.concatenate((a, b), axis=1)


def _change_of_ratios(a: Ratio, b: Ratio, fewest: int = DAY_REPLICATIONS, unknown: Floats | None = None) -> Estimate:
    """The ratio of all sums to all counts of `b` less that of `a`, by paired replications."""
    departs = [residuals_of_ratio(*side) for side in (a, b)]
    if departs[0] is None or departs[1] is None:
        return Estimate(None)
    ends = [float(sums.sum()) / float(counts.sum()) for sums, counts in (a, b)]
    return around(ends[1] - ends[0], departs[1] - departs[0], int(np.count_nonzero(a[0] != b[0])), fewest, unknown)


def until_served(totals: Totals, line: int) -> Ratio:
    """Minutes until served, and travellers who came, by replication.

    All who came count: those turned away, without room, out of patience or still there as if they waited to the end of
    the day. So a change that serves more travellers is not made to look worse by the waits of those it serves.

    Returns
    -------
    tuple of (R,) float, (R,) int
        Minutes in line at primary and, of those who were not served, until the end of the day; travellers who joined
        this line or found no way into it, without those who went to another.
    """
    came = totals.counts[:, line, COUNTS.index("arrived")] - totals.counts[:, line, COUNTS.index("diverted")]
    return totals.stood(line) + totals.unserved[:, line], came


def _ratio(line: str, stage: str, hour: int | None, pairs: list[Waits | None]) -> Difference:
    """The difference of two means per traveller."""
    first, second = pairs
    fewest = DAY_REPLICATIONS if hour is None else HOUR_REPLICATIONS
    return Difference(
        line,
        "wait",
        stage,
        hour,
        first.mean().mean if first else None,
        second.mean().mean if second else None,
        change_of_waits(first, second, fewest) if first and second else Estimate(None),
        first is not None and first.cut_short,
        second is not None and second.cut_short,
    )


def _unknown(sides: Sides, at: list[int | None]) -> Floats | None:
    """What is not known of a line in either of the runs."""
    a, b = (None if i is None else t.unknown[:, i] for (t, _), i in zip(sides, at, strict=True))
    return joint(a, b)


def _spread(sides: Sides, line: str, at: list[int | None]) -> list[Difference]:
    """Percentiles of the waits of primary, without an interval, and the shares that wait longer than so many minutes."""
    made = []
    for name, chance in PERCENTILES:
        both = [
            Percentile(None) if i is None else percentile(t.histogram[i, 0], t.left_histogram[i, 0], chance)
            for (t, _), i in zip(sides, at, strict=True)
        ]
        first, second = (p.minutes for p in both)
        change = None if first is None or second is None else second - first
        bounds = [p.at_least for p in both]
        made.append(Difference(line, name, PRIMARY, None, first, second, Estimate(change), *bounds))
    for k, (name, minutes) in enumerate(SHARES):
        longer = [None if i is None else _longer(t, i, k, minutes) for (t, _), i in zip(sides, at, strict=True)]
        made.append(
            _of_ratios(
                line,
                name,
                longer,
                [i is not None and _cut_short(t, i) for (t, _), i in zip(sides, at, strict=True)],
                _unknown(sides, at),
            )
        )
    return made


def _longer(totals: Totals, line: int, k: int, minutes: float) -> Ratio:
    """Travellers who waited longer, and all, by replication; those of cut waits, known of all together, spread evenly."""
    cut = over(totals.left_histogram[line, 0], minutes) / totals.counts.shape[0]
    return totals.over[:, line, 0, k] + cut, stage_waits(totals, line, 0).travellers


def _cut_short(totals: Totals, line: int) -> bool:
    return stage_waits(totals, line, 0).cut_short


def _everyone(sides: Sides, line: str, at: list[int | None]) -> Difference:
    """The minutes until served of all who came."""
    pairs = [None if i is None else until_served(t, i) for (t, _), i in zip(sides, at, strict=True)]
    return _of_ratios(line, "until_served", pairs, [False, False], _unknown(sides, at))


def _of_ratios(
    line: str, what: str, pairs: list[Ratio | None], bounds: list[bool], unknown: Floats | None
) -> Difference:
    """The difference of two ratios of sums over all replications."""
    ends = [None if pair is None or not pair[1].sum() else float(pair[0].sum() / pair[1].sum()) for pair in pairs]
    first, second = pairs
    change = Estimate(None) if first is None or second is None else _change_of_ratios(first, second, unknown=unknown)
    return Difference(line, what, PRIMARY, None, ends[0], ends[1], change, *bounds)


def _plain(
    line: str, what: str, values: list[Floats | None] | list[Ints | None], unknown: Floats | None = None
) -> Difference:
    """The difference of one value per replication."""
    first, second = values
    return Difference(
        line,
        what,
        "",
        None,
        None if first is None else float(first.mean()),
        None if second is None else float(second.mean()),
        Estimate(None) if first is None or second is None else of_values(second - first, unknown=unknown),
    )


def _officers(a: Totals, b: Totals) -> tuple[Difference, ...]:
    """Officer hours at booths, by crossing."""
    made = []
    for crossing in dict.fromkeys(booth.crossing for t in (a, b) for booth in t.scenario.booths):
        values: list[Floats | None] = []
        for totals in (a, b):
            own = [i for i, booth in enumerate(totals.scenario.booths) if booth.crossing == crossing]
            values.append(totals.booth_open[:, own].sum(axis=1) / HOUR if own else None)
        made.append(_plain(crossing, "officer_hours", values))
    return tuple(made)


def _costs(totals: Totals, line: str, at: int, change: Difference, rates: Rates) -> list[CostChange]:
    """The change of delay at the rates of a line."""
    made = []
    noun = totals.scenario.lines[at]
    for value in value_of(noun, rates):
        persons = persons_of(noun, value, rates)
        if persons is None or change.change.mean is None:
            continue
        low, high = value.low * persons, value.high * persons
        ends = [
            dollars(hours, rate)
            for hours in (change.change.low, change.change.high)
            if hours is not None
            for rate in (low, high)
        ]
        at_mean = sorted((dollars(change.change.mean, low), dollars(change.change.mean, high)))
        made.append(
            CostChange(
                line,
                value.convention,
                at_mean[0],
                at_mean[1],
                min(ends) if ends else None,
                max(ends) if ends else None,
                value,
            )
        )
    return made
