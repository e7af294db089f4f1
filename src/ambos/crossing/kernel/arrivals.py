"""Arrivals in the kernel: time, choice of a line, patience."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ambos.crossing.kernel import arrays, draws
from ambos.crossing.kernel.compiled import compiled, inlined
from ambos.crossing.kernel.memory import float_pointer, get_float
from ambos.crossing.kernel.moves import SHORTEST, close_if_empty, free_at_once, refresh, shortest_booth, start
from ambos.crossing.kernel.parts import (
    FATE_BALKED,
    FATE_RENEGED,
    FATE_TURNED_AWAY,
    Table,
    event_at,
    heap_pop,
    heap_push,
    line_at,
    option_at,
    release,
    stand,
    step_out,
    stream_at,
    trace_at,
    traveller_at,
)
from ambos.crossing.kernel.tick import expected_wait
from ambos.later import Later

if TYPE_CHECKING:
    import numba
else:
    numba = Later("numba")

DAY = 1440.0
BLOCK = np.int64(arrays.BLOCK)
BALK, DIVERT, SPILL = range(3)


@compiled
def draw_times(w: Table, s: int) -> None:
    """When the next `BLOCK` batches of a stream come."""
    stream = stream_at(w.streams, s)
    times = numba.carray(float_pointer(w.ahead, s * BLOCK), BLOCK)
    total = numba.carray(float_pointer(w.totals, stream.total), stream.steps + 1)
    gap = numba.carray(float_pointer(w.gaps, stream.gap), stream.steps)
    draws.exponentials(stream.key, stream.batch, draws.ARRIVAL, times)
    for k in range(BLOCK):
        stream.s += times[k]
        times[k], stream.step = draws.next_time(stream.s, stream.step, total, gap, stream.width)


@inlined
def unit(w: Table, s: int) -> float:
    """The unit exponential of the service of a stream's next traveller; they are drawn in blocks."""
    stream = stream_at(w.streams, s)
    place = (w.n_streams + s) * BLOCK
    if stream.number % BLOCK == 0:
        units = numba.carray(float_pointer(w.ahead, place), BLOCK)
        draws.exponentials(stream.key, stream.number, draws.PRIMARY, units)
    return get_float(w.ahead, place + stream.number % BLOCK)


@inlined
def schedule(w: Table, s: int) -> None:
    """When the next traveller of a stream comes."""
    stream = stream_at(w.streams, s)
    if stream.batch_left > 0:
        return
    if stream.steps > 0:
        if stream.batch % BLOCK == 0:
            draw_times(w, s)
        stream.next = get_float(w.ahead, s * BLOCK + stream.batch % BLOCK)
        stream.batch_left = 1
        if stream.chances > 1:
            u = draws.keyed(stream.key, stream.batch, draws.BATCH, 0)
            chances = numba.carray(float_pointer(w.chances, stream.chance), stream.chances)
            stream.batch_left = draws.batch_size(u, chances)
        stream.batch += 1
    elif stream.batch < stream.times:
        stream.next = get_float(w.times, stream.time + stream.batch)
        stream.batch += 1
        stream.batch_left = 1
    else:
        stream.next = math.inf


@inlined
def is_open(w: Table, at: int, now: float) -> bool:
    """Return True if a line takes travellers at this hour."""
    line = line_at(w.lines, at)
    if line.opens == line.closes:
        return True
    t = now % DAY
    if line.opens < line.closes:
        return line.opens <= t < line.closes
    return t >= line.opens or t < line.closes


@inlined
def is_full(w: Table, at: int) -> bool:
    return line_at(w.lines, at).standing >= line_at(w.lines, at).room


@compiled
def choose(w: Table, s: int, u: float, not_line: int, now: float) -> int:
    """The line that a traveller of a stream takes, −1 if none; after `not_line` was full, only those with room."""
    stream = stream_at(w.streams, s)
    some_served = False
    found = -1
    several = False
    for k in range(stream.options):
        at = option_at(w.options, stream.option + k).line
        option_at(w.options, stream.option + k).weight = -math.inf
        if at == not_line or not is_open(w, at, now):
            continue
        if not_line >= 0 and is_full(w, at) and free_at_once(w, at) < 0:
            continue
        option_at(w.options, stream.option + k).weight = 0.0
        several = found >= 0
        found = at
        some_served |= line_at(w.lines, at).capacity > 0.0
    if not several:
        return found
    best = -math.inf
    for k in range(stream.options):
        option = option_at(w.options, stream.option + k)
        if option_at(w.options, stream.option + k).weight == 0.0:
            if not some_served:
                option_at(w.options, stream.option + k).weight = option.utility
            elif line_at(w.lines, option.line).capacity > 0.0:
                option_at(w.options, stream.option + k).weight = (
                    stream.wait_weight * expected_wait(w, option.line) + option.utility
                )
            else:
                option_at(w.options, stream.option + k).weight = -math.inf
            best = max(best, option_at(w.options, stream.option + k).weight)
    total = 0.0
    for k in range(stream.options):
        option_at(w.options, stream.option + k).weight = math.exp(option_at(w.options, stream.option + k).weight - best)
        total += option_at(w.options, stream.option + k).weight
    reached = 0.0
    found = -1
    for k in range(stream.options):
        if option_at(w.options, stream.option + k).weight > 0.0:
            reached += option_at(w.options, stream.option + k).weight
            found = option_at(w.options, stream.option + k).line
            if reached >= u * total:
                break
    return found


@inlined
def arrive(w: Table, s: int, now: float) -> bool:
    """The next traveller of a stream comes; False if there is no room for its record."""
    stream = stream_at(w.streams, s)
    i = w.free
    if w.tracing and w.joined >= w.n_trace:
        return False
    if i >= 0:
        w.free = traveller_at(w.travellers, i).next
    else:
        i = w.used
        if i >= w.n_travellers:
            return False
        w.used += 1
    t = traveller_at(w.travellers, i)
    t.key = stream.key
    t.number = stream.number
    t.joined = w.joined
    t.arrived = now
    t.hour = w.hour
    t.wait = 0.0
    t.work = -1.0
    t.stands = -1
    t.queue = -1
    t.booth = -1
    t.station = -1
    t.stop = 0
    t.alive = 1
    t.started_once = 0
    if stream.exponential:
        t.unit = unit(w, s)
    stream.number += 1
    w.joined += 1

    at = option_at(w.options, stream.option).line
    u = 0.0
    came = True
    if stream.options > 1:
        u = draws.keyed(stream.key, t.number, draws.CHOICE, 0)
        chosen = choose(w, s, u, -1, now)
        came = chosen >= 0
        if came:
            at = chosen
    else:
        came = is_open(w, at, now)
    t.line = at
    line_at(w.lines, at).arrived += 1
    if w.tracing:
        row = trace_at(w.trace, t.joined)
        row.arrived = now
        row.started = row.done = row.left_booth = row.exited = math.nan
        row.wait = 0.0
        row.stream = s
        row.number = t.number
        row.line = at
        row.diverted_from = row.booth = row.fate = -1
    if not came:
        line_at(w.lines, at).turned_away += 1
        go_away(w, i, FATE_TURNED_AWAY, now)
        return True
    b = free_at_once(w, at)
    place = at
    if b < 0 and is_full(w, at):
        how = line_at(w.lines, at).when_full
        place = -1
        if how == DIVERT and stream.options > 1:
            other = choose(w, s, u, at, now)
            if other >= 0:
                line_at(w.lines, at).diverted += 1
                line_at(w.lines, other).arrived += 1
                t.line = other
                place = other
                if w.tracing:
                    trace_at(w.trace, t.joined).diverted_from = at
                    trace_at(w.trace, t.joined).line = other
                b = free_at_once(w, other)
        elif how == SPILL and not is_full(w, line_at(w.lines, at).behind):
            place = line_at(w.lines, at).behind
        if place < 0:
            line_at(w.lines, at).balked += 1
            go_away(w, i, FATE_BALKED, now)
            return True
    if b >= 0:
        start(w, b, i, now)
        return True
    q = place
    if w.discipline == SHORTEST:
        shortest = shortest_booth(w, place)
        if shortest >= 0:
            q = w.n_lines + shortest
    stand(w, i, place, q, False, now)
    if w.discipline == SHORTEST and q >= w.n_lines:
        refresh(w, q - w.n_lines)
    if stream.patience > 0.0:
        ends = now + draws.exponential(draws.keyed(t.key, t.number, draws.PATIENCE, 0)) * stream.patience
        if ends < w.length:
            if w.impatient_now >= w.n_impatient:
                return False
            # the place in the order of arrival tells whether the record is still of the same traveller
            heap_push(w.impatient, w.impatient_now, ends, s * 2**40 + t.number, t.joined, i)
            w.impatient_now += 1
    return True


@compiled
def go_away(w: Table, i: int, fate: int, now: float) -> None:
    """A traveller goes without being served: the rest of the day counts as time unserved."""
    line_at(w.lines, traveller_at(w.travellers, i).line).unserved += w.length - now
    if w.tracing:
        trace_at(w.trace, traveller_at(w.travellers, i).joined).fate = fate
    release(w, i)


@compiled
def lose_patience(w: Table, now: float) -> bool:
    """The patience that ends first ends; whether somebody left the line."""
    heap_pop(w.impatient, w.impatient_now)
    w.impatient_now -= 1
    event = event_at(w.impatient, w.impatient_now)
    i = event.who
    t = traveller_at(w.travellers, i)
    if not t.alive or t.joined != event.second or t.stands < 0 or t.started_once:
        return False
    q = t.queue
    step_out(w, i, now)
    line_at(w.lines, t.line).reneged += 1
    if w.tracing:
        trace_at(w.trace, t.joined).wait = t.wait
    go_away(w, i, FATE_RENEGED, now)
    if q >= w.n_lines:
        b = q - w.n_lines
        close_if_empty(w, b, now)
        refresh(w, b)
    return True
