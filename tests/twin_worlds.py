"""Made-up worlds for calibration: a line whose true load is known, with lanes that react and reports that are poor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ambos.crossing.calibrate.fit import HOURS, LineDays
from ambos.crossing.calibrate.reconstruct import Floats, covariance, lanes_around

#: Steps of an hour.
_STEPS = 12


@dataclass(frozen=True)
class World:
    """A line as it was, and as it was reported."""

    days: LineDays  #: As reported.
    loads: Floats  #: (D, 24): lane-hours of work that came in each hour.
    mean: Floats  #: (24,): the mean load of an hour over all days that could have been.


def world(seed: int, days: int = 120) -> World:
    """Make a world: lanes follow the waits, reports are rounded to 5 minutes, wrong by a fifth, and half are missing."""
    made = np.random.default_rng(seed)
    busy = made.uniform(0.92, 1.0)
    base = np.round(made.uniform(2.5, 5.5)) + np.where(np.abs(np.arange(HOURS) - 14) < 6, 1.0, 0.0)
    shape = 1 + 0.15 * np.sin((np.arange(HOURS) - made.uniform(6, 10)) / 24 * 2 * np.pi)
    profile = np.log(busy * base * shape / shape.mean())
    cov = covariance(HOURS, made.uniform(0.02, 0.08), made.uniform(0.1, 0.2), 0.4)
    root = np.linalg.cholesky(cov + 1e-9 * np.eye(HOURS))
    per_hour = made.uniform(40, 60)
    first = date(2025, 1, 6)
    loads, lanes, queues = np.zeros((days, HOURS)), np.zeros((days, HOURS)), np.zeros((days, HOURS))
    queue = 0.0
    for day in range(days):
        drawn = np.exp(profile + root @ made.standard_normal(HOURS))
        extra = 0.0
        for hour in range(HOURS):
            wait = 60 * queue / (base[hour] + extra)
            extra = min(extra + 1, 2) if wait > 45 else max(extra - 1, -1) if wait < 10 else extra
            lanes[day, hour] = max(1.0, base[hour] + extra)
            queues[day, hour] = queue
            for _ in range(_STEPS):
                came = made.poisson(drawn[hour] * per_hour / _STEPS) / per_hour
                loads[day, hour] += came
                queue = max(0.0, queue + came - lanes[day, hour] / _STEPS)
    waits = 60 * queues / lanes_around(lanes)[:, :HOURS]
    seen = waits + np.hypot(5.0, 0.2 * waits) * made.standard_t(4, (days, HOURS))
    reports = np.round(np.maximum(seen, 0.0) / 5) * 5
    reports[made.random(reports.shape) < 0.5] = np.nan
    told = np.where(np.isnan(reports), np.nan, lanes)
    ends = np.append(reports[1:, 0], np.nan)
    days_ = tuple(first + timedelta(n) for n in range(days))
    return World(LineDays(days_, np.column_stack((reports, ends)), told), loads, np.exp(profile + np.diag(cov) / 2))
