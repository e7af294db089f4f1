"""Indicators of Mexican states that a third party compiled: one survey stays one survey, an estimate is one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.sources.mcv import indicators
from ambos.sources.shared.base import File, Rows

#: Four states' worth of real rows: the nation, Baja California, Chihuahua and Sonora, 2021 to 2024.
SPECIMEN = Path(__file__).resolve().parents[1] / "specimens" / "mcv" / "ips_long_2015_2024.csv"


def read(content: bytes, catalog: Catalog) -> tuple[Rows, File]:
    file = File(SPECIMEN.name, content)
    assert indicators.recognise(file.name, file.head()) == "long"
    (rows,) = indicators.read(file, "long", catalog)
    return rows, file


def at(rows: Rows, indicator: str, state: str = "MX-SON") -> dict[int, tuple[object, ...]]:
    frame = rows.frame.filter(indicator=indicator, mex_state=state).sort("period")
    return {p.year: (v, s, r) for p, v, s, r in frame.select("period", "value", "status", "repeats").iter_rows()}


def test_a_year_without_a_survey_is_missing_and_names_the_year_it_repeats(catalog: Catalog) -> None:
    rows, file = read(SPECIMEN.read_bytes(), catalog)
    assert rows.rejected.is_empty()
    assert at(rows, "food_access") == {
        2021: (Decimal("22.3"), "A", None),  # 2020's in the whole file
        2022: (Decimal("19.6"), "A", None),
        2023: (None, "M", 2022),
        2024: (Decimal("14.2306"), "A", None),
    }
    assert at(rows, "food_access", "_T")[2023] == (None, "M", 2022)
    assert [note.en for note in file.notes] == [
        "figures of years without a survey, which repeat those of the year before: 4"
    ]


def test_registers_stand_for_every_year_and_life_expectancy_is_an_estimate(catalog: Catalog) -> None:
    rows, _ = read(SPECIMEN.read_bytes(), catalog)
    assert at(rows, "homicide_rate")[2024] == (Decimal("50.7760"), "A", None)
    assert at(rows, "infant_mortality")[2024] == (Decimal("7.9960"), "A", None)
    assert at(rows, "life_expectancy")[2024] == (Decimal("76.8"), "E", None)
    assert at(rows, "tertiary_coverage")[2024] == (Decimal("0.3761"), "A", None)
    assert set(rows.frame["mex_state"]) == {"_T", "MX-BCN", "MX-CHH", "MX-SON"}


def test_a_figure_equal_in_one_state_alone_is_no_repeated_survey(catalog: Catalog) -> None:
    content = SPECIMEN.read_bytes()
    two = b"26,2024,SON,0101,14.230601"
    assert two in content
    rows, _ = read(content.replace(b"26,2023,SON,0101,19.6", b"26,2023,SON,0101,19.5"), catalog)
    assert at(rows, "food_access")[2023] == (Decimal("19.5"), "A", None)
    assert at(rows, "food_access", "MX-BCN")[2023][1:] == ("A", None)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"26,2024,SON,0101,14.230601", b"26,2024,SON,9999,14.230601", "unknown_code"),
        (b"26,2024,SON,0101,14.230601", b"33,2024,SON,0101,14.230601", "unknown_code"),
        (b"26,2024,SON,0101,14.230601", b"26,2024,SON,0101,mucho", "bad_value"),
        (b"26,2024,SON,0101,14.230601", b"26,24,SON,0101,14.230601", "bad_value"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(catalog: Catalog, before: bytes, after: bytes, reason: str) -> None:
    rows, _ = read(SPECIMEN.read_bytes().replace(before, after), catalog)
    assert rows.rejected["reason"].to_list() == [reason]


def test_every_indicator_has_a_unit_and_says_what_it_rests_on(catalog: Catalog) -> None:
    codes = catalog.codelists["mx_indicators"].codes.values()
    assert len(codes) == 55
    assert {code.attributes["unit"] for code in codes} <= set(catalog.units)
    assert {code.attributes["kind"] for code in codes} == {"survey", "register", "estimate", "unofficial"}
    assert all(code.attributes["group"] for code in codes)
