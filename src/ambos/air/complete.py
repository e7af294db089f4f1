"""Completeness of the quarters and years of a design value (40 CFR 50, appendices K, N and U)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ambos.air.rounding import half_up

#: Whole per cent of a quarter's scheduled days that make it complete (appendices K and N).
COMPLETE = 75
#: Whole per cent that a substitution of the highest value wants in every quarter (appendix N).
HALF = 50
YEARS = 3
QUARTERS = range(1, 5)

Days = Mapping[date, Decimal]
Cell = tuple[int, int]
Cells = dict[Cell, list[Decimal]]


@dataclass(frozen=True, slots=True)
class SampledShare:
    """Days of a quarter or year that were measured, of those due."""

    year: int
    quarter: int | None  #: None for the whole year.
    #: `held`, `due`: days with a value, days on which one was due.
    held: int
    due: int

    @property
    def percent(self) -> int:
        """In whole per cent, half up, as EPA reckons it; never above 100."""
        return min(100, int(half_up(Fraction(100 * self.held, self.due), 0)))


def quarter_days(year: int, quarter: int) -> int:
    """Count the days of a quarter: those scheduled where every day is sampled."""
    start = date(year, 3 * quarter - 2, 1)
    end = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return (end - start).days


def year_days(year: int) -> int:
    """Count the days of a year."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def three(year: int) -> range:
    """The three years that end with one."""
    return range(year - YEARS + 1, year + 1)


def cells(days: Days, year: int) -> Cells:
    """The values by year and quarter, of the three years that end with one."""
    by_cell: Cells = {(y, q): [] for y in three(year) for q in QUARTERS}
    for day in sorted(days):
        cell = (day.year, (day.month + 2) // 3)
        if cell in by_cell:
            by_cell[cell].append(days[day])
    return by_cell


def shares(of: Mapping[Cell, Collection[Decimal]], scheduled: Mapping[Cell, int] | None) -> dict[Cell, SampledShare]:
    """Compute the completeness of each quarter; every day is due in a quarter that `scheduled` does not name.

    Raises
    ------
    ValueError
        If no day of a quarter was due.
    """
    due = {cell: (scheduled or {}).get(cell, quarter_days(*cell)) for cell in of}
    if min(due.values()) < 1:
        raise ValueError("a quarter has no scheduled days")
    return {cell: SampledShare(*cell, len(own), due[cell]) for cell, own in of.items()}


def filled(of: Cells, wanted: Mapping[Cell, int], pick: Callable[[list[Decimal]], Decimal]) -> Cells:
    """Quarters filled up to the numbers wanted, with a value picked from the same quarter of the three years."""
    alike = {q: [v for (_, quarter), own in of.items() if quarter == q for v in own] for q in QUARTERS}
    return {
        cell: own + [pick(alike[cell[1]])] * (wanted[cell] - len(own)) if wanted.get(cell, 0) > len(own) else own
        for cell, own in of.items()
    }
