"""Pages to try a decision: a form, the trial while it is played, and its result."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from ambos.crossing.defaults import MOST_SEED, REPLICATIONS, SEED
from ambos.errors import BadRequest
from ambos.flows.twin import trial
from ambos.text import Text
from ambos.web.drawing import dressed
from ambos.web.jobs import Asked as Wanted
from ambos.web.jobs import Jobs
from ambos.web.page import Asked, Page
from ambos.web.params import FirstDay

router = APIRouter()

#: Most replications that the web plays.
MOST_REPLICATIONS = 300
Hash = Annotated[str, InPath(pattern=r"^[0-9a-f]{16}$")]


async def _read(request: Request) -> Form:
    return Form(await request.form(max_files=0, max_fields=400))


Given = Annotated["Form", Depends(_read)]


def _jobs(page: Page) -> Jobs:
    return cast("Jobs", page.request.app.state.jobs)


def begin(page: Page, name: str, asked: Wanted) -> None:
    """Have a question answered by the processes of trials."""
    client = page.request.client
    _jobs(page).ask(name, asked, client.host if client else "")


def wait_for(page: Page, name: str, template: str = "trial_wait.html.j2") -> HTMLResponse:
    """Say how far the answer to a question is, or why there is none."""
    job = _jobs(page).get(name)
    if job is None:
        raise HTTPException(404)
    if job.error:
        raise job.error
    return page.render(template, status=202, job=job, ahead=_jobs(page).ahead(name))


def steps_done(page: Page, name: str) -> JSONResponse:
    """Say how far the answer to a question is, for the script of its page."""
    job = _jobs(page).get(name)
    body = {"ended": job is None or job.ended, "done": job.done if job else 0, "total": job.total if job else 0}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/try")
def form(page: Asked, crossing: str = "", day: FirstDay = None) -> HTMLResponse:
    """Ask which crossing and day, then what to change."""
    day = day or page.site.state().today
    return page.render(
        "trial_form.html.j2",
        crossings=trial.crossings(page.workspace),
        crossing=crossing,
        day=day,
        choices=trial.choices(page.workspace, crossing, day) if crossing else None,
        replications=REPLICATIONS,
        most=MOST_REPLICATIONS,
        seed=SEED,
    )


@router.post("/try")
def ask(page: Asked, given: Given) -> RedirectResponse:
    """Have a decision played; its address is that of the result."""
    seed = given.whole("seed", 0, MOST_SEED)
    asked = trial.question(
        page.workspace,
        given.text("crossing"),
        given.day("day"),
        [_line_change(given, line) for line in given.ids("line")],
        servers={
            id: count for id in given.ids("servers") if (count := given.whole(f"servers:{id}", 0, 100)) is not None
        },
        demand=given.factor("demand"),
        replications=given.whole("replications", 1, MOST_REPLICATIONS) or REPLICATIONS,
        seed=SEED if seed is None else seed,
    )
    return _play(page, asked)


@router.post("/run/{name}/compare")
def compare(page: Asked, given: Given, name: Hash) -> RedirectResponse:
    """Compare the changed scenario of a trial with that of another, with the same travellers."""
    other = given.text("other").rstrip("/").rpartition("/")[2]
    first, second = trial.kept(page.workspace, name), trial.kept(page.workspace, other)
    if first is None or second is None:
        raise HTTPException(404)
    texts = (first.question.scenarios[-1], second.question.scenarios[-1])
    return _play(page, trial.Question(texts, first.question.replications, first.question.seed))


def _play(page: Page, asked: trial.Question) -> RedirectResponse:
    name = trial.name_of(page.workspace, asked)
    if trial.kept(page.workspace, name) is None:
        begin(page, name, asked)
    return RedirectResponse(page.url(f"/run/{name}"), 303)


@router.get("/run/{name}")
def result(page: Asked, name: Hash) -> HTMLResponse:
    """Show a trial: its result, how far it is, or why it was not played."""
    if played := trial.kept(page.workspace, name):
        return page.render("trial.html.j2", name=name, trial=played, answers=played.answers)
    return wait_for(page, name)


@router.get("/run/{name}/progress")
def progress(page: Asked, name: Hash) -> JSONResponse:
    """Say how far a trial is, for the script of its page."""
    return steps_done(page, name)


@router.get("/run/{name}/{part}.toml")
def scenario(page: Asked, name: Hash, part: str) -> Response:
    """Give the scenario file of a trial."""
    played = trial.kept(page.workspace, name)
    if played is None or part not in (trial.AS_IS, trial.CHANGED):
        raise HTTPException(404)
    text = played.question.scenarios[0 if part == trial.AS_IS else -1]
    head = {"Content-Disposition": f'attachment; filename="{name}-{part}.toml"'}
    return Response(text, media_type="application/toml", headers=head)


@router.get("/run/{name}/{part}-{number}.svg")
def picture(page: Asked, name: Hash, part: str, number: int) -> Response:
    """Give a picture of a trial."""
    drawn = trial.picture(page.workspace, name, part, number, page.language)
    if drawn is None:
        raise HTTPException(404)
    own_fonts = dressed(drawn, dark=False)
    return Response(own_fonts, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def _line_change(given: Form, line: str) -> trial.LineChange:
    referred = given.percent(f"referred:{line}")
    return trial.LineChange(
        line,
        add_lanes=given.whole(f"add_lanes:{line}", -50, 50) or 0,
        start=given.text(f"from:{line}"),
        end=given.text(f"to:{line}"),
        lanes=given.hours(f"lanes:{line}"),
        opens=given.text(f"opens:{line}"),
        closes=given.text(f"closes:{line}"),
        demand=given.factor(f"demand:{line}"),
        referred=referred,
    )


class Form:
    """The fields of a form, read and checked; an empty one is None, or "" where a text is wanted."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str) -> str:
        return str(self._form.get(name, "")).strip()[:200]

    def long(self, name: str, most: int) -> str:
        """A text of several lines."""
        text = str(self._form.get(name, "")).strip()
        if len(text) > most:
            raise _wrong(name, Text(f"at most {most:,} characters", f"a lo sumo {most:,} caracteres"))
        return text

    def ids(self, group: str) -> list[str]:
        """The ids of the fields ``group:ID``; of ``line``, those with any field filled in."""
        if group == "line":
            named = [key.partition(":")[2] for key, value in self._form.items() if ":" in key and value]
            return [id for id in dict.fromkeys(named) if f"add_lanes:{id}" in self._form]
        return [key.partition(":")[2] for key, value in self._form.items() if key.startswith(f"{group}:") and value]

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise _wrong(name, Text("a day such as 2025-07-14", "un día como 2025-07-14")) from None

    def whole(self, name: str, low: int, high: int) -> int | None:
        text = self.text(name).replace("−", "-")
        if not text:
            return None
        if not text.lstrip("+-").isdecimal() or not text.isascii() or not low <= int(text) <= high:
            raise _wrong(name, Text(f"a whole number from {low} to {high}", f"un número entero de {low} a {high}"))
        return int(text)

    def hours(self, name: str) -> tuple[int, ...]:
        parts = self.text(name).replace(",", " ").split()
        if not parts:
            return ()
        if len(parts) != 24 or not all(p.isascii() and p.isdecimal() and int(p) <= 99 for p in parts):
            raise _wrong(name, Text("24 numbers, one an hour", "24 números, uno por hora"))
        return tuple(map(int, parts))

    def factor(self, name: str) -> float | None:
        """Per cent of today's, as a factor."""
        value = self._number(name, 1000, Text("per cent from 0 to 1,000", "un porcentaje de 0 a 1,000"))
        return None if value is None or value == 1 else value

    def percent(self, name: str) -> float | None:
        return self._number(name, 100, Text("per cent from 0 to 100", "un porcentaje de 0 a 100"))

    def _number(self, name: str, most: int, wanted: Text) -> float | None:
        text = self.text(name)
        if not text:
            return None
        try:
            value = float(text) if text.isascii() and "_" not in text else -1.0
        except ValueError:
            value = -1.0
        if not 0 <= value <= most:
            raise _wrong(name, wanted)
        return value / 100


def _wrong(name: str, wanted: Text) -> BadRequest:
    return BadRequest(detail=Text(f"The field {name} wants {wanted.en}.", f"El campo {name} requiere {wanted.es}."))
