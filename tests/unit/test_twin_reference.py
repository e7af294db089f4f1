"""Days so small that a reader can follow them on paper: each rule of twin.md, played by the reference and by the kernel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

import twin_reference
from ambos.crossing import simulate
from ambos.crossing.kernel import draws
from ambos.crossing.kernel.totals import Trace
from ambos.model.crossing import (
    Arrivals,
    Booth,
    Law,
    MoveLanes,
    OpenLanes,
    Option,
    Referral,
    Scenario,
    Shift,
    Station,
    Stream,
)
from twin_reference import FATES
from twin_scenarios import booth, fixed, line, scenario, stream

Play = Callable[[Scenario], Trace]
NAN = math.nan


@pytest.fixture(params=["reference", "kernel"])
def play(request: pytest.FixtureRequest) -> Play:
    return twin_reference.trace if request.param == "reference" else simulate.trace


def same(values: object, expected: list[float]) -> bool:
    return list(values) == pytest.approx(expected, nan_ok=True, abs=1e-12)  # type: ignore[call-overload]


def fates(trace: Trace) -> list[str]:
    return [FATES[n] for n in trace.fate]


# -- one line, shortest line ------------------------------------------------------------------------------------
def test_one_line_first_come_first_served(play: Play) -> None:
    day = scenario(stream("s", (0, 0, 1, 1), "a"), line("a", fixed(4)), [booth("1", "a"), booth("2", "a", speed=0.5)])
    t = play(day)
    # booth 1 takes 4 minutes and booth 2 twice as long; the third waits for booth 1 until 4, the fourth until 8,
    # when both come free: the first in the list takes it
    assert list(t.booth) == [0, 1, 0, 0]
    assert same(t.started, [0, 0, 4, 8])
    assert same(t.done, [4, 8, 8, 12])
    assert same(t.wait, [0, 0, 3, 7])


def test_a_floor_is_not_a_shift(play: Play) -> None:
    day = scenario(stream("s", (0, 0), "a"), line("a", fixed(4, 3)), [booth("1", "a"), booth("2", "a", speed=2)])
    assert same(play(day).done, [4, 3])


def test_a_booth_takes_from_the_first_of_its_lines(play: Play) -> None:
    # an arrival takes the booth where its line ranks first; a booth takes from the first of its lines
    streams = [stream("s", (0, 2, 3), "a"), stream("t", (1, 1, 1), "b")]
    day = scenario(streams, [line("a", fixed(10)), line("b", fixed(10))], [booth("1", "b", "a"), booth("2", "a", "b")])
    t = play(day)
    assert list(zip(t.stream, t.number, t.booth, t.started, strict=True)) == [
        (0, 0, 1, 0),
        (1, 0, 0, 1),
        (1, 1, 0, 11),
        (1, 2, 0, 21),
        (0, 1, 1, 10),
        (0, 2, 1, 20),
    ]


def test_shortest_line_nobody_changes(play: Play) -> None:
    booths = [booth("slow", "a", speed=0.5), booth("fast", "a", speed=2)]
    t = play(scenario(stream("s", (0, 0, 0, 0, 5), "a"), line("a", fixed(4)), booths, discipline="shortest_line"))
    # 8 and 2 minutes; the third joins the slow booth (one each, the first in the list) and stays though the fast one is free from 4 on
    assert list(t.booth) == [0, 1, 0, 1, 1]
    assert same(t.started, [0, 0, 8, 2, 5])


# -- pairs, blocking --------------------------------------------------------------------------------------------
def test_stacked_pair_front_done_first(play: Play) -> None:
    pair = [booth("rear", "a", behind="front"), booth("front", "a")]
    t = play(scenario(stream("s", (0, 1, 2, 3), "a"), line("a", fixed(4)), pair))
    # the first drives through to the front; at 4 the front is empty, but nobody can pass the rear until 5
    assert list(t.booth) == [1, 0, 1, 0]
    assert same(t.started, [0, 1, 5, 5])
    assert same(t.exited, [4, 5, 9, 9])


def test_stacked_pair_rear_is_held(play: Play) -> None:
    pair = [booth("rear", "a", behind="front", speed=2), booth("front", "a")]
    t = play(scenario(stream("s", (0, 0, 0), "a"), line("a", fixed(4)), pair))
    # the rear is done at 2 and held until the front leaves at 4; then the third drives through to the front
    assert same(t.done, [4, 2, 8])
    assert same(t.left_booth, [4, 4, 8])
    assert list(t.booth) == [1, 0, 1]


def test_rear_alone_when_the_front_is_closed(play: Play) -> None:
    pair = [booth("rear", "a", behind="front"), booth("front", "a", start=15)]
    t = play(scenario(stream("s", (0, 2), "a"), line("a", fixed(4)), pair))
    assert list(t.booth) == [0, 0]
    assert same(t.started, [0, 4])


def test_a_full_lot_blocks_the_booth(play: Play) -> None:
    lot = Station("dock", "port", fixed(10), (1,), lot=1)
    a = line("a", fixed(2), referrals=(Referral("dock", random=1.0),))
    t = play(scenario(stream("s", (0, 0, 0), "a"), a, booth("1", "a"), stations=(lot,)))
    assert same(t.done, [2, 4, 14])
    assert same(t.left_booth, [2, 12, 22])
    assert same(t.started, [0, 2, 12])
    assert same(t.visits.ravel(), [0, 0, 2, 2, 12, 12, 1, 0, 12, 12, 22, 22, 2, 0, 22, 22, 32, 32])


def test_a_full_lot_blocks_the_station_before(play: Play) -> None:
    x_ray, dock = Station("x", "port", fixed(1), (1,), lot=2), Station("dock", "port", fixed(10), (1,), lot=1)
    a = line("a", fixed(2), after=(Referral("x", risk=1.0), Referral("dock", risk=1.0)))
    t = play(scenario(stream("s", (0, 0, 0, 0), "a"), a, booth("1", "a"), stations=(x_ray, dock)))
    # second: done at the x-ray at 5, blocked there until 13, when third starts there, and fourth leaves the booth
    by_station = [list(v) for v in t.visits if v[1] == 0]
    assert [v[2:] for v in by_station] == [[2, 2, 3, 3], [4, 4, 5, 13], [6, 13, 14, 23], [13, 23, 24, 33]]
    assert same(t.left_booth, [2, 4, 6, 13])
    assert same(t.exited, [13, 23, 33, 43])


def test_servers_finish_what_they_have_and_more_start_at_the_tick(play: Play) -> None:
    dock = Station("dock", "port", fixed(10), (1, 0, 2, 2))
    a = line("a", fixed(2), after=(Referral("dock", risk=1.0),))
    t = play(scenario(stream("s", (0, 0, 0, 0), "a"), a, booth("1", "a"), stations=(dock,)))
    assert same(t.visits[:, 3], [2, 12, 30, 30])
    assert same(t.exited, [12, 22, 40, 40])


# -- the end of a shift ------------------------------------------------------------------------------------------
def shift_day(end: str, discipline: str = "one_line") -> Scenario:
    booths = [booth("early", "a", end=15), booth("late", "a", start=15, speed=2)]
    return scenario(
        stream("s", (0, 1, 2), "a"), line("a", fixed(10)), booths, shift_end=end, discipline=discipline, length=120
    )


def test_a_shift_that_finishes_serves_out_who_is_served(play: Play) -> None:
    t = play(shift_day("finish"))
    assert list(t.booth) == [0, 0, 1]
    assert same(t.started, [0, 10, 15])
    assert same(t.done, [10, 20, 20])


def test_a_shift_that_preempts_leaves_the_rest_to_the_next_booth(play: Play) -> None:
    t = play(shift_day("preempt"))
    # the second has 5 of its 10 minutes left at 15, and goes on in a booth twice as fast, before the third
    assert list(t.booth) == [0, 1, 1]
    assert same(t.started, [0, 15, 17.5])
    assert same(t.done, [10, 17.5, 22.5])
    assert same(t.wait, [0, 9, 15.5])


def test_preempt_stands_again(play: Play) -> None:
    day = replace(shift_day("preempt"), booths=(booth("early", "a", end=15), booth("late", "a", start=30)))
    t = play(day)
    assert same(t.done, [10, 35, 45])
    assert same(t.wait, [0, 9 + 15, 33])


def test_preempted_go_back_in_the_order_of_arrival(play: Play) -> None:
    booths = [booth("1", "a", end=15), booth("2", "a", end=15), booth("3", "a", start=15)]
    day = scenario(stream("s", (12, 14, 14.5), "a"), line("a", fixed(8)), booths, shift_end="preempt")
    assert same(play(day).done, [20, 27, 35])


@pytest.mark.parametrize(("end", "started"), [("drain", [0, 10, 20]), ("finish", [0, 10, 15])])
def test_drain_keeps_its_queue_and_finish_sends_it_on(play: Play, end: str, started: list[float]) -> None:
    assert same(play(shift_day(end, "shortest_line")).started, started)


def test_preempt_with_shortest_line_goes_first(play: Play) -> None:
    t = play(shift_day("preempt", "shortest_line"))
    assert same(t.done, [10, 17.5, 22.5])


def test_shortest_line_waits_for_a_booth_to_open(play: Play) -> None:
    booths = [booth("1", "a", start=15), booth("2", "a", start=15)]
    t = play(scenario(stream("s", (3, 4, 5), "a"), line("a", fixed(4)), booths, discipline="shortest_line"))
    assert list(t.booth) == [0, 1, 0]
    assert same(t.started, [15, 15, 19])


def test_a_changed_list_keeps_its_traveller(play: Play) -> None:
    one = Booth("1", "port", (Shift(0, 15, ("a",)), Shift(15, 60, ("b",))))
    streams = [stream("s", (14, 14), "a"), stream("t", (16,), "b")]
    day = scenario(streams, [line("a", fixed(4)), line("b", fixed(4))], one, shift_end="preempt")
    t = play(day)
    assert same(t.started, [14, NAN, 18])
    assert fates(t) == ["served", "left", "served"]


# -- a schedule's times are half-open: what closes at a tick takes nobody at that instant ---------------------------
@pytest.mark.parametrize("discipline", ["one_line", "shortest_line"])
@pytest.mark.parametrize("end", ["finish", "preempt"])
def test_a_booth_that_closes_takes_nobody_at_that_instant(play: Play, discipline: str, end: str) -> None:
    """Open 00:15 to 00:30 and from 00:45; three cars from 00:00 on, 15 minutes each."""
    shifts = (Shift(15, 30, ("a",)), Shift(45, 180, ("a",)))
    day = scenario(
        stream("s", (0, 0, 0), "a"),
        line("a", fixed(15)),
        [Booth("1", "port", shifts)],
        length=180.0,
        discipline=discipline,
        shift_end=end,
    )
    t = play(day)
    assert same(t.started, [15, 45, 60])
    assert same(t.wait, [15, 45, 60])


def test_a_server_that_goes_takes_nobody_at_that_instant(play: Play) -> None:
    """One server until 00:30, none until 00:45: a service that ends at 00:30 is its last."""
    lines = line("a", fixed(1), referrals=(Referral("lot", random=1.0),))
    station = Station("lot", "port", fixed(14), (1, 1, 0, 1))
    t = play(scenario(stream("s", (1, 1, 1), "a"), lines, booth("1", "a"), stations=(station,)))
    assert same(t.visits[:, 3], [2, 16, 45])  # the second is done at 30


def test_a_booth_takes_the_next_at_a_tick_that_changes_nothing(play: Play) -> None:
    t = play(scenario(stream("s", (0, 0, 0), "a"), line("a", fixed(15)), booth("1", "a")))
    assert same(t.started, [0, 15, 30])


def test_booths_that_open_while_some_wait(play: Play) -> None:
    """Three booths from 00:15, five in line from 00:01 on, 10 minutes each; the line takes nobody from 01:00 on."""
    times = (1, 2, 3, 4, 5, 61, 90)
    booths = [booth(str(n), "a", start=15) for n in range(3)]
    t = play(scenario(stream("s", times, "a"), line("a", fixed(10), opens=0, closes=60), booths, length=180.0))
    assert same(t.wait[:5], [14, 13, 12, 21, 20])
    assert fates(t) == ["served"] * 5 + ["turned_away"] * 2


# -- arriving ---------------------------------------------------------------------------------------------------
def test_initial_come_first_and_are_numbered_first(play: Play) -> None:
    streams = [stream("s", (0,), "a"), stream("t", (), "a", initial=2)]
    t = play(scenario(streams, line("a", fixed(4)), booth("1", "a")))
    assert list(zip(t.stream, t.number, t.started, strict=True)) == [(1, 0, 0), (1, 1, 4), (0, 0, 8)]


def test_who_comes_outside_the_hours_is_turned_away(play: Play) -> None:
    day = scenario(stream("s", (0, 9.5, 10, 29.5, 30), "a"), line("a", fixed(4), opens=10, closes=30), booth("1", "a"))
    assert fates(play(day)) == ["turned_away", "turned_away", "served", "served", "turned_away"]
    overnight = replace(day, lines=(line("a", fixed(4), opens=30, closes=10),))
    assert fates(play(overnight)) == ["served", "served", "turned_away", "turned_away", "served"]


def test_the_day_ends(play: Play) -> None:
    t = play(scenario(stream("s", (0, 5, 8, 60), "a"), line("a", fixed(30)), booth("1", "a")))
    assert fates(t) == ["served", "left", "left"]  # the second is done at the very end, which is not played
    assert same(t.started, [0, 30, NAN])
    assert same(t.done, [30, NAN, NAN])
    assert same(t.wait, [0, 25, 52])


def full_day(when_full: str, **rest: object) -> Scenario:
    a = line("a", fixed(10), spacing_m=8, approach_m=15, when_full=when_full, **rest)
    options = (Option("a", 1000.0), Option("b"))
    streams = [Stream("s", Arrivals(times=(0, 0, 0)), options), stream("t", (1, 10), "b")]
    return scenario(streams, [a, line("b", fixed(1))], [booth("1", "a"), booth("2", "b")])


def test_who_finds_the_line_full_balks(play: Play) -> None:
    t = play(full_day("balk"))  # one fits
    assert fates(t) == ["served", "served", "balked", "served", "served"]


def test_who_finds_the_line_full_is_diverted(play: Play) -> None:
    t = play(full_day("divert"))
    assert list(t.diverted_from) == [-1, -1, 0, -1, -1]
    assert list(t.line) == [0, 0, 1, 1, 1]
    assert same(t.started, [0, 10, 0, 1, 10])


def test_who_finds_the_line_full_blocks_those_behind(play: Play) -> None:
    t = play(full_day("spill", behind="b"))
    # the third stands in line b until there is room at 10; who comes behind it at 1 stands still, though its booth is free
    assert list(t.line) == [0, 0, 0, 1, 1]
    assert same(t.started, [0, 10, 20, 10, 11])
    assert same(t.wait, [0, 10, 20, 9, 1])


def test_spill_into_a_full_line_balks(play: Play) -> None:
    day = full_day("spill", behind="b")
    b = line("b", fixed(1), spacing_m=8, approach_m=8)
    streams = (replace(day.streams[0], arrivals=Arrivals(times=(0, 0, 0, 0))), day.streams[1])
    t = play(replace(day, lines=(day.lines[0], b), streams=streams))
    assert fates(t) == ["served", "served", "served", "balked", "balked", "served"]


def test_a_spilled_traveller_moves_before_anybody_else_is_taken(play: Play) -> None:
    a = line("a", fixed(10), spacing_m=8, approach_m=8, when_full="spill", behind="b")
    streams = [stream("s", (0, 1), "a"), stream("t", (2,), "c")]
    booths = [booth("1", "a", start=15), booth("2", "a", "b", "c", start=15)]
    t = play(scenario(streams, [a, line("b", fixed(10)), line("c", fixed(10))], booths))
    # at 15 booth 1 takes the first; the second moves from b to a, where booth 2 finds it before it looks at c
    assert list(t.booth) == [0, 1, 1]
    assert same(t.started, [15, 15, 25])


def test_a_rear_booth_keeps_who_stands_in_its_queue(play: Play) -> None:
    pair = [booth("rear", "a", behind="front"), booth("front", "a", end=15)]
    day = scenario(stream("s", (14, 14, 14, 14), "a"), line("a", fixed(4)), pair, discipline="shortest_line")
    # 14: the first joins the rear (the first of two empty ones), which cannot take it before the front is occupied;
    # the second takes the front, so that the rear starts; the others join each queue. At 15 the front closes: its
    # queue goes to the rear, which waits for nobody in front once the front is empty at 18.
    t = play(day)
    assert list(t.booth) == [0, 1, 0, 0]
    assert same(t.started, [14, 14, 18, 22])
    drained = play(replace(day, shift_end="drain"))
    assert list(drained.booth) == [0, 1, 0, 1]
    assert same(drained.started, [14, 14, 18, 22])


def test_logit_sees_the_wait(play: Play) -> None:
    options = (Option("a"), Option("b"))
    streams = [Stream("s", Arrivals(times=(1,)), options, wait_weight=-50.0), stream("t", (0, 0), "a")]
    day = scenario(streams, [line("a", fixed(10)), line("b", fixed(10))], [booth("1", "a"), booth("2", "b")])
    assert list(play(day).line) == [0, 0, 1]
    # with five more booths of another line the wait of a is not shorter, but a flexible one counts by half
    draw = draws.uniform(0, 0, 0, 0, draws.CHOICE)
    booths = (booth("1", "a"), booth("2", "b"), booth("3", "b", "a"))
    gentle = replace(day.streams[0], wait_weight=-0.1)
    crowd = replace(day.streams[1], arrivals=Arrivals(times=(0, 0, 0, 0)))  # two in booths, two in line: 2 × 10 ÷ 1.5
    share = 1 / (1 + math.exp(0.1 * 2 * 10 / 1.5))
    t = play(replace(day, streams=(gentle, crowd), booths=booths))
    assert t.line[4] == (0 if share >= draw else 1)


def test_lines_that_nobody_serves(play: Play) -> None:
    options = (Option("a", 1000.0), Option("b"))
    day = scenario(
        Stream("s", Arrivals(times=(1, 20)), options),
        [line("a", fixed(10)), line("b", fixed(10))],
        [booth("1", "a", start=30), booth("2", "b", start=15)],
    )
    # at 1 nobody serves either, so utility decides; at 20 only b is served
    assert list(play(day).line) == [0, 1]


def test_who_loses_patience_leaves_the_line(play: Play) -> None:
    impatient = replace(stream("s", (0, 0, 0, 0, 0), "a"), patience=10.0)
    t = play(scenario(impatient, line("a", fixed(50)), booth("1", "a"), length=600))
    ends = [-math.log(draws.uniform(0, 0, 0, n, draws.PATIENCE)) * 10 for n in range(5)]
    assert max(ends) < 50
    assert fates(t) == ["served"] + 4 * ["reneged"]
    assert same(t.wait, [0, *ends[1:]])


def test_rates_and_batches(play: Play) -> None:
    day = scenario(
        Stream("s", Arrivals(rates=(0.0, 60.0), batch=(0.0, 1.0)), (Option("a"),)),
        line("a", fixed(1)),
        booth("1", "a"),
    )
    t = play(day)
    gaps = [-math.log(draws.uniform(0, 0, 0, n, draws.ARRIVAL)) for n in range(3)]
    # pairs, one every two minutes on average, from 30 on
    assert same(t.arrived[:6], [30 + 2 * sum(gaps[: 1 + n // 2]) for n in range(6)])


def test_services_are_drawn_once_and_for_the_traveller(play: Play) -> None:
    law = Law("exponential", 5.0, minimum=1.0)
    day = scenario(stream("s", (0, 0, 0), "a"), line("a", law), booth("1", "a", speed=2.0))
    t = play(day)
    minutes = [max(1.0, -math.log(draws.uniform(0, 0, 0, n, draws.PRIMARY)) * 5 / 2) for n in range(3)]
    assert same(t.done - t.started, minutes)


# -- policies ---------------------------------------------------------------------------------------------------
def open_day(**rest: object) -> Scenario:
    policy = OpenLanes("a", ("2",), open_above=15, close_below=5)
    booths = [booth("1", "a"), Booth("2", "port", ())]
    times = (0, 0, 0, 0, 31, 31)
    return scenario(stream("s", times, "a"), line("a", fixed(10)), booths, policies=(policy,), **rest)


def test_a_policy_opens_a_booth_at_long_waits_and_closes_it_when_nobody_waits(play: Play) -> None:
    t = play(open_day())
    # at 15 two are in line: 20 minutes, so booth 2 opens; at 30 nobody is, so it closes
    assert list(t.booth) == [0, 0, 1, 0, 0, 0]
    assert same(t.started, [0, 10, 15, 20, 31, 41])


def test_no_officer_for_the_lane(play: Play) -> None:
    assert same(play(open_day(officers=(1,))).started, [0, 10, 20, 30, 40, 50])
    assert same(play(open_day(officers=(1, 2))).started, [0, 10, 20, 30, 40, 50])  # at 30 only one is in line
    assert same(play(open_day(officers=(2, 1))).started, [0, 10, 15, 20, 31, 41])


def test_a_policy_moves_a_booth_to_the_longer_line(play: Play) -> None:
    policy = MoveLanes("general", "ready", ratio=1.5, limit=120, keep=1)
    streams = [stream("g", (31, 31, 31, 31, 46), "general"), stream("r", (0,) * 6, "ready")]
    lines = [line("general", fixed(5)), line("ready", fixed(5))]
    booths = [booth("g1", "general"), booth("g2", "general"), booth("r1", "ready")]
    t = play(scenario(streams, lines, booths, policies=(policy,)))
    # ready: at 15 three are in line, g1 goes to them. It stays at 30 (nobody waits in either), so that general has only g2
    # until 45: the fourth is still in line then, and g1 goes back to it
    assert list(t.booth[:6]) == [2, 2, 2, 0, 2, 0]
    assert same(t.started[:6], [0, 5, 10, 15, 15, 20])
    assert list(t.booth[6:]) == [1, 1, 1, 0, 1]
    assert same(t.started[6:], [31, 36, 41, 45, 46])


def test_a_policy_may_keep_open_what_its_shift_would_close(play: Play) -> None:
    policy = OpenLanes("a", ("1",), open_above=5, close_below=1)
    day = scenario(stream("s", (0, 0, 0), "a"), line("a", fixed(10)), booth("1", "a", end=15), policies=(policy,))
    t = play(replace(day, shift_end="preempt"))
    assert same(t.started, [0, 10, 20])
