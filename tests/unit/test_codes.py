"""Text to rows: codes, numbers and months; a row that cannot be used is refused with its reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.model import Dataset, DatasetColumn, Source
from ambos.sources.shared.base import REJECT_SCHEMA
from ambos.sources.shared.codes import RawTable, first_day, iso_day, newest_out, revised_since
from ambos.text import Text

T = Text.same("x")
MONTHLY = Dataset(
    "x",
    T,
    T,
    ("s",),
    "M",
    "period",
    (DatasetColumn("period", "key", "date", T), DatasetColumn("value", "value", "int", T)),
)
ANNUAL = replace(MONTHLY, frequency="A")
#: As BTS's border crossings: figures come out 60 days after the month, and two months are still revised.
SOURCE = Source("s", T, T, T, "", "", T, lag_days=60, citation=T, revision_periods=2)


def raw(**columns: list[str]) -> pl.DataFrame:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(line=pl.int_range(2, frame.height + 2, dtype=pl.Int64))


def mapped(
    frame: pl.DataFrame, columns: dict[str, tuple[str, str]], catalog: Catalog
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The good rows and the refused ones."""
    sheet = RawTable(frame)
    for column, (codelist, system) in columns.items():
        sheet.codes(column, column, catalog.codelists[codelist], system)
    return sheet.good(), sheet.rejected()


def test_codes_are_mapped_to_ours(catalog: Catalog) -> None:
    frame = raw(p=["2604", "2699", "0101"], m=["5", "5", "2"], v=["1", "2", "3"])
    good, rejected = mapped(frame, {"p": ("port", "schedule_d"), "m": ("modes", "bts")}, catalog)
    assert good.select("p", "m").rows() == [("2604", "truck")]
    assert rejected.schema == REJECT_SCHEMA
    assert rejected["line"].to_list() == [3, 4]
    assert rejected["reason"].to_list() == ["unknown_code", "unknown_code"]
    assert json.loads(rejected["row"][0]) == {"p": "2699", "m": "5", "v": "2"}
    assert "p: the code “2699” is not known. Nearest known: 2" in rejected["reason_en"][0]
    assert "p: no se conoce la clave «2699». Lo más parecido: 2" in rejected["reason_es"][0]
    assert "m: the code “2” is not known" in rejected["reason_en"][1]


def test_nearest_codes_come_with_their_names(catalog: Catalog) -> None:
    _, rejected = mapped(raw(m=["Truck Container Loaded"]), {"m": ("measures", "bts")}, catalog)
    assert "Truck Containers Loaded (Loaded truck containers)" in rejected["reason_en"][0]
    assert "Truck Containers Loaded (Contenedores cargados en camión)" in rejected["reason_es"][0]


def test_a_row_is_refused_once_for_its_first_fault(catalog: Catalog) -> None:
    sheet = RawTable(raw(p=["9999"], v=["x"]))
    sheet.whole("v", "value")
    sheet.codes("p", "port", catalog.codelists["port"], "schedule_d")
    assert sheet.good().height == 0
    assert sheet.rejected()["reason"].to_list() == ["bad_value"]


@pytest.mark.parametrize("number", ["0", "7", "80125", "80125.0", "80125.000", "9223372036854775807", "007"])
def test_whole_numbers_are_exact(number: str) -> None:
    sheet = RawTable(raw(v=[number, "1.0"]))
    sheet.whole("v", "value")
    assert sheet.good()["value"].to_list() == [int(number.split(".")[0]), 1]


@pytest.mark.parametrize(
    "number", ["", " 1", "-1", "1.5", "1.0e3", "1e3", "0x1", "1,000", "NaN", "99999999999999999999", ".0", "٣"]
)
def test_what_is_no_whole_number_is_refused_not_rounded(number: str) -> None:
    sheet = RawTable(raw(v=["5", number]))
    sheet.whole("v", "value")
    assert sheet.good()["value"].to_list() == [5]
    assert sheet.rejected().select("line", "reason").rows() == [(3, "bad_value")]
    assert f"“{number}” is not a whole number" in sheet.rejected()["reason_en"][0]
    assert f"«{number}» no es un número entero" in sheet.rejected()["reason_es"][0]


def test_a_blank_can_be_a_missing_value() -> None:
    sheet = RawTable(raw(d=["2024", "2023"], v=["", "4"]))
    sheet.whole("v", "value", blank=True)
    sheet.month("d", None, "period")
    rows = sheet.rows(ANNUAL, "value")
    assert rows.frame.select("value", "status").rows() == [(None, "M"), (4, "A")]


def test_months_and_the_provisional_ones() -> None:
    sheet = RawTable(raw(y=["2024", "2024", "2023", "2023", "24", "2024"], m=["01", "1", "12", "11", "01", "13"]))
    sheet.month("y", "m", "period")
    sheet.made["value"] = pl.Series([1] * 6)
    rows = sheet.rows(MONTHLY, "value", since=date(2023, 12, 1))
    assert [(str(d), s) for d, s in rows.frame.select("period", "status").rows()] == [
        ("2024-01-01", "P"),
        ("2024-01-01", "P"),
        ("2023-12-01", "P"),
        ("2023-11-01", "A"),
    ]
    assert rows.rejected["line"].to_list() == [6, 7]


@pytest.mark.parametrize(
    ("known", "held", "newest", "since"),
    [
        (date(2025, 4, 29), date(2025, 2, 1), date(2025, 2, 1), date(2025, 1, 1)),  # 60 days after February
        (date(2025, 4, 28), date(2025, 1, 1), date(2025, 1, 1), date(2024, 12, 1)),
        (date(2026, 11, 28), date(2019, 12, 1), date(2026, 8, 1), date(2026, 7, 1)),  # part of an old year
        (date(2025, 4, 10), date(2025, 3, 1), date(2025, 3, 1), date(2025, 2, 1)),  # out sooner than usual
        (None, date(2019, 12, 1), date(2019, 12, 1), date(2019, 11, 1)),
    ],
)
def test_which_months_a_source_still_revises_follows_from_the_day(
    known: date | None, held: date, newest: date, since: date
) -> None:
    periods = pl.Series([date(2018, 1, 1), held])
    assert newest_out(SOURCE, "M", known, periods) == newest
    assert revised_since(SOURCE, MONTHLY, known, periods) == since


def test_which_years_and_days_a_source_still_revises() -> None:
    years = pl.Series([date(2019, 1, 1)])
    assert revised_since(SOURCE, ANNUAL, date(2026, 3, 1), years) == date(2024, 1, 1)  # 2025 is out 60 days after it
    assert revised_since(SOURCE, ANNUAL, date(2026, 2, 28), years) == date(2023, 1, 1)
    days = pl.Series([date(2026, 1, 11)])
    assert revised_since(SOURCE, replace(ANNUAL, frequency="D"), date(2026, 1, 12), days) == date(2026, 1, 10)
    assert revised_since(replace(SOURCE, revision_periods=0), ANNUAL, date(2026, 3, 1), years) is None


@pytest.mark.parametrize("text", ["", "2024", "2024-13", "2024-00", "2024/01", "0024-01", "2024-01-01", "٢٠٢٤-01"])
def test_what_is_no_month_gives_no_day(text: str) -> None:
    assert first_day(text) is None


def test_a_column_of_rubbish_is_refused_quickly(catalog: Catalog) -> None:
    frame = raw(p=[f"no{i}" for i in range(3000)])
    good, rejected = mapped(frame, {"p": ("port", "schedule_d")}, catalog)
    assert good.height == 0
    assert rejected.height == 3000


def test_no_rows_are_mapped_to_none(catalog: Catalog) -> None:
    good, rejected = mapped(raw(p=[]), {"p": ("port", "schedule_d")}, catalog)
    assert good.height == rejected.height == 0


def test_refused_rows_of_a_large_file_far_apart_are_named() -> None:
    """A large file is read in chunks; Polars 2.1 panics when it formats a filtered frame of which some are empty."""
    chunks = [pl.DataFrame({"line": [n, n + 1], "value": ["5", "6"]}) for n in (2, 4, 6)]
    sheet = RawTable(pl.concat(chunks, rechunk=False))
    sheet.refuse_values(pl.Series([True, *[False] * 4, True]), "value", Text("a count", "un conteo"))
    assert sheet.rejected()["line"].to_list() == [2, 7]


def test_a_day_is_written_year_month_day_and_nothing_else() -> None:
    assert iso_day("2024-03-24") == date(2024, 3, 24)
    assert not any(map(iso_day, ("2024-W12-7", "20240324", "2024-3-24", "2024-02-30", "1949-12-31", "")))


def test_a_text_that_stands_for_a_missing_value_is_null_and_its_row_is_kept() -> None:
    sheet = RawTable(pl.DataFrame({"a": ["1", "NA", "x"], "line": [2, 3, 4]}))
    sheet.values("a", "n", lambda t: int(t) if t.isdigit() else None, pl.Int64(), Text("a number", "un número"), ["NA"])
    sheet.fill("of", "nogales")
    assert sheet.good().rows() == [(1, "nogales"), (None, "nogales")]
    assert sheet.rejected()["line"].to_list() == [4]
