"""Output arrays of the kernel, before anything is averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ambos.model.crossing import Scenario

#: Last axis of `Totals.counts`.
COUNTS = ("arrived", "served", "balked", "reneged", "diverted", "turned_away", "left")
#: Waits are counted in bins whose width grows with the wait: `PER_DOUBLING` equal ones from each power of two of a minute
#: to the next. Bin 0 holds waits of 0, bin 1 those below 2^`FIRST_DOUBLING` minutes, the last those of 2^18 and more.
PER_DOUBLING, FIRST_DOUBLING = 64, -6
#: Lower edge of each bin, minutes; a bin ends where the next begins.
EDGES: NDArray[np.float64] = np.array(
    [0.0, 0.0]
    + [2.0**k * (1 + part / PER_DOUBLING) for k in range(FIRST_DOUBLING, 18) for part in range(PER_DOUBLING)]
    + [2.0**18]
)
BINS = len(EDGES)
#: Length of the steps of `Totals.queue`, `peak` and `lanes`, minutes; ticks fall on them.
QUARTER = 15.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of each replication. R replications, L lines, B booths, S stations, H hours and Q quarter-hours begun.

    A *stage* is primary (0), a station (1 … S) or the whole crossing (S + 1: from joining the line to the exit).
    """

    scenario: Scenario
    seed: int
    counts: Ints  #: (R, L, 7): travellers, by `COUNTS`.
    #: (R, L): minutes from leaving to the end of the day of those who went without being served.
    unserved: Floats
    stage_n: Ints  #: (R, L, S + 2): travellers who finished waiting at a stage (for the last: who left the port).
    stage_sum: Floats  #: (R, L, S + 2): their minutes of wait (for the last: of the whole crossing).
    #: `stage_left`, `stage_left_sum`: (R, L, S + 2): travellers still waiting at a stage when the day ends (for the
    #: last: still in the port), and the minutes they had waited by then: less than their whole wait.
    stage_left: Ints
    stage_left_sum: Floats
    over: Ints  #: (R, L, S + 2, 2): those who waited more than 30 and 60 minutes.
    #: `hour_n`, `hour_sum`: (R, L, H): of primary, by hour of arrival.
    hour_n: Ints
    hour_sum: Floats
    hour_over: Ints  #: (R, L, H, 2).
    #: `hour_left`, `hour_left_sum`: (R, L, H).
    hour_left: Ints
    hour_left_sum: Floats
    #: `histogram`, `left_histogram`: (L, S + 2, BINS): waits by stage, finished and cut short by the end of the day,
    #: all replications together.
    histogram: Ints
    left_histogram: Ints
    #: `hour_histogram`, `hour_left_histogram`: (L, H, BINS): of primary, by hour of arrival.
    hour_histogram: Ints
    hour_left_histogram: Ints
    entered: Ints  #: (R, L, S): travellers of a line who entered a station.
    queue: Floats  #: (R, L, Q): mean number of travellers in line over the quarter-hour.
    peak: Ints  #: (R, L, Q): the most.
    lanes: Floats  #: (R, L, Q): mean number of open booths that list the line.
    #: `booth_open`, `booth_busy`, `booth_blocked`: (R, B): minutes.
    booth_open: Floats
    booth_busy: Floats
    booth_blocked: Floats
    #: `station_busy`, `station_blocked`: (R, S): server-minutes in service, and minutes in which others were blocked
    #: because it was full.
    station_busy: Floats
    station_blocked: Floats
    seconds: float  #: Wall-clock time of the kernel without its compilation.
    unknown: (
        Floats  #: (R, L, 2): the draws of what is not known of a line, as of `ambos.crossing.kernel.vary.unknowns`.
    )

    def stood(self, line: int) -> Floats:
        """Integrate the queue of a line over the day: minutes in line, (R,) by replication."""
        quarters = self.queue.shape[2]
        minutes: Floats = self.queue[:, line] @ [
            min(QUARTER, self.scenario.length - QUARTER * q) for q in range(quarters)
        ]
        return minutes


@dataclass(frozen=True, slots=True)
class Trace:
    """Every traveller of one replication, in the order of arrival. Indices are places in the scenario's tuples."""

    #: `stream`, `number`: (N,).
    stream: Ints
    number: Ints
    #: (N,): the line it joined last (a spilled traveller's own one); for the turned away that of its first option.
    line: Ints
    diverted_from: Ints  #: (N,): the line that was full; −1.
    #: `arrived`, `started`, `done`, `left_booth`, `exited`: (N,): minutes: in line, last start and end of primary, out
    #: of the booth, out of the port. NaN for what did not happen.
    arrived: Floats
    started: Floats
    done: Floats
    left_booth: Floats
    exited: Floats
    wait: Floats  #: (N,): minutes in line so far.
    booth: Ints  #: (N,): where primary ended or is under way; −1.
    fate: Ints  #: (N,): place in ``("served", "balked", "reneged", "turned_away", "left")``.
    #: (V, 6): of each visit of a station: traveller (place in these arrays), station, entered, started, done, left; NaN
    #: for what did not happen. In order of traveller, then of entering.
    visits: Floats
