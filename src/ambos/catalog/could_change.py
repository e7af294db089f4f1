"""Load the embedded estimates of what-ifs of a region's busiest lines: ``could_change.csv``, a row per what-if and line."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from ambos.catalog.read import Problems, table
from ambos.csv_text import csv_text
from ambos.files import whole
from ambos.model.whatif import PlayedWhatIf

FILE = "could_change.csv"
_READ: dict[Any, Callable[[str], object]] = {float: float, int: int, date: date.fromisoformat}
_HINTS = typing.get_type_hints(PlayedWhatIf)
#: Columns of the file, with how each is read.
COLUMNS = {f.name: _READ.get(_HINTS[f.name], str) for f in fields(PlayedWhatIf)}


def read_could_change(folder: Path, problems: Problems) -> tuple[PlayedWhatIf, ...]:
    """Read the estimates of a region; none where it has no such file."""
    path = folder / FILE
    if not path.is_file():
        return ()
    made = []
    for row in table(path, problems, tuple(COLUMNS)):
        try:
            values: dict[str, Any] = {name: read(row[name]) for name, read in COLUMNS.items()}
        except ValueError as error:
            problems.add(row[""], f"not a number or a day / no es un número o un día: {error}")
            continue
        made.append(PlayedWhatIf(**values))
    return tuple(made)


def write_could_change(folder: Path, played: Iterable[PlayedWhatIf]) -> None:
    """Write the estimates into a region's folder; what `read_could_change` reads."""
    rows = [[_plain(getattr(each, name)) for name in COLUMNS] for each in played]
    with whole(folder / FILE) as beside:
        beside.write_text(csv_text(tuple(COLUMNS), rows), encoding="utf-8", newline="")


def _plain(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
