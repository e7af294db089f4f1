"""The twin against queueing theory: stationary queues with known mean waits.

Each cell is estimated from independent replications and must lie in an interval of Student's t, all cells of a test
together at 99 %. That the intervals are narrow enough to tell right from wrong is asserted too. Seeds are fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t as student

from ambos.crossing import simulate
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Referral, Scenario, Shift, Station, Stream
from ambos.text import Text

DAY = 1440.0
#: Hours left out at the start of a day, until the queue has forgotten how it began.
WARM_UP = 4
REPLICATIONS = 16


def queue(
    servers: int,
    load: float,
    law: Law,
    travellers: int = 120_000,
    initial: int = 0,
    stations: tuple[Station, ...] = (),
    referrals: tuple[Referral, ...] = (),
) -> tuple[Scenario, float]:
    """A queue as busy as `load` that sees so many travellers in a day, and the minutes of its mean service, the unit of time."""
    unit = DAY * servers * load / travellers
    scaled = Law(law.name, unit * law.mean, law.cv2, law.phases)
    rate = 60.0 * servers * load / unit
    booths = tuple(Booth(f"b{n}", "port", (Shift(0, DAY, ("line",)),)) for n in range(servers))
    stream = Stream("stream", Arrivals(rates=(rate,), initial=initial), (Option("line"),))
    line = Line("line", "port", "pov", "standard", scaled, referrals=referrals)
    return Scenario(Text.same("queue"), (stream,), (line,), booths, stations), unit


def mean_waits(scenario: Scenario, unit: float, seed: int, replications: int = REPLICATIONS) -> np.ndarray:
    """The mean wait of each replication in units of service, without the first hours."""
    totals = simulate.run(scenario, replications, seed)
    return totals.hour_sum[:, 0, WARM_UP:].sum(1) / totals.hour_n[:, 0, WARM_UP:].sum(1) / unit


def half_width(sample: np.ndarray, cells: int) -> float:
    """Of the interval of a mean, with 99 % for all cells together."""
    return float(student.ppf(1 - 0.01 / (2 * cells), len(sample) - 1) * sample.std(ddof=1) / math.sqrt(len(sample)))


def erlang_c(servers: int, load: float) -> float:
    """The chance to wait."""
    offered = servers * load
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1.0 - load * (1.0 - blocked))


LOADS = (0.5, 0.8, 0.9, 0.95, 0.99)
#: Mean waits of M/M/c in units of service.
ERLANG = {
    1: (1.000000, 4.000000, 9.000000, 19.000000, 99.000000),
    2: (0.333333, 1.777778, 4.263158, 9.256410, 49.251256),
    5: (0.052149, 0.554113, 1.524986, 3.511196, 19.500534),
    8: (0.014761, 0.286028, 0.876916, 2.110422, 12.097545),
    10: (0.007221, 0.204590, 0.668732, 1.651171, 9.637384),
    13: (0.002742, 0.135012, 0.482240, 1.232836, 7.371937),
    16: (0.001127, 0.095276, 0.369590, 0.975241, 5.959820),
    20: (0.000373, 0.064019, 0.275385, 0.755401, 4.739334),
}


@pytest.mark.parametrize("load", LOADS)
def test_waits_of_many_servers_are_erlang_s(load: float) -> None:
    ratios = []
    for servers, waits in ERLANG.items():
        exact = waits[LOADS.index(load)]
        assert erlang_c(servers, load) / servers / (1 - load) == pytest.approx(exact, abs=1e-6)
        start = round(servers * load + exact * servers * load)
        scenario, unit = queue(servers, load, Law("exponential", 1.0), initial=start)
        found = mean_waits(scenario, unit, seed=servers)
        margin = half_width(found, len(ERLANG) * len(LOADS))
        assert abs(found.mean() - exact) < margin, (servers, load, found.mean(), exact)
        # at 0.99 a day is a few relaxation times long: it tells right from wrong with all servers together only
        assert margin / exact < {0.5: 0.35, 0.8: 0.1, 0.9: 0.15, 0.95: 0.3, 0.99: math.inf}[load]
        ratios.append(found / exact)
    # all servers together: what is off everywhere in the same direction shows here
    together = np.mean(ratios, axis=0)
    margin = half_width(together, len(LOADS))
    assert abs(together.mean() - 1) < margin < {0.5: 0.06, 0.8: 0.04, 0.9: 0.05, 0.95: 0.08, 0.99: 0.3}[load]


@pytest.mark.slow
def test_erlang_c_at_99_percent_closely() -> None:
    scenario, unit = queue(10, 0.99, Law("exponential", 1.0), initial=105)
    found = mean_waits(scenario, unit, seed=1, replications=1500)
    assert abs(found.mean() - 9.637384) < half_width(found, 1) < 0.04 * 9.637384


@pytest.mark.parametrize(("servers", "load", "exact"), [(10, 0.9, 0.668732), (16, 0.95, 0.780192)])
def test_chance_to_wait(servers: int, load: float, exact: float) -> None:
    assert erlang_c(servers, load) == pytest.approx(exact, abs=1e-6)
    scenario, _ = queue(servers, load, Law("exponential", 1.0), initial=round(servers * load * 1.5))
    found = []
    for replication in range(8):
        trace = simulate.trace(scenario, 3, replication)
        found.append((trace.wait[trace.arrived > 60 * WARM_UP] > 0).mean())
    assert abs(np.mean(found) - exact) < half_width(np.array(found), 2) < 0.03


#: Variation of the service, mean wait at load 0.8, and laws that have it.
POLLACZEK = (
    (0.0, 2.0, Law("deterministic", 1.0)),
    (0.25, 2.5, Law("gamma", 1.0, cv2=0.25)),
    (0.25, 2.5, Law("erlang", 1.0, phases=4)),
    (0.5, 3.0, Law("lognormal", 1.0, cv2=0.5)),
    (1.0, 4.0, Law("gamma", 1.0, cv2=1.0)),
    (2.0, 6.0, Law("lognormal", 1.0, cv2=2.0)),
    (4.0, 10.0, Law("gamma", 1.0, cv2=4.0)),
)


@pytest.mark.parametrize(("cv2", "exact", "law"), POLLACZEK)
def test_waits_of_one_server_are_pollaczek_and_khinchine_s(cv2: float, exact: float, law: Law) -> None:
    assert 0.8 / (1 - 0.8) * (1 + cv2) / 2 == pytest.approx(exact)
    scenario, unit = queue(1, 0.8, law)
    found = mean_waits(scenario, unit, seed=8)
    assert abs(found.mean() - exact) < half_width(found, len(POLLACZEK)) < 0.08 * exact


@pytest.mark.parametrize(
    ("servers", "load", "exact"),
    [(2, 0.8, 0.903284), (2, 0.9, 2.146923), (5, 0.8, 0.289060), (5, 0.9, 0.776695), (10, 0.8, 0.109828), (10, 0.9, 0.344582)],
)  # fmt: skip
def test_waits_of_constant_service_are_the_tabulated_ones(servers: int, load: float, exact: float) -> None:
    scenario, unit = queue(servers, load, Law("deterministic", 1.0), initial=round(servers * load))
    found = mean_waits(scenario, unit, seed=servers)
    assert abs(found.mean() - exact) < half_width(found, 6) < 0.08 * exact


def test_two_stages_queue_as_jackson_s_network() -> None:
    """500 an hour through 10 booths of a minute each; 5 % go on to 13 bays of 25 minutes."""
    length = 20 * DAY
    booths = tuple(Booth(f"b{n}", "port", (Shift(0, length, ("line",)),)) for n in range(10))
    scenario = Scenario(
        Text.same("Jackson"),
        (Stream("stream", Arrivals(rates=(500.0,)), (Option("line"),)),),
        (Line("line", "port", "pov", "standard", Law("exponential", 1.0), referrals=(Referral("bays", 0.01, 0.04),)),),
        booths,
        (Station("bays", "port", Law("exponential", 25.0), (13,)),),
        length=length,
    )
    found = []
    for replication in range(24):
        trace = simulate.trace(scenario, 5, replication)
        late = (trace.arrived > DAY) & (trace.arrived < length - DAY)
        visits = trace.visits[late[trace.visits[:, 0].astype(int)]]
        waits = visits[:, 3] - visits[:, 2]
        sojourn = (trace.exited - trace.arrived)[late]
        found.append(
            ((trace.wait[late] > 0).mean(), trace.wait[late].mean(), (waits > 0).mean(), waits.mean(), sojourn.mean())
        )
    exact = (0.487611, 0.292566, 0.353961, 3.425427, 2.713838)
    for values, expected, width in zip(np.array(found).T, exact, (0.03, 0.06, 0.08, 0.15, 0.03), strict=True):
        assert abs(values.mean() - expected) < half_width(values, 5) < width * expected
