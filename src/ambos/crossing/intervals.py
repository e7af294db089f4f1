"""Means with intervals over replications, and percentiles of counted waits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ambos.crossing.totals import BIN, Floats, Ints

#: Of all intervals.
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its 95 % confidence interval (Student's t).

    Attributes
    ----------
    mean : float or None
        None where nothing was measured.
    low, high : float or None
        None with fewer than two replications: one says nothing of the spread.
    """

    mean: float | None
    low: float | None = None
    high: float | None = None

    def times(self, factor: float) -> Estimate:
        """The estimate in another unit."""
        mean = None if self.mean is None else self.mean * factor
        if self.low is None or self.high is None:
            return Estimate(mean)
        return Estimate(mean, *sorted((self.low * factor, self.high * factor)))

    def not_negative(self) -> Estimate:
        """The estimate of what cannot be below 0: an interval that reaches lower ends at 0."""
        return Estimate(self.mean, None if self.low is None else max(self.low, 0.0), self.high)


def half_width(residuals: Floats) -> float | None:
    """Half the 95 % interval of a mean, from what each replication departs from it.

    Parameters
    ----------
    residuals : (R,) float

    Returns
    -------
    float or None
        None with fewer than two replications.
    """
    count = len(residuals)
    if count < 2:
        return None
    spread = math.sqrt(float(np.sum(residuals**2)) / (count - 1))
    return float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * spread / math.sqrt(count)


def of_values(values: Floats | Ints) -> Estimate:
    """The mean of one value per replication."""
    values = np.asarray(values, np.float64)
    return around(float(values.mean()), values - values.mean())


def around(mean: float, residuals: Floats) -> Estimate:
    """A mean and the interval that its residuals give."""
    half = half_width(residuals)
    return Estimate(mean) if half is None else Estimate(mean, mean - half, mean + half)


def residuals_of_ratio(sums: Floats | Ints, counts: Floats | Ints) -> Floats | None:
    """What each replication departs from the ratio of all sums to all counts (linearised), in units of the ratio.

    A day with more travellers weighs more, as it does for the travellers; their mean residual is 0.

    Returns
    -------
    (R,) float, or None where nobody was counted.
    """
    total = float(counts.sum())
    if total <= 0:
        return None
    ratio = float(sums.sum()) / total
    return (np.asarray(sums, np.float64) - ratio * counts) / (total / len(counts))


def of_ratio(sums: Floats | Ints, counts: Floats | Ints) -> Estimate:
    """The mean per traveller over all replications, such as minutes of wait; or busy minutes per open minute.

    Parameters
    ----------
    sums, counts : (R,)

    Returns
    -------
    Estimate
        Its mean is that of all travellers; its interval that of a ratio estimator, which lets replications have
        different numbers of travellers. None where nobody was counted.
    """
    residuals = residuals_of_ratio(sums, counts)
    if residuals is None:
        return Estimate(None)
    return around(float(sums.sum()) / float(counts.sum()), residuals)


def share(part: int, whole: int) -> float | None:
    """A share; None of nothing."""
    return part / whole if whole else None


def percentile(histogram: Ints, chance: float) -> float | None:
    """A percentile of counted waits, minutes, interpolated within its bin.

    Parameters
    ----------
    histogram : (BINS,) int
        Counts by bins of `BIN` minutes; the last holds all that is longer.
    chance : float
        Between 0 and 1.

    Returns
    -------
    float or None
        Exact to the width of a bin. In the first bin 0, as it holds mostly those who did not wait at all; in the last
        its lower edge, which the true value exceeds. None of nothing.
    """
    total = int(histogram.sum())
    if total == 0:
        return None
    wanted = chance * total
    cumulative = np.cumsum(histogram)
    place = int(np.searchsorted(cumulative, wanted, side="left"))
    if place == 0 or place >= len(histogram) - 1:
        return min(place, len(histogram) - 1) * BIN
    inside = int(histogram[place])
    below = int(cumulative[place]) - inside
    return (place + (wanted - below) / inside) * BIN
