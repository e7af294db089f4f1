"""Pages of series: the list, and one series with its figures, files, chart and what was known when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator, Field

from ambos.briefing.document import Chart
from ambos.catalog.catalog import plain
from ambos.errors import BriefFailed, NoData
from ambos.flows.brief.picture import picture
from ambos.flows.data import profile as flow
from ambos.flows.data.listing import list_series
from ambos.flows.data.profile import Asked as Figures
from ambos.flows.data.profile import Profile, Question
from ambos.model import Series
from ambos.numbers import both, day
from ambos.numbers import period as period_words
from ambos.text import LANGUAGES, Text
from ambos.web import drawing, files
from ambos.web.page import Asked, Page, Seen
from ambos.web.params import Currency, FirstDay, Freq, LastDay, Names, YearBasis

router = APIRouter()

#: Maximum number of rows of a table on a page.
MOST_ROWS = 1200
_BIBTEX = re.compile(r"([&%$#_{}])")

Base = Annotated[Annotated[int, Field(ge=1000, le=9999)] | None, BeforeValidator(lambda text: text or None)]


@router.get("/series")
def all_series(page: Asked, q: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """List the series by topic, with unit, span and source."""
    known = page.site.once("series", flow.listed)
    found = [known[s.id] for s in list_series(page.workspace, q) if s.id in known]
    topics: dict[str, list[flow.Listed]] = {}
    for one in found:
        topics.setdefault(one.what.topic, []).append(one)
    return page.render("series_list.html.j2", topics=topics, q=q, count=len(found))


def question(
    page: Asked,
    id: str,
    place: Names = (),
    item: Names = (),
    start: Annotated[FirstDay, Query(alias="from")] = None,
    to: LastDay = None,
    freq: Freq = "",
    as_of: LastDay = None,
    currency: Currency = "",
    year: YearBasis = "calendar",
    form: Literal["growth", "previous", "index", "share", ""] = "",
    base: Base = None,
) -> Question:
    """The question that an address asks of a series, with every filter in it."""
    return Question(
        id,
        tuple(p for p in place if p),
        tuple(i for i in item if i),
        start,
        to,
        freq or None,
        as_of,
        currency,
        year,
        form or None,
        base,
    )


Asks = Annotated[Question, Depends(question)]


def figures(page: Asked, asked: Asks) -> Figures:
    """Ask for figures, once per state of the store for a page, its pictures and its files."""
    return page.site.once(("figures", asked), lambda workspace: flow.ask(workspace, asked))


Answered = Annotated[Figures, Depends(figures)]


def chart_of(page: Asked, asked: Answered) -> Chart:
    """Make the chart of a series.

    Raises
    ------
    NoData
        If its figures are not drawn.
    """
    chart = picture(page.workspace, asked.shown)
    if chart is None:
        raise NoData(what=asked.shown.what.id)
    return chart


drawing.serve_chart(router, "/series/{id}/chart", chart_of)


@router.get("/series/{id}.csv")
@router.get("/series/{id}.json")
@router.get("/series/{id}.parquet")
@router.get("/series/{id}.xlsx")
def download(page: Asked, asked: Answered) -> Response:
    """Give the figures as a file."""
    form = page.request.url.path.rpartition(".")[2]
    chosen = next(known for known in files.FORMATS if known == form)
    made, words = flow.data(page.workspace, asked), page.workspace.catalog.messages
    return files.file(made, chosen, asked.question.series, page.language, words)


@router.get("/series/{id}/revisions")
def revised(page: Asked, asked: Asks) -> HTMLResponse:
    """Show what was known when."""
    answer = page.site.once(("revisions", asked), lambda workspace: flow.revisions(workspace, asked))
    return page.answer(answer, "series_revisions.html.j2", question=asked, query=page.selection())


@router.get("/embed/series/{id}")
def embedded(page: Asked, asked: Answered) -> HTMLResponse:
    """Show one figure by itself, for the pages of others."""
    found = _profile(page, asked)
    return page.render(
        "series_embed.html.j2",
        what=asked.shown.what,
        chart=_drawn(page, asked),
        tables=_table(page, found)[0],
        source="; ".join(page.text(source.citation) for source in found.sources),
        fixed=asked.question.as_of,
        ends=asked.question.end,
        query=page.selection(),
    )


@router.get("/series/{id}")
def one_series(page: Asked, asked: Answered) -> HTMLResponse:
    """Show the figures of a series with all that stands beside them."""
    found = _profile(page, asked)
    what, query = asked.shown.what, page.selection()
    tables, cut = _table(page, found)
    series = what if isinstance(what, Series) else None
    units = page.workspace.catalog.units
    unit = units[asked.shown.frame["unit"][0]]
    if unit.metric and page.language == "es":
        unit = units[unit.metric.unit]
    return page.answer(
        found.answer,
        "series.html.j2",
        what=what,
        unit=unit.name,
        profile=found,
        asked=asked.question,
        chosen=set(asked.shown.frame["place"].unique()) if asked.question.places else set(),
        tables=tables,
        cut=cut,
        # of one figure of a whole range the table says how much of it is held
        coverage=page.seen(found.coverage)[0] if asked.shown.frame["frequency"][0] != "all" else None,
        chart=_drawn(page, asked),
        cite=_citation(page, asked, found),
        bibtex=_bibtex(page, asked, found),
        hourly=asked.shown.frame["frequency"][0] == "H",
        forecastable=asked.held.frame["frequency"][0] in ("M", "Q"),
        query=query,
        money=bool(series and asked.held.what.currency),  # type: ignore[union-attr]
        frequencies=_frequencies(page, asked),
    )


def _profile(page: Page, asked: Figures) -> Profile:
    found = page.site.findings(asked.question.as_of)
    return page.site.once(("profile", asked.question), lambda workspace: flow.profile(workspace, asked, found))


def _drawn(page: Page, asked: Figures) -> drawing.Picture | None:
    """The chart of figures as the page shows it; None where they are not drawn."""
    chart = picture(page.workspace, asked.shown)
    if chart is None:
        return None
    try:
        return drawing.picture(page, chart, f"/series/{asked.question.series}/chart", **page.selection())
    except BriefFailed:  # of two figures of one day, say, the table has both
        return None


def _table(page: Page, found: Profile) -> tuple[list[Seen], str]:
    """The tables for people, and what is said where they are cut: newest rows last, so that the oldest are left out."""
    tables = [seen for table in found.answer.tables if table.shown for seen in page.seen(table)]
    count = sum(len(table.rows) for table in tables)
    kept = [replace(table, rows=table.rows[-MOST_ROWS:]) for table in tables]
    shown = sum(len(table.rows) for table in kept)
    said = page.say("series.cut", shown=both(shown)[page.language], count=both(count)[page.language])
    return kept, said if shown < count else ""


def _frequencies(page: Page, asked: Figures) -> Sequence[str]:
    """The frequencies that a series can be shown at: its own and coarser ones."""
    what = asked.held.what
    while not isinstance(what, Series):
        what = page.workspace.catalog.series[what.numerator]
    order = ("H", "D", "M", "Q", "A")
    return (*order[order.index(what.frequency) :], "all")


def _span(asked: Figures) -> Text:
    labels = asked.shown.frame["period"].unique().sort()
    first, last = (Text(*(period_words(labels[at], k) for k in LANGUAGES)) for at in (0, -1))
    return first if first == last else first + Text.same(" – ") + last


def _citation(page: Page, asked: Figures, found: Profile) -> str:
    """Cite the figures in words."""
    known = found.known[0] if found.known else page.workspace.today()
    agencies = dict.fromkeys(page.text(s.agency) for s in found.sources)
    return page.say(
        "series.cite_as",
        agencies="; ".join(agencies),
        title=page.text(asked.shown.what.title),
        span=page.text(_span(asked)),
        sources="; ".join(page.text(s.title) for s in found.sources),
        known=day(asked.question.as_of or known, page.language),
        url=page.cited,
        today=day(page.workspace.today(), page.language),
    )


def _bibtex(page: Page, asked: Figures, found: Profile) -> str:
    """Cite the figures for LaTeX."""
    today = page.workspace.today()

    def safe(text: str) -> str:
        return _BIBTEX.sub(r"\\\1", text.replace("\\", ""))

    agencies = " and ".join(f"{{{safe(page.text(s.agency))}}}" for s in found.sources)
    fields = {
        "author": agencies,
        "title": f"{{{safe(page.text(asked.shown.what.title))}}}, {safe(page.text(_span(asked)))}",
        "howpublished": f"Ambos, \\url{{{page.cited.replace('{', '%7B').replace('}', '%7D')}}}",
        "note": safe("; ".join(page.text(s.citation) for s in found.sources)),
        "year": str(today.year),
        "urldate": today.isoformat(),
    }
    inner = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{ambos-{plain(asked.question.series)},\n{inner}\n}}"
