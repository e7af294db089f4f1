"""Pages of series: the list, and one series with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from ambos.briefing.document import Chart
from ambos.errors import NoData
from ambos.flows.brief.picture import picture
from ambos.flows.data import figures
from ambos.flows.data.listing import list_series
from ambos.flows.data.show import Figures, show
from ambos.web import drawing
from ambos.web.page import Asked
from ambos.web.params import Currency, FirstDay, Freq, LastDay, Names, YearBasis

router = APIRouter()


@router.get("/series")
def all_series(page: Asked, q: str = "") -> HTMLResponse:
    """List the series by topic."""
    return page.render("series_list.html.j2", series=list_series(page.workspace, q), q=q)


@dataclass(frozen=True, slots=True)
class Question:
    """The figures that an address asks for, and what it says of them."""

    shown: Figures
    as_of: date | None
    currency: str


def question(
    page: Asked,
    id: str,
    place: Names = (),
    item: Names = (),
    start: Annotated[FirstDay, Query(alias="from")] = None,
    to: LastDay = None,
    freq: Freq = "",
    as_of: LastDay = None,
    currency: Currency = "",
    year: YearBasis = "calendar",
) -> Question:
    """Ask for the figures of a series, with every filter in the address."""
    shown = show(
        page.workspace,
        id,
        places=place,
        items=item,
        start=start,
        end=to,
        frequency=freq or None,
        as_of=as_of,
        currency=currency,
        year_basis=year,
    )
    return Question(shown, as_of, currency)


Asks = Annotated[Question, Depends(question)]


def chart_of(page: Asked, asked: Asks) -> Chart:
    """Make the chart of a series.

    Raises
    ------
    NoData
        If its figures are not drawn.
    """
    chart = picture(page.workspace, asked.shown)
    if chart is None:
        raise NoData(what=asked.shown.what.id)
    return chart


drawing.serve_chart(router, "/series/{id}/chart", chart_of)


@router.get("/series/{id}")
def one_series(page: Asked, asked: Asks) -> HTMLResponse:
    """Show the figures of a series."""
    found = page.site.findings(asked.as_of)
    answer = figures.answer(page.workspace, asked.shown, as_of=asked.as_of, currency=asked.currency, findings=found)
    chart = picture(page.workspace, asked.shown)
    query = page.selection()
    drawn = drawing.picture(page, chart, f"/series/{asked.shown.what.id}/chart", **query) if chart else None
    return page.answer(answer, "series.html.j2", what=asked.shown.what, chart=drawn)
