"""The contract of ``ambos forecast waits``."""

from __future__ import annotations

import pytest

from command_line import Shell


def test_a_forecast_stands_beside_its_baselines_errors_and_what_came(shells: dict[str, Shell]) -> None:
    told = shells["en"](
        "forecast", "waits", "260301", "--class", "commercial/standard", "--at", "2026-06-24T10:00", "--json"
    ).json()
    assert told["crossing"] == "260301" and told["made_at"] == "2026-06-24T10:00-07:00"
    assert [row["lead_hours"] for row in told["waits"]] == [1, 3, 24]  # of 6 there are too few past ones
    assert [row["at"][:16] for row in told["waits"]] == [f"2026-06-{at}:00" for at in ("24T11", "24T13", "25T10")]
    for row in told["waits"]:
        if row["forecast_minutes"] is not None:
            assert 0 <= row["low_minutes"] <= row["forecast_minutes"] <= row["high_minutes"]
            assert row["persistence_minutes"] == told["last"][0]["wait_minutes"]
    assert told["last"][0]["reported_at"] <= told["made_at"]
    for row in told["errors"]:
        assert row["forecasts"] > 0 and 60 <= row["coverage_percent"] <= 100
        baselines = [row[f"{name}_minutes"] for name in ("persistence", "climatology", "damped")]
        assert row["better"] is (row["error_minutes"] < min(baselines))
    for said in ("officers will report", "too few reports of past months to test it on: Commercial vehicles"):
        assert any(said in note["en"] for note in told["notes"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("260301", "--class", "nothing"), "nothing"),
        (("260301", "--at", "yesterday"), "2025-12-24T15:00"),
        (("260301", "--at", "2030-01-01T12:00"), "yet to come"),
        (("260301", "--at", "2025-04-01T12:00"), "at least 300 reports"),
        (("nogales",), "is no crossing"),
        (("nowhere",), "nowhere"),
    ],
)
def test_what_cannot_be_forecast_is_said_in_one_error(
    shells: dict[str, Shell], words: tuple[str, ...], said: str
) -> None:
    refused = shells["en"]("forecast", "waits", *words)
    assert refused.code != 0 and said in refused.err and "Traceback" not in refused.err
    spanish = shells["es"]("forecast", "waits", *words)
    assert spanish.code == refused.code and "Traceback" not in spanish.err and spanish.err != refused.err
