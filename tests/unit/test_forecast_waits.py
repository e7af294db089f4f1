"""The forecast of waits: baselines in closed form, nothing of the future, intervals that hold what they say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ambos.catalog.holidays import load_holidays
from ambos.forecast.backtest import choose, hold_out, months_of, score
from ambos.forecast.features import Holidays, ask, columns
from ambos.forecast.intervals import follow, spread
from ambos.forecast.levels import Floats, Usual, fading, last_known
from ambos.forecast.line import Grid, Line
from ambos.forecast.models import fit, fit_median

NONE = np.nan


def grid(days: int) -> Grid:
    """Days from 1 January 2025 on, a Wednesday."""
    hours = np.arange(24 * days)
    ordinal = date(2025, 1, 1).toordinal() + hours // 24
    months = np.array([date.fromordinal(int(day)).month for day in ordinal])
    return Grid(hours % 24, (hours // 24 + 2) % 7, ordinal, months)


def waits(days: int, seed: int = 1) -> Floats:
    """Waits that rise and fall with the day, carry their departures on, and are reported two times of three."""
    draw = np.random.default_rng(seed)
    hours = np.arange(24 * days)
    departure = np.zeros(len(hours))
    for i in range(1, len(hours)):
        departure[i] = 0.8 * departure[i - 1] + draw.normal(0, 6)
    made = np.maximum(40 + 20 * np.sin(2 * np.pi * hours / 24) + departure, 0)
    return np.where(draw.random(len(hours)) < 0.67, np.round(made), NONE)


@pytest.fixture(scope="module")
def line() -> Line:
    made = waits(120)
    return Line(grid(120), made, np.full(len(made), 4.0))


def test_the_last_report_and_its_age_stand_until_the_next() -> None:
    last, age = last_known(np.array([NONE, 5.0, NONE, NONE, 7.0]))
    assert np.isnan(last[0])
    assert last[1:].tolist() == [5, 5, 5, 7]
    assert age[1:].tolist() == [0, 1, 2, 0]


def test_a_fading_mean_halves_the_weight_of_a_value_with_each_half_life() -> None:
    means = fading(np.array([10.0, NONE, 40.0, NONE]), 2)
    assert means[0] == means[1] == 10
    assert means[2] == pytest.approx((10 * 0.5 + 40) / 1.5) == means[3]


def test_the_usual_wait_is_the_plain_mean_at_first_and_then_follows() -> None:
    values = np.array([10.0, 20.0, 30.0, 130.0])
    usual = Usual(values, np.zeros(4, dtype=int), half_life=1)
    hours, group = np.arange(4), np.zeros(4, dtype=int)
    assert usual.at(hours, group).tolist() == [10, 15, 22.5, 76.25]
    assert np.isnan(usual.at(hours, group + 1)).all()


def test_baselines_are_the_last_report_the_usual_wait_and_a_share_of_the_way(line: Line) -> None:
    asked = ask(line, np.arange(2000, 2100), 3)
    fitted = fit(ask(line, np.flatnonzero(~np.isnan(line.waits[:1990]))[100:], 3), 1990, [], Holidays())
    made = fitted.forecast(asked)
    assert made["persistence"].tolist() == line.last[1997:2097].tolist()
    assert made["climatology"].tolist() == line.usual(asked.origins, asked.hours).tolist()
    way = line.last[1997:2097] - line.usual(asked.origins, asked.origins)
    assert made["damped"] == pytest.approx(np.maximum(made["climatology"] + fitted.share * way, 0))
    assert fitted.share == pytest.approx(0.8**3, abs=0.15)  # of the world the waits were made in


def test_a_report_after_the_origin_changes_no_forecast(line: Line) -> None:
    origin = 2400
    later = line.waits.copy()
    later[origin + 1 :] = 999
    other = Line(line.grid, later, np.where(np.arange(len(later)) > origin, 0, line.lanes))
    known = np.flatnonzero(~np.isnan(line.waits[: origin + 1]))[100:]
    made = []
    for one in (line, other, line.until(origin)):
        for lead in (1, 6, 24):
            fitted = fit(ask(one, known, lead), origin, [one], Holidays())
            made.append(fitted.forecast(ask(one, np.array([origin + lead]), lead)))
    for first, second, third in zip(made[:3], made[3:6], made[6:], strict=True):
        assert {k: v.tolist() for k, v in first.items()} == {k: v.tolist() for k, v in second.items()}
        assert {k: v.tolist() for k, v in first.items()} == {k: v.tolist() for k, v in third.items()}


def test_models_are_told_a_row_without_holes_for_every_hour(line: Line) -> None:
    told = columns(ask(line, np.array([0, 1, 30, 2000]), 0), [line], Holidays())
    assert told.shape[0] == 4
    assert np.isfinite(told).all()


def test_the_median_regression_is_not_moved_by_a_few_wild_values() -> None:
    draw = np.random.default_rng(3)
    told = np.column_stack((np.ones(600), draw.normal(0, 10, 600)))
    values = 30 + 2 * told[:, 1] + draw.normal(0, 1, 600)
    values[:30] = 900
    found = fit_median(told, values, np.ones(600))
    assert found == pytest.approx([30, 2], abs=0.5)


def test_months_not_seen_are_forecast_better_by_the_models_than_by_the_last_report(line: Line) -> None:
    months = months_of(line.grid.month)
    assert [end - start for start, end in months] == [24 * days for days in (31, 28, 31, 30)]
    tested = hold_out(line, [], Holidays(), 6, months)
    assert [one.month for one in tested] == [1, 2, 3]  # of the first there is nothing to learn from
    scored = score(tested, 6)
    assert scored is not None
    assert scored.forecasts == sum(len(one.hours) for one in tested[1:])
    assert scored.error < 0.8 * scored.errors["persistence"]
    assert scored.method == choose(tested)
    assert 0.75 <= scored.coverage <= 0.85


def test_intervals_hold_four_of_five_waits_while_their_spread_doubles() -> None:
    draw = np.random.default_rng(5)
    hours = np.arange(24 * 300)
    forecast = draw.uniform(0, 100, len(hours))
    scale = (5 + 0.2 * forecast) * (1 + hours / len(hours))
    followed = follow(hours, forecast, forecast + scale * draw.standard_t(5, len(hours)), 24)
    given = ~np.isnan(followed.widths)
    assert given.sum() > len(hours) - 24 * 4
    assert 0.78 <= followed.inside[given].mean() <= 0.82
    long = forecast > 80
    assert 0.74 <= followed.inside[given & long].mean() <= 0.86
    assert np.nanmean(followed.widths[long]) > 1.5 * np.nanmean(followed.widths[forecast < 20])


def test_an_interval_holds_its_forecast_and_does_not_go_below_zero() -> None:
    draw = np.random.default_rng(6)
    forecast = draw.uniform(0, 60, 500)
    low, high = spread(forecast, forecast + 50).around(forecast)
    assert (low == forecast).all()
    low, high = spread(forecast, forecast - 50).around(forecast)
    assert (low >= 0).all()
    assert (high == forecast).all()


def test_holidays_fall_on_their_days() -> None:
    days = load_holidays()
    assert {date(2025, 11, 27), date(2025, 5, 26), date(2026, 1, 19)} <= set(days["us"])
    assert {date(2025, 4, 18), date(2025, 11, 17), date(2026, 4, 3), date(2024, 3, 29)} <= set(days["mx"])
    assert date(2025, 11, 27) not in days["mx"]
