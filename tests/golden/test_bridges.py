"""Crossings by bridge in the embedded snapshot: figures of the file, and all of Texas beside BTS."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.flows.data.check import check_data
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared/data/raw/txdot-unt-texas-crossings-2008-2025"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    if not (catalog.snapshot_folder / "bridge_crossings.parquet").is_file():
        pytest.skip("the embedded snapshot is not here")
    return open_workspace(Path(tmp_path_factory.mktemp("bridges")) / "none")


def year(here: Workspace, series: str, place: str, period: str, **asked: object) -> object:
    (found,) = show(here, series, places=(place,), frequency="A", **asked).frame.filter(period=period)["value"]  # type: ignore[arg-type]
    return found


#: CBP field offices through TxDOT, file of 2026-04-20; trucks of all of Texas as its ORIGIN.txt quotes them.
@pytest.mark.parametrize(
    ("place", "period", "trucks"),
    [
        ("texas", "2022", 5_052_969),
        ("texas", "2023", 5_140_788),
        ("texas", "2024", 5_366_276),
        ("texas", "2025", 5_417_393),
        ("laredo", "2025", 2_945_393),
    ],
)
def test_trucks_are_those_of_the_file(here: Workspace, place: str, period: str, trucks: int) -> None:
    assert year(here, "crossings.bridges.trucks", place, period) == trucks


def test_a_bridge_is_an_item_of_its_port(here: Workspace) -> None:
    assert year(here, "crossings.bridges.trucks", "laredo", "2024", items=("world_trade",)) == 2_288_051


def test_trucks_of_both_sources_agree_and_what_differs_is_found(here: Workspace) -> None:
    for period, bts in (("2022", 5_053_160), ("2023", 5_140_784), ("2024", 5_366_231)):  # BTS, Texas, trucks
        assert year(here, "crossings.trucks", "texas", period) == bts
        assert year(here, "crossings.bridges.trucks", "texas", period) == pytest.approx(bts, rel=4e-5)
    found = {
        f.item: f for f in check_data(here, datasets=["bridge_crossings", "crossings"]) if f.check == "two_sources"
    }
    assert found.keys() == {"trucks", "personal_vehicles", "buses", "pedestrians"}
    assert "2022: 64,732 against 59,303 (9.2%)" in found["buses"].text.en
    assert "2019" in found["trucks"].text.en and "2022" not in found["trucks"].text.en


@pytest.mark.real
@pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_every_count_of_the_file_is_embedded(here: Workspace) -> None:
    """An independent reading: plain csv, summed by year and mode."""
    sums: Counter[tuple[int, str]] = Counter()
    with gzip.open(RAW / "monthly_crossings_2008_2025.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            sums[int(row["Year"]), row["Modes"]] += int(row["Northbound Crossing"])
    table = here.store.table("bridge_crossings")
    held = table.group_by(year=table.period.year(), mode=table["mode"]).aggregate(total=table.value.sum())
    modes = {code.id: code.codes["txdot"][0] for code in here.catalog.codelists["bridge_modes"].codes.values()}
    found = {(r["year"], modes[r["mode"]]): r["total"] for r in here.store.frame(held).to_dicts()}
    assert found == {key: total for key, total in sums.items() if total}
