"""Calibration of a line: what is made up is found again, and what is calibrated is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ambos.catalog import Catalog
from ambos.catalog.calibration import read_calibration, write_calibration
from ambos.catalog.read import Problems
from ambos.catalog.twin import load_twin
from ambos.crossing import port
from ambos.crossing.calibrate.fit import day_paths, fit_line
from ambos.crossing.calibrate.line import CalibratedLine, as_calibrated, calibrate_line
from ambos.crossing.calibrate.refine import draw, held
from ambos.crossing.calibrate.scale import Part, pin
from ambos.crossing.demand import loads, pace
from ambos.crossing.intervals import moved_by, of_values
from ambos.crossing.kernel.vary import unknowns
from ambos.crossing.port_notes import why
from ambos.crossing.simulate import run
from ambos.flows.twin.calibrate_answer import in_use
from ambos.flows.twin.calibrate_picture import picture
from ambos.flows.twin.port_days import PortDays
from ambos.flows.workspace import open_workspace
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Scenario, Shift, Spread, Stream
from ambos.model.twin import Calibrated, Fitness
from ambos.text import Text
from twin_worlds import World, world


@pytest.fixture(scope="module")
def made_up() -> World:
    return world(3, days=70)


@pytest.fixture(scope="module")
def found(made_up: World) -> CalibratedLine:
    line = calibrate_line(made_up.days)
    assert line is not None
    return line


def test_the_mean_load_of_a_made_up_world_is_found(made_up: World, found: CalibratedLine) -> None:
    ratio = found.fit.mean_load(found.days).sum() / made_up.loads.mean(axis=0).sum()
    assert abs(np.log(ratio)) < 2.5 * found.level


def test_drawn_days_have_the_waits_reported(found: CalibratedLine) -> None:
    against = held(draw(found.fit, found.days, seed=9))
    assert np.average(against.drawn_mean, weights=against.reports) == pytest.approx(
        np.average(against.mean, weights=against.reports), rel=0.15
    )
    assert 0.7 <= against.covered <= 0.95


def test_intervals_of_the_load_of_an_hour_cover_the_truth_as_they_say(made_up: World) -> None:
    fit, whole, _ = fit_line(made_up.days, paths=200, rounds=5)
    inside = []
    for at in range(0, len(whole.days), 3):
        reconstructed = day_paths(fit, whole, at, 300)
        assert reconstructed is not None
        hours, paths = reconstructed
        low, high = paths.interval
        inside += list((low <= made_up.loads[at, hours]) & (made_up.loads[at, hours] <= high))
    assert 0.65 <= np.mean(inside) <= 0.92


@pytest.mark.slow
def test_of_a_hundred_made_up_worlds_the_intervals_find_the_truth_at_their_rate() -> None:
    inside, hours = [], []
    for seed in range(100):
        truth = world(seed)
        line = calibrate_line(truth.days)
        assert line is not None
        away = np.log(line.fit.mean_load(line.days).mean() / truth.mean.mean())
        inside.append(abs(away) <= 1.2816 * line.level)
        fit, whole, _ = fit_line(truth.days, paths=300, rounds=6)
        for at in range(0, len(whole.days), 8):
            reconstructed = day_paths(fit, whole, at, 300)
            assert reconstructed is not None
            own, paths = reconstructed
            low, high = paths.interval
            hours += list((low <= truth.loads[at, own]) & (truth.loads[at, own] <= high))
    assert 0.7 <= np.mean(inside) <= 0.9
    assert 0.7 <= np.mean(hours) <= 0.9


def test_a_total_pins_the_rate_of_busy_lines_and_the_load_of_idle_ones() -> None:
    busy, idle = pin([Part(1000.0, 0.0), Part(1000.0, 1.0)], 1200.0)
    assert busy.rate * busy.load > 0.8
    assert idle.load < 0.6 < idle.rate
    assert 1000 * (busy.rate * busy.load + idle.rate * idle.load) == pytest.approx(1200, rel=0.02)
    assert 0 < busy.rate_spread < idle.rate_spread + 0.2


def _spread_scenario(level: float) -> Scenario:
    spread = Spread(factors=((0.2, 0.0), (0.0, 0.2)), level=level)
    return Scenario(
        Text.same("-"),
        (Stream("s", Arrivals(rates=(60.0, 30.0), spread=spread), (Option("l"),)),),
        (Line("l", "-", "pov", "standard", Law("lognormal", 0.9), service_spread=0.1),),
        (Booth("b", "-", (Shift(0.0, 120.0, ("l",)),)),),
        length=120.0,
    )


def test_the_mean_rate_of_varied_days_is_the_rate() -> None:
    totals = run(_spread_scenario(0.1), 600, seed=4)
    came = totals.counts[:, 0, 0]
    assert came.mean() == pytest.approx(90, rel=0.03)
    # chance alone would give a variance of 90
    assert came.var() > 200


def test_an_interval_covers_what_is_not_known_however_many_replications() -> None:
    widths = []
    for replications in (100, 800):
        totals = run(_spread_scenario(0.3), replications, seed=2)
        estimate = of_values(totals.counts[:, 0, 0], unknown=totals.unknown[:, 0])
        assert estimate.low is not None and estimate.high is not None
        widths.append(estimate.high - estimate.low)
    assert widths[1] > 0.7 * widths[0]
    assert widths[1] > 90 * 2 * 1.96 * 0.25


def test_what_is_not_known_is_told_from_chance() -> None:
    made = np.random.default_rng(0)
    unknown, noise = made.standard_normal((400, 2)), made.standard_normal(400)
    moved = 3.0 * unknown[:, 0] + noise
    assert moved_by(moved - moved.mean(), unknown) == pytest.approx(3.0, rel=0.15)
    assert moved_by(noise - noise.mean(), unknown) < 0.2


def test_days_of_a_year_have_what_is_not_known_in_common() -> None:
    drawn = unknowns(_spread_scenario(0.1), (5, 3), 6)
    assert (drawn[:3] == drawn[3:]).all()
    assert len(np.unique(drawn[:3, 0, 0])) == 3


def test_two_scenarios_draw_the_same_days() -> None:
    first, second = (run(replace(_spread_scenario(0.1), name=Text.same(n)), 20, seed=7) for n in "ab")
    assert (first.counts == second.counts).all() and (first.unknown == second.unknown).all()


def test_varied_days_do_not_depend_on_threads() -> None:
    one, two = (run(_spread_scenario(0.1), 40, seed=7, threads=n) for n in (1, 2))
    assert (one.hour_sum == two.hour_sum).all()


@pytest.fixture(scope="module")
def calibrated(found: CalibratedLine) -> Calibrated:
    return as_calibrated(found, (30000,) * 12, 50.0)


def test_what_is_written_is_read_again(tmp_path: Path, calibrated: Calibrated) -> None:
    write_calibration(tmp_path, {("here", "pov", "standard"): calibrated})
    problems = Problems()
    assert read_calibration(tmp_path, problems) == {("here", "pov", "standard"): calibrated}
    assert problems.listed == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("calibration.csv", ",spread,", ",sprread,", "no such value"),
        ("calibration.csv", "volumes,,3", "volumes,,x3", "not a number"),
        ("calibration_lines.csv", "here,", "there,", "not whole"),
    ],
)
def test_a_damaged_calibration_is_told(
    tmp_path: Path, calibrated: Calibrated, file: str, old: str, new: str, said: str
) -> None:
    write_calibration(tmp_path, {("here", "pov", "standard"): calibrated})
    path = tmp_path / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    problems = Problems()
    read_calibration(tmp_path, problems)
    assert any(said in problem for problem in problems.listed)


def test_without_what_is_calibrated_the_definitions_speak(catalog: Catalog) -> None:
    twin = load_twin(catalog)
    bare = port.uncalibrated(twin)
    assert all(line.calibrated is None for c in bare.crossings.values() for line in c.lines)


def test_calibrated_travellers_of_a_month_add_up_to_its_total(catalog: Catalog) -> None:
    twin = load_twin(catalog)
    lines = [
        x for c in twin.crossings.values() if c.id in ("deconcini", "mariposa") for x in c.lines if x.mode == "pov"
    ]
    known = [x.calibrated for x in lines if x.calibrated]
    month, total = date(2024, 7, 1), 300_000
    rate = pace(lines, total, month)
    days = {w: 5 if w <= 3 else 4 for w in range(1, 8)}
    travellers = sum(n * rate * x.per_hour * sum(loads(x, total, month, w)) for x in known for w, n in days.items())
    assert len(known) == len(lines)
    assert travellers == pytest.approx(total)


def test_a_line_that_the_simulation_misses_is_not_fit_for_decisions(calibrated: Calibrated) -> None:
    tested = Fitness(3000, 30.0, 29.0, 60.0, 62.0, 0.8, 24, 24, 900, 8.0, 9.0)
    good = replace(calibrated, fitness=tested, simulated=28.0, reported=30.0)
    assert good.standing == "fit"
    assert replace(good, simulated=40.0).standing == "unfit"
    assert "40.0" in why(replace(good, simulated=40.0)).en
    assert replace(good, fitness=replace(tested, close=23)).standing == "unfit"
    assert replace(good, fitness=None).standing == "untested"


def test_the_picture_and_the_tables_of_a_crossing_have_each_of_its_calibrated_lines(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    chart, answer = picture(workspace, ["260401"]), in_use(workspace, ["260401"])
    assert chart is not None and answer is not None
    lines = {f"deconcini.{name}" for name in ("pov.standard", "pov.sentri", "pedestrian.standard")}
    assert {datum.place for datum in chart.data} == lines
    assert {row["line"].code for row in answer.table("lines").cells()} == lines
    assert picture(workspace, ["9999"]) is None and in_use(workspace, ["9999"]) is None


def test_what_is_kept_in_a_workspace_is_used_there(tmp_path: Path, calibrated: Calibrated) -> None:
    workspace = open_workspace(tmp_path)
    (tmp_path / "calibration").mkdir()
    write_calibration(tmp_path / "calibration", {("deconcini", "pov", "standard"): calibrated})
    lines = {
        line.lane_class: line for line in PortDays(workspace).twin.crossings["deconcini"].lines if line.mode == "pov"
    }
    assert lines["standard"].calibrated == calibrated
    assert lines["sentri"].calibrated is not None and lines["sentri"].calibrated != calibrated
