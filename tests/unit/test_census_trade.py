"""US Census: lists of lists. No file is held, so the figures here are made up, in the shape of the documentation."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ambos.catalog import Catalog
from ambos.errors import NeedsKey, WrongShape
from ambos.sources.census import trade as census_trade
from ambos.sources.shared.base import File, Rows

EXPORTS = [
    "E_COMMODITY",
    "ALL_VAL_MO",
    "AIR_VAL_MO",
    "VES_VAL_MO",
    "STATE",
    "CTY_CODE",
    "SUMMARY_LVL",
    "COMM_LVL",
    "time",
]
IMPORTS = [
    "I_COMMODITY",
    "GEN_VAL_MO",
    "AIR_VAL_MO",
    "VES_VAL_MO",
    "PORT",
    "CTY_CODE",
    "SUMMARY_LVL",
    "COMM_LVL",
    "time",
]


def read(content: object, catalog: Catalog, name: str = "f.json") -> list[Rows]:
    file = File(name, content if isinstance(content, bytes) else json.dumps(content).encode())
    kind = census_trade.recognise(file.name, file.head())
    assert kind
    return list(census_trade.read(file, kind, catalog))


def test_exports_by_state(catalog: Catalog) -> None:
    (rows,) = read([EXPORTS, ["08", "1000", "10", "0", "AZ", "2010", "DET", "HS2", "2024-05"]], catalog)
    assert rows.dataset == "trade_state_hs"
    assert set(rows.frame.columns) == {*(c.id for c in catalog.datasets[rows.dataset].columns), "status"}
    assert rows.frame.row(0, named=True) == {
        "period": date(2024, 5, 1),
        "flow": "export",
        "us_state": "US-AZ",
        "level": "HS2",
        "commodity": "08",
        "country": "MX",
        "value_usd": 1000,
        "air_value_usd": 10,
        "vessel_value_usd": 0,
        "status": "P",
    }


def test_imports_by_port_and_totals(catalog: Catalog) -> None:
    row = ["1000", None, None, "2604", "2010", "DET", "HS6", "2024-05"]
    content = [IMPORTS, ["070200", *row], ["-", *row[:3], "-", *row[4:]], ["0702", None, *row[1:]]]
    (rows,) = read(content, catalog)
    assert rows.dataset == "trade_port_hs"
    assert rows.frame.select("flow", "port", "level", "commodity", "value_usd", "status").rows() == [
        ("import", "2604", "HS6", "070200", 1000, "P"),
        ("import", "_T", "_T", "_T", 1000, "P"),
        ("import", "2604", "HS4", "0702", None, "M"),
    ]
    assert rows.frame["air_value_usd"].null_count() == 3


def test_a_column_asked_for_twice(catalog: Catalog) -> None:
    row = ["08", "1000", "10", "0", "AZ", "2010", "DET", "HS2", "2024-05", "2010"]
    (rows,) = read([[*EXPORTS, "CTY_CODE"], row], catalog)
    assert rows.frame["country"].to_list() == ["MX"]
    with pytest.raises(WrongShape, match="row 1: the two columns CTY_CODE differ"):
        read([[*EXPORTS, "CTY_CODE"], [*row[:-1], "1220"]], catalog)


def test_year_and_month_apart(catalog: Catalog) -> None:
    names = ["STATE", "E_COMMODITY", "E_COMMODITY_SDESC", "CTY_CODE", "CTY_NAME", "ALL_VAL_MO", "YEAR", "MONTH"]
    (rows,) = read([names, ["AZ", "27", "Mineral fuels", "2010", "MEXICO", "5", "2010", "01"]], catalog)
    assert rows.frame["period"].to_list() == [date(2010, 1, 1)]


@pytest.mark.parametrize(("country", "level"), [("-", "DET"), ("0003", "DET"), ("1XXX", "DET"), ("2010", "CGP")])
def test_groups_of_countries_are_refused(catalog: Catalog, country: str, level: str) -> None:
    (rows,) = read([EXPORTS, ["08", "1", "1", "1", "AZ", country, level, "HS2", "2024-05"]], catalog)
    assert rows.frame.height == 0
    assert "group of countries" in rows.rejected["reason_en"][0]
    assert "grupo de países" in rows.rejected["reason_es"][0]


@pytest.mark.parametrize("commodity", ["8", "080", "08021", "0802.1", "AB", ""])
def test_what_is_no_commodity_is_set_aside(catalog: Catalog, commodity: str) -> None:
    (rows,) = read([EXPORTS, [commodity, "1", "1", "1", "AZ", "2010", "DET", "HS2", "2024-05"]], catalog)
    assert rows.rejected["reason"].to_list() == ["bad_value"]


def test_an_answer_without_rows_gives_none(catalog: Catalog) -> None:
    assert read(b"", catalog, "imports-statehs-hs2-2024-05.json") == []
    assert read([EXPORTS], catalog)[0].frame.height == 0
    assert census_trade.recognise("anything.json", b"") == ""


def test_the_page_that_asks_for_a_key(catalog: Catalog) -> None:
    page = b"<html><head><title>Missing Key</title></head><body>A valid key must be included</body></html>"
    with pytest.raises(NeedsKey, match="CENSUS_API_KEY") as caught:
        read(page, catalog)
    assert "requiere una clave" in caught.value.say("es")


@pytest.mark.parametrize(
    "content",
    [
        [[*EXPORTS, "DF"], ["08", "1", "1", "1", "AZ", "2010", "DET", "HS2", "2024-05", "1"]],
        [EXPORTS, ["08", "1"]],
        [EXPORTS, "08"],
        [[n for n in EXPORTS if n != "time"], []],
        [[n for n in EXPORTS if n != "CTY_CODE"]],
        [[*EXPORTS, None]],
        [[*EXPORTS, ["x"]]],
        json.dumps([EXPORTS]).encode()[:-1],
    ],
)
def test_out_of_shape(catalog: Catalog, content: object) -> None:
    with pytest.raises(WrongShape):
        read(content, catalog)


@pytest.mark.parametrize(
    "head", [b"<html>", b"[]", b"[[]]", b'{"a":[["STATE"]]}', b'[["STATE","ALL_VAL_MO"]]', b"\xff"]
)
def test_strangers_are_not_recognised(head: bytes) -> None:
    assert census_trade.recognise("f.json", head) == ""
