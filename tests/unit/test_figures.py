"""Figures in the terminal: the axis of a plot, bars, and how much of a range is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from ambos.catalog import Catalog, load
from ambos.cli.plot import _bars, _pieces, _ticks, draw
from ambos.flows.data.figures import gaps, tabulate
from ambos.flows.data.show import Figures
from ambos.model.answer import cell_text
from ambos.periods import frequency_of
from ambos.text import Text


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def shown(catalog: Catalog, rows: list[tuple[str, float | None, int | None, int | None]]) -> Figures:
    frame = pl.DataFrame(
        [
            ("2604", "_T", p, frequency_of(p), date(2024, 1, i + 1), v, "truck", "A", h, w)
            for i, (p, v, h, w) in enumerate(rows)
        ],
        schema=["place", "item", "period", "frequency", "start", "value", "unit", "status", "held", "wanted"],
        orient="row",
    )
    return Figures(catalog.series["crossings.trucks"], frame, ())


def cells(answer: Figures, catalog: Catalog) -> list[list[str]]:
    """The cells that people see, in English."""
    table = tabulate(answer, catalog)
    return [[cell_text(c, column).en for c, column in zip(row, table.columns, strict=True)] for row in table.rows]


@pytest.mark.parametrize(
    ("low", "high", "ticks", "decimals"),
    [
        (16_110, 51_498, [20_000, 25_000, 30_000, 35_000, 40_000, 45_000, 50_000], 0),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0], 1),
        (-3, 3, [-3, -2, -1, 0, 1, 2, 3], 0),
        (0.01, 0.03, [0.01, 0.015, 0.02, 0.025, 0.03], 3),
        (3e9, 9e9, [3e9, 4e9, 5e9, 6e9, 7e9, 8e9, 9e9], 0),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float], decimals: int) -> None:
    found, places = _ticks(low, high)
    assert found == pytest.approx(ticks) and places == decimals


@pytest.mark.parametrize("value", [0.0, 7.0, -0.3, 123_456.0])
def test_one_value_has_an_axis_too(value: float) -> None:
    ticks, _ = _ticks(value, value)
    assert len(ticks) <= 10


def test_thousands_are_parted_on_the_axis(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    draw(shown(catalog, [("2024-01", 16_110.0, None, None), ("2024-02", 51_498.0, None, None)]), catalog, "en")
    out = capsys.readouterr().out
    assert "50,000" in out and "\x1b" not in out


@pytest.mark.parametrize("title", ["Trucks", "Trucks that enter the United States at the ports of the border " * 3])
def test_a_title_is_told_however_long(catalog: Catalog, capsys: pytest.CaptureFixture[str], title: str) -> None:
    given = shown(catalog, [("2024-01", 1.0, None, None), ("2024-02", 2.0, None, None)])
    draw(replace(given, what=replace(given.what, title=Text.same(title))), catalog, "en")
    out = capsys.readouterr().out
    assert title.strip() in " ".join(out.split("┌")[0].split())
    assert len({len(line) for line in out.splitlines() if "│" in line}) == 1
    assert max(map(len, out.splitlines())) == max(len(line) for line in out.splitlines() if "│" in line)


def test_bars_carry_their_values(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    draw(shown(catalog, [("2024", 404_588.0, None, None)]), catalog, "en")
    assert "▇ 404,588" in capsys.readouterr().out
    long, short = _bars({"a": 100.0, "bb": 50.0}, 0, "en")
    assert long.count("▇") == pytest.approx(2 * short.count("▇"), abs=1) and 50 < len(long) <= 101


def test_a_plot_of_nothing_is_no_fault(catalog: Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    draw(shown(catalog, [("2024", None, None, None)]), catalog, "en")
    draw(shown(catalog, [("2024", None, None, None), ("2025", None, None, None)]), catalog, "en")
    assert "Trucks" in capsys.readouterr().out


def test_gaps_of_a_range_are_told(catalog: Catalog) -> None:
    whole = "2022-06-29/2026-06-30"
    given = replace(shown(catalog, [(whole, 30.0, 372, 1463)]), what=catalog.series["waits.mean"])
    assert [gap.en for gap in gaps(given, catalog)] == [
        "Nogales, June 29, 2022 – June 30, 2026: 372 of 1,463 days are held."
    ]
    assert gaps(shown(catalog, [(whole, 30.0, 1463, 1463)]), catalog) == []
    assert gaps(shown(catalog, [("2024", None, 2, 12)]), catalog) == []


def test_a_figure_of_a_range_stands_beside_its_own_coverage(catalog: Catalog) -> None:
    given = shown(catalog, [("2022-06-29/2026-06-30", 30.0, 372, 1463), ("2025-04/2025-12", 31.0, 271, 275)])
    waits = replace(given, what=catalog.series["waits.mean"], frame=given.frame.with_columns(n=pl.lit(1)))
    assert cells(waits, catalog) == [
        ["Nogales", "June 29, 2022 – June 30, 2026", "372 of 1,463 days", "30"],
        ["Nogales", "April 2025 – December 2025", "271 of 275 days", "31"],
    ]


def test_a_line_is_not_joined_across_a_period_without_a_value() -> None:
    periods = ["2020-08", "2020-09", "2020-10", "2020-11", "2020-12", "2021-01", "2021-02"]
    known = {"2020-08": 1.0, "2020-09": 2.0, "2021-01": 3.0, "2021-02": 4.0}
    assert _pieces(periods, known) == [([0, 1], [1.0, 2.0]), ([5, 6], [3.0, 4.0])]


@pytest.mark.parametrize(
    "label", ["2026-06-30T08:00-07:00", "2026-06-30", "2026-06", "2026-Q2", "2026", "FY2026", "2026-06-29/2026-06-30"]
)
def test_a_table_of_every_frequency(catalog: Catalog, label: str) -> None:
    for series, what in catalog.series.items():
        given = shown(catalog, [(label, 1.0, None, None)])
        frame = given.frame.with_columns(unit=pl.lit(what.unit), n=pl.lit(1))
        table = tabulate(Figures(what, frame, ()), catalog)
        assert table.rows and all(c.label for c in table.columns) and not table.kept() and series


def test_why_a_figure_is_not_shown(catalog: Catalog) -> None:
    def cell(status: str, n: int, held: tuple[int, int]) -> tuple[str, str]:
        given = shown(catalog, [("2022", None, *held)])
        frame = given.frame.with_columns(status=pl.lit(status), n=pl.lit(n), unit=pl.lit("minute"))
        answer = Figures(catalog.series["waits.median"], frame, ())
        legend = tabulate(answer, catalog).views[0].note
        return cells(answer, catalog)[0][-1], legend.en[:2] if legend else ""

    assert cell("S", 5, (367, 456)) == ("too few (5) S", "S:")
    assert cell("M", 6000, (9, 12)) == ("9 of 12 held", "")
    assert cell("M", 6000, (12, 12)) == ("– M", "M:")


def test_hours_stand_in_their_order(catalog: Catalog) -> None:
    given = shown(catalog, [("2026-06-30T08:00-07:00", 1.0, None, None), ("2026-06-30T02:00-07:00", 2.0, None, None)])
    frame = given.frame.with_columns(start=pl.lit(date(2026, 6, 30)), n=pl.lit(1))
    assert [row[1] for row in cells(Figures(given.what, frame, ()), catalog)] == ["2", "1"]
