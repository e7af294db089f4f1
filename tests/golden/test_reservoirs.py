"""The reservoirs in the embedded snapshot have the figures of the file, and of the 1960s there are none."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import BadRequest, NoData
from ambos.flows.data.profile import Question, ask
from ambos.flows.data.show import show
from ambos.flows.region.dams import dams
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared/data/raw/sonora-reservoirs-daily-1941-2024"
HM3 = "water.storage.hm3"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    if not (catalog.snapshot_folder / "mx_reservoir_days.parquet").is_file():
        pytest.skip("the embedded snapshot is not here")
    return open_workspace(Path(tmp_path_factory.mktemp("reservoirs")) / "none")


def value(here: Workspace, place: str, day: date, series: str = HM3) -> Decimal | None:
    frame = show(here, series, places=(place,), start=day, end=day).frame
    return None if frame.is_empty() else frame["value"][0]


#: CONAGUA through the state's open data, file of 2024-09; as sonora-reservoirs-daily-1941-2024 holds them.
@pytest.mark.parametrize(
    ("dam", "day", "hm3"),
    [
        ("el-novillo", date(2024, 6, 30), "297.578"),
        ("oviachic", date(2024, 9, 19), "539.333"),
        ("la-angostura", date(2023, 12, 5), "356.16"),
        ("mocuzari", date(2024, 6, 30), "10.624"),
        ("Abraham González", date(1970, 1, 1), "65.09"),
        ("Presa Hermosillo", date(2024, 6, 30), "0"),
    ],
)
def test_storage_is_that_of_the_file(here: Workspace, dam: str, day: date, hm3: str) -> None:
    assert value(here, dam, day) == pytest.approx(Decimal(hm3))


def test_the_state_is_the_sum_of_its_nine_reservoirs(here: Workspace) -> None:
    """30 June 2024, the bottom of the drought: the nine figures of the file, added by hand. Abraham González lies in another state."""
    parts = ("377.399", "10.624", "0", "10.738", "0.612", "0.15", "79.423", "297.578", "5.553")
    total = sum(map(Decimal, parts))
    assert total == Decimal("782.077")
    assert value(here, "sonora", date(2024, 6, 30)) == pytest.approx(total)
    # 1 acre-foot (US survey foot) = 1,233.48924 m³
    assert float(value(here, "sonora", date(2024, 6, 30), "water.storage.kaf") or 0) == pytest.approx(
        634.036, abs=0.001
    )


def test_nothing_is_held_of_the_sixties_nor_before_a_reservoir_was_filled(here: Workspace) -> None:
    with pytest.raises(NoData):
        show(here, HM3, places=("la-angostura",), start=date(1960, 1, 1), end=date(1969, 12, 31))
    with pytest.raises(NoData):
        show(here, HM3, places=("el-molinito",), start=date(1970, 1, 1), end=date(1992, 12, 31))
    assert value(here, "la-angostura", date(1959, 12, 31)) is not None
    assert value(here, "la-angostura", date(1987, 10, 1)) is None  # a day without a figure


def test_a_sum_of_the_state_does_not_wait_for_a_reservoir_that_was_not_built(here: Workspace) -> None:
    """31 December 1980, the figures of the file added by hand: the seven but El Molinito and Los Pilares."""
    assert value(here, "sonora", date(1980, 12, 31)) == pytest.approx(Decimal("3792.99"))


@pytest.mark.real
@pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_every_row_of_the_file_is_embedded(here: Workspace, catalog: Catalog) -> None:
    """An independent reading: plain csv, summed per reservoir."""
    of = catalog.codelists["dam"].from_system("conagua")
    sums: dict[str, tuple[int, Decimal]] = {}
    with gzip.open(RAW / "sonora_dams_daily_storage.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["storage_hm3"]:
                days, total = sums.get(of[row["dam_key"]], (0, Decimal(0)))
                sums[of[row["dam_key"]]] = days + 1, total + Decimal(row["storage_hm3"])
    table = here.store.table("mx_reservoir_days")
    held = table.group_by("dam").aggregate(days=table.storage_hm3.count(), total=table.storage_hm3.sum())
    found = {row["dam"]: (row["days"], row["total"]) for row in here.store.frame(held).to_dicts()}
    assert found.keys() == sums.keys()
    assert all(found[dam][0] == days and found[dam][1] == total for dam, (days, total) in sums.items())
    assert sum(days for days, _ in found.values()) == 202_993 - 13_673


def test_a_page_of_all_reservoirs_and_decades_shows_months_unless_days_are_asked_for(here: Workspace) -> None:
    asked = ask(here, Question(HM3))
    assert asked.held.frame.height < 20_000 and set(asked.held.frame["period"].str.len_chars()) == {7}
    days = ask(here, Question(HM3, places=("el-novillo",)))
    assert set(days.held.frame["period"].str.len_chars()) == {10}
    with pytest.raises(BadRequest):
        ask(here, Question(HM3, frequency="D"))


def test_how_full_the_reservoirs_are_is_of_the_ordinary_maximum_level(here: Workspace) -> None:
    """30 June 2024: the file's storages over the NAMO of its catalogue (El Novillo 2,833 hm³; the nine 8,551)."""
    answer = dams(here, day=date(2024, 6, 30))
    table = answer.table("dams")
    rows = {row["dam"].code: row for row in table.cells()}  # type: ignore[union-attr]
    assert float(rows["novillo"]["percent"]) == pytest.approx(100 * 297.578 / 2833)  # type: ignore[arg-type]
    assert rows["abelardo_rodriguez"]["storage_hm3"] == 0
    (total,) = table.cells(table.totals)
    assert total["namo_hm3"] == 703 + 2833 + 3023 + 1200 + 121 + 220 + 42 + 16 + 393
    assert float(total["percent"]) == pytest.approx(100 * 782.077 / 8551)  # type: ignore[arg-type]
    assert any("Abraham González" in note.en for note in answer.notes)
    usual, years = rows["novillo"]["usual_hm3"], rows["novillo"]["usual_years"]
    assert years == 30 and float(usual) == pytest.approx(39339 / 30, rel=1e-4)  # type: ignore[arg-type]
    assert rows["pilares"]["usual_hm3"] is None  # held since 2023 only
    assert dams(here).facts["day"] == date(2024, 9, 19)
    with pytest.raises(NoData):
        dams(here, day=date(1965, 6, 30))
