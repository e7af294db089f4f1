"""The air rules to the digit. Beside each figure is where it can be looked up: "the reference" is
../shared/reference/river-air.md, section and row of its validation list (3.2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from ambos.air.design import expected, ozone, pm10, pm10_exceeds
from ambos.air.index import index, judge, limits_on, table_on
from ambos.air.means import weighted_mean
from ambos.air.rounding import half_up, percentile98
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
def test_the_us_index_is_the_published_one(rules: AirRules, pollutant: str, value: str, wanted: int) -> None:
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


def test_the_nowcast_is_the_published_one(rules: AirRules) -> None:
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
def test_each_limit_is_the_published_one_on_its_day(
    rules: AirRules, day: date, country: Country, pollutant: str, average: str, value: str
) -> None:
    (found,) = (x for x in limits_on(rules, pollutant, day) if (x.country, x.average) == (country, average))
    assert str(found.value) == value


# -- row 19: design values; the reference, 2.5 ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "rank"), [(1, 1), (50, 1), (51, 2), (100, 2), (300, 6), (301, 7), (350, 7), (351, 8), (366, 8)]
)
def test_rank_of_the_98th_percentile(count: int, rank: int) -> None:
    values = [Decimal(v) for v in range(count)]
    assert percentile98(values) == count - rank


def test_rounding_of_design_values() -> None:
    """Annual PM2.5: 0.1, half up: 9.05 is 9.1, above 9.0; 9.04 is not."""
    assert str(half_up(Fraction("9.05"), 1)) == "9.1"
    assert str(half_up(Fraction("9.0499"), 1)) == "9.0"
    assert str(half_up(Fraction("35.5"), 0)) == "36" and str(half_up(Fraction("35.4999"), 0)) == "35"


def test_pm10_worked_example() -> None:
    """Appendix K, example 1: 2.36 + 2.30 = 4.66, 4.7; (4.7 + 0 + 0) / 3 = 1.6, which fails."""
    assert (str(expected(1, 39, 92)), str(expected(2, 80, 92))) == ("2.36", "2.30")
    high, low = Decimal(160), Decimal(50)
    days = {}
    for year in (2021, 2022, 2023):
        for k in range(365):
            days[date(year, 1, 1) + timedelta(days=k)] = low
    for month, sampled, exceeding in ((7, 39, 1), (10, 80, 2)):  # quarters of 92 days
        for k in range(92):
            day = date(2021, month, 1) + timedelta(days=k)
            del days[day]
            if k < sampled:
                days[day] = high if k < exceeding else low
    found = pm10(days, 2023, Decimal(150))
    assert [str(p) for p in found.parts] == ["4.7", "0.0", "0.0"] and str(found.value) == "1.6"
    assert found.above and not found.valid


@pytest.mark.parametrize(("value", "exceeds"), [("154.9", False), ("155", True), ("150", False)])
def test_pm10_is_brought_to_tens(value: str, exceeds: bool) -> None:
    assert pm10_exceeds(Decimal(value), Decimal(150)) is exceeds


def ozone_days(fourth: dict[int, str], rest: str = "0.040") -> dict[date, Decimal]:
    days = {}
    for year, value in fourth.items():
        for k in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
            days[date(year, 1, 1) + timedelta(days=k)] = Decimal("0.095" if k < 3 else value if k == 3 else rest)
    return days


def test_critical_value_of_ozone() -> None:
    """Ozone Watch: after 68 and 70 ppb, a fourth highest of 75 violates and 74 does not."""
    level = Decimal("0.070")
    now = ozone(ozone_days({2023: "0.0609", 2024: "0.068", 2025: "0.0709"}), 2025, level)
    assert str(now.critical) == "0.075" and [str(p) for p in now.parts] == ["0.060", "0.068", "0.070"]
    assert str(now.value) == "0.066" and now.valid and not now.above
    for next_year, above in (("0.074", False), ("0.075", True)):
        days = ozone_days({2024: "0.068", 2025: "0.0709", 2026: next_year})
        assert ozone(days, 2026, level).above is above


# -- the tables line by line: the reference, 2.3 and 2.4 --------------------------------------------------------------
@pytest.mark.parametrize(
    ("pollutant", "hours", "unit", "cuts"),
    [
        ("pm25", 12, "ug/m3", "9.0 35.4 55.4 125.4 225.4 325.4"),
        ("pm10", 12, "ug/m3", "54 154 254 354 424 604"),
        ("o3", 8, "ppm", "0.054 0.070 0.085 0.105 0.200"),
        ("o3", 1, "ppm", "0.124 0.164 0.204 0.404 0.604"),
        ("co", 8, "ppm", "4.4 9.4 12.4 15.4 30.4 50.4"),
        ("so2", 1, "ppb", "35 75 185 304"),
        ("so2", 24, "ppb", "304 604 1004"),
        ("no2", 1, "ppb", "53 100 360 649 1249 2049"),
    ],
)
def test_the_us_table_line_by_line(rules: AirRules, pollutant: str, hours: int, unit: str, cuts: str) -> None:
    """Every stretch ends where the reference says, at 50, 100, 150, 200, 300 or 500, and the next begins one unit after."""
    (scale,) = (s for s in table_on(rules, "us", NOW).of(pollutant) if s.hours == hours)
    assert scale.unit == unit and scale.weighted == (pollutant in ("pm25", "pm10"))
    last = Fraction(1, 10**scale.decimals)
    ends = [50, 100, 150, 200, 300, 500]
    begins = {("o3", 1): 100, ("so2", 24): 200}.get((pollutant, hours), 0)
    for cut, wanted in zip(cuts.split(), ends[ends.index(begins) if begins else 0 :], strict=False):
        below, above = judge(Fraction(cut), scale), judge(Fraction(cut) + last, scale)
        assert (below and below.index) == (None if wanted == begins else wanted), cut
        if above is not None:
            assert above.beyond or above.index == (wanted if above.at_least else wanted + 1), cut


@pytest.mark.parametrize(
    ("pollutant", "factor", "cuts"), [("pm25", "0.694", "25 45 79 147"), ("pm10", "0.714", "50 75 155 235")]
)
def test_the_norm_of_2019(rules: AirRules, pollutant: str, factor: str, cuts: str) -> None:
    (scale,) = table_on(rules, "mx", date(2021, 6, 1)).of(pollutant)
    assert str(scale.factor) == factor and scale.hours == 12 and scale.weighted
    assert [str(s.high) for s in scale.steps if s.high is not None] == cuts.split()


def test_means_want_enough_hours() -> None:
    """2 of the latest 3 hours; the weight is never below one half; gaps keep their place (the reference, 2.3 and 2.4)."""
    ten = [Decimal(10)] * 9
    assert weighted_mean([*ten, None, None, Decimal(10)]) is None
    assert weighted_mean([*ten, None, Decimal(10), Decimal(10)]) == 10
    assert weighted_mean([*[None] * 10, Decimal(90), Decimal(10)]) == Fraction(10 + 45, 1) / Fraction(3, 2)


def test_all_limits_of_the_reference(rules: AirRules) -> None:
    """The table of section 2.2, as it holds on the day."""
    us = {
        "pm25": "annual 9.0, 24h 35",
        "pm10": "24h 150",
        "o3": "8h 0.070",
        "no2": "1h 100, annual 53",
        "so2": "1h 75",
        "co": "1h 35, 8h 9",
    }
    mx = {
        "pm25": "24h 25, annual 10",
        "pm10": "24h 50, annual 20",
        "o3": "1h 0.090, 8h 0.051",
        "no2": "1h 0.106, annual 0.021",
        "so2": "1h 0.075, 24h 0.040",
        "co": "1h 26, 8h 9",
    }
    for country, wanted in (("us", us), ("mx", mx)):
        for pollutant, said in wanted.items():
            found = [x for x in limits_on(rules, pollutant, NOW) if x.country == country]
            assert {f"{x.average} {x.value}" for x in found} == set(said.split(", ")), (country, pollutant)
    units = {x.unit for x in rules.limits if x.country == "mx" and x.pollutant in ("o3", "co", "so2", "no2")}
    assert units == {"ppm"}
