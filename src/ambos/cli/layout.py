"""Tables on a terminal: wide ones in parts that fit, cells broken between words.

Cells are measured by Rich. Drawn they are here, as Rich draws them (its box `SIMPLE_HEAD`) but in a tenth of its time; a test
compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: What a table takes beside its cells: a space on both sides of each and a character between them, one at each end.
_BESIDE, _EDGE = 3, 1
#: Lines of a table, each by its left end, what fills it, what stands between columns, and its right end: first and last line,
#: line of cells, line under the headings.
_PLAIN = ("    ", "    ", " ── ")
_ASCII = ("+--+", "| ||", "|-+|")
_BOLD = "\x1b[1m{}\x1b[0m"
#: Characters that move the cursor: bell, backspace, vertical tab, form feed, carriage return.
_UNSEEN = dict.fromkeys((7, 8, 11, 12, 13))
_WORD = re.compile(r"\s*\S+\s*")


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


def _squeezed(widths: Sequence[int], room: int) -> list[int]:
    """Widths of a part whose words and numbers have to be broken to fit: all columns give alike, down to one character."""
    made, over = list(widths), max(0, sum(width + _BESIDE for width in widths) + _EDGE - room)
    for at, width in enumerate(made):
        given = min(max(width - 1, 0), round(over / (len(made) - at)))
        made[at] -= given
        over -= given
    for at in sorted(range(len(made)), key=lambda at: -made[at]):  # what narrow ones could not give
        given = min(max(made[at] - 1, 0), over)
        made[at] -= given
        over -= given
    return made


def drawn(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str]],
    part: Part,
    room: int,
    *,
    bold: bool = False,
    ascii_only: bool = False,
) -> Iterator[str]:
    """Draw a part of a table, line by line.

    Parameters
    ----------
    columns : sequence of (heading, {"left", "right"})
    rows : sequence of sequence of str
    part : Part
    room : int
        Width of the terminal, characters.
    bold : bool
        Whether headings are bold (ANSI).
    ascii_only : bool
        Whether lines are of ASCII characters.
    """
    ends, cells, rule = _ASCII if ascii_only else _PLAIN
    sides = [columns[at][1] for at in part.columns]
    widths = _squeezed(part.widths, room)
    across = list(zip(part.columns, widths, sides, strict=True))

    def filled(line: str) -> str:
        return line[0] + line[2].join(line[1] * (width + 2) for width in widths) + line[3]

    yield filled(ends)
    heads = [_broken(columns[at][0], width, side) for at, width, side in across]
    height = max(map(len, heads))
    heads = [[" " * width] * (height - len(own)) + own for own, width in zip(heads, widths, strict=True)]
    shown = _BOLD if bold else "{}"
    for line in zip(*heads, strict=True):
        yield cells[0] + cells[2].join(shown.format(f" {cell} ") for cell in line) + cells[3]
    yield filled(rule)
    between = f" {cells[2]} "
    for row in rows:
        broken = [_broken(row[at], width, side) for at, width, side in across]
        height = max(map(len, broken))
        for own, width in zip(broken, widths, strict=True):
            own += [" " * width] * (height - len(own))
        for line in zip(*broken, strict=True):
            yield f"{cells[0]} {between.join(line)} {cells[3]}"
    yield filled(ends)


def heading(title: str, room: int, *, bold: bool = False) -> Iterator[str]:
    """Break the title of a table into lines of at most `room` characters."""
    from rich.cells import cell_len, set_cell_size

    for line in title.translate(_UNSEEN).split("\n"):
        for broken in _lines(line.expandtabs(), room):
            text = broken if cell_len(broken) <= room else set_cell_size(broken, room)
            yield _BOLD.format(text) if bold and text else text


def _broken(cell: str, width: int, side: str) -> list[str]:
    """Break a cell into lines, each filled with spaces to the width."""
    from rich.cells import cell_len, set_cell_size

    if not cell.isprintable():
        cell = cell.translate(_UNSEEN)
    if cell_len(cell) <= width and "\n" not in cell and "\t" not in cell:
        lines = [cell]
    else:
        lines = [text for line in cell.split("\n") for text in _lines(line.expandtabs(), width)]
    if side == "left":
        return [set_cell_size(text, width) for text in lines]
    lines = [text.rstrip() for text in lines]
    return [set_cell_size(" " * (width - cell_len(text)) + text, width) for text in lines]


def _lines(line: str, width: int) -> Iterator[str]:
    """Break a line between words, and words that are wider than the width."""
    from rich.cells import cell_len, chop_cells

    breaks, taken = [0], 0
    for found in _WORD.finditer(line):
        start, word = found.start(), found[0]
        needed = cell_len(word.rstrip())
        if needed <= width - taken:
            taken += cell_len(word)
        elif needed > width:
            pieces = chop_cells(word, width)
            for piece in pieces:
                breaks.append(start)
                start += len(piece)
            taken = cell_len(pieces[-1])
        else:
            breaks.append(start)
            taken = cell_len(word)
    for first, end in zip(breaks, [*breaks[1:], len(line)], strict=True):
        if first < end or len(breaks) == 1:
            text = line[first:end]
            yield text if len(text) <= width else text[:width] + text[width:].rstrip()
