"""Forms of questions: fields with their values, and answers that may be refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema
from pydantic import Field as Within

from ambos.errors import (
    AmbosError,
    BadRanking,
    BadReadings,
    BadRecord,
    BadRequest,
    CannotForecast,
    FutureDay,
    NoData,
    NoRule,
    NotAllowed,
    OutsideRule,
    RecordChanged,
    RegisterFailed,
    TooManyTrials,
    TooMuch,
    UnknownName,
)
from ambos.model.answer import Answer, Named
from ambos.text import Text

#: The HTTP status of each kind of refusal.
_STATUS: dict[type[AmbosError], int] = {
    TooMuch: 413,
    TooManyTrials: 429,
    NotAllowed: 403,
    RecordChanged: 409,
    RegisterFailed: 503,
    **dict.fromkeys((UnknownName, NoData, NoRule, CannotForecast), 404),
    **dict.fromkeys((BadRequest, BadRanking, BadReadings, BadRecord, FutureDay, OutsideRule), 400),
}
_WRITTEN = re.compile(r"[+-]?([0-9]{1,12}\.?[0-9]{0,12}|\.[0-9]{1,12})")
_NUMBER = {"type": "string", "pattern": f"^({_WRITTEN.pattern})?$", "examples": ["1050.5"]}


def _number(text: object) -> Decimal | None:
    written = str(text).strip() if text is not None else ""
    if not written:
        return None
    if not _WRITTEN.fullmatch(written):
        raise ValueError("not a number")
    return Decimal(written)


def whole(text: object) -> int | None:
    """Read a whole number of a field; an empty field is None."""
    written = str(text).strip() if text is not None else ""
    if not written:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", written):
        raise ValueError("not a whole number")
    return int(written)


#: A number as written, exact to its last digit; an empty field is None.
Number = Annotated[Decimal | None, BeforeValidator(_number), WithJsonSchema(_NUMBER)]
#: A whole number; an empty field is None.
Whole = Annotated[Annotated[int, Within(ge=0, le=1_000_000_000)] | None, BeforeValidator(whole)]
#: A year; an empty field is None.
Year = Annotated[Annotated[int, Within(ge=1, le=9999)] | None, BeforeValidator(whole)]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form, with its key in the words of the page."""

    name: str
    label: str
    kind: Literal["number", "year", "day", "check", "choice", "file"] = "number"
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = False


def choice(name: str, label: str, named: Iterable[Named], *, required: bool = False) -> Field:
    """A field to choose one of some codes with names."""
    return Field(name, label, "choice", tuple((str(one.code), one.name) for one in named), required)


def asked(flow: Callable[[], Answer]) -> tuple[Answer | None, AmbosError | None]:
    """Ask a flow; a question that it refuses gives the error, which the page shows above its form."""
    try:
        return flow(), None
    except (BadRequest, BadReadings, NoData, NoRule, OutsideRule, UnknownName) as error:
        return None, error


def status_of(error: AmbosError | None) -> int:
    """The HTTP status of an answer, or of why it was refused; of what is not the question's fault, 500."""
    if error is None:
        return 200
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
