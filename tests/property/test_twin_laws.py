"""What must hold on any day, whatever the rules in between say."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ambos.crossing import simulate
from ambos.crossing.kernel.totals import Trace
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Referral, Scenario, Station, Stream
from examples import examples
from twin_scenarios import booth, days, law, line, scenario

few = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
seeds = st.integers(0, 2**40)
rates = st.lists(st.sampled_from((30.0, 0.0, 90.0)), min_size=1, max_size=3).map(tuple)


def same_traces(a: Trace, b: Trace) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name), equal_nan=True) for f in fields(Trace))


def earlier_or_same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether nothing in a is later than in b; what did not happen is later than anything."""
    return bool((np.nan_to_num(a, nan=np.inf) <= np.nan_to_num(b, nan=np.inf) + 1e-9).all())


@few
@given(days, seeds)
def test_nobody_is_lost(any_day: Scenario, seed: int) -> None:
    counts = simulate.run(any_day, 3, seed).counts
    assert (counts >= 0).all()
    assert (counts[..., 0] == counts[..., 1:].sum(axis=-1)).all()


@few
@given(days, seeds)
def test_time_goes_on(any_day: Scenario, seed: int) -> None:
    t = simulate.trace(any_day, seed)
    assert (t.wait >= 0).all()
    assert (np.diff(t.arrived) >= 0).all()
    for times in (np.stack([t.arrived, t.started, t.done, t.left_booth, t.exited]), t.visits[:, 2:].T):
        steps = np.diff(times, axis=0)
        assert (steps[~np.isnan(steps)] >= 0).all()
        assert ((times >= 0) & (times < any_day.length) | np.isnan(times)).all()
        assert (np.isnan(times[1:]) >= np.isnan(times[:-1])).all(), "what comes after cannot happen before"


@few
@given(days, seeds)
def test_no_booth_serves_two_at_once(any_day: Scenario, seed: int) -> None:
    t = simulate.trace(any_day, seed)
    for n in range(len(any_day.booths)):
        here = t.booth == n
        ends = np.nan_to_num(t.left_booth[here], nan=any_day.length)
        order = np.lexsort((ends, t.started[here]))  # a service may take no time at all
        ends = ends[order]
        assert (t.started[here][order][1:] >= ends[:-1]).all()


@few
@given(days, seeds)
def test_no_lot_holds_too_many(any_day: Scenario, seed: int) -> None:
    visits = simulate.trace(any_day, seed).visits
    for n, station in enumerate(any_day.stations):
        entered, started, left = visits[visits[:, 1] == n][:, [2, 3, 5]].T
        left = np.nan_to_num(left, nan=np.inf)
        for now in entered:
            there = (entered <= now) & (left > now)
            assert station.lot == 0 or there.sum() <= station.lot
            assert ((started <= now) & there).sum() <= max(station.servers)


@few
@given(days, seeds)
def test_first_come_first_served(any_day: Scenario, seed: int) -> None:
    assume(any_day.discipline == "one_line" and any_day.shift_end != "preempt")
    patient = tuple(replace(s, patience=0.0) for s in any_day.streams)
    no_limit = tuple(replace(x, when_full="balk", behind="") for x in any_day.lines)
    t = simulate.trace(replace(any_day, streams=patient, lines=no_limit), seed)
    for n in range(len(any_day.lines)):
        started = np.nan_to_num(t.started[(t.line == n) & np.isin(t.fate, (0, 4))], nan=np.inf)
        assert (started[1:] >= started[:-1]).all()


def plain_day(times: tuple[float, ...], service: Law, booths: int, **rest: object) -> Scenario:
    one = line("a", service, after=(Referral("dock", risk=1.0),) if "stations" in rest else ())
    streams = Stream("s", Arrivals(rates=times), (Option("a"),))
    return scenario(streams, one, [booth(str(n), "a") for n in range(booths)], **rest)


@few
@given(rates, law, st.integers(1, 4), seeds)
def test_more_booths_delay_nobody(times: tuple[float, ...], service: Law, booths: int, seed: int) -> None:
    fewer = simulate.trace(plain_day(times, service, booths), seed)
    more = simulate.trace(plain_day(times, service, booths + 1), seed)
    assert np.array_equal(fewer.arrived, more.arrived)
    assert earlier_or_same(more.started, fewer.started)


@few
@given(rates, law, law, st.integers(1, 3), seeds)
def test_more_servers_delay_nobody(times: tuple[float, ...], first: Law, second: Law, servers: int, seed: int) -> None:
    def day(number: int) -> Trace:
        return simulate.trace(plain_day(times, first, 4, stations=(Station("dock", "p", second, (number,)),)), seed)

    fewer, more = day(servers), day(servers + 1)
    assert np.array_equal(fewer.visits[:, 2], more.visits[:, 2])
    assert earlier_or_same(more.visits[:, 3], fewer.visits[:, 3])


@few
@given(days, seeds)
def test_same_seed_same_trace(any_day: Scenario, seed: int) -> None:
    first = simulate.trace(any_day, seed, 2)
    simulate.trace(any_day, seed + 1)
    assert same_traces(first, simulate.trace(any_day, seed, 2))


@few
@given(rates, law, law, st.integers(1, 3), st.integers(1, 3), seeds)
def test_a_change_elsewhere_changes_nothing_here(
    times: tuple[float, ...], one: Law, other: Law, before: int, after: int, seed: int
) -> None:
    """Common random numbers: another line's booths neither move this line's travellers nor change anybody's draws."""

    def day(booths_of_a: int) -> Trace:
        streams = [Stream(name, Arrivals(rates=times), (Option(name),)) for name in "ab"]
        lines: list[Line] = [line("a", one), line("b", other)]
        booths: list[Booth] = [booth("b", "b"), *(booth(f"a{n}", "a") for n in range(booths_of_a))]
        return simulate.trace(scenario(streams, lines, booths), seed)

    x, y = day(before), day(after)
    assert np.array_equal(x.stream, y.stream)
    assert np.array_equal(x.arrived, y.arrived)
    b = x.line == 1
    for name in ("started", "done", "exited", "wait", "booth", "fate"):
        assert np.array_equal(getattr(x, name)[b], getattr(y, name)[b], equal_nan=True)
    services = np.stack([t.done - t.started for t in (x, y)])
    both = ~np.isnan(services).any(axis=0)
    np.testing.assert_allclose(services[0, both], services[1, both], atol=1e-9)
