"""What a statistical model is told of an hour to forecast, from what was known when the forecast was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ambos.forecast.levels import Floats, Ints
from ambos.forecast.line import LEVELS, MEMORIES, Grid, Line

#: Hours before the one to forecast at which it was reported: a day, two, a week.
_LAGS = (24, 48, 168)
#: Hours for which a report of a neighbour counts as its wait of now.
_FRESH = 4
#: Waves of the day by which level and persistence vary.
_WAVES = (1, 2, 3)
#: Hours of memory of the level that stands for the usual wait of an hour never reported.
_LEVEL = 168
#: Scale of columns that are no minutes, so that a penalty on weights bears on all alike.
_SCALE = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Holidays:
    """Days without work of each country, as days since 1 January of the year 1."""

    days: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def columns(self, day: Ints) -> list[Floats]:
        """Mark the holidays of each country, the day before any and the day after any."""
        every = sorted(set().union(*self.days.values())) if self.days else []
        marks = [np.isin(day, sorted(days)) for days in self.days.values()]
        return [_SCALE * mark.astype(float) for mark in (*marks, np.isin(day + 1, every), np.isin(day - 1, every))]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Hours to forecast a lead after an origin each, with all that is known at the origins.

    Attributes
    ----------
    line : Line
    hours, origins : array of int
        Places in the grid; each origin stands the same lead before its hour.
    usual : array of float
        Usual wait of the hour, minutes; where the hour was never reported, that of all hours.
    departure : array of float
        Last report less the usual wait of the origin, minutes; 0 where either is not known.
    last : array of float
        Last report, minutes.
    age : array of int
        Of the last report, hours.
    """

    line: Line
    hours: Ints
    origins: Ints
    usual: Floats
    departure: Floats
    last: Floats
    age: Ints


def ask(line: Line, hours: Ints, lead: int) -> Asked:
    """Gather what is known `lead` hours before each of some hours."""
    origins = hours - lead
    usual = line.usual(origins, hours)
    usual = np.where(np.isnan(usual), line.levels[_LEVEL][origins], usual)
    last = line.last[origins]
    departure = np.nan_to_num(last - line.usual(origins, origins))
    return Asked(line, hours, origins, usual, departure, last, line.age[origins])


def columns(asked: Asked, neighbours: Sequence[Line], holidays: Holidays) -> Floats:
    """Make the columns of both models: a row for each hour asked for, without missing values.

    A value that is not known is told as "no departure from the usual".
    """
    line, hours, origins = asked.line, asked.hours, asked.origins
    grid: Grid = line.grid
    hour, weekday = grid.hour[hours], grid.weekday[hours]
    usual, departure = asked.usual, asked.departure
    made = [usual, departure]
    made += [line.departures[memory][origins] for memory in MEMORIES]
    made += [line.lately(origins, hours) - line.usual_of_day(origins, hours)]
    made += [line.usual_of_day(origins, hours) - line.usual_of_week(origins, hours)]
    made += [line.earlier(origins, hours, lag) - usual for lag in _LAGS]
    made += [line.waits[np.maximum(origins - 1, 0)] - asked.last]
    made += [5 * (line.last_lanes[origins] - line.usual_lanes(origins, origins))]
    for other in neighbours:
        apart = other.last[origins] - other.usual(origins, origins)
        made.append(np.where(other.age[origins] <= _FRESH, apart, np.nan))
    made += holidays.columns(grid.day[hours])
    for wave in _WAVES:
        angle = 2 * np.pi * wave * hour / 24
        made += [_SCALE * np.cos(angle), _SCALE * np.sin(angle), departure * np.cos(angle), departure * np.sin(angle)]
    made += [_SCALE * (weekday == day).astype(float) for day in (0, 4, 5, 6)]
    made += [departure * np.minimum(asked.age, _FRESH), departure * usual / 30, usual - line.usual(origins, origins)]
    return np.nan_to_num(np.column_stack(made))


def raw_columns(asked: Asked) -> Floats:
    """Make the columns that only trees can use: clock, season, last report and lanes as they are; NaN where not known."""
    grid, hours, origins = asked.line.grid, asked.hours, asked.origins
    made = (
        grid.hour[hours],
        grid.weekday[hours],
        grid.month[hours],
        asked.last,
        asked.age,
        asked.line.last_lanes[origins],
        *(asked.line.levels[memory][origins] for memory in LEVELS),
    )
    return np.column_stack(made).astype(float)
