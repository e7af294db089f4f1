"""Plan lanes, posts and shifts: a mixed-integer program with backlog carry-over, solved by HiGHS."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ambos.crossing.staff.problem import (
    END_HOURS,
    PER_HOUR,
    QUARTERS,
    SEED,
    Class,
    Floats,
    Ints,
    Post,
    Problem,
    chance_queues,
    fluid,
    with_work,
)
from ambos.errors import SearchEnded
from ambos.model.staff import Clash, ShiftCount, ShiftPattern

#: Hours in a quarter-hour.
_H = 1.0 / PER_HOUR
#: US dollars of a lane that is open for an hour, so that none is open for nothing.
_OPEN = 0.01
#: Relative gap at which the search ends.
GAP = 0.02
#: Seconds of the clock that a search may take for each one of the processor that it is given.
_PATIENCE = 10.0
#: Seconds of the processor at most: a search ends before, at the gap, and gives the same plan then on any machine.
SECONDS = 40.0
#: Weight of delay where officers are to be fewest: it only chooses between plans with as many.
_SLIGHT = 0.02
#: Parts of a server from which one more is there, in the plans that a search may begin with.
_UP = (0.2, 0.35, 0.5)
#: How near to the least cost of the program with nothing whole a plan must be for the search to begin with it: one farther
#: off kept the search near it (DeConcini with 36 officers: 22% above its bound in place of 14).
_NEAR = 0.1
#: Statuses of the solver that prove that there is no plan.
_NONE = ("kInfeasible", "kUnboundedOrInfeasible")
#: How near to a whole number counts as one.
_WHOLE = 1e-6
#: More lanes than any crossing has.
_ENDLESS = 99
#: Groups of rules that may clash: what is wanted, and what there is.
FLOORS = ("lanes", "post", "target")
CAPS = ("built", "duty", "roster", "hours", "changes", "servers")


@dataclass(frozen=True, slots=True)
class Plan:
    """Lanes, posts and shifts of a day, and what the program promises of them."""

    lanes: Mapping[str, Ints]  #: (Q,) by line.
    posts: Mapping[str, Ints]  #: (Q,) servers by station.
    shifts: tuple[ShiftCount, ...]  #: Empty without a roster.
    duty: Ints  #: (Q,) officers on duty, not on a break; without a roster those in use.
    cost: float  #: US dollars of the program: delay, chance, officers.
    bound: float  #: No plan costs less in the program.
    promised: Mapping[str, float]  #: Mean wait by line, minutes.
    seconds: float
    optimal: bool  #: The gap wanted was reached.

    @property
    def gap(self) -> float:
        """Relative distance of the plan's cost from the bound."""
        return max(0.0, self.cost - self.bound) / self.cost if self.cost > 0 else 0.0

    @property
    def lane_hours(self) -> float:
        """Lane-hours of all classes."""
        return float(sum(count.sum() for count in self.lanes.values())) * _H

    @property
    def officers(self) -> int:
        """Officers who come in the day."""
        return sum(s.officers for s in self.shifts)

    def paid_hours(self) -> float:
        """Officer-hours paid: of the shifts, or without any those on duty."""
        if self.shifts:
            return sum((s.end - s.start) / 60.0 * s.officers for s in self.shifts)
        return float(self.duty.sum()) * _H


@dataclass
class Program:
    """Columns and rows of a program; rows of elastic groups have a slack."""

    elastic: frozenset[str] = frozenset()
    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_low: list[float] = field(default_factory=list)
    row_high: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    slacks: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def column(self, cost: float, low: float, high: float, whole: bool = False) -> int:
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, entries: list[tuple[int, float]], low: float, high: float, group: str = "", about: str = "") -> None:
        """Add a row; in an elastic group it may be missed by a slack, which costs 1 a unit."""
        if group in self.elastic:
            slack = self.column(1.0, 0.0, np.inf)
            self.slacks.setdefault((group, about), []).append(slack)
            entries = [*entries, (slack, 1.0 if low > -np.inf else -1.0)]
        for column, value in entries:
            self.index.append(column)
            self.value.append(value)
        self.starts.append(len(self.index))
        self.row_low.append(low)
        self.row_high.append(high)

    def solver(self, gap: float, seconds: float, relaxed: bool = False) -> Any:
        """Make a solver of the program on one thread; seconds are of the processor, so that a busy machine ends it alike.

        Relaxed: nothing is whole.
        """
        import highspy  # takes long to load

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.row_low)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(self.cost), np.array(self.low), np.array(self.high)
        lp.row_lower_, lp.row_upper_ = np.array(self.row_low), np.array(self.row_high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.starts, self.index, self.value
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        whole = [w and not relaxed for w in self.whole]
        lp.integrality_ = [kinds[w] for w in whole]

        class Quiet(highspy.Highs):  # type: ignore[misc]  # the solver prints its version as soon as it is made
            def enableCallbacks(self) -> None:
                self.setOptionValue("output_flag", False)
                super().enableCallbacks()

        solver = Quiet()
        for option, value in (
            ("mip_rel_gap", gap),
            ("time_limit", _PATIENCE * seconds),
            ("threads", 1),
            ("mip_feasibility_tolerance", 1e-6),
        ):
            solver.setOptionValue(option, value)
        solver.passModel(lp)
        last = time.thread_time() + seconds

        def end(event: Any) -> None:
            event.data_in.user_interrupt = time.thread_time() > last

        if any(whole):
            solver.cbMipInterrupt += end
        return solver

    def solve(
        self, gap: float, seconds: float, start: Floats | None = None, relaxed: bool = False
    ) -> tuple[Any, Floats | None, float, bool]:
        """Solve it: the model status, the columns, the bound, and whether the gap was reached."""
        import highspy  # takes long to load

        solver = self.solver(gap, seconds, relaxed)
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(start)
            solver.setSolution(solution)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        found = info.primal_solution_status == 2  # feasible
        columns = np.array(solver.getSolution().col_value) if found else None
        bound = info.mip_dual_bound if any(self.whole) and not relaxed else info.objective_function_value
        return status, columns, float(bound), status == highspy.HighsModelStatus.kOptimal


@dataclass
class Columns:
    """Places of what a plan decides."""

    lanes: dict[str, list[int]]
    queue: dict[str, list[list[int]]]
    posts: dict[str, list[int]]
    shifts: list[tuple[ShiftPattern, float, int]]


def plan(
    problem: Problem,
    *,
    fewest: bool = False,
    weight: float = 1.0,
    chance: bool = True,
    gap: float = GAP,
    seconds: float = SECONDS,
) -> Plan | None:
    """Find the plan of least cost of delay and officers.

    Parameters
    ----------
    problem : Problem
    fewest : bool
        Officers first: delay only chooses between plans with as few.
    weight : float
        Factor of the cost of delay.
    chance : bool
        Count the queue that chance makes beyond the fluid one. Without it the bound is one of the expected cost of any
        plan: the mean queue is at least that of mean arrivals and services.
    gap, seconds : float
        The search ends when either is reached; seconds are of the processor.

    Returns
    -------
    Plan or None
        None if there is no plan that keeps all rules; `clashes` says why.

    Raises
    ------
    SearchEnded
        If the seconds end with no plan, and none is not proven either.
    """
    began = time.perf_counter()
    model, columns = program_of(problem, _SLIGHT if fewest else weight, chance)
    status, found, bound, optimal = model.solve(0.0, seconds, relaxed=True)
    if status.name not in _NONE:
        start, least = _start(model, columns, problem, seconds), bound
        cost = np.inf if start is None else float(np.dot(model.cost, start))
        near = cost - least <= _NEAR * cost
        status, found, bound, optimal = model.solve(gap, seconds, start if near else None)
        if status.name not in _NONE and (found is None or np.dot(model.cost, found) > cost):
            found = start
    if status.name in _NONE:
        return None
    if found is None:
        raise SearchEnded(seconds=f"{seconds:g}")
    lanes = {id: np.rint(found[at]).astype(np.int64) for id, at in columns.lanes.items()}
    posts = {id: np.rint(found[at]).astype(np.int64).repeat(PER_HOUR) for id, at in columns.posts.items()}
    shifts = tuple(
        ShiftCount(pattern.id, start, start + pattern.hours * 60.0, round(found[at]))
        for pattern, start, at in columns.shifts
        if round(found[at]) > 0
    )
    return Plan(
        lanes=lanes,
        posts=posts,
        shifts=shifts,
        duty=_duty(problem, shifts) if problem.roster else in_use(problem, lanes, posts),
        cost=float(np.dot(model.cost, found)),
        bound=bound,
        promised={c.id: promised_wait(c, lanes[c.id]) for c in problem.classes},
        seconds=time.perf_counter() - began,
        optimal=optimal,
    )


def _start(model: Program, columns: Columns, problem: Problem, seconds: float) -> Floats | None:
    """The cheapest of some plans made quickly, to begin the search with; None if none keeps all rules."""
    last = time.thread_time() + seconds
    best: Floats | None = None
    for up in _UP:
        made = _dive(model, columns, problem, last - time.thread_time(), up)
        if made is not None and (best is None or np.dot(model.cost, made) < np.dot(model.cost, best)):
            best = made
        if not columns.posts:
            break
    return best


def _dive(model: Program, columns: Columns, problem: Problem, seconds: float, up: float) -> Floats | None:
    """Make a plan: shifts rounded, then servers (up from this part of one) and lanes, one quarter-hour after the other.

    After each step the program is solved again with the rest not whole, so that what was rounded off is made up for later.
    None if that leads nowhere.
    """
    solver = model.solver(0.0, seconds, relaxed=True)
    last = time.thread_time() + seconds

    def solved() -> Floats | None:
        solver.run()
        if solver.getModelStatus().name != "kOptimal" or time.thread_time() > last:
            return None
        return np.array(solver.getSolution().col_value)

    def fixed(own: list[int], ways: Iterable[list[int]]) -> Floats | None:
        """The program with columns at the first of several values that leaves any plan."""
        tried: list[list[int]] = []
        for way in ways:
            if way in tried:
                continue
            tried.append(way)
            for column, value in zip(own, way, strict=True):
                solver.changeColBounds(column, float(value), float(value))
            found = solved()
            if found is not None:
                return found
        return None

    found = solved()
    shifts = [column for _, _, column in columns.shifts]
    while shifts and found is not None:
        done = [c for c in shifts if abs(found[c] - round(found[c])) < _WHOLE]
        loose = [c for c in shifts if c not in done]
        if not loose:
            found = fixed(shifts, [[round(found[c]) for c in shifts]])
            break
        most = max(loose, key=lambda c: found[c] % 1.0)  # type: ignore[index]
        more = math.ceil(found[most])
        found = fixed([most], [[more], [more - 1]])
    for t in range(QUARTERS):
        if t % PER_HOUR == 0 and columns.posts and found is not None:
            posts = [own[t // PER_HOUR] for own in columns.posts.values()]
            near = [found[c] for c in posts]
            ways = (up, 1.0 - _WHOLE, _WHOLE)
            found = fixed(posts, [[math.ceil(n - part) for n in near] for part in ways])
        if found is None:
            return None
        own = [line[t] for line in columns.lanes.values()]
        near = [found[c] for c in own]
        found = fixed(own, _rounded(problem, near))
    return found


def _rounded(problem: Problem, near: list[float]) -> Iterator[list[int]]:
    """Lanes of all classes as whole numbers: as many in all as they are near to, all rounded down, all up."""
    down = [math.floor(n + _WHOLE) for n in near]
    more = round(sum(near)) - sum(down)
    made = list(down)
    for at in sorted(range(len(near)), key=lambda k: down[k] - near[k]):
        mode = problem.classes[at].mode
        there = sum(n for n, c in zip(made, problem.classes, strict=True) if c.mode == mode)
        if more > 0 and near[at] - down[at] > _WHOLE and there < problem.built.get(mode, _ENDLESS):
            made[at] += 1
            more -= 1
    yield made
    yield down
    yield [math.ceil(n - _WHOLE) for n in near]


def bound_of(problem: Problem, seconds: float = SECONDS, seed: int = SEED) -> float | None:
    """US dollars below which no plan's expected cost lies, but for the chance of the draws; lanes and shifts not whole.

    The larger of two: of mean arrivals and services, whose queue is at most the mean queue; and of work that is drawn, with
    the chance of arrivals and services in it. Lanes take work no faster than an hour of it an hour each, so that the work in
    line and at the booths is at least that of the program; those in line are at least that work over the mean service, less
    what is left to do of the services begun. The least cost over days drawn is in the mean no more than that of the best
    plan. Servers after primary may be busy all the time. None if it was not found in time.
    """
    problem = replace(problem, posts=tuple(replace(post, utilisation=1.0) for post in problem.posts))
    model, _ = program_of(problem, 1.0, False)
    found = [_relaxed(model, seconds)]
    drawn = with_work(problem, seed)
    model, columns = program_of(drawn, 1.0, False)
    for cls in drawn.classes:
        begun = (1.0 + cls.cv2) / 2.0  # mean services left to do at a lane that is busy
        samples = columns.queue[cls.id]
        for t in range(QUARTERS):
            own = [line[t] for line in samples]
            cost = sum(model.cost[column] for column in own)
            for column in own:
                model.cost[column] = 0.0
            line = model.column(cost, 0.0, np.inf)
            share = -1.0 / len(own)
            model.row([(line, 1.0), (columns.lanes[cls.id][t], begun), *((c, share) for c in own)], 0.0, np.inf)
    found.append(_relaxed(model, seconds))
    return max((bound for bound in found if bound is not None), default=None)


def _relaxed(model: Program, seconds: float) -> float | None:
    """The least cost of a program with nothing whole; None if it was not found in time."""
    _, found, bound, optimal = model.solve(0.0, seconds, relaxed=True)
    return bound if found is not None and optimal else None


def in_use(problem: Problem, lanes: Mapping[str, Ints], posts: Mapping[str, Ints]) -> Ints:
    """Officers at booths and posts by quarter-hour."""
    total = np.zeros(QUARTERS, np.int64)
    for count in lanes.values():
        total += count
    for post in problem.posts:
        total += post.officers * posts[post.id]
    return total


def promised_wait(cls: Class, count: Ints) -> float:
    """Mean wait that the program promises a class: fluid queue and that of chance, minutes."""
    queue = fluid(cls, count).mean(axis=0)
    mean = cls.arrivals.mean(axis=0)
    rate = float(cls.rate.mean())
    more = sum(chance_queues(mean[t], rate, cls.cv2, int(cls.most[t]))[count[t]] for t in range(QUARTERS))
    travellers = mean.sum() + cls.initial.mean()
    return 60.0 * _H * float(((queue[1:] + queue[:-1]) / 2).sum() + more) / float(travellers) if travellers else 0.0


def presence(pattern: ShiftPattern, start: float) -> Ints:
    """Quarter-hours in which an officer of a shift is at a post, (Q,); past midnight it goes on at the day's beginning."""
    at = np.zeros(QUARTERS, np.int64)
    first = round(start / 15.0)
    at[np.arange(first, first + round(pattern.hours * PER_HOUR)) % QUARTERS] = 1
    for pause in pattern.breaks:
        begin = round((start + pause.after) / 15.0)
        at[np.arange(begin, begin + round(pause.minutes / 15.0)) % QUARTERS] = 0
    return at


def _duty(problem: Problem, shifts: Collection[ShiftCount]) -> Ints:
    assert problem.roster
    patterns = {p.id: p for p in problem.roster.shifts}
    total = np.zeros(QUARTERS, np.int64)
    for shift in shifts:
        total += shift.officers * presence(patterns[shift.pattern], shift.start)
    return total


# -- the program ------------------------------------------------------------------------------------------------
def program_of(
    problem: Problem, delay: float, chance: bool, elastic: frozenset[str] = frozenset()
) -> tuple[Program, Columns]:
    model = Program(elastic)
    on = 0.0 if elastic else 1.0  # a search for clashes counts only what is missed
    lanes: dict[str, list[int]] = {}
    queue: dict[str, list[list[int]]] = {}
    for cls in problem.classes:
        floor = np.zeros(QUARTERS) if "lanes" in elastic else cls.least
        most = np.where(cls.most > 0, _ENDLESS, 0) if "built" in elastic else cls.most
        lanes[cls.id] = [
            model.column(on * _OPEN * _H, float(min(floor[t], most[t])), float(most[t]), True) for t in range(QUARTERS)
        ]
        if "lanes" in elastic:
            for t in range(QUARTERS):
                if cls.least[t]:
                    model.row([(lanes[cls.id][t], 1.0)], float(cls.least[t]), np.inf, "lanes", cls.id)
        elif any(cls.least[t] > most[t] for t in range(QUARTERS)):
            model.row([], 1.0, np.inf)  # more is wanted than there is: no plan
        queue[cls.id] = [_backlog(model, cls, lanes[cls.id], sample, on * delay) for sample in range(len(cls.arrivals))]
        if chance and not elastic:
            _chance(model, cls, lanes[cls.id], delay)
        if problem.target:
            _target(model, problem, cls, lanes[cls.id], queue[cls.id])
    _built(model, problem, lanes)
    posts = {post.id: _post(model, problem, post, queue, on * delay) for post in problem.posts}
    shifts = _officers(model, problem, lanes, posts, on)
    _changes(model, problem, lanes)
    for mode, hours in (problem.lane_hours or {}).items():
        width = QUARTERS // len(hours)
        for part, limit in enumerate(hours):
            block = slice(part * width, (part + 1) * width)
            every = [(n, _H) for c in problem.classes if c.mode == mode for n in lanes[c.id][block]]
            model.row(every, -np.inf, limit, "hours", mode)
    return model, Columns(lanes, queue, posts, shifts)


def _backlog(model: Program, cls: Class, lanes: list[int], sample: int, delay: float) -> list[int]:
    """Queue at the end of each quarter-hour: at least the one before, more what comes, less what the lanes take."""
    weight = cls.cost * delay / len(cls.arrivals)
    queue = []
    for t in range(QUARTERS):
        # half of it in this quarter-hour, half in the next; at the end of the day what is left waits on
        cost = weight * (_H if t < QUARTERS - 1 else _H / 2 + END_HOURS)
        queue.append(model.column(cost, 0.0, np.inf))
        came = float(cls.arrivals[sample, t])
        entries = [(queue[t], 1.0), (lanes[t], float(cls.rate[sample]))]
        if t:
            entries.append((queue[t - 1], -1.0))
        model.row(entries, came + (0.0 if t else float(cls.initial[sample])), np.inf)
    return queue


def _chance(model: Program, cls: Class, lanes: list[int], delay: float) -> None:
    """The queue that chance makes, by its tangents: convex in the lanes."""
    mean = cls.arrivals.mean(axis=0)
    for t in range(QUARTERS):
        most = int(cls.most[t])
        if not most or mean[t] <= 0:
            continue
        values = chance_queues(float(mean[t]), float(cls.rate.mean()), cls.cv2, most)
        extra = model.column(cls.cost * delay * _H, 0.0, np.inf)
        for n in range(most):
            slope = values[n + 1] - values[n]
            if n == most - 1 or slope < -1e-3:
                model.row([(extra, 1.0), (lanes[t], -slope)], values[n] - slope * n, np.inf)


def _target(model: Program, problem: Problem, cls: Class, lanes: list[int], queue: list[list[int]]) -> None:
    """Who comes in a quarter-hour is taken within the minutes of the target: the lanes ahead take the whole queue."""
    assert problem.target
    whole, part = divmod(problem.target.minutes / 15.0, 1.0)
    for sample, line in enumerate(queue):
        rate = float(cls.rate[sample])
        for t in range(QUARTERS):
            if cls.arrivals[:, t].max() <= 0:
                continue
            ahead = [(t + 1 + k, 1.0) for k in range(int(whole))] + ([(t + 1 + int(whole), part)] if part else [])
            merged = {line[t]: -1.0}
            for s, share in ahead:
                column = lanes[min(s, QUARTERS - 1)]
                merged[column] = merged.get(column, 0.0) + share * rate
            model.row(list(merged.items()), 0.0, np.inf, "target", cls.id)


def _built(model: Program, problem: Problem, lanes: Mapping[str, list[int]]) -> None:
    for mode, count in problem.built.items():
        own = [lanes[c.id] for c in problem.classes if c.mode == mode]
        if len(own) > 1 or "built" in model.elastic:
            for t in range(QUARTERS):
                model.row([(line[t], 1.0) for line in own], -np.inf, float(count), "built", mode)


def _post(
    model: Program, problem: Problem, post: Post, queue: Mapping[str, list[list[int]]], delay: float
) -> list[int]:
    """Servers by hour for all whom the lanes send: nobody is left waiting there but whom all servers together cannot take."""
    own = [cls for cls in problem.classes if cls.id in post.shares]
    high = np.inf if "servers" in model.elastic else float(post.most)
    servers = []
    for h in range(QUARTERS // PER_HOUR):
        open_now = any(cls.most[h * PER_HOUR : (h + 1) * PER_HOUR].any() for cls in own)
        least = float(post.least) if open_now else 0.0
        if least > high and "post" not in model.elastic:
            model.row([], 1.0, np.inf)
        low = 0.0 if "post" in model.elastic else min(least, high)
        servers.append(model.column(0.0 if model.elastic else _OPEN, low, high, True))
        if "post" in model.elastic and least:
            model.row([(servers[h], 1.0)], least, np.inf, "post", post.id)
    waiting, hour = -1, post.utilisation * 60.0
    left = _left_waiting(problem, post)
    for h, server in enumerate(servers):
        if "servers" in model.elastic:
            model.row([(server, 1.0)], -np.inf, float(post.most), "servers", post.id)
        # minutes of work that the servers cannot do in the hour wait for the next one
        part = 1.0 if h < len(servers) - 1 else 0.5  # half of it in this hour, half in the next
        waited, waiting = waiting, model.column(part * delay * post.cost / post.minutes, 0.0, np.inf)
        model.row([(waiting, -1.0 / hour)], -left / hour, np.inf, "post", post.id)
        entries = [(server, hour), (waiting, 1.0)]
        if h:
            entries.append((waited, -1.0))
        load = 0.0
        for cls in own:
            share = post.shares[cls.id] * post.minutes
            first, last = h * PER_HOUR, h * PER_HOUR + PER_HOUR - 1
            load += share * float(cls.arrivals[:, first : last + 1].sum(axis=1).mean())
            load += share * float(cls.initial.mean()) if not h else 0.0
            samples = queue[cls.id]
            for line in samples:  # those who leave the line in the hour
                entries.append((line[last], share / len(samples)))
                if h:
                    entries.append((line[first - 1], -share / len(samples)))
        model.row(entries, load, np.inf)
        if problem.target:  # who waits at the end of the hour is taken within the minutes of the target
            ahead = servers[min(h + 1, len(servers) - 1)]
            room = post.utilisation * problem.target.minutes
            model.row([(ahead, room), (waiting, -1.0)], 0.0, np.inf, "target", post.id)
    return servers


def _left_waiting(problem: Problem, post: Post) -> float:
    """Minutes of work that wait at most at the end of an hour with all servers there and no line before them."""
    waiting = most = 0.0
    for h in range(QUARTERS // PER_HOUR):
        hour = slice(h * PER_HOUR, (h + 1) * PER_HOUR)
        for cls in problem.classes:
            came = float(cls.arrivals[:, hour].sum(axis=1).mean()) + (0.0 if h else float(cls.initial.mean()))
            waiting += came * post.shares.get(cls.id, 0.0) * post.minutes
        waiting = max(0.0, waiting - post.utilisation * 60.0 * post.most)
        most = max(most, waiting)
    return most


def _officers(
    model: Program, problem: Problem, lanes: Mapping[str, list[int]], posts: Mapping[str, list[int]], on: float
) -> list[tuple[ShiftPattern, float, int]]:
    """Officers on duty hold all booths and posts; without a roster each hour at one is paid."""
    shifts: list[tuple[ShiftPattern, float, int]] = []
    roster = problem.roster
    used = {
        t: [(line[t], 1.0) for line in lanes.values()]
        + [(posts[p.id][t // PER_HOUR], float(p.officers)) for p in problem.posts]
        for t in range(QUARTERS)
    }
    if roster is None:
        for t in range(QUARTERS):
            for column, officers in used[t]:
                model.cost[column] += on * problem.officer_cost * _H * officers
        if problem.paid_hours is not None:
            every: dict[int, float] = {}
            for entries in used.values():
                for column, officers in entries:
                    every[column] = every.get(column, 0.0) + _H * officers
            model.row(list(every.items()), -np.inf, problem.paid_hours, "hours")
        return shifts
    there = []
    for pattern in roster.shifts:
        own = []
        for start in pattern.starts:
            cap = np.inf if pattern.officers is None or "roster" in model.elastic else float(pattern.officers)
            column = model.column(on * roster.cost * pattern.hours, 0.0, cap, True)
            shifts.append((pattern, start, column))
            own.append(column)
            there.append(presence(pattern, start))
        if pattern.officers is not None and (len(own) > 1 or "roster" in model.elastic):
            model.row([(c, 1.0) for c in own], -np.inf, float(pattern.officers), "roster", pattern.id)
    if roster.most is not None:
        model.row([(c, 1.0) for _, _, c in shifts], -np.inf, float(roster.most), "roster")
    if problem.paid_hours is not None:
        model.row([(c, p.hours) for p, _, c in shifts], -np.inf, problem.paid_hours, "hours")
    for t in range(QUARTERS):
        here = [(column, -1.0) for (_, _, column), at in zip(shifts, there, strict=True) if at[t]]
        model.row([*used[t], *here], -np.inf, 0.0, "duty")
    return shifts


def _changes(model: Program, problem: Problem, lanes: Mapping[str, list[int]]) -> None:
    """At most so many lanes open and close in any hour; a class that opens or closes as a whole is no change."""
    moved: list[list[int]] = [[] for _ in range(QUARTERS)]
    for cls in problem.classes:
        for t in range(1, QUARTERS):
            if not (cls.most[t] and cls.most[t - 1]):
                continue
            change = model.column(0.0, 0.0, np.inf)
            now, before = lanes[cls.id][t], lanes[cls.id][t - 1]
            model.row([(change, 1.0), (now, -1.0), (before, 1.0)], 0.0, np.inf)
            model.row([(change, 1.0), (now, 1.0), (before, -1.0)], 0.0, np.inf)
            moved[t].append(change)
    for t in range(QUARTERS - PER_HOUR + 1):
        entries = [(c, 1.0) for s in range(t, t + PER_HOUR) for c in moved[s]]
        if entries:
            model.row(entries, -np.inf, float(problem.changes), "changes")


# -- why there is no plan ---------------------------------------------------------------------------------------
def clashes(problem: Problem, seconds: float = SECONDS) -> tuple[Clash, ...]:
    """Name the rules that stand in the way of any plan, and by how much each would have to give way.

    Each group of rules is let go alone: those whose giving way makes a plan possible are named. Where none of the floors
    does so alone, all floors give way together, as little as they can; and so the caps; and where that is not enough, all
    rules.
    """
    found: list[Clash] = []
    for side in (FLOORS, CAPS):
        alone = [Clash(*m, alone=True) for group in side for m in _missed(problem, frozenset({group}), seconds)]
        found += alone or [Clash(*m, alone=False) for m in _missed(problem, frozenset(side), seconds)]
    return tuple(found or [Clash(*m, alone=False) for m in _missed(problem, frozenset(FLOORS + CAPS), seconds)])


def _missed(problem: Problem, groups: frozenset[str], seconds: float) -> list[tuple[str, str, float | None]]:
    """The least by which rules of the groups must be missed, None if not found in time; empty if there is no plan even so."""
    model, _ = program_of(problem, 1.0, False, groups)
    if not model.slacks:
        return []
    _, found, _, least = model.solve(0.05, seconds)
    if found is None:
        return []
    most = {key: max(found[c] for c in columns) for key, columns in model.slacks.items()}
    return [(group, about, float(by) if least else None) for (group, about), by in most.items() if by > 1e-5]
