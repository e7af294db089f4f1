"""The page of the economy: the industries of the region's states side by side."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ambos.catalog.words import load_words
from ambos.flows.region.economy import industries
from ambos.web.forms import Year
from ambos.web.page import Asked

router = APIRouter()


@router.get("/economy")
def side_by_side(page: Asked, year: Year = None) -> HTMLResponse:
    """Show the industries of both states, in dollars and in pesos."""
    lead = load_words(page.workspace.catalog).pages["economy"].text
    return page.answer(industries(page.workspace, year=year), lead=lead)
