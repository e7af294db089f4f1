"""Pages of words: search, glossary, questions, about."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from ambos import __version__
from ambos.catalog.register import load_labels
from ambos.catalog.words import load_words
from ambos.errors import RegisterFailed
from ambos.flows.data.search import KINDS, MOST_LETTERS, search
from ambos.model.answer import Cell, Named
from ambos.web.offices import offices_of
from ambos.web.page import Asked, Page
from ambos.web.record_view import ADDRESSES

router = APIRouter()
#: What the register holds, as a kind of thing found; its kinds that are found, and how many that offices entered.
RECORD = Named("record", KINDS["record"][0])
_LISTED = [kind for kind in ADDRESSES if kind != "comment"]
MOST_ENTERED = 10


@router.get("/search")
def find(
    page: Asked,
    q: Annotated[str, Query(max_length=MOST_LETTERS)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Search everything in both languages."""
    answer = search(page.workspace, q) if q.strip() else None
    found = answer.table("results").cells() if answer else []
    kinds = [one for one in KINDS if any(_code(row["kind"]) == one for row in found)]
    rows = [(_address(page, row), row) for row in found if kind in ("", _code(row["kind"]))]
    if q.strip() and kind in ("", "record"):
        rows += _entered(page, q)
        kinds += ["record"] if rows and "record" not in kinds and rows[-1][1]["kind"] == RECORD else []
    return page.render(
        "search.html.j2", q=q, kind=kind, kinds=[(one, KINDS[one][0]) for one in kinds], rows=rows, answer=answer
    )


def _entered(page: Page, q: str) -> list[tuple[str, dict[str, Cell]]]:
    """The records of the register that offices entered and that have all the words; those of the region are in the index."""
    page.site.passes = True  # the register is not in the store
    register, names = offices_of(page).register, load_labels().kind
    try:
        entered = register.entries(
            text=q, as_compiled=False, kind=[*_LISTED], day=page.site.state().today, limit=MOST_ENTERED, order="title"
        )
    except RegisterFailed:  # what else is found does not depend on it
        return []
    return [
        (
            page.url(f"/register/{ADDRESSES[one.kind]}/{one.id}"),
            {"kind": RECORD, "title": one.title.text(), "text": names[one.kind]},
        )
        for one in entered.entries
    ]


def _code(cell: Cell) -> str:
    return str(cell.code) if isinstance(cell, Named) else str(cell)


def _address(page: Page, row: dict[str, Cell]) -> str:
    series, item = (str(row[key]) if row[key] else None for key in ("series", "item"))
    return address_of(page, _code(row["kind"]), str(row["id"]), series, item)


def address_of(page: Page, kind: str, id: str, series: str | None = None, item: str | None = None) -> str:
    """The address of something found; a code may be an item of a series."""
    if kind == "place":
        return page.url(f"/places/{page.workspace.catalog.places[id].slug}")
    if kind == "code":
        return page.url(f"/series/{series}", item=item) if series else page.url("/air", pollutant=item)
    if kind == "page" and id == "api":
        return "/api"
    if kind == "check":
        return page.url("/findings", check=id)
    if kind in ("term", "question"):
        return page.url("/glossary" if kind == "term" else "/faq") + f"#{id}"
    if kind == "record":
        of, _, record = id.partition("/")
        return page.url(f"/register/{ADDRESSES[of]}/{record}")
    return page.url({"series": "/series/", "source": "/sources/", "page": "/"}[kind] + quote(id))


@router.get("/glossary")
def glossary(page: Asked) -> HTMLResponse:
    """List the terms, both languages side by side, in the order of the page's language."""
    terms = load_words(page.workspace.catalog).terms.values()
    return page.render("glossary.html.j2", terms=sorted(terms, key=lambda one: page.text(one.term).casefold()))


@router.get("/faq")
def questions(page: Asked) -> HTMLResponse:
    """List the questions with their answers."""
    words, catalog = load_words(page.workspace.catalog), page.workspace.catalog
    links = {}
    for question in words.questions.values():
        for link in question.links:
            name = link.strip("/").partition("?")[0]
            series = catalog.series.get(name.removeprefix("series/"))
            known = words.pages.get(name) or words.pages.get(name.partition("/")[0])
            title = series.title if series else known.title if known else None
            links[link] = page.text(title) or name
    return page.render("faq.html.j2", questions=words.questions.values(), links=links)


@router.get("/about")
def about(page: Asked) -> HTMLResponse:
    """Say what this is, how figures are kept, how to cite them, and what it is not."""
    return page.render("about.html.j2", version=__version__, sources=page.workspace.catalog.sources.values())
