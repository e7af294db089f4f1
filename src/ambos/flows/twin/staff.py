"""`ambos staff`: lanes and officers of a crossing on a day, planned, improved and verified by simulation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from ambos import __version__
from ambos.catalog import Catalog
from ambos.catalog.staff import load_staff
from ambos.crossing.compare import Comparison
from ambos.crossing.compare import compare as differences
from ambos.crossing.costs import delay
from ambos.crossing.defaults import SEED, STAFF_REPLICATIONS
from ambos.crossing.intervals import Estimate, of_values, over
from ambos.crossing.kernel.totals import Floats, Ints, Totals
from ambos.crossing.staff.apply import with_plan
from ambos.crossing.staff.files import default_officers, read_floors, read_officers
from ambos.crossing.staff.plan import Plan, bound_of, clashes, plan
from ambos.crossing.staff.problem import (
    END_HOURS,
    PER_HOUR,
    QUARTERS,
    Problem,
    drawn_days,
    lanes_of,
    problem_of,
    with_days,
    with_floors,
)
from ambos.crossing.summary import PRIMARY, WHOLE, hour_waits
from ambos.errors import SearchEnded, bad_request
from ambos.flows.twin.cells import (
    STANDINGS,
    Field,
    change,
    class_name,
    clock,
    crossing_name,
    data_fields,
    estimated_interval,
    heads,
    interval_fields,
    line_names,
    minutes,
    percent,
    shown,
    stage_name,
    tabulate,
    view,
)
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.simulate import Progress, play, prepare, rate_notes, scenario_hash
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Named, Table
from ambos.model.costs import Rates
from ambos.model.crossing import Scenario
from ambos.model.staff import Clash, Floors, Roster, ShiftCount, StaffRules, Target
from ambos.numbers import both
from ambos.numbers import day as written_day
from ambos.text import Text, joined

if TYPE_CHECKING:
    from ambos.crossing.staff.improve import Improved

#: What a plan is asked for: least cost of delay and officers, fewest officers for a target, best waits for the officers
#: there are, the lane-hours really worked on a past day placed better.
Mode = Literal["cost", "officers", "waits", "worked"]
MODES: tuple[Mode, ...] = get_args(Mode)
#: Replications of each try of a target.
TRIAL = 60
#: Most seconds of the processor of the program and of its bound; both end before, at their gap, unless officers are few.
PLANNING, BOUNDING = 40.0, 20.0
#: Days of the verification on which a plan is held against the bound.
BOUND_DAYS = 32
#: Tries of a target: the first weight of delay, the factor to the next as long as only one side is known, the gap of each.
_TRIES, _FIRST, _STEP, _TARGET_GAP = 6, 0.3, 4.0, 0.03
#: Most seconds of the processor of each try.
_TRYING = 12.0
_TARGET = re.compile(
    r"\s*(\d+(?:[.,]\d+)?)\s*%\s*(?:under|in|within|en\s+menos\s+de|menos\s+de|en)?\s*(\d+(?:[.,]\d+)?)\s*(?:m|min|minutes|minutos)?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Staffed:
    """A plan of a day beside the day as it is, both simulated with the same travellers."""

    catalog: Catalog
    crossing: Text
    day: date
    mode: Mode
    target: Target | None
    scenario: Scenario  #: As it is.
    planned: Scenario | None  #: None where there is no plan; then `clashes` say why.
    problem: Problem
    covered: Plan | None  #: The officers that the lanes as they are need by the same shifts.
    plan: Plan | None
    lanes: Mapping[str, Ints]  #: Of the plan after its improvement.
    improved: Improved | None
    bound: float | None  #: US dollars: no plan is expected to cost less.
    clashes: tuple[Clash, ...]
    before: Totals | None
    after: Totals | None
    differences: Comparison | None
    rates: Rates
    rules: StaffRules
    notes: tuple[Text, ...]
    seed: int
    replications: int


def read_target(text: str) -> Target:
    """Read a target such as ``95% under 30 min`` or ``95 % en menos de 30 min``.

    Raises
    ------
    BadRequest
    """
    found = _TARGET.fullmatch(text)
    if found:
        share, wait = (float(part.replace(",", ".")) for part in found.groups())
        if 0 < share < 100 and 0 < wait <= 600:
            return Target(share / 100.0, wait)
    raise bad_request(
        f"{text[:40]!r} is no target; write “95% under 30 min”.",
        f"{text[:40]!r} no es una meta; escriba «95% en menos de 30 min».",
    )


def staff(
    workspace: Workspace,
    crossing: str,
    day: date,
    *,
    mode: Mode | None = None,
    target: str | None = None,
    officers: Path | bytes | None = None,
    floors: Path | bytes | None = None,
    replications: int = STAFF_REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Staffed:
    """Plan lanes and officers of a crossing on a day.

    Parameters
    ----------
    workspace : Workspace
    crossing : str
        Id or name.
    day : date
    mode : {"cost", "officers", "waits", "worked"}, optional
        ``officers`` with a target, else ``cost``.
    target : str, optional
        Such as ``95% under 30 min``: of every class.
    officers, floors : Path or bytes, optional
        Files of the officers available and of security floors.
    replications, seed : int
        Of the verification.
    progress : callable, optional
        Called with a label, the steps done and the steps in all.

    Raises
    ------
    BadRequest
        If the mode and the target do not go together, or the name means several crossings.
    UnknownName, NoData, CannotOpen, BadScenario
    SearchEnded
        If no plan is found in the seconds given, and none is not proven either.
    """
    wanted = read_target(target) if target else None
    mode = mode or ("officers" if wanted else "cost")
    if (mode == "officers") != (wanted is not None):
        raise bad_request(
            "The fewest officers are those for a target: --mode officers goes with --target, such as “95% under 30 min”.",
            "El mínimo de oficiales es para una meta: --mode officers va con --target, como «95% en menos de 30 min».",
        )
    show = _share(progress)
    catalog, days = workspace.catalog, PortDays(workspace)
    scenario = one_crossing(days, crossing, day)
    rules = load_staff(catalog)
    given = read_officers(officers, rules) if officers else None
    roster = given or default_officers(rules)
    limits = read_floors(floors, scenario) if floors else Floors({}, {})
    base = with_floors(scenario, limits)
    notes: tuple[Text, ...] = ()
    if mode == "worked":
        from ambos.flows.twin.worked import worked_day

        real = worked_day(workspace, days, scenario, day)
        scenario, base, notes = real.scenario, with_floors(real.scenario, limits), real.notes
        problem = problem_of(base, rules, days.twin.rates, limits, None)
        problem = replace(problem, officer_cost=0.0, lane_hours=real.lane_hours)
    else:
        problem = problem_of(base, rules, days.twin.rates, limits, roster)
    prepare(progress)
    show(2)
    covered = None if problem.roster is None else cover(problem, lanes_of(scenario))
    show(8)
    if mode == "waits" and covered:
        free = replace(problem.roster or roster, cost=0.01)
        limited = given is not None and (given.most is not None or any(s.officers is not None for s in given.shifts))
        problem = replace(problem, roster=free, paid_hours=None if limited else covered.paid_hours())
    if wanted:
        problem = replace(problem, target=wanted)
        made = _for_target(base, problem, show)
    else:
        made = plan(problem, seconds=PLANNING)
    show(40)
    staffed = Staffed(
        catalog=catalog,
        crossing=crossing_name(catalog, scenario.lines[0].crossing),
        day=day,
        mode=mode,
        target=wanted,
        scenario=scenario,
        planned=None,
        problem=problem,
        covered=covered,
        plan=made,
        lanes=made.lanes if made else {},
        improved=None,
        bound=None,
        clashes=() if made else clashes(problem, BOUNDING),
        before=None,
        after=None,
        differences=None,
        rates=days.twin.rates,
        rules=rules,
        notes=(*notes, *scenario.notes),
        seed=seed,
        replications=replications,
    )
    return _verified(staffed, base, show) if made else staffed


def one_crossing(days: PortDays, name: str, day: date) -> Scenario:
    """The scenario of one crossing on a day.

    Raises
    ------
    BadRequest
        If the name means several crossings.
    """
    scenario = days((name,), day)
    if len({line.crossing for line in scenario.lines}) > 1:
        ids = ", ".join(dict.fromkeys(line.id.partition(".")[0] for line in scenario.lines))
        raise bad_request(
            f"Name one crossing: “{name}” means {ids}.", f"Indique un solo cruce: «{name}» significa {ids}."
        )
    return scenario


def _share(progress: Progress | None) -> Callable[[float], None]:
    """Tell progress in per cent."""

    def show(done: float) -> None:
        if progress:
            progress("", round(done), 100)

    return show


def cover(problem: Problem, lanes: Mapping[str, Ints]) -> Plan | None:
    """The officers of least cost who hold lanes as they are, and the posts after them, without a limit of officers."""
    assert problem.roster
    free = Roster(tuple(replace(s, officers=None) for s in problem.roster.shifts), problem.roster.cost)
    classes = tuple(replace(c, least=lanes[c.id], most=lanes[c.id]) for c in problem.classes)
    fixed = replace(problem, classes=classes, roster=free, changes=10**6, target=None)
    return plan(fixed, chance=False, seconds=BOUNDING)


def _for_target(base: Scenario, problem: Problem, show: Callable[[float], None]) -> Plan | None:
    """The plan of fewest officers that meets the target in simulation.

    Delay is weighed less and less against officers as long as the simulated plan meets the target. Where none does, the
    plan that comes nearest; None where no plan keeps the rules, or where the program proves that none reaches the target.
    """
    from ambos.crossing.simulate import run

    assert problem.target
    free = replace(problem, target=None)
    low, high, weight = 0.0, 0.0, _FIRST
    best: tuple[float, Plan] | None = None
    nearest: tuple[float, Plan] | None = None
    for number in range(_TRIES):
        show(8 + 32 * number / _TRIES)
        try:
            made = plan(free, weight=weight, gap=_TARGET_GAP, seconds=_TRYING)
        except SearchEnded:
            if best is None:
                raise
            break
        if made is None:
            return None
        totals = run(with_plan(base, made.lanes, made.posts), TRIAL, 2**61 + 2)
        share = min(attained(totals, problem.target).values(), default=1.0)
        if nearest is None or share > nearest[0]:
            nearest = share, made
        if share >= problem.target.share:
            high = weight
            if best is None or made.paid_hours() <= best[0]:
                best = made.paid_hours(), made
        else:
            low = weight
        weight = (low * high) ** 0.5 if low and high else weight / _STEP if high else weight * _STEP
    if best:
        return best[1]
    try:
        out_of_reach = plan(problem, gap=_TARGET_GAP, seconds=BOUNDING) is None
    except SearchEnded:  # no proof
        out_of_reach = False
    return None if out_of_reach or nearest is None else nearest[1]


def attained(totals: Totals, target: Target) -> dict[str, float]:
    """Share of each line's travellers who wait no longer than the target's minutes; of lines that anybody comes to."""
    made = {}
    for at, line in enumerate(totals.scenario.lines):
        every = int(totals.histogram[at, 0].sum() + totals.left_histogram[at, 0].sum())
        if every:
            longer = over(totals.histogram[at, 0], target.minutes) + over(totals.left_histogram[at, 0], target.minutes)
            made[line.id] = 1.0 - longer / every
    return made


def _verified(staffed: Staffed, base: Scenario, show: Callable[[float], None]) -> Staffed:
    """Improve a plan, bound it, and simulate it beside the day as it is."""
    from ambos.crossing.staff.improve import improve

    made, problem = staffed.plan, staffed.problem
    assert made
    improved = None
    if staffed.mode != "officers":
        improved = improve(base, problem, made, progress=lambda share: show(40 + 20 * share))
    lanes = improved.lanes if improved else made.lanes
    show(60)
    bound = None
    if staffed.mode != "officers":
        # on the first of the days that the verification plays, so that both are of the same days
        shared = drawn_days(
            base, min(BOUND_DAYS, staffed.replications), staffed.seed, (staffed.seed, staffed.replications)
        )
        bound = bound_of(with_days(problem, base, shared), seconds=BOUNDING)
    show(68)
    planned = with_plan(base, lanes, made.posts)
    before = play(staffed.scenario, staffed.replications, staffed.seed)
    show(84)
    after = play(planned, staffed.replications, staffed.seed)
    show(100)
    return replace(
        staffed,
        planned=planned,
        lanes=lanes,
        improved=improved,
        bound=bound,
        before=before,
        after=after,
        differences=differences(before, after, staffed.rates),
    )


# -- the answer -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of the day as it is and as planned."""

    what: str
    before: float | None
    after: float | None
    change: Estimate
    decimals: int


def dollars_of_delay(staffed: Staffed, totals: Totals) -> Floats:
    """US dollars of the hours waited, by replication."""
    made = np.zeros(totals.counts.shape[0])
    for at, line in enumerate(totals.scenario.lines):
        made += staffed.problem.of(line.id).cost * delay(totals, at)
    return made


def hours_of_delay(totals: Totals) -> Floats:
    """Hours waited by travellers of all lines, by replication."""
    made: Floats = np.sum([delay(totals, at) for at in range(len(totals.scenario.lines))], axis=0)
    return made


def figures_of(staffed: Staffed) -> list[_Figure]:
    """Officers, hours and costs of both days."""
    made: list[_Figure] = []

    def fixed(what: str, before: float | None, after: float | None, decimals: int = 0) -> None:
        step = None if before is None or after is None else after - before
        made.append(_Figure(what, before, after, Estimate(step, step, step), decimals))

    plan, covered, before, after = staffed.plan, staffed.covered, staffed.before, staffed.after
    assert plan and before and after
    unknown = after.unknown.reshape(len(after.unknown), -1)

    def drawn(what: str, before: Floats, after: Floats, decimals: int = 0) -> None:
        step = of_values(after - before, unknown=unknown)
        made.append(_Figure(what, float(before.mean()), float(after.mean()), step, decimals))

    lanes = [
        sum(float(n.sum()) for n in each.values()) / PER_HOUR for each in (lanes_of(staffed.scenario), staffed.lanes)
    ]
    if plan.shifts:
        fixed("officers", float(covered.officers) if covered else None, float(plan.officers))
        fixed("paid_hours", covered.paid_hours() if covered else None, plan.paid_hours(), 1)
    fixed("lane_hours", lanes[0], lanes[1], 1)
    drawn("delay_hours", hours_of_delay(before), hours_of_delay(after), 1)
    costs = [dollars_of_delay(staffed, totals) for totals in (before, after)]
    drawn("delay_usd", costs[0], costs[1])
    if plan.shifts and covered:
        price = float(staffed.rules.officer.usd_per_hour) if staffed.mode == "waits" else staffed.problem.officer_cost
        paid = [price * p.paid_hours() for p in (covered, plan)]
        fixed("officers_usd", paid[0], paid[1])
        drawn("total_usd", costs[0] + paid[0], costs[1] + paid[1])
    return made


def gap(staffed: Staffed) -> tuple[float, float | None] | None:
    """Relative distance of the plan's simulated cost from the bound, on the days that both saw.

    Returns
    -------
    tuple of float and float, or None
        The distance, 0 where the chance of the draws leaves the bound above; and the share that the plan saves of what
        lies between the day as it is and the bound, None where the bound leaves nothing to save.
    """
    if staffed.bound is None or staffed.before is None or staffed.after is None or staffed.plan is None:
        return None
    from ambos.crossing.kernel.vary import is_varied  # Numba takes long to load

    shared = BOUND_DAYS if is_varied(staffed.after.scenario) else None
    before, after = (_full_cost(staffed, totals)[:shared].mean() for totals in (staffed.before, staffed.after))
    if staffed.problem.roster:  # as the program counts them: next to nothing where the waits are to be shortest
        cost = staffed.problem.roster.cost
        after += cost * staffed.plan.paid_hours()
        before += cost * staffed.covered.paid_hours() if staffed.covered else 0.0
    possible = before - staffed.bound
    saved = min(1.0, float((before - after) / possible)) if possible > 0 else None
    return max(0.0, float((after - staffed.bound) / after)) if after > 0 else 0.0, saved


def _full_cost(staffed: Staffed, totals: Totals) -> Floats:
    """US dollars of delay by replication as the program counts it: who is left at the end waits on for an hour."""
    left = np.zeros(totals.counts.shape[0])
    for at, line in enumerate(totals.scenario.lines):
        left += staffed.problem.of(line.id).cost * END_HOURS * totals.stage_left[:, at, 0]
    made: Floats = dollars_of_delay(staffed, totals) + left
    return made


def answer(staffed: Staffed) -> Answer:
    """Tabulate a plan: figures and waits of both days, shifts, lanes by hour; or why there is none."""
    say = staffed.catalog.message
    title = say(f"staff.title.{staffed.mode}", crossing=staffed.crossing, day=_day(staffed.day))
    facts: dict[str, Cell] = {
        "simulated": True,
        "crossing": staffed.scenario.lines[0].crossing,
        "day": staffed.day,
        "mode": staffed.mode,
        "feasible": staffed.plan is not None,
        "seed": staffed.seed,
        "replications": staffed.replications,
        "version": __version__,
        "scenario_hash": scenario_hash(staffed.scenario),
    }
    if staffed.target:
        facts |= {"target_share": staffed.target.share, "target_min": staffed.target.minutes}
    if staffed.plan is None:
        return Answer("staff", title, (_clashes(staffed),), facts, (say("staff.note.none"), *_notes(staffed)))
    assert staffed.after
    if staffed.target:
        facts["target_met"] = min(attained(staffed.after, staffed.target).values(), default=1.0) >= staffed.target.share
    distance = gap(staffed)
    facts |= {
        "plan_usd": round(staffed.plan.cost, 2),
        "plan_gap": staffed.plan.gap,
        "bound_usd": None if staffed.bound is None else round(staffed.bound, 2),
        "gap": distance and distance[0],
        "saved_of_possible": distance and distance[1],
    }
    tables = (
        _figures(staffed),
        _waits(staffed),
        _waits_after(staffed),
        _shifts(staffed),
        _hours(staffed),
        _quarters(staffed),
        _posts(staffed),
    )
    if staffed.planned:
        facts["planned_hash"] = scenario_hash(staffed.planned)
    return Answer("staff", title, tables, facts, _notes(staffed, distance))


def _day(day: date) -> Text:
    return Text(written_day(day, "en"), written_day(day, "es"))


def _notes(staffed: Staffed, distance: tuple[float, float | None] | None = None) -> tuple[Text, ...]:
    """Say what the plan rests on and how far it may be from the best."""
    say, rules = staffed.catalog.message, staffed.rules
    made = [say("staff.note.simulated")]
    if staffed.plan and staffed.after and staffed.target:
        names = line_names(staffed.catalog, staffed.scenario)
        reached = attained(staffed.after, staffed.target)
        least = min(reached, key=lambda id: reached[id])
        made.append(
            say(
                "staff.note.met" if reached[least] >= staffed.target.share else "staff.note.missed",
                officers=both(staffed.plan.officers),
                hours=both(staffed.plan.paid_hours()),
                wanted=percent(staffed.target.share, 0 if round(100 * staffed.target.share, 6) % 1 == 0 else 1),
                minutes=both(staffed.target.minutes),
                share=percent(reached[least]),
                line=names[least],
            )
        )
    made += unfit(staffed.catalog, staffed.scenario)
    if staffed.plan:
        made.append(say("staff.note.promised"))
    if distance is not None:
        made.append(say("staff.note.gap", gap=percent(distance[0])))
        if distance[1] is not None:
            made.append(say("staff.note.saved", share=percent(distance[1], 0)))
    if staffed.plan and not staffed.plan.optimal:
        made.append(say("staff.note.not_optimal", gap=percent(staffed.plan.gap)))
    if staffed.covered:
        made.append(say("staff.note.covered"))
    if staffed.problem.roster:
        cost = Text.same(
            f"{staffed.problem.officer_cost:g}" if staffed.mode != "waits" else f"{rules.officer.usd_per_hour}"
        )
        assumed = Text(" (assumed)", " (supuesto)") if rules.officer.basis.prior else Text.same("")
        made.append(say("staff.note.officer", cost=cost) + assumed + Text.same(": ") + rules.officer.basis.source)
        made.append(say("staff.note.shifts") + Text.same(": ") + rules.shift_basis.source)
    return tuple(
        dict.fromkeys((*made, *rate_notes(staffed.catalog, staffed.scenario.lines, staffed.rates), *staffed.notes))
    )


def unfit(catalog: Catalog, scenario: Scenario) -> list[Text]:
    """Name the classes with lanes that are not fit for decisions; empty if all are."""
    names, now = line_names(catalog, scenario), lanes_of(scenario)
    lines = [names[line.id] for line in scenario.lines if line.fitness != "fit" and now[line.id].any()]
    return [catalog.message("staff.note.unfit", lines=joined(lines, "; "))] if lines else []


def _figures(staffed: Staffed) -> Table:
    say, head = staffed.catalog.message, heads(staffed.catalog)

    def signed(figure: _Figure) -> Cell:
        return shown(figure.change.mean, change(figure.change.mean, figure.decimals))

    def interval(figure: _Figure) -> Cell:
        return None if figure.change.low == figure.change.high else estimated_interval(figure.change, figure.decimals)

    return tabulate(
        "figures",
        say("staff.table.figures"),
        figures_of(staffed),
        [
            Field("what", head("figure"), lambda f: Named(f.what, say(f"staff.figure.{f.what}"))),
            Field("today", say("staff.head.today"), lambda f: shown(f.before, both(f.before, f.decimals))),
            Field("planned", say("staff.head.planned"), lambda f: shown(f.after, both(f.after, f.decimals))),
            Field("change", say("staff.head.change"), signed),
            Field("ci95_interval", head("interval"), interval, kept=None, side="right"),
            *interval_fields("ci95", None, "change"),
        ],
    )


def _waits(staffed: Staffed) -> Table:
    """Tabulate waits of primary by class, with what the program promised."""
    say, head, found, plan = staffed.catalog.message, heads(staffed.catalog), staffed.differences, staffed.plan
    assert found and plan and staffed.before and staffed.after
    names = line_names(staffed.catalog, staffed.scenario)
    rows = [d for d in found.stages if d.stage == PRIMARY]
    shares = {(d.line, d.what): d for d in found.spread}
    fitness = {line.id: line.fitness for line in staffed.scenario.lines}
    p95 = {d.line: d for d in found.spread if d.what == "p95"}
    within = {
        side: attained(totals, staffed.target) if staffed.target else {}
        for side, totals in (("a", staffed.before), ("b", staffed.after))
    }
    target = (
        [
            Field("share_within_today", None, lambda d: within["a"].get(d.line)),
            Field(
                "share_within_planned",
                say("staff.head.within", minutes=both(staffed.target.minutes)),
                lambda d: shown(within["b"].get(d.line), percent(within["b"].get(d.line))),
            ),
        ]
        if staffed.target
        else []
    )

    def share(d: object, side: str) -> float | None:
        value: float | None = getattr(shares[d.line, "over_30"], side)  # type: ignore[attr-defined]
        return value

    return tabulate(
        "waits",
        say("staff.table.waits"),
        rows,
        [
            Field("line", head("line"), lambda d: Named(d.line, names[d.line])),
            Field("today_min", say("staff.head.today_min"), lambda d: shown(d.a, minutes(d.a, d.a_at_least))),
            Field("planned_min", say("staff.head.planned_min"), lambda d: shown(d.b, minutes(d.b, d.b_at_least))),
            Field("change_min", say("staff.head.change"), lambda d: shown(d.change.mean, change(d.change.mean))),
            *interval_fields("ci95", head("interval"), "change"),
            Field(
                "promised_min",
                say("staff.head.promised"),
                lambda d: shown(plan.promised.get(d.line), minutes(plan.promised.get(d.line))),
            ),
            Field("p95_today_min", None, lambda d: p95[d.line].a),
            Field("p95_planned_min", head("p95"), lambda d: shown(p95[d.line].b, minutes(p95[d.line].b))),
            Field("over_30_today", None, lambda d: share(d, "a")),
            Field("over_30_planned", head("over_30"), lambda d: shown(share(d, "b"), percent(share(d, "b")))),
            *target,
            Field(
                "fit_for_decisions",
                head("decisions"),
                lambda d: Named(fitness[d.line] or "not_calibrated", STANDINGS[fitness[d.line]]),
            ),
            *data_fields(today_is_lower_bound="a_at_least", planned_is_lower_bound="b_at_least"),
        ],
        (
            view(
                say("staff.table.waits"),
                (
                    "line",
                    "today_min",
                    "planned_min",
                    "change_min",
                    "ci95_interval",
                    "promised_min",
                    "p95_planned_min",
                    "over_30_planned",
                    *(("share_within_planned",) if staffed.target else ()),
                    "fit_for_decisions",
                ),
                (d.a is not None or d.b is not None for d in rows),
            ),
        ),
    )


def _waits_after(staffed: Staffed) -> Table:
    """Tabulate waits at the stations after primary: a plan with few officers must not hide its queue there."""
    say, head, found = staffed.catalog.message, heads(staffed.catalog), staffed.differences
    assert found
    names = line_names(staffed.catalog, staffed.scenario)
    rows = [d for d in found.stages if d.stage not in (PRIMARY, WHOLE) and (d.a is not None or d.b is not None)]
    return tabulate(
        "waits_after",
        say("staff.table.waits_after"),
        rows,
        [
            Field("line", head("line"), lambda d: Named(d.line, names[d.line])),
            Field("station", say("twin.head.station"), lambda d: Named(d.stage, stage_name(staffed.catalog, d.stage))),
            Field("today_min", say("staff.head.today_min"), lambda d: shown(d.a, minutes(d.a, d.a_at_least))),
            Field("planned_min", say("staff.head.planned_min"), lambda d: shown(d.b, minutes(d.b, d.b_at_least))),
            *data_fields(today_is_lower_bound="a_at_least", planned_is_lower_bound="b_at_least"),
        ],
    )


def _shifts(staffed: Staffed) -> Table:
    say, plan = staffed.catalog.message, staffed.plan
    assert plan
    shifts = sorted(plan.shifts, key=lambda s: (s.start, s.pattern))

    def ends(shift: ShiftCount) -> Cell:
        return clock(shift.end % (24 * 60))

    return tabulate(
        "shifts",
        say("staff.table.shifts"),
        shifts,
        [
            Field("pattern", None, lambda s: s.pattern),
            Field("start", say("staff.head.start"), lambda s: clock(s.start)),
            Field("end", say("staff.head.end"), ends),
            Field("breaks", say("staff.head.breaks"), lambda s: _breaks(staffed, s)),
            Field("officers", say("staff.figure.officers"), lambda s: s.officers),
        ],
    )


def _breaks(staffed: Staffed, shift: ShiftCount) -> str:
    """Clock times of the breaks of a shift."""
    assert staffed.problem.roster
    pattern = next(p for p in staffed.problem.roster.shifts if p.id == shift.pattern)
    spans = [((shift.start + b.after) % 1440, (shift.start + b.after + b.minutes) % 1440) for b in pattern.breaks]
    return ", ".join(f"{clock(first)}–{clock(last)}" for first, last in spans) or "–"


@dataclass(frozen=True, slots=True)
class _Hour:
    """A line in an hour, as it is and as planned."""

    line: str
    hour: int
    lanes: tuple[float, str]  #: Mean lanes as it is, and planned lanes as people read them.
    before: float | None
    after: float | None


def _by_hour(staffed: Staffed) -> list[_Hour]:
    assert staffed.before and staffed.after
    now, made = lanes_of(staffed.scenario), []
    for at, line in enumerate(staffed.scenario.lines):
        for hour in range(24):
            block = slice(hour * PER_HOUR, (hour + 1) * PER_HOUR)
            before, after = (hour_waits(t, at, hour).mean().mean for t in (staffed.before, staffed.after))
            made.append(
                _Hour(
                    line.id,
                    hour,
                    (float(now[line.id][block].mean()), _spells(staffed.lanes[line.id][block])),
                    before,
                    after,
                )
            )
    return made


def _spells(counts: Ints) -> str:
    """Lanes of four quarter-hours: "4", or "4 4 5 5" where they differ."""
    texts = [str(n) for n in counts]
    return texts[0] if len(set(texts)) == 1 else " ".join(texts)


def _hours(staffed: Staffed) -> Table:
    """Tabulate lanes and waits by hour, a column per class."""
    say, head = staffed.catalog.message, heads(staffed.catalog)
    names = {line.id: class_name(staffed.catalog, line) for line in staffed.scenario.lines}
    rows = _by_hour(staffed)
    used = [h.lanes[0] > 0 or h.lanes[1] != "0" for h in rows]

    def lanes(h: _Hour) -> Cell:
        return Text.same(f"{h.lanes[0]:g} → {h.lanes[1]}")

    def waits(h: _Hour) -> Cell:
        if h.before is None and h.after is None:
            return None
        return minutes(h.before) + Text.same(" → ") + minutes(h.after)

    seen = tuple(
        replace(view(say(f"staff.table.{key}"), ("hour", key), used), by="line")
        for key in ("lanes_by_hour", "waits_by_hour")
    )
    return tabulate(
        "hours",
        say("staff.table.lanes_by_hour"),
        rows,
        [
            Field("line", head("line"), lambda h: Named(h.line, names[h.line])),
            Field("hour", say("staff.head.hour"), lambda h: clock(60 * h.hour)),
            Field("lanes_today", None, lambda h: h.lanes[0]),
            Field("wait_today_min", None, lambda h: h.before),
            Field("wait_planned_min", None, lambda h: h.after),
            Field("lanes_by_hour", say("staff.head.lanes"), lanes, kept=None),
            Field("waits_by_hour", say("staff.head.waits"), waits, kept=None),
        ],
        seen,
    )


def _quarters(staffed: Staffed) -> Table:
    """Hold the plan by class and quarter-hour, for JSON and CSV."""
    now = lanes_of(staffed.scenario)
    rows = [(line.id, q) for line in staffed.scenario.lines for q in range(QUARTERS)]
    return tabulate(
        "lanes",
        staffed.catalog.message("staff.table.lanes_by_hour"),
        rows,
        [
            Field("line", None, lambda r: r[0]),
            Field("time", None, lambda r: clock(15 * r[1])),
            Field("lanes_today", None, lambda r: int(now[r[0]][r[1]])),
            Field("lanes_planned", None, lambda r: int(staffed.lanes[r[0]][r[1]])),
        ],
        shown=False,
    )


def _posts(staffed: Staffed) -> Table:
    """Tabulate officers at secondary inspection and scanners by hour."""
    say, plan = staffed.catalog.message, staffed.plan
    assert plan
    rows = [(id, hour) for id in plan.posts for hour in range(24)]
    posts = replace(view(say("staff.table.posts"), ("hour", "servers"), (True for _ in rows)), by="station")
    return tabulate(
        "posts",
        say("staff.table.posts"),
        rows,
        [
            Field("station", say("twin.head.station"), lambda r: Named(r[0], stage_name(staffed.catalog, r[0]))),
            Field("hour", say("staff.head.hour"), lambda r: clock(60 * r[1])),
            Field("servers", say("staff.head.servers"), lambda r: int(plan.posts[r[0]][PER_HOUR * r[1]])),
        ],
        (posts,) if rows else (),
    )


def _clashes(staffed: Staffed) -> Table:
    """Tabulate the rules that stand in the way of a plan."""
    say = staffed.catalog.message
    lines = line_names(staffed.catalog, staffed.scenario)

    def about(clash: Clash) -> Cell:
        if clash.about in lines:
            return Named(clash.about, lines[clash.about])
        if clash.about in {s.id for s in staffed.scenario.stations}:
            return Named(clash.about, stage_name(staffed.catalog, clash.about))
        if clash.rule in ("built", "hours") and clash.about:
            return Named(clash.about, say(f"twin.mode.{clash.about}"))
        return clash.about or None

    return tabulate(
        "clashes",
        say("staff.table.clashes"),
        staffed.clashes,
        [
            Field("rule", say("staff.head.rule"), lambda c: Named(c.rule, say(f"staff.rule.{c.rule}"))),
            Field("about", say("staff.head.about"), about),
            Field("by", say("staff.head.by"), lambda c: shown(c.by, both(c.by, 1))),
            Field("alone", say("staff.head.alone"), lambda c: c.alone),
        ],
    )
