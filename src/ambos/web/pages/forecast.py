"""The page of the forecast of waits."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from ambos.briefing.document import Chart
from ambos.catalog.words import load_words
from ambos.errors import AmbosError, NoData
from ambos.flows.forecast.picture import picture
from ambos.flows.forecast.waits import Forecast, answer
from ambos.model.answer import Answer, Named
from ambos.text import Text
from ambos.web.drawing import serve_chart
from ambos.web.figures import blocks
from ambos.web.forecasts import of_waits
from ambos.web.forms import Field, asked, choice, status_of
from ambos.web.page import Asked, Page

router = APIRouter()

Crossing = Annotated[str, Query(max_length=100)]
Lane = Annotated[str, Query(pattern=r"^(|[a-z_]+/[a-z_]+)$")]


def _fields(page: Page) -> tuple[Field, ...]:
    catalog = page.workspace.catalog
    places = [catalog.places[p] for p in catalog.region_places()]
    crossings = [Named(place.slug, place.name) for place in places if place.kind == "crossing"]
    modes, lanes = catalog.codelists["wait_modes"].codes, catalog.codelists["lanes"].codes
    classes = [
        Named(f"{mode}/{lane}", catalog.name("wait_modes", mode) + Text.same(", ") + catalog.name("lanes", lane))
        for mode in modes
        for lane in lanes
    ]
    return (
        choice("crossing", "forecast.crossing", crossings, required=True),
        choice("lane", "forecast.lane", classes),
    )


def _made(page: Page, crossing: str, lane: str) -> Forecast:
    return of_waits(page.site, crossing, lane or None)


def _chart(page: Asked, crossing: Crossing = "", lane: Lane = "") -> Chart:
    if not crossing:
        raise NoData(what=page.say("forecast.crossing"))
    return picture(page.workspace, _made(page, crossing, lane))


serve_chart(router, "/forecast/waits/forecast-waits", _chart)


@router.get("/forecast/waits")
def waits(page: Asked, crossing: Crossing = "", lane: Lane = "") -> Response:
    """Show the forecast of waits at a crossing, beside its baselines and past errors; by its code, lead to its name."""
    if (by_code := page.workspace.catalog.places.get(crossing)) and by_code.slug != crossing:
        return RedirectResponse(page.url("/forecast/waits", crossing=by_code.slug, lane=lane), 307)
    page.site.passes = True  # the age of the last report
    shown: Answer | None = None
    error: AmbosError | None = None
    charts: list[dict[str, Any]] = []
    if crossing:
        shown, error = asked(lambda: answer(page.workspace, _made(page, crossing, lane)))
    if shown is not None:
        drawn = picture(page.workspace, _made(page, crossing, lane))
        charts = blocks(page, [drawn], "/forecast/waits", crossing=crossing, lane=lane)
    return page.render(
        "forecast.html.j2",
        status=status_of(error),
        fresh=60,
        subject=load_words(page.workspace.catalog).pages["forecast/waits"],
        fields=_fields(page),
        answer=shown,
        charts=charts,
        refused=error.on_page() if error else None,
    )
