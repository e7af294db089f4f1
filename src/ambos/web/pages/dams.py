"""The page of the reservoirs on the state's own rivers."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ambos.catalog.words import load_words
from ambos.flows.region.dams import dams
from ambos.web.page import Asked
from ambos.web.params import FirstDay

router = APIRouter()


@router.get("/dams")
def on_a_day(page: Asked, date: FirstDay = None) -> HTMLResponse:
    """Show what each reservoir stores on a day, and how full it is."""
    lead = load_words(page.workspace.catalog).pages["dams"].text
    return page.answer(dams(page.workspace, day=date), lead=lead)
