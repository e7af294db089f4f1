"""Checks of a count against the measure that carries it: nothing could carry it, or zeros where something was carried."""

from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl

from ambos.model import Finding
from ambos.numbers import both
from ambos.quality.context import Context, finding, months, several, span
from ambos.quality.definitions import Check
from ambos.quality.episodes import month_number
from ambos.quality.summary import PLACES, bounds, examples, held, others

KEYS = ["place", "item"]


def impossible(context: Context, check: Check) -> Iterator[Finding]:
    """Something counted where, for many months around, there was nothing that could have carried it."""
    for dataset in held(context, check):
        counts, parents = context.counts(dataset), context.parents()
        given = (
            pl.concat([counts, disputed(context, dataset)])
            .filter(pl.col("value") > 0)
            # of several values given for one key, or by several files, the largest
            .group_by("place", "item", "period")
            .agg(pl.col("value").max())
        )
        carriers = given.filter(pl.col("item").is_in(list(set(parents.values())))).select(
            "place", parent="item", when=month_number("period")
        )
        orphans = (
            given.filter(pl.col("item").is_in(list(parents)))
            .with_columns(
                parent=pl.col("item").replace_strict(parents, return_dtype=pl.String), when=month_number("period")
            )
            .join(carriers.with_columns(carried=True), on=["place", "parent", "when"], how="left")
            .filter(pl.col("carried").is_null())
            .drop("carried")
        )
        near = (
            orphans.select("place", "parent", "when")
            .unique()
            .join(carriers, on=["place", "parent"], suffix="_carrier")
            .filter((pl.col("when_carrier") - pl.col("when")).abs() <= check["quiet_months"])
            .select("place", "parent", "when")
            .unique()
        )
        alone = orphans.join(near, on=["place", "parent", "when"], how="anti")
        cases = (
            alone.group_by("place", "item", "parent")
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


def structural_zero(context: Context, check: Check) -> Iterator[Finding]:
    """A long run of exact zeros, or of no rows at all, beside a parent that was counted all the while."""
    for dataset in held(context, check):
        counts, parents = context.counts(dataset), context.parents()
        links = pl.DataFrame({"item": list(parents), "parent": list(parents.values())})
        beside = (
            counts.rename({"item": "parent", "value": "parent_value"})
            .filter(pl.col("parent_value") > 0)
            .join(links, on="parent")
            .join(counts, on=["place", "item", "period"], how="left")
            .sort("place", "item", "period")
            .with_columns(
                kind=pl.when(pl.col("value") == 0)
                .then(pl.lit("zero"))
                .when(pl.col("value").is_null())
                .then(pl.lit("absent"))
            )
            # a month with a value ends a run
            .with_columns(run=pl.col("kind").rle_id().over(KEYS))
        )
        used = counts.filter(pl.col("value") > 0).select("place", "item").unique()
        runs = (
            beside.filter(pl.col("kind").is_not_null())
            .group_by("place", "item", "parent", "kind", "run", maintain_order=True)
            .agg(
                pl.col("period").min().alias("start"),
                pl.col("period").max().alias("end"),
                pl.len().alias("count"),
                (pl.col("parent_value") >= check["least_parent"]).sum().alias("sure"),
                pl.col("parent_value").sum(),
            )
            .filter(pl.col("sure") >= check["run_months"])
            .join(used.with_columns(used=True), on=["place", "item"], how="left")
            # nothing published for what never was there is as it should be; zeros published for it are not
            .filter((pl.col("kind") == "zero") | pl.col("used"))
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
    empty = context.counts(dataset).clear()
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
