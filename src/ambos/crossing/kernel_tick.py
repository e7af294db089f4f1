"""The quarter-hour in the kernel: what is booked, shifts, policies, closing booths, servers."""

from __future__ import annotations

import math

import numpy as np

from ambos.crossing.arrays import World
from ambos.crossing.compiled import compiled
from ambos.crossing.kernel_moves import PREEMPT, SHORTEST, begin_waiting, close_if_empty, refresh, send_to_shortest
from ambos.crossing.kernel_parts import EMPTY, OF_BOOTH, SERVING, flush, stand, tree_set

_ONE = np.uint64(1)
DRAIN = 2
MOVE = 1


@compiled
def book_quarter(
    w: World, q: int, began: float, now: float, queue: np.ndarray, peak: np.ndarray, lanes: np.ndarray
) -> None:  # type: ignore[type-arg]
    """Write what was seen in a quarter-hour that is over."""
    for l in range(len(w.lines)):
        flush(w, l, now)
        line = w.lines[l]
        queue[l, q] = line.area / (now - began)
        peak[l, q] = line.peak
        lanes[l, q] = line.lanes
        line.area = 0.0
        line.peak = 0


@compiled
def expected_wait(w: World, l: int) -> float:
    """Travellers in line × mean service ÷ capacity; infinite without a booth."""
    line = w.lines[l]
    return line.standing * line.mean / line.capacity if line.capacity > 0.0 else math.inf


# -- lists of booths --------------------------------------------------------------------------------------------
@compiled
def lists_line(w: World, b: int, l: int) -> bool:
    for rank in range(w.booths[b].size):
        if w.lists[b, rank] == l:
            return True
    return False


@compiled
def capacity(w: World, l: int) -> float:
    """Booths that serve a line, each shared among its lines."""
    total = 0.0
    for b in range(len(w.booths)):
        if lists_line(w, b, l):
            total += 1.0 / w.booths[b].size
    return total


@compiled
def set_by_shift(w: World, b: int, q: int) -> None:
    """The list of a booth at a tick: its shift's, or what a policy made of it before."""
    booth = w.booths[b]
    place = w.plan[q, b]
    booth.size = w.plan_sizes[place]
    for rank in range(booth.size):
        w.lists[b, rank] = w.plan_lists[place, rank]
    if booth.opened_by >= 0:
        if booth.size > 0:
            booth.opened_by = -1
        else:
            booth.size = 1
            w.lists[b, 0] = w.policies[booth.opened_by].line
    if booth.moved_by >= 0:
        policy = w.policies[booth.moved_by]
        if lists_line(w, b, policy.line) and not lists_line(w, b, policy.to):
            exchange(w, b, policy.line, policy.to)
        else:
            booth.moved_by = -1


@compiled
def exchange(w: World, b: int, old: int, new: int) -> None:
    """Put one line in the place of another in a booth's list."""
    for rank in range(w.booths[b].size):
        if w.lists[b, rank] == old:
            w.lists[b, rank] = new


# -- policies ---------------------------------------------------------------------------------------------------
@compiled
def seen_wait(w: World, l: int) -> float:
    """The wait that a policy sees."""
    if w.lines[l].standing == 0:
        return 0.0
    w.lines[l].capacity = capacity(w, l)
    return expected_wait(w, l)


@compiled
def open_lanes(w: World, p: int, q: int) -> None:
    policy = w.policies[p]
    wait = seen_wait(w, policy.line)
    if wait > policy.above:
        for k in range(policy.booth, policy.booth + policy.booths):
            b = w.policy_booths[k]
            booth = w.booths[b]
            if booth.size == 0:
                others = 0
                for other in range(len(w.booths)):
                    others += w.booths[other].size > 0 and w.booths[other].crossing == booth.crossing
                if others < w.officers[q]:
                    booth.size = 1
                    w.lists[b, 0] = policy.line
                    booth.opened_by = p
                return
    elif wait < policy.below:
        for k in range(policy.booth + policy.booths - 1, policy.booth - 1, -1):
            booth = w.booths[w.policy_booths[k]]
            if booth.opened_by == p:
                booth.size = 0
                booth.opened_by = -1
                return


@compiled
def move_lanes(w: World, p: int, q: int) -> None:
    policy = w.policies[p]
    to = seen_wait(w, policy.to) * policy.above
    here = seen_wait(w, policy.line)
    if to > here:
        serving = 0
        for b in range(len(w.booths)):
            serving += lists_line(w, b, policy.line)
        if here < policy.below and serving > policy.keep:
            for b in range(len(w.booths)):
                booth = w.booths[b]
                by_shift = w.plan_sizes[w.plan[q, b]] > 0
                if (
                    by_shift
                    and booth.moved_by < 0
                    and lists_line(w, b, policy.line)
                    and not lists_line(w, b, policy.to)
                ):
                    exchange(w, b, policy.line, policy.to)
                    booth.moved_by = p
                    return
    elif to < here:
        for b in range(len(w.booths) - 1, -1, -1):
            if w.booths[b].moved_by == p:
                exchange(w, b, policy.to, policy.line)
                w.booths[b].moved_by = -1
                return


# -- closing ----------------------------------------------------------------------------------------------------
@compiled
def preempt(w: World, now: float) -> None:
    """Who is in service in a booth that closes goes back to the head of its line, the last arrived first."""
    while True:
        last = -1
        for b in range(len(w.booths)):
            booth = w.booths[b]
            closes = booth.before > 0 and booth.size == 0 and booth.state == SERVING
            if closes and (last < 0 or w.travellers[booth.who].joined > w.travellers[w.booths[last].who].joined):
                last = b
        if last < 0:
            return
        booth = w.booths[last]
        i = booth.who
        t = w.travellers[i]
        t.work = (booth.done - now) * booth.pace
        t.booth = -1
        w.booth_times[last, 1] += now - booth.started
        booth.who = -1
        booth.state = EMPTY
        tree_set(w, last, math.inf)
        if w.facts[0].tracing:
            w.trace_ints[t.joined, OF_BOOTH] = -1
        if w.facts[0].discipline == SHORTEST:
            send_to_shortest(w, i, t.line, True, now, False)
        else:
            stand(w, i, t.line, t.line, True, now)


@compiled
def send_on(w: World, q: int, now: float) -> None:
    """With `shortest_line`: those in a queue go in order to the shortest queues."""
    for _ in range(w.queues[q].waiting):
        i = w.queues[q].head
        send_to_shortest(w, i, w.travellers[i].line, False, now, True)


@compiled
def let_go(w: World, now: float) -> None:
    """Booths that opened begin to be staffed, those that closed let go."""
    facts = w.facts[0]
    if facts.shift_end == PREEMPT:
        preempt(w, now)
    n_lines = len(w.lines)
    if facts.discipline == SHORTEST:
        if facts.shift_end != DRAIN:
            for b in range(len(w.booths)):
                if w.booths[b].size == 0:
                    send_on(w, n_lines + b, now)
        for l in range(n_lines):
            send_on(w, l, now)
    for b in range(len(w.booths)):
        booth = w.booths[b]
        if booth.size > 0 and not booth.staffed:
            booth.staffed = 1
            booth.open_since = now
        close_if_empty(w, b, now)


@compiled
def rebuild(w: World) -> None:
    """Who serves whom: masks, capacities and free booths, from the lists."""
    w.mask[:] = np.uint64(0)
    for l in range(len(w.lines)):
        line = w.lines[l]
        line.capacity = 0.0
        line.lanes = 0
        line.ranks = 0
    for b in range(len(w.booths)):
        booth = w.booths[b]
        for rank in range(booth.size):
            l = w.lists[b, rank]
            w.mask[l, rank, b >> 6] |= _ONE << np.uint64(b & 63)
            line = w.lines[l]
            line.capacity += 1.0 / booth.size
            line.lanes += 1
            line.ranks = max(line.ranks, rank + 1)


@compiled
def tick(w: World, q: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """Shifts, policies, closing, servers; who can then start is left to `settle`."""
    same = q > 0 and w.facts[0].policies == 0
    if same:
        for b in range(len(w.booths)):
            if w.plan[q, b] != w.plan[q - 1, b]:
                same = False
                break
    if not same:
        for b in range(len(w.booths)):
            w.booths[b].before = w.booths[b].size
        for b in range(len(w.booths)):
            set_by_shift(w, b, q)
        for p in range(w.facts[0].policies):
            if w.policies[p].kind == MOVE:
                move_lanes(w, p, q)
            else:
                open_lanes(w, p, q)
        rebuild(w)
        let_go(w, now)
        for b in range(len(w.booths)):
            refresh(w, b)
    for s in range(len(w.stations)):
        w.stations[s].servers = w.servers[q, s]
        begin_waiting(w, s, now, by_stage)
