"""A document in one language as plain texts and lists: what the templates of HTML and PDF are filled with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from ambos.briefing import alt_text, charts, formats, layout
from ambos.briefing.document import (
    Block,
    Chart,
    Datum,
    Document,
    DossierColumn,
    DossierTable,
    Figure,
    Findings,
    Paragraph,
    Quote,
    Section,
    Sources,
    Spread,
    SpreadCell,
    Summary,
)
from ambos.briefing.drawing import SIZE
from ambos.briefing.unit_by_language import chart_in, factor_note, table_in
from ambos.model import Finding, Unit
from ambos.text import LANGUAGES, Language, Text

_MARKS = {"P": "p", "E": "e", "F": "f", "B": "b"}
#: Ids of units that give one quantity in two ways.
_CUSTOMARY, _METRIC = ("foot", "acre_foot", "kaf"), ("hm3",)
#: A figure written as a text is shorter, in letters; a column of texts is no wider, in pixels.
_SHORT, _WIDEST = 16, 260.0
#: Share of the width that the longest word of a column is reckoned to take below which the word would be broken or run over.
_NARROW = 0.8
#: Most letters of a unit's symbol, which is not capitalised; a longer one is a word, such as people.
_LONGEST_SYMBOL = 4
#: Maximum number of words of the notes under a figure.
MOST_WORDS = 58
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿“«–*])")
View = dict[str, Any]


@dataclass(frozen=True)
class Viewer:
    """Turns the parts of a document into texts of one language.

    Attributes
    ----------
    document : Document
    language : {"en", "es"}
    words : mapping of str to Text
        The messages under ``brief.page.``.
    """

    document: Document
    language: Language
    words: Mapping[str, Text]

    def say(self, key: str, **values: object) -> str:
        """Get a word of the page in the view's language."""
        text = self.words[f"brief.page.{key}"]
        return (text.format(**values) if values else text)[self.language]

    def label(self, id: str) -> str:
        """ "Figure 3" or "Table 1" for the id of a figure."""
        numbers = {"figure": 0, "table": 0}
        for figure in self.document.figures():
            kind = "figure" if isinstance(figure, Chart) else "table"
            numbers[kind] += 1
            if figure.id == id:
                return self.say(kind, number=numbers[kind])
        return ""

    def whole(self) -> View:
        """The document."""
        document, language = self.document, self.language
        return {
            "language": language,
            "other": "es" if language == "en" else "en",
            "title": document.title[language],
            "subtitle": document.subtitle[language],
            "region": document.region[language],
            "publisher": document.publisher[language],
            "date": formats.day(document.date, language),
            "iso_date": document.date.isoformat(),
            "known": self.say("known_up_to", date=formats.day(document.as_of, language)),
            "words": {key.removeprefix("brief.page."): text[language] for key, text in self.words.items()},
            "how_to_read": self.say("how_to_read_report" if document.reading else "how_to_read"),
            "reading": [t[language] for t in document.reading]
            or [self.say(f"read_{what}") for what in ("values", "findings", "data")],
            "quotes": [self.quote(q) for q in document.quotes()],
            "cover": [self.quote(q) for q in document.cover],
            "summary": self.summary(document.summary) if document.summary else None,
            "spread": self.spread(document.spread) if document.spread else None,
            "sections": self.sections(),
        }

    def sections(self) -> list[View]:
        """View the sections, the rest of long notes by figure, and the back matter."""
        body = [self.section(s, back=False) for s in self.document.sections]
        rest = [
            {"kind": "text", "text": f"{block['label']}. {block['rest']}"}
            for section in body
            for block in section["blocks"]
            if block.get("rest")
        ]
        notes = {
            "id": "notes",
            "title": self.say("notes"),
            "intro": [],
            "blocks": rest,
            "back": True,
            "one_page": False,
        }
        return [*body, *([notes] if rest else []), *(self.section(s, back=True) for s in self.document.back)]

    def notes_of(self, figure: Chart | DossierTable) -> list[str]:
        """Get all notes of a figure: what its marks mean, then its own."""
        own = [note[self.language] for note in figure.notes]
        if isinstance(figure, Chart):
            return alt_text.notes(figure, self.words, self.language) + own
        own = [*filter(None, [factor_note(figure, self.words, self.language)]), *own]
        if _all_estimates(figure):
            missing = any(d.value is None for d in figure.data)
            return [self.say("all_E"), *([self.say("cell_M")] if missing else []), *own]
        statuses = {d.status if d.value is not None else "M" for d in figure.data}
        return [self.say(f"cell_{s}") for s in ("P", "E", "F", "B", "M") if s in statuses] + own

    def shortened(self, figure: Chart | DossierTable, view: View) -> View:
        """Cut the notes under a figure, where they are longer than `MOST_WORDS` in either language; the rest goes to the
        end of the document."""
        viewers = [replace(self, language=language) for language in LANGUAGES]
        if all(len(" ".join(viewer.notes_of(figure)).split()) <= MOST_WORDS for viewer in viewers):
            return view
        sentences = _SENTENCE.split(" ".join(view["notes"]))
        pointer = self.say("more_notes", figure=view["label"])
        kept, room = 0, MOST_WORDS - len(pointer.split())
        while kept < len(sentences) - 1 and len(" ".join(sentences[: kept + 1]).split()) <= room:
            kept += 1
        return {**view, "notes": [*sentences[:kept], pointer], "rest": " ".join(sentences[kept:])}

    def quote(self, quote: Quote) -> View:
        """View a quotable number of the cover."""
        language = self.language
        known = self.say("known", date=formats.day(quote.as_of, language))
        number, _, unit = quote.value[language].partition(" ")
        see = self.label(quote.figure)
        return {
            "id": quote.id,
            "label": quote.label[language],
            "value": quote.value[language],
            # a unit is not broken
            "number": number,
            "unit": unit.replace(" ", "\u00a0"),
            "age": quote.age[language] if quote.age else "",
            "period": quote.period[language],
            "change": quote.change[language] if quote.change else "",
            "definition": quote.definition[language],
            "source": f"{quote.source[language]}; {known}",
            "citation": quote.source[language],
            "do_not_say": quote.do_not_say[language],
            "side": quote.side or "",
            "figure": quote.figure if see else "",
            "see": self.say("see", figure=see) if see else "",
            "data": bool(quote.data),
        }

    def summary(self, summary: Summary) -> View:
        """View the summary of one page."""
        return {
            "title": summary.title[self.language],
            "since": self.say("since", date=formats.day(summary.since, self.language)),
            "news": [t[self.language] for t in summary.news],
            "charts": [
                {
                    **self.figure(chart),
                    "unit": _capital(alt_text.unit(chart, self.words)[self.language]),
                    "alt": alt_text.alternative(chart, self.words, self.language),
                    "svg": charts.svg(chart, self.language, self.words, charts.NARROW, f"{chart.id}-s"),
                    "source": f"{self.say('source')}: {_stop('; '.join(s.citation[self.language] for s in chart.sources))}",
                }
                for chart in summary.charts
            ],
        }

    def spread(self, spread: Spread) -> View:
        """View the opening spread, its sides in the order of the language."""
        turn = -1 if self.language in spread.second_first else 1
        sides = (("first", spread.heads[0]), ("second", spread.heads[1]))[::turn]

        def cells(made: tuple[SpreadCell, ...]) -> list[View]:
            named = list(zip(("first", "second"), made, strict=False))[::turn] if len(made) > 1 else [("both", made[0])]
            return [
                {
                    "side": side,
                    "quotes": [self.quote(q) for q in cell.quotes],
                    "absent": cell.absent[self.language] if cell.absent else "",
                }
                for side, cell in named
            ]

        return {
            "id": spread.id,
            "title": spread.title[self.language],
            "intro": [t[self.language] for t in spread.intro],
            "heads": [{"side": side, "name": name[self.language]} for side, name in sides],
            "rows": [{"theme": row.theme[self.language], "cells": cells(row.cells)} for row in spread.rows],
        }

    def section(self, section: Section, back: bool) -> View:
        """A section with its blocks."""
        return {
            "id": section.id,
            "title": section.title[self.language],
            "intro": [t[self.language] for t in section.intro],
            "blocks": [self.block(b) for b in section.blocks],
            "back": back,
            "one_page": section.one_page,
        }

    def block(self, block: Block) -> View:
        """A block; its ``kind`` tells the templates which it is."""
        if isinstance(block, Paragraph):
            return {"kind": block.kind, "text": block.text[self.language]}
        if isinstance(block, Findings):
            return {"kind": "findings", "findings": [self.finding(f) for f in block.findings]}
        if isinstance(block, Sources):
            return self.sources(block)
        return self.shortened(block, self.chart(block) if isinstance(block, Chart) else self.table(block))

    def figure(self, figure: Figure) -> View:
        """View the fields that charts and tables share."""
        language = self.language
        rests_on = list(dict.fromkeys(c[language] for c in (*(s.citation for s in figure.sources), *figure.cited)))
        known = self.say("known_up_to", date=formats.day(figure.as_of, language))
        return {
            "id": figure.id,
            "label": self.label(figure.id),
            "title": figure.title[language],
            "notes": [n[language] for n in figure.notes],
            "findings": [self.finding(f) for f in figure.findings],
            "source": f"{self.say('source' if len(rests_on) == 1 else 'sources')}: {_stop('; '.join(rests_on))}"
            f" {_stop(known)}" + (f" {_stop(figure.age[language])}" if figure.age else ""),
        }

    def chart(self, chart: Chart) -> View:
        """A chart; its drawings are added by whoever needs them."""
        base = self.figure(chart)
        own = chart_in(chart, self.language)
        heads, rows = alt_text.grid(own, self.words, self.language)
        return {
            **base,
            "kind": "chart",
            "unit": _capital(alt_text.unit(chart, self.words)[self.language]),
            "alt": alt_text.alternative(chart, self.words, self.language),
            "notes": self.notes_of(chart),
            "heads": heads,
            "rows": rows,
            "whole_unit": own.unit.name[self.language],
            "data_of": self.say("data_of_number", figure=base["label"], title=base["title"]),
            "svg": charts.svg(own, self.language, self.words, charts.WIDE, f"{chart.id}-w"),
        }

    def table(self, table: DossierTable) -> View:
        """A table with its cells as texts."""
        notes = self.notes_of(table)
        if self.language == "es":
            table = _metric_first(table_in(table, "es"))
        base = self.figure(table)
        rows = [
            [self.cell(cell, column, table.units) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        if _all_estimates(table):  # a letter at every value says no more than one sentence
            rows = [[{**cell, "mark": ""} for cell in row] for row in rows]
        units = [
            formats.unit_name(c.unit.name, c.scale, self.words)[self.language] if c.unit else "" for c in table.columns
        ]
        # a unit that all figures share is said once
        named = [unit for unit in units if unit]
        common = named[0] if len(named) > 1 and len(set(named)) == 1 else ""
        columns = []
        for number, column in enumerate(table.columns):
            cells = [row[number]["text"] for row in rows]
            unit = "" if common else units[number]
            columns.append(
                {
                    "label": column.label[self.language],
                    "unit": unit,
                    "numeric": column.unit is not None or (number > 0 and _are_numbers(cells)),
                    "weight": _weight(cells, f"{column.label[self.language]} {unit}"),
                    "least": _longest_word([*cells, column.label[self.language], unit]),
                }
            )
        _leave_words_whole(columns)
        whole = {**base, "kind": "table", "notes": notes, "columns": columns, "rows": rows}
        # a symbol is written as it is: hm³
        symbols = {c.unit.symbol[self.language] for c in table.columns if c.unit}
        as_is = common in symbols and len(common) <= _LONGEST_SYMBOL
        return {**whole, "unit": common if as_is else _capital(common)} if common else whole

    def cell(self, cell: Text | Datum | date | None, column: DossierColumn, units: Mapping[str, Unit]) -> View:
        """A cell: its text, and the letter of a value that is not final."""
        if cell is None:
            return {"text": formats.DASH, "mark": ""}
        if isinstance(cell, Text):
            return {"text": cell[self.language], "mark": ""}
        if isinstance(cell, Datum):
            unit = column.unit or units.get(cell.unit)
            decimals = unit.decimals if unit else 0
            value = formats.scaled(cell.value, column.scale)
            mark = _MARKS.get(cell.status, "") if cell.value is not None else ""
            return {"text": formats.number(value, self.language, decimals, column.signed), "mark": mark}
        return {"text": formats.day(cell, self.language), "mark": ""}

    def finding(self, finding: Finding) -> View:
        """A quality finding: its weight and what is wrong."""
        return {
            "id": finding.id,
            "severity": finding.severity,
            "weight": self.say(finding.severity),
            "text": finding.text[self.language],
        }

    def sources(self, block: Sources) -> View:
        """The list of sources with their files."""
        language = self.language
        return {
            "kind": "sources",
            "entries": [
                {
                    "title": e.source.title[language],
                    "agency": e.source.agency[language],
                    "url": e.source.url,
                    "licence": e.source.licence[language],
                    "cadence": e.source.cadence[language],
                    "held": self.say(
                        "files_held",
                        count=formats.number(len(e.snapshots), language),
                        date=formats.day(max(s.as_of for s in e.snapshots), language),
                    )
                    if e.snapshots
                    else "",
                    "files": [
                        {
                            "file": s.file,
                            "known": formats.day(s.as_of, language),
                            "size": formats.number(s.size, language),
                        }
                        for s in e.snapshots
                    ],
                }
                for e in block.entries
            ],
        }


def _metric_first(table: DossierTable) -> DossierTable:
    """Put the metric one first of two columns beside each other that give one quantity in both units."""
    order = list(range(len(table.columns)))
    for i, (one, other) in enumerate(pairwise(table.columns)):
        units = one.unit.id if one.unit else "", other.unit.id if other.unit else ""
        if one.label == other.label and units[0] in _CUSTOMARY and units[1] in _METRIC:
            order[i], order[i + 1] = i + 1, i
    columns = tuple(table.columns[i] for i in order)
    return replace(table, columns=columns, rows=tuple(tuple(row[i] for i in order) for row in table.rows))


def _all_estimates(table: DossierTable) -> bool:
    """Return True if every value of a table is an estimate."""
    return {d.status for d in table.data if d.value is not None} == {"E"}


def _are_numbers(cells: list[str]) -> bool:
    """Return True if all cells are figures written as texts ("+3.1%"), or dashes."""
    return any(c != formats.DASH for c in cells) and all(
        c == formats.DASH or (c.lstrip("+−-").strip()[:1].isdigit() and len(c) < _SHORT) for c in cells
    )


def _weight(cells: list[str], head: str) -> float:
    """Weigh the width of a column: its longest cell, but long texts and heads may wrap."""
    longest = min(max((layout.text_width(c, SIZE) for c in cells), default=0.0), _WIDEST)
    words = [layout.text_width(word, SIZE) for word in head.split()]
    return round(max(longest, max(words), sum(words) / 2.5) + 14, 1)


def _longest_word(texts: list[str]) -> float:
    """The width of a column in which no word is broken."""
    return max((layout.text_width(word, SIZE) for text in texts for word in text.split()), default=0.0) + 14


def _leave_words_whole(columns: list[View]) -> None:
    """Share the width of a table anew, where a column of words would be too narrow for its longest word; columns of
    numbers keep theirs."""
    whole = sum(c["weight"] for c in columns)
    shares = [c["weight"] / whole * charts.WIDE for c in columns]
    words = [min(c.pop("least"), c["weight"]) for c in columns]
    least = [share if c["numeric"] else word for c, share, word in zip(columns, shares, words, strict=True)]
    narrow = any(share < _NARROW * low for share, low in zip(shares, least, strict=True))
    spare, over = charts.WIDE - sum(least), sum(max(0.0, s - low) for s, low in zip(shares, least, strict=True))
    if not narrow or spare < 0 or not over:
        return
    for c, share, low in zip(columns, shares, least, strict=True):
        c["weight"] = round(low + max(0.0, share - low) / over * spare, 1)


def _stop(text: str) -> str:
    """A text with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
