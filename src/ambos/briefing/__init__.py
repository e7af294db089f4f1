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
    Spread,
    SpreadCell,
    SpreadRow,
    Summary,
)
from ambos.briefing.output import FORMATS, MORE_FORMATS, render

__all__ = [
    "FORMATS",
    "MORE_FORMATS",
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
    "Spread",
    "SpreadCell",
    "SpreadRow",
    "Summary",
    "render",
]
