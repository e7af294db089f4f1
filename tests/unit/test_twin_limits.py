"""The twin refuses what does not fit before it plays anything."""

from __future__ import annotations

import pytest

from ambos.crossing import size
from ambos.crossing.scenario.file import read
from ambos.errors import BadRequest, BadScenario
from ambos.model.crossing import Arrivals, Booth, Law, Line, Option, Scenario, Shift, Stream
from ambos.text import Text

_DAY = """
[scenario]
length = 60
[[line]]
id = "a"
crossing = "c"
mode = "pov"
lane_class = "standard"
service = { law = "exponential", mean = 1 }
"""


def _scenario(rate: float = 60.0, initial: int = 0) -> Scenario:
    return Scenario(
        Text.same("-"),
        (Stream("s", Arrivals(rates=(rate,), initial=initial), (Option("l"),)),),
        (Line("l", "-", "pov", "standard", Law("deterministic", 1.0)),),
        (Booth("b", "-", (Shift(0.0, 60.0, ("l",)),)),),
        length=60.0,
    )


def test_replications_that_do_not_fit_in_memory_are_refused_with_how_many_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "free_memory", lambda: 100_000_000)
    with pytest.raises(BadRequest) as refused:
        size.refuse_too_large(_scenario(), 900_000, 1, 1)
    assert "fit in the memory free now (0.1 GB)" in refused.value.say("en")
    assert "en la memoria libre ahora (0.1 GB)" in refused.value.say("es")
    size.refuse_too_large(_scenario(), 1_000, 1, 1)


@pytest.mark.parametrize(
    ("scenario", "replications", "seed"),
    [
        (_scenario(), 10**18, 1),
        (_scenario(), 0, 1),
        (_scenario(), 1, 2**63),
        (_scenario(rate=1e24), 1, 1),
        (_scenario(initial=10**12), 1, 1),
    ],
    ids=["replications", "none", "seed", "rate", "initial"],
)
def test_runs_out_of_range_are_refused(scenario: Scenario, replications: int, seed: int) -> None:
    with pytest.raises(BadRequest):
        size.refuse_too_large(scenario, replications, seed, 2)


@pytest.mark.parametrize(
    "written",
    [
        "a = " + "[" * 10_000 + "]" * 10_000,
        "[scenario]\nlength = " + "9" * 5_000,
        _DAY + "minimum = " + "9" * 400,
        "[scenario]\ndemand = " + "9" * 400,
        "[scenario]\ndemand = nan",
        "[scenario]\ndemand = 1e999",
        "[scenario]\nofficer_cv2 = 5e-324",
        "[scenario]\nofficer_cv2 = 1e9",
        "#" * 4_000_001,
    ],
    ids=["nested", "digits", "unknown", "integer", "nan", "infinite", "denormal", "spread", "size"],
)
def test_absurd_files_are_refused_in_both_languages(written: str) -> None:
    with pytest.raises(BadScenario) as refused:
        read(written.encode())
    assert refused.value.say("en") != refused.value.say("es")
