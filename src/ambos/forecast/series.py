"""Forecast of a monthly or quarterly series: its method is chosen, and its interval set, by the errors of past forecasts.

At each origin, a past period, every method forecasts the periods that follow from the values before the origin alone. What
is said of an origin (which method is the best, how wide its interval is) rests on errors that were known at that origin, so
that the error and the coverage that are reported are those of a user who had asked then.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ambos.forecast.methods import METHODS, Floats, Method, fit, on_one_thread, project

#: Years: of values that a method is fitted to, at most and at least; of origins, at most.
MOST_FITTED, LEAST_FITTED, MOST_ORIGINS = 15, 2, 5
#: Years of values needed at least, and the largest share of them that may be missing.
LEAST_YEARS, MOST_MISSING = 4, 0.25
#: Share of the origins, the earliest, that choose and set intervals only; the errors of the others are reported.
TEACHING = 0.4
#: A method takes the place of the median of all where its error is less than this part of the median's.
FAR_SMALLER = 0.8
#: Years of origins whose errors set an interval.
_RECENT = 2

Truths = NDArray[np.bool_]
#: What is chosen among: the methods, and the median of their forecasts.
Choice = Literal[Method, "median"]
CHOICES: tuple[Choice, ...] = (*METHODS, "median")


@dataclass(frozen=True, slots=True)
class Score:
    """The error of forecasts in a backtest.

    Attributes
    ----------
    mae : float
        Mean absolute error, in the unit of the series.
    mase : float
        The same by the mean absolute change from a year to the next before the first origin reported.
    percent : float
        The same in percent of the mean of the values that were forecast.
    covered : float
        Percentage of values within their interval.
    count : int
        Forecasts compared.
    """

    mae: float
    mase: float
    percent: float
    covered: float
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast and its backtest.

    Attributes
    ----------
    method : str
    centre, low, high, naive : tuple of float
        By lead; `naive` is that of the seasonal naive method, NaN where the value a year before is missing.
    scores : mapping of str to Score
        By choice; the score of a method that gave no forecasts has the count 0.
    chosen : Score
        Of what would have been chosen at each origin.
    leads : tuple of (Score, Score)
        By lead, of what would have been chosen at each origin and of the seasonal naive method.
    origins : int
        Those whose errors are reported.
    first : int
        The place, in the values, of the first period that the first of them forecasts.
    fitted : int
        Values, missing ones too, that the forecast is fitted to.
    logarithm : bool
        Whether the logarithm was forecast.
    """

    method: Choice
    centre: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    naive: tuple[float, ...]
    scores: dict[Choice, Score]
    chosen: Score
    leads: tuple[tuple[Score, Score], ...]
    origins: int
    first: int
    fitted: int
    logarithm: bool


class _Trials:
    """Forecasts of every choice at every origin, and the errors of those whose value is known.

    A method whose parameters were not found at some origin is left out of the choices and of the median.
    """

    def __init__(self, values: Floats, season: int, horizon: int, tell: Callable[[int, int], None] | None) -> None:
        self.values, self.season = values, season
        count = min(MOST_ORIGINS * season, len(values) - LEAST_FITTED * season)
        self.starts = range(len(values) - count, len(values))  # the first period forecast
        self.fitted = min(len(values), MOST_FITTED * season)
        self.logarithm = bool(np.nanmin(values[max(0, self.starts[0] - MOST_FITTED * season) :]) > 0)
        scaled = np.log(np.where(values > 0, values, np.nan)) if self.logarithm else values
        with on_one_thread():
            centre, error = self._projected(scaled, season, horizon, tell)
        #: Whether a method gives forecasts at all origins; where a value is missing the seasonal naive one has none.
        self.able: Truths = np.concatenate([[True], np.isfinite(centre[1:]).all(axis=(1, 2)), [True]])
        self.centre, self.error = (_with_median(each, self.able[:-1]) for each in (centre, error))
        places = np.array(self.starts)[:, None] + np.arange(horizon)
        after = np.full(horizon, np.nan)
        self.truth: Floats = np.concatenate([values, after])[places]
        self.missed = self.truth - self.back(self.centre[:, :-1])  # in the unit of the series
        self.ratio = np.abs(np.concatenate([scaled, after])[places] - self.centre[:, :-1]) / self.error[:, :-1]
        #: Where every method gives a forecast and the value is known: what is compared.
        self.common: Truths = np.asarray(np.isfinite(self.missed[self.able]).all(axis=0))
        self._ends = np.arange(count)[:, None] + np.arange(horizon)

    def _projected(
        self, scaled: Floats, season: int, horizon: int, tell: Callable[[int, int], None] | None
    ) -> tuple[Floats, Floats]:
        """Centre and error by method, origin and lead; the last origin is the end of the values."""
        origins = (*self.starts, len(scaled))
        shape = (len(METHODS), len(origins), horizon)
        centre, error = np.full(shape, np.nan), np.full(shape, np.nan)
        parameters: dict[Method, Floats | None] = {}
        for i, start in enumerate(origins):
            held = scaled[max(0, start - MOST_FITTED * season) : start]
            for at, method in enumerate(METHODS):
                if i % season == 0 or start == len(scaled):
                    parameters[method] = fit(method, held, season)
                centre[at, i], error[at, i] = project(method, held, season, horizon, parameters[method])
            if tell:
                tell(i + 1, len(origins))
        return centre, error

    def back(self, scaled: Floats) -> Floats:
        """Turn what was forecast into the unit of the series."""
        return np.exp(scaled) if self.logarithm else scaled

    def known_at(self, origin: int) -> Truths:
        """Which forecasts could be compared with their value by one who has the values before an origin only."""
        known: Truths = self.common & (self._ends < origin)
        return known

    def best_at(self, origin: int) -> int:
        """The place of the choice: the median, but for a method whose mean absolute error so far is far smaller."""
        known = self.known_at(origin)
        errors = np.where(self.able, np.abs(self.missed[:, known]).mean(axis=1), np.inf)
        best = int(np.argmin(errors))
        return best if errors[best] < FAR_SMALLER * errors[-1] else len(errors) - 1

    def width_at(self, origin: int, choice: int, level: float) -> float:
        """By how many standard errors the interval reaches to either side: so many held the share `level` of the newest
        known values (split conformal, with the correction for a finite sample)."""
        known = self.known_at(origin) & (np.arange(len(self.starts))[:, None] >= origin - _RECENT * self.season)
        ratios = np.sort(self.ratio[choice][known])
        return float(ratios[min(ceil((len(ratios) + 1) * level), len(ratios)) - 1])


def _with_median(each: Floats, able: Truths) -> Floats:
    """The values of each method, and as one more the median of those that are able."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of none but missing values
        return np.concatenate([each, np.nanmedian(each[able], axis=0, keepdims=True)])


def forecast(
    values: Floats, season: int, horizon: int, level: float, tell: Callable[[int, int], None] | None = None
) -> Forecast:
    """Forecast a series by the median of several methods, or by the one that did far better.

    Parameters
    ----------
    values : array of float
        In the order of time, at least `LEAST_YEARS` years, the last of them known; NaN is missing.
    season : int
        Periods in a year.
    horizon : int
        Periods to forecast, at most two years of them.
    level : float
        Share of values that the interval is to hold.
    tell : callable, optional
        Told how many origins are done, and of how many.
    """
    trials = _Trials(np.asarray(values, np.float64), season, horizon, tell)
    count = len(trials.starts)
    first = ceil(TEACHING * count)
    inside = np.zeros((len(CHOICES), count, horizon), bool)
    missed, held = np.full((count, horizon), np.nan), np.zeros((count, horizon), bool)
    for origin in range(first, count):
        for choice in np.flatnonzero(trials.able).tolist():
            width = trials.width_at(origin, choice, level)
            inside[choice, origin] = trials.ratio[choice, origin] <= width
        best = trials.best_at(origin)
        missed[origin], held[origin] = trials.missed[best, origin], inside[best, origin]
    before = trials.values[max(0, trials.starts[first] - MOST_FITTED * season) : trials.starts[first]]
    scale = float(np.nanmean(np.abs(before[season:] - before[:-season])))
    used: Truths = trials.common.copy()
    used[:first] = False

    def score(errors: Floats, within: Truths, which: Truths) -> Score:
        if not which.any():
            return Score(np.nan, np.nan, np.nan, np.nan, 0)
        mae = float(np.abs(errors[which]).mean())
        mean = float(np.abs(trials.truth[which]).mean())
        return Score(mae, mae / scale, 100 * mae / mean, 100 * float(within[which].mean()), int(which.sum()))

    leads = []
    for lead in range(horizon):
        own = np.zeros_like(used)
        own[:, lead] = used[:, lead]
        leads.append((score(missed, held, own), score(trials.missed[0], inside[0], own)))
    chosen = trials.best_at(count)
    now = trials.centre[chosen, -1]
    reach = trials.width_at(count, chosen, level) * trials.error[chosen, -1]
    low, high = trials.back(now - reach), trials.back(now + reach)
    if np.nanmin(trials.values) >= 0:
        low = np.maximum(low, 0.0)
    return Forecast(
        CHOICES[chosen],
        _plain(trials.back(now)),
        _plain(low),
        _plain(high),
        _plain(trials.back(trials.centre[0, -1])),
        {choice: score(trials.missed[i], inside[i], used & trials.able[i]) for i, choice in enumerate(CHOICES)},
        score(missed, held, used),
        tuple(leads),
        count - first,
        trials.starts[first],
        trials.fitted,
        trials.logarithm,
    )


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
