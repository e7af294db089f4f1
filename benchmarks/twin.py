"""`make bench`, the twin: Ambos and the peers on the same day in one run, and how its cost grows.

The day is that of `twin_day`. A rate is travellers per second of one core, drawing included: all are run with one
thread and timed by the processor's clock, which counts no time given to other programs; the median of several runs
counts. The mean waits stand beside it so that one sees that the same is simulated. What runs on several cores, and the
first call, are timed by the clock on the wall. Wants no files.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

import twin_ciw
import twin_day
import twin_heap
import twin_salabim
import twin_simpy
import twin_simpy_plain
from ambos.crossing import simulate
from ambos.model.crossing import Arrivals, Scenario
from twin_peer import Day

#: Days in a run of each peer, so that none takes more than a few seconds.
PEERS: dict[str, tuple[Callable[[Scenario, int], Day], int]] = {
    "plain Python, heapq": (twin_heap.play, 60),
    "SimPy, process per booth": (twin_simpy.play, 40),
    "SimPy, process per vehicle": (twin_simpy_plain.play, 30),
    "SimPy, same, sums only": (twin_simpy_plain.play_sums, 30),
    "salabim": (twin_salabim.play, 8),
    "Ciw": (twin_ciw.play, 6),
}
COLUMNS = (*twin_day.CLASSES, "secondary", "blocked")


def median_seconds(
    work: Callable[[int], object], runs: int, clock: Callable[[], float] = time.process_time
) -> tuple[float, list]:
    """Median seconds of `work(0)`, `work(1)`, …, and what they gave; of the processor unless another clock is given."""
    seconds, given = [], []
    for turn in range(runs):
        start = clock()
        given.append(work(turn))
        seconds.append(clock() - start)
    return statistics.median(seconds), given


def means(rows: np.ndarray) -> list[tuple[float, float]]:
    """Mean over days and its standard error, column by column."""
    return [(float(m), float(s)) for m, s in zip(rows.mean(0), rows.std(0, ddof=1) / len(rows) ** 0.5, strict=True)]


def peer(play: Callable[[Scenario, int], Day], days: int, runs: int) -> dict:
    """Rate and mean waits of a peer."""
    day = twin_day.day()
    seconds, given = median_seconds(lambda turn: [play(day, turn * days + number) for number in range(days)], runs)
    played = [one for run in given for one in run]
    waits = np.array(
        [
            [w / n for w, n in zip([*d.waited, *d.station_waited], [*d.started, *d.entered], strict=True)] + [d.blocked]
            for d in played
        ]
    )
    vehicles = statistics.mean(sum(d.arrived) for d in played) * days
    return {
        "per_second": vehicles / seconds,
        "days": len(played),
        "vehicles_a_day": vehicles / days,
        "waits": means(waits),
    }


def arrived(totals: simulate.Totals) -> int:
    return int(totals.counts[:, :, 0].sum())


def ambos(runs: int) -> dict:
    """The same of Ambos with one thread."""
    day = twin_day.day()
    simulate.run(day, replications=2, seed=0, threads=1)
    seconds, given = median_seconds(lambda turn: simulate.run(day, replications=1000, seed=turn, threads=1), runs)
    primary = np.concatenate([t.stage_sum[:, :, 0] / t.stage_n[:, :, 0] for t in given])
    secondary = np.concatenate([t.stage_sum[:, :, 1].sum(1) / t.stage_n[:, :, 1].sum(1) for t in given])
    blocked = np.concatenate([t.booth_blocked.sum(1) for t in given])
    vehicles = statistics.mean(arrived(t) for t in given)
    return {
        "per_second": vehicles / seconds,
        "days": len(secondary),
        "vehicles_a_day": vehicles / 1000,
        "waits": means(np.column_stack([primary, secondary, blocked])),
    }


def rate(scenario: Scenario, replications: int, runs: int, threads: int = 1) -> dict:
    """Travellers and seconds of a scenario."""
    simulate.run(scenario, replications=threads, seed=0, threads=threads)
    clock = time.perf_counter if threads > 1 else time.process_time
    seconds, given = median_seconds(
        lambda turn: simulate.run(scenario, replications=replications, seed=turn, threads=threads), runs, clock
    )
    vehicles = arrived(given[-1])
    return {"vehicles": vehicles, "seconds": seconds, "nanoseconds_each": 1e9 * seconds / vehicles}


def longer(hours: int) -> Scenario:
    """Ten booths at constant load for so many hours."""
    scenario = twin_day.wide(10)
    stream = scenario.streams[0]
    rates = (stream.arrivals.rates[0],) * hours
    booths = tuple(replace(b, shifts=(replace(b.shifts[0], end=60.0 * hours),)) for b in scenario.booths)
    return replace(
        scenario, streams=(replace(stream, arrivals=Arrivals(rates=rates)),), booths=booths, length=60.0 * hours
    )


def first_call() -> dict[str, float]:
    """Wall-clock seconds of a process that plays one day: with nothing compiled, then with what that left on disk."""
    code = "import twin_day; from ambos.crossing import simulate; simulate.run(twin_day.day(), replications=1, seed=0)"
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("compiling", "from disk"):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", code],
                check=True,
                cwd=Path(__file__).parent,
                env={**os.environ, "NUMBA_CACHE_DIR": folder},
            )
            found[name] = time.perf_counter() - start
    return found


def machine() -> dict:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        names = [line for line in information.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": model,
        "cores": os.cpu_count(),
        "load_average": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "python": platform.python_version(),
        **{p: version(p) for p in ("numba", "numpy", "simpy", "ciw", "salabim")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    found: dict = {"machine": machine()}
    print(json.dumps(found["machine"]))

    print(f"\nThe same day, one core: vehicles per second, then mean waits (standard error), minutes\n{'':28}", end="")
    print(f"{'per second':>12} {'× slower':>9} {'days':>6} " + " ".join(f"{name:>14}" for name in COLUMNS))
    found["peers"] = {"Ambos": ambos(options.runs)}
    for name, (play, days) in PEERS.items():
        found["peers"][name] = peer(play, days, options.runs)
    ours = found["peers"]["Ambos"]["per_second"]
    for name, of in found["peers"].items():
        waits = " ".join(f"{f'{mean:.2f} ({error:.2f})':>14}" for mean, error in of["waits"])
        print(f"{name:28}{of['per_second']:12,.0f} {ours / of['per_second']:9.1f} {of['days']:6} {waits}")

    cores = os.cpu_count() or 1
    day = twin_day.day()
    found["thousand_days"] = {
        str(n): rate(day, 1000, options.runs, threads=n) for n in sorted({1, min(2, cores), cores})
    }
    for threads, of in found["thousand_days"].items():
        print(f"\n1,000 days of 10,000 vehicles, {threads} thread(s): {of['seconds']:.2f} s", end="")

    print("\n\nVehicles in one replication, ten booths, load 0.95: nanoseconds each")
    found["vehicles"] = {}
    for hours in (2, 24, 240, 2400):
        of = rate(longer(hours), max(1, 2400 // hours), options.runs)
        found["vehicles"][str(round(hours * 570))] = of["nanoseconds_each"]
        print(f"{hours * 570:12,} {of['nanoseconds_each']:8.1f}")

    print("\nBooths, load 0.95, about 1.4 million vehicles in all: nanoseconds each")
    found["booths"] = {}
    for number in (1, 2, 5, 10, 20, 50, 100, 200):
        of = rate(twin_day.wide(number), max(1, 1000 // number), options.runs)
        found["booths"][str(number)] = of["nanoseconds_each"]
        print(f"{number:12} {of['nanoseconds_each']:8.1f}")

    found["first_call"] = first_call()
    print("\nA new process that plays one day: " + ", ".join(f"{n} {s:.2f} s" for n, s in found["first_call"].items()))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
