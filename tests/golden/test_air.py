"""The air rules to the digit. Beside each figure is where it can be looked up: "the reference" is
../shared/reference/river-air.md, section and row of its validation list (3.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from ambos.air.index import index, judge, limits_on, table_on
from ambos.air.means import weighted_mean
from ambos.catalog.air import load_air
from ambos.model.air import AirRules, Country, IndexTable

NOW = date(2026, 11, 1)


@pytest.fixture(scope="module")
def rules() -> AirRules:
    return load_air()


def steady(table: IndexTable, pollutant: str, value: str, hours: int = 24) -> tuple[str | None, int | None, str | None]:
    """What the table says of air that has been so for some hours: value, index, band."""
    unit = table.of(pollutant)[0].unit
    found = index(table, pollutant, [Decimal(value)] * hours, unit)
    return (str(found.value), found.index, table.bands[found.step.band].name.en) if found else (None, None, None)


# -- row 17: the US AQI; the reference, 2.3 ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pollutant", "value", "wanted"),
    [
        ("pm25", "9.0", 50),
        ("pm25", "9.05", 50),
        ("pm25", "9.1", 51),
        ("pm25", "12.0", 56),
        ("pm25", "28.4", 87),
        ("pm25", "35.4", 100),
        ("pm25", "35.9", 102),
        ("pm25", "55.4", 150),
        ("pm25", "55.5", 151),
        ("pm25", "100", 182),
        ("pm25", "125.4", 200),
        ("pm25", "150.4", 226),
        ("pm25", "225.4", 300),
        ("pm25", "225.5", 301),
        ("pm25", "325.4", 500),
        ("pm25", "400", 649),
        ("o3", ".07853333", 126),
        ("o3", ".070", 100),
        ("o3", ".087", 154),
        ("pm10", "155", 101),
        ("pm10", "200", 123),
        # the inverse direction, as pyairnow gives it
        ("pm25", "4.5", 25),
        ("pm25", "27.9", 86),
        ("pm25", "53.0", 144),
    ],
)
def test_us_vectors(rules: AirRules, pollutant: str, value: str, wanted: int) -> None:
    assert steady(table_on(rules, "us", NOW), pollutant, value)[1] == wanted


def test_truncated_not_rounded(rules: AirRules) -> None:
    """The reference, 2.3: O3 .07853333 is .078."""
    assert steady(table_on(rules, "us", NOW), "o3", ".07853333")[0] == "0.078"


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [("12.0", 50, 56), ("35.4", 100, 100), ("55.4", 150, 150), ("150.4", 200, 226), ("250.4", 300, None)],
)
def test_the_table_of_2024_and_the_one_before(rules: AirRules, value: str, before: int, after: int | None) -> None:
    """The reference, 2.3: in force 6 May 2024; the old cuts are 12.0/35.4/55.4/150.4/250.4/350.4/500.4."""
    assert steady(table_on(rules, "us", date(2024, 5, 5)), "pm25", value)[1] == before
    if after is not None:
        assert steady(table_on(rules, "us", date(2024, 5, 6)), "pm25", value)[1] == after


PUBLISHED = ["34.9", "43", "50", "64.9", "69.2", "66.2", "53.7", "48.6", "49.2", "35", None, "21"]
FLAT = ["40", "42", "41", "39", "40", "43", "44", "41", "40", "42", "43", "45"]


def readings(values: list[str | None]) -> list[Decimal | None]:
    return [None if v is None else Decimal(v) for v in values]


def test_nowcast(rules: AirRules) -> None:
    """The reference, 2.3: the published vector, 28.409801, cut to 28.4, AQI 87; and the flat one, 42.16619."""
    exact = weighted_mean(readings(PUBLISHED))
    assert exact is not None and round(exact, 6) == Fraction("28.409801")
    found = index(table_on(rules, "us", NOW), "pm25", readings(PUBLISHED), "ug/m3")
    assert found is not None and (str(found.value), found.index) == ("28.4", 87)
    flat = weighted_mean(readings(FLAT))  # type: ignore[arg-type]
    assert flat is not None and round(flat, 5) == Fraction("42.16619")


# -- row 18: NOM-172; the reference, 2.4 ------------------------------------------------------------------------------
def test_same_air_two_messages(rules: AirRules) -> None:
    """PM2.5 of a steady 30: AQI 90 Moderate, and 30 x .694 = 21 Aceptable; O3 .095 in one hour: no AQI yet, Mala."""
    us, mx = table_on(rules, "us", NOW), table_on(rules, "mx", NOW)
    assert steady(us, "pm25", "30") == ("30.0", 90, "Moderate")
    assert steady(mx, "pm25", "30") == ("21", None, "Acceptable")
    assert steady(us, "o3", ".095", hours=1)[1] is None
    assert steady(mx, "o3", ".095", hours=1) == ("0.095", None, "Bad")


@pytest.mark.parametrize(
    ("day", "pollutant", "upper"),
    [
        (date(2025, 12, 31), "pm25", 33),
        (date(2026, 1, 1), "pm25", 25),
        (date(2024, 7, 23), "pm25", 33),
        (date(2025, 12, 31), "pm10", 60),
        (date(2026, 1, 1), "pm10", 50),
        (date(2024, 7, 22), "pm25", 45),
    ],
)
def test_the_cut_of_the_day(rules: AirRules, day: date, pollutant: str, upper: int) -> None:
    """Aceptable ends at 33 from 2024 and at 25 from 2026 (PM10: 60, 50); at 45 by the norm of 2019."""
    (scale,) = table_on(rules, "mx", day).of(pollutant)
    names = [judge(Fraction(v) / Fraction(scale.factor), scale) for v in (upper, upper + 1)]
    assert [j and j.step.band for j in names] == [1, 2]


@pytest.mark.parametrize(
    ("pollutant", "cuts"),
    [
        ("pm25", ["15", "25", "79", "130"]),
        ("pm10", ["45", "50", "132", "213"]),
        ("o3", ["0.058", "0.090", "0.135", "0.175"]),
        ("no2", ["0.053", "0.106", "0.160", "0.213"]),
        ("so2", ["0.035", "0.075", "0.185", "0.304"]),
        ("co", ["5.00", "9.00", "12.00", "16.00"]),
    ],
)
def test_every_mexican_cut_is_within_its_band(rules: AirRules, pollutant: str, cuts: list[str]) -> None:
    (scale,) = table_on(rules, "mx", NOW).of(pollutant)
    for band, cut in enumerate(cuts):
        unit = Fraction(1, 10**scale.decimals)
        for value, wanted in ((Fraction(cut), band), (Fraction(cut) + unit, band + 1)):
            found = judge(value / Fraction(scale.factor), scale)
            assert found is not None and found.step.band == wanted, (cut, value)


# -- standards: the reference, 2.2 ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "country", "pollutant", "average", "value"),
    [
        (NOW, "us", "pm25", "annual", "9.0"),
        (date(2024, 1, 1), "us", "pm25", "annual", "12.0"),
        (NOW, "us", "pm25", "24h", "35"),
        (NOW, "us", "pm10", "24h", "150"),
        (NOW, "us", "o3", "8h", "0.070"),
        (date(2022, 6, 1), "mx", "pm25", "24h", "41"),
        (date(2024, 6, 1), "mx", "pm25", "24h", "33"),
        (NOW, "mx", "pm25", "24h", "25"),
        (NOW, "mx", "pm25", "annual", "10"),
        (date(2022, 6, 1), "mx", "pm10", "annual", "36"),
        (NOW, "mx", "pm10", "annual", "20"),
        (NOW, "mx", "o3", "1h", "0.090"),
        (date(2025, 6, 1), "mx", "o3", "8h", "0.060"),
        (NOW, "mx", "o3", "8h", "0.051"),
    ],
)
def test_limits(rules: AirRules, day: date, country: Country, pollutant: str, average: str, value: str) -> None:
    (found,) = (x for x in limits_on(rules, pollutant, day) if (x.country, x.average) == (country, average))
    assert str(found.value) == value
