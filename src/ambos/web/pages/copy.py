"""Pages that only a copy of the site has (`ambos.web.static_site`): a page about it, and a search and data without a server."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from ambos.catalog.catalog import plain
from ambos.flows.data import bulk
from ambos.flows.data.search import KINDS, everything
from ambos.flows.region.places import places_held
from ambos.flows.twin.trial import titles
from ambos.text import LANGUAGES
from ambos.web.api.bulk import files_of
from ambos.web.api.forms import json_text
from ambos.web.page import Asked, site_of
from ambos.web.pages.words import address_of

router, data = APIRouter(), APIRouter()


def add_to(app: FastAPI) -> None:
    """Add the pages in both languages, before those of the same addresses that need a server."""
    app.include_router(data)
    for language in LANGUAGES:
        app.include_router(router, prefix=f"/{language}")


@router.get("/copy")
def about(page: Asked) -> HTMLResponse:
    """Say what the copy holds and what needs the service; list data, feeds and trials."""
    return page.render("copy.html.j2", datasets=bulk.held(page.workspace), trials=titles(page.workspace))


@router.get("/search")
def search(page: Asked) -> HTMLResponse:
    """List everything that can be found by title, with the words by which the script of the page finds it."""
    held = {one.place.id for one in page.site.once("places", places_held)}
    rows = [
        {
            "address": address_of(page, one.kind, one.id, one.series, one.item),
            "title": page.text(one.title),
            "text": page.text(one.text),
            "kind": page.text(KINDS[one.kind][0]),
            "weight": round(weight, 3),
            "words": [" ".join(words[at]) for at in sorted(words, reverse=True)],
        }
        for one, weight, words in everything(page.workspace.catalog)
        if (one.kind != "place" or one.id in held) and (one.kind, one.id) != ("page", "api")
    ]
    return page.render("copy_search.html.j2", rows=sorted(rows, key=lambda row: plain(str(row["title"]))))


@data.get("/api/v1/bulk/datapackage.json")
def datapackage(request: Request) -> Response:
    """Describe the Parquet files."""
    site, files = site_of(request), files_of(request)
    kind: bulk.Kind = "parquet"
    made = {d.id: {kind: files.of(site, d)[kind]} for d in bulk.held(site.workspace)}
    return Response(json_text(bulk.descriptor(site.workspace, made, site.state().since)), media_type="application/json")
