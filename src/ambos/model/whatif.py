"""What-ifs by name: changes of a crossing's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from ambos.model.crossing import Mode
from ambos.model.definition import INLINE, Key, Within
from ambos.model.twin import Basis, Share
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class LineWhatIf:
    """A change of the lines of a mode; what is None, 0 or empty stays as it is."""

    mode: Mode
    lane_class: str = ""  #: Of this class only; empty for all.
    add_lanes: int = 0
    night_lanes: Annotated[int | None, Within(1)] = None  #: Open all day, with so many lanes in the added hours.
    demand: Annotated[float | None, Within(0)] = None  #: Factor of arrivals.
    busiest: bool = False  #: Arrivals as in the busiest of the last months.
    referred: Annotated[float | None, Within(0, 1)] = None  #: Share sent to the first further inspection.
    #: `moved_to`, `moved`: class to which a share of the arrivals goes.
    moved_to: str = ""
    moved: Share = 0.0


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A what-if of any crossing."""

    id: str
    name: Text
    about: Text
    basis: Annotated[Basis, INLINE]
    lines: Annotated[tuple[LineWhatIf, ...], Key("line")] = ()
    whole_port: bool = False  #: All crossings of the port are played.
    close_others: bool = False  #: The port's other crossings have no lanes.


@dataclass(frozen=True, slots=True)
class PlayedWhatIf:
    """An embedded estimate: what a what-if did to the wait of a line, simulated over many days; minutes per traveller."""

    whatif: str
    crossing: str
    mode: Mode
    lane_class: str
    #: `today`, `changed`: mean wait of primary, of all who came; of those still in line at midnight up to then.
    today: float
    changed: float
    change: float
    #: `low`, `high`: ends of the 95 % interval of the change, chance and what calibration does not know together.
    low: float
    high: float
    officer_hours: float  #: Change of the crossing's open booth hours a day.
    days: str  #: Played, ISO, parted by spaces.
    replications: int
    seed: int
    version: str  #: Of the program that played it.
    made: date
