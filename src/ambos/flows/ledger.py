"""The ledger of `ambos fetch`: one line for every answer of a source and every failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ambos.errors import CannotRead, reason
from ambos.text import Text


def read_ledger(path: Path) -> list[dict[str, Any]]:
    """The lines of a ledger, oldest first; none if there is no ledger yet.

    A last line without an end is one whose writing was broken off: it counts as never written, and the next
    `fetch` removes it.

    Raises
    ------
    CannotRead
        If it cannot be read, or any other line is damaged.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CannotRead(path=path, detail=reason(error)) from error
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _damaged(path, number, Text.same(str(error))) from error
        if not isinstance(entry, dict):
            raise _damaged(path, number, Text("no object", "no es un objeto"))
        entries.append(entry)
    return entries


def _damaged(path: Path, number: int, why: Text) -> CannotRead:
    said = Text(f"line {number} is damaged ({why.en})", f"el renglón {number} está dañado ({why.es})")
    return CannotRead(path=path, detail=said)
