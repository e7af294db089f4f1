"""Golden figures of remittances, prices and the mean exchange rate. Where each comes from stands beside it."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw" / "banxico-remittances-2026"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(Path(tmp_path_factory.mktemp("remittances")))


@pytest.mark.parametrize(
    ("series", "place", "frequency", "period", "million"),
    [
        # ../shared/data/raw/banxico-remittances-2026/ORIGIN.txt
        ("remittances.received", "sonora", "A", "2025", 747.0),
        ("remittances.from_us_state", "arizona", "A", "2025", 1579.3),
        ("remittances.received", "sonora", "Q", "2025-Q2", 179.38),
        ("remittances.nation", "MX", "A", "2023", 63318.7),
        ("remittances.nation", "MX", "A", "2024", 65016.8),
        ("remittances.nation", "MX", "A", "2025", 62471.7),
        # remesas_mensuales.csv, May 2026, received and sent
        ("remittances.nation", "MX", "M", "2026-05", 5611.0),
        ("remittances.nation_sent", "MX", "M", "2026-05", 108.5),
        ("remittances.transfers", "MX", "M", "2026-05", 13.9),
    ],
)
def test_money(embedded: Workspace, series: str, place: str, frequency: str, period: str, million: float) -> None:
    frame = show(embedded, series, places=[place], frequency=frequency).frame.filter(period=period)
    decimals = len(str(million).partition(".")[2])
    assert [round(value / 1e6, decimals) for value in frame["value"]] == [million]


def test_sonora_s_second_quarter_of_2025_as_it_was_known_before(embedded: Workspace) -> None:
    # ORIGIN.txt: 174.79 million in DataMéxico's copy of October 2025
    frame = show(embedded, "remittances.received", places=["sonora"], as_of=date(2025, 12, 1)).frame
    assert frame.filter(period="2025-Q2")["value"].to_list() == [174_791_767]


@pytest.mark.parametrize(
    ("series", "period", "figure"),
    [
        ("fx.usd_mxn_month", "2026-06", 17.3819),  # ORIGIN.txt
        ("prices.mx_consumer", "2026-06", 145.131),  # IPC.csv, last row
        ("remittances.mean_transfer", "2026-05", 5_611_002_446 / 13_901_418),  # remesas_mensuales.csv
    ],
)
def test_rates(embedded: Workspace, series: str, period: str, figure: float) -> None:
    frame = show(embedded, series).frame.filter(period=period)
    assert [float(value) for value in frame["value"]] == [pytest.approx(figure, rel=1e-9)]


def rows(name: str) -> list[dict[str, str]]:
    with (REAL / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files (../shared/data/raw) are not here")
@pytest.mark.parametrize(
    ("name", "dataset", "column", "code", "system"),
    [
        ("remesas_entidad.csv", "remittances_state", "mex_state", "CVE_ENT", "inegi"),
        ("remesas_usa.csv", "remittances_origin", "us_state", "ID_ESTADO", "usps"),
    ],
)
def test_every_quarter_is_the_file_s(
    embedded: Workspace, name: str, dataset: str, column: str, code: str, system: str
) -> None:
    foreign = embedded.catalog.codelists["state"].from_system(system) | {"XX": "US-XX"}
    wanted = {(row["PERIODO"], foreign[row[code].zfill(2)]): int(row["VALOR_USD"]) for row in rows(name)}
    table = embedded.store.frame(embedded.store.table(dataset))
    held = table.select(pl.col("period").cast(pl.String), pl.col(column).cast(pl.String), "value_usd")
    assert {(period, place): value for period, place, value in held.iter_rows()} == wanted


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_states_add_up_to_the_nation_and_us_states_to_less(embedded: Workspace) -> None:
    def years(name: str, keep: str = "") -> Counter[str]:
        found: Counter[str] = Counter()
        for row in rows(name):
            if not keep or row["ID_FLUJO"] == keep:
                found[row["PERIODO"][:4]] += int(row["VALOR_USD"])
        return found

    nation, states, origins = (
        years("remesas_mensuales.csv", "1"),
        years("remesas_entidad.csv"),
        years("remesas_usa.csv"),
    )
    assert all(abs(states[year] - nation[year]) <= 32 for year in states if year < "2026")
    assert all(0.9 < origins[year] / nation[year] < 1 for year in origins if year < "2026")
    held = show(embedded, "remittances.nation", frequency="A").frame.filter(pl.col("period") < "2026")
    assert dict(held.select("period", "value").iter_rows()) == {y: v for y, v in nation.items() if y < "2026"}
