"""Change a crossing as it is: more lanes, other hours, another share of referrals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ambos.catalog.lines import Path
from ambos.crossing import lanes
from ambos.crossing.scenario.parts import LINE, STATION, STREAM, known, law, referrals
from ambos.crossing.scenario.values import Checked, Faults
from ambos.model.crossing import Line, Scenario, Station, Stream
from ambos.text import Text

#: What a change may be of, how that is called, and what it may say besides its name.
_OF = {
    "line": (
        LINE,
        Text("a line", "una línea"),
        ("add_lanes", "from", "to", "lanes", "demand", "opens", "closes", "approach_m", "referrals", "service"),
    ),
    "station": (STATION, Text("a station", "una estación"), ("service", "servers", "lot")),
    "stream": (STREAM, Text("a stream", "un flujo"), ("demand",)),
}
_DAY = 1440.0
#: Minutes that lanes stay open after closing, as in `ambos.crossing.port`.
_STAY = 60.0


def apply(scenario: Scenario, changes: Sequence[Checked], faults: Faults) -> Scenario:
    """The scenario with all changes made, in their order; what does not fit becomes a fault."""
    for i, change in enumerate(changes):
        path: Path = ("change", i)
        kinds = [kind for kind in _OF if kind in change.given]
        if len(kinds) != 1:
            faults.add(
                path,
                Text("one of line, station and stream is wanted", "se espera uno de line, station y stream"),
                Text("say what it changes", "indique qué cambia"),
            )
            continue
        (kind,) = kinds
        what, one, allowed = _OF[kind]
        if kind not in change:
            continue
        for key in sorted(set(change) - {kind} - set(allowed)):
            faults.add(
                (*path, key),
                Text(f"{one.en} has no {key}", f"{one.es} no lleva {key}"),
                Text(f"it may have {', '.join(allowed)}", f"puede llevar {', '.join(allowed)}"),
            )
        parts: Sequence[Line | Station | Stream] = getattr(scenario, f"{kind}s")
        names = [x.id for x in parts]
        known(change[kind], names, (*path, kind), faults, what)
        if change[kind] in names:
            scenario = {"line": _line, "station": _station, "stream": _stream}[kind](scenario, change, path, faults)
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
        service_spread=0.0 if "service" in change else line.service_spread,
    )
    scenario = replace(scenario, lines=tuple(new if x.id == new.id else x for x in scenario.lines))
    if "demand" in change:
        streams = [s for s in scenario.streams if any(o.line == new.id for o in s.options)]
        for stream in streams:
            if len(stream.options) > 1:
                faults.add((*path, "demand"), *_shared(stream, change["demand"]))
        scenario = more(scenario, change["demand"], {s.id for s in streams})
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


def _shared(stream: Stream, factor: float) -> tuple[Text, Text]:
    """Explain that a line whose travellers choose between lines has no demand, and what to write."""
    named = ", ".join(o.line for o in stream.options)
    return (
        Text(
            f"its travellers choose between {named}: no line of these has a demand of its own",
            f"sus usuarios eligen entre {named}: ninguna de estas líneas tiene demanda propia",
        ),
        Text(
            f'for all of them together write a [[change]] with stream = "{stream.id}" and demand = {factor:g}',
            f'para todas juntas escriba un [[change]] con stream = "{stream.id}" y demand = {factor:g}',
        ),
    )


def more(scenario: Scenario, factor: float, streams: Collection[str] | None = None) -> Scenario:
    """The arrival rates of streams, or of all, times a factor; exact times and who is in line at the start stay."""
    return replace(
        scenario,
        streams=tuple(
            replace(s, arrivals=replace(s.arrivals, rates=tuple(r * factor for r in s.arrivals.rates)))
            if streams is None or s.id in streams
            else s
            for s in scenario.streams
        ),
    )


def _stream(scenario: Scenario, change: Checked, path: Path, faults: Faults) -> Scenario:
    return more(scenario, change.get("demand", 1.0), {change["stream"]})


def _lanes(scenario: Scenario, line: Line, change: Checked) -> Scenario:
    """Lanes as asked.

    One figure for `lanes`, and `add_lanes` without hours, hold while the base has lanes open. Where the hours change,
    the new ones have the lanes of the nearest old one, and lanes stay for an hour after closing, for those in line: all
    day where it opens again within that hour.
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
        stay = line.closes + _STAY if 0.0 < line.closes < _DAY - _STAY else 0.0
        if (line.opens - line.closes) % _DAY <= _STAY:  # it opens again before the lanes would close
            stay = line.opens
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
    """Return True if a time is within hours that may pass midnight; equal ends mean all day."""
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
