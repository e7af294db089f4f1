"""Pin the travellers per lane and hour of a port's lines to the travellers counted in a month.

Reported waits tell the load of a line in lane-hours, and not how many travellers a lane-hour is. The monthly total of a port
is the one equation for all its lines of a mode; the rates of the definitions, and how well each load is known, share out
what it says: a normal law of the logs, conditioned on the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Standard deviations of logs: of the rate common to a port's lines, of that of a class against the others (the range of the
#: rates observed at San Diego's crossings), and of the total (other months than those of the waits stand in for them).
COMMON, CLASS, TOTAL = 0.3, 0.15, 0.05
#: How well a load is known: this much, and more where the line is idle, when the load is only bounded.
LOAD, IDLE = 0.03, 2.0
_TURNS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A line before the total is known."""

    travellers: float  #: Load × rate of the definitions.
    idle: float  #: Share of its hours without a queue.


@dataclass(frozen=True, slots=True)
class Pinned:
    """What the total says of a line."""

    load: float  #: Factor of its load.
    rate: float  #: Factor of its rate.
    rate_spread: float  #: Standard deviation of the log of the rate.


def pin(parts: Sequence[Part], total: float) -> list[Pinned]:
    """Share out the total between lines.

    Parameters
    ----------
    parts : sequence of Part
    total : float
        Travellers counted, in the same time.
    """
    number = len(parts)
    # common, then rates by class, then loads
    loads = np.array([LOAD + IDLE * part.idle**3 for part in parts])
    prior = np.diag(np.concatenate(([COMMON**2], np.full(number, CLASS**2), loads**2)))
    logs = np.log([part.travellers for part in parts])
    x = np.zeros(1 + 2 * number)
    gain = np.zeros_like(x)
    row = np.zeros_like(x)
    for _ in range(_TURNS):
        own = np.exp(logs + x[0] + x[1 : number + 1] + x[number + 1 :])
        share = own / own.sum()
        row = np.concatenate(([1.0], share, share))
        gain = prior @ row / (row @ prior @ row + TOTAL**2)
        x = gain * (np.log(total) - np.log(own.sum()) + row @ x)
    left = prior - np.outer(gain, row @ prior)
    made = []
    for at in range(number):
        rate = np.zeros_like(x)
        rate[[0, 1 + at]] = 1.0
        made.append(
            Pinned(
                float(np.exp(x[number + 1 + at])),
                float(np.exp(rate @ x)),
                float(np.sqrt(max(rate @ left @ rate, 0.0))),
            )
        )
    return made
