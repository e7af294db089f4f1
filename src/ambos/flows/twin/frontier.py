"""`ambos staff --mode frontier`: levels of security against waits and officer-hours, and where no plan exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ambos import __version__
from ambos.catalog import Catalog
from ambos.catalog.staff import load_staff
from ambos.crossing.defaults import FRONTIER_REPLICATIONS, SEED
from ambos.crossing.kernel.totals import Totals
from ambos.crossing.staff.apply import with_plan
from ambos.crossing.staff.files import default_officers, read_officers
from ambos.crossing.staff.plan import plan
from ambos.crossing.staff.problem import lanes_of, problem_of, with_floors
from ambos.crossing.summary import stage_waits
from ambos.errors import SearchEnded
from ambos.flows.twin.cells import Field, crossing_name, minutes, percent, tabulate
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.simulate import Progress, play, prepare, scenario_hash
from ambos.flows.twin.staff import cover, one_crossing, read_target, unfit
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Named, Shown, Table, View
from ambos.model.crossing import Mode, Scenario
from ambos.model.staff import Floors, FrontierLevels, LineFloor, Target
from ambos.numbers import both
from ambos.numbers import day as written_day
from ambos.text import LANGUAGES, Text

#: Gap and most seconds of the processor of each plan.
_GAP, _SECONDS = 0.03, 8.0
#: Which travellers each kind of security concerns.
_MODES: dict[str, Mode] = {"inspection": "pov", "referral": "pov", "scanned": "truck"}


@dataclass(frozen=True, slots=True)
class Point:
    """A level of security with so many officers."""

    axis: str  #: ``inspection``, ``referral``, ``scanned``.
    level: float | None  #: Minutes or a share; None as it is.
    officers: float  #: Share of the officer-hours that today's lanes need.
    hours: float  #: Officer-hours allowed.
    feasible: bool | None  #: None where no plan was found in time.
    paid_hours: float | None
    wait: float | None  #: Mean of the travellers concerned, minutes, simulated.


def frontier(
    workspace: Workspace,
    crossing: str,
    day: date,
    *,
    target: str | None = None,
    officers: Path | bytes | None = None,
    replications: int = FRONTIER_REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Answer:
    """Plan a crossing's day for levels of security and of officers.

    Parameters
    ----------
    workspace : Workspace
    crossing : str
    day : date
    target : str, optional
        The longest wait; that of the definitions if not given.
    officers : Path or bytes, optional
        A file of shifts; its limits of officers do not count here.
    replications, seed : int
        Of each point.
    progress : callable, optional

    Raises
    ------
    BadRequest, UnknownName, NoData, CannotOpen, BadScenario
    """
    catalog, days = workspace.catalog, PortDays(workspace)
    scenario = one_crossing(days, crossing, day)
    rules = load_staff(catalog)
    levels = rules.frontier
    wanted = read_target(target) if target else Target(levels.share, levels.minutes)
    roster = read_officers(officers, rules) if officers else default_officers(rules)
    free = replace(roster, cost=0.01, most=None, shifts=tuple(replace(s, officers=None) for s in roster.shifts))
    prepare(progress)
    covered = cover(problem_of(scenario, rules, days.twin.rates, Floors({}, {}), roster), lanes_of(scenario))
    hours = covered.paid_hours() if covered else 0.0
    cases = list(_cases(scenario, levels))
    points: list[Point] = []
    for number, (axis, level, floors) in enumerate(cases):
        base = with_floors(scenario, floors)
        problem = replace(problem_of(base, rules, days.twin.rates, floors, free), target=wanted)
        for k, share in enumerate(levels.officers):
            if progress:
                progress("", number * len(levels.officers) + k, len(cases) * len(levels.officers))
            wait, made, ended = None, None, False
            try:
                made = plan(replace(problem, paid_hours=share * hours), gap=_GAP, seconds=_SECONDS)
            except SearchEnded:
                ended = True
            if made:
                wait = _wait(play(with_plan(base, made.lanes, made.posts), replications, seed), _MODES[axis])
            points.append(
                Point(
                    axis=axis,
                    level=level,
                    officers=share,
                    hours=share * hours,
                    feasible=None if ended else made is not None,
                    paid_hours=made.paid_hours() if made else None,
                    wait=wait,
                )
            )
    say = catalog.message
    name = crossing_name(catalog, scenario.lines[0].crossing)
    notes = (
        say("staff.note.simulated"),
        *unfit(catalog, scenario),
        say("staff.frontier.note", minutes=both(wanted.minutes)),
        Text("Levels (assumed): ", "Niveles (supuesto): ") + levels.basis.source,
        say("staff.note.covered"),
        say("staff.note.shifts") + Text.same(": ") + rules.shift_basis.source,
        *scenario.notes,
    )
    facts: dict[str, Cell] = {
        "simulated": True,
        "crossing": scenario.lines[0].crossing,
        "day": day,
        "target_share": wanted.share,
        "target_min": wanted.minutes,
        "paid_hours_today": hours,
        "seed": seed,
        "replications": replications,
        "version": __version__,
        "scenario_hash": scenario_hash(scenario),
    }
    when = Text(*(written_day(day, language) for language in LANGUAGES))
    title = say("staff.frontier.title", crossing=name, day=when)
    return Answer("staff.frontier", title, (_table(catalog, points),), facts, tuple(dict.fromkeys(notes)))


def _cases(scenario: Scenario, levels: FrontierLevels) -> Iterator[tuple[str, float | None, Floors]]:
    """Each kind of security that the crossing has, at each level; None is the day as it is."""
    for axis, values in (("inspection", levels.inspection), ("referral", levels.referral), ("scanned", levels.scanned)):
        lines = [x for x in scenario.lines if x.mode == _MODES[axis] and (axis == "inspection" or x.referrals)]
        if not lines:
            continue
        now = max((r.random + r.risk for x in lines for r in x.referrals[:1]), default=0.0)
        for level in (None, *(v for v in values if axis == "inspection" or v > now)):
            floor = LineFloor()
            if level is not None:
                floor = LineFloor(inspection=level) if axis == "inspection" else LineFloor(referral=level)
            yield axis, level, Floors({x.id: floor for x in lines}, {})


def _wait(totals: Totals, mode: Mode) -> float | None:
    """Mean wait of the travellers of a mode, at primary and further inspections, minutes."""
    waited = came = 0.0
    for at, line in enumerate(totals.scenario.lines):
        if line.mode == mode:
            primary = stage_waits(totals, at, 0)
            after = totals.stage_sum[:, at, 1:-1].sum() + totals.stage_left_sum[:, at, 1:-1].sum()
            waited += float(primary.total.sum() + after)
            came += float(primary.travellers.sum())
    return waited / came if came else None


def _table(catalog: Catalog, points: list[Point]) -> Table:
    """Tabulate the points; people see a row for each level and a column for each number of officers."""
    say = catalog.message

    def level(p: Point) -> Cell:
        if p.level is None:
            return Shown(None, say("staff.frontier.as_is"))
        return Shown(p.level, both(p.level, 1) if p.axis == "inspection" else percent(p.level, 0))

    def hours(p: Point) -> Cell:
        return Named(f"{p.officers:g}", say("staff.frontier.hours", share=percent(p.officers, 0), hours=both(p.hours)))

    def wait(p: Point) -> Cell:
        if p.feasible is None:
            return Shown(None, say("staff.frontier.ended"))
        return Shown(p.wait, minutes(p.wait) if p.feasible else say("staff.frontier.none"))

    return tabulate(
        "points",
        say("staff.frontier.table"),
        points,
        [
            Field("axis", say("staff.frontier.axis"), lambda p: Named(p.axis, say(f"staff.frontier.{p.axis}"))),
            Field("level", say("staff.frontier.level"), level, side="right"),
            Field("officers_share", say("staff.head.about"), hours),
            Field("hours_allowed", None, lambda p: p.hours),
            Field("feasible", None, lambda p: p.feasible),
            Field("paid_hours", None, lambda p: p.paid_hours),
            Field("wait_min", say("staff.frontier.wait"), wait, side="right"),
        ],
        (View(say("staff.frontier.table"), ("axis", "level", "wait_min"), by="officers_share"),),
    )
