"""How a record lies in a spreadsheet.

The body of a record is what its table in TOML holds (`ambos.catalog.register.plain`). In a spreadsheet a row holds what is
single, in columns such as ``name.es``; each of what it has several of has a row of its own, named ``commitment.step``, that
bears the id of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from ambos.model.definition import Key
from ambos.model.register import KINDS

#: How a cell is written: a text, truth, a number, or ids parted by spaces.
Form = Literal["text", "truth", "number", "ids"]
#: Columns of a part that is no dataclass: criteria with their scores.
NAME, VALUE = "name", "value"


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a table."""

    column: str
    path: tuple[str, ...]  #: Keys that lead to the value in the body.
    form: Form


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of the rows of one name: of a kind of record, or of what a record has several of."""

    kind: str
    key: str  #: In the body of the record; empty for the record itself.
    cells: Mapping[str, Cell]
    named: bool = False  #: Whether it is a mapping of names to numbers.

    @property
    def name(self) -> str:
        """What stands in the column ``record``."""
        return f"{self.kind}.{self.key}" if self.key else self.kind


def layouts() -> Mapping[str, Layout]:
    """The layouts by their names: each kind, followed by what its records have several of."""
    return {one.name: one for kind in KINDS for one in of_kind(kind)}


@cache
def of_kind(kind: str) -> tuple[Layout, ...]:
    """The layout of a kind of record, followed by those of what its records have several of."""
    noun: Any = KINDS[kind]
    made = [Layout(kind, "", _cells(noun, without="id"))]
    for key, hint in _fields(noun):
        item = _item(hint)
        if is_dataclass(item):
            made.append(Layout(kind, key, _cells(item)))
        elif get_origin(hint) is Mapping:
            cells = Cell(NAME, (NAME,), "text"), Cell(VALUE, (VALUE,), "number")
            made.append(Layout(kind, key, {cell.column: cell for cell in cells}, named=True))
    return tuple(made)


def _cells(kind: Any, without: str = "") -> Mapping[str, Cell]:
    return {cell.column: cell for cell in _columns(kind, ()) if cell.column != without}


def _columns(kind: Any, path: tuple[str, ...]) -> Iterator[Cell]:
    forms: Mapping[Any, Form] = {bool: "truth", Decimal: "number"}
    for key, hint in _fields(kind):
        at, item = (*path, key), _item(hint)
        if is_dataclass(item) or get_origin(hint) is Mapping:
            continue
        if is_dataclass(hint):
            yield from _columns(hint, at)
        else:
            yield Cell(".".join(at), at, "ids" if item else forms.get(hint, "text"))


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Key and type of each field of a dataclass, the type without marks and without None."""
    hints, made = get_type_hints(kind, include_extras=True), []
    for field in fields(kind):
        marks = getattr(hints[field.name], "__metadata__", ())
        key = next((mark.name for mark in marks if isinstance(mark, Key)), field.name)
        hint = _plain(hints[field.name])
        if get_origin(hint) in (Union, UnionType):
            hint = next(one for one in get_args(hint) if one is not NoneType)
        made.append((key, _plain(hint)))
    return tuple(made)


def _plain(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _item(hint: Any) -> Any:
    """The type of the items of a tuple; None for any other type."""
    return _plain(get_args(hint)[0]) if get_origin(hint) is tuple else None
