"""The twin once more, slow and obvious, written from docs/en/explanation/twin.md alone: what the kernel must agree with.

One list of whatever may happen next, of which the first is done, until the day is over. No heap, no arrays, no care for speed.
Of the package only the draws are used, since both sides must see the same travellers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ambos.crossing.kernel import draws
from ambos.crossing.kernel.totals import QUARTER, Trace
from ambos.model.crossing import Law, MoveLanes, OpenLanes, Referral, Scenario

NAN = math.nan
FATES = ("served", "balked", "reneged", "turned_away", "left")
MIDNIGHT = 1440.0


@dataclass
class Visit:
    """A traveller at a station: waiting, in service, or done and blocked."""

    traveller: Traveller
    station: int
    purpose: int
    entered: float
    state: str = "waiting"
    started: float = NAN
    until: float = math.inf
    done: float = NAN
    left: float = NAN


@dataclass(eq=False)
class Traveller:
    stream: int
    number: int
    arrived: float
    initial: bool
    loses_patience: float = math.inf
    line: int = -1
    diverted_from: int = -1
    standing_since: float | None = None
    wait: float = 0.0
    started: float = NAN
    done: float = NAN
    left_booth: float = NAN
    exited: float = NAN
    booth: int = -1
    work_left: float | None = None  # of a pre-empted service: minutes at pace 1
    stops: list[tuple[int, int]] = field(default_factory=list)  # station and purpose, those still to come
    visits: list[Visit] = field(default_factory=list)
    fate: str = "left"


@dataclass
class BoothNow:
    lists: list[int] = field(default_factory=list)
    queue: list[Traveller] = field(default_factory=list)  # with shortest_line
    traveller: Traveller | None = None
    state: str = "empty"  # service, held (rear of a pair), blocked
    until: float = math.inf
    pace: float = 1.0
    opened_by: int | None = None  # policies, by their place
    moved_by: int | None = None


@dataclass(frozen=True)
class Moment:
    """What stood still between two events; for the sums over time."""

    start: float
    end: float
    queue: tuple[int, ...]
    lanes: tuple[int, ...]
    booths: tuple[tuple[bool, str], ...]  # open?, state
    busy: tuple[int, ...]
    blocking: tuple[bool, ...]


def officer_pace(seed: int, replication: int, booth: int, cv2: float) -> float:
    """The day's effect of a booth's officer: gamma with mean 1; 1 without variation."""
    if cv2 == 0.0:
        return 1.0
    key = draws.stream_key(seed, replication, draws.OFFICERS)
    return float(draws.gamma_draw(key, booth, draws.OFFICER, 1.0 / cv2)) * cv2


class Day:
    """Play a scenario to its end. Afterwards `travellers` are in the order of arrival and `moments` cover the day."""

    def __init__(self, scenario: Scenario, seed: int = 0, replication: int = 0) -> None:
        self.scenario, self.seed, self.replication = scenario, seed, replication
        self.now = 0.0
        self.lines = {line.id: n for n, line in enumerate(scenario.lines)}
        self.stations = {station.id: n for n, station in enumerate(scenario.stations)}
        names = {booth.id: n for n, booth in enumerate(scenario.booths)}
        self.front = [names[b.behind] if b.behind else None for b in scenario.booths]
        self.rear: list[int | None] = [None] * len(scenario.booths)
        for rear, front in enumerate(self.front):
            if front is not None:
                self.rear[front] = rear
        self.queues: list[list[Traveller]] = [[] for _ in scenario.lines]
        self.booths = [BoothNow() for _ in scenario.booths]
        for n, booth in enumerate(scenario.booths):
            self.booths[n].pace = booth.speed * officer_pace(seed, replication, n, scenario.officer_cv2)
        self.servers = [0] * len(scenario.stations)
        self.lots: list[list[Visit]] = [[] for _ in scenario.stations]
        self.blocked: list[list[Traveller]] = [[] for _ in scenario.stations]  # for a place there, the longest first
        self.coming = sorted(self.all_travellers(), key=lambda x: (x.arrived, not x.initial, x.stream, x.number))
        self.travellers: list[Traveller] = []
        self.moments: list[Moment] = []
        self.next_tick = 0.0
        self.shortest = scenario.discipline == "shortest_line"
        self.play()

    # -- travellers and their draws ---------------------------------------------------------------------------
    def uniform(self, x: Traveller, purpose: int) -> float:
        return float(draws.uniform(self.seed, self.replication, x.stream, x.number, purpose))

    def service(self, x: Traveller, purpose: int, law: Law) -> float:
        key = draws.stream_key(self.seed, self.replication, x.stream)
        return float(draws.draw_law(key, x.number, purpose, *draws.law_numbers(law), np.array(law.sample, dtype=float)))

    def all_travellers(self) -> list[Traveller]:
        result = []
        for s, stream in enumerate(self.scenario.streams):
            times = [(0.0, True)] * stream.arrivals.initial
            times += [(t, False) for t in stream.arrivals.times]
            times += [(t, False) for t in self.times_of_rates(s)]
            for number, (time, initial) in enumerate(times):
                x = Traveller(s, number, time, initial)
                if stream.patience > 0:
                    x.loses_patience = time + draws.exponential(self.uniform(x, draws.PATIENCE)) * stream.patience
                result.append(x)
        return result

    def times_of_rates(self, stream: int) -> list[float]:
        arrivals = self.scenario.streams[stream].arrivals
        if not arrivals.rates:
            return []
        mean_batch = sum((n + 1) * chance for n, chance in enumerate(arrivals.batch))
        width = self.scenario.length / len(arrivals.rates)
        times: list[float] = []
        reached, batch = 0.0, 0  # the sum of the exponential draws
        while True:
            reached += draws.exponential(draws.uniform(self.seed, self.replication, stream, batch, draws.ARRIVAL))
            before = 0.0
            for step, rate in enumerate(arrivals.rates):
                per_minute = rate / 60 / mean_batch
                if before + per_minute * width >= reached:
                    time = step * width + (reached - before) * (1 / per_minute)
                    break
                before += per_minute * width
            else:
                return times
            size = draws.uniform(self.seed, self.replication, stream, batch, draws.BATCH)
            cumulative = np.cumsum(arrivals.batch)
            times += [time] * next((n + 1 for n, c in enumerate(cumulative) if c >= size), len(cumulative))
            batch += 1

    # -- the day ----------------------------------------------------------------------------------------------
    def play(self) -> None:
        while True:
            time, *_, what, who = min(self.due(), key=lambda event: event[:4])
            self.remember(min(time, self.scenario.length))
            if time >= self.scenario.length:
                break
            self.now = time
            what(who)
            self.settle()
        for x in self.travellers:
            if x.standing_since is not None:
                x.wait += self.scenario.length - x.standing_since

    def due(self) -> list[tuple[Any, ...]]:
        """Whatever may happen next: (time, kind, first, second, what, to whom)."""
        events: list[tuple[Any, ...]] = [(math.inf, 9, 0, 0, None, None), (self.next_tick, 3, 0, 0, self.tick, None)]
        for station, lot in enumerate(self.lots):
            events += [(v.until, 0, station, n, self.done_at_station, v) for n, v in enumerate(lot)]
        events += [(b.until, 1, n, 0, self.done_at_booth, n) for n, b in enumerate(self.booths)]
        for queue in self.queues + [b.queue for b in self.booths]:
            events += [
                (x.loses_patience, 2, x.stream, x.number, self.lose_patience, x) for x in queue if math.isnan(x.started)
            ]
        if self.coming:  # they are in order, so the first is the next
            events.append((self.coming[0].arrived, 4, 0, 0, self.arrive, self.coming[0]))
        return events

    def remember(self, until: float) -> None:
        if until <= self.now:
            return
        self.moments.append(
            Moment(
                self.now,
                until,
                tuple(self.waiting(n) for n in range(len(self.queues))),
                tuple(sum(n in b.lists for b in self.booths) for n in range(len(self.queues))),
                tuple((bool(b.lists or b.queue or b.traveller), b.state) for b in self.booths),
                tuple(sum(v.state == "service" for v in lot) for lot in self.lots),
                tuple(bool(blocked) for blocked in self.blocked),
            )
        )

    def settle(self) -> None:
        """Everybody who can move on does so, until nobody can."""
        while any(
            step() for step in (self.unblock, self.start_at_stations, self.release_rear, self.unspill, self.take_one)
        ):
            pass

    # -- arriving ---------------------------------------------------------------------------------------------
    def arrive(self, x: Traveller) -> None:
        self.coming.remove(x)
        self.travellers.append(x)
        stream = self.scenario.streams[x.stream]
        options = [(self.lines[option.line], option.utility) for option in stream.options]
        open_ones = [option for option in options if self.takes_travellers(option[0])]
        if not open_ones:
            x.line, x.fate = options[0][0], "turned_away"
            return
        x.line = self.choose(x, open_ones)
        if self.no_room(x.line):
            line = self.scenario.lines[x.line]
            if line.when_full == "divert":
                others = [option for option in open_ones if option[0] != x.line and not self.no_room(option[0])]
                if others:
                    x.diverted_from, x.line = x.line, self.choose(x, others)
                    self.join(x)
                    return
            elif line.when_full == "spill" and not self.full(self.lines[line.behind]):
                x.standing_since = self.now
                self.queues[self.lines[line.behind]].append(x)
                return
            x.fate = "balked"
            return
        self.join(x)

    def takes_travellers(self, line: int) -> bool:
        opens, closes = self.scenario.lines[line].opens, self.scenario.lines[line].closes
        clock = self.now % MIDNIGHT
        if opens == closes:
            return True
        return opens <= clock < closes if opens < closes else clock >= opens or clock < closes

    def choose(self, x: Traveller, options: list[tuple[int, float]]) -> int:
        if len(options) == 1:
            return options[0][0]
        served = [option for option in options if math.isfinite(self.expected_wait(option[0]))]
        weight = self.scenario.streams[x.stream].wait_weight if served else 0.0
        options = served or options
        values = [u + (weight * self.expected_wait(line) if served else 0.0) for line, u in options]
        weights = [math.exp(value - max(values)) for value in values]
        draw, cumulative = self.uniform(x, draws.CHOICE), 0.0
        for (line, _), share in zip(options, weights, strict=True):
            cumulative += share / sum(weights)
            if cumulative >= draw:
                return line
        return options[-1][0]

    def expected_wait(self, line: int) -> float:
        capacity = sum(1 / len(b.lists) for b in self.booths if line in b.lists)
        if not capacity:
            return math.inf
        law = self.scenario.lines[line].service
        mean = sum(law.sample) / len(law.sample) if law.name == "empirical" else law.mean
        return self.waiting(line) * max(mean, law.minimum) / capacity

    def waiting(self, line: int) -> int:
        return len(self.queues[line]) + sum(x.line == line for b in self.booths for x in b.queue)

    def full(self, line: int) -> bool:
        spec = self.scenario.lines[line]
        return spec.approach_m > 0 and self.waiting(line) >= math.floor(spec.approach_m / spec.spacing_m)

    def no_room(self, line: int) -> bool:
        return self.full(line) and self.free_booth(line) is None

    def free_booth(self, line: int) -> int | None:
        """The booth in which an arrival would start at once."""
        if self.shortest:
            booth = self.shortest_queue(line)
            return booth if booth is not None and self.available(booth) and not self.booths[booth].queue else None
        if self.queues[line]:
            return None
        free = [n for n, b in enumerate(self.booths) if line in b.lists and self.available(n)]
        return min(free, key=lambda n: (self.booths[n].lists.index(line), n), default=None)

    def shortest_queue(self, line: int) -> int | None:
        listing = [n for n, b in enumerate(self.booths) if line in b.lists]
        return min(
            listing, key=lambda n: (len(self.booths[n].queue) + (self.booths[n].traveller is not None), n), default=None
        )

    def join(self, x: Traveller) -> None:
        x.standing_since = self.now
        booth = self.free_booth(x.line)
        if booth is not None:
            self.start(booth, x)
        else:
            self.stand(x)

    def stand(self, x: Traveller, head: bool = False) -> None:
        booth = self.shortest_queue(x.line) if self.shortest else None
        queue = self.queues[x.line] if booth is None else self.booths[booth].queue
        queue.insert(0 if head else len(queue), x)

    def unspill(self) -> bool:
        for line, queue in enumerate(self.queues):
            if queue and queue[0].line != line and not self.full(queue[0].line):
                x = queue.pop(0)
                self.queues[x.line].append(x)
                return True
        return False

    def lose_patience(self, x: Traveller) -> None:
        for queue in self.queues + [b.queue for b in self.booths]:
            if x in queue:
                queue.remove(x)
        self.stop_standing(x)
        x.fate = "reneged"

    def stop_standing(self, x: Traveller) -> None:
        assert x.standing_since is not None
        x.wait += self.now - x.standing_since
        x.standing_since = None

    # -- booths -----------------------------------------------------------------------------------------------
    def available(self, booth: int) -> bool:
        """Open (or with a queue to drain), empty, and as a part of a stacked pair not in anybody's way."""
        b, front, rear = self.booths[booth], self.front[booth], self.rear[booth]
        if b.traveller is not None or not (b.lists or b.queue):
            return False
        if rear is not None and self.booths[rear].traveller is not None:
            return False
        return front is None or self.booths[front].traveller is not None or not self.booths[front].lists

    def take_one(self) -> bool:
        if self.now == self.next_tick:  # nobody starts before the tick of the same instant
            return False
        for booth, b in enumerate(self.booths):
            if not self.available(booth):
                continue
            if self.shortest:
                if b.queue:
                    self.start(booth, b.queue.pop(0))
                    return True
                continue
            for line in b.lists:
                if self.queues[line] and self.queues[line][0].line == line:
                    self.start(booth, self.queues[line].pop(0))
                    return True
        return False

    def start(self, booth: int, x: Traveller) -> None:
        b = self.booths[booth]
        self.stop_standing(x)
        x.started, x.booth = self.now, booth
        if x.work_left is not None:
            minutes = x.work_left / b.pace
        else:
            law = self.scenario.lines[x.line].service
            minutes = max(law.minimum, self.service(x, draws.PRIMARY, law) / b.pace)
        b.traveller, b.state, b.until = x, "service", self.now + minutes

    def done_at_booth(self, booth: int) -> None:
        b = self.booths[booth]
        assert b.traveller is not None
        x = b.traveller
        x.done, b.until, b.state = self.now, math.inf, "held"
        line = self.scenario.lines[x.line]
        draw, cumulative = self.uniform(x, draws.REFERRAL), 0.0
        for referral in line.referrals:
            cumulative += chance(referral)
            if cumulative >= draw:
                x.stops.append((self.stations[referral.station], draws.STOP))
                break
        for k, referral in enumerate(line.after):
            if chance(referral) >= self.uniform(x, draws.AFTER + k):
                x.stops.append((self.stations[referral.station], draws.STOP + 1 + k))
        front = self.front[booth]
        if front is None or self.booths[front].traveller is None:
            self.leave_booth(booth)

    def release_rear(self) -> bool:
        for booth, b in enumerate(self.booths):
            front = self.front[booth]
            if b.state == "held" and front is not None and self.booths[front].traveller is None:
                self.leave_booth(booth)
                return True
        return False

    def leave_booth(self, booth: int) -> None:
        b = self.booths[booth]
        assert b.traveller is not None
        if self.move_on(b.traveller):
            b.traveller.left_booth = self.now
            b.traveller, b.state = None, "empty"
        else:
            b.state = "blocked"

    # -- stations ---------------------------------------------------------------------------------------------
    def has_place(self, station: int) -> bool:
        lot = self.scenario.stations[station].lot
        return lot == 0 or len(self.lots[station]) < lot

    def move_on(self, x: Traveller) -> bool:
        """To the next stop or out of the port; if there is no place, join those who are blocked and say no."""
        if not x.stops:
            x.exited, x.fate = self.now, "served"
            return True
        station, purpose = x.stops[0]
        if not self.has_place(station):
            self.blocked[station].append(x)
            return False
        x.stops.pop(0)
        visit = Visit(x, station, purpose, self.now)
        x.visits.append(visit)
        self.lots[station].append(visit)
        return True

    def unblock(self) -> bool:
        for station, blocked in enumerate(self.blocked):
            if blocked and self.has_place(station):
                x = blocked.pop(0)
                if x.visits:
                    self.leave_station(x.visits[-1])
                else:
                    self.leave_booth(x.booth)
                return True
        return False

    def start_at_stations(self) -> bool:
        if self.now == self.next_tick:
            return False
        for station, lot in enumerate(self.lots):
            free = self.servers[station] - sum(v.state != "waiting" for v in lot)
            waiting = [v for v in lot if v.state == "waiting"]
            if free > 0 and waiting:
                visit, law = waiting[0], self.scenario.stations[station].service
                minutes = max(law.minimum, self.service(visit.traveller, visit.purpose, law))
                visit.state, visit.started, visit.until = "service", self.now, self.now + minutes
                return True
        return False

    def done_at_station(self, visit: Visit) -> None:
        visit.done, visit.until, visit.state = self.now, math.inf, "blocked"
        self.leave_station(visit)

    def leave_station(self, visit: Visit) -> None:
        if self.move_on(visit.traveller):
            visit.left = self.now
            self.lots[visit.station].remove(visit)

    # -- ticks ------------------------------------------------------------------------------------------------
    def tick(self, _: None) -> None:
        self.next_tick += QUARTER
        self.servers = [by_step(s.servers, self.now, self.scenario.length) for s in self.scenario.stations]
        before = [list(b.lists) for b in self.booths]
        for booth in range(len(self.booths)):
            self.set_list(booth)
        for place, policy in enumerate(self.scenario.policies):
            (self.open_lanes if isinstance(policy, OpenLanes) else self.move_lanes)(place, policy)
        if self.scenario.shift_end == "drain":
            closing = []
        else:
            closing = [n for n, b in enumerate(self.booths) if before[n] and not b.lists]
        back = []
        if self.scenario.shift_end == "preempt":
            for b in (self.booths[n] for n in closing):
                if b.state == "service":
                    assert b.traveller is not None
                    x = b.traveller
                    x.work_left, x.booth, x.standing_since = (b.until - self.now) * b.pace, -1, self.now
                    b.traveller, b.state, b.until = None, "empty", math.inf
                    back.append(x)
        displaced = [x for n in closing for x in self.booths[n].queue]
        for n in closing:
            self.booths[n].queue = []
        for x in sorted(back, key=self.travellers.index, reverse=True):
            self.stand(x, head=True)
        if self.shortest:
            for line, queue in enumerate(self.queues):
                if self.shortest_queue(line) is not None:
                    displaced += queue
                    self.queues[line] = []
            for x in displaced:
                self.stand(x)

    def shift_list(self, booth: int) -> list[int]:
        for shift in self.scenario.booths[booth].shifts:
            if shift.start <= self.now < shift.end:
                return [self.lines[line] for line in shift.lines]
        return []

    def set_list(self, booth: int) -> None:
        b, by_shift = self.booths[booth], self.shift_list(booth)
        if by_shift:
            b.opened_by = None
        if b.moved_by is not None:
            policy = self.scenario.policies[b.moved_by]
            assert isinstance(policy, MoveLanes)
            from_line, to_line = self.lines[policy.from_line], self.lines[policy.to_line]
            if from_line not in by_shift or to_line in by_shift:
                b.moved_by = None
            else:
                b.lists = [to_line if line == from_line else line for line in by_shift]
                return
        if by_shift:
            b.lists = by_shift
        elif b.opened_by is not None:
            policy = self.scenario.policies[b.opened_by]
            assert isinstance(policy, OpenLanes)
            b.lists = [self.lines[policy.line]]
        else:
            b.lists = []

    def policy_wait(self, line: int) -> float:
        return self.expected_wait(line) if self.waiting(line) else 0.0

    def open_lanes(self, place: int, policy: OpenLanes) -> None:
        wait = self.policy_wait(self.lines[policy.line])
        names = [booth.id for booth in self.scenario.booths]
        booths = [names.index(name) for name in policy.booths]
        if wait > policy.open_above:
            closed = [n for n in booths if not self.booths[n].lists]
            if closed and self.officer_free(self.scenario.booths[closed[0]].crossing):
                self.booths[closed[0]].opened_by = place
                self.set_list(closed[0])
        elif wait < policy.close_below:
            opened = [n for n in booths if self.booths[n].opened_by == place]
            if opened:
                self.booths[opened[-1]].opened_by = None
                self.set_list(opened[-1])

    def officer_free(self, crossing: str) -> bool:
        if not self.scenario.officers:
            return True
        at_work = sum(
            spec.crossing == crossing and bool(b.lists)
            for spec, b in zip(self.scenario.booths, self.booths, strict=True)
        )
        return at_work < by_step(self.scenario.officers, self.now, self.scenario.length)

    def move_lanes(self, place: int, policy: MoveLanes) -> None:
        from_line, to_line = self.lines[policy.from_line], self.lines[policy.to_line]
        from_wait, to_wait = self.policy_wait(from_line), self.policy_wait(to_line)
        if to_wait * policy.ratio > from_wait and from_wait < policy.limit:
            movable = [
                n
                for n, b in enumerate(self.booths)
                if self.shift_list(n) and b.moved_by is None and from_line in b.lists and to_line not in b.lists
            ]
            if movable and sum(from_line in b.lists for b in self.booths) > policy.keep:
                self.booths[movable[0]].moved_by = place
                self.set_list(movable[0])
        elif to_wait * policy.ratio < from_wait:
            moved = [n for n, b in enumerate(self.booths) if b.moved_by == place]
            if moved:
                self.booths[moved[-1]].moved_by = None
                self.set_list(moved[-1])


def chance(referral: Referral) -> float:
    return referral.random + referral.risk


def by_step(values: tuple[int, ...], time: float, length: float) -> int:
    """The value of the step in which `time` falls; the steps fill the day."""
    return values[min(math.floor(time * len(values) / length), len(values) - 1)]


def trace(scenario: Scenario, seed: int = 0, replication: int = 0) -> Trace:
    """Play the day and hand over every traveller."""
    return trace_of(Day(scenario, seed, replication))


def trace_of(day: Day) -> Trace:
    """What a played day says of its travellers."""
    people = day.travellers
    visits = [
        (place, v.station, v.entered, v.started, v.done, v.left) for place, x in enumerate(people) for v in x.visits
    ]

    def ints(name: str) -> Any:
        return np.array([getattr(x, name) for x in people], dtype=np.int64)

    def floats(name: str) -> Any:
        return np.array([getattr(x, name) for x in people], dtype=np.float64)

    return Trace(
        **{name: ints(name) for name in ("stream", "number", "line", "diverted_from", "booth")},
        **{name: floats(name) for name in ("arrived", "started", "done", "left_booth", "exited", "wait")},
        fate=np.array([FATES.index(x.fate) for x in people], dtype=np.int64),
        visits=np.array(visits, dtype=np.float64).reshape(len(visits), 6),
    )
