"""PDF: a tagged book (PDF/UA-1) set by Typst from the same view as the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from ambos.briefing import charts, palette
from ambos.briefing.charts import FONTS
from ambos.briefing.document import Chart, Document
from ambos.briefing.html import TEMPLATES
from ambos.briefing.paging import Piece, heights, one_page
from ambos.briefing.unit_by_language import chart_in
from ambos.briefing.view import View
from ambos.errors import BriefFailed
from ambos.later import Later
from ambos.text import Language, Text

typst = Later("typst")

#: Width of the text and height of a page within its margins, in points (US letter).
WIDTH, ROOM = 492.0, 666.0
#: Height of the upper margin.
TOP = 66.0
#: Rows of a table that is not broken over two pages.
UNBROKEN = 8
#: Maximum number of rows of a table on a slide.
MOST_ROWS = 12
#: What is kept back of each page for what a measurement misses.
_SLACK = 6.0


def book(document: Document, view: View, words: Mapping[str, Text]) -> bytes:
    """Make the PDF of a document, its charts drawn as tall as fills the pages.

    Parameters
    ----------
    document : Document
    view : dict
        Of the document in the book's language.
    words : mapping of str to Text

    Raises
    ------
    BriefFailed
        If Typst refuses the document; its own words are in the error.
    """
    language: Language = view["language"]
    elastic = (f for f in document.figures() if isinstance(f, Chart) and f.kind in charts.ELASTIC)
    charts_by_id = {f.id: chart_in(f, language) for f in elastic}
    factors: dict[str, float] = {}
    left_out: list[str] = []
    for section, pieces in _measured(document, view, charts_by_id, words):
        if section["one_page"]:
            chosen, without = one_page(pieces, ROOM - _SLACK)
            left_out += without
        else:
            chosen = heights(pieces, ROOM - _SLACK)
        for piece in (piece for piece in pieces if piece.id in chosen):
            low, high = _bounds(charts_by_id[piece.id], section)
            way = chosen[piece.id] - piece.height
            whole = piece.height - piece.least if way < 0 else piece.most - piece.height
            factors[piece.id] = 1 + way / whole * (1 - low if way < 0 else high - 1)
    drawn = {
        id: charts.svg(charts_by_id[id], language, words, charts.WIDE, f"{id}-w", factor)
        for id, factor in factors.items()
        if abs(factor - 1) > 0.005
    }
    sections = [
        {
            **s,
            "blocks": [
                {**b, "svg": drawn[b["id"]]} if b.get("id") in drawn else b
                for b in s["blocks"]
                if b.get("id") not in left_out
            ],
        }
        for s in view["sections"]
    ]
    return _set("dossier.typ", document, {**view, "sections": sections})


def _bounds(chart: Chart, section: View) -> tuple[float, float]:
    """Factors of its usual height between which a chart of a section is drawn."""
    if not section["one_page"]:
        return charts.LOWEST, charts.TALLEST
    return charts.LOWEST if chart.kind == "bar" else charts.PAGE_LOWEST, charts.PAGE_TALLEST


def _measured(
    document: Document, view: View, elastic: Mapping[str, Chart], words: Mapping[str, Text]
) -> Iterator[tuple[View, list[Piece]]]:
    """Measure the blocks of each section on a page without end; of charts the least and greatest heights too.

    What keeps with the next block (the section's title and first words, a heading, a text) is measured with it. What stands
    on other pages, and the drawings in the frames of the charts, change no height and are left out.
    """
    language: Language = view["language"]
    sections = [
        {**s, "blocks": [{**b, "svg": _frame(b["svg"])} if "svg" in b else b for b in s["blocks"]]}
        for s in view["sections"]
        if not s["back"]
    ]
    whole = {**view, "measured": True, "cover": [], "spread": None, "quotes": [], "sections": sections}
    marks = json.loads(_run(typst.query, "dossier.typ", document, whole, selector="<at>", field="value"))
    for section in sections:
        tops = [TOP, *(mark["y"] for mark in marks if mark["section"] == section["id"])]
        pieces, held = [], tops[1] - tops[0]
        for block, (top, bottom) in zip(section["blocks"], pairwise(tops[1:]), strict=True):
            if block["kind"] in ("heading", "text"):
                held += bottom - top
                continue
            id, height = block.get("id", ""), bottom - top + held
            least = most = height
            if id in elastic:
                usual = charts.height(elastic[id], language, words)
                low, high = (charts.height(elastic[id], language, words, f) for f in _bounds(elastic[id], section))
                least, most = (height + (each - usual) * WIDTH / charts.WIDE for each in (low, high))
            breakable = block["kind"] != "chart" and len(block.get("rows", range(99))) > UNBROKEN
            pieces.append(Piece(id, height, least, most, breakable))
            held = 0.0
        yield section, pieces


def _frame(svg: str) -> str:
    """Give a drawing of the same size with nothing in it."""
    return svg[: svg.index(">")] + "/>"


def summary(document: Document, view: View) -> bytes:
    """Make the PDF of a document's summary, one page.

    Raises
    ------
    BriefFailed
        If Typst refuses it.
    """
    return _set("summary.typ", document, {**view, "sections": []})


def slides(document: Document, view: View) -> bytes:
    """Make slides of the figures of a document; tables too long for a slide are named at the end.

    Raises
    ------
    BriefFailed
        If Typst refuses them.
    """
    tables = [b for s in view["sections"] if not s["back"] for b in s["blocks"] if b["kind"] == "table"]
    left_out = [f"{b['label']}: {b['title']}" for b in tables if len(b["rows"]) > MOST_ROWS]
    return _set("slides.typ", document, {**view, "most_rows": MOST_ROWS, "left_out": left_out})


def _set(template: str, document: Document, view: View) -> bytes:
    """Set a template with a view."""
    day = document.date
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    made: bytes = _run(typst.compile, template, document, view, format="pdf", pdf_standards=["ua-1"], timestamp=noon)
    return made


def _run(how: Callable[..., Any], template: str, document: Document, view: View, **settings: Any) -> Any:
    """Run Typst on a template with a view.

    Raises
    ------
    BriefFailed
        If it refuses the document; its own words are in the error.
    """
    colours = {
        "ink": palette.INK,
        "muted": palette.MUTED,
        "rule": palette.RULE,
        "first": palette.SIDES["first"],
        "second": palette.SIDES["second"],
    }
    day = document.date
    data = {"measured": False, **view, "font": palette.FONT, "colours": colours, "day": [day.year, day.month, day.day]}
    data |= {"unbroken": UNBROKEN}
    try:
        return how(
            (TEMPLATES / template).read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)]),
            ignore_system_fonts=True,
            sys_inputs={"dossier": json.dumps(data, ensure_ascii=False)},
            **settings,
        )
    except typst.TypstError as error:
        raise BriefFailed(detail=f"Typst: {error.message}") from error
