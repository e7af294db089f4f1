"""Counts as arrays, places × months, and what is normal for a month of the year."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.later import np
from ambos.quality.context import next_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """A measure at many places."""

    places: list[str]
    first: date  #: The month of the first column.
    values: Array  #: NaN where there is no row.

    def month(self, column: int) -> date:
        """The month of a column."""
        return next_month(self.first, column)


def panels(counts: pl.DataFrame) -> dict[str, Panel]:
    """Each measure of a table of counts (``place, item, period, value``) as a panel over the same months."""
    if counts.is_empty():
        return {}
    first: date = counts["period"].min()  # type: ignore[assignment]
    numbered = counts.with_columns(
        column=(pl.col("period").dt.year() - first.year) * 12 + pl.col("period").dt.month() - first.month
    )
    width = int(numbered["column"].max()) + 1  # type: ignore[arg-type]
    result = {}
    for (item,), rows in numbered.group_by("item", maintain_order=True):
        places = rows["place"].unique(maintain_order=True)
        index = rows["place"].replace_strict(places, np.arange(len(places)), return_dtype=pl.Int64).to_numpy()
        values = np.full((len(places), width), np.nan)
        values[index, rows["column"].to_numpy()] = rows["value"].to_numpy()
        result[str(item)] = Panel(places.to_list(), first, values)
    return result


def same_month(logs: Array, years_before: int, years_after: int, least: int) -> Array:
    """The median of the same calendar month in the years around each month.

    Parameters
    ----------
    logs : ndarray, places × months
    years_before, years_after : int
        How many years on each side are looked at; the month's own year never is.
    least : int
        Fewer values than this give NaN.
    """
    stack = np.stack([_shifted(logs, 12 * y) for y in (*range(1, years_before + 1), *range(-years_after, 0))])
    enough = np.isfinite(stack).sum(axis=0) >= least
    return np.where(enough, nanmedian(stack, 0), np.nan)


def nanmedian(values: Array, axis: int) -> Array:
    """The median without the missing; NaN, silently, where all are missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        result: Array = np.nanmedian(values, axis=axis)
        return result


def runs(flags: NDArray[np.bool_], gap: int) -> list[tuple[int, int, int]]:
    """First and last index and number of the flagged, gathered where at most `gap` steps part them."""
    places = np.flatnonzero(flags)
    if not len(places):
        return []
    parts = np.split(places, np.flatnonzero(np.diff(places) > gap) + 1)
    return [(int(p[0]), int(p[-1]), len(p)) for p in parts]


def _shifted(values: Array, months: int) -> Array:
    """Shift values right by so many columns (left if negative); new columns are NaN."""
    moved = np.full_like(values, np.nan)
    if abs(months) < values.shape[1]:
        if months > 0:
            moved[:, months:] = values[:, :-months]
        else:
            moved[:, :months] = values[:, -months:]
    return moved
