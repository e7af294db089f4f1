"""Findings outside the region, summed up: how many places, and the largest of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from ambos.numbers import both
from ambos.quality.context import Context, month
from ambos.quality.definitions import Check
from ambos.text import Text, joined

PLACES = (Text("place", "lugar"), Text("places", "lugares"))


def bounds(rows: pl.DataFrame) -> tuple[date, date]:
    """The first ``start`` and the last ``end`` of some episodes."""
    start, end = rows["start"].min(), rows["end"].max()
    assert isinstance(start, date) and isinstance(end, date)  # a column of dates that is not empty
    return start, end


def held(context: Context, check: Check) -> list[str]:
    """The datasets of the check's settings that are at hand."""
    return [d for d in check.settings["datasets"] if d in context.tables]


def others(context: Context, episodes: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Findings outside the region, by measure."""
    outside = episodes.filter(~pl.col("place").is_in(context.own)).sort("item", "place")
    for (item,), rows in outside.group_by("item", maintain_order=True):
        yield str(item), rows


def examples(context: Context, rows: pl.DataFrame, figure: str = "", count: int = 3) -> Text:
    """The first few places of a list, each with its month of beginning and a figure."""
    parts = []
    for row in rows.unique("place", keep="first", maintain_order=True).head(count).iter_rows(named=True):
        words = context.place(row["place"]) + Text.same(", ") + month(row["start"])
        if figure:
            words += Text.same(f" ({both(row[figure], 0 if figure == 'value' else 2).en})")
        parts.append(words)
    return joined(parts, "; ")
