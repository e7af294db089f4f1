"""Archives as BTS and its readers leave them (../shared/cases): what is stored, what is named, and what stands as final."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import NeedsDate
from ambos.flows.data.build import Loaded, build
from ambos.flows.workspace import Workspace, open_workspace
from build_samples import workspace

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not CASES.is_dir(), reason="the cases (../shared/cases) are not here"),
]
TODAY = date(2026, 11, 28)
MARCH = "2008.zip/2008/March 2008"
ZIPS = "Revised2011PublicData.zip/Revised 2011 Public Data/Zip Files"


@pytest.fixture
def here(tmp_path: Path, catalog: Catalog) -> Workspace:
    return workspace(tmp_path / "workspace", catalog, TODAY)


def read(here: Workspace, name: str) -> Loaded:
    (entry,) = build(here, CASES / name).loaded
    return entry


@pytest.mark.parametrize(
    ("name", "rows", "new", "refused", "passed"),
    [
        ("2007_clean.zip", 7_920, 1_056, [], 0),
        ("2008_copy_only.zip", 8_008, 1_056, [], 0),
        ("2016.zip", 1_056, 1_056, [], 2),
        ("2016_no_mac.zip", 1_056, 1_056, [], 0),
        ("2016_one_month_lower_case.zip", 1_056, 1_056, [], 0),
        ("2016_one_month_spaces.zip", 1_056, 1_056, [], 0),
        (
            "2016_one_month_new_column.zip",
            1_048,
            1_048,
            ["2016_one_month_new_column.zip/2016/August 2016/dot1_0816.csv"],
            0,
        ),
        ("2008.zip", 7_928, 1_056, [f"{MARCH}/dot2_0308.csv", f"{MARCH}/dot3_0308.csv"], 0),
        ("2017_intact.zip", 1_056, 1_056, [], 0),
        ("2017.zip", 1_016, 1_016, ["2017.zip/2017/March 2017.zip/dot2_0317.csv"], 0),
        ("Revised2011PublicData.zip", 2_016, 1_056, [f"{ZIPS}/dot1_2011.zip"], 0),
    ],
)
def test_every_member_is_read_or_named(
    here: Workspace, name: str, rows: int, new: int, refused: list[str], passed: int
) -> None:
    entry = read(here, f"transborder/{name}")
    assert (entry.counts["read"], entry.counts["new"]) == (rows, new)
    assert [o.name for o in entry.left_out if o.kind == "refused"] == refused
    assert [error.values["file"] for error in entry.errors] == refused
    assert sum(o.kind == "passed" for o in entry.left_out) == passed
    table = here.store.frame(here.store.table("freight_state_port"))
    assert set(table["status"]) == {"A"}  # closed years, whatever part of them a member holds


def test_one_bad_archive_keeps_no_other_out(here: Workspace) -> None:
    entry = read(here, "transborder")
    assert entry.files == len(list((CASES / "transborder").glob("*.zip"))) == 11
    months = here.store.frame(here.store.table("freight_port_commodity"))["period"]
    assert {year: months.filter(months.dt.year() == year).n_unique() for year in (2007, 2008, 2011, 2016, 2017)} == (
        dict.fromkeys((2007, 2008, 2011, 2016, 2017), 12)
    )


def test_a_year_cut_out_of_the_table_revises_nothing(tmp_path: Path) -> None:
    here = open_workspace(tmp_path / "workspace")  # on the embedded snapshot
    entry = read(here, "bts/nogales_2019_filtered_today.csv")
    assert (entry.counts["new"], entry.counts["revised"], entry.counts["unchanged"]) == (0, 0, 12)


def test_a_table_saved_by_a_spreadsheet(here: Workspace, tmp_path: Path) -> None:
    """February 2020 in the US order; three columns without name or cells."""
    entry = read(here, "bts/saved_by_excel.csv")
    assert [o.reason.en for o in entry.left_out] == ["empty columns without a name: 3"]
    frame = here.store.frame(here.store.table("crossings")).sort("value")
    assert frame.select("port", "period", "measure", "value").rows() == [
        ("2604", date(2020, 2, 1), "buses", 811),
        ("2604", date(2020, 2, 1), "trucks", 30_111),
    ]
    # Its figures are made up; beside the official ones the day of the file must be said.
    (error,) = read(open_workspace(tmp_path / "other"), "bts/saved_by_excel.csv").errors
    assert isinstance(error, NeedsDate) and "figures that are held (2, as known on 2025-04-29)" in error.say("en")
