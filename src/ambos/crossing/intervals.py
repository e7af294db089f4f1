"""Means with intervals over replications, and percentiles of counted waits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from ambos.cache import kept
from ambos.crossing.kernel.totals import EDGES, Floats, Ints

#: Of all intervals.
CONFIDENCE = 0.95
#: Standard deviations of the normal law that hold 95 % of it.
_NORMAL_95 = 1.96
#: Replications from which an interval holds: of a whole day, and of an hour or a quarter-hour, whose waits are more skewed.
DAY_REPLICATIONS, HOUR_REPLICATIONS = 5, 10
#: Replications that must differ from 0, or the interval of a rare event is too short.
_FEWEST_NOT_ZERO = 5
#: With R replications the chance to miss is set to 5 % × R ÷ (R + 6): by measurement (docs/en/explanation/twin-proof.md).
_SPARE = 6.0
#: The share of travellers still waiting at the end of the day from which a mean, and the relative change from which a
#: percentile, is marked as a lower bound.
SLIGHT = 0.01


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its 95 % confidence interval."""

    mean: float | None  #: None where nothing was measured.
    #: `low`, `high`: None with fewer than two replications, which do not show the spread, and where every replication
    #: gave 0.
    low: float | None = None
    high: float | None = None
    needed: int | None = None  #: The replications from which such an interval holds, where there were fewer.
    #: The mean is a lower bound: waits that the end of the day cut short are counted as long as they had lasted.
    at_least: bool = False

    def times(self, factor: float) -> Estimate:
        """The estimate in another unit."""
        mean = None if self.mean is None else self.mean * factor
        if self.low is None or self.high is None:
            return replace(self, mean=mean)
        low, high = sorted((self.low * factor, self.high * factor))
        return replace(self, mean=mean, low=low, high=high)

    def not_negative(self) -> Estimate:
        """The estimate of what cannot be below 0: an interval that reaches lower ends at 0."""
        return self if self.low is None else replace(self, low=max(self.low, 0.0))


@dataclass(frozen=True, slots=True)
class Percentile:
    """A percentile of waits, minutes; None without waits. `at_least`: a lower bound."""

    minutes: float | None
    at_least: bool = False


def around(
    mean: float, residuals: Floats, not_zero: int, fewest: int = DAY_REPLICATIONS, unknown: Floats | None = None
) -> Estimate:
    """Estimate the 95 % interval of a mean from the residuals of the replications.

    The interval is that of Student's t of the mean, corrected for skewness (Hall, "On the Removal of Skewness by
    Transformation", Journal of the Royal Statistical Society B 54, 1992, p. 221–228, transformation g₁), at a level that
    makes up for the skewness of few replications being poorly known.

    Parameters
    ----------
    mean : float
    residuals : (R,) float
        Their mean is 0.
    not_zero : int
        Replications whose figure is not 0.
    fewest : int
        Replications from which such an interval holds.
    unknown : (R, P) float, optional
        The standard normal draws of what is not known in each replication. The interval is then wider by what the mean
        would move with them, found by regression: unlike chance, more replications do not make that smaller.
    """
    count = len(residuals)
    if count < 2 or not_zero == 0:
        return Estimate(mean)
    variance = float(np.mean(residuals**2))
    if variance == 0.0:
        return Estimate(mean, mean, mean)  # chance has no part in it
    needed = max(fewest, math.ceil(count * _FEWEST_NOT_ZERO / not_zero) if not_zero < _FEWEST_NOT_ZERO else 0)
    error = math.sqrt(variance / (count - 1))
    chance = (1.0 - CONFIDENCE) * count / (count + _SPARE)
    t = _student(count - 1, 1.0 - chance / 2)
    skew = 0.0
    if count > 2:
        skew = float(np.mean((residuals / math.sqrt(variance)) ** 3)) * math.sqrt(count * (count - 1)) / (count - 2)
    high, low = (_unskewed(x, skew / math.sqrt(count)) for x in (-t, t))
    above, below = -high * error, low * error
    if unknown is not None and (moved := moved_by(residuals, unknown)):
        above, below = (math.copysign(math.hypot(x, _NORMAL_95 * moved), x) for x in (above, below))
    return Estimate(mean, mean - below, mean + above, needed if needed > count else None)


@cache
def _student(freedom: int, chance: float) -> float:
    """A quantile of Student's t; kept in the user's cache folder, as SciPy takes long to load."""

    def made() -> float:
        from scipy.special import stdtrit

        return float(stdtrit(freedom, chance))

    return kept("student", lambda: f"{freedom} {chance!r}", made, most=64)


def moved_by(residuals: Floats, unknown: Floats) -> float:
    """The standard deviation of a mean over what is not known: of its linear part in the draws, found by regression.

    The square of a slope is too large by its own variance, which is taken off.
    """
    varied = unknown[:, unknown.any(axis=0)]
    count, number = varied.shape
    if not number or count < 2 * number + 3:
        return 0.0
    centred = varied - varied.mean(axis=0)
    inverse = np.linalg.pinv(centred.T @ centred)
    slopes = inverse @ (centred.T @ residuals)
    rest = residuals - centred @ slopes
    noise = float(rest @ rest) / (count - number - 1) * float(np.trace(inverse))
    return math.sqrt(max(0.0, float(slopes @ slopes) - noise))


def _unskewed(x: float, a: float) -> float:
    """The inverse of Hall's transformation: T for which T + a T² ÷ 3 + a² T³ ÷ 27 + a ÷ 6 is x; a is skewness ÷ √R."""
    return x if abs(a) < 1e-9 else 3.0 / a * (math.cbrt(1.0 + a * (x - a / 6.0)) - 1.0)


def of_values(values: Floats | Ints, fewest: int = DAY_REPLICATIONS, unknown: Floats | None = None) -> Estimate:
    """The mean of one value per replication; `unknown` as of `around`."""
    values = np.asarray(values, np.float64)
    return around(float(values.mean()), values - values.mean(), int(np.count_nonzero(values)), fewest, unknown)


def residuals_of_ratio(sums: Floats | Ints, counts: Floats | Ints) -> Floats | None:
    """Compute the linearised residual of each replication from the ratio of all sums to all counts, in units of the
    ratio.

    A day with more travellers weighs more, as it does for the travellers; their mean residual is 0.
    """
    total = float(counts.sum())
    if total <= 0:
        return None
    ratio = float(sums.sum()) / total
    return (np.asarray(sums, np.float64) - ratio * counts) / (total / len(counts))


def of_ratio(
    sums: Floats | Ints, counts: Floats | Ints, fewest: int = DAY_REPLICATIONS, unknown: Floats | None = None
) -> Estimate:
    """The mean per traveller over all replications, such as minutes of wait; or busy minutes per open minute.

    Parameters
    ----------
    sums, counts : (R,)
    fewest : int
        Replications from which the interval holds.
    unknown : (R, P) float, optional
        As of `around`.

    Returns
    -------
    Estimate
        Its mean is that of all travellers; its interval that of a ratio estimator, which lets replications have
        different numbers of travellers. None where nobody was counted.
    """
    residuals = residuals_of_ratio(sums, counts)
    if residuals is None:
        return Estimate(None)
    return around(float(sums.sum()) / float(counts.sum()), residuals, int(np.count_nonzero(sums)), fewest, unknown)


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits by replication: those that are over and those that the end of the day cut short, with their minutes."""

    #: `count`, `left`: (R, ...): travellers.
    count: Ints
    #: `minutes`, `left_minutes`: (R, ...).
    minutes: Floats
    left: Ints
    left_minutes: Floats
    unknown: Floats | None = None  #: (R, P): as of `around`; the same for all of them.

    @property
    def travellers(self) -> Ints:
        """Count all travellers, by replication."""
        return self.count + self.left

    @property
    def total(self) -> Floats:
        """Sum the waits of all travellers, minutes, by replication."""
        return self.minutes + self.left_minutes

    @property
    def cut_short(self) -> bool:
        """Return True if so many were still waiting at the end of the day that the mean wait is only a lower bound."""
        return int(self.left.sum()) > SLIGHT * int(self.travellers.sum())

    def plus(self, other: Waits) -> Waits:
        """Add the waits of two runs, replication by replication."""
        return Waits(
            self.count + other.count,
            self.minutes + other.minutes,
            self.left + other.left,
            self.left_minutes + other.left_minutes,
            self.unknown,
        )

    def each(self, take: Callable[[Any], Any]) -> Waits:
        """Apply `take` (a selection or a sum) to each of the four arrays."""
        return Waits(take(self.count), take(self.minutes), take(self.left), take(self.left_minutes), self.unknown)

    def mean(self, fewest: int = DAY_REPLICATIONS) -> Estimate:
        """Estimate the mean wait of all travellers of all replications, minutes; `fewest` as in `of_ratio`."""
        return replace(
            of_ratio(self.total, self.travellers, fewest, self.unknown).not_negative(), at_least=self.cut_short
        )


def share(part: int, whole: int) -> float | None:
    """Divide a part by the whole; None if the whole is 0."""
    return part / whole if whole else None


def percentile(histogram: Ints, left: Ints, chance: float) -> Percentile:
    """A percentile of counted waits, interpolated within its bin.

    Parameters
    ----------
    histogram : (BINS,) int
        Finished waits by bins of `ambos.crossing.kernel.totals.EDGES`; the last bin is without end.
    left : (BINS,) int
        Waits cut short by the end of the day, as long as they had lasted.
    chance : float
        Between 0 and 1.

    Returns
    -------
    Percentile
        Exact to the width of a bin, 1/64 of the wait or less. It is a lower bound in the last bin, and where waits
        that were cut short could raise it by more than 1 %.
    """
    low = _quantile(histogram + left, chance)
    if low is None:
        return Percentile(None)
    last = histogram.copy()
    last[-1] += left.sum()
    high = _quantile(last, chance)
    assert high is not None
    return Percentile(low, low >= EDGES[-1] or high > low * (1 + SLIGHT))


def _quantile(histogram: Ints, chance: float) -> float | None:
    """Interpolate a quantile of a histogram, minutes; the lower edge in the last bin; None without waits."""
    total = int(histogram.sum())
    if total == 0:
        return None
    wanted = chance * total
    cumulative = np.cumsum(histogram)
    place = int(np.searchsorted(cumulative, wanted, side="left"))
    if place >= len(histogram) - 1:
        return float(EDGES[-1])
    inside = int(histogram[place])
    below = int(cumulative[place]) - inside
    return float(EDGES[place] + (wanted - below) / inside * (EDGES[place + 1] - EDGES[place]))


def over(histogram: Ints, minutes: float) -> int:
    """Count the waits of a histogram beyond `minutes`, an edge of the bins."""
    return int(histogram[np.searchsorted(EDGES, minutes) :].sum())
