"""Days drawn from a fit, under the lanes really open, held against what was reported; and a fit mended by them.

The fit of `ambos.crossing.calibrate.fit` follows each day's reports; drawn days follow none, so that a small fault of its
mean adds up over the hours. Simulation finds it: the mean load of each hour and the spread of the deviations are moved
until the waits of drawn days have the mean and the spread of those reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ambos.crossing.calibrate.fit import HOURS, LineDays, LineFit
from ambos.crossing.calibrate.reconstruct import HIGH, LOW, Floats, lanes_around

#: Days drawn for each day of the archive, rounds of mending, and the part of an error that each round mends.
DRAWN, ROUNDS, PART = 40, 12, 0.5
#: Change of the log of the load for a unit of the log of the ratio of mean waits.
PULL = 0.03
#: The most that one round changes the load of an hour, or the spread, as a difference of logs.
_MOST = 0.1
_ROUNDED = 5.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Waits of drawn days beside those reported, minutes."""

    reported: Floats  #: (D, 24); NaN: no report, or closed.
    waits: Floats  #: (N, D, 24): of drawn days at the beginning of each hour.
    noise: Floats  #: (N, D, 24): with what a report adds to it, and rounded as reports are.


def draw(fit: LineFit, days: LineDays, count: int = DRAWN, seed: int = 0) -> Drawn:
    """Draw days under the lanes really open.

    Parameters
    ----------
    fit : LineFit
    days : LineDays
        With complete lanes. Their waits are looked at for those at midnight only, where the line is open then, and not by
        day: each drawn day begins with that of some day.
    count : int
        Drawn days for each.
    seed : int
    """
    made = np.random.Generator(np.random.PCG64(seed))
    total = len(days.days)
    root = np.linalg.cholesky(fit.deviations + 1e-9 * np.eye(HOURS))
    deviations = np.einsum("hk,ndk->ndh", root, made.standard_normal((count, total, HOURS)))
    mean = np.stack(
        [
            fit.expected(day.weekday(), lanes, fit.months.get(f"{day:%Y-%m}", fit.level_next)).mean
            for day, lanes in zip(days.days, days.lanes, strict=True)
        ]
    )
    loads = np.exp(mean + deviations)
    first = fit.midnight if len(fit.midnight) else np.zeros(1)
    around = lanes_around(days.lanes)
    queue = made.choice(first, (count, total)) * around[:, 0] / 60.0
    waits = np.full((count, total, HOURS), np.nan)
    for hour in range(HOURS):
        lanes = days.lanes[:, hour]
        with np.errstate(divide="ignore", invalid="ignore"):
            waits[:, :, hour] = np.where(lanes > 0, 60.0 * queue / around[:, hour], np.nan)
        queue = np.where(lanes > 0, np.maximum(0.0, queue + loads[:, :, hour] - lanes), 0.0)
    spread = np.hypot(fit.noise.floor, fit.noise.share * waits)
    seen = np.maximum(0.0, waits + spread * made.standard_normal(waits.shape))
    reported = np.where(days.lanes > 0, days.waits[:, :HOURS], np.nan)
    return Drawn(reported, waits, np.round(seen / _ROUNDED) * _ROUNDED)


@dataclass(frozen=True, slots=True)
class Held:
    """Drawn days against reported ones, by hour of the day; NaN where nothing is reported."""

    reports: Floats  #: (24,).
    #: `mean`, `high`: (24,): mean and 90th percentile reported, minutes; `drawn_mean`, `drawn_high`: of drawn days.
    mean: Floats
    drawn_mean: Floats
    high: Floats
    drawn_high: Floats
    #: Share of the reports within the 80 % interval of the drawn reports of their day and hour.
    covered: float


def held(drawn: Drawn, weights: Floats | None = None) -> Held:
    """Hold drawn days against the reported ones, by hour; `weights` (D,) of the days."""
    known = np.isfinite(drawn.reported)
    weight = np.ones(len(drawn.reported)) if weights is None else weights
    mass = known * weight[:, None]
    count = mass.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, drawn.reported * mass, 0.0).sum(axis=0) / count
        ours = np.where(known, np.nan_to_num(drawn.waits).mean(axis=0) * mass, 0.0).sum(axis=0) / count
    high, ours_high = np.full(HOURS, np.nan), np.full(HOURS, np.nan)
    for hour in np.flatnonzero(count > 0):
        own = known[:, hour]
        high[hour] = _quantile(drawn.reported[own, hour], weight[own])
        seen = drawn.noise[:, own, hour]
        ours_high[hour] = _quantile(seen.ravel(), np.tile(weight[own], len(seen)))
    low_end, high_end = np.quantile(np.nan_to_num(drawn.noise), (LOW, HIGH), axis=0)
    # a rounded report stands for all within its step
    inside = (drawn.reported >= low_end - _ROUNDED / 2) & (drawn.reported <= high_end + _ROUNDED / 2)
    return Held(known.sum(axis=0).astype(float), mean, ours, high, ours_high, float(inside[known].mean()))


def _quantile(values: Floats, weights: Floats, chance: float = HIGH) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, chance * reached[-1])])


def refine(fit: LineFit, days: LineDays, weights: Floats | None = None, rounds: int = ROUNDS) -> LineFit:
    """Move the mean load of each hour and the spread until drawn waits have the mean and the spread of those reported.

    Parameters
    ----------
    fit : LineFit
    days : LineDays
        With complete lanes.
    weights : (D,) array, optional
        Of the days: with those of the last weeks above others the level is that of these weeks.
    rounds : int
    """
    if weights is not None and len(fit.midnight):
        first = days.waits[:, 0]
        known = np.isfinite(first) & (days.lanes[:, 0] > 0)
        fit = replace(fit, midnight=np.repeat(first[known], np.ceil(100 * weights[known]).astype(np.int64)))
    opened = fit.open_hours
    if not np.isfinite(days.waits[:, :HOURS]).any():
        return fit
    lanes = np.where(days.lanes > 0, days.lanes, np.nan)
    usual = np.nan_to_num(np.nanmean(np.where(opened, lanes, 1.0), axis=0), nan=0.0)
    load = np.exp(fit.profile + np.diag(fit.deviations) / 2).mean(axis=0)
    for turn in range(rounds):
        against = held(draw(fit, days, seed=turn), weights)
        error = against.mean - against.drawn_mean
        known = np.isfinite(error)
        if not known.any():
            return fit
        error = _smooth(np.interp(np.arange(HOURS), np.flatnonzero(known), error[known]))
        error[~opened] = 0.0
        work = error * usual / 60.0  # lane-hours missing in line at the beginning of the hour
        missing = np.where(opened, np.append(work[1:], work[-1]) - work, 0.0)
        if fit.lanes[:, 0].any():
            missing[-1] = 0.0  # each day begins anew with the wait of midnight
        # a wait too long at all hours alike is a load too high at all hours
        pull = PULL * np.clip(np.log((against.mean + _ROUNDED) / (against.drawn_mean + _ROUNDED)), -1.0, 1.0)
        step = np.clip(_smooth(PART * missing / load) + np.where(known, pull, 0.0), -_MOST, _MOST)
        spreads = against.high - against.mean, against.drawn_high - against.drawn_mean
        ratio = float(np.nansum(spreads[0] * against.reports) / max(np.nansum(spreads[1] * against.reports), 1e-9))
        wider = float(np.clip(PART * np.log(max(ratio, 1e-3)), -_MOST, _MOST))
        deviations = fit.deviations * np.exp(2 * wider)
        if not 0.02 < float(np.diag(deviations)[opened].mean()) < 0.5:
            deviations = fit.deviations
        fit = replace(fit, profile=fit.profile + step, deviations=deviations)
    level = np.array([fit.months.get(name, 0.0) for name in days.months])
    return replace(fit, level_next=float(np.average(level, weights=weights)))


def _smooth(values: Floats) -> Floats:
    """Each hour with half the weight, its neighbours with a quarter: the mean report of one hour is noisy."""
    long = np.concatenate((values[:1], values, values[-1:]))
    made: Floats = (long[:-2] + 2 * long[1:-1] + long[2:]) / 4
    return made


def recent(days: LineDays, half_life: float) -> Floats:
    """Weights of days that halve with every so many days before the last."""
    last = max(days.days)
    made: Floats = 0.5 ** (np.array([(last - day).days for day in days.days]) / half_life)
    return made
