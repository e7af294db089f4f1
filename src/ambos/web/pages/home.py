"""The choice of language, and the home page: the region today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ambos.briefing import Quote
from ambos.flows.data.listing import list_sources
from ambos.flows.region.news import coming_answer, newest_figures, newest_findings
from ambos.flows.region.topics import cover, numbers
from ambos.flows.region.waits import last_waits
from ambos.model.answer import Answer, View
from ambos.text import LANGUAGES
from ambos.web.api.problem import language_asked
from ambos.web.page import Asked, Page, site_of
from ambos.web.site import Site

router = APIRouter()
#: The address that chooses a language; it has none itself.
root = APIRouter()
#: Rows shown of what is new, of findings and of what comes next.
NEWS, FINDINGS, COMING = 8, 6, 10
#: Columns of the waits shown here.
WAITS = ("crossing", "mode", "lane", "wait_minutes", "lanes_open", "reported_at", "age_minutes")


@root.get("/", include_in_schema=False)
def choose(request: Request) -> HTMLResponse:
    """Offer both languages, first the one that the browser prefers."""
    first = language_asked(request)
    pages = [Page(request, site_of(request), one) for one in (first, *(o for o in LANGUAGES if o != first))]
    return pages[0].render("root.html.j2", fresh=0, pages=pages)


@router.get("")
def home(page: Asked) -> HTMLResponse:
    """Show the region today."""
    site = page.site
    site.passes = True  # the age of the waits
    waits = last_waits(page.workspace)
    news = _first(_news(site), "news", NEWS)
    coming = _first(_coming(site), "coming", COMING)
    return page.render(
        "home.html.j2",
        quotes=_quotes(site),
        waits=waits,
        waits_table=_waits(page, waits),
        news=news,
        coming=coming,
        late=_late(site),
        findings=newest_findings(site.findings())[:FINDINGS],
        topics=page.workspace.catalog.topics.values(),
    )


def _news(site: Site) -> Answer:
    return site.once("news", newest_figures, lasting=True)


def _coming(site: Site) -> Answer:
    return site.once("coming", coming_answer, lasting=True)


def _quotes(site: Site) -> tuple[Quote, ...]:
    return cover(site.workspace, site.once("numbers", numbers, lasting=True))


def _late(site: Site) -> int:
    return site.once("late", lambda workspace: sum(s.late for s in list_sources(workspace)))


#: What the home page has of a state of the store, and series pages.
ONCE: tuple[Callable[[Site], object], ...] = (_quotes, _news, _coming, _late, Site.findings)


def _first(answer: Answer, table: str, rows: int) -> Answer:
    """An answer whose views show the first rows of a table."""
    whole = answer.table(table)
    views = tuple(replace(view, rows=range(min(rows, len(whole.rows)))) for view in whole.as_seen())
    return replace(answer, tables=(replace(whole, views=views),))


def _waits(page: Page, waits: Answer) -> dict[str, object]:
    """The last waits of all crossings in one table, with the address of each row's crossing."""
    table = waits.table("waits")
    seen = page.seen(replace(table, views=(View(table.title, WAITS),)))
    return {"seen": seen[0] if seen else None, "links": crossing_links(page, waits, "waits")}


def crossing_links(page: Page, answer: Answer, table: str) -> list[str]:
    """The address of the crossing of each row of a table."""
    places = page.workspace.catalog.places
    return [page.url(f"/crossings/{places[row['crossing'].code].slug}") for row in answer.table(table).cells()]  # type: ignore[union-attr, index]
