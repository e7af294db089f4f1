"""Pages of forecasts of series: one place and item, with chart, tables and files."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from ambos.briefing.document import Chart
from ambos.catalog.words import load_words
from ambos.errors import CannotForecast
from ambos.flows.forecast import series as flow
from ambos.model import Series
from ambos.model.answer import Answer
from ambos.web import drawing, files
from ambos.web.forecasts import of_series
from ambos.web.page import Asked, Page

router = APIRouter()


def _choices(page: Page, id: str) -> flow.Choices:
    return page.site.once(("forecast-choices", id), lambda workspace: flow.choices(workspace, id))


def forecasted(page: Asked, id: str, place: str = "", item: str = "") -> flow.Forecasted:
    """Make the forecast that an address asks for, once per state of the store; of the first place if none is given."""
    offered = _choices(page, id)
    return of_series(page.site, id, place or offered.first_place, item or offered.first_item)


Made = Annotated[flow.Forecasted, Depends(forecasted)]


def chart_of(page: Asked, made: Made) -> Chart:
    """Make the chart of a forecast."""
    return flow.chart(page.workspace, made)


drawing.serve_chart(router, "/forecast/{id}/chart", chart_of)


@router.get("/forecast/{id}.csv")
@router.get("/forecast/{id}.json")
@router.get("/forecast/{id}.xlsx")
def download(page: Asked, made: Made) -> Response:
    """Give the forecast as a file."""
    form = page.request.url.path.rpartition(".")[2]
    chosen = next(known for known in files.FORMATS if known == form)
    answer, words = flow.answer(page.workspace, made), page.workspace.catalog.messages
    return files.file(answer, chosen, f"forecast-{made.shown.what.id}", page.language, words)


@router.get("/forecast")
def all_forecasts(page: Asked) -> HTMLResponse:
    """List the series that can be forecast, by topic; those of other regions' places last."""
    catalog = page.workspace.catalog
    ours = set(catalog.region_places())
    topics: dict[str, list[Series]] = {}
    known = [s for s in catalog.series.values() if isinstance(s, Series) and s.frequency in flow.SEASONS]
    for one in sorted(known, key=lambda s: bool(s.places) and ours.isdisjoint(s.places)):
        topics.setdefault(one.topic, []).append(one)
    return page.render(
        "forecast_list.html.j2", topics=topics, subject=load_words(page.workspace.catalog).pages["forecast"]
    )


@router.get("/forecast/{id}")
def one_forecast(page: Asked, id: str, place: str = "", item: str = "") -> HTMLResponse:
    """Show the forecast of a series, or why there is none."""
    what, offered = page.workspace.catalog.find_series(id), _choices(page, id)
    answer: Answer | None = None
    picture, refused = None, None
    try:
        made = forecasted(page, id, place, item)
        answer = flow.answer(page.workspace, made)
        chart = replace(flow.chart(page.workspace, made), notes=())  # they stand above it
        picture = drawing.picture(page, chart, f"/forecast/{id}/chart", **page.selection())
    except CannotForecast as error:
        refused = error.on_page()
    return page.render(
        "forecast_series.html.j2",
        what=what,
        offered=offered,
        place=place or offered.first_place,
        item=item or offered.first_item,
        answer=answer,
        chart=picture,
        refused=refused,
        query=page.selection(),
    )
