"""Answers of `ambos forecast SERIES`: what is refused, and what stands beside every forecast."""

from __future__ import annotations

from datetime import date

import pytest

from ambos.errors import BadRequest, CannotForecast, NeedsOption
from ambos.flows.forecast.series import answer, chart, choices, forecast_series
from ambos.flows.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("forecast") / "none")


def test_a_series_that_ended_years_ago_is_not_continued(workspace: Workspace) -> None:
    with pytest.raises(CannotForecast, match="Its last value is that of July 2016"):
        forecast_series(workspace, "crossings.trucks", places=["sasabe"])


def test_too_few_values_are_refused_with_how_many_are_needed(workspace: Workspace) -> None:
    with pytest.raises(CannotForecast, match=r"Only 26 values are held\. A forecast needs 48 months") as refused:
        forecast_series(workspace, "crossings.trucks", places=["nogales"], start=date(2023, 1, 1))
    assert "Solo se tienen 26 valores" in refused.value.say("es")


def test_one_place_has_to_be_chosen(workspace: Workspace) -> None:
    with pytest.raises(NeedsOption, match=r"choose one of: nogales.* Option: --place"):
        forecast_series(workspace, "crossings.trucks")
    assert choices(workspace, "crossings.trucks").first_place == "nogales"


def test_years_and_a_horizon_of_decades_are_refused(workspace: Workspace) -> None:
    with pytest.raises(BadRequest, match="neither monthly nor quarterly"):
        forecast_series(workspace, "trade.by_state.exports", places=["arizona"])
    with pytest.raises(BadRequest, match="from 1 to 24"):
        forecast_series(workspace, "crossings.trucks", places=["nogales"], horizon=25)


def test_a_forecast_stands_with_its_error_its_end_and_what_is_missing(workspace: Workspace) -> None:
    made = forecast_series(workspace, "trade.by_state_monthly.exports", places=["arizona"], horizon=3)
    told = answer(workspace, made)
    assert told.title["en"].startswith("Forecast, not a count")
    assert "The data end in September 2024" in told.head[1]["en"]
    assert any("MASE" in line["es"] and "intervalo de 80%" in line["es"] for line in told.head)
    kinds = [cell["kind"].code for cell in told.table("forecast").cells()]  # type: ignore[union-attr]
    assert kinds == ["observed"] * 24 + ["forecast"] * 3
    assert next(row["method"].code for row in told.table("backtest").cells()) == "seasonal_naive"  # type: ignore[union-attr]
    assert told.facts["estimate"] == "forecast"
    assert any("Missing and left missing" in note["en"] and "3 (" in note["en"] for note in told.notes)
    drawn = chart(workspace, made)
    assert drawn.band == ("forecast", "low", "high")
    assert {d.status for d in drawn.data if d.series != "observed"} == {"F"}
