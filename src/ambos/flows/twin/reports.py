"""Compare simulated waits with those reported in CBP's archive, by line and hour of the day; minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ambos.catalog.twin import load_twin
from ambos.crossing.intervals import Estimate
from ambos.errors import NoData
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace
from ambos.model.crossing import Line


@dataclass(frozen=True, slots=True)
class Report:
    """Reported waits (minutes) and open lanes of a line in an hour of the day, over all days of the archive."""

    mean: float
    median: float | None
    lanes: float | None
    reports: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A line over the hours in which it was both simulated and reported, each hour counting the same. Minutes."""

    line: Line
    hours: int  #: Hours compared; 0 where nothing is reported, and all else is then None.
    #: `simulated`, `reported`: mean waits.
    simulated: float | None = None
    reported: float | None = None
    difference: float | None = None  #: Mean absolute difference of the hourly means.
    #: Correlation of the hourly means; None with fewer than three hours or where one of them never changes.
    correlation: float | None = None
    at_least: bool = False  #: The simulated wait is a lower bound, as that of an hour is.

    @property
    def less(self) -> float | None:
        """Simulated less reported, minutes."""
        return None if self.simulated is None or self.reported is None else self.simulated - self.reported


#: By (line id, hour of the day).
Reports = Mapping[tuple[str, int], Report]


def reports(workspace: Workspace, lines: Iterable[Line]) -> Reports:
    """Read the reported waits of lines by hour of the day, over all days held; lines without reports are absent.

    Parameters
    ----------
    workspace : Workspace
    lines : iterable of Line
        A line whose crossing is no crossing of the catalogue is not in the archive.
    """
    lines = tuple(lines)
    places = {line.crossing for line in lines}
    known = tuple(sorted(id for id in places & set(workspace.catalog.places) if _is_crossing(workspace, id)))
    if not known:
        return {}
    means, medians, lanes = (
        _by_hour(workspace, series, known)
        for series in ("waits.mean_by_hour", "waits.median_by_hour", "waits.lanes_open_by_hour")
    )
    modes = load_twin(workspace.catalog, weeks=False).modes
    made: dict[tuple[str, int], Report] = {}
    for line in lines:
        for hour in range(24):
            key = (line.crossing, modes[line.mode].waits, line.lane_class, hour)
            if key in means:
                mean, number = means[key]
                made[line.id, hour] = Report(
                    mean, medians[key][0] if key in medians else None, lanes[key][0] if key in lanes else None, number
                )
    return made


def _is_crossing(workspace: Workspace, place: str) -> bool:
    return workspace.catalog.places[place].kind == "crossing"


def _by_hour(
    workspace: Workspace, series: str, places: tuple[str, ...]
) -> dict[tuple[str, str, str, int], tuple[float, int]]:
    """Read a series and the number of its reports by place, mode, class and hour."""
    try:
        shown = show(workspace, series, places=places, frequency="all")
    except NoData:
        return {}
    values = {}
    for row in shown.rows():
        mode, lane_class, hour = str(row["item"]).split("/")
        value, number = row["value"], row["n"]
        if isinstance(value, int | float) and isinstance(number, int):
            values[str(row["place"]), mode, lane_class, int(hour)] = (float(value), number)
    return values


def fit(line: Line, simulated: Mapping[int, Estimate], reported: Reports) -> Fit:
    """Compare the simulated waits of a line, by hour, with the reported ones; minutes."""
    hours = [hour for hour, wait in simulated.items() if wait.mean is not None and (line.id, hour) in reported]
    if not hours:
        return Fit(line, 0)
    pairs = [(simulated[hour].mean, reported[line.id, hour].mean) for hour in hours]
    ours, theirs = np.array(pairs, dtype=float).T
    varied = len(pairs) > 2 and ours.std() > 0 and theirs.std() > 0
    return Fit(
        line=line,
        hours=len(pairs),
        simulated=float(ours.mean()),
        reported=float(theirs.mean()),
        difference=float(np.abs(ours - theirs).mean()),
        correlation=float(np.corrcoef(ours, theirs)[0, 1]) if varied else None,
        at_least=any(simulated[hour].at_least for hour in hours),
    )
