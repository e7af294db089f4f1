"""Put a plan into a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ambos.crossing import lanes as plans
from ambos.crossing.staff.problem import QUARTERS, Ints
from ambos.model.crossing import Scenario


def with_plan(scenario: Scenario, lanes: Mapping[str, Ints], posts: Mapping[str, Ints] | None = None) -> Scenario:
    """Give the booths to lines as planned: each stays with its line as long as that wants it.

    Parameters
    ----------
    scenario : Scenario
    lanes : mapping of line id to (Q,) int
        At most as many as there are booths of the line's mode.
    posts : mapping of station id to (Q,) int, optional
    """
    made = {booth.id: [()] * QUARTERS for booth in scenario.booths}  # type: dict[str, plans.Plan]
    for group in dict.fromkeys(line.rpartition(".")[0] for line in lanes):
        own = [b.id for b in scenario.booths if b.id.rpartition(".")[0] == group]
        lines = [line for line in lanes if line.rpartition(".")[0] == group]
        serving: dict[str, str] = {}
        for q in range(QUARTERS):
            wanted = {line: int(lanes[line][q]) for line in lines}
            kept: dict[str, str] = {}
            for booth, line in serving.items():
                if wanted[line]:
                    kept[booth] = line
                    wanted[line] -= 1
            free = [b for b in own if b not in kept]
            opened = [line for line in lines for _ in range(wanted[line])]
            serving = kept | dict(zip(free, opened, strict=False))
            for booth, line in serving.items():
                made[booth][q] = (line,)
    return replace(
        scenario,
        booths=tuple(replace(b, shifts=plans.shifts(made[b.id])) for b in scenario.booths),
        stations=tuple(
            replace(s, servers=tuple(int(n) for n in posts[s.id])) if posts and s.id in posts else s
            for s in scenario.stations
        ),
    )
