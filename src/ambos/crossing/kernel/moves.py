"""Movements of travellers in the kernel: start, finish, move up when there is room."""

from __future__ import annotations

import numpy as np

from ambos.crossing.kernel import draws
from ambos.crossing.kernel.compiled import compiled, inlined
from ambos.crossing.kernel.memory import get_bits, get_int, put_bits
from ambos.crossing.kernel.parts import (
    BLOCKED,
    EMPTY,
    HELD,
    SERVING,
    Table,
    booth_at,
    flush,
    line_at,
    lowest_bit,
    put,
    queue_at,
    record_wait,
    stand,
    station_at,
    step_out,
    take_out,
    trace_at,
    traveller_at,
    tree_set,
)
from ambos.crossing.kernel.stations import (
    enter,
    find_target,
    has_room,
    leave_port,
    leave_station,
    service,
    wait_for_place,
)

_ONE = np.uint64(1)
_SIX = np.int64(6)
_LOW_SIX = np.int64(63)
PREEMPT = 1
SHORTEST = 1


# -- booths -----------------------------------------------------------------------------------------------------
@inlined
def is_available(w: Table, b: int) -> bool:
    """A booth may take somebody: open (or draining), empty, and its pair allows it."""
    booth = booth_at(w.booths, b)
    if booth.who >= 0:
        return False
    if booth.size == 0 and queue_at(w.queues, w.n_lines + b).waiting == 0:
        return False
    if booth.rear >= 0 and booth_at(w.booths, booth.rear).who >= 0:
        return False
    return booth.front < 0 or booth_at(w.booths, booth.front).who >= 0 or booth_at(w.booths, booth.front).size == 0


@inlined
def set_idle(w: Table, b: int) -> None:
    """Bring the bit of a booth in `idle` up to date."""
    word = b >> _SIX
    bit = _ONE << np.uint64(b & _LOW_SIX)
    if is_available(w, b):
        put_bits(w.idle, word, get_bits(w.idle, word) | bit)
    else:
        put_bits(w.idle, word, get_bits(w.idle, word) & ~bit)


@inlined
def refresh(w: Table, b: int) -> None:
    """Bring the bits of a booth and its pair up to date."""
    set_idle(w, b)
    if w.pairs:
        if booth_at(w.booths, b).front >= 0:
            set_idle(w, booth_at(w.booths, b).front)
        if booth_at(w.booths, b).rear >= 0:
            set_idle(w, booth_at(w.booths, b).rear)


@inlined
def idle_booth(w: Table, at: int) -> int:
    """The available booth where a line ranks first, the first in the list of booths if several; −1 if none."""
    for rank in range(line_at(w.lines, at).ranks):
        for word in range(w.words):
            bits = get_bits(w.idle, word) & get_bits(w.mask, (at * w.widest + rank) * w.words + word)
            if bits:
                return word * 64 + lowest_bit(bits)
    return -1


@compiled
def shortest_booth(w: Table, at: int) -> int:
    """The open booth listing a line with the fewest travellers, the first if equal; −1 if none."""
    best = -1
    fewest = 0
    for word in range(w.words):
        bits = np.uint64(0)
        for rank in range(line_at(w.lines, at).ranks):
            bits |= get_bits(w.mask, (at * w.widest + rank) * w.words + word)
        while bits:
            b = word * 64 + lowest_bit(bits)
            bits &= bits - _ONE
            n = queue_at(w.queues, w.n_lines + b).waiting + (booth_at(w.booths, b).who >= 0)
            if best < 0 or n < fewest:
                best = b
                fewest = n
    return best


@inlined
def free_at_once(w: Table, at: int) -> int:
    """The booth in which an arrival would start at once; −1 if it would have to stand in line."""
    if w.discipline == SHORTEST:
        b = shortest_booth(w, at)
        return b if b >= 0 and queue_at(w.queues, w.n_lines + b).waiting == 0 and is_available(w, b) else -1
    return idle_booth(w, at) if line_at(w.lines, at).standing == 0 else -1


@inlined
def start(w: Table, b: int, i: int, now: float) -> None:
    """Service begins, or goes on after a pre-emption."""
    t = traveller_at(w.travellers, i)
    booth = booth_at(w.booths, b)
    if t.work < 0.0:
        law = line_at(w.lines, t.line)
        drawn = t.unit * law.first if law.kind == draws.EXPONENTIAL else service(w, t.key, t.number, draws.PRIMARY, law)
        done = now + max(law.minimum, drawn if booth.pace == 1.0 else drawn / booth.pace)
    else:
        done = now + t.work / booth.pace
    t.started_once = 1
    t.booth = b
    booth.who = i
    booth.state = SERVING
    booth.started = now
    booth.done = done
    tree_set(w, b, done)
    word = b >> _SIX
    put_bits(w.idle, word, get_bits(w.idle, word) & ~(_ONE << np.uint64(b & _LOW_SIX)))
    if w.pairs:
        refresh(w, b)
    if w.shift_end != PREEMPT:
        record_wait(w, i)
    if w.tracing:
        trace_at(w.trace, t.joined).started = now
        trace_at(w.trace, t.joined).wait = t.wait
        trace_at(w.trace, t.joined).booth = b


@inlined
def vacate(w: Table, b: int, now: float) -> None:
    """The traveller in a booth leaves it; the bits of `idle` are left to the caller."""
    booth = booth_at(w.booths, b)
    if booth.state != SERVING:
        booth_at(w.booths, b).blocked_minutes += now - booth.done
    if w.tracing:
        trace_at(w.trace, traveller_at(w.travellers, booth.who).joined).left_booth = now
    booth.who = -1
    booth.state = EMPTY
    close_if_empty(w, b, now)


@inlined
def close_if_empty(w: Table, b: int, now: float) -> None:
    """A closed booth whose last traveller is gone is no longer staffed."""
    booth = booth_at(w.booths, b)
    if booth.staffed and booth.size == 0 and booth.who < 0 and queue_at(w.queues, w.n_lines + b).waiting == 0:
        booth.staffed = 0
        booth_at(w.booths, b).staffed_minutes += now - booth.open_since


@inlined
def done_at_booth(w: Table, b: int, now: float) -> None:
    """Primary is over: on to the next stop if there is room. The tree and the bits of `idle` are left to the caller."""
    booth = booth_at(w.booths, b)
    i = booth.who
    booth_at(w.booths, b).busy += now - booth.started
    if w.shift_end == PREEMPT:
        record_wait(w, i)
    if w.tracing:
        trace_at(w.trace, traveller_at(w.travellers, i).joined).done = now
    find_target(w, i)
    if booth.front >= 0 and booth_at(w.booths, booth.front).who >= 0:
        booth.state = HELD
    else:
        leave_booth(w, b, now)


@inlined
def leave_booth(w: Table, b: int, now: float) -> None:
    """Release a traveller served in a booth, or block the booth because the next stop is full."""
    booth = booth_at(w.booths, b)
    i = booth.who
    target = traveller_at(w.travellers, i).target
    if target < 0:
        vacate(w, b, now)
        leave_port(w, i, now)
    elif has_room(w, target):
        vacate(w, b, now)
        enter(w, i, now)
    else:
        booth.state = BLOCKED
        wait_for_place(w, i, now)


@inlined
def take(w: Table, b: int, now: float) -> bool:
    """An available booth takes the first traveller it may; whether there was one. At the instant of a tick only after it."""
    if now == w.next_tick:
        return False
    if w.discipline == SHORTEST:
        i = queue_at(w.queues, w.n_lines + b).head
        if queue_at(w.queues, w.n_lines + b).waiting == 0:
            return False
        step_out(w, i, now)
        start(w, b, i, now)
        return True
    for rank in range(booth_at(w.booths, b).size):
        at = get_int(w.lists, b * w.widest + rank)
        if queue_at(w.queues, at).waiting > 0:
            i = queue_at(w.queues, at).head
            if traveller_at(w.travellers, i).line == at:
                step_out(w, i, now)
                start(w, b, i, now)
                return True
    return False


# -- moving up --------------------------------------------------------------------------------------------------
@compiled
def unblock(w: Table, now: float) -> bool:
    """The one blocked longest moves into the place that came free; whether there was one."""
    for s in range(w.n_stations):
        station = station_at(w.stations, s)
        if station.blocked_head >= 0 and has_room(w, s):
            i = station.blocked_head
            t = traveller_at(w.travellers, i)
            station.blocked_head = t.next
            w.blocked -= 1
            if station.blocked_head < 0:
                station_at(w.stations, s).blocked_minutes += now - station.blocked_since
            if t.station < 0:
                vacate(w, t.booth, now)
                refresh(w, t.booth)
            else:
                leave_station(w, i, now)
            enter(w, i, now)
            return True
    return False


@compiled
def release_rear(w: Table, now: float) -> bool:
    """The first held traveller whose front is empty leaves the rear booth, or is now blocked there."""
    for b in range(w.n_booths):
        booth = booth_at(w.booths, b)
        if booth.state == HELD and booth_at(w.booths, booth.front).who < 0:
            leave_booth(w, b, now)
            refresh(w, b)
            return True
    return False


@compiled
def unspill(w: Table, now: float) -> bool:
    """The first spilled traveller at a head whose own line has room moves to its end."""
    for q in range(w.n_lines):
        if queue_at(w.queues, q).waiting > 0:
            i = queue_at(w.queues, q).head
            own = traveller_at(w.travellers, i).line
            if own != q and line_at(w.lines, own).standing < line_at(w.lines, own).room:
                flush(w, q, now)
                flush(w, own, now)
                line_at(w.lines, q).standing -= 1
                line_at(w.lines, own).standing += 1
                take_out(w, i)
                traveller_at(w.travellers, i).stands = own
                put(w, own, i, False)
                return True
    return False


@compiled
def take_one(w: Table, now: float) -> bool:
    """The first available booth that can take somebody does."""
    for word in range(w.words):
        bits = get_bits(w.idle, word)
        while bits:
            if take(w, word * 64 + lowest_bit(bits), now):
                return True
            bits &= bits - _ONE
    return False


@compiled
def settle(w: Table, now: float) -> None:
    """Everybody who can move on does, in the order of the rules, until nobody can."""
    moved = True
    while moved:
        moved = w.blocked > 0 and unblock(w, now)
        if not moved and w.pairs:
            moved = release_rear(w, now)
        if not moved and w.spills:
            moved = unspill(w, now)
        if not moved:
            moved = take_one(w, now)


@compiled
def send_to_shortest(w: Table, i: int, at: int, at_head: bool, now: float, standing: bool) -> None:
    """With `shortest_line`: to the shortest queue, or the line's own if no booth is open for it."""
    b = shortest_booth(w, at)
    q = w.n_lines + b if b >= 0 else at
    if standing:
        take_out(w, i)
        put(w, q, i, at_head)
    else:
        stand(w, i, at, q, at_head, now)
    if b >= 0:
        refresh(w, b)
