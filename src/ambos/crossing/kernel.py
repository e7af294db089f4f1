"""The kernel of the twin: every event of a day in order (rules: docs/en/explanation/twin.md)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ambos.crossing import draws
from ambos.crossing.arrays import World
from ambos.crossing.compiled import compiled
from ambos.crossing.kernel_moves import (
    PREEMPT,
    SHORTEST,
    close_if_empty,
    done_at_booth,
    done_at_station,
    free_at_once,
    refresh,
    settle,
    shortest_booth,
    start,
    take,
)
from ambos.crossing.kernel_parts import (
    ARRIVED,
    AT_ARRIVED,
    AT_WAIT,
    BALKED,
    DIVERTED,
    FATE_BALKED,
    FATE_LEFT,
    FATE_RENEGED,
    FATE_TURNED_AWAY,
    LEFT,
    OF_DIVERTED,
    OF_FATE,
    OF_LINE,
    OF_NUMBER,
    OF_STREAM,
    RENEGED,
    SERVING,
    TURNED_AWAY,
    heap_pop,
    heap_push,
    record_wait,
    release,
    stand,
    step_out,
    tree_first,
)
from ambos.crossing.kernel_tick import book_quarter, expected_wait, tick

QUARTER = 15.0
DAY = 1440.0
BALK, DIVERT, SPILL = range(3)
#: What `play` returns instead of the number played when a buffer is too small.
TOO_SMALL = -1


class Results(NamedTuple):
    """Where the kernel writes, as in `ambos.crossing.totals.Totals`; the histograms are a thread's own."""

    counts: NDArray[np.int64]
    stage_n: NDArray[np.int64]
    stage_sum: NDArray[np.float64]
    over: NDArray[np.int64]
    hour_n: NDArray[np.int64]
    hour_sum: NDArray[np.float64]
    hour_over: NDArray[np.int64]
    by_stage: NDArray[np.int64]
    by_hour: NDArray[np.int64]
    entered: NDArray[np.int64]
    queue: NDArray[np.float64]
    peak: NDArray[np.int64]
    lanes: NDArray[np.float64]
    booth: NDArray[np.float64]
    station: NDArray[np.float64]


# -- arrivals ---------------------------------------------------------------------------------------------------
@compiled
def schedule(w: World, s: int) -> None:
    """When the next traveller of a stream comes."""
    stream = w.streams[s]
    if stream.batch_left > 0:
        return
    if stream.steps > 0:
        stream.s -= math.log(draws.keyed(stream.key, stream.batch, draws.ARRIVAL, 0))
        total = w.totals[stream.total : stream.total + stream.steps + 1]
        rate = w.rates[stream.rate : stream.rate + stream.steps]
        stream.next, stream.step = draws.next_time(stream.s, stream.step, total, rate, stream.width)
        stream.batch_left = 1
        if stream.chances > 1:
            u = draws.keyed(stream.key, stream.batch, draws.BATCH, 0)
            stream.batch_left = draws.batch_size(u, w.chances[stream.chance : stream.chance + stream.chances])
        stream.batch += 1
    elif stream.batch < stream.times:
        stream.next = w.times[stream.time + stream.batch]
        stream.batch += 1
        stream.batch_left = 1
    else:
        stream.next = math.inf


@compiled
def is_open(w: World, l: int, now: float) -> bool:
    """Whether a line takes travellers at this hour."""
    line = w.lines[l]
    if line.opens == line.closes:
        return True
    t = now % DAY
    if line.opens < line.closes:
        return line.opens <= t < line.closes
    return t >= line.opens or t < line.closes


@compiled
def is_full(w: World, l: int) -> bool:
    return w.lines[l].standing >= w.lines[l].room


@compiled
def choose(w: World, s: int, u: float, not_line: int, now: float) -> int:
    """The line that a traveller of a stream takes, −1 if none; after `not_line` was full, only those with room."""
    stream = w.streams[s]
    some_served = False
    found = -1
    several = False
    for k in range(stream.options):
        l = w.options[stream.option + k].line
        w.scratch[k] = -math.inf
        if l == not_line or not is_open(w, l, now):
            continue
        if not_line >= 0 and is_full(w, l) and free_at_once(w, l) < 0:
            continue
        w.scratch[k] = 0.0
        several = found >= 0
        found = l
        some_served |= w.lines[l].capacity > 0.0
    if not several:
        return found
    best = -math.inf
    for k in range(stream.options):
        option = w.options[stream.option + k]
        if w.scratch[k] == 0.0:
            if not some_served:
                w.scratch[k] = option.utility
            elif w.lines[option.line].capacity > 0.0:
                w.scratch[k] = stream.wait_weight * expected_wait(w, option.line) + option.utility
            else:
                w.scratch[k] = -math.inf
            best = max(best, w.scratch[k])
    total = 0.0
    for k in range(stream.options):
        w.scratch[k] = math.exp(w.scratch[k] - best)
        total += w.scratch[k]
    reached = 0.0
    found = -1
    for k in range(stream.options):
        if w.scratch[k] > 0.0:
            reached += w.scratch[k]
            found = w.options[stream.option + k].line
            if reached >= u * total:
                break
    return found


@compiled
def arrive(w: World, s: int, now: float, by_hour: np.ndarray) -> bool:  # type: ignore[type-arg]
    """The next traveller of a stream comes; False if there is no room for its record."""
    facts = w.facts[0]
    stream = w.streams[s]
    i = facts.free
    if facts.tracing and facts.joined >= len(w.trace_floats):
        return False
    if i >= 0:
        facts.free = w.travellers[i].next
    else:
        i = facts.used
        if i >= len(w.travellers):
            return False
        facts.used += 1
    t = w.travellers[i]
    t.key = stream.key
    t.number = stream.number
    t.joined = facts.joined
    t.stream = s
    t.arrived = now
    t.wait = 0.0
    t.work = -1.0
    t.stands = -1
    t.queue = -1
    t.booth = -1
    t.station = -1
    t.stop = 0
    t.alive = 1
    t.started_once = 0
    stream.number += 1
    facts.joined += 1

    l = w.options[stream.option].line
    u = 0.0
    came = True
    if stream.options > 1:
        u = draws.keyed(stream.key, t.number, draws.CHOICE, 0)
        chosen = choose(w, s, u, -1, now)
        came = chosen >= 0
        if came:
            l = chosen
    else:
        came = is_open(w, l, now)
    t.line = l
    w.counts[l, ARRIVED] += 1
    if facts.tracing:
        w.trace_floats[t.joined, AT_ARRIVED] = now
        w.trace_floats[t.joined, AT_WAIT] = 0.0
        w.trace_ints[t.joined, OF_STREAM] = s
        w.trace_ints[t.joined, OF_NUMBER] = t.number
        w.trace_ints[t.joined, OF_LINE] = l
    if not came:
        w.counts[l, TURNED_AWAY] += 1
        go_away(w, i, FATE_TURNED_AWAY)
        return True
    b = free_at_once(w, l)
    place = l
    if b < 0 and is_full(w, l):
        how = w.lines[l].when_full
        place = -1
        if how == DIVERT and stream.options > 1:
            other = choose(w, s, u, l, now)
            if other >= 0:
                w.counts[l, DIVERTED] += 1
                w.counts[other, ARRIVED] += 1
                t.line = other
                place = other
                if facts.tracing:
                    w.trace_ints[t.joined, OF_DIVERTED] = l
                    w.trace_ints[t.joined, OF_LINE] = other
                b = free_at_once(w, other)
        elif how == SPILL and not is_full(w, w.lines[l].behind):
            place = w.lines[l].behind
        if place < 0:
            w.counts[l, BALKED] += 1
            go_away(w, i, FATE_BALKED)
            return True
    if b >= 0:
        start(w, b, i, now, by_hour)
        return True
    q = place
    if facts.discipline == SHORTEST:
        shortest = shortest_booth(w, place)
        if shortest >= 0:
            q = len(w.lines) + shortest
    stand(w, i, place, q, False, now)
    if facts.discipline == SHORTEST and q >= len(w.lines):
        refresh(w, q - len(w.lines))
    if stream.patience > 0.0:
        ends = now - math.log(draws.keyed(t.key, t.number, draws.PATIENCE, 0)) * stream.patience
        if ends < facts.length:
            if facts.impatient >= len(w.impatient):
                return False
            # the place in the order of arrival tells whether the record is still of the same traveller
            heap_push(w.impatient, facts.impatient, ends, s * 2**40 + t.number, t.joined, i)
            facts.impatient += 1
    return True


@compiled
def go_away(w: World, i: int, fate: int) -> None:
    if w.facts[0].tracing:
        w.trace_ints[w.travellers[i].joined, OF_FATE] = fate
    release(w, i)


@compiled
def lose_patience(w: World, now: float) -> bool:
    """The patience that ends first ends; whether somebody left the line."""
    facts = w.facts[0]
    heap_pop(w.impatient, facts.impatient)
    facts.impatient -= 1
    event = w.impatient[facts.impatient]
    i = event.who
    t = w.travellers[i]
    if not t.alive or t.joined != event.second or t.stands < 0 or t.started_once:
        return False
    q = t.queue
    step_out(w, i, now)
    w.counts[t.line, RENEGED] += 1
    if facts.tracing:
        w.trace_floats[t.joined, AT_WAIT] = t.wait
    go_away(w, i, FATE_RENEGED)
    if q >= len(w.lines):
        b = q - len(w.lines)
        close_if_empty(w, b, now)
        refresh(w, b)
    return True


# -- a day ------------------------------------------------------------------------------------------------------
@compiled
def reset(w: World, seed: int, replication: int) -> None:
    """The state before a day begins."""
    facts = w.facts[0]
    facts.free = -1
    facts.used = 0
    facts.joined = 0
    facts.stations_due = 0
    facts.impatient = 0
    facts.blocked = 0
    facts.visits = 0
    for s in range(len(w.streams)):
        stream = w.streams[s]
        stream.key = draws.stream_key(seed, replication, s)
        stream.s = 0.0
        stream.step = 0
        stream.batch = 0
        stream.number = 0
        stream.batch_left = stream.initial
        stream.next = 0.0
        schedule(w, s)
    for l in range(len(w.lines)):
        line = w.lines[l]
        line.last = 0.0
        line.area = 0.0
        line.standing = 0
        line.peak = 0
    officers = draws.stream_key(seed, replication, draws.OFFICERS)
    for b in range(len(w.booths)):
        booth = w.booths[b]
        booth.pace = booth.speed
        if facts.officer_cv2 > 0.0:
            booth.pace *= draws.gamma_draw(officers, b, draws.OFFICER, 1.0 / facts.officer_cv2) * facts.officer_cv2
        booth.who = -1
        booth.state = 0
        booth.size = 0
        booth.staffed = 0
        booth.opened_by = -1
        booth.moved_by = -1
    for s in range(len(w.stations)):
        station = w.stations[s]
        station.engaged = 0
        station.inside = 0
        station.head = -1
        station.blocked_head = -1
    for q in range(len(w.queues)):
        w.queues[q].waiting = 0
    w.tree[:] = math.inf
    w.idle[:] = np.uint64(0)
    w.counts[:] = 0
    w.entered[:] = 0
    w.booth_times[:] = 0.0
    w.station_times[:] = 0.0
    for l in range(len(w.lines)):
        for k in range(w.hours.shape[1]):
            sums = w.hours[l, k]
            sums.sum = 0.0
            sums.n = 0
            sums.over_30 = 0
            sums.over_60 = 0
        for k in range(w.stages.shape[1]):
            sums = w.stages[l, k]
            sums.sum = 0.0
            sums.n = 0
            sums.over_30 = 0
            sums.over_60 = 0


@compiled
def next_stream(w: World) -> int:
    """The stream whose next traveller comes first, the first of them if several."""
    first = 0
    for s in range(1, len(w.streams)):
        time, best = w.streams[s].next, w.streams[first].next
        # those already in line have no batch yet and go before all others
        if time < best or (time == best and w.streams[s].batch == 0 and w.streams[first].batch > 0):
            first = s
    return first


@compiled
def day(w: World, r: Results, row: int) -> bool:
    """Play one day from its reset state; False if a buffer is too small."""
    facts = w.facts[0]
    length = facts.length
    by_hour = r.by_hour
    by_stage = r.by_stage
    linked = facts.pairs or facts.spills
    queue = r.queue[row]
    peak = r.peak[row]
    lanes = r.lanes[row]
    ticks = len(w.plan)
    q = 0
    next_tick = 0.0
    s = next_stream(w)
    while True:
        at_station = w.due[0].time if facts.stations_due > 0 else math.inf
        at_booth = w.tree[1]
        at_patience = w.impatient[0].time if facts.impatient > 0 else math.inf
        at_arrival = w.streams[s].next
        now = min(min(at_station, at_booth), min(at_patience, min(next_tick, at_arrival)))
        if now >= length:
            break
        if at_station == now:
            done_at_station(w, now, by_stage)
            if facts.blocked > 0:
                settle(w, now, by_hour, by_stage)
        elif at_booth == now:
            b = tree_first(w)
            done_at_booth(w, b, now, by_hour, by_stage)
            if linked:
                settle(w, now, by_hour, by_stage)
            elif w.booths[b].who < 0 and (w.booths[b].size > 0 or facts.discipline == SHORTEST):
                take(w, b, now, by_hour)
        elif at_patience == now:
            if lose_patience(w, now) and linked:
                settle(w, now, by_hour, by_stage)
        elif next_tick == now:
            if q > 0:
                book_quarter(w, q - 1, now - QUARTER, now, queue, peak, lanes)
            tick(w, q, now, by_stage)
            settle(w, now, by_hour, by_stage)
            q += 1
            next_tick = q * QUARTER if q < ticks else math.inf
        else:
            stream = w.streams[s]
            stream.batch_left -= 1
            if not arrive(w, s, now, by_hour):
                return False
            schedule(w, s)
            if linked:
                settle(w, now, by_hour, by_stage)
            s = next_stream(w)
    book_quarter(w, q - 1, (q - 1) * QUARTER, length, queue, peak, lanes)
    end_of_day(w, by_hour)
    return True


@compiled
def end_of_day(w: World, by_hour: np.ndarray) -> None:  # type: ignore[type-arg]
    """Book what is under way when the day ends."""
    facts = w.facts[0]
    length = facts.length
    for b in range(len(w.booths)):
        booth = w.booths[b]
        if booth.staffed:
            w.booth_times[b, 0] += length - booth.open_since
        if booth.who >= 0:
            if booth.state == SERVING:
                w.booth_times[b, 1] += length - booth.started
                if facts.shift_end == PREEMPT:
                    record_wait(w, booth.who, by_hour)
            else:
                w.booth_times[b, 2] += length - booth.done
    for k in range(facts.stations_due):
        i = w.due[k].who
        w.station_times[w.travellers[i].station, 0] += length - w.travellers[i].started
    for s in range(len(w.stations)):
        if w.stations[s].blocked_head >= 0:
            w.station_times[s, 1] += length - w.stations[s].blocked_since
    for i in range(facts.used):
        t = w.travellers[i]
        if t.alive:
            w.counts[t.line, LEFT] += 1
            if facts.tracing:
                w.trace_ints[t.joined, OF_FATE] = FATE_LEFT
                if t.stands >= 0:
                    w.trace_floats[t.joined, AT_WAIT] = t.wait + (length - t.since)


@compiled
def write(w: World, r: Results, row: int) -> None:
    """Copy the sums of a day to the results."""
    r.counts[row] = w.counts
    r.entered[row] = w.entered
    r.booth[row] = w.booth_times
    r.station[row] = w.station_times
    for l in range(len(w.lines)):
        for k in range(w.stages.shape[1]):
            sums = w.stages[l, k]
            r.stage_n[row, l, k] = sums.n
            r.stage_sum[row, l, k] = sums.sum
            r.over[row, l, k, 0] = sums.over_30
            r.over[row, l, k, 1] = sums.over_60
        for k in range(w.hours.shape[1]):
            sums = w.hours[l, k]
            r.hour_n[row, l, k] = sums.n
            r.hour_sum[row, l, k] = sums.sum
            r.hour_over[row, l, k, 0] = sums.over_30
            r.hour_over[row, l, k, 1] = sums.over_60
            r.stage_n[row, l, 0] += sums.n
            r.stage_sum[row, l, 0] += sums.sum
            r.over[row, l, 0, 0] += sums.over_30
            r.over[row, l, 0, 1] += sums.over_60


@compiled
def play(w: World, r: Results, seed: int, first: int, row: int, number: int) -> int:
    """Play `number` replications from `first` on, written from `row` on; `TOO_SMALL` if a buffer is."""
    for k in range(number):
        reset(w, seed, first + k)
        if not day(w, r, row + k):
            return TOO_SMALL
        write(w, r, row + k)
    return number
