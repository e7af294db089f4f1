"""The kernel and the slow reference, written apart from the same rules, agree on every traveller of any small day."""

from __future__ import annotations

import math
from dataclasses import fields
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.crossing import simulate
from ambos.crossing.kernel.totals import Totals, Trace
from ambos.crossing.scenario.check import problems
from ambos.model.crossing import (
    Arrivals,
    Booth,
    Law,
    MoveLanes,
    OpenLanes,
    Option,
    Referral,
    Scenario,
    Shift,
    Station,
    Stream,
)
from examples import examples
from twin_reference import Day, trace_of
from twin_scenarios import booth, line, random_day, scenario, shrinking_days
from twin_totals import totals_of

TOLERANCE = 1e-9
OVER_REPLICATIONS = (
    "histogram",
    "hour_histogram",
    "left_histogram",
    "hour_left_histogram",
)  # summed, the others by replication
SKIPPED = ("scenario", "seed", "unknown", "seconds")


def assert_same(name: str, kernel: np.ndarray, reference: np.ndarray) -> None:
    assert kernel.shape == reference.shape, name
    if np.issubdtype(kernel.dtype, np.integer):
        np.testing.assert_array_equal(kernel, reference, err_msg=name)
    else:
        np.testing.assert_allclose(kernel, reference, rtol=1e-12, atol=TOLERANCE, equal_nan=True, err_msg=name)


def agree(scenario: Scenario, seed: int) -> None:
    assert problems(scenario) == []
    days = [Day(scenario, seed, replication) for replication in (0, 1)]
    for replication, day in enumerate(days):
        kernel, reference = simulate.trace(scenario, seed, replication), trace_of(day)
        for field in fields(Trace):
            assert_same(field.name, getattr(kernel, field.name), getattr(reference, field.name))
    totals, sums = simulate.run(scenario, 2, seed), [totals_of(day) for day in days]
    for field in fields(Totals):
        if field.name not in SKIPPED:
            parts = [s[field.name] for s in sums]
            reference = sum(parts) if field.name in OVER_REPLICATIONS else np.stack(parts)
            assert_same(field.name, getattr(totals, field.name), reference)


@pytest.mark.parametrize("part", range(3))
def test_kernel_and_reference_agree(part: int) -> None:
    for n in range(200 * part, 200 * (part + 1)):
        try:
            agree(random_day(Random(n)), n)
        except AssertionError as error:
            raise AssertionError(f"day {n}") from error


def whole_day(discipline: str, shift_end: str) -> Scenario:
    """Some 1,300 travellers and all the rules at once."""

    def people(name: str, peak: float, *options: Option, **rest: Any) -> Stream:
        by_hour = tuple(round(peak * max(0.1, math.sin(math.pi * (hour - 4) / 18)), 3) for hour in range(24))
        return Stream(name, Arrivals(by_hour, batch=rest.pop("batch", (1.0,)), initial=3), options, **rest)

    second = (Referral("lot", random=0.02, risk=0.08), Referral("x-ray", risk=0.05))
    spills = {"when_full": "spill", "behind": "general"} if discipline == "one_line" else {"when_full": "balk"}
    lines = [
        line("general", Law("lognormal", 1.6, cv2=0.8, minimum=0.3), referrals=second, spacing_m=7, approach_m=400),
        line("ready", Law("gamma", 1.1, cv2=0.5), referrals=second, spacing_m=7, approach_m=60, **spills),
        line("trucks", Law("erlang", 3.0, phases=2), after=(Referral("x-ray", risk=0.4), Referral("state", risk=0.3)), opens=360, closes=1200),
        line("next door", Law("exponential", 2.0), crossing="next", spacing_m=7, approach_m=100, when_full="divert"),
    ]  # fmt: skip
    long = (Shift(0, 360, ("general",)), Shift(360, 900, ("ready", "general")), Shift(915, 1440, ("general", "ready")))
    booths = [
        Booth("rear", "port", long, 1.25, behind="front"),
        Booth("front", "port", long),
        booth("general", "general", start=300, end=1200),
        booth("reserve", "general", start=0, end=15),
        booth("trucks", "trucks", start=360, end=1140),
        Booth("next", "next", (Shift(0, 1080, ("next door",)), Shift(1080, 1440, ("next door", "trucks")))),
    ]
    streams = [
        people("cars", 40, Option("general"), Option("next door", -0.5), wait_weight=-0.06, patience=200, batch=(0.8, 0.2)),
        people("members", 30, Option("ready"), Option("general", -1), wait_weight=-0.1),
        people("trucks", 14, Option("trucks")),
        people("neighbours", 20, Option("next door", 2.0), Option("general"), patience=90),
    ]  # fmt: skip
    stations = (
        Station("lot", "port", Law("exponential", 25.0), (1, 2, 2, 1), lot=3),
        Station("x-ray", "port", Law("deterministic", 6.0), (0, 1, 1, 1), lot=4),
        Station("state", "port", Law("empirical", sample=(5.0, 10.0, 20.0)), (1,), lot=2),
    )
    policies = (OpenLanes("general", ("reserve", "general"), 30, 10), MoveLanes("general", "ready", 1.45, 120))
    return scenario(
        streams, lines, booths, stations=stations, policies=policies, officers=(4, 5, 6, 4), length=1440.0,
        discipline=discipline, shift_end=shift_end, officer_cv2=0.05,
    )  # fmt: skip


@pytest.mark.parametrize(("discipline", "end"), [("one_line", "preempt"), ("shortest_line", "drain")])
def test_kernel_and_reference_agree_on_a_whole_day(discipline: str, end: str) -> None:
    agree(whole_day(discipline, end), 2026)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shrinking_days, st.integers(0, 2**40))
def test_kernel_and_reference_agree_on_any_day(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(1, 6))
def test_kernel_and_reference_agree_on_many(part: int) -> None:
    for n in range(2000 * part, 2000 * (part + 1)):
        try:
            agree(random_day(Random(n)), n)
        except AssertionError as error:
            raise AssertionError(f"day {n}") from error
