"""What figures that come with the program claim beside their value: which periods, how much is held, of which digits.

The counts of months were taken by hand from BTS's file (Border_Crossing_Entry_Data_1996-01_2025-02.csv): the rows of a port
and measure, month by month.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ambos.catalog import Catalog
from ambos.flows.air.idling import idling
from ambos.flows.data.listing import list_sources
from ambos.flows.data.show import left_out, show
from ambos.flows.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def here(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    return open_workspace(tmp_path_factory.mktemp("coverage"))


def years(here: Workspace, series: str, place: str, first: int, last: int) -> list[tuple[Any, ...]]:
    bounds = {"start": date(first, 1, 1), "end": date(last, 12, 31)}
    frame = show(here, series, places=[place], frequency="A", **bounds).frame  # type: ignore[arg-type]
    return frame.select("period", "value", "status", "held", "wanted").rows()


def test_three_months_that_no_file_has_are_rows_without_a_value(here: Workspace) -> None:
    """TransBorder's monthly tables of October to December 2020 are not held: F6."""
    shown = show(
        here,
        "trade.by_state_monthly.exports",
        places=["Arizona"],
        frequency="M",
        start=date(2020, 8, 1),
        end=date(2021, 2, 28),
    )
    assert [(r["period"], r["frequency"], r["value"], r["status"], r["held"]) for r in shown.rows()] == [
        ("2020-08", "M", 585_147_405, "A", 1),
        ("2020-09", "M", 648_787_090, "A", 1),
        ("2020-10", "M", None, "M", 0),
        ("2020-11", "M", None, "M", 0),
        ("2020-12", "M", None, "M", 0),
        ("2021-01", "M", 654_604_579, "A", 1),
        ("2021-02", "M", 610_614_484, "A", 1),
    ]


def test_months_without_a_row_are_not_held(here: Workspace) -> None:
    """Trains went on at Nogales after April 2022 and buses at Douglas; their passengers have no row."""
    assert years(here, "crossings.train_passengers", "Nogales", 2019, 2023) == [
        ("2019", 2_581, "A", 12, 12),
        ("2020", 2_320, "A", 12, 12),
        ("2021", None, "M", 11, 12),
        ("2022", None, "M", 4, 12),
        ("2023", None, "M", 0, 12),
    ]
    assert years(here, "crossings.bus_passengers", "Douglas", 2022, 2023) == [
        ("2022", None, "M", 7, 12),
        ("2023", 4_898, "A", 12, 12),
    ]
    assert years(here, "crossings.trains", "Nogales", 2022, 2022)[0][1] is not None


def test_a_share_of_which_a_part_is_missing_is_not_given(here: Workspace) -> None:
    """Lukeville's empty containers have no row from 2023 on: the loaded ones are not all."""
    assert {row[1:3] for row in years(here, "crossings.loaded_share", "Lukeville", 2016, 2024)} == {(None, "M")}
    loaded = {r[0]: r[1] for r in years(here, "crossings.truck_containers_loaded", "Lukeville", 2023, 2024)}
    assert all(loaded.values())


def test_a_port_that_vanishes_from_the_border_takes_its_shares_with_it(here: Workspace) -> None:
    """Otay Mesa has no row in November 2021 (84,505 trucks a month before): 14% of the border's trucks."""
    assert years(here, "crossings.share.trucks", "Arizona", 2021, 2021) == [("2021", None, "M", 11, 12)]
    for year in (2020, 2022, 2023, 2024):
        ((_, value, status, held, _),) = years(here, "crossings.share.trucks", "Arizona", year, year)
        assert 6 < value < 7 and (status, held) == ("A", 12)
    ((_, value, _, held, _),) = years(here, "crossings.share.pedestrians", "Arizona", 2024, 2024)
    assert value is None and held < 12  # January 2024 has no pedestrians at California's ports


def test_a_sum_names_the_small_parts_that_it_is_without(here: Workspace) -> None:
    """Naco's few buses have no row since June 2020: below 1% of Arizona's."""
    shown = show(
        here, "crossings.buses", places=["Arizona"], frequency="A", start=date(2024, 1, 1), end=date(2024, 12, 31)
    )
    (row,) = shown.rows()
    assert (row["value"], row["status"], row["without"]) == (11_704, "A", "2603/buses:12")
    note = left_out(shown)
    assert note and "Naco · Buses (12)" in note.en and "Naco · Autobuses (12)" in note.es
    people = show(
        here, "crossings.people", places=["Arizona"], frequency="A", start=date(2021, 1, 1), end=date(2021, 12, 31)
    )
    assert people.frame["value"].to_list() == [16_921_463]
    assert "2604/train_passengers:1" in people.frame["without"][0]


def test_a_range_is_that_of_the_crossing_not_of_the_file(here: Workspace) -> None:
    """DeConcini was read on some 370 days from 29 June 2022 to 30 June 2026; El Paso's file goes on to August."""
    frame = show(here, "waits.mean", places=["nogales-deconcini"], items=["passenger/standard"], frequency="all").frame
    (row,) = frame.select("period", "frequency", "held", "wanted").rows()
    table = here.store.table("waits")
    own = table.filter(table.crossing == "260401", table["mode"] == "passenger", table.lane == "standard")
    times = here.store.frame(own.select("observed_at"))["observed_at"]
    days = {(at - timedelta(hours=7)).date() for at in times}
    assert row == ("2022-06-29/2026-06-30", "all", len(days), 1463) and 365 < len(days) < 375


def test_what_is_known_of_idling_is_known_of_its_own_reports(here: Workspace) -> None:
    """The waits of 2025 are known since 2 January 2026 at the latest, whatever came later."""
    found = idling(here, year=2025)
    known = [r.known for r in found.rows if r.idle is not None and r.known]
    assert known and max(known) <= date(2026, 1, 2)


def test_the_newest_period_of_a_source_is_its_own_and_the_regions(here: Workspace) -> None:
    """Lake Powell's file ends on 11 January 2026, whatever other sources give of reservoirs by day; the waits of the
    region's crossings end on 30 June 2026, those of El Paso in August."""
    newest = {s.source.id: s.newest for s in list_sources(here)}
    assert newest["usbr_lake_powell_daily"] == date(2026, 1, 11)
    assert newest["cbp_border_waits"] == date(2026, 6, 30)


def test_a_span_ends_with_the_last_row_of_a_place_that_has_files_of_its_own(here: Workspace) -> None:
    """Lake Powell's days end on 11 January 2026, Lake Mead's on 9 October, in files of two sources; days asked for are
    rows nevertheless, and so are those of a place that the one file of a dataset no longer lists."""
    days = show(here, "river.elevation_daily", places=["powell"]).frame
    assert days.select("period", "value", "held").row(-1) == ("2026-01-11", Decimal("3538.5900"), 1)
    asked = show(here, "river.elevation_daily", places=["powell"], start=date(2026, 1, 11), end=date(2026, 1, 13)).frame
    assert asked.select("period", "value", "held").rows()[1:] == [("2026-01-12", None, 0), ("2026-01-13", None, 0)]
    study = show(here, "river.projection", places=["mead"], items=["2026-08/most_probable_6maf"]).frame
    assert study["period"][-1] == "2027-07"
    listed = show(here, "crossings.trucks", places=["Sasabe"]).frame
    assert listed.select("period", "value", "held").row(-1) == ("2025-02", None, 0)
