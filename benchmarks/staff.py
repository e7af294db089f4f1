"""`make bench`, lane plans: HiGHS on the program beside a naive time-indexed one, past days against the lanes really open,
and how long a crossing's day and a week of all crossings take.

Seconds are of the processor, one thread, unless they are said to be of the clock. The past days are drawn with a fixed seed
among those of which most hours are reported; their arrivals are inferred from the day's own waits and lanes
(`ambos.flows.twin.worked`), and every plan has the lane-hours really open. *With hindsight* the plan knows those arrivals;
*made before* it knows only the calibrated demand of such a day. The rule is that of the SR-11 model (open above a wait, close
below another); the plan beside it has the rule's lane-hours. *In shifts*: the lane-hours of each third of the day stay in it.
With `--workspace` and `--after` the calibration of a workspace is tried on days that it has not seen.

The *gap* is how far the simulated cost of a plan with hindsight lies above the bound, which no plan's expected cost is below:
with the lane-hours really open, and with 85 and 75% of them, when lanes are so short that backlog makes the wait.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ambos.catalog.staff import load_staff
from ambos.crossing.simulate import run, warm_up
from ambos.crossing.staff.apply import with_plan
from ambos.crossing.staff.baseline import by_rule
from ambos.crossing.staff.improve import delay_cost, improve, lane_hours
from ambos.crossing.staff.plan import Program, bound_of, plan
from ambos.crossing.staff.problem import (
    END_HOURS,
    PER_HOUR,
    QUARTERS,
    Problem,
    drawn_days,
    lanes_of,
    problem_of,
    with_days,
)
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.staff import BOUND_DAYS, staff
from ambos.flows.twin.waits_days import line_days, reported_hours
from ambos.flows.twin.worked import worked_day
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.crossing import Scenario
from ambos.model.staff import Floors

CROSSINGS, MODE = ("deconcini", "mariposa"), "pov"
SEED, REPLICATIONS, FEWEST_REPORTS = 15, 40, 12
DAY = date(2026, 5, 16)
#: Days drawn that each plan is made for.
SAMPLES = 4
KEYS = (
    "real",
    "made before",
    "with hindsight",
    "made before, in shifts",
    "with hindsight, in shifts",
    "rule",
    "plan, rule's hours",
)
H = 1.0 / PER_HOUR
#: Parts of the lane-hours really open with which plans are held against the bound, and waits by which they are grouped.
PARTS, WAITS = (1.0, 0.85, 0.75), (0, 20, 40, 60, 90)


def naive(problem: Problem) -> tuple[float, float, float, int]:
    """The same problem, fluid and of one day, indexed by quarter-hour of arrival and of service: cost, bound, seconds, columns."""
    model = Program()
    lanes = {}
    for cls in problem.classes:
        own = [
            model.column((problem.officer_cost + 0.01) * H, float(cls.least[t]), float(cls.most[t]), True)
            for t in range(QUARTERS)
        ]
        lanes[cls.id] = own
        taken: list[list[tuple[int, float]]] = [[] for _ in range(QUARTERS)]
        for a in range(QUARTERS):
            came = float(cls.arrivals[0, a]) + (float(cls.initial[0]) if a == 0 else 0.0)
            if not came:
                continue
            served = []
            for t in range(a, QUARTERS):
                column = model.column(cls.cost * H * (t - a), 0.0, np.inf)
                taken[t].append((column, 1.0))
                served.append((column, 1.0))
            left = model.column(cls.cost * (H * (QUARTERS - a) - H / 2 + END_HOURS), 0.0, np.inf)
            model.row([*served, (left, 1.0)], came, came)
        for t in range(QUARTERS):
            model.row([*taken[t], (own[t], -float(cls.rate[0]))], -np.inf, 0.0)
    for mode, count in problem.built.items():
        members = [lanes[c.id] for c in problem.classes if c.mode == mode]
        for t in range(QUARTERS):
            model.row([(line[t], 1.0) for line in members], -np.inf, float(count))
    began = time.process_time()
    _, found, bound, _ = model.solve(0.01, 60.0)
    seconds = time.process_time() - began
    return float(np.dot(model.cost, found)) if found is not None else float("nan"), bound, seconds, len(model.cost)


def formulations(workspace: Workspace) -> None:
    """Ours and the naive program on one fluid day of each crossing, cars, without shifts, posts and changes."""
    days, rules = PortDays(workspace), load_staff(workspace.catalog)
    for crossing in CROSSINGS:
        scenario = cars(days((crossing,), DAY))
        problem = problem_of(scenario, rules, days.twin.rates, Floors({}, {}), None)
        one = with_days(problem, scenario, drawn_days(scenario, 1, SEED))
        one = replace(one, posts=(), changes=10**6)
        began = time.process_time()
        ours = plan(one, chance=False, gap=0.01, seconds=60.0)
        seconds = time.process_time() - began
        cost, bound, theirs, columns = naive(one)
        assert ours
        print(
            f"{crossing}: ours {ours.cost:,.0f} USD, bound {ours.bound:,.0f}, {seconds:.2f} s;"
            f" naive {cost:,.0f} USD, bound {bound:,.0f}, {theirs:.2f} s, {columns:,} columns"
        )


def cars(scenario: Scenario) -> Scenario:
    """The cars of a crossing alone."""
    lines = tuple(x for x in scenario.lines if x.mode == MODE)
    ids = {x.id for x in lines}
    group = next(iter(ids)).rpartition(".")[0]
    return replace(
        scenario,
        lines=lines,
        streams=tuple(s for s in scenario.streams if s.options[0].line in ids),
        booths=tuple(b for b in scenario.booths if b.id.rpartition(".")[0] == group),
        stations=tuple(s for s in scenario.stations if s.id.endswith("secondary")),
    )


def sample(workspace: Workspace, days: PortDays, crossing: str, count: int, after: date) -> list[date]:
    """Days after another of which most hours of the general lanes are reported."""
    facts = days.twin.crossings[crossing]
    found = line_days(reported_hours(workspace), facts.place, days.twin.modes[MODE].waits, "standard")
    often = (~np.isnan(found.waits[:, :24])).sum(axis=1) >= FEWEST_REPORTS
    full = [d for d, enough in zip(found.days, often, strict=True) if enough and d > after]
    drawn = np.random.default_rng(SEED).choice(len(full), min(count, len(full)), replace=False)
    return [full[k] for k in sorted(drawn)]


def past_days(workspace: Workspace, count: int, crossings: tuple[str, ...], after: date) -> None:
    """Delay under the lanes really open, under plans of the same lane-hours, and under the rule."""
    days, rules = PortDays(workspace), load_staff(workspace.catalog)
    rates = days.twin.rates
    for crossing in crossings:
        waited = {key: [] for key in KEYS}
        travellers = []
        for day in sample(workspace, days, crossing, count, after):
            usual = days((crossing,), day)
            real = cars(worked_day(workspace, days, usual, day).scenario)
            floors = Floors({}, {})
            problem = replace(
                problem_of(real, rules, rates, floors, None, drawn_days(real, SAMPLES, SEED)), officer_cost=0.0
            )
            hours = lane_hours(problem, lanes_of(real))
            shifts = lane_hours(problem, lanes_of(real), 3)
            known = drawn_days(cars(usual), SAMPLES, SEED)
            cases = {
                "made before": (replace(with_days(problem, real, known), lane_hours=hours), False),
                "with hindsight": (replace(problem, lane_hours=hours), True),
                "made before, in shifts": (replace(with_days(problem, real, known), lane_hours=shifts), False),
                "with hindsight, in shifts": (replace(problem, lane_hours=shifts), False),
            }
            ruled = by_rule(real, problem, rules.baseline.classes)
            plans = {"real": lanes_of(real), "rule": ruled}
            cases["plan, rule's hours"] = (replace(problem, lane_hours=lane_hours(problem, ruled)), False)
            for key, (each, mend) in cases.items():
                made = plan(each, gap=0.08, seconds=120.0)
                if made is None:
                    continue
                plans[key] = improve(real, each, made, trials=20, replications=20).lanes if mend else made.lanes
            counted = None
            for key in waited:
                if key not in plans:
                    waited[key].append(np.nan)
                    continue
                totals = run(with_plan(real, plans[key]), REPLICATIONS, SEED)
                hours_stood = sum(totals.stood(at).mean() for at in range(len(real.lines))) / 60.0
                waited[key].append(hours_stood)
                counted = totals.counts[:, :, 0].sum(axis=1).mean()
            travellers.append(counted)
            told = ", ".join(f"{key} {60 * values[-1] / travellers[-1]:.1f}" for key, values in waited.items())
            print(f"  {crossing} {day}: {hours[MODE][0]:.0f} lane-hours, minutes a car: {told}", flush=True)
        mean = {key: 60 * np.nansum(v) / np.sum(np.array(travellers)[~np.isnan(v)]) for key, v in waited.items()}
        print(
            f"{crossing}, {len(travellers)} days, mean minutes a car: "
            + ", ".join(f"{k} {v:.1f}" for k, v in mean.items())
        )
        for key in KEYS[1:5]:
            less = 1 - np.array(waited[key]) / np.array(waited["real"])
            print(
                f"  {key}: {1 - mean[key] / mean['real']:.0%} less than the lanes really open; of the days {np.nanmean(less > 0):.0%} better"
            )
        print(
            f"  plan of the rule's lane-hours: {1 - mean[KEYS[6]] / mean['rule']:.0%} less than the rule",
            flush=True,
        )


def gaps(workspace: Workspace, count: int, crossings: tuple[str, ...], after: date) -> None:
    """How far plans of past days, with hindsight and with fewer and fewer lane-hours, lie above the bound."""
    days, rules = PortDays(workspace), load_staff(workspace.catalog)
    for crossing in crossings:
        found: dict[float, list[tuple[float, float]]] = {part: [] for part in PARTS}
        for day in sample(workspace, days, crossing, count, after):
            real = cars(worked_day(workspace, days, days((crossing,), day), day).scenario)
            problem = problem_of(real, rules, days.twin.rates, Floors({}, {}), None)
            problem = replace(problem, officer_cost=0.0, posts=())
            known = with_days(problem, real, drawn_days(real, BOUND_DAYS, SEED, (SEED, REPLICATIONS)))
            hours = lane_hours(problem, lanes_of(real))
            told = []
            for part in PARTS:
                limits = {mode: tuple(part * h for h in own) for mode, own in hours.items()}
                made = plan(replace(problem, lane_hours=limits), gap=0.02, seconds=120.0)
                bound = bound_of(replace(known, lane_hours=limits), 120.0)
                if made is None or bound is None:
                    continue
                made = improve(real, replace(problem, lane_hours=limits), made, trials=20, replications=20)
                totals = run(with_plan(real, made.lanes), REPLICATIONS, SEED)
                cost = float(delay_cost(totals, problem)[:BOUND_DAYS].mean())
                stood = sum(totals.stood(at).mean() for at in range(len(real.lines)))
                wait = float(stood / totals.counts[:, :, 0].sum(axis=1).mean())
                found[part].append((wait, 1 - bound / cost))
                told.append(f"{part:.0%} {wait:.0f} min, gap {found[part][-1][1]:.1%}")
            print(f"  {crossing} {day}: {hours[MODE][0]:.0f} lane-hours; " + "; ".join(told), flush=True)
        for part, rows in found.items():
            waits, apart = np.array(rows).T
            print(
                f"{crossing}, {part:.0%} of the lane-hours: {waits.mean():.0f} minutes a car, gap {apart.mean():.1%}"
                f" ({apart.min():.1%} to {apart.max():.1%}), at most 5% on {(apart <= 0.05).sum()} of {len(apart)} days"
            )
        waits, apart = np.array([row for rows in found.values() for row in rows]).T
        for low, high in zip(WAITS, (*WAITS[1:], np.inf), strict=True):
            own = apart[(waits >= low) & (waits < high)]
            if len(own):
                print(
                    f"  wait from {low} to {high} minutes: gap {own.mean():.1%} in the mean,"
                    f" at most 5% on {(own <= 0.05).sum()} of {len(own)}",
                    flush=True,
                )


def speed(workspace: Workspace, week: bool) -> None:
    """A crossing's day with 1,000 replications, and a week of all crossings."""
    warm_up()
    for crossing in CROSSINGS:
        wall, began = time.perf_counter(), time.process_time()
        made = staff(workspace, crossing, DAY)
        assert made.plan
        print(
            f"{crossing}: planned, improved, 1,000 replications: {time.process_time() - began:.1f} s of processor,"
            f" {time.perf_counter() - wall:.1f} s of the clock; program within {made.plan.gap:.1%}",
            flush=True,
        )
    if week:
        days = PortDays(workspace)
        wall, began, count = time.perf_counter(), time.process_time(), 0
        for crossing in days.every():
            for k in range(7):
                staff(workspace, crossing, DAY + timedelta(k), replications=1000)
                count += 1
        print(
            f"{count} crossing-days: {time.process_time() - began:.0f} s of processor, {time.perf_counter() - wall:.0f} s of the clock"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--week", action="store_true")
    parser.add_argument("--crossing", choices=CROSSINGS)
    parser.add_argument("--only", choices=("formulations", "days", "gap", "speed"))
    parser.add_argument("--workspace", type=Path, help="whose calibration is used; the embedded one if not given")
    parser.add_argument("--after", type=date.fromisoformat, default=date.min, help="take past days after this one only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(asked.workspace or Path(folder) / "none")
        if asked.only in (None, "formulations"):
            formulations(workspace)
        if asked.only in (None, "speed"):
            speed(workspace, asked.week)
        crossings = (asked.crossing,) if asked.crossing else CROSSINGS
        if asked.only in (None, "days"):
            past_days(workspace, asked.days, crossings, asked.after)
        if asked.only in (None, "gap"):
            gaps(workspace, asked.days, crossings, asked.after)


if __name__ == "__main__":
    main()
