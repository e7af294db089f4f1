"""The 95 % intervals of the twin hold the truth 93 to 97 times of 100 near saturation, at the replications asked for.

The truth is the mean of a pool of days of the kernel itself, thousands of times more than an interval is made of; each group of
replications of the pool is a run of its own, as replications differ by their draws only.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ambos.crossing import simulate
from ambos.crossing.compare import change_of_waits
from ambos.crossing.intervals import DAY_REPLICATIONS, HOUR_REPLICATIONS, Waits
from ambos.crossing.kernel.totals import Totals
from ambos.crossing.summary import hour_waits
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Scenario, Shift, Stream
from ambos.text import Text

#: Load of the booths.
LOADS = (0.8, 0.95)
HOURS = (2, 8, 15)
#: Of the pools of the quick tests.
DAYS = 12_000


def day(load: float, lanes: int, mean: float) -> Scenario:
    booths = tuple(Booth(str(k), "port", (Shift(0, 1440, ("line",)),)) for k in range(lanes))
    stream = Stream("stream", Arrivals(rates=(load * lanes * 60 / mean,)), (Option("line"),))
    line = Line("line", "port", "pov", "standard", Law("exponential", mean))
    return Scenario(Text.same("day"), (stream,), (line,), booths, length=1440.0)


@cache
def pool(load: float, lanes: int, mean: float, days: int) -> Totals:
    return simulate.run(day(load, lanes, mean), days, seed=17)


def groups(totals: Totals, hour: int | None, size: int, number: int) -> tuple[float, list[Waits]]:
    """The true mean wait, and the waits of so many groups of `size` replications."""
    whole = hour_waits(totals, 0, slice(None) if hour is None else hour)
    arrays = [
        x.sum(axis=1) if hour is None else x for x in (whole.count, whole.minutes, whole.left, whole.left_minutes)
    ]
    truth = Waits(*arrays).mean().mean
    assert truth is not None
    return truth, [Waits(*(x[k * size : (k + 1) * size] for x in arrays)) for k in range(number)]


def coverage(totals: Totals, hour: int | None, size: int, number: int) -> float:
    """The share of the groups whose interval holds the truth; every one has an interval that needs no more replications."""
    truth, runs = groups(totals, hour, size, number)
    found = [waits.mean(DAY_REPLICATIONS if hour is None else HOUR_REPLICATIONS) for waits in runs]
    assert np.mean([f.needed is not None for f in found]) < 0.01
    return float(np.mean([f.low is not None and f.high is not None and f.low <= truth <= f.high for f in found]))


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("replications", [5, 10, 30])
def test_the_mean_of_a_day_is_held(load: float, replications: int) -> None:
    assert 0.93 <= coverage(pool(load, 1, 1.0, DAYS), None, replications, min(1_200, DAYS // replications)) <= 0.97


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("replications", [10, 30])
def test_the_means_of_hours_are_held(load: float, replications: int) -> None:
    found = [coverage(pool(load, 1, 1.0, DAYS), hour, replications, min(1_200, DAYS // replications)) for hour in HOURS]
    assert 0.93 <= np.mean(found) <= 0.97 and min(found) > 0.92


@pytest.mark.parametrize("load", LOADS)
def test_the_effect_of_a_faster_booth_is_held(load: float) -> None:
    """The same travellers served a tenth faster: the differences are skewed the other way."""
    runs = [pool(load * mean, 1, mean, DAYS) for mean in (1.0, 0.9)]
    sides = [groups(totals, None, 10, DAYS // 10)[1] for totals in runs]
    whole = [groups(totals, None, DAYS, 1)[1][0] for totals in runs]
    truth = _change(*whole)[0]
    found = [_change(a, b) for a, b in zip(*sides, strict=True)]
    assert 0.93 <= np.mean([low <= truth <= high for _, low, high in found]) <= 0.97


def _change(a: Waits, b: Waits) -> tuple[float, float, float]:
    found = change_of_waits(a, b, DAY_REPLICATIONS)
    assert found.mean is not None and found.low is not None and found.high is not None
    return found.mean, found.low, found.high


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize(("lanes", "mean"), [(1, 1.0), (1, 3.0), (4, 1.3)])
def test_intervals_hold_by_many_runs(load: float, lanes: int, mean: float) -> None:
    """4,000 runs each; three standard errors are one percent."""
    totals = pool(load, lanes, mean, 120_000)
    for replications in (5, 10, 20, 30):
        assert 0.93 <= coverage(totals, None, replications, 4_000) <= 0.975, replications
    for replications in (10, 20, 30):
        for hour in HOURS:
            assert 0.93 <= coverage(totals, hour, replications, 4_000) <= 0.98, (replications, hour)
