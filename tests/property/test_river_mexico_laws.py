"""What must hold of schedules, reserves, pools and flows, whatever the numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.catalog import load
from ambos.catalog.river import load_canal, load_mexico, load_plant, load_river
from ambos.river.canal import beyond, serve, shared
from ambos.river.ledger import ledger_year, reserve_year
from ambos.river.plant import UNITS, Unit, one_mgd, retained, shares
from ambos.river.schedule import ScheduleMonth, allowed, breaches, last_notice, spread

RIVER = load_river(load())
MEXICO = load_mexico(load(), RIVER)
CANAL, PLANT = load_canal(RIVER), load_plant(load())
assert PLANT is not None
volumes = st.integers(0, 2_000_000)
flows = st.integers(0, 10**6).map(lambda n: Decimal(n) / 1000)
weights = st.lists(st.integers(0, 10**6).map(Fraction), min_size=12, max_size=12).filter(any)
years = st.integers(CANAL.start.year, CANAL.end.year)


@given(st.integers(0, 1_700_000), weights)
def test_months_add_up_to_the_order(order: int, parts: list[Fraction]) -> None:
    months = spread(order, parts)
    assert sum(months) == order
    for month, part in zip(months, parts, strict=True):
        assert abs(month - order * part / sum(parts)) < 1


@given(weights, st.integers(1, 12), st.integers(-40, 40), st.integers(0, 60), st.integers(2000, 2026))
def test_a_change_is_a_breach_beyond_the_limit_only(
    parts: list[Fraction], month: int, percent: int, days: int, year: int
) -> None:
    order = 1_500_000
    months = [ScheduleMonth(i, Fraction(v)) for i, v in enumerate(spread(order, parts), 1)]
    was = months[month - 1].scheduled
    told = date(year, month, 1) - timedelta(days=days)
    months[month - 1] = ScheduleMonth(month, was, was * (100 + percent) / 100, told)
    found = {b.fault: b.size for b in breaches(year, order, months, Fraction(order), MEXICO.limits)}
    changed = bool(was) and percent != 0
    assert ("change" in found) is (changed and abs(percent) > 20)
    assert ("notice" in found) is (changed and days < 30)
    if "change" in found:
        low, high = allowed(was, MEXICO.limits["change"])
        assert found["change"] == was * (abs(percent) - 20) / 100 and high - low == was * 4 / 10
    if "notice" in found:
        assert found["notice"] == 30 - days == (told - last_notice(year, month, MEXICO.limits["notice"])).days


@given(st.lists(st.integers(0, 50_000).map(Fraction), min_size=12, max_size=12))
def test_what_is_beyond_the_land_boundary_adds_up(land: list[Fraction]) -> None:
    months = [ScheduleMonth(i, Fraction(50_000), land=x) for i, x in enumerate(land, 1)]
    found = breaches(2026, 600_000, months, Fraction(1_500_000), MEXICO.limits)
    over = sum((b.size for b in found if b.size is not None), Fraction(0))
    assert over == max(sum(land) - 140_000, 0) and all(b.fault == "land_boundary" for b in found)


@given(volumes, volumes, volumes)
def test_the_reserve_rolls_forward(opening: int, created: int, delivered: int) -> None:
    delivered = min(delivered, opening + created)
    found = reserve_year(MEXICO, 2025, opening, created, delivered, None)
    assert found.closing == opening + created - delivered >= 0
    assert {limit.id for limit, _ in found.over} == {
        name
        for name, volume, most in (
            ("reserve_creation", created, 250_000),
            ("reserve_delivery", delivered, 200_000),
            ("reserve_capacity", found.closing, 1_500_000),
        )
        if volume > most
    }
    assert all(size > 0 for _, size in found.over)


items = st.dictionaries(
    st.sampled_from(
        [MEXICO.satisfaction, MEXICO.excess, *(p.id for p in MEXICO.points), *(a.id for a in MEXICO.accounts)]
    ),
    st.none() | volumes,
)


@given(st.integers(1965, 2026), items, st.integers(0, 125_000))
def test_the_ledger_adds_up(year: int, held: dict[str, int | None], taken: int) -> None:
    found = ledger_year(MEXICO, year, held, 1_500_000, taken)
    parts = [held.get(p.id) for p in MEXICO.points]
    if any(held.get(p.id) is None for p in MEXICO.points if p.required):
        assert found.delivered is found.closure is None
    else:
        assert found.delivered == sum(x for x in parts if x is not None)
    if found.closure is not None:
        assert found.delivered == (found.satisfaction or 0) + (found.excess or 0) + found.closure
    assert found.expected is not None
    moved = sum(a.sign * (held.get(a.id) or 0) for a in MEXICO.accounts if a.start <= year <= a.end)
    assert found.expected == found.base - taken + moved


@given(years, st.integers(0, 2_500_000), st.integers(0, 2_500_000))
def test_pools_add_up(year: int, supply: int, cut: int) -> None:
    cut = min(cut, supply)
    pools = CANAL.of(year)
    served = serve(CANAL, pools, Fraction(supply), Fraction(cut))
    before, after = beyond(pools, Fraction(supply), Fraction(cut))
    assert sum(s.wanted for s in served) + before == supply
    assert sum(s.given for s in served) + after == supply - cut
    for s in served:
        assert 0 <= s.given <= s.wanted <= s.pool.size
        assert sum(w for w, _ in s.holders.values()) == s.wanted and sum(g for _, g in s.holders.values()) == s.given
    for senior, junior in pairwise(served):
        assert not senior.cut or not junior.given  # nobody senior is cut while a junior one is served


@given(years, volumes, volumes)
def test_a_larger_cut_gives_nobody_more(year: int, one: int, other: int) -> None:
    pools = CANAL.of(year)
    supply = sum((Fraction(p.size) for p in pools), Fraction(0))
    small, large = (serve(CANAL, pools, supply, min(Fraction(c), supply)) for c in sorted((one, other)))
    for a, b in zip(small, large, strict=True):
        assert a.given >= b.given
        for holder in a.holders:
            assert a.holders[holder][1] >= b.holders[holder][1] >= 0


@given(st.integers(0, 981_902), st.integers(0, 981_902))
def test_the_formula_has_no_jump(one: int, other: int) -> None:
    low, high = (shared(CANAL, CANAL.pools[1], Fraction(w)) for w in sorted((one, other)))
    for holder in low:
        assert 0 <= high[holder] - low[holder] <= abs(one - other)


@given(flows, st.sampled_from(UNITS))
def test_units_of_flow_lead_back(flow: Decimal, unit: Unit) -> None:
    factor = one_mgd(PLANT, unit, RIVER.m3)
    assert float(flow * factor / factor) == pytest.approx(float(flow), abs=1e-18, rel=1e-15)


@given(flows, flows, st.integers(0, 100), flows)
def test_what_is_kept_back_is_not_released(sonora: Decimal, arizona: Decimal, percent: int, mg: Decimal) -> None:
    sent = {"sonora": sonora, "arizona": arizona}
    kept = sonora * percent / 100
    now, then = (shares(PLANT, f, mg) for f in (sent, retained(PLANT, sent, kept)))
    assert sum(s.flow for s in now) - sum(s.flow for s in then) == kept
    for parts in (now, then):
        told = [s.share for s in parts if s.share is not None]
        assert not told or abs(sum(told) - 1) < Decimal("1e-20")
        assert all(s.over == s.flow - s.allocation and s.load is not None and s.load >= 0 for s in parts)
    assert then[1].flow == arizona
