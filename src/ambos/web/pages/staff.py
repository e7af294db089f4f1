"""Pages to plan lanes and officers: a form, the plan while it is made, and the plan."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ambos.crossing.defaults import SEED
from ambos.errors import BadRequest
from ambos.flows.twin import staff_trial, trial
from ambos.flows.twin.staff import MODES
from ambos.text import Text
from ambos.web.jobs import Jobs
from ambos.web.page import Asked, Page
from ambos.web.pages.trial import MOST_REPLICATIONS, Form
from ambos.web.params import FirstDay

router = APIRouter()

_REPLICATIONS = 200
#: Characters of a file typed into the form.
_MOST_TEXT = 20_000
_HASH = Annotated[str, InPath(pattern=r"^[0-9a-f]{16}$")]


async def _read(request: Request) -> Form:
    return Form(await request.form(max_files=0, max_fields=40))


def _jobs(page: Page) -> Jobs:
    return cast("Jobs", page.request.app.state.jobs)


@router.get("/staff")
def form(page: Asked, crossing: str = "", day: FirstDay = None) -> HTMLResponse:
    """Ask which crossing and day, and what is wanted."""
    return page.render(
        "staff_form.html.j2",
        crossings=trial.crossings(page.workspace),
        crossing=crossing,
        day=day or page.site.state().today,
        modes=MODES,
        replications=_REPLICATIONS,
        most=MOST_REPLICATIONS,
    )


@router.post("/staff")
def ask(page: Asked, given: Annotated[Form, Depends(_read)]) -> RedirectResponse:
    """Have a plan made; its address is that of the result."""
    mode = given.text("mode")
    if mode not in MODES:
        raise BadRequest(
            detail=Text(f"{mode!r} is none of {', '.join(MODES)}.", f"{mode!r} no es ninguno de {', '.join(MODES)}.")
        )
    asked = staff_trial.StaffQuestion(
        crossing=given.text("crossing"),
        day=given.day("day"),
        mode=mode,
        target=given.text("target") if mode == "officers" else "",
        officers=given.long("officers", _MOST_TEXT),
        floors=given.long("floors", _MOST_TEXT),
        replications=given.whole("replications", 1, MOST_REPLICATIONS) or _REPLICATIONS,
        seed=SEED,
    )
    staff_trial.check(page.workspace, asked)
    name = staff_trial.name_of(page.workspace, asked)
    if staff_trial.kept(page.workspace, name) is None:
        client = page.request.client
        _jobs(page).ask(name, asked, client.host if client else "")
    return RedirectResponse(page.url(f"/staff/{name}"), 303)


@router.get("/staff/{name}")
def result(page: Asked, name: _HASH) -> HTMLResponse:
    """Show a plan, how far it is, or why it was not made."""
    if made := staff_trial.kept(page.workspace, name):
        return page.render("staff.html.j2", name=name, plan=made, answer=made.answer)
    job = _jobs(page).get(name)
    if job is None:
        raise HTTPException(404)
    if job.error:
        raise job.error
    return page.render("trial_wait.html.j2", status=202, job=job, ahead=_jobs(page).ahead(name))


@router.get("/staff/{name}/progress")
def progress(page: Asked, name: _HASH) -> JSONResponse:
    """Say how far a plan is, for the script of its page."""
    job = _jobs(page).get(name)
    body = {"ended": job is None or job.ended, "done": job.done if job else 0, "total": job.total if job else 0}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/staff/{name}/plan.svg")
def picture(page: Asked, name: _HASH) -> Response:
    """Give the picture of a plan."""
    drawn = staff_trial.drawing(page.workspace, name, page.language)
    if drawn is None:
        raise HTTPException(404)
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
