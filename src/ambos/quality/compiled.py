"""Checks of what compilers do: years that repeat a survey, and parts and totals that stand in two tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from ambos.model import Finding
from ambos.model.codes import TOTAL
from ambos.numbers import both
from ambos.periods import MONTHS_IN, plus_months
from ambos.quality.context import Context, finding, listed, when
from ambos.quality.definitions import Check
from ambos.text import Text


def repeated_survey(context: Context, check: Check) -> Iterator[Finding]:
    """Years in which a compiler repeats the figures of another year, by indicator: one survey, not several."""
    for one in check.settings["surveys"]:
        dataset, item, note = one["dataset"], one["item"], one["note"]
        if dataset not in context.tables:
            continue
        held, table = context.catalog.datasets[dataset], context.tables[dataset]
        rows = table.filter(table[note].notnull()).select(item, note, period=table[held.period]).distinct()
        frame = context.frame(rows).with_columns(pl.col("period").cast(pl.Date)).sort(item, "period")
        for (code,), own in frame.group_by(item, maintain_order=True):
            years = own["period"].dt.year().unique().sort().to_list()
            yield finding(
                check,
                "own",
                dataset=dataset,
                item=str(code),
                start=date(years[0], 1, 1),
                end=date(years[-1], 12, 1),
                size=len(years),
                what=context.catalog.name(held.column(item).codes or "", str(code)),
                years=listed([Text.same(str(year)) for year in years]),
            )


def parts_elsewhere(context: Context, check: Check) -> Iterator[Finding]:
    """Totals of one table that the parts in another, all of them held, do not add up to."""
    for pair in check.settings["pairs"]:
        dataset, whole = pair["dataset"], pair["whole"]
        if dataset not in context.tables or whole not in context.tables:
            continue
        parts, totals = _values(context, pair, "dataset"), _values(context, pair, "whole")
        frequency = context.catalog.datasets[dataset].frequency
        parent = {place.id: place.parent or TOTAL for place in context.catalog.places.values()}
        own = parts.with_columns(place=pl.col("place").replace_strict(parent, default=TOTAL))
        if "whole_column" not in pair:
            own = own.with_columns(place=pl.lit(TOTAL))
        sums = own.group_by("place", "period").agg(
            sum=pl.col("value").sum(), there=pl.col("value").count(), rows=pl.len()
        )
        # the months of a quarter, all of them
        each = MONTHS_IN[frequency]
        count = each // MONTHS_IN[context.catalog.datasets[whole].frequency]
        added = (
            totals.with_columns(pl.col("period").dt.truncate(f"{each}mo"))
            .group_by("place", "period")
            .agg(total=pl.col("value").sum(), held=pl.col("value").count())
            .filter(pl.col("held") == count)
        )
        found = (
            sums.join(added, on=["place", "period"])
            .filter(pl.col("there") == pl.col("rows").max().over("place"))  # a sum without one of its parts is no sum
            .with_columns(off=(pl.col("sum") - pl.col("total")).abs())
            .filter(pl.col("off") > pair["least"])
            .sort("place", "period")
        )
        column = context.catalog.datasets[dataset].column(context.catalog.datasets[dataset].values[0])
        for row in found.iter_rows(named=True):
            yield finding(
                check,
                "own",
                dataset=dataset,
                place=row["place"],
                start=row["period"],
                end=plus_months(row["period"], each - 1),
                size=row["off"],
                where=Text.of(pair["what"]) if row["place"] == TOTAL else context.place(row["place"]),
                when=when(row["period"], frequency),
                total=both(row["total"]),
                sum=both(row["sum"]),
                off=both(row["off"]),
                unit=context.catalog.units[column.unit or ""].name,
                one=context.catalog.datasets[dataset].title,
                other=context.catalog.datasets[whole].title,
            )


def _values(context: Context, pair: Mapping[str, Any], which: str) -> pl.DataFrame:
    """The values of a table of a pair by ``place`` (``_T`` where the table has none) and ``period``; totals left out."""
    held = context.catalog.datasets[pair[which]]
    table = context.tables[held.id]
    column = pair.get({"dataset": "column", "whole": "whole_column"}[which])
    for key, code in pair.get("where", {}).items() if which == "whole" else ():
        table = table.filter(table[key] == code)
    chosen = {"period": table[held.period], "value": table[held.values[0]]}
    frame = context.frame(table.select(**chosen, **({"place": table[column]} if column else {})))
    if not column:
        frame = frame.with_columns(place=pl.lit(TOTAL))
    return frame.with_columns(pl.col("period").cast(pl.Date), pl.col("place").cast(pl.String)).filter(
        pl.lit(not column) | (pl.col("place") != TOTAL)
    )
