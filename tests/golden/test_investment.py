"""Foreign direct investment in the embedded snapshot, each figure by its source, and in the real files by another reading."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
SERIES = "investment.mx_direct"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here")
    return open_workspace(Path(tmp_path_factory.mktemp("investment")) / "none")


def value(here: Workspace, place: str, period: str, **asked: object) -> object:
    (found,) = show(here, SERIES, places=(place,), **asked).frame.filter(period=period)["value"]  # type: ignore[arg-type]
    return found


#: DataMéxico, cube fdi_2_state_investment, downloaded on 16 October 2025. 2023 and 2024 of Sonora: 2,711.8 and 305.4 million, as
#: two other publications give them (../shared/reference/recent-values.csv).
@pytest.mark.parametrize(
    ("place", "period", "millions"),
    [
        ("MX-SON", "2023-Q2", 2040.925),
        ("MX-SON", "2024-Q1", 93.256),
        ("MX-SON", "2018-Q3", -374.3),
        ("MX-AGU", "1999-Q1", 37.228),
    ],
)
def test_a_quarter_is_that_of_its_source(here: Workspace, place: str, period: str, millions: float) -> None:
    found = value(here, place, period)
    assert isinstance(found, int)
    assert found / 1e6 == pytest.approx(millions, abs=0.06 if millions == -374.3 else 0.0005)


def test_a_year_is_the_sum_of_its_quarters_and_the_nation_that_of_32_states(here: Workspace) -> None:
    assert value(here, "MX-SON", "2023", frequency="A") == 2_711_822_000
    assert value(here, "MX-SON", "2024", frequency="A") == 305_402_000
    states = [p.id for p in here.catalog.places.values() if p.kind == "state" and "inegi" in p.codes]
    assert len(states) == 32
    sum_of_states = show(here, SERIES, places=states, start=date(2024, 1, 1), frequency="A").frame["value"].sum()
    assert value(here, "MX", "2024", frequency="A") == sum_of_states == 36_837_673_000


def test_the_tables_of_2018_say_what_was_known_then(here: Workspace) -> None:
    # Secretaría de Economía, open data to the fourth quarter of 2017: 326.1 + 331.7 - 134.9 - 269.6 million
    assert value(here, "MX-SON", "2017", frequency="A", as_of=date(2018, 3, 1)) == 253_283_000
    assert value(here, "MX-SON", "2017", frequency="A") == 368_129_000


@pytest.mark.real
@pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_every_year_of_every_state_is_that_of_the_file(here: Workspace) -> None:
    path = RAW / "mx-datamexico-state-quarterly" / "ied_raw.csv"
    years: dict[tuple[str, str], float] = defaultdict(float)
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            years[(row["State ID"].zfill(2), row["Quarter"][:4])] += float(row["Investment"])
    of = {p.codes["inegi"][0]: p.id for p in here.catalog.places.values() if p.kind == "state" and "inegi" in p.codes}
    frame = show(here, SERIES, places=list(of.values()), frequency="A").frame
    assert frame.height == len(years) == 32 * 26
    for (state, year), millions in years.items():
        (found,) = frame.filter(pl.col("place") == of[state], pl.col("period") == year)["value"]
        assert found == pytest.approx(millions * 1e6, abs=2000)  # four roundings to a thousand
