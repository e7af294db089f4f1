"""The peer in salabim: a component per stream and per booth, resources for the stations.

As with SimPy, travellers become components only behind primary, because that is quicker. Monitors are off, and the
generator ("yield") mode is used, the quicker one.
"""

from __future__ import annotations

from collections import deque
from random import Random

import salabim

from ambos.model.crossing import Scenario
from twin_peer import Day, arrivals, changes, draw, known, preferred, serving, stops

salabim.yieldless(False)


def play(scenario: Scenario, seed: int) -> Day:
    """Play one day."""
    known(scenario)
    random = Random(seed)
    env = salabim.Environment(trace=False, random_seed=None)
    lines = {line.id: place for place, line in enumerate(scenario.lines)}
    stations = {station.id: place for place, station in enumerate(scenario.stations)}
    service = [draw(line.service, random) for line in scenario.lines]
    minimum = [line.service.minimum for line in scenario.lines]
    next_stops = [stops(line, stations, random) for line in scenario.lines]
    inspection = [draw(station.service, random) for station in scenario.stations]
    lots = [salabim.Resource(capacity=s.lot or 10**9, anonymous=True, monitor=False) for s in scenario.stations]
    servers = [salabim.Resource(capacity=s.servers[0], anonymous=True, monitor=False) for s in scenario.stations]
    queues: list[deque[float]] = [deque() for _ in scenario.lines]
    lists = [serving(booth, 0.0, lines) for booth in scenario.booths]
    order = preferred(scenario, lists)
    arrived, started, waited = [0] * len(lines), [0] * len(lines), [0.0] * len(lines)
    entered, station_waited = [0] * len(stations), [0.0] * len(stations)
    blocked = 0.0

    class Stream(salabim.Component):
        def process(self, stream):
            line = lines[stream.options[0].line]
            for time in arrivals(stream, scenario.length, random):
                yield self.hold(till=time)
                arrived[line] += 1
                queues[line].append(time)
                for place in order[line]:
                    if booths[place].ispassive():
                        booths[place].activate()
                        break

    class Booth(salabim.Component):
        def process(self, place, speed):
            nonlocal blocked
            while True:
                for line in lists[place]:
                    if queues[line]:
                        break
                else:
                    yield self.passivate()
                    continue
                started[line] += 1
                waited[line] += env.now() - queues[line].popleft()
                yield self.hold(max(minimum[line], service[line]() / speed))
                if rest := next_stops[line]():
                    done = env.now()
                    yield self.request(lots[rest[0]])
                    blocked += env.now() - done
                    Further(rest=rest)

    class Further(salabim.Component):
        def process(self, rest):
            for turn, station in enumerate(rest):
                if turn:
                    yield self.request(lots[station])
                    servers[rest[turn - 1]].release(1)
                    lots[rest[turn - 1]].release(1)
                entered[station] += 1
                since = env.now()
                yield self.request(servers[station])
                station_waited[station] += env.now() - since
                yield self.hold(inspection[station]())
            servers[rest[-1]].release(1)
            lots[rest[-1]].release(1)

    class Shifts(salabim.Component):
        def process(self):
            nonlocal lists, order
            for time in changes(scenario):
                yield self.hold(till=time)
                lists = [serving(booth, time, lines) for booth in scenario.booths]
                order = preferred(scenario, lists)
                for booth, served in zip(booths, lists, strict=True):
                    if booth.ispassive() and any(queues[line] for line in served):
                        booth.activate()

    Shifts()
    booths = [Booth(place=place, speed=booth.speed) for place, booth in enumerate(scenario.booths)]
    for stream in scenario.streams:
        Stream(stream=stream)
    env.run(till=scenario.length)
    return Day(arrived, started, waited, entered, station_waited, blocked)
