"""Design values: the figures by which the United States judge a monitor, of three years of daily values, exact.

The rules are those of 40 CFR 50, appendices K (PM10), N (PM2.5) and U (ozone); the level is given by whoever asks, from
the dated limits. Daily values are those of the standard: 24-hour means, or the day's highest 8-hour mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ambos.air.complete import (
    COMPLETE,
    HALF,
    QUARTERS,
    YEARS,
    Cell,
    Cells,
    Days,
    SampledShare,
    cells,
    filled,
    quarter_days,
    shares,
    three,
    year_days,
)
from ambos.air.rounding import average, half_up, percentile98, truncate, up
from ambos.text import Text

#: Samples of a quarter that a value above the level wants, and of the same quarter of all three years (more than) where
#: the least value stands in for those missing (appendix N).
SAMPLES = 11
SAMPLES_ALIKE = 30
#: Whole per cent of a year's days that ozone wants: mean of the three years, and each (appendix U).
OZONE_MEAN, OZONE_YEAR = 90, 75
#: Which of a year's highest days counts for ozone (appendix U).
OZONE_RANK = 4
#: Decimals of a ppm to which ozone is cut off (appendix U).
OZONE_DECIMALS = 3
#: PM10 days are brought to tens before they are compared; a mean of more than one exceedance a year fails (appendix K).
PM10_STEP = 10
PM10_ALLOWED = Decimal(1)


@dataclass(frozen=True, slots=True)
class DesignValue:
    """A design value, whether it counts, and how near the level it is."""

    value: Decimal | None  #: None where a year or a quarter has no value at all.
    above: bool | None  #: Whether it is above the level.
    valid: bool
    reason: Text  #: Why it is valid, or not.
    level: Decimal  #: That it is compared with (PM10: exceedances a year).
    shares: tuple[SampledShare, ...] = ()  #: How complete the quarters (ozone: the years) are.
    #: What it is the mean of, oldest year first, as rounded by the rule (annual means of PM2.5: to 0.0001, for show).
    parts: tuple[Decimal, ...] = ()
    #: The least figure of the coming year that would bring the design value above the level, given the last two.
    critical: Decimal | None = None
    #: What the value becomes where other values stand in for those missing; None where no such test was made.
    tested: Decimal | None = None

    @property
    def margin(self) -> Decimal | None:
        """Subtract the design value from the level; negative above it."""
        return None if self.value is None else self.level - self.value


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
_LEAST_FAILS = Text(
    "above the level, but no longer with the least values in place of those missing",
    "arriba del nivel, pero ya no con los valores más bajos en lugar de los faltantes",
)
_MOST = Text(
    "not above the level even with the highest values in place of those missing",
    "no rebasa el nivel aun con los valores más altos en lugar de los faltantes",
)
_MOST_FAILS = Text(
    "not above the level, but it would be with the highest values in place of those missing",
    "no rebasa el nivel, pero lo haría con los valores más altos en lugar de los faltantes",
)
_YEARS_ABOVE = Text(
    "every incomplete year is itself above the level", "cada año incompleto rebasa por sí mismo el nivel"
)
_ABOVE = Text("above the level, whatever is missing", "arriba del nivel, falte lo que falte")
_ENOUGH_DAYS = Text("the years have enough valid days", "los años tienen suficientes días válidos")
_FEW_DAYS = Text("too few valid days", "muy pocos días válidos")


def _deficient(of: Mapping[Cell, SampledShare]) -> dict[Cell, int]:
    """The incomplete quarters, with the days due in each: what the highest values would fill."""
    return {cell: share.due for cell, share in of.items() if share.percent < COMPLETE}


def _annual_means(of: Cells, year: int) -> list[Fraction]:
    return [average([average(of[y, q]) for q in QUARTERS]) for y in three(year)]


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

    Raises
    ------
    ValueError
        If no day of a quarter was scheduled.
    """
    own = cells(days, year)
    part = shares(own, scheduled)
    sampled = tuple(part.values())
    if not all(own.values()):
        return DesignValue(None, None, False, _NOTHING, level, sampled)

    def design(of: Cells) -> Decimal:
        return half_up(average(_annual_means(of, year)), 1)

    means, value = _annual_means(own, year), design(own)
    above = value > level
    lacking = _deficient(part)
    few = {cell: SAMPLES for cell, held in own.items() if len(held) < SAMPLES}
    alike = [sum(len(own[y, q]) for y in three(year)) for q in QUARTERS]
    short = {y for y, _ in lacking}
    tested: Decimal | None = None
    valid, reason = False, _INCOMPLETE
    if not lacking:
        valid, reason = True, _COMPLETE
    elif above and not few:
        valid, reason = True, _SAMPLES
    elif above and min(alike) > SAMPLES_ALIKE:
        tested = design(filled(own, few, min))
        valid, reason = (True, _LEAST) if tested > level else (False, _LEAST_FAILS)
    elif not above and all(m > level for y, m in zip(three(year), means, strict=True) if y in short) and not few:
        valid, reason = True, _YEARS_ABOVE
    elif not above and min(share.percent for share in sampled) >= HALF:
        tested = design(filled(own, lacking, max))
        valid, reason = (True, _MOST) if tested <= level else (False, _MOST_FAILS)
    # What rounds up to more than the level begins half of the last decimal above it.
    critical = up(YEARS * (Fraction(level) + Fraction(1, 20)) - means[1] - means[2], 4)
    return DesignValue(
        value, above, valid, reason, level, sampled, tuple(half_up(m, 4) for m in means), critical, tested
    )


def pm25_daily(days: Days, year: int, level: Decimal, scheduled: Mapping[Cell, int] | None = None) -> DesignValue:
    """The 24-hour design value of PM2.5: mean of three annual 98th percentiles, to a whole number half up.

    Parameters and result as for `pm25_annual`.
    """
    own = cells(days, year)
    part = shares(own, scheduled)
    sampled = tuple(part.values())
    if not all(any(own[y, q] for q in QUARTERS) for y in three(year)):
        return DesignValue(None, None, False, _NOTHING, level, sampled)

    def percentiles(of: Cells) -> list[Decimal]:
        return [percentile98([v for q in QUARTERS for v in of[y, q]]) for y in three(year)]

    percentiles_98 = percentiles(own)
    value = half_up(average(percentiles_98), 0)
    above = value > level
    lacking = _deficient(part)
    short = {y for y, _ in lacking}
    tested: Decimal | None = None
    valid, reason = False, _INCOMPLETE
    if not lacking:
        valid, reason = True, _COMPLETE
    elif above:
        valid, reason = True, _ABOVE
    elif all(p > level for y, p in zip(three(year), percentiles_98, strict=True) if y in short):
        valid, reason = True, _YEARS_ABOVE
    elif min(share.percent for share in sampled) >= HALF:
        tested = half_up(average(percentiles(filled(own, lacking, max))), 0)
        valid, reason = (True, _MOST) if tested <= level else (False, _MOST_FAILS)
    critical = up(
        YEARS * (Fraction(level) + Fraction(1, 2)) - Fraction(percentiles_98[1]) - Fraction(percentiles_98[2]), 1
    )
    return DesignValue(value, above, valid, reason, level, sampled, tuple(percentiles_98), critical, tested)


def ozone_mean(of: Sequence[SampledShare]) -> int:
    """The mean of the years' whole per cent, half up."""
    return int(half_up(Fraction(sum(share.percent for share in of), len(of)), 0))


def ozone_complete(of: Sequence[SampledShare]) -> bool:
    """Return True if the years have enough valid days of ozone, on average and each."""
    return ozone_mean(of) >= OZONE_MEAN and min(share.percent for share in of) >= OZONE_YEAR


def ozone(days: Days, year: int, level: Decimal) -> DesignValue:
    """The ozone design value: mean of three fourth-highest daily maxima, all truncated to 0.001 ppm.

    Parameters
    ----------
    days : mapping of date to Decimal
        Highest 8-hour mean of every valid day, ppm.
    year : int
        The last of the three.
    level : Decimal
        ppm.
    """
    own = {y: sorted((v for d, v in days.items() if d.year == y), reverse=True) for y in three(year)}
    sampled = tuple(SampledShare(y, None, len(held), year_days(y)) for y, held in own.items())
    if min(len(held) for held in own.values()) < OZONE_RANK:
        return DesignValue(None, None, False, _NOTHING, level, sampled)
    fourth = [truncate(Fraction(own[y][OZONE_RANK - 1]), OZONE_DECIMALS) for y in three(year)]
    value = truncate(average(fourth), OZONE_DECIMALS)
    above = value > level
    if ozone_complete(sampled):
        valid, reason = True, _ENOUGH_DAYS
    else:
        valid, reason = (True, _ABOVE) if above else (False, _FEW_DAYS)
    critical = YEARS * (level + Decimal(1).scaleb(-OZONE_DECIMALS)) - fourth[1] - fourth[2]
    return DesignValue(value, above, valid, reason, level, sampled, tuple(fourth), critical)


def pm10_exceeds(value: Decimal, level: Decimal) -> bool:
    """Return True if a 24-hour mean of PM10, rounded half up to tens, exceeds the level: from 155 on for 150."""
    return half_up(Fraction(value) / PM10_STEP, 0) * PM10_STEP > level


def expected(exceedances: int, sampled: int, days: int) -> Decimal:
    """Expected exceedances of a quarter: those found, times its days over the days sampled, to 0.01."""
    return half_up(Fraction(exceedances * days, sampled), 2)


def _exceeding(values: Sequence[Decimal], level: Decimal) -> int:
    return sum(pm10_exceeds(v, level) for v in values)


def pm10(days: Days, year: int, level: Decimal, scheduled: Mapping[Cell, int] | None = None) -> DesignValue:
    """Expected exceedances of PM10 a year: quarters to 0.01, years and their mean to 0.1; more than 1.0 fails.

    Parameters as for `pm25_annual`; `level` is that of the 24-hour standard, `DesignValue.level` the one exceedance a year
    that is allowed, and `DesignValue.above` says whether the standard is failed.
    """
    own = cells(days, year)
    part = shares(own, scheduled)
    sampled = tuple(part.values())
    if not all(own.values()):
        return DesignValue(None, None, False, _NOTHING, PM10_ALLOWED, sampled)
    quarters = {c: expected(_exceeding(held, level), len(held), quarter_days(*c)) for c, held in own.items()}
    parts = tuple(half_up(Fraction(sum(quarters[y, q] for q in QUARTERS)), 1) for y in three(year))
    value = half_up(average(parts), 1)
    valid = not _deficient(part)
    # 1.1 is the least mean above 1.0, and from 1.05 on a mean is rounded to it.
    critical = up(YEARS * (Fraction(PM10_ALLOWED) + Fraction(1, 20)) - Fraction(parts[1]) - Fraction(parts[2]), 1)
    above = value > PM10_ALLOWED
    reason = _COMPLETE if valid else _INCOMPLETE
    return DesignValue(value, above, valid, reason, PM10_ALLOWED, sampled, parts, critical)
