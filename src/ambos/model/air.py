"""The rules of the air of both countries: index tables and limits, each with the days on which it holds.

The figures are definitions (``definitions/air``); `ambos.air` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ambos.model.definition import DERIVED, Key, Within
from ambos.text import Text

Country = Literal["us", "mx"]
Pollutant = Literal["pm25", "pm10", "o3", "co", "so2", "no2"]
AirUnit = Literal["ug/m3", "ppm", "ppb"]
Rounding = Literal["truncate", "half_up"]
Average = Literal["1h", "8h", "24h", "annual"]
#: First and last day on which a rule holds.
Since = Annotated[date, Key("from")]
Until = Annotated[date | None, Key("to")]

_PRIOR = Text(" (not all of it confirmed)", " (no todo está confirmado)")


class Sourced:
    """A definition with a citation, which is a prior if part of it was not confirmed by a document that was read."""

    __slots__ = ()
    citation: Text
    prior: bool

    @property
    def source(self) -> Text:
        """The citation, marked where not all of it was confirmed."""
        return self.citation + _PRIOR if self.prior else self.citation


@dataclass(frozen=True, slots=True)
class IndexBand:
    """A band of an index."""

    name: Text
    colour: Text
    risk: Text | None = None  #: The risk that Mexico's norm gives it; the United States give none.


@dataclass(frozen=True, slots=True)
class IndexStep:
    """A range of concentrations between two breakpoints, both within it."""

    #: `low`, `high`: concentrations; `high` is None in the last band of an index without numbers, which has no end.
    low: Decimal
    high: Decimal | None
    band: int  #: Its place in the index's bands.
    #: `index_low`, `index_high`: the index at both ends; None for an index without numbers.
    index_low: int | None = None
    index_high: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Rule that turns a pollutant's concentration, averaged in one way, into a band."""

    pollutant: Pollutant
    hours: Annotated[int, Within(1, 24)]  #: That the mean spans.
    unit: AirUnit
    decimals: Annotated[int, Within(0, 6)]  #: To which the mean is brought.
    cuts: tuple[Decimal, ...]  #: Highest concentration of each step but an endless last one, rising.
    weighted: bool = False  #: Whether recent hours weigh more (NowCast; Mexico's weighted mean).
    factor: Decimal = Decimal(1)  #: The mean is multiplied by it.
    first: Annotated[int, Within(0)] = 0  #: The index at `starts`, the concentration where the first step begins.
    starts: Decimal = Decimal(0)
    rounding: Annotated[Rounding, DERIVED] = "truncate"
    #: In order, without a hole: each begins one unit of the last decimal after the one before.
    steps: Annotated[tuple[IndexStep, ...], DERIVED] = ()
    #: Whether what is above the last step belongs to the last band; otherwise the index stays at its end there, and
    #: only another mean gives a higher one (40 CFR 58, appendix G, table 2: ozone of 8 hours from 301 on, SO2 of one
    #: hour from 201 on).
    open_end: Annotated[bool, DERIVED] = False


@dataclass(frozen=True, slots=True)
class IndexTable(Sourced):
    """An index as it holds from one day to another, both included."""

    id: str
    country: Country
    name: Text
    since: Since
    until: Until  #: None while it is in force.
    bands: tuple[IndexBand, ...]
    scales: Annotated[tuple[Scale, ...], Key("scale")]
    citation: Text
    #: True if part of it was not confirmed by a document that was read; the citation names that part.
    prior: bool = False
    index: tuple[int, ...] = ()  #: The index at the end of each stretch, rising; empty for an index without numbers.

    def of(self, pollutant: str) -> tuple[Scale, ...]:
        """The scales of a pollutant; none if the table does not speak of it."""
        return tuple(s for s in self.scales if s.pollutant == pollutant)


@dataclass(frozen=True, slots=True)
class AirLimit(Sourced):
    """A limit of the ambient air as it holds from one day to another, both included."""

    country: Country
    pollutant: Pollutant
    average: Average
    value: Decimal
    unit: AirUnit
    since: Since
    until: Until
    citation: Text
    prior: bool = False


#: No range reaches further, µg/m³ or ppb: in millionths, the exact sums of a day still fit in whole numbers of 64 bits.
WIDEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Plausible(Sourced):
    """The concentrations that an instrument gives, both ends included."""

    pollutant: Pollutant
    unit: AirUnit
    scatter: Decimal  #: How far below zero an instrument scatters in clean air.
    most: Annotated[Decimal, Within(0, WIDEST)]
    citation: Text
    #: True if part of it was not confirmed by a document that was read; the citation names that part.
    prior: bool = False

    @property
    def least(self) -> Decimal:
        """The least concentration, below zero."""
        return -self.scatter


@dataclass(frozen=True, slots=True)
class AirRules:
    """Definitions of the air."""

    tables: Mapping[Country, tuple[IndexTable, ...]]  #: Oldest first, none overlapping.
    limits: tuple[AirLimit, ...]
    plausible: Mapping[str, Plausible]  #: One for every pollutant, particles in µg/m³, gases in ppb.


@dataclass(frozen=True, slots=True)
class Measured:
    """A pollutant that a station is known to measure, and from and to which day; None where that is not known."""

    pollutant: Pollutant
    since: Annotated[date | None, Key("from")] = None
    until: Until = None


@dataclass(frozen=True, slots=True)
class AirStation(Sourced):
    """A place where the air is measured."""

    id: str
    country: Country
    city: Text
    name: Text
    #: `latitude`, `longitude`: degrees.
    latitude: Annotated[float, Within(-90, 90)]
    longitude: Annotated[float, Within(-180, 180)]
    elevation_m: Annotated[float | None, Within(-500, 9000)]
    #: Pollutants reported; one that is absent was not reported, which does not mean that it is not measured.
    measures: tuple[Measured, ...]
    citation: Text
    prior: bool = False  #: Not all of it was confirmed by a document that was read.
    #: `aqs`, `sinaica`: its numbers in EPA's Air Quality System and in Mexico's SINAICA; empty if it has none.
    aqs: str = ""
    sinaica: str = ""


@dataclass(frozen=True, slots=True)
class StationPair:
    """Twin cities and the stations of each side, the one that is compared first in front."""

    id: str
    name: Text
    us: tuple[AirStation, ...]
    mx: tuple[AirStation, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The stations of a region and the pairs they make."""

    stations: Mapping[str, AirStation]
    pairs: Mapping[str, StationPair]


@dataclass(frozen=True, slots=True)
class IdleRate:
    """Emissions of a kind of vehicle in an hour of idling, by one set of rates."""

    set: Text  #: The name of the set.
    vehicle: str  #: A measure of crossings, such as ``trucks``.
    #: Per hour (``nox``, ``pm``, ``pm25``, ``co``, ``hc``, ``co2``). One that is not there is not known, which is not
    #: 0.
    grams: Mapping[str, Decimal]
    date: str  #: Of the engines, as the source says.
    citation: Text
    prior: bool = False  #: Not confirmed by a document that was read.
    #: Twelve multipliers, January first (air conditioning).
    months: Annotated[tuple[Decimal, ...], DERIVED] = (Decimal(1),) * 12
