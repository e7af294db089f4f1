"""The sums of one replication, added up from the reference's travellers and moments: what `Totals` must say of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ambos.crossing.kernel.totals import BINS, EDGES, QUARTER
from twin_reference import Day, Traveller


def totals_of(day: Day) -> dict[str, Any]:
    """The arrays of `ambos.crossing.kernel.totals.Totals` by name, without the axis of replications."""
    return {**counts(day), **waits(day), **over_time(day)}


def counts(day: Day) -> dict[str, Any]:
    lines, stations = len(day.scenario.lines), len(day.scenario.stations)
    result, entered = np.zeros((lines, 7), dtype=int), np.zeros((lines, stations), dtype=int)
    unserved = np.zeros(lines)
    place = {"served": 1, "balked": 2, "reneged": 3, "turned_away": 5, "left": 6}
    for x in day.travellers:
        if x.diverted_from >= 0:
            result[x.diverted_from, [0, 4]] += 1
        result[x.line, [0, place[x.fate]]] += 1
        if x.fate in ("balked", "reneged", "turned_away"):
            unserved[x.line] += day.scenario.length - (x.arrived + x.wait)
        for visit in x.visits:
            entered[x.line, visit.station] += 1
    return {"counts": result, "entered": entered, "unserved": unserved}


def finished_waits(x: Traveller, stages: int) -> list[tuple[int, float]]:
    """(stage, minutes) of every wait that is over; the last stage is the whole crossing."""
    result = []
    if not math.isnan(x.started) and x.standing_since is None:
        result.append((0, x.wait))
    result += [(1 + v.station, v.started - v.entered) for v in x.visits if not math.isnan(v.started)]
    if x.fate == "served":
        result.append((stages - 1, x.exited - x.arrived))
    return result


def waits_cut_short(x: Traveller, stages: int, length: float) -> list[tuple[int, float]]:
    """(stage, minutes) of every wait under way when the day ends, as long as it lasted until then."""
    result = [] if x.standing_since is None else [(0, x.wait)]
    result += [(1 + v.station, length - v.entered) for v in x.visits if v.state == "waiting"]
    if x.fate == "left":
        result.append((stages - 1, length - x.arrived))
    return result


def bin_of(minutes: float) -> int:
    """The place of a wait in `EDGES`; 0 is for waits of 0."""
    return int(np.searchsorted(EDGES, minutes, side="right")) - 1 if minutes > 0 else 0


def waits(day: Day) -> dict[str, Any]:
    lines, stages = len(day.scenario.lines), len(day.scenario.stations) + 2
    hours = math.ceil(day.scenario.length / 60)
    r: dict[str, Any] = {
        "stage_n": np.zeros((lines, stages), dtype=int),
        "stage_sum": np.zeros((lines, stages)),
        "over": np.zeros((lines, stages, 2), dtype=int),
        "hour_n": np.zeros((lines, hours), dtype=int),
        "hour_sum": np.zeros((lines, hours)),
        "hour_over": np.zeros((lines, hours, 2), dtype=int),
        "histogram": np.zeros((lines, stages, BINS), dtype=int),
        "hour_histogram": np.zeros((lines, hours, BINS), dtype=int),
        "stage_left": np.zeros((lines, stages), dtype=int),
        "stage_left_sum": np.zeros((lines, stages)),
        "hour_left": np.zeros((lines, hours), dtype=int),
        "hour_left_sum": np.zeros((lines, hours)),
        "left_histogram": np.zeros((lines, stages, BINS), dtype=int),
        "hour_left_histogram": np.zeros((lines, hours, BINS), dtype=int),
    }
    for x in day.travellers:
        for stage, minutes in finished_waits(x, stages):
            over = [minutes > 30, minutes > 60]
            column = bin_of(minutes)
            r["stage_n"][x.line, stage] += 1
            r["stage_sum"][x.line, stage] += minutes
            r["over"][x.line, stage] += over
            r["histogram"][x.line, stage, column] += 1
            if stage == 0:
                hour = int(x.arrived / 60)
                r["hour_n"][x.line, hour] += 1
                r["hour_sum"][x.line, hour] += minutes
                r["hour_over"][x.line, hour] += over
                r["hour_histogram"][x.line, hour, column] += 1
        for stage, minutes in waits_cut_short(x, stages, day.scenario.length):
            r["stage_left"][x.line, stage] += 1
            r["stage_left_sum"][x.line, stage] += minutes
            r["left_histogram"][x.line, stage, bin_of(minutes)] += 1
            if stage == 0:
                hour = int(x.arrived / 60)
                r["hour_left"][x.line, hour] += 1
                r["hour_left_sum"][x.line, hour] += minutes
                r["hour_left_histogram"][x.line, hour, bin_of(minutes)] += 1
    return r


def over_time(day: Day) -> dict[str, Any]:
    lines, booths, stations = len(day.scenario.lines), len(day.scenario.booths), len(day.scenario.stations)
    quarters = math.ceil(day.scenario.length / QUARTER)
    queue, lanes, lasting = np.zeros((lines, quarters)), np.zeros((lines, quarters)), np.zeros(quarters)
    peak = np.zeros((lines, quarters), dtype=int)
    booth = {"open": np.zeros(booths), "service": np.zeros(booths), "blocked": np.zeros(booths)}
    busy, blocked = np.zeros(stations), np.zeros(stations)
    for moment in day.moments:
        # ticks fall on the quarter-hours, so no moment passes one
        minutes, quarter = moment.end - moment.start, int(moment.start / QUARTER)
        lasting[quarter] += minutes
        queue[:, quarter] += minutes * np.array(moment.queue)
        lanes[:, quarter] += minutes * np.array(moment.lanes)
        peak[:, quarter] = np.maximum(peak[:, quarter], moment.queue)
        for n, (is_open, state) in enumerate(moment.booths):
            booth["open"][n] += minutes * is_open
            booth["service"][n] += minutes * (state == "service")
            booth["blocked"][n] += minutes * (state in ("held", "blocked"))
        busy += minutes * np.array(moment.busy, dtype=float)
        blocked += minutes * np.array(moment.blocking, dtype=float)
    return {
        "queue": queue / lasting,
        "lanes": lanes / lasting,
        "peak": peak,
        "booth_open": booth["open"],
        "booth_busy": booth["service"],
        "booth_blocked": booth["blocked"],
        "station_busy": busy,
        "station_blocked": blocked,
    }
