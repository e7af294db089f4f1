"""The ledger of `ambos fetch`: one line for every answer of a source and every failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ambos.errors import CannotRead
from ambos.text import Text


def read_ledger(path: Path) -> list[dict[str, Any]]:
    """The lines of a ledger, oldest first; none if there is no ledger yet.

    A last line without an end is one whose writing was broken off: it counts as never written, and the next
    `fetch` removes it.

    Raises
    ------
    CannotRead
        If any other line is damaged.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CannotRead(path=path, detail=error.strerror or str(error)) from error
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entries.append(json.loads(line))
        except ValueError as error:
            damaged = Text(f"line {number} is damaged ({error})", f"el renglón {number} está dañado ({error})")
            raise CannotRead(path=path, detail=damaged) from error
    return entries
