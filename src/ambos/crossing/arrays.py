"""A scenario as the plain arrays that the kernel works on."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ambos.crossing import draws
from ambos.crossing.totals import QUARTER
from ambos.model.crossing import Law, MoveLanes, OpenLanes, Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Records = Any  # arrays of the records below; their fields are known to Numba only

#: Room of a line without a limit.
ENDLESS = 2**31 - 1
SHIFT_ENDS = ("finish", "preempt", "drain")
DISCIPLINES = ("one_line", "shortest_line")
WHEN_FULL = ("balk", "divert", "spill")


def _record(floats: str, ints: str) -> np.dtype[np.void]:
    """A record of 8-byte numbers, the floats first."""
    return np.dtype([(n, np.float64) for n in floats.split()] + [(n, np.int64) for n in ints.split()])


_LAW = ("first second minimum ", "kind sample samples ")
_QUEUE = "head tail waiting "
FACTS = _record(
    "length officer_cv2",
    "discipline shift_end pairs spills policies tracing free used joined entries stations_due impatient blocked visits",
)
STREAM = _record(
    "wait_weight patience width s next",
    "key option options total rate steps chance chances time times initial step batch batch_left number",
)
OPTION = _record("utility", "line")
LINE = _record(
    _LAW[0] + "mean opens closes capacity last area",
    _LAW[1] + "referral referrals after afters room when_full behind standing peak lanes ranks stations",
)
REFERRAL = _record("chance", "station")
BOOTH = _record(
    "speed pace started done open_since", "front rear crossing who state size before staffed opened_by moved_by"
)
STATION = _record(_LAW[0] + "blocked_since", _LAW[1] + "lot servers engaged inside head tail blocked_head blocked_tail")
POLICY = _record("above below", "kind line to keep booth booths")
QUEUE = _record("", _QUEUE)
TRAVELLER = _record(
    "arrived since wait work entered started",
    "key number joined entry line stands queue next previous booth station stop purpose target stream visit alive started_once",
)
HEAP = _record("time", "first second who")
SUMS = _record("sum", "n over_30 over_60")


class World(NamedTuple):
    """What is given and what changes, of one replication at a time. One per thread."""

    facts: Records
    streams: Records
    options: Records
    lines: Records
    referrals: Records
    booths: Records
    stations: Records
    policies: Records
    samples: Floats
    totals: Floats
    rates: Floats
    chances: Floats
    times: Floats
    plan: Ints
    """(Q, B): place of the booth's list in `plan_lists`; 0 is the empty list."""
    plan_lists: Ints
    plan_sizes: Ints
    servers: Ints
    officers: Ints
    policy_booths: Ints
    lists: Ints
    idle: NDArray[np.uint64]
    mask: NDArray[np.uint64]
    tree: Floats
    queues: Records
    """First those of the lines, then those of the booths."""
    travellers: Records
    due: Records
    impatient: Records
    scratch: Floats
    hours: Records
    stages: Records
    counts: NDArray[np.int64]
    entered: NDArray[np.int64]
    booth_times: Floats
    """(B, 3): open, busy, blocked."""
    station_times: Floats
    """(S, 2): busy, blocked."""
    trace_floats: Floats
    """(N, 6): arrived, started, done, left booth, exited, wait."""
    trace_ints: NDArray[np.int64]
    """(N, 6): stream, number, line, diverted from, booth, fate."""
    trace_visits: Floats


def quarters(length: float) -> int:
    """Quarter-hours begun within a length in minutes."""
    return max(1, math.ceil(length / QUARTER))


def expected_travellers(scenario: Scenario) -> int:
    """A number of travellers that a replication hardly ever passes: the mean and ten standard deviations."""
    total = 0.0
    spread = 0.0
    for stream in scenario.streams:
        a = stream.arrivals
        total += len(a.times) + a.initial
        if a.rates:
            came = sum(a.rates) * scenario.length / len(a.rates) / 60.0
            total += came
            mean = sum((k + 1) * p for k, p in enumerate(a.batch))
            spread += came * sum((k + 1) ** 2 * p for k, p in enumerate(a.batch)) / mean
    return int(total + 10.0 * math.sqrt(spread)) + 64


def _by_tick(values: tuple[int, ...], length: float, ticks: int) -> list[int]:
    """The value of each tick's step."""
    width = length / len(values)
    return [values[min(int(q * QUARTER / width), len(values) - 1)] for q in range(ticks)]


class _Flat:
    """Collects rows one after another and remembers where each began."""

    def __init__(self) -> None:
        self.rows: list[Any] = []

    def add(self, rows: Any) -> tuple[int, int]:
        start = len(self.rows)
        self.rows.extend(rows)
        return start, len(self.rows) - start


def _law(record: Any, law: Law, samples: _Flat) -> None:
    record["kind"], record["first"], record["second"] = draws.law_numbers(law)
    record["minimum"] = law.minimum
    record["sample"], record["samples"] = samples.add(law.sample)


def world(scenario: Scenario, room: int, trace: bool) -> World:
    """Lay out a scenario (already checked) for the kernel, with room for so many travellers at once."""
    ticks = quarters(scenario.length)
    line_at = {line.id: k for k, line in enumerate(scenario.lines)}
    booth_at = {booth.id: k for k, booth in enumerate(scenario.booths)}
    station_at = {station.id: k for k, station in enumerate(scenario.stations)}
    n_lines, n_booths, n_stations = len(scenario.lines), len(scenario.booths), len(scenario.stations)
    samples, totals, rates, chances, times, options, referrals = (_Flat() for _ in range(7))

    streams = np.zeros(len(scenario.streams), STREAM)
    for record, stream in zip(streams, scenario.streams, strict=True):
        a = stream.arrivals
        record["wait_weight"], record["patience"] = stream.wait_weight, stream.patience
        record["option"], record["options"] = options.add((o.utility, line_at[o.line]) for o in stream.options)
        record["chance"], record["chances"] = chances.add(a.batch)
        record["time"], record["times"] = times.add(t for t in a.times if t < scenario.length)
        record["initial"] = a.initial
        if a.rates:
            total, rate, record["width"] = draws.rate_table(a.rates, a.batch, scenario.length)
            record["total"], record["steps"] = totals.add(total)[0], len(rate)
            record["rate"] = rates.add(rate)[0]

    lines = np.zeros(n_lines, LINE)
    for record, line in zip(lines, scenario.lines, strict=True):
        _law(record, line.service, samples)
        record["mean"] = draws.law_mean(line.service)
        record["opens"], record["closes"] = line.opens, line.closes
        record["referral"], record["referrals"] = referrals.add(
            (r.random + r.risk, station_at[r.station]) for r in line.referrals
        )
        record["after"], record["afters"] = referrals.add(
            (r.random + r.risk, station_at[r.station]) for r in line.after
        )
        record["stations"] = len(line.referrals) + len(line.after)
        record["room"] = math.floor(line.approach_m / line.spacing_m) if line.approach_m > 0 else ENDLESS
        record["when_full"] = WHEN_FULL.index(line.when_full)
        record["behind"] = line_at.get(line.behind, -1)

    crossings = {name: k for k, name in enumerate(dict.fromkeys(b.crossing for b in scenario.booths))}
    plans: dict[tuple[int, ...], int] = {(): 0}
    plan = np.zeros((ticks, n_booths), np.int32)
    booths = np.zeros(n_booths, BOOTH)
    booths["front"] = booths["rear"] = -1
    for b, booth in enumerate(scenario.booths):
        booths[b]["speed"], booths[b]["crossing"] = booth.speed, crossings[booth.crossing]
        if booth.behind:
            booths[b]["front"] = booth_at[booth.behind]
            booths[booth_at[booth.behind]]["rear"] = b
        for shift in booth.shifts:
            served = plans.setdefault(tuple(line_at[name] for name in shift.lines), len(plans))
            for q in range(ticks):
                if shift.start <= q * QUARTER < shift.end:
                    plan[q, b] = served

    widest = max(1, *(len(p) for p in plans))
    plan_lists = np.full((len(plans), widest), -1, np.int32)
    for served_lines, place in plans.items():
        plan_lists[place, : len(served_lines)] = served_lines

    stations = np.zeros(n_stations, STATION)
    servers = np.zeros((ticks, n_stations), np.int32)
    for s, station in enumerate(scenario.stations):
        _law(stations[s], station.service, samples)
        stations[s]["lot"] = station.lot if station.lot > 0 else ENDLESS
        servers[:, s] = _by_tick(station.servers, scenario.length, ticks)

    policy_booths = _Flat()
    policies = np.zeros(len(scenario.policies), POLICY)
    for record, policy in zip(policies, scenario.policies, strict=True):
        if isinstance(policy, OpenLanes):
            record["kind"], record["line"] = 0, line_at[policy.line]
            record["above"], record["below"] = policy.open_above, policy.close_below
            record["booth"], record["booths"] = policy_booths.add(booth_at[name] for name in policy.booths)
        elif isinstance(policy, MoveLanes):
            record["kind"], record["line"], record["to"] = 1, line_at[policy.from_line], line_at[policy.to_line]
            record["above"], record["below"], record["keep"] = policy.ratio, policy.limit, policy.keep

    facts = np.zeros(1, FACTS)
    facts["length"], facts["officer_cv2"] = scenario.length, scenario.officer_cv2
    facts["discipline"] = DISCIPLINES.index(scenario.discipline)
    facts["shift_end"] = SHIFT_ENDS.index(scenario.shift_end)
    facts["pairs"] = any(b.behind for b in scenario.booths)
    facts["spills"] = any(line.when_full == "spill" for line in scenario.lines)
    facts["policies"] = len(policies)
    facts["tracing"] = trace

    words = max(1, (n_booths + 63) // 64)
    leaves = 1 << max(1, n_booths - 1).bit_length()
    rows = room if trace else 1
    visits = rows * (1 + max((len(line.after) for line in scenario.lines), default=0)) if trace else 1
    patient = all(s.patience == 0 for s in scenario.streams)
    hours = math.ceil(scenario.length / 60.0)
    f, i32 = np.float64, np.int32
    return World(
        facts=facts,
        streams=streams,
        options=np.array(options.rows, OPTION),
        lines=lines,
        referrals=np.array(referrals.rows, REFERRAL),
        booths=booths,
        stations=stations,
        policies=policies,
        samples=np.array(samples.rows, f),
        totals=np.array(totals.rows, f),
        rates=np.array(rates.rows, f),
        chances=np.array(chances.rows, f),
        times=np.array(times.rows, f),
        plan=plan,
        plan_lists=plan_lists,
        plan_sizes=np.array([len(p) for p in plans], i32),
        servers=servers,
        officers=np.array(
            _by_tick(scenario.officers, scenario.length, ticks) if scenario.officers else [ENDLESS] * ticks, i32
        ),
        policy_booths=np.array(policy_booths.rows, i32),
        lists=np.zeros((n_booths, widest), i32),
        idle=np.zeros(words, np.uint64),
        mask=np.zeros((n_lines, widest, words), np.uint64),
        tree=np.full(2 * leaves, np.inf),
        queues=np.zeros(n_lines + n_booths, QUEUE),
        travellers=np.empty(room, TRAVELLER),
        due=np.empty(room if n_stations else 1, HEAP),
        impatient=np.empty(1 if patient else room, HEAP),
        scratch=np.empty(max(1, *(len(s.options) for s in scenario.streams))),
        hours=np.zeros((n_lines, hours), SUMS),
        stages=np.zeros((n_lines, n_stations + 2), SUMS),
        counts=np.zeros((n_lines, 7), np.int64),
        entered=np.zeros((n_lines, n_stations), np.int64),
        booth_times=np.zeros((n_booths, 3)),
        station_times=np.zeros((n_stations, 2)),
        trace_floats=np.full((rows, 6), np.nan),
        trace_ints=np.full((rows, 6), -1, np.int64),
        trace_visits=np.full((visits, 6), np.nan),
    )
