"""Verdicts follow from figures by exact arithmetic and the rounding of the number as written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.catalog.claims import load_rules
from ambos.claims.judge import judge, tolerance
from ambos.model.claim import Evidence, Known, Reading, Verdict
from examples import examples

RULES = load_rules()


def figure(value: str | None, period: str = "2024", status: str = "A") -> Known:
    return Known(period, None if value is None else Decimal(value), status)


@pytest.mark.parametrize(
    ("written", "half"),
    [
        ("19.5e9", "5e7"),
        ("19500e6", "5e7"),
        ("404588", "0.5"),
        ("400000", "5e3"),
        ("20e9", "5e8"),
        ("8e9", "5e8"),
        ("100", "5"),
        ("20.0", "0.05"),
        ("7.4", "0.05"),
        ("0", "0.5"),
    ],
)
def test_tolerance_is_half_a_unit_of_the_last_digit_written(written: str, half: str) -> None:
    assert tolerance(Decimal(written), RULES.digits) == Decimal(half)


@pytest.mark.parametrize(
    ("comparison", "claimed", "held", "verdict"),
    [
        ("equals", "19.6e9", "19.6258e9", "supported"),
        ("equals", "19.5e9", "19.6258e9", "close"),
        ("equals", "19.55e9", "19.555e9", "supported"),  # the border belongs to the rounding
        ("equals", "21e9", "19.775e9", "not_supported"),
        ("equals", "2e9", "0.105e9", "contradicted"),
        ("equals", "5", "0", "contradicted"),
        ("about", "20.0e9", "20.39e9", "supported"),
        ("about", "21e9", "19.775e9", "not_supported"),
        ("more", "404000", "404588", "supported"),
        ("more", "9e9", "8.95e9", "close"),
        ("more", "9e9", "9e9", "close"),
        ("more", "9e9", "8.0e9", "contradicted"),
        ("less", "1050", "1044.9", "supported"),
        ("less", "10", "20", "contradicted"),
    ],
)
def test_a_value_is_judged_by_its_distance(comparison: str, claimed: str, held: str, verdict: Verdict) -> None:
    reading = Reading("s", comparison, period="2024", value=Decimal(claimed))  # type: ignore[arg-type]
    assert judge(reading, Evidence(figure(held)), RULES).verdict == verdict


@pytest.mark.parametrize(
    ("value", "direction", "base", "held", "verdict"),
    [
        ("11.7", "up", "8.014983446e9", "8.950335310e9", "supported"),
        ("12", "up", "8.014983446e9", "8.950335310e9", "supported"),
        ("11.3", "up", "8.014983446e9", "8.950335310e9", "close"),
        ("15", "up", "8.014983446e9", "8.950335310e9", "not_supported"),
        ("11.7", "down", "8.014983446e9", "8.950335310e9", "contradicted"),
        (None, "up", "100", "101", "supported"),
        (None, "down", "100", "101", "contradicted"),
        (None, "up", "100000", "100001", "not_supported"),
        ("5", "up", None, "101", "not_checkable"),
        ("5", "up", "0", "101", "not_checkable"),
    ],
)
def test_a_growth_is_judged_in_points_and_by_its_direction(
    value: str | None, direction: str, base: str | None, held: str, verdict: Verdict
) -> None:
    claimed = None if value is None else Decimal(value)
    reading = Reading("s", "growth", period="2024", value=claimed, direction=direction)  # type: ignore[arg-type]
    assert judge(reading, Evidence(figure(held), figure(base, "2023")), RULES).verdict == verdict


def test_a_record_is_judged_over_the_whole_span_and_provisional_figures_are_named_apart() -> None:
    reading = Reading("s", "record_high", period="2024")
    now = figure("9")
    earlier = (figure("7", "2021"), figure("8", "2022"), figure("8.5", "2023"))
    assert judge(reading, Evidence(now, span=(*earlier, now)), RULES).verdict == "supported"
    later = figure("20", "2025")  # what came later takes nothing from a record of its time
    assert judge(reading, Evidence(now, span=(*earlier, now, later)), RULES).verdict == "supported"
    passed = judge(reading, Evidence(now, span=(figure("9.5", "2020"), *earlier, now)), RULES)
    assert passed.verdict == "contradicted" and [k.period for k in passed.beside] == ["2020"]
    provisional = judge(reading, Evidence(now, span=(*earlier[:2], figure("9.5", "2023", "P"), now)), RULES)
    assert (provisional.verdict, provisional.why) == ("not_supported", "passed_provisional")
    assert judge(reading, Evidence(now, span=(earlier[0], now)), RULES).verdict == "not_checkable"
    own = figure("9", status="P")
    assert judge(reading, Evidence(own, span=(*earlier, own)), RULES).why == "record_provisional"


def test_a_rank_counts_the_greater_ones() -> None:
    peers = {"a": Decimal(5), "b": Decimal(4), "c": Decimal(4), "d": Decimal(1)}
    for claimed, verdict in (("2", "supported"), ("3", "close"), ("4", "contradicted"), ("1", "contradicted")):
        reading = Reading("s", "rank", value=Decimal(claimed))
        assert judge(reading, Evidence(figure("4"), peers=peers), RULES).verdict == verdict
    assert (
        judge(Reading("s", "rank", value=Decimal(1)), Evidence(figure("4"), peers={}), RULES).verdict == "not_checkable"
    )


def test_a_share_is_of_the_whole_that_the_claim_names() -> None:
    reading = Reading("s", "share", value=Decimal(84), of="x")
    assert judge(reading, Evidence(figure("404588"), figure("481331")), RULES).verdict == "supported"
    assert judge(reading, Evidence(figure("404588")), RULES).verdict == "not_checkable"


@pytest.mark.parametrize("missing", [None, figure(None), figure(None, status="S")])
def test_a_missing_figure_is_never_taken_for_zero(missing: Known | None) -> None:
    reading = Reading("s", "less", period="2024", value=Decimal(10))
    assert judge(reading, Evidence(missing), RULES).verdict == "not_checkable"


@settings(deadline=None, max_examples=examples(60))
@given(
    st.decimals(min_value="0.001", max_value="1e12", places=3),
    st.decimals(min_value="0.001", max_value="1e12", places=3),
    st.sampled_from(["equals", "about", "more", "less"]),
    st.integers(min_value=1, max_value=9),
)
def test_a_verdict_does_not_depend_on_the_unit(claimed: Decimal, held: Decimal, comparison: str, power: int) -> None:
    def verdict(power: int) -> Verdict:
        reading = Reading("s", comparison, value=claimed.scaleb(power))  # type: ignore[arg-type]
        return judge(reading, Evidence(Known("2024", held.scaleb(power))), RULES).verdict

    if claimed.scaleb(power).as_tuple().exponent < 0:  # type: ignore[operator]
        assert verdict(0) == verdict(power)


def test_one_million_does_not_stand_for_nearly_half_as_much_again() -> None:
    def said(held: str) -> str:
        return judge(Reading("s", "equals", value=Decimal("1e6")), Evidence(figure(held)), RULES).verdict

    assert [said(held) for held in ("1200000", "800000", "1400000", "560000")] == [
        "supported",
        "supported",
        "contradicted",
        "contradicted",
    ]


def test_the_year_since_which_a_record_stands_may_itself_be_beyond_it() -> None:
    span = tuple(figure(value, year) for value, year in (("3", "2020"), ("6", "2021"), ("5", "2022"), ("4", "2023")))
    low = Reading("s", "record_low", period="2023", since="2020")
    assert judge(low, Evidence(span[-1], span=span), RULES).verdict == "supported"
    assert (
        judge(low, Evidence(span[-1], span=(*span[:2], figure("3.9", "2022"), span[3])), RULES).verdict
        == "contradicted"
    )
