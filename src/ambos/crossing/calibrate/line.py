"""Calibrate one line: fit, mend by drawn days, and say how well it is known and what it was worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ambos.crossing.calibrate.fit import HOURS, LineDays, LineFit, fit_line
from ambos.crossing.calibrate.prove import Proof, close, prove
from ambos.crossing.calibrate.reconstruct import Floats
from ambos.crossing.calibrate.refine import Held, draw, held, refine
from ambos.model.twin import Calibrated, Fitness

#: Paths of each day's reconstruction, and rounds.
PATHS, ROUNDS = 400, 6
#: Days of a block of the bootstrap, its samples, and the rounds of mending each.
BLOCK, SAMPLES, SAMPLE_ROUNDS = 28, 10, 6
#: Equally likely waits of midnight that are kept.
_MIDNIGHTS = 24
#: The least that a mean load is taken as uncertain: in made-up worlds it is found to within some 1.5 %, however many the days.
_LEAST = 0.015


@dataclass(frozen=True, slots=True)
class CalibratedLine:
    """A line calibrated, not yet pinned to travellers."""

    fit: LineFit
    days: LineDays  #: Complete.
    idle: float
    level: float
    held: Held  #: Drawn days against all reports that it was fitted to.
    proof: Proof | None


def calibrate_line(
    days: LineDays, tested: Sequence[str] = (), progress: Callable[[int, int], None] | None = None
) -> CalibratedLine | None:
    """Calibrate a line; None if it was never open or nothing was reported.

    Parameters
    ----------
    days : LineDays
        As reported.
    tested : sequence of str
        Months on which it is tested after a fit on all before them, such as ``2025-07``.
    progress : callable, optional
        Told the steps done and their number.
    """
    if not days.reports or not (np.nan_to_num(days.lanes) > 0).any():
        return None
    steps = ROUNDS + SAMPLES + len(tested)

    def tell(done: int) -> None:
        if progress:
            progress(done, steps)

    fit, whole, found = fit_line(days, paths=PATHS, rounds=ROUNDS, progress=lambda done, _: tell(done))
    if not fit.open_hours.any():
        return None
    fit = refine(replace(fit, deviations=alike_at_all_hours(fit)), whole)
    level = _level(fit, whole, lambda done: tell(ROUNDS + done))
    proof = prove(days, tested, lambda done, _: tell(ROUNDS + SAMPLES + done)) if tested else None
    return CalibratedLine(fit, whole, float(np.nanmean(found.idle)), level, held(draw(fit, whole, seed=1)), proof)


def alike(fit: LineFit) -> Floats:
    """Correlation of the deviations of hours so many hours apart, from 0 to 23."""
    hours = np.flatnonzero(fit.open_hours)
    own = fit.deviations[np.ix_(hours, hours)]
    spread = np.sqrt(np.diag(own))
    correlation = own / np.outer(spread, spread)
    apart = np.abs(np.subtract.outer(hours, hours))
    made = np.array([correlation[apart == k].mean() if (apart == k).any() else 0.0 for k in range(HOURS)])
    made[0] = 1.0
    return made


def alike_at_all_hours(fit: LineFit) -> Floats:
    """The covariance with the same correlation of all hours so far apart."""
    apart = np.abs(np.subtract.outer(np.arange(HOURS), np.arange(HOURS)))
    spread = np.sqrt(np.diag(fit.deviations))
    values, vectors = np.linalg.eigh(alike(fit)[apart])
    correlation = (vectors * np.maximum(values, 1e-4)) @ vectors.T
    scale = np.sqrt(np.diag(correlation))
    made: Floats = correlation / np.outer(scale, scale) * np.outer(spread, spread)
    return made


def _level(fit: LineFit, days: LineDays, tell: Callable[[int], None]) -> float:
    """How well the mean load is known: by a bootstrap over blocks of four weeks, and as months differ from each other."""
    made = np.random.Generator(np.random.PCG64(0))
    first = min(days.days)
    blocks = np.array([(day - first).days // BLOCK for day in days.days])
    names = np.unique(blocks)
    opened = fit.open_hours
    means = []
    for sample in range(SAMPLES):
        times = np.bincount(made.integers(0, len(names), len(names)), minlength=len(names))
        weights = times[np.searchsorted(names, blocks)].astype(float)
        if (np.isfinite(days.waits[:, :HOURS]) & (weights > 0)[:, None]).any():
            mended = refine(fit, days, weights, SAMPLE_ROUNDS)
            means.append(float(mended.profile[:, opened].mean()) + mended.level_next)
        tell(sample + 1)
    between = float(np.std(list(fit.months.values()))) if fit.months else 0.0
    return math.sqrt(_LEAST**2 + (float(np.var(means)) if means else 0.0) + between**2)


def as_calibrated(line: CalibratedLine, volumes: Sequence[float], per_hour: float) -> Calibrated:
    """The figures of a line as definitions keep them, with the rate of the definitions until it is pinned."""
    fit = line.fit
    variance = np.diag(fit.deviations)
    opened = fit.lanes > 0
    load = np.where(opened, np.exp(fit.profile + variance / 2), 0.0)
    by_month: dict[int, list[float]] = {}
    for name, level in fit.months.items():
        by_month.setdefault(int(name[5:]), []).append(level)
    months = [float(np.exp(np.mean(by_month[m]))) if m in by_month else 0.0 for m in range(1, 13)]
    midnight = np.quantile(fit.midnight, (np.arange(_MIDNIGHTS) + 0.5) / _MIDNIGHTS) if len(fit.midnight) else ()
    return Calibrated(
        first=min(line.days.days).isoformat(),
        last=max(line.days.days).isoformat(),
        days=len(line.days.days),
        reports=line.days.reports,
        load={w + 1: _rounded(load[w]) for w in range(7)},
        spread=_rounded(np.where(fit.open_hours, np.sqrt(variance), 0.0)),
        alike=_rounded(alike(fit)),
        midnight=_rounded(midnight, 1),
        months=_rounded(months),
        volumes=tuple(float(v) for v in volumes),
        hours_reported=_with_gaps(line.held.mean),
        hours_drawn=_with_gaps(line.held.drawn_mean),
        level=round(line.level, 4),
        per_hour=per_hour,
        per_hour_spread=0.0,
        follow_day=round(fit.follow[0], 3),
        follow_hour=round(fit.follow[1], 3),
        follow_next=round(fit.follow[2], 3),
        follow_after=round(fit.follow[3], 3),
        floor=fit.noise.floor,
        share=fit.noise.share,
        idle=round(line.idle, 3),
        simulated=0.0,
        reported=0.0,
        fitness=fitness(line.proof),
    )


def _rounded(values: Sequence[float] | Floats | tuple[()], digits: int = 4) -> tuple[float, ...]:
    return tuple(round(float(v), digits) for v in values)


def _with_gaps(values: Floats) -> tuple[float | None, ...]:
    return tuple(round(float(v), 1) if np.isfinite(v) else None for v in values)


def fitness(proof: Proof | None) -> Fitness | None:
    """The figures of a test; None where no hour of the day has reports enough."""
    if proof is None:
        return None
    against, near = proof.held, close(proof.held)
    hours = np.isfinite(near)
    if not hours.any():
        return None
    reports = against.reports

    def mean(values: Floats) -> float:
        return round(float(np.nansum(values * reports) / reports.sum()), 2)

    return Fitness(
        reports=int(reports.sum()),
        reported=mean(against.mean),
        drawn=mean(against.drawn_mean),
        reported_high=mean(against.high),
        drawn_high=mean(against.drawn_high),
        covered=round(against.covered, 3),
        hours=int(hours.sum()),
        close=int(np.nansum(near)),
        hidden=proof.hidden,
        predicted_error=round(proof.predicted_error, 2) if proof.hidden else 0.0,
        interpolated_error=round(proof.interpolated_error, 2) if proof.hidden else 0.0,
    )
