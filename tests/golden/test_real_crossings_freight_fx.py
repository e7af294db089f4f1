"""The readers on the real files give the figures that are published elsewhere.

Where a figure comes from is said beside it. The files are described in ../shared/data/MANIFEST.md ("the manifest").
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.sources.banxico import fix as banxico_fix
from ambos.sources.bts import border_crossing as bts_border_crossing
from ambos.sources.bts import transborder as bts_transborder
from ambos.sources.bts import transborder_annual as bts_transborder_annual
from ambos.sources.shared.base import File

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here"),
]
BORDER = "bts-border-crossing/Border_Crossing_Entry_Data_1996-01_2025-02.csv.gz"
ARIZONA = "bts-border-crossing/arizona_1996-01_2025-02.csv"
#: Months of which all three monthly tables are held (the manifest, 3a).
COMPLETE_YEARS = (2021, 2022, 2023)


class Read:
    """The rows of real files, each read once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.frames: dict[str, pl.DataFrame] = {}

    def __call__(self, module: object, path: str) -> pl.DataFrame:
        if path not in self.frames:
            file = File(path, (RAW / path).read_bytes())
            kind = module.recognise(path, file.head())  # type: ignore[attr-defined]
            (rows,) = module.read(file, kind, self.catalog)  # type: ignore[attr-defined]
            assert rows.rejected.height == 0, rows.rejected["reason_en"][:3].to_list()
            self.frames[path] = rows.frame
        return self.frames[path]

    def crossings(self) -> pl.DataFrame:
        return self(bts_border_crossing, BORDER)

    def dot(self, number: int) -> pl.DataFrame:
        area = {1: "mexico", 2: "mexico_az_or_sonora", 3: "mexico"}[number]
        return self(bts_transborder, f"bts-transborder/dot{number}_{area}_2020_2024.csv.gz")

    def annual(self, name: str) -> pl.DataFrame:
        return self(bts_transborder_annual, f"bts-transborder-annual-unt/{name}.csv")


@pytest.fixture(scope="module")
def real(catalog: Catalog) -> Read:
    return Read(catalog)


def total(frame: pl.DataFrame, value: str = "value_usd", year: int | None = None, **where: object) -> int:
    """The sum over the rows of a year that meet the conditions."""
    if year is not None:
        frame = frame.filter(pl.col("period").dt.year() == year)
    return frame.filter(**where)[value].sum()


def billions(dollars: int) -> float:
    return round(dollars / 1e9, 2)


# -- border crossings -------------------------------------------------------------------------------------------
def test_all_rows_of_the_border_crossings(real: Read) -> None:
    assert real.crossings().height == 399_406  # the manifest, 1
    assert total(real.crossings(), "value", 2019, port="2604", measure="pedestrians") == 3_419_267  # the manifest, 1


@pytest.mark.parametrize(
    ("measure", "count"),
    # BTS's totals of Arizona in 2022, from the list of figures that this project was started with
    [("trucks", 452_848), ("personal_vehicles", 9_404_110), ("pedestrians", 5_466_508)],
)
def test_arizona_in_2022(real: Read, catalog: Catalog, measure: str, count: int) -> None:
    ports = [p.id for p in catalog.places.values() if p.kind == "port" and p.parent == "US-AZ"]
    frame = real.crossings().filter(pl.col("port").is_in(ports))
    assert total(frame, "value", 2022, measure=measure) == count


@pytest.mark.parametrize(
    ("year", "count"),
    [
        (2014, 312_010),  # reference/crossing.md, with 2024
        (2015, 319_747),  # this one and those below: the manifest, 1
        (2018, 337_179),
        (2019, 349_377),
        (2022, 370_773),
        (2023, 381_969),
        (2024, 404_588),
    ],
)
def test_trucks_at_nogales(real: Read, year: int, count: int) -> None:
    assert total(real.crossings(), "value", year, port="2604", measure="trucks") == count


def test_arizona_s_file_has_the_same_rows(real: Read, catalog: Catalog) -> None:
    own = real(bts_border_crossing, ARIZONA)
    assert own.height == 22_347  # the manifest, 1
    ports = [p.id for p in catalog.places.values() if p.kind == "port" and p.parent == "US-AZ"]
    same = real.crossings().filter(pl.col("port").is_in(ports))
    assert own.sort(pl.all()).equals(same.sort(pl.all()))


def test_the_two_newest_months_are_provisional(real: Read) -> None:
    months = real.crossings().filter(status="P")["period"].unique().sort().to_list()
    assert months == [date(2025, 1, 1), date(2025, 2, 1)]


# -- freight, monthly -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "height"), [(1, 552_589), (2, 100_347), (3, 377_316)])
def test_all_rows_of_the_monthly_tables_with_unique_keys(
    real: Read, catalog: Catalog, number: int, height: int
) -> None:
    frame = real.dot(number)
    assert frame.height == height  # the manifest, 3a
    name = ("freight_state_port", "freight_state_commodity", "freight_port_commodity")[number - 1]
    assert frame.select(pl.struct(catalog.datasets[name].keys).n_unique()).item() == height


@pytest.mark.parametrize(("year", "value"), [(2021, 661.16), (2022, 779.31), (2023, 798.83)])
def test_united_states_and_mexico(real: Read, year: int, value: float) -> None:
    # BTS's annual releases (the manifest, 3a)
    assert billions(total(real.dot(1), year=year)) == value
    assert billions(total(real.annual("us_transborder"), year=year, country="MX")) == value


@pytest.mark.parametrize(
    ("flow", "mode", "value"), [("export", "truck", 8.56), ("import", "truck", 14.17), ("import", "rail", 6.92)]
)
def test_nogales_in_2023(real: Read, flow: str, mode: str, value: float) -> None:
    # the manifest, 3a; tables 1 and 3 must agree on it to the dollar but for March 2024, which table 3 lacks
    by_state, by_commodity = (total(real.dot(n), year=2023, port="2604", flow=flow, mode=mode) for n in (1, 3))
    assert billions(by_state) == value
    assert by_state == by_commodity


def test_arizona_is_the_same_in_tables_1_and_2(real: Read) -> None:
    columns = ["period", "flow", "mode", "mex_state", "origin", "container"]
    one, two = (
        real.dot(n).filter(us_state="US-AZ").group_by(columns).agg(pl.sum("value_usd")).sort(columns) for n in (1, 2)
    )
    assert one.height > 5_000
    assert one.equals(two)


def test_weights_that_are_not_collected_are_missing(real: Read) -> None:
    frame = real.dot(1)
    surface = ["truck", "rail", "pipeline", "mail", "other"]
    exports = frame.filter(pl.col("mode").is_in(surface), flow="export")
    assert exports["weight_kg"].null_count() == exports.height
    assert frame.filter(flow="export")["charges_usd"].drop_nulls().len() == 0
    rest = frame.filter(~(pl.col("mode").is_in(surface) & (pl.col("flow") == "export")))
    assert rest["weight_kg"].null_count() == 0


def test_mexican_states_and_origins_where_they_are_collected(real: Read) -> None:
    frame = real.dot(1)
    assert frame.filter(flow="import").select("mex_state", "origin").unique().rows() == [("_Z", "_Z")]
    assert not frame.filter((pl.col("mex_state") == "_Z") | (pl.col("origin") == "_Z"), flow="export").height


# -- freight, annual --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("year", "exports", "imports"), [(2023, 8.01, 11.76), (2024, 8.95, 11.62), (2025, 14.56, 14.00)]
)
def test_arizona_and_mexico(real: Read, year: int, exports: float, imports: float) -> None:
    # the manifest, 3b
    frame = real.annual("us_state_trade").filter(us_state="US-AZ", country="MX")
    assert billions(total(frame, year=year, flow="export")) == exports
    assert billions(total(frame, year=year, flow="import")) == imports


def test_sonora_in_2024(real: Read) -> None:
    frame = real.annual("mexican_state_trade").filter(mex_state="MX-SON")
    assert billions(total(frame, year=2024)) == 9.30  # the manifest, 3b


def test_all_countries_in_2024(real: Read) -> None:
    value = total(real.annual("us_transborder"), year=2024)
    assert round(value / 1e9, 1) != 839.9  # with Canada it is more ...
    assert round(total(real.annual("us_transborder"), year=2024, country="MX") / 1e9, 1) == 839.9  # the manifest, 3b


def test_annual_figures_are_the_sums_of_the_monthly_ones(real: Read) -> None:
    """By state, mode and flow, to the dollar and, in weight, to the 5 kg that the annual file's rounding leaves."""
    keys = ["year", "us_state", "mode", "flow"]
    complete = pl.col("period").dt.year().is_in(COMPLETE_YEARS)
    annual = real.annual("us_state_trade").filter(complete, country="MX").with_columns(year=pl.col("period").dt.year())
    monthly = (
        real.dot(1)
        .filter(complete)
        .group_by(pl.col("period").dt.year().alias("year"), "us_state", "mode", "flow")
        .agg(pl.sum("value_usd"), pl.when(pl.col("weight_kg").count() > 0).then(pl.sum("weight_kg")))
    )
    both = annual.join(monthly, on=keys, how="full", coalesce=True)
    assert both.height == annual.height == monthly.height > 1_500
    assert (both["value_usd"] == both["value_usd_right"]).all()
    assert both["weight_kg"].is_null().equals(both["weight_kg_right"].is_null())
    assert (both["weight_kg"] - both["weight_kg_right"]).abs().max() <= 5


def test_annual_figures_of_mexican_states_are_the_sums_of_the_monthly_ones(real: Read) -> None:
    """All but Nayarit: BTS's code for it, NA, was taken for a missing value by the project that added up."""
    complete = pl.col("period").dt.year().is_in(COMPLETE_YEARS)
    annual = real.annual("mexican_state_trade").filter(complete)
    monthly = real.dot(1).filter(complete, ~pl.col("mex_state").is_in(["MX-XX", "MX-OT", "_Z", "MX-NAY"]))
    keys = [pl.col("period").dt.year().alias("year"), "mex_state", "mode"]
    one, two = (f.group_by(keys).agg(pl.sum("value_usd")).sort(pl.all()) for f in (annual, monthly))
    assert one.height > 300
    assert one.equals(two)


def test_nayarit_is_lost_in_the_annual_files_since_2007(real: Read) -> None:
    for name in ("mexican_state_trade", "commodity_mexstate_trade"):
        assert real.annual(name).filter(mex_state="MX-NAY")["period"].max() == date(2006, 1, 1)
    assert total(real.dot(1), year=2023, mex_state="MX-NAY") == 15_667_354


def test_national_months_are_the_sums_of_the_monthly_rows(real: Read) -> None:
    monthly = real.dot(1).group_by("period", "flow", "mode").agg(pl.sum("value_usd"))
    national = real.annual("monthly_trends").filter(country="MX").select("period", "flow", "mode", "value_usd")
    both = monthly.join(national, on=["period", "flow", "mode"], how="left")
    assert both.height > 700
    assert (both["value_usd"] == both["value_usd_right"]).all()


def test_the_annual_files_agree_with_each_other_since_2003(real: Read) -> None:
    """Before 2003 they do not: some of them count exports twice (see `ambos.sources.bts.transborder_annual`)."""
    by = ["period", "flow", "mode", "country"]
    states = real.annual("us_state_trade").group_by(by).agg(pl.sum("value_usd"))
    nation = real.annual("us_transborder").select(*by, "value_usd")
    months = real.annual("monthly_trends").with_columns(pl.col("period").dt.truncate("1y"))
    assert months.group_by(by).agg(pl.sum("value_usd")).sort(by).equals(states.sort(by))
    both = states.join(nation, on=by, how="full", coalesce=True)
    differ = both.filter(pl.col("value_usd").ne_missing(pl.col("value_usd_right")))
    assert differ["period"].max() == date(2002, 1, 1)
    assert differ.filter(flow="import").select("period", "country").rows() == [(date(1993, 1, 1), "CA")]
    doubled = differ.filter(period=date(2001, 1, 1), mode="truck", country="MX")
    assert 1.9 < doubled["value_usd_right"].item() / doubled["value_usd"].item() < 2.0


def test_commodity_groups_of_mexican_states_add_up_since_2003(real: Read) -> None:
    by = ["period", "mex_state", "mode"]
    groups, whole = (
        real.annual(n).group_by(by).agg(pl.sum("value_usd"))
        for n in ("commodity_mexstate_trade", "mexican_state_trade")
    )
    both = groups.join(whole, on=by, how="full", coalesce=True)
    differ = both.filter(pl.col("value_usd").ne_missing(pl.col("value_usd_right")))
    assert differ["period"].max() == date(2002, 1, 1)


def test_containers_are_of_trade_with_mexico_alone(real: Read) -> None:
    by = ["period", "flow", "mode"]
    boxes = real.annual("containerization_trade").filter(us_state="_T").group_by(by).agg(pl.sum("value_usd")).sort(by)
    mexico = real.annual("us_state_trade").filter(country="MX").group_by(by).agg(pl.sum("value_usd")).sort(by)
    assert boxes.equals(mexico)


# -- exchange rate ----------------------------------------------------------------------------------------------
def test_the_rates_are_those_of_the_manifest(real: Read) -> None:
    frame = real(banxico_fix, "banxico-fix/tipo_cambio_usd.json")
    assert frame.height == 8_556  # the manifest, 5
    assert frame.filter(date=date(2020, 3, 24))["rate"].to_list() == [Decimal("25.1185")]  # the manifest, 5
    assert frame["date"].min() == date(1991, 11, 12)
    assert frame["date"].max() == date(2025, 11, 25)
