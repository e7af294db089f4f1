"""Stations in the kernel: who goes where after primary, waits there, is served and leaves the port."""

from __future__ import annotations

import math
from typing import Any

from ambos.crossing.kernel import draws
from ambos.crossing.kernel.compiled import compiled, inlined
from ambos.crossing.kernel.memory import get_float
from ambos.crossing.kernel.parts import (
    FATE_SERVED,
    Table,
    event_at,
    heap_pop,
    heap_push,
    line_at,
    record_stage,
    referral_at,
    release,
    station_at,
    sums_at,
    trace_at,
    traveller_at,
    visit_at,
)


@inlined
def service(w: Table, key: int, number: int, purpose: int, law: Any) -> float:
    """The minutes drawn from the law of a line or a station."""
    if law.kind == draws.EMPIRICAL:
        return get_float(w.samples, law.sample + draws.sample_place(key, number, purpose, law.samples))
    return draws.draw_formula(key, number, purpose, law.kind, law.first, law.second)


@inlined
def find_target(w: Table, i: int) -> None:
    """Draw the next stop of a traveller; −1 is the exit."""
    t = traveller_at(w.travellers, i)
    line = line_at(w.lines, t.line)
    t.target = -1
    if line.referrals + line.afters == 0:
        return
    if t.stop == 0:
        t.stop = 1
        if line.referrals > 0:
            u = draws.keyed(t.key, t.number, draws.REFERRAL, 0)
            chance = 0.0
            for k in range(line.referral, line.referral + line.referrals):
                chance += referral_at(w.referrals, k).chance
                if u <= chance:
                    t.target = referral_at(w.referrals, k).station
                    t.purpose = draws.STOP
                    return
    while t.stop <= line.afters:
        k = t.stop - 1
        t.stop += 1
        if draws.keyed(t.key, t.number, draws.AFTER + k, 0) <= referral_at(w.referrals, line.after + k).chance:
            t.target = referral_at(w.referrals, line.after + k).station
            t.purpose = draws.STOP + 1 + k
            return


@inlined
def has_room(w: Table, s: int) -> bool:
    return station_at(w.stations, s).inside < station_at(w.stations, s).lot


@compiled
def enter(w: Table, i: int, now: float) -> None:
    """A traveller enters the station that is its target."""
    t = traveller_at(w.travellers, i)
    s = t.target
    station = station_at(w.stations, s)
    station.inside += 1
    t.station = s
    t.entered = now
    t.entry = w.entries
    w.entries += 1
    sums_at(w.stages, t.line * (w.n_stations + 2) + s + 1).entered += 1
    if w.tracing:
        visit = visit_at(w.visits, t.entry)
        visit.traveller = t.joined
        visit.station = s
        visit.entered = now
        visit.started = visit.done = visit.left = math.nan
    if station.engaged < station.servers and now != w.next_tick:
        begin(w, i, now)
    else:
        t.next = -1
        if station.head < 0:
            station.head = i
        else:
            traveller_at(w.travellers, station.tail).next = i
        station.tail = i


@compiled
def begin(w: Table, i: int, now: float) -> None:
    """Service at a station begins."""
    t = traveller_at(w.travellers, i)
    law = station_at(w.stations, t.station)
    law.engaged += 1
    t.started = now
    drawn = service(w, t.key, t.number, t.purpose, law)
    record_stage(w, t.line, t.station + 1, now - t.entered)
    heap_push(w.due, w.due_now, now + max(law.minimum, drawn), t.station, t.entry, i)
    w.due_now += 1
    if w.tracing:
        visit_at(w.visits, t.entry).started = now


@compiled
def begin_waiting(w: Table, s: int, now: float) -> None:
    """Start the travellers waiting at a station while servers are free; at the instant of a tick only after it."""
    if now == w.next_tick:
        return
    station = station_at(w.stations, s)
    while station.head >= 0 and station.engaged < station.servers:
        i = station.head
        station.head = traveller_at(w.travellers, i).next
        begin(w, i, now)


@compiled
def done_at_station(w: Table, now: float) -> None:
    """The first service that is due at a station is over."""
    heap_pop(w.due, w.due_now)
    w.due_now -= 1
    i = event_at(w.due, w.due_now).who
    t = traveller_at(w.travellers, i)
    station_at(w.stations, t.station).busy += now - t.started
    if w.tracing:
        visit_at(w.visits, t.entry).done = now
    find_target(w, i)
    if t.target < 0:
        leave_station(w, i, now)
        leave_port(w, i, now)
    elif has_room(w, t.target):
        leave_station(w, i, now)
        enter(w, i, now)
    else:
        wait_for_place(w, i, now)


@compiled
def leave_station(w: Table, i: int, now: float) -> None:
    """A traveller gives its server and its place back."""
    t = traveller_at(w.travellers, i)
    s = t.station
    station_at(w.stations, s).inside -= 1
    station_at(w.stations, s).engaged -= 1
    if w.tracing:
        visit_at(w.visits, t.entry).left = now
    begin_waiting(w, s, now)


@compiled
def wait_for_place(w: Table, i: int, now: float) -> None:
    """A traveller is blocked where it is until its target has room."""
    station = station_at(w.stations, traveller_at(w.travellers, i).target)
    traveller_at(w.travellers, i).next = -1
    if station.blocked_head < 0:
        station.blocked_head = i
        station.blocked_since = now
    else:
        traveller_at(w.travellers, station.blocked_tail).next = i
    station.blocked_tail = i
    w.blocked += 1


@inlined
def leave_port(w: Table, i: int, now: float) -> None:
    """The exit."""
    t = traveller_at(w.travellers, i)
    record_stage(w, t.line, w.n_stations + 1, now - t.arrived)
    line_at(w.lines, t.line).served += 1
    if w.tracing:
        trace_at(w.trace, t.joined).exited = now
        trace_at(w.trace, t.joined).fate = FATE_SERVED
    release(w, i)
