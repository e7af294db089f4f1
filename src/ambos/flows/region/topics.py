"""The subjects of the region: what the dossier shows of each and of other pages, its series and the findings on them."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ambos.briefing import Chart, Quote, Section
from ambos.catalog.catalog import nearest
from ambos.errors import NoData, UnknownName
from ambos.flows.brief.dossier import composed, on_the_cover, section
from ambos.flows.brief.figures import DossierContext, series_of
from ambos.flows.brief.quotes import quote
from ambos.flows.data.touching import concerns
from ambos.flows.workspace import Workspace
from ambos.model import Finding, Indicator, Series, Topic
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic with its part of the dossier, its series and the findings on them, the weightiest first."""

    topic: Topic
    section: Section
    series: tuple[Series | Indicator, ...]
    findings: tuple[Finding, ...]


def cover(workspace: Workspace, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Select the numbers of the dossier's cover from `numbers`."""
    return on_the_cover(workspace.catalog.brief, quotes)


def numbers(workspace: Workspace) -> tuple[Quote, ...]:
    """List the numbers for the plenary, as in the dossier, without those of which nothing is held."""
    context = DossierContext(workspace, [])
    made = []
    for entry in workspace.catalog.brief.get("quote", []):
        try:
            made.append(quote(context, entry))
        except NoData:
            continue  # an empty store shows what it has
    return tuple(made)


def page_of(workspace: Workspace, figure: str) -> str:
    """Find a page on which a chart of the dossier stands: the first of ``pages`` of its block, "" if there is none."""
    return next((entry["pages"][0] for entry in _on_pages(workspace) if entry["id"] == figure), "")


def charts_on(workspace: Workspace, page: str, findings: Sequence[Finding]) -> tuple[Chart, ...]:
    """Draw the charts of the dossier that a page of the site shows; without those of which nothing is held.

    Parameters
    ----------
    workspace : Workspace
    page : str
        Its address without the language: ``river/ledger``.
    findings : sequence of Finding
        All findings.
    """
    context = DossierContext(workspace, list(findings))
    made: list[Chart] = []
    for entry in _on_pages(workspace):
        if page in entry["pages"]:
            with suppress(NoData):
                made += [block for block in composed(context, entry, {}) if isinstance(block, Chart)]
    return tuple(made)


def _on_pages(workspace: Workspace) -> list[Mapping[str, Any]]:
    """List the blocks of ``brief.toml`` that stand on pages of the site."""
    sections = workspace.catalog.brief.get("section", [])
    return [entry for part in sections for entry in part.get("block", []) if entry.get("pages")]


def series_in(workspace: Workspace, topic: Topic) -> tuple[Series | Indicator, ...]:
    """The series and indicators of a topic, in the order of its patterns."""
    known = workspace.catalog.series
    ids = dict.fromkeys(id for pattern in topic.series for id in fnmatch.filter(known, pattern))
    return tuple(known[id] for id in ids)


def topic_page(workspace: Workspace, id: str, quotes: Sequence[Quote], findings: Sequence[Finding]) -> TopicPage:
    """Compose a topic.

    Parameters
    ----------
    workspace : Workspace
    id : str
    quotes : sequence of Quote
        `numbers` of the workspace.
    findings : sequence of Finding
        All findings.

    Raises
    ------
    UnknownName
        If there is no such topic.
    NoData
        If a figure of it has none.
    """
    topics = workspace.catalog.topics
    if id not in topics:
        raise UnknownName(kind=Text("topic", "el tema"), name=id, nearest=", ".join(nearest(id, topics)) or "–")
    topic = topics[id]
    part = next((p for p in workspace.catalog.brief.get("section", []) if p["id"] == topic.section), None)
    context = DossierContext(workspace, list(findings))
    series = series_in(workspace, topic)
    counted = {s.id: s for one in series for s in series_of(one, workspace.catalog.series)}.values()
    return TopicPage(
        topic,
        section(context, part, quotes, without=topic.without) if part else Section("", topic.name),
        series,
        tuple(f for f in findings if any(concerns(f, s, context.checks[f.check], workspace.catalog) for s in counted)),
    )
