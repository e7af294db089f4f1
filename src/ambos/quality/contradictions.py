"""Checks of a count against the measure that carries it: nothing could carry it, or zeros where something was carried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from ambos.later import np
from ambos.model import Finding
from ambos.numbers import both
from ambos.quality.context import Context, finding, months, several, span
from ambos.quality.definitions import Check
from ambos.quality.summary import PLACES, bounds, examples, held, others

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEYS = ["place", "item"]


def impossible(context: Context, check: Check) -> Iterator[Finding]:
    """Something counted where, for many months around, there was nothing that could have carried it."""
    for dataset in held(context, check):
        parents = context.parents()
        # of several values given for one key, or by several files, the largest
        given = context.cube(dataset).joined(disputed(context, dataset))
        counted = given.values > 0
        alone = np.zeros_like(counted)
        for number, item in enumerate(given.items):
            if item in parents:
                alone[:, number] = counted[:, number] & ~_near(given.of(parents[item]) > 0, int(check["quiet_months"]))
        cases = (
            given.rows(alone, given.items, value=given.values)
            .with_columns(pl.col(KEYS).cast(pl.String))
            .with_columns(
                parent=pl.col("item").replace_strict(parents, default=None, return_dtype=pl.String),
            )
            .group_by("place", "item", "parent")
            .agg(
                pl.col("period").min().alias("start"),
                pl.col("period").max().alias("end"),
                pl.len().alias("count"),
                pl.col("value").sum(),
            )
            .sort("place", "item")
        )
        for row in cases.filter(pl.col("place").is_in(context.own)).iter_rows(named=True):
            yield finding(
                check,
                "own",
                dataset=dataset,
                place=row["place"],
                item=row["item"],
                start=row["start"],
                end=row["end"],
                size=row["value"],
                where=context.place(row["place"]),
                value=both(row["value"]),
                child=context.word("measures", row["item"]),
                parent=context.word("measures", row["parent"]),
                span=span(row["start"], row["end"]),
                quiet=months(int(check["quiet_months"])),
                months=months(row["count"]),
            )
        elsewhere = cases.filter(~pl.col("place").is_in(context.own))
        if elsewhere.height:
            yield finding(
                check,
                "others",
                dataset=dataset,
                start=bounds(elsewhere)[0],
                end=bounds(elsewhere)[1],
                size=elsewhere["value"].sum(),
                severity="low",
                places=several(elsewhere["place"].n_unique(), *PLACES),
                examples=examples(context, elsewhere.sort("value", descending=True), "value"),
            )


def _near(flags: NDArray[np.bool_], months: int) -> NDArray[np.bool_]:
    """The flagged months (the last axis) and those at most so many before or after one."""
    near = flags.copy()
    for step in range(1, min(months, flags.shape[-1] - 1) + 1):
        near[..., step:] |= flags[..., :-step]
        near[..., :-step] |= flags[..., step:]
    return near


def structural_zero(context: Context, check: Check) -> Iterator[Finding]:
    """A long run of exact zeros, or of no rows at all, beside a parent that was counted all the while."""
    for dataset in held(context, check):
        cube, parents = context.cube(dataset), context.parents()
        items = [item for item in cube.items if item in parents]
        above = np.stack([cube.of(parents[item]) for item in items], axis=1) if items else np.empty((0, 0, 0))
        own = np.stack([cube.of(item) for item in items], axis=1) if items else above
        used = (own > 0).any(axis=-1, keepdims=True)
        # of each month in which the parent was counted: 0 with a value, 1 zero, 2 absent
        kinds = np.where(own == 0, 1, np.where(np.isnan(own), 2, 0)).astype(np.int64)
        # nothing published for what never was there is as it should be; zeros published for it are not
        kinds[np.broadcast_to(~used, kinds.shape) & (kinds == 2)] = 0
        runs = (
            cube.rows(above > 0, items, parent_value=above, kind=kinds)
            # a month with a value ends a run
            .with_columns(run=pl.struct(*KEYS, "kind").rle_id())
            .filter(pl.col("kind") > 0)
            .group_by("place", "item", "kind", "run", maintain_order=True)
            .agg(
                pl.col("period").min().alias("start"),
                pl.col("period").max().alias("end"),
                pl.len().alias("count"),
                (pl.col("parent_value") >= check["least_parent"]).sum().alias("sure"),
                pl.col("parent_value").sum(),
            )
            .filter(pl.col("sure") >= check["run_months"])
            .with_columns(pl.col(KEYS).cast(pl.String), kind=pl.col("kind").replace_strict({1: "zero", 2: "absent"}))
            .with_columns(parent=pl.col("item").replace_strict(parents, default=None, return_dtype=pl.String))
            .sort("place", "item", "start")
        )
        for row in runs.filter(pl.col("place").is_in(context.own)).iter_rows(named=True):
            yield finding(
                check,
                row["kind"],
                dataset=dataset,
                place=row["place"],
                item=row["item"],
                start=row["start"],
                end=row["end"],
                size=row["count"],
                where=context.place(row["place"]),
                child=context.word("measures", row["item"]),
                parent=context.word("measures", row["parent"]),
                months=months(row["count"]),
                span=span(row["start"], row["end"]),
                parent_value=both(row["parent_value"]),
            )
        for item, rows in others(context, runs):
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
                child=context.word("measures", item),
                parent=context.word("measures", parents[item]),
                run=months(int(check["run_months"])),
                examples=examples(context, rows.sort("parent_value", descending=True)),
            )


def disputed(context: Context, dataset: str) -> pl.DataFrame:
    """Values given for a key that was given twice differently: the table holds none of them, the quarantine all.

    Returns
    -------
    polars.DataFrame
        ``place, item, period, value``.
    """
    empty = pl.DataFrame(schema={"place": pl.String, "item": pl.String, "period": pl.Date, "value": pl.Int64})
    table = context.tables.get("quarantine")
    if table is None:
        return empty
    rows = table.filter(table.dataset == dataset, table.reason == "conflict").select("row").pipe(context.frame)
    given = [json.loads(row) for row in rows["row"]]
    if not given:
        return empty
    return (
        pl.DataFrame(
            {
                "place": [r["port"] for r in given],
                "item": [r["measure"] for r in given],
                "period": [r["period"][:10] for r in given],
                "value": [r["value"] for r in given],
            }
        )
        .with_columns(pl.col("period").str.to_date(), pl.col("value").cast(pl.Int64))
        .drop_nulls()
    )
