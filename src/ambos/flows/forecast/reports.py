"""Reported waits of the region's crossings as lines of the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from ambos.catalog.holidays import load_holidays
from ambos.flows.workspace import Workspace
from ambos.forecast.features import Holidays
from ambos.forecast.line import Grid, Line

#: A lane class at a crossing: crossing, mode, class.
Key = tuple[str, str, str]
#: Reports from which on a line counts as a neighbour of another, and how many neighbours a line has at most.
_NEIGHBOUR, _NEIGHBOURS = 1000, 6
#: Hours without a report, after which what came before is of another time and is left out.
_APART = 24 * 366
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Reports of a region on one grid of hours.

    Attributes
    ----------
    start : datetime
        The first hour of the grid, UTC.
    grid : Grid
    lines : mapping of Key to Line
        The lane classes that ever reported.
    counts : mapping of Key to int
        Reports of each.
    holidays : Holidays
    zone : ZoneInfo
        The clock of the grid.
    """

    start: datetime
    grid: Grid
    lines: Mapping[Key, Line]
    counts: Mapping[Key, int]
    holidays: Holidays
    zone: ZoneInfo

    def until(self, place: int) -> Reports:
        """Give the reports as they were known at an hour: without the later ones."""
        lines = {key: line.until(place) for key, line in self.lines.items()}
        return replace(self, lines=lines, counts={key: int((line.age == 0).sum()) for key, line in lines.items()})

    def place(self, moment: datetime) -> int:
        """Give the place in the grid of the whole hour at or before a moment."""
        return int((moment - self.start) // _HOUR)

    def hour(self, place: int) -> datetime:
        """Give the hour at a place of the grid, on the clock of the crossings."""
        return (self.start + place * _HOUR).astimezone(self.zone)

    def neighbours(self, key: Key) -> list[Line]:
        """Give the lines of the same mode that report most: first the other classes of the crossing, then its class elsewhere."""
        crossing, mode, lane = key
        own = [k for k in self.lines if k[0] == crossing and k[1] == mode and k != key]
        others = [k for k in self.lines if k[0] != crossing and k[1:] == (mode, lane)]
        ranked = [*sorted(own, key=self._rank), *sorted(others, key=self._rank)]
        return [self.lines[k] for k in ranked if self.counts[k] >= _NEIGHBOUR][:_NEIGHBOURS]

    def _rank(self, key: Key) -> tuple[int, Key]:
        return -self.counts[key], key


def reports(workspace: Workspace, ahead: int = 24) -> Reports:
    """Read the waits reported at the region's crossings.

    Parameters
    ----------
    workspace : Workspace
    ahead : int
        Hours of the grid after the later of the last report and now.
    """
    catalog = workspace.catalog
    crossings = [p for p in catalog.region_places() if catalog.places[p].kind == "crossing"]
    table = workspace.store.table("waits")
    table = table.filter(table.crossing.isin(crossings) & table.delay_minutes.notnull())
    frame = workspace.store.frame(
        table.select("crossing", "mode", "lane", "observed_at", "delay_minutes", "lanes_open")
    ).with_columns(pl.col(pl.Categorical).cast(pl.String))
    zone = ZoneInfo(catalog.region.zone)
    holidays = Holidays({country: frozenset(d.toordinal() for d in days) for country, days in load_holidays().items()})
    # A report within an hour is known at the end of it.
    frame = frame.sort("observed_at").with_columns(
        hour=(pl.col("observed_at").dt.offset_by("1h") - pl.duration(microseconds=1)).dt.truncate("1h")
    )
    frame = _of_one_time(frame)
    now = workspace.clock().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if frame.is_empty():
        return Reports(now, _grid(now, 1, zone), {}, {}, holidays, zone)
    start, last = frame["hour"].min(), frame["hour"].max()
    assert isinstance(start, datetime) and isinstance(last, datetime)
    count = int((max(last, now) - start) // _HOUR) + 1 + ahead
    grid = _grid(start, count, zone)
    lines, counts = {}, {}
    places = ((pl.col("hour") - start).dt.total_seconds() // 3600).alias("place")
    for key, rows in frame.with_columns(places).group_by("crossing", "mode", "lane", maintain_order=True):
        waits, lanes = np.full(count, np.nan), np.full(count, np.nan)
        at = rows["place"].to_numpy()
        waits[at] = rows["delay_minutes"].cast(pl.Float64).to_numpy()  # of two in an hour, the later
        lanes[at] = rows["lanes_open"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        name = (str(key[0]), str(key[1]), str(key[2]))
        lines[name] = Line(grid, waits, lanes)
        counts[name] = int((lines[name].age == 0).sum())
    return Reports(start, grid, lines, counts, holidays, zone)


def _of_one_time(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out what came before a gap of a year or more."""
    gaps = frame["hour"].diff().dt.total_hours().fill_null(0).to_numpy()
    last = np.flatnonzero(gaps >= _APART)
    return frame[int(last[-1]) :] if len(last) else frame


def _grid(start: datetime, count: int, zone: ZoneInfo) -> Grid:
    hours = pl.datetime_range(start, start + (count - 1) * _HOUR, "1h", eager=True).dt.convert_time_zone(str(zone))
    days = hours.dt.date()
    return Grid(
        hour=hours.dt.hour().cast(pl.Int64).to_numpy(),
        weekday=hours.dt.weekday().cast(pl.Int64).to_numpy() - 1,
        day=days.to_physical().cast(pl.Int64).to_numpy() + datetime(1970, 1, 1, tzinfo=UTC).toordinal(),
        month=hours.dt.month().cast(pl.Int64).to_numpy(),
    )
