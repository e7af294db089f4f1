"""The peer without a library: one heap of events in plain Python."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from random import Random

from ambos.model.crossing import Scenario
from twin_peer import Day, arrivals, changes, draw, known, preferred, serving, stops

ARRIVAL, BOOTH_DONE, STATION_DONE, SHIFT = range(4)


def play(scenario: Scenario, seed: int) -> Day:
    """Play one day."""
    known(scenario)
    random = Random(seed)
    lines = {line.id: place for place, line in enumerate(scenario.lines)}
    stations = {station.id: place for place, station in enumerate(scenario.stations)}
    service = [draw(line.service, random) for line in scenario.lines]
    minimum = [line.service.minimum for line in scenario.lines]
    speed = [booth.speed for booth in scenario.booths]
    next_stops = [stops(line, stations, random) for line in scenario.lines]
    inspection = [draw(station.service, random) for station in scenario.stations]
    lots = [station.lot or 10**9 for station in scenario.stations]
    free = [station.servers[0] for station in scenario.stations]
    inside = [0] * len(scenario.stations)
    rooms: list[deque] = [deque() for _ in scenario.stations]
    outside: list[deque] = [deque() for _ in scenario.stations]
    queues: list[deque] = [deque() for _ in scenario.lines]
    lists = [serving(booth, 0.0, lines) for booth in scenario.booths]
    order = preferred(scenario, lists)
    idle = [True] * len(lists)
    arrived, started, waited = [0] * len(lines), [0] * len(lines), [0.0] * len(lines)
    entered, station_waited = [0] * len(stations), [0.0] * len(stations)
    blocked = 0.0
    streams = [(lines[s.options[0].line], arrivals(s, scenario.length, random)) for s in scenario.streams]
    events: list[tuple] = []
    count = 0
    for place, (_, times) in enumerate(streams):
        if (first := next(times, None)) is not None:
            events.append((first, place, ARRIVAL, place, None))
    for place, time in enumerate(changes(scenario)):
        events.append((time, -place - 1, SHIFT, 0, None))
    events.sort()
    count = len(events)

    def start(time: float, booth: int, line: int, since: float) -> None:
        nonlocal count
        idle[booth] = False
        started[line] += 1
        waited[line] += time - since
        count += 1
        heappush(events, (time + max(minimum[line], service[line]() / speed[booth]), count, BOOTH_DONE, booth, line))

    def release(time: float, booth: int) -> None:
        """A booth is empty: it takes the head of the first of its lines that has somebody."""
        for line in lists[booth]:
            if queues[line]:
                start(time, booth, line, queues[line].popleft())
                return
        idle[booth] = True

    def begin(time: float, station: int, since: float, rest: list[int]) -> None:
        nonlocal count
        free[station] -= 1
        station_waited[station] += time - since
        count += 1
        heappush(events, (time + inspection[station](), count, STATION_DONE, station, rest))

    def enter(time: float, rest: list[int]) -> None:
        station = rest[0]
        inside[station] += 1
        entered[station] += 1
        if free[station]:
            begin(time, station, time, rest[1:])
        else:
            rooms[station].append((time, rest[1:]))

    def leave(time: float, station: int) -> None:
        """A server and a place are free: the next in the lot is served, who has waited longest outside comes in."""
        nonlocal blocked
        free[station] += 1
        inside[station] -= 1
        if rooms[station]:
            since, rest = rooms[station].popleft()
            begin(time, station, since, rest)
        if outside[station]:
            since, kind, holder, rest = outside[station].popleft()
            enter(time, rest)
            if kind == BOOTH_DONE:
                blocked += time - since
                release(time, holder)
            else:
                leave(time, holder)

    while events:
        time, _, kind, place, what = heappop(events)
        if kind == ARRIVAL:
            line, times = streams[place]
            arrived[line] += 1
            for booth in order[line]:
                if idle[booth]:
                    start(time, booth, line, time)
                    break
            else:
                queues[line].append(time)
            if (following := next(times, None)) is not None:
                count += 1
                heappush(events, (following, count, ARRIVAL, place, None))
        elif time >= scenario.length:
            break
        elif kind == SHIFT:
            lists = [serving(booth, time, lines) for booth in scenario.booths]
            order = preferred(scenario, lists)
            for booth, is_idle in enumerate(idle):
                if is_idle:
                    release(time, booth)
        else:
            rest = next_stops[what]() if kind == BOOTH_DONE else what
            if rest and inside[rest[0]] >= lots[rest[0]]:
                outside[rest[0]].append((time, kind, place, rest))
                continue
            if rest:
                enter(time, rest)
            if kind == BOOTH_DONE:
                release(time, place)
            else:
                leave(time, place)
    for waiting in outside:
        blocked += sum(scenario.length - since for since, kind, _, _ in waiting if kind == BOOTH_DONE)
    return Day(arrived, started, waited, entered, station_waited, blocked)
