"""Periods: how days become months, calendar and fiscal years, and when one of them is whole."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal, get_args

import polars as pl

from ambos.model import Dataset
from ambos.periods import label, plus_months, quarter_of

#: How an Ibis expression is run.
Collect = Callable[[Any], pl.DataFrame]
EPOCH = date(1970, 1, 1)
#: As ISO counts the days of a week.
SUNDAY = 7
_DAY = timedelta(days=1)

#: What a figure covers: an hour, a day, a month, a quarter, a year, or everything from the first to the last day held.
Grain = Literal["H", "D", "M", "Q", "A", "all"]
#: Which year an annual figure is of.
Basis = Literal["calendar", "fiscal"]


def run(expression: Any) -> pl.DataFrame:
    """Run an expression on its own engine."""
    frame: pl.DataFrame = expression.to_polars()
    return frame


_FINENESS = {grain: place for place, grain in enumerate(get_args(Grain))}

#: How many weekdays in a row a source of banking days leaves out: Maundy Thursday and Good Friday in Mexico.
_HOLIDAYS = 2


def finer(one: str, other: str) -> bool:
    """Return True if the first of two frequencies is finer than the second."""
    return _FINENESS[one] < _FINENESS[other]


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True)
class Years:
    """The year that annual figures are of."""

    #: 1 for the calendar year. A year that begins later bears the number of the calendar year in which it ends (the US
    #: fiscal year 2023 runs from October 2022 to September 2023).
    first_month: int = 1

    def number(self, day: date) -> int:
        """The year that a day belongs to."""
        return day.year + (1 if self.first_month > 1 and day.month >= self.first_month else 0)

    def start(self, number: int) -> date:
        """The first day of a year."""
        return date(number - (1 if self.first_month > 1 else 0), self.first_month, 1)

    def end(self, number: int) -> date:
        """The last day of a year; December 31, 9999, of one that goes beyond."""
        first = self.start(number)
        return month_end(plus_months(first, 11)) if first <= date(9999, 1, 1) else date.max

    def label(self, number: int) -> str:
        """``2023``, or ``FY2023`` for a fiscal year."""
        return label(self.start(number), "A", fiscal=self.first_month > 1)


def widen(start: date | None, end: date | None, grain: str, years: Years) -> tuple[date | None, date | None]:
    """Stretch a range to whole periods, so that a bound inside a period does not cut it short."""
    if grain == "A":
        return (
            start and years.start(years.number(start)),
            end and years.end(years.number(end)),
        )
    if grain == "Q":
        return start and quarter_of(start), end and month_end(plus_months(quarter_of(end), 2))
    if grain == "M":
        return start and month_of(start), end and month_end(end)
    return start, end


def held_days(table: Any, dataset: Dataset, collect: Collect = run) -> frozenset[date]:
    """The periods that a dataset holds anything for: by these it is judged whether a year is whole.

    Parameters
    ----------
    table : ibis.Table
        The whole dataset, not a slice of it.
    dataset : Dataset
    collect : callable, optional
        As for `observe`.

    Returns
    -------
    frozenset of date
        First days of months, quarters or years, or days; of an hourly dataset the days in UTC.
    """
    if dataset.frequency == "H":
        numbers = collect(table.select(day=table[dataset.period].epoch_seconds() // 86400).distinct())["day"]
        return frozenset(EPOCH + timedelta(days=int(n)) for n in numbers)
    return frozenset(collect(table.select(day=table[dataset.period]).distinct())["day"].cast(pl.Date).to_list())


def whole_months(held: Iterable[date], kind: str) -> set[date]:
    """The months that are held wholly.

    Parameters
    ----------
    held : iterable of date
        As from `held_days`.
    kind : {"M", "D", "H", "B", "W"}
        Months: the month is there. Days and hours: each of its days is. Banking days, whose calendar is
        not held: no more weekdays in a row are left out than holidays leave out. Weeks: each of its Sundays is.

    Returns
    -------
    set of date
        First days of months.
    """
    days = sorted(held)
    if kind == "M":
        return {month_of(d) for d in days}
    months: dict[date, list[date]] = {}
    for day in days:
        months.setdefault(month_of(day), []).append(day)
    if kind == "B":
        return {m for m, own in months.items() if not banking_gaps([m - _DAY, *own, plus_months(m, 1)])}
    if kind == "W":
        return {m for m, own in months.items() if len(own) == sundays(m)}
    return {m for m, own in months.items() if len(own) == month_end(m).day}


def sundays(month: date) -> int:
    """The number of Sundays in a month, by its first day: of the weeks that begin in it."""
    return len(range(6 - month.weekday(), month_end(month).day, 7))


def banking_gaps(held: Sequence[date]) -> list[date]:
    """The weekdays between days held, in order, that are too many in a row to be holidays."""
    gaps = []
    for before, after in pairwise(held):
        absent = [before + i * _DAY for i in range(1, (after - before).days)]
        weekdays = [d for d in absent if d.weekday() < 5]
        if len(weekdays) > _HOLIDAYS:
            gaps += weekdays
    return gaps
