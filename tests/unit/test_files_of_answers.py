"""Files of answers: in one language for people, with nothing that a spreadsheet would run; programs read them too."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from ambos.briefing.spreadsheet import csv_file, told, workbook, write
from ambos.catalog import Catalog
from ambos.errors import CannotWrite
from ambos.model.answer import Answer, Column, Named, Table
from ambos.text import Language, Text
from ambos.web.files import frame


def _answer() -> Answer:
    columns = tuple(Column(key, None, exact=True) for key in ("name", "value", "day", "flag"))
    rows = (
        ("=1+1", 3, date(2024, 1, 31), True),
        ("@SUM(A1)", None, None, None),
        ("http://x.example", 2.5, None, False),
    )
    return Answer("show", Text.same("=cmd"), (Table("data", None, columns, rows),), notes=(Text.same("=A1"),))


def _told() -> Answer:
    """A table with a code and its name, volumes in two units, a truth and a missing value."""
    columns = (
        Column("party", Text("Party", "Parte")),
        Column("cut_af", Text("Cut, acre-feet", "Reducción, acres-pie")),
        Column("cut_hm3", Text("Cut, hm³", "Reducción, hm³"), decimals=1),
        Column("period", None),
        Column("final", Text("Final", "Definitivo")),
    )
    rows = (
        (Named("mexico", Text("Mexico", "México")), 80000, Decimal("98.679"), "2024-Q2", True),
        (Named("nevada", Text("Nevada", "Nevada")), None, None, "2024-Q2", False),
    )
    return Answer("cuts", Text("Cuts", "Reducciones"), (Table("cuts", None, columns, rows),))


def test_headings_and_values_are_in_the_language_and_spanish_has_metric_units_first(catalog: Catalog) -> None:
    table = _told().tables[0]
    heads, _, rows = told(table, "en", catalog.messages)
    assert heads == ["Party", "Party (code)", "Cut, acre-feet", "Cut, hm³", "Period", "Final"]
    assert rows[0] == ["Mexico", "mexico", 80000, Decimal("98.679"), "2024-Q2", "yes"]
    heads, keys, rows = told(table, "es", catalog.messages)
    assert heads == ["Parte", "Parte (clave)", "Reducción, hm³", "Reducción, acres-pie", "Periodo", "Definitivo"]
    assert keys == ["party_name_es", "party", "cut_hm3", "cut_af", "period", "final"]
    assert rows[1] == ["Nevada", "nevada", None, None, "2024-Q2", "no"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_pandas_and_duckdb_read_the_csv_for_excel(language: Language, catalog: Catalog, tmp_path: Path) -> None:
    body = csv_file(_told(), language, catalog.messages)
    assert body.startswith(b"\xef\xbb\xbf"), "by which Excel knows UTF-8"
    path = tmp_path / "cuts.csv"
    path.write_bytes(body)
    heads = told(_told().tables[0], language, catalog.messages)[0]
    read = pd.read_csv(path)
    assert list(read.columns) == heads and read[heads[2]].isna().tolist() == [False, True]
    found = duckdb.sql(f"select * from read_csv('{path}')")
    assert found.columns == heads and found.fetchall()[0][0] == {"en": "Mexico", "es": "México"}[language]


def test_a_workbook_is_written_whole_or_not_at_all(catalog: Catalog, tmp_path: Path) -> None:
    path = write(_told(), tmp_path / "cuts.xlsx", "es", catalog.messages)
    assert pd.read_excel(path)["Reducción, hm³"].tolist()[0] == 98.679
    with pytest.raises(CannotWrite):
        write(_told(), tmp_path / "nowhere" / "cuts.xlsx", "es", catalog.messages)


def test_a_text_that_begins_like_a_formula_is_a_text(catalog: Catalog) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(_answer(), "en", catalog.messages)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in book["Data"]["A"]] == ["Name", "=1+1", "@SUM(A1)", "http://x.example"]
    assert book["Data"]["B3"].value is None


def test_a_text_that_no_cell_of_excel_holds_is_cut_with_a_mark_and_not_lost(catalog: Catalog) -> None:
    texts = ("😀" * 40_000, "é" * 32_767, "<r>x</r>")
    table = Table("data", None, (Column("name", None),), tuple((text,) for text in texts))
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(Answer("show", Text.same("x"), (table,)), "en", catalog.messages))
    )
    cut, whole, markup = (cell.value for cell in book["Data"]["A"][1:])
    assert cut == "😀" * 16_383 + "…" and whole == texts[1] and markup == " <r>x</r>"


def test_columns_of_parquet_keep_their_types() -> None:
    made = frame(_answer().tables[0])
    assert [str(kind) for kind in made.dtypes] == ["String", "Float64", "Date", "Boolean"]
