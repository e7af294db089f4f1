"""Small random days that use every rule of the twin, and the pieces from which tests build a day by hand.

Times, services and paces are often on a grid of binary fractions, so that many things happen at the very same instant.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ambos.model.crossing import (
    Arrivals,
    Booth,
    Law,
    Line,
    MoveLanes,
    OpenLanes,
    Option,
    Referral,
    Scenario,
    Shift,
    Station,
    Stream,
)
from ambos.text import Text

Draw = Callable[[st.SearchStrategy[Any]], Any]


def fixed(minutes: float, minimum: float = 0.0) -> Law:
    return Law("deterministic", minutes, minimum=minimum)


def stream(name: str, times: tuple[float, ...], *lines: str, **rest: Any) -> Stream:
    """A stream of exact times; `initial`, `wait_weight` and `patience` by name."""
    arrivals = Arrivals(times=times, initial=rest.pop("initial", 0))
    return Stream(name, arrivals, tuple(Option(line) for line in lines), **rest)


def line(name: str, service: Law, **rest: Any) -> Line:
    return Line(name, rest.pop("crossing", "port"), "pov", "standard", service, **rest)


def booth(name: str, *lines: str, start: float = 0.0, end: float = 1440.0, **rest: Any) -> Booth:
    """A booth with one shift."""
    return Booth(name, "port", (Shift(start, end, lines),), **rest)


def scenario(streams: Any, lines: Any, booths: Any, **rest: Any) -> Scenario:
    """A day from lists (or single ones) of its parts; an hour long unless told."""
    parts = [tuple(x) if isinstance(x, list | tuple) else (x,) for x in (streams, lines, booths)]
    return Scenario(Text.same("test"), *parts, **{"length": 60.0, **rest})


LENGTHS = (60.0, 90.0, 45.0, 120.0, 100.0)
law = st.one_of(
    st.builds(fixed, st.sampled_from((3.0, 5.0, 1.0, 2.5, 7.5, 15.0)), st.sampled_from((0.0, 2.0))),
    st.builds(lambda mean, least: Law("exponential", mean, minimum=least), st.sampled_from((2.0, 5.0)), st.sampled_from((0.0, 1.0))),
    st.sampled_from(
        (
            Law("erlang", 4.0, phases=3),
            Law("gamma", 3.0, cv2=0.5),
            Law("gamma", 3.0, cv2=2.0),
            Law("lognormal", 4.0, cv2=1.5, minimum=1.0),
            Law("empirical", sample=(1.0, 2.0, 2.0, 6.0)),
        )
    ),
)  # fmt: skip
half_hours = (0.0, 30.0, 15.0, 45.0, 60.0)


@st.composite
def arrivals(draw: Draw, length: float) -> Arrivals:
    initial = draw(st.sampled_from((0, 0, 1, 4)))
    if draw(st.booleans()):
        grid = st.integers(0, int(length * 2) + 4).map(lambda n: n / 2)  # a few after the end of the day
        return Arrivals(times=tuple(sorted(draw(st.lists(grid, max_size=14)))), initial=initial)
    rates = draw(st.lists(st.sampled_from((20.0, 0.0, 40.0, 6.0)), min_size=1, max_size=4))
    return Arrivals(
        rates=tuple(rates), batch=draw(st.sampled_from(((1.0,), (0.5, 0.5), (0.25, 0.0, 0.75)))), initial=initial
    )


@st.composite
def streams(draw: Draw, names: list[str], length: float) -> tuple[Stream, ...]:
    result = []
    for n in range(draw(st.integers(1, 3))):
        chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        options = tuple(Option(name, draw(st.sampled_from((0.0, 1.0, -0.5)))) for name in chosen)
        patience = draw(st.sampled_from((0.0, 0.0, 8.0, 30.0)))
        weight = draw(st.sampled_from((0.0, -0.1, -0.5)))
        result.append(Stream(f"stream {n}", draw(arrivals(length)), options, weight, patience))
    return tuple(result)


@st.composite
def lines(draw: Draw, names: list[str], stations: list[str], one_line: bool) -> tuple[Line, ...]:
    result = []
    for n, name in enumerate(names):
        made = line(name, draw(law), crossing=draw(st.sampled_from(("west", "east"))))
        if stations:
            some = st.lists(st.sampled_from(stations), max_size=2)
            shares = st.sampled_from(((0.25, 0.25), (0.0, 0.125), (0.5, 0.0)))
            referrals = tuple(Referral(s, *draw(shares)) for s in draw(some))
            after = tuple(Referral(s, *draw(st.sampled_from(((1.0, 0.0), (0.25, 0.25))))) for s in draw(some))
            made = replace(made, referrals=referrals, after=after)
        if draw(st.integers(0, 3)) == 0:
            opens, closes = draw(st.sampled_from(((0.0, 30.0), (10.0, 1400.0), (50.0, 20.0))))
            made = replace(made, opens=opens, closes=closes)
        if draw(st.booleans()):
            can_spill = one_line and n + 1 < len(names)
            how = draw(st.sampled_from(("spill", "balk", "divert") if can_spill else ("balk", "divert")))
            behind = draw(st.sampled_from(names[n + 1 :])) if how == "spill" else ""
            room = draw(st.sampled_from((8.0, 15.0, 31.0)))
            made = replace(made, spacing_m=8.0, approach_m=room, when_full=how, behind=behind)
        result.append(made)
    return tuple(result)


@st.composite
def booths(draw: Draw, names: list[str], length: float) -> tuple[Booth, ...]:
    result: list[Booth] = []
    stacked: set[str] = set()
    for n in range(draw(st.integers(1, 4))):
        ends = draw(st.lists(st.integers(0, int(length // 15) + 1), min_size=2, max_size=4, unique=True).map(sorted))
        if draw(st.booleans()):
            ends = [0, *[end for end in ends if end > 0]]
        serves = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
        shifts = [Shift(15.0 * a, 15.0 * b, tuple(draw(serves))) for a, b in pairwise(ends)]
        if len(shifts) > 1 and draw(st.booleans()):
            shifts.pop(draw(st.integers(0, len(shifts) - 1)))
        crossing = draw(st.sampled_from(("west", "east")))
        behind = ""
        if free := [b.id for b in result if b.id not in stacked and not b.behind]:
            behind = draw(st.sampled_from(("", *free)))
            stacked.add(behind)
        made = Booth(f"booth {n}", crossing, tuple(shifts), draw(st.sampled_from((1.0, 2.0, 0.5))), behind)
        result.append(made)
    if draw(st.booleans()):
        result.reverse()  # so that a rear booth comes first
    return tuple(result)


@st.composite
def policies(draw: Draw, names: list[str], booths: tuple[Booth, ...]) -> tuple[OpenLanes | MoveLanes, ...]:
    result: list[OpenLanes | MoveLanes] = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        if len(names) > 1 and draw(st.booleans()):
            a, b = draw(st.permutations(names))[:2]
            ratio, limit = draw(st.sampled_from((1.5, 1.0, 0.5))), draw(st.sampled_from((120.0, 10.0)))
            result.append(MoveLanes(a, b, ratio, limit, draw(st.integers(0, 1))))
        else:
            some = st.lists(st.sampled_from([b.id for b in booths]), min_size=1, max_size=3, unique=True)
            high = draw(st.sampled_from((4.0, 0.5, 15.0)))
            result.append(OpenLanes(draw(st.sampled_from(names)), tuple(draw(some)), high, high / 2))
    return tuple(result)


@st.composite
def scenarios(draw: Draw) -> Scenario:
    """Any small day."""
    length = draw(st.sampled_from(LENGTHS))
    names = [f"line {n}" for n in range(draw(st.integers(1, 3)))]
    discipline = draw(st.sampled_from(("one_line", "one_line", "shortest_line")))
    servers = st.lists(st.integers(0, 2), min_size=1, max_size=3).map(tuple)
    stations = tuple(
        Station(f"station {n}", "west", draw(law), draw(servers), draw(st.sampled_from((1, 2, 0, 3))))
        for n in range(draw(st.integers(0, 2)))
    )
    all_booths = draw(booths(names, length))
    return Scenario(
        Text.same("random"),
        draw(streams(names, length)),
        draw(lines(names, [s.id for s in stations], discipline == "one_line")),
        all_booths,
        stations,
        draw(policies(names, all_booths)),
        officers=draw(st.sampled_from(((), (2,), (1, 3)))),
        shift_end=draw(st.sampled_from(("preempt", "finish", "drain"))),
        discipline=discipline,
        officer_cv2=draw(st.sampled_from((0.0, 0.0, 0.1))),
        length=length,
    )
