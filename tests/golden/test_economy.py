"""The economy in the embedded snapshot: industries side by side, bases apart, quarters of exports, figures by their source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.flows.data.show import show
from ambos.flows.region.economy import industries
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import Cell, Named


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here")
    return open_workspace(Path(tmp_path_factory.mktemp("economy")) / "none")


def value(here: Workspace, series: str, place: str, period: str, **asked: object) -> object:
    frame = show(here, series, places=(place,), **asked).frame.filter(period=period)  # type: ignore[arg-type]
    (found,) = frame["value"]
    return found


#: INEGI, PIBE 2024 revised; ETEF as modified on 30 September 2026; BEA, SAGDP2N to 2021. The ORIGIN.txt of each folder.
@pytest.mark.parametrize(
    ("series", "place", "period", "expected"),
    [
        ("economy.mx_product", "MX-SON", "2024", 1_106_799_464_000),
        ("economy.mx_product_real", "MX-SON", "2024", 824_690_159_000),
        ("economy.mx_product_real", "MX-SON", "2023", 827_222_048_000),
        ("economy.mx_product", "MX", "2024", 33_582_899_273_000),
        ("economy.mx_value_added_real_base_2013", "MX-SON", "2021", 572_000_016_000),
        ("economy.us_product", "US-AZ", "2021", 420_026_700_000),
        ("economy.mx_exports", "MX-SON", "2025-Q2", 7_594_428_000),
        ("economy.mx_exports", "MX-BCN", "2025-Q2", 13_680_004_000),
        ("economy.mx_exports_2015_2021", "MX-SON", "2021-Q4", 5_633_188_000),
        # panel of 2025-02-14; its row “Baja California Sur” is Baja California
        ("economy.mx_exports_annual", "MX-SON", "2021", 20_199_091_000),
        ("economy.mx_exports_annual", "MX-SON", "2007", 12_980_383_000),
        ("economy.mx_exports_annual", "MX-BCN", "2021", 48_256_344_000),
        ("economy.mx_exports_annual", "MX-CHH", "2021", 59_597_851_000),
    ],
)
def test_figures_are_those_of_their_source(
    here: Workspace, series: str, place: str, period: str, expected: int
) -> None:
    assert value(here, series, place, period) == expected


def test_four_quarters_of_exports_are_the_year_and_half_a_year_is_none(here: Workspace) -> None:
    year = value(here, "economy.mx_exports_2015_2021", "MX-SON", "2021", frequency="A")
    assert year == 20_753_421_000
    fiscal = value(here, "economy.mx_exports", "MX-SON", "FY2024", frequency="A", year_basis="fiscal")
    quarters = [value(here, "economy.mx_exports", "MX-SON", q) for q in ("2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3")]
    assert fiscal == sum(quarters)  # type: ignore[arg-type]
    assert value(here, "economy.mx_exports", "MX-SON", "2026", frequency="A") is None


@pytest.mark.parametrize(
    ("series", "period", "known", "then", "now"),
    [
        ("economy.mx_exports_annual", "2021", date(2023, 1, 1), 20_753_421_000, 20_199_091_000),
        ("economy.mx_exports", "2025-Q2", date(2025, 12, 1), 7_519_200_000, 7_594_428_000),
        ("economy.mx_exports", "2025-Q3", date(2025, 12, 31), 6_656_500_000, 6_669_929_000),
    ],
)
def test_what_was_known_before_a_revision_is_still_told(
    here: Workspace, series: str, period: str, known: date, then: int, now: int
) -> None:
    """Sonora: INEGI's tables of 2022 and the panel of 2025; first releases and the file of 30 September 2026."""
    assert value(here, series, "MX-SON", period, as_of=known) == then
    assert value(here, series, "MX-SON", period) == now


def test_what_is_confidential_is_suppressed(here: Workspace) -> None:
    frame = show(
        here, "economy.mx_exports_subsectors", places=("MX-SON",), items=("313",), start=date(2025, 4, 1)
    ).frame
    assert set(frame["value"]) == {None}
    assert set(frame["status"]) == {"S"}


def test_both_sides_have_twenty_sectors_in_both_currencies_at_the_mean_rate_of_the_year(here: Workspace) -> None:
    answer = industries(here)
    assert answer.facts["year"] == 2021
    rate = answer.facts["mxn_per_usd"]
    assert isinstance(rate, Decimal) and round(rate, 4) == Decimal("20.2822")
    rows = answer.table("industries").cells()
    assert len(rows) == 20
    made = next(row for row in rows if _code(row["industry"]) == "31-33")
    assert made["arizona_million_usd"] == 37602.5  # BEA, SAGDP2N, Arizona, manufacturing, 2021
    assert made["sonora_million_mxn"] == pytest.approx(
        show(here, "economy.mx_industries", places=("MX-SON",), items=("31-33",), start=date(2021, 1, 1)).frame[
            "value"
        ][0]
        / 1e6
    )
    for slug in ("arizona", "sonora"):
        for row in rows:
            assert float(row[f"{slug}_million_mxn"]) == pytest.approx(  # type: ignore[arg-type]
                float(row[f"{slug}_million_usd"]) * float(rate),
                rel=1e-4,  # type: ignore[arg-type]
            )
        assert sum(float(row[f"{slug}_percent"]) for row in rows) == pytest.approx(100)  # type: ignore[arg-type]


def test_a_year_that_one_side_lacks_shows_it_missing_and_provisional_years_are_named(here: Workspace) -> None:
    answer = industries(here, year=2024)
    assert any("provisional" in note.en and "2024" in note.en for note in answer.notes)
    rows = answer.table("industries").cells()
    assert {row["arizona_million_usd"] for row in rows} == {None}
    assert None not in {row["sonora_million_usd"] for row in rows}
    (total,) = answer.table("industries").cells(answer.table("industries").totals)
    assert total["arizona_percent"] is None and total["sonora_percent"] == 100


def _code(cell: Cell) -> str:
    assert isinstance(cell, Named)
    return str(cell.code)
