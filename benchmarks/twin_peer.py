"""What the peers of the twin share: what a played day gives, which scenarios they know, and how they draw.

Each peer is a straightforward model in its own idiom of the rules in docs/en/explanation/twin.md, for scenarios
without policies, choices, limited approaches, stacked booths and patience: one queue per line, booths that finish the
traveller they have when their shift ends, stations with finite lots that block. They draw with their own generators,
so they agree with Ambos in the mean and not traveller by traveller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from ambos.model.crossing import Booth, Law, Line, Scenario, Stream

#: Minutes of a wait's bin, and how many there are, as in `ambos.crossing.kernel.totals`.
BIN, BINS = 0.25, 2400
QUARTER = 15.0


@dataclass(frozen=True, slots=True)
class Day:
    """Sums of one day: by line of primary, by station, and the booths' blocked minutes."""

    arrived: list[int]
    started: list[int]
    waited: list[float]
    entered: list[int]
    station_waited: list[float]
    blocked: float


class Waits:
    """What Ambos keeps of the waits at a place: number, sum, how many over 30 and 60 minutes, and a histogram."""

    def __init__(self) -> None:
        self.n, self.sum, self.over_30, self.over_60 = 0, 0.0, 0, 0
        self.histogram = [0] * BINS

    def add(self, wait: float) -> None:
        self.n += 1
        self.sum += wait
        if wait > 30.0:
            self.over_30 += 1
            if wait > 60.0:
                self.over_60 += 1
        self.histogram[min(int(wait / BIN), BINS - 1)] += 1


class Statistics:
    """The statistics that Ambos gives of a day: waits by line and hour of arrival, at stations and of the whole crossing,
    queues by quarter-hour (mean and peak), minutes in service and blocked."""

    def __init__(self, scenario: Scenario) -> None:
        lines, stations = range(len(scenario.lines)), range(len(scenario.stations))
        hours = range(int(scenario.length // 60) + 1)
        self.by_hour = [[Waits() for _ in hours] for _ in lines]
        self.by_station = [[Waits() for _ in stations] for _ in lines]
        self.crossing = [Waits() for _ in lines]
        self.standing, self.area, self.peak = [0] * len(lines), [0.0] * len(lines), [0] * len(lines)
        self.since = [0.0] * len(lines)
        self.quarters: list[list[tuple[float, int]]] = [[] for _ in lines]
        self.busy, self.blocked = [0.0] * len(lines), [0.0] * len(lines)
        self.station_busy = [0.0] * len(stations)

    def stands(self, line: int, now: float, change: int) -> None:
        """One more or less stands in line."""
        self.area[line] += self.standing[line] * (now - self.since[line])
        self.since[line] = now
        self.standing[line] += change
        self.peak[line] = max(self.peak[line], self.standing[line])

    def quarter(self, now: float) -> None:
        """A quarter-hour is over."""
        for line in range(len(self.area)):
            self.stands(line, now, 0)
            self.quarters[line].append((self.area[line] / QUARTER, self.peak[line]))
            self.area[line], self.peak[line] = 0.0, self.standing[line]


def known(scenario: Scenario) -> None:
    """Raise ValueError for a scenario that the peers do not play."""
    refused = (
        scenario.policies
        or scenario.discipline != "one_line"
        or scenario.shift_end != "finish"
        or scenario.officer_cv2
        or any(booth.behind for booth in scenario.booths)
        or any(line.approach_m or line.opens != line.closes for line in scenario.lines)
        or any(len(station.servers) != 1 for station in scenario.stations)
        or any(
            len(s.options) != 1 or s.patience or s.arrivals.batch != (1.0,) or s.arrivals.initial or s.arrivals.times
            for s in scenario.streams
        )
    )
    if refused:
        raise ValueError(f"{scenario.name.en}: not a scenario that the peers play")


def draw(law: Law, random: Random) -> Callable[[], float]:
    """A function that draws minutes of service."""
    if law.name == "exponential":
        rate, expovariate = 1 / law.mean, random.expovariate
        return lambda: expovariate(rate)
    if law.name == "deterministic":
        return lambda: law.mean
    if law.name in ("erlang", "gamma"):
        shape = law.phases if law.name == "erlang" else 1 / law.cv2
        return lambda: random.gammavariate(shape, law.mean / shape)
    raise ValueError(law.name)


def arrivals(stream: Stream, length: float, random: Random) -> Iterator[float]:
    """Times of a Poisson process whose rate changes by steps: exponential gaps in operational time."""
    rates = [rate / 60 for rate in stream.arrivals.rates]
    step = length / len(rates)
    time, wanted = 0.0, random.expovariate(1.0)
    for place, rate in enumerate(rates):
        end = (place + 1) * step
        while wanted < rate * (end - time):
            time += wanted / rate
            yield time
            wanted = random.expovariate(1.0)
        wanted -= rate * (end - time)
        time = end


def stops(line: Line, stations: dict[str, int], random: Random) -> Callable[[], list[int]]:
    """A function that draws the stations a traveller passes after primary."""
    referrals = [(stations[r.station], r.random + r.risk) for r in line.referrals]
    after = [(stations[r.station], r.random + r.risk) for r in line.after]
    uniform = random.random

    def drawn() -> list[int]:
        passed = []
        if referrals:
            left = uniform()
            for station, chance in referrals:
                left -= chance
                if left < 0:
                    passed.append(station)
                    break
        for station, chance in after:
            if uniform() < chance:
                passed.append(station)
        return passed

    return drawn


def serving(booth: Booth, time: float, lines: dict[str, int]) -> list[int]:
    """The lines that a booth serves at a time, most preferred first."""
    for shift in booth.shifts:
        if shift.start <= time < shift.end:
            return [lines[line] for line in shift.lines]
    return []


def changes(scenario: Scenario) -> list[float]:
    """When the list of some booth changes."""
    times = {time for booth in scenario.booths for shift in booth.shifts for time in (shift.start, shift.end)}
    return sorted(time for time in times if 0 < time < scenario.length)


def preferred(scenario: Scenario, lists: list[list[int]]) -> list[list[int]]:
    """For each line the booths that list it: where it ranks first, then in their order."""
    return [
        [b for _, b in sorted((served.index(line), b) for b, served in enumerate(lists) if line in served)]
        for line in range(len(scenario.lines))
    ]
