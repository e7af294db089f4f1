"""Definitions of crossings for the twin: lanes, hours, laws, demand, each with its source.

`ambos.crossing.port` makes a scenario of a day of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

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
class Fitness:
    """What a calibrated line was worth on months that it had not been fitted to; minutes."""

    reports: int  #: Tested, on all of these months.
    reported: float  #: Mean wait reported.
    drawn: float  #: Mean wait of days drawn under the lanes really open.
    #: `reported_high`, `drawn_high`: 90th percentile, mean over the hours of the day.
    reported_high: float
    drawn_high: float
    covered: float  #: Share of the reports within the 80 % interval of drawn ones.
    #: Hours of the day compared, and of these the ones with a mean within 20 % or 5 minutes.
    hours: int
    close: int
    hidden: int  #: Reports hidden and predicted from the others of their day.
    predicted_error: float  #: Mean absolute error of that.
    interpolated_error: float  #: That of linear interpolation.


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A line as fitted to the waits and lanes reported. Loads are lane-hours of work that arrive per hour."""

    first: str  #: `first`, `last`: days, ISO.
    last: str
    days: int
    reports: int
    load: Mapping[int, tuple[float, ...]]  #: Mean load by weekday (1: Monday) and hour, with the lanes usual then.
    spread: tuple[float, ...]  #: By hour: standard deviation of the log of a day's load.
    alike: tuple[float, ...]  #: Correlation of the deviations of hours so many hours apart, from 0.
    midnight: tuple[float, ...]  #: Equally likely waits at midnight, ascending, minutes; empty if closed then.
    months: tuple[
        float, ...
    ]  #: Level of each calendar month, January first: factor of the load; 0 where nothing is reported.
    volumes: tuple[float, ...]  #: Travellers of the port and mode a month, January first, to which the scale is pinned.
    #: `hours_reported`, `hours_drawn`: by hour of the day, mean wait of the reports that it was fitted to and of days drawn
    #: under their lanes, minutes; None where none is reported.
    hours_reported: tuple[float | None, ...]
    hours_drawn: tuple[float | None, ...]
    level: float  #: Standard deviation of the log of the mean load: how well it is known.
    per_hour: float  #: Travellers per lane and hour.
    per_hour_spread: float  #: Standard deviation of its log.
    follow_day: float  #: What the lanes of a day tell of its load: power of their ratio to those usual.
    follow_hour: float  #: The same of an hour against its day.
    #: `follow_next`, `follow_after`: of the next hour, and of the one after: lanes open after a queue has grown.
    follow_next: float
    follow_after: float
    #: `floor`, `share`: spread of a report: sqrt(floor² + (share × wait)²), minutes.
    floor: float
    share: float
    idle: float  #: Share of the hours without a queue, in which the load is only bounded.
    #: `simulated`, `reported`: mean wait of the simulation with the lanes usual, and of all reports, minutes.
    simulated: float
    reported: float
    fitness: Fitness | None  #: None where there were no months to test.

    @property
    def standing(self) -> Literal["fit", "unfit", "untested"]:
        """``fit``: on months not seen the mean wait of every hour was close to the reported one, and that of the simulation is."""
        if self.fitness is None:
            return "untested"
        return "fit" if self.fitness.close == self.fitness.hours and self.simulates else "unfit"

    @property
    def simulates(self) -> bool:
        """Return True if the simulation gives the mean wait reported: within 20 % or 5 minutes."""
        return abs(self.simulated - self.reported) <= max(5.0, 0.2 * self.reported)


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
    calibrated: Calibrated | None = None


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
