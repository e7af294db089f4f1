"""`/healthz`: whether this server answers, of which state of the store, and how fresh it is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ambos import __version__
from ambos.errors import AmbosError
from ambos.flows.data.listing import list_sources
from ambos.flows.data.source import failures, when, why
from ambos.flows.workspace import Workspace
from ambos.web.page import site_of

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
def health(request: Request) -> JSONResponse:
    """Say the version, the state of the store, the newest period of each source and the last failure of a source.

    The status is 503 where the store cannot be read.
    """
    site = site_of(request)
    state = site.state()
    body: dict[str, object] = {"version": __version__, "store": state.tag, "since": state.since.isoformat()}
    status = 200
    try:
        body["newest"] = site.once("newest", _newest)
        failed = failures(site.workspace)
        last = max(
            ((at, one) for line in failed.values() if (at := when(one := line[0]))), default=None, key=lambda f: f[0]
        )
        body["refresh"] = {
            "on": request.app.state.refresher is not None,
            "last_failure": {"source": last[1]["source"], "at": last[0].isoformat(), "why": why(last[1]).en}
            if last
            else None,
        }
    except AmbosError as error:
        status, body["problem"] = 503, error.say("en")
    return JSONResponse({"ok": status == 200, **body}, status, headers={"Cache-Control": "no-store"})


def _newest(workspace: Workspace) -> dict[str, dict[str, object]]:
    """The newest period held of each source, and whether a newer one should be out."""
    return {one.source.id: {"period": one.period, "late": one.late} for one in list_sources(workspace) if one.period}
