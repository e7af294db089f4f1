"""Loads inferred from reported waits and open lanes."""

from __future__ import annotations

import numpy as np
import pytest

from ambos.crossing.calibrate.reconstruct import reconstruct

LANES = np.array([4.0] * 8 + [6.0] * 8 + [4.0] * 8)
LOAD = np.array(
    [2.0] * 5 + [5.0, 6.0, 6.5, 6.5, 6.0, 6.5, 7.0, 6.0, 5.5, 5.0, 5.0, 4.5, 4.5, 4.0, 3.5, 3.0, 2.5, 2.0, 2.0]
)


def waits(load: np.ndarray, lanes: np.ndarray) -> np.ndarray:
    """Minutes in line at the beginning of each hour, and at the end, of a fluid queue that begins empty."""
    queue = [0.0]
    for came, served in zip(load, lanes, strict=True):
        queue.append(max(0.0, queue[-1] + came - served))
    return 60 * np.array(queue) / np.append(lanes, lanes[-1])


def test_loads_of_a_made_up_day_lie_within_the_intervals() -> None:
    reported = np.round(waits(LOAD, LANES) / 5) * 5
    reported[[7, 11, 16]] = np.nan
    found = reconstruct(reported, LANES)
    low, high = found.interval
    queued = slice(5, 20)
    assert ((low <= LOAD) & (high >= LOAD))[queued].mean() >= 0.8
    assert abs(found.load[queued].sum() / LOAD[queued].sum() - 1) < 0.03


def test_without_a_queue_the_load_is_bounded_by_the_lanes_only() -> None:
    found = reconstruct(np.zeros(25), LANES)
    assert (found.idle > 0.7).all()
    assert (found.load < LANES).all()


def test_an_outlier_moves_the_load_less_than_it_says() -> None:
    reported = np.full(25, 20.0)
    wild = reported.copy()
    wild[12] = 300.0
    plain, moved = (reconstruct(w, LANES).load.sum() for w in (reported, wild))
    assert abs(moved - plain) < 0.1 * plain


def test_a_missing_report_is_not_a_report_of_no_wait() -> None:
    reported = np.full(25, 40.0)
    missing = reported.copy()
    missing[8:12] = np.nan
    assert np.median(reconstruct(missing, LANES).waits[:, 10]) > 25


def test_closed_hours_have_no_load_and_no_wait() -> None:
    lanes = LANES.copy()
    lanes[:6] = 0
    found = reconstruct(np.full(24, 10.0), lanes)
    assert not found.load[:6].any()
    assert np.isnan(found.waits[:, :6]).all()


def test_quarter_hours_sum_to_the_hours() -> None:
    found = reconstruct(waits(LOAD, LANES), LANES)
    assert found.quarters().reshape(24, 4).sum(axis=1) == pytest.approx(found.load)


def test_lanes_that_nobody_reported_are_those_of_the_nearest_hour() -> None:
    lanes = LANES.copy()
    lanes[10] = np.nan
    assert reconstruct(np.zeros(24), lanes).lanes == pytest.approx(LANES)


def test_the_same_seed_gives_the_same_paths() -> None:
    first, second = (reconstruct(np.full(24, 15.0), LANES, seed=3).loads for _ in range(2))
    assert (first == second).all()


def test_a_day_without_any_lanes_is_refused() -> None:
    with pytest.raises(ValueError, match="no lanes"):
        reconstruct(np.zeros(24), np.full(24, np.nan))
