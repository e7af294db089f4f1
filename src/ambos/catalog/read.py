"""Reading definition files: tables as CSV, structures as TOML, problems collected."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ambos.text import Text


@dataclass
class Problems:
    """Everything wrong with the definitions, gathered before anything is said."""

    found: list[str] = field(default_factory=list)

    def add(self, where: object, what: str) -> None:
        """Note one problem at one place of the definitions."""
        self.found.append(f"  {where}: {what}")


def toml(path: Path, problems: Problems) -> dict[str, Any]:
    """The contents of a TOML file; empty, with a problem noted, if it is missing or broken."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.add(path.name, "the file is missing / falta el archivo")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(path.name, f"not TOML / no es TOML: {error}")
    return {}


def tables(path: Path, problems: Problems) -> dict[str, dict[str, Any]]:
    """The tables of a TOML file; anything else at its top is a problem."""
    found: dict[str, dict[str, Any]] = {}
    for key, body in toml(path, problems).items():
        if isinstance(body, dict):
            found[key] = body
        else:
            problems.add(f"{path.name} [{key}]", f"a table is wanted, not {body!r} / se esperaba una tabla")
    return found


def table(path: Path, problems: Problems, required: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The rows of a CSV file, each with its line under ``""``; none if a required column is not there."""
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            missing = [c for c in required if c not in (reader.fieldnames or ())]
            if missing:
                problems.add(path.name, f"column {', '.join(missing)} is missing / falta la columna")
                return []
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
        problems.add(path.name, f"not a CSV table / no es una tabla CSV: {error}")
    return []


def text(mapping: object, where: object, problems: Problems) -> Text:
    """A text in both languages, or a problem and a visible mark in its place."""
    if isinstance(mapping, Mapping):
        try:
            return Text.of(mapping)
        except ValueError as error:
            problems.add(where, str(error))
    else:
        problems.add(
            where,
            f"a text in both languages is wanted, not {mapping!r} / se esperaba un texto en ambos idiomas",
        )
    return Text.same("?")


def day(value: object, where: object, problems: Problems) -> date:
    """A date, or a problem."""
    if isinstance(value, date):
        return value
    problems.add(where, f"a date is wanted, not {value!r} / se esperaba una fecha")
    return date.min


def number(cell: str, where: object, problems: Problems) -> float | None:
    """A number of a CSV cell; none if the cell is empty, and a problem if it is something else."""
    try:
        return float(cell) if cell else None
    except ValueError:
        problems.add(where, f"a number is wanted, not {cell!r} / se esperaba un número")
        return None
