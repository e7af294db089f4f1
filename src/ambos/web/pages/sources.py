"""Pages of sources: how fresh each is, and one with what is held of it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ambos.flows.data.listing import sources_answer
from ambos.flows.data.source import failures, source_answer, when, why
from ambos.web.page import Asked

router = APIRouter()


@router.get("/sources")
def all_sources(page: Asked) -> HTMLResponse:
    """List the sources with their freshness and last failure."""
    answer = page.site.once("sources", sources_answer)
    page.site.passes = True  # the ledger
    last = {source: (when(lines[0]), why(lines[0])) for source, lines in failures(page.workspace).items()}
    return page.answer(answer, "sources.html.j2", rows=answer.table("sources").cells(), last=last)


@router.get("/sources/{id}")
def one_source(page: Asked, id: str) -> HTMLResponse:
    """Show a source with its datasets, series, files, failures and oddities."""
    answer = page.site.once(("source", id), lambda workspace: source_answer(workspace, id))
    findings = [f for f in page.site.findings() if id in page.workspace.catalog.datasets[f.dataset].sources]
    return page.answer(answer, "source.html.j2", id=id, findings=len(findings), series=answer.table("series").cells())
