"""The port-of-entry twin: what a scenario says and what a run gives.

Times are minutes after the local midnight at which the day begins, rates are per hour, lengths metres. Nothing here
computes; `ambos.crossing` gives these nouns their meaning, rule by rule, in docs/en/explanation/twin.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from ambos.model.definition import Key, Within
from ambos.text import Text

LawName = Literal["deterministic", "exponential", "erlang", "gamma", "lognormal", "empirical"]
ShiftEnd = Literal["finish", "preempt", "drain"]
Discipline = Literal["one_line", "shortest_line"]
WhenFull = Literal["balk", "divert", "spill"]
Mode = Literal["pov", "truck", "pedestrian", "bus"]


@dataclass(frozen=True, slots=True)
class Law:
    """Distribution of the time of a service."""

    name: Annotated[LawName, Key("law")]
    mean: float = 0.0  #: Minutes, of the law before `minimum` is applied.
    #: Squared coefficient of variation; for gamma and lognormal. Erlang has 1 / `phases`.
    cv2: Annotated[float, Within(0)] = 1.0
    phases: Annotated[int, Within(1)] = 1  #: Of Erlang.
    sample: tuple[float, ...] = ()  #: Minutes, of the empirical law; each with the same weight.
    #: Minutes: no service is shorter (a minimum inspection time). A floor, not a shift.
    minimum: Annotated[float, Within(0)] = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How the arrivals of a calibrated stream vary from day to day, and what is not known of them.

    Each replication draws a day: the rate of step k is that of `Arrivals` times exp of a normal deviation, whose mean is
    such that the mean rate stays as it is.
    """

    #: By hour, factors of independent standard normals: their sum is the deviation of the log of the hour's rate.
    factors: tuple[tuple[float, ...], ...]
    level: float = 0.0  #: Standard deviation of the log of the mean rate: how well it is known.
    #: Those in line at the start, by equally likely multiples of `Arrivals.initial`, in ascending order.
    initial: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When travellers of a stream come. Exactly one of `rates` and `times` is given."""

    #: Travellers per hour, by steps of equal length that fill the day (24 hourly or 96 quarter-hourly values); a
    #: non-homogeneous Poisson process.
    rates: tuple[float, ...] = ()
    times: tuple[float, ...] = ()  #: Exact times, minutes, not decreasing; the same in every replication.
    #: Chances of 1, 2, … travellers coming together, summing to 1; with `rates`, which then count travellers.
    batch: tuple[float, ...] = (1.0,)
    initial: int = 0  #: Travellers already in line when the day begins.
    spread: Spread | None = None  #: Without, every replication has the same rates.


@dataclass(frozen=True, slots=True)
class Option:
    """A line that a stream may choose."""

    line: str  #: Id of a line.
    utility: float = 0.0  #: What speaks for it besides the wait (distance, habit); only differences count.


@dataclass(frozen=True, slots=True)
class Stream:
    """Travellers who are alike: their mode, class, arrivals and the lines they choose from."""

    id: str
    arrivals: Arrivals
    #: With one, all take it. With several, each takes one by a logit on `wait_weight` × expected wait + `utility`,
    #: among those open when it arrives; with none open it is turned away.
    options: tuple[Option, ...]
    wait_weight: float = 0.0  #: Utility per minute of expected wait; negative.
    #: Mean minutes (exponential) that a traveller stands in line before leaving it; 0 for no limit.
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Referral:
    """A further inspection after primary: with this chance, at this station."""

    station: str  #: Id of a station.
    #: `random`, `risk`: the share chosen at random and the share chosen for a reason; their sum is the chance.
    random: float = 0.0
    risk: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A class of travellers at one crossing, and where it waits."""

    id: str  #: Such as ``mariposa.pov.ready``.
    crossing: str  #: Place id of the crossing, or any name.
    mode: Mode
    lane_class: str  #: ``standard``, ``ready``, ``sentri``, ``fast``, ….
    service: Law  #: Primary inspection.
    #: At most one of these is drawn for a traveller; the chances sum to at most 1.
    referrals: tuple[Referral, ...] = ()
    #: Further stations passed one after the other once that is done (state inspection of trucks), each drawn on its
    #: own.
    after: tuple[Referral, ...] = ()
    #: `opens`, `closes`: minutes between which it takes travellers; who is in line at closing is still served while
    #: booths are open. ``opens == closes`` means all day. May pass midnight (``closes < opens``).
    opens: float = 0.0
    closes: float = 0.0
    spacing_m: float = 0.0  #: Length of road per traveller in line.
    approach_m: float = 0.0  #: Length of the approach; 0 for no limit.
    #: What an arrival does when the approach holds no more: leaves (``balk``), tries its stream's other lines
    #: (``divert``), or stands in the line `behind` until there is room (``spill``).
    when_full: WhenFull = "balk"
    behind: str = ""  #: Id of the line whose approach it spills into.
    #: Standard deviation of the log of the mean service, as it is known; each replication draws a factor of services, and
    #: divides the arrivals of its stream by it: reported waits tell only the product of both.
    service_spread: float = 0.0
    #: Whether it may be used for decisions: ``fit``, ``unfit``, ``untested``; empty where it is not calibrated.
    fitness: Literal["", "fit", "unfit", "untested"] = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """Lines that a booth serves between two times, most preferred first; none means closed."""

    start: float
    end: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Booth:
    """A primary booth."""

    id: str
    crossing: str
    shifts: tuple[Shift, ...]  #: Not overlapping, on quarter-hours; closed outside them.
    speed: float = 1.0  #: An officer's pace: services take `mean / speed`. 1 is the law as it is.
    #: Id of the booth in front of this one in a stacked pair (this one is the rear, which the queue reaches first).
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """Secondary inspection, a scanner, docks, state inspection."""

    id: str
    crossing: str
    service: Law
    servers: tuple[int, ...]  #: By steps of equal length that fill the day (one value: all day).
    #: Most travellers in it, those in service included; 0 for no limit. When it is full, whoever holds the next one (a
    #: booth, a bay of another station) is blocked.
    lot: int = 0


@dataclass(frozen=True, slots=True)
class OpenLanes:
    """Open a closed booth for a line when its expected wait passes a threshold; close it when it falls.

    Looked at every quarter-hour. Booths are opened in their order, and only those that are closed by their shifts.
    """

    line: str
    booths: tuple[str, ...]
    #: `open_above`, `close_below`: minutes of expected wait.
    open_above: float
    close_below: float


@dataclass(frozen=True, slots=True)
class MoveLanes:
    """Give a booth of one line to another while that one waits longer than a ratio allows.

    The rule of the SANDAG SR-11 model: while ``wait(to) × ratio > wait(from)`` and ``wait(from) < limit``, one booth
    a quarter-hour; back again when the relation is reversed.
    """

    from_line: str
    to_line: str
    ratio: float
    limit: float  #: Minutes.
    keep: int = 1  #: Booths that `from_line` keeps.


@dataclass(frozen=True, slots=True)
class Scenario:
    """A day at one or more crossings."""

    name: Text
    streams: tuple[Stream, ...]
    lines: tuple[Line, ...]
    booths: tuple[Booth, ...]
    stations: tuple[Station, ...] = ()
    policies: tuple[OpenLanes | MoveLanes, ...] = ()
    #: Most booths open at a time per crossing for `policies`, by steps of equal length; empty for no limit.
    officers: tuple[int, ...] = ()
    shift_end: ShiftEnd = "finish"
    discipline: Discipline = "one_line"
    #: Squared coefficient of variation of a random pace (gamma, mean 1) of each booth and day; 0 for none.
    officer_cv2: float = 0.0
    length: float = 1440.0  #: Minutes simulated.
    notes: tuple[Text, ...] = field(default=())  #: What in it is estimated or assumed, for whoever reads the result.
