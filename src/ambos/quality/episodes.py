"""Flagged periods gathered into episodes, so that one fault is one finding."""

from __future__ import annotations

import polars as pl

#: Scales the median absolute deviation to a standard deviation (normal distribution).
MAD = 1.4826


def month_number(column: str) -> pl.Expr:
    """Months since year 0, for differences."""
    return pl.col(column).dt.year().cast(pl.Int64) * 12 + pl.col(column).dt.month()


def episodes(flagged: pl.DataFrame, keys: list[str], gap: float, *aggregates: pl.Expr) -> pl.DataFrame:
    """Gather flagged months of the same keys that lie close together.

    Parameters
    ----------
    flagged : polars.DataFrame
        Rows with `keys` and ``period``; only the flagged ones.
    keys : list of str
    gap : float
        Two flagged months belong together when at most so many months lie from one to the next.
    *aggregates : polars.Expr
        Further columns of the result.

    Returns
    -------
    polars.DataFrame
        One row per episode: `keys`, ``start``, ``end``, ``count`` (flagged months) and the aggregates.
    """
    ordered = flagged.sort(*keys, "period").with_columns(_month=month_number("period"))
    new = (pl.col("_month").diff().over(keys) > gap).fill_null(False)
    return (
        ordered.with_columns(_episode=new.cum_sum().over(keys))
        .group_by([*keys, "_episode"], maintain_order=True)
        .agg(
            pl.col("period").min().alias("start"),
            pl.col("period").max().alias("end"),
            pl.len().alias("count"),
            *aggregates,
        )
        .drop("_episode")
    )
