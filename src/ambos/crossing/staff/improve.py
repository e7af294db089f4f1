"""Improve a plan by simulation: swaps of lanes between classes and times, tried with the same travellers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ambos.crossing.kernel.totals import Totals
from ambos.crossing.simulate import run
from ambos.crossing.staff.apply import with_plan
from ambos.crossing.staff.plan import Plan, in_use
from ambos.crossing.staff.problem import END_HOURS, PER_HOUR, QUARTERS, Class, Floats, Ints, Problem
from ambos.model.crossing import Option, Scenario

#: Replications of each trial, and seed: another than any that a plan is verified with.
REPLICATIONS, SEED = 40, 2**61
#: Changes tried at most in the whole search, and its seconds at most: by the first it ends alike on any machine.
TRIALS, SECONDS = 80, 40.0
#: Quarter-hours moved at once.
_WIDTHS = (2, 4, 8)
#: Most promising changes that are tried before the search ends.
_TRIED = 40
#: Standard errors by which a change must be better.
_CLEAR = 1.5

Lanes = Mapping[str, Ints]


@dataclass(frozen=True, slots=True)
class Improved:
    """Lanes after the search, and what it did. Costs are US dollars of delay a day, simulated."""

    lanes: Lanes
    before: float
    after: float
    tried: int
    kept: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A lane more or less in a class for a while."""

    line: str
    first: int
    last: int  #: Not included.
    by: int
    worth: float  #: Estimated change of the cost of delay.


def improve(
    scenario: Scenario,
    problem: Problem,
    plan: Plan,
    *,
    trials: int = TRIALS,
    seconds: float = SECONDS,
    replications: int = REPLICATIONS,
    progress: Callable[[float], None] | None = None,
) -> Improved:
    """Swap lanes while the simulated cost of delay falls; officers, shifts and all rules stay kept.

    Parameters
    ----------
    scenario : Scenario
        With the floors applied.
    problem : Problem
    plan : Plan
    trials : int
        Changes tried at most; the search ends before when nothing promising is left.
    seconds : float
        It ends then in any case.
    replications : int
        Of each trial, the same draws in all.
    progress : callable, optional
        Called with the share of the changes that are tried.
    """
    began = time.perf_counter()
    played = _Trials(scenario, problem, replications)
    lanes = {id: count.copy() for id, count in plan.lanes.items()}
    budget = None if problem.roster else problem.lane_hours or lane_hours(problem, lanes)
    first = now = played.cost(lanes)
    tried = kept = 0
    failed: set[tuple[_Step, ...]] = set()
    while tried < trials and time.perf_counter() - began < seconds:
        for steps in _promising(played, problem, lanes):
            key = tuple(replace(s, worth=0.0) for s in steps)
            if key in failed:
                continue
            changed = _after(lanes, steps)
            if not keeps(problem, changed, plan.posts, plan.duty if problem.roster else None, budget):
                failed.add(key)
                continue
            tried += 1
            if progress:
                progress(tried / trials)
            cost = played.cost(changed)
            gain = now - cost
            if gain.mean() > _CLEAR * gain.std() / np.sqrt(len(gain)):
                lanes, now, kept = changed, cost, kept + 1
                failed.clear()
                break
            failed.add(key)
            if tried >= trials or time.perf_counter() - began > seconds:
                break
        else:
            break
    return Improved(lanes, float(first.mean()), float(now.mean()), tried, kept)


def delay_cost(totals: Totals, problem: Problem) -> Floats:
    """US dollars of delay at primary by replication; who is still in line at the end waits on for an hour."""
    total = np.zeros(totals.counts.shape[0])
    for at, line in enumerate(totals.scenario.lines):
        hours = totals.stood(at) / 60.0 + END_HOURS * totals.stage_left[:, at, 0]
        total += problem.of(line.id).cost * hours
    return total


class _Trials:
    """Simulated days of each class alone, each set of lanes played once."""

    def __init__(self, scenario: Scenario, problem: Problem, replications: int) -> None:
        self._problem = problem
        self._replications = replications
        self._alone = {line.id: _alone(scenario, line.id) for line in scenario.lines}
        self._known: dict[tuple[str, bytes], Totals] = {}
        self._worth: dict[tuple[str, bytes], tuple[Floats, Floats]] = {}

    def of(self, line: str, count: Ints) -> Totals:
        key = (line, count.tobytes())
        if key not in self._known:
            if len(self._known) > 400:
                self._known.clear()
            scenario = with_plan(self._alone[line], {line: count})
            self._known[key] = run(scenario, self._replications, SEED)
        return self._known[key]

    def worth(self, cls: Class, count: Ints) -> tuple[Floats, Floats]:
        """`_worth` of a class with so many lanes."""
        key = (cls.id, count.tobytes())
        if key not in self._worth:
            self._worth[key] = _worth(cls, count, self.of(cls.id, count))
        return self._worth[key]

    def cost(self, lanes: Lanes) -> Floats:
        """US dollars of delay by replication, all classes together."""
        total = np.zeros(self._replications)
        for line, count in lanes.items():
            total += delay_cost(self.of(line, count), self._problem)
        return total


def _alone(scenario: Scenario, line: str) -> Scenario:
    """The day of a line alone, without what follows primary."""
    own = next(x for x in scenario.lines if x.id == line)
    group = line.rpartition(".")[0]
    return replace(
        scenario,
        streams=tuple(
            replace(s, options=(Option(line),)) for s in scenario.streams if [o.line for o in s.options] == [line]
        ),
        lines=(replace(own, referrals=(), after=()),),
        booths=tuple(b for b in scenario.booths if b.id.rpartition(".")[0] == group),
        stations=(),
        policies=(),
    )


def _promising(trials: _Trials, problem: Problem, lanes: Lanes) -> Iterator[tuple[_Step, ...]]:
    """Changes by their estimated worth, the best first."""
    more: list[_Step] = []
    less: list[_Step] = []
    for cls in problem.classes:
        count = lanes[cls.id]
        gain, loss = trials.worth(cls, count)
        for width in _WIDTHS:
            for first in range(0, QUARTERS - width + 1, 2):
                block = slice(first, first + width)
                if (count[block] < cls.most[block]).all():
                    more.append(_Step(cls.id, first, first + width, 1, -float(gain[_WIDTHS.index(width), first])))
                if (count[block] > cls.least[block]).all():
                    less.append(_Step(cls.id, first, first + width, -1, float(loss[_WIDTHS.index(width), first])))
    more = sorted((s for s in more if s.worth < 0), key=lambda s: s.worth)[:120]
    less = sorted(less, key=lambda s: s.worth)[:120]
    found: list[tuple[float, tuple[_Step, ...]]] = []
    if problem.roster:  # an officer who is there anyway
        found += [(s.worth, (s,)) for s in more]
    for a in more:
        for b in less:
            same = a.last - a.first == b.last - b.first
            if same and not (a.line == b.line and a.first < b.last and b.first < a.last) and a.worth + b.worth < 0:
                found.append((a.worth + b.worth, (a, b)))
    found.sort(key=lambda f: f[0])
    for _, steps in found[: 20 * _TRIED]:
        yield steps


def _worth(cls: Class, count: Ints, totals: Totals) -> tuple[Floats, Floats]:
    """Estimated US dollars saved by a lane more, and lost by a lane less, by width and first quarter-hour.

    From the simulated queues: what a lane more takes stays gone as long as there is a queue; what a lane less leaves
    stays until there is room.
    """
    queue = totals.queue[:, 0]
    came = cls.arrivals.mean(axis=0)
    before = np.concatenate([queue[:, :1], queue[:, :-1]], axis=1)
    rate = float(cls.rate.mean())
    room = np.maximum(0.0, rate * count - (came + before - queue))
    firsts = np.arange(QUARTERS)[:, None]
    gains, losses = np.zeros((2, len(_WIDTHS), QUARTERS))
    for w, width in enumerate(_WIDTHS):
        gone, extra = np.zeros((2, QUARTERS, len(queue)))  # by first quarter-hour and replication
        for t in range(QUARTERS):
            moved = np.where((firsts <= t) & (t < firsts + width), rate, 0.0)
            gone = np.minimum(gone + moved, queue[:, t])
            extra = np.maximum(0.0, extra + moved - room[:, t])
            gains[w] += gone.mean(axis=1)
            losses[w] += extra.mean(axis=1)
    return gains * cls.cost / PER_HOUR, losses * cls.cost / PER_HOUR


def _after(lanes: Lanes, steps: tuple[_Step, ...]) -> dict[str, Ints]:
    changed = dict(lanes)
    for step in steps:
        count = changed[step.line].copy()
        count[step.first : step.last] += step.by
        changed[step.line] = count
    return changed


def lane_hours(problem: Problem, lanes: Lanes, parts: int = 1) -> dict[str, tuple[float, ...]]:
    """Lane-hours by mode in each of so many equal parts of the day."""
    own = {mode: [lanes[c.id] for c in problem.classes if c.mode == mode] for mode in problem.built}
    return {
        mode: tuple(float(part.sum()) / PER_HOUR for part in np.split(np.sum(counts, axis=0), parts))
        for mode, counts in own.items()
        if counts
    }


def keeps(
    problem: Problem,
    lanes: Lanes,
    posts: Lanes,
    duty: Ints | None,
    budget: Mapping[str, tuple[float, ...]] | None = None,
) -> bool:
    """Return True if lanes keep all rules that the officers on duty, the crossing and its floors set."""
    for cls in problem.classes:
        if (lanes[cls.id] < cls.least).any() or (lanes[cls.id] > cls.most).any():
            return False
    for mode, built in problem.built.items():
        own = [lanes[c.id] for c in problem.classes if c.mode == mode]
        if own and (np.sum(own, axis=0) > built).any():
            return False
    if duty is not None and (in_use(problem, lanes, posts) > duty).any():
        return False
    for mode, most in (budget or {}).items():
        if any(h > m + 1e-9 for h, m in zip(lane_hours(problem, lanes, len(most))[mode], most, strict=True)):
            return False
    moved = np.zeros(QUARTERS)
    for cls in problem.classes:
        both = (cls.most[1:] > 0) & (cls.most[:-1] > 0)
        moved[1:] += np.where(both, np.abs(np.diff(lanes[cls.id])), 0)
    windows = np.convolve(moved, np.ones(PER_HOUR), "valid")
    return bool((windows <= problem.changes).all())
