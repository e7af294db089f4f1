"""On which line of a TOML file each key stands; the parser of the standard library does not say."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_NAME = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PIECE = re.compile(_NAME)
#: What can change how deep in brackets the text is: strings and comments hide brackets.
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[{]|[\]}]')


def lines(text: str) -> dict[Path, int]:
    """Find the line of every table header and of every key at the start of a line.

    Parameters
    ----------
    text : str
        A TOML document that parses.

    Returns
    -------
    dict
        From the path as `tomllib` nests it (names, and places in arrays) to the line, from 1. Of an array written
        with one element a line each element has its own; what else stands inside a value is found by the line around
        it: see `line_of`.
    """
    places: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    depth, quote = 0, ""
    element: Path = ()  # the next one of an array with one element a line
    for number, line in enumerate(text.splitlines(), 1):
        start = 0
        if not quote and depth == 0:
            if header := _HEADER.match(line):
                table = _table(_pieces(header[2]), header[1] == "[[", counts)
                for end in range(1, len(table) + 1):
                    places.setdefault(table[:end], number)
                continue
            if key := _KEY.match(line):
                path = table + _pieces(key[1])
                places.setdefault(path, number)
                start = key.end()
                element = (*path, 0) if line[start:].strip() == "[" else ()
        elif element and depth == 1 and not quote and line.strip()[:1] not in ("", "#", "]"):
            places.setdefault(element, number)
            element = (*element[:-1], int(element[-1]) + 1)
        depth, quote = _after(line[start:], depth, quote)
    return places


def line_of(places: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it that has one."""
    while path not in places:
        path = path[:-1]
    return places[path]


def _pieces(dotted: str) -> Path:
    return tuple(piece.strip("\"'") for piece in _PIECE.findall(dotted))


def _table(names: Path, array: bool, counts: dict[Path, int]) -> Path:
    """The path of a header: a name that stands for an array of tables means its last table."""
    path: Path = ()
    for name in names[:-1]:
        path += (name,)
        if path in counts:
            path += (counts[path],)
    path += names[-1:]
    if array:
        counts[path] = counts.get(path, -1) + 1
        path += (counts[path],)
    return path


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Follow a line to its end: the depth in brackets, and the triple quotes it is in."""
    place = 0
    while place < len(line):
        if quote:
            end = line.find(quote, place)
            if end < 0:
                return depth, quote
            place, quote = end + 3, ""
            continue
        token = _TOKEN.search(line, place)
        if not token:
            break
        place = token.end()
        if token[0] in ('"""', "'''"):
            quote = token[0]
        elif token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
    return depth, quote
