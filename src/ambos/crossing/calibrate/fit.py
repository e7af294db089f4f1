"""Fit what is expected of a line's load: by weekday and hour, with what varies from day to day.

The log of the load of an hour is

``profile[weekday, hour] + month + follow · departures of the lanes + deviation[hour]``

where the departures are of the log of the lanes open from their mean on such a weekday and hour: of the day, and, against the
day, of the hour, of the next and of the one after, as lanes open after a queue has grown; with deviations that are normal, correlated over the hours of a day, and independent between days. Lanes are opened because
waits are long, so the lanes of a day tell of its demand: `follow` is what they tell, not what they cause. All is fitted by
expectation and maximisation over the paths of `ambos.crossing.calibrate.reconstruct`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ambos.crossing.calibrate.reconstruct import (
    BUSY,
    LEVEL,
    NEXT,
    SHAPE,
    Expected,
    Floats,
    Noise,
    Reconstruction,
    covariance,
    reconstruct,
)

HOURS, WEEK = 24, 7
#: What the lanes tell before anything is fitted: the load goes with them; and the days that this weighs.
FOLLOW, FOLLOW_DAYS = (1.0, 1.0, 0.0, 0.0), 5.0
#: Rounds of expectation and maximisation.
ROUNDS = 8
#: Days that the structure of a level and neighbouring hours weighs in the covariance.
STRUCTURE_DAYS = 40.0
#: Days that no trend weighs in the level of a month, and that the mean of all weekdays weighs in that of one.
MONTH_DAYS, WEEKDAY_DAYS = 5.0, 4.0
#: Hours of a weekday open in fewer than this share of its days are left out.
OPEN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class LineDays:
    """Hourly waits and lanes reported of a line, a row a day."""

    days: tuple[date, ...]
    waits: Floats  #: (D, 25): minutes reported at the beginning of each hour, and at the next midnight; NaN: none.
    lanes: Floats  #: (D, 24): lanes open, 0: closed, NaN: not reported.

    def at(self, wanted: Sequence[int] | NDArray[np.int64] | NDArray[np.bool_]) -> LineDays:
        """Some of the days."""
        places = np.arange(len(self.days))[wanted]
        return LineDays(tuple(self.days[i] for i in places), self.waits[places], self.lanes[places])

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """(D,): 0: Monday."""
        return np.array([day.weekday() for day in self.days], dtype=np.int64)

    @property
    def months(self) -> tuple[str, ...]:
        """Such as ``2025-04``, of each day."""
        return tuple(f"{day:%Y-%m}" for day in self.days)

    @property
    def reports(self) -> int:
        """Waits reported."""
        return int(np.isfinite(self.waits[:, :HOURS]).sum())


@dataclass(frozen=True, slots=True)
class LineFit:
    """A fit of a line: the distribution of its load by weekday and hour, before a day's reports are seen."""

    lanes: Floats  #: (7, 24): mean lanes by weekday and hour; 0 where the line is closed as a rule.
    log_lanes: Floats  #: (7, 24): mean of their log.
    profile: Floats  #: (7, 24): mean of the log of the load, lane-hours per hour; meaningless where closed.
    months: dict[str, float]  #: Level of each month, a difference of logs.
    follow: tuple[float, ...]  #: What the `departures` of the lanes tell of the load.
    deviations: Floats  #: (24, 24): covariance of the deviations.
    noise: Noise
    #: Minutes reported at midnight, where the line is open then: one value for each report.
    midnight: Floats
    level_next: float = 0.0  #: Level of a month without reports.

    @property
    def level(self) -> float:
        """Standard deviation of the day's level."""
        return float(np.sqrt(max(0.0, _structure(self.deviations, self.open_hours)[0])))

    @property
    def open_hours(self) -> NDArray[np.bool_]:
        """(24,): hours open on any weekday."""
        opened: NDArray[np.bool_] = np.any(self.lanes > 0, axis=0)
        return opened

    def expected(self, weekday: int, lanes: Floats, month: float = 0.0) -> Expected:
        """Predict the log of the load of each of 24 hours (lane-hours per hour) on a day with these lanes."""
        return Expected(
            self.profile[weekday] + month + self._told(weekday, lanes),
            self.deviations,
        )

    def mean_load(self, days: LineDays) -> Floats:
        """(24,): the mean load of an hour over completed days with the lanes that they had, lane-hours per hour."""
        half = np.diag(self.deviations) / 2
        made = [
            np.exp(self.expected(day.weekday(), lanes, self.months.get(f"{day:%Y-%m}", 0.0)).mean + half)
            for day, lanes in zip(days.days, days.lanes, strict=True)
        ]
        mean: Floats = np.mean(np.where(days.lanes > 0, made, 0.0), axis=0)
        return mean

    def _told(self, weekday: int, lanes: Floats) -> Floats:
        """Regress the log load of each hour on the day's lanes: (24,) differences from a day with the usual lanes."""
        made: Floats = np.array(self.follow) @ departures(lanes, self.log_lanes[weekday])
        return made


def departures(lanes: Floats, usual: Floats) -> Floats:
    """Departures of the log of a day's lanes from the usual, (4, 24); 0 where closed.

    Of the day's mean; then, from that, of each hour, of the next hour and of the one after.
    """
    known = lanes > 0
    away = np.where(known, np.log(np.where(known, lanes, 1.0)) - usual, 0.0)
    mean = float(away[known].mean()) if known.any() else 0.0
    own = np.where(known, away - mean, 0.0)
    following = np.concatenate((own[1:], [0.0]))
    after = np.concatenate((own[2:], [0.0, 0.0]))
    return np.stack((np.where(known, mean, 0.0), own, following, after)) * known


def usual_lanes(days: LineDays) -> Floats:
    """Mean lanes by weekday and hour, (7, 24); 0 where the line is closed as a rule."""
    weekdays = days.weekdays
    usual = np.zeros((WEEK, HOURS))
    for weekday in range(WEEK):
        own = days.lanes[weekdays == weekday]
        count = np.isfinite(own).sum(axis=0)
        opened = np.nan_to_num(own) > 0
        often = (count > 0) & (opened.sum(axis=0) >= OPEN_SHARE * np.maximum(count, 1))
        total = np.where(opened, own, 0.0).sum(axis=0)
        usual[weekday] = np.where(often, total / np.maximum(opened.sum(axis=0), 1), 0.0)
    return usual


def complete(days: LineDays, usual: Floats) -> LineDays:
    """Fill the lanes not reported, from the nearest open hour of the day or those usual, and close hours closed as a rule.

    Parameters
    ----------
    days : LineDays
    usual : (7, 24) array
        As of `usual_lanes`.
    """
    lanes = np.empty_like(days.lanes)
    for at, (own, weekday) in enumerate(zip(days.lanes, days.weekdays, strict=True)):
        typical = usual[weekday]
        known = np.flatnonzero(np.nan_to_num(own) > 0)
        guess = typical
        if len(known):
            guess = own[known[np.abs(np.arange(HOURS)[:, None] - known).argmin(axis=1)]]
        lanes[at] = np.where(typical > 0, np.where(np.isnan(own), guess, own), 0.0)
    waits = days.waits.copy()
    waits[:, :HOURS][lanes == 0] = np.nan
    return LineDays(days.days, waits, lanes)


def day_paths(fit: LineFit, days: LineDays, at: int, paths: int, seed: int = 0) -> tuple[slice, Reconstruction] | None:
    """Reconstruct a day of completed days under a fit: the hours that it is open, and its paths; None if never."""
    lanes = days.lanes[at]
    opened = np.flatnonzero(lanes > 0)
    if not len(opened):
        return None
    hours = slice(int(opened[0]), int(opened[-1]) + 1)
    weekday = days.days[at].weekday()
    whole = fit.expected(weekday, lanes, fit.months.get(f"{days.days[at]:%Y-%m}", 0.0))
    own = Expected(whole.mean[hours], whole.covariance[hours, hours])
    waits = days.waits[at, hours.start : hours.stop + 1]
    return hours, reconstruct(waits, lanes[hours], own, noise=fit.noise, paths=paths, seed=seed)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Mean and covariance of each day's log load, given a fit and the day's reports."""

    mean: Floats  #: (D, 24); NaN where closed.
    covariance: Floats  #: (D, 24, 24); NaN where closed.
    idle: Floats  #: (D, 24): share of the paths without a queue; NaN where closed.
    likelihood: float  #: Log likelihood of all reports.


def posterior(fit: LineFit, days: LineDays, paths: int) -> Posterior:
    """Reconstruct every day under a fit."""
    count = len(days.days)
    mean = np.full((count, HOURS), np.nan)
    spread = np.full((count, HOURS, HOURS), np.nan)
    idle = np.full((count, HOURS), np.nan)
    likelihood = 0.0
    for at in range(count):
        found = day_paths(fit, days, at, paths)
        if found is None:
            continue
        hours, made = found
        opened = np.flatnonzero(made.lanes > 0)
        logs = np.log(made.loads[:, opened])
        places = opened + hours.start
        mean[at, places] = logs.mean(axis=0)
        idle[at, places] = made.idle[opened]
        spread[np.ix_([at], places, places)] = np.cov(logs, rowvar=False).reshape(1, len(places), len(places))
        likelihood += made.log_likelihood
    return Posterior(mean, spread, idle, likelihood)


def start(days: LineDays, usual: Floats, noise: Noise | None = None) -> LineFit:
    """The fit before any wait is looked at; `days` completed with `usual`."""
    log_lanes = _mean_logs(days, usual)
    first = days.waits[:, 0][days.lanes[:, 0] > 0]
    profile = np.where(usual > 0, np.log(BUSY) + log_lanes, 0.0)
    return LineFit(
        *(usual, log_lanes, profile, {}, FOLLOW, covariance(HOURS, LEVEL, SHAPE, NEXT), noise or Noise()),
        midnight=first[np.isfinite(first)],
    )


def _mean_logs(days: LineDays, usual: Floats) -> Floats:
    weekdays = days.weekdays
    logs = np.log(np.where(days.lanes > 0, days.lanes, 1.0))
    made = np.zeros((WEEK, HOURS))
    for weekday in range(WEEK):
        own = weekdays == weekday
        count = (days.lanes[own] > 0).sum(axis=0)
        made[weekday] = np.where(usual[weekday] > 0, logs[own].sum(axis=0) / np.maximum(count, 1), 0.0)
    return made


def maximise(fit: LineFit, days: LineDays, found: Posterior, weights: Floats | None = None) -> LineFit:
    """The fit that suits best what the reports tell; `weights` (D,) count days, as in a bootstrap."""
    weight = np.ones(len(days.days)) if weights is None else weights
    weekdays, months = days.weekdays, np.array(days.months)
    known = np.isfinite(found.mean)
    mass = known * weight[:, None]
    x = np.where(known, found.mean, 0.0)
    away = [departures(lanes, fit.log_lanes[w]) for lanes, w in zip(days.lanes, weekdays, strict=True)]
    lanes_told = np.stack(away, axis=-2) * known  # (4, D, 24)
    follow, level, profile = np.array(fit.follow), np.zeros(len(days.days)), fit.profile.copy()
    names = sorted(set(days.months))
    month_level: dict[str, float] = {}
    for _ in range(4):
        rest = x - np.tensordot(follow, lanes_told, 1) - level[:, None]
        common = (mass * rest).sum(axis=0) / np.maximum(mass.sum(axis=0), 1e-9)
        for w in range(WEEK):
            own = weekdays == w
            number = mass[own].sum(axis=0)
            profile[w] = ((mass * rest)[own].sum(axis=0) + WEEKDAY_DAYS * common) / (number + WEEKDAY_DAYS)
        rest = x - profile[weekdays] - np.tensordot(follow, lanes_told, 1)
        day_rest = (mass * rest).sum(axis=1) / np.maximum(mass.sum(axis=1), 1e-9)
        total = 0.0
        for name in names:
            own = (months == name) & known.any(axis=1)
            month_level[name] = float((weight * day_rest)[own].sum() / (weight[own].sum() + MONTH_DAYS))
            total += month_level[name] * float(weight[own].sum())
        middle = total / max(float(weight[known.any(axis=1)].sum()), 1e-9)
        month_level = {name: value - middle for name, value in month_level.items()}
        level = np.array([month_level[name] for name in months])
        rest = x - profile[weekdays] - level[:, None]
        follow = _slopes(lanes_told, rest, mass)
    rest = np.where(known, x - profile[weekdays] - level[:, None] - np.tensordot(follow, lanes_told, 1), 0.0)
    both = known[:, :, None] & known[:, None, :]
    pairs = np.where(both, rest[:, :, None] * rest[:, None, :] + np.nan_to_num(found.covariance), 0.0)
    counts = (both * weight[:, None, None]).sum(axis=0)
    seen = (pairs * weight[:, None, None]).sum(axis=0) / np.maximum(counts, 1.0)
    shape = _structure(seen, fit.open_hours)
    structured = covariance(HOURS, np.sqrt(max(shape[0], 0.0)), np.sqrt(shape[1]), shape[2])
    deviations = (counts * seen + STRUCTURE_DAYS * structured) / (counts + STRUCTURE_DAYS)
    return replace(
        fit,
        profile=profile,
        months=month_level,
        follow=tuple(float(x) for x in follow),
        deviations=_positive(deviations),
    )


def _slopes(regressors: Floats, rest: Floats, mass: Floats) -> Floats:
    """Fit the slopes of the log load on the departures of the lanes (4, D, 24), by ridge regression towards `FOLLOW`."""
    weighted = regressors * mass
    gram = np.einsum("adh,bdh->ab", weighted, regressors)
    held = FOLLOW_DAYS * HOURS * 0.2**2 * np.eye(len(FOLLOW))
    made: Floats = np.linalg.solve(gram + held, np.einsum("adh,dh->a", weighted, rest) + held @ np.array(FOLLOW))
    return made


def _structure(seen: Floats, opened: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Variance of the day's level, that of an hour's deviation, and its correlation with the next hour's, by moments."""
    hours = np.flatnonzero(opened)
    own = seen[np.ix_(hours, hours)]
    apart = np.abs(np.subtract.outer(hours, hours))
    if not len(hours):
        return 0.0, SHAPE**2, NEXT
    variance = float(np.diag(own).mean())
    far = own[(apart >= 6) & (apart <= 18)]
    level = float(np.clip(far.mean() if far.size else 0.0, 0.0, 0.9 * variance))
    rest = max(variance - level, 1e-4)
    near = own[apart == 1]
    following = float(np.clip((near.mean() - level) / rest if near.size else 0.0, 0.0, 0.95))
    return level, rest, following


def _positive(matrix: Floats) -> Floats:
    """The nearest matrix without negative eigenvalues, by clipping them."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    made: Floats = (vectors * np.maximum(values, 1e-5)) @ vectors.T
    return made


#: Spreads of reports that are tried.
NOISES = tuple(Noise(floor, share) for floor in (2.5, 5.0) for share in (0.1, 0.2, 0.3))
#: Days on which they are tried, and the round after which.
_NOISE_DAYS, _NOISE_ROUND = 90, 2


def likeliest_noise(fit: LineFit, days: LineDays, paths: int) -> Noise:
    """The spread of reports under which those of some days, spread over all, are likeliest."""
    some = days.at(np.unique(np.linspace(0, len(days.days) - 1, _NOISE_DAYS).astype(np.int64)))
    tried = [(posterior(replace(fit, noise=noise), some, paths).likelihood, noise) for noise in NOISES]
    return max(tried, key=lambda pair: pair[0])[1]


def fit_line(
    days: LineDays,
    *,
    noise: Noise | None = None,
    paths: int = 500,
    rounds: int = ROUNDS,
    begin: LineFit | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[LineFit, LineDays, Posterior]:
    """Fit a line to its days.

    Parameters
    ----------
    days : LineDays
        As reported; gaps are filled here.
    noise : Noise, optional
        Of the reports; without, the likeliest of `NOISES`.
    paths : int
        Of the reconstruction of each day.
    rounds : int
    begin : LineFit, optional
        An earlier fit to begin from.
    progress : callable, optional
        Told the rounds done and their number.

    Returns
    -------
    LineFit
    LineDays
        The days with their lanes completed.
    Posterior
        Under the fit before the last round.
    """
    usual = usual_lanes(days)
    whole = complete(days, usual)
    fit = start(whole, usual, noise)
    if begin is not None:
        fit = replace(
            begin, lanes=usual, log_lanes=fit.log_lanes, profile=np.where(begin.lanes > 0, begin.profile, fit.profile)
        )
    found = posterior(fit, whole, paths)
    for done in range(rounds):
        fit = maximise(fit, whole, found)
        if noise is None and begin is None and done + 1 == _NOISE_ROUND:
            fit = replace(fit, noise=likeliest_noise(fit, whole, paths))
        found = posterior(fit, whole, paths)
        if progress:
            progress(done + 1, rounds)
    return fit, whole, found
