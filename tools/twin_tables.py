"""Estimate lanes open and relative demand by class, weekday and hour from the archive of waits in the store's snapshot.

    .venv/bin/python tools/twin_tables.py

writes ``twin_archive.csv`` of the region. For each crossing, mode, class, weekday and hour with at least five reports:

* lanes: mean of the lanes open, over the reports with a wait, if the class was closed in less than half of them;
* wait: mean of the waits reported;
* utilisation: the one at which Sakasegawa's approximation of the M/G/c wait, with the default law, gives that wait; hours
  with a wait of under two minutes, which does not tell, are all taken at their mean;
* departures = utilisation × lanes × rate; arrivals: who joins at t leaves the line at t + wait(t), so that cumulative
  arrivals at t are cumulative departures at t + wait(t), within the opening hours.

Demand is relative: only its proportions between the classes, crossings and hours of a port's mode are used. All of it
stands until calibration replaces it.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ambos.catalog import load
from ambos.catalog.twin import HOURS, load_twin
from ambos.model.twin import ClassLaw

START, END = "2025-04-01", "2026-07-01"
FEWEST = 5
#: Minutes of wait.
SHORT = 2.0
Floats = NDArray[np.float64]


def utilisation(wait: float, lanes: float, mean: float, cv2: float) -> float:
    """The utilisation at which a queue of this many servers waits so long; Sakasegawa (1977), by bisection."""

    def waits(rho: float) -> float:
        return (1 + cv2) / 2 * mean / lanes * rho ** (math.sqrt(2 * (lanes + 1)) - 1) / (1 - rho)

    low, high = 0.0, 1 - 1e-9
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if waits(middle) < wait else (low, middle)
    return low


def arrivals(departures: Floats, waits: Floats, opens: float, closes: float) -> Floats:
    """Arrivals by hour of a week, (168,), from departures and waits by hour."""
    out = np.concatenate([[0.0], np.cumsum(np.tile(departures, 3))])

    def left(t: float) -> float:
        return float(np.interp(t, np.arange(len(out)), out))

    all_day = opens == closes
    first, last = (0, 24) if all_day else (int(opens // 60), math.ceil((closes or 1440) / 60))
    came = np.zeros(168)
    for day in range(7):
        start = 168 + 24 * day
        marks = []
        for hour in range(first, last + 1):
            around = [waits[(24 * day + h) % 168] for h in (hour - 1, hour) if all_day or first <= h < last]
            marks.append(left(start + hour + float(np.mean(around)) / 60))
        if not all_day:
            # nobody joins before the crossing opens, and all who joined are served
            marks[0], marks[-1] = left(start), left(start + 24)
        steps = np.diff(np.maximum.accumulate(marks))
        came[24 * day + first : 24 * day + last] = np.maximum(steps, 0)
    return came


def line_rows(cells: pl.DataFrame, law: ClassLaw, opens: float, closes: float) -> dict[str, Floats]:
    """Lanes, demand and waits of a line by hour of the week."""
    lanes, waits, busy = np.zeros(168), np.zeros(168), np.zeros(168)
    for day, hour, reports, open_share, mean_lanes, wait in cells.iter_rows():
        inside = opens == closes or opens <= hour * 60 < (closes or 1440)
        if reports < FEWEST or open_share < 0.5 or not inside or mean_lanes is None:
            continue
        at = (day - 1) * 24 + hour
        lanes[at], waits[at] = mean_lanes, wait or 0.0
        busy[at] = utilisation(waits[at], mean_lanes, law.law.mean, law.law.cv2)
    # a wait so short does not tell how busy an hour is: such hours are taken as equally busy
    unclear = (lanes > 0) & (waits < SHORT)
    busy[unclear] = busy[unclear].mean() if unclear.any() else 0.0
    departures = busy * lanes * 60 / law.law.mean
    for at in np.flatnonzero((lanes > 0) & (np.roll(lanes, -1) == 0)):
        # those in line when the last lanes would close are still served, as fast as before
        departures[(at + 1) % 168] += departures[at] * min(1.0, waits[at] / 60)
    came = arrivals(departures, waits, opens, closes)
    for at in np.tile(np.flatnonzero(lanes == 0), 2):
        # who comes while no lane is open is there when one opens: hour by hour, and round the week
        came[(at + 1) % 168] += came[at]
        came[at] = 0.0
    return {"lanes": lanes, "demand": came, "wait": waits}


def main(path: Path | None = None) -> None:
    """Write the table, to that of the region if no other place is said."""
    catalog = load()
    base = load_twin(catalog, weeks=False)
    folder = catalog.snapshot_folder
    zone = catalog.region.zone
    reports = (
        pl.read_parquet(folder / "waits.parquet")
        .with_columns(local=pl.col("observed_at").dt.convert_time_zone(zone))
        .filter(
            pl.col("local") >= pl.lit(START).str.to_datetime(time_zone=zone),
            pl.col("local") < pl.lit(END).str.to_datetime(time_zone=zone),
            pl.col("state").is_in(["delay", "no_delay", "closed"]),
            # lanes closed, not the whole crossing: that a crossing is closed its hours say
            (pl.col("state") != "closed") | (pl.col("crossing_state") != "closed"),
        )
        .with_columns(day=pl.col("local").dt.weekday(), hour=pl.col("local").dt.hour())
    )
    seen = pl.col("state") != "closed"
    with (path or folder.parent / "twin_archive.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["crossing", "mode", "lane_class", "what", "weekdays", "reports", *HOURS])
        for crossing in base.crossings.values():
            for (mode, lane_class), law in base.laws.items():
                own = reports.filter(
                    pl.col("crossing") == crossing.place,
                    pl.col("mode") == base.modes[mode].waits,
                    pl.col("lane") == lane_class,
                )
                cells = own.group_by("day", "hour").agg(
                    pl.len(),
                    seen.mean().alias("open"),
                    pl.col("lanes_open").filter(seen).mean().alias("lanes"),
                    pl.col("delay_minutes").filter(seen).mean().alias("wait"),
                )
                rows = line_rows(cells, law, crossing.opens, crossing.closes)
                if rows["lanes"].sum() < 24 or mode not in crossing.built:
                    continue  # reported now and then, never as a rule
                counts = dict(own.group_by("day").len().iter_rows())
                for what, values in rows.items():
                    for day in range(1, 8):
                        hours = values[24 * (day - 1) : 24 * day]
                        written = [f"{v:.2f}".rstrip("0").rstrip(".") for v in hours]
                        writer.writerow([crossing.id, mode, lane_class, what, day, counts.get(day, 0), *written])


if __name__ == "__main__":
    main()
