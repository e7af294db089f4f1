"""Mass balance of a reservoir, month by month, for many traces at once.

What flows in, less what flows out and evaporates, goes into storage and into the banks, and nothing else: every
acre-foot is found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ambos.model.river_outlook import Lake

Floats = NDArray[np.float64]

#: Passes in which the area at the end of a month, and so its evaporation, settles; each leaves about a hundredth.
_PASSES = 3


@dataclass(frozen=True, slots=True)
class Tank:
    """A lake as arrays, with the storage at which it is full, kaf."""

    feet: Floats
    kaf: Floats
    acres: Floats
    bank: float
    full: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A month of a lake, kaf by trace."""

    storage: Floats  #: At its end.
    out: Floats  #: What was released or taken; less than was asked for where the lake was empty.
    spill: Floats  #: What went over because the lake was full.
    evaporation: Floats


def tank(lake: Lake) -> Tank:
    """A lake ready to be reckoned with."""
    feet, kaf, acres = (np.array(column) for column in (lake.feet, lake.kaf, lake.acres))
    return Tank(feet, kaf, acres, lake.bank, float(np.interp(lake.full, feet, kaf)))


def storage(lake: Tank, feet: Any) -> Floats:
    """Live storage at levels, kaf."""
    return np.asarray(np.interp(feet, lake.feet, lake.kaf))


def level(lake: Tank, kaf: Any) -> Floats:
    """Levels of live storages, feet."""
    return np.asarray(np.interp(kaf, lake.kaf, lake.feet))


def evaporation(lake: Tank, before: Any, after: Any, depth: Any) -> Floats:
    """Evaporation between two levels, kaf: depth in feet times the mean of both areas."""
    first, last = (np.interp(feet, lake.feet, lake.acres) for feet in (before, after))
    return np.asarray((first + last) / 2 * depth / 1000)


def change(inflow: Any, out: Any, bank: float) -> Floats:
    """Change of storage from all that flows in and all that goes out, kaf; the rest goes into the banks.

    `bank` is what it takes to raise storage by one (`Lake.bank`).
    """
    return np.asarray((np.asarray(inflow) - out) / bank)


def month(lake: Tank, before: Floats, inflow: Floats, wanted: Floats, depth: float) -> Moved:
    """Carry a lake over a month.

    Parameters
    ----------
    lake : Tank
    before : array of float
        Live storage at the beginning, kaf by trace.
    inflow, wanted : array of float
        What flows in and what is to go out, kaf.
    depth : float
        Of evaporation, feet.

    Returns
    -------
    Moved
        ``inflow - out - spill - evaporation == bank * (storage - before)``.
    """
    start = level(lake, before)
    gone = evaporation(lake, start, start, depth)
    for _ in range(_PASSES):
        gone = evaporation(lake, start, level(lake, before + change(inflow, wanted + gone, lake.bank)), depth)
    after = before + change(inflow, wanted + gone, lake.bank)
    missing = np.maximum(-after, 0.0) * lake.bank
    less = np.minimum(missing, wanted)  # what is not there is not delivered, and at last does not evaporate
    spill = np.maximum(after - lake.full, 0.0) * lake.bank
    return Moved(np.clip(after, 0.0, lake.full), wanted - less, spill, gone - (missing - less))
