"""Costs of delay and emissions of an idling engine: dated rates with their sources.

The figures are definitions; `ambos.crossing.costs` multiplies them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from ambos.model.crossing import Mode
from ambos.model.definition import Key, Number, Within
from ambos.text import Text

Rate = Annotated[float | None, Within(0)]


@dataclass(frozen=True, slots=True)
class HourValue:
    """Cost of an hour of delay by one convention."""

    #: ``usdot`` (guidance for benefit–cost analyses), ``stated`` (what border crossers say they would pay) or ``atri``
    #: (operating cost of a truck). Its name is the message ``twin.convention.<convention>``.
    convention: str
    mode: Mode
    #: `low`, `high`: US dollars per hour; equal where the source gives one figure.
    low: Decimal
    high: Decimal
    per: Literal["person", "vehicle"]  #: A value per person is multiplied by the occupancy of the mode.
    price_year: int  #: Of the dollars.
    source: Text
    lane_class: str = ""  #: Of this class only; empty for all that have no value of their own.
    prior: bool = False  #: Not confirmed by a source that was read: to be shown as such.


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Persons in a vehicle of a mode, driver included."""

    mode: Mode
    persons: Decimal
    source: Text
    prior: bool = False


@dataclass(frozen=True, slots=True)
class Idling:
    """Fuel and emissions of a vehicle of a mode in an hour of idling."""

    mode: Mode
    #: `fuel_gal`, `co2_g`, `nox_g`, `pm25_g`: US gallons and grams per hour; None where no rate is known (not 0).
    fuel_gal: Rate
    co2_g: Rate
    nox_g: Rate
    pm25_g: Rate
    months: tuple[Number, ...]  #: Twelve multipliers, January first, for air conditioning (1 without).
    date: str  #: Of the rates, as the source says ("fleet of July 2008").
    source: Text
    prior: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """All of them. A mode without an entry has no cost or emission stated: null, not 0."""

    hours: Annotated[tuple[HourValue, ...], Key("hour")]
    occupancy: tuple[Occupancy, ...]
    idling: tuple[Idling, ...]
