"""BTS: border crossings, monthly freight, annual freight. Figures of the specimens are BTS's own."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.bts import border_crossing as bts_border_crossing
from ambos.sources.bts import transborder as bts_transborder
from ambos.sources.bts import transborder_annual as bts_transborder_annual
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.members import members


def read(module, path: Path | bytes, catalog: Catalog, name: str = "f") -> Rows:
    file = File(name, path if isinstance(path, bytes) else path.read_bytes())
    kind = module.recognise(file.name, file.head())
    assert kind
    (rows,) = module.read(file, kind, catalog)
    dataset = catalog.datasets[rows.dataset]
    assert set(rows.frame.columns) == {*(c.id for c in dataset.columns), "status"}
    assert sum(rows.frame.select(dataset.keys).null_count().row(0)) == 0
    return rows


def figures(rows: Rows, value: str, *columns: str, **where: str) -> dict:
    frame = rows.frame.filter(**where)
    return {r[:-1] if len(r) > 2 else r[0]: r[-1] for r in frame.select(*columns, value).rows()}


# -- border crossings -------------------------------------------------------------------------------------------
def test_export_with_short_months(catalog: Catalog, specimens: Path) -> None:
    rows = read(bts_border_crossing, specimens / "bts" / "border_crossing_export.csv", catalog)
    assert rows.dataset == "crossings"
    assert rows.rejected.height == 0
    nogales = figures(rows, "value", "period", "measure", port="2604")
    assert nogales[date(2024, 1, 1), "trucks"] == 37_425
    assert nogales[date(2024, 1, 1), "truck_containers_loaded"] == 55_589
    assert figures(rows, "value", "period", "measure", port="0104")[date(2024, 1, 1), "trucks"] == 6_556


def test_newest_months_are_provisional(catalog: Catalog, specimens: Path) -> None:
    rows = read(bts_border_crossing, specimens / "bts" / "border_crossing_export.csv", catalog)
    months = rows.frame.select("period", "status").unique().sort("period")
    newest = catalog.sources["bts_border_crossing"].revision_periods
    assert newest == 2
    assert months["status"].to_list() == ["A"] * (months.height - 2) + ["P", "P"]


def test_keys_given_twice_pass_through(catalog: Catalog, specimens: Path) -> None:
    rows = read(bts_border_crossing, specimens / "bts" / "border_crossing_export.csv", catalog)
    assert sorted(rows.frame.filter(port="2606", measure="bus_passengers")["value"]) == [0, 2175]


def test_an_older_export_of_crossings_is_read(catalog: Catalog, specimens: Path) -> None:
    rows = read(bts_border_crossing, specimens / "bts" / "border_crossing_2019.csv", catalog)
    assert figures(rows, "value", "measure", port="2604", period=date(2019, 3, 1)) == {
        "trains": 62,
        "trucks": 35_398,
        "truck_containers_loaded": 30_509,
        "truck_containers_empty": 5_928,
    }
    assert figures(rows, "value", "measure", port="0104")["truck_containers_loaded"] == 1_764


def test_three_shapes_give_the_same_rows(catalog: Catalog, specimens: Path) -> None:
    shapes = ("border_crossing_export.csv", "border_crossing_api.csv", "border_crossing_api.json")
    first, *others = (
        read(bts_border_crossing, specimens / "bts" / name, catalog).frame.drop("status") for name in shapes
    )
    first = first.filter(pl.col("period") <= date(2024, 2, 1), pl.col("period") >= date(2024, 1, 1))
    assert first.height == 12
    for other in others:
        assert other.sort(pl.all()).equals(first.sort(pl.all()))


def test_a_row_without_a_count_is_missing_not_zero(catalog: Catalog) -> None:
    content = (
        b'[{"port_code":"2604","date":"2024-01-01T00:00:00.000","measure":"Trucks"},'
        b'{"port_code":"2604","date":"2024-01-01T00:00:00.000","measure":"Trains","value":"82"}]'
    )
    rows = read(bts_border_crossing, content, catalog)
    assert rows.frame.select("value", "status").rows() == [(None, "M"), (82, "P")]


@pytest.mark.parametrize(
    ("cells", "reason", "en"),
    [
        ("2605,Jan 2024,Lorries,1", "unknown_code", "“Lorries” is not known"),
        ("9,Jan 2024,Trucks,1", "unknown_code", "“9” is not known"),
        ("2604,Jan 2024,Trucks,-1", "bad_value", "“-1” is not a whole number"),
        ("2604,Ene 2024,Trucks,1", "bad_value", "“Ene 2024” is not the first day of a month"),
        ("2604,03/02/2019 12:00:00 AM,Trucks,1", "bad_value", "“03/02/2019"),
    ],
)
def test_bad_rows_are_set_aside(catalog: Catalog, cells: str, reason: str, en: str) -> None:
    content = f"Port Code,Date,Measure,Value\n2604,Jan 2024,Trucks,37425\n{cells}\n".encode()
    rows = read(bts_border_crossing, content, catalog)
    assert rows.frame["value"].to_list() == [37_425]
    assert rows.rejected.select("line", "reason").rows() == [(3, reason)]
    assert en in rows.rejected["reason_en"][0]


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2/1/20 0:00", date(2020, 2, 1)),  # the US order of a spreadsheet: month, day, year
        ("12/1/1996", date(1996, 12, 1)),
        ("01/01/96 00:00:00", date(1996, 1, 1)),
        ("3/1/05", date(2005, 3, 1)),
        ("Jan-24", date(2024, 1, 1)),
        ("Dec-99", date(1999, 12, 1)),
        ("1/2/20", None),  # 2 January, or 1 February in the order of another country: no first day of a month
        ("2/1/20 12:00", None),
        ("13/1/20", None),
        ("2/1/1949", None),
        ("24-Jan", None),
        ("43862", None),
    ],
)
def test_months_that_a_spreadsheet_wrote(catalog: Catalog, written: str, month: date | None) -> None:
    content = f"Port Code,Date,Measure,Value\n2604,Jan 2024,Trucks,37425\n2604,{written},Trains,1\n".encode()
    rows = read(bts_border_crossing, content, catalog)
    assert rows.frame.filter(measure="trains")["period"].to_list() == ([] if month is None else [month])
    if month is None:
        assert "the first day of a month (month/day/year" in rows.rejected["reason_en"][0]
        assert "mes/día/año" in rows.rejected["reason_es"][0]


# -- monthly freight --------------------------------------------------------------------------------------------
def test_state_by_port(catalog: Catalog, specimens: Path) -> None:
    rows = read(bts_transborder, specimens / "bts" / "dot1_0924.csv", catalog)
    assert rows.dataset == "freight_state_port"
    frame = rows.frame.filter(port="2604", flow="export", mode="truck", mex_state="MX-SON")
    assert frame.select("origin", "container", "value_usd", "weight_kg", "charges_usd").sort(pl.all()).rows() == [
        ("domestic", "containerised", 12_621_561, None, None),
        ("domestic", "not_containerised", 280_549_725, None, None),
        ("foreign", "containerised", 245_508, None, None),
        ("foreign", "not_containerised", 57_530_492, None, None),
    ]
    imports = rows.frame.filter(port="2604", flow="import", mode="truck").sort("value_usd")
    assert imports.select("mex_state", "origin", "container", "value_usd", "weight_kg", "charges_usd").rows() == [
        ("_Z", "_Z", "containerised", 73_168, 48_284, 16_620),
        ("_Z", "_Z", "not_containerised", 322_828_667, 58_325_431, 2_722_163),
    ]
    air = rows.frame.filter(port="2604", flow="export", mode="air")
    assert air.select("mex_state", "weight_kg").unique().rows() == [("MX-XX", 49)]
    assert set(rows.frame["us_state"]) == {"US-AZ"}
    assert set(rows.frame["country"]) == {"MX"}
    assert set(rows.frame["period"]) == {date(2024, 9, 1)}


def test_each_table_of_transborder_has_its_dataset(catalog: Catalog, specimens: Path) -> None:
    rows = read(bts_transborder, specimens / "bts" / "dot2_0924.csv", catalog)
    assert rows.dataset == "freight_state_commodity"
    assert figures(rows, "value_usd", "hs2", mex_state="MX-SON", mode="truck", hs2="08") == {"08": 10_276_310}
    rows = read(bts_transborder, specimens / "bts" / "dot3_0924.csv", catalog)
    assert rows.dataset == "freight_port_commodity"
    assert figures(rows, "value_usd", "hs2", flow="export", hs2="07", mode="other") == {"07": 34_971}


def test_year_to_date_file_gz_and_zip_member(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "bts" / "dot1_ytd_0924.csv").read_bytes()
    plain = read(bts_transborder, content, catalog)
    assert sorted(plain.frame["period"].unique()) == [date(2024, m, 1) for m in (6, 7, 8, 9)]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as handle:
        handle.writestr("Sep2024/dot3_0924.csv", content)  # named wrongly, as some are
    (member,) = members(File("Sep2024.zip", archive.getvalue()))
    for packed in (gzip.compress(content), member.raw):
        assert read(bts_transborder, packed, catalog, "dot3_0924.csv").frame.equals(plain.frame)


DOT1 = b"TRDTYPE,USASTATE,DEPE,DISAGMOT,MEXSTATE,CANPROV,COUNTRY,VALUE,SHIPWT,FREIGHT_CHARGES,DF,CONTCODE,MONTH,YEAR\n"
# Made up, in the shape of trade with Canada, of which no file is held.
CANADA = (
    b"2,AZ,0901,5,,XO,1220,100,10,5,,0,01,2026\n",
    b"2,AZ,0901,5,,XQ,1220,40,4,0,,0,01,2026\n",
    b"1,AZ,0901,5,,XO,1220,7,0,62,1,1,01,2026\n",
    b"1,AZ,0901,5,,XQ,1220,8,0,0,1,1,01,2026\n",
    b"1,AZ,2604,5,SO,,2010,9,0,0,1,1,01,2026\n",
)


def canada(catalog: Catalog, *lines: bytes) -> Rows:
    return read(bts_transborder, DOT1 + b"".join(lines), catalog)


def test_canadian_provinces_are_summed(catalog: Catalog) -> None:
    rows = canada(catalog, *CANADA)
    assert rows.rejected.height == 0
    columns = ("flow", "country", "mex_state", "value_usd", "weight_kg", "charges_usd")
    assert rows.frame.select(columns).sort(pl.all()).rows() == [
        ("export", "CA", "_Z", 15, None, 62),
        ("export", "MX", "MX-SON", 9, None, None),
        ("import", "CA", "_Z", 140, 14, 5),
    ]


def test_a_province_given_twice_counts_once(catalog: Catalog) -> None:
    rows = canada(catalog, *CANADA, CANADA[0])
    assert rows.rejected.select("line", "reason").rows() == [(7, "duplicate")]
    assert figures(rows, "value_usd", "flow", country="CA")["import"] == 140


@pytest.mark.parametrize(
    "fault", [b"2,AZ,0901,5,,XQ,1220,41,4,0,,0,01,2026\n", b"2,AZ,0901,5,,XM,1220,x,4,0,,0,01,2026\n"]
)
def test_a_sum_with_a_faulty_part_is_refused_whole(catalog: Catalog, fault: bytes) -> None:
    rows = canada(catalog, *CANADA, fault)
    assert rows.frame.sort("value_usd").select("flow", "value_usd").rows() == [("export", 9), ("export", 15)]
    assert rows.rejected["line"].to_list() == [2, 3, 7]


def test_a_dimension_too_many_is_not_accepted(catalog: Catalog) -> None:
    """It is recognised, so that nobody passes it over, and refused."""
    assert bts_transborder.recognise("dot1.csv", DOT1.replace(b"YEAR", b"YEAR,PROVINCE")) == "freight_state_port"
    with pytest.raises(WrongShape, match="columns not known: 'PROVINCE'"):
        list(bts_transborder.read(File("f", DOT1.replace(b"YEAR", b"YEAR,PROVINCE")), "freight_state_port", catalog))


# -- annual freight ---------------------------------------------------------------------------------------------
def annual(catalog: Catalog, specimens: Path, name: str) -> Rows:
    rows = read(bts_transborder_annual, specimens / "bts_annual" / f"{name}.csv", catalog)
    assert rows.rejected.height == 0
    return rows


def test_state_trade_and_its_weight(catalog: Catalog, specimens: Path) -> None:
    rows = annual(catalog, specimens, "us_state_trade")
    assert rows.dataset == "freight_annual_state"
    cells = rows.frame.filter(period=date(2022, 1, 1), us_state="US-AZ", country="MX", mode="truck")
    assert cells.sort("flow").select("flow", "value_usd").rows() == [
        ("export", 5_541_866_354),
        ("import", 10_234_911_510),
    ]
    weight = dict(cells.select("flow", "weight_kg").rows())
    assert weight["export"] is None
    assert abs(weight["import"] - 6_355_698_844) < 5  # the sum of BTS's monthly rows, kg


def test_the_national_total_is_that_of_the_annual_release(catalog: Catalog, specimens: Path) -> None:
    rows = annual(catalog, specimens, "us_transborder")
    assert rows.dataset == "freight_annual_state"
    assert set(rows.frame["us_state"]) == {"_T"}
    total = rows.frame["value_usd"].sum()
    assert 839_850_000_000 <= total < 839_950_000_000  # "839.9 billion" in the annual release of BTS


def test_trade_of_mexican_states_is_read_with_and_without_commodity(catalog: Catalog, specimens: Path) -> None:
    rows = annual(catalog, specimens, "mexican_state_trade")
    assert set(rows.frame["commodity_group"]) == {"_T"}
    assert figures(rows, "value_usd", "mode", mex_state="MX-SON", period=date(2024, 1, 1))["truck"] == 8_117_892_386
    rows = annual(catalog, specimens, "commodity_mexstate_trade")
    assert rows.dataset == "freight_annual_mexstate"
    assert figures(rows, "value_usd", "mode", commodity_group="food_beverages_tobacco") == {
        "other": 1_998_315,
        "rail": 7_867_004,
        "truck": 66_796_999,
    }


def test_national_months_are_read_and_the_newest_are_provisional(catalog: Catalog, specimens: Path) -> None:
    rows = annual(catalog, specimens, "monthly_trends")
    assert rows.dataset == "freight_national_month"
    month = figures(rows, "value_usd", "flow", "mode", country="MX", period=date(2022, 3, 1))
    assert month["import", "truck"] == 28_815_307_720
    newest = rows.frame.filter(status="P")["period"].unique().to_list()
    assert newest == [date(2025, 12, 1)]


def test_trade_by_container_is_read_with_rail(catalog: Catalog, specimens: Path) -> None:
    rows = annual(catalog, specimens, "containerization_trade")
    assert rows.dataset == "freight_annual_container"
    assert set(rows.frame["us_state"]) == {"_T", "US-TX"}
    total = rows.frame.filter(us_state="_T", period=date(2024, 1, 1), mode="rail", flow="import")
    assert total.sort("container").select("origin", "container", "value_usd").rows() == [
        ("unknown", "containerised", 5_088_961_533),
        ("unknown", "not_containerised", 58_842_948_806),
    ]


@pytest.mark.parametrize(
    ("weight", "kilograms"),
    [("", None), ("0.0", 0), ("0.01", 9), ("1", 907), ("2.5", 2268), ("7005956.72", 6_355_698_847)],
)
def test_tons_become_kilograms(catalog: Catalog, weight: str, kilograms: int | None) -> None:
    content = f"Year,Country,Mode,TradeType,TradeValue,Weight,WeightLb\n2024,Mexico,Rail,Import,5.0,{weight},\n"
    rows = read(bts_transborder_annual, content.encode(), catalog)
    assert rows.frame["weight_kg"].to_list() == [kilograms]


@pytest.mark.parametrize("cells", ["80125.5,,", "8e4,,", ",,", "1.0,0.305,", "1.0,-1,", "1.0,x,"])
def test_a_value_with_decimals_is_set_aside_and_not_rounded(catalog: Catalog, cells: str) -> None:
    content = f"Year,Country,Mode,TradeType,TradeValue,Weight,WeightLb\n2024,Mexico,Rail,Import,{cells}\n"
    rows = read(bts_transborder_annual, content.encode(), catalog)
    assert rows.frame.height == 0
    assert rows.rejected["reason"].to_list() == ["bad_value"]


# -- all --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("head", [b"", b"<html>", b"[]", b"{}", b"a,b\n", b"\xff\xfe\x00", b'[{"fecha":1}]'])
def test_strangers_are_not_recognised(head: bytes) -> None:
    for module in (bts_border_crossing, bts_transborder, bts_transborder_annual):
        assert module.recognise("dot1_0924.csv", head) == ""


def test_each_file_is_recognised_by_one_source(specimens: Path) -> None:
    for path in [*(specimens / "bts").iterdir(), *(specimens / "bts_annual").iterdir()]:
        head = File(path.name, path.read_bytes()).head()
        modules = (bts_border_crossing, bts_transborder, bts_transborder_annual)
        assert sum(bool(m.recognise("no name", head)) for m in modules) == 1, path


# -- years that do not compare ----------------------------------------------------------------------------------
def statuses(catalog: Catalog, name: str, header: str, *lines: str) -> list[str]:
    rows = read(bts_transborder_annual, "\n".join((header, *lines, "")).encode(), catalog, f"{name}.csv")
    return rows.frame["status"].to_list()


def test_part_of_a_year_and_exports_counted_twice_are_breaks(catalog: Catalog) -> None:
    """April 1993 begins the statistics; the state files count exports twice to March 1994, the nation's to 2002."""
    state = "Year,StateCode,State,Country,Mode,TradeType,TradeValue,Weight,WeightLb"
    lines = [
        f"{year},AZ,Arizona,Mexico,{mode},{flow},1.0,,"
        for year, mode, flow in (
            (1993, "Truck", "Import"),
            (1993, "Truck", "Export"),
            (1994, "Truck", "Import"),
            (1994, "Truck", "Export"),
            (1995, "Truck", "Export"),
            (2003, "Truck", "Export"),
            (2003, "Air", "Export"),
            (2004, "Air", "Export"),
        )
    ]
    assert statuses(catalog, "us_state_trade", state, *lines) == ["B", "B", "A", "B", "A", "A", "B", "P"]
    nation = "Year,Country,Mode,TradeType,TradeValue,Weight,WeightLb"
    lines = [f"{y},Mexico,Truck,{flow},1.0,," for y in (1993, 1994, 2002, 2003, 2024) for flow in ("Export", "Import")]
    assert statuses(catalog, "us_transborder", nation, *lines) == [*"BBBABAAAPP"]
    month = "Year,Month,Country,Mode,TradeType,TradeValue,Weight,WeightLb"
    lines = [
        f"{month_},Mexico,Truck,{flow},1.0,,"
        for month_ in ("1993,4", "1994,3", "1994,4", "2024,1")
        for flow in ("Export", "Import")
    ]
    assert statuses(catalog, "monthly_trends", month, *lines) == [*"BABAAAPP"]
