"""Reported waits and open lanes of a line from the store, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from ambos.crossing.calibrate.fit import HOURS, LineDays
from ambos.flows.workspace import Workspace

#: Hours of a day that say something, without which the day tells too little.
FEWEST = 3
#: States of a report that say how long the wait is.
_KNOWN = ("delay", "no_delay")


def reported_hours(workspace: Workspace, start: date | None = None, end: date | None = None) -> pl.DataFrame:
    """The newest report of each crossing, mode, class, local day and hour.

    Parameters
    ----------
    workspace : Workspace
    start, end : date, optional
        First and last local day.

    Returns
    -------
    DataFrame
        With ``crossing``, ``mode``, ``lane``, ``day``, ``hour``, ``closed``, ``delay_minutes``, ``lanes_open``.
    """
    table = workspace.store.table("waits")
    wanted = table.filter(table.state.isin((*_KNOWN, "closed"))).select(
        *("crossing", "mode", "lane", "observed_at", "state", "delay_minutes", "lanes_open")
    )
    local = pl.col("observed_at").dt.convert_time_zone(workspace.catalog.region.zone)
    frame = workspace.store.frame(wanted).with_columns(
        day=local.dt.date(), hour=local.dt.hour(), closed=pl.col("state") == "closed"
    )
    if start:
        frame = frame.filter(pl.col("day") >= start)
    if end:
        frame = frame.filter(pl.col("day") <= end)
    # a wait tells more than that lanes were closed at some time of the hour
    return frame.sort("closed", "observed_at", descending=(True, False)).unique(
        ("crossing", "mode", "lane", "day", "hour"), keep="last", maintain_order=True
    )


def line_days(hours: pl.DataFrame, crossing: str, mode: str, lane_class: str) -> LineDays:
    """The days of a line, of what `reported_hours` gives; days with fewer than `FEWEST` hours are left out."""
    own = hours.filter(pl.col("crossing") == crossing, pl.col("mode") == mode, pl.col("lane") == lane_class)
    own = own.filter(pl.len().over("day") >= FEWEST)
    days: list[date] = sorted(own["day"].unique().to_list())
    at = {day: n for n, day in enumerate(days)}
    waits, lanes = np.full((len(days), HOURS + 1), np.nan), np.full((len(days), HOURS), np.nan)
    for day, hour, closed, minutes, opened in own.select(
        "day", "hour", "closed", "delay_minutes", "lanes_open"
    ).iter_rows():
        if closed:
            lanes[at[day], hour] = 0.0
        elif minutes is not None:
            waits[at[day], hour] = minutes
            lanes[at[day], hour] = opened or np.nan
    for day, n in at.items():
        following = at.get(day + timedelta(1))
        if following is not None:
            waits[n, HOURS] = waits[following, 0]
    return LineDays(tuple(days), waits, lanes)
