"""Read a scenario file: everything in it is checked, and every problem is reported at once with its line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable
from pathlib import Path as File
from typing import Any

from ambos.catalog.lines import Path, lines
from ambos.crossing.scenario.change import apply, more
from ambos.crossing.scenario.check import problems
from ambos.crossing.scenario.format import TOP
from ambos.crossing.scenario.parts import Parts, build, group
from ambos.crossing.scenario.values import (
    CLOCK_SECONDS,
    Checked,
    Faults,
    check_table,
    listed,
    minutes,
    too_late,
    unknown,
)
from ambos.errors import AmbosError, BadScenario, CannotOpen, parse_fault, reason
from ambos.files import open_given
from ambos.model.crossing import Scenario
from ambos.text import Text

#: Most bytes of a scenario file, and most rows of a file of arrival times.
_MOST_BYTES, _MOST_TIMES = 4_000_000, 1_000_000
#: What gives the scenario of crossings (tuple of names) as they are on a day (date), calibrated unless a third argument is
#: false; a flow knows how.
Base = Callable[..., Scenario]


def read(source: str | File | bytes, base: Base | None = None, folder: File | None = None) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    source : path or bytes
        A TOML file, or its contents.
    base : callable, optional
        Gives the scenario of the crossings and day that the file begins with (``port``, ``day``).
    folder : Path, optional
        Where CSV files of arrival times are; the file's own folder if not given.

    Raises
    ------
    CannotOpen
        If there is no such file, or it cannot be read.
    BadScenario
        With every problem.
    """
    name, tree, faults = parse(source, "scenario")
    if folder is None and not isinstance(source, bytes):
        folder = File(source).parent
    scenario = _scenario(tree, faults, base, folder, File(name).stem)
    if scenario is not None and not faults.noted:
        _last_check(scenario, tree, faults)
    if faults.noted or scenario is None:
        raise BadScenario(file=name, count=len(faults.noted), problems=faults.text())
    return scenario


def parse(source: str | File | bytes, kind: str) -> tuple[str, dict[str, Any], Faults]:
    """Open a TOML file: its name (`kind` of mere contents), its tables, and where to note what is wrong in it.

    Raises
    ------
    CannotOpen
        If there is no such file, or it cannot be read.
    BadScenario
        If it is no TOML.
    """
    if isinstance(source, bytes):
        name, content = kind, source
    else:
        path = File(source)
        name = path.name
        try:
            with open_given(path) as handle:
                content = handle.read(_MOST_BYTES + 1)
        except OSError as error:
            raise CannotOpen(path=path, detail=reason(error)) from error
    if len(content) > _MOST_BYTES:
        message = Text(
            f"  the file is larger than {_MOST_BYTES:,} bytes → put arrival times in a CSV file (times_file)",
            f"  el archivo mide más de {_MOST_BYTES:,} bytes → ponga las horas de llegada en un CSV (times_file)",
        )
        raise BadScenario(file=name, count=1, problems=message)
    try:
        written = content.decode("utf-8")
        tree = tomllib.loads(written)
    except RecursionError as error:
        message = Text("  lists or tables are nested too deep", "  listas o tablas anidadas a demasiada profundidad")
        raise BadScenario(file=name, count=1, problems=message) from error
    except ValueError as error:  # not UTF-8, not TOML, or a number of thousands of digits
        message = Text("  not TOML: ", "  no es TOML: ") + parse_fault(error)
        raise BadScenario(file=name, count=1, problems=message) from error
    return name, tree, Faults(lines(written))


def _last_check(scenario: Scenario, tree: dict[str, Any], faults: Faults) -> None:
    """Note what the simulation itself asks for, on the line of the part that it is about."""
    places: dict[tuple[str, object], Path] = {}
    for section in ("line", "stream", "booth", "station"):
        for i, body in enumerate(tree.get(section, [])):
            places |= {(section, name): (section, i) for name in group(body)}
    policies = tree.get("policy", [])
    first = len(scenario.policies) - len(policies) + 1
    places |= {("policy", first + i): ("policy", i) for i in range(len(policies))}
    for problem in problems(scenario):
        faults.note(places.get(problem.about, ("scenario",)), problem.text)


def _scenario(
    tree: dict[str, Any], faults: Faults, base: Base | None, folder: File | None, stem: str
) -> Scenario | None:
    for key in tree:
        if key not in ("scenario", *TOP):
            faults.add((key,), Text("no such section", "no existe esta sección"), unknown(key, ("scenario", *TOP)))
    length = _length(tree)
    head = check_table("scenario", tree.get("scenario", {}), ("scenario",), faults, length)
    if head.get("length", length) % 60:
        faults.add(
            ("scenario", "length"),
            Text("not whole hours", "no son horas enteras"),
            Text("write a multiple of 60", "escriba un múltiplo de 60"),
        )
    sections: dict[str, list[Checked]] = {}
    for section in TOP:
        sections[section] = [
            check_table(section, body, (section, i), faults, length)
            for i, body in enumerate(listed(tree, section, faults))
        ]
    start = _start(head, faults, base) if "port" in head else None
    if "port" in head and start is None:
        return None
    if start is None:
        _needs(tree, faults)
    for stream_place, stream in enumerate(sections["stream"]):
        _arrival_file(stream, ("stream", stream_place), faults, folder, length)
    scenario = Scenario(
        name=head.get("name", start.name if start else Text.same(stem)),
        streams=start.streams if start else (),
        lines=start.lines if start else (),
        booths=start.booths if start else (),
        stations=start.stations if start else (),
        policies=start.policies if start else (),
        officers=tuple(int(n) for n in head.get("officers", start.officers if start else ())),
        shift_end=head.get("shift_end", start.shift_end if start else "finish"),
        discipline=head.get("discipline", start.discipline if start else "one_line"),
        officer_cv2=head.get("officer_cv2", start.officer_cv2 if start else 0.0),
        length=length,
        notes=start.notes if start else (),
    )
    if sections["change"] and start is None:
        faults.add(
            ("change", 0),
            Text("there is nothing to change", "no hay nada que cambiar"),
            Text('write port = "…" and day = … in [scenario]', 'escriba port = "…" y day = … en [scenario]'),
        )
    scenario = apply(scenario, sections["change"], faults)
    scenario = build(scenario, Parts(**{s: sections[s] for s in TOP if s != "change"}), faults)
    if "demand" in head:
        scenario = more(scenario, head["demand"])
    return scenario


def _length(tree: dict[str, Any]) -> float:
    """Minutes simulated, which lists of steps go by; a day where the file says nothing or what cannot be."""
    head = tree.get("scenario")
    given = head.get("length") if isinstance(head, dict) else None
    if isinstance(given, int | float) and 60 <= given <= 1440 and given % 60 == 0:
        return float(given)
    return 1440.0


def _needs(tree: dict[str, Any], faults: Faults) -> None:
    """A file that begins with nothing must hold all that a day needs."""
    for section, about in (
        ("line", Text("a line to wait in", "una línea donde esperar")),
        ("stream", Text("a stream of travellers", "un flujo de usuarios")),
        ("booth", Text("a booth", "una caseta")),
    ):
        if not tree.get(section):
            faults.add(
                (),
                Text(f"[[{section}]] is missing: {about.en}", f"falta [[{section}]]: {about.es}"),
                Text(
                    'add one, or begin with a crossing: port = "…" and day = … in [scenario]',
                    'agregue uno o parta de un cruce: port = "…" y day = … en [scenario]',
                ),
            )


def _start(head: Checked, faults: Faults, base: Base | None) -> Scenario | None:
    """The scenario of the crossings as they are, or a fault."""
    if "day" not in head.given:
        faults.add(
            ("scenario", "port"),
            Text("day is missing", "falta day"),
            Text("write day = 2025-07-14", "escriba day = 2025-07-14"),
        )
        return None
    if "day" not in head:
        return None
    if base is None:
        faults.add(
            ("scenario", "port"),
            Text("no crossings are at hand here", "aquí no hay cruces disponibles"),
            Text("use ambos simulate", "use ambos simulate"),
        )
        return None
    try:
        names, day = tuple(head["port"]), head["day"]
        return base(names, day) if head.get("basis", "calibrated") == "calibrated" else base(names, day, False)
    except AmbosError as error:
        message = error.message()
        faults.add(
            ("scenario", "port"), message, Text("ambos places lists the crossings", "ambos places lista los cruces")
        )
        return None


def _arrival_file(stream: Checked, path: Path, faults: Faults, folder: File | None, length: float) -> None:
    """Put the times of a CSV file in place of its name."""
    if "times_file" not in stream:
        return
    at, name = (*path, "times_file"), stream.pop("times_file")
    times, wrong = _times(File(folder or ".") / name, length)
    if wrong is not None:
        faults.add(
            at,
            wrong,
            Text(
                "write a column time with 00:00 to 23:59:59, in order and within the length of the day",
                "escriba una columna time con horas de 00:00 a 23:59:59, en orden y dentro de la duración del día",
            ),
        )
    if "times" not in stream.given:
        stream["times"] = times
        stream.given = stream.given - {"times_file"} | {"times"}


def _times(path: File, length: float) -> tuple[list[float], Text | None]:
    """The times of a file, and what is wrong with it."""
    try:
        with open_given(path) as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            if "time" not in (reader.fieldnames or ()):
                return [], Text(f"{path.name} has no column time", f"{path.name} no tiene columna time")
            times: list[float] = []
            for row in reader:
                cell, here = (row["time"] or "").strip(), f"{path.name}:{reader.line_num}: "
                if not re.match(CLOCK_SECONDS, cell):
                    return [], Text(f"{here}{cell!r} is no clock time", f"{here}{cell!r} no es una hora")
                at = minutes(cell)
                if times and at < times[-1]:
                    return [], Text(f"{here}times go back", f"{here}las horas retroceden")
                if at >= length:
                    return [], Text.same(here) + too_late(cell, length)
                if len(times) == _MOST_TIMES:
                    return [], Text(f"{here}more than {_MOST_TIMES:,} times", f"{here}más de {_MOST_TIMES:,} horas")
                times.append(at)
    except OSError as error:
        return [], Text(f"{path.name} cannot be read: ", f"no se puede leer {path.name}: ") + reason(error)
    except (UnicodeDecodeError, csv.Error) as error:
        return [], Text(f"{path.name} cannot be read: ", f"no se puede leer {path.name}: ") + parse_fault(error)
    return times, None
