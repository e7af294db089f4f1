"""Change a crossing as it is: more lanes, other hours, another share of referrals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ambos.catalog.lines import Path
from ambos.crossing import lanes
from ambos.crossing.scenario_parts import LINE, STATION, known, law, referrals
from ambos.crossing.scenario_values import Checked, Faults
from ambos.model.crossing import Line, Scenario
from ambos.text import Text

#: What a change of a line and one of a station may say besides its name.
OF_LINE = ("add_lanes", "from", "to", "lanes", "demand", "opens", "closes", "approach_m", "referrals", "service")
OF_STATION = ("service", "servers", "lot")
_DAY = 1440.0
#: Minutes that lanes stay open after closing, as in `ambos.crossing.port`.
_STAY = 60.0


def apply(scenario: Scenario, changes: Sequence[Checked], faults: Faults) -> Scenario:
    """The scenario with all changes made, in their order; what does not fit becomes a fault."""
    for i, change in enumerate(changes):
        path: Path = ("change", i)
        if ("line" in change.told) == ("station" in change.told):
            faults.add(
                path,
                Text("one of line and station is wanted", "se espera uno de line y station"),
                Text("say what it changes", "indique qué cambia"),
            )
            continue
        kind, allowed = ("line", OF_LINE) if "line" in change.told else ("station", OF_STATION)
        if kind not in change:
            continue
        for key in sorted(set(change) - {kind} - set(allowed)):
            faults.add(
                (*path, key),
                Text(f"a {kind} has no {key}", f"{'una línea' if kind == 'line' else 'una estación'} no lleva {key}"),
                Text(f"it may have {', '.join(allowed)}", f"puede llevar {', '.join(allowed)}"),
            )
        names = [x.id for x in (scenario.lines if kind == "line" else scenario.stations)]
        known(change[kind], names, (*path, kind), faults, LINE if kind == "line" else STATION)
        if change[kind] in names:
            scenario = (_line if kind == "line" else _station)(scenario, change, path, faults)
    return scenario


def _line(scenario: Scenario, change: Checked, path: Path, faults: Faults) -> Scenario:
    line = next(x for x in scenario.lines if x.id == change["line"])
    new = replace(
        line,
        opens=change.get("opens", line.opens),
        closes=change.get("closes", line.closes) % _DAY,
        approach_m=change.get("approach_m", line.approach_m),
        referrals=referrals(
            change["referrals"], (*path, "referrals"), [s.id for s in scenario.stations], faults, one=True
        )
        if "referrals" in change
        else line.referrals,
        service=law(change["service"], (*path, "service"), faults) if "service" in change else line.service,
    )
    scenario = replace(scenario, lines=tuple(new if x.id == new.id else x for x in scenario.lines))
    if "demand" in change:
        scenario = replace(
            scenario,
            streams=tuple(
                replace(s, arrivals=replace(s.arrivals, rates=tuple(r * change["demand"] for r in s.arrivals.rates)))
                if any(o.line == new.id for o in s.options)
                else s
                for s in scenario.streams
            ),
        )
    if ("from" in change or "to" in change) and "add_lanes" not in change:
        faults.add(
            path,
            Text("from and to go with add_lanes", "from y to van con add_lanes"),
            Text("use opens and closes for hours", "use opens y closes para el horario"),
        )
    if "lanes" in change and "add_lanes" in change:
        faults.add(
            path,
            Text("lanes and add_lanes together", "lanes y add_lanes juntos"),
            Text("give one of them", "indique uno de ellos"),
        )
    return _lanes(scenario, new, change)


def _lanes(scenario: Scenario, line: Line, change: Checked) -> Scenario:
    """Lanes as asked.

    One figure for `lanes`, and `add_lanes` without hours, hold while the base has lanes open. Where the hours change,
    the new ones have the lanes of the nearest old one, and lanes stay for an hour after closing, for those in line.
    """
    plans = [lanes.by_quarter(b.shifts, scenario.length) for b in scenario.booths]
    now = [sum(line.id in plan[q] for plan in plans) for q in range(int(scenario.length // lanes.QUARTER))]
    wanted = list(now)
    staffed = [q for q, count in enumerate(now) if count]
    if "lanes" in change:
        steps = change["lanes"]
        asked = lanes.quarters(steps, scenario.length)
        wanted = [k if len(steps) > 1 or now[q] else 0 for q, k in enumerate(asked)]
    elif staffed and ("opens" in change or "closes" in change):
        stay = line.closes + _STAY if line.closes not in (0.0, line.opens) else line.closes
        stay = stay if stay < _DAY else 0.0
        wanted = [
            now[min(staffed, key=lambda s: abs(s - q))] if _within(q * lanes.QUARTER, line.opens, stay) else 0
            for q in range(len(now))
        ]
    if "add_lanes" in change:
        hours = "from" in change or "to" in change
        start, end = change.get("from", 0.0), change.get("to", _DAY) % _DAY
        wanted = [
            max(0, k + change["add_lanes"]) if (_within(q * lanes.QUARTER, start, end) if hours else k) else k
            for q, k in enumerate(wanted)
        ]
    if wanted == now:
        return scenario
    group = line.id.rpartition(".")[0]
    return replace(scenario, booths=lanes.with_lanes(scenario.booths, line.id, line.crossing, group, wanted))


def _within(minute: float, start: float, end: float) -> bool:
    """Whether a time is in hours that may pass midnight; equal ends mean all day."""
    if start == end:
        return True
    return start <= minute < end if start < end else minute >= start or minute < end


def _station(scenario: Scenario, change: Checked, path: Path, faults: Faults) -> Scenario:
    station = next(s for s in scenario.stations if s.id == change["station"])
    new = replace(
        station,
        service=law(change["service"], (*path, "service"), faults) if "service" in change else station.service,
        servers=tuple(int(n) for n in change.get("servers", station.servers)),
        lot=change.get("lot", station.lot),
    )
    return replace(scenario, stations=tuple(new if s.id == new.id else s for s in scenario.stations))
