"""Make streams, lines, booths, stations and policies of the checked tables of a scenario file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ambos.catalog.lines import Path
from ambos.crossing import lanes
from ambos.crossing.scenario.format import LAW_PARAMETERS
from ambos.crossing.scenario.values import Checked, Faults, unknown
from ambos.model.crossing import (
    Arrivals,
    Booth,
    Law,
    Line,
    MoveLanes,
    OpenLanes,
    Option,
    Referral,
    Scenario,
    Station,
    Stream,
)
from ambos.text import Text

Table = Checked


@dataclass(frozen=True, slots=True)
class Parts:
    """The tables of a file, each with what was sound in it."""

    line: list[Checked] = field(default_factory=list)
    stream: list[Checked] = field(default_factory=list)
    booth: list[Checked] = field(default_factory=list)
    station: list[Checked] = field(default_factory=list)
    policy: list[Checked] = field(default_factory=list)


def build(scenario: Scenario, parts: Parts, faults: Faults) -> Scenario:
    """Add what a file holds to a scenario; what does not fit becomes a fault."""
    known_lines = [*(x.id for x in scenario.lines), *(t["id"] for t in parts.line if "id" in t)]
    known_stations = [*(s.id for s in scenario.stations), *(t["id"] for t in parts.station if "id" in t)]
    for section, old in (
        ("line", [x.id for x in scenario.lines]),
        ("stream", [x.id for x in scenario.streams]),
        ("booth", [x.id for x in scenario.booths]),
        ("station", [x.id for x in scenario.stations]),
    ):
        _once(section, getattr(parts, section), old, faults)
    new_lines = tuple(
        line
        for i, t in enumerate(parts.line)
        if (line := _line(t, ("line", i), known_lines, known_stations, faults)) is not None
    )
    stations = tuple(
        Station(
            t["id"],
            t["crossing"],
            law(t["service"], ("station", i, "service"), faults),
            tuple(map(int, t["servers"])),
            t.get("lot", 0),
        )
        for i, t in enumerate(parts.station)
        if {"id", "crossing", "service", "servers"} <= set(t)
    )
    groups: dict[str, tuple[str, ...]] = {}
    for t in parts.booth:
        if "id" in t:
            groups[t["id"]] = group(t)
    groups = {b.id: (b.id,) for b in scenario.booths} | groups
    booths = tuple(
        booth
        for i, t in enumerate(parts.booth)
        for booth in _booths(t, ("booth", i), known_lines, groups, scenario.length, faults)
    )
    streams = tuple(
        stream
        for i, t in enumerate(parts.stream)
        if (stream := _stream(t, ("stream", i), known_lines, scenario.length, faults)) is not None
    )
    policies = tuple(
        policy
        for i, t in enumerate(parts.policy)
        if (policy := _policy(t, ("policy", i), known_lines, groups, faults)) is not None
    )
    return replace(
        scenario,
        lines=scenario.lines + new_lines,
        stations=scenario.stations + stations,
        booths=scenario.booths + booths,
        streams=scenario.streams + streams,
        policies=scenario.policies + policies,
    )


def group(t: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that a table gives: of a group NAME.1, NAME.2, …, else its own."""
    return tuple(f"{t['id']}.{n}" for n in range(1, t["count"] + 1)) if "count" in t else (t["id"],)


def known(name: object, among: Iterable[str], path: Path, faults: Faults, what: Text) -> None:
    """Note a fault if a name is not one of `among`."""
    names = list(among)
    if name not in names:
        faults.add(
            path, Text(f"there is no {what.en} “{name}”", f"no existe {what.es} «{name}»"), unknown(str(name), names)
        )


LINE = Text("line", "la línea")
STATION = Text("station", "la estación")
STREAM = Text("stream", "el flujo")
BOOTH = Text("booth", "la caseta")


def _once(section: str, tables: Sequence[Table], old: Sequence[str], faults: Faults) -> None:
    seen = set(old)
    for i, t in enumerate(tables):
        if t.get("id") in seen:
            faults.add(
                (section, i, "id"),
                Text(f"“{t['id']}” stands twice", f"«{t['id']}» se repite"),
                Text("give it another name", "póngale otro nombre"),
            )
        if "id" in t:
            seen.add(t["id"])


def law(t: Table, path: Path, faults: Faults) -> Law:
    """A service law; what does not belong to its kind is a fault."""
    if "law" not in t:
        return Law("deterministic")
    kind = t["law"]
    for key in sorted(set(LAW_PARAMETERS[kind]) - t.given):
        faults.add(
            path, Text(f"{kind} needs {key}", f"{kind} requiere {key}"), Text(f"add {key} = …", f"agregue {key} = …")
        )
    for key in sorted(set(t) - set(LAW_PARAMETERS[kind]) - {"law", "minimum"}):
        faults.add(path, Text(f"{kind} has no {key}", f"{kind} no lleva {key}"), Text("take it out", "quítelo"))
    return Law(
        kind,
        mean=t.get("mean", 0.0),
        cv2=t.get("cv2", 1.0),
        phases=t.get("phases", 1),
        sample=tuple(t.get("sample", ())),
        minimum=t.get("minimum", 0.0),
    )


def referrals(
    tables: Sequence[Table], path: Path, among: Sequence[str], faults: Faults, *, one: bool
) -> tuple[Referral, ...]:
    """Referrals; with `one`, of which one at most is drawn, their chances sum to at most 1."""
    made = []
    for i, t in enumerate(tables):
        if "station" not in t:
            continue
        known(t["station"], among, (*path, i), faults, STATION)
        made.append(Referral(t["station"], t.get("random", 0.0), t.get("risk", 0.0)))
    chances = [r.random + r.risk for r in made]
    if max([sum(chances) if one else 0.0, *chances], default=0.0) > 1 + 1e-9:
        faults.add(path, Text("the chances sum to more than 1", "las probabilidades suman más de 1"),
                   Text("write shares of travellers, such as 0.05", "escriba proporciones de usuarios, como 0.05"))  # fmt: skip
    return tuple(made)


def _line(t: Table, path: Path, among: Sequence[str], stations: Sequence[str], faults: Faults) -> Line | None:
    for this, other in (("opens", "closes"), ("closes", "opens")):
        if this in t.given and other not in t.given:
            faults.add((*path, this), Text(f"{other} is missing", f"falta {other}"), Text("give both", "indique ambas"))
    if t.get("when_full") == "spill" and "behind" not in t.given:
        faults.add(
            path,
            Text("spill needs behind", "spill requiere behind"),
            Text('add behind = "…", a line', 'agregue behind = "…", una línea'),
        )
    if t.get("behind") is not None:
        known(t["behind"], among, (*path, "behind"), faults, LINE)
        if t["behind"] == t.get("id"):
            faults.add(
                (*path, "behind"),
                Text("a line behind itself", "una línea detrás de sí misma"),
                Text("name another", "indique otra"),
            )
    if (
        t.get("approach_m", 0) > 0
        and not t.get("spacing_m", 0) > 0
        and ("spacing_m" not in t.given or "spacing_m" in t)
    ):
        faults.add(
            path,
            Text("approach_m needs spacing_m", "approach_m requiere spacing_m"),
            Text("add spacing_m = 7.5", "agregue spacing_m = 7.5"),
        )
    service = law(t["service"], (*path, "service"), faults) if "service" in t else None
    drawn = referrals(t.get("referrals", ()), (*path, "referrals"), stations, faults, one=True)
    after = referrals(t.get("after", ()), (*path, "after"), stations, faults, one=False)
    if service is None or not {"id", "crossing", "mode"} <= set(t):
        return None
    return Line(
        id=t["id"],
        crossing=t["crossing"],
        mode=t["mode"],
        lane_class=t.get("class", "standard"),
        service=service,
        referrals=drawn,
        after=after,
        opens=t.get("opens", 0.0),
        closes=t.get("closes", 0.0) % 1440,
        spacing_m=t.get("spacing_m", 0.0),
        approach_m=t.get("approach_m", 0.0),
        when_full=t.get("when_full", "balk"),
        behind=t.get("behind", ""),
    )


def _stream(t: Table, path: Path, among: Sequence[str], length: float, faults: Faults) -> Stream | None:
    ways = [k for k in ("rates", "times", "times_file") if k in t.given]
    if len(ways) != 1:
        faults.add(
            path,
            Text("one of rates, times and times_file is wanted", "se espera uno de rates, times y times_file"),
            Text("give exactly one", "indique exactamente uno"),
        )
    if "batch" in t and abs(sum(t["batch"]) - 1) > 1e-6:
        faults.add((*path, "batch"), Text("the chances do not sum to 1", "las probabilidades no suman 1"),
                   Text("write them so that they do", "escríbalas de modo que sumen 1"))  # fmt: skip
    if "batch" in t and "rates" not in t.given:
        faults.add(
            (*path, "batch"), Text("batch goes with rates", "batch va con rates"), Text("take it out", "quítelo")
        )
    if ("line" in t.given) == ("options" in t.given):
        faults.add(path, Text("one of line and options is wanted", "se espera uno de line y options"),
                   Text('write line = "…" or options = [{ line = "…" }]', 'escriba line = "…" u options = [{ line = "…" }]'))  # fmt: skip
    options: list[dict[str, Any]] = (
        [{"line": t["line"]}] if "line" in t else [o for o in t.get("options", ()) if "line" in o]
    )
    for i, option in enumerate(options):
        known(option["line"], among, (*path, "line") if "line" in t else (*path, "options", i), faults, LINE)
    if "id" not in t or len(ways) != 1 or ways[0] not in t or not options:
        return None
    rates = tuple(t.get("rates", ()))
    return Stream(
        id=t["id"],
        arrivals=Arrivals(
            rates=rates * int(length // 60) if len(rates) == 1 else rates,
            times=tuple(t.get("times", ())),
            batch=tuple(t.get("batch", (1.0,))),
            initial=t.get("initial", 0),
        ),
        options=tuple(Option(o["line"], o.get("utility", 0.0)) for o in options),
        wait_weight=t.get("wait_weight", 0.0),
        patience=t.get("patience", 0.0),
    )


def _booths(
    t: Table, path: Path, among: Sequence[str], groups: Mapping[str, tuple[str, ...]], length: float, faults: Faults
) -> list[Booth]:
    for name in t.get("lines", ()):
        known(name, among, (*path, "lines"), faults, LINE)
    if "lanes" in t and "shifts" in t:
        faults.add(
            path,
            Text("lanes and shifts together", "lanes y shifts juntos"),
            Text("give one of them", "indique uno de ellos"),
        )
    if "lines" not in t.given and any("lines" not in s.given for s in t.get("shifts", [Checked()])):
        faults.add(
            path,
            Text("lines is missing", "falta lines"),
            Text("name the lines that it serves", "indique las líneas que atiende"),
        )
    count = t.get("count", 1)
    if max(t.get("lanes", [0])) > count:
        faults.add((*path, "lanes"), Text(f"more lanes than booths ({count})", f"más carriles que casetas ({count})"),
                   Text("raise count or open fewer", "aumente count o abra menos"))  # fmt: skip
    ids = groups.get(t.get("id", ""), ())
    front = groups.get(t.get("behind", ""), ())
    if "behind" in t:
        known(t["behind"], groups, (*path, "behind"), faults, BOOTH)
        if front == ids or (front and len(front) != len(ids)):
            faults.add((*path, "behind"), Text("the pairs do not match", "los pares no corresponden"),
                       Text("name another group with the same count", "indique otro grupo con el mismo count"))  # fmt: skip
    if not {"id", "crossing"} <= set(t):
        return []
    lines = tuple(t.get("lines", ()))
    if "shifts" in t:
        plan = _shifts(t, lines, path, among, length, faults)
        plans = [plan] * len(ids)
    else:
        wanted = lanes.quarters(t.get("lanes", [count]), length)
        plans = [[lines if n < k else () for k in wanted] for n in range(len(ids))]
    return [
        Booth(name, t["crossing"], lanes.shifts(plan), t.get("speed", 1.0), front[n] if len(front) == len(ids) else "")
        for n, (name, plan) in enumerate(zip(ids, plans, strict=True))
    ]


def _shifts(
    t: Table, lines: tuple[str, ...], path: Path, among: Sequence[str], length: float, faults: Faults
) -> lanes.Plan:
    """List the lines that the booth serves by quarter-hour; shifts past midnight go on in the morning, overlaps are
    faults."""
    plan: lanes.Plan = [()] * int(length // lanes.QUARTER)
    for i, shift in enumerate(t["shifts"]):
        at = (*path, "shifts", i)
        for name in shift.get("lines", ()):
            known(name, among, at, faults, LINE)
        if not {"from", "to"} <= set(shift):
            continue
        start, end = shift["from"], shift["to"]
        if start == end:
            faults.add(
                at,
                Text("the shift is empty", "el turno está vacío"),
                Text("give it an end after its start", "dele un fin posterior al inicio"),
            )
        spans = [(start, end)] if start <= end else [(0.0, end), (start, 1440.0)]
        for first, last in spans:
            for q in range(int(first // lanes.QUARTER), min(int(last // lanes.QUARTER), len(plan))):
                if plan[q]:
                    faults.add(
                        at,
                        Text("shifts overlap", "los turnos se traslapan"),
                        Text("end one before the next begins", "termine uno antes de que empiece el siguiente"),
                    )
                    return plan
                plan[q] = tuple(shift.get("lines", lines))
    return plan


def _policy(
    t: Table, path: Path, among: Sequence[str], groups: Mapping[str, tuple[str, ...]], faults: Faults
) -> OpenLanes | MoveLanes | None:
    needs = {
        "open_lanes": ("line", "booths", "open_above", "close_below"),
        "move_lanes": ("from_line", "to_line", "ratio", "limit"),
    }
    kind = t.get("kind")
    if kind not in needs:
        return None
    for key in needs[kind]:
        if key not in t:
            faults.add(
                path,
                Text(f"{kind} needs {key}", f"{kind} requiere {key}"),
                Text(f"add {key} = …", f"agregue {key} = …"),
            )
    allowed = {*needs[kind], "kind", *(("keep",) if kind == "move_lanes" else ())}
    for key in sorted(set(t) - allowed):
        faults.add((*path, key), Text(f"{kind} has no {key}", f"{kind} no lleva {key}"), Text("take it out", "quítelo"))
    for key in ("line", "from_line", "to_line"):
        if key in t:
            known(t[key], among, (*path, key), faults, LINE)
    for name in t.get("booths", ()):
        known(name, groups, (*path, "booths"), faults, BOOTH)
    if t.get("close_below", 0) > t.get("open_above", float("inf")):
        faults.add(path, Text("close_below is above open_above", "close_below es mayor que open_above"),
                   Text("lower it", "redúzcalo"))  # fmt: skip
    if not set(needs[kind]) <= set(t):
        return None
    if kind == "open_lanes":
        booths = tuple(b for name in t["booths"] for b in groups.get(name, ()))
        return OpenLanes(t["line"], booths, t["open_above"], t["close_below"])
    return MoveLanes(t["from_line"], t["to_line"], t["ratio"], t["limit"], t.get("keep", 1))
