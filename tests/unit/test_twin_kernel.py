"""The kernel as a whole: what must hold on any day, threads, buffers, and what is refused beforehand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from ambos.crossing import simulate
from ambos.crossing.compare import until_served
from ambos.crossing.kernel import arrays, compiled, draws, machine
from ambos.crossing.kernel import day as compiled_day
from ambos.crossing.kernel.totals import Totals, Trace
from ambos.crossing.scenario.check import problems
from ambos.model.crossing import (
    Arrivals,
    Booth,
    Law,
    Line,
    MoveLanes,
    OpenLanes,
    Option,
    Referral,
    Scenario,
    Shift,
    Station,
    Stream,
)
from ambos.text import Text

DAY = 1440.0
FATES = ("served", "balked", "reneged", "turned_away", "left")


def busy_day() -> Scenario:
    """A day that uses most of the rules."""
    rates = (20.0, 20.0, 60.0, 200.0, 240.0, 200.0, 120.0, 60.0)
    sent_on = (Referral("secondary", 0.01, 0.04),)
    lines = (
        Line("general", "port", "pov", "standard", Law("lognormal", 1.0, cv2=0.5), sent_on, spacing_m=6, approach_m=900, when_full="divert"),
        Line("ready", "port", "pov", "ready", Law("gamma", 0.7, cv2=0.4), sent_on, spacing_m=6, approach_m=300, when_full="spill", behind="general"),
        Line("next", "next", "pov", "standard", Law("exponential", 1.0), opens=360, closes=1320),
    )  # fmt: skip
    streams = (
        Stream(
            "general",
            Arrivals(rates, batch=(0.9, 0.1), initial=5),
            (Option("general"), Option("next", -1.0)),
            -0.05,
            patience=300,
        ),
        Stream("ready", Arrivals(tuple(0.6 * r for r in rates)), (Option("ready"),)),
    )
    both = ("general", "ready")
    shifts = (Shift(0, 360, both), Shift(360, 840, ("ready", "general")), Shift(840, DAY, both))
    booths = (
        Booth("front", "port", (Shift(0, DAY, both),)),
        Booth("rear", "port", (Shift(300, 1200, both),), behind="front"),
        *(Booth(f"b{n}", "port", shifts[: n % 3 + 1], 1 + n / 10) for n in range(4)),
        Booth("next", "next", (Shift(360, DAY, ("next",)),)),
        Booth("reserve", "port", ()),
    )
    return Scenario(
        Text.same("busy"),
        streams,
        lines,
        booths,
        (Station("secondary", "port", Law("gamma", 20.0, cv2=0.3), (4, 6, 6, 2), lot=8),),
        (OpenLanes("general", ("reserve",), 20, 10), MoveLanes("general", "ready", 1.45, 120)),
        officer_cv2=0.05,
        shift_end="preempt",
    )


def assert_equal(a: Totals, b: Totals) -> None:
    for field in fields(Totals):
        if field.name not in ("scenario", "seed", "seconds"):
            one, other = getattr(a, field.name), getattr(b, field.name)
            assert one.tobytes() == other.tobytes(), field.name


def test_the_same_bytes_whatever_the_number_of_threads() -> None:
    day = busy_day()
    one = simulate.run(day, 40, seed=9, threads=1)
    assert one.counts[:, :, 0].sum() > 40 * 2000
    for threads in (2, 3):
        assert_equal(one, simulate.run(day, 40, seed=9, threads=threads))
    other = simulate.run(day, 40, seed=10, threads=1)
    assert (one.counts != other.counts).any()


def test_a_buffer_too_small_is_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    day = busy_day()
    roomy, everybody = simulate.run(day, 6, seed=2), simulate.trace(day, 2, 3)
    monkeypatch.setattr(simulate, "expected_travellers", lambda scenario: 3)
    assert_equal(roomy, simulate.run(day, 6, seed=2, threads=2))
    again = simulate.trace(day, 2, 3)
    for field in fields(Trace):
        assert getattr(again, field.name).tobytes() == getattr(everybody, field.name).tobytes()


def test_compilation_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_FUNCTIONS", [])
    monkeypatch.setattr(compiled, "_place", lambda: None)
    fresh = compiled.compiled(lambda x: x + 1)
    told: list[tuple[int, int]] = []
    for _ in range(2):
        with compiled.compilation_reported(lambda done, of: told.append((done, of))):
            assert fresh(1) == 2
    assert told == [(1, 1)]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    simulate.run(busy_day(), 20, threads=2, progress=lambda done, of: told.append((done, of)))
    assert max(told) == (20, 20)


def test_conservation_and_the_sums_of_the_stages() -> None:
    totals = simulate.run(busy_day(), 10, seed=4)
    arrived, *gone = np.moveaxis(totals.counts, -1, 0)
    assert (arrived == sum(gone)).all()
    assert (totals.counts[:, 0] > 0).sum() > 40  # most of it happened
    assert (totals.stage_n[:, :, 0] == totals.hour_n.sum(2)).all()
    np.testing.assert_array_equal(totals.histogram.sum(2), totals.stage_n.sum(0))
    np.testing.assert_array_equal(totals.hour_histogram.sum(2), totals.hour_n.sum(0))
    assert (totals.booth_open + 1e-9 >= totals.booth_busy + totals.booth_blocked).all()
    assert (totals.peak >= totals.queue).all()


@pytest.mark.parametrize("shift_end", ["finish", "preempt", "drain"])
def test_what_holds_for_every_traveller(shift_end: str) -> None:
    day = replace(busy_day(), shift_end=shift_end)  # type: ignore[arg-type]
    for replication in range(5):
        trace = simulate.trace(day, 1, replication)
        assert (np.diff(trace.arrived) >= 0).all()
        assert trace.wait.min() >= 0
        through = trace.fate == 0
        assert (trace.started[through] >= trace.arrived[through]).all()
        assert (trace.left_booth[through] >= trace.done[through]).all() and (trace.done >= trace.started)[through].all()
        assert (trace.exited[through] >= trace.left_booth[through]).all()
        for booth in range(len(day.booths)):
            # the last stay of each traveller; an earlier one, cut short, gave the booth back before
            inside = np.flatnonzero((trace.booth == booth) & ~np.isnan(trace.started))
            order = inside[np.argsort(trace.started[inside], kind="stable")]
            assert (trace.started[order][1:] >= trace.left_booth[order][:-1]).all()
        visits = trace.visits
        events = np.concatenate((np.c_[visits[:, 2], np.ones(len(visits))], np.c_[visits[:, 5], -np.ones(len(visits))]))
        events = events[~np.isnan(events[:, 0])]
        assert events[np.lexsort((events[:, 1], events[:, 0])), 1].cumsum().max() <= 8
        totals = simulate.run(day, replication + 1, seed=1)
        assert totals.counts[replication, :, 1].sum() == through.sum()


def test_shift_ends_by_hand() -> None:
    """Ten minutes of service from minute 10; the only booth closes at 15, another opens at 30."""
    day = Scenario(
        Text.same("hand"),
        (Stream("s", Arrivals(times=(10.0,)), (Option("line"),)),),
        (Line("line", "port", "pov", "standard", Law("deterministic", 10.0)),),
        (Booth("a", "port", (Shift(0, 15, ("line",)),)), Booth("b", "port", (Shift(30, 60, ("line",)),), speed=2.0)),
        length=60.0,
    )
    finish = simulate.trace(day)
    assert (finish.done[0], finish.wait[0], finish.booth[0]) == (20.0, 0.0, 0)
    preempt = simulate.trace(replace(day, shift_end="preempt"))
    assert (preempt.started[0], preempt.done[0], preempt.wait[0], preempt.booth[0]) == (30.0, 32.5, 15.0, 1)
    assert simulate.run(day, 1).booth_open.tolist() == [[20.0, 30.0]]
    assert simulate.run(replace(day, shift_end="preempt"), 1).booth_open.tolist() == [[15.0, 30.0]]


def test_two_hundred_booths() -> None:
    booths = tuple(Booth(f"b{n}", "port", (Shift(0, 60, ("line",)),)) for n in range(200))
    times = tuple(n / 8 for n in range(300))
    day = Scenario(
        Text.same("wide"),
        (Stream("s", Arrivals(times=times), (Option("line"),)),),
        (Line("line", "port", "pov", "standard", Law("deterministic", 30.0)),),
        booths,
        length=60.0,
    )
    trace = simulate.trace(day)
    np.testing.assert_array_equal(trace.booth[:200], np.arange(200))
    np.testing.assert_allclose(trace.wait[200:], 30 - 200 / 8)
    np.testing.assert_array_equal(trace.booth[200:], np.arange(100))


# -- what is refused --------------------------------------------------------------------------------------------
def test_a_sound_scenario_has_no_problems() -> None:
    assert problems(busy_day()) == []


def wrong(**changes: object) -> list[str]:
    return [problem.text.en for problem in problems(replace(busy_day(), **changes))]  # type: ignore[arg-type]


def test_every_problem_is_told_with_its_place_and_remedy() -> None:
    day = busy_day()
    line = replace(
        day.lines[0], service=Law("gamma", -1.0, cv2=-1.0), approach_m=3.0, referrals=(Referral("lab", 0.9, 0.9),)
    )
    stream = replace(
        day.streams[0], arrivals=Arrivals((-1.0,), batch=(0.5,)), options=(Option("nowhere"),), wait_weight=1.0
    )
    booth = replace(
        day.booths[0], shifts=(Shift(0, 20, ("general",)), Shift(15, 30, ("general", "general"))), speed=0.0
    )
    found = wrong(
        lines=(line, *day.lines[1:]), streams=(stream, day.streams[1]), booths=(booth, *day.booths[1:]),
        stations=(replace(day.stations[0], servers=(), lot=-1), day.stations[0]),
        policies=(OpenLanes("general", ("none",), 5, 10), MoveLanes("ready", "ready", 0.0, 1)),
    )  # fmt: skip
    expected = (
        "line 'general', service: mean", "line 'general', service: cv2", "line 'general': its approach", "station 'lab'", "add up to more than 1",
        "rates is -1", "batch do not add up", "line 'nowhere'", "wait_weight is positive", "booth 'front': speed", "from 0 to 20", "overlap", "lists a line twice",
        "no servers", "lot is -1", "station 'secondary': the id is used twice", "booth 'none'", "close_below is above", "to itself", "ratio is 0",
    )  # fmt: skip
    for part in expected:
        assert any(part in problem for problem in found), part
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"length": 0.0}, "length must be more than 0"),
        ({"booths": ()}, "it has no booth"),
        ({"discipline": "shortest_line"}, "`spill` goes with `one_line` only"),
        ({"officer_cv2": float("nan")}, "officer_cv2"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused(changes: dict[str, object], part: str) -> None:
    assert any(part in problem for problem in wrong(**changes))


def test_circles_and_long_stacks_are_refused() -> None:
    day = busy_day()
    lines = (replace(day.lines[0], when_full="spill", behind="ready"), *day.lines[1:])
    assert sum("spills into itself" in problem for problem in wrong(lines=lines)) == 2
    booths = (*day.booths[:2], replace(day.booths[2], behind="rear"), *day.booths[3:])
    assert any("more than two booths" in problem for problem in wrong(booths=booths))


def test_the_mean_and_ten_deviations_are_expected() -> None:
    day = busy_day()
    expected = arrays.expected_travellers(day)
    came = simulate.run(day, 20).counts[:, :, 0].sum(1) - simulate.run(day, 20).counts[:, :, 4].sum(1)
    assert came.mean() < expected < 2 * came.mean()


# -- machine code on disk ---------------------------------------------------------------------------------------
def test_machine_code_goes_where_there_is_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "given"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    given = compiled._folder()
    assert given is not None and given.parent == tmp_path / "given"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    own = compiled._folder()
    assert own is not None and own.parent == tmp_path / "own" / "ambos"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert compiled._folder() == own, "nothing is written beside the package"
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert compiled._folder() is None
    monkeypatch.setattr(compiled, "_place", lambda: None)

    @compiled.compiled
    def twice(x: int) -> int:
        return 2 * x

    assert twice(4) == 8


def test_machine_code_of_versions_long_unused_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    for age in range(12):
        old = tmp_path / f"numba-{age:016x}"
        old.mkdir()
        os.utime(old, (1e9 - age, 1e9 - age))
    own = compiled._folder()
    left = {path.name for path in tmp_path.iterdir()}
    assert own is not None and left == {own.name, *(f"numba-{age:016x}" for age in range(7))}


@pytest.mark.parametrize("name", ["arrays", "compiled", "draws", "parts", "memory", "totals"])
def test_machine_code_of_another_text_is_never_taken(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = Path(compiled.__file__).parent
    for source in sources.glob("*.py"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "given"))
    before = compiled._folder()
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "compiled.py"))
    assert compiled._folder() == before
    with (tmp_path / f"{name}.py").open("a") as changed:
        changed.write("# another record\n")
    assert compiled._folder() != before


# -- machine code that comes with the package -----------------------------------------------------------------------
def test_the_machine_code_of_the_kernel_s_text_comes_with_the_package() -> None:
    assert machine.path().is_file(), "the kernel's text changed: run tools/twin_machine_code.py"
    assert [file.name for file in machine.FOLDER.iterdir()] == [machine.path().name]


@pytest.mark.parametrize("lacks", ["the file", "the system", "the processor"])
def test_where_the_machine_code_does_not_fit_the_kernel_is_compiled(
    lacks: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lacks == "the file":
        monkeypatch.setattr(machine, "FOLDER", tmp_path)
    elif lacks == "the system":
        monkeypatch.setattr(sys, "platform", "plan9")
    else:
        monkeypatch.setattr(machine, "FEATURES", ("avx", "a feature to come"))
    assert machine.shipped() is None


def test_draws_of_the_machine_code_are_those_of_the_functions_compiled_here() -> None:
    kernel = machine.shipped()
    if kernel is None:
        pytest.skip("no machine code fits this processor")
    for number in range(200):
        u = kernel.uniform(7, number % 5, number % 3, number, draws.PATIENCE, number % 2)
        assert u == draws.uniform(7, number % 5, number % 3, number, draws.PATIENCE, number % 2)
        assert kernel.normal_quantile(u) == draws.normal_quantile(u)


@pytest.mark.slow
def test_the_machine_code_is_what_is_made_of_the_kernel_s_text_and_plays_the_days_of_the_compiled_one() -> None:
    if (kernel := machine.shipped()) is None:
        pytest.skip("no machine code fits this processor")
    tool = Path(__file__).parents[2] / "tools" / "twin_machine_code.py"
    subprocess.run([sys.executable, tool, "--check"], check=True)
    day = busy_day()
    sums = simulate._Sums(day, 1)
    states = [arrays.world(day, arrays.expected_travellers(day), True, sums.histograms) for _ in range(2)]
    for play, state in zip((kernel.play, compiled_day.play), states, strict=True):
        assert play(state.table, 5, 3)
    for name in ("trace", "visits", "lines", "hours", "stages", "booths"):
        assert getattr(states[0], name).tobytes() == getattr(states[1], name).tobytes()


def test_those_not_served_count_until_the_end_of_the_day() -> None:
    """Minutes until served, by the sums of the kernel and by every traveller of the same day."""
    day = replace(busy_day(), streams=(replace(busy_day().streams[0], patience=15.0), busy_day().streams[1]))
    sums, each = simulate.run(day, 1), simulate.trace(day)
    served, left = FATES.index("served"), FATES.index("left")
    gone = (each.fate != served) & (each.fate != left)
    assert {FATES[fate] for fate in each.fate} >= {"served", "reneged"} and gone.sum() > 20
    went = np.where(gone, DAY - each.arrived - each.wait, 0.0)
    for line in range(len(day.lines)):
        assert sums.unserved[0, line] == pytest.approx(went[each.line == line].sum())
    stood = sum(float(until_served(sums, line)[0].sum()) for line in range(len(day.lines)))
    assert stood == pytest.approx(each.wait.sum() + went.sum())
    assert sum(int(until_served(sums, line)[1].sum()) for line in range(len(day.lines))) == len(each.arrived)
