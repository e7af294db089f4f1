"""Means over the latest hours, exact: nothing is rounded here, the rules round once, at the end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

#: Hours of the weighted mean, and of the latest three how many must be there (EPA's NowCast of particles;
#: NOM-172-SEMARNAT-2023, 5.2.5.3).
WEIGHTED_HOURS = 12
LATEST = 3
LATEST_NEEDED = 2
#: No weight is less than this (same rules).
LEAST_WEIGHT = Fraction(1, 2)
#: Part of the hours that a plain mean needs: 6 of 8, 18 of 24 (NOM-172-SEMARNAT-2023; 40 CFR 50, appendices N and U).
PART_NEEDED = Fraction(3, 4)


def weighted_mean(values: Sequence[Decimal | None]) -> Fraction | None:
    """The 12-hour weighted mean: NowCast of particles, and Mexico's weighted mean before its factor.

    The weight is the least value over the greatest, at least one half; the value of k hours ago is multiplied by its
    k-th power. Missing hours keep their place.

    Parameters
    ----------
    values : sequence of Decimal or None
        Hourly concentrations, oldest first, the present hour last; None where one is missing. Only the latest 12 count.

    Returns
    -------
    Fraction or None
        In the unit of the values; None unless two of the latest three hours are there.
    """
    newest_first = [None if v is None else Fraction(v) for v in reversed(values[-WEIGHTED_HOURS:])]
    held = [v for v in newest_first if v is not None]
    if sum(v is not None for v in newest_first[:LATEST]) < LATEST_NEEDED:
        return None
    if max(held) == 0:
        return Fraction(0)
    weight = max(min(held) / max(held), LEAST_WEIGHT)
    pairs = [(weight**k, v) for k, v in enumerate(newest_first) if v is not None]
    return sum((w * v for w, v in pairs), Fraction(0)) / sum((w for w, _ in pairs), Fraction(0))


def mean(values: Sequence[Decimal | None], hours: int) -> Fraction | None:
    """The plain mean of the latest hours.

    Parameters
    ----------
    values : sequence of Decimal or None
        Hourly concentrations, oldest first.
    hours : int
        That the mean spans.

    Returns
    -------
    Fraction or None
        None if less than three quarters of the hours are there.
    """
    held = [Fraction(v) for v in values[-hours:] if v is not None]
    if len(held) < needed(hours):
        return None
    return sum(held, Fraction(0)) / len(held)


def needed(hours: int) -> int:
    """Count the hours that a plain mean of so many hours needs."""
    return -int(-(PART_NEEDED * hours) // 1)
