"""Load what is calibrated of a region's lines: ``calibration.csv`` (by hour) and ``calibration_lines.csv`` (one row each)."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ambos.catalog.read import Problems, table
from ambos.csv_text import csv_text
from ambos.files import whole
from ambos.model.twin import Calibrated, Fitness

HOURS = tuple(f"h{h}" for h in range(24))
#: What a row of ``calibration.csv`` holds, with the number of its values; `load` has a row for each weekday.
BY_HOUR = {"load": 24, "spread": 24, "alike": 24, "midnight": 24, "months": 12, "volumes": 12}
#: Those in which hours may be without a value.
WITH_GAPS = ("hours_reported", "hours_drawn")
KEYS = ("crossing", "mode", "lane_class")


def _numbers(noun: type) -> dict[str, type]:
    """The plain fields of a noun with their types, in order."""
    kinds = typing.get_type_hints(noun)
    return {f.name: kinds[f.name] for f in fields(noun) if kinds[f.name] in (int, float, str)}


#: Columns of ``calibration_lines.csv``; those of the fitness are empty where nothing was tested.
OF_LINE, OF_FITNESS = _numbers(Calibrated), {f"tested_{k}": v for k, v in _numbers(Fitness).items()}


def read_calibration(folder: Path, problems: Problems) -> dict[tuple[str, Any, str], Calibrated]:
    """Read what is calibrated, by crossing, mode and class; nothing where the region has no such files."""
    by_hour, of_line = folder / "calibration.csv", folder / "calibration_lines.csv"
    if not (by_hour.is_file() and of_line.is_file()):
        return {}
    values: dict[tuple[str, Any, str], dict[str, Any]] = {}
    for row in table(by_hour, problems, (*KEYS, "what", "weekday", *HOURS)):
        line = row["crossing"], row["mode"], row["lane_class"]
        what = row["what"]
        if what not in (*BY_HOUR, *WITH_GAPS):
            problems.add(row[""], f"{what!r}: no such value / no existe ese valor")
            continue
        try:
            numbers = tuple(float(row[h]) for h in HOURS if row[h])
            with_gaps = tuple(float(row[h]) if row[h] else None for h in HOURS)
        except ValueError as error:
            problems.add(row[""], f"not a number / no es un número: {error}")
            continue
        if what in BY_HOUR and len(numbers) not in (BY_HOUR[what], 0):
            problems.add(row[""], f"{BY_HOUR[what]} values are wanted / se esperan {BY_HOUR[what]} valores")
            continue
        own = values.setdefault(line, {"load": {}})
        if what in WITH_GAPS:
            own[what] = with_gaps
        elif what == "load":
            own["load"][int(row["weekday"])] = numbers
        else:
            own[what] = numbers
    made = {}
    for row in table(of_line, problems, (*KEYS, *OF_LINE, *OF_FITNESS)):
        line = row["crossing"], row["mode"], row["lane_class"]
        own = values.pop(line, {})
        if set(own) != {*BY_HOUR, *WITH_GAPS} or set(own["load"]) != set(range(1, 8)):
            problems.add(row[""], f"{'.'.join(line)} is not whole in / no está completo en calibration.csv")
            continue
        try:
            plain = {name: kind(row[name]) for name, kind in OF_LINE.items()}
            tested = row["tested_reports"]
            fitness = (
                Fitness(**{k.removeprefix("tested_"): kind(row[k]) for k, kind in OF_FITNESS.items()})
                if tested
                else None
            )
        except ValueError as error:
            problems.add(row[""], f"not a number / no es un número: {error}")
            continue
        made[line] = Calibrated(**plain, **own, fitness=fitness)
    for line in values:
        problems.add(by_hour.name, f"{'.'.join(line)} is not in / no está en calibration_lines.csv")
    return made


def write_calibration(folder: Path, lines: Mapping[tuple[str, Any, str], Calibrated]) -> None:
    """Write both files into a folder; what `read_calibration` reads."""
    hourly: list[tuple[object, ...]] = []
    for key, line in lines.items():
        hourly += [(*key, "load", weekday, *map(_plain, load)) for weekday, load in line.load.items()]
        for what in (*BY_HOUR, *WITH_GAPS):
            if what != "load":
                values = [None if v is None else _plain(v) for v in getattr(line, what)]
                hourly.append((*key, what, None, *values, *[None] * (len(HOURS) - len(values))))
    of_lines = [
        (
            *key,
            *(_plain(getattr(line, k)) for k in OF_LINE),
            *(
                None if line.fitness is None else _plain(getattr(line.fitness, k.removeprefix("tested_")))
                for k in OF_FITNESS
            ),
        )
        for key, line in lines.items()
    ]
    for name, columns, rows in (
        ("calibration.csv", (*KEYS, "what", "weekday", *HOURS), hourly),
        ("calibration_lines.csv", (*KEYS, *OF_LINE, *OF_FITNESS), of_lines),
    ):
        with whole(folder / name) as beside:
            beside.write_text(csv_text(columns, rows), encoding="utf-8", newline="")


def _plain(value: float | str) -> str:
    """A number as short as it is, text as it is."""
    return value if isinstance(value, str) else f"{value:.6g}"
