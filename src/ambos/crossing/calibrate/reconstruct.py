"""Arrivals of a line on a past day, inferred from its reported waits and open lanes.

Everything is in *lane-hours*: the load of an hour is its arrivals × their mean service, the work in line is what the open
lanes need so many hours for. Reports tell nothing else: twice the travellers at half the service wait as long. Travellers
are ``load × travellers per lane-hour``, and that rate is pinned by monthly totals (`ambos.crossing.calibrate.scale`).

A report is a rounded, noisy look at the queue of the moment: minutes = 60 × work in line ÷ lanes open around that time. The queue is a fluid
one: work in line + load − lanes, never below 0. While there is no queue the load is only known to be below the lanes; what
is then said of it comes from what is expected of such an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Paths followed by default.
PATHS = 1000
#: Ends of the intervals: 80 %.
LOW, HIGH = 0.1, 0.9
#: Minutes in line that still count as no queue: reports are rounded to five.
NO_QUEUE = 2.5
#: What is expected of a line that nothing is known of: lanes this busy, with these spreads of the log, the day's level and
#: the hour's deviation, which is correlated with the next hour's.
BUSY, LEVEL, SHAPE, NEXT = 0.85, 0.35, 0.35, 0.7


@dataclass(frozen=True, slots=True)
class Noise:
    """Spread of a report around 60 × work in line ÷ lanes, in minutes: ``sqrt(floor² + (share × wait)²)``."""

    floor: float = 5.0
    share: float = 0.2


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the load before the day's reports: the log is normal."""

    mean: Floats  #: (H,): log of lane-hours per hour.
    covariance: Floats  #: (H, H).


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """The loads that fit the reports of a stretch of H hours."""

    loads: Floats  #: (N, H): equally likely paths of the load, lane-hours offered per hour; 0 where closed.
    queues: Floats  #: (N, H + 1): their work in line at the beginning of each hour, lane-hours.
    lanes: Floats  #: (H,): as used, gaps filled; 0 where closed.
    #: (H,): share of the paths without a queue in the hour: there the load is only bounded by the lanes.
    idle: Floats
    log_likelihood: float  #: Of the reports after the first.

    @property
    def load(self) -> Floats:
        """(H,): the median load, lane-hours per hour."""
        middle: Floats = np.median(self.loads, axis=0)
        return middle

    @property
    def interval(self) -> tuple[Floats, Floats]:
        """Both ends of the 80 % interval of the load."""
        low, high = np.quantile(self.loads, (LOW, HIGH), axis=0)
        return low, high

    @property
    def waits(self) -> Floats:
        """(N, H + 1): minutes that a report would say at the beginning of each hour; NaN where closed."""
        lanes = lanes_around(self.lanes)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(lanes > 0, 60.0 * self.queues / lanes, np.nan)

    def quarters(self) -> Floats:
        """(4 H,): the median load by quarter-hour, lane-hours per quarter; its hours sum to `load`.

        Within an hour the load runs straight between the middles of the hours around, as far as it stays above 0.
        """
        load = self.load
        middles = np.arange(len(load)) + 0.5
        fine = np.interp(np.arange(4 * len(load)) / 4 + 0.125, middles, load).reshape(-1, 4)
        fine[load <= 0] = 0.0
        whole = fine.sum(axis=1)
        scale = np.divide(load, whole, out=np.zeros_like(load), where=whole > 0)
        scaled: Floats = fine * scale[:, None]
        return scaled.ravel()


def reconstruct(
    waits: ArrayLike,
    lanes: ArrayLike,
    expected: Expected | None = None,
    *,
    noise: Noise | None = None,
    paths: int = PATHS,
    seed: int = 0,
) -> Reconstruction:
    """Infer the load of each hour from the waits reported and the lanes open.

    Parameters
    ----------
    waits : (H,) or (H + 1,) array_like
        Minutes reported at the beginning of each hour, and, if known, at the end of the last; NaN: no report.
    lanes : (H,) array_like
        Lanes open in each hour; 0: closed, NaN: not reported (taken from the nearest hour that is).
    expected : Expected, optional
        Of the calibrated line (`ambos.crossing.calibrate.fit`); without, what is expected of any line.
    noise : Noise, optional
    paths : int
        More are slower and smoother; a thousand take about 2 ms.
    seed : int
        The same gives the same.

    Returns
    -------
    Reconstruction

    Raises
    ------
    ValueError
        If no hour has lanes, or the lengths do not fit.
    """
    from ambos.crossing.calibrate.filter import follow

    open_lanes = filled(np.asarray(lanes, dtype=float))
    hours = len(open_lanes)
    reported = np.full(hours + 1, np.nan)
    given = np.asarray(waits, dtype=float)
    if len(given) not in (hours, hours + 1):
        raise ValueError(f"{len(given)} waits for {hours} hours")
    reported[: len(given)] = given
    noise = noise or Noise()
    expected = expected or usual(open_lanes)
    normal, uniforms, q = _draws(paths, hours, seed)
    q = _first(reported, open_lanes, noise, q)
    queues, loads = np.empty((paths, hours + 1)), np.empty((paths, hours))
    root = np.linalg.cholesky(expected.covariance + 1e-9 * np.eye(hours))
    likelihood = follow(
        *(reported, open_lanes, lanes_around(open_lanes), expected.mean, root, noise.floor, noise.share),
        *(normal, q, uniforms, queues, loads),
    )
    still = 60.0 * np.minimum(queues[:, :-1], queues[:, 1:]) <= NO_QUEUE * open_lanes
    return Reconstruction(loads, queues, open_lanes, still.mean(axis=0), float(likelihood))


def filled(lanes: Floats) -> Floats:
    """Lanes with those not reported taken from the nearest hour that has a report.

    Raises
    ------
    ValueError
        If no hour has lanes.
    """
    known = np.flatnonzero(~np.isnan(lanes))
    if not len(known) or not lanes[known].any():
        raise ValueError("no lanes are reported")
    nearest = np.abs(np.arange(len(lanes))[:, None] - known).argmin(axis=1)
    found: Floats = lanes[known[nearest]]
    return found


def lanes_around(lanes: Floats) -> Floats:
    """The lanes by which a queue becomes minutes, (..., H + 1): the mean of those open in the hours around; 0 where closed.

    An officer's report does not jump with every lane: of the hidden reports of a busy line the mean of three hours predicts 8 %
    better than linear interpolation does, the lanes of the hour alone 4 %.
    """
    long = np.concatenate((lanes, lanes[..., -1:]), axis=-1)
    edge = [(0, 0)] * (long.ndim - 1) + [(1, 1)]
    wide = np.pad(long, edge)
    total = wide[..., :-2] + wide[..., 1:-1] + wide[..., 2:]
    count = (wide[..., :-2] > 0).astype(float) + (wide[..., 1:-1] > 0) + (wide[..., 2:] > 0)
    made: Floats = np.where(long > 0, total / np.maximum(count, 1.0), 0.0)
    return made


def usual(lanes: Floats) -> Expected:
    """What is expected of a line that nothing else is known of: lanes that are busy, on a day that may be any."""
    open_mean = lanes[lanes > 0].mean()
    smooth = np.convolve(np.where(lanes > 0, lanes, open_mean), np.ones(3) / 3, mode="same")
    smooth[[0, -1]] = np.where(lanes > 0, lanes, open_mean)[[0, -1]]
    return Expected(np.log(BUSY * smooth), covariance(len(lanes), LEVEL, SHAPE, NEXT))


def covariance(hours: int, level: float, shape: float, following: float) -> Floats:
    """The covariance (H, H) of a level common to the day and a deviation by hour, correlated with the next one's."""
    apart = np.abs(np.subtract.outer(np.arange(hours), np.arange(hours)))
    made: Floats = level**2 + shape**2 * following**apart
    return made


def _draws(paths: int, hours: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Normals in pairs of opposite sign, uniforms and the normals of the first queue."""
    from numpy.random import PCG64, Generator

    made = Generator(PCG64(seed))
    half = made.standard_normal(((paths + 1) // 2, hours + 1))
    normal = np.concatenate((half, -half))[:paths]
    return np.ascontiguousarray(normal[:, :hours]), made.random(hours + 1), normal[:, hours].copy()


def _first(waits: Floats, lanes: Floats, noise: Noise, normal: Floats) -> Floats:
    """The work in line at the beginning: as reported, or wide around the next report; nothing where closed."""
    if lanes[0] <= 0:
        return np.zeros_like(normal)
    known = np.flatnonzero(~np.isnan(waits))
    wait = waits[known[0]] if len(known) else 0.0
    away = float(known[0]) if len(known) else 4.0
    spread = np.hypot(noise.floor, noise.share * wait) + 15.0 * min(away, 4.0)
    first: Floats = np.maximum(0.0, wait + spread * normal) * lanes[0] / 60.0
    return first
