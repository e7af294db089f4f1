"""A scenario as the plain arrays that the kernel works on."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ambos.crossing.kernel import draws
from ambos.crossing.kernel.totals import BINS, QUARTER
from ambos.model.crossing import Law, MoveLanes, OpenLanes, Scenario, Spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records = Any  # arrays of the records below; their fields are known to Numba only

#: Room of a line without a limit.
ENDLESS = 2**31 - 1
#: Exponentials drawn at a time.
BLOCK = 64
SHIFT_ENDS = ("finish", "preempt", "drain")
DISCIPLINES = ("one_line", "shortest_line")
WHEN_FULL = ("balk", "divert", "spill")


def _record(floats: str, ints: str) -> np.dtype[np.void]:
    """A record of 8-byte numbers, the floats first."""
    return np.dtype([(n, np.float64) for n in floats.split()] + [(n, np.int64) for n in ints.split()])


_LAW = "first second minimum"
_LAW_KIND = "kind sample samples"
STREAM = _record(
    "wait_weight patience width s next",
    "key option options total gap steps chance chances time times initial step batch batch_left number exponential",
)
OPTION = _record("utility weight", "line")
LINE = _record(
    f"{_LAW} mean opens closes capacity last area unserved",
    f"{_LAW_KIND} referral referrals after afters room when_full behind standing peak lanes ranks"
    " arrived served balked reneged diverted turned_away left",
)
REFERRAL = _record("chance", "station")
BOOTH = _record(
    "speed pace started done open_since staffed_minutes busy blocked_minutes",
    "front rear crossing who state size before staffed opened_by moved_by",
)
STATION = _record(
    f"{_LAW} blocked_since busy blocked_minutes",
    f"{_LAW_KIND} lot servers engaged inside head tail blocked_head blocked_tail",
)
POLICY = _record("above below", "kind line to keep booth booths")
QUEUE = _record("", "head tail waiting")
TRAVELLER = _record(
    "arrived since wait unit work entered started",
    "key number joined hour line stands queue next previous booth station stop purpose target entry alive started_once",
)
EVENT = _record("time", "first second who")
SUMS = _record("sum left_sum", "n over_30 over_60 entered left")
QUARTER_HOUR = _record("queue lanes", "peak")
TRACE = _record("arrived started done left_booth exited wait", "stream number line diverted_from booth fate")
VISIT = _record("traveller station entered started done left", "")

#: The arrays that the kernel reaches by address; each field of `World` by its name.
_ARRAYS = (
    "streams options lines referrals booths stations policies queues travellers due impatient hours stages quarters"
    " trace visits samples totals gaps chances times tree ahead plan plan_lists plan_sizes servers officers policy_booths"
    " lists idle mask by_stage by_hour left_by_stage left_by_hour"
)
TABLE = _record(
    "length officer_cv2 next_tick",
    _ARRAYS
    + " n_streams n_lines n_booths n_stations n_policies n_hours n_ticks n_travellers n_impatient n_trace widest words leaves"
    " discipline shift_end pairs spills tracing hour free used joined due_now impatient_now blocked entries",
)


class World(NamedTuple):
    """Inputs and state of one replication at a time, an object per thread; the table has the indices of the rest."""

    table: Records
    streams: Records
    options: Records
    lines: Records
    referrals: Records
    booths: Records
    stations: Records
    policies: Records
    queues: Records
    """First those of the lines, then those of the booths."""
    travellers: Records
    due: Records
    impatient: Records
    hours: Records
    """(L, H) of `SUMS`: waits of primary by hour of arrival."""
    stages: Records
    """(L, S + 2) of `SUMS`; nothing under primary."""
    quarters: Records
    """(L, Q)."""
    trace: Records
    visits: Records
    samples: Floats
    totals: Floats
    gaps: Floats
    chances: Floats
    times: Floats
    tree: Floats
    ahead: Floats
    plan: Ints
    """(Q, B): place of the booth's list in `plan_lists`; 0 is the empty list."""
    plan_lists: Ints
    plan_sizes: Ints
    servers: Ints
    """(Q, S)."""
    officers: Ints
    policy_booths: Ints
    lists: Ints
    """(B, longest list): the lines that each booth serves now."""
    idle: NDArray[np.uint64]
    """A bit for each booth that may take somebody."""
    mask: NDArray[np.uint64]
    """(L, rank, words of bits): the booths that list a line at a rank."""
    by_stage: Ints
    by_hour: Ints
    left_by_stage: Ints
    left_by_hour: Ints


class Histograms(NamedTuple):
    """Waits counted by bins of `ambos.crossing.kernel.totals.EDGES`: (L, S + 2, BINS) by stage, (L, H, BINS) by hour of arrival."""

    by_stage: Ints
    by_hour: Ints
    left_by_stage: Ints
    """Travellers still waiting at the end of the day, counted by the minutes waited until then."""
    left_by_hour: Ints

    @classmethod
    def of(cls, scenario: Scenario) -> Histograms:
        """Empty ones of a scenario's size."""
        n_lines = len(scenario.lines)
        stage, hour = (n_lines, len(scenario.stations) + 2, BINS), (n_lines, hours_begun(scenario.length), BINS)
        return cls(*(np.zeros(shape, np.int64) for shape in (stage, hour, stage, hour)))


def quarters(length: float) -> int:
    """Quarter-hours begun within a length in minutes."""
    return max(1, math.ceil(length / QUARTER))


def hours_begun(length: float) -> int:
    """Hours begun within a length in minutes."""
    return math.ceil(length / 60.0)


def _more_room(spread: Spread | None) -> float:
    """Multiply the mean travellers by this to leave room for three standard deviations of the day's sum."""
    if spread is None:
        return 1.0
    variance = float((np.array(spread.factors).mean(axis=0) ** 2).sum()) + spread.level**2
    return math.exp(3.0 * math.sqrt(variance))


def expected_travellers(scenario: Scenario) -> int:
    """A number of travellers that a replication hardly ever passes: the mean and ten standard deviations."""
    total = 0.0
    spread = 0.0
    for stream in scenario.streams:
        a = stream.arrivals
        more = _more_room(a.spread)
        total += len(a.times) + a.initial * (a.spread.initial[-1] if a.spread and a.spread.initial else 1.0)
        if a.rates:
            came = more * sum(a.rates) * scenario.length / len(a.rates) / 60.0
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


def world(scenario: Scenario, room: int, trace: bool, histograms: Histograms) -> World:
    """Lay out a scenario (already checked) for the kernel, with room for so many travellers, and the histograms it adds to."""
    ticks = quarters(scenario.length)
    line_at = {line.id: k for k, line in enumerate(scenario.lines)}
    booth_at = {booth.id: k for k, booth in enumerate(scenario.booths)}
    station_at = {station.id: k for k, station in enumerate(scenario.stations)}
    n_lines, n_booths, n_stations = len(scenario.lines), len(scenario.booths), len(scenario.stations)
    samples, totals, gaps, chances, times, options, referrals = (_Flat() for _ in range(7))

    streams = np.zeros(len(scenario.streams), STREAM)
    for record, stream in zip(streams, scenario.streams, strict=True):
        a = stream.arrivals
        record["wait_weight"], record["patience"] = stream.wait_weight, stream.patience
        record["option"], record["options"] = options.add((o.utility, line_at[o.line]) for o in stream.options)
        record["chance"], record["chances"] = chances.add(a.batch)
        record["time"], record["times"] = times.add(t for t in a.times if t < scenario.length)
        record["initial"] = a.initial
        record["exponential"] = any(
            scenario.lines[line_at[o.line]].service.name == "exponential" for o in stream.options
        )
        if a.rates:
            total, gap, record["width"] = draws.rate_table(a.rates, a.batch, scenario.length)
            record["total"], record["steps"] = totals.add(total)[0], len(gap)
            record["gap"] = gaps.add(gap)[0]

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
        record["room"] = min(ENDLESS, int(line.approach_m / line.spacing_m)) if line.approach_m > 0 else ENDLESS
        record["when_full"] = WHEN_FULL.index(line.when_full)
        record["behind"] = line_at.get(line.behind, -1)

    crossings = {name: k for k, name in enumerate(dict.fromkeys(b.crossing for b in scenario.booths))}
    plans: dict[tuple[int, ...], int] = {(): 0}
    plan = np.zeros((ticks, n_booths), np.int64)
    booths = np.zeros(n_booths, BOOTH)
    booths["front"] = booths["rear"] = -1
    for b, booth in enumerate(scenario.booths):
        booths[b]["speed"], booths[b]["crossing"] = booth.speed, crossings[booth.crossing]
        if booth.behind:
            booths[b]["front"] = booth_at[booth.behind]
            booths[booth_at[booth.behind]]["rear"] = b
        for shift in booth.shifts:
            served = plans.setdefault(tuple(line_at[name] for name in shift.lines), len(plans))
            plan[math.ceil(shift.start / QUARTER) : math.ceil(shift.end / QUARTER), b] = served

    widest = max(1, *(len(p) for p in plans))
    plan_lists = np.full((len(plans), widest), -1, np.int64)
    for served_lines, place in plans.items():
        plan_lists[place, : len(served_lines)] = served_lines

    stations = np.zeros(n_stations, STATION)
    servers = np.zeros((ticks, n_stations), np.int64)
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

    words = max(1, (n_booths + 63) // 64)
    leaves = 1 << max(1, n_booths - 1).bit_length()
    visits = room * (1 + max((len(line.after) for line in scenario.lines), default=0))
    impatient = room if any(s.patience > 0 for s in scenario.streams) else 1
    hours = hours_begun(scenario.length)
    officers = _by_tick(scenario.officers, scenario.length, ticks) if scenario.officers else [ENDLESS] * ticks
    f, i = np.float64, np.int64
    arrays = World(
        table=np.zeros(1, TABLE),
        streams=streams,
        options=np.array([(utility, 0.0, at) for utility, at in options.rows], OPTION),
        lines=lines,
        referrals=np.array(referrals.rows, REFERRAL),
        booths=booths,
        stations=stations,
        policies=policies,
        queues=np.zeros(n_lines + n_booths, QUEUE),
        travellers=np.empty(room, TRAVELLER),
        due=np.empty(room if n_stations else 1, EVENT),
        impatient=np.empty(impatient, EVENT),
        hours=np.zeros((n_lines, hours), SUMS),
        stages=np.zeros((n_lines, n_stations + 2), SUMS),
        quarters=np.zeros((n_lines, ticks), QUARTER_HOUR),
        trace=np.empty(room if trace else 1, TRACE),
        visits=np.empty(visits if trace else 1, VISIT),
        samples=np.array(samples.rows, f),
        totals=np.array(totals.rows, f),
        gaps=np.array(gaps.rows, f),
        chances=np.array(chances.rows, f),
        times=np.array(times.rows, f),
        ahead=np.zeros(2 * len(streams) * BLOCK),
        tree=np.full(2 * leaves, np.inf),
        plan=plan,
        plan_lists=plan_lists,
        plan_sizes=np.array([len(p) for p in plans], i),
        servers=servers,
        officers=np.array(officers, i),
        policy_booths=np.array(policy_booths.rows, i),
        lists=np.zeros((n_booths, widest), i),
        idle=np.zeros(words, np.uint64),
        mask=np.zeros((n_lines, widest, words), np.uint64),
        **histograms._asdict(),
    )
    table = arrays.table[0]
    for name in _ARRAYS.split():
        table[name] = getattr(arrays, name).ctypes.data
    sizes = {
        "length": scenario.length,
        "officer_cv2": scenario.officer_cv2,
        "n_streams": len(streams),
        "n_lines": n_lines,
        "n_booths": n_booths,
        "n_stations": n_stations,
        "n_policies": len(policies),
        "n_hours": hours,
        "n_ticks": ticks,
        "n_travellers": room,
        "n_impatient": impatient,
        "n_trace": len(arrays.trace),
        "widest": widest,
        "words": words,
        "leaves": leaves,
        "discipline": DISCIPLINES.index(scenario.discipline),
        "shift_end": SHIFT_ENDS.index(scenario.shift_end),
        "pairs": any(b.behind for b in scenario.booths),
        "spills": any(line.when_full == "spill" for line in scenario.lines),
        "tracing": trace,
    }
    for name, value in sizes.items():
        table[name] = value
    return arrays
