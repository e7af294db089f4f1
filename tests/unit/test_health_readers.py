"""Surveillance of health: weeks that nobody reported are missing, never 0; residents abroad are no state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.indicators.periods import sundays, whole_months
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from economy_samples import book
from health_samples import CURVES, TESTS, TOTALS, curves, results, totals

SISVER, DGE = "sisver_respiratory", "ssa_measles"
MEASLES = "measles_rubella_by_state_year_diagnosis.csv"
Read = Callable[..., tuple[list[Rows], File]]


@pytest.fixture
def read(catalog: Catalog) -> Read:
    def read(source: str, name: str, content: bytes, as_of: date = date(2025, 7, 22)) -> tuple[list[Rows], File]:
        file = File(name, content, as_of=as_of)
        kind = CONNECTORS[source].recognise(name, file.head())
        assert kind, name
        return list(CONNECTORS[source].read(file, kind, catalog)), file

    return read


def at(rows: Rows, **where: object) -> list[tuple[object, ...]]:
    return rows.frame.filter(**where).select("cases", "status").rows()


def test_zeros_after_the_last_report_are_missing_and_weeks_to_come_are_no_rows(read: Read) -> None:
    (rows,), file = read(SISVER, CURVES, curves())
    assert rows.rejected.is_empty() and set(rows.frame["mex_state"]) == {"MX-SON"}
    assert at(rows, measure="influenza", period=date(2023, 12, 31)) == [(12, "A")]  # the first week of 2024
    assert at(rows, measure="influenza", period=date(2024, 8, 25)) == [
        (0, "A")
    ]  # nobody was confirmed, others suspected
    assert at(rows, measure="irag", period=date(2024, 12, 29)) == [(35, "P")]
    assert at(rows, measure="eti", period=date(2025, 4, 6)) == [(None, "M")]
    assert rows.frame["period"].max() == date(2025, 4, 6)
    assert [note.en for note in file.notes] == [
        "sheets of ages, ventilation and outcome: 1",
        "weeks that are 0 in all columns to the end, not reported yet: 2",
    ]


def test_only_some_years_have_a_53rd_week(read: Read) -> None:
    (rows,), _ = read(SISVER, TESTS, results())
    assert rows.rejected.is_empty()
    assert at(rows, measure="test_confirmed", period=date(2020, 12, 27)) == [(1535, "A")]
    assert at(rows, measure="test_negative", period=date(2024, 12, 29)) == [(45, "P")]
    assert at(rows, measure="test_negative", period=date(2025, 4, 6)) == [(None, "M")]
    # 2025 has a 53rd week by this rule, which had not begun
    assert rows.frame["period"].max() == date(2025, 4, 6)


def test_totals_without_days_are_passed_over(read: Read) -> None:
    rows, file = read(SISVER, TOTALS, totals())
    assert rows == [] and file.notes


@pytest.mark.parametrize("week", ["2024-53", "2024-00", "24-01", "enero"])
def test_a_week_that_no_year_has_is_refused(read: Read, week: str) -> None:
    (rows,), _ = read(SISVER, CURVES, book([("semana", "COVID19"), ("2024-01", 3), (week, 2)]))
    assert rows.frame.height == 1 and rows.rejected["reason"].to_list() == ["bad_value"]


def test_a_workbook_without_weeks_is_refused(read: Read) -> None:
    with pytest.raises(WrongShape, match="weeks"):
        read(SISVER, CURVES, book([("GPO_EDAD", "FEM_covid19"), ("0 - 5", 6)]))


def test_months_of_weeks_are_the_weeks_that_begin_in_them() -> None:
    march = [date(2025, 3, day) for day in (2, 9, 16, 23, 30)]
    assert sundays(date(2025, 3, 1)) == 5 and sundays(date(2025, 2, 1)) == 4
    assert whole_months(march, "W") == {date(2025, 3, 1)}
    assert whole_months(march[1:], "W") == set()


def test_measles_by_state_of_residence(read: Read, specimens: Path) -> None:
    content = (specimens / "salud" / MEASLES).read_bytes()
    (rows,), _ = read(DGE, MEASLES, content, date(2025, 6, 11))
    assert rows.rejected.is_empty()
    found = dict(rows.frame.filter(diagnosis="confirmed", period=date(2025, 1, 1)).select("mex_state", "cases").rows())
    assert (found["MX-SON"], found["MX-CHH"]) == (69, 2003)
    assert found["_T"] == sum(cases for state, cases in found.items() if state != "_T")
    assert set(rows.frame.filter(period=date(2025, 1, 1))["status"]) == {"P"}
    assert set(rows.frame.filter(period=date(2024, 1, 1))["status"]) == {"A"}
    assert rows.frame.filter(mex_state="_Z").height


def test_a_year_of_which_the_file_has_no_confirmed_case_has_0_of_them(read: Read) -> None:
    head, rest = "file_year,ENTIDAD_RES,DIAGNOSTICO,cases,deaths", ["2023,26,3,41,0", "2025,26,1,69,1"]
    (rows,), _ = read(DGE, MEASLES, "\n".join([head, *rest, ""]).encode(), date(2025, 6, 11))
    assert at(rows, mex_state="_T", diagnosis="confirmed", period=date(2023, 1, 1)) == [(0, "A")]
    assert at(rows, mex_state="MX-SON", diagnosis="discarded", period=date(2025, 1, 1)) == [(0, "P")]
    (rows,), _ = read(DGE, MEASLES, "\n".join([head, *rest, "2023,26,1,many,0", ""]).encode(), date(2025, 6, 11))
    assert at(rows, mex_state="MX-SON", diagnosis="confirmed", period=date(2023, 1, 1)) == []


@pytest.mark.parametrize(("before", "after"), [(b"2025,26,1,69", b"2025,26,7,69"), (b"2025,26,1,69", b"2025,36,1,69")])
def test_a_code_that_is_not_known_is_refused(read: Read, specimens: Path, before: bytes, after: bytes) -> None:
    content = (specimens / "salud" / MEASLES).read_bytes().replace(before, after)
    (rows,), _ = read(DGE, MEASLES, content)
    assert rows.rejected["reason"].to_list() == ["unknown_code"]
