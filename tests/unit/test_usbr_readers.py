"""Readers of Reclamation's files: the first of the month, missing months, lines of another width."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.members import members
from ambos.sources.usbr import lake_powell_daily as usbr_lake_powell_daily
from ambos.sources.usbr import lower_colorado_accounting as usbr_lower_colorado_accounting
from ambos.sources.usbr import mead_24ms as usbr_mead_24ms
from ambos.sources.usbr import natural_flow as usbr_natural_flow
from ambos.sources.usbr import owdi_2016 as usbr_owdi_2016
from ambos.sources.usbr import reservoirs_monthly as usbr_reservoirs_monthly
from usbr_samples import FLOWS, WORKBOOK, files, workbook

FILES = files()
HEADING = "Year Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Total\n"


def read(module: Any, name: str, catalog: Catalog, content: bytes | None = None) -> dict[str, Rows]:
    file = File(name, FILES[name] if content is None else content)
    kind = module.recognise(file.name, file.head())
    assert kind
    return {rows.dataset: rows for rows in module.read(file, kind, catalog)}


def account(text: str, catalog: Catalog, name: str = "usbr_mx_in_excess.csv") -> dict[str, Rows]:
    content = ("# USBR Lower Colorado Basin Annual reports\n" + HEADING + text).encode()
    return read(usbr_lower_colorado_accounting, name, catalog, content)


def test_one_reader_for_each(catalog: Catalog) -> None:
    for name, content in FILES.items():
        file = File(name, content)
        assert sum(bool(r.recognise(name, file.head())) for r in CONNECTORS.values()) == 1, name
        assert [m.name for m in members(file)] == [name]


# -- reservoirs by month


def test_the_first_of_a_month_is_the_end_of_the_month_before(catalog: Catalog) -> None:
    frame = read(usbr_reservoirs_monthly, "dfResDataMonthly.csv", catalog)["reservoir_levels"].frame
    mead = frame.filter(reservoir="mead")
    rows = dict(mead.select("period", "elevation_ft").rows())
    assert rows[date(2022, 7, 1)] == Decimal("1040.91")  # written for 1 August 2022
    assert rows[date(1983, 7, 1)] == Decimal("1225.35")  # 1225.34998
    assert mead.filter(period=date(2026, 7, 1))["status"].to_list() == ["P"]
    assert date(2026, 8, 1) not in rows


def test_storage_of_mead_is_by_the_table_and_powell_s_as_published(catalog: Catalog) -> None:
    frame = read(usbr_reservoirs_monthly, "dfResDataMonthly.csv", catalog)["reservoir_levels"].frame
    mead = frame.filter(reservoir="mead", period=date(2002, 6, 1))
    assert mead["elevation_ft"].item() == Decimal("1159.00")
    # 1,155 ft 17,301.6 kaf; 1,160 ft 17,884.2 kaf (CRSS table): four fifths between
    assert abs(mead["storage_af"].item() - 17_767_700) < 2_500
    assert mead["published_storage_af"].item() != mead["storage_af"].item()
    powell = frame.filter(reservoir="powell", period=date(2022, 7, 1))
    assert powell["storage_af"].item() == powell["published_storage_af"].item()
    early = frame.filter(reservoir="powell", period=date(1963, 6, 1))
    assert early.select("elevation_ft", "storage_af", "status").row(0) == (None, 9_400, "A")


def test_volumes_are_of_their_own_month_and_the_newest_is_not_whole(catalog: Catalog) -> None:
    frame = read(usbr_reservoirs_monthly, "dfResDataMonthly.csv", catalog)["reservoir_flows"].frame
    release = frame.filter(reservoir="mead", measure="release").sort("period")
    assert release.filter(period=date(2026, 7, 1)).select("volume_af", "status").row(0) == (716_000, "A")
    assert release.filter(period=date(2026, 8, 1)).select("volume_af", "status").row(0) == (None, "M")
    inflow = frame.filter(measure="unregulated_inflow", period=date(2002, 7, 1))
    assert inflow["volume_af"].to_list() == [-18_405]  # a volume worked out by balance can be negative


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"1983,1983-08-01", b"1983,1983-08-02"),  # not the first
        (b"1983,1983-08-01", b"1984,1983-08-01"),
        (b'"feet",1225.34998', b'"metres",1225.34998'),
        (b'"feet",1225.34998', b'"feet",x'),
        (b"1983,8,921", b"1983,8,922"),
    ],
)
def test_rows_that_do_not_agree_with_themselves_are_refused(catalog: Catalog, old: bytes, new: bytes) -> None:
    content = FILES["dfResDataMonthly.csv"]
    at = content.index(b"1225.34998")
    start = content.rindex(b"\n", 0, at)
    end = content.index(b"\n", at)
    line = content[start:end]
    assert old in line
    content = content[:start] + line.replace(old, new) + content[end:]
    rows = read(usbr_reservoirs_monthly, "dfResDataMonthly.csv", catalog, content)["reservoir_levels"]
    assert rows.rejected.height == 1
    assert rows.frame.filter(reservoir="mead", period=date(1983, 7, 1))["elevation_ft"].to_list() in ([], [None])


# -- Lake Powell by day


def test_lake_powell_by_day(catalog: Catalog) -> None:
    name = "PowellDataUSBRJanuary2026Daily.csv"
    rows = read(usbr_lake_powell_daily, name, catalog)["reservoir_days"]
    assert rows.rejected.height == 0
    frame = rows.frame
    first = frame.filter(date=date(1963, 3, 11)).row(0, named=True)
    assert (first["elevation_ft"], first["storage_af"], first["inflow_cfs"], first["status"]) == (None, None, 4752, "A")
    last = frame.filter(date=date(2026, 1, 11)).row(0, named=True)
    assert (last["elevation_ft"], last["storage_af"], last["release_cfs"]) == (Decimal("3538.59"), 6_360_480, 9417)
    assert last["status"] == "P"
    cut = FILES[name].replace(b",9846, ,\n", b",9846\n")
    with pytest.raises(WrongShape, match=r"line 5: cells: 10 instead of 12"):
        read(usbr_lake_powell_daily, name, catalog, cut)


# -- accounts


def test_a_year_of_which_only_the_total_is_known_has_no_months(catalog: Catalog) -> None:
    found = read(usbr_lower_colorado_accounting, "usbr_mx_satisfaction_of_treaty.csv", catalog)
    months = found["river_accounts"].frame.filter(pl.col("period").dt.year() == 2022)
    assert months["volume_af"].to_list() == [None] * 12
    assert set(months["status"]) == {"M"}
    year = found["river_accounts_annual"].frame.filter(period=date(2022, 1, 1))
    assert year.select("account", "volume_af", "months_af", "status").row(0) == (
        "mx_satisfaction",
        1_450_000,
        None,
        "A",
    )
    empty = found["river_accounts_annual"].frame.filter(period=date(1964, 1, 1))
    assert empty.select("volume_af", "months_af", "status").row(0) == (None, None, "M")


def test_nothing_delivered_all_year_is_zero_not_missing(catalog: Catalog) -> None:
    found = read(usbr_lower_colorado_accounting, "usbr_mx_tijuana.csv", catalog)
    assert found["river_accounts_annual"].frame.filter(period=date(2021, 1, 1))["volume_af"].item() == 0
    months = found["river_accounts"].frame.filter(pl.col("period").dt.year() == 2021)
    assert months["volume_af"].to_list() == [0] * 12


def test_a_line_without_one_month_gives_the_year_if_it_adds_up(catalog: Catalog) -> None:
    found = read(usbr_lower_colorado_accounting, "usbr_mx_deferred_delivery.csv", catalog)
    assert found["river_accounts_annual"].frame.filter(period=date(2012, 1, 1))["volume_af"].item() == 132_977
    months = found["river_accounts"].frame.filter(pl.col("period").dt.year() == 2012)
    assert months["volume_af"].to_list() == [None] * 12
    odd = account("2012 1 2 3 4 5 6 7 8 9 10 11 67\n2013 377-171 1 0 0 0 0 0 0 0 0 0 5\n", catalog)
    assert odd["river_accounts_annual"].frame["volume_af"].to_list() == [None, None]


def test_the_printed_total_is_the_year_and_the_sum_of_the_months_stands_beside_it(catalog: Catalog) -> None:
    year = account("2008 1 1 1 1 1 1 1 1 1 1 1 1 13 # diff = 1\n", catalog)["river_accounts_annual"].frame
    assert year.select("volume_af", "months_af").row(0) == (13, 12)


def test_a_dash_after_the_year_and_commas_between_thousands(catalog: Catalog) -> None:
    cienega = read(usbr_lower_colorado_accounting, "usbr_mx_cienega.csv", catalog)["river_accounts"].frame
    assert cienega.filter(period=date(2009, 11, 1))["volume_af"].item() == 4363
    name = "usbr_az_central_arizona_project_diversion.csv"
    cap = read(usbr_lower_colorado_accounting, name, catalog)["river_accounts_annual"].frame
    by_year = dict(cap.select("period", "volume_af").rows())
    assert [by_year[date(y, 1, 1)] for y in (1985, 2018, 2021)] == [33_502, 1_522_373, 1_357_868]


def test_a_month_may_be_less_than_ordered(catalog: Catalog) -> None:
    found = account("1967 -2821 5681 419 758 796 -26530 204 134 24634 18360 25594 11748 58977\n", catalog)
    assert found["river_accounts"].frame["volume_af"].to_list()[:2] == [-2821, 5681]


def test_twelfths_written_for_an_unknown_month_are_missing(catalog: Catalog) -> None:
    line = (
        "1989 4937 4937 4937 4937 4937 4937 4937 4937 4937 4937 4937 4937 59244  # No monthly data, annual total only\n"
    )
    found = account(line, catalog)
    assert found["river_accounts"].frame["volume_af"].null_count() == 12
    assert found["river_accounts_annual"].frame["volume_af"].to_list() == [59_244]


def test_a_number_that_is_none_costs_its_month_only(catalog: Catalog) -> None:
    found = account("1977 250 388 689 684 824 S41 536 431 634 674 682 449 6782\n", catalog)
    assert found["river_accounts"].frame.height == 11
    assert found["river_accounts"].rejected["reason_es"].to_list() == ["value: «S41» no es un número entero."]
    assert found["river_accounts_annual"].frame.select("volume_af", "months_af").row(0) == (6782, None)


def test_water_years_in_thousands_of_acre_feet(catalog: Catalog) -> None:
    found = read(usbr_lower_colorado_accounting, "usbr_lake_mead_side_inflow.csv", catalog)
    assert set(found) == {"river_accounts"}
    frame = found["river_accounts"].frame.sort("period")
    assert frame["account"].unique().to_list() == ["mead_side_inflow"]
    assert frame.filter(period=date(2020, 10, 1))["volume_af"].item() == 36_000
    assert frame.filter(period=date(2021, 6, 1))["volume_af"].item() == -31_000


def test_a_file_that_is_no_account_is_nobody_s(catalog: Catalog) -> None:
    content = FILES["usbr_mx_tijuana.csv"]
    assert usbr_lower_colorado_accounting.recognise("usbr_az_beattie_farms_diversion.csv", content) == ""
    assert usbr_lower_colorado_accounting.recognise("a/b/usbr_mx_tijuana.csv", content) == "calendar"
    assert usbr_lower_colorado_accounting.recognise("usbr_mx_tijuana.csv", b"<html>") == ""


@pytest.mark.parametrize("last", ["2021 1 1 1 1 1 1 1 1 1 1 1 1 1", "2021 1 1 1 1 1 1 1 1 1", "2021 1"])
def test_a_cut_line_is_refused(catalog: Catalog, last: str) -> None:
    with pytest.raises(WrongShape, match="cut"):
        account(last, catalog)


# -- Lake Mead and the studies of 2026


def test_lake_mead_by_day(catalog: Catalog) -> None:
    """A record low of 1,037.60 ft on 9 October 2026; 1,040.92, the old one, was passed on 3 August."""
    rows = read(usbr_mead_24ms, "mead_daily_elevation_2026.csv", catalog)["reservoir_days"]
    assert rows.rejected.height == 0
    feet = dict(rows.frame.select("date", "elevation_ft").rows())
    assert feet[date(2026, 10, 9)] == min(feet.values()) == Decimal("1037.60")
    assert feet[date(2026, 8, 2)] > Decimal("1040.92") > feet[date(2026, 8, 3)]
    last = rows.frame.filter(date=date(2026, 10, 9)).row(0, named=True)
    assert (last["reservoir"], last["storage_af"], last["status"]) == ("mead", None, "P")


def test_the_studies_of_2026_are_known_from_the_day_on_which_they_came_out(catalog: Catalog) -> None:
    found = read(usbr_mead_24ms, "study_24ms_aug_sep_2026.csv", catalog)
    frame = found["reservoir_projections"].frame
    december = {
        (reservoir, study, run): (feet, known)
        for reservoir, study, run, feet, known in frame.filter(period=date(2026, 12, 1))
        .select("reservoir", "study", "run", "elevation_ft", "as_of")
        .rows()
    }
    assert december["mead", "2026-08", "most_probable_6maf"] == (Decimal("1034.74"), date(2026, 8, 21))
    assert december["mead", "2026-09", "most_probable_6maf"] == (Decimal("1034.18"), date(2026, 9, 15))
    assert december["powell", "2026-09", "most_probable_6maf"] == (Decimal("3513.51"), date(2026, 9, 15))
    table = frame.filter(run="probable_minimum").row(0, named=True)
    assert (table["storage_af"], table["release_af"], table["status"]) == (6_542_000, 495_000, "A")
    drawn = frame.filter(period=date(2027, 8, 1)).row(0, named=True)
    assert (drawn["storage_af"], drawn["status"], drawn["read"][:9]) == (None, "E", "digitised")


def test_what_a_study_observed_is_no_projection(catalog: Catalog) -> None:
    found = read(usbr_mead_24ms, "study_24ms_aug_sep_2026.csv", catalog)
    ends = found["reservoir_month_ends"].frame.select("period", "elevation_ft").rows()
    assert ends == [(date(2026, 7, 1), Decimal("1041.10")), (date(2026, 8, 1), Decimal("1038.83"))]
    assert found["reservoir_projections"].frame.height == 9  # 11 rows in all


def test_a_study_that_is_not_known_is_refused_by_name(catalog: Catalog) -> None:
    name = "study_24ms_aug_sep_2026.csv"
    rows = read(usbr_mead_24ms, name, catalog, FILES[name].replace(b"AUG2026", b"OCT2026"))["reservoir_projections"]
    assert rows.rejected.height == 2 and "OCT2026" in rows.rejected["reason_en"][0]
    assert usbr_mead_24ms.recognise("powell_daily.csv", b"date,elevation_ft\n") == ""


# -- drought visualisation and natural flow


def test_month_ends_projection_and_decree(catalog: Catalog) -> None:
    ends = read(usbr_owdi_2016, "DynamicMeadHistorical.csv", catalog)["reservoir_month_ends"].frame
    assert ends.select("period", "reservoir", "elevation_ft").rows()[-1] == (
        date(2016, 7, 1),
        "mead",
        Decimal("1072.75"),
    )
    study = read(usbr_owdi_2016, "Mead24MSResults.csv", catalog)["reservoir_projections"].frame
    first = study.filter(period=date(2015, 12, 1), run="most_probable")
    assert first.select("study", "elevation_ft", "storage_af").row(0) == ("2016-01", Decimal("1080.91"), None)
    assert set(study["run"]) == {"most_probable", "probable_minimum", "probable_maximum"}
    use = read(usbr_owdi_2016, "DecreeData.csv", catalog)["river_state_use"]
    assert use.rejected.height == 0
    assert use.frame.height == 18
    got = use.frame.filter(us_state="US-AZ", measure="consumptive_use", period=date(2007, 1, 1))
    assert got["volume_af"].item() == 2_783_323  # 2783322.70755371


def test_natural_flow_of_both_years(catalog: Catalog) -> None:
    frame = read(usbr_natural_flow, WORKBOOK, catalog)["natural_flow"].frame
    assert sorted(frame.select("year_basis", "period", "volume_af").rows()) == [
        ("calendar", date(1906, 1, 1), 18_723_760),
        ("calendar", date(1907, 1, 1), 20_892_589),
        ("calendar", date(2024, 1, 1), 12_132_000),
        ("water", date(1906, 1, 1), 18_214_678),
        ("water", date(1907, 1, 1), 21_234_305),
        ("water", date(2024, 1, 1), 11_875_000),
    ]


def test_a_workbook_of_something_else_is_refused(catalog: Catalog) -> None:
    for content in (workbook({"Other": {"1906": "1"}}), workbook(FLOWS, unit="(m3)"), b"PK\x03\x04", workbook()[:-30]):
        with pytest.raises(WrongShape):
            read(usbr_natural_flow, WORKBOOK, catalog, content)
    bad = workbook({"WY Lees Ferry Natural Flow": {"1906": "-3", "1907": "12"}})
    rows = read(usbr_natural_flow, WORKBOOK, catalog, bad)["natural_flow"]
    assert (rows.frame.height, rows.rejected.height) == (1, 1)
