"""The twin against other programs on the same networks: means inside joint confidence intervals.

The peers are those of the benchmark (benchmarks/twin_simpy.py, twin_ciw.py). They draw with their own generators, so
days are independent and their means are compared: each difference must lie within `Z` standard errors, and there are
so many days that this margin is under 3 % of the mean: an error of 3 % would be seen.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ambos.crossing import simulate
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Referral, Scenario, Shift, Station, Stream
from ambos.text import Text

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
import twin_ciw
import twin_simpy
from twin_peer import Day

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

#: Five means of independent, seeded runs: a right program would fail such a test once in 200 choices of the seeds.
Z = 3.3
LENGTH = 960.0


def scenario(name: str, lines: list[Line], booths: list[Booth], stations: list[Station], rates: dict) -> Scenario:
    return Scenario(
        name=Text(name, name),
        streams=tuple(
            Stream(stream, Arrivals(rates=tuple(by_hour)), (Option(line),)) for stream, (line, by_hour) in rates.items()
        ),
        lines=tuple(lines),
        booths=tuple(booths),
        stations=tuple(stations),
        length=LENGTH,
    )


def line(name: str, service: Law, referrals: tuple[Referral, ...] = (), after: tuple[Referral, ...] = ()) -> Line:
    return Line(name, "port", "pov", name, service, referrals=referrals, after=after)


def booth(name: str, *shifts: tuple[float, float, str], speed: float = 1.0) -> Booth:
    """Hours and the lines, most preferred first, separated by spaces."""
    return Booth(
        name, "port", tuple(Shift(start * 60, end * 60, tuple(ids.split())) for start, end, ids in shifts), speed
    )


def hours(*steps: tuple[int, float]) -> tuple[float, ...]:
    """(number of hours, rate) one after the other."""
    return tuple(rate for number, rate in steps for _ in range(number))


def flexible() -> Scenario:
    """Three classes, shared lanes with preferences, lanes that change class, closing lanes, unlike officers and laws."""
    return scenario(
        "flexible lanes",
        [
            line("general", Law("erlang", 1.2, phases=2, minimum=0.4)),
            line("ready", Law("exponential", 0.8)),
            line("sentri", Law("gamma", 0.4, cv2=0.5)),
        ],
        [
            booth("one", (0, 16, "general")),
            booth("two", (0, 16, "general"), speed=0.9),
            booth("three", (0, 6, "general"), (6, 10, "ready general"), (10, 16, "ready")),
            booth("four", (0, 16, "ready general"), speed=1.2),
            booth("five", (4, 12, "sentri ready")),
            booth("six", (0, 16, "sentri")),
        ],
        [],
        {
            "general": ("general", hours((4, 70), (4, 105), (4, 90), (4, 60))),
            "ready": ("ready", hours((4, 60), (4, 100), (4, 90), (4, 70))),
            "sentri": ("sentri", hours((4, 60), (8, 150), (4, 80))),
        },
    )


def trucks() -> Scenario:
    """Two classes, two stations one after the other with small lots: booths and bays are blocked."""
    after = (Referral("state", random=0.5),)
    return scenario(
        "trucks",
        [
            line(
                "general",
                Law("exponential", 2.0),
                (Referral("scan", random=0.2, risk=0.1), Referral("dock", 0.12)),
                after,
            ),
            line("fast", Law("erlang", 1.0, phases=3), (Referral("scan", random=0.1),), after),
        ],
        [
            booth("one", (0, 16, "general")),
            booth("two", (4, 12, "fast general")),
            booth("three", (2, 16, "fast general")),
            booth("four", (0, 16, "fast")),
        ],
        [
            Station("scan", "port", Law("erlang", 2.0, phases=2), (1,), 2),
            Station("dock", "port", Law("exponential", 3.0), (1,), 2),
            Station("state", "port", Law("exponential", 0.9), (1,), 2),
        ],
        {
            "general": ("general", hours((4, 28), (6, 38), (6, 28))),
            "fast": ("fast", hours((4, 24), (6, 36), (6, 24))),
        },
    )


def crews() -> Scenario:
    """Two classes, crews that relieve each other (in Ciw all servers change), routing to two stages, a full lot blocks."""
    after = (Referral("state", random=0.25),)
    groups = {"general": [(0, 4, 1), (4, 11, 2), (11, 16, 1)], "ready": [(0, 8, 1), (8, 16, 2)]}
    return scenario(
        "crews",
        [
            line("general", Law("exponential", 1.1), (Referral("secondary", random=0.2),), after),
            line("ready", Law("erlang", 0.8, phases=2), (Referral("secondary", random=0.15),), ()),
        ],
        [
            booth(f"{name}.{start}.{place}", (start, end, name))
            for name, crews in groups.items()
            for start, end, number in crews
            for place in range(number)
        ],
        [
            Station("secondary", "port", Law("exponential", 1.0), (1,), 2),
            Station("state", "port", Law("gamma", 1.2, cv2=0.5), (1,), 2),
        ],
        {
            "general": ("general", hours((4, 28), (7, 68), (5, 30))),
            "ready": ("ready", hours((8, 38), (8, 90))),
        },
    )


def means(days: list[Day]) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Per day the sums and numbers of the waits, by line and then by station; and the blocked minutes."""
    sums = np.array([[*day.waited, *day.station_waited] for day in days])
    numbers = np.array([[*day.started, *day.entered] for day in days], dtype=float)
    return sums, numbers, [day.blocked for day in days]


def ratio(sums: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over all travellers and their standard errors (of a ratio, by days)."""
    mean = sums.sum(0) / numbers.sum(0)
    spread = (sums - mean * numbers).std(0, ddof=1) / numbers.mean(0)
    return mean, spread / math.sqrt(len(sums))


@pytest.mark.parametrize(
    ("network", "play", "days"),
    [(flexible, twin_simpy.play, 1500), (trucks, twin_simpy.play, 5600), (crews, twin_ciw.play, 1700)],
    ids=["flexible lanes, SimPy", "trucks, SimPy", "crews, Ciw"],
)
def test_the_same_means_as_another_program(
    network: Callable[[], Scenario], play: Callable[[Scenario, int], Day], days: int
) -> None:
    given = network()
    sums, numbers, blocked = means([play(given, seed) for seed in range(days)])
    theirs, their_error = ratio(sums, numbers)
    totals = simulate.run(given, replications=8 * days, seed=7)
    stations = len(given.stations)
    number = np.concatenate([totals.stage_n[:, :, 0], totals.stage_n[:, :, 1 : 1 + stations].sum(1)], axis=1)
    minutes = np.concatenate([totals.stage_sum[:, :, 0], totals.stage_sum[:, :, 1 : 1 + stations].sum(1)], axis=1)
    ours, our_error = ratio(minutes, number)
    margin = Z * np.hypot(their_error, our_error)
    report = f"ours {ours.round(4)}, theirs {theirs.round(4)}, margin {margin.round(4)}"
    assert np.all(margin < 0.03 * theirs), f"too few days to see an error of 3 %: {report}"
    assert np.all(np.abs(ours - theirs) < margin), report
    if stations:
        held = totals.booth_blocked.sum(1)
        error = math.hypot(held.std(ddof=1) / math.sqrt(len(held)), np.std(blocked, ddof=1) / math.sqrt(days))
        assert Z * error < 0.05 * held.mean()
        assert abs(held.mean() - np.mean(blocked)) < Z * error
