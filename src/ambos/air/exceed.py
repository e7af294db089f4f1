"""Days on which a limit of the ambient air was exceeded, and yearly means beside yearly limits, exact.

A limit is compared with a mean that is first brought to the decimals of its rule. United States: PM2.5 days cut off to
0.1, then a whole number half up; PM10 to tens half up (40 CFR 50, appendices N and K); gases cut off to 0.001 ppm
(ozone) or a whole ppb (appendices U, T and S), CO to a whole ppm half up (40 CFR 50.8). Mexico: half up to the decimals
of NOM-172-SEMARNAT-2023: particles whole, CO 0.01 ppm, other gases 0.001 ppm. Days of PM2.5 and of ozone are in the
United States those of the design values, where zeros may stand in for missing hours (appendices N and U).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from ambos.air.daily import DAY, WINDOW
from ambos.air.design import PM10_STEP
from ambos.air.hourly import DECIMALS, MISSING
from ambos.air.index import PPB
from ambos.air.local import LocalHours, daily_values
from ambos.air.means import needed
from ambos.air.rounding import half_up
from ambos.later import np
from ambos.model.air import AirLimit, Average, Country

if TYPE_CHECKING:
    import numpy.typing as npt

    from ambos.air.hourly import Flags, Ints

#: Decimals of a mean in the unit of the limit, by country and pollutant; (cut off, not rounded) for gases of the US.
_MX: Final = {"pm25": 0, "pm10": 0, "co": 2, "o3": 3, "no2": 3, "so2": 3}
_US_CUT: Final = {"o3": 3, "no2": 0, "so2": 0}
#: What the United States judge by design values of days.
_DESIGN: Final = (("pm25", "24h"), ("o3", "8h"))


@dataclass(frozen=True, slots=True)
class Count:
    """Exceedances of a limit in a year."""

    limit: AirLimit
    year: int
    #: `first`, `last`: the days of the year on which the limit holds and readings are held.
    first: date
    last: date
    days: int  #: From the first to the last.
    valid: int  #: Of them, with enough hours to tell, or above however few they have (US PM2.5 and ozone).
    exceeding: tuple[date, ...]  #: Days above; empty for a yearly limit.
    #: The highest mean as it was compared; the yearly mean for a yearly limit. None if there is none.
    highest: Decimal | None
    #: Whether any was; None where too little is held: no valid day, or for a yearly limit less than three quarters of
    #: the days of the year.
    above: bool | None


@dataclass(frozen=True, slots=True)
class Daily:
    """The figure of each day that a limit is compared with."""

    units: Ints  #: (days,): as brought by the rule, in units of its last decimal; `MISSING` where there is none.
    valid: Flags  #: (days,): enough hours to say that the day did not exceed, or a day of the design values.


def counts(hours: LocalHours, limits: tuple[AirLimit, ...]) -> list[Count]:
    """Compare the hours of a station with limits, year by year.

    Parameters
    ----------
    hours : LocalHours
    limits : tuple of AirLimit
        Of both countries and all days; those of other pollutants are passed over.

    Returns
    -------
    list of Count
        A row per limit and year in which it holds and there are days of readings; a yearly limit is the one that holds
        on 31 December, for all days of the year.
    """
    days = hours.days
    made: dict[tuple[Country, Average, Decimal], Daily] = {}
    totals: list[Count] = []
    for limit in limits:
        if limit.pollutant != hours.pollutant:
            continue
        for year in range(days[0].year, days[-1].year + 1):
            if limit.average == "annual":
                if _holds(limit, date(year, 12, 31)):
                    whole = np.array([k for k, d in enumerate(days) if d.year == year])
                    totals.append(_annual(hours, limit, year, whole))
                continue
            own = np.array([k for k, d in enumerate(days) if d.year == year and _holds(limit, d)])
            if not own.size:
                continue
            key = (limit.country, limit.average, limit.value)
            if key not in made:
                made[key] = _daily(hours, limit)
            totals.append(_count(made[key], limit, year, own, days))
    return totals


def _holds(limit: AirLimit, day: date) -> bool:
    return limit.since <= day and (limit.until is None or day <= limit.until)


def _count(daily: Daily, limit: AirLimit, year: int, own: Ints, days: list[date]) -> Count:
    units, decimals = daily.units[own], _decimals(limit)
    over = units > int(limit.value.scaleb(decimals))
    held = units != MISSING
    highest = Decimal(int(units.max())).scaleb(-decimals) if held.any() else None
    above = bool(over.any()) if daily.valid[own].any() or over.any() else None
    exceeding = tuple(days[k] for k in own[over])
    return Count(
        limit, year, days[own[0]], days[own[-1]], len(own), int(daily.valid[own].sum()), exceeding, highest, above
    )


def _annual(hours: LocalHours, limit: AirLimit, year: int, own: Ints) -> Count:
    """The mean of the valid days' means, brought to the decimals in which the limit is written."""
    total, held = _sums(hours.amounts)
    enough = held[own] >= needed(DAY)
    days = hours.days
    first, last = days[own[0]], days[own[-1]]
    whole = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    valid = int(enough.sum())
    if not valid:
        return Count(limit, year, first, last, len(own), 0, (), None, None)
    means = [Fraction(int(t), int(h)) for t, h in zip(total[own][enough], held[own][enough], strict=True)]
    scale = -int(limit.value.as_tuple().exponent)
    unit = _last_decimal(limit, scale)
    mean = Decimal(int(sum(means, Fraction(0)) / len(means) / unit + Fraction(1, 2))).scaleb(-scale)
    above = mean > limit.value if valid >= Fraction(3, 4) * whole else None
    return Count(limit, year, first, last, len(own), valid, (), mean, above)


def _sums(amounts: Ints) -> tuple[Ints, Ints]:
    there = amounts != MISSING
    return np.where(there, amounts, 0).sum(axis=1), there.sum(axis=1)


def _daily(hours: LocalHours, limit: AirLimit) -> Daily:
    """A day's mean of 24 hours, or its highest of 8 hours or of one."""
    if limit.country == "us" and (limit.pollutant, limit.average) in _DESIGN:
        return _of_design(hours, limit)
    if limit.average == "24h":
        total, held = _sums(hours.amounts)
        enough = held >= needed(DAY)
        return Daily(_bring(total, np.where(enough, held, 0), limit), enough)
    if limit.average == "1h":
        there = hours.amounts != MISSING
        units = _bring(np.where(there, hours.amounts, 0), there.astype(np.int64), limit)
        return Daily(units.max(axis=1), there.sum(axis=1) >= needed(DAY))
    # Means of 8 hours belong to the day in which they end.
    padded = np.concatenate([np.full(WINDOW - 1, MISSING), hours.amounts.ravel()])
    total, held = _sums(np.lib.stride_tricks.sliding_window_view(padded, WINDOW))
    units = _bring(total, np.where(held >= needed(WINDOW), held, 0), limit).reshape(-1, DAY)
    return Daily(units.max(axis=1), (units != MISSING).sum(axis=1) >= needed(DAY))


def _of_design(hours: LocalHours, limit: AirLimit) -> Daily:
    """The days that a design value is made of, so that both tell the same of a day."""
    values, decimals = daily_values(hours, limit.value), _decimals(limit)
    units = np.full(len(hours.amounts), MISSING, np.int64)
    for day, value in values.items():
        units[(day - hours.first).days] = int(half_up(Fraction(value), decimals).scaleb(decimals))
    return Daily(units, units != MISSING)


def _decimals(limit: AirLimit) -> int:
    """Count the decimals of the mean that is compared with the limit, in the limit's unit."""
    return _MX[limit.pollutant] if limit.country == "mx" else _US_CUT.get(limit.pollutant, 0)


def _last_decimal(limit: AirLimit, decimals: int) -> Fraction:
    """Convert a unit of the last decimal to millionths of a µg/m³ or of a ppb."""
    return Fraction(10**DECIMALS * (PPB if limit.unit == "ppm" else 1), 10**decimals)


def _bring(total: Ints, held: Ints, limit: AirLimit) -> npt.NDArray[np.int64]:
    """Means as whole units of the rule's last decimal; `MISSING` where nothing is held."""
    unit = _last_decimal(limit, _decimals(limit)).numerator
    known = held > 0
    bottom = np.where(known, held, 1)
    if limit.country == "mx" or limit.pollutant == "co":
        units = (2 * total + bottom * unit) // (2 * bottom * unit)
    elif limit.pollutant == "pm10":
        units = (2 * total + bottom * unit * PM10_STEP) // (2 * bottom * unit * PM10_STEP) * PM10_STEP
    else:
        units = total // (bottom * unit)
    return np.where(known, units, MISSING)
