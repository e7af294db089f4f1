"""The peer in SimPy as its documentation teaches it: a process per vehicle, a resource per line.

A lane that is closed is one held by a blocker of higher priority, which takes the first server to come free: which
booth closes is then the one that finishes first and not a given one, the only difference from the rules. A line has
its own lanes and each is like the other. `play` keeps the statistics that Ambos gives; `play_sums` only the sums of the waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import simpy

from ambos.model.crossing import Scenario, Stream
from twin_peer import QUARTER, Day, Statistics, arrivals, changes, draw, known, serving, stops


def play(scenario: Scenario, seed: int) -> Day:
    """Play one day, with the statistics that Ambos gives."""
    return _play(scenario, seed, Statistics(scenario))


def play_sums(scenario: Scenario, seed: int) -> Day:
    """Play one day."""
    return _play(scenario, seed, None)


def _play(scenario: Scenario, seed: int, kept: Statistics | None) -> Day:
    known(scenario)
    random = Random(seed)
    env = simpy.Environment()
    lines = {line.id: place for place, line in enumerate(scenario.lines)}
    stations = {station.id: place for place, station in enumerate(scenario.stations)}
    own = [[b for b in scenario.booths if b.shifts[0].lines == (line,)] for line in lines]
    if any(len({s.lines for s in b.shifts}) > 1 or len(b.shifts[0].lines) > 1 or b.speed != 1 for b in scenario.booths):
        raise ValueError("a lane serves one line all day")
    service = [draw(line.service, random) for line in scenario.lines]
    minimum = [line.service.minimum for line in scenario.lines]
    next_stops = [stops(line, stations, random) for line in scenario.lines]
    inspection = [draw(station.service, random) for station in scenario.stations]
    booths = [simpy.PriorityResource(env, len(group)) for group in own]
    lots = [simpy.Resource(env, station.lot or 10**9) for station in scenario.stations]
    servers = [simpy.Resource(env, station.servers[0]) for station in scenario.stations]
    arrived, started, waited = [0] * len(lines), [0] * len(lines), [0.0] * len(lines)
    entered, station_waited = [0] * len(stations), [0.0] * len(stations)
    blocked = 0.0

    def vehicle(line: int) -> Iterator[simpy.Event]:
        nonlocal blocked
        arrived[line] += 1
        came = env.now
        if kept:
            kept.stands(line, came, 1)
        with booths[line].request(priority=0) as booth:
            yield booth
            began = env.now
            started[line] += 1
            waited[line] += began - came
            if kept:
                kept.stands(line, began, -1)
                kept.by_hour[line][int(came // 60)].add(began - came)
            yield env.timeout(max(minimum[line], service[line]()))
            rest = next_stops[line]()
            done = env.now
            if kept:
                kept.busy[line] += done - began
            if rest:
                place = lots[rest[0]].request()
                yield place
                blocked += env.now - done
                if kept:
                    kept.blocked[line] += env.now - done
        for turn, station in enumerate(rest):
            entered[station] += 1
            since = env.now
            with servers[station].request() as server:
                yield server
                began = env.now
                station_waited[station] += began - since
                if kept:
                    kept.by_station[line][station].add(began - since)
                yield env.timeout(inspection[station]())
                if kept:
                    kept.station_busy[station] += env.now - began
                following = None
                if turn + 1 < len(rest):
                    following = lots[rest[turn + 1]].request()
                    yield following
            lots[station].release(place)
            place = following
        if kept:
            kept.crossing[line].add(env.now - came)

    def arrive(stream: Stream) -> Iterator[simpy.Event]:
        line = lines[stream.options[0].line]
        for time in arrivals(stream, scenario.length, random):
            yield env.timeout(time - env.now)
            env.process(vehicle(line))

    def close(line: int) -> Iterator[simpy.Event]:
        blockers: list = []
        for time in (0.0, *changes(scenario)):
            yield env.timeout(time - env.now)
            shut = len(own[line]) - sum(bool(serving(booth, time, lines)) for booth in own[line])
            while len(blockers) > shut:
                blocker = blockers.pop()
                if blocker.triggered:
                    booths[line].release(blocker)
                else:
                    blocker.cancel()
            while len(blockers) < shut:
                blockers.append(booths[line].request(priority=-1))

    def quarters(kept: Statistics) -> Iterator[simpy.Event]:
        while True:
            yield env.timeout(QUARTER)
            kept.quarter(env.now)

    if kept:
        env.process(quarters(kept))
    for line in range(len(lines)):
        env.process(close(line))
    for stream in scenario.streams:
        env.process(arrive(stream))
    env.run(until=scenario.length)
    return Day(arrived, started, waited, entered, station_waited, blocked)
