"""Run the twin: many replications side by side, or one with every traveller."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext
from copy import copy
from itertools import count
from threading import Event

import numpy as np

from ambos.crossing.kernel.arrays import Histograms, World, expected_travellers, world
from ambos.crossing.kernel.compiled import compilation_reported
from ambos.crossing.kernel.machine import kernel
from ambos.crossing.kernel.totals import COUNTS, Ints, Totals, Trace
from ambos.crossing.kernel.vary import Varied, is_varied, unknowns
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Scenario, Shift, Stream
from ambos.text import Text

#: Most replications that a thread plays before it reports progress.
_CHUNK = 32
#: The arrays of a `World` that hold a day's sums.
_KEPT = ("lines", "booths", "stations", "hours", "stages", "quarters")
_ready = False


class _Sums:
    """The sums of every replication, as the records of the kernel, and the histograms."""

    def __init__(self, scenario: Scenario, replications: int) -> None:
        self.scenario = scenario
        self.histograms = Histograms.of(scenario)
        like = world(scenario, 1, False, self.histograms)
        self.rows = {k: np.zeros((replications, *getattr(like, k).shape), getattr(like, k).dtype) for k in _KEPT}

    def share(self) -> _Sums:
        """The same rows, with histograms of one's own."""
        own = copy(self)
        own.histograms = Histograms.of(self.scenario)
        return own

    def pairs(self, state: World) -> list[tuple[Ints, Ints]]:
        """The rows of all replications and the sums of the one that is played, array by array, as plain numbers: to copy
        record by record takes ten times as long."""
        return [(self.rows[name].view(np.int64), getattr(state, name).view(np.int64)) for name in _KEPT]

    def totals(self, seed: int, unknown: tuple[int, int], seconds: float) -> Totals:
        """All of it under the names of `Totals`; the stage of primary is the sum of its hours."""
        lines, booths, stations, hours, stages, quarters = (self.rows[name] for name in _KEPT)
        over = np.stack((stages["over_30"], stages["over_60"]), axis=-1)
        hour_over = np.stack((hours["over_30"], hours["over_60"]), axis=-1)
        over[:, :, 0] = hour_over.sum(2)
        staged = {name: stages[name].copy() for name in ("n", "sum", "left", "left_sum")}
        for name, values in staged.items():
            values[:, :, 0] = hours[name].sum(2)
        waits = self.histograms
        waits.by_stage[:, 0] = waits.by_hour.sum(axis=1)
        waits.left_by_stage[:, 0] = waits.left_by_hour.sum(axis=1)
        return Totals(
            scenario=self.scenario,
            seed=seed,
            counts=np.stack([lines[name] for name in COUNTS], axis=-1),
            unserved=lines["unserved"].copy(),
            stage_n=staged["n"],
            stage_sum=staged["sum"],
            stage_left=staged["left"],
            stage_left_sum=staged["left_sum"],
            over=over,
            hour_n=hours["n"].copy(),
            hour_sum=hours["sum"].copy(),
            hour_over=hour_over,
            hour_left=hours["left"].copy(),
            hour_left_sum=hours["left_sum"].copy(),
            histogram=waits.by_stage,
            left_histogram=waits.left_by_stage,
            hour_histogram=waits.by_hour,
            hour_left_histogram=waits.left_by_hour,
            entered=stages["entered"][:, :, 1:-1].copy(),
            queue=quarters["queue"].copy(),
            peak=quarters["peak"].copy(),
            lanes=quarters["lanes"].copy(),
            booth_open=booths["staffed_minutes"].copy(),
            booth_busy=booths["busy"].copy(),
            booth_blocked=booths["blocked_minutes"].copy(),
            station_busy=stations["busy"].copy(),
            station_blocked=stations["blocked_minutes"].copy(),
            seconds=seconds,
            unknown=unknowns(self.scenario, unknown, len(lines)),
        )


def warm_up(progress: Callable[[int, int], None] | None = None) -> None:
    """Load the kernel, or compile it where no machine code of it fits the machine.

    Parameters
    ----------
    progress : callable, optional
        Called with the number of functions compiled and their total, only while they are compiled.
    """
    global _ready
    if _ready:
        return
    scenario = Scenario(
        Text.same("-"),
        (Stream("s", Arrivals(times=(0.0,)), (Option("l"),)),),
        (Line("l", "-", "pov", "standard", Law("deterministic", 1.0)),),
        (Booth("b", "-", (Shift(0.0, 15.0, ("l",)),)),),
        length=15.0,
    )
    sums = _Sums(scenario, 1)
    state = world(scenario, 2, False, sums.histograms)  # its arrays must outlive the call
    with compilation_reported(progress) if progress and not kernel().comes_with else nullcontext():
        kernel().play(state.table, 0, 0)
    _ready = True


def usable_threads() -> int:
    """Processors that the machine lends this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    scenario: Scenario,
    replications: int,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    unknown: tuple[int, int] | None = None,
) -> Totals:
    """Play a scenario `replications` times.

    The same seed gives the same bytes whatever the number of threads: every replication has draws of its own and
    writes its own rows; only whole numbers are added across replications.

    Parameters
    ----------
    scenario : Scenario
        In which `ambos.crossing.scenario.check.problems` finds nothing wrong.
    replications : int
        At least 1.
    seed : int
        From 0 to 2^63 − 1.
    threads : int, optional
        As many as the machine lends us by default.
    progress : callable, optional
        Told from time to time how many replications are done, and of how many; from any of the threads.
    unknown : tuple of two int, optional
        The seed of what is not known of calibrated lines, and the replications after which it repeats: so that the days of
        a year have it in common. As `seed`, and none, by default.
    """
    warm_up()
    began = time.perf_counter()
    if threads is None:
        threads = usable_threads()
    unknown = unknown or (seed, replications)
    room = expected_travellers(scenario)
    sums = None
    while sums is None:
        sums = _play_all(scenario, replications, (seed, *unknown), max(1, min(threads, replications)), room, progress)
        room *= 2  # more came than was thought possible: all again with more room
    return sums.totals(seed, unknown, time.perf_counter() - began)


def _play_all(
    scenario: Scenario,
    replications: int,
    seeds: tuple[int, int, int],
    threads: int,
    room: int,
    progress: Callable[[int, int], None] | None,
) -> _Sums | None:
    """All replications in chunks over threads; None if the room did not do.

    `seeds` are that of chance, that of what is not known, and the replications after which the latter repeats.
    """
    sums = _Sums(scenario, replications)
    chunk = max(1, min(_CHUNK, replications // (4 * threads)))
    # iterators hand each value to one thread only
    starts, done = iter(range(0, replications, chunk)), count(1)
    play = kernel().play
    too_small, stop = Event(), Event()

    def work(own: _Sums) -> None:
        state = world(scenario, room, False, own.histograms)
        kept = own.pairs(state)
        vary = Varied(scenario, state, seeds[0], *seeds[1:]) if is_varied(scenario) else None
        for first in starts:
            for replication in range(first, min(first + chunk, replications)):
                if stop.is_set():
                    return
                if vary:
                    vary(replication)
                if not play(state.table, seeds[0], replication):
                    too_small.set()
                    stop.set()
                    return
                for rows, played in kept:
                    rows[replication] = played
                number = next(done)
            if progress is not None:
                progress(number, replications)

    if threads == 1:
        work(sums)
    else:
        shares = [sums.share() for _ in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            try:
                playing = [pool.submit(work, own) for own in shares]
                # A wait without an end would go on after Ctrl-C: Polars has signals restart what they interrupt.
                while wait(playing, timeout=0.2).not_done:
                    pass
                for one in playing:
                    one.result()
            finally:
                stop.set()  # interrupted: the others do not go on to the end
        for own in shares:
            for whole, part in zip(sums.histograms, own.histograms, strict=True):
                whole += part
    return None if too_small.is_set() else sums


def trace(scenario: Scenario, seed: int = 0, replication: int = 0) -> Trace:
    """Every traveller of one replication; the same day as that row of `run`."""
    warm_up()
    room = expected_travellers(scenario)
    while True:
        sums = _Sums(scenario, 1)
        state = world(scenario, room, True, sums.histograms)
        if is_varied(scenario):
            Varied(scenario, state, seed, seed, replication + 1)(replication)
        if kernel().play(state.table, seed, replication):
            return _trace(state)
        room *= 2


def _trace(state: World) -> Trace:
    """The trace that the kernel left in its arrays."""
    rows = state.trace[: int(state.table[0]["joined"])]
    visits = state.visits[: int(state.table[0]["entries"])]
    visits = visits[np.argsort(visits["traveller"], kind="stable")]
    names = [
        "stream",
        "number",
        "line",
        "diverted_from",
        "booth",
        "fate",
        "arrived",
        "started",
        "done",
        "left_booth",
        "exited",
        "wait",
    ]
    return Trace(
        **{name: rows[name].copy() for name in names},
        visits=visits.view(np.float64).reshape(-1, 6),
    )
