"""PDF: a tagged book (PDF/UA-1) set by Typst from the same view as the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import typst

from ambos.briefing import palette
from ambos.briefing.charts import FONTS
from ambos.briefing.document import Document
from ambos.briefing.html import TEMPLATES
from ambos.briefing.view import View
from ambos.errors import BriefFailed


def book(document: Document, view: View) -> bytes:
    """The PDF of a document.

    Raises
    ------
    BriefFailed
        If Typst refuses the document; its own words are in the error.
    """
    return _set("dossier.typ", document, view)


def summary(document: Document, view: View) -> bytes:
    """The PDF of a document's summary, one page.

    Raises
    ------
    BriefFailed
        If Typst refuses it.
    """
    return _set("summary.typ", document, {**view, "sections": []})


def _set(template: str, document: Document, view: View) -> bytes:
    """Set a template with a view."""
    colours = {
        "ink": palette.INK,
        "muted": palette.MUTED,
        "rule": palette.RULE,
        "first": palette.SIDES["first"],
        "second": palette.SIDES["second"],
    }
    day = document.date
    data = {**view, "font": palette.FONT, "colours": colours, "day": [day.year, day.month, day.day]}
    try:
        made = typst.compile(
            (TEMPLATES / template).read_bytes(),
            format="pdf",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)]),
            ignore_system_fonts=True,
            sys_inputs={"dossier": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()),
        )
    except typst.TypstError as error:
        raise BriefFailed(detail=f"Typst: {error.message}") from error
    return made
