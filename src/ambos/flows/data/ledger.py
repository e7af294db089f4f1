"""The ledger of `ambos fetch`: one line for every answer of a source and every failure."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from ambos.errors import CannotRead, parse_fault, reason
from ambos.text import Text

#: What a line must have to say where bytes are, what they are and when they were known.
STORED = frozenset({"source", "retrieved_at", "sha256", "file"})


def read_ledger(path: Path) -> list[dict[str, Any]]:
    """The lines of a ledger, oldest first; none if there is no ledger yet.

    A last line without an end is one whose writing was broken off: it counts as never written, and the next
    `fetch` removes it. Keys that this version does not know are kept.

    Raises
    ------
    CannotRead
        If it cannot be read, or any other line is damaged or lacks a key.
    """
    entries = []
    for number, line in enumerate(_lines(path), 1):
        entry = _entry(line)
        if isinstance(entry, Text):
            said = Text(
                f"line {number} is damaged ({entry.en})",
                f"el renglón {number} está dañado ({entry.es})",
            )
            raise CannotRead(path=path, detail=said)
        entries.append(entry)
    return entries


def sound_lines(path: Path) -> bytes:
    """The lines of a ledger that are not damaged, as they are in the file.

    Raises
    ------
    CannotRead
        If the file cannot be read.
    """
    return b"".join(line + b"\n" for line in _lines(path) if not isinstance(_entry(line), Text))


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CannotRead(path=path, detail=reason(error)) from error


def _entry(line: bytes) -> dict[str, Any] | Text:
    """Read a line as an object; its fault as a text if it is damaged."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        return parse_fault(error)
    if not isinstance(entry, dict):
        return Text("no object", "no es un objeto")
    needed = STORED if entry.get("result") == "stored" else {"source"}
    if missing := sorted(({"result"} | needed) - entry.keys()):
        return Text(f"{', '.join(missing)} missing", f"falta {', '.join(missing)}")
    if "retrieved_at" in entry:
        try:
            datetime.fromisoformat(entry["retrieved_at"])
        except (TypeError, ValueError):
            return Text("retrieved_at is no time", "retrieved_at no es una hora")
    return entry
