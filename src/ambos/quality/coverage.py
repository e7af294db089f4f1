"""Checks of coverage: months absent, years incomplete, calendar and fiscal years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from ambos.model import Finding
from ambos.numbers import both
from ambos.quality.context import (
    Context,
    finding,
    listed,
    month,
    months,
    next_month,
    percent,
    several,
    span,
)
from ambos.quality.definitions import Check
from ambos.quality.episodes import month_number
from ambos.quality.summary import PLACES, bounds
from ambos.text import Text


def absent_month(context: Context, check: Check) -> Iterator[Finding]:
    """Months without a row: of all places (not published) or of one (no traffic reported)."""
    for dataset, columns in check.settings["datasets"].items():
        if dataset not in context.tables:
            continue
        monthly = context.monthly(dataset, columns)
        if monthly.is_empty():
            continue
        held = monthly.select("place", "item", "period")
        calendar = held.select("period").unique().sort("period")
        yield from _not_published(context, check, dataset, calendar)
        yield from _zeros_end(context, check, dataset, monthly)
        yield from _no_traffic(context, check, dataset, columns, gaps_of_places(held, calendar, check))


def gaps_of_places(held: pl.DataFrame, calendar: pl.DataFrame, check: Check) -> pl.DataFrame:
    """Months between a place's first and last that it lacks and that others have.

    Only of items that are there in most months of their span: what comes and goes by nature is no gap.

    Returns
    -------
    polars.DataFrame
        ``place, item, start, end, count``: one row per place and item.
    """
    ranks = calendar.with_row_index("rank")
    spans = (
        held.group_by("place", "item")
        .agg(start=pl.col("period").min(), end=pl.col("period").max(), present=pl.len())
        .join(ranks.select(start="period", first="rank"), on="start")
        .join(ranks.select(end="period", last="rank"), on="end")
        .with_columns(length=(pl.col("last") - pl.col("first") + 1).cast(pl.Int64))
        .filter(
            (pl.col("present") < pl.col("length"))
            & (pl.col("present") >= check["least_share"] * pl.col("length"))
            & (pl.col("length") >= check["least_months"])
        )
    )
    missing = (
        spans.select("place", "item", "first", "last")
        .with_columns(rank=pl.int_ranges("first", pl.col("last") + 1))
        .explode("rank")
        .with_columns(pl.col("rank").cast(pl.UInt32))
        .join(ranks, on="rank")
        .join(held.join(spans, on=["place", "item"], how="semi"), on=["place", "item", "period"], how="anti")
    )
    return (
        missing.group_by("place", "item")
        .agg(pl.col("period").min().alias("start"), pl.col("period").max().alias("end"), pl.len().alias("count"))
        .sort("place", "item")
        .with_columns(pl.col("place", "item").cast(pl.String))
    )


def _not_published(context: Context, check: Check, dataset: str, calendar: pl.DataFrame) -> Iterator[Finding]:
    """Months that no place has, between the first and the last of the dataset."""
    jumps = calendar.with_columns(before=pl.col("period").shift(1), step=month_number("period").diff()).filter(
        pl.col("step") > 1
    )
    for row in jumps.iter_rows(named=True):
        start, end = next_month(row["before"]), next_month(row["period"], -1)
        yield finding(
            check,
            "not_published",
            dataset=dataset,
            start=start,
            end=end,
            size=row["step"] - 1,
            severity="high",
            title=context.catalog.datasets[dataset].title,
            months=months(row["step"] - 1),
            span=span(start, end),
        )


def _zeros_end(context: Context, check: Check, dataset: str, counted: pl.DataFrame) -> Iterator[Finding]:
    """The month from which the source writes no more zeros: after it an absent row is its way to say so."""
    monthly = counted.group_by("period").agg(pl.col("rows").sum(), pl.col("zeros").sum()).sort("period")
    share = (monthly["zeros"] / monthly["rows"]).to_list()
    last = max((i for i, s in enumerate(share) if s >= check["zeros_before"]), default=None)
    if last is None or last + 1 + check["least_months"] > len(share) or last + 1 < check["least_months"]:
        return
    after = monthly[last + 1 :]
    left = int(after["zeros"].sum()) / int(after["rows"].sum())
    if left > check["zeros_after"]:
        return
    start: date = after["period"][0]
    yield finding(
        check,
        "zeros_end",
        dataset=dataset,
        start=start,
        end=after["period"][-1],
        size=sum(share[: last + 1]) / (last + 1),
        title=context.catalog.datasets[dataset].title,
        last=month(monthly["period"][last]),
        before=percent(sum(share[: last + 1]) / (last + 1)),
        after=percent(left, 1),
    )


def _no_traffic(
    context: Context, check: Check, dataset: str, columns: Mapping[str, Any], gaps: pl.DataFrame
) -> Iterator[Finding]:
    for (place,), rows in gaps.filter(pl.col("place").is_in(context.own)).group_by("place", maintain_order=True):
        yield finding(
            check,
            "no_traffic",
            dataset=dataset,
            place=str(place),
            item="+".join(rows["item"]),
            start=bounds(rows)[0],
            end=bounds(rows)[1],
            size=rows["count"].sum(),
            where=context.place(str(place)),
            title=context.catalog.datasets[dataset].title,
            share=percent(check["least_share"]),
            items=listed(
                [
                    check.texts["gap"].format(
                        item=context.word(columns["codes"], r["item"]),
                        months=months(r["count"]),
                        span=span(r["start"], r["end"]),
                    )
                    for r in rows.iter_rows(named=True)
                ]
            ),
        )
    others = gaps.filter(~pl.col("place").is_in(context.own))
    if others.height:
        yield finding(
            check,
            "others",
            dataset=dataset,
            start=bounds(others)[0],
            end=bounds(others)[1],
            size=others["count"].sum(),
            severity="low",
            title=context.catalog.datasets[dataset].title,
            places=several(others["place"].n_unique(), *PLACES),
            months=months(int(others["count"].sum())),
        )


def year_basis(context: Context, check: Check) -> Iterator[Finding]:
    """Years with fewer than twelve months, and how far the calendar year is from the fiscal year."""
    for dataset, columns in check.settings["datasets"].items():
        if dataset not in context.tables:
            continue
        monthly = context.monthly(dataset, columns).filter(pl.col("place").is_in(context.own))
        if monthly.is_empty():
            continue
        yield from _incomplete(context, check, dataset, monthly)
        yield from _two_bases(context, check, dataset, columns, monthly)


def _incomplete(context: Context, check: Check, dataset: str, monthly: pl.DataFrame) -> Iterator[Finding]:
    years = (
        monthly.group_by(year=pl.col("period").dt.year())
        .agg(pl.col("period").n_unique().alias("count"), pl.col("period").min(), pl.col("period").max().alias("last"))
        .filter(pl.col("count") < 12)
        .sort("year")
    )
    for year, count, first, last in years.select("year", "count", "period", "last").iter_rows():
        yield finding(
            check,
            "incomplete",
            dataset=dataset,
            start=first,
            end=last,
            size=12 - count,
            severity="high",
            title=context.catalog.datasets[dataset].title,
            year=Text.same(str(year)),
            months=months(count),
        )


def _two_bases(
    context: Context, check: Check, dataset: str, columns: Mapping[str, Any], monthly: pl.DataFrame
) -> Iterator[Finding]:
    """The newest year that is complete on both bases, at the place and item where they differ most."""
    begins = context.catalog.region.fiscal_year_start
    both_years = monthly.with_columns(
        year=pl.col("period").dt.year(),
        fiscal=pl.col("period").dt.year() + (pl.col("period").dt.month() >= begins).cast(pl.Int32),
    )
    calendar = _annual(both_years, "year").rename({"value": "calendar_value"})
    fiscal = _annual(both_years, "fiscal").rename({"value": "fiscal_value"})
    compared = (
        calendar.join(fiscal, on=["place", "item", "which"])
        .filter(pl.col("calendar_value") >= check["least_value"])
        .with_columns(gap=(pl.col("fiscal_value") / pl.col("calendar_value") - 1).abs())
    )
    if compared.is_empty():
        return
    newest = compared.filter(pl.col("which") == pl.col("which").max()).sort("gap", descending=True)
    row = newest.row(0, named=True)
    if row["gap"] < check["gap"]:
        return
    start, end = date(row["which"] - 1, begins, 1), date(row["which"], 12, 1)
    yield finding(
        check,
        "two_bases",
        dataset=dataset,
        start=start,
        end=end,
        size=row["gap"],
        severity="low",
        title=context.catalog.datasets[dataset].title,
        year=Text.same(str(row["which"])),
        fiscal_span=span(start, next_month(start, 11)),
        where=context.place(row["place"]),
        what=context.word(columns["codes"], row["item"]),
        calendar=both(row["calendar_value"]),
        fiscal=both(row["fiscal_value"]),
        gap=percent(row["gap"], 1),
    )


def _annual(monthly: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Sums of the years that have all their months."""
    return (
        monthly.group_by("place", "item", which=pl.col(basis))
        .agg(pl.col("value").sum(), pl.col("period").n_unique().alias("months"))
        .filter(pl.col("months") == 12)
        .drop("months")
    )
