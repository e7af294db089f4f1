"""Forecasts of monthly and quarterly series: against closed forms, the library itself, and what was not known at the time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX

from ambos.forecast.methods import METHODS, Floats, fit, project
from ambos.forecast.series import CHOICES, Forecast, _Trials, forecast

SEASON = 4


def made_up(years: int, seed: int = 7) -> Floats:
    """Quarters with a season, a slow level and noise, all positive."""
    draws = np.random.default_rng(seed)
    count = years * SEASON
    level = 8 + np.cumsum(draws.normal(0, 0.03, count))
    return np.exp(level + np.tile([0.2, -0.1, 0.1, -0.2], years) + draws.normal(0, 0.05, count))


VALUES = made_up(10)


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast(VALUES, SEASON, SEASON, 0.8)


def test_the_seasonal_naive_method_repeats_the_last_season_with_the_error_of_its_differences() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 2.0, 4.0, np.nan, 6.0])
    centre, error = project("seasonal_naive", values, 4, 6, None)
    assert centre[[0, 1, 3, 4]] == pytest.approx([2, 4, 6, 2])
    assert math.isnan(centre[2]), "a missing value is not filled"
    spread = math.sqrt((1 + 4 + 4) / 3)
    assert error == pytest.approx([spread] * 4 + [spread * math.sqrt(2)] * 2)


@pytest.mark.parametrize(("method", "order", "trend"), [("arima", (0, 1, 1), None), ("arima_drift", (1, 0, 1), "c")])
def test_arima_is_that_of_the_library(method: str, order: tuple[int, int, int], trend: str | None) -> None:
    values = np.log(VALUES)
    found = fit(method, values, SEASON)  # type: ignore[arg-type]
    own = project(method, values, SEASON, 5, found)  # type: ignore[arg-type]
    model = SARIMAX(values, order=order, seasonal_order=(0, 1, 1, SEASON), trend=trend, concentrate_scale=True)
    theirs = model.fit(disp=0, maxiter=50).get_forecast(5)
    assert own.centre == pytest.approx(theirs.predicted_mean, rel=1e-6)
    assert own.error == pytest.approx(theirs.se_mean, rel=1e-4)


def test_exponential_smoothing_is_that_of_the_library_and_follows_a_pure_season_from_the_first_value() -> None:
    values = np.log(VALUES)
    found = fit("ets", values, SEASON)
    years = values[: 5 * SEASON].reshape(5, SEASON)
    effects = (years - years.mean(axis=1, keepdims=True)).mean(axis=0)
    first = {"initial_level": years[:2].mean(), "initial_seasonal": (effects - effects.mean())[::-1]}
    model = ExponentialSmoothing(
        values, seasonal=SEASON, initialization_method="known", concentrate_scale=True, **first
    )
    theirs = model.fit(disp=0, maxiter=50).get_forecast(5)
    assert project("ets", values, SEASON, 5, found).centre == pytest.approx(theirs.predicted_mean, rel=1e-6)
    pure = np.tile([3.0, 1.0, 2.0, 6.0], 6)
    assert project("ets", pure, 4, 4, np.array([0.1, 0.1])).centre == pytest.approx([3, 1, 2, 6])


def test_a_value_that_came_later_changes_no_earlier_forecast_choice_or_interval() -> None:
    trials = _Trials(VALUES, SEASON, SEASON, None)
    origin = 12
    start = trials.starts[origin]
    changed = VALUES.copy()
    changed[start:] *= np.linspace(1.5, 3, len(changed) - start)
    others = _Trials(changed, SEASON, SEASON, None)
    assert np.array_equal(trials.centre[:, : origin + 1], others.centre[:, : origin + 1])
    assert trials.best_at(origin) == others.best_at(origin)
    assert trials.width_at(origin, 4, 0.8) == others.width_at(origin, 4, 0.8)
    assert not np.array_equal(trials.centre[:, -1], others.centre[:, -1])


def test_the_error_reported_of_the_seasonal_naive_method_is_the_closed_one(made: Forecast) -> None:
    count = 5 * SEASON
    first = len(VALUES) - count + math.ceil(0.4 * count)
    errors, truth = [], []
    for start in range(first, len(VALUES)):
        for lead in range(min(SEASON, len(VALUES) - start)):
            truth.append(VALUES[start + lead])
            errors.append(abs(truth[-1] - VALUES[start + lead - SEASON]))
    score = made.scores["seasonal_naive"]
    assert (score.count, made.origins, made.first) == (len(errors), len(VALUES) - first, first)
    assert score.mae == pytest.approx(np.mean(errors))
    assert score.percent == pytest.approx(100 * np.mean(errors) / np.mean(truth))
    before = VALUES[:first]
    assert score.mase == pytest.approx(np.mean(errors) / np.mean(np.abs(before[SEASON:] - before[:-SEASON])))


def test_the_median_of_the_methods_is_given_with_an_interval_around_it(made: Forecast) -> None:
    assert made.method == "median"
    values = np.log(VALUES)
    each = [project(m, values, SEASON, SEASON, fit(m, values, SEASON)).centre for m in METHODS]
    assert made.centre == pytest.approx(np.exp(np.median(each, axis=0)))
    assert all(low < centre < high for low, centre, high in zip(made.low, made.centre, made.high, strict=True))
    assert set(made.scores) == set(CHOICES)
    assert len(made.leads) == SEASON
    assert made.leads[0][0].count > made.leads[-1][0].count > 0


def test_missing_values_are_left_out_and_not_filled(made: Forecast) -> None:
    values = VALUES.copy()
    values[[17, 30]] = np.nan
    holed = forecast(values, SEASON, SEASON, 0.8)
    assert all(map(math.isfinite, (*holed.centre, *holed.low, *holed.high)))
    assert holed.scores["ets"].count < made.scores["ets"].count
    assert len({score.count for score in holed.scores.values()}) == 1, "all methods are compared on the same forecasts"


def test_a_series_with_zeros_is_forecast_without_logarithms_and_not_below_zero() -> None:
    values = np.where(np.arange(40) % 7 == 0, 0.0, 5.0) + np.tile([0.0, 3.0, 0.0, 1.0], 10)
    made = forecast(values, SEASON, SEASON, 0.8)
    assert not made.logarithm
    assert min(made.low) >= 0


def test_intervals_cover_as_stated_where_the_future_is_like_the_past() -> None:
    covered = [forecast(made_up(12, seed), SEASON, SEASON, 0.8).chosen for seed in range(3)]
    share = sum(one.covered * one.count for one in covered) / sum(one.count for one in covered)
    assert 70 <= share <= 92
