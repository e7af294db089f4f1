"""Emissions of idling in line at a port: vehicles × wait × idle rate. Linear in each; missing is never 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ambos.air.means import PART_NEEDED
from ambos.model.air import IdleRate

#: Minutes in an hour, grams in a kilogram.
HOUR = 60
GRAMS = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A class of lane in an hour of the day."""

    weight: float  #: Its share of the traffic, relative to the other cells of the port and mode.
    reports: int  #: Waits reported in the month.
    mean: float | None  #: Their mean, minutes; None without reports.


@dataclass(frozen=True, slots=True)
class MeanWait:
    """The wait of a month at a port, for one kind of vehicle."""

    minutes: float | None  #: Mean of the cells, by their share of the traffic; None if the month is missing.
    plain: float | None  #: Mean of the reports, each counting the same, to be seen beside it.
    reports: int
    days: int  #: With reports.
    due: int  #: Days of the month on which there is traffic.
    covered: float  #: Share of the traffic in cells with reports.


def mean_wait(cells: Sequence[Cell], days: int, due: int) -> MeanWait:
    """Bring the reports of a month together.

    Parameters
    ----------
    cells : sequence of Cell
        All classes and hours of a port and mode.
    days, due : int
        Days with reports, days of the month on which there is traffic.

    Returns
    -------
    MeanWait
        Missing unless three quarters of the days and of the traffic have reports.
    """
    whole = sum(c.weight for c in cells)
    held = [(c.weight, c.mean) for c in cells if c.mean is not None]
    weight = sum(w for w, _ in held)
    reports = sum(c.reports for c in cells)
    covered = weight / whole if whole else 0.0
    plain = sum(c.reports * c.mean for c in cells if c.mean is not None) / reports if reports else None
    enough = weight > 0 and covered >= PART_NEEDED and days >= PART_NEEDED * due
    minutes = sum(w * m for w, m in held) / weight if enough else None
    return MeanWait(minutes, plain, reports, days, due, covered)


def hours(vehicles: int, minutes: Decimal | float) -> Fraction:
    """Hours that vehicles stand in line at a mean wait, exact."""
    return Fraction(vehicles) * Fraction(minutes) / HOUR


def emitted(idle: Fraction, rate: IdleRate, month: int) -> Mapping[str, Fraction]:
    """Compute the emissions of hours of idling, kg by pollutant.

    Parameters
    ----------
    idle : Fraction
        Hours.
    rate : IdleRate
    month : int
        1 to 12; its multiplier is reckoned.

    Returns
    -------
    mapping of pollutant to Fraction
        Those that the rate knows.
    """
    factor = Fraction(rate.months[month - 1])
    return {name: idle * Fraction(grams) * factor / GRAMS for name, grams in rate.grams.items()}
