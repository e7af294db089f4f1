"""Definitions of crossings for the twin: lanes, hours, laws, demand, each with its source.

`ambos.crossing.port` makes a scenario of a day of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from ambos.model.costs import Rates
from ambos.model.crossing import Law, Mode
from ambos.model.definition import DERIVED, INLINE, Key, Within, Written
from ambos.text import Text

_DAY = 1440
Count = Annotated[int, Within(0)]
Share = Annotated[float, Within(0, 1)]


def _minutes(clock: str) -> float:
    """Convert a clock time on a quarter-hour to minutes after midnight; 24:00 is the midnight of 0."""
    hours, _, quarter = clock.partition(":")
    if not (hours.isdecimal() and quarter in ("00", "15", "30", "45") and int(hours) * 60 + int(quarter) <= _DAY):
        raise ValueError("is not a clock time on a quarter-hour / no es una hora en cuartos")
    return (int(hours) * 60.0 + int(quarter)) % _DAY


Clock = Annotated[float, Written(str, _minutes)]


@dataclass(frozen=True, slots=True)
class Basis:
    """Source of a figure."""

    source: Text
    prior: bool = False  #: Not confirmed by a source that was read: to be shown as such, and to be replaced.


@dataclass(frozen=True, slots=True)
class ModeFacts:
    """Facts of a kind of traveller that hold at every port."""

    measure: str  #: The code of the counts of crossings (``measures``).
    spacing_m: Annotated[float, Within(0)]  #: Metres of road per traveller in line.
    spacing: Annotated[Basis, INLINE]
    waits: str = ""  #: The code of the archive of waits (``wait_modes``); empty if it has none.


@dataclass(frozen=True, slots=True)
class ClassLaw:
    """Primary inspection of a class: its law, where its mean is from and where its spread is from."""

    mode: Mode
    lane_class: str
    law: Law
    mean: Basis
    spread: Basis


@dataclass(frozen=True, slots=True)
class Inspection:
    """A kind of station: who is sent there and how long it takes."""

    id: str  #: Its name is the message ``twin.stage.<id>``.
    modes: tuple[Mode, ...]
    #: `random`, `risk`: shares of travellers.
    random: Share
    risk: Share
    share: Basis
    law: Annotated[Law, INLINE]
    time: Basis
    after: bool = False  #: Passed after referrals, by a draw of its own (state inspection).


@dataclass(frozen=True, slots=True)
class StationFacts:
    """A station of a crossing: its kind, servers and lot (0: not known, taken as without limit)."""

    kind: str
    servers: Count
    lot: Count
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A class at a crossing through the week."""

    mode: Mode
    lane_class: str
    #: `lanes`, `demand`, `waits`: 24 values, by hour, of each weekday (1: Monday).
    lanes: Mapping[int, tuple[float, ...]]  #: Mean lanes open.
    #: Relative to the other lines of the same port and mode, by hour of arrival.
    demand: Mapping[int, tuple[float, ...]]
    waits: Mapping[int, tuple[float, ...]]  #: Mean wait reported, minutes; empty if none are.
    basis: Basis  #: A prior if it is assumed; else an estimate from the archive.


@dataclass(frozen=True, slots=True)
class CrossingFacts:
    """A crossing."""

    id: str  #: Short, such as ``mariposa``; ids of lines, booths and stations begin with it.
    place: str  #: Place id.
    #: `opens`, `closes`: minutes; equal for all day.
    opens: Clock
    closes: Clock
    built: Mapping[Mode, Annotated[int, Within(1)]]  #: Lanes that exist, all classes together.
    basis: Annotated[Basis, INLINE]  #: Of hours and lanes.
    stations: Annotated[tuple[StationFacts, ...], Key("station")] = ()
    lines: Annotated[tuple[LineFacts, ...], DERIVED] = ()


@dataclass(frozen=True, slots=True)
class Twin:
    """All that the definitions say for the twin."""

    modes: Mapping[Mode, ModeFacts]
    laws: Mapping[tuple[Mode, str], ClassLaw]
    inspections: Mapping[str, Inspection]
    crossings: Mapping[str, CrossingFacts]
    wait_weight: float  #: Utility per minute of expected wait, of a choice between crossings.
    choice: Basis
    rates: Rates  #: Costs of delay and idling.
