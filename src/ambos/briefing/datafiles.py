"""The data of a figure as CSV and JSON: one file for both languages, codes beside both names.

CSV begins with a byte order mark, by which Excel knows UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.briefing import formats
from ambos.briefing.document import Chart, Datum, Document, DossierColumn, DossierTable, Sources
from ambos.csv_text import csv_text
from ambos.model import Source
from ambos.periods import frequency_of
from ambos.text import LANGUAGES, Text

_NAMED = ("series", "place", "item")
_SUFFIXES = ("", *(f"_{language}" for language in LANGUAGES))
#: Columns of ``sources.csv`` after those of the file.
_CITED = ("url", *(f"{part}_{lang}" for part in ("citation", "licence") for lang in LANGUAGES))
#: How a JSON file without rows ends, and how the cells of a row are written.
_NO_ROWS = "[]\n}"
_ROW = json.JSONEncoder(ensure_ascii=False, separators=(",\n   ", ": "))
COLUMNS = (
    *(f"{code}{suffix}" for code in _NAMED for suffix in _SUFFIXES),
    "period",
    *(f"frequency{suffix}" for suffix in _SUFFIXES),
    "value",
    *(f"{code}{suffix}" for code in ("unit", "status") for suffix in _SUFFIXES),
    "as_of",
    "source",
    "n",
    "held",
    "wanted",
    "without",
    "break",
)


def files(document: Document) -> dict[str, bytes]:
    """All data files of a document by their path below its folder."""
    made: dict[str, bytes] = {}
    for figure in document.figures():
        made |= _files_of(figure, document.terms)
    for quote in document.quotes():
        if quote.data:
            rows = _rows(quote.data, quote.names, "D", document.terms)
            head = {"id": quote.id, "title": quote.label.record(), "as_of": quote.as_of.isoformat()}
            head |= {"value": quote.value.record(), "period": quote.period.record(), "source": quote.source.record()}
            head |= {"definition": quote.definition.record(), "do_not_say": quote.do_not_say.record()}
            made |= _pair(quote.id, COLUMNS, rows, head)
    entries = [
        entry
        for part in (*document.sections, *document.back)
        for block in part.blocks
        if isinstance(block, Sources)
        for entry in block.entries
    ]
    if entries:
        made["data/sources.csv"] = _csv(
            ("source", "file", "sha256", "size", "as_of", "retrieved_at", "request", *_CITED),
            [
                (e.source.id, s.file, s.sha256, s.size, s.as_of, s.retrieved_at, s.request, *_cited(e.source))
                for e in entries
                for s in e.snapshots
            ],
        )
    return made


def _cited(source: Source) -> tuple[str, ...]:
    """Cite a source in full: address, citation and licence in both languages."""
    return (source.url, *(text[lang] for text in (source.citation, source.licence) for lang in LANGUAGES))


def _files_of(figure: Chart | DossierTable, terms: Mapping[str, Text]) -> dict[str, bytes]:
    head: dict[str, Any] = {
        "id": figure.id,
        "title": figure.title.record(),
        "as_of": figure.as_of.isoformat(),
        "sources": [
            {"id": s.id, "citation": s.citation.record(), "licence": s.licence.record(), "url": s.url}
            for s in figure.sources
        ],
        "cited": [c.record() for c in figure.cited],
        "notes": [n.record() for n in figure.notes],
        "findings": [{"id": f.id, "severity": f.severity, "text": f.text.record()} for f in figure.findings],
    }
    if isinstance(figure, Chart):
        head["unit"] = {"id": figure.unit.id, "name": figure.unit.name.record()}
        return _pair(figure.id, COLUMNS, _rows(figure.data, figure.names, figure.frequency, terms), head)
    if figure.data:
        return _pair(figure.id, COLUMNS, _rows(figure.data, figure.names, "D", terms), head)
    columns, rows = _plain(figure.columns, figure)
    return _pair(figure.id, columns, rows, head)


def _plain(columns: Iterable[DossierColumn], table: DossierTable) -> tuple[list[str], list[list[object]]]:
    """A table of texts: a column for each language."""
    names = [f"{column.label[language]} [{language}]" for column in columns for language in LANGUAGES]
    rows: list[list[object]] = [
        [part for cell in row for part in ((cell.en, cell.es) if isinstance(cell, Text) else (cell, cell))]
        for row in table.rows
    ]
    return names, rows


def _rows(
    data: Iterable[Datum], names: Mapping[str, Text], frequency: formats.Precision, terms: Mapping[str, Text]
) -> list[list[object]]:
    made = []
    for datum in data:
        row: list[object] = []
        for dimension in _NAMED:
            code = getattr(datum, dimension)
            row += _named(code, names.get(code))
        period = datum.label or formats.iso_period(datum.period, frequency)
        often = frequency_of(period)
        row += [period, *_named(often, terms.get(f"frequency.{often}")), _exact(datum.value)]
        row += _named(datum.unit, terms.get(f"unit.{datum.unit}"))
        row += _named(datum.status, terms.get(f"status.{datum.status}"))
        row += [datum.as_of.isoformat() if datum.as_of else None, datum.source]
        made.append([*row, datum.n, datum.held, datum.wanted, datum.without, datum.breaks])
    return made


def _named(code: str | None, name: Text | None) -> list[object]:
    """Write a code with its names."""
    return [code, *(name[language] if name else "" for language in LANGUAGES)]


def _exact(value: formats.Number | None) -> int | float | str | None:
    """A value that JSON can hold without losing a digit: a Decimal that no float holds becomes a text."""
    if not isinstance(value, Decimal):
        return value
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _pair(id: str, columns: Iterable[str], rows: list[list[object]], head: Mapping[str, Any]) -> dict[str, bytes]:
    columns = list(columns)
    return {f"data/{id}.csv": _csv(columns, rows), f"data/{id}.json": _json(columns, rows, head).encode()}


def _json(columns: list[str], rows: list[list[object]], head: Mapping[str, Any]) -> str:
    """Write a table as JSON with indents, as `json.dumps` does, which writes rows without them several times as fast."""
    before = json.dumps({**head, "columns": columns, "rows": []}, ensure_ascii=False, indent=1)
    if not rows:
        return f"{before}\n"
    cells = (_ROW.encode([_plain_value(cell) for cell in row])[1:-1] for row in rows)
    written = ",\n".join(f"  [\n   {row}\n  ]" for row in cells)
    return f"{before.removesuffix(_NO_ROWS)}[\n{written}\n ]\n}}\n"


def _plain_value(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, date) else cell


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    return csv_text(columns, rows).encode("utf-8-sig")
