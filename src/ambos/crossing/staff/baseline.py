"""The rule that lane plans are compared with: open a lane above one wait, close one below another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ambos.crossing.simulate import run
from ambos.crossing.staff.apply import with_plan
from ambos.crossing.staff.problem import PER_HOUR, Class, Ints, Problem, lanes_of
from ambos.crossing.summary import hour_waits
from ambos.model.crossing import Scenario
from ambos.model.staff import LaneRule

#: Passes at most in which lanes are changed, and days simulated in each.
PASSES, REPLICATIONS, SEED = 10, 20, 2**61 + 1
HOURS = 24


def by_rule(scenario: Scenario, problem: Problem, rules: Sequence[LaneRule]) -> dict[str, Ints]:
    """Lanes by line and quarter-hour as the rule sets them: by hour, one lane at a time, at most `PASSES` times.

    It begins with the fewest lanes. Classes without a rule keep the lanes that they have.
    """
    lanes = lanes_of(scenario)
    ruled = {c.id: rule for c in problem.classes if (rule := _rule(scenario, c, rules))}
    for id in ruled:
        lanes[id] = problem.of(id).least.copy()
    for _ in range(PASSES):
        totals = run(with_plan(scenario, lanes), REPLICATIONS, SEED)
        changed = False
        for at, line in enumerate(scenario.lines):
            rule = ruled.get(line.id)
            if rule is None:
                continue
            for hour in range(HOURS):
                wait = hour_waits(totals, at, hour).mean().mean
                step = 0 if wait is None else int(wait > rule.open_above) - int(wait < rule.close_below)
                changed |= step != 0 and _change(problem, lanes, line.id, hour, step)
        if not changed:
            break
    return lanes


def _rule(scenario: Scenario, cls: Class, rules: Sequence[LaneRule]) -> LaneRule | None:
    line = next(x for x in scenario.lines if x.id == cls.id)
    return next((r for r in rules if (r.mode, r.lane_class) == (line.mode, line.lane_class)), None)


def _change(problem: Problem, lanes: dict[str, Ints], line: str, hour: int, step: int) -> bool:
    """Open or close a lane in an hour where the class and the crossing allow it; whether any was."""
    cls = problem.of(line)
    block = slice(hour * PER_HOUR, (hour + 1) * PER_HOUR)
    count = lanes[line].copy()
    count[block] = np.clip(count[block] + step, cls.least[block], cls.most[block])
    others = [lanes[c.id][block] for c in problem.classes if c.mode == cls.mode and c.id != line]
    if (np.sum([count[block], *others], axis=0) > problem.built[cls.mode]).any() or (count == lanes[line]).all():
        return False
    lanes[line] = count
    return True
