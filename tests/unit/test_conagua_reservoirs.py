"""Reservoirs of CONAGUA: both shapes give the same cubic hectometres, and a day without a figure is missing, never 0."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.conagua import reservoirs
from ambos.sources.shared.base import File, Rows
from economy_samples import DAMS, dams

LONG, REPORT = "sonora_dams_daily_storage.csv", "sina-presas-2023-12-05.json"


def read(catalog: Catalog, name: str, content: bytes) -> tuple[Rows, File]:
    file = File(name, content)
    (rows,) = reservoirs.read(file, reservoirs.recognise(name, file.head()), catalog)
    return rows, file


def at(rows: Rows, dam: str, day: date) -> list[tuple[Decimal | None, str]]:
    return rows.frame.filter(dam=dam, date=day).select("storage_hm3", "status").rows()  # type: ignore[return-value]


def test_an_empty_cell_is_missing_and_a_zero_is_a_figure(catalog: Catalog, specimens: Path) -> None:
    rows, file = read(catalog, LONG, (specimens / "conagua" / LONG).read_bytes())
    assert rows.rejected.is_empty()
    assert at(rows, "angostura", date(2024, 6, 30)) == [(Decimal("79.4230"), "A")]
    assert at(rows, "angostura", date(1987, 10, 1)) == [(None, "M")]
    assert at(rows, "abelardo_rodriguez", date(2024, 6, 30)) == [(Decimal(0), "A")]
    assert at(rows, "molinito", date(1970, 1, 1)) == []  # not filled yet
    assert [note.en for note in file.notes] == ["days before the first figure of a reservoir: 1"]


def test_of_a_report_the_reservoirs_of_other_states_are_counted_not_refused(catalog: Catalog, specimens: Path) -> None:
    rows, file = read(catalog, REPORT, (specimens / "conagua" / REPORT).read_bytes())
    assert rows.rejected.is_empty() and rows.frame.height == 2
    assert [note.en for note in file.notes] == ["reservoirs of other states: 1"]
    assert at(rows, "angostura", date(2023, 12, 5)) == [(Decimal("356.1600"), "A")]
    assert at(rows, "novillo", date(2023, 12, 5)) == [(None, "M")]


def test_the_catalogue_says_what_reservoirs_hold_in_the_year_of_which_it_is(catalog: Catalog) -> None:
    file = File(DAMS, dams(), as_of=date(2023, 6, 29))
    (rows,) = reservoirs.read(file, reservoirs.recognise(DAMS, file.head()), catalog)
    assert rows.dataset == "mx_dam_capacities" and rows.rejected.is_empty()
    assert rows.frame.select("period", "dam", "namo_hm3", "name_hm3", "dead_hm3").rows() == [
        (date(2023, 1, 1), "angostura", 703, 1116, 10),
        (date(2023, 1, 1), "novillo", 2833, 3312, 200),
    ]


def test_a_report_that_says_what_a_reservoir_holds_is_read_for_it(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "conagua" / REPORT).read_bytes()
    more = content.replace(
        b'"almacenaactual": 356.16', b'"namealmac": 1116.5, "namoalmac": 703.36, "almacenaactual": 356.16'
    )
    file = File(REPORT, more)
    storage, capacity = reservoirs.read(file, reservoirs.recognise(REPORT, file.head()), catalog)
    assert storage.frame.height == 2
    assert capacity.frame.select("period", "dam", "namo_hm3", "dead_hm3").rows() == [
        (date(2023, 1, 1), "angostura", Decimal("703.3600"), None)
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [("LCDSO,2024-06-31,1.5", "bad_value"), ("LCDSO,2024-06-30,-1.5", "bad_value"), ("XXXSO,2024-06-30,1", "unknown_code")],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_set_aside_alone(catalog: Catalog, row: str, reason: str) -> None:
    rows, _ = read(catalog, LONG, f"dam_key,date,storage_hm3\n{row}\nPECSO,2024-06-30,297.578\n".encode())
    assert rows.frame.height == 1
    assert rows.rejected["reason"].to_list() == [reason]


def test_a_cut_report_is_refused(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "conagua" / REPORT).read_bytes()
    with pytest.raises(WrongShape):
        read(catalog, REPORT, content[:-20])
