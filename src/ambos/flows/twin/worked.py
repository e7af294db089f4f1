"""A past day of a crossing as its own reports tell it: the lanes really open, and the arrivals inferred from the waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from ambos.catalog.twin import port_of
from ambos.crossing import port
from ambos.crossing.calibrate.reconstruct import Expected, Noise, Reconstruction, reconstruct
from ambos.crossing.kernel.totals import Floats
from ambos.crossing.staff.problem import PER_HOUR, built_of, lanes_of
from ambos.errors import NoData
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.volumes import Volumes
from ambos.flows.twin.waits_days import line_days, reported_hours
from ambos.flows.workspace import Workspace
from ambos.model.crossing import Arrivals, Line, Scenario, Spread, Stream
from ambos.model.twin import Calibrated, LineFacts
from ambos.numbers import day as written_day
from ambos.text import LANGUAGES, Text

HOURS = 24
#: Equally likely numbers in line at midnight that are kept.
_MIDNIGHTS = 24
#: Minutes of a service when nothing is calibrated: taken from the scenario.
_LEAST = 1e-9


@dataclass(frozen=True)
class Worked:
    """A past day with its real lanes."""

    scenario: Scenario
    lane_hours: Mapping[str, tuple[float, ...]]  #: By mode, of the whole day.
    notes: tuple[Text, ...]


def worked_day(workspace: Workspace, days: PortDays, scenario: Scenario, day: date) -> Worked:
    """Make the scenario of a past day from its reports.

    The arrivals of each class that reported are those that fit its waits and lanes (`reconstruct`), with how well they
    are known; a class that did not report stays as it is on such a day.

    Raises
    ------
    NoData
        If no waits of that day are held.
    """
    catalog, twin = workspace.catalog, days.twin
    crossing = twin.crossings[scenario.lines[0].id.partition(".")[0]]
    facts = {port.line_id(crossing, line): line for line in crossing.lines}
    hours = reported_hours(workspace, day, day + timedelta(1))
    found: dict[str, Reconstruction] = {}
    for line in scenario.lines:
        own = line_days(hours, line.crossing, twin.modes[line.mode].waits, line.lane_class)
        if day in own.days:
            at = own.days.index(day)
            lanes, waits = own.lanes[at], own.waits[at]
            if np.nan_to_num(lanes).any() and not np.isnan(waits[:HOURS]).all():
                lanes = _opened(lanes, facts[line.id].lanes[day.isoweekday()])
                known = facts[line.id].calibrated
                found[line.id] = reconstruct(waits, lanes, _expected(facts[line.id], lanes, day), noise=_noise(known))
    if not found:
        name = catalog.places[crossing.place].name
        when = Text(*(written_day(day, language) for language in LANGUAGES))
        raise NoData(
            what=Text(f"waits reported at {name.en} on {when.en}", f"esperas reportadas en {name.es} el {when.es}")
        )
    opened = {id: [int(n) for n in np.rint(made.lanes)] for id, made in found.items()}
    volumes = {p: Volumes(workspace).of(p, day) for p in (port_of(catalog, crossing),)}
    real = port.day(catalog, twin, (crossing.id,), day, volumes, opened)
    services = {line.id: line for line in real.lines}
    streams = tuple(
        _stream(s, services[s.options[0].line], found[s.options[0].line]) if s.options[0].line in found else s
        for s in real.streams
    )
    # who a lane takes in an hour is known as well as the arrivals are: both follow from one ratio
    lines = tuple(replace(x, service_spread=0.0) if x.id in found else x for x in real.lines)
    worked = replace(real, streams=streams, lines=lines)
    now = lanes_of(worked)
    lane_hours = {
        mode: (sum(float(now[x.id].sum()) for x in worked.lines if x.mode == mode) / PER_HOUR,)
        for mode in built_of(worked)
    }
    return Worked(worked, lane_hours, (catalog.message("staff.note.worked_demand"),))


def _opened(lanes: Floats, usual: tuple[float, ...]) -> Floats:
    """Lanes of the day; closed where nothing is reported and the class is usually closed."""
    made: Floats = np.where(np.isnan(lanes) & (np.array(usual) <= 0), 0.0, lanes)
    return made


def _noise(known: Calibrated | None) -> Noise | None:
    return None if known is None else Noise(known.floor, known.share)


def _expected(facts: LineFacts, lanes: Floats, day: date) -> Expected | None:
    """What is expected of a calibrated line's day with these lanes, before its waits."""
    known, weekday = facts.calibrated, day.isoweekday()
    if known is None:
        return None
    load, usual = np.array(known.load[weekday]), np.array(facts.lanes[weekday])
    with np.errstate(divide="ignore", invalid="ignore"):
        told = known.follow_hour * np.log(np.where((lanes > 0) & (usual > 0), lanes / usual, 1.0))
        mean = np.log(np.maximum(load, _LEAST)) + np.nan_to_num(told)
    open_mean = mean[load > 0].mean() if (load > 0).any() else 0.0
    mean = np.where(load > 0, mean, open_mean)
    spread = np.array(known.spread)
    spread = np.where(spread > 0, spread, spread[spread > 0].mean() if (spread > 0).any() else 0.3)
    apart = np.abs(np.subtract.outer(np.arange(HOURS), np.arange(HOURS)))
    values, vectors = np.linalg.eigh(np.array(known.alike)[apart] * np.outer(spread, spread))
    covariance = (vectors * np.maximum(values, 1e-6)) @ vectors.T + known.level**2
    return Expected(mean, covariance)


def _stream(stream: Stream, line: Line, found: Reconstruction) -> Stream:
    """Arrivals that fit the reports, with the spread of the paths around their mean."""
    per_hour = 60.0 / line.service.mean
    loads = np.maximum(found.loads, _LEAST)
    logs = np.log(loads)
    opened = found.lanes > 0
    deviations = np.where(opened, logs - logs.mean(axis=0), 0.0)
    values, vectors = np.linalg.eigh(np.cov(deviations.T))
    factors = vectors * np.sqrt(np.maximum(values, 0.0))
    queues = np.sort(found.queues[:, 0])
    mean = float(queues.mean())
    kept = queues[((np.arange(_MIDNIGHTS) + 0.5) / _MIDNIGHTS * len(queues)).astype(int)]
    return replace(
        stream,
        arrivals=Arrivals(
            rates=tuple(float(x) for x in np.where(opened, found.loads.mean(axis=0) * per_hour, 0.0)),
            initial=round(mean * per_hour),
            spread=Spread(
                factors=tuple(tuple(float(x) for x in row) for row in factors),
                initial=tuple(float(x) for x in kept / mean) if mean > 0 else (),
            ),
        ),
    )
