"""Figures that are added up from parts (the classes of lanes of a crossing, the crossings of a port), and the share of
hours that figures rest on."""

from __future__ import annotations

from typing import Any

import polars as pl

from ambos.asked import ibis
from ambos.model import Dataset, Series

#: Columns that identify a figure: place, item and period.
BY = ("_place", "_item", "_key")
#: Aggregates that add up one figure of each part.
SUMS = ("sum_of_means", "sum_of_modes")


def by_part(part: Any, series: Series, dataset: Dataset, rank: Any) -> Any:
    """The parts of each place, item and period, before they are added up.

    Returns
    -------
    ibis.Table
        For ``sum_of_means`` a row per part (the keys of the dataset but its time) with its mean as `value`; for
        ``sum_of_modes`` a row per part (place and item) and value. `n` inputs, `missing`, `rank` and `as_of`.
    """
    value = part[series.value]
    of = keys(dataset) if series.aggregate == "sum_of_means" else [series.place, *series.items]
    part = part.mutate(_part=_joined(part, of), _value=value)
    if series.aggregate == "sum_of_means":
        groups, figure = part.group_by([*BY, "_part"]), part["_value"].mean()
    else:
        part = part.filter(part["_value"].notnull())
        groups, figure = part.group_by([*BY, "_part", "_value"]), part["_value"].max()
    return groups.aggregate(
        value=figure,
        n=part["_value"].count(),
        missing=part["_value"].isnull().sum(),
        rank=rank(part).max(where=part["_value"].notnull()),
        as_of=part.as_of.max(),
    )


def daily(part: Any, series: Series, dataset: Dataset) -> Any:
    """Count, by part and local day, the hours with an input (`given`) and those without one for which none was expected
    (`spared`, see `Series.not_expected`).

    Rows are put together by the keys themselves, before names of places and items are made of them, which takes half as
    long.

    Returns
    -------
    ibis.Table
        The keys of the dataset, `local_seconds` (the beginning of the day), `given` and `spared`.
    """
    part = part.mutate(_hour=part.local_seconds // 3600)
    idle = ibis.or_(*(part[column].isin(values) for column, values in series.not_expected.items()))
    hourly = part.group_by([*keys(dataset), "_hour"]).aggregate(
        given=part[series.value].notnull().cast("int64").max(), idle=idle.cast("int64").max()
    )
    hourly = hourly.mutate(_day=hourly["_hour"] // 24)
    days = hourly.group_by([*keys(dataset), "_day"]).aggregate(
        given=hourly.given.sum(), spared=(hourly.idle * (1 - hourly.given)).sum()
    )
    return days.mutate(local_seconds=days["_day"] * 86400)


def by_day(part: Any, dataset: Dataset) -> Any:
    """The query for `hours`: what `daily` gives, with place, item and period."""
    return part.select(*BY, "given", "spared", _part=_joined(part, keys(dataset)))


def hours(days: pl.DataFrame) -> pl.DataFrame:
    """Count, by part, the hours with an input (`given`) and the hours in which one was expected (`expected`): those of the
    days for which anything is held, but for those spared.

    Parameters
    ----------
    days : polars.DataFrame
        What `by_day` gives.
    """
    expected = 24 * pl.len().cast(pl.Int64) - pl.col("spared").sum()
    return days.group_by([*BY, "_part"]).agg(pl.col("given").sum(), expected=expected)


def shares(parts: pl.DataFrame) -> pl.DataFrame:
    """The `share` of hours with an input of each place, item and period; a part without any may not exist, and counts
    for nothing."""
    given = parts.filter(pl.col("given") > 0).group_by(BY).agg(pl.col("given", "expected").sum())
    return given.select(*BY, share=pl.col("given") / pl.col("expected"))


def added_up(parts: pl.DataFrame, series: Series, given: pl.DataFrame | None) -> pl.DataFrame:
    """The figures of parts added up.

    Parameters
    ----------
    parts : polars.DataFrame
        What `by_part` gives.
    series : Series
    given : polars.DataFrame or None
        What `hours` gives, if the series has a least share of hours: parts below it (a class of lanes that hardly
        ever opens) are left out.
    """
    if series.aggregate == "sum_of_modes":
        most = parts.sort("n", "value", descending=[True, False])
        parts = most.group_by([*BY, "_part"], maintain_order=True).agg(
            pl.col("value").first(), pl.col("n", "missing").sum(), pl.col("rank", "as_of").max()
        )
    if given is not None:
        share = pl.col("given") / pl.col("expected")
        enough = given.filter(share >= series.minimum_share).select(*BY, "_part", enough=True)
        parts = parts.join(enough, on=[*BY, "_part"], how="left")
    else:
        parts = parts.with_columns(enough=True)
    kept = pl.col("enough").fill_null(False)
    return parts.group_by(BY, maintain_order=True).agg(
        value=pl.when(kept.any()).then(pl.col("value").filter(kept).sum()),
        n=pl.col("n").filter(kept).sum(),
        missing=pl.col("missing").sum(),
        rank=pl.col("rank").max(),
        as_of=pl.col("as_of").max(),
    )


def keys(dataset: Dataset) -> list[str]:
    return [key for key in dataset.keys if key != dataset.period]


def _joined(part: Any, columns: list[str]) -> Any:
    """The values of columns as one text."""
    text = part[columns[0]]
    for column in columns[1:]:
        text = text.concat("/", part[column])
    return text
