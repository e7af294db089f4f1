"""Pages of topics: the list, and one topic with its part of the dossier."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from ambos.briefing.document import Chart
from ambos.catalog.words import load_words
from ambos.errors import NoData
from ambos.flows.data.catalogue import numerator
from ambos.flows.region.topics import TopicPage, numbers, series_in, topic_page
from ambos.web.drawing import serve_chart
from ambos.web.figures import blocks
from ambos.web.page import Asked

router = APIRouter()
#: Findings shown of a topic.
FINDINGS = 8


@router.get("/topics")
def all_topics(page: Asked) -> HTMLResponse:
    """List the topics."""
    topics = page.workspace.catalog.topics.values()
    counts = {topic.id: len(series_in(page.workspace, topic)) for topic in topics}
    return page.render("topics.html.j2", topics=topics, counts=counts)


def _asked(page: Asked, topic: str) -> TopicPage:
    site = page.site
    if topic not in page.workspace.catalog.topics:
        topic_page(page.workspace, topic, (), ())  # refuses it
    quotes, findings = site.once("numbers", numbers, lasting=True), site.findings()
    return site.once(("topic", topic), lambda workspace: topic_page(workspace, topic, quotes, findings))


Topical = Annotated[TopicPage, Depends(_asked)]


def _chart(shown: Topical, figure: str) -> Chart:
    found = (b for b in shown.section.blocks if isinstance(b, Chart) and b.id == figure)
    chart = next(found, None)
    if chart is None:
        raise NoData(what=figure)
    return chart


serve_chart(router, "/topics/{topic}/{figure}", _chart)


@router.get("/topics/{topic}")
def one_topic(page: Asked, shown: Topical) -> HTMLResponse:
    """Show a topic: lead, charts and tables, findings, series."""
    path = f"/topics/{shown.topic.id}"
    store = page.workspace.store
    known = load_words(page.workspace.catalog).pages
    return page.render(
        "topic.html.j2",
        shown=shown,
        pages=[known[one.removeprefix("/")] for one in shown.topic.pages],
        blocks=blocks(page, shown.section.blocks, path),
        findings=shown.findings[:FINDINGS],
        held={one.id for one in shown.series if store.newest(numerator(page.workspace, one.id).dataset) is not None},
    )
