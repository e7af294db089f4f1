"""Shares of traces of levels of Lake Mead in each tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ambos.model.river import River
from ambos.river.lakes import Floats
from ambos.river.levels import tiers

#: Percent of the traces that are at or below the levels given.
PERCENTILES = (10, 50, 90)


@dataclass(frozen=True, slots=True)
class Odds:
    """A year."""

    year: int  #: Its tier goes by the level of the 31 December before.
    traces: int
    percentiles: tuple[float, ...]  #: Levels of Lake Mead, feet, at `PERCENTILES`.
    tiers: tuple[int, ...]  #: Traces in each tier, in the order of `River.tiers`.
    below: tuple[int, ...]  #: Traces lower than each of the levels asked for.

    def share(self, count: int) -> float:
        """Traces as a share of all, 0 to 1."""
        return count / self.traces


def odds(river: River, years: Sequence[int], feet: Floats, levels: Sequence[float]) -> tuple[Odds, ...]:
    """Count tiers and low levels.

    Parameters
    ----------
    river : River
    years : sequence of int
    feet : array of float
        Levels of Lake Mead on the 31 December before each year, (year, trace).
    levels : sequence of float
        Feet.
    """
    tier_of_trace = tiers(river, feet)
    return tuple(
        Odds(
            year,
            feet.shape[1],
            tuple(float(x) for x in np.percentile(feet[i], PERCENTILES)),
            tuple(int((tier_of_trace[i] == place).sum()) for place in range(len(river.tiers))),
            tuple(int((feet[i] < limit).sum()) for limit in levels),
        )
        for i, year in enumerate(years)
    )
