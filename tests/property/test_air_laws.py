"""Laws that the indices keep whatever the air: they rise with it, have no holes, and a table is judged like its hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.air import hourly as hourly_module
from ambos.air.hourly import DECIMALS, hourly
from ambos.air.index import bring, convert, index, judge, table_on
from ambos.air.means import weighted_mean
from ambos.catalog.air import load_air
from ambos.errors import NoRule
from ambos.model.air import AirUnit, IndexTable, Scale
from examples import examples

RULES = load_air()
SCALES = [
    pytest.param(scale, id=f"{table.id}-{scale.pollutant}-{scale.hours}h")
    for tables in RULES.tables.values()
    for table in tables
    for scale in table.scales
]
calm = settings(deadline=None, max_examples=examples(150))
START = datetime(2025, 12, 31, 7, tzinfo=UTC)  # Mexico's cuts change on the day after


@pytest.mark.parametrize("scale", SCALES)
def test_no_hole_between_breakpoints(scale: Scale) -> None:
    """Every concentration to three more decimals than the rule keeps, around every breakpoint, has a band."""
    fine = Fraction(1, 10 ** (scale.decimals + 3))
    first, last = scale.steps[0].low, scale.steps[-1].high
    for step in scale.steps:
        for edge in {step.low, step.high or step.low}:
            for k in range(-1100, 1101, 50):
                value = (Fraction(edge) + k * fine) / Fraction(scale.factor)
                brought = bring(value, scale)
                found = judge(value, scale)
                assert (found is None) == (brought < first), (edge, k)
                above = last is not None and brought > last
                assert found is None or (found.beyond, found.at_least) == (
                    above and scale.open_end,
                    above and not scale.open_end,
                )


@pytest.mark.parametrize("scale", SCALES)
def test_the_steps_of_an_index_meet_without_gaps(scale: Scale) -> None:
    unit = Decimal(1).scaleb(-scale.decimals)
    for before, after in pairwise(scale.steps):
        assert before.high is not None and after.low == before.high + unit
        assert after.band >= before.band
        if before.index_high is not None:
            assert after.index_low == before.index_high + 1


@pytest.mark.parametrize("scale", SCALES)
@settings(deadline=None, max_examples=examples(60))
@given(data=st.data())
def test_monotone_in_concentration(scale: Scale, data: st.DataObject) -> None:
    top = Fraction(scale.steps[-1].high or scale.steps[-1].low) * 3 / 2 / Fraction(scale.factor)
    some = st.integers(0, 10**6).map(lambda n: top * n / 10**6)
    low, high = sorted((data.draw(some), data.draw(some)))
    less, more = judge(low, scale), judge(high, scale)
    if less is not None and more is not None:
        assert (less.step.band, less.index or 0) <= (more.step.band, more.index or 0)
    if less is None and more is not None:
        assert more.value >= scale.steps[0].low > bring(low, scale)


POLLUTANTS = ["pm25", "pm10", "o3", "co", "so2", "no2"]
TABLES = [pytest.param(t, id=t.id) for tables in RULES.tables.values() for t in tables]


def rank(table: IndexTable, pollutant: str, values: Sequence[Decimal | None]) -> tuple[int, int]:
    """Band and index; below any band where there is none."""
    found = index(table, pollutant, values, "ug/m3" if pollutant.startswith("pm") else "ppb")
    return (found.step.band, found.index or 0) if found else (-1, 0)


@pytest.mark.parametrize("pollutant", POLLUTANTS)
@pytest.mark.parametrize("table", TABLES)
@settings(deadline=None, max_examples=examples(60))
@given(data=st.data(), hours=st.integers(1, 24))
def test_worse_air_has_no_lower_index_and_not_none(
    table: IndexTable, pollutant: str, data: st.DataObject, hours: int
) -> None:
    """Across all the means of a pollutant, and across the end of each scale: steady air of two concentrations."""
    edges = [
        s.high * (1000 if scale.unit == "ppm" else 1) / scale.factor
        for scale in table.of(pollutant)
        for s in scale.steps
        if s.high is not None
    ]
    near = st.sampled_from(edges or [Decimal(1)]).flatmap(
        lambda e: st.integers(-30, 30).map(lambda k: max(Decimal(0), e + k * e / 1000))
    )
    some = st.one_of(near, st.integers(0, 6 * 10**7).map(lambda n: Decimal(n) / 1000))
    low, high = sorted((data.draw(some), data.draw(some)))
    assert rank(table, pollutant, [low] * hours) <= rank(table, pollutant, [high] * hours)


@pytest.mark.parametrize("pollutant", ["o3", "co", "so2", "no2"])
@pytest.mark.parametrize("table", TABLES)
@settings(deadline=None, max_examples=examples(60))
@given(data=st.data())
def test_more_of_a_gas_in_any_hour_has_no_lower_index(table: IndexTable, pollutant: str, data: st.DataObject) -> None:
    """Gases are of plain means; the weights of particles depend on the concentrations themselves."""
    some = st.integers(0, 3000).map(Decimal)
    window = data.draw(st.lists(st.one_of(st.none(), some), min_size=1, max_size=24))
    more = [None if v is None else v + data.draw(st.sampled_from([0, 0, 1, 50, 420])) for v in window]
    assert rank(table, pollutant, window) <= rank(table, pollutant, more)


#: Figures that make ties and constant windows likely, among any others of a station.
figures = st.one_of(
    st.none(),
    st.sampled_from(["0", "3", "4", "9", "30", "60", "28.4"]),
    st.integers(0, 6000).map(lambda n: str(Decimal(n) / 10)),
    st.integers(0, 10**9).map(lambda n: str(Decimal(n) / 10**6)),
)
runs = st.lists(figures, min_size=1, max_size=60)


def table_of(values: Sequence[str | None], pollutant: str) -> pl.DataFrame:
    """Hourly readings in ug/m3 or ppb from `START` on."""
    at = [START + timedelta(hours=k) for k in range(len(values))]
    return pl.DataFrame(
        {
            "station": ["x"] * len(values),
            "pollutant": [pollutant] * len(values),
            "at": at,
            "day": [(t - timedelta(hours=7)).date() for t in at],
            "amount": [None if v is None else int(Decimal(v).scaleb(DECIMALS)) for v in values],
        },
        schema_overrides={"amount": pl.Int64, "at": pl.Datetime("us", "UTC")},
    )


def one_by_one(values: Sequence[str | None], pollutant: str) -> list[dict[str, object]]:
    """The same with exact fractions, hour after hour."""
    unit: AirUnit = "ug/m3" if pollutant.startswith("pm") else "ppb"
    rows = []
    for k in range(len(values)):
        day = (START + timedelta(hours=k - 7)).date()
        window = [None if v is None else Decimal(v) for v in values[max(0, k - 23) : k + 1]]
        row: dict[str, object] = {}
        for country, tables in RULES.tables.items():
            (table,) = (t for t in tables if t.since <= day and (t.until is None or day <= t.until))
            found = index(table, pollutant, window, unit)
            row[f"{country}_table"] = tables.index(table)
            row[f"{country}_band"] = found and found.step.band
            row[f"{country}_units"] = None if found is None else int(found.value.scaleb(found.scale.decimals))
            row[f"{country}_scale"] = None if found is None else table.scales.index(found.scale)
            if country == "us":
                row["us_index"] = found and found.index
        rows.append(row)
    return rows


@pytest.mark.parametrize("pollutant", POLLUTANTS)
@calm
@given(values=runs)
def test_a_table_is_judged_like_its_hours(pollutant: str, values: list[str | None]) -> None:
    wanted = one_by_one(values, pollutant)
    found = hourly(table_of(values, pollutant), RULES)
    assert found.select(list(wanted[0])).to_dicts() == wanted


@calm
@given(values=st.lists(st.integers(20, 40).map(str), min_size=2, max_size=12), gaps=st.integers(0, 2**12 - 1))
def test_ties_of_the_weighted_mean(values: list[str], gaps: int) -> None:
    """Whole numbers near each other, with gaps: means often stand exactly where rounding changes its mind."""
    holed = [None if gaps >> k & 1 else v for k, v in enumerate(values)]
    found = hourly(table_of(holed, "pm25"), RULES)
    assert found.select(list(one_by_one(holed, "pm25")[0])).to_dicts() == one_by_one(holed, "pm25")


@pytest.mark.parametrize("pollutant", ["pm25", "so2"])
@calm
@given(before=runs, gap=st.integers(1, 60), after=runs)
def test_hours_that_are_not_in_the_table_are_missing(
    pollutant: str, before: list[str | None], gap: int, after: list[str | None]
) -> None:
    """A gap of any length, and rows in any order."""
    whole = table_of([*before, *[None] * gap, *after], pollutant)
    held = pl.concat([whole.tail(len(after)), whole.head(len(before))])
    hours = held.sort("at")["at"]
    assert hourly(held, RULES).equals(hourly(whole, RULES).filter(pl.col("at").is_in(hours.implode())))


def test_a_near_tie_is_computed_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both weights are 3/4: 30 and 40 give 250/7, far from where the cut is; 21 and 28 give 25 to the digit."""
    called = []
    exactly = hourly_module._exactly
    monkeypatch.setattr(hourly_module, "_exactly", lambda *a: called.append(a) or exactly(*a))
    hourly(table_of(["30", "40"], "pm25"), RULES)
    assert called == []
    found = hourly(table_of(["21", "28"], "pm25"), RULES)
    assert weighted_mean([Decimal(21), Decimal(28)]) == 25
    assert len(called) == 1 and found["us_units"].to_list() == [None, 250]


@given(st.decimals(0, 1000, places=4))
def test_units_round_trip(value: Decimal) -> None:
    assert convert(convert(value, "ppm", "ppb"), "ppb", "ppm") == value
    with pytest.raises(ValueError, match="not brought"):
        convert(value, "ug/m3", "ppb")


@given(st.lists(st.one_of(st.none(), st.decimals(0, 500, places=1)), min_size=1, max_size=14))
def test_a_weighted_mean_is_within_its_window(values: list[Decimal | None]) -> None:
    held = [v for v in values[-12:] if v is not None]
    found = weighted_mean(values)
    if sum(v is not None for v in values[-3:]) < 2:
        assert found is None
    else:
        assert found is not None and min(held) <= found <= max(held)


def test_days_before_any_table_have_none() -> None:
    early = table_of(["30"] * 3, "pm25").with_columns(day=pl.lit(date(2010, 1, 1)))
    found = hourly(early, RULES)
    assert found["us_table"].null_count() == found["mx_table"].null_count() == found["us_index"].null_count() == 3
    with pytest.raises(NoRule, match="December 28, 2015"):
        table_on(RULES, "us", date(2010, 1, 1))
