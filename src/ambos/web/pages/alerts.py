"""The page of alerts: what rules there are, when each last fired, and what it found. Nobody who is told is named."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ambos.flows.alerts.answer import public_answer
from ambos.web.page import Asked

router = APIRouter()


@router.get("/alerts")
def alerts(page: Asked) -> HTMLResponse:
    """List the rules and what they found."""
    page.site.passes = True  # the outbox
    answer = public_answer(page.workspace)
    return page.answer(answer, "alerts.html.j2", events=answer.table("events").cells())
