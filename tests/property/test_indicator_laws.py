"""Laws that figures keep whatever the data: sums, shares, quantiles, whole years."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.asked import in_ibis, of_ibis
from ambos.catalog import Catalog
from ambos.indicators import change, figures, observe, parts, top_items
from ambos.model import Series
from ambos.periods import plus_months
from examples import examples
from indicator_samples import ask, crossing, months, table, values, wait

calm = settings(
    deadline=None,
    max_examples=examples(30),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ARIZONA = ("2604", "2608", "2601", "2602", "2603", "2606")
counts = st.dictionaries(
    st.tuples(st.sampled_from(ARIZONA), st.sampled_from(months(2022, 2023))),
    st.integers(0, 10**15),
    min_size=1,
    max_size=60,
)


def complete(held: dict[tuple[str, date], int]) -> set[date]:
    """The months in which the ports without a row were below 1 % of all, worked out anew, port by port."""
    every = sorted({month for _, month in held})
    found = set()
    for month in every:
        there = sum(value for (_, m), value in held.items() if m == month)
        absent = 0.0
        for port in {port for port, _ in held}:
            before = [held[port, m] for m in every if m < month and (port, m) in held]
            if (port, month) not in held and before:
                absent += float(np.mean(before[-12:]))
        if absent <= 0.01 * (there + absent):
            found.add(month)
    return found


@calm
@given(counts)
def test_a_state_is_exactly_its_ports(catalog: Catalog, held: dict[tuple[str, date], int]) -> None:
    rows = [crossing(month, port, value) for (port, month), value in held.items()]
    frame = ask(catalog, "crossings.trucks", rows, ["US-AZ"])
    sums: dict[date, int] = {}
    for (_, month), value in held.items():
        sums[month] = sums.get(month, 0) + value
    whole = complete(held)
    assert {(m, v) for m, v in frame.select("start", "value").rows() if v is not None} == {(m, sums[m]) for m in whole}


@calm
@given(counts, st.sampled_from(["calendar", "fiscal"]))
def test_only_whole_years_have_a_value(catalog: Catalog, held: dict[tuple[str, date], int], basis: str) -> None:
    rows = [crossing(month, port, value) for (port, month), value in held.items()]
    shift = 3 if basis == "fiscal" else 0
    by_year: dict[int, set[int]] = {}
    for month in complete(held):
        index = month.year * 12 + month.month - 1 + shift
        by_year.setdefault(index // 12, set()).add(index % 12)
    frame = ask(catalog, "crossings.trucks", rows, ["US-AZ"], frequency="A", year_basis=basis)
    for row in frame.to_dicts():
        present = by_year.get(int(row["period"].removeprefix("FY")), set())
        assert row["held"] == len(present)
        assert (row["value"] is None) == (len(present) < 12)
        assert (row["status"] == "M") == (len(present) < 12)


@calm
@given(counts, st.sampled_from(months(2022, 2023)), st.sampled_from(["M", "A"]))
def test_no_period_of_the_span_vanishes(
    catalog: Catalog, held: dict[tuple[str, date], int], start: date, grain: str
) -> None:
    """Every place has a row for each period from the first asked for, or its own first, to the last held."""
    rows = [crossing(month, port, value) for (port, month), value in held.items()]
    last = max(month for _, month in held)
    for begin in (None, start):
        frame = ask(catalog, "crossings.trucks", rows, ARIZONA, start=begin, frequency=grain)
        for port, own in frame.group_by("place"):
            first = min(m for p, m in held if p == port[0])
            if begin:
                first = max(begin.replace(month=1) if grain == "A" else begin, min(m for _, m in held))
            due = [m for m in months(2022, 2023) if first.replace(day=1) <= m <= last]
            labels = [f"{m:%Y-%m}" if grain == "M" else f"{m:%Y}" for m in due]
            assert own["period"].to_list() == list(dict.fromkeys(labels))
            assert own["value"].is_null().to_list() == [s == "M" for s in own["status"]]


@calm
@given(counts)
def test_shares_of_the_border_add_up(catalog: Catalog, held: dict[tuple[str, date], int]) -> None:
    rows = table(catalog, "crossings", [crossing(month, port, value) for (port, month), value in held.items()])
    frame = figures(
        lambda _: rows, catalog.series["crossings.share.trucks"], catalog, places=[catalog.places[p] for p in ARIZONA]
    )
    shares = frame.drop_nulls("value")
    assert shares["value"].is_between(0, 100).all()
    for _, own in shares.group_by("period"):
        assert own["value"].sum() == pytest.approx(100)


delays = st.lists(st.integers(0, 500), min_size=100, max_size=300)


@calm
@given(delays)
def test_waits_agree_with_numpy(catalog: Catalog, minutes: list[int]) -> None:
    start = datetime(2025, 6, 1, 7, tzinfo=UTC)
    rows = table(catalog, "waits", [wait(start + timedelta(hours=i), m) for i, m in enumerate(minutes)])
    expected = {
        "mean": np.mean(minutes),
        "median": np.median(minutes),
        "p95": np.percentile(minutes, 95, method="linear"),
        "share_over_60": 100 * np.mean(np.array(minutes) > 60),
        "share_missing": 0.0,
    }
    for name, value in expected.items():
        assert values(ask(catalog, f"waits.{name}", rows, ["260401"], frequency="all")) == [pytest.approx(value)]


@calm
@given(st.lists(st.one_of(st.none(), st.integers(0, 300)), min_size=100, max_size=300))
def test_percentages_stay_within_bounds(catalog: Catalog, minutes: list[int | None]) -> None:
    start = datetime(2025, 6, 1, 7, tzinfo=UTC)
    rows = table(catalog, "waits", [wait(start + timedelta(hours=i), m) for i, m in enumerate(minutes)])
    for name in ("share_over_60", "share_missing"):
        for value in values(ask(catalog, f"waits.{name}", rows, ["260401"], frequency="all")):
            assert value is None or 0 <= value <= 100


@calm
@given(st.dictionaries(st.sampled_from([f"{i:02}" for i in range(1, 60)]), st.integers(1, 10**12), min_size=1))
def test_top_items_are_the_largest(catalog: Catalog, held: dict[str, int]) -> None:
    rows = [
        {
            "period": date(2023, 1, 1),
            "flow": "import",
            "port": "2604",
            "hs2": hs2,
            "mode": "truck",
            "country": "MX",
            "origin": "unknown",
            "container": "unknown",
            "value_usd": value,
        }
        for hs2, value in held.items()
    ]
    frame = ask(catalog, "trade.through_ports_commodity.imports", rows, ["2604"], items=["*"])
    best = top_items(frame, 3)
    assert values(best) == sorted(held.values(), reverse=True)[:3]
    assert best["rank"].to_list() == list(range(1, best.height + 1))
    assert top_items(frame, 99)["share"].sum() == pytest.approx(100)


@calm
@given(counts, st.sampled_from(["calendar", "fiscal"]))
def test_a_quarter_is_the_sum_of_its_three_months(
    catalog: Catalog, held: dict[tuple[str, date], int], basis: str
) -> None:
    rows = [crossing(month, port, value) for (port, month), value in held.items()]
    whole = complete(held)
    frame = ask(catalog, "crossings.trucks", rows, ["US-AZ"], frequency="Q", year_basis=basis)
    for row in frame.to_dicts():
        own = [m for m in whole if (m.year, (m.month + 2) // 3) == (int(row["period"][:4]), int(row["period"][-1]))]
        assert row["start"].month % 3 == 1
        assert (row["held"], row["wanted"]) == (len(own), 3)
        expected = sum(value for (_, m), value in held.items() if m in own) if len(own) == 3 else None
        assert (row["value"], row["status"]) == (expected, "M" if expected is None else "A")
    assert {m for m, _ in frame.select("start", "period").rows()} >= {m for m in whole if m.month % 3 == 1}


quarters = [date(year, month, 1) for year in (2021, 2022, 2023) for month in (1, 4, 7, 10)]


@calm
@given(st.dictionaries(st.sampled_from(quarters), st.integers(0, 10**12), min_size=1), st.integers(0, 1))
def test_four_quarters_held_are_the_year(catalog: Catalog, held: dict[date, int], fiscal: int) -> None:
    what = replace(catalog.series["crossings.trucks"], frequency="Q")
    quarterly = replace(
        catalog, datasets={**catalog.datasets, "crossings": replace(catalog.datasets["crossings"], frequency="Q")}
    )
    rows = table(quarterly, "crossings", [crossing(quarter, "2604", value) for quarter, value in held.items()])
    basis = ("calendar", "fiscal")[fiscal]
    own = observe(rows, what, quarterly, places=[catalog.places["2604"]])
    assert dict(own.drop_nulls("value").select("start", "value").rows()) == held
    assert own["period"].str.contains(r"^\d{4}-Q[1-4]$").all()
    year_of = {q: q.year + (q.month >= 10 and fiscal) for q in quarters}
    frame = observe(rows, what, quarterly, places=[catalog.places["2604"]], frequency="A", year_basis=basis)
    assert set(frame["period"]) >= {f"{'FY' * fiscal}{year_of[q]}" for q in held}
    for row in frame.to_dicts():
        parts = [q for q in held if year_of[q] == int(row["period"].removeprefix("FY"))]
        assert (row["held"], row["wanted"]) == (len(parts), 4)
        assert row["value"] == (sum(held[q] for q in parts) if len(parts) == 4 else None)


@calm
@given(st.dictionaries(st.sampled_from(quarters), st.integers(1, 10**6), min_size=2))
def test_growth_of_quarters_is_on_the_year_or_the_quarter_before(catalog: Catalog, held: dict[date, int]) -> None:
    rows = [crossing(plus_months(q, i), "2604", value) for q, value in held.items() for i in range(3)]
    frame = ask(catalog, "crossings.trucks", rows, ["2604"], frequency="Q")
    for months_back in (12, 3):
        for row in change(frame, months_back).to_dicts():
            now, then = held.get(row["start"]), held.get(plus_months(row["start"], -months_back))
            assert row["previous"] == (
                3 * then if then and plus_months(row["start"], -months_back) >= min(held) else None
            )
            expected = 100 * (now - then) / then if now and then else None
            assert row["change_percent"] == (None if expected is None else pytest.approx(expected))


@calm
@given(
    st.lists(
        st.tuples(st.integers(0, 2 * 24 * 4), st.sampled_from(["delay", "pending", "closed"]), st.sampled_from("ab")),
        min_size=1,
        max_size=80,
        unique_by=lambda said: (said[0], said[2]),
    )
)
def test_each_hour_of_a_day_held_counts_once_and_not_if_the_lane_is_closed_without_a_report(
    catalog: Catalog, said: list[tuple[int, str, str]]
) -> None:
    series, dataset = catalog.series["waits.mean"], catalog.datasets["waits"]
    assert isinstance(series, Series)
    held: dict[tuple[str, int], dict[int, set[str]]] = {}
    rows = []
    for half_hours, state, lane in said:
        at = datetime(2025, 7, 1, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
        rows.append(wait(at, 10 if state == "delay" else None, lane=lane, state=state))
        held.setdefault((lane, half_hours // 48), {}).setdefault(half_hours // 2, set()).add(state)
    expected = dict.fromkeys((lane for lane, _ in held), (0, 0))
    for (lane, _), hours in held.items():
        given_in = sum("delay" in states for states in hours.values())
        spared = sum("closed" in states and "delay" not in states for states in hours.values())
        expected[lane] = (expected[lane][0] + given_in, expected[lane][1] + 24 - spared)

    part = of_ibis(table(catalog, "waits", rows))
    daily = parts.daily(part.mutate(local_seconds=part.observed_at.epoch_seconds()), series, dataset)
    named = daily.mutate(_place=daily.crossing, _item=daily["mode"], _key=daily.local_seconds * 0)
    counted = parts.hours(in_ibis(parts.by_day(named, dataset)).to_polars())
    found = {
        part.split("/")[2]: (given, due) for part, given, due in counted.select("_part", "given", "expected").rows()
    }
    assert found == expected
