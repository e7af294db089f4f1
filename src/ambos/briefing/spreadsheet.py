"""Files that people open in a spreadsheet: CSV and XLSX with headings, names and words of one language.

Programs read `ambos.model.answer.flat_rows` instead, whose keys are the same in both languages.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ambos.csv_text import csv_text
from ambos.model.answer import Answer, Named, Table, cell_text, flat_rows, metric_first
from ambos.text import LANGUAGES, Language, Text

#: Tables that explain the others, which stand on the sheet of notes.
_BESIDE = ("statuses", "licences")
#: Units of UTF-16 in a cell of Excel.
_MOST = 32_767
#: Excel's widest useful column, in characters; the longest name of a sheet, and what it may not hold.
_WIDEST, _LONGEST, _REFUSED = 60, 31, str.maketrans("[]:*?/\\'", "        ")


def told(table: Table, language: Language, words: Mapping[str, Text]) -> tuple[list[str], list[str], list[list[Any]]]:
    """Write a table in one language: headings, the keys that programs have for them, and rows.

    A name stands before its code; of quantities in several units Spanish has the metric one first; truth is a word.

    Parameters
    ----------
    table : Table
    language : {"en", "es"}
    words : mapping of str to Text
        The message catalogue; headings of columns without a label are those under ``column.``, else their keys.
    """
    keys = [column.key for column in table.columns]
    order = metric_first(keys) if language == "es" else keys
    labels = {column.key: column.label for column in table.columns if column.label}
    cells: dict[str, list[Any]] = {}
    for at in map(keys.index, order):
        flat_keys, rows = flat_rows(
            Table(table.id, None, (table.columns[at],), tuple((row[at],) for row in table.rows))
        )
        cells |= {key: [row[i] for row in rows] for i, key in enumerate(flat_keys)}

    def heading(key: str) -> str:
        label = labels.get(key) or words.get(f"column.{key}")
        return label[language] if label else key

    made: list[tuple[str, str]] = []
    code = words["file.code"][language]
    for key in cells:
        stem, _, ending = key.rpartition("_")
        if ending in LANGUAGES and all(f"{stem}_{k}" in cells for k in LANGUAGES):
            if ending == language:
                made.append((heading(stem.removesuffix("_name")), key))
        elif any(f"{key}{suffix}_{language}" in cells for suffix in ("", "_name")):
            made.append((f"{heading(key)} ({code})", key))
        else:
            made.append((heading(key), key))
    for at in range(len(made) - 1):  # a code comes before its name
        if made[at][1] in (made[at + 1][1].removesuffix(f"{name}_{language}") for name in ("", "_name")):
            made[at], made[at + 1] = made[at + 1], made[at]
    twice = Counter(head for head, _ in made)
    heads = [f"{head} [{key}]" if twice[head] > 1 else head for head, key in made]
    column = table.columns[0]
    rows = [
        [cell_text(cell, column)[language] if isinstance(cell, bool) else cell for cell in row]
        for row in zip(*(cells[key] for _, key in made), strict=True)
    ]
    return heads, [key for _, key in made], rows


def _with_title(answer: Answer, table: Table) -> Table:
    """Give a table the title of the series whose figures it holds, beside the id."""
    id = answer.facts.get("series")
    if table.columns[0].key != "series" or not isinstance(id, str):
        return table
    rows = tuple((Named(id, answer.title) if row[0] == id else row[0], *row[1:]) for row in table.rows)
    return replace(table, columns=(replace(table.columns[0], exact=False), *table.columns[1:]), rows=rows)


def csv_file(answer: Answer, language: Language, words: Mapping[str, Text]) -> bytes:
    """Write the first table as CSV; it begins with a byte order mark, by which Excel knows UTF-8 and its accents."""
    heads, _, rows = told(_with_title(answer, answer.tables[0]), language, words)
    return csv_text(heads, rows).encode("utf-8-sig", "backslashreplace")


def workbook(answer: Answer, language: Language, words: Mapping[str, Text]) -> bytes:
    """Write a workbook: a sheet per table, one of what is to be known of them, and one of their columns.

    Every text is a text, never a formula.

    Parameters
    ----------
    answer : Answer
    language : {"en", "es"}
    words : mapping of str to Text
        The message catalogue.
    """
    import xlsxwriter

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    forms = {
        "head": book.add_format({"bold": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    tables = [table for table in answer.tables if table.kept() and table.id not in _BESIDE]
    taken = [words[f"file.{sheet}"][language] for sheet in ("notes", "columns")]
    meanings: dict[str, tuple[str, str]] = {}
    for table in tables:
        name = words["file.data"][language] if len(tables) == 1 else _sheet_name(table, language, taken)
        taken.append(name)
        heads, keys, rows = told(_with_title(answer, table), language, words)
        _fill(book.add_worksheet(name), heads, rows, forms)
        for head, key in zip(heads, keys, strict=True):
            about = words.get(f"about_column.{key}")
            meanings.setdefault(head, (key, about[language] if about else ""))
    _list(book.add_worksheet(taken[0]), list(_known(answer, language, words)), (28, 110), forms)
    columns = [words[f"column.{key}"][language] for key in ("heading", "key", "meaning")]
    lines = [columns, *([head, key, about] for head, (key, about) in meanings.items())]
    _list(book.add_worksheet(taken[1]), lines, (40, 28, 90), forms)
    book.close()
    return written.getvalue()


def _sheet_name(table: Table, language: Language, taken: Sequence[str]) -> str:
    """Name the sheet of a table by its title, as Excel allows; by its id where that is taken."""
    title = " ".join((table.title or Text.same(table.id))[language].translate(_REFUSED).split())[:_LONGEST].strip()
    return table.id[:_LONGEST] if title.lower() in (name.lower() for name in taken) or not title else title


def _fill(sheet: Any, heads: Sequence[str], rows: Sequence[Sequence[Any]], forms: Mapping[str, Any]) -> None:
    """Write headings and rows with a filter; days as days, what is missing as an empty cell."""
    for at, head in enumerate(heads):
        sheet.write_string(0, at, head, forms["head"])
        longest = max((len(str(row[at])) for row in rows[:1000] if row[at] is not None), default=0)
        sheet.set_column(at, at, min(max(len(head), longest) + 2, _WIDEST))
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, datetime) or cell is None:
                continue
            if isinstance(cell, date):
                sheet.write_datetime(number, at, datetime(cell.year, cell.month, cell.day), forms["day"])  # noqa: DTZ001 - a calendar day has no zone
            elif isinstance(cell, str):
                sheet.write_string(number, at, _fitting(cell))
            else:
                sheet.write_number(number, at, float(cell))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)


def _fitting(text: str) -> str:
    """A text as a cell can hold it: of a longer one its beginning, and a mark; one that the library would take for markup
    of its own (``<r>…</r>``) after a space."""
    if len(text) > _MOST // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * _MOST:
        text = f"{text[: _MOST // 2]}…"  # a character has two units at most
    return f" {text}" if text.startswith("<r>") else text


def _list(sheet: Any, lines: Sequence[Sequence[str]], widths: Sequence[int], forms: Mapping[str, Any]) -> None:
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width, forms["wrapped"])
    for number, line in enumerate(lines):
        for at, text in enumerate(line):
            sheet.write_string(number, at, _fitting(text), forms["head" if at == 0 else "wrapped"])


def _known(answer: Answer, language: Language, words: Mapping[str, Text]) -> Iterator[list[str]]:
    """Describe figures: what they measure, unit, periods, statuses, what not to say, sources."""

    def line(key: str, text: object) -> list[str]:
        return [words[key][language], str(text[language] if isinstance(text, Text) else text)]

    facts = answer.facts
    yield line("column.title", answer.title)
    if definition := facts.get("definition"):
        yield line("column.definition", definition)
    if unit := facts.get("unit_name"):
        yield line("column.unit", unit)
    coverage = facts.get("coverage")
    if isinstance(coverage, Mapping):
        yield line("file.periods", f"{coverage['first_period']} – {coverage['last_period']}")
        yield line("file.known_on", coverage["known_on"] or "–")
    for table in answer.tables:
        if table.id == "statuses":
            for status, meaning in table.rows:
                name = (
                    f"{cell_text(status, table.columns[0])[language]}: {cell_text(meaning, table.columns[1])[language]}"
                )
                yield [f"{words['column.status'][language]} {getattr(status, 'code', status)}", name]
    warnings = facts.get("warnings") or ()
    for text in warnings if isinstance(warnings, tuple) else ():
        yield line("web.series.warnings", text)
    for note in answer.notes:
        if not isinstance(warnings, tuple) or note not in warnings:
            yield line("file.note", note)
    for source in answer.sources:
        yield line("column.source", source)
    for table in answer.tables:
        if table.id == "licences":
            heads, _, rows = told(table, language, words)
            for row in rows:
                said = " · ".join(f"{head}: {cell}" for head, cell in zip(heads, row, strict=True) if cell is not None)
                yield line("column.licence", said)


def write(answer: Answer, path: Path, language: Language, words: Mapping[str, Text]) -> Path:
    """Write the workbook of an answer; the file appears whole or not at all.

    Raises
    ------
    CannotWrite
    """
    from ambos.given_file import write_given

    write_given(path, workbook(answer, language, words))
    return path
