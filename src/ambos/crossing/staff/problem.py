"""A crossing's day as the numbers that a plan is made of: arrivals, rates, limits and costs by quarter-hour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ambos.crossing import lanes
from ambos.crossing.costs import persons_of, value_of
from ambos.model.costs import Rates
from ambos.model.crossing import Law, Line, Referral, Scenario
from ambos.model.staff import Floors, LineFloor, Roster, StaffRules, Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Quarter-hours of a day, and in an hour.
QUARTERS, PER_HOUR = 96, 4
#: Hours of delay with which one who is still in line at the end of the day is counted on top.
END_HOURS = 1.0
#: Days drawn over which a plan's cost is averaged, and their seed: others than any that a plan is verified with.
DAYS, SEED = 8, 2**61 + 3
#: Minutes over which a queue at its capacity may spread before the next change of lanes.
_SPREAD = 60.0


@dataclass(frozen=True, slots=True)
class Class:
    """A line to be staffed. Q quarter-hours, S samples of demand."""

    id: str
    mode: str
    arrivals: Floats  #: (S, Q) travellers.
    initial: Floats  #: (S,) in line at midnight.
    rate: Floats  #: (S,) travellers that a lane takes in a quarter-hour.
    cv2: float  #: Squared coefficient of variation of the service.
    cost: float  #: US dollars per hour of delay of a traveller.
    least: Ints  #: (Q,) fewest lanes; 0 while it is closed.
    most: Ints  #: (Q,) most lanes; 0 while it is closed.


@dataclass(frozen=True, slots=True)
class Post:
    """A station that officers staff."""

    id: str
    officers: int  #: At each server.
    minutes: float  #: Mean service.
    utilisation: float  #: Largest share of the servers' time that may be filled.
    shares: Mapping[str, float]  #: Share of a line's travellers sent there.
    cost: float  #: US dollars per hour of delay of a traveller.
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What a plan decides over, and its limits."""

    classes: tuple[Class, ...]
    built: Mapping[str, int]  #: Lanes by mode.
    posts: tuple[Post, ...]
    #: None: no shifts, officers work the quarter-hours in which they are wanted, and an hour costs `officer_cost`.
    roster: Roster | None
    officer_cost: float  #: US dollars per paid hour.
    changes: int  #: Lanes opened and closed in an hour.
    #: Most lane-hours by mode in each of so many equal parts of the day (one: of the whole day); None for no limit.
    lane_hours: Mapping[str, tuple[float, ...]] | None = None
    paid_hours: float | None = None  #: Most paid officer-hours of the day; None for no limit.
    target: Target | None = None

    def of(self, line: str) -> Class:
        """The class of that id."""
        return next(c for c in self.classes if c.id == line)


def mean_service(law: Law) -> float:
    """Mean minutes of a service, no shorter than the law's minimum."""
    if law.name == "empirical":
        return float(np.maximum(law.sample, law.minimum).mean())
    if law.minimum <= 0.0 or law.name == "deterministic":
        return max(law.mean, law.minimum)
    from scipy import stats  # takes long to load

    middles = (np.arange(4000) + 0.5) / 4000
    if law.name == "lognormal":
        sigma = math.sqrt(math.log1p(law.cv2))
        drawn = law.mean * np.exp(sigma * stats.norm.ppf(middles) - sigma**2 / 2)
    else:
        shape = {"exponential": 1.0, "erlang": float(law.phases), "gamma": 1.0 / law.cv2 if law.cv2 else 0.0}[law.name]
        drawn = stats.gamma.ppf(middles, shape) * law.mean / shape if shape else np.full(4000, law.mean)
    return float(np.maximum(drawn, law.minimum).mean())


def spread_of(law: Law) -> float:
    """Squared coefficient of variation of a law, before its minimum."""
    if law.name == "empirical":
        return float(np.var(law.sample) / np.mean(law.sample) ** 2)
    return {"deterministic": 0.0, "exponential": 1.0, "erlang": 1.0 / law.phases}.get(law.name, law.cv2)


def with_floors(scenario: Scenario, floors: Floors) -> Scenario:
    """Raise services and referrals to the security floors."""
    made = []
    for line in scenario.lines:
        floor = floors.lines.get(line.id, LineFloor())
        service = replace(line.service, minimum=max(line.service.minimum, floor.inspection))
        referrals = tuple(_raised(r, floor) if i == 0 else r for i, r in enumerate(line.referrals))
        made.append(replace(line, service=service, referrals=referrals))
    return replace(scenario, lines=tuple(made))


def _raised(referral: Referral, floor: LineFloor) -> Referral:
    random = max(referral.random, floor.random)
    return replace(referral, random=random, risk=max(referral.risk, floor.referral - random))


def lanes_of(scenario: Scenario) -> dict[str, Ints]:
    """Lanes open by line and quarter-hour."""
    plans = [lanes.by_quarter(booth.shifts, scenario.length) for booth in scenario.booths]
    return {
        line.id: np.array([sum(line.id in plan[q] for plan in plans) for q in range(QUARTERS)], np.int64)
        for line in scenario.lines
    }


@dataclass(frozen=True, slots=True)
class Drawn:
    """Days drawn of a line: S of them."""

    arrivals: Floats  #: (S, Q) travellers.
    initial: Floats  #: (S,) in line at midnight.
    services: Floats  #: (S,) factor of the mean service.


def drawn_days(scenario: Scenario, days: int, seed: int, unknown: tuple[int, int] | None = None) -> dict[str, Drawn]:
    """Draw the days that the first replications of a run with this seed play, by line; of a stream that it has to itself.

    Parameters
    ----------
    scenario : Scenario
    days : int
        Of a scenario in which nothing is drawn by replication there is one.
    seed : int
    unknown : tuple of two int, optional
        As of `ambos.crossing.simulate.run`; this seed and number of days if not given.
    """
    from ambos.crossing.kernel.vary import Days, is_varied  # Numba takes long to load

    count = days if is_varied(scenario) else 1
    drawn = Days(scenario, seed, unknown or (seed, count))
    came = {line.id: np.zeros((count, QUARTERS)) for line in scenario.lines}
    initial = {line.id: np.zeros(count) for line in scenario.lines}
    services = np.array([drawn.services(day) for day in range(count)])
    for day in range(count):
        for s, (stream, rates) in enumerate(zip(scenario.streams, drawn.rates(day, services[day]), strict=True)):
            if len(stream.options) != 1:
                continue
            line = stream.options[0].line
            steps = np.asarray(stream.arrivals.rates) if rates is None else rates
            if len(steps):
                came[line][day] += np.repeat(steps, QUARTERS // len(steps)) / PER_HOUR
            if stream.arrivals.times:
                came[line][day] += np.histogram(stream.arrivals.times, QUARTERS, (0.0, scenario.length))[0]
            initial[line][day] += drawn.initial(day, s)
    return {line.id: Drawn(came[line.id], initial[line.id], services[:, at]) for at, line in enumerate(scenario.lines)}


def built_of(scenario: Scenario) -> dict[str, int]:
    """Lanes that exist by mode: the booths of each group."""
    modes = {line.id.rpartition(".")[0]: line.mode for line in scenario.lines}
    counted = dict.fromkeys(modes.values(), 0)
    for booth in scenario.booths:
        mode = modes.get(booth.id.rpartition(".")[0])
        if mode:
            counted[mode] += 1
    return {str(mode): count for mode, count in counted.items()}


def hour_cost(line: Line, rates: Rates, convention: str) -> float:
    """US dollars of an hour of delay of a traveller, by a convention where the line's mode has it, else by its first."""
    values = sorted(value_of(line, rates), key=lambda v: v.convention != convention)
    for value in values:
        persons = persons_of(line, value, rates)
        if persons is not None:
            return float((value.low + value.high) / 2 * persons)
    return 0.0


def problem_of(
    scenario: Scenario,
    rules: StaffRules,
    rates: Rates,
    floors: Floors,
    roster: Roster | None,
    days: Mapping[str, Drawn] | None = None,
) -> Problem:
    """Make the problem of a crossing's day.

    Parameters
    ----------
    scenario : Scenario
        With the floors applied (`with_floors`); each stream has one line.
    rules : StaffRules
    rates : Rates
        Of delay.
    floors : Floors
    roster : Roster or None
    days : mapping of line id to Drawn, optional
        Over which the cost is averaged; `DAYS` of them are drawn if not given.
    """
    days = days or drawn_days(scenario, DAYS, SEED)
    now = lanes_of(scenario)
    built = built_of(scenario)
    classes = []
    for line in scenario.lines:
        floor = floors.lines.get(line.id, LineFloor())
        drawn = days[line.id]
        is_open = now[line.id] > 0
        asked = np.array(lanes.quarters(floor.lanes)) if floor.lanes else np.ones(QUARTERS, np.int64)
        classes.append(
            Class(
                id=line.id,
                mode=line.mode,
                arrivals=drawn.arrivals,
                initial=drawn.initial,
                rate=lanes.QUARTER / (mean_service(line.service) * drawn.services),
                cv2=spread_of(line.service),
                cost=hour_cost(line, rates, rules.convention),
                least=np.where(is_open, asked, 0),
                most=np.where(is_open, built[line.mode], 0),
            )
        )
    return Problem(
        classes=tuple(classes),
        built=built,
        posts=tuple(_posts(scenario, rules, floors, {c.id: c.cost for c in classes})),
        roster=roster,
        officer_cost=roster.cost if roster else float(rules.officer.usd_per_hour),
        changes=floors.changes_per_hour or rules.changes_per_hour,
    )


def with_days(problem: Problem, scenario: Scenario, days: Mapping[str, Drawn]) -> Problem:
    """The same problem over other days."""
    classes = []
    for cls, line in zip(problem.classes, scenario.lines, strict=True):
        drawn = days[cls.id]
        rate = lanes.QUARTER / (mean_service(line.service) * drawn.services)
        classes.append(replace(cls, arrivals=drawn.arrivals, initial=drawn.initial, rate=rate))
    return replace(problem, classes=tuple(classes))


def with_work(problem: Problem, seed: int) -> Problem:
    """The same problem with the work of each quarter-hour drawn, in mean services: chance of arrivals and of services."""
    made = np.random.Generator(np.random.PCG64(seed))
    classes = []
    for cls in problem.classes:
        came = made.poisson(cls.arrivals).astype(np.float64)
        if cls.cv2 > 0:  # a sum of gamma services is gamma
            came = np.where(came > 0, made.gamma(np.maximum(came, 1.0) / cls.cv2, cls.cv2), 0.0)
        classes.append(replace(cls, arrivals=came))
    return replace(problem, classes=tuple(classes))


def _posts(scenario: Scenario, rules: StaffRules, floors: Floors, costs: Mapping[str, float]) -> list[Post]:
    made = []
    by_kind = {rule.kind: rule for rule in rules.posts}
    for station in scenario.stations:
        rule = by_kind.get(station.id.rpartition(".")[2])
        if rule is None:
            continue
        shares = {
            line.id: sum(r.random + r.risk for r in (*line.referrals, *line.after) if r.station == station.id)
            for line in scenario.lines
        }
        sent = {id: share for id, share in shares.items() if share}
        if not sent:
            continue
        least = max(1, floors.posts.get(station.id, 0))
        made.append(
            Post(
                station.id,
                rule.officers,
                mean_service(station.service),
                rule.utilisation,
                sent,
                sum(costs[id] * share for id, share in sent.items()) / sum(sent.values()),
                least,
                max(station.servers),
            )
        )
    return made


def chance_queue(arrivals: float, rate: float, cv2: float, count: int) -> float:
    """Mean number in line that chance alone makes, beyond the fluid queue.

    Sakasegawa's approximation of the M/G/c queue, at most what chance builds up within an hour at capacity.

    Parameters
    ----------
    arrivals : float
        Travellers in a quarter-hour.
    rate : float
        Travellers that a lane takes in a quarter-hour.
    cv2 : float
    count : int
        Lanes.
    """
    if arrivals <= 0.0:
        return 0.0
    most = math.sqrt(2.0 / math.pi * arrivals * (1.0 + cv2) * _SPREAD / lanes.QUARTER)
    if count == 0:
        return most
    load = arrivals / (rate * count)
    if load >= 1.0:
        return most
    queue = (1.0 + cv2) / 2.0 * load ** math.sqrt(2.0 * (count + 1)) / (1.0 - load)
    return float(min(queue, most))


def chance_queues(arrivals: float, rate: float, cv2: float, most: int) -> Floats:
    """`chance_queue` for 0 to `most` lanes, made convex from below."""
    values = np.array([chance_queue(arrivals, rate, cv2, n) for n in range(most + 1)])
    hull = [0]
    for n in range(1, most + 1):
        while len(hull) > 1 and _turns_up(values, hull[-2], hull[-1], n):
            hull.pop()
        hull.append(n)
    made: Floats = np.interp(np.arange(most + 1), hull, values[hull])
    return made


def _turns_up(values: Floats, a: int, b: int, c: int) -> bool:
    """Return True if the middle of three points lies on or above the chord of the outer two."""
    return bool((values[b] - values[a]) * (c - a) >= (values[c] - values[a]) * (b - a))


def fluid(cls: Class, count: Sequence[int] | Ints) -> Floats:
    """Queue of the fluid model at the ends of the quarter-hours, (S, Q + 1)."""
    queue = np.zeros((len(cls.arrivals), QUARTERS + 1))
    queue[:, 0] = cls.initial
    for t in range(QUARTERS):
        queue[:, t + 1] = np.maximum(0.0, queue[:, t] + cls.arrivals[:, t] - cls.rate * count[t])
    return queue
