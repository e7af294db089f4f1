"""Pages of ports and crossings: all of them on a map, and each."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from ambos.briefing import DossierTable
from ambos.briefing.document import Chart
from ambos.errors import NoData
from ambos.flows.region.crossings import (
    CrossingPage,
    SharedContext,
    by_hour,
    crossing_page,
    hours_and_lanes,
    of_region,
    side_by_side,
)
from ambos.flows.region.places import series_at
from ambos.flows.region.waits import last_waits
from ambos.flows.twin.calibrate_answer import in_use
from ambos.flows.twin.calibrate_picture import picture
from ambos.model.answer import View
from ambos.web.border_map import border_map
from ambos.web.drawing import serve_chart
from ambos.web.figures import blocks
from ambos.web.page import Asked, Page
from ambos.web.pages.home import WAITS, crossing_links
from ambos.web.site import Site

router = APIRouter()
#: Findings shown of a port or a crossing.
FINDINGS = 8
Lane = Annotated[str, Query(pattern=r"^(|[a-z_]+/[a-z_]+)$")]
Hourly = tuple[str, tuple[Chart, ...]]


@router.get("/crossings")
def all_crossings(page: Asked) -> HTMLResponse:
    """Show the ports and crossings of the region."""
    ports = of_region(page.workspace)
    crossings = [c.id for _, own in ports for c in own]
    page.site.passes = True  # the age of the waits
    facts, waits = hours_and_lanes(page.workspace, crossings), last_waits(page.workspace, crossings)
    table = waits.table("waits")
    return page.render(
        "crossings.html.j2",
        ports=ports,
        **_map(page),
        facts=facts,
        facts_links=crossing_links(page, facts, "facts"),
        waits=waits,
        waits_seen=page.seen(replace(table, views=(View(table.title, WAITS),))),
        waits_links=crossing_links(page, waits, "waits"),
    )


def _map(page: Page) -> dict[str, Any]:
    """The border line with the region's ports, and the names of its two sides."""
    catalog = page.workspace.catalog
    return {
        "maps": border_map(catalog.region.border_line, [port for port, _ in of_region(page.workspace)]),
        "members": [catalog.places[m] for m in catalog.region.members],
        "source": catalog.region.border_source,
    }


def _slug(page: Asked, crossing: str) -> str:
    """The slug of a place, whatever it was named by, so that it is asked for once."""
    return page.workspace.catalog.place(crossing).slug


Slug = Annotated[str, Depends(_slug)]


def _context(site: Site) -> SharedContext:
    findings = site.findings()
    return site.once("crossings", lambda workspace: SharedContext(workspace, list(findings)))


def _beside(site: Site) -> DossierTable | None:
    context = _context(site)
    return site.once("ports", lambda _: side_by_side(context))


def _one(site: Site, slug: str) -> CrossingPage:
    context = _context(site)
    return site.once(("crossing", slug), lambda _: crossing_page(context, slug))


def shared(site: Site) -> None:
    """Make what all ports and crossings share, with the page of the first."""
    _beside(site)
    for port, _ in of_region(site.workspace)[:1]:
        _one(site, port.slug)


def _asked(page: Asked, slug: Slug) -> CrossingPage:
    return _one(page.site, slug)


def _hours(page: Asked, slug: Slug, lane: Lane = "") -> Hourly:
    context = _context(page.site)
    return page.site.once(("hours", slug, lane), lambda _: by_hour(context, slug, lane))


def _calibrated(site: Site, shown: CrossingPage) -> tuple[Chart, ...]:
    """Chart what drawn days give beside the reports, where any line is calibrated."""
    ids = [c.id for c in shown.crossings]
    chart = site.once(("calibrated chart", shown.place.slug), lambda workspace: picture(workspace, ids))
    return (chart,) if chart else ()


def _chart(page: Asked, slug: Slug, figure: str, lane: Lane = "") -> Chart:
    if figure == "calibrated":
        given: tuple[Any, ...] = _calibrated(page.site, _asked(page, slug))
    else:
        given = _hours(page, slug, lane)[1] if figure.startswith("hours-") else _asked(page, slug).blocks
    chart = next((b for b in given if isinstance(b, Chart) and b.id == figure), None)
    if chart is None:
        raise NoData(what=figure)
    return chart


serve_chart(router, "/crossings/{crossing}/{figure}", _chart)


@router.get("/crossings/{crossing}")
def one_crossing(
    page: Asked,
    shown: Annotated[CrossingPage, Depends(_asked)],
    hourly: Annotated[Hourly, Depends(_hours)],
    lane: Lane = "",
) -> HTMLResponse:
    """Show a port or a crossing."""
    path = f"/crossings/{shown.place.slug}"
    beside = _beside(page.site)
    page.site.passes = True  # the age of the waits
    ids = [c.id for c in shown.crossings]
    waits = last_waits(page.workspace, ids)
    return page.render(
        "crossing.html.j2",
        shown=shown,
        calibrated=page.site.once(("calibrated", shown.place.slug), lambda workspace: in_use(workspace, ids)),
        **_map(page),
        waits=waits,
        fitted=blocks(page, _calibrated(page.site, shown), path),
        lane=hourly[0],
        hours=blocks(page, hourly[1], path, lane=lane or None),
        blocks=blocks(page, shown.blocks, path),
        ports=blocks(page, [beside] if beside else [], path),
        facts_links=crossing_links(page, shown.facts, "facts"),
        trials=[row["twin"] for row in shown.facts.table("facts").cells()],
        findings=shown.findings[:FINDINGS],
        series=series_at(page.workspace, shown.place),
    )
