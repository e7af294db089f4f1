"""What travellers do in the kernel: start, finish, go on to stations, move up when there is room."""

from __future__ import annotations

import math

import numpy as np

from ambos.crossing import draws
from ambos.crossing.arrays import World
from ambos.crossing.compiled import compiled
from ambos.crossing.kernel_parts import (
    AT_DONE,
    AT_EXITED,
    AT_LEFT,
    AT_STARTED,
    AT_WAIT,
    BLOCKED,
    EMPTY,
    FATE_SERVED,
    HELD,
    OF_BOOTH,
    OF_FATE,
    SERVED,
    SERVING,
    flush,
    heap_pop,
    heap_push,
    lowest_bit,
    put,
    record_stage,
    record_wait,
    release,
    stand,
    step_out,
    take_out,
    tree_set,
)

_ONE = np.uint64(1)
_SIX = np.int64(6)
_LOW_SIX = np.int64(63)
PREEMPT = 1
SHORTEST = 1


# -- booths -----------------------------------------------------------------------------------------------------
@compiled
def is_available(w: World, b: int) -> bool:
    """A booth may take somebody: open (or draining), empty, and its pair allows it."""
    booth = w.booths[b]
    if booth.who >= 0:
        return False
    if booth.size == 0 and w.queues[len(w.lines) + b].waiting == 0:
        return False
    if booth.rear >= 0 and w.booths[booth.rear].who >= 0:
        return False
    return booth.front < 0 or w.booths[booth.front].who >= 0 or w.booths[booth.front].size == 0


@compiled
def set_idle(w: World, b: int) -> None:
    """Bring the bit of a booth in `idle` up to date."""
    word = b >> _SIX
    bit = _ONE << np.uint64(b & _LOW_SIX)
    if is_available(w, b):
        w.idle[word] |= bit
    else:
        w.idle[word] &= ~bit


@compiled
def refresh(w: World, b: int) -> None:
    """Bring the bits of a booth and its pair up to date."""
    set_idle(w, b)
    if w.facts[0].pairs:
        if w.booths[b].front >= 0:
            set_idle(w, w.booths[b].front)
        if w.booths[b].rear >= 0:
            set_idle(w, w.booths[b].rear)


@compiled
def idle_booth(w: World, l: int) -> int:
    """The available booth where a line ranks first, the first in the list of booths if several; −1 if none."""
    for rank in range(w.lines[l].ranks):
        for word in range(len(w.idle)):
            bits = w.idle[word] & w.mask[l, rank, word]
            if bits:
                return word * 64 + lowest_bit(bits)
    return -1


@compiled
def shortest_booth(w: World, l: int) -> int:
    """The open booth listing a line with the fewest travellers, the first if equal; −1 if none."""
    best = -1
    fewest = 0
    for word in range(len(w.idle)):
        bits = np.uint64(0)
        for rank in range(w.lines[l].ranks):
            bits |= w.mask[l, rank, word]
        while bits:
            b = word * 64 + lowest_bit(bits)
            bits &= bits - _ONE
            n = w.queues[len(w.lines) + b].waiting + (w.booths[b].who >= 0)
            if best < 0 or n < fewest:
                best = b
                fewest = n
    return best


@compiled
def free_at_once(w: World, l: int) -> int:
    """The booth in which an arrival would start at once; −1 if it would have to stand in line."""
    if w.facts[0].discipline == SHORTEST:
        b = shortest_booth(w, l)
        return b if b >= 0 and w.queues[len(w.lines) + b].waiting == 0 and is_available(w, b) else -1
    return idle_booth(w, l) if w.lines[l].standing == 0 else -1


@compiled
def start(w: World, b: int, i: int, now: float, by_hour: np.ndarray) -> None:  # type: ignore[type-arg]
    """Service begins, or goes on after a pre-emption."""
    t = w.travellers[i]
    booth = w.booths[b]
    if t.work < 0.0:
        law = w.lines[t.line]
        drawn = draws.draw_law(
            t.key,
            t.number,
            draws.PRIMARY,
            law.kind,
            law.first,
            law.second,
            w.samples[law.sample : law.sample + law.samples],
        )
        done = now + max(law.minimum, drawn / booth.pace)
    else:
        done = now + t.work / booth.pace
    t.started_once = 1
    t.booth = b
    booth.who = i
    booth.state = SERVING
    booth.started = now
    booth.done = done
    tree_set(w, b, done)
    refresh(w, b)
    if w.facts[0].shift_end != PREEMPT:
        record_wait(w, i, by_hour)
    if w.facts[0].tracing:
        w.trace_floats[t.joined, AT_STARTED] = now
        w.trace_floats[t.joined, AT_WAIT] = t.wait
        w.trace_ints[t.joined, OF_BOOTH] = b


@compiled
def vacate(w: World, b: int, now: float) -> None:
    """The traveller in a booth leaves it."""
    booth = w.booths[b]
    if booth.state != SERVING:
        w.booth_times[b, 2] += now - booth.done
    if w.facts[0].tracing:
        w.trace_floats[w.travellers[booth.who].joined, AT_LEFT] = now
    booth.who = -1
    booth.state = EMPTY
    close_if_empty(w, b, now)
    refresh(w, b)


@compiled
def close_if_empty(w: World, b: int, now: float) -> None:
    """A closed booth whose last traveller is gone is no longer staffed."""
    booth = w.booths[b]
    if booth.staffed and booth.size == 0 and booth.who < 0 and w.queues[len(w.lines) + b].waiting == 0:
        booth.staffed = 0
        w.booth_times[b, 0] += now - booth.open_since


@compiled
def done_at_booth(w: World, b: int, now: float, by_hour: np.ndarray, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """Primary is over: on to the next stop if there is room."""
    booth = w.booths[b]
    i = booth.who
    tree_set(w, b, math.inf)
    w.booth_times[b, 1] += now - booth.started
    if w.facts[0].shift_end == PREEMPT:
        record_wait(w, i, by_hour)
    if w.facts[0].tracing:
        w.trace_floats[w.travellers[i].joined, AT_DONE] = now
    find_target(w, i)
    if booth.front >= 0 and w.booths[booth.front].who >= 0:
        booth.state = HELD
    else:
        leave_booth(w, b, now, by_stage)


@compiled
def leave_booth(w: World, b: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """Who is done in a booth leaves it, or blocks it because the next stop is full."""
    booth = w.booths[b]
    i = booth.who
    target = w.travellers[i].target
    if target < 0:
        vacate(w, b, now)
        leave_port(w, i, now, by_stage)
    elif has_room(w, target):
        vacate(w, b, now)
        enter(w, i, now, by_stage)
    else:
        booth.state = BLOCKED
        wait_for_place(w, i, now)


@compiled
def take(w: World, b: int, now: float, by_hour: np.ndarray) -> bool:  # type: ignore[type-arg]
    """An available booth takes the first traveller it may; whether there was one."""
    if w.facts[0].discipline == SHORTEST:
        i = w.queues[len(w.lines) + b].head
        if w.queues[len(w.lines) + b].waiting == 0:
            return False
        step_out(w, i, now)
        start(w, b, i, now, by_hour)
        return True
    for rank in range(w.booths[b].size):
        l = w.lists[b, rank]
        if w.queues[l].waiting > 0:
            i = w.queues[l].head
            if w.travellers[i].line == l:
                step_out(w, i, now)
                start(w, b, i, now, by_hour)
                return True
    return False


# -- stations ---------------------------------------------------------------------------------------------------
@compiled
def find_target(w: World, i: int) -> None:
    """Draw the next stop of a traveller; −1 is the exit."""
    t = w.travellers[i]
    line = w.lines[t.line]
    t.target = -1
    if line.stations == 0:
        return
    if t.stop == 0:
        t.stop = 1
        if line.referrals > 0:
            u = draws.keyed(t.key, t.number, draws.REFERRAL, 0)
            chance = 0.0
            for k in range(line.referral, line.referral + line.referrals):
                chance += w.referrals[k].chance
                if u <= chance:
                    t.target = w.referrals[k].station
                    t.purpose = draws.STOP
                    return
    while t.stop <= line.afters:
        k = t.stop - 1
        t.stop += 1
        if draws.keyed(t.key, t.number, draws.AFTER + k, 0) <= w.referrals[line.after + k].chance:
            t.target = w.referrals[line.after + k].station
            t.purpose = draws.STOP + 1 + k
            return


@compiled
def has_room(w: World, s: int) -> bool:
    return w.stations[s].inside < w.stations[s].lot


@compiled
def enter(w: World, i: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """A traveller enters the station that is its target."""
    t = w.travellers[i]
    s = t.target
    station = w.stations[s]
    facts = w.facts[0]
    station.inside += 1
    t.station = s
    t.entered = now
    t.entry = facts.visits
    facts.visits += 1
    w.entered[t.line, s] += 1
    if facts.tracing:
        t.visit = t.entry
        visit = w.trace_visits[t.visit]
        visit[0] = t.joined
        visit[1] = s
        visit[2] = now
    if station.engaged < station.servers:
        begin(w, i, now, by_stage)
    else:
        t.next = -1
        if station.head < 0:
            station.head = i
        else:
            w.travellers[station.tail].next = i
        station.tail = i


@compiled
def begin(w: World, i: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """Service at a station begins."""
    t = w.travellers[i]
    law = w.stations[t.station]
    law.engaged += 1
    t.started = now
    drawn = draws.draw_law(
        t.key, t.number, t.purpose, law.kind, law.first, law.second, w.samples[law.sample : law.sample + law.samples]
    )
    record_stage(w, t.line, t.station + 1, now - t.entered, by_stage)
    heap_push(w.due, w.facts[0].stations_due, now + max(law.minimum, drawn), t.station, t.entry, i)
    w.facts[0].stations_due += 1
    if w.facts[0].tracing:
        w.trace_visits[t.visit, 3] = now


@compiled
def begin_waiting(w: World, s: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """Those waiting at a station start as long as there are servers."""
    station = w.stations[s]
    while station.head >= 0 and station.engaged < station.servers:
        i = station.head
        station.head = w.travellers[i].next
        begin(w, i, now, by_stage)


@compiled
def done_at_station(w: World, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """The first service that is due at a station is over."""
    facts = w.facts[0]
    heap_pop(w.due, facts.stations_due)
    facts.stations_due -= 1
    i = w.due[facts.stations_due].who
    t = w.travellers[i]
    w.station_times[t.station, 0] += now - t.started
    if facts.tracing:
        w.trace_visits[t.visit, 4] = now
    find_target(w, i)
    if t.target < 0:
        leave_station(w, i, now, by_stage)
        leave_port(w, i, now, by_stage)
    elif has_room(w, t.target):
        leave_station(w, i, now, by_stage)
        enter(w, i, now, by_stage)
    else:
        wait_for_place(w, i, now)


@compiled
def leave_station(w: World, i: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """A traveller gives its server and its place back."""
    t = w.travellers[i]
    s = t.station
    w.stations[s].inside -= 1
    w.stations[s].engaged -= 1
    if w.facts[0].tracing:
        w.trace_visits[t.visit, 5] = now
    begin_waiting(w, s, now, by_stage)


@compiled
def wait_for_place(w: World, i: int, now: float) -> None:
    """A traveller is blocked where it is until its target has room."""
    station = w.stations[w.travellers[i].target]
    w.travellers[i].next = -1
    if station.blocked_head < 0:
        station.blocked_head = i
        station.blocked_since = now
    else:
        w.travellers[station.blocked_tail].next = i
    station.blocked_tail = i
    w.facts[0].blocked += 1


@compiled
def leave_port(w: World, i: int, now: float, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """The exit."""
    t = w.travellers[i]
    record_stage(w, t.line, len(w.stations) + 1, now - t.arrived, by_stage)
    w.counts[t.line, SERVED] += 1
    if w.facts[0].tracing:
        w.trace_floats[t.joined, AT_EXITED] = now
        w.trace_ints[t.joined, OF_FATE] = FATE_SERVED
    release(w, i)


# -- moving up --------------------------------------------------------------------------------------------------
@compiled
def unblock(w: World, now: float, by_stage: np.ndarray) -> bool:  # type: ignore[type-arg]
    """The one blocked longest moves into the place that came free; whether there was one."""
    for s in range(len(w.stations)):
        station = w.stations[s]
        if station.blocked_head >= 0 and has_room(w, s):
            i = station.blocked_head
            t = w.travellers[i]
            station.blocked_head = t.next
            w.facts[0].blocked -= 1
            if station.blocked_head < 0:
                w.station_times[s, 1] += now - station.blocked_since
            if t.station < 0:
                vacate(w, t.booth, now)
            else:
                leave_station(w, i, now, by_stage)
            enter(w, i, now, by_stage)
            return True
    return False


@compiled
def release_rear(w: World, now: float, by_stage: np.ndarray) -> bool:  # type: ignore[type-arg]
    """The first held traveller whose front is empty leaves the rear booth, or is now blocked there."""
    for b in range(len(w.booths)):
        booth = w.booths[b]
        if booth.state == HELD and w.booths[booth.front].who < 0:
            leave_booth(w, b, now, by_stage)
            return True
    return False


@compiled
def unspill(w: World, now: float) -> bool:
    """The first spilled traveller at a head whose own line has room moves to its end."""
    for q in range(len(w.lines)):
        if w.queues[q].waiting > 0:
            i = w.queues[q].head
            own = w.travellers[i].line
            if own != q and w.lines[own].standing < w.lines[own].room:
                flush(w, q, now)
                flush(w, own, now)
                w.lines[q].standing -= 1
                w.lines[own].standing += 1
                take_out(w, i)
                w.travellers[i].stands = own
                put(w, own, i, False)
                return True
    return False


@compiled
def take_one(w: World, now: float, by_hour: np.ndarray) -> bool:  # type: ignore[type-arg]
    """The first available booth that can take somebody does."""
    for word in range(len(w.idle)):
        bits = w.idle[word]
        while bits:
            if take(w, word * 64 + lowest_bit(bits), now, by_hour):
                return True
            bits &= bits - _ONE
    return False


@compiled
def settle(w: World, now: float, by_hour: np.ndarray, by_stage: np.ndarray) -> None:  # type: ignore[type-arg]
    """Everybody who can move on does, in the order of the rules, until nobody can."""
    facts = w.facts[0]
    moved = True
    while moved:
        moved = facts.blocked > 0 and unblock(w, now, by_stage)
        if not moved and facts.pairs:
            moved = release_rear(w, now, by_stage)
        if not moved and facts.spills:
            moved = unspill(w, now)
        if not moved:
            moved = take_one(w, now, by_hour)


@compiled
def send_to_shortest(w: World, i: int, l: int, at_head: bool, now: float, standing: bool) -> None:
    """With `shortest_line`: to the shortest queue, or the line's own if no booth is open for it."""
    b = shortest_booth(w, l)
    q = len(w.lines) + b if b >= 0 else l
    if standing:
        take_out(w, i)
        put(w, q, i, at_head)
    else:
        stand(w, i, l, q, at_head, now)
    if b >= 0:
        refresh(w, b)
