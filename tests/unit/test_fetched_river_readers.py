"""Readers of what the river's sources answer: RISE, the USGS, the IBWC."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.model import Code, CodeList
from ambos.sources.ibwc import water as ibwc_water
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from ambos.sources.usbr import rise as usbr_rise
from ambos.sources.usgs import water as usgs_water

RIVER = Path(__file__).parents[1] / "specimens" / "river"


def take(module: Any, content: bytes, catalog: Catalog) -> Rows:
    file = File("f", content)
    kind = module.recognise(file.name, file.head())
    assert kind, "not recognised"
    (rows,) = module.read(file, kind, catalog)
    assert isinstance(rows, Rows)
    return rows


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("rise_powell.json", "usbr_rise"),
        ("usgs_daily.json", "usgs_water"),
        ("usgs_latest.json", "usgs_water"),
        ("ibwc_storage.csv", "ibwc_water"),
    ],
)
def test_each_file_is_of_one_source(file: str, source: str) -> None:
    head = (RIVER / file).read_bytes()
    assert [name for name, reader in CONNECTORS.items() if reader.recognise(file, head)] == [source]


# -- RISE -------------------------------------------------------------------------------------------------
POWELL = json.loads((RIVER / "rise_powell.json").read_bytes())


def powell(change: Callable[[list[Any]], None]) -> bytes:
    """The specimen, changed."""
    answers = json.loads(json.dumps(POWELL))
    change(answers)
    return json.dumps(answers).encode()


def said(answers: list[Any], place: int, row: int = 0) -> dict[str, Any]:
    """The attributes of a description (even place) or of a result (odd place)."""
    data = answers[place]["data"]
    found: dict[str, Any] = (data[row] if isinstance(data, list) else data)["attributes"]
    return found


def test_days_of_rise_are_read_as_the_reservoir_s(catalog: Catalog) -> None:
    rows = take(usbr_rise, (RIVER / "rise_powell.json").read_bytes(), catalog)
    assert rows.dataset == "reservoir_days" and rows.rejected.is_empty()
    assert rows.frame.row(0, named=True) == {
        "date": date(2026, 1, 9),
        "reservoir": "powell",
        "elevation_ft": Decimal("3538.87"),
        "storage_af": 6377993,
        "evaporation_af": 133,
        "inflow_cfs": 5837,
        "unregulated_inflow_cfs": 7228,
        "power_release_cfs": 10544,
        "bypass_release_cfs": 0,
        "spillway_release_cfs": 0,
        "release_cfs": 10544,
        "status": "P",
    }
    assert rows.frame["release_cfs"].to_list() == [10544, 9846, None], "what is late is missing, not 0"


def test_rise_is_provisional_for_its_last_days(catalog: Catalog) -> None:
    def older(answers: list[Any]) -> None:
        for place in range(1, len(answers), 2):
            said(answers, place)["dateTime"] = "2025-11-01T07:00:00+00:00"

    rows = take(usbr_rise, powell(older), replace_revised(catalog, 2))
    assert rows.frame["status"].to_list() == ["A", "P", "P"]


def replace_revised(catalog: Catalog, days: int) -> Catalog:
    source = replace(catalog.sources["usbr_rise"], revision_periods=days)
    return replace(catalog, sources={**catalog.sources, "usbr_rise": source})


def test_rise_day_without_any_figure_is_missing(catalog: Catalog) -> None:
    def late(answers: list[Any]) -> None:
        for place in range(1, len(answers), 2):
            said(answers, place, 2)["result"] = None

    rows = take(usbr_rise, powell(late), catalog)
    assert rows.frame["status"].to_list() == ["P", "P", "M"]
    assert rows.frame["storage_af"].to_list() == [6377993, 6368608, None]


def test_rise_item_that_is_not_asked_for_leaves_its_column_empty(catalog: Catalog) -> None:
    rows = take(usbr_rise, json.dumps(POWELL[:4]).encode(), catalog)
    assert rows.frame["storage_af"].null_count() == 0 and rows.frame["release_cfs"].null_count() == 3


def test_rise_fractions_are_rounded(catalog: Catalog) -> None:
    def fractions(answers: list[Any]) -> None:
        said(answers, 1)["result"] = 3538.874999
        said(answers, 3)["result"] = 6377992.5
        said(answers, 7)["result"] = -12.5

    row = take(usbr_rise, powell(fractions), catalog).frame.row(0, named=True)
    assert (row["elevation_ft"], row["storage_af"], row["inflow_cfs"]) == (Decimal("3538.87"), 6377993, -13)


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2026-01-09T07:00:00+00:00", date(2026, 1, 9)),
        ("2026-01-09T07:00:00Z", date(2026, 1, 9)),
        ("2026-01-09T00:00:00-07:00", date(2026, 1, 9)),
        ("2026-01-09T08:00:00+00:00", date(2026, 1, 9)),
        ("2026-01-09T06:00:00+00:00", None),
        ("2026-01-09T00:00:00+00:00", None),
        ("2026-01-09T07:00:00", None),
        ("2026-01-09", None),
        ("0001-01-01T00:00:00+00:00", None),
        ("9 January", None),
    ],
)
def test_a_stamp_of_rise_is_its_day_or_set_aside(catalog: Catalog, stamp: str, day: date | None) -> None:
    rows = take(usbr_rise, powell(lambda a: said(a, 1).update(dateTime=stamp)), catalog)
    if day:
        assert rows.rejected.is_empty() and rows.frame["date"][0] == day
    else:
        assert rows.rejected["reason"].to_list() == ["bad_value"]
        assert "midnight" in rows.rejected["reason_en"][0] and "medianoche" in rows.rejected["reason_es"][0]


@pytest.mark.parametrize(
    "change", [{"resultAttributes": {"resultType": "modelled", "timeStep": "day"}}, {"modelRunId": 7}]
)
def test_rise_projection_is_no_observation(catalog: Catalog, change: dict[str, Any]) -> None:
    rows = take(usbr_rise, powell(lambda a: said(a, 1).update(change)), catalog)
    assert rows.rejected.height == 1 and "observation" in rows.rejected["reason_en"][0]
    assert rows.frame["elevation_ft"].to_list()[0] is None


@pytest.mark.parametrize("result", ["", "n/a", True, "1e99", -3538.87, 999999999999999])
def test_rise_result_that_is_no_level(catalog: Catalog, result: Any) -> None:
    rows = take(usbr_rise, powell(lambda a: said(a, 1).update(result=result)), catalog)
    assert rows.frame["elevation_ft"].to_list()[0] is None
    assert rows.rejected.height == (result != "")


@pytest.mark.parametrize(("again", "reasons"), [(3538.87, ["duplicate"]), (3500.0, ["conflict", "conflict"])])
def test_rise_day_that_stands_twice(catalog: Catalog, again: float, reasons: list[str]) -> None:
    def twice(answers: list[Any]) -> None:
        answers[1]["data"].append(json.loads(json.dumps(answers[1]["data"][0])))
        said(answers, 1, 3)["result"] = again

    rows = take(usbr_rise, powell(twice), catalog)
    assert rows.rejected["reason"].to_list() == reasons
    kept = rows.frame["elevation_ft"].to_list()[0]
    assert kept == (Decimal("3538.87") if reasons == ["duplicate"] else None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: said(a, 16).update(parameterUnit="af"), "in 'af' by 'daily'; 'cfs' by day"),
        (lambda a: said(a, 0).update(parameterTimestep="hourly"), "by 'hourly'"),
        (lambda a: said(a, 0).update(parameterUnit=None), "in 'None'"),
        (lambda a: said(a, 0).update(_id=999), "'999' is not known"),
        (lambda a: said(a, 1).update(itemId=509), "item 508: among its results is one of item '509'"),
        (lambda a: said(a, 1).pop("dateTime"), "no list of catalog items"),
        (lambda a: said(a, 1).pop("result"), "no list of catalog items"),
        (lambda a: said(a, 0).pop("_id"), "no list of catalog items"),
        (lambda a: a[1].update(data=7), "no list of catalog items"),
        (lambda a: a.append([]), "no list of catalog items"),
    ],
)
def test_rise_in_another_shape(catalog: Catalog, change: Callable[[list[Any]], None], words: str) -> None:
    with pytest.raises(WrongShape) as caught:
        take(usbr_rise, powell(change), catalog)
    assert words in caught.value.say("en") and caught.value.say("es") != caught.value.say("en")


@pytest.mark.parametrize("mark", [998877, 998877.0, "998877.00", -9999, -999.0, -99999, -999999.0, "-9999.0", "NaN"])
def test_rise_marks_of_a_missing_figure_are_missing(catalog: Catalog, mark: Any) -> None:
    """Item 4315, total release of Lake Powell, 10 January; the other columns of the day stay."""
    before = take(usbr_rise, powell(lambda a: None), catalog).frame

    def change(answers: list[Any]) -> None:
        said(answers, 17, 1)["result"] = mark

    rows = take(usbr_rise, powell(change), catalog)
    assert rows.rejected.is_empty() and rows.frame.columns == before.columns
    column = "release_cfs"
    assert before[column].to_list()[1] is not None and rows.frame[column].to_list()[1] is None
    assert rows.frame.drop(column).equals(before.drop(column))


def test_rise_pages_that_promise_more_are_no_whole_answer(catalog: Catalog) -> None:
    def change(answers: list[Any]) -> None:
        answers[1]["meta"]["totalItems"] = 9

    with pytest.raises(WrongShape, match="508: 3 of the 9 rows that it promises are there: pages") as caught:
        take(usbr_rise, powell(change), catalog)
    assert "faltan páginas" in caught.value.say("es")


def test_rise_last_page_that_leads_to_a_next_one_is_no_whole_answer(catalog: Catalog) -> None:
    """Without the number of rows that an item has, its links say whether there are more."""

    def change(answers: list[Any]) -> None:
        answers[1]["meta"] = {}
        answers[1]["links"] = {"next": "/rise/api/result?itemId=508&page=2"}

    with pytest.raises(WrongShape, match="508: its last page leads to a next one"):
        take(usbr_rise, powell(change), catalog)


def test_rise_pages_of_an_item_add_up(catalog: Catalog) -> None:
    def change(answers: list[Any]) -> None:
        page = json.loads(json.dumps(answers[1]))
        answers[1]["data"], page["data"] = page["data"][:2], page["data"][2:]
        answers.insert(2, page)

    assert take(usbr_rise, powell(change), catalog).frame.equals(take(usbr_rise, powell(lambda a: None), catalog).frame)


def test_rise_page_alone_is_not_taken() -> None:
    assert usbr_rise.recognise("f", json.dumps(POWELL[1]).encode()) == ""
    assert usbr_rise.recognise("f", json.dumps(POWELL[0]).encode()) == ""


# -- USGS -------------------------------------------------------------------------------------------------
@pytest.fixture
def with_yahara(catalog: Catalog) -> Catalog:
    """With the gauge of the specimen, which is not one of the border's."""
    gauges = catalog.codelists["gauges"]
    lees = gauges["colorado_lees_ferry"]
    more = {"yahara": Code("yahara", lees.name, {"usgs": ("05427718",)})}
    return replace(catalog, codelists={**catalog.codelists, "gauges": CodeList("gauges", {**gauges.codes, **more})})


def test_usgs_daily_means(with_yahara: Catalog) -> None:
    rows = take(usgs_water, (RIVER / "usgs_daily.json").read_bytes(), with_yahara)
    assert rows.dataset == "river_flows" and rows.rejected.is_empty()
    assert rows.frame.to_dicts() == [
        {
            "date": day,
            "gauge": "yahara",
            "publisher": "usgs",
            "discharge_cfs": Decimal(value),
            "qualifier": "",
            "status": "P",
        }
        for day, value in ((date(2025, 12, 26), "20.2"), (date(2026, 3, 19), "27.1"))
    ]


def test_usgs_days_on_which_two_series_of_a_gauge_differ_are_left_out_and_counted(with_yahara: Catalog) -> None:
    page = json.loads((RIVER / "usgs_daily.json").read_bytes())
    other = json.loads(json.dumps(page["features"][0]))
    other["properties"] |= {"value": "41.0", "time_series_id": "another"}
    page["features"].append(other)
    page["numberReturned"] += 1
    file = File("f", json.dumps(page).encode())
    (rows,) = usgs_water.read(file, "daily", with_yahara)
    assert rows.rejected.is_empty()
    told = rows.frame.sort("date").select("date", "discharge_cfs", "status").rows()
    assert told == [(date(2026, 3, 19), Decimal("27.1"), "P")]
    (note,) = file.notes
    assert note.en == "yahara: two series of the gauge differ, and neither is used; figures left out for it: 1"


def test_usgs_gauge_of_no_interest_is_refused(catalog: Catalog) -> None:
    rows = take(usgs_water, (RIVER / "usgs_daily.json").read_bytes(), catalog)
    assert rows.frame.is_empty() and set(rows.rejected["reason"]) == {"unknown_code"}


def test_a_reading_of_usgs_is_read_with_its_time(catalog: Catalog) -> None:
    (row,) = take(usgs_water, (RIVER / "usgs_latest.json").read_bytes(), catalog).frame.to_dicts()
    assert row["observed_at"] == datetime(2025, 3, 11, 20, 15, tzinfo=UTC)
    assert (row["gauge"], row["discharge_cfs"], row["status"]) == ("colorado_lees_ferry", 9880, "A")


def one_feature(**change: Any) -> bytes:
    page = json.loads((RIVER / "usgs_daily.json").read_bytes())
    page["features"], page["numberReturned"] = page["features"][:1], 1
    page["features"][0]["properties"].update(change)
    return json.dumps(page).encode()


@pytest.mark.parametrize(
    ("change", "status", "note"),
    [
        ({"approval_status": "Approved"}, "A", ""),
        ({"approval_status": "Approved", "qualifier": ["ICE", "ESTIMATED"]}, "E", "ICE; ESTIMATED"),
        ({"approval_status": "Approved", "qualifier": ["Estimated"]}, "E", "Estimated"),
        ({"approval_status": "Approved", "qualifier": "ICE"}, "A", "ICE"),
        ({"qualifier": ["ESTIMATED"]}, "P", "ESTIMATED"),
        ({"approval_status": None}, "P", ""),
        ({"value": None, "approval_status": "Approved"}, "M", ""),
        ({"value": "", "qualifier": ["EQUIP"]}, "M", "EQUIP"),
        ({"value": "-999999"}, "M", ""),
        ({"value": "-999999.0"}, "M", ""),
        ({"value": -999999.00}, "M", ""),
        ({"value": "-9.99999E+05"}, "M", ""),
        ({"value": "\u2212999999"}, "M", ""),
        ({"value": "-9999"}, "M", ""),
        ({"value": "-999.00"}, "M", ""),
        ({"value": "998877"}, "M", ""),
        ({"value": "NaN"}, "M", ""),
        ({"value": "-4.2"}, "P", ""),
        ({"unit_of_measure": "ft3/s"}, "P", ""),
    ],
)
def test_a_reading_s_status_and_qualifier_are_those_of_usgs(
    with_yahara: Catalog, change: dict[str, Any], status: str, note: str
) -> None:
    rows = take(usgs_water, one_feature(**change), with_yahara)
    (row,) = rows.frame.to_dicts()
    assert (row["status"], row["qualifier"]) == (status, note) and rows.rejected.is_empty()
    assert (row["discharge_cfs"] is None) == (status == "M")


@pytest.mark.parametrize(
    "change",
    [
        {"parameter_code": "00065"},
        {"unit_of_measure": "m^3/s"},
        {"approval_status": "Working"},
        {"monitoring_location_id": "CO-05427718"},
        {"time": "2025-12-26T00:00:00+00:00"},
        {"time": "2025-13-26"},
        {"value": "20,2"},
        {"value": "1e30"},
    ],
)
def test_usgs_row_that_cannot_be_used(with_yahara: Catalog, change: dict[str, Any]) -> None:
    rows = take(usgs_water, one_feature(**change), with_yahara)
    assert rows.frame.is_empty() and rows.rejected.height == 1
    assert rows.rejected["reason_en"][0] != rows.rejected["reason_es"][0]


def test_usgs_statistic_other_than_the_first_one_s_is_refused(with_yahara: Catalog) -> None:
    page = json.loads((RIVER / "usgs_daily.json").read_bytes())
    page["features"][1]["properties"]["statistic_id"] = "00001"
    rows = take(usgs_water, json.dumps(page).encode(), with_yahara)
    assert (rows.frame.height, rows.rejected.height) == (1, 1)
    assert usgs_water.recognise("f", one_feature(statistic_id="00001")) == "", "a maximum is nobody's"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"numberReturned": 3}, "2 of the 3 rows"),
        ({"links": [{"rel": "next", "href": "https://example.org/2"}]}, "its last page leads to a next one"),
    ],
)
def test_usgs_pages_that_promise_more_are_no_whole_answer(
    with_yahara: Catalog, change: dict[str, Any], words: str
) -> None:
    page = {**json.loads((RIVER / "usgs_daily.json").read_bytes()), **change}
    with pytest.raises(WrongShape, match=words):
        take(usgs_water, json.dumps(page).encode(), with_yahara)
    end = {"type": "FeatureCollection", "numberReturned": 0, "features": [], "links": []}
    if "links" in change:
        assert take(usgs_water, json.dumps([page, end]).encode(), with_yahara).frame.height == 2


@pytest.mark.parametrize("member", usgs_water.MEMBERS)
def test_usgs_without_a_member(catalog: Catalog, member: str) -> None:
    page = json.loads((RIVER / "usgs_daily.json").read_bytes())
    del page["features"][0]["properties"][member]
    with pytest.raises(WrongShape, match="features"):
        list(usgs_water.read(File("f", json.dumps(page).encode()), "daily", catalog))


@pytest.mark.parametrize("content", ["7", '"x"', '{"features": 7}', '{"features": [7]}', '{"features": [{}]}', "[[]]"])
def test_usgs_in_another_shape(catalog: Catalog, content: str) -> None:
    with pytest.raises(WrongShape):
        list(usgs_water.read(File("f", content.encode()), "daily", catalog))


# -- IBWC -------------------------------------------------------------------------------------------------
END = '"Data are being provided with the understanding they are provisional and subject to future revision.",'
NIB = "Discharge.Daily Rounded cfs@09522000"


def export(
    *rows: str, series: str = NIB, header: str = "Timestamp (UTC-07:00),Value (cfs)", more: tuple[str, ...] = ()
) -> bytes:
    return "\n".join([f"#Data Set Export - {series},", *more, header, *rows, END, ""]).encode()


def test_ibwc_daily_flows(catalog: Catalog) -> None:
    content = export("2024-08-01 00:00:00,1850", "2024-08-02 00:00:00,NaN", "2024-08-03 00:00:00,1870.5")
    for given in (content, content.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + content):
        rows = take(ibwc_water, given, catalog)
        assert rows.dataset == "river_flows" and rows.rejected.is_empty()
        assert [tuple(r.values()) for r in rows.frame.to_dicts()] == [
            (date(2024, 8, 1), "colorado_nib", "ibwc", Decimal(1850), "", "P"),
            (date(2024, 8, 2), "colorado_nib", "ibwc", None, "", "M"),
            (date(2024, 8, 3), "colorado_nib", "ibwc", Decimal("1870.5"), "", "P"),
        ]


def test_ibwc_cubic_metres_become_cubic_feet(catalog: Catalog) -> None:
    for unit in ("cms", "m^3/s", "m³/s"):
        header = f"Timestamp (UTC-07:00),Value ({unit})"
        rows = take(ibwc_water, export("2024-08-01 00:00:00,52.386", header=header), catalog)
        assert rows.frame["discharge_cfs"].to_list() == [Decimal("1849.9941")], "52.386 / 0.3048³"


def test_ibwc_more_lines_of_heading(catalog: Catalog) -> None:
    rows = take(ibwc_water, export("2024-08-01 00:00:00,1", "bad,1", more=("Grades: none,", ",", ",")), catalog)
    assert rows.frame.height == 1 and rows.rejected["line"].to_list() == [7]


@pytest.mark.parametrize(
    "row", ["2024-08-01 00:15:00,1", "2024-08-01,1", "08/01/2024 00:00:00,1", "2024-08-01 00:00:00,x"]
)
def test_ibwc_row_that_cannot_be_used(catalog: Catalog, row: str) -> None:
    rows = take(ibwc_water, export("2024-08-02 00:00:00,1", row), catalog)
    assert (rows.frame.height, rows.rejected["line"].to_list()) == (1, [4])


def test_ibwc_series_that_is_not_known(catalog: Catalog) -> None:
    rows = take(ibwc_water, export("2024-08-01 00:00:00,1", series=NIB.replace("cfs", "cms")), catalog)
    assert rows.frame.is_empty() and NIB in rows.rejected["reason_en"][0], "the nearest known one is named"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ((RIVER / "ibwc_storage.csv").read_bytes(), "UTC-06:00"),
        ((RIVER / "ibwc_storage.csv").read_bytes().replace(b"06:00", b"07:00"), "the unit is 'TCM'"),
        (export("2024-08-01 00:00:00,1", header="Timestamp (UTC-07:00),Value (cfs),Grade"), "no line like"),
        (export("2024-08-01 00:00:00,1", header="Timestamp,Value (cfs)"), "no line like"),
        (export("2024-08-01 00:00:00,1", more=(",",) * 6), "no line like"),
        (export("2024-08-01 00:00:00,1").replace(END.encode() + b"\n", b""), "the file was cut"),
        (export("2024-08-01 00:00:00,1")[:-4], "the file was cut"),
        (export("2024-08-01 00:00:00"), "cells: 1 instead of 2"),
    ],
)
def test_ibwc_in_another_shape(catalog: Catalog, content: bytes, words: str) -> None:
    with pytest.raises(WrongShape) as caught:
        take(ibwc_water, content, catalog)
    assert words in caught.value.say("en") and caught.value.say("es") != caught.value.say("en")
