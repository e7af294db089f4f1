"""From the hours of a day to the daily value that a design value is made of, exact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from ambos.air.means import needed
from ambos.air.rounding import truncate

#: Hours of a daily mean (40 CFR 50, appendix N) and of a window of ozone (appendix U).
DAY, WINDOW = 24, 8
#: Windows of a day, which begin from 07:00 to 23:00 local standard time, and how many make a day valid (appendix U).
WINDOWS, WINDOWS_NEEDED = 17, 13
#: Hours of ozone are reported in thousandths of a ppm.
_PPB = Decimal("0.001")


def daily_mean(hours: Sequence[Decimal | None], level: Decimal | None) -> Decimal | None:
    """The 24-hour mean of particles, truncated to 0.1.

    Parameters
    ----------
    hours : sequence of Decimal or None
        The 24 hours of a day, µg/m³; None where one is missing.
    level : Decimal or None
        Of the 24-hour standard, µg/m³; None where no zeros may stand in for missing hours (PM10).

    Returns
    -------
    Decimal or None
        With fewer than 18 hours, the mean with zeros in place of those missing if that is above the level; else None.

    Raises
    ------
    ValueError
        If there are not 24 hours.
    """
    mean = _mean(hours, DAY, level, 1)
    return None if mean is None else truncate(mean, 1)


def daily_maximum(hours: Sequence[Decimal | None], level: Decimal) -> Decimal | None:
    """The highest 8-hour mean of ozone of a day, truncated to 0.001 ppm.

    Parameters
    ----------
    hours : sequence of Decimal or None
        The 24 hours from 07:00 local standard time to 06:00 of the day after, ppm; None where one is missing. What is
        finer than 0.001 ppm is cut off first, as hours are reported.
    level : Decimal
        Of the 8-hour standard, ppm.

    Returns
    -------
    Decimal or None
        None unless 13 of the 17 windows have a mean, or the highest is above the level.

    Raises
    ------
    ValueError
        If there are not 24 hours.
    """
    if len(hours) != DAY:
        raise ValueError(f"{DAY} hours are wanted, not {len(hours)}")
    reported = [None if v is None else v.quantize(_PPB, ROUND_DOWN) for v in hours]
    means = [_mean(reported[k : k + WINDOW], WINDOW, level, 3) for k in range(WINDOWS)]
    held = [m for m in means if m is not None]
    if not held:
        return None
    highest = truncate(max(held), 3)
    return highest if len(held) >= WINDOWS_NEEDED or highest > level else None


def _mean(hours: Sequence[Decimal | None], count: int, level: Decimal | None, decimals: int) -> Fraction | None:
    """The mean of the hours held; with too few, that with zeros for the others if it is above the level even so."""
    if len(hours) != count:
        raise ValueError(f"{count} hours are wanted, not {len(hours)}")
    held = [v for v in hours if v is not None]
    # Decimals add up exactly (28 digits are far more than 24 readings need), and much faster than fractions.
    total = Fraction(sum(held, Decimal(0)))
    if len(held) >= needed(count):
        return total / len(held)
    least = total / count
    return least if level is not None and truncate(least, decimals) > level else None
