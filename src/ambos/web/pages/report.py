"""Pages of the progress report: its tables, and its files, which are made when they are asked for."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from ambos.flows.brief import report_kept
from ambos.flows.brief.figures import Asked as Wanted
from ambos.web.filled import Given
from ambos.web.page import Asked
from ambos.web.pages.register import FRESH
from ambos.web.pages.trial import Hash, begin, steps_done, wait_for
from ambos.web.params import FirstDay

router = APIRouter(prefix="/register/report")
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


@router.get("")
def tables(page: Asked, since: FirstDay = None) -> HTMLResponse:
    """Show progress since the last plenary, or since a day, and offer the files."""
    from ambos.flows.brief.report import report

    page.site.passes = True  # the register is not in the store
    answer = report(page.workspace, asked=Wanted(since=since))
    return page.answer(answer, "register_report.html.j2", fresh=FRESH, since=since, forms=report_kept.FORMS)


@router.post("")
def ask(page: Asked, given: Given, since: FirstDay = None) -> RedirectResponse:
    """Have a file made; its address is that of the result."""
    form = given.one("form")
    if form not in report_kept.FORMS:
        raise HTTPException(404)
    asked = report_kept.question(page.workspace, since, page.language, form)
    name = report_kept.name_of(page.workspace, asked)
    if report_kept.kept(page.workspace, name) is None:
        begin(page, name, asked)
    return RedirectResponse(page.url(f"/register/report/{name}"), 303)


@router.get("/{name}", response_model=None)
def file(page: Asked, name: Hash) -> Response:
    """Give a file, or say how far it is."""
    made = report_kept.kept(page.workspace, name)
    if made is None:
        return wait_for(page, name, "report_wait.html.j2")
    of = {"en": "progress-report", "es": "informe-de-avance"}[page.language]
    headers = {"Cache-Control": "no-store"}
    return FileResponse(made, media_type=_TYPES[made.suffix[1:]], filename=of + made.suffix, headers=headers)


@router.get("/{name}/progress")
def progress(page: Asked, name: Hash) -> JSONResponse:
    """Say how far a file is, for the script of its page."""
    return steps_done(page, name)
