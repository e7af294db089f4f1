"""Read files of officers and of floors; every problem is reported at once with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ambos.crossing.scenario.parts import known
from ambos.crossing.scenario.values import Checked, Faults, check_table, listed, unknown
from ambos.errors import BadScenario
from ambos.model.crossing import Scenario
from ambos.model.staff import Break, Floors, LineFloor, Roster, ShiftPattern, StaffRules
from ambos.text import Text

_HOURS = 8.0
_QUARTER = 15.0
#: Sections that are described under another name: a scenario's booths have shifts too.
_DESCRIBED = {"shift": "officer_shift"}


def read_officers(source: Path | bytes, rules: StaffRules) -> Roster:
    """Read the officers available: ``[officers]`` and a ``[[shift]]`` for each kind of shift.

    What the file does not say is that of the rules.

    Raises
    ------
    CannotOpen, BadScenario
    """
    from ambos.crossing.scenario.file import parse  # Numba takes long to load

    name, tree, faults = parse(source, "officers")
    head, shifts = _sections(tree, faults, "officers", "shift")
    patterns = tuple(_shift(shift, ("shift", i), faults) for i, shift in enumerate(shifts))
    _refuse_twice([p.id for p in patterns], "shift", "name", faults)
    _refuse(name, faults)
    return Roster(
        patterns or rules.shifts, float(head.get("usd_per_hour", rules.officer.usd_per_hour)), head.get("most")
    )


def default_officers(rules: StaffRules) -> Roster:
    """The shifts of the rules, without a limit of officers."""
    return Roster(rules.shifts, float(rules.officer.usd_per_hour))


def read_floors(source: Path | bytes, scenario: Scenario) -> Floors:
    """Read the floors of a crossing: ``[[floor]]`` by line, ``[[post]]`` by station, ``[limits]``.

    Raises
    ------
    CannotOpen, BadScenario
    """
    from ambos.crossing.scenario.file import parse  # Numba takes long to load

    name, tree, faults = parse(source, "floors")
    head, floors, posts = _sections(tree, faults, "limits", "floor", "post")
    lines, stations = [x.id for x in scenario.lines], [s.id for s in scenario.stations]
    made: dict[str, LineFloor] = {}
    for i, floor in enumerate(floors):
        if "line" in floor:
            known(floor["line"], lines, ("floor", i, "line"), faults, Text("a line", "una línea"))
        if floor.get("random", 0.0) > floor.get("referral", 1.0):
            faults.add(
                ("floor", i, "random"),
                Text("random is above referral", "random es mayor que referral"),
                Text("random is part of it: raise referral", "random es parte de ella: aumente referral"),
            )
        made[floor.get("line", "")] = LineFloor(
            tuple(int(n) for n in floor.get("lanes", ())),
            floor.get("inspection", 0.0),
            floor.get("referral", 0.0),
            floor.get("random", 0.0),
        )
    for i, post in enumerate(posts):
        if "station" in post:
            known(post["station"], stations, ("post", i, "station"), faults, Text("a station", "una estación"))
    _refuse_twice([f.get("line") for f in floors], "floor", "line", faults)
    _refuse_twice([p.get("station") for p in posts], "post", "station", faults)
    _refuse(name, faults)
    return Floors(made, {p["station"]: p["servers"] for p in posts}, head.get("changes_per_hour"))


def _sections(tree: dict[str, Any], faults: Faults, head: str, *lists: str) -> tuple[Any, ...]:
    """The checked tables of a file: the one of `head`, then those of each list."""
    for key in tree:
        if key not in (head, *lists):
            faults.add((key,), Text("no such section", "no existe esta sección"), unknown(key, (head, *lists)))
    made: list[Any] = [check_table(head, tree.get(head, {}), (head,), faults)]
    for section in lists:
        of = _DESCRIBED.get(section, section)
        made.append(
            [check_table(of, body, (section, i), faults) for i, body in enumerate(listed(tree, section, faults))]
        )
    return tuple(made)


def _shift(shift: Checked, path: tuple[str | int, ...], faults: Faults) -> ShiftPattern:
    hours = shift.get("hours", _HOURS)
    if hours * 60 % _QUARTER:
        faults.add(
            (*path, "hours"),
            Text("not whole quarter-hours", "no son cuartos de hora enteros"),
            Text("write 8, 8.5 or 9.25", "escriba 8, 8.5 o 9.25"),
        )
    if any(start % _QUARTER for start in shift.get("starts", ())):
        faults.add(
            (*path, "starts"),
            Text("a start is not on a quarter-hour", "un inicio no cae en un cuarto de hora"),
            Text("write …:00, …:15, …:30 or …:45", "escriba …:00, …:15, …:30 o …:45"),
        )
    breaks = []
    for pause in shift.get("breaks", ()):
        after, minutes = pause.get("after", 0.0), pause.get("minutes", 15)
        if minutes % _QUARTER or after + minutes > hours * 60:
            faults.add(
                (*path, "breaks"),
                Text(
                    "a break is not in quarter-hours within the shift",
                    "un descanso no cae en cuartos de hora del turno",
                ),
                Text("write minutes = 15, 30, … that end before it", "escriba minutes = 15, 30, … que terminen antes"),
            )
        breaks.append(Break(after, float(minutes)))
    return ShiftPattern(
        shift.get("name", ""), tuple(shift.get("starts", ())), hours, tuple(breaks), shift.get("officers")
    )


def _refuse_twice(names: Sequence[str | None], section: str, key: str, faults: Faults) -> None:
    for i, name in enumerate(names):
        if name and name in names[:i]:
            faults.add(
                (section, i, key),
                Text(f"{name} stands twice", f"{name} aparece dos veces"),
                Text("write it once", "escríbalo una vez"),
            )


def _refuse(name: str, faults: Faults) -> None:
    if faults.noted:
        raise BadScenario(file=name, count=len(faults.noted), problems=faults.text())
