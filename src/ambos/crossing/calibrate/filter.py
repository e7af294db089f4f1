"""The fluid queue of a line with an unknown load, followed hour by hour by weighted paths (a particle filter)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ambos.crossing.kernel.compiled import compiled

#: Degrees of freedom of the Student law of a report around the queue: heavy tails, so that an outlier weighs little.
FREEDOM = 4.0


@compiled
def follow(
    waits: Any,
    lanes: Any,
    around: Any,
    mean: Any,
    root: Any,
    floor: float,
    share: float,
    z: Any,
    q: Any,
    uniforms: Any,
    queue: Any,
    loads: Any,
) -> float:
    """Follow one stretch of hours; `z` becomes paths of equal weight, given every report.

    Parameters
    ----------
    waits : (H + 1,) float
        Minutes reported at the beginning of each hour, and at the end of the last; NaN: no report.
    lanes : (H,) float
        Lanes open; 0: closed.
    around : (H + 1,) float
        Lanes by which an officer turns a queue into minutes at the beginning of each hour.
    mean, root : (H,), (H, H) float
        Mean of the log of the load (lane-hours offered per hour) and the lower Cholesky root of its covariance.
    floor, share : float
        Spread of a report: ``sqrt(floor² + (share × wait)²)`` minutes.
    z : (N, H) float
        Standard normal draws; overwritten with those of the paths kept.
    q : (N,) float
        Lane-hours of work in line at the beginning.
    uniforms : (H + 1,) float
        For the resampling.
    queue : (N, H + 1) float
        Filled with the lane-hours in line at the beginning of each hour.
    loads : (N, H) float
        Filled with the loads; 0 where closed.

    Returns
    -------
    float
        Log likelihood of the reports after the first hour.
    """
    paths, hours = z.shape
    weights = np.empty(paths)
    kept = np.empty(paths, np.int64)
    total_log = 0.0
    for h in range(hours + 1):
        for i in range(paths):
            queue[i, h] = q[i]
        c = lanes[min(h, hours - 1)]
        if h > 0 and c > 0.0 and not math.isnan(waits[h]):
            best = -math.inf
            for i in range(paths):
                wait = 60.0 * q[i] / around[h]
                spread = math.sqrt(floor * floor + share * share * wait * wait)
                away = (waits[h] - wait) / spread
                weights[i] = -0.5 * (FREEDOM + 1.0) * math.log1p(away * away / FREEDOM) - math.log(spread)
                best = max(best, weights[i])
            total = 0.0
            squares = 0.0
            for i in range(paths):
                weights[i] = math.exp(weights[i] - best)
                total += weights[i]
                squares += weights[i] * weights[i]
            total_log += best + math.log(total / paths)
            # systematic resampling: who is heavy is kept several times
            reached = 0.0
            at = 0
            for i in range(paths):
                reached += weights[i]
                while at < paths and (at + uniforms[h]) * total <= reached * paths:
                    kept[at] = i
                    at += 1
            while at < paths:
                kept[at] = paths - 1
                at += 1
            choose(kept, z, queue, q, min(h, hours), h)
        if h == hours:
            break
        for i in range(paths):
            if c <= 0.0:
                q[i] = 0.0
                continue
            x = mean[h]
            for j in range(h + 1):
                x += root[h, j] * z[i, j]
            q[i] = max(0.0, q[i] + math.exp(x) - c)
    for i in range(paths):
        for h in range(hours):
            loads[i, h] = 0.0
            if lanes[h] > 0.0:
                x = mean[h]
                for j in range(h + 1):
                    x += root[h, j] * z[i, j]
                loads[i, h] = math.exp(x)
    return total_log


@compiled
def choose(kept: Any, z: Any, queue: Any, q: Any, known: int, h: int) -> None:
    """Replace each path's past by that of the path kept in its place."""
    old_z = z[:, :known].copy()
    old_queue = queue[:, : h + 1].copy()
    for i in range(len(kept)):
        at = kept[i]
        for j in range(known):
            z[i, j] = old_z[at, j]
        for j in range(h + 1):
            queue[i, j] = old_queue[at, j]
        q[i] = old_queue[at, h]
