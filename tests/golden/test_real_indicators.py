"""Figures of the real files, against what agencies and independent works have published.

The files are listed in ../shared/data/MANIFEST.md. They are not part of the project.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambos.flows.data.build import build
from ambos.flows.workspace import Workspace, open_workspace
from ambos.indicators import change, figures, to_currency, top_items
from ambos.model import Series

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
FILES = (
    "bts-border-crossing/Border_Crossing_Entry_Data_1996-01_2025-02.csv.gz",
    "bts-transborder",
    "bts-transborder-annual-unt",
    "banxico-fix",
    "cbp-bwt-archive-borderbuddy/borderbuddy_lanes_arizona.csv.gz",
)

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files are not beside the project (../shared/data/raw)"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = open_workspace(tmp_path_factory.mktemp("real"), embedded=False)
    for name in FILES:
        report = build(place, RAW / name)
        assert not report.failed, report
    return place


def get(workspace: Workspace, series: str, place: str = "", **more: Any) -> pl.DataFrame:
    catalog, store = workspace.catalog, workspace.store
    places = [catalog.place(place)] if place else None
    return figures(
        store.table, catalog.find_series(series), catalog, places=places, collect=store.frame, held=store.days, **more
    )


def year(workspace: Workspace, series: str, place: str, number: int, **more: Any) -> Any:
    day = date(number, 1, 1)
    frame = get(workspace, series, place, start=day, end=day, frequency="A", **more)
    (value,) = frame["value"].to_list()
    return value


# BTS Border Crossing Entry Data. Arizona 2022: the check figures this project was commissioned with. Nogales 2014 and
# 2024: set against ASU's forecast of 2008 in ../shared/reference/crossing.md; 2019: ../shared/data/MANIFEST.md, section 1.
@pytest.mark.parametrize(
    ("series", "place", "number", "expected"),
    [
        ("crossings.trucks", "arizona", 2022, 452_848),
        ("crossings.personal_vehicles", "arizona", 2022, 9_404_110),
        ("crossings.pedestrians", "arizona", 2022, 5_466_508),
        ("crossings.trucks", "nogales", 2014, 312_010),
        ("crossings.trucks", "nogales", 2019, 349_377),
        ("crossings.trucks", "nogales", 2024, 404_588),
        ("crossings.pedestrians", "nogales", 2019, 3_419_267),
    ],
)
def test_a_year_s_crossings_are_the_published_ones(
    workspace: Workspace, series: str, place: str, number: int, expected: int
) -> None:
    assert year(workspace, series, place, number) == expected


# Arizona–Mexico 2022 and 2023: Arizona-Mexico Commission and Arizona Commerce Authority, citing Census, in billions.
@pytest.mark.parametrize(
    ("series", "number", "billions"),
    [
        ("trade.by_state.exports", 2022, 8.7),
        ("trade.by_state.imports", 2022, 10.9),
        ("trade.by_state.exports", 2023, 8.0),
        ("trade.by_state.imports", 2023, 11.8),
        ("trade.by_state.two_way", 2023, 19.8),
        ("trade.by_state.two_way", 2024, 20.6),
    ],
)
def test_trade_of_arizona(workspace: Workspace, series: str, number: int, billions: float) -> None:
    assert round(year(workspace, series, "arizona", number) / 1e9, 1) == billions


def test_the_monthly_table_gives_the_annual_figure(workspace: Workspace) -> None:
    for flow in ("exports", "imports"):
        annual = year(workspace, f"trade.by_state.{flow}", "arizona", 2023)
        assert year(workspace, f"trade.by_state_monthly.{flow}", "arizona", 2023) == annual
        assert year(workspace, f"trade.by_state_commodity.{flow}", "arizona", 2023) == annual
        assert year(workspace, f"trade.by_state_group.{flow}", "arizona", 2023) == annual


# TransBorder table 1, Nogales 2023, and the two-way trade through Arizona's ports: University of Arizona, 35.7 billion
# (the figure here includes the airports).
def test_trade_through_ports(workspace: Workspace) -> None:
    truck = {"items": ["truck"]}
    assert year(workspace, "trade.through_ports.exports", "nogales", 2023, **truck) == 8_555_404_888
    assert year(workspace, "trade.through_ports.imports", "nogales", 2023, **truck) == 14_174_820_239
    assert year(workspace, "trade.through_ports.imports", "nogales", 2023, items=["rail"]) == 6_915_353_954
    assert round(year(workspace, "trade.through_ports.two_way", "arizona", 2023) / 1e9, 2) == 35.76
    # table 3 is a parallel view of the same flows
    both = [year(workspace, f"trade.through_ports{kind}.exports", "nogales", 2023) for kind in ("", "_commodity")]
    assert both[0] == both[1]


# BTS annual releases: US–Mexico 661.16, 779.31, 798.83 and 839.9 billion.
@pytest.mark.parametrize(("number", "billions"), [(2021, 661.16), (2022, 779.31), (2023, 798.83), (2024, 839.89)])
def test_national_trade_is_the_published_one_and_the_sum_of_the_states(
    workspace: Workspace, number: int, billions: float
) -> None:
    day = date(number, 1, 1)
    national = get(workspace, "trade.national.two_way", start=day, end=day, frequency="A")
    assert round(national["value"][0] / 1e9, 2) == billions
    # the states, those unknown included, are the nation
    assert year(workspace, "trade.by_state.two_way", "US", number) == national["value"][0]


def test_shares_are_ratios_of_the_published_figures(workspace: Workspace) -> None:
    assert year(workspace, "trade.share.two_way", "arizona", 2023) == pytest.approx(
        100 * 19_775_498_422 / 798_834_655_096
    )
    trucks = year(workspace, "crossings.share.trucks", "arizona", 2023)
    assert trucks == pytest.approx(100 * 460_183 / year(workspace, "crossings.trucks", "US", 2023))


def test_years_with_nine_months_have_no_value(workspace: Workspace) -> None:
    frame = get(workspace, "trade.through_ports.exports", "nogales", frequency="A")
    assert frame.select("period", "held", "status").rows() == [
        ("2020", 9, "M"),
        ("2021", 12, "A"),
        ("2022", 12, "A"),
        ("2023", 12, "A"),
        ("2024", 9, "M"),
    ]
    assert (frame["value"].is_null() == (frame["held"] < 12)).all()


def test_a_key_with_two_values_takes_the_one_that_a_resolution_means(workspace: Workspace) -> None:
    """Sasabe, February 2021: 0 and 2175 bus passengers at a port without buses; resolutions.toml says that 0 is meant."""
    day = date(2021, 2, 1)
    (month,) = get(workspace, "crossings.bus_passengers", "sasabe", start=day, end=day).to_dicts()
    assert (month["period"], month["value"], month["status"]) == ("2021-02", 0, "A")
    assert year(workspace, "crossings.bus_passengers", "sasabe", 2021) is None  # of eleven months there is no row
    # 4,314,757 on foot and the passengers of cars, buses and trains of the real file, without the 2,175
    assert year(workspace, "crossings.people", "arizona", 2021) == 16_921_463
    assert year(workspace, "crossings.pedestrians", "arizona", 2021) == 4_314_757


def test_key_products_of_arizona(workspace: Workspace) -> None:
    day = date(2023, 1, 1)
    every = get(
        workspace, "trade.by_state_commodity.exports", "arizona", items=["*"], start=day, end=day, frequency="A"
    )
    best = top_items(every, 3)
    assert best.select("item", "value").rows() == [("85", 2_461_887_700), ("26", 1_537_636_933), ("84", 716_765_465)]


# CBP hourly archive, counted independently in the manifest: DeConcini, general lanes, 36.2 minutes, 3.7 lanes.
def test_waits_at_deconcini(workspace: Workspace) -> None:
    options: dict[str, Any] = {"items": ["passenger/standard"], "frequency": "all"}
    (mean,) = get(workspace, "waits.mean", "260401", **options).to_dicts()
    assert round(mean["value"], 1) == 36.2
    assert mean["n"] == pytest.approx(5765, rel=0.005)
    (lanes,) = get(workspace, "waits.lanes_open", "260401", **options).to_dicts()
    assert round(lanes["value"], 1) == 3.7
    (built,) = get(workspace, "waits.lanes_built", "260401", items=["passenger"], frequency="all").to_dicts()
    assert built["value"] == 8
    assert get(workspace, "waits.median", "260401", **options)["value"].to_list() == [30.0]
    assert get(workspace, "waits.p95", "260401", **options)["value"].to_list() == [120.0]


# April to December 2025, all classes together on both sides of the division: DeConcini's general lanes alone are 46.8 %
# of all lanes. San Luis I has 7 lanes in 94 % of the polls (6.25 open are 78.2 % of the 8 of half of November).
@pytest.mark.parametrize(
    ("crossing", "open_", "built", "share"),
    [("260401", 5.52, 8, 69.0), ("260801", 6.25, 7, 89.3), ("260402", 6.02, 13, 46.3), ("260101", 4.05, 7, 57.8)],
)
def test_lanes_of_all_classes_against_lanes_built(
    workspace: Workspace, crossing: str, open_: float, built: int, share: float
) -> None:
    asked = {"items": ["passenger"], "frequency": "all", "start": date(2025, 4, 1), "end": date(2025, 12, 31)}
    lanes, most, percent = (
        get(workspace, f"waits.{series}", crossing, **asked).to_dicts()[0]["value"]
        for series in ("lanes_open_all", "lanes_built", "lanes_open_share")
    )
    assert (round(lanes, 2), most, round(percent, 1)) == (open_, built, share)


# Banco de México SF43718: the mean is worked out again here, straight from the file.
def test_exchange_rate_and_pesos(workspace: Workspace) -> None:
    rates = get(workspace, "fx.usd_mxn", frequency="A")
    by_year = dict(rates.select("period", "value").rows())
    days = json.loads((RAW / "banxico-fix/tipo_cambio_usd.json").read_text(), parse_float=Decimal)
    fix = [d["tipo_cambio"] for d in days if d["año"] == 2023]
    assert by_year["2023"] == (sum(fix, Decimal(0)) / len(fix)).quantize(Decimal("0.000001"))
    assert by_year["1991"] is None  # begins in November
    assert by_year["2025"] is None  # ends on 25 November
    assert rates.filter(pl.col("value").is_null()).height == 2
    what = workspace.catalog.series["trade.by_state.exports"]
    assert isinstance(what, Series)
    dollars = get(workspace, what.id, "arizona")
    pesos = to_currency(dollars, rates, what, "MXN", 4)
    value = dict(pesos.select("period", "value").rows())
    exact = 8_014_983_446 * by_year["2023"]  # 17.76… pesos per dollar: six digits
    assert value["2023"] == int(exact.quantize(Decimal("1E6")))
    assert value["2025"] is None


def test_change_on_a_year_before(workspace: Workspace) -> None:
    frame = change(get(workspace, "crossings.trucks", "arizona", frequency="A"))
    row = frame.filter(pl.col("period") == "2024").to_dicts()[0]
    assert (row["previous"], row["change"]) == (460_183, 481_331 - 460_183)
    assert frame.filter(pl.col("period") == "2025")["change"].to_list() == [None]
