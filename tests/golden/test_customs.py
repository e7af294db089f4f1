"""Mexican customs in the embedded snapshot have the figures of the file and add up to the totals that INEGI prints."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.flows.data.check import check_data
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared/data/raw/inegi-customs-nogales-2024-2026"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    if not (catalog.snapshot_folder / "mx_customs_trade.parquet").is_file():
        pytest.skip("the embedded snapshot is not here")
    return open_workspace(Path(tmp_path_factory.mktemp("customs")) / "none")


#: INEGI, BCMM by customs, file modified on 23 September 2026: nogales_customs.csv and border_customs_comparison.csv.
@pytest.mark.parametrize(
    ("series", "month", "items", "usd"),
    [
        ("trade.customs.exports", date(2024, 10, 1), ("road",), 1_415_404_000),
        ("trade.customs.exports", date(2026, 7, 1), ("rail",), 602_875_000),
        ("trade.customs.exports", date(2026, 3, 1), (), 1_759_738_000 + 657_043_000),
        ("trade.customs.imports_rail", date(2026, 6, 1), (), 264_368_000),
        ("trade.customs.exports_road", date(2024, 10, 1), ("nuevo_laredo",), 13_787_760_000),
        ("trade.customs.exports_road", date(2024, 10, 1), (), 37_958_374_000),
    ],
)
def test_figures_are_those_of_the_file(
    here: Workspace, series: str, month: date, items: tuple[str, ...], usd: int
) -> None:
    (found,) = show(here, series, items=items, start=month, end=month).frame["value"]
    assert found == pytest.approx(usd, abs=2_000)


def test_customs_add_up_to_the_total_of_their_mode(here: Workspace) -> None:
    found = check_data(here, datasets=["mx_customs_trade"])
    assert [f.text.en for f in found if f.check == "parts_and_total"] == []


def test_imports_by_road_are_not_named_for_this_customs(here: Workspace) -> None:
    table = here.store.table("mx_customs_trade")
    assert here.store.frame(table.filter(table.flow == "import", table["mode"] == "road")).is_empty()


@pytest.mark.real
@pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_every_row_of_the_file_is_embedded(here: Workspace) -> None:
    """An independent reading: plain csv."""
    with (RAW / "nogales_customs.csv").open(encoding="utf-8") as lines:
        rows = {
            (r["month"], r["flow"], r["mode"]): int(Decimal(r["million_usd"]) * 10**6) for r in csv.DictReader(lines)
        }
    table = here.store.table("mx_customs_trade")
    held = here.store.frame(table.filter(table.customs == "nogales"))
    found = {(f"{r['period']:%Y-%m}", r["flow"], r["mode"]): r["value_usd"] for r in held.to_dicts()}
    assert len(rows) == 66 and found == rows
