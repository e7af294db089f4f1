"""What must hold for any traces, whatever the rules say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.catalog import load
from ambos.catalog.river import load_outlook, load_river, load_scenarios
from ambos.river import lakes
from ambos.river.odds import odds
from ambos.river.projection import Projected, project, water_years
from ambos.river.traces import drawn

RIVER = load_river(load())
OUTLOOK = load_outlook(load_scenarios(RIVER))
MEAD = lakes.tank(OUTLOOK.mead)
#: Any record will do.
RECORD = np.arange(119.0)
#: An acre-foot, in kaf.
ACRE_FOOT = 0.001
sets = st.sampled_from(sorted(OUTLOOK.sets))
meads, powells = st.floats(895, 1219.6), st.floats(3370, 3700)
days = st.sampled_from([date(2026, 10, 1), date(2026, 11, 1), date(2027, 1, 1), date(2027, 6, 1)])
#: kaf a year: from a dry bed to twice the wettest year of the record.
flows = st.lists(st.floats(0, 50_000), min_size=9, max_size=9)


def projected(
    name: str, natural: list[list[float]], day: date, mead: float, powell: float, years: int = 7
) -> Projected:
    length = water_years(day, years)
    traces = np.array(natural)[:, :length]
    return project(OUTLOOK, RIVER, OUTLOOK.sets[name], traces, years, day=day, mead=mead, powell=powell)


@settings(deadline=None)
@given(sets, st.lists(flows, min_size=1, max_size=3), days, meads, powells)
def test_no_water_is_made_or_lost(name: str, natural: list[list[float]], day: date, mead: float, powell: float) -> None:
    """What flows in is stored, put into the banks, let out or evaporated, in each lake and year, to the acre-foot."""
    book = projected(name, natural, day, mead, powell).ledger
    upper = book.powell_inflow - book.powell_out - book.powell_evaporation
    lower = book.powell_out + book.side_inflow - book.mead_out - book.mead_evaporation
    assert np.abs(upper - OUTLOOK.powell.bank * np.diff(book.powell, axis=0)).max() < ACRE_FOOT
    assert np.abs(lower - OUTLOOK.mead.bank * np.diff(book.mead, axis=0)).max() < ACRE_FOOT
    for column in (
        book.powell_out,
        book.powell_evaporation,
        book.mead_out,
        book.mead_evaporation,
        book.powell,
        book.mead,
    ):
        assert (column >= -1e-9).all()
    assert (book.mead <= MEAD.full + 1e-9).all()


kaf = st.floats(0, 3000)


@given(st.floats(0, MEAD.full), kaf, kaf, kaf, st.floats(0, 0.85))
def test_more_inflow_never_lowers_a_lake(before: float, inflow: float, more: float, out: float, depth: float) -> None:
    moved = lakes.month(MEAD, np.full(2, before), np.array([inflow, inflow + more]), np.full(2, out), depth)
    assert moved.storage[1] >= moved.storage[0] - 1e-9
    assert moved.out[1] >= moved.out[0] - 1e-9


@given(st.floats(0, MEAD.full), kaf, kaf, st.floats(0, 0.85))
def test_nobody_gets_less_while_there_is_water(before: float, inflow: float, out: float, depth: float) -> None:
    moved = lakes.month(MEAD, np.array([before]), np.array([inflow]), np.array([out]), depth)
    assert moved.out[0] <= out and (moved.out[0] == out or moved.storage[0] == 0)
    assert moved.spill[0] == 0 or moved.storage[0] == MEAD.full


@given(st.floats(0, MEAD.full), st.lists(st.tuples(kaf, kaf), min_size=12, max_size=12), st.integers(0, 11), kaf)
def test_more_inflow_in_a_month_never_lowers_lake_mead_at_the_end_of_the_year(
    before: float, year: list[tuple[float, float]], month: int, more: float
) -> None:
    held = np.full(2, before)
    for number, (inflow, out) in enumerate(year):
        flow = np.array([inflow, inflow + (more if number == month else 0.0)])
        held = lakes.month(MEAD, held, flow, np.full(2, out), OUTLOOK.months.mead_evaporation[number]).storage
    assert held[1] >= held[0] - 1e-9


@given(st.lists(st.lists(st.floats(895, 1229), min_size=4, max_size=4), min_size=1, max_size=5))
def test_every_trace_is_in_one_tier(levels: list[list[float]]) -> None:
    for row in odds(RIVER, range(2027, 2027 + len(levels)), np.array(levels), [1025, 1000, 975]):
        assert sum(row.tiers) == row.traces == 4
        assert sum(row.share(n) for n in row.tiers) == pytest.approx(1, abs=1e-12)
        assert row.below[0] == row.tiers[-1] and list(row.below) == sorted(row.below, reverse=True)
        assert list(row.percentiles) == sorted(row.percentiles)


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 15))
def test_the_same_seed_gives_the_same_traces(seed: int, years: int, run: int) -> None:
    one, other = (drawn(RECORD, 20, years, run, seed) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert drawn(RECORD, 20, years + 5, run, seed)[:, :years].tobytes() == one.tobytes()


def test_another_seed_gives_other_traces() -> None:
    assert drawn(RECORD, 20, 10, 5, 1).tobytes() != drawn(RECORD, 20, 10, 5, 2).tobytes()
