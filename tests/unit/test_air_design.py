"""Design values: completeness, substitutions and what is missing (40 CFR 50, appendices K, N and U)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ambos.air.complete import Cell, quarter_days
from ambos.air.daily import daily_maximum, daily_mean
from ambos.air.design import ozone, pm10, pm25_annual, pm25_daily

LEVEL, DAILY = Decimal("9.0"), Decimal(35)
YEARS = (2023, 2024, 2025)


def days(
    value: str, counts: Mapping[Cell, int] | None = None, values: Mapping[Cell, str] | None = None
) -> dict[date, Decimal]:
    """The same value every day of three years; of some quarters only so many days, or another value."""
    found = {}
    for year in YEARS:
        for quarter in range(1, 5):
            cell = (year, quarter)
            for k in range((counts or {}).get(cell, quarter_days(*cell))):
                found[date(year, 3 * quarter - 2, 1) + timedelta(days=k)] = Decimal((values or {}).get(cell, value))
    return found


def test_days_of_quarters() -> None:
    assert [quarter_days(2024, q) for q in range(1, 5)] == [91, 91, 92, 92]
    assert quarter_days(2025, 1) == 90


@pytest.mark.parametrize(("value", "wanted", "above"), [("9.0", "9.0", False), ("9.1", "9.1", True)])
def test_a_complete_annual_value(value: str, wanted: str, above: bool) -> None:
    found = pm25_annual(days(value), 2025, LEVEL)
    assert (str(found.value), found.above, found.valid) == (wanted, above, True)
    assert found.reason.en == "all quarters are complete"


def test_quarters_weigh_the_same() -> None:
    """Not days: a quarter with few days counts as one of four. (0 + 12 + 12 + 12) / 4 = 9 in each year."""
    few = {(y, 1): 70 for y in YEARS}
    found = pm25_annual(days("12", few, {(y, 1): "0" for y in YEARS}), 2025, LEVEL)
    assert str(found.value) == "9.0" and found.parts == (Decimal(9),) * 3


def test_the_next_year_that_violates() -> None:
    """3 x 9.05 less the last two means."""
    data = days("9.0", values={(2024, q): "8.5" for q in range(1, 5)} | {(2025, q): "9.2" for q in range(1, 5)})
    assert pm25_annual(data, 2025, LEVEL).critical == Decimal("9.45")
    assert pm25_daily(days("35"), 2025, DAILY).critical == Decimal("36.5")


def test_eleven_values_are_enough_above_the_level() -> None:
    found = pm25_annual(days("10", {(2024, 2): 11}), 2025, LEVEL)
    assert found.valid and "eleven" in found.reason.en


def test_the_least_values_stand_in_above_the_level() -> None:
    """Ten values, and 191 in the same quarter of the other years: with one least value more it is still above."""
    found = pm25_annual(days("10", {(2024, 2): 10}), 2025, LEVEL)
    assert found.valid and "least values" in found.reason.en
    lonely = pm25_annual(days("10", {(y, 2): 10 for y in YEARS}), 2025, LEVEL)
    assert lonely.above and not lonely.valid  # 30 alike are not more than 30


def test_the_highest_values_stand_in_below_the_level() -> None:
    found = pm25_annual(days("8", {(2024, 2): 50}), 2025, LEVEL)
    assert found.valid and "highest values" in found.reason.en
    assert not pm25_annual(days("8", {(2024, 2): 40}), 2025, LEVEL).valid  # less than half
    data = days("8.9", {(2024, 2): 50})
    data[date(2023, 4, 1)] = Decimal(90)  # stands in for 41 days: (8.9 x 50 + 90 x 41) / 91 in one of twelve quarters
    assert not pm25_annual(data, 2025, LEVEL).above and not pm25_annual(data, 2025, LEVEL).valid


def test_a_schedule_of_every_third_day() -> None:
    counts = {(y, q): 30 for y in YEARS for q in range(1, 5)}
    assert not pm25_annual(days("8", counts), 2025, LEVEL).valid
    assert pm25_annual(days("8", counts), 2025, LEVEL, counts).valid
    with pytest.raises(ValueError, match="no scheduled days"):
        pm25_annual(days("8"), 2025, LEVEL, {(2024, 1): 0})


def test_a_quarter_without_values() -> None:
    data = days("8", {(2024, 2): 0})
    for found in (pm25_annual(data, 2025, LEVEL), pm10(data, 2025, Decimal(150))):
        assert (found.value, found.above, found.valid) == (None, None, False)
    assert pm25_daily(data, 2025, DAILY).value == 8 and not pm25_daily(data, 2025, DAILY).valid


def test_the_daily_value() -> None:
    """Of 365 values the 8th highest; 20.5 is 21."""
    data = days("10")
    for year in YEARS:
        for k in range(8):
            data[date(year, 1, 1) + timedelta(days=k)] = Decimal(["40", "30", "20.5"][min(k // 3, 2)])
    found = pm25_daily(data, 2025, DAILY)
    assert found.parts == (Decimal("20.5"),) * 3 and found.value == 21 and found.valid


def test_an_incomplete_year_that_is_above_counts() -> None:
    data = days("40", {(2024, 2): 20})
    assert pm25_daily(data, 2025, DAILY).reason.en == "above the level, whatever is missing"
    one = days("20", {(2024, 2): 20}, {(2024, q): "40" for q in range(1, 5)})
    assert pm25_daily(one, 2025, DAILY).reason.en == "every incomplete year is itself above the level"
    low = days("20", {(2024, 2): 50})
    assert "highest values" in pm25_daily(low, 2025, DAILY).reason.en


def test_ozone_wants_enough_days() -> None:
    level = Decimal("0.070")
    assert ozone(days("0.060"), 2025, level).valid
    few = ozone(days("0.060", {(2024, 2): 0, (2024, 3): 80}), 2025, level)
    assert not few.valid and few.value == Decimal("0.060")  # 264 of 366 days
    assert ozone({}, 2025, level).value is None


# -- daily values ---------------------------------------------------------------------------------------------------
def test_a_day_of_pm25() -> None:
    hours: list[Decimal | None] = [Decimal("10.19")] * 18 + [None] * 6
    assert daily_mean(hours, DAILY) == Decimal("10.1")
    assert daily_mean([None, *hours[1:]], DAILY) is None
    assert daily_mean([Decimal(100)] * 9 + [None] * 15, DAILY) == Decimal("37.5")
    assert daily_mean([Decimal(93)] * 9 + [None] * 15, DAILY) is None  # 34.8
    with pytest.raises(ValueError, match="24 hours"):
        daily_mean(hours[:23], DAILY)


def test_a_day_of_ozone() -> None:
    level = Decimal("0.070")
    hours: list[Decimal | None] = [Decimal("0.0509")] * 8 + [Decimal("0.0406")] * 16
    assert daily_maximum(hours, level) == Decimal("0.050")
    assert daily_maximum([*hours[:12], *[None] * 12], level) is None  # windows 0 to 6 have six hours: 7 of 17
    high: list[Decimal | None] = [Decimal("0.100")] * 12
    assert daily_maximum([*high, *[None] * 12], level) == Decimal("0.100")
    assert daily_maximum([None] * 24, level) is None
    with pytest.raises(ValueError, match="24 hours"):
        daily_maximum(hours[:23], level)


# -- as EPA's own calculator does it --------------------------------------------------------------------------------
def test_shares_are_whole_per_cent() -> None:
    """68 of 91 days are 74.7, 75 per cent: complete; 67 are 73.6, 74: not. Ozone: 272 of 365 are 74.5, 75."""
    assert pm25_annual(days("8", {(2024, 2): 68}), 2025, LEVEL).reason.en == "all quarters are complete"
    short = pm25_annual(days("8", {(2024, 2): 67}), 2025, LEVEL)
    assert [s.percent for s in short.shares if s.percent < 100] == [74] and "highest values" in short.reason.en
    level = Decimal("0.070")
    some = {d: v for d, v in days("0.060").items() if d.year != 2025 or d.timetuple().tm_yday <= 272}
    assert [s.percent for s in ozone(some, 2025, level).shares] == [100, 100, 75]
    assert ozone(some, 2025, level).valid  # 275 / 3 = 91.7
    some.pop(date(2025, 1, 1))
    assert not ozone(some, 2025, level).valid


def test_only_incomplete_quarters_are_filled() -> None:
    """By hand: a quarter of 50 days of 8.8 is filled with 41 of 20, which is 13.85; complete ones (80 of 91) are left alone."""
    data = days("8.8", {(2024, 2): 50, (2025, 2): 80})
    data[date(2023, 4, 1)] = Decimal(20)
    found = pm25_annual(data, 2025, Decimal("9.2"))
    quarter = (Decimal("8.8") * 50 + 20 * 41) / 91
    first = (Decimal("8.8") * 90 + 20) / 91
    exact = (Decimal("8.8") * 10 + quarter + first) / 12
    assert found.tested == round(exact, 1) == Decimal("9.2") and found.valid
    lower = pm25_annual(data, 2025, Decimal("9.1"))
    assert (lower.tested, lower.valid) == (Decimal("9.2"), False) and "but it would be" in lower.reason.en


def test_least_values_may_undo_an_exceedance() -> None:
    """Nine days of 12 and two least ones of 0 in a quarter: 9.0 x 11 + ... is no longer above."""
    data = days("9.0", {(2024, 2): 9}, {(2024, 2): "12"})
    data[date(2023, 4, 1)] = Decimal(0)
    found = pm25_annual(data, 2025, LEVEL)
    assert found.value == Decimal("9.2") and found.above
    # (9 x 12 + 2 x 0) / 11 = 9.818; (10 x 9.0 + 9.818 + 8.9011) / 12 = 9.06, which is 9.1
    assert (found.tested, found.valid) == (Decimal("9.1"), True)
    data[date(2024, 4, 1)] = Decimal("10.8")  # (10.8 + 8 x 12 + 0) / 11 = 9.709: 9.05 is 9.1 still
    data[date(2023, 4, 2)] = Decimal(0)
    gone = pm25_annual(data, 2025, LEVEL)
    assert (gone.tested, gone.valid) == (Decimal("9.0"), False) and "no longer" in gone.reason.en


def test_what_is_above_counts_for_ozone_whatever_is_missing() -> None:
    few = ozone(days("0.080", {(2024, 2): 0, (2024, 3): 0}), 2025, Decimal("0.070"))
    assert few.above and few.valid and few.margin == Decimal("-0.010")


@pytest.mark.parametrize(("parts", "critical"), [(("0", "0"), "3.2"), (("1", "0"), "2.2"), (("2", "2"), "-0.8")])
def test_the_next_year_of_pm10(parts: tuple[str, str], critical: str) -> None:
    """Three years of 3.2 expected exceedances make 1.07, 1.1; of 3.1 they make 1.03, 1.0."""
    data = days("20")
    for year, count in zip(YEARS[1:], parts, strict=True):
        for k in range(int(count)):
            data[date(year, 1, 1 + k)] = Decimal(160)
    found = pm10(data, 2025, Decimal(150))
    assert str(found.critical) == critical and found.level == 1
