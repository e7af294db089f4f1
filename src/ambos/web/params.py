"""Parameters that many addresses take."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema
from starlette.types import ASGIApp, Receive, Scope, Send

from ambos.periods import iso_of, read_period

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

#: A parameter of pages that is a day or a period, with a value that has a slash.
_SLASHED = re.compile(
    rb"(?<![^&])(as_of|date|day|from|start|to)=([0-9]+(?:(?:/|%2F)[0-9]+){1,2})(?![^&])", re.IGNORECASE
)


class Slashes:
    """Read days in the addresses of Spanish pages as they are written there: ``14/07/2023`` and ``07/2023``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the request on, with such days as ``2023-07-14`` and ``2023-07``."""
        if scope["type"] == "http" and scope["path"].startswith("/es/"):
            scope["query_string"] = _SLASHED.sub(_iso, scope["query_string"])
        await self.app(scope, receive, send)


def _iso(found: re.Match[bytes]) -> bytes:
    read = iso_of(unquote(found[2].decode()))
    return found[1] + b"=" + read.encode() if read else found[0]
