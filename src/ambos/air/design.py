"""Design values: the figures by which the United States judge a monitor, of three years of daily values, exact.

The rules are those of 40 CFR 50, appendices K (PM10), N (PM2.5) and U (ozone); the level is given by whoever asks, from
the dated limits. Daily values are those of the standard: 24-hour means, or the day's highest 8-hour mean.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from ambos.text import Text

#: Part of a quarter's scheduled days that makes it complete (appendices K and N).
COMPLETE = Fraction(3, 4)
#: Part that a substitution of the highest value wants in every quarter (appendix N).
HALF = Fraction(1, 2)
#: Samples of a quarter that a value above the level wants, and of the same quarter of all three years where the least
#: value stands in for those missing (appendix N).
SAMPLES = 11
SAMPLES_ALIKE = 30
#: Parts of a year's days that ozone wants: mean of the three years, and each (appendix U).
OZONE_MEAN, OZONE_YEAR = Fraction(9, 10), Fraction(3, 4)
#: PM10 days are brought to tens before they are compared; a mean of more than one exceedance a year fails (appendix K).
PM10_STEP = 10
#: A 98th percentile is the 1st highest of up to 50 values, the 2nd of up to 100, and so on (appendix N, table 1).
PER_RANK = 50
YEARS = 3
QUARTERS = range(1, 5)

Days = Mapping[date, Decimal]
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DesignValue:
    """A design value, whether it counts, and how near the level it is.

    Attributes
    ----------
    value : Decimal or None
        None where a year or a quarter has no value at all.
    above : bool or None
        Whether it is above the level.
    valid : bool
    reason : Text
        Why it is valid, or not.
    parts : tuple of Decimal
        What it is the mean of, oldest year first, as rounded by the rule (annual means of PM2.5: to 0.0001, for show).
    critical : Decimal or None
        The least figure of the coming year that would bring the design value above the level, given the last two;
        None where the rule has no such single figure.
    """

    value: Decimal | None
    above: bool | None
    valid: bool
    reason: Text
    parts: tuple[Decimal, ...] = ()
    critical: Decimal | None = None


_COMPLETE = Text("all quarters are complete", "todos los trimestres están completos")
_INCOMPLETE = Text(
    "quarters are incomplete and no substitution decides", "hay trimestres incompletos y ninguna sustitución decide"
)
_NOTHING = Text("a quarter or a year has no value", "un trimestre o un año no tiene valores")
_SAMPLES = Text(
    "above the level, and every quarter has eleven values", "arriba del nivel, y cada trimestre tiene once valores"
)
_LEAST = Text(
    "above the level even with the least values in place of those missing",
    "arriba del nivel aun con los valores más bajos en lugar de los faltantes",
)
_MOST = Text(
    "not above the level even with the highest values in place of those missing",
    "no rebasa el nivel aun con los valores más altos en lugar de los faltantes",
)
_YEARS_ABOVE = Text(
    "every incomplete year is itself above the level", "cada año incompleto rebasa por sí mismo el nivel"
)


def truncate(value: Fraction, decimals: int) -> Decimal:
    """Cut off after some decimals."""
    return Decimal(floor(value * 10**decimals)).scaleb(-decimals)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round to some decimals, half up."""
    return Decimal(floor(value * 10**decimals + Fraction(1, 2))).scaleb(-decimals)


def average(values: Collection[Decimal | Fraction]) -> Fraction:
    """The exact mean of at least one value."""
    return sum((Fraction(v) for v in values), Fraction(0)) / len(values)


def percentile98(values: Sequence[Decimal]) -> Decimal:
    """The 98th percentile as appendix N ranks it.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values, reverse=True)[-(-len(values) // PER_RANK) - 1]


def quarter_days(year: int, quarter: int) -> int:
    """How many days a quarter has: what is scheduled where every day is sampled."""
    start = date(year, 3 * quarter - 2, 1)
    end = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return (end - start).days


def _cells(days: Days, year: int) -> dict[Cell, list[Decimal]]:
    """The values by year and quarter, of the three years that end with one."""
    cells: dict[Cell, list[Decimal]] = {(y, q): [] for y in range(year - YEARS + 1, year + 1) for q in QUARTERS}
    for day in sorted(days):
        cell = (day.year, (day.month + 2) // 3)
        if cell in cells:
            cells[cell].append(days[day])
    return cells


def _scheduled(cells: Collection[Cell], scheduled: Mapping[Cell, int] | None) -> dict[Cell, int]:
    due = {cell: (scheduled or {}).get(cell, quarter_days(*cell)) for cell in cells}
    if min(due.values()) < 1:
        raise ValueError("a quarter has no scheduled days")
    return due


def _filled(
    cells: Mapping[Cell, list[Decimal]], wanted: Mapping[Cell, int], pick: Callable[[list[Decimal]], Decimal]
) -> dict[Cell, list[Decimal]]:
    """The cells filled up to the numbers wanted, with a value picked from the same quarter of the three years."""
    alike = {q: [v for (_, quarter), own in cells.items() if quarter == q for v in own] for q in QUARTERS}
    return {cell: own + [pick(alike[cell[1]])] * max(0, wanted[cell] - len(own)) for cell, own in cells.items()}


def pm25_annual(days: Days, year: int, level: Decimal, scheduled: Mapping[Cell, int] | None = None) -> DesignValue:
    """The annual design value of PM2.5: mean of three annual means of four quarterly means, to 0.1 half up.

    Parameters
    ----------
    days : mapping of date to Decimal
        24-hour means, µg/m³, truncated to 0.1.
    year : int
        The last of the three.
    level : Decimal
        Of the standard, µg/m³.
    scheduled : mapping of (year, quarter) to int, optional
        Days on which a value was due; every day of a quarter that is not named.

    Returns
    -------
    DesignValue

    Raises
    ------
    ValueError
        If no day of a quarter was scheduled.
    """
    cells = _cells(days, year)
    if not all(cells.values()):
        return DesignValue(None, None, False, _NOTHING)

    def annual(of: Mapping[Cell, list[Decimal]]) -> list[Fraction]:
        return [average([average(of[y, q]) for q in QUARTERS]) for y in range(year - YEARS + 1, year + 1)]

    def design(of: Mapping[Cell, list[Decimal]]) -> Decimal:
        return half_up(average(annual(of)), 1)

    means, value = annual(cells), design(cells)
    above = value > level
    due = _scheduled(cells, scheduled)
    part = {cell: Fraction(len(own), due[cell]) for cell, own in cells.items()}
    alike = {q: sum(len(own) for (_, quarter), own in cells.items() if quarter == q) for q in QUARTERS}
    few = [cell for cell, own in cells.items() if len(own) < SAMPLES]
    valid, reason = False, _INCOMPLETE
    if min(part.values()) >= COMPLETE:
        valid, reason = True, _COMPLETE
    elif above and not few:
        valid, reason = True, _SAMPLES
    elif above and all(alike[q] > SAMPLES_ALIKE for _, q in few):
        if design(_filled(cells, dict.fromkeys(cells, SAMPLES), min)) > level:
            valid, reason = True, _LEAST
    elif not above and min(part.values()) >= HALF and design(_filled(cells, due, max)) <= level:
        valid, reason = True, _MOST
    # What rounds up to more than the level begins half of the last decimal above it.
    critical = YEARS * (Fraction(level) + Fraction(1, 20)) - means[1] - means[2]
    parts = tuple(half_up(m, 4) for m in means)
    return DesignValue(value, above, valid, reason, parts, -truncate(-critical, 4))


def pm25_daily(days: Days, year: int, level: Decimal, scheduled: Mapping[Cell, int] | None = None) -> DesignValue:
    """The 24-hour design value of PM2.5: mean of three annual 98th percentiles, to a whole number half up.

    Parameters and result as for `pm25_annual`.
    """
    cells = _cells(days, year)
    years = range(year - YEARS + 1, year + 1)

    def percentiles(of: Mapping[Cell, list[Decimal]]) -> list[Decimal]:
        return [percentile98([v for q in QUARTERS for v in of[y, q]]) for y in years]

    if not all(any(cells[y, q] for q in QUARTERS) for y in years):
        return DesignValue(None, None, False, _NOTHING)
    found = percentiles(cells)
    value = half_up(average(found), 0)
    above = value > level
    due = _scheduled(cells, scheduled)
    part = {cell: Fraction(len(own), due[cell]) for cell, own in cells.items()}
    lacking = [y for y in years if min(part[y, q] for q in QUARTERS) < COMPLETE]
    valid, reason = False, _INCOMPLETE
    if not lacking:
        valid, reason = True, _COMPLETE
    elif all(p > level for y, p in zip(years, found, strict=True) if y in lacking):
        valid, reason = True, _YEARS_ABOVE
    elif not above and min(part.values()) >= HALF:
        most = half_up(average(percentiles(_filled(cells, due, max))), 0)
        valid, reason = (True, _MOST) if most <= level else (valid, reason)
    critical = YEARS * (Fraction(level) + Fraction(1, 2)) - Fraction(found[1]) - Fraction(found[2])
    return DesignValue(value, above, valid, reason, tuple(found), -truncate(-critical, 1))


def ozone(
    days: Days, year: int, level: Decimal, season: Mapping[int, int] | None = None, decimals: int = 3
) -> DesignValue:
    """The ozone design value: mean of three fourth-highest daily maxima, all truncated to 0.001 ppm.

    Parameters
    ----------
    days : mapping of date to Decimal
        Highest 8-hour mean of every valid day, ppm.
    year : int
        The last of the three.
    level : Decimal
        ppm.
    season : mapping of year to int, optional
        Days of the ozone season; the whole year where none is named.
    decimals : int

    Returns
    -------
    DesignValue
    """
    years = range(year - YEARS + 1, year + 1)
    own = {y: sorted((v for d, v in days.items() if d.year == y), reverse=True) for y in years}
    if min(len(v) for v in own.values()) < 4:
        return DesignValue(None, None, False, _NOTHING)
    fourth = [truncate(Fraction(own[y][3]), decimals) for y in years]
    value = truncate(average(fourth), decimals)
    whole = {y: (date(y + 1, 1, 1) - date(y, 1, 1)).days for y in years}
    part = [Fraction(len(own[y]), (season or whole).get(y, whole[y])) for y in years]
    valid = average(part) >= OZONE_MEAN and min(part) >= OZONE_YEAR
    reason = (
        Text("the years have enough valid days", "los años tienen suficientes días válidos")
        if valid
        else Text("too few valid days", "muy pocos días válidos")
    )
    least = Decimal(1).scaleb(-decimals)
    critical = YEARS * (level + least) - fourth[1] - fourth[2]
    return DesignValue(value, value > level, valid, reason, tuple(fourth), critical)


def pm10_exceeds(value: Decimal, level: Decimal) -> bool:
    """Whether a 24-hour mean of PM10, rounded half up to tens, is above the level: from 155 on for 150."""
    return half_up(Fraction(value) / PM10_STEP, 0) * PM10_STEP > level


def expected(exceedances: int, sampled: int, days: int) -> Decimal:
    """Expected exceedances of a quarter: those found, times its days over the days sampled, to 0.01."""
    return half_up(Fraction(exceedances * days, sampled), 2)


def pm10(days: Days, year: int, level: Decimal, scheduled: Mapping[Cell, int] | None = None) -> DesignValue:
    """Expected exceedances of PM10 a year: quarters to 0.01, years and their mean to 0.1; more than 1.0 fails.

    Parameters as for `pm25_annual`; `DesignValue.above` says whether the standard is failed.
    """
    cells = _cells(days, year)
    if not all(cells.values()):
        return DesignValue(None, None, False, _NOTHING)
    found = {
        c: expected(sum(pm10_exceeds(v, level) for v in own), len(own), quarter_days(*c)) for c, own in cells.items()
    }
    years = range(year - YEARS + 1, year + 1)
    parts = tuple(half_up(Fraction(sum(found[y, q] for q in QUARTERS)), 1) for y in years)
    value = half_up(average(parts), 1)
    due = _scheduled(cells, scheduled)
    valid = all(Fraction(len(own), due[cell]) >= COMPLETE for cell, own in cells.items())
    return DesignValue(value, value > 1, valid, _COMPLETE if valid else _INCOMPLETE, parts)
