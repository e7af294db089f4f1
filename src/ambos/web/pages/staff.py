"""Pages to plan lanes and officers: a form, the plan while it is made, and the plan."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ambos.crossing.defaults import SEED
from ambos.errors import BadRequest
from ambos.flows.twin import staff_trial, trial
from ambos.flows.twin.staff import MODES
from ambos.text import Text
from ambos.web.drawing import dressed
from ambos.web.page import Asked
from ambos.web.pages.trial import MOST_REPLICATIONS, Given, Hash, begin, steps_done, wait_for
from ambos.web.params import FirstDay

router = APIRouter()

_REPLICATIONS = 200
#: Characters of a file typed into the form.
_MOST_TEXT = 20_000


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
def ask(page: Asked, given: Given) -> RedirectResponse:
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
        begin(page, name, asked)
    return RedirectResponse(page.url(f"/staff/{name}"), 303)


@router.get("/staff/{name}")
def result(page: Asked, name: Hash) -> HTMLResponse:
    """Show a plan, how far it is, or why it was not made."""
    if made := staff_trial.kept(page.workspace, name):
        return page.render("staff.html.j2", name=name, plan=made, answer=made.answer)
    return wait_for(page, name)


@router.get("/staff/{name}/progress")
def progress(page: Asked, name: Hash) -> JSONResponse:
    """Say how far a plan is, for the script of its page."""
    return steps_done(page, name)


@router.get("/staff/{name}/plan.svg")
def picture(page: Asked, name: Hash) -> Response:
    """Give the picture of a plan."""
    drawn = staff_trial.drawing(page.workspace, name, page.language)
    if drawn is None:
        raise HTTPException(404)
    own_fonts = dressed(drawn, dark=False)
    return Response(own_fonts, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
