"""The application: routes, errors, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ambos import __version__
from ambos.briefing.charts import FONTS
from ambos.errors import AmbosError, RegisterFailed
from ambos.flows.workspace import Workspace
from ambos.text import LANGUAGES, Text
from ambos.web import health
from ambos.web.api import ROUTERS as API
from ambos.web.api.problem import problem
from ambos.web.forms import status_of
from ambos.web.headers import Headers
from ambos.web.jobs import Jobs
from ambos.web.kept import Kept
from ambos.web.limits import REASONS as LIMITS
from ambos.web.limits import Limits
from ambos.web.log import LOG, Logged
from ambos.web.offices import Answered, Offices, answered
from ambos.web.page import Page, language_of, site_of
from ambos.web.pages import ONCE, copy
from ambos.web.pages import ROUTERS as PAGES
from ambos.web.pages.home import root
from ambos.web.params import Slashes
from ambos.web.routes import under
from ambos.web.site import Site, State

#: Seconds before each answer that is made unasked, so that what is asked for first comes first, and seconds that the end
#: waits for one.
_APART, _END_WITHIN = 1.0, 20.0
STATIC = Path(__file__).resolve().parent / "static"
_REASONS = {
    404: Text("There is no page at this address.", "No hay ninguna página en esta dirección."),
    405: Text("This address takes other methods.", "Esta dirección admite otros métodos."),
    **LIMITS,
}
_NOT_UNDERSTOOD = Text(
    "The address or the form has a value that is not understood: {what}.",
    "La dirección o el formulario tiene un valor que no se entiende: {what}.",
)


def create_app(
    workspace: Workspace, *, answer_within: float | None = None, refreshed: bool = False, copied: bool = False
) -> FastAPI:
    """Make the application that serves a workspace; nothing is written.

    Parameters
    ----------
    workspace : Workspace
    answer_within : float, optional
        Seconds after which a client is told to ask again, while its answer is still made.
    refreshed : bool
        Whether sources are asked for newer figures while pages are served; whoever makes the application starts
        ``app.state.refresher``, which ends with it.
    copied : bool
        Whether its pages are to be written as files (`ambos.web.static_site`): all of one state of the store, and nothing
        that stands between strangers and the application.
    """
    app = FastAPI(
        title="Ambos",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.site = site = Site(workspace).now() if copied else Site(workspace)
    app.state.copied = site.state().today if copied else None
    app.state.jobs = Jobs(workspace)
    app.state.offices = Offices(workspace)
    app.state.refresher = None
    if refreshed:
        from ambos.web.refresher import Refresher  # loads what asks the network

        app.state.refresher = Refresher(workspace)
    if copied:
        copy.add_to(app)
    routes = app.router.routes
    routes += [*root.routes, *health.router.routes]
    for language in LANGUAGES:
        for router in PAGES:
            routes += under(f"/{language}", router.routes)
    for router in API:
        routes += router.routes
    app.mount("/static/fonts", StaticFiles(directory=FONTS))
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_exception_handler(AmbosError, _refused)
    app.add_exception_handler(Answered, answered)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _no_page)
    if copied:
        return app
    app.add_middleware(Kept)
    app.add_middleware(Slashes)
    app.add_middleware(Limits, refuse=_refuse, answer_within=answer_within)
    app.add_middleware(Logged, refuse=_refuse)
    app.add_middleware(Headers)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    ended = Event()
    warming = Thread(target=_warm, args=(app.state.site, ended), name="warm", daemon=True)
    warming.start()
    yield
    ended.set()
    warming.join(_END_WITHIN)
    if app.state.refresher:
        app.state.refresher.close()
    app.state.jobs.close()


def _warm(site: Site, ended: Event) -> None:
    """Make what is made once per state of the store before it is asked for; what fails is left to the page that asks."""
    warm: State | None = None
    while not ended.wait(_APART):
        state = site.state()
        for make in ONCE if state is not warm else ():
            with suppress(AmbosError):
                make(site)
            if ended.wait(_APART):
                return
        warm = state


def _refuse(request: Request, status: int, message: Text) -> Response:
    """Say why a request is refused: a page in its language, or a problem of the API."""
    if request.url.path.startswith(("/api", "/feeds/", "/calendar/")):
        return problem(request, status, message)
    page = Page(request, site_of(request), language_of(request))
    return page.render("error.html.j2", status=status, message=message[page.language])


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, AmbosError)
    said = error.on_page()
    if isinstance(error, RegisterFailed):  # where its database is concerns the operator only
        LOG.error("register", extra={"fields": {"problem": error.say("en")}})
        said = site_of(request).workspace.catalog.message("web.register.down")
    return _refuse(request, status_of(error), said)


def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    what = ", ".join(dict.fromkeys(str(one["loc"][-1]) for one in error.errors()))
    return _refuse(request, 400, _NOT_UNDERSTOOD.format(what=what))


def _no_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path, query = request.url.path, request.url.query
    if error.status_code == 404 and path.endswith("/") and path.strip("/"):
        return RedirectResponse(quote(path.rstrip("/")) + (f"?{query}" if query else ""), 308)
    response = _refuse(request, error.status_code, _REASONS.get(error.status_code, Text.same(error.detail)))
    response.headers.update(error.headers or {})
    return response
