"""Booths by quarter-hour: which lines each serves, as a table that can be changed and turned back into shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ambos.model.crossing import Booth, Shift

QUARTER = 15.0
#: What a booth serves in each quarter-hour of the day; () is closed.
Plan = list[tuple[str, ...]]


def by_quarter(shifts: Sequence[Shift], length: float = 1440.0) -> Plan:
    """List the lines that a booth serves by quarter-hour."""
    plan: Plan = [()] * int(length // QUARTER)
    for shift in shifts:
        for q in range(int(shift.start // QUARTER), min(int(shift.end // QUARTER), len(plan))):
            plan[q] = shift.lines
    return plan


def shifts(plan: Sequence[tuple[str, ...]]) -> tuple[Shift, ...]:
    """The shifts of a booth from what it serves in each quarter-hour."""
    made: list[Shift] = []
    start = 0
    for lines, run in groupby(plan):
        end = start + len(list(run))
        if lines:
            made.append(Shift(start * QUARTER, end * QUARTER, lines))
        start = end
    return tuple(made)


def quarters(steps: Sequence[float], length: float = 1440.0) -> list[int]:
    """Spread whole numbers by steps of equal length over quarter-hours."""
    count = int(length // QUARTER)
    return [int(steps[q * len(steps) // count]) for q in range(count)]


def with_lanes(
    booths: Sequence[Booth], line: str, crossing: str, group: str, wanted: Sequence[int]
) -> tuple[Booth, ...]:
    """Booths such that a line has the lanes wanted in each quarter-hour.

    Lanes too many are closed, the last ones first. Lanes too few are opened from the closed booths of the group, and
    where there is none left new booths are added.

    Parameters
    ----------
    booths : sequence of Booth
    line : str
    crossing, group : str
        Booths are of the group if their id is the group's name, a dot and a number.
    wanted : (Q,) sequence of int
        Lanes by quarter-hour.
    """
    length = len(wanted) * QUARTER
    plans = {booth.id: by_quarter(booth.shifts, length) for booth in booths}
    own = [b.id for b in booths if b.id.rpartition(".")[0] == group and b.id.rpartition(".")[2].isdigit()]
    own += [i for i, plan in plans.items() if i not in own and any(line in lines for lines in plan)]
    added: list[str] = []
    for q, count in enumerate(wanted):
        serving = [i for i in own if line in plans[i][q]]
        for booth in serving[count:]:
            plans[booth][q] = ()
        short = count - len(serving)
        if short <= 0:
            continue
        closed = [i for i in own if not plans[i][q]]
        while len(closed) < short:
            number = 1 + max((int(i.rpartition(".")[2]) for i in own if i.rpartition(".")[2].isdigit()), default=0)
            name = f"{group}.{number}"
            plans[name] = [()] * len(wanted)
            own.append(name)
            added.append(name)
            closed.append(name)
        for booth in closed[:short]:
            plans[booth][q] = (line,)
    old = tuple(replace(b, shifts=shifts(plans[b.id])) for b in booths)
    return old + tuple(Booth(name, crossing, shifts(plans[name])) for name in added)
