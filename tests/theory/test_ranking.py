"""Shares of a ranking's sensitivity that can be computed by hand."""

from __future__ import annotations

import pytest

from ambos.register.ranking import ranked

#: The first project is better by the first criterion only, the second three times as much by the second one: the first
#: leads where its weight w exceeds 3 (1 - w), that is from 3/4 on.
TWO = [[1.0, 0.0], [0.0, 3.0]]


def test_the_shares_of_two_projects_are_the_exact_ones() -> None:
    first, second = ranked(TWO, [30, 30], 1, draws=40_000, seed=1, concentration=4)
    assert (first.total, second.total) == (0.5, 1.5)
    assert (first.place, second.place) == (2, 1)
    # any weights: w is uniform. About the given ones: w is of Beta(2, 2), whose share below t is 3 t² - 2 t³.
    assert first.in_top_any == pytest.approx(1 / 4, abs=0.0065)  # three standard errors
    assert first.in_top == pytest.approx(1 - (3 * 0.75**2 - 2 * 0.75**3), abs=0.0055)
    assert first.in_top + second.in_top == 1 == first.in_top_any + second.in_top_any
    assert (first.low, first.high) == (1, 2)


def test_who_is_better_by_every_criterion_stays_before_whatever_the_weights() -> None:
    best, worst, equal = ranked([[3, 3], [1, 1], [1, 1]], [90, 10], 1, draws=500, seed=2, concentration=50)
    assert (best.in_top, best.in_top_any, best.low, best.high) == (1, 1, 1, 1)
    assert (worst.in_top, worst.in_top_any, worst.place) == (0, 0, 2)
    assert worst == equal
    assert all(p.in_top_any == 1 for p in ranked(TWO, [1, 1], 2, draws=100, seed=2, concentration=50))
