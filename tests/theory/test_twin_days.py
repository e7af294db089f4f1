"""The twin against theory where demand and lanes change over the day."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm, poisson

from ambos.crossing import simulate
from ambos.crossing.summary import summarise
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Scenario, Shift, Stream
from ambos.text import Text

DAY = 1440.0


def one_line(
    arrivals: Arrivals,
    service: Law,
    lanes: list[int],
    step: float,
    length: float,
    patience: float = 0.0,
    shift_end: str = "finish",
) -> Scenario:
    """One line whose open booths are told by steps."""
    booths = tuple(
        Booth(f"b{n}", "port", tuple(Shift(k * step, (k + 1) * step, ("line",)) for k, open_ in enumerate(lanes) if open_ > n))
        for n in range(max(lanes))
    )  # fmt: skip
    return Scenario(
        Text.same("day"),
        (Stream("stream", arrivals, (Option("line"),), patience=patience),),
        (Line("line", "port", "pov", "standard", service),),
        booths,
        length=length,
        shift_end=shift_end,  # type: ignore[arg-type]
    )


# -- patience: M_t/M/s_t + M ------------------------------------------------------------------------------------
UNIT = 60.0  # minutes of mean service and of mean patience
CYCLES = 30
#: Time in the cycle, travellers expected there, and the fewest that are reached with a chance of at most .1, .5, .9.
STAFFING = (
    (0, 90.0000, (103, 91, 79)),
    (2, 113.2544, (128, 114, 101)),
    (4, 98.9684, (113, 100, 87)),
    (6, 87.6041, (101, 88, 77)),
)


def test_patience_as_long_as_service_leaves_a_poisson_number() -> None:
    """Whoever is there leaves at the same rate, waiting or served: the number is Poisson whatever the lanes are."""
    cycle = 2 * math.pi
    steps = CYCLES * 360
    length = math.ceil(CYCLES * cycle * UNIT / 15) * 15
    middle = (np.arange(steps) + 0.5) * length / steps / UNIT
    rates = tuple((100 + 20 * np.sin(middle)) * 60 / UNIT)
    lanes = [85 + round(20 * math.sin(k / 3)) for k in range(round(length / 15))]
    scenario = one_line(Arrivals(rates=rates), Law("exponential", UNIT), lanes, 15.0, length, patience=UNIT)
    there: dict[int, list[int]] = {at: [] for at, _, _ in STAFFING}
    reneged = 0
    for replication in range(16):
        trace = simulate.trace(scenario, 7, replication)
        reneged += int((trace.fate == 2).sum())
        gone = np.where(trace.fate == 2, trace.arrived + trace.wait, trace.exited)
        gone = np.sort(gone[~np.isnan(gone)])
        for at in there:
            for k in range(3, CYCLES - 1):
                moment = (at + k * cycle) * UNIT
                there[at].append(int(np.searchsorted(trace.arrived, moment) - np.searchsorted(gone, moment)))
    assert reneged > 10_000
    limit = norm.ppf(1 - 0.01 / (2 * 20))
    for at, mean, levels in STAFFING:
        assert 100 + 10 * (math.sin(at) - math.cos(at)) == pytest.approx(mean, abs=1e-4)
        found = np.array(there[at])
        n = len(found)
        assert abs(found.mean() - mean) < limit * math.sqrt(mean / n)
        assert abs(found.var() / mean - 1) < limit * math.sqrt(2 / n)
        for chance, level in zip((0.1, 0.5, 0.9), levels, strict=True):
            exact = poisson.sf(level - 1, mean)
            assert exact <= chance < poisson.sf(level - 2, mean)
            assert abs((found >= level).mean() - exact) < limit * math.sqrt(exact * (1 - exact) / n) < 0.09


# -- fluid ------------------------------------------------------------------------------------------------------
def test_a_pulse_queues_as_a_fluid_does() -> None:
    """720 an hour for two hours, then 360, through a capacity of 600 an hour."""
    times = [k / 12 for k in range(1440)] + [120 + k / 6 for k in range(6 * 180)]
    scenario = one_line(Arrivals(times=tuple(times)), Law("deterministic", 1.0), [10], 300.0, 300.0)
    totals, trace = simulate.run(scenario, 1), simulate.trace(scenario)
    assert totals.peak.max() == pytest.approx(240, abs=2)
    assert trace.wait.max() == pytest.approx(24, abs=0.2)
    assert trace.arrived[trace.wait > 0.2].max() == pytest.approx(180, abs=2)
    assert trace.wait.sum() / 60 == pytest.approx(360, rel=0.01)
    assert totals.queue.sum() / 4 == pytest.approx(trace.wait.sum() / 60, rel=1e-9)


# -- overload ---------------------------------------------------------------------------------------------------
def test_waits_under_overload_are_lower_bounds() -> None:
    """One a minute through a booth of two minutes: car k waits k minutes, and at midnight half of 1,440 still stand there."""
    scenario = one_line(Arrivals(times=tuple(map(float, range(1440)))), Law("deterministic", 2.0), [1], DAY, DAY)
    totals = simulate.run(scenario, 2)
    (stage,) = (s for s in summarise(totals).stages if s.stage == "primary")
    wait = stage.wait
    assert (wait.measured, wait.left) == (720, 720)
    # 0 … 719 minutes of those served, 1 … 720 until midnight of those who were not
    assert wait.mean.mean == pytest.approx(360.0) and wait.mean.at_least
    assert wait.p95.minutes == pytest.approx(684, rel=1 / 64) and wait.p95.at_least
    assert wait.over_60 == pytest.approx((659 + 660) / 1440, abs=1e-3)
    served = summarise(totals).hourly[8].wait  # all who came before 12 o'clock were served
    assert served.mean.mean == pytest.approx(480 + 29.5) and not served.mean.at_least and not served.p95.at_least


# -- a port's day -----------------------------------------------------------------------------------------------
RATES = (60, 50, 60, 120, 260, 480, 640, 700, 640, 560, 520, 500, 490, 500, 520, 560, 600, 620, 580, 500, 420, 330, 220, 120)  # fmt: skip
LANES = [2, 2, 2, 3, 5, 8, 10, 11, 11, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 9, 8, 7, 5, 4]
#: Travellers waiting on the mean of an hour, from the Kolmogorov equations of the pre-emptive day.
HOURS = {7: 83.841, 8: 95.251, 12: 2.696, 17: 40.580, 18: 47.111}


def port_day(shift_end: str) -> Scenario:
    return one_line(Arrivals(rates=RATES), Law("exponential", 1.0), LANES, 60.0, DAY, shift_end=shift_end)


def test_a_port_s_day_queues_as_the_exact_chain_does() -> None:
    totals = simulate.run(port_day("preempt"), 1500, seed=11)
    hours = totals.queue[:, 0].reshape(1500, 24, 4).mean(2)
    limit = norm.ppf(1 - 0.01 / (2 * 7))

    def agrees(values: np.ndarray, exact: float, width: float) -> None:
        margin = limit * values.std(ddof=1) / math.sqrt(len(values))
        assert abs(values.mean() - exact) < margin < width * exact, (values.mean(), exact, margin)

    agrees(hours.sum(1), 536.802, 0.04)
    for hour, exact in HOURS.items():
        agrees(hours[:, hour], exact, 0.2)
    assert hours.sum(1).mean() * 60 / sum(RATES) == pytest.approx(3.2048, rel=0.04)
    # the same from the waits of those who came, less the few still in line at midnight
    assert totals.stage_sum[:, 0, 0].sum() / totals.stage_n[:, 0, 0].sum() == pytest.approx(3.2048, rel=0.04)


def test_chance_to_wait_in_the_morning() -> None:
    shares = []
    for replication in range(150):
        trace = simulate.trace(port_day("preempt"), 12, replication)
        shares.append((trace.wait[(trace.arrived >= 480) & (trace.arrived < 540)] > 0).mean())
    margin = 3 * np.std(shares, ddof=1) / math.sqrt(len(shares))
    assert abs(np.mean(shares) - 0.9850) < margin < 0.015


def test_the_rule_at_the_end_of_a_shift_matters() -> None:
    waits = {}
    for rule in ("finish", "preempt", "drain"):
        totals = simulate.run(port_day(rule), 200, seed=13)
        waits[rule] = totals.hour_sum[:, 0].sum(1)
    assert (waits["finish"] == waits["drain"]).all()  # nobody is committed to a booth in one line
    difference = waits["preempt"] - waits["finish"]
    assert difference.mean() > 4 * difference.std(ddof=1) / math.sqrt(200)
