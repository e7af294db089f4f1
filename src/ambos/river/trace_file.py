"""A file of traces of levels of Lake Mead; every bad line is named, and nothing is guessed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from ambos.errors import BadTraces, parse_fault
from ambos.given_file import content
from ambos.river.lakes import Floats
from ambos.text import Text, joined

COLUMNS = ("trace", "year", "elevation_ft")
_SCENARIO = "scenario"
#: Bad lines shown one by one; the others are counted.
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Traces:
    """Traces of one scenario."""

    scenario: str  #: As the file names it; empty if it names none.
    names: tuple[str, ...]  #: Of the traces.
    years: tuple[int, ...]  #: Of the 31 December, rising.
    feet: Floats  #: Level of Lake Mead, (year, trace).


def read(path: Path, lowest: float, highest: float) -> tuple[Traces, ...]:
    """Read levels of 31 December.

    Parameters
    ----------
    path : Path
        CSV with the columns trace, year and elevation_ft, and scenario if there are several; others are passed over.
    lowest, highest : float
        What the lake can have, feet.

    Raises
    ------
    BadTraces
        With every bad line, or what keeps the file from being read; also if not all traces have the same years.
    """
    problems: list[Text] = []
    by_scenario: dict[str, dict[tuple[str, int], float]] = {}
    try:
        reader = csv.DictReader(content(path, BadTraces).splitlines(), strict=True)
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            names = ", ".join(missing)
            raise BadTraces(file=path, count=1, problems=Text(f"  no column {names}", f"  falta la columna {names}"))
        for row in reader:
            wrong = _take(by_scenario.setdefault(row.get(_SCENARIO) or "", {}), row, lowest, highest)
            if wrong is not None:
                where = Text(f"  line {reader.line_num}: ", f"  renglón {reader.line_num}: ")
                problems.append(where + wrong)
    except csv.Error as error:
        what = Text("  it is not a CSV table: ", "  no es una tabla CSV: ") + parse_fault(error)
        raise BadTraces(file=path, count=1, problems=what) from error
    count = len(problems)
    if not problems:
        for scenario, levels in by_scenario.items():
            gaps, of_all = _gaps(scenario, levels)
            problems += gaps
            count += of_all
    if not problems and not any(by_scenario.values()):
        problems, count = [Text("  no levels", "  sin elevaciones")], 1
    if problems:
        shown = problems[:_MOST_SHOWN]
        if count > len(shown):
            shown.append(Text(f"  and {count - len(shown)} more", f"  y {count - len(shown)} más"))
        lines = joined(shown, "\n")
        raise BadTraces(file=path, count=count, problems=lines)
    return tuple(_traces(scenario, levels) for scenario, levels in by_scenario.items())


def _take(
    levels: dict[tuple[str, int], float], row: dict[str, str | None], lowest: float, highest: float
) -> Text | None:
    """Add the level of a line, or say what is wrong with it."""
    name, written, feet = (row[c] or "" for c in COLUMNS)
    if not name:
        return Text("no trace", "falta la traza")
    if not (written.isascii() and written.isdigit() and len(written) == 4):
        return Text(f"{written[:80]!r} is not a year", f"{written[:80]!r} no es un año")
    year = int(written)
    try:
        level = float(feet)
    except ValueError:
        level = float("nan")
    if not lowest <= level <= highest:
        return Text(
            f"{feet[:80]!r} is not a level of Lake Mead, {lowest:g} to {highest:g} ft",
            f"{feet[:80]!r} no es una elevación del lago Mead, de {lowest:g} a {highest:g} pies",
        )
    if (name, year) in levels:
        return Text(f"trace {name} has {year} twice", f"la traza {name} tiene {year} dos veces")
    levels[name, year] = level
    return None


def _gaps(scenario: str, levels: dict[tuple[str, int], float]) -> tuple[list[Text], int]:
    """Name the first years that a trace lacks and another has, and count them all."""
    names, years = dict.fromkeys(n for n, _ in levels), sorted({y for _, y in levels})
    which = f" ({scenario})" if scenario else ""
    gaps = (
        Text(f"  trace {name}{which} has no {year}", f"  a la traza {name}{which} le falta {year}")
        for name in names
        for year in years
        if (name, year) not in levels
    )
    return list(islice(gaps, _MOST_SHOWN)), len(names) * len(years) - len(levels)


def _traces(scenario: str, levels: dict[tuple[str, int], float]) -> Traces:
    names, years = tuple(dict.fromkeys(n for n, _ in levels)), tuple(sorted({y for _, y in levels}))
    return Traces(scenario, names, years, np.array([[levels[name, year] for name in names] for year in years]))
