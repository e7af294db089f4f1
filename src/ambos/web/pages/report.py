"""Pages of the progress report: its tables, and its files, which are made when they are asked for."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from ambos.flows.brief import report_kept
from ambos.flows.brief.figures import Asked as Wanted
from ambos.model.answer import Answer, Table, View
from ambos.numbers import both
from ambos.text import Text
from ambos.web.filled import Given
from ambos.web.page import Asked
from ambos.web.pages.register import FRESH
from ambos.web.pages.trial import Hash, begin, steps_done, wait_for
from ambos.web.params import FirstDay

router = APIRouter(prefix="/register/report")
#: Rows of a table on the page.
ROWS = 100
_MORE = Text(
    "The first {shown} of {count}; the API has all.", "Los primeros {shown} de {count}; la API los tiene todos."
)
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
    answer = _short(report(page.workspace, asked=Wanted(since=since)))
    return page.answer(answer, "register_report.html.j2", fresh=FRESH, since=since, forms=report_kept.FORMS)


def _short(answer: Answer) -> Answer:
    """An answer whose views show the first rows of each table, and say how many there are."""
    return replace(
        answer, tables=tuple(replace(t, views=tuple(_first(t, v) for v in t.as_seen())) for t in answer.tables)
    )


def _first(table: Table, view: View) -> View:
    rows = range(len(table.rows)) if view.rows is None else view.rows
    if len(rows) <= ROWS:
        return view
    said = _MORE.format(shown=both(ROWS), count=both(len(rows)))
    return replace(view, rows=rows[:ROWS], note=said if view.note is None else view.note + Text.same("\n") + said)


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
