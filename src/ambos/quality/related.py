"""Checks of a measure against the one it belongs to: containers against trucks, passengers against vehicles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from ambos.later import np
from ambos.model import Finding
from ambos.numbers import both
from ambos.quality.context import Context, finding, listed, months, several, span
from ambos.quality.definitions import Check
from ambos.quality.episodes import MAD, episodes
from ambos.quality.summary import PLACES, bounds, examples, held, others
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.quality.panel import Array

KEYS = ["place", "item"]


def beside(context: Context, check: Check, dataset: str) -> tuple[list[str], Array, Array]:
    """Every measure that belongs to another, and that other.

    Measures that the settings sum up (loaded and empty containers) are one item.

    Returns
    -------
    (list of str, ndarray, ndarray)
        The items, sorted; their values and those that they belong to, places × items × months of the dataset's cube.
    """
    cube, parents = context.cube(dataset), context.parents()
    sums = {part: name for name, body in check.settings.get("sums", {}).items() for part in body["parts"]}
    parts: dict[str, list[str]] = {}
    for item in cube.items:
        if item in parents:
            parts.setdefault(sums.get(item, item), []).append(item)
    items = sorted(parts)
    values = np.full((len(cube.places), len(items), cube.values.shape[2]), np.nan)
    above = values.copy()
    for number, item in enumerate(items):
        own = [cube.of(part) for part in parts[item]]
        known = np.logical_or.reduce([np.isfinite(part) for part in own])
        values[:, number] = np.where(known, np.sum([np.nan_to_num(part) for part in own], axis=0), np.nan)
        above[:, number] = cube.of(parents[parts[item][0]])
    return items, values, above


def pairs(context: Context, check: Check, dataset: str) -> pl.DataFrame:
    """Every value beside that of the measure it belongs to, of the same place and month.

    Returns
    -------
    polars.DataFrame
        ``place, item, period, value, parent_value``, sorted; the rows without a parent value are left out.
    """
    items, values, above = beside(context, check, dataset)
    both_known = np.isfinite(values) & np.isfinite(above)
    return context.cube(dataset).rows(both_known, items, value=values, parent_value=above)


def item_name(context: Context, check: Check, item: str) -> Text:
    """The name of a measure, or of a sum of measures."""
    body = check.settings.get("sums", {}).get(item)
    return Text.of(body["name"]) if body else context.word("measures", item)


def _parent(context: Context, check: Check, item: str) -> str:
    parts = check.settings.get("sums", {}).get(item, {}).get("parts", [item])
    return context.parents()[parts[0]]


def ratio_drift(context: Context, check: Check) -> Iterator[Finding]:
    """A ratio far from its own history: for several months, or in one month very far."""
    for dataset in held(context, check):
        drifting = ratio_episodes(pairs(context, check, dataset), check)
        for row in drifting.filter(pl.col("place").is_in(context.own)).iter_rows(named=True):
            yield finding(
                check,
                "own",
                dataset=dataset,
                place=row["place"],
                item=row["item"],
                start=row["start"],
                end=row["end"],
                size=row["factor"],
                severity="high" if row["count"] >= check["high_months"] else None,
                where=context.place(row["place"]),
                child=item_name(context, check, row["item"]),
                parent=context.word("measures", _parent(context, check, row["item"])),
                ratio=both(row["ratio"], 2),
                base=both(row["base"], 2),
                span=span(row["start"], row["end"]),
                months=months(row["count"]),
                history=months(int(check["history_months"])),
                least=both(check["least_parent"]),
            )
        for item, rows in others(context, drifting):
            yield finding(
                check,
                "others",
                dataset=dataset,
                item=item,
                start=bounds(rows)[0],
                end=bounds(rows)[1],
                size=rows["place"].n_unique(),
                severity="low",
                places=several(rows["place"].n_unique(), *PLACES),
                child=item_name(context, check, item),
                parent=context.word("measures", _parent(context, check, item)),
                months=months(int(rows["count"].sum())),
                least=both(check["least_parent"]),
                examples=examples(context, rows.sort("months_far", descending=True), "ratio"),
            )


def ratio_episodes(frame: pl.DataFrame, check: Check) -> pl.DataFrame:
    """Episodes in which the logarithm of value / parent_value leaves its own history.

    The yardstick of a month is the median and the median absolute deviation of the months before it, so that a
    lasting change is flagged until half of the history has taken it in.

    Parameters
    ----------
    frame : polars.DataFrame
        As `pairs` gives it.

    Returns
    -------
    polars.DataFrame
        ``place, item, start, end, count, ratio, base, factor, months_far``.
    """
    window, least = int(check["history_months"]), int(check["least_months"])
    usable = (
        frame.filter((pl.col("parent_value") >= check["least_parent"]) & (pl.col("value") > 0))
        .with_columns(log=(pl.col("value") / pl.col("parent_value")).log())
        .with_columns(base=_before(pl.col("log"), window, least))
        .with_columns(off=pl.col("log") - pl.col("base"))
        .with_columns(
            scale=MAD * _before(pl.col("off").abs(), window, least // 2),
            # counts of that size scatter by themselves
            noise=(1 / pl.col("value") + 1 / pl.col("parent_value")).sqrt(),
        )
    )
    size = pl.col("off").abs()
    far = (size > math.log(check["factor"])) & (
        size > check["deviations"] * pl.max_horizontal("scale", "noise").fill_null(0)
    )
    flagged = usable.filter(far).with_columns(sign=pl.col("off").sign())
    gathered = episodes(
        flagged,
        [*KEYS, "sign"],
        check["gap_months"],
        pl.col("log").median().exp().alias("ratio"),
        pl.col("base").first().exp().alias("base"),
        pl.col("off").abs().median().exp().alias("factor"),
        (pl.col("off").abs().max() >= math.log(check["jump_factor"])).alias("jump"),
        pl.col("off").abs().sum().alias("months_far"),
    )
    kept = gathered.filter((pl.col("count") >= check["run_months"]) | pl.col("jump")).drop("sign", "jump")
    return kept.with_columns(pl.col(KEYS).cast(pl.String))


def _before(values: pl.Expr, window: int, least: int) -> pl.Expr:
    """The median of the months before each month, at most `window` months back."""
    return values.rolling_median_by("period", f"{window}mo", min_samples=least, closed="left").over(KEYS)


def fixed_factor(context: Context, check: Check) -> Iterator[Finding]:
    """A count that is its parent times a round number, month after month: computed, not counted."""
    for dataset in held(context, check):
        frame = pairs(context, check, dataset).filter(
            (pl.col("parent_value") >= check["least_parent"]) & (pl.col("value") > 0)
        )
        rounded = frame.with_columns(factor=(pl.col("value") / pl.col("parent_value")).round(1))
        ordinary = check.settings.get("natural", {})
        exact = (
            rounded.filter((pl.col("value") - pl.col("factor") * pl.col("parent_value")).abs() <= check["tolerance"])
            .with_columns(pl.col(KEYS).cast(pl.String))
            # nulls where the item has no ordinary factor
            .filter(
                pl.col("factor").ne_missing(
                    pl.col("item").replace_strict(ordinary, default=None, return_dtype=pl.Float64)
                )
            )
        )
        runs = episodes(exact, [*KEYS, "factor"], 1).filter(pl.col("count") >= check["run_months"])
        computed = (
            runs.sort("start")
            .group_by(KEYS, maintain_order=True)
            .agg(
                pl.col("start").min(),
                pl.col("end").max(),
                pl.col("count").sum(),
                pl.col("factor").unique(maintain_order=True),
            )
            .sort(KEYS)
        )
        for row in computed.filter(pl.col("place").is_in(context.own)).iter_rows(named=True):
            yield finding(
                check,
                "own",
                dataset=dataset,
                place=row["place"],
                item=row["item"],
                start=row["start"],
                end=row["end"],
                size=row["count"],
                where=context.place(row["place"]),
                child=item_name(context, check, row["item"]),
                parent=context.word("measures", _parent(context, check, row["item"])),
                months=months(row["count"]),
                span=span(row["start"], row["end"]),
                factors=listed([both(f, int(f % 1 != 0)) for f in row["factor"]]),
                run=months(int(check["run_months"])),
                least=both(check["least_parent"]),
            )
        for item, rows in others(context, computed):
            yield finding(
                check,
                "others",
                dataset=dataset,
                item=item,
                start=bounds(rows)[0],
                end=bounds(rows)[1],
                size=rows["count"].sum(),
                severity="low",
                places=several(rows["place"].n_unique(), *PLACES),
                child=item_name(context, check, item),
                parent=context.word("measures", _parent(context, check, item)),
                months=months(int(rows["count"].sum())),
                run=months(int(check["run_months"])),
                least=both(check["least_parent"]),
                examples=examples(context, rows.sort("count", descending=True)),
            )
