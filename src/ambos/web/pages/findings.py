"""Pages of findings: the list with its filters, and one finding at its own address."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from ambos.flows.data.findings import Filters, find, list_answer, one_answer
from ambos.quality import load_checks
from ambos.quality.definitions import SEVERITIES
from ambos.web.page import Asked

router = APIRouter()

#: Findings on one page.
PER_PAGE = 50


@router.get("/findings")
def all_findings(
    page: Asked,
    place: str = "",
    dataset: str = "",
    source: str = "",
    severity: Literal["high", "medium", "low", ""] = "",
    check: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """List the findings, the weightiest first, in pages."""
    catalog, findings = page.workspace.catalog, page.site.findings()
    answer = list_answer(page.workspace, findings, Filters(place, dataset, source, severity, check))
    rows = answer.table("findings").cells()
    first = (number - 1) * PER_PAGE
    feeding = {source for f in findings for source in catalog.datasets[f.dataset].sources}
    places = [catalog.places[id] for id in catalog.places if any(f.place == id for f in findings)]
    return page.answer(
        answer,
        "findings.html.j2",
        rows=rows[first : first + PER_PAGE],
        number=number,
        pages=-(-len(rows) // PER_PAGE),
        places=places,
        checks=[c for c in load_checks().values() if any(f.check == c.id for f in findings)],
        sources=[s for s in catalog.sources.values() if s.id in feeding],
        datasets=[d for d in catalog.datasets.values() if any(f.dataset == d.id for f in findings)],
        severities=SEVERITIES,
        given={"place": place, "dataset": dataset, "source": source, "severity": severity, "check": check},
    )


@router.get("/findings/{id:path}")
def one_finding(page: Asked, id: str) -> HTMLResponse:
    """Show one finding with its figures, events, check and thresholds."""
    finding = find(page.site.findings(), id)
    answer = one_answer(page.workspace, finding)
    return page.answer(answer, "finding.html.j2", finding=finding, series=answer.table("series").cells())
