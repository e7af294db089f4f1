"""Read tables of definitions as CSV; collect problems."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from ambos.errors import DefinitionError, parse_fault

Number = TypeVar("Number", Decimal, float)


@dataclass
class Problems:
    """Everything wrong with the definitions, reported together."""

    listed: list[str] = field(default_factory=list)

    def add(self, where: object, what: str) -> None:
        """Note one problem at one place of the definitions."""
        self.listed.append(f"  {where}: {what}")

    def refuse(self) -> None:
        """Raise `DefinitionError` with every problem, if there is one."""
        if self.listed:
            raise DefinitionError(count=len(self.listed), problems="\n".join(self.listed))


def table(
    path: Path, problems: Problems, required: tuple[str, ...] = (), optional: tuple[str, ...] | None = None
) -> list[dict[str, str]]:
    """The rows of a CSV file, each with its line under ``""``; none if a required column is not there.

    Where `optional` is given, any further column but those of foreign codes (``code:…``) is a problem.
    """
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            missing = [c for c in required if c not in (reader.fieldnames or ())]
            if missing:
                problems.add(path.name, f"column {', '.join(missing)} is missing / falta la columna")
                return []
            known = (*required, *(optional or ()))
            for column in reader.fieldnames or ():
                if optional is not None and column not in known and not column.startswith("code:"):
                    near = ", ".join(difflib.get_close_matches(column, known, n=3, cutoff=0.0))
                    problems.add(f"{path.name}:1", f"column {column} is not known / no se conoce la columna: {near}")
            rows = []
            for row in reader:
                if None in row or None in row.values():
                    problems.add(
                        f"{path.name}:{reader.line_num}",
                        "wrong number of cells / número de celdas equivocado",
                    )
                    continue
                rows.append({**row, "": f"{path.name}:{reader.line_num}"})
            return rows
    except FileNotFoundError:
        problems.add(path.name, "the file is missing / falta el archivo")
    except (csv.Error, UnicodeDecodeError) as error:
        why = parse_fault(error)
        problems.add(path.name, f"not a CSV table ({why.en}) / no es una tabla CSV ({why.es})")
    return []


def columns(
    path: Path, problems: Problems, names: tuple[str, ...], number: Callable[[str], Number], *, rising: bool
) -> list[tuple[Number, ...]]:
    """Read columns of finite numbers of a CSV file; a row with a cell that is none is a problem and left out.

    Parameters
    ----------
    path : Path
    problems : Problems
    names : tuple of str
    number : type
        `Decimal` or `float`.
    rising : bool
        Whether each column rises from row to row.
    """
    rows: list[tuple[Number, ...]] = []
    for row in table(path, problems, names):
        try:
            values = tuple(number(row[name]) for name in names)
        except (ValueError, InvalidOperation):
            values = ()
        if not values or not all(map(math.isfinite, values)):
            problems.add(row[""], "a number is wanted in each column / se esperaba un número en cada columna")
            continue
        if rising and rows and any(a >= b for a, b in zip(rows[-1], values, strict=True)):
            problems.add(row[""], f"{', '.join(names)} must rise / deben crecer")
        rows.append(values)
    if len(rows) < 2:
        problems.add(path.name, "two rows or more are wanted / se esperan dos renglones o más")
    return [tuple(row[i] for row in rows) for i in range(len(names))]
