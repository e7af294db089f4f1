"""Counts as arrays, places × months, and what is normal for a month of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.later import np
from ambos.periods import plus_months

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
        return plus_months(self.first, column)


@dataclass(frozen=True)
class Cube:
    """Several measures at many places."""

    #: `places`, `items`: sorted.
    places: list[str]
    items: list[str]
    first: date  #: The first month.
    values: Array  #: places × items × months; NaN where there is no row.

    def of(self, item: str) -> Array:
        """A measure, places × months."""
        if item in self.items:
            return self.values[:, self.items.index(item)]
        return np.full((len(self.places), self.values.shape[2]), np.nan)

    def panel(self, item: str) -> Panel:
        """A measure at the places that have a row of it."""
        values = self.of(item)
        there = np.flatnonzero(np.isfinite(values).any(axis=1))
        return Panel([self.places[row] for row in there], self.first, values[there])

    def rows(self, wanted: NDArray[np.bool_], items: Sequence[str], **values: NDArray[Any]) -> pl.DataFrame:
        """Cells as a table, sorted.

        Parameters
        ----------
        wanted : ndarray of bool, places × items × months
        items : sequence of str
            Names of the items, sorted.
        **values : ndarray, places × items × months
            Counts; further columns.

        Returns
        -------
        polars.DataFrame
            ``place, item, period`` and the values as whole numbers; codes as an enumeration.
        """
        place, item, month = np.nonzero(wanted)
        months = (np.datetime64(self.first, "M") + np.arange(wanted.shape[2])).astype("datetime64[D]")
        return pl.DataFrame(
            {
                "place": pl.Series(place.astype(np.uint32)).cat.to(pl.Enum(self.places)),
                "item": pl.Series(item.astype(np.uint32)).cat.to(pl.Enum(items)),
                "period": months[month],
                **{name: of[place, item, month].astype(np.int64) for name, of in values.items()},
            }
        )

    def joined(self, counts: pl.DataFrame) -> Cube:
        """This cube with further counts, of several values of one cell the largest."""
        other = cube(counts)
        if not other.values.size or not self.values.size:
            return self if self.values.size else other
        places, items = sorted({*self.places, *other.places}), sorted({*self.items, *other.items})
        first = min(self.first, other.first)
        columns = [_months(first, one.first) for one in (self, other)]
        width = max(column + one.values.shape[2] for column, one in zip(columns, (self, other), strict=True))
        values = np.full((len(places), len(items), width), np.nan)
        for column, one in zip(columns, (self, other), strict=True):
            rows = np.ix_([places.index(p) for p in one.places], [items.index(i) for i in one.items])
            part = values[..., column : column + one.values.shape[2]]
            part[rows] = np.fmax(part[rows], one.values)
        return Cube(places, items, first, values)


def cube(counts: pl.DataFrame) -> Cube:
    """Gather counts (``place, item, period, value``) in any order; of several values of one cell the largest counts."""
    if counts.is_empty():
        return Cube([], [], date.min, np.empty((0, 0, 0)))
    first: date = counts["period"].min()  # type: ignore[assignment]
    last: date = counts["period"].max()  # type: ignore[assignment]
    places, items = (counts[column].unique().sort().to_list() for column in ("place", "item"))
    numbered = counts.select(
        pl.col("place").cast(pl.Enum(places)).to_physical(),
        pl.col("item").cast(pl.Enum(items)).to_physical(),
        month=(pl.col("period").dt.year() - first.year) * 12 + pl.col("period").dt.month() - first.month,
    )
    values = np.full((len(places), len(items), _months(first, last) + 1), np.nan)
    cells = tuple(numbered[column].to_numpy() for column in numbered.columns)
    np.fmax.at(values, cells, counts["value"].cast(pl.Float64).to_numpy())
    return Cube(places, items, first, values)


def _months(first: date, last: date) -> int:
    """Months from one to another."""
    return (last.year - first.year) * 12 + last.month - first.month


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
    stack = np.stack([_shifted(logs, 12 * y) for y in (*range(1, years_before + 1), *range(-years_after, 0))], axis=-1)
    enough = np.isfinite(stack).sum(axis=-1) >= least
    return np.where(enough, nanmedian(stack, -1), np.nan)


def nanmedian(values: Array, axis: int) -> Array:
    """The median without the missing; NaN where all are missing."""
    ordered = np.sort(np.moveaxis(values, axis, -1), axis=-1)  # the missing come last
    count = np.count_nonzero(~np.isnan(ordered), axis=-1)
    middle = np.stack([np.maximum(count - 1, 0) // 2, np.minimum(count // 2, ordered.shape[-1] - 1)], axis=-1)
    low_high = np.take_along_axis(ordered, middle, axis=-1)
    result: Array = (low_high[..., 0] + low_high[..., 1]) / 2
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
