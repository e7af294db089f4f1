"""Figures of the embedded snapshot, as `ambos show --json` gives them in a folder without a store.

Beside each figure is where it can be looked up. "The manifest" is ../shared/data/MANIFEST.md, which says how each file
was compared with an independent copy or with published totals.
"""

from __future__ import annotations

from typing import Any

import pytest

from ambos.catalog import Catalog
from command_line import Shell

#: What every figure carries, at least.
FIELDS = {"series", "place", "item", "period", "value", "unit", "status", "as_of", "source"}


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell], catalog: Catalog) -> Shell:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    return shells["en"]


@pytest.fixture(scope="module")
def ask(shell: Shell) -> Any:
    """One question, answered as a list of figures."""

    def ask(*arguments: str) -> list[dict[str, Any]]:
        result = shell("show", *arguments, "--json")
        assert (result.code, result.err) == (0, "")
        figures = result.json()["data"]
        assert isinstance(figures, list) and figures
        assert all(figure.keys() >= FIELDS for figure in figures)
        return figures

    return ask


def only(figures: list[dict[str, Any]]) -> dict[str, Any]:
    (figure,) = figures
    return figure


@pytest.mark.parametrize(
    ("series", "count"),
    # BTS, Border Crossing Entry Data, https://data.bts.gov/d/keg4-3bc2, Arizona, sum of the months of 2022
    [("trucks", 452_848), ("personal_vehicles", 9_404_110), ("pedestrians", 5_466_508)],
)
def test_arizona_s_counts_of_2022_are_the_published_ones(ask: Any, series: str, count: int) -> None:
    figure = only(ask(f"crossings.{series}", "--place", "Arizona", "--freq", "A", "--from", "2022", "--to", "2022"))
    assert (figure["place"], figure["period"], figure["value"], figure["status"]) == ("US-AZ", "2022", count, "A")
    assert (figure["source"], figure["held"], figure["wanted"]) == ("bts_border_crossing", 12, 12)


@pytest.mark.parametrize(
    ("year", "trucks"),
    [
        (2014, 312_010),  # BTS, Border Crossing Entry Data, Nogales, sum of the months of 2014
        # the manifest, 1, sample figures
        (2015, 319_747),
        (2018, 337_179),
        (2019, 349_377),
        (2022, 370_773),
        (2023, 381_969),
        (2024, 404_588),
    ],
)
def test_trucks_of_nogales(ask: Any, year: int, trucks: int) -> None:
    figure = only(ask("crossings.trucks", "--place", "2604", "--freq", "A", "--from", str(year), "--to", str(year)))
    assert figure["value"] == trucks


def test_pedestrians_of_nogales_in_2019(ask: Any) -> None:
    figure = only(ask("crossings.pedestrians", "--place", "Nogales", "--freq", "A", "--from", "2019", "--to", "2019"))
    assert (figure["place"], figure["value"]) == ("2604", 3_419_267)  # the manifest, 1


@pytest.mark.parametrize(
    ("flow", "year", "billions"),
    [
        # the manifest, 3b: 2023 exports 8.01 and imports 11.76, 2024 8.95 and 11.62. 2023 is what the Census Bureau
        # publishes as Arizona's trade with Mexico, 8.0 and 11.8
        ("exports", 2023, 8.01),
        ("imports", 2023, 11.76),
        ("exports", 2024, 8.95),
        ("imports", 2024, 11.62),
    ],
)
def test_trade_of_arizona_with_mexico(ask: Any, flow: str, year: int, billions: float) -> None:
    figure = only(ask(f"trade.by_state.{flow}", "--place", "US-AZ", "--from", str(year), "--to", str(year)))
    assert isinstance(figure["value"], int) and figure["unit"] == "usd"
    assert round(figure["value"] / 1e9, 2) == billions


@pytest.mark.parametrize(
    ("flow", "mode", "billions"),
    # the manifest, 3a: Nogales (2604) 2023, computed from the BTS files, which equal an independent copy byte for byte
    [("exports", "truck", 8.56), ("imports", "truck", 14.17), ("imports", "rail", 6.92)],
)
def test_trade_through_nogales_2023(ask: Any, flow: str, mode: str, billions: float) -> None:
    answer = ask(
        f"trade.through_ports.{flow}",
        "--place",
        "2604",
        "--item",
        mode,
        "--freq",
        "A",
        "--from",
        "2023",
        "--to",
        "2023",
    )
    assert round(only(answer)["value"] / 1e9, 2) == billions
    assert only(answer)["item"] == mode


def test_exports_to_sonora_2024(ask: Any) -> None:
    figure = only(ask("trade.to_mexican_state.exports", "--place", "Sonora", "--from", "2024", "--to", "2024"))
    assert (figure["place"], round(figure["value"] / 1e9, 2)) == ("MX-SON", 9.30)  # the manifest, 3b


def test_record_of_the_exchange_rate(ask: Any) -> None:
    figure = only(ask("fx.usd_mxn_daily", "--freq", "D", "--from", "2020-03-24", "--to", "2020-03-24"))
    assert figure["value"] == 25.1185  # Banco de México, SF43718; the manifest, 5
    assert (figure["unit"], figure["source"], figure["period"]) == ("mxn_per_usd", "banxico_fix", "2020-03-24")


# The archive of April to June 2026 was read 1 to 12 times a day in June; that of 2025 nearly every hour.
@pytest.mark.parametrize(
    ("crossing", "item"),
    [("260401", "passenger/standard"), ("260801", "passenger/standard"), ("260402", "commercial/fast")],
)
def test_june_2026_has_too_few_reports_for_a_mean(ask: Any, crossing: str, item: str) -> None:
    span = ("--from", "2026-06", "--to", "2026-06")
    june = only(ask("waits.mean", "--place", crossing, "--item", item, *span))
    assert (june["value"], june["status"]) == (None, "S")
    assert june["n"] > 100
    may = only(ask("waits.mean", "--place", crossing, "--item", item, "--from", "2025-05", "--to", "2025-05"))
    assert may["value"] > 0 and may["status"] == "A"


# Within posted hours; an independent count of the raw snapshots is in test_real_cbp_waits.py.
@pytest.mark.parametrize(
    ("crossing", "item", "percent"),
    [
        ("260402", "passenger/standard", 1.1),
        ("260402", "commercial/standard", 2.1),
        ("260802", "commercial/standard", 24.5),
        ("260401", "passenger/standard", 5.3),
    ],
)
def test_reports_missing_while_the_crossing_is_open(ask: Any, crossing: str, item: str, percent: float) -> None:
    span = ("--freq", "all", "--from", "2025-04-01", "--to", "2025-12-31")
    figure = only(ask("waits.share_missing", "--place", crossing, "--item", item, *span))
    assert round(figure["value"], 1) == percent


def test_waits_at_deconcini(ask: Any) -> None:
    """The archive of 2025-03-28 to 2026-01-18; the manifest, 2a: mean 36.2 minutes, 3.7 lanes, 5,765 lane-hours."""
    asked = ("--place", "260401", "--item", "passenger/standard", "--freq", "all", "--to", "2026-01-18")
    wait = only(ask("waits.mean", *asked))
    assert round(wait["value"], 1) == 36.2
    lanes = only(ask("waits.lanes_open", *asked))
    assert round(lanes["value"], 1) == 3.7


def test_nine_months_are_no_year(ask: Any) -> None:
    """The months of TransBorder held in 2020 and 2024 are nine (the manifest, 3a): no figure, never a small one."""
    figures = ask("trade.through_ports.exports", "--place", "2604", "--freq", "A")
    values = {f["period"]: (f["value"] is None, f["status"], f["held"]) for f in figures}
    assert values["2020"] == (True, "M", 9)
    assert values["2023"] == (False, "A", 12)


def test_the_same_question_before_the_figures_were_known(shell: Shell) -> None:
    result = shell("show", "crossings.trucks", "--place", "2604", "--as-of", "2025-01-01", "--json")
    assert result.code == 1 and result.out == ""
    assert "No copy of “crossings.trucks” is held from 2025-01-01" in result.err and "is of 2025-04-29" in result.err
