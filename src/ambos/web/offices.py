"""Offices at the web door: the register that is served, log-ins, and the tokens of forms.

A page that is for one office stands below ``/register/desk``, is never kept by anyone, and is asked for by the cookie of a
session; all other pages look at no cookie. Every form that writes carries a token made of a cookie of its browser.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ambos.flows.workspace import Workspace
from ambos.text import Text
from ambos.web.filled import Filled
from ambos.web.page import Page
from ambos.web.rates import Rate

if TYPE_CHECKING:
    from ambos.model.register import Record
    from ambos.register.accounts import Accounts, Right, Session
    from ambos.register.store import Register

#: Cookies: of a session, and of a reader who fills in a form without one.
SESSION, READER = "ambos-session", "ambos-form"
#: Field with the token of a form, and the fields in which a form waits while its reader logs in again.
TOKEN, KEPT, KEPT_AT = "form-token", "kept.", "kept-at"
#: Where the pages of offices begin, after the language.
DESK, LOG_IN = "/register/desk", "/register/log-in"
#: Failed log-ins of one client, and on one account, within a quarter of an hour; comments of one client an hour, and of all
#: a day.
LOG_INS, OF_ACCOUNT, COMMENTS, OF_ALL = (10, 900.0), (50, 900.0), (5, 3600.0), (500, 86400.0)
_WITHIN = re.compile(r"/(en|es)/register/[A-Za-z0-9/?=&%._-]*")


class Answered(Exception):
    """A page is answered otherwise than it would be: another page, or another address."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def answered(request: Request, error: Exception) -> Response:
    """Give the answer that was chosen."""
    assert isinstance(error, Answered)
    return error.response


class Offices:
    """The register of a site that is served, opened when it is first asked for, and how often its log-ins were tried.

    Parameters
    ----------
    workspace : Workspace
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._register: Register | None = None
        self.log_ins, self.of_account = Rate(*LOG_INS), Rate(*OF_ACCOUNT)
        self.comments, self.of_all = Rate(*COMMENTS), Rate(*OF_ALL)

    @property
    def register(self) -> Register:
        """The register; pages that read nothing of it do not load it."""
        with self._lock:
            if self._register is None:
                from ambos.flows.register.open import open_register  # loads what asks databases

                self._register = open_register(self._workspace)
            return self._register

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of its offices."""
        from ambos.register.accounts import Accounts

        return Accounts(self.register.home, self._workspace.clock)


def offices_of(page: Page) -> Offices:
    """The offices of the site that a page belongs to."""
    return cast("Offices", page.request.app.state.offices)


@dataclass(frozen=True)
class Desk(Page):
    """A page of an office that is logged in."""

    session: Session

    @cached_property
    def office(self) -> Record:
        """Its office, as the register has it."""
        register, today = offices_of(self).register, self.site.state().today
        return register.get("office", self.session.account.office, day=today).record

    @property
    def side(self) -> str:
        """The side for which it acts."""
        return str(getattr(self.office, "side", ""))

    def may(self, right: Right) -> bool:
        """Return True if its account has a right."""
        return self.session.account.may(right)

    def show(self, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """Fill a template that nobody keeps."""
        return self.render(template, status=status, fresh=0, desk=self, token=self.session.form_token, **context)


# -- who is there --------------------------------------------------------------------------------------------------
def enter(page: Page, given: Filled | None = None, right: Right | None = None) -> Desk:
    """Let an office in that is logged in.

    Parameters
    ----------
    page : Page
    given : Filled, optional
        The form that was sent, of a request that writes.
    right : {"write", "accept", "moderate"}, optional
        What its account must be allowed to do.

    Raises
    ------
    Answered
        If it is not logged in, the form is not of this site and session, or the right is missing.
    """
    if given is not None:
        _refuse_foreign(page)
    session = session_of(page)
    if session is None:
        if given is None:
            to = page.request.url.path + (f"?{page.request.url.query}" if page.request.url.query else "")
            raise Answered(RedirectResponse(page.url(LOG_IN, to=to), 303, headers={"Cache-Control": "no-store"}))
        kept, here = given if _is_own(page) else None, page.request.url.path
        raise Answered(log_in_page(page, 403, problem=page.say("register.ended"), kept=kept, kept_at=here))
    desk = Desk(page.request, page.site, page.language, session)
    if given is not None and not hmac.compare_digest(given.one(TOKEN).encode(), session.form_token.encode()):
        if not _is_own(page):
            refuse(page, 403, page.say("register.foreign"))
        raise Answered(go_on_page(desk, given, page.request.url.path, 403, page.say("register.form_old")))
    if right is not None and not desk.may(right):
        account = session.account
        offices_of(page).accounts.record("no right", account.name, page.request.url.path[3:])
        role = page.say(f"register.role_{account.role}")
        refuse(page, 403, page.say("register.no_right", account=account.name, role=role))
    return desk


def session_of(page: Page) -> Session | None:
    """The session of a request, None if it has none that holds."""
    token = page.request.cookies.get(_cookie(page.request, SESSION), "")
    return offices_of(page).accounts.find(token) if token else None


def refuse(page: Page, status: int, message: str) -> None:
    """Answer with a refusal.

    Raises
    ------
    Answered
    """
    raise Answered(page.render("error.html.j2", status=status, message=message))


def writable(page: Page) -> bool:
    """Return True if the server has accounts, so that offices can write and readers comment; a copy has none."""
    return not page.copied and offices_of(page).accounts.any()


def refuse_read_only(page: Page) -> None:
    """Refuse what needs accounts on a server that has none.

    Raises
    ------
    Answered
    """
    if not writable(page):
        refuse(page, 403, page.say("register.read_only"))


def _refuse_foreign(page: Page) -> None:
    """Refuse a form that another site has sent (browsers say where a form comes from)."""
    if _is_own(page) is False:
        refuse(page, 403, page.say("register.foreign"))


def _is_own(page: Page) -> bool | None:
    """Return whether the browser says that a form comes from this site; None if it says nothing."""
    headers = page.request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    # a proxy may leave the port out of the host's name
    if origin is not None and _host(origin) != _host(f"//{headers.get('host', '')}"):
        return False
    if site is not None and site != "same-origin":
        return False
    return True if origin is not None or site is not None else None


def _host(address: str) -> str:
    """The name of the host in an address; "-" where it cannot be read."""
    try:
        return urlsplit(address).hostname or "-"
    except ValueError:
        return "-"


# -- pages of the log-in -------------------------------------------------------------------------------------------
def log_in_page(
    page: Page,
    status: int = 200,
    *,
    account: str = "",
    to: str = "",
    problem: str = "",
    kept: Filled | None = None,
    kept_at: str = "",
) -> HTMLResponse:
    """Ask for account and password; a form that was typed waits in it, to be sent to `kept_at` after the log-in."""
    secret = reader_secret(page)
    fields = []
    if kept is not None:
        fields = [(f"{KEPT}{name}", v) for name, values in kept.without(TOKEN).fields.items() for v in values]
        fields.append((KEPT_AT, kept_at))
    response = page.render(
        "log_in.html.j2",
        status=status,
        fresh=0,
        token=token_of(secret),
        account=account,
        to=to,
        problem=problem,
        fields=fields,
        insecure=not safe_to_log_in(page.request),
    )
    keep_secret(page, response, secret)
    return response


def go_on_page(desk: Desk, given: Filled, path: str, status: int = 200, problem: str = "") -> HTMLResponse:
    """Offer to send a form again that was typed before a log-in; nothing is written until its reader says so."""
    fields = [(name, value) for name, values in given.without(TOKEN).fields.items() for value in values]
    return desk.show("go_on.html.j2", status=status, fields=fields, path=path, problem=problem)


def waiting_form(given: Filled) -> tuple[str, Filled] | None:
    """The form that waits in a log-in, with its address; None if there is none."""
    path = given.one(KEPT_AT)
    if not local(path):
        return None
    return path, Filled({name.removeprefix(KEPT): v for name, v in given.fields.items() if name.startswith(KEPT)})


def local(address: str) -> bool:
    """Return True if an address is one of the register on this site."""
    return bool(_WITHIN.fullmatch(address)) and "//" not in address and ".." not in address


# -- cookies and tokens --------------------------------------------------------------------------------------------
def reader_secret(page: Page) -> str:
    """The secret of a browser that is not logged in, a new one if it has none."""
    known = page.request.cookies.get(_cookie(page.request, READER), "")
    return known if re.fullmatch(r"[A-Za-z0-9_-]{43}", known) else secrets.token_urlsafe(32)


def reader_token_fits(page: Page, given: Filled) -> bool:
    """Return True if a form carries the token of its browser's cookie."""
    _refuse_foreign(page)
    known = page.request.cookies.get(_cookie(page.request, READER), "")
    return bool(known) and hmac.compare_digest(given.one(TOKEN).encode(), token_of(known).encode())


def keep_secret(page: Page, response: Response, secret: str) -> None:
    """Have a browser keep the secret of its form."""
    _set(page.request, response, READER, secret)


def token_of(secret: str) -> str:
    """The token that a form carries, of the secret of its browser."""
    from ambos.register.accounts import form_token

    return form_token(secret)


def remember(page: Page, response: Response, session: Session) -> None:
    """Have a browser keep a session, and forget the secret of the form by which it began."""
    _set(page.request, response, SESSION, session.token)
    forget(page, response, READER)


def forget(page: Page, response: Response, name: str) -> None:
    """Have a browser forget a cookie."""
    request = page.request
    response.delete_cookie(_cookie(request, name), path="/", secure=_secure(request), httponly=True, samesite="lax")


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(_cookie(request, name), value, path="/", secure=_secure(request), httponly=True, samesite="lax")


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _cookie(request: Request, name: str) -> str:
    """The name of a cookie; behind TLS one that no other host of the domain can set."""
    return f"__Host-{name}" if _secure(request) else name


def safe_to_log_in(request: Request) -> bool:
    """Return True if a password is not read on the way: over https, or from this machine itself."""
    if _secure(request):
        return True
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def client_of(page: Page) -> str:
    """The address of a client, to count its tries; kept in memory only."""
    return page.request.client.host if page.request.client else ""


def too_many(page: Page, seconds: int) -> Text:
    """Say when to try again."""
    return page.workspace.catalog.message("web.register.too_many", minutes=-(-seconds // 60))
