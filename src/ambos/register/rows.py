"""Records as rows of a spreadsheet, and back; each problem is named with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ambos.catalog.catalog import nearest
from ambos.register.layout import NAME, VALUE, Cell, Layout, layouts, of_kind
from ambos.text import Text

#: Columns that every row has: the name of its layout, and the id of the record.
RECORD, ID = "record", "id"
#: A record: its kind, its id and its body.
Kept = tuple[str, str, Mapping[str, Any]]
_TRUTH = {"true": True, "yes": True, "sí": True, "si": True, "verdadero": True, "1": True} | {
    "false": False, "no": False, "falso": False, "0": False,
}  # fmt: skip
_SPACES = re.compile(r"[\s,;]+")
#: Name of a column that goes on with a text too long for one cell.
_GOES_ON = re.compile(r"(.+)#(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with cells that are not empty, by their column."""

    name: str  #: Of its layout.
    id: str
    cells: Mapping[str, str]
    at: int = 0  #: Number of the row, or line, in its table.
    table: str = ""  #: Of the sheet; empty where there is one table.


def spread(records: Iterable[Kept]) -> Iterator[Row]:
    """Write records as rows: that of the record, then those of what it has several of, in their order."""
    for kind, id, body in records:
        own, *parts = of_kind(kind)
        yield Row(kind, id, _written(own, body))
        for part in parts:
            held = body.get(part.key, ())
            if isinstance(held, Mapping):
                held = [{NAME: name, VALUE: value} for name, value in held.items()]
            for one in held:
                yield Row(part.name, id, _written(part, one))


def _written(layout: Layout, body: Mapping[str, Any]) -> dict[str, str]:
    cells = {}
    for cell in layout.cells.values():
        value: Any = body
        for key in cell.path:
            value = value.get(key)
            if value is None:
                break
        else:
            cells[cell.column] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else str(value)


def columns(rows: Iterable[Row]) -> list[str]:
    """The columns that have a cell in some row, in the order of the layouts."""
    used = {column for row in rows for column in row.cells}
    order = dict.fromkeys(column for layout in layouts().values() for column in layout.cells)
    return [column for column in order if column in used]


@dataclass(frozen=True, slots=True)
class Tree:
    """Bodies of records as a TOML file has them, by kind and id, and the row of each path."""

    bodies: Mapping[str, Mapping[str, dict[str, Any]]]
    places: Mapping[tuple[str | int, ...], Row]


#: Takes the row of a problem and the problem.
Say = Callable[[Row, Text], None]


def gathered(rows: Iterable[Row], say: Say) -> Tree:
    """Put records together of their rows; what does not fit is told by `say`."""
    known, bodies = layouts(), {}  # type: ignore[var-annotated]
    places: dict[tuple[str | int, ...], Row] = {}
    for row in rows:
        layout = known.get(row.name)
        if layout is None:
            near = ", ".join(nearest(row.name, known, 1))
            say(
                row,
                Text(
                    f"record {row.name!r} is not known; nearest: {near}",
                    f"record {row.name!r} no se conoce; más parecido: {near}",
                ),
            )
            continue
        if not row.id:
            say(row, Text("id is missing", "falta id"))
            continue
        body = _read(layout, row, say)
        of_kind = bodies.setdefault(layout.kind, {})
        if not layout.key:
            if row.id in of_kind:
                first = places[layout.kind, row.id].at
                say(
                    row,
                    Text(
                        f"{row.name} {row.id!r} stands twice; first in row {first}",
                        f"{row.name} {row.id!r} está repetido; primero en el renglón {first}",
                    ),
                )
            of_kind[row.id] = body
            places[layout.kind, row.id] = row
        elif row.id not in of_kind:
            say(
                row,
                Text(
                    f"there is no row {layout.kind} {row.id!r} above it",
                    f"antes no hay un renglón {layout.kind} {row.id!r}",
                ),
            )
        elif layout.named:
            name = str(body.get(NAME, ""))
            held = of_kind[row.id].setdefault(layout.key, {})
            if not name or name in held:
                say(row, Text(f"{NAME} {name!r} is missing or stands twice", f"{NAME} {name!r} falta o está repetido"))
            held[name] = body.get(VALUE, "")
            places[layout.kind, row.id, layout.key, name] = row
        else:
            held = of_kind[row.id].setdefault(layout.key, [])
            places[layout.kind, row.id, layout.key, len(held)] = row
            held.append(body)
    return Tree(bodies, places)


def _read(layout: Layout, row: Row, say: Say) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for column, text in row.cells.items():
        cell = layout.cells.get(column)
        if cell is None:
            near = ", ".join(nearest(column, layout.cells, 1))
            say(
                row,
                Text(
                    f"{column} is no column of {row.name}; nearest: {near}",
                    f"{column} no es columna de {row.name}; más parecida: {near}",
                ),
            )
            continue
        inner = body
        for key in cell.path[:-1]:
            inner = inner.setdefault(key, {})
        inner[cell.path[-1]] = text if cell.form == "text" else _value(cell, text)
    return body


def _value(cell: Cell, text: str) -> Any:
    """The value of a cell; a text that is none of its form stays a text, and is refused where the body is read."""
    if cell.form == "truth":
        return _TRUTH.get(text.strip().lower(), text)
    return [id for id in _SPACES.split(text) if id] if cell.form == "ids" else text.strip()


def number_text(text: str) -> str:
    """A number of a spreadsheet as it would be typed: 2014 for 2014.0, without an exponent."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return text
    return format(value.to_integral_value() if value == value.to_integral_value() else value.normalize(), "f")


class Headings:
    """The headings of a table, by which the cells of its rows are named.

    Parameters
    ----------
    cells : iterable of str

    Raises
    ------
    ValueError
        If two columns have the same.
    """

    def __init__(self, cells: Iterable[str]) -> None:
        self.names = [cell.strip() for cell in cells]
        twice = next((name for i, name in enumerate(self.names) if name and name in self.names[:i]), None)
        if twice:
            raise ValueError(Text(f"the column {twice} stands twice", f"la columna {twice} está repetida"))
        #: Where a text goes on: place of the column, and that of the one before it.
        found = ((at, _GOES_ON.fullmatch(name)) for at, name in enumerate(self.names))
        self._further = sorted((int(one[2]), at, one[1]) for at, one in found if one)

    def cells(self, row: Mapping[int, str]) -> dict[str, str]:
        """Name the cells of a row, by the place of their column; a text that goes on in further columns is put together."""
        names = self.names
        held = {names[at] if at < len(names) else "": text for at, text in row.items()}
        for number, at, column in self._further:
            more = held.pop(f"{column}#{number}", "") if at in row else ""
            if more:
                held[column] = held.get(column, "") + more
        return held
