"""Reports of a lane class on a grid of hours, and what is known of it at each hour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ambos.forecast.levels import Floats, Ints, Usual, fading, last_known

#: Hours of age that halve the weight of a departure from the usual wait.
MEMORIES = (2, 6, 24, 72, 168)
#: Of the level of the waits themselves: a day and a week.
LEVELS = (24, 168)
#: Reports of an hour of the day, or of an hour of the week, that halve the weight of one.
_BY_HOUR, _LATELY, _BY_WEEK_HOUR = 21, 5, 6
_WEEK = 168


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The hours of a forecast: one after the other, on the clock of the crossings.

    Attributes
    ----------
    hour, weekday : array of int
        Of the day, 0 to 23, and 0 (Monday) to 6.
    day : array of int
        Days since 1 January of the year 1 (proleptic ordinal).
    month : array of int
    """

    hour: Ints
    weekday: Ints
    day: Ints
    month: Ints

    def __len__(self) -> int:
        return len(self.hour)


class Line:
    """A lane class of a crossing, hour by hour.

    Parameters
    ----------
    grid : Grid
    waits : array of float
        Reported wait of each hour, minutes; NaN where nothing was reported.
    lanes : array of float
        Lanes open as reported with it; NaN where they are not known.
    """

    def __init__(self, grid: Grid, waits: Floats, lanes: Floats) -> None:
        self.grid, self.waits = grid, waits
        self.lanes = np.where(np.isnan(waits), np.nan, lanes)
        self.last, self.age = last_known(waits)
        self.last_lanes, _ = last_known(self.lanes)

    @cached_property
    def _by_hour(self) -> Usual:
        return Usual(self.waits, self.grid.hour, _BY_HOUR)

    @cached_property
    def _lately(self) -> Usual:
        return Usual(self.waits, self.grid.hour, _LATELY)

    @cached_property
    def _by_week_hour(self) -> Usual:
        return Usual(self.waits, self._week_hour, _BY_WEEK_HOUR)

    @cached_property
    def _lanes_by_hour(self) -> Usual:
        return Usual(self.lanes, self.grid.hour, _BY_HOUR)

    @cached_property
    def _week_hour(self) -> Ints:
        return np.asarray(self.grid.weekday * 24 + self.grid.hour)

    def until(self, hour: int) -> Line:
        """Give the line as it was known at an hour: without what was reported later."""
        later = np.arange(len(self.grid)) > hour
        return Line(self.grid, np.where(later, np.nan, self.waits), self.lanes)

    def usual(self, known: Ints, hours: Ints) -> Floats:
        """Give the usual wait of hours as it was known at others, minutes: by hour of the day and of the week, half each."""
        daily, weekly = self.usual_of_day(known, hours), self.usual_of_week(known, hours)
        return np.where(np.isnan(weekly), daily, (daily + weekly) / 2)

    def usual_of_day(self, known: Ints, hours: Ints) -> Floats:
        """Give the usual wait by hour of the day, minutes."""
        return self._by_hour.at(known, self.grid.hour[hours])

    def usual_of_week(self, known: Ints, hours: Ints) -> Floats:
        """Give the usual wait by hour of the week, minutes."""
        return self._by_week_hour.at(known, self._week_hour[hours])

    def lately(self, known: Ints, hours: Ints) -> Floats:
        """Give the wait at this hour of the day over the last days, minutes."""
        return self._lately.at(known, self.grid.hour[hours])

    def usual_lanes(self, known: Ints, hours: Ints) -> Floats:
        """Give the usual number of lanes open by hour of the day."""
        return self._lanes_by_hour.at(known, self.grid.hour[hours])

    @cached_property
    def departures(self) -> dict[int, Floats]:
        """For each memory, the mean departure of the reports so far from what was usual before each, minutes."""
        hours = np.arange(len(self.grid))
        apart = self.waits - self.usual(np.maximum(hours - 1, 0), hours)
        return {memory: fading(apart, memory) for memory in MEMORIES}

    @cached_property
    def levels(self) -> dict[int, Floats]:
        """For each memory of `LEVELS`, the mean of the reports so far, minutes."""
        return {memory: fading(self.waits, memory) for memory in LEVELS}

    def earlier(self, known: Ints, hours: Ints, lag: int) -> Floats:
        """Give the wait reported `lag` hours before; where there is none, the mean of the hours beside it that are known."""
        at = hours - lag
        found = np.where(at >= 0, self.waits[np.maximum(at, 0)], np.nan)
        before = np.where(at >= 1, self.waits[np.maximum(at - 1, 0)], np.nan)
        after = np.where((at + 1 <= known) & (at >= 0), self.waits[np.clip(at + 1, 0, len(self.waits) - 1)], np.nan)
        beside = np.where(np.isnan(before), after, np.where(np.isnan(after), before, (before + after) / 2))
        return np.where(np.isnan(found), beside, found)
