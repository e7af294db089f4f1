"""The peer in SimPy: a process per stream and per booth, one for the shifts, resources for the stations.

Travellers become processes only behind primary, which is the quicker way in SimPy: the booths take them from plain
queues.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from random import Random

import simpy

from ambos.model.crossing import Scenario, Stream
from twin_peer import Day, arrivals, changes, draw, known, preferred, serving, stops


def play(scenario: Scenario, seed: int) -> Day:
    """Play one day."""
    known(scenario)
    random = Random(seed)
    env = simpy.Environment()
    lines = {line.id: place for place, line in enumerate(scenario.lines)}
    stations = {station.id: place for place, station in enumerate(scenario.stations)}
    service = [draw(line.service, random) for line in scenario.lines]
    minimum = [line.service.minimum for line in scenario.lines]
    next_stops = [stops(line, stations, random) for line in scenario.lines]
    inspection = [draw(station.service, random) for station in scenario.stations]
    lots = [simpy.Resource(env, station.lot or 10**9) for station in scenario.stations]
    servers = [simpy.Resource(env, station.servers[0]) for station in scenario.stations]
    queues: list[deque[float]] = [deque() for _ in scenario.lines]
    lists = [serving(booth, 0.0, lines) for booth in scenario.booths]
    order = preferred(scenario, lists)
    idle: list[simpy.Event | None] = [None] * len(lists)
    arrived, started, waited = [0] * len(lines), [0] * len(lines), [0.0] * len(lines)
    entered, station_waited = [0] * len(stations), [0.0] * len(stations)
    blocked = 0.0

    def wake(booth: int) -> None:
        event = idle[booth]
        if event is not None:
            idle[booth] = None
            event.succeed()

    def arrive(stream: Stream) -> Iterator[simpy.Event]:
        line = lines[stream.options[0].line]
        queue = queues[line]
        for time in arrivals(stream, scenario.length, random):
            yield env.timeout(time - env.now)
            arrived[line] += 1
            queue.append(env.now)
            for booth in order[line]:
                if idle[booth] is not None:
                    wake(booth)
                    break

    def inspect(booth: int, speed: float) -> Iterator[simpy.Event]:
        nonlocal blocked
        while True:
            for line in lists[booth]:
                if queues[line]:
                    break
            else:
                idle[booth] = env.event()
                yield idle[booth]
                continue
            started[line] += 1
            waited[line] += env.now - queues[line].popleft()
            yield env.timeout(max(minimum[line], service[line]() / speed))
            if rest := next_stops[line]():
                done = env.now
                place = lots[rest[0]].request()
                yield place
                blocked += env.now - done
                env.process(further(rest, place))

    def further(rest: list[int], place: simpy.Event) -> Iterator[simpy.Event]:
        """A traveller at the stations; it holds place and server until it has a place at the next."""
        server = None
        for turn, station in enumerate(rest):
            if turn:
                previous = rest[turn - 1]
                following = lots[station].request()
                yield following
                servers[previous].release(server)
                lots[previous].release(place)
                place = following
            entered[station] += 1
            since = env.now
            server = servers[station].request()
            yield server
            station_waited[station] += env.now - since
            yield env.timeout(inspection[station]())
        servers[rest[-1]].release(server)
        lots[rest[-1]].release(place)

    def shifts() -> Iterator[simpy.Event]:
        nonlocal lists, order
        for time in changes(scenario):
            yield env.timeout(time - env.now)
            lists = [serving(booth, time, lines) for booth in scenario.booths]
            order = preferred(scenario, lists)
            for booth, served in enumerate(lists):
                if any(queues[line] for line in served):
                    wake(booth)

    env.process(shifts())
    for place, booth in enumerate(scenario.booths):
        env.process(inspect(place, booth.speed))
    for stream in scenario.streams:
        env.process(arrive(stream))
    env.run(until=scenario.length)
    return Day(arrived, started, waited, entered, station_waited, blocked)
