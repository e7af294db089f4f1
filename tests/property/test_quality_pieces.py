"""Properties of the pieces the checks are made of."""

from __future__ import annotations

import warnings
from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.quality import load_checks
from ambos.quality.context import next_month
from ambos.quality.episodes import episodes
from ambos.quality.panel import Panel, cube, nanmedian, runs, same_month
from ambos.quality.related import pairs, ratio_episodes
from ambos.quality.shifts import _widened, falls
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
@settings(deadline=None)
def test_episodes_are_runs(months: set[int], gap: int) -> None:
    frame = pl.DataFrame({"place": "P", "period": [next_month(START, m) for m in sorted(months)]})
    found = episodes(frame, ["place"], gap).sort("start")
    flags = np.array([i in months for i in range(61)])
    expected = [(next_month(START, a), next_month(START, b), n) for a, b, n in runs(flags, gap)]
    assert list(found.select("start", "end", "count").iter_rows()) == expected


@given(rows=st.dictionaries(st.tuples(st.sampled_from("ABC"), st.integers(0, 30)), st.integers(0, 10**6), min_size=1))
@settings(deadline=None)
def test_a_panel_holds_each_count_at_its_place(rows: dict[tuple[str, int], int]) -> None:
    frame = pl.DataFrame(
        [(p, "x", next_month(START, m), v) for (p, m), v in rows.items()],
        schema=["place", "item", "period", "value"],
        orient="row",
    ).sort("place", "item", "period")
    panel = cube(frame).panel("x")
    held = {
        (panel.places[i], panel.month(j)): panel.values[i, j]
        for i, j in np.argwhere(np.isfinite(panel.values)).tolist()
    }
    assert held == {(p, next_month(START, m)): float(v) for (p, m), v in rows.items()}


MEASURES = {"c": "trucks", "d": "trucks", "e": "cars"}  # with what each belongs to


def table(rows: dict[tuple[str, str, int], int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(p, i, next_month(START, m), v) for (p, i, m), v in rows.items()],
        schema={"place": pl.String, "item": pl.String, "period": pl.Date, "value": pl.Int64},
        orient="row",
    )


counted = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["c", "d", "e", "trucks", "cars"]), st.integers(0, 20)),
    st.integers(0, 5),
)


@given(rows=counted)
@settings(max_examples=examples(60), deadline=None)
def test_values_stand_beside_those_that_they_belong_to(rows: dict[tuple[str, str, int], int]) -> None:
    of = cube(table(rows))
    context = SimpleNamespace(cube=lambda dataset: of, parents=lambda: MEASURES)
    check = SimpleNamespace(settings={"sums": {"both": {"parts": ["c", "d"]}}})
    found = pairs(context, check, "x")  # type: ignore[arg-type]
    expected: dict[tuple[str, str, int], list[int]] = {}
    for (place, item, month), value in rows.items():
        if (above := (place, MEASURES.get(item, ""), month)) in rows:
            own = expected.setdefault((place, "e" if item == "e" else "both", month), [0, rows[above]])
            own[0] += value
    assert found.with_columns(pl.col("place", "item").cast(pl.String)).rows() == [
        (place, item, next_month(START, month), *values) for (place, item, month), values in sorted(expected.items())
    ]


@given(rows=counted, further=counted)
@settings(max_examples=examples(60), deadline=None)
def test_of_several_counts_of_a_cell_the_largest_is_joined(
    rows: dict[tuple[str, str, int], int], further: dict[tuple[str, str, int], int]
) -> None:
    joined = cube(table(rows)).joined(table(further))
    largest = {key: max(of[key] for of in (rows, further) if key in of) for key in {*rows, *further}}
    held = joined.rows(np.isfinite(joined.values), joined.items, value=joined.values)
    cells = held.with_columns(pl.col("place", "item").cast(pl.String)).rows()
    assert cells == [(p, i, next_month(START, m), v) for (p, i, m), v in sorted(largest.items())]


@given(seed=st.integers(0, 10_000), axis=st.integers(0, 2))
@settings(max_examples=examples(60), deadline=None)
def test_the_median_without_the_missing(seed: int, axis: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(0, 1, (3, 4, 5))
    values[random.random(values.shape) < 0.5] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # where all are missing
        expected = np.nanmedian(values, axis=axis)
    assert np.array_equal(nanmedian(values, axis), expected, equal_nan=True)


@given(cells=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
@settings(deadline=None)
def test_low_months_belong_to_the_fall_they_are_next_to(cells: list[tuple[bool, bool]]) -> None:
    flags, low = (np.array(column) for column in zip(*cells, strict=True))
    expected = flags.copy()
    for step in (1, -1):
        for column in range(len(expected))[::step]:
            before = column - step
            if 0 <= before < len(expected) and expected[before] and low[column]:
                expected[column] = True
    assert np.array_equal(_widened(flags, low), expected)


def test_the_same_month_of_other_years_leaves_out_its_own() -> None:
    logs = np.zeros((1, 48))
    logs[0, 24] = 9.0
    assert same_month(logs, 2, 1, 3)[0, 24] == 0.0
    assert np.isnan(same_month(logs, 2, 1, 3)[0, 23])  # one year before it is not enough of them
