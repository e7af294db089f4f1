"""Pages to log in and out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ambos.web import offices
from ambos.web.filled import Given
from ambos.web.offices import DESK, LOG_IN, Desk
from ambos.web.page import Asked

router = APIRouter()
#: Letters of an account's name and of a password that are looked at.
_MOST = 1000


@router.get(LOG_IN, response_model=None)
def ask(page: Asked, to: str = "") -> Response:
    """Ask for account and password."""
    offices.refuse_read_only(page)
    if offices.session_of(page):
        return RedirectResponse(page.url(DESK), 303)
    return offices.log_in_page(page, to=to if offices.local(to) else "")


@router.post(LOG_IN, response_model=None)
def log_in(page: Asked, given: Given) -> Response:
    """Begin a session."""
    offices.refuse_read_only(page)
    name, to, waiting = given.line("account")[:_MOST], given.one("to"), offices.waiting_form(given)
    to = to if offices.local(to) else ""

    def again(status: int, problem: str) -> HTMLResponse:
        kept, at = (waiting[1], waiting[0]) if waiting else (None, "")
        return offices.log_in_page(page, status, account=name, to=to, problem=problem, kept=kept, kept_at=at)

    if not offices.safe_to_log_in(page.request):
        return again(403, page.say("register.needs_tls"))
    if not offices.reader_token_fits(page, given):
        return again(403, page.say("register.form_old"))
    own, client = offices.offices_of(page), offices.client_of(page)
    # counted before the password is looked at, so that tries at once are too; a right one is given back
    if wait := own.log_ins.take(client) or own.of_account.take(name.casefold()):
        refused = again(429, page.text(offices.too_many(page, wait)))
        refused.headers["Retry-After"] = str(wait)
        return refused
    session = own.accounts.log_in(name, given.one("password")[: _MOST + 1])
    if session is None:
        return again(403, page.say("register.wrong_log_in"))
    own.log_ins.give_back(client)
    own.of_account.give_back(name.casefold())
    response: Response = RedirectResponse(to or page.url(DESK), 303)
    if waiting:
        desk = Desk(page.request, page.site, page.language, session)
        response = offices.go_on_page(desk, waiting[1], waiting[0])
    offices.remember(page, response, session)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/register/log-out", response_model=None)
def log_out(page: Asked, given: Given) -> Response:
    """End a session."""
    desk = offices.enter(page, given)
    offices.offices_of(page).accounts.log_out(desk.session)
    response = RedirectResponse(page.url("/register"), 303)
    offices.forget(page, response, offices.SESSION)
    response.headers["Cache-Control"] = "no-store"
    return response
