"""Days above limits: each country's rounding, what makes a day tell, and limits that change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.air.daily import daily_maximum, daily_mean
from ambos.air.exceed import Count, counts
from ambos.air.hourly import MISSING
from ambos.air.local import LocalHours, daily_values
from ambos.catalog.air import load_air
from ambos.model.air import Country
from examples import examples

LIMITS = load_air().limits
DAY = date(2026, 3, 1)


def hours(pollutant: str, value: str | None, days: int = 1, first: date = DAY, **put: str | None) -> LocalHours:
    """The same in every hour, in µg/m³ or ppb; some hours of the first day otherwise (h7="80")."""

    def amount(one: str | None) -> int:
        return MISSING if one is None else int(Decimal(one).scaleb(6))

    amounts = np.full((days, 24), amount(value), np.int64)
    for name, one in put.items():
        amounts[0, int(name[1:])] = amount(one)
    return LocalHours("x", pollutant, first, amounts)


def one(of: LocalHours, country: Country, average: str) -> Count:
    (found,) = (c for c in counts(of, LIMITS) if (c.limit.country, c.limit.average) == (country, average))
    return found


@pytest.mark.parametrize(
    ("country", "pollutant", "average", "value", "above"),
    [
        ("us", "pm25", "24h", "35.49", False),  # cut off to 35.4, then 35
        ("us", "pm25", "24h", "35.5", True),
        ("mx", "pm25", "24h", "25.4", False),  # half up to a whole number
        ("mx", "pm25", "24h", "25.5", True),
        ("us", "pm10", "24h", "154.9", False),  # to tens
        ("us", "pm10", "24h", "155", True),
        ("mx", "pm10", "24h", "50.5", True),
        ("us", "o3", "8h", "70.9", False),  # cut off
        ("us", "o3", "8h", "71", True),
        ("mx", "o3", "8h", "51.4", False),
        ("mx", "o3", "8h", "51.5", True),
        ("mx", "o3", "1h", "90.4", False),
        ("mx", "o3", "1h", "90.5", True),
        ("us", "no2", "1h", "100.9", False),
        ("us", "so2", "1h", "76", True),
        ("us", "co", "8h", "9499", False),
        ("us", "co", "8h", "9500", True),
        ("mx", "co", "8h", "9004", False),
        ("mx", "co", "8h", "9005", True),
        ("mx", "so2", "24h", "40.5", True),
    ],
)
def test_each_rule_rounds_in_its_way(country: Country, pollutant: str, average: str, value: str, above: bool) -> None:
    found = one(hours(pollutant, value, days=3), country, average)
    assert found.above is above and len(found.exceeding) == (found.days if above else 0)
    # the last day of US ozone wants hours after midnight, which are not there: it tells only if it is above
    last = above or (country, pollutant, average) != ("us", "o3", "8h")
    assert (found.valid, found.days) == (3 if last else 2, 3)


def test_hours_that_a_day_wants() -> None:
    """18 of 24; with fewer there is no mean, and nothing is said."""
    missing = {f"h{k}": None for k in range(7)}
    found = one(hours("pm25", "30", **missing), "mx", "24h")
    assert (found.valid, found.highest, found.above, found.exceeding) == (0, None, None, ())
    missing.pop("h6")
    found = one(hours("pm25", "30", **missing), "mx", "24h")
    assert (found.valid, found.highest, found.above, found.exceeding) == (1, 30, True, (DAY,))


def test_one_hour_above_counts_on_a_day_that_is_not_complete() -> None:
    found = one(hours("o3", None, h7="95"), "mx", "1h")
    assert (found.valid, found.above, found.exceeding) == (0, True, (DAY,))


def test_limits_of_each_date() -> None:
    """PM10 of 65: above 60 until the end of 2025 and above 50 after, not above the 70 of 2023."""
    found = [
        c
        for c in counts(hours("pm10", "65", days=800, first=date(2023, 12, 30)), LIMITS)
        if c.limit.country == "mx" and c.limit.average == "24h"
    ]
    told = {(c.year, str(c.limit.value)): (c.days, len(c.exceeding)) for c in found}
    assert told == {(2023, "70"): (2, 0), (2024, "60"): (366, 366), (2025, "60"): (365, 365), (2026, "50"): (67, 67)}


def test_a_yearly_mean() -> None:
    """The limit of 31 December, for the whole year; less than three quarters of the days say nothing."""
    found = one(hours("pm25", "9.04", days=366, first=date(2024, 1, 1)), "us", "annual")
    assert (str(found.limit.value), str(found.highest), found.above) == ("9.0", "9.0", False)
    assert one(hours("pm25", "9.05", days=366, first=date(2024, 1, 1)), "us", "annual").above
    few = one(hours("pm25", "20", days=270, first=date(2025, 1, 1)), "us", "annual")
    assert (few.valid, few.above) == (270, None)


#: Some days whole, some with few hours missing, around both levels; thousandths of a unit, so that cutting off matters.
one_hour = st.integers(25_000, 100_000).map(lambda n: n * 1000)
readings = st.lists(st.one_of(one_hour, one_hour, one_hour, one_hour, st.none()), min_size=72, max_size=72) | st.lists(
    st.integers(33_000, 38_000).map(lambda n: n * 1000), min_size=72, max_size=72
)


@settings(deadline=None, max_examples=examples(80))
@given(readings)
def test_the_table_says_what_the_exact_rules_say(values: list[int | None]) -> None:
    """US PM2.5 days and ozone days, one by one with fractions, days of too few hours as design values take them."""
    amounts = np.array([MISSING if v is None else v for v in values], np.int64).reshape(3, 24)
    level = Decimal("0.070")
    parts: list[Decimal | None] = [None if v is None else Decimal(v).scaleb(-9) for v in values] + [None] * 24
    wanted = set()
    for k in range(3):
        maximum = daily_maximum(parts[24 * k + 7 : 24 * k + 31], level)
        if maximum is not None and maximum > level:
            wanted.add(DAY + timedelta(days=k))
    assert set(one(LocalHours("x", "o3", DAY, amounts), "us", "8h").exceeding) == wanted
    whole: list[Decimal | None] = [None if v is None else Decimal(v).scaleb(-6) for v in values]
    means = [daily_mean(whole[24 * k : 24 * k + 24], Decimal(35)) for k in range(3)]
    above = {DAY + timedelta(days=k) for k, m in enumerate(means) if m is not None and m >= Decimal("35.5")}
    assert set(one(LocalHours("x", "pm25", DAY, amounts), "us", "24h").exceeding) == above


def test_a_day_above_whatever_is_missing_is_one_of_the_design_values() -> None:
    """17 hours of 60 and 7 zeros: 42.5; five hours of 0.200 ppm and 3 zeros: 0.125. Mexico wants 18 hours, and 6 of 8."""
    few = hours("pm25", "60", **{f"h{k}": None for k in range(7)})
    assert daily_values(few, Decimal(35)) == {DAY: Decimal("42.5")}
    found = one(few, "us", "24h")
    assert (found.valid, found.highest, found.above, found.exceeding) == (1, 43, True, (DAY,))
    assert one(few, "mx", "24h").exceeding == ()
    some = hours("o3", None, **{f"h{k}": "200" for k in range(7, 12)})
    assert daily_values(some, Decimal("0.070")) == {DAY: Decimal("0.125")}
    found = one(some, "us", "8h")
    assert (found.valid, str(found.highest), found.above, found.exceeding) == (1, "0.125", True, (DAY,))
    assert one(some, "mx", "8h").exceeding == ()


def test_a_day_of_few_hours_that_is_not_above_tells_nothing() -> None:
    few = hours("pm25", "48", **{f"h{k}": None for k in range(7)})  # 34 with zeros
    assert daily_values(few, Decimal(35)) == {} and one(few, "us", "24h").highest is None
    windows = hours("o3", None, **{f"h{k}": "50" for k in range(7, 16)})
    found = one(windows, "us", "8h")
    assert (found.valid, found.highest, found.above) == (0, None, None)


def test_daily_values_of_a_day() -> None:
    found = daily_values(hours("o3", "70.9", days=2), Decimal("0.070"))
    assert found == {DAY: Decimal("0.070")}  # the last day lacks its windows after midnight: 10 of 17
    assert daily_values(hours("pm25", "10.19"), Decimal(35)) == {DAY: Decimal("10.1")}
