"""Break of wide tables into parts that fit a narrow terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: What rich's plain box takes beside the cells: a space and an edge around each column, an edge at the end.
_BESIDE, _EDGE = 3, 1


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that are printed side by side.

    Attributes
    ----------
    columns : tuple of int
        Their places in the table.
    widths : tuple of int
        Of their cells, characters.
    """

    columns: tuple[int, ...]
    widths: tuple[int, ...]


def parts(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], room: int) -> tuple[Part, ...]:
    """Columns of a table, in parts that fit without breaking a number or a word.

    The texts that tell a row from the others are repeated in every part.

    Parameters
    ----------
    columns : sequence of (heading, {"left", "right"})
    rows : sequence of sequence of str
    room : int
        Width of the terminal, characters.
    """
    natural, least = [], []
    for at, (heading, justify) in enumerate(columns):
        cells = [row[at] for row in rows]
        longest = max((_longest(cell) for cell in (heading, *cells)), default=0)
        whole = max((len(line) for cell in cells for line in cell.split("\n")), default=0)
        natural.append(max(whole, len(heading)))
        least.append(max(longest, whole) if justify == "right" else longest)
    head = _head(columns, rows)
    widest = max(least[len(head) :], default=0)
    if sum(least[at] + _BESIDE for at in head) + widest + _BESIDE + _EDGE > room:
        head = head[:1]
    lines: list[list[int]] = [list(head)]
    for at in range(len(head), len(columns)):
        if sum(least[i] + _BESIDE for i in (*lines[-1], at)) + _EDGE > room and len(lines[-1]) > len(head):
            lines.append(list(head))
        lines[-1].append(at)
    return tuple(
        Part(tuple(part), _fitted([natural[i] for i in part], [least[i] for i in part], room)) for part in lines
    )


def _head(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> range:
    """The first columns, of texts, that tell every row from the others; all of them if none do."""
    texts = next((at for at, (_, justify) in enumerate(columns) if justify == "right"), len(columns))
    for many in range(1, texts):
        if len({tuple(row[:many]) for row in rows}) == len(rows):
            return range(many)
    return range(min(max(texts, 1), len(columns)))


def _longest(cell: str) -> int:
    return max((len(word) for word in cell.split()), default=0)


def _fitted(natural: Sequence[int], least: Sequence[int], room: int) -> tuple[int, ...]:
    """Widths that fit: the widest column that can give gives first."""
    widths = list(natural)
    while sum(width + _BESIDE for width in widths) + _EDGE > room:
        able = [at for at, width in enumerate(widths) if width > least[at]]
        if not able:
            break
        widths[max(able, key=lambda at: widths[at])] -= 1
    return tuple(widths)
