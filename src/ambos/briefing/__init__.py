"""The dossier: a document composed of quotes, charts and tables becomes HTML and PDF in both languages.

This room knows nothing about where a figure comes from.
"""

from ambos.briefing.document import (
    Chart,
    Datum,
    Document,
    DossierColumn,
    DossierTable,
    Findings,
    Level,
    Paragraph,
    Quote,
    Section,
    SourceEntry,
    Sources,
)
from ambos.briefing.output import render

__all__ = [
    "Chart",
    "Datum",
    "Document",
    "DossierColumn",
    "DossierTable",
    "Findings",
    "Level",
    "Paragraph",
    "Quote",
    "Section",
    "SourceEntry",
    "Sources",
    "render",
]
