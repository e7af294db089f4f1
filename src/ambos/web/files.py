"""Files of an answer: CSV, JSON, Parquet and XLSX of the same rows, with its notes and sources."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import polars as pl
import xlsxwriter
from fastapi.responses import Response

from ambos.csv_text import csv_text
from ambos.model.answer import Answer, Table, flat_rows, record, to_plain
from ambos.text import Language
from ambos.web.page import FRESH

Format = Literal["csv", "json", "parquet", "xlsx"]
FORMATS: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Excel's widest useful column, in characters.
_WIDEST = 60


def file(answer: Answer, form: Format, name: str, language: Language) -> Response:
    """An answer as a file: of its first table all rows; JSON has the whole answer, XLSX notes and sources on a sheet.

    Parameters
    ----------
    answer : Answer
    form : {"csv", "json", "parquet", "xlsx"}
    name : str
        Of the file, without suffix.
    language : {"en", "es"}
        Of the notes in XLSX.
    """
    body = {"csv": _csv, "json": _json, "parquet": _parquet}[form](answer) if form != "xlsx" else xlsx(answer, language)
    headers = {
        "Cache-Control": f"public, max-age={FRESH}",
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
    }
    return Response(body, media_type=FORMATS[form], headers=headers)


def _csv(answer: Answer) -> bytes:
    return csv_text(*flat_rows(answer.tables[0])).encode("utf-8", "backslashreplace")


def _json(answer: Answer) -> bytes:
    return json.dumps(record(answer), ensure_ascii=False, default=to_plain).encode()


def _parquet(answer: Answer) -> bytes:
    written = io.BytesIO()
    frame(answer.tables[0]).write_parquet(written)
    return written.getvalue()


def frame(table: Table) -> pl.DataFrame:
    """A table as a data frame with the columns of its CSV: a column of whole numbers as such, of others as floats."""
    columns, rows = flat_rows(table)
    return pl.DataFrame({key: _series([row[at] for row in rows]) for at, key in enumerate(columns)})


def _series(cells: Sequence[object]) -> pl.Series:
    given = [cell for cell in cells if cell is not None]
    if not given or any(isinstance(cell, str) for cell in given):
        return pl.Series([cell if cell is None else str(cell) for cell in cells], dtype=pl.String)
    if all(isinstance(cell, date) for cell in given):
        return pl.Series(cells, dtype=pl.Date)
    if all(isinstance(cell, bool) for cell in given):
        return pl.Series(cells, dtype=pl.Boolean)
    if all(isinstance(cell, int) for cell in given):
        return pl.Series(cells, dtype=pl.Int64)
    return pl.Series([None if cell is None else float(cell) for cell in cells], dtype=pl.Float64)  # type: ignore[arg-type]


def xlsx(answer: Answer, language: Language) -> bytes:
    """A workbook: the rows, and a sheet with what is to be known of them; every text is a text, never a formula.

    Parameters
    ----------
    answer : Answer
    language : {"en", "es"}
    """
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day, wrapped = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    names = {"en": ("Data", "Notes and sources"), "es": ("Datos", "Notas y fuentes")}[language]
    sheet = book.add_worksheet(names[0])
    columns, rows = flat_rows(answer.tables[0])
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, bold)
        longest = max((len(str(row[at])) for row in rows[:1000] if row[at] is not None), default=0)
        sheet.set_column(at, at, min(max(len(column), longest) + 2, _WIDEST))
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(number, at, cell)
            elif isinstance(cell, datetime) or cell is None:
                continue
            elif isinstance(cell, date):
                sheet.write_datetime(number, at, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a calendar day has no zone
            elif isinstance(cell, str):
                sheet.write_string(number, at, cell)
            else:
                sheet.write_number(number, at, float(cell))  # type: ignore[arg-type]
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    beside = book.add_worksheet(names[1])
    beside.set_column(0, 0, 110, wrapped)
    beside.write_string(0, 0, answer.title[language], bold)
    definition = answer.facts.get("definition")
    lines = [definition] if definition is not None else []
    for number, text in enumerate([*lines, *answer.notes, *answer.sources], 1):
        beside.write_string(number, 0, str(text[language]), wrapped)  # type: ignore[index,call-overload]
    licences = next((t for t in answer.tables if t.id == "licences"), None)
    if licences is not None:
        first = 2 + len(lines) + len(answer.notes) + len(answer.sources)
        for number, row in enumerate(flat_rows(licences)[1], first):
            beside.write_string(number, 0, " · ".join(str(cell) for cell in row if cell is not None), wrapped)
    book.close()
    return written.getvalue()
