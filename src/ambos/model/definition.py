"""Marks of a field whose type does not say how a table of the definitions has it: ``Annotated[type, mark, ...]``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any


@dataclass(frozen=True, slots=True)
class Key:
    """Key of the field in the file, where it is another than the field's name (``from`` is a word of Python)."""

    name: str


@dataclass(frozen=True, slots=True)
class In:
    """Table inside, in which the field is written (``[design]`` of a plant for `design_citation`)."""

    table: str


@dataclass(frozen=True, slots=True)
class Within:
    """Range of a number, both ends allowed."""

    low: float
    high: float = float("inf")


@dataclass(frozen=True, slots=True)
class Written:
    """Type of the value in the file, and its conversion; a `ValueError` says in both languages what is wrong."""

    type: Any
    convert: Callable[[Any], Any]


class Form(Enum):
    """Place of a field, where it has no key."""

    INLINE = "its own fields are keys of the same table"
    DERIVED = "computed from others, never written; it has a default"


INLINE, DERIVED = Form.INLINE, Form.DERIVED


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


#: A number that is printed as people write it: 60, not 60.0.
Number = Annotated[float, Written(float, _whole)]
