"""Properties of the pieces the checks are made of."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.quality import load_checks
from ambos.quality.context import next_month
from ambos.quality.episodes import episodes
from ambos.quality.panel import Panel, panels, runs, same_month
from ambos.quality.related import ratio_episodes
from ambos.quality.shifts import falls
from examples import examples

START = date(2005, 1, 1)
CHECKS = load_checks()


def pair(ratio: np.ndarray, parent: int) -> pl.DataFrame:
    """One place's counts, as `ambos.quality.related.pairs` gives them."""
    months = [next_month(START, i) for i in range(len(ratio))]
    return pl.DataFrame(
        {
            "place": "P",
            "item": "x",
            "parent": "y",
            "period": months,
            "value": [max(1, round(r * parent)) for r in ratio],
            "parent_value": [parent] * len(ratio),
        }
    )


@given(
    seed=st.integers(0, 10_000),
    level=st.floats(0.2, 5),
    parent=st.integers(2_000, 1_000_000),
    factor=st.one_of(st.floats(1.6, 20), st.floats(0.05, 0.6)),
    begin=st.integers(70, 100),  # a history of five years
    length=st.integers(3, 18),
)
@settings(max_examples=examples(60), deadline=None)
def test_a_drift_is_found_where_it_was_planted(
    seed: int, level: float, parent: int, factor: float, begin: int, length: int
) -> None:
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.02, 120))
    clean = level * noise
    planted = clean.copy()
    planted[begin : begin + length] *= factor
    assert ratio_episodes(pair(clean, parent), CHECKS["ratio_drift"]).is_empty()
    found = ratio_episodes(pair(planted, parent), CHECKS["ratio_drift"]).filter(
        pl.col("start") == next_month(START, begin)
    )
    assert found.height == 1
    assert found["end"][0] == next_month(START, min(begin + length, 120) - 1)
    assert np.isclose(np.log(found["factor"][0]), abs(np.log(factor)), atol=0.1)


@given(
    seed=st.integers(0, 10_000),
    depth=st.floats(0.0, 0.3),
    begin=st.integers(24, 90),
    length=st.integers(1, 12),
    common=st.floats(0.2, 3),
)
@settings(max_examples=examples(60), deadline=None)
def test_a_fall_is_found_whatever_happens_to_all(
    seed: int, depth: float, begin: int, length: int, common: float
) -> None:
    random = np.random.default_rng(seed)
    season = 1 + 0.2 * np.sin(np.arange(120) / 12 * 2 * np.pi)
    values = 20_000 * season * np.exp(random.normal(0, 0.03, (14, 120)))
    values[:, begin - 2 : begin + length + 2] *= common  # of all, which is the fall of none
    assert list(falls(Panel([str(i) for i in range(14)], START, values), CHECKS["collapse"], [""] * 14)) == []
    values[5, begin : begin + length] *= depth
    values = np.round(values)
    found = list(falls(Panel([str(i) for i in range(14)], START, values), CHECKS["collapse"], [""] * 14))
    assert [(row, fall.start, fall.months) for row, fall in found] == [(5, next_month(START, begin), length)]


@given(flags=st.lists(st.booleans(), max_size=40), gap=st.integers(1, 4))
def test_runs_hold_every_flag_once_and_are_apart(flags: list[bool], gap: int) -> None:
    found = runs(np.array(flags, dtype=bool), gap)
    assert sum(count for _, _, count in found) == sum(flags)
    assert all(flags[first] and flags[last] for first, last, _ in found)
    assert all(later[0] - earlier[1] > gap for earlier, later in pairwise(found))
    for first, last, _ in found:
        inside = [i for i in range(first, last + 1) if flags[i]]
        assert all(b - a <= gap for a, b in pairwise(inside))


@given(months=st.sets(st.integers(0, 60), min_size=1), gap=st.integers(1, 6))
def test_episodes_are_runs(months: set[int], gap: int) -> None:
    frame = pl.DataFrame({"place": "P", "period": [next_month(START, m) for m in sorted(months)]})
    found = episodes(frame, ["place"], gap).sort("start")
    flags = np.array([i in months for i in range(61)])
    expected = [(next_month(START, a), next_month(START, b), n) for a, b, n in runs(flags, gap)]
    assert list(found.select("start", "end", "count").iter_rows()) == expected


@given(rows=st.dictionaries(st.tuples(st.sampled_from("ABC"), st.integers(0, 30)), st.integers(0, 10**6), min_size=1))
def test_a_panel_holds_each_count_at_its_place(rows: dict[tuple[str, int], int]) -> None:
    frame = pl.DataFrame(
        [(p, "x", next_month(START, m), v) for (p, m), v in rows.items()],
        schema=["place", "item", "period", "value"],
        orient="row",
    ).sort("place", "item", "period")
    panel = panels(frame)["x"]
    held = {
        (panel.places[i], panel.month(j)): panel.values[i, j]
        for i, j in np.argwhere(np.isfinite(panel.values)).tolist()
    }
    assert held == {(p, next_month(START, m)): float(v) for (p, m), v in rows.items()}


def test_the_same_month_of_other_years_leaves_out_its_own() -> None:
    logs = np.zeros((1, 48))
    logs[0, 24] = 9.0
    assert same_month(logs, 2, 1, 3)[0, 24] == 0.0
    assert np.isnan(same_month(logs, 2, 1, 3)[0, 23])  # one year before it is not enough of them
