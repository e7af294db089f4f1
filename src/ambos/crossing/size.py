"""Refuse a run that does not fit in the free memory, or that takes hours, before anything is played."""

from __future__ import annotations

from pathlib import Path

from ambos.crossing.defaults import MOST_REPLICATIONS, MOST_SEED, MOST_TRAVELLERS
from ambos.crossing.kernel.arrays import (
    BOOTH,
    EVENT,
    LINE,
    QUARTER_HOUR,
    STATION,
    SUMS,
    TRAVELLER,
    expected_travellers,
    hours_begun,
    quarters,
)
from ambos.errors import bad_request
from ambos.model.crossing import Scenario

#: Copies of the sums of a replication held at once: 1.71 to 1.77 by the growth of the resident memory, in runs of 2,000
#: to 6,000 replications of docs/examples (three-classes, nogales-hours, trucks-all-scanned).
_COPIES = 2
#: Share of the free memory that a run may take.
_SHARE = 0.8


def refuse_too_large(scenario: Scenario, replications: int, seed: int, threads: int) -> None:
    """Refuse a run outside the limits of the twin.

    Raises
    ------
    BadRequest
        With the number of replications that fits.
    """
    if not (replications >= 1 and 0 <= seed <= MOST_SEED):
        raise bad_request(
            f"At least one replication is needed, and a seed from 0 to {MOST_SEED:,}.",
            f"Se necesita al menos una réplica y una semilla de 0 a {MOST_SEED:,}.",
        )
    travellers = expected_travellers(scenario)
    fit = min(MOST_REPLICATIONS, MOST_TRAVELLERS // travellers)
    if replications > fit:
        raise bad_request(
            f"{replications:,} replications of {travellers:,} travellers are too many: at most {fit:,} (limits:"
            f" {MOST_REPLICATIONS:,} replications and {MOST_TRAVELLERS:,} travellers a run).",
            f"{replications:,} réplicas de {travellers:,} usuarios son demasiadas: a lo sumo {fit:,} (límites:"
            f" {MOST_REPLICATIONS:,} réplicas y {MOST_TRAVELLERS:,} usuarios por simulación).",
        )
    free = free_memory()
    if free is None:
        return
    each = _COPIES * replication_bytes(scenario)
    fixed = threads * travellers * (TRAVELLER.itemsize + 2 * EVENT.itemsize)
    if fixed + replications * each > _SHARE * free:
        fit = max(0, int((_SHARE * free - fixed) // each))
        needed, held = (fixed + replications * each) / 1e9, free / 1e9
        raise bad_request(
            f"{replications:,} replications of {travellers:,} travellers need {needed:,.1f} GB; {fit:,} fit in the"
            f" memory free now ({held:,.1f} GB).",
            f"{replications:,} réplicas de {travellers:,} usuarios necesitan {needed:,.1f} GB; caben {fit:,} en la"
            f" memoria libre ahora ({held:,.1f} GB).",
        )


def replication_bytes(scenario: Scenario) -> int:
    """Bytes of the sums of one replication, as the kernel keeps them."""
    steps = hours_begun(scenario.length) + len(scenario.stations) + 2
    by_line = LINE.itemsize + steps * SUMS.itemsize + quarters(scenario.length) * QUARTER_HOUR.itemsize
    booths, stations = len(scenario.booths) * BOOTH.itemsize, len(scenario.stations) * STATION.itemsize
    return len(scenario.lines) * by_line + booths + stations


def free_memory() -> int | None:
    """Bytes that this process may still take: the least of the machine's, its container's and its own limit.

    None where the system does not say (it has no ``/proc``).
    """
    limits = []
    for line in _words("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            limits.append(int(line.split()[1]) * 1024)
    most, now = _words("/sys/fs/cgroup/memory.max"), _words("/sys/fs/cgroup/memory.current")
    if most and now and most[0].isdigit():
        limits.append(int(most[0]) - int(now[0]))
    limit = [line.split()[3] for line in _words("/proc/self/limits") if line.startswith("Max address space")]
    taken = [int(line.split()[1]) * 1024 for line in _words("/proc/self/status") if line.startswith("VmSize:")]
    if limit and taken and limit[0].isdigit():
        limits.append(int(limit[0]) - taken[0])
    return max(0, min(limits)) if limits else None


def _words(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except OSError:
        return []
