"""Methods for a series with seasons: the seasonal naive one, exponential smoothing and ARIMA; statsmodels does the work.

All work on the values as they are given (mostly logarithms), with errors that add. A missing value stays missing: the filters
of the state space step over it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Literal["seasonal_naive", "ets", "arima", "arima_drift"]
#: The baseline first.
METHODS: tuple[Method, ...] = get_args(Method)
#: Non-seasonal order and constant of the ARIMA models; the seasonal order of both is (0, 1, 1).
_ORDERS: dict[str, tuple[tuple[int, int, int], str | None]] = {
    "arima": ((0, 1, 1), None),
    "arima_drift": ((1, 0, 1), "c"),
}
#: Seasons from which the state before the first value is taken; steps of the search for parameters.
_FIRST_SEASONS, _STEPS = 5, 50


class Projection(NamedTuple):
    """The centre and the standard error of each lead; NaN where the method gives none."""

    centre: Floats
    error: Floats


def fit(method: Method, values: Floats, season: int) -> Floats | None:
    """Estimate the parameters of a method by maximum likelihood; None if it has none, or they are not found.

    Parameters
    ----------
    method : str
    values : array of float
        In the order of time; NaN is missing.
    season : int
        Periods in a year.
    """
    if method == "seasonal_naive":
        return None
    with _quiet():
        try:
            found: Floats = _model(method, values, season).fit(disp=0, maxiter=_STEPS, cov_type="none").params
        except (np.linalg.LinAlgError, ValueError):
            return None
    return found if np.isfinite(found).all() else None


def project(method: Method, values: Floats, season: int, horizon: int, parameters: Floats | None) -> Projection:
    """Forecast the values that follow.

    Parameters
    ----------
    method : str
    values : array of float
    season, horizon : int
        Periods in a year; periods to forecast.
    parameters : array of float, optional
        As `fit` gives them, of these values or of the first of them.
    """
    none = np.full(horizon, np.nan)
    if method == "seasonal_naive":
        return _seasonal_naive(values, season, horizon)
    if parameters is None:
        return Projection(none, none)
    with _quiet():
        try:
            made = _model(method, values, season).filter(parameters, cov_type="none").get_forecast(horizon)
            return Projection(np.asarray(made.predicted_mean), np.asarray(made.se_mean))
        except (np.linalg.LinAlgError, ValueError):
            return Projection(none, none)


def _seasonal_naive(values: Floats, season: int, horizon: int) -> Projection:
    """Repeat the last season; the error is that of the differences from season to season, and grows with their number."""
    leads = np.arange(horizon)
    steps = values[season:] - values[:-season]
    known = steps[np.isfinite(steps)]
    error = np.sqrt(np.mean(known**2)) if known.size else np.nan
    return Projection(values[len(values) - season + leads % season], error * np.sqrt(leads // season + 1))


def _model(method: Method, values: Floats, season: int) -> Any:
    """Make the model of statsmodels; it takes over a second to load, so that other verbs are spared it."""
    if method == "ets":
        from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

        level, seasonal = _first_state(values, season)
        return ExponentialSmoothing(
            values,
            seasonal=season,
            initialization_method="known",
            initial_level=level,
            initial_seasonal=seasonal[::-1],  # the newest first
            concentrate_scale=True,
        )
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    order, trend = _ORDERS[method]
    return SARIMAX(values, order=order, seasonal_order=(0, 1, 1, season), trend=trend, concentrate_scale=True)


def _first_state(values: Floats, season: int) -> tuple[float, Floats]:
    """Level and seasonal effects before the first value: means of the first seasons, without what is missing."""
    count = min(len(values) // season, _FIRST_SEASONS)
    years = values[: count * season].reshape(count, season)
    with _quiet():
        effects = np.nanmean(years - np.nanmean(years, axis=1, keepdims=True), axis=0)
        level = float(np.nanmean(years[:2]))
    effects = np.nan_to_num(effects)
    return level, effects - effects.mean()


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Keep the matrices, which are small, on one thread: on a busy machine several that wait for each other took
    more than twenty times as long."""
    import scipy.linalg  # noqa: F401 - its library must be loaded to be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep warnings of a search that has not converged from the terminal: the backtest shows what its result is worth."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
