"""Pages of series: the list, and one series with its figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from ambos.flows.data import figures
from ambos.flows.data.listing import list_series
from ambos.flows.data.show import show
from ambos.web.page import Asked
from ambos.web.params import Currency, FirstDay, Freq, LastDay, Names, YearBasis

router = APIRouter()


@router.get("/series")
def all_series(page: Asked, q: str = "") -> HTMLResponse:
    """List the series by topic."""
    return page.render("series_list.html.j2", series=list_series(page.workspace, q), q=q)


@router.get("/series/{id}")
def one_series(
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
) -> HTMLResponse:
    """Show the figures of a series, with every filter in the address."""
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
    answer = figures.answer(page.workspace, shown, as_of=as_of, currency=currency)
    return page.answer(answer, "series.html.j2", what=shown.what)
