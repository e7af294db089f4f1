"""Tables as CSV text that a spreadsheet opens without running any of it. Floor 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: Characters that begin a formula in a spreadsheet (OWASP, "CSV Injection"); full-width ones do so in some.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: Characters that make a cell be quoted (RFC 4180); Python's writer leaves a lone carriage return bare.
_QUOTED = re.compile(r'[,"\r\n]')
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def csv_text(columns: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """Write a table: a line of names, then a line a row; None is an empty cell, truth is as in JSON.

    A text that a spreadsheet would run as a formula is preceded by an apostrophe, which makes it a text there; numbers
    stay as they are.

    Parameters
    ----------
    columns : iterable of object
        Names of the columns.
    rows : iterable of iterable of object
        Cells in the order of the columns.

    Returns
    -------
    str
    """
    lines = (",".join(map(_cell, row)) for row in (columns, *rows))
    return "".join(f"{line}\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _text(str(value))
    return _quoted(str(value).lower() if isinstance(value, bool) else str(value))


@lru_cache(4096)  # texts of tables are the same few, row after row
def _text(text: str) -> str:
    return _quoted(f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
