"""What must hold for every level of Lake Mead, whatever the tables say."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.catalog import load
from ambos.catalog.river import load_river
from ambos.errors import BadRequest
from ambos.river import af, condition, distances, hm3, storage_at, tier_of
from ambos.river.rules import tiers_in

RIVER = load_river(load())
#: Where a line of a table begins or ends, and the hundredths beside it: what is wrong with a table shows there first.
EDGES = sorted(
    {
        end + beside
        for rule in RIVER.rules
        for step in rule.steps
        for end in (step.band.low, step.band.high)
        if end is not None
        for beside in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))
    }
)
levels = st.integers(89500, 122900).map(lambda cents: Decimal(cents) / 100) | st.sampled_from(EDGES)
YEARS = range(2008, 2027)
years = st.sampled_from(YEARS)
volumes = st.integers(0, 10**9).map(lambda n: Decimal(n) / 1000)


@given(levels, years, st.booleans())
def test_parts_sum_to_the_total_and_what_is_left(level: Decimal, year: int, flood: bool) -> None:
    try:
        found = condition(RIVER, level, year, flood_control=flood)
    except BadRequest:
        assert flood  # floods are not controlled where the rules cut
        return
    assert found.total in (None, sum(p for c in found.cuts for p in c.parts.values()))
    for cut in found.cuts:
        assert not (cut.addition and cut.by_tables)  # nobody is cut and given more at once
        if cut.total is None or cut.remaining is None or cut.share is None:
            assert cut.unread and found.total is cut.total is cut.remaining is cut.share is None
            continue
        assert cut.total == sum(cut.parts.values())
        assert cut.remaining + cut.total == cut.party.apportionment + cut.addition
        assert 0 <= cut.total < cut.party.apportionment
        assert cut.share * cut.party.apportionment == pytest.approx(cut.total)


@given(levels, years)
def test_a_rule_says_nothing_of_a_year_before_it(level: Decimal, year: int) -> None:
    """2007 Guidelines from 2008, Minute 323 from 2018, DCP and BWSCP from 2020."""
    since = {"guidelines": 2008, "minute323": 2018, "dcp": 2020, "bwscp": 2020}
    assert set(condition(RIVER, level, year).parts) == {part for part, first in since.items() if first <= year}


def gives_no_more(lower: Decimal, higher: Decimal, year: int) -> None:
    low, high = (condition(RIVER, level, year) for level in (lower, higher))
    for a, b in zip(low.cuts, high.cuts, strict=True):
        assert a.by_tables >= b.by_tables and a.by_tables - a.addition >= b.by_tables - b.addition
    tiers = tiers_in(RIVER, year)
    assert tiers.index(low.tier) >= tiers.index(high.tier)


@given(levels, levels, years)
def test_a_lower_lake_never_gives_more(one: Decimal, other: Decimal, year: int) -> None:
    gives_no_more(*sorted((one, other)), year)


@pytest.mark.parametrize("year", YEARS)
def test_no_line_of_a_table_gives_more_than_the_one_above(year: int) -> None:
    """Between its ends a line says the same everywhere, so that these pairs are all that there are."""
    for lower, higher in pairwise(EDGES):
        gives_no_more(lower, higher, year)


@given(levels)
def test_every_level_is_on_one_line_of_each_table(level: Decimal) -> None:
    for rule in RIVER.rules:
        assert sum(level in step.band for step in rule.steps) == 1
    for held in RIVER.tier_sets:
        assert sum(level in tier.band for tier in held.tiers) == 1


@given(levels)
def test_the_distance_leads_to_the_next_tier(level: Decimal) -> None:
    least = Decimal("0.01")
    for way, found in zip((1, -1), distances(RIVER, level), strict=True):
        if found is None:
            continue
        there = level + found.feet + (0 if found.included else way * least)
        assert tier_of(RIVER, there) == found.tier != tier_of(RIVER, level)
        assert found.feet * way >= 0 and (found.kaf is None or found.kaf * way >= 0)
        if found.feet * way > least:
            assert tier_of(RIVER, level + found.feet - way * least) == tier_of(RIVER, level)


@given(levels, levels)
def test_a_higher_lake_holds_more(one: Decimal, other: Decimal) -> None:
    low, high = (storage_at(RIVER.storage, level) for level in sorted((one, other)))
    assert low is None or high is None or (low < high) is (one != other)


@given(volumes)
def test_units_lead_back(kaf: Decimal) -> None:
    assert af(kaf) == kaf * 1000
    assert abs(hm3(kaf, RIVER.m3) * 1000 / RIVER.m3 - kaf) < Decimal("1e-15")
