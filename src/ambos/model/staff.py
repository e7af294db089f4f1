"""Lane and officer plans of a crossing: the rules that a plan keeps, and the plan.

Times are minutes after the local midnight at which the day begins, lanes and officers are by quarter-hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from ambos.model.definition import INLINE, Key, Within
from ambos.model.twin import Basis, Clock, Count, Share


@dataclass(frozen=True, slots=True)
class Break:
    """Time in a shift at which an officer holds no post."""

    after: Annotated[float, Within(0, 1440)]  #: Minutes from the start of the shift.
    minutes: Annotated[float, Within(15, 240)]


@dataclass(frozen=True, slots=True)
class ShiftPattern:
    """Kind of shift: when it may start, how long it is, its breaks."""

    id: str
    starts: tuple[Clock, ...]
    hours: Annotated[float, Within(1, 16)]
    breaks: Annotated[tuple[Break, ...], Key("break")] = ()
    officers: Annotated[int | None, Within(0)] = None  #: At most so many in a day; None for no limit.


@dataclass(frozen=True, slots=True)
class PostRule:
    """Post after primary inspection that officers staff, by kind of inspection (``secondary``, ``nii``)."""

    kind: str
    officers: Annotated[int, Within(1)]  #: At each server.
    utilisation: Annotated[float, Within(0.1, 1)]  #: Share of their time that may be filled with inspections.
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class LaneRule:
    """Rule that opens a lane above one wait and closes one below another, by mode and class; minutes."""

    mode: str
    lane_class: str
    open_above: Annotated[float, Within(0)]
    close_below: Annotated[float, Within(0)]


@dataclass(frozen=True, slots=True)
class LaneRules:
    """Rule-based baseline of the comparisons."""

    basis: Annotated[Basis, INLINE]
    classes: Annotated[tuple[LaneRule, ...], Key("class")] = ()


@dataclass(frozen=True, slots=True)
class OfficerCost:
    """Cost of a paid hour of an officer, US dollars."""

    usd_per_hour: Decimal
    price_year: int
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class FrontierLevels:
    """Levels of security, and of officers, between which a frontier is drawn."""

    inspection: tuple[float, ...]  #: Fewest minutes of a primary inspection of cars.
    #: `referral`, `scanned`: shares of cars sent to secondary inspection, and of trucks scanned.
    referral: tuple[float, ...]
    scanned: tuple[float, ...]
    officers: tuple[float, ...]  #: Shares of the officer-hours that today's lanes need.
    #: `share`, `minutes`: the target where none is given.
    share: Share
    minutes: Annotated[float, Within(1, 600)]
    basis: Annotated[Basis, INLINE]


@dataclass(frozen=True, slots=True)
class StaffRules:
    """Definitions of staffing that hold at every port, where a plan's files say nothing else."""

    officer: OfficerCost
    convention: str  #: By which the travellers' delay is priced (`ambos.model.costs.HourValue.convention`).
    changes_per_hour: Annotated[int, Within(1)]  #: Lanes opened and closed in an hour, all classes together.
    changes: Basis
    shifts: Annotated[tuple[ShiftPattern, ...], Key("shift")]
    shift_basis: Basis
    posts: Annotated[tuple[PostRule, ...], Key("post")]
    baseline: LaneRules
    frontier: FrontierLevels


@dataclass(frozen=True, slots=True)
class Roster:
    """Officers available: patterns of shifts, how many of each, and what an hour costs."""

    shifts: tuple[ShiftPattern, ...]
    cost: float  #: US dollars per paid hour.
    most: int | None = None  #: Officers in the whole day; None for no limit.


@dataclass(frozen=True, slots=True)
class LineFloor:
    """What a plan may not go below in a class; None and 0 leave it as it is."""

    lanes: tuple[int, ...] = ()  #: Fewest lanes while it is open, by steps of equal length.
    inspection: float = 0.0  #: Fewest minutes of a primary inspection.
    #: `referral`, `random`: least share sent on to a further inspection, and the part of it chosen at random.
    referral: Share = 0.0
    random: Share = 0.0


@dataclass(frozen=True, slots=True)
class Floors:
    """Security floors and limits of a plan."""

    lines: Mapping[str, LineFloor]  #: By the id of a line.
    posts: Mapping[str, Count]  #: Fewest servers of a station, by its id.
    changes_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Wait that a share of the travellers of each class may not exceed."""

    share: float
    minutes: float


@dataclass(frozen=True, slots=True)
class ShiftCount:
    """Officers of a pattern who start at the same time."""

    pattern: str
    start: float
    end: float  #: May pass midnight: more than a day's minutes.
    officers: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Rule that stands in the way of any plan.

    `alone` says whether a plan would exist if this rule alone gave way by `by`.
    """

    rule: str  #: ``lanes``, ``built``, ``duty``, ``roster``, ``hours``, ``changes``, ``post``, ``servers``, ``target``.
    about: str  #: Id of the line, mode, station or shift; "" for all.
    by: (
        float | None
    )  #: In lanes, officers, servers, lane-hours or travellers, as the rule counts; None: not found in time.
    alone: bool
