"""The quarter-hour in the kernel: what is booked, shifts, policies, closing booths, servers."""

from __future__ import annotations

import math

import numpy as np

from ambos.crossing.kernel.compiled import compiled
from ambos.crossing.kernel.memory import get_bits, get_int, put_bits, put_int
from ambos.crossing.kernel.moves import PREEMPT, SHORTEST, close_if_empty, refresh, send_to_shortest
from ambos.crossing.kernel.parts import (
    EMPTY,
    SERVING,
    Table,
    booth_at,
    flush,
    line_at,
    policy_at,
    quarter_at,
    queue_at,
    stand,
    station_at,
    trace_at,
    traveller_at,
    tree_set,
)
from ambos.crossing.kernel.stations import begin_waiting

_ONE = np.uint64(1)
_NONE = np.uint64(0)
DRAIN = 2
MOVE = 1


@compiled
def book_quarter(w: Table, q: int, began: float, now: float) -> None:
    """Write what was seen in a quarter-hour that is over."""
    for at in range(w.n_lines):
        flush(w, at, now)
        line = line_at(w.lines, at)
        quarter = quarter_at(w.quarters, at * w.n_ticks + q)
        quarter.queue = line.area / (now - began)
        quarter.peak = line.peak
        quarter.lanes = line.lanes
        line.area = 0.0
        line.peak = 0


@compiled
def expected_wait(w: Table, at: int) -> float:
    """Travellers in line × mean service ÷ capacity; infinite without a booth."""
    line = line_at(w.lines, at)
    return line.standing * line.mean / line.capacity if line.capacity > 0.0 else math.inf


# -- lists of booths --------------------------------------------------------------------------------------------
@compiled
def lists_line(w: Table, b: int, at: int) -> bool:
    for rank in range(booth_at(w.booths, b).size):  # noqa: SIM110 - compiled code has no `any`
        if get_int(w.lists, b * w.widest + rank) == at:
            return True
    return False


@compiled
def capacity(w: Table, at: int) -> float:
    """Booths that serve a line, each shared among its lines."""
    total = 0.0
    for b in range(w.n_booths):
        if lists_line(w, b, at):
            total += 1.0 / booth_at(w.booths, b).size
    return total


@compiled
def set_by_shift(w: Table, b: int, q: int) -> None:
    """The list of a booth at a tick: its shift's, or what a policy made of it before."""
    booth = booth_at(w.booths, b)
    place = get_int(w.plan, q * w.n_booths + b)
    booth.size = get_int(w.plan_sizes, place)
    for rank in range(booth.size):
        put_int(w.lists, b * w.widest + rank, get_int(w.plan_lists, place * w.widest + rank))
    if booth.opened_by >= 0:
        if booth.size > 0:
            booth.opened_by = -1
        else:
            booth.size = 1
            put_int(w.lists, b * w.widest + 0, policy_at(w.policies, booth.opened_by).line)
    if booth.moved_by >= 0:
        policy = policy_at(w.policies, booth.moved_by)
        if lists_line(w, b, policy.line) and not lists_line(w, b, policy.to):
            exchange(w, b, policy.line, policy.to)
        else:
            booth.moved_by = -1


@compiled
def exchange(w: Table, b: int, old: int, new: int) -> None:
    """Put one line in the place of another in a booth's list."""
    for rank in range(booth_at(w.booths, b).size):
        if get_int(w.lists, b * w.widest + rank) == old:
            put_int(w.lists, b * w.widest + rank, new)


# -- policies ---------------------------------------------------------------------------------------------------
@compiled
def seen_wait(w: Table, at: int) -> float:
    """The wait that a policy sees."""
    if line_at(w.lines, at).standing == 0:
        return 0.0
    line_at(w.lines, at).capacity = capacity(w, at)
    return expected_wait(w, at)


@compiled
def open_lanes(w: Table, p: int, q: int) -> None:
    policy = policy_at(w.policies, p)
    wait = seen_wait(w, policy.line)
    if wait > policy.above:
        for k in range(policy.booth, policy.booth + policy.booths):
            b = get_int(w.policy_booths, k)
            booth = booth_at(w.booths, b)
            if booth.size == 0:
                others = 0
                for other in range(w.n_booths):
                    others += (
                        booth_at(w.booths, other).size > 0 and booth_at(w.booths, other).crossing == booth.crossing
                    )
                if others < get_int(w.officers, q):
                    booth.size = 1
                    put_int(w.lists, b * w.widest + 0, policy.line)
                    booth.opened_by = p
                return
    elif wait < policy.below:
        for k in range(policy.booth + policy.booths - 1, policy.booth - 1, -1):
            booth = booth_at(w.booths, get_int(w.policy_booths, k))
            if booth.opened_by == p:
                booth.size = 0
                booth.opened_by = -1
                return


@compiled
def move_lanes(w: Table, p: int, q: int) -> None:
    policy = policy_at(w.policies, p)
    to = seen_wait(w, policy.to) * policy.above
    here = seen_wait(w, policy.line)
    if to > here:
        serving = 0
        for b in range(w.n_booths):
            serving += lists_line(w, b, policy.line)
        if here < policy.below and serving > policy.keep:
            for b in range(w.n_booths):
                booth = booth_at(w.booths, b)
                by_shift = get_int(w.plan_sizes, get_int(w.plan, q * w.n_booths + b)) > 0
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
        for b in range(w.n_booths - 1, -1, -1):
            if booth_at(w.booths, b).moved_by == p:
                exchange(w, b, policy.to, policy.line)
                booth_at(w.booths, b).moved_by = -1
                return


# -- closing ----------------------------------------------------------------------------------------------------
@compiled
def preempt(w: Table, now: float) -> None:
    """Return those in service in a booth that closes to the head of their line, the last arrived first."""
    while True:
        last = -1
        for b in range(w.n_booths):
            booth = booth_at(w.booths, b)
            closes = booth.before > 0 and booth.size == 0 and booth.state == SERVING
            if closes and (
                last < 0
                or traveller_at(w.travellers, booth.who).joined
                > traveller_at(w.travellers, booth_at(w.booths, last).who).joined
            ):
                last = b
        if last < 0:
            return
        booth = booth_at(w.booths, last)
        i = booth.who
        t = traveller_at(w.travellers, i)
        t.work = (booth.done - now) * booth.pace
        t.booth = -1
        booth_at(w.booths, last).busy += now - booth.started
        booth.who = -1
        booth.state = EMPTY
        tree_set(w, last, math.inf)
        if w.tracing:
            trace_at(w.trace, t.joined).booth = -1
        if w.discipline == SHORTEST:
            send_to_shortest(w, i, t.line, True, now, False)
        else:
            stand(w, i, t.line, t.line, True, now)


@compiled
def send_on(w: Table, q: int, now: float) -> None:
    """With `shortest_line`: those in a queue go in order to the shortest queues."""
    for _ in range(queue_at(w.queues, q).waiting):
        i = queue_at(w.queues, q).head
        send_to_shortest(w, i, traveller_at(w.travellers, i).line, False, now, True)


@compiled
def let_go(w: Table, now: float) -> None:
    """Booths that opened begin to be staffed, those that closed let go."""
    if w.shift_end == PREEMPT:
        preempt(w, now)
    n_lines = w.n_lines
    if w.discipline == SHORTEST:
        if w.shift_end != DRAIN:
            for b in range(w.n_booths):
                if booth_at(w.booths, b).size == 0:
                    send_on(w, n_lines + b, now)
        for at in range(n_lines):
            send_on(w, at, now)
    for b in range(w.n_booths):
        booth = booth_at(w.booths, b)
        if booth.size > 0 and not booth.staffed:
            booth.staffed = 1
            booth.open_since = now
        close_if_empty(w, b, now)


@compiled
def rebuild(w: Table) -> None:
    """Rebuild masks, capacities and free booths from the lists of lines and booths."""
    for k in range(w.n_lines * w.widest * w.words):
        put_bits(w.mask, k, _NONE)
    for at in range(w.n_lines):
        line = line_at(w.lines, at)
        line.capacity = 0.0
        line.lanes = 0
        line.ranks = 0
    for b in range(w.n_booths):
        booth = booth_at(w.booths, b)
        for rank in range(booth.size):
            at = get_int(w.lists, b * w.widest + rank)
            place = (at * w.widest + rank) * w.words + (b >> 6)
            put_bits(w.mask, place, get_bits(w.mask, place) | (_ONE << np.uint64(b & 63)))
            line = line_at(w.lines, at)
            line.capacity += 1.0 / booth.size
            line.lanes += 1
            line.ranks = max(line.ranks, rank + 1)


@compiled
def tick(w: Table, q: int, now: float) -> None:
    """Shifts, policies, closing, servers; who can then start is left to `settle`."""
    same = q > 0 and w.n_policies == 0
    if same:
        for b in range(w.n_booths):
            if get_int(w.plan, q * w.n_booths + b) != get_int(w.plan, (q - 1) * w.n_booths + b):
                same = False
                break
    if not same:
        for b in range(w.n_booths):
            booth_at(w.booths, b).before = booth_at(w.booths, b).size
        for b in range(w.n_booths):
            set_by_shift(w, b, q)
        for p in range(w.n_policies):
            if policy_at(w.policies, p).kind == MOVE:
                move_lanes(w, p, q)
            else:
                open_lanes(w, p, q)
        rebuild(w)
        let_go(w, now)
        for b in range(w.n_booths):
            refresh(w, b)
    for s in range(w.n_stations):
        station_at(w.stations, s).servers = get_int(w.servers, q * w.n_stations + s)
        begin_waiting(w, s, now)
