"""Rows of records as CSV that a spreadsheet opens without running any of it, and that gives back every text as it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ambos.csv_text import FORMULA, csv_text
from ambos.register.rows import ID, RECORD, Headings, Row, columns

#: A text that begins as `csv_text` would write another: an apostrophe before what begins a formula, or before another one.
_MARKED = re.compile("'['" + "".join(map(re.escape, FORMULA)) + "]")
#: Characters of the longest cell; the library's own limit is about 130,000.
LONGEST = 2**24


def csv_of(rows: Iterable[Row]) -> bytes:
    """Write rows; the file begins with a byte order mark, by which Excel knows UTF-8 and its accents."""
    listed = list(rows)
    heads = columns(listed)
    lines = ((row.name, row.id, *(_guarded(row.cells.get(column, "")) for column in heads)) for row in listed)
    return csv_text((RECORD, ID, *heads), lines).encode("utf-8-sig")


def _guarded(text: str) -> str:
    """A text that reads back as it was: where it looks guarded already, its apostrophe is doubled."""
    return f"'{text}" if _MARKED.match(text) else text


def csv_rows(text: str) -> Iterator[Row]:
    """Read rows; each has the number of the line on which it begins.

    Raises
    ------
    csv.Error, ValueError
        If it is no CSV, or two columns have the same heading.
    """
    before = csv.field_size_limit(LONGEST)
    try:
        yield from _rows(csv.reader(io.StringIO(text, newline=""), strict=True))
    finally:
        csv.field_size_limit(before)


def _rows(reader: Any) -> Iterator[Row]:
    heads = Headings(next(reader, []))
    line = reader.line_num + 1
    for cells in reader:
        kept = {at: _unguarded(cell) if cell[0] == "'" else cell for at, cell in enumerate(cells) if cell}
        if kept:
            held = heads.cells(kept)
            yield Row(held.pop(RECORD, "").strip(), held.pop(ID, "").strip(), held, line)
        line = reader.line_num + 1


def _unguarded(text: str) -> str:
    return text[1:] if _MARKED.match(text) else text
