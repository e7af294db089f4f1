"""The kernel and the slow reference, written apart from the same rules, agree on every traveller of any small day."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.crossing import simulate
from ambos.crossing.check import problems
from ambos.crossing.totals import Totals, Trace
from ambos.model.crossing import Scenario
from twin_reference import Day, trace_of
from twin_scenarios import scenarios
from twin_totals import totals_of

TOLERANCE = 1e-9
OVER_REPLICATIONS = ("histogram", "hour_histogram")  # summed, the others by replication
SKIPPED = ("scenario", "seed", "seconds", "compile_seconds")


def assert_same(name: str, kernel: np.ndarray, reference: np.ndarray) -> None:
    assert kernel.shape == reference.shape, name
    if np.issubdtype(kernel.dtype, np.integer):
        np.testing.assert_array_equal(kernel, reference, err_msg=name)
    else:
        np.testing.assert_allclose(kernel, reference, rtol=0, atol=TOLERANCE, equal_nan=True, err_msg=name)


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


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(0, 2**40))
def test_kernel_and_reference_agree(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(0, 2**40))
def test_kernel_and_reference_agree_on_many(scenario: Scenario, seed: int) -> None:
    agree(scenario, seed)
