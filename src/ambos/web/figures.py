"""Charts, tables and paragraphs of the dossier on pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter

from ambos.briefing import Chart, Document, DossierTable, Paragraph, alt_text
from ambos.briefing.document import Block
from ambos.briefing.unit_by_language import chart_in
from ambos.briefing.view import Viewer
from ambos.errors import NoData
from ambos.flows.region.topics import charts_on, page_of
from ambos.web.drawing import picture, serve_chart
from ambos.web.page import Asked, Page

#: Serves the charts of the dossier that stand on pages of other answers.
router = APIRouter()


def _charts(page: Page, name: str) -> tuple[Chart, ...]:
    findings = page.site.findings()
    return page.site.once(("charts", name), lambda workspace: charts_on(workspace, name, findings))


def _chart(page: Asked, figure: str) -> Chart:
    chart = next((c for c in _charts(page, page_of(page.workspace, figure)) if c.id == figure), None)
    if chart is None:
        raise NoData(what=figure)
    return chart


serve_chart(router, "/figures/{figure}", _chart)


def charts(page: Page, name: str) -> list[dict[str, Any]]:
    """Describe the charts of the dossier that a page shows, for the macro ``blocks`` of ``blocks.html.j2``.

    Parameters
    ----------
    page : Page
    name : str
        The address of the page without the language: ``river/ledger``.
    """
    return blocks(page, _charts(page, name), "/figures")


def blocks(page: Page, given: Iterable[Block], path: str, **query: object) -> list[dict[str, Any]]:
    """Describe blocks for the macro ``blocks`` of ``blocks.html.j2``.

    Parameters
    ----------
    page : Page
    given : iterable of Block
    path : str
        Where `ambos.web.drawing.serve_chart` serves their charts, without the id of the chart: ``/topics/river``.
    **query
        Parameters of the addresses of the charts.
    """
    title = page.workspace.catalog.region.name
    nothing = Document(title, title, title, title, page.site.state().today, page.site.state().today, (), ())
    viewer = Viewer(nothing, page.language, page.workspace.catalog.messages)
    made: list[dict[str, Any]] = []
    for block in given:
        if isinstance(block, Chart):
            heads, rows = alt_text.grid(block, viewer.words, page.language)
            made.append(
                {
                    **viewer.figure(block),
                    "kind": "chart",
                    "picture": picture(page, block, f"{path}/{block.id}", **query),
                    "heads": heads,
                    "rows": rows,
                    "unit": chart_in(block, page.language).unit.name[page.language],
                }
            )
        elif isinstance(block, DossierTable):
            made.append(viewer.table(block))
        elif isinstance(block, Paragraph):
            made.append({"kind": block.kind, "text": block.text[page.language]})
    return made
