"""A sheet about one simulated day: panels of queues, tables and notes become HTML and PNG in both languages.

As with the dossier, this room does not know where a figure comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ambos.briefing import chart_day, charts, html
from ambos.briefing.chart_day import QueueFigure
from ambos.model.answer import Table, View, as_seen
from ambos.text import LANGUAGES, Language, Text

#: What a sheet takes from the message catalogue, under ``sheet.page.``.
WORDS = ("skip", "other_language", "data", "notes", "contents")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A view of a table on the page; a folded one is shown when it is opened.

    Attributes
    ----------
    id : str
        Its anchor.
    table : Table
    view : View
    note : Text or None
        Shown under it.
    folded : bool
    """

    id: str
    table: Table
    view: View
    note: Text | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page.

    Attributes
    ----------
    title, subtitle : Text
    warning : Text
        That it is simulated.
    blocks : tuple of QueueFigure or SheetTable
    notes : tuple of Text
        What is estimated or assumed.
    provenance : tuple of (Text, Text)
        Names and values: seed, replications, version.
    files : tuple of str
        Names of the data files beside it.
    """

    title: Text
    subtitle: Text
    warning: Text
    blocks: tuple[QueueFigure | SheetTable, ...]
    notes: tuple[Text, ...]
    provenance: tuple[tuple[Text, Text], ...]
    files: tuple[str, ...]


def files(sheet: Sheet, words: Mapping[str, Text]) -> dict[str, bytes]:
    """``en.html`` and ``es.html``, and a PNG of each figure in each language.

    Parameters
    ----------
    sheet : Sheet
    words : mapping of str to Text
        The message catalogue; those under ``sheet.page.`` are used.

    Raises
    ------
    BriefFailed
        If a picture cannot be drawn.
    """
    made: dict[str, bytes] = {}
    for language in LANGUAGES:
        made[f"{language}.html"] = page(sheet, language, words).encode()
        for block in sheet.blocks:
            if isinstance(block, QueueFigure):
                lines = [block.title, sheet.title, sheet.warning]
                foot = " · ".join(f"{name[language]}: {value[language]}" for name, value in sheet.provenance)
                made[f"{block.id}-{language}.png"] = chart_day.png(
                    block, language, [line[language] for line in lines], foot
                )
    return made


def page(sheet: Sheet, language: Language, words: Mapping[str, Text]) -> str:
    """The page in one language: no script, its drawings, font and style inside."""
    blocks = [_block(block, language) for block in sheet.blocks]
    return html.fill(
        "sheet.html.j2",
        language=language,
        other="es" if language == "en" else "en",
        title=sheet.title[language],
        subtitle=sheet.subtitle[language],
        warning=sheet.warning[language],
        blocks=blocks,
        notes=[note[language] for note in sheet.notes],
        provenance=[(name[language], value[language]) for name, value in sheet.provenance],
        files=sheet.files,
        words={key: words[f"sheet.page.{key}"][language] for key in WORDS},
    )


def _block(block: QueueFigure | SheetTable, language: Language) -> dict[str, object]:
    if isinstance(block, SheetTable):
        heads, rows = as_seen(block.table, block.view, language)
        return {
            "kind": "table",
            "id": block.id,
            "title": block.view.title[language] if block.view.title else "",
            "columns": [head for head, _ in heads],
            "rows": rows,
            "texts": sum(side == "left" for _, side in heads),
            "note": block.note[language] if block.note else "",
            "folded": block.folded,
        }
    view = {"id": block.id, "title": block.title[language], "alt": block.alt[language]}
    sizes = (("wide", charts.WIDE), ("narrow", charts.NARROW))
    drawings = [
        html.inline(chart_day.svg(block, language, width, f"{block.id}-{size[0]}"), view, size) for size, width in sizes
    ]
    return {**view, "kind": "figure", "drawing": Markup("\n").join(drawings), "note": block.note[language]}
