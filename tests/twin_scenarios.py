"""Small random days that use every rule of the twin, and the pieces from which tests build a day by hand.

Times, services and paces are often on a grid of binary fractions, so that many things happen at the very same instant.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
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


# -- random days ------------------------------------------------------------------------------------------------
LAWS = (
    fixed(0.0),
    fixed(1.0),
    fixed(3.0),
    fixed(5.0),
    fixed(2.5, 2.0),
    fixed(15.0),
    Law("exponential", 2.0, minimum=1.0),
    Law("exponential", 5.0),
    Law("exponential", 1.0, minimum=3.0),
    Law("erlang", 4.0, phases=3),
    Law("gamma", 3.0, cv2=0.5),
    Law("gamma", 3.0, cv2=2.0),
    Law("lognormal", 4.0, cv2=1.5, minimum=1.0),
    Law("empirical", sample=(0.0, 2.0, 2.0, 6.0)),
)
law = st.sampled_from(LAWS)


def some(random: Random, things: Any, most: int, least: int = 1) -> list[Any]:
    """A few different ones, in any order."""
    return random.sample(things, random.randint(min(least, len(things)), min(most, len(things))))


def random_arrivals(random: Random, length: float) -> Arrivals:
    initial = random.choice((0, 0, 1, 4))
    if random.random() < 0.5:
        last = 2 * int(length) + 4  # a few after the end of the day
        early = random.choice((last, 30))
        times = (random.randint(0, early) / 2 for _ in range(random.randint(0, 20)))
        return Arrivals(times=tuple(sorted(times)), initial=initial)
    rates = tuple(random.choice((0.0, 6.0, 20.0, 40.0)) for _ in range(random.randint(1, 4)))
    return Arrivals(rates, batch=random.choice(((1.0,), (0.5, 0.5), (0.25, 0.0, 0.75))), initial=initial)


def random_stream(random: Random, name: str, lines: list[str], length: float) -> Stream:
    options = tuple(Option(x, random.choice((0.0, 1.0, -0.5))) for x in some(random, lines, random.choice((1, 3))))
    weight, patience = random.choice((0.0, -0.1, -0.5)), random.choice((0.0, 0.0, 8.0, 30.0))
    return Stream(name, random_arrivals(random, length), options, weight, patience)


def random_line(random: Random, name: str, after: list[str], stations: list[str], one_line: bool) -> Line:
    """`after` are the lines after this one, into which it may spill."""
    made = line(name, random.choice(LAWS), crossing=random.choice(("west", "east")))
    if stations:
        referrals = ((0.25, 0.25), (0.0, 0.125), (0.5, 0.0))
        always = ((1.0, 0.0), (0.25, 0.25))
        made = replace(
            made,
            referrals=tuple(Referral(x, *random.choice(referrals)) for x in some(random, stations, 2, 0)),
            after=tuple(Referral(x, *random.choice(always)) for x in some(random, stations, 2, 0)),
        )
    if random.random() < 0.2:
        opens, closes = random.choice(((0.0, 30.0), (10.0, 1400.0), (50.0, 20.0), (1430.0, 40.0)))
        made = replace(made, opens=opens, closes=closes)
    if random.random() < 0.6:
        how = random.choice(("spill", "balk", "divert") if one_line and after else ("balk", "divert"))
        behind = random.choice(after) if how == "spill" else ""
        approach = random.choice((8.0, 15.0, 31.0))
        made = replace(made, spacing_m=8.0, approach_m=approach, when_full=how, behind=behind)
    return made


def random_booths(random: Random, lines: list[str], length: float) -> list[Booth]:
    result: list[Booth] = []
    last = int(length // 15) + 1
    for n in range(random.randint(1, 5)):
        cuts = {0, last} if random.random() < 0.7 else set()
        cuts |= set(random.sample(range(last + 1), random.choice((0, 1, 2)) if cuts else random.choice((2, 3))))
        most = random.choice((1, 1, 2, 3))
        shifts = [
            Shift(15.0 * a, 15.0 * b, tuple(some(random, lines, most, random.choice((0, 1, 1, 1)))))
            for a, b in pairwise(sorted(cuts))
        ]
        if len(shifts) > 1:
            shifts = [shift for shift in shifts if random.random() < 0.7]
        elif random.random() < 0.15:
            shifts = []
        fronts = [b.id for b in result if not b.behind and all(x.behind != b.id for x in result)]
        behind = random.choice(fronts) if fronts and random.random() < 0.4 else ""
        crossing, speed = random.choice(("west", "east")), random.choice((1.0, 1.0, 2.0, 0.5))
        result.append(Booth(f"booth {n}", crossing, tuple(shifts), speed, behind))
    if random.random() < 0.5:
        result.reverse()  # so that a rear booth comes first
    return result


def random_policy(random: Random, lines: list[str], booths: list[Booth]) -> OpenLanes | MoveLanes:
    if len(lines) > 1 and random.random() < 0.5:
        from_line, to_line = random.sample(lines, 2)
        ratio, limit = random.choice((0.5, 1.0, 1.5)), random.choice((5.0, 10.0, 120.0))
        return MoveLanes(from_line, to_line, ratio, limit, random.choice((0, 1)))
    high = random.choice((1.0, 3.0, 5.0, 10.0, 15.0))
    low = random.choice((0.2, 0.5, 1.0)) * high
    return OpenLanes(random.choice(lines), tuple(some(random, [b.id for b in booths], 4, 2)), high, low)


def random_day(random: Random) -> Scenario:
    """Any small day."""
    length = 1470.0 if random.random() < 0.02 else random.choice((45.0, 60.0, 90.0, 100.0, 120.0))
    lines = [f"line {n}" for n in range(random.randint(1, 3))]
    stations = [f"station {n}" for n in range(random.randint(0, 2))]
    booths = random_booths(random, lines, length)
    discipline = random.choice(("one_line", "one_line", "shortest_line"))

    def station(name: str) -> Station:
        servers = tuple(random.choice((0, 1, 1, 2, 3)) for _ in range(random.randint(1, 3)))
        return Station(name, "west", random.choice(LAWS), servers, random.choice((0, 1, 2, 3)))

    return Scenario(
        Text.same("random"),
        tuple(random_stream(random, f"stream {n}", lines, length) for n in range(random.randint(1, 3))),
        tuple(random_line(random, x, lines[n + 1 :], stations, discipline == "one_line") for n, x in enumerate(lines)),
        tuple(booths),
        tuple(station(name) for name in stations),
        tuple(random_policy(random, lines, booths) for _ in range(random.choice((0, 1, 2, 3)))),
        officers=random.choice(((), (2,), (1, 4))),
        shift_end=random.choice(("finish", "preempt", "drain")),
        discipline=discipline,
        officer_cv2=random.choice((0.0, 0.0, 0.1)),
        length=length,
    )


#: Spread evenly, so that all rules come up.
days = st.integers(0, 2**32 - 1).map(lambda seed: random_day(Random(seed)))
#: Chosen by hypothesis, which can make them smaller.
shrinking_days = st.randoms(use_true_random=False).map(random_day)
