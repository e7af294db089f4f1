"""The dossier: a document composed of quotes, charts and tables becomes HTML and PDF in both languages.

This room knows nothing about where a figure comes from.
"""

from ambos.briefing.document import (
    Chart,
    Column,
    Datum,
    Document,
    Findings,
    Level,
    Paragraph,
    Quote,
    Section,
    SourceEntry,
    Sources,
    Table,
)
from ambos.briefing.output import render

__all__ = [
    "Chart",
    "Column",
    "Datum",
    "Document",
    "Findings",
    "Level",
    "Paragraph",
    "Quote",
    "Section",
    "SourceEntry",
    "Sources",
    "Table",
    "render",
]
