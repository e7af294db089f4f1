"""Pages of places: all of which something is held, and each with what is held of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, cast

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from ambos.flows.region.boundaries import boundaries
from ambos.flows.region.places import (
    PlaceHeld,
    Rows,
    across_from,
    around,
    codes_of,
    further_at,
    held_at,
    matching,
    newest_by_place,
    places_held,
    ports_near,
)
from ambos.web.area_map import area_map
from ambos.web.page import Asked
from ambos.web.site import Site

router = APIRouter()


def held(site: Site) -> list[PlaceHeld]:
    """The places of which something is held."""
    return site.once("places", places_held)


def find_newest(site: Site, kind: str) -> None:
    """Find what is held of all places of a kind, for one who asks for all their pages: a page alone is faster by itself."""
    site.once((newest_by_place, kind), lambda workspace: newest_by_place(workspace, kind))


@router.get("/places")
def all_places(page: Asked, q: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """List the places of which something is held."""
    whole = held(page.site)
    found = matching(whole, q)
    kinds = [(kind, list(own)) for kind, own in groupby(found, key=lambda h: h.place.kind)]
    return page.render("places.html.j2", kinds=kinds, count=len(found), all=len(whole), q=q)


@router.get("/places/{slug}")
def one_place(page: Asked, slug: str) -> HTMLResponse:
    """Show what is held of a place."""
    catalog = page.workspace.catalog
    # a municipality and the port across the line from it have names in common
    place = next((p for p in catalog.places.values() if p.slug == slug), None) or catalog.place(slug)
    drawn = boundaries(catalog)
    above, inside = around(page.workspace, place)
    newest = cast("Mapping[str, Rows] | None", page.site.made((newest_by_place, place.kind)))
    answer = page.site.once(("place", place.id), lambda workspace: held_at(workspace, place, newest))
    known = {one.place.id for one in held(page.site)}
    own = set(catalog.region_places())
    rows = answer.table("held").cells()
    views = answer.table("held").as_seen() if rows else ()
    links = [
        [page.url(f"/series/{rows[i]['series'].code}", place=place.slug) for i in view.rows or ()]  # type: ignore[union-attr]
        for view in views
    ]
    return page.render(
        "place.html.j2",
        place=place,
        above=above,
        inside=[p for p in inside if p.id in known or p.id in own],
        codes=codes_of(place),
        counterpart=place.counterpart,
        across=across_from(page.workspace, place),
        near=ports_near(page.workspace, place) if place.kind in ("county", "municipality") else [],
        map=area_map(drawn, place, catalog.places, [catalog.places[p] for p in catalog.region.ports])
        if drawn
        else None,
        map_source=drawn.source if drawn else None,
        answer=answer,
        links=links,
        further=further_at(page.workspace, place),
        has_page=place.kind in ("port", "crossing") and place.border is not None,
    )
