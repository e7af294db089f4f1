"""Lane plans: the program against enumeration, its laws, what it says when there is no plan, files, the answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from ambos.catalog import load
from ambos.catalog.staff import load_staff
from ambos.crossing import lanes as steps
from ambos.crossing.scenario.format import staff_sections
from ambos.crossing.simulate import run
from ambos.crossing.staff.apply import with_plan
from ambos.crossing.staff.baseline import by_rule
from ambos.crossing.staff.files import default_officers, read_floors, read_officers
from ambos.crossing.staff.improve import delay_cost, improve, keeps, lane_hours
from ambos.crossing.staff.plan import Plan, bound_of, clashes, plan, presence
from ambos.crossing.staff.problem import (
    END_HOURS,
    PER_HOUR,
    QUARTERS,
    Class,
    Post,
    Problem,
    chance_queue,
    chance_queues,
    fluid,
    lanes_of,
    mean_service,
    problem_of,
    with_floors,
)
from ambos.errors import BadRequest, BadScenario, SearchEnded
from ambos.flows.twin.staff import read_target
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Referral, Scenario, Station, Stream
from ambos.model.staff import Break, Floors, LaneRule, LineFloor, Roster, ShiftPattern, Target
from ambos.text import Language, Text
from twin_samples import rates

RULES = load_staff(load())
DOCS = Path(__file__).parents[2] / "docs"
#: An officer who works from a quarter-hour to another.
DAY = ShiftPattern("day", (0.0,), 16.0)


def a_class(
    arrivals: dict[int, float], *, id: str = "x.pov.standard", most: int = 3, cost: float = 20.0, least: int = 0
) -> Class:
    """A class with arrivals in a few quarter-hours, open in those and the ones between."""
    came = np.zeros((1, QUARTERS))
    for quarter, count in arrivals.items():
        came[0, quarter] = count
    open_now = np.zeros(QUARTERS, np.int64)
    open_now[min(arrivals) : max(arrivals) + 2] = 1
    return Class(id, "pov", came, np.zeros(1), np.full(1, 10.0), 0.5, cost, open_now * least, open_now * most)


def a_problem(*classes: Class, built: int = 3, **rest: object) -> Problem:
    fields: dict[str, object] = {"posts": (), "roster": None, "officer_cost": 80.0, "changes": 100}
    return Problem(classes=classes, built={"pov": built}, **{**fields, **rest})  # type: ignore[arg-type]


def fluid_cost(problem: Problem, lanes: dict[str, np.ndarray]) -> float:
    """US dollars of a plan in the program without chance."""
    total = 0.0
    for cls in problem.classes:
        queue = fluid(cls, lanes[cls.id])[0]
        hours = (queue[1:-1].sum() + queue[0] / 2 + queue[-1] / 2) / PER_HOUR - queue[0] / 2 / PER_HOUR
        total += cls.cost * (hours + END_HOURS * queue[-1])
        total += (problem.officer_cost + 0.01) * lanes[cls.id].sum() / PER_HOUR
    return float(total)


# -- the program against enumeration ------------------------------------------------------------------------------
@pytest.mark.parametrize("officer_cost", [5.0, 80.0, 400.0])
def test_the_plan_of_one_class_is_the_best_of_all(officer_cost: float) -> None:
    problem = a_problem(a_class({32: 25.0, 33: 8.0, 34: 31.0, 35: 2.0}), officer_cost=officer_cost)
    found = plan(problem, chance=False, gap=0.0)
    assert found
    best = np.inf
    for counts in product(range(4), repeat=5):
        lanes = np.zeros(QUARTERS, np.int64)
        lanes[32:37] = counts
        best = min(best, fluid_cost(problem, {"x.pov.standard": lanes}))
    assert found.cost == pytest.approx(best, abs=0.01) and found.bound == pytest.approx(best, abs=0.01)
    assert fluid_cost(problem, dict(found.lanes)) == pytest.approx(best, abs=0.01)


def test_the_plan_of_two_classes_that_share_lanes_is_the_best_of_all() -> None:
    first = a_class({40: 22.0, 41: 9.0, 42: 12.0}, id="x.pov.standard")
    second = a_class({40: 6.0, 41: 24.0, 42: 3.0}, id="x.pov.sentri", cost=31.0)
    problem = a_problem(first, second, built=3, changes=3)
    found = plan(problem, chance=False, gap=0.0)
    assert found
    best = np.inf
    for counts in product(range(4), repeat=8):
        a, b = np.array(counts[:4]), np.array(counts[4:])
        if (a + b > 3).any() or np.abs(np.diff(a)).sum() + np.abs(np.diff(b)).sum() > 3:
            continue
        lanes = {first.id: np.zeros(QUARTERS, np.int64), second.id: np.zeros(QUARTERS, np.int64)}
        lanes[first.id][40:44], lanes[second.id][40:44] = a, b
        best = min(best, fluid_cost(problem, lanes))
    assert found.cost == pytest.approx(best, abs=0.01)
    assert keeps(problem, found.lanes, {}, None)


def test_shifts_cover_the_lanes_with_the_fewest_officers() -> None:
    early = ShiftPattern("early", (8 * 60.0,), 4.0, (Break(120.0, 30.0),))
    late = ShiftPattern("late", (10 * 60.0,), 4.0)
    cls = a_class({32: 18.0, 40: 18.0, 50: 8.0}, least=1)
    problem = a_problem(cls, roster=Roster((early, late), 50.0))
    found = plan(problem, fewest=True, chance=False, gap=0.0)
    assert found and found.officers == 2  # one of each: a lane is open from 8:00 to 12:45, through the early break
    assert {(s.pattern, s.start, s.end) for s in found.shifts} == {("early", 480.0, 720.0), ("late", 600.0, 840.0)}
    on_duty = presence(early, 480.0) + presence(late, 600.0)
    assert (found.duty == on_duty).all() and (found.lanes[cls.id] <= on_duty).all()


def test_a_shift_past_midnight_goes_on_at_the_beginning_of_the_day() -> None:
    at = presence(ShiftPattern("night", (22 * 60.0,), 8.0, (Break(210.0, 30.0),)), 22 * 60.0)
    assert at.sum() == 30 and at[88:].all() and at[:6].all() and not at[6:8].any() and at[8:24].all()


# -- laws -----------------------------------------------------------------------------------------------------------
BUSY = a_class({q: 18.0 + 9.0 * (q % 3) for q in range(30, 38)}, least=1)


def test_more_officers_never_cost_more_delay() -> None:
    costs = []
    for most in range(1, 4):
        roster = Roster((replace(DAY, starts=(420.0,), officers=most),), 0.0)
        found = plan(a_problem(BUSY, roster=roster, officer_cost=0.0), gap=0.0)
        assert found
        costs.append(found.cost)
    assert costs == sorted(costs, reverse=True) and costs[0] > costs[-1]


def test_tighter_floors_never_cost_less() -> None:
    costs = []
    for floor in range(4):
        found = plan(a_problem(replace(BUSY, least=np.where(BUSY.most > 0, floor, 0))), gap=0.0)
        assert found
        costs.append(found.cost)
    assert costs == sorted(costs) and costs[0] < costs[-1]


def test_longer_inspections_and_more_referrals_never_cost_less() -> None:
    slower = [plan(a_problem(replace(BUSY, rate=np.full(1, rate))), gap=0.0) for rate in (12.0, 10.0, 8.0)]
    assert [p.cost for p in slower if p] == sorted(p.cost for p in slower if p)
    posts = [Post("x.secondary", 1, 20.0, 0.85, {BUSY.id: share}, 20.0, 1, 9) for share in (0.02, 0.05, 0.1)]
    referred = [plan(a_problem(BUSY, posts=(post,)), gap=0.0) for post in posts]
    assert all(referred) and [p.cost for p in referred if p] == sorted(p.cost for p in referred if p)


def test_the_bound_without_chance_is_below_every_plan() -> None:
    problem = a_problem(BUSY)
    whole, flow = plan(problem, gap=0.0), plan(problem, chance=False, gap=0.0)
    assert whole and flow and flow.bound <= whole.cost
    assert fluid_cost(problem, dict(whole.lanes)) >= flow.bound - 0.01


def test_posts_are_staffed_for_all_who_are_sent_there_whatever_their_wait_costs() -> None:
    cls = replace(BUSY, most=BUSY.most * 2)
    post = Post("x.secondary", 1, 20.0, 1.0, {cls.id: 0.1}, 0.0, 1, 9)
    roster = Roster((replace(DAY, starts=(420.0,), officers=6),), 0.0)
    made = plan(a_problem(cls, built=6, posts=(post,), roster=roster), gap=0.0)
    work = 0.1 * 20.0 * cls.arrivals.sum()  # minutes
    assert made and made.posts[post.id].sum() / PER_HOUR * 60.0 >= work > 300.0
    assert plan(a_problem(cls, built=6, posts=(replace(post, most=1),), roster=roster), gap=0.0)  # all of it is there


def over_days(problem: Problem, days: int) -> Problem:
    """The same day so many times."""
    every = ("arrivals", "initial", "rate")
    return replace(
        problem,
        classes=tuple(replace(c, **{n: np.repeat(getattr(c, n), days, 0) for n in every}) for c in problem.classes),
    )


def test_the_bound_counts_chance() -> None:
    full = a_class(dict.fromkeys(range(96), 30.0), least=1)  # as many as three lanes take
    problem = over_days(a_problem(full, officer_cost=0.0), 16)
    bound = bound_of(problem)
    assert bound and bound > 10 * fluid_cost(problem, {full.id: full.most})


def test_no_simulated_plan_costs_less_than_the_bound() -> None:
    day = a_day()
    problem = replace(problem_of(day, RULES, rates(), Floors({}, {}), None), officer_cost=0.0, posts=())
    problem = replace(problem, lane_hours={"pov": (72.0,)})  # three quarters of what is open
    bound = bound_of(over_days(problem, 16))
    lanes = {"x.pov.standard": np.full(QUARTERS, 2), "x.pov.sentri": np.full(QUARTERS, 1)}
    cost = delay_cost(run(with_plan(day, lanes), 32, 1), problem)
    assert bound and 0 < bound < cost.mean() + 2 * cost.std() / np.sqrt(32)


def test_the_queue_of_chance_falls_and_is_convex_in_the_lanes() -> None:
    values = chance_queues(40.0, 10.0, 0.5, 12)
    assert (np.diff(values) <= 0).all() and (np.diff(values, 2) >= -1e-12).all()
    assert chance_queue(0.0, 10.0, 0.5, 1) == 0.0 and values[-1] < 0.01


def test_the_longest_wait_of_a_target_is_kept_in_the_program() -> None:
    cls = a_class({30: 60.0, 31: 0.0, 36: 5.0}, most=6)
    roster = Roster((replace(DAY, starts=(420.0,)),), 90.0)
    problem = a_problem(cls, built=6, roster=roster, target=Target(0.95, 15.0))
    found = plan(problem, fewest=True, chance=False, gap=0.0)
    loose = plan(replace(problem, target=Target(0.95, 60.0)), fewest=True, chance=False, gap=0.0)
    assert found and loose and (found.officers, loose.officers) == (3, 2)
    queue = fluid(cls, found.lanes[cls.id])[0]
    assert queue[31] <= 10.0 * found.lanes[cls.id][31] + 1e-6


# -- no plan ----------------------------------------------------------------------------------------------------------
def test_too_few_officers_for_the_floors_are_named() -> None:
    cls = replace(BUSY, least=np.where(BUSY.most > 0, 2, 0))
    problem = a_problem(cls, roster=Roster((replace(DAY, starts=(420.0,), officers=1),), 90.0))
    assert plan(problem) is None
    told = {(c.rule, c.about): (c.by, c.alone) for c in clashes(problem)}
    assert told == {("lanes", cls.id): (1.0, True), ("duty", ""): (1.0, True), ("roster", "day"): (1.0, True)}


def test_a_floor_above_the_lanes_built_is_named() -> None:
    problem = a_problem(replace(BUSY, least=np.where(BUSY.most > 0, 5, 0)))
    assert plan(problem) is None
    assert {(c.rule, c.about, c.by) for c in clashes(problem)} == {("lanes", BUSY.id, 2.0), ("built", "pov", 2.0)}


def test_rules_that_must_give_way_together_are_named_so() -> None:
    cls = replace(BUSY, least=np.where(BUSY.most > 0, 2, 0))
    post = Post("x.secondary", 1, 20.0, 0.85, {BUSY.id: 0.05}, 20.0, 9, 2)
    problem = a_problem(cls, posts=(post,), roster=Roster((replace(DAY, starts=(420.0,), officers=1),), 90.0))
    found = clashes(problem)
    assert plan(problem) is None and not any(c.alone for c in found)
    assert {c.rule for c in found} >= {"lanes", "post", "servers"} and {"duty", "roster"} & {c.rule for c in found}


# -- scenario, floors, improvement ------------------------------------------------------------------------------------
def a_day(service: Law | None = None) -> Scenario:
    """A crossing with two classes of cars, six booths and secondary inspection."""
    hourly = tuple(70.0 + 60.0 * (7 <= h < 11) + 50.0 * (16 <= h < 19) for h in range(24))
    law = service or Law("lognormal", 1.2, 0.5)
    names = ("x.pov.standard", "x.pov.sentri")
    now = {names[0]: 3, names[1]: 1}
    booths, number = [], 0
    for name, count in now.items():
        for _ in range(count):
            number += 1
            booths.append(Booth(f"x.pov.{number}", "x", steps.shifts([(name,)] * QUARTERS)))
    booths += [Booth(f"x.pov.{n}", "x", ()) for n in range(number + 1, 7)]
    return Scenario(
        Text.same("x"),
        streams=tuple(
            Stream(n, Arrivals(tuple(r * s for r in hourly)), (Option(n),))
            for n, s in zip(names, (1.0, 0.4), strict=True)
        ),
        lines=tuple(
            Line(n, "x", "pov", n.rpartition(".")[2], law, (Referral("x.secondary", 0.01, 0.02),)) for n in names
        ),
        booths=tuple(booths),
        stations=(Station("x.secondary", "x", Law("gamma", 20.0, 0.5), (4,)),),
    )


def test_floors_raise_services_and_referrals() -> None:
    floors = Floors({"x.pov.standard": LineFloor((2,), 0.9, 0.06, 0.03)}, {"x.secondary": 2}, 3)
    raised = with_floors(a_day(), floors)
    standard, sentri = raised.lines
    assert standard.service.minimum == 0.9 and sentri.service.minimum == 0.0
    assert standard.referrals[0].random == 0.03 and standard.referrals[0].risk == pytest.approx(0.03)
    problem = problem_of(raised, RULES, rates(), floors, None)
    assert problem.of("x.pov.standard").least.min() == 2 and problem.of("x.pov.sentri").least.min() == 1
    assert problem.changes == 3 and problem.built == {"pov": 6}
    (post,) = problem.posts
    assert (post.least, post.most) == (2, 4) and post.shares["x.pov.standard"] == pytest.approx(0.06)


@pytest.mark.parametrize(
    "law", [Law("lognormal", 1.0, 0.5), Law("gamma", 1.0, 0.5), Law("exponential", 1.0), Law("erlang", 1.0, phases=3)]
)
def test_the_mean_of_a_service_with_a_minimum(law: Law) -> None:
    assert mean_service(law) == 1.0
    raised = mean_service(replace(law, minimum=1.0))
    assert 1.0 < raised < 2.0 and mean_service(replace(law, minimum=50.0)) == pytest.approx(50.0)
    if law.name == "exponential":  # the mean of max(1, X) is 1 + e⁻¹
        assert raised == pytest.approx(1.0 + np.exp(-1.0), abs=1e-3)


def test_a_plan_is_put_into_the_booths() -> None:
    day = a_day()
    now = lanes_of(day)
    wanted = {"x.pov.standard": now["x.pov.standard"].copy(), "x.pov.sentri": now["x.pov.sentri"] * 2}
    wanted["x.pov.standard"][40:48] = 4
    made = with_plan(day, wanted, {"x.secondary": np.full(QUARTERS, 3)})
    assert all((lanes_of(made)[line] == count).all() for line, count in wanted.items())
    assert set(made.stations[0].servers) == {3} and len(made.booths) == 6
    assert sum(len(b.shifts) for b in made.booths) == 6  # nobody moves without need


def test_an_improved_plan_costs_no_more_and_keeps_the_rules() -> None:
    day = a_day()
    problem = replace(problem_of(day, RULES, rates(), Floors({}, {}), None), officer_cost=0.0)
    problem = replace(problem, lane_hours=lane_hours(problem, lanes_of(day)))
    made = plan(problem, gap=0.02)
    assert made
    better = improve(day, problem, made, trials=12, replications=10)
    assert better.after <= better.before and better.tried <= 12
    assert keeps(problem, better.lanes, made.posts, None, problem.lane_hours)
    again = improve(day, problem, made, trials=12, replications=10)
    assert all((again.lanes[line] == count).all() for line, count in better.lanes.items())


def test_the_rule_opens_lanes_above_one_wait_and_closes_them_below_another() -> None:
    day = a_day()
    problem = problem_of(day, RULES, rates(), Floors({}, {}), None)
    lanes = by_rule(day, problem, [LaneRule("pov", "standard", 20.0, 5.0)])
    assert (lanes["x.pov.sentri"] == 1).all()  # no rule: as it is
    counts = lanes["x.pov.standard"]
    assert counts.min() == 1 and counts.max() > 1 and counts[28:44].mean() > counts[:20].mean()


# -- files ------------------------------------------------------------------------------------------------------------
OFFICERS = b"""
[officers]
most = 30
usd_per_hour = 95

[[shift]]
name = "day"
starts = ["06:00", "07:15"]
hours = 8.5
officers = 12
breaks = [{ after = "04:00", minutes = 30 }]
"""


def test_a_file_of_officers() -> None:
    roster = read_officers(OFFICERS, RULES)
    assert (roster.most, roster.cost) == (30, 95.0)
    assert roster.shifts == (ShiftPattern("day", (360.0, 435.0), 8.5, (Break(240.0, 30.0),), 12),)
    assert read_officers(b"[officers]\nmost = 3\n", RULES).shifts == default_officers(RULES).shifts


def test_a_file_of_floors() -> None:
    text = b'[limits]\nchanges_per_hour = 4\n[[floor]]\nline = "x.pov.standard"\nlanes = 2\ninspection = 0.75\nreferral = 0.05\nrandom = 0.02\n[[post]]\nstation = "x.secondary"\nservers = 2\n'
    floors = read_floors(text, a_day())
    assert floors == Floors({"x.pov.standard": LineFloor((2,), 0.75, 0.05, 0.02)}, {"x.secondary": 2}, 4)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (OFFICERS.replace(b"most = 30", b"most = 2.5"), 3, "most"),
        (OFFICERS.replace(b'"07:15"', b'"07:20"'), 8, "quarter-hour"),
        (OFFICERS.replace(b"8.5", b"8.1"), 9, "quarter-hours"),
        (OFFICERS.replace(b"minutes = 30", b"minutes = 20"), 11, "break"),
        (OFFICERS.replace(b"[[shift]]", b"[[shifts]]"), 6, "no such section"),
        (OFFICERS + b'[[shift]]\nname = "day"\nstarts = ["10:00"]\n', 13, "twice"),
    ],
)
def test_what_is_wrong_in_a_file_of_officers_is_told_with_its_line(text: bytes, line: int, told: str) -> None:
    with pytest.raises(BadScenario) as error:
        read_officers(text, RULES)
    assert told in error.value.say("en") and f"line {line}" in error.value.say("en")
    assert f"renglón {line}" in error.value.say("es")


def test_what_is_wrong_in_a_file_of_floors_is_told_all_at_once() -> None:
    text = b'[[floor]]\nline = "x.pov.fast"\nreferral = 0.01\nrandom = 0.5\n[[post]]\nstation = "y"\nservers = -1\n'
    with pytest.raises(BadScenario) as error:
        read_floors(text, a_day())
    assert error.value.values["count"] == 4


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("95% under 30 min", Target(0.95, 30.0)),
        ("90 % en menos de 45 min", Target(0.9, 45.0)),
        ("99.5%  20", Target(0.995, 20.0)),
    ],
)
def test_a_target_is_read_in_both_languages(text: str, target: Target) -> None:
    assert read_target(text) == target


@pytest.mark.parametrize("text", ["", "soon", "100% under 30 min", "95% under 0 min", "95% under 9999 min"])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read_target(text)


def test_the_bounds_of_a_plan_are_said_of_it() -> None:
    found = plan(a_problem(BUSY), gap=0.05)
    assert isinstance(found, Plan) and 0.0 <= found.gap <= 0.05 and found.optimal
    assert found.paid_hours() == pytest.approx(found.lane_hours)


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_text("officers = [")
    with pytest.raises(BadScenario):
        read_officers(tmp_path / "o.toml", RULES)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_lists_every_key_of_both_files(language: Language) -> None:
    page = (DOCS / language / "how-to" / "staff.md").read_text("utf-8")
    names = {
        "officers": "[officers]",
        "officer_shift": "[[shift]]",
        "pause": "`breaks`",
        "floor": "[[floor]]",
        "post": "[[post]]",
        "limits": "[limits]",
    }
    for section, keys in staff_sections().items():
        for key in keys:
            assert f"{names[section].strip('`')}` | `{key.name}` | {key.about[language]} |" in page


def test_the_examples_of_both_files_are_read() -> None:
    roster = read_officers(DOCS / "examples" / "staff" / "officers.toml", RULES)
    assert roster.most == 60 and [s.officers for s in roster.shifts] == [25, 25, 12]
    day = a_day()
    named = replace(
        day,
        lines=tuple(replace(x, id=x.id.replace("x.", "deconcini.")) for x in day.lines),
        stations=tuple(replace(s, id="deconcini.secondary") for s in day.stations),
    )
    floors = read_floors(DOCS / "examples" / "staff" / "floors.toml", named)
    assert floors.changes_per_hour == 4 and floors.posts == {"deconcini.secondary": 2}


def test_a_search_that_ends_without_a_plan_does_not_say_that_there_is_none() -> None:
    with pytest.raises(SearchEnded, match="not proven"):
        plan(a_problem(a_class({32: 25.0, 33: 8.0})), seconds=0.0)
