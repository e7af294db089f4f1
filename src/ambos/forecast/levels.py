"""Levels of an hourly series that are known at each hour: nothing after an hour enters its level.

Hours are counted from the first of the grid; a missing value is NaN and is skipped, never taken for 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def last_known(values: Floats) -> tuple[Floats, Ints]:
    """Give, for each hour, the last value at or before it and its age in hours.

    Before the first value they are NaN and the number of hours of the grid.
    """
    hours = np.arange(len(values))
    at = np.maximum.accumulate(np.where(np.isnan(values), -1, hours))
    return np.where(at < 0, np.nan, values[at]), np.where(at < 0, len(values), hours - at)


def fading(values: Floats, half_life: float) -> Floats:
    """Give, for each hour, the mean of all values so far, each weighted by 1/2 per `half_life` hours of age."""
    hours = np.flatnonzero(~np.isnan(values))
    means = np.full(len(values), np.nan)
    keep = 0.5 ** (1 / half_life)
    before, mean, weight = 0, 0.0, 0.0
    for hour, value in zip(hours.tolist(), values[hours].tolist(), strict=True):
        weight = weight * keep ** (hour - before) + 1
        mean += (value - mean) / weight
        means[hour], before = mean, hour
    return last_known(means)[0]  # between reports all weights fade alike


class Usual:
    """Running mean of a series by group of hours, such as the hour of the day: newer values weigh more.

    Parameters
    ----------
    values : array of float
    groups : array of int
        The group of each hour of the grid.
    half_life : float
        Reports of the group after which the weight of one is halved. The first ones weigh the same.
    """

    def __init__(self, values: Floats, groups: Ints, half_life: float) -> None:
        self._length = len(values)
        hours = np.flatnonzero(~np.isnan(values))
        order = np.lexsort((hours, groups[hours]))
        hours = hours[order]
        self._keys = groups[hours] * self._length + hours
        self._means = np.empty(len(hours))
        step, group, mean, count = 1 - 0.5 ** (1 / half_life), -1, 0.0, 0
        for i, (own, value) in enumerate(zip(groups[hours].tolist(), values[hours].tolist(), strict=True)):
            if own != group:
                group, mean, count = own, 0.0, 0
            count += 1
            mean += max(step, 1 / count) * (value - mean)
            self._means[i] = mean

    def at(self, hours: Ints, groups: Ints) -> Floats:
        """Give the mean of each group as it stood at an hour, that hour included; NaN before the first value."""
        if not len(self._keys):
            return np.full(len(hours), np.nan)
        place = np.searchsorted(self._keys, groups * self._length + hours, side="right") - 1
        known = (place >= 0) & (self._keys[place] // self._length == groups)
        return np.where(known, self._means[place], np.nan)
