"""Draw the day of a replication: arrivals and services of calibrated lines vary around what the scenario says.

Draws are those of `ambos.crossing.kernel.draws`: normals by the hour number `k` of stream `s` for `DEVIATION`, one of `s`
for `LEVEL`, a uniform of `s` for `FIRST`, one normal of line `l` for `SERVICE` (its stream is `LINES` + l).
"""

from __future__ import annotations

import math

import numpy as np

from ambos.crossing.kernel import draws
from ambos.crossing.kernel.arrays import Floats, World
from ambos.crossing.kernel.machine import kernel
from ambos.model.crossing import Scenario, Spread

DEVIATION, LEVEL, FIRST, SERVICE = 7, 8, 9, 10
#: Stands in for a stream in the draws of lines.
LINES = 2**31 + 1


def is_varied(scenario: Scenario) -> bool:
    """Return True if anything is drawn by replication."""
    return any(s.arrivals.spread for s in scenario.streams) or any(line.service_spread for line in scenario.lines)


def unknowns(scenario: Scenario, unknown: tuple[int, int], replications: int) -> Floats:
    """The draws of what is not known: (R, L, 2) standard normals, of the level of a line's demand and of its service.

    Zero where it is known, as in a scenario that is not calibrated. `unknown` is the seed of these draws, and the
    replications after which they repeat.
    """
    seed, period = unknown
    made = np.zeros((replications, len(scenario.lines), 2))
    stream_of = {o.line: s for s, stream in reversed(list(enumerate(scenario.streams))) for o in stream.options}
    for at, line in enumerate(scenario.lines):
        s = stream_of.get(line.id)
        spread = scenario.streams[s].arrivals.spread if s is not None else None
        for replication in range(min(period, replications)):
            if spread and spread.level and s is not None:
                made[replication::period, at, 0] = _normal(seed, replication, s, 0, LEVEL)
            if line.service_spread:
                made[replication::period, at, 1] = _normal(seed, replication, LINES + at, 0, SERVICE)
    return made


def _normal(seed: int, replication: int, stream: int, number: int, purpose: int) -> float:
    given = kernel()
    return given.normal_quantile(given.uniform(seed, replication, stream, number, purpose, 0))


class Days:
    """The days that replications draw.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Of the replications.
    unknown : tuple of two int
        Seed of the draws of what is not known, and the replications after which they repeat.
    """

    def __init__(self, scenario: Scenario, seed: int, unknown: tuple[int, int]) -> None:
        self._seed, (self._unknown, self._period) = seed, unknown
        self._scenario = scenario
        line_at = {line.id: at for at, line in enumerate(scenario.lines)}
        self._options = [[line_at[o.line] for o in stream.options] for stream in scenario.streams]
        self._rates = [np.array(stream.arrivals.rates) for stream in scenario.streams]
        self._factors = [_factors(s.arrivals.spread, len(s.arrivals.rates)) for s in scenario.streams]

    def services(self, replication: int) -> Floats:
        """Draw the factor of each line's services, (L,)."""
        known = self._unknown, replication % self._period
        services = np.ones(len(self._scenario.lines))
        for at, line in enumerate(self._scenario.lines):
            if line.service_spread:
                services[at] = math.exp(line.service_spread * _normal(*known, LINES + at, 0, SERVICE))
        return services

    def rates(self, replication: int, services: Floats) -> list[Floats | None]:
        """Draw the rates of each stream; None where they are as the scenario says."""
        known = self._unknown, replication % self._period
        made: list[Floats | None] = []
        for s, stream in enumerate(self._scenario.streams):
            spread = stream.arrivals.spread
            taken = services[self._options[s]]
            if not len(self._rates[s]) or (spread is None and (taken == 1).all()):
                made.append(None)
                continue
            rates = self._rates[s] * math.exp(-float(np.log(taken).mean()))
            if spread is not None:
                factors, half = self._factors[s]
                normals = np.array([_normal(self._seed, replication, s, k, DEVIATION) for k in range(factors.shape[1])])
                level = spread.level * _normal(*known, s, 0, LEVEL) - spread.level**2 / 2
                rates = rates * np.exp(factors @ normals - half + level)
            made.append(rates)
        return made

    def initial(self, replication: int, s: int) -> int:
        """Draw those in line at the start of a stream."""
        arrivals = self._scenario.streams[s].arrivals
        if arrivals.spread is None or not arrivals.spread.initial:
            return arrivals.initial
        multiples = arrivals.spread.initial
        u = kernel().uniform(self._seed, replication, s, 0, FIRST, 0)
        return round(arrivals.initial * multiples[min(int(u * len(multiples)), len(multiples) - 1)])


class Varied:
    """Writes the arrivals and services of each replication into the arrays of a thread."""

    def __init__(self, scenario: Scenario, state: World, seed: int, unknown: int, period: int) -> None:
        self._days = Days(scenario, seed, (unknown, period))
        self._scenario, self._state = scenario, state
        self._lines = state.lines[["first", "second", "mean"]].copy()

    def __call__(self, replication: int) -> None:
        """Draw the day of a replication."""
        state = self._state
        services = self._days.services(replication)
        for at, line in enumerate(self._scenario.lines):
            if line.service_spread:
                _scale(state.lines[at], self._lines[at], services[at])
        for s, (stream, rates) in enumerate(
            zip(self._scenario.streams, self._days.rates(replication, services), strict=True)
        ):
            if rates is None:
                continue
            if stream.arrivals.spread is not None and stream.arrivals.spread.initial:
                state.streams[s]["initial"] = self._days.initial(replication, s)
            total, gap, _ = draws.rate_table(rates.tolist(), stream.arrivals.batch, self._scenario.length)
            record = state.streams[s]
            state.totals[record["total"] : record["total"] + len(total)] = total
            state.gaps[record["gap"] : record["gap"] + len(gap)] = gap


def _factors(spread: Spread | None, steps: int) -> tuple[Floats, Floats]:
    """Factors by step of the rates, and half their variance."""
    if spread is None or not steps:
        return np.zeros((0, 0)), np.zeros(0)
    rows = np.array(spread.factors)
    rows = rows[np.arange(steps) * len(rows) // steps]
    return rows, (rows**2).sum(axis=1) / 2


def _scale(record: object, base: object, factor: float) -> None:
    """Multiply the services of a line: the numbers of its law (`draws.law_numbers`) and its mean."""
    kind = record["kind"]  # type: ignore[index]
    if kind == draws.LOGNORMAL:
        record["first"] = base["first"] + math.log(factor)  # type: ignore[index]
    elif kind == draws.GAMMA:
        record["second"] = base["second"] * factor  # type: ignore[index]
    elif kind != draws.EMPIRICAL:
        record["first"] = base["first"] * factor  # type: ignore[index]
    if kind != draws.EMPIRICAL:
        record["mean"] = base["mean"] * factor  # type: ignore[index]
