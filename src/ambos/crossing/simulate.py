"""Run the twin: many replications side by side, or one with every traveller."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ambos.crossing import kernel
from ambos.crossing.arrays import World, expected_travellers, quarters, world
from ambos.crossing.totals import BINS, Floats, Ints, Totals, Trace
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Scenario, Shift, Stream
from ambos.text import Text

#: Most replications that a thread plays before it reports progress.
_CHUNK = 32
_ready = False


def _results(scenario: Scenario, replications: int) -> kernel.Results:
    """Empty results for so many replications."""
    n_lines, n_booths, n_stations = len(scenario.lines), len(scenario.booths), len(scenario.stations)
    hours, steps = math.ceil(scenario.length / 60.0), quarters(scenario.length)
    r = replications
    return kernel.Results(
        counts=np.zeros((r, n_lines, 7), np.int64),
        stage_n=np.zeros((r, n_lines, n_stations + 2), np.int64),
        stage_sum=np.zeros((r, n_lines, n_stations + 2)),
        over=np.zeros((r, n_lines, n_stations + 2, 2), np.int64),
        hour_n=np.zeros((r, n_lines, hours), np.int64),
        hour_sum=np.zeros((r, n_lines, hours)),
        hour_over=np.zeros((r, n_lines, hours, 2), np.int64),
        by_stage=np.zeros((n_lines, n_stations + 2, BINS), np.int64),
        by_hour=np.zeros((n_lines, hours, BINS), np.int64),
        entered=np.zeros((r, n_lines, n_stations), np.int64),
        queue=np.zeros((r, n_lines, steps)),
        peak=np.zeros((r, n_lines, steps), np.int64),
        lanes=np.zeros((r, n_lines, steps)),
        booth=np.zeros((r, n_booths, 3)),
        station=np.zeros((r, n_stations, 2)),
    )


def warm_up() -> float:
    """Compile the kernel, or load it from disk; the seconds that took, 0 once it is in memory."""
    global _ready
    if _ready:
        return 0.0
    began = time.perf_counter()
    scenario = Scenario(
        Text.same("-"),
        (Stream("s", Arrivals(times=(0.0,)), (Option("l"),)),),
        (Line("l", "-", "pov", "standard", Law("deterministic", 1.0)),),
        (Booth("b", "-", (Shift(0.0, 15.0, ("l",)),)),),
        length=15.0,
    )
    kernel.play(world(scenario, 2, False), _results(scenario, 1), 0, 0, 0, 1)
    _ready = True
    return time.perf_counter() - began


def run(
    scenario: Scenario,
    replications: int,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Totals:
    """Play a scenario `replications` times.

    The same seed gives the same bytes whatever the number of threads: every replication has draws of its own and
    writes its own rows; only whole numbers are added across replications.

    Parameters
    ----------
    scenario : Scenario
        As `ambos.crossing.check.problems` finds nothing wrong with it.
    replications : int
        At least 1.
    seed : int
        From 0 to 2^63 − 1.
    threads : int, optional
        As many as the machine lends us by default.
    progress : callable, optional
        Told from time to time how many replications are done, and of how many. It may be called from another thread, never
        from two at once.

    Returns
    -------
    Totals
    """
    compile_seconds = warm_up()
    began = time.perf_counter()
    if threads is None:
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    room = expected_travellers(scenario)
    results = None
    while results is None:
        results = _play_all(scenario, replications, seed, threads, room, progress)
        room *= 2  # more came than were thought possible: all again with more room
    by_stage = results.by_stage
    by_stage[:, 0] = results.by_hour.sum(axis=1)
    return Totals(
        scenario=scenario,
        seed=seed,
        counts=results.counts,
        stage_n=results.stage_n,
        stage_sum=results.stage_sum,
        over=results.over,
        hour_n=results.hour_n,
        hour_sum=results.hour_sum,
        hour_over=results.hour_over,
        histogram=by_stage,
        hour_histogram=results.by_hour,
        entered=results.entered,
        queue=results.queue,
        peak=results.peak,
        lanes=results.lanes,
        booth_open=results.booth[:, :, 0].copy(),
        booth_busy=results.booth[:, :, 1].copy(),
        booth_blocked=results.booth[:, :, 2].copy(),
        station_busy=results.station[:, :, 0].copy(),
        station_blocked=results.station[:, :, 1].copy(),
        seconds=time.perf_counter() - began,
        compile_seconds=compile_seconds,
    )


def _play_all(
    scenario: Scenario,
    replications: int,
    seed: int,
    threads: int,
    room: int,
    progress: Callable[[int, int], None] | None,
) -> kernel.Results | None:
    """All replications in chunks over threads; None if the room did not do."""
    threads = max(1, min(threads, replications))
    results = _results(scenario, replications)
    chunk = max(1, min(_CHUNK, replications // (4 * threads)))
    starts = iter(range(0, replications, chunk))
    done = 0
    failed = False

    def work(own: kernel.Results) -> kernel.Results:
        nonlocal done, failed
        state = world(scenario, room, False)
        for first in starts:  # a range's iterator gives each start to one thread only
            if failed:
                break
            number = min(chunk, replications - first)
            if kernel.play(state, own, seed, first, first, number) == kernel.TOO_SMALL:
                failed = True
                break
            done += number
            if progress is not None:
                progress(done, replications)
        return own

    if threads == 1:
        work(results)
    else:
        shares = [results] + [
            results._replace(by_stage=np.zeros_like(results.by_stage), by_hour=np.zeros_like(results.by_hour))
            for _ in range(threads - 1)
        ]
        with ThreadPoolExecutor(threads) as pool:
            for own in pool.map(work, shares):
                if own is not results:
                    results.by_stage[:] += own.by_stage
                    results.by_hour[:] += own.by_hour
    return None if failed else results


def trace(scenario: Scenario, seed: int = 0, replication: int = 0) -> Trace:
    """Every traveller of one replication; the same day as that row of `run`."""
    warm_up()
    room = expected_travellers(scenario)
    while True:
        state = world(scenario, room, True)
        if kernel.play(state, _results(scenario, 1), seed, replication, 0, 1) != kernel.TOO_SMALL:
            return _trace(state)
        room *= 2


def _trace(state: World) -> Trace:
    """The trace that a kernel left in its arrays."""
    number = int(state.facts[0]["joined"])
    floats: Floats = state.trace_floats[:number]
    ints: Ints = state.trace_ints[:number]
    visits = state.trace_visits[: int(state.facts[0]["visits"])]
    order = np.argsort(visits[:, 0], kind="stable")
    return Trace(
        stream=ints[:, 0].copy(),
        number=ints[:, 1].copy(),
        line=ints[:, 2].copy(),
        diverted_from=ints[:, 3].copy(),
        booth=ints[:, 4].copy(),
        fate=ints[:, 5].copy(),
        arrived=floats[:, 0].copy(),
        started=floats[:, 1].copy(),
        done=floats[:, 2].copy(),
        left_booth=floats[:, 3].copy(),
        exited=floats[:, 4].copy(),
        wait=floats[:, 5].copy(),
        visits=visits[order].copy(),
    )
