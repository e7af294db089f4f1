"""Parameters that many addresses take."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema

from ambos.periods import read_period

_PERIOD = {
    "type": "string",
    "pattern": r"^(|\d{4}(-(Q[1-4]|\d{2}(-\d{2})?))?)$",
    "examples": ["2015", "2023-Q3", "2023-07", "2026-01-31"],
}


def _first(text: object) -> date | None:
    return read_period(str(text), last=False) if text else None


def _last(text: object) -> date | None:
    return read_period(str(text), last=True) if text else None


#: A year, a quarter, a month or a day, as the first or the last day of it; an empty one is None.
FirstDay = Annotated[date | None, BeforeValidator(_first), WithJsonSchema(_PERIOD)]
LastDay = Annotated[date | None, BeforeValidator(_last), WithJsonSchema(_PERIOD)]
#: Names that may be given several times.
Names = Annotated[tuple[str, ...], Query()]
#: Frequency of figures; an empty one is that of the series.
Freq = Literal["A", "Q", "M", "D", "H", "all", ""]
Currency = Literal["USD", "MXN", ""]
YearBasis = Literal["calendar", "fiscal"]
