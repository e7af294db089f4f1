"""The peer in Ciw: a node per line and per station, customer classes for the lines, schedules for the booths.

What differs from the rules: Ciw changes the whole crew when a schedule changes (the old servers finish what they have
while the new ones begin), so lanes are a little more productive at each change; booths that serve several lines cannot
be told. A test whose booths are themselves whole crews is the same network in both.
"""

from __future__ import annotations

from math import inf

import ciw

from ambos.model.crossing import Law, Line, Scenario
from twin_peer import Day, known


class Floored(ciw.dists.Distribution):
    """A law with a minimum."""

    def __init__(self, law: ciw.dists.Distribution, minimum: float) -> None:
        self.law, self.minimum = law, minimum

    def sample(self, t=None, ind=None) -> float:
        return max(self.minimum, self.law.sample(t, ind))


def distribution(law: Law) -> ciw.dists.Distribution:
    """A law in Ciw's words."""
    if law.name == "exponential":
        found = ciw.dists.Exponential(1 / law.mean)
    elif law.name == "deterministic":
        found = ciw.dists.Deterministic(law.mean)
    elif law.name in ("erlang", "gamma"):
        shape = law.phases if law.name == "erlang" else 1 / law.cv2
        found = ciw.dists.Gamma(shape, law.mean / shape)
    else:
        raise ValueError(law.name)
    return Floored(found, law.minimum) if law.minimum else found


def schedule(scenario: Scenario, line: str) -> ciw.Schedule | int:
    """How many booths list the line, by the times when that changes."""
    if any(len(shift.lines) != 1 for booth in scenario.booths for shift in booth.shifts):
        raise ValueError("in Ciw a booth serves one line at a time")
    if any(booth.speed != 1 for booth in scenario.booths):
        raise ValueError("in Ciw all servers of a node have one pace")
    own = [shift for booth in scenario.booths for shift in booth.shifts if shift.lines == (line,)]
    times = sorted({0.0, *(time for shift in own for time in (shift.start, shift.end) if time < scenario.length)})
    counts = [sum(shift.start <= time < shift.end for shift in own) for time in times]
    kept = [0, *(i for i in range(1, len(times)) if counts[i] != counts[i - 1])]
    if len(kept) == 1:
        return counts[0]
    ends = [times[i] for i in kept[1:]]
    return ciw.Schedule(numbers_of_servers=[counts[i] for i in kept], shift_end_dates=[*ends, scenario.length])


def routes(line: Line, node: int, stations: dict[str, int], nodes: int) -> list[list[float]]:
    """Ciw's matrix for travellers of a line: from its node and from each station to the next."""
    matrix = [[0.0] * nodes for _ in range(nodes)]

    def onward(row: list[float], share: float, place: int) -> None:
        for referral in line.after[place:]:
            chance = referral.random + referral.risk
            row[stations[referral.station]] += share * chance
            share *= 1 - chance

    referred = 0.0
    for referral in line.referrals:
        chance = referral.random + referral.risk
        matrix[node][stations[referral.station]] += chance
        referred += chance
        onward(matrix[stations[referral.station]], 1.0, 0)
    onward(matrix[node], 1 - referred, 0)
    for place, referral in enumerate(line.after):
        onward(matrix[stations[referral.station]], 1.0, place + 1)
    return matrix


def play(scenario: Scenario, seed: int) -> Day:
    """Play one day."""
    known(scenario)
    ciw.seed(seed)
    lines = [line.id for line in scenario.lines]
    nodes = len(lines) + len(scenario.stations)
    stations = {station.id: len(lines) + place for place, station in enumerate(scenario.stations)}
    comes: dict[str, list] = {line: [None] * nodes for line in lines}
    for stream in scenario.streams:
        line, rates = stream.options[0].line, [rate / 60 for rate in stream.arrivals.rates]
        if comes[line][lines.index(line)] is not None:
            raise ValueError("in this model a line has one stream")
        ends = [scenario.length * (k + 1) / len(rates) for k in range(len(rates))]
        comes[line][lines.index(line)] = (
            ciw.dists.Exponential(rates[0])
            if len(set(rates)) == 1
            else ciw.dists.PoissonIntervals(rates, ends, scenario.length)
        )
    services = [distribution(thing.service) for thing in (*scenario.lines, *scenario.stations)]
    network = ciw.create_network(
        arrival_distributions=comes,
        service_distributions=dict.fromkeys(lines, services),
        routing={line.id: routes(line, place, stations, nodes) for place, line in enumerate(scenario.lines)},
        number_of_servers=[*(schedule(scenario, line) for line in lines), *(s.servers[0] for s in scenario.stations)],
        queue_capacities=[inf] * len(lines) + [s.lot - s.servers[0] if s.lot else inf for s in scenario.stations],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(scenario.length)
    count, waited, blocked = [0] * nodes, [0.0] * nodes, 0.0
    for record in simulation.get_all_records(only=["service"]):
        node = record.node - 1
        count[node] += 1
        waited[node] += record.waiting_time
        if node < len(lines):
            blocked += record.time_blocked
    arrived = [0] * len(lines)
    for node in simulation.transitive_nodes:
        for individual in node.all_individuals:  # those still there: in service or blocked they have begun
            if individual.service_start_date is not False and individual.service_start_date != inf:
                count[node.id_number - 1] += 1
                waited[node.id_number - 1] += individual.service_start_date - individual.arrival_date
    for place in range(len(lines)):
        arrived[place] = count[place] + sum(
            individual.service_start_date is False for individual in simulation.nodes[place + 1].all_individuals
        )
    split = len(lines)
    return Day(arrived, count[:split], waited[:split], count[split:], waited[split:], blocked)
