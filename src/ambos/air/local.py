"""Hourly readings laid out by the days of local standard time, by which both countries' daily rules go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ambos.air.daily import DAY, daily_maximum, daily_mean
from ambos.air.hourly import DECIMALS, MISSING
from ambos.air.index import PPB
from ambos.air.readings import PARTICLES
from ambos.later import np, pl

if TYPE_CHECKING:
    from ambos.air.hourly import Ints

#: A day of ozone is that of the windows which begin from 07:00 on (40 CFR 50, appendix U).
OZONE_BEGINS = 7


@dataclass(frozen=True, slots=True)
class LocalHours:
    """The hours of a station and pollutant."""

    station: str
    pollutant: str
    first: date  #: The first day, local standard time.
    amounts: Ints  #: (days, 24): millionths of a µg/m³ or of a ppb by hour of beginning; `MISSING` where there is none.

    @property
    def days(self) -> list[date]:
        """The days, first to last."""
        return [self.first + timedelta(days=k) for k in range(len(self.amounts))]


def local_hours(readings: pl.DataFrame, offset: timedelta) -> Iterator[LocalHours]:
    """Lay out every station and pollutant of a table of readings.

    Parameters
    ----------
    readings : polars.DataFrame
        As from `ambos.air.readings.read`.
    offset : timedelta
        Of local standard time from UTC, whole hours.

    Yields
    ------
    LocalHours
        By station and pollutant, each from its first to its last day.
    """
    placed = readings.sort("station", "pollutant", "at").with_columns(
        (pl.col("at").dt.replace_time_zone(None) + offset).alias("local")
    )
    for (station, pollutant), own in placed.group_by("station", "pollutant", maintain_order=True):
        day = own["local"].dt.date().to_physical().to_numpy()
        amounts = np.full((int(day[-1] - day[0]) + 1, DAY), MISSING, np.int64)
        amounts[day - day[0], own["local"].dt.hour().to_numpy()] = own["amount"].fill_null(MISSING).to_numpy()
        yield LocalHours(str(station), str(pollutant), own["local"].dt.date()[0], amounts)


def concentration(amount: int, pollutant: str) -> Decimal:
    """Millionths as a concentration, exact: µg/m³ for particles, ppm for gases."""
    value = Decimal(int(amount)).scaleb(-DECIMALS)
    return value if pollutant in PARTICLES else value / PPB


def daily_values(hours: LocalHours, level: Decimal) -> dict[date, Decimal]:
    """The daily values that a design value is made of; days without one are not there.

    Parameters
    ----------
    hours : LocalHours
        Of pm25, pm10 or o3.
    level : Decimal
        Of the 24-hour or 8-hour standard, µg/m³ or ppm: what is above it counts even where hours are missing.

    Returns
    -------
    dict of date to Decimal
        24-hour means of particles; highest 8-hour means of ozone.
    """
    known = {a: concentration(a, hours.pollutant) for a in set(hours.amounts.ravel().tolist()) - {MISSING}}
    values = [[known.get(a) for a in row] for row in hours.amounts.tolist()]
    by_day: dict[date, Decimal] = {}
    nothing: list[Decimal | None] = [None] * DAY
    for day, own, after in zip(hours.days, values, [*values[1:], nothing], strict=True):
        if hours.pollutant == "o3":
            value = daily_maximum([*own[OZONE_BEGINS:], *after[:OZONE_BEGINS]], level)
        else:
            value = daily_mean(own, level if hours.pollutant == "pm25" else None)
        if value is not None:
            by_day[day] = value
    return by_day
