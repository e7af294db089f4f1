"""What is said of a run: means, intervals, percentiles, costs, paired differences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from ambos.crossing.compare import compare
from ambos.crossing.costs import cost, sum_by_convention
from ambos.crossing.intervals import around, of_ratio, of_values, percentile
from ambos.crossing.kernel.totals import BINS, EDGES, Totals
from ambos.crossing.summary import Stage, Summary, summarise
from ambos.errors import BadRequest
from twin_samples import rates, scenario, totals
from twin_totals import bin_of

WAITS = {"standard": [[0.0, 10.0, 40.0], [5.0, 70.0]], "fast": [[1.0, 2.0], [3.0]]}


def stage(summary: Summary, line: str, name: str) -> Stage:
    (found,) = (s for s in summary.stages if (s.line, s.stage) == (line, name))
    return found


def test_a_wait_is_summed_up() -> None:
    found = stage(summarise(totals(WAITS)), "north.pov.standard", "primary")
    assert (found.arrived, found.served, found.wait.measured) == (2.5, 2.5, 2.5)
    assert found.wait.mean.mean == pytest.approx(125 / 5)
    assert (found.wait.over_30, found.wait.over_60) == (2 / 5, 1 / 5)
    assert found.wait.p50.minutes is not None and 10.0 <= found.wait.p50.minutes <= 10.0 * 65 / 64
    assert found.wait.p95.minutes is not None and 70.0 <= found.wait.p95.minutes <= 70.0 * 65 / 64


def test_nobody_is_not_a_wait_of_zero() -> None:
    summary = summarise(totals(WAITS))
    found = stage(summary, "north.pov.sentri", "primary")
    assert found.arrived == 0
    assert found.wait.mean.mean is None and found.wait.p50.minutes is None and found.wait.over_60 is None
    second_hour = [h for h in summary.hourly if h.line == "north.pov.standard"][1]
    assert second_hour.wait.mean.mean is None and second_hour.wait.measured == 0


def test_one_replication_has_no_interval() -> None:
    summary = summarise(totals({"standard": [[1.0, 2.0]]}))
    wait = stage(summary, "north.pov.standard", "primary").wait
    assert wait.mean.mean == 1.5 and wait.mean.low is None and wait.mean.high is None
    assert all(q.low is None and q.queue.low is None for q in summary.queue)
    assert summary.crossings[0].officer_hours.low is None


def test_the_interval_of_symmetric_values_is_that_of_student() -> None:
    values = np.array([1.0, 3.0, 4.0, 5.0, 7.0, 4.0])
    level = 1 - 0.05 * 6 / 12
    low, high = stats.t.interval(level, 5, loc=values.mean(), scale=stats.sem(values))
    found = of_values(values)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high)) and found.needed is None
    # with as many travellers in each replication the ratio is the mean of their means
    ratio = of_ratio(values * 10, np.full(6, 10))
    assert (ratio.mean, ratio.low, ratio.high) == (pytest.approx(4.0), pytest.approx(low), pytest.approx(high))


def test_the_interval_of_skewed_values_is_that_of_hall() -> None:
    """The ends are where Hall's transformation of the studentised mean is the quantile of Student's t."""
    values = np.array([3.0, 5.0, 4.0, 8.0, 20.0, 2.0])
    found = of_values(values)
    assert found.mean is not None and found.low is not None and found.high is not None
    a = float(stats.skew(values, bias=False)) / np.sqrt(6)
    quantile = float(stats.t.ppf(1 - 0.05 * 6 / 12 / 2, 5))
    for end, wanted in ((found.low, quantile), (found.high, -quantile)):
        t = (found.mean - end) / stats.sem(values)
        assert t + a * t**2 / 3 + a**2 * t**3 / 27 + a / 6 == pytest.approx(wanted)
    assert found.high - found.mean > 1.5 * (found.mean - found.low)  # the truth is sooner missed below
    mirrored = of_values(-values)
    assert (mirrored.low, mirrored.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


def test_too_few_replications_say_how_many_it_takes() -> None:
    assert of_values(np.array([3.0, 5.0, 4.0, 8.0])).needed == 5
    assert of_values(np.array([3.0, 5.0, 4.0, 8.0, 6.0])).needed is None
    assert of_values(np.array([3.0, 5.0, 4.0, 8.0, 6.0]), 10).needed == 10
    rare = np.zeros(30)
    rare[[3, 7]] = 4.0, 9.0
    assert of_values(rare).needed == 75  # 2 of 30 replications had any: 5 of 75 may
    assert of_values(np.zeros(30)).high is None  # not "0 to 0": nobody knows how rare it is
    assert around(0.0, np.zeros(4), 0).low is None


def test_a_ratio_weighs_replications_by_their_travellers() -> None:
    found = of_ratio(np.array([100.0, 0.0]), np.array([99, 1]))
    assert found.mean == pytest.approx(1.0)


def test_intervals_cover_the_truth_about_95_times_of_100() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(1000):
        counts = generator.poisson(50, 8)
        sums = np.array([generator.exponential(2.0, n).sum() for n in counts])
        found = of_ratio(sums, counts)
        assert found.low is not None and found.high is not None
        covered += found.low <= 2.0 <= found.high
    assert 925 <= covered <= 970


@pytest.mark.parametrize("chance", [0.05, 0.5, 0.9, 0.95, 0.999])
def test_percentiles_are_exact_to_the_bin(chance: float) -> None:
    waits = np.random.default_rng(1).exponential(20.0, 5000)
    found = percentile(counted(waits), counted([]), chance)
    true = float(np.quantile(waits, chance, method="inverted_cdf"))
    assert found.minutes == pytest.approx(true, rel=1 / 64) and not found.at_least


def counted(waits: Iterable[float]) -> np.ndarray:
    return np.bincount([bin_of(wait) for wait in waits] or [0], minlength=BINS) * bool(len(list(waits)))


def test_a_percentile_beyond_the_last_bin_is_a_lower_bound() -> None:
    found = percentile(counted([3e5]), counted([]), 0.5)
    assert (found.minutes, found.at_least) == (2.0**18, True) and EDGES[-1] == 2.0**18
    assert percentile(counted([]), counted([]), 0.5).minutes is None


def test_a_short_wait_is_not_none() -> None:
    short = percentile(counted([0.0, 0.1, 0.12, 0.2]), counted([]), 0.5).minutes
    assert short is not None and short == pytest.approx(0.1, rel=1 / 32)
    assert percentile(counted([0.0, 0.0, 0.2]), counted([]), 0.5).minutes == 0.0


def test_those_still_in_line_make_a_wait_a_lower_bound() -> None:
    """Three were served after 10, 20 and 30 minutes; three had stood 40, 50 and 70 minutes when the day ended."""
    cut = {"standard": [[40.0, 50.0], [70.0]]}
    found = stage(summarise(totals({"standard": [[10.0, 20.0], [30.0]]}, left=cut)), "north.pov.standard", "primary")
    wait = found.wait
    assert (wait.measured, wait.left) == (1.5, 1.5)
    assert wait.mean.mean == pytest.approx(220 / 6) and wait.mean.at_least
    assert (wait.over_30, wait.over_60) == (3 / 6, 1 / 6)
    # half waited 30 minutes or less, whatever the others will wait
    assert wait.p50.minutes == pytest.approx(30.0, rel=1 / 64) and not wait.p50.at_least
    assert wait.p95.minutes == pytest.approx(70.0, rel=1 / 64) and wait.p95.at_least


def test_a_few_still_in_line_change_nothing() -> None:
    served = [[10.0] * 100, [12.0] * 100]
    found = stage(
        summarise(totals({"standard": served}, left={"standard": [[1.0], []]})), "north.pov.standard", "primary"
    )
    assert found.wait.left == 0.5 and not found.wait.mean.at_least and not found.wait.p95.at_least


def test_stations_only_where_a_line_may_go() -> None:
    summary = summarise(totals(WAITS, scans=[[4.0], []]))
    assert {(s.line, s.stage) for s in summary.stages if s.stage == "north.scan"} == {
        ("north.truck.fast", "north.scan")
    }
    scan = stage(summary, "north.truck.fast", "north.scan")
    assert (scan.arrived, scan.served, scan.wait.mean.mean) == (0.5, 0.5, 4.0)
    (share,) = summary.inspected
    assert share.share.mean == pytest.approx(1 / 3) and share.entered == 0.5


def test_use_of_booths_and_stations() -> None:
    summary = summarise(totals(WAITS, scans=[[4.0], []]))
    (crossing,) = summary.crossings
    assert crossing.officer_hours.mean == pytest.approx(6.0)
    assert crossing.utilisation.mean == pytest.approx(4.0 / 360.0)  # 4 minutes busy a day, three booths of two hours
    (station,) = summary.stations
    assert station.staffed_hours == 2.0 and station.utilisation.mean == pytest.approx(1.0 / 120.0)


def test_a_closed_booth_has_no_utilisation() -> None:
    made = totals(WAITS)
    made.booth_open[:, 1] = 0.0
    assert summarise(made).booths[1].utilisation.mean is None


def test_the_queue_and_its_length() -> None:
    first = next(q for q in summarise(totals(WAITS)).queue if q.line == "north.pov.standard")
    assert first.queue.mean == pytest.approx((50 / 15 + 75 / 15) / 2) and first.most == 3
    assert first.extent_m == pytest.approx(7.5 * 25 / 6) and first.most_m == 22.5 and first.approach_m == 300.0
    unknown = next(q for q in summarise(totals(WAITS)).queue if q.line == "north.pov.sentri")
    assert unknown.extent_m is None and unknown.most_m is None and unknown.approach_m is None


# -- costs ------------------------------------------------------------------------------------------------------------
def test_delay_is_priced_to_the_cent() -> None:
    found = cost(totals(WAITS), rates())
    assert found.delay_hours["north.pov.standard"].mean == pytest.approx(62.5 / 60)
    priced = {(m.line, m.convention): m for m in found.money}
    person = priced["north.pov.standard", "usdot"]
    assert person.low == person.high == Decimal("31.25")  # 62.5 min × 1.5 persons × 20 dollars
    stated = priced["north.pov.standard", "stated"]
    assert (stated.low, stated.high) == (Decimal("7.69"), Decimal("9.75"))
    assert priced["north.pov.sentri", "stated"].rate.low == Decimal("11.10")
    assert ("north.truck.fast", "usdot") not in priced  # no rate: no cost, not 0
    assert sum_by_convention(found.money)["stated"] == (Decimal("7.69"), Decimal("9.75"))


def test_waits_at_stations_cost_too() -> None:
    without, with_scans = cost(totals(WAITS), rates()), cost(totals(WAITS, scans=[[60.0], []]), rates())
    a, b = (c.delay_hours["north.truck.fast"].mean for c in (without, with_scans))
    assert a is not None and b is not None and b - a == pytest.approx(0.5)


def test_the_last_quarter_hour_may_be_short() -> None:
    made = totals(WAITS, length=100.0)
    assert made.queue.shape[2] == 7
    made.queue[:, 0] = 0.0
    made.queue[:, 0, -1] = 6.0  # of ten minutes
    assert cost(made, rates()).delay_hours["north.pov.standard"].mean == pytest.approx(1.0)


def test_idling_by_month() -> None:
    winter, summer = (
        {b.line: b for b in cost(totals(WAITS), rates(), month).burnt}["north.pov.standard"] for month in (1, 7)
    )
    assert winter.co2_kg.mean == pytest.approx(62.5 / 60 * 3.466)
    assert summer.co2_kg.mean == pytest.approx(2 * 62.5 / 60 * 3.466)
    assert winter.pm25_g.mean is None  # no rate known


# -- comparison -------------------------------------------------------------------------------------------------------
def test_paired_differences_are_sharper_than_the_runs() -> None:
    generator = np.random.default_rng(5)
    base = [list(generator.uniform(0, 100, 50) + shift) for shift in generator.normal(0, 20, 6).clip(-60, 60) + 60]
    less = [[w - 1.0 for w in rep] for rep in base]
    a, b = totals({"standard": base}), totals({"standard": less})
    found = next(d for d in compare(a, b).stages if d.line == "north.pov.standard" and d.stage == "primary")
    own = stage(summarise(a), "north.pov.standard", "primary").wait.mean
    assert own.low is not None and own.high is not None and own.high - own.low > 5
    assert found.change.mean == pytest.approx(-1.0)
    assert found.change.low == pytest.approx(-1.0) and found.change.high == pytest.approx(-1.0)
    assert found.clear


def test_the_same_run_has_no_difference() -> None:
    made = totals(WAITS)
    found = compare(made, made, rates())
    measured = [d for d in (*found.stages, *found.hourly, *found.counts, *found.delay) if d.change.mean is not None]
    assert measured and all(d.change.mean == 0 and not d.clear for d in measured)
    assert found.costs and all(c.low == c.high == 0 for c in found.costs)


def test_costs_of_a_change() -> None:
    a, b = totals({"standard": [[60.0], [60.0]]}), totals({"standard": [[120.0], [120.0]]})
    changed = {c.convention: c for c in compare(a, b, rates()).costs if c.line == "north.pov.standard"}
    assert (changed["stated"].low, changed["stated"].high) == (Decimal("7.38"), Decimal("9.36"))
    fewer = {c.convention: c for c in compare(b, a, rates()).costs if c.line == "north.pov.standard"}
    assert (fewer["stated"].low, fewer["stated"].high) == (Decimal("-9.36"), Decimal("-7.38"))


def test_a_line_that_only_one_scenario_has() -> None:
    a, b = totals(WAITS), totals(WAITS)
    renamed = replace(b.scenario.lines[0], id="north.pov.ready")
    other = replace(b, scenario=replace(b.scenario, lines=(renamed, *b.scenario.lines[1:])))
    found = {d.line: d for d in compare(a, other).stages if d.stage == "primary"}
    assert found["north.pov.standard"].b is None and found["north.pov.ready"].a is None
    assert found["north.pov.ready"].change.mean is None


@pytest.mark.parametrize("other", [totals(WAITS, seed=2), totals({"standard": [[1.0], [2.0], [3.0]]})])
def test_runs_of_other_draws_are_refused(other: Totals) -> None:
    with pytest.raises(BadRequest) as refused:
        compare(totals(WAITS), other)
    assert "semillas" in refused.value.say("es") and "seeds" in refused.value.say("en")


def test_the_sample_is_a_scenario() -> None:
    assert len(scenario().lines) == 3
