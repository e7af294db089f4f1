"""Files of answers: what a spreadsheet would run is a text."""

from __future__ import annotations

import io
from datetime import date

import openpyxl

from ambos.model.answer import Answer, Column, Table
from ambos.text import Text
from ambos.web.files import frame, xlsx


def _answer() -> Answer:
    columns = tuple(Column(key, None, exact=True) for key in ("name", "value", "day", "flag"))
    rows = (
        ("=1+1", 3, date(2024, 1, 31), True),
        ("@SUM(A1)", None, None, None),
        ("http://x.example", 2.5, None, False),
    )
    return Answer("show", Text.same("=cmd"), (Table("data", None, columns, rows),), notes=(Text.same("=A1"),))


def test_a_text_that_begins_like_a_formula_is_a_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(_answer(), "en")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in book["Data"]["A"]] == ["name", "=1+1", "@SUM(A1)", "http://x.example"]
    assert book["Data"]["B3"].value is None


def test_columns_of_parquet_keep_their_types() -> None:
    made = frame(_answer().tables[0])
    assert [str(kind) for kind in made.dtypes] == ["String", "Float64", "Date", "Boolean"]
