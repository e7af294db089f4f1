"""Check the tables of a scenario file against their description, one value at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from ambos.catalog.catalog import nearest
from ambos.catalog.lines import Path, line_of
from ambos.crossing.scenario.format import ScenarioKey, sections, staff_sections
from ambos.text import Text, joined

#: A clock time; the second pattern is that of exact arrival times.
CLOCK = r"^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$"
CLOCK_SECONDS = r"^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?$"
NAME = r"^\S.*$"
_QUARTER = 15
#: Largest number of a scenario file; beyond it minutes and travellers lose their last digits.
_MOST = 1_000_000_000_000
#: Smallest number other than 0; draws of laws with smaller ones never end, or are 0.
_LEAST = 0.000_001
_DAY = 1440


class Checked(dict[str, Any]):
    """Sound values of a table; `given` are all its keys, so that a faulty one is not reported as missing."""

    given: frozenset[str] = frozenset()


@dataclass
class Faults:
    """Everything wrong with a scenario file, each with its line and what to do."""

    lines: dict[Path, int]
    noted: list[tuple[int, Text]] = field(default_factory=list)

    def add(self, path: Path, what: Text, fix: Text) -> None:
        """Note a fault of what stands at a path, and what to do."""
        self.note(path, what + Text.same(" → ") + fix)

    def note(self, path: Path, message: Text) -> None:
        """Note a fault of what stands at a path."""
        line = line_of(self.lines, path)
        where = ".".join(str(p) for p in path if isinstance(p, str)) or "scenario"
        head = Text(f"  line {line}, {where}: ", f"  renglón {line}, {where}: ")
        self.noted.append((line, head + message))

    def text(self) -> Text:
        """All of them, a line each, in the order of the file."""
        messages = [t for _, t in sorted(self.noted, key=lambda f: f[0])]
        return joined(messages, "\n")


def unknown(name: str, known: Iterable[str]) -> Text:
    """Name the known names nearest to one that is not known."""
    near = ", ".join(nearest(name, known))
    return Text(f"nearest: {near}", f"lo más parecido: {near}") if near else Text("there is none", "no hay ninguno")


def minutes(clock: str) -> float:
    """Minutes after midnight of a clock time that has been checked."""
    hours, minute, *seconds = clock.split(":")
    return int(hours) * 60.0 + int(minute) + (float(seconds[0]) / 60 if seconds else 0.0)


def too_late(clock: str, length: float) -> Text:
    """Refuse an arrival time at which the day is over: nobody would come then."""
    return Text(
        f"at {clock} the {length:g} minutes simulated are over",
        f"a las {clock} ya terminaron los {length:g} minutos que se simulan",
    )


def listed(tree: Mapping[str, Any], section: str, faults: Faults) -> list[Any]:
    """The tables of a section, unchecked; a section that is no list of tables is a fault, and has none."""
    found = tree.get(section, [])
    if isinstance(found, list):
        return found
    faults.add(
        (section,),
        Text("a list of tables is wanted", "se espera una lista de tablas"),
        Text(f"write [[{section}]]", f"escriba [[{section}]]"),
    )
    return []


def check_table(section: str, body: object, path: Path, faults: Faults, length: float = _DAY) -> Checked:
    """The values of a table that are sound; each other one becomes a fault.

    Parameters
    ----------
    section : str
        Of `sections` or `staff_sections`.
    body : object
        As parsed.
    path : tuple
        Where it stands in the file.
    faults : Faults
    length : float
        Minutes simulated, which says how many steps a list has.
    """
    if not isinstance(body, dict):
        faults.add(
            path,
            Text("a table is wanted", "se espera una tabla"),
            Text("write [name] or { … }", "escriba [nombre] o { … }"),
        )
        return Checked()
    keys = {key.name: key for key in (staff_sections() if section in staff_sections() else sections())[section]}
    sound = Checked()
    sound.given = frozenset(map(str, body))
    for name, value in body.items():
        if name not in keys:
            faults.add((*path, name), Text("no such key", "no existe esta clave"), unknown(name, keys))
            continue
        checked = _check(keys[name], value, (*path, name), faults, length)
        if checked is not None:
            sound[name] = checked
    for key in keys.values():
        if key.must and key.name not in body:
            faults.add(path, Text(f"{key.name} is missing", f"falta {key.name}"), key.about)
    return sound


def _check(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> Any:
    """The value in the form in which it is used, or nothing and a fault."""
    if key.kind == "table":
        return check_table(key.of, value, path, faults, length)
    if key.kind == "tables":
        if not isinstance(value, list):
            faults.add(
                path,
                Text("a list of tables is wanted", "se espera una lista de tablas"),
                Text("write [{ … }]", "escriba [{ … }]"),
            )
            return None
        return [check_table(key.of, one, (*path, i), faults, length) for i, one in enumerate(value)]
    return _PLAIN[key.kind](key, value, path, faults, length)


def _no(path: Path, faults: Faults, en: str, es: str, fix_en: str, fix_es: str) -> None:
    faults.add(path, Text(en, es), Text(fix_en, fix_es))


def _text(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> Text | None:
    if isinstance(value, str) and value.strip():
        return Text.same(value)
    if isinstance(value, dict) and set(value) == {"en", "es"}:
        try:
            return Text.of(value)
        except ValueError:
            pass
    _no(path, faults, f"not a text: {value!r}", f"no es un texto: {value!r}",
        'write "…" or { en = "…", es = "…" }', 'escriba "…" o { en = "…", es = "…" }')  # fmt: skip
    return None


def _name(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> str | None:
    if isinstance(value, str) and re.match(NAME, value):
        return value
    _no(path, faults, f"not a name: {value!r}", f"no es un nombre: {value!r}", 'write "…"', 'escriba "…"')
    return None


def _names(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> list[str] | None:
    listed = [value] if isinstance(value, str) else value
    if isinstance(listed, list) and listed and all(isinstance(v, str) and re.match(NAME, v) for v in listed):
        if len(set(listed)) == len(listed):
            return listed
        _no(path, faults, "a name stands twice", "un nombre se repite", "name each once", "ponga cada uno una vez")
        return None
    _no(path, faults, f"not a list of names: {value!r}", f"no es una lista de nombres: {value!r}",
        'write ["…", "…"]', 'escriba ["…", "…"]')  # fmt: skip
    return None


def _within(key: ScenarioKey, value: object, path: Path, faults: Faults, whole: bool) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value != value:
        kind = Text("a whole number", "un número entero") if whole else Text("a number", "un número")
        faults.add(path, Text(f"{value!r} is not {kind.en}", f"{value!r} no es {kind.es}"),
                   Text(f"write {kind.en}", f"escriba {kind.es}"))  # fmt: skip
        return None
    if _MOST < abs(value) < float("inf"):
        _no(path, faults, "the number is out of range", "el número está fuera de rango",
            f"write at most {_MOST:,}", f"escriba a lo sumo {_MOST:,}")  # fmt: skip
        return None
    if 0 < abs(value) < _LEAST:
        _no(path, faults, f"{value} is too near 0", f"{value} es demasiado cercano a 0",
            f"write 0, or at least {_LEAST:f}", f"escriba 0, o al menos {_LEAST:f}")  # fmt: skip
        return None
    low, high = key.low, key.high
    if (low is not None and value < low) or (high is not None and value > high) or abs(value) == float("inf"):
        _no(path, faults, f"{value} is out of range", f"{value} está fuera de rango", *_range(key))
        return None
    if key.above is not None and value <= key.above:
        _no(path, faults, f"{value} is too small", f"{value} es muy pequeño",
            f"write more than {key.above:g}", f"escriba más de {key.above:g}")  # fmt: skip
        return None
    return value


def _range(key: ScenarioKey) -> tuple[str, str]:
    low = "" if key.low is None else f"{key.low:g}"
    high = "" if key.high is None else f"{key.high:g}"
    if low and high:
        return f"write {low} to {high}", f"escriba de {low} a {high}"
    if low:
        return f"write {low} or more", f"escriba {low} o más"
    return (
        f"write {high} or less" if high else "write a finite number",
        f"escriba {high} o menos" if high else "escriba un número finito",
    )


def _number(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> float | None:
    checked = _within(key, value, path, faults, whole=False)
    return None if checked is None else float(checked)


def _integer(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> int | None:
    checked = _within(key, value, path, faults, whole=True)
    return None if checked is None else int(checked)


def _numbers(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> list[float] | None:
    if not isinstance(value, list) or not value:
        _no(
            path,
            faults,
            "a list of numbers is wanted",
            "se espera una lista de números",
            "write [ … ]",
            "escriba [ … ]",
        )
        return None
    checked = [_within(key, v, path, faults, key.whole) for v in value]
    return None if None in checked else [v for v in checked if v is not None]


def _steps(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> list[float] | None:
    if not isinstance(value, list):
        one = _within(key, value, path, faults, key.whole)
        return None if one is None else [one]
    hours, quarters = int(length // 60), int(length // _QUARTER)
    if len(value) not in (hours, quarters):
        _no(path, faults, f"{len(value)} values", f"{len(value)} valores",
            f"write one, {hours} (by hour) or {quarters} (by quarter-hour)",
            f"escriba uno, {hours} (por hora) o {quarters} (por cuarto de hora)")  # fmt: skip
        return None
    return _numbers(key, value, path, faults, length)


def _clock(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> float | None:
    if isinstance(value, str) and re.match(CLOCK, value):
        at = minutes(value)
        if not key.quarter or at % _QUARTER == 0:
            return at
        _no(path, faults, f"{value} is not on a quarter-hour", f"{value} no cae en un cuarto de hora",
            "write …:00, …:15, …:30 or …:45", "escriba …:00, …:15, …:30 o …:45")  # fmt: skip
        return None
    shown = value.isoformat("minutes") if isinstance(value, time) else value
    _no(path, faults, f"not a clock time: {shown!r}", f"no es una hora: {shown!r}",
        'write it in quotes, "06:00" to "24:00"', 'escríbala entre comillas, de "06:00" a "24:00"')  # fmt: skip
    return None


def _clocks(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> list[float] | None:
    if not isinstance(value, list) or not all(isinstance(v, str) and re.match(CLOCK_SECONDS, v) for v in value):
        _no(path, faults, "not a list of clock times", "no es una lista de horas",
            'write ["06:00", "06:00:40", …]', 'escriba ["06:00", "06:00:40", …]')  # fmt: skip
        return None
    times = [minutes(v) for v in value]
    if any(b < a for a, b in pairwise(times)):
        _no(path, faults, "times go back", "las horas retroceden", "put them in order", "póngalas en orden")
        return None
    late = next((v for v, at in zip(value, times, strict=True) if at >= length), None)
    if late is not None:
        faults.add(path, too_late(late, length), Text("raise length or take it out", "aumente length o quítela"))
        return None
    return times


def _choice(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> str | None:
    if isinstance(value, str) and value in key.choices:
        return value
    _no(path, faults, f"{value!r} is not a choice", f"{value!r} no es una opción",
        f"write one of {', '.join(key.choices)}", f"escriba una de {', '.join(key.choices)}")  # fmt: skip
    return None


def _date(key: ScenarioKey, value: object, path: Path, faults: Faults, length: float) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    _no(path, faults, f"not a date: {value!r}", f"no es una fecha: {value!r}", "write 2025-07-14", "escriba 2025-07-14")
    return None


_PLAIN: dict[str, Callable[[ScenarioKey, object, Path, Faults, float], Any]] = {
    "text": _text,
    "name": _name,
    "names": _names,
    "number": _number,
    "integer": _integer,
    "clock": _clock,
    "steps": _steps,
    "numbers": _numbers,
    "clocks": _clocks,
    "choice": _choice,
    "date": _date,
}
