"""The kernel of the twin: every event of a day in order (rules: docs/en/explanation/twin.md)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ambos.crossing.kernel import draws
from ambos.crossing.kernel.arrivals import arrive, lose_patience, schedule
from ambos.crossing.kernel.compiled import compiled, inlined
from ambos.crossing.kernel.memory import get_float, put_bits, put_float
from ambos.crossing.kernel.moves import PREEMPT, done_at_booth, refresh, settle, take
from ambos.crossing.kernel.parts import (
    FATE_LEFT,
    SERVING,
    Table,
    add_left,
    booth_at,
    event_at,
    line_at,
    queue_at,
    record_left,
    record_wait,
    station_at,
    stream_at,
    sums_at,
    trace_at,
    traveller_at,
    tree_first,
    tree_set,
)
from ambos.crossing.kernel.stations import done_at_station
from ambos.crossing.kernel.tick import book_quarter, tick

QUARTER = 15.0
QUARTERS = 4
_NONE = np.uint64(0)


@compiled
def reset(w: Table, seed: int, replication: int) -> None:
    """The state before a day begins."""
    w.free = -1
    w.used = 0
    w.joined = 0
    w.due_now = 0
    w.impatient_now = 0
    w.blocked = 0
    w.entries = 0
    for s in range(w.n_streams):
        stream = stream_at(w.streams, s)
        stream.key = draws.stream_key(seed, replication, s)
        stream.s = 0.0
        stream.step = 0
        stream.batch = 0
        stream.number = 0
        stream.batch_left = stream.initial
        stream.next = 0.0
        schedule(w, s)
    for at in range(w.n_lines):
        line = line_at(w.lines, at)
        line.last = 0.0
        line.area = 0.0
        line.unserved = 0.0
        line.standing = 0
        line.peak = 0
        line.arrived = line.served = line.balked = line.reneged = 0
        line.diverted = line.turned_away = line.left = 0
    officers = draws.stream_key(seed, replication, draws.OFFICERS)
    for b in range(w.n_booths):
        booth = booth_at(w.booths, b)
        booth.pace = booth.speed
        if w.officer_cv2 > 0.0:
            booth.pace *= draws.gamma_draw(officers, b, draws.OFFICER, 1.0 / w.officer_cv2) * w.officer_cv2
        booth.who = -1
        booth.state = 0
        booth.size = 0
        booth.staffed = 0
        booth.staffed_minutes = booth.busy = booth.blocked_minutes = 0.0
        booth.opened_by = -1
        booth.moved_by = -1
    for s in range(w.n_stations):
        station = station_at(w.stations, s)
        station.engaged = 0
        station.inside = 0
        station.head = -1
        station.blocked_head = -1
        station.busy = station.blocked_minutes = 0.0
    for q in range(w.n_lines + w.n_booths):
        queue_at(w.queues, q).waiting = 0
    for k in range(2 * w.leaves):
        put_float(w.tree, k, math.inf)
    for word in range(w.words):
        put_bits(w.idle, word, _NONE)
    for k in range(w.n_lines * w.n_hours):
        clear(sums_at(w.hours, k))
    for k in range(w.n_lines * (w.n_stations + 2)):
        clear(sums_at(w.stages, k))


@compiled
def clear(sums: Any) -> None:
    sums.sum = sums.left_sum = 0.0
    sums.n = sums.over_30 = sums.over_60 = sums.entered = sums.left = 0


@inlined
def next_stream(w: Table) -> int:
    """The stream whose next traveller comes first, the first of them if several."""
    first = 0
    best = stream_at(w.streams, 0).next
    for s in range(1, w.n_streams):
        time = stream_at(w.streams, s).next
        first = s if time < best else first
        best = min(best, time)
    if best == 0.0:  # those already in line have no batch yet and go before all others
        for s in range(w.n_streams):
            if stream_at(w.streams, s).next == 0.0 and stream_at(w.streams, s).batch == 0:
                return s
    return first


@inlined
def first_booth(w: Table, now: float, linked: bool) -> None:
    """The booth that completes first does; at the instant of a tick the next in line waits for the tick."""
    b = tree_first(w)
    done_at_booth(w, b, now)
    # the commonest case by far: the next in line takes the place of the one before
    if linked or booth_at(w.booths, b).who >= 0 or not take(w, b, now):
        tree_set(w, b, math.inf)
        refresh(w, b)
        if linked:
            settle(w, now)


@compiled
def day(w: Table) -> bool:
    """Play one day from its reset state; False if a buffer is too small."""
    length = w.length
    linked = w.pairs + w.spills > 0
    q = 0
    w.next_tick = 0.0
    s = next_stream(w)
    while True:
        at_station = event_at(w.due, 0).time if w.due_now > 0 else math.inf
        at_booth = get_float(w.tree, 1)
        at_patience = event_at(w.impatient, 0).time if w.impatient_now > 0 else math.inf
        at_arrival = stream_at(w.streams, s).next
        # Of what comes at one time the order is that of the rules: station, booth, patience, tick, arrival. Asked first is
        # which of the two commonest comes sooner: the processor often guesses that wrong, and waits for it.
        next_tick = w.next_tick
        soon = min(min(at_station, at_patience), min(next_tick, length))
        if at_booth <= at_arrival and at_booth < soon:
            first_booth(w, at_booth, linked)
        elif at_arrival < at_booth and at_arrival < soon:
            stream_at(w.streams, s).batch_left -= 1
            if not arrive(w, s, at_arrival):
                return False
            schedule(w, s)
            if linked:
                settle(w, at_arrival)
            s = next_stream(w)
        elif soon >= length:
            break
        elif at_station == soon:
            done_at_station(w, soon)
            if w.blocked > 0:
                settle(w, soon)
        elif at_booth == soon:
            first_booth(w, soon, linked)
        elif at_patience == soon:
            if lose_patience(w, soon) and linked:
                settle(w, soon)
        else:
            if q > 0:
                book_quarter(w, q - 1, soon - QUARTER, soon)
            w.hour = q // QUARTERS
            w.next_tick = (q + 1) * QUARTER if q + 1 < w.n_ticks else math.inf
            tick(w, q, soon)
            settle(w, soon)
            q += 1
    book_quarter(w, q - 1, (q - 1) * QUARTER, length)
    end_of_day(w)
    return True


@compiled
def end_of_day(w: Table) -> None:
    """Book what is under way when the day ends."""
    length = w.length
    for b in range(w.n_booths):
        booth = booth_at(w.booths, b)
        if booth.staffed:
            booth_at(w.booths, b).staffed_minutes += length - booth.open_since
        if booth.who >= 0:
            if booth.state == SERVING:
                booth_at(w.booths, b).busy += length - booth.started
                if w.shift_end == PREEMPT:
                    record_wait(w, booth.who)
            else:
                booth_at(w.booths, b).blocked_minutes += length - booth.done
    for k in range(w.due_now):
        i = event_at(w.due, k).who
        station_at(w.stations, traveller_at(w.travellers, i).station).busy += (
            length - traveller_at(w.travellers, i).started
        )
    for s in range(w.n_stations):
        if station_at(w.stations, s).blocked_head >= 0:
            station_at(w.stations, s).blocked_minutes += length - station_at(w.stations, s).blocked_since
        i = station_at(w.stations, s).head
        while i >= 0:
            t = traveller_at(w.travellers, i)
            row = t.line * (w.n_stations + 2) + s + 1
            add_left(sums_at(w.stages, row), w.left_by_stage, row, length - t.entered)
            i = t.next
    for i in range(w.used):
        t = traveller_at(w.travellers, i)
        if t.alive:
            record_left(w, i)
            if w.tracing:
                trace_at(w.trace, t.joined).fate = FATE_LEFT
                if t.stands >= 0:
                    trace_at(w.trace, t.joined).wait = t.wait + (length - t.since)


@compiled
def play_of(w: Table, seed: int, replication: int) -> bool:
    """Play one replication; False if a buffer is too small."""
    reset(w, seed, replication)
    return day(w)


@compiled
def play(table: Any, seed: int, replication: int) -> bool:
    """The same of an array that holds the table alone."""
    return play_of(table[0], seed, replication)
