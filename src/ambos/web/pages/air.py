"""Pages of the air: both countries' indices of a value or a file, limits, idling, pairs and networks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator
from pydantic import Field as Within
from starlette.datastructures import UploadFile

from ambos.catalog.words import load_words
from ambos.errors import AmbosError, BadRequest, bad_request
from ambos.flows.air.area import judge_area
from ambos.flows.air.design import NAMES, UNITS, design
from ambos.flows.air.exceed import exceedances
from ambos.flows.air.health import health
from ambos.flows.air.idling import idle
from ambos.flows.air.index import judge_hours, judge_value
from ambos.flows.air.limits import limits
from ambos.flows.air.pair import pair_stations
from ambos.flows.workspace import Workspace
from ambos.model.air import AirUnit, Pollutant
from ambos.model.answer import Answer
from ambos.text import LANGUAGES, Text
from ambos.web.figures import charts
from ambos.web.forms import Field, Number, Year, asked, status_of, whole
from ambos.web.page import Asked, Page
from ambos.web.params import FirstDay

router = APIRouter()

#: Most bytes of a file that is uploaded, and of the form around it.
MOST_BYTES, AROUND = 8 * 2**20, 64 * 2**10
#: Hours of a constant concentration.
_Hours = Annotated[Annotated[int, Within(ge=1, le=24)] | None, BeforeValidator(whole)]
_Percent = Annotated[Annotated[int, Within(ge=0, le=100)] | None, BeforeValidator(whole)]
_POLLUTANTS = tuple(NAMES.items())
_UNITS = tuple((code, Text.same(word)) for code, word in UNITS.items())
What = Literal["hours", "area", "exceedances", "design"]
_WHAT: dict[What, Text] = {
    "hours": Text("Both indices, hour by hour", "Ambos índices, hora por hora"),
    "area": Text("Mexico's index of the area", "Índice de México para el área"),
    "exceedances": Text("Days above the limits", "Días arriba de los límites"),
    "design": Text("US design values of three years", "Valores de diseño de EE. UU. de tres años"),
}
_FLOWS: dict[What, Callable[[Workspace, Path], Answer]] = {
    "hours": judge_hours,
    "area": judge_area,
    "exceedances": exceedances,
    "design": design,
}
_VALUE = (
    Field("pollutant", "air.pollutant", "choice", _POLLUTANTS, required=True),
    Field("value", "air.value", required=True),
    Field("unit", "air.unit", "choice", _UNITS, required=True),
    Field("hours", "air.hours", "year"),
    Field("date", "air.date", "day"),
)
_FILE = (
    Field("file", "air.file", "file", required=True),
    Field("what", "air.what", "choice", tuple(_WHAT.items()), required=True),
)


def _render(page: Page, flow: Callable[[], Answer] | None, day: date | None = None, *, fresh: int = 60) -> HTMLResponse:
    """Show the page of the air, with an answer or why it is refused."""
    answer, error = asked(flow) if flow else (None, None)
    words, catalog = load_words(page.workspace.catalog), page.workspace.catalog
    return page.render(
        "air.html.j2",
        status=status_of(error),
        fresh=fresh,
        subject=words.pages["air"],
        pages=words.pages,
        value_fields=_VALUE,
        file_fields=_FILE,
        answer=answer,
        charts=charts(page, "air"),
        refused=error.on_page() if error else None,
        limits=limits(page.workspace, day=day),
        series=[one for one in catalog.series.values() if one.topic == "air" and not one.id.endswith("before_2024")],
        counties=[catalog.places[id] for id in catalog.region.counties],
        most=MOST_BYTES // 2**20,
    )


@router.get("/air")
def of_value(
    page: Asked,
    pollutant: Pollutant | Literal[""] = "",
    value: Number = None,
    unit: AirUnit | Literal[""] = "",
    hours: _Hours = None,
    date: FirstDay = None,
) -> HTMLResponse:
    """Judge a concentration by both countries, beside the limits in force."""
    if not pollutant or value is None:
        return _render(page, None, date)
    flow = partial(judge_value, page.workspace, pollutant, value, day=date, unit=unit or None, hours=hours or 24)
    return _render(page, flow, date)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent to be judged."""

    what: What
    name: str
    content: bytes


async def _upload(request: Request) -> Upload:
    """Read the form of a file; its size is known before it is read.

    Raises
    ------
    HTTPException
        If it is larger than allowed, or does not say how large it is.
    BadRequest
        If there is no file in it.
    """
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        raise HTTPException(411, "Content-Length?")
    if int(length) > MOST_BYTES + AROUND:
        raise HTTPException(413, f"> {MOST_BYTES // 2**20} MiB")
    async with request.form(max_files=1, max_fields=4) as form:
        file, what = form.get("file"), form.get("what") or "hours"
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = file.filename if isinstance(file, UploadFile) else ""
    known = next((one for one in _WHAT if one == what), None)
    if not content or known is None:
        raise bad_request("Choose a CSV file of readings.", "Elija un archivo CSV de lecturas.")
    return Upload(known, Text.same(name or "CSV").printable().en[:100], content)


@router.post("/air")
def of_file(page: Asked, upload: Annotated[Upload, Depends(_upload)]) -> HTMLResponse:
    """Judge a file of readings; it is deleted before the answer is sent."""

    def flow() -> Answer:
        with tempfile.TemporaryDirectory(prefix="ambos-") as folder:
            path = Path(folder) / "readings.csv"
            path.write_bytes(upload.content)
            try:
                return _FLOWS[upload.what](page.workspace, path)
            except AmbosError as error:  # it names the file by its path here, which is nobody's affair
                said = error.on_page()
                raise BadRequest(detail=Text(*(said[k].replace(str(path), upload.name) for k in LANGUAGES))) from error

    return _render(page, flow, fresh=0)


def _other(page: Page, name: str, fields: tuple[Field, ...], flow: Callable[[], Answer]) -> HTMLResponse:
    answer, error = asked(flow)
    return page.render(
        "question.html.j2",
        status=status_of(error),
        fresh=600,
        subject=load_words(page.workspace.catalog).pages[name],
        parent=("/air", "air"),
        fields=fields,
        answer=answer,
        refused=error.on_page() if error else None,
    )


@router.get("/air/idling")
def of_waiting(
    page: Asked, port: Annotated[str, Within(max_length=100)] = "", year: Year = None, less: _Percent = None
) -> HTMLResponse:
    """Show what vehicles emit while they wait."""
    catalog = page.workspace.catalog
    ports = [(catalog.places[id].slug, catalog.places[id].name) for id in catalog.region.ports]
    fields = (
        Field("port", "air.port", "choice", tuple(ports)),
        Field("year", "river.year", "year"),
        Field("less", "air.less", "year"),
    )
    return _other(
        page,
        "air/idling",
        fields,
        lambda: page.site.once(
            ("idling", port, year, less),
            lambda workspace: idle(workspace, port=port or None, year=year, less=Decimal(less or 0)),
        ),
    )


@router.get("/air/pairs")
def of_pairs(page: Asked) -> HTMLResponse:
    """Show the stations of both sides that make pairs."""
    return _other(page, "air/pairs", (), lambda: pair_stations(page.workspace))


@router.get("/air/networks")
def of_networks(page: Asked) -> HTMLResponse:
    """Show what was asked of the networks, and what came."""
    return _other(page, "air/networks", (), lambda: page.site.once("air.health", health))
