"""From a concentration to a band, exactly as each rule rounds: one value at a time, with exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from ambos.air.means import mean, weighted_mean
from ambos.errors import NoRule
from ambos.model.air import AirLimit, AirRules, AirUnit, Country, IndexStep, IndexTable, Scale
from ambos.numbers import day as written
from ambos.text import LANGUAGES, Text

#: Parts per billion in a part per million.
PPB = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A concentration as one scale judges it."""

    scale: Scale
    value: Decimal  #: The mean as the rule truncates or rounds it, in the scale's unit.
    step: IndexStep  #: Where it falls.
    index: int | None  #: The index; None where the index has no numbers.
    beyond: bool  #: Above the last breakpoint: the last stretch was extended.
    #: Above the last breakpoint of a mean that does not define the bands above it: the index is the last that it does
    #: define, and only another mean that is high enough itself gives a higher one.
    at_least: bool


def table_on(rules: AirRules, country: Country, day: date) -> IndexTable:
    """The index table of a country that holds on a day.

    Raises
    ------
    NoRule
        If the day is before the first table.
    """
    tables = rules.tables[country]
    for table in tables:
        if table.since <= day and (table.until is None or day <= table.until):
            return table
    first = tables[0].since
    if day < first:
        reason = Text(
            f"the first table held begins on {written(first, 'en')}: {tables[0].citation.en}",
            f"la primera tabla que se tiene comienza el {written(first, 'es')}: {tables[0].citation.es}",
        )
    else:
        last = tables[-1].until or day
        reason = Text(
            f"the last table held ends on {written(last, 'en')}",
            f"la última tabla que se tiene termina el {written(last, 'es')}",
        )
    raise NoRule(what=tables[0].name, day=Text(*(written(day, k) for k in LANGUAGES)), reason=reason)


def limits_on(rules: AirRules, pollutant: str, day: date) -> tuple[AirLimit, ...]:
    """The limits of both countries for a pollutant that hold on a day; none where none is held."""
    return tuple(
        x for x in rules.limits if x.pollutant == pollutant and x.since <= day and (x.until is None or day <= x.until)
    )


def convert(value: Decimal, unit: AirUnit, wanted: AirUnit) -> Decimal:
    """Bring a concentration to another unit, exactly.

    Raises
    ------
    ValueError
        Between a mass and a share of the air, which depends on temperature and pressure: the rules never ask for it.
    """
    if unit == wanted:
        return value
    if (unit, wanted) == ("ppm", "ppb"):
        return value * PPB
    if (unit, wanted) == ("ppb", "ppm"):
        return value / PPB
    raise ValueError(f"{unit} is not brought to {wanted}")


def bring(value: Fraction, scale: Scale) -> Decimal:
    """Multiply a mean by the scale's factor, then truncate or round it (half up) once to the scale's decimals."""
    units = value * Fraction(scale.factor) * 10**scale.decimals
    whole = floor(units) if scale.rounding == "truncate" else floor(units + Fraction(1, 2))
    return Decimal(whole).scaleb(-scale.decimals)


def judge(value: Fraction, scale: Scale) -> Judged | None:
    """Find the band of a mean, and the index where there is one (linear between breakpoints, rounded half up).

    Parameters
    ----------
    value : Fraction
        A mean of the kind that the scale wants, in its unit; not negative.
    scale : Scale

    Returns
    -------
    Judged or None
        None if the value is below where the scale begins.
    """
    brought = bring(value, scale)
    last = scale.steps[-1]
    if brought < scale.steps[0].low:
        return None
    step = next((s for s in scale.steps if s.high is None or brought <= s.high), None)
    if step is not None:
        return Judged(scale, brought, step, _number(brought, step), beyond=False, at_least=False)
    if scale.open_end:
        return Judged(scale, brought, last, _number(brought, last), beyond=True, at_least=False)
    return Judged(scale, brought, last, last.index_high, beyond=False, at_least=True)


def _number(value: Decimal, step: IndexStep) -> int | None:
    if step.index_low is None or step.index_high is None or step.high is None:
        return None
    slope = Fraction(step.index_high - step.index_low) / (Fraction(step.high) - Fraction(step.low))
    return floor(step.index_low + slope * (Fraction(value) - Fraction(step.low)) + Fraction(1, 2))


def index(table: IndexTable, pollutant: str, values: Sequence[Decimal | None], unit: AirUnit) -> Judged | None:
    """The index of the latest hour.

    Parameters
    ----------
    table : IndexTable
    pollutant : str
    values : sequence of Decimal or None
        Hourly concentrations, oldest first, the present hour last; 24 say all that any rule asks. None is missing.
    unit : {"ug/m3", "ppm", "ppb"}
        Of the values.

    Returns
    -------
    Judged or None
        The worst of the pollutant's scales; None if too few hours are there, or the table does not speak of it.
    """
    judgements: list[Judged] = []
    for scale in table.of(pollutant):
        own = [None if v is None else convert(v, unit, scale.unit) for v in values]
        average = weighted_mean(own) if scale.weighted else mean(own, scale.hours)
        judged = None if average is None else judge(average, scale)
        if judged is not None:
            judgements.append(judged)
    return max(judgements, key=lambda j: (j.step.band, j.index or 0), default=None)
