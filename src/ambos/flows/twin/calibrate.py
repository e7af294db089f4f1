"""`ambos calibrate`: the demand and service of a crossing's lines, from reported waits, lanes open and monthly totals."""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from ambos.catalog import Catalog
from ambos.catalog.calibration import write_calibration
from ambos.catalog.twin import find_crossings, port_of
from ambos.crossing import port as of_port
from ambos.crossing.calibrate.fit import WEEK
from ambos.crossing.calibrate.line import CalibratedLine, as_calibrated, calibrate_line
from ambos.crossing.calibrate.reconstruct import NO_QUEUE, Floats
from ambos.crossing.calibrate.refine import Held
from ambos.crossing.calibrate.scale import Part, pin
from ambos.crossing.demand import relative
from ambos.errors import CannotWrite, NoData, bad_request, reason
from ambos.files import make_folder
from ambos.flows.twin.port_days import CALIBRATION, PortDays, with_calibration
from ambos.flows.twin.simulate import Progress, prepare
from ambos.flows.twin.volumes import Volumes
from ambos.flows.twin.waits_days import line_days, reported_hours
from ambos.flows.workspace import Workspace
from ambos.model.crossing import Mode
from ambos.model.twin import Calibrated, CrossingFacts, LineFacts, Twin
from ambos.text import Text

#: Days of waits before the first month that a line is tested on.
TEST_AFTER = 90
#: Days of different months, replications of each, and rounds, of the last check against the kernel.
CHECKED_DAYS, CHECKED, CHECKS = 14, 60, 8
#: Change of the log of a load for a unit of the log of the ratio of mean waits, minutes added to both, and the most.
_PULL, _MINUTES, _MOST = 0.06, 5.0, 0.1
#: Minutes below which a mean wait may be made of rounding.
_SHORT = 10.0
#: A line of the twin: crossing, mode, class.
Key = tuple[str, Any, str]


@dataclass(frozen=True)
class LineResult:
    """A line calibrated."""

    crossing: CrossingFacts
    facts: LineFacts  #: With what is calibrated.
    known: Calibrated
    #: Drawn days against the reports that it was fitted to, by hour; None of what was calibrated before.
    held: Held | None


@dataclass(frozen=True)
class Calibration:
    """A crossing, or all those of a port, calibrated."""

    catalog: Catalog
    twin: Twin  #: With these lines calibrated.
    crossings: tuple[CrossingFacts, ...]
    lines: tuple[LineResult, ...]
    silent: tuple[Key, ...]  #: Lines without a report of waits, which keep the definitions' demand.

    @property
    def known(self) -> dict[Key, Calibrated]:
        """What was calibrated, by line."""
        return {_key(line.crossing, line.facts): line.known for line in self.lines}


def calibrate(
    workspace: Workspace,
    names: Sequence[str],
    *,
    start: date | None = None,
    end: date | None = None,
    test: bool = True,
    progress: Progress | None = None,
) -> Calibration:
    """Calibrate every line of crossings.

    Parameters
    ----------
    workspace : Workspace
    names : sequence of str
        Crossings or ports, by id or name.
    start, end : date, optional
        First and last day of the waits used; all that are held by default.
    test : bool
        Also fit on what is before each month and hold that against the month.
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

    Raises
    ------
    BadRequest
        If the first day is after the last.
    UnknownName
        If there is no such crossing.
    NoData
        If no waits of it are held, or no monthly crossings.
    """
    if start and end and start > end:
        raise bad_request(
            f"The first day, {start}, is after the last, {end}.",
            f"El primer día, {start}, es posterior al último, {end}.",
        )
    catalog, days = workspace.catalog, PortDays(workspace)
    twin = days.twin
    crossings = tuple({c.id: c for name in names for c in find_crossings(catalog, twin, name)}.values())
    prepare(progress)
    hours = reported_hours(workspace, start, end)
    places = [(c, line) for c in crossings for line in c.lines if twin.modes[line.mode].waits]
    made: dict[Key, CalibratedLine] = {}
    silent: list[Key] = []
    for number, (crossing, line) in enumerate(places):
        own = line_days(hours, crossing.place, twin.modes[line.mode].waits, line.lane_class)
        label = f"{catalog.places[crossing.place].name.en} · {line.lane_class}"

        def tell(done: int, of: int, at: int = number, label: str = label) -> None:
            if progress:
                progress(label, 100 * at + 100 * done // of, 100 * len(places))

        tested = _tested(own.days, own.months) if test and own.days else ()
        found = calibrate_line(own, tested, tell) if own.days else None
        if found is None:
            silent.append(_key(crossing, line))
        else:
            made[_key(crossing, line)] = found
    if not made:
        name = catalog.places[crossings[0].place].name
        raise NoData(what=Text(f"the waits at {name.en}", f"las esperas en {name.es}"))
    volumes = Volumes(workspace)
    known = _pinned(catalog, twin, made, volumes)
    known = _checked(catalog, twin, crossings, made, known, progress)
    twin = with_calibration(twin, known)
    crossings = tuple(twin.crossings[c.id] for c in crossings)
    lines = tuple(
        LineResult(c, line, known[_key(c, line)], made[_key(c, line)].held)
        for c in crossings
        for line in c.lines
        if _key(c, line) in made
    )
    return Calibration(catalog, twin, crossings, lines, tuple(silent))


def _key(crossing: CrossingFacts, line: LineFacts) -> Key:
    return crossing.id, line.mode, line.lane_class


def _tested(days: Sequence[date], months: Sequence[str]) -> tuple[str, ...]:
    """The months that begin late enough after the first day."""
    first = days[0] + timedelta(TEST_AFTER - 1)
    return tuple(sorted({m for day, m in zip(days, months, strict=True) if day.replace(day=1) >= first}))


def _volumes(volumes: Volumes, port: str, measure: str, last: date) -> tuple[int, ...]:
    """Travellers of a port by calendar month, of the nearest month before `last` that is held; 0 where none is."""
    made = []
    for month in range(1, 13):
        year = last.year if month <= last.month else last.year - 1
        made.append(volumes.of(port, date(year, month, 1)).counts.get(measure, 0))
    return tuple(made)


def _pinned(
    catalog: Catalog, twin: Twin, made: Mapping[Key, CalibratedLine], volumes: Volumes
) -> dict[Key, Calibrated]:
    """Pin the lines of each port and mode to its monthly totals."""
    places = {_key(c, line): (c, line) for c in twin.crossings.values() for line in c.lines}
    groups: dict[tuple[str, Mode], list[Key]] = {}
    for key in made:
        groups.setdefault((port_of(catalog, places[key][0]), key[1]), []).append(key)
    known: dict[Key, Calibrated] = {}
    for (port, mode), own in groups.items():
        days = [day for key in own for day in made[key].days.days]
        counted = _volumes(volumes, port, twin.modes[mode].measure, max(days))
        for key in own:
            known[key] = as_calibrated(made[key], counted, 60 / twin.laws[mode, key[2]].law.mean)
        if not any(counted):
            continue
        daily = float(np.mean([counted[d.month - 1] / calendar.monthrange(d.year, d.month)[1] for d in days]))
        others = {
            key: place[1].calibrated
            for key, place in places.items()
            if key[1] == mode and key not in known and port_of(catalog, place[0]) == port
        }
        kept: dict[Key, Calibrated] = {key: line for key, line in others.items() if line is not None} | {
            key: known[key] for key in own
        }
        daily *= 1.0 - _share_of_silent(twin, places, mode, port, catalog, set(kept))
        parts = [Part(max(_a_day(line), 1e-3), line.idle) for line in kept.values()]
        for key, pinned in zip(kept, pin(parts, daily), strict=True):
            if key in known:
                line = known[key]
                known[key] = replace(
                    line,
                    load={w: tuple(round(v * pinned.load, 4) for v in load) for w, load in line.load.items()},
                    per_hour=round(line.per_hour * pinned.rate, 3),
                    per_hour_spread=round(pinned.rate_spread, 4),
                )
    return known


def _a_day(line: Calibrated) -> float:
    """Travellers of a mean day."""
    return line.per_hour * math.fsum(sum(load) for load in line.load.values()) / 7


def _share_of_silent(
    twin: Twin,
    places: Mapping[Key, tuple[CrossingFacts, LineFacts]],
    mode: Mode,
    port: str,
    catalog: Catalog,
    kept: set[Key],
) -> float:
    """The share of a port's travellers in lines that are not calibrated, by their relative demand."""
    week = {
        key: math.fsum(sum(hours) for hours in relative(replace(line, calibrated=None)).values())
        for key, (crossing, line) in places.items()
        if key[1] == mode and port_of(catalog, crossing) == port
    }
    whole = math.fsum(week.values())
    return math.fsum(v for key, v in week.items() if key not in kept) / whole if whole else 0.0


@dataclass(frozen=True)
class _Month:
    """The month that a line is pinned to, as `ambos.crossing.port.day` wants it."""

    counts: Mapping[str, int]
    month: date
    note: None = None


def _checked(
    catalog: Catalog,
    twin: Twin,
    crossings: Sequence[CrossingFacts],
    made: Mapping[Key, CalibratedLine],
    known: dict[Key, Calibrated],
    progress: Progress | None = None,
) -> dict[Key, Calibrated]:
    """Move the level of each line until the kernel's mean wait, with the lanes usual, is that reported; travellers stay.

    The fluid queue knows nothing of the waits that chance makes, nor of days with other lanes than usual.
    """
    from ambos.crossing.simulate import run  # Numba takes long to load

    known = dict(known)
    for crossing in crossings:
        own = [key for key in known if key[0] == crossing.id]
        if not own:
            continue
        port = port_of(catalog, crossing)
        seen = [m for m in range(12) if any(known[key].months[m] for key in own)]
        days = [_day(seen[3 * n % len(seen)] + 1, n % WEEK) for n in range(CHECKED_DAYS)]
        factors = dict.fromkeys(own, 1.0)
        for turn in range(CHECKS + 1):
            if progress:
                progress(catalog.places[crossing.place].name.en, turn, CHECKS + 1)
            tried = with_calibration(twin, known | {key: _louder(known[key], factors[key]) for key in own})
            waits: dict[str, list[Floats]] = {}
            for when in days:
                counts = {twin.modes[key[1]].measure: round(known[key].volumes[when.month - 1]) for key in own}
                month = _Month(counts, when.replace(day=1))
                scenario = of_port.day(catalog, tried, [crossing.id], when, {port: month})
                totals = run(scenario, CHECKED, 0)
                minutes = (totals.hour_sum + totals.hour_left_sum).sum(axis=0)
                travellers = (totals.hour_n + totals.hour_left).sum(axis=0)
                for at, line in enumerate(scenario.lines):
                    waits.setdefault(line.id, []).append(np.stack((minutes[at], travellers[at])))
            for key in own:
                rows = waits.get(".".join(key))
                means = _means(np.sum(rows, axis=0), made[key].held) if rows is not None else None
                if means is None:
                    continue
                if turn < CHECKS:
                    factors[key] *= math.exp(_step(*means))
                known[key] = replace(known[key], simulated=round(means[0], 1), reported=round(means[1], 1))
        known = known | {key: _louder(known[key], factors[key]) for key in own}
    return known


def _day(month: int, weekday: int) -> date:
    """A day of a month that is such a weekday (0: Monday)."""
    first = date(2024, month, 1)
    return first + timedelta((weekday - first.weekday()) % WEEK)


def _louder(line: Calibrated, factor: float) -> Calibrated:
    """A line with its load times a factor, of as many travellers."""
    return replace(
        line,
        load={w: tuple(round(v * factor, 4) for v in load) for w, load in line.load.items()},
        per_hour=round(line.per_hour / factor, 3),
    )


def _means(simulated: Floats, against: Held) -> tuple[float, float] | None:
    """Mean waits, simulated and reported, over the hours of the day that have both, by the reports of each; minutes.

    Parameters
    ----------
    simulated : (2, 24) array
        Minutes waited and travellers by hour of arrival.
    against : Held
    """
    both = (simulated[1] > 0) & np.isfinite(against.mean)
    if not both.any():
        return None
    weights = against.reports[both]
    ours = np.average(simulated[0][both] / simulated[1][both], weights=weights)
    return float(ours), float(np.average(against.mean[both], weights=weights))


def _step(simulated: float, reported: float) -> float:
    """Change of the log of a load that brings the simulated mean wait nearer to the one reported, minutes.

    0 where the wait is short and within half the step of reports, of which it may be made of nothing but rounding.
    """
    slack = NO_QUEUE if reported < _SHORT else 0.0
    wanted = min(max(simulated, reported - slack), reported + slack)
    return float(np.clip(_PULL * math.log((wanted + _MINUTES) / (simulated + _MINUTES)), -_MOST, _MOST))


def keep(workspace: Workspace, calibration: Calibration) -> None:
    """Keep what is calibrated in the workspace, beside what was kept there before of other lines.

    Raises
    ------
    CannotWrite
        If the workspace cannot be written to.
    """
    from ambos.catalog.calibration import read_calibration
    from ambos.catalog.read import Problems

    folder = workspace.folder / CALIBRATION
    before = read_calibration(folder, Problems())
    try:
        make_folder(folder)
        write_calibration(folder, before | calibration.known)
    except OSError as error:
        raise CannotWrite(path=folder, detail=reason(error)) from error
