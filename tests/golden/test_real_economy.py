"""The readers on the real files of the economy give INEGI's and BEA's figures, and parts add up to their wholes.

Where a figure comes from is said beside it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here"),
]
BASE_2018, BASE_2013 = "inegi-pibe-base2018-2003-2024", "inegi-pibe-base2013-2003-2021"
LONG, OLD = f"{BASE_2018}/pib_estatal_long.csv.gz", f"{BASE_2013}/pibe_state_activity_2003_2021_base2013.csv.gz"
COPIED, TABLES = "inegi-etef-sonora-2022-2026", "inegi-exports-by-state-2015-2021/Tabulados_INEGI_Exportaciones.xlsx"
BEA = "bea-state-gdp/SAGDP2N__ALL_AREAS_1997_2022_cleaned.xlsx"


@pytest.fixture(scope="module")
def real(catalog: Catalog) -> dict[str, pl.DataFrame]:
    made = {}
    for source, path in (
        ("inegi_state_gdp", LONG),
        ("inegi_state_gdp", OLD),
        *(("inegi_state_gdp", f"{BASE_2018}/conjunto_de_datos_pibe_entidad_{s}2024_r.csv") for s in ("son", "nac")),
        ("inegi_state_exports", f"{COPIED}/etef_sonora.csv"),
        ("inegi_state_exports", f"{COPIED}/etef_sonora_quarter_sums.csv"),
        ("inegi_state_exports", TABLES),
        ("bea_state_gdp", BEA),
    ):
        file = File(path.rpartition("/")[2], (RAW / path).read_bytes(), as_of=date(2026, 10, 1))
        kind = CONNECTORS[source].recognise(file.name, file.head())
        rows, *_ = CONNECTORS[source].read(file, kind, catalog)
        assert rows.rejected.is_empty()
        made[path] = rows.frame
    return made


def one(frame: pl.DataFrame, **where: object) -> object:
    (value,) = frame.filter(**where).select(pl.col("^value_.*$")).to_series()
    return value


#: INEGI, PIBE 2024 revised, as ../shared/data/raw/inegi-pibe-base2018-2003-2024/ORIGIN.txt quotes it.
@pytest.mark.parametrize(
    ("state", "prices", "pesos"),
    [
        ("_T", "constant_2018", 25_396_468_490_000),
        ("_T", "current_2018", 33_582_899_273_000),
        ("MX-SON", "constant_2018", 824_690_159_000),
        ("MX-SON", "current_2018", 1_106_799_464_000),
    ],
)
def test_product_of_2024(real: dict[str, pl.DataFrame], state: str, prices: str, pesos: int) -> None:
    of = {"mex_state": state, "prices": prices, "industry": "_T", "period": date(2024, 1, 1)}
    assert one(real[LONG], **of) == pesos


def test_the_open_data_and_the_long_table_agree(real: dict[str, pl.DataFrame]) -> None:
    keys = ["period", "mex_state", "industry", "prices"]
    for path in (p for p in real if "entidad" in p):
        both = real[path].join(real[LONG], on=keys)
        assert both.height == real[path].height
        assert both["value_mxn"].equals(both["value_mxn_right"])


@pytest.mark.parametrize("path", [LONG, OLD])
def test_states_add_up_to_the_nation_and_industries_to_the_product(real: dict[str, pl.DataFrame], path: str) -> None:
    frame = real[path].filter(pl.col("industry").is_in(["_T", "gva", "taxes"]))
    nation = frame.filter(pl.col("mex_state") == "_T")
    states = (
        frame.filter(pl.col("mex_state") != "_T")
        .group_by("period", "industry", "prices")
        .agg(pl.col("value_mxn").sum(), pl.len())
    )
    both = nation.join(states, on=["period", "industry", "prices"])
    assert (both["len"] == 32).all()
    # thousands of pesos, to which each of 32 figures is rounded
    assert (both["value_mxn"] - both["value_mxn_right"]).abs().max() <= 32 * 1000
    wide = frame.pivot("industry", index=["period", "mex_state", "prices"], values="value_mxn")
    assert (wide["_T"] - wide["gva"] - wide["taxes"]).abs().max() <= 32 * 1000


def test_sonora_in_the_former_base(real: dict[str, pl.DataFrame]) -> None:
    # ../shared/data/raw/inegi-pibe-base2013-2003-2021/ORIGIN.txt: gross value added of 2021 at prices of 2013
    of = {"mex_state": "MX-SON", "prices": "constant_2013", "industry": "gva", "period": date(2021, 1, 1)}
    assert one(real[OLD], **of) == 572_000_016_000


def test_exports_of_sonora_in_each_vintage(real: dict[str, pl.DataFrame]) -> None:
    tables = real[TABLES].filter(mex_state="MX-SON", industry="_T")
    years = tables.group_by(pl.col("period").dt.year()).agg(pl.col("value_usd").sum())
    # ORIGIN.txt of the tables: 20,753,421 thousand dollars in 2021; 16,895,883 in 2015
    assert dict(years.rows())[2021] == 20_753_421_000
    assert dict(years.rows())[2015] == 16_895_883_000
    copied = real[f"{COPIED}/etef_sonora.csv"].filter(industry="disclosed")
    sums = real[f"{COPIED}/etef_sonora_quarter_sums.csv"]
    assert copied.sort("period")["value_usd"].equals(sums.sort("period")["value_usd"])
    # ORIGIN.txt of the rows copied: 7,594.4 million in the second quarter of 2025, after 7,519.2 at first
    assert round(int(str(one(copied, period=date(2025, 4, 1)))) / 1e6, 1) == 7594.4


def test_dollars_of_arizona_and_of_the_nation(real: dict[str, pl.DataFrame]) -> None:
    # BEA, SAGDP2N: all industries, 2021, millions of current dollars
    of = {"industry": "_T", "period": date(2021, 1, 1)}
    assert one(real[BEA], us_state="US-AZ", **of) == 420_026_700_000
    assert one(real[BEA], us_state="_T", **of) == 23_315_081_000_000


def test_sectors_of_a_state_add_up_to_its_product(real: dict[str, pl.DataFrame], catalog: Catalog) -> None:
    sectors = catalog.series["economy.us_industries"].where["industry"]  # type: ignore[union-attr]
    state = real[BEA].filter(us_state="US-AZ")
    sums = (
        state.filter(pl.col("industry").is_in(list(sectors)))
        .group_by("period")
        .agg(pl.col("value_usd").sum(), pl.len())
    )
    both = sums.join(state.filter(industry="_T"), on="period")
    assert (both["len"] == 20).all()
    assert (both["value_usd"] - both["value_usd_right"]).abs().max() <= 20 * 100_000  # each is rounded to 0.1 million
