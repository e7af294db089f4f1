"""Files of an answer: CSV and XLSX for people, in one language; JSON and Parquet for programs, the same in both."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import polars as pl
from fastapi.responses import Response

from ambos.briefing import spreadsheet
from ambos.model.answer import Answer, Table, flat_rows, record, to_plain
from ambos.text import Language, Text
from ambos.web.page import FRESH

Format = Literal["csv", "json", "parquet", "xlsx"]
FORMATS: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file(answer: Answer, form: Format, name: str, language: Language, words: Mapping[str, Text]) -> Response:
    """An answer as a file: of its first table all rows; JSON has the whole answer, XLSX notes and sources on a sheet.

    Parameters
    ----------
    answer : Answer
    form : {"csv", "json", "parquet", "xlsx"}
    name : str
        Of the file, without suffix.
    language : {"en", "es"}
        Of CSV and XLSX.
    words : mapping of str to Text
        The message catalogue.
    """
    if form in ("csv", "xlsx"):
        body = (spreadsheet.csv_file if form == "csv" else spreadsheet.workbook)(answer, language, words)
    else:
        body = (_json if form == "json" else _parquet)(answer)
    headers = {
        "Cache-Control": f"public, max-age={FRESH}",
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
    }
    return Response(body, media_type=FORMATS[form], headers=headers)


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
