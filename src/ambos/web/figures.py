"""Charts, tables and paragraphs of the dossier on pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ambos.briefing import Chart, Document, DossierTable, Paragraph, alt_text
from ambos.briefing.document import Block
from ambos.briefing.view import Viewer
from ambos.web.drawing import picture
from ambos.web.page import Page


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
                    "unit": block.unit.name[page.language],
                }
            )
        elif isinstance(block, DossierTable):
            made.append(viewer.table(block))
        elif isinstance(block, Paragraph):
            made.append({"kind": block.kind, "text": block.text[page.language]})
    return made
