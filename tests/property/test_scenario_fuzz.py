"""Any scenario file, however damaged, is a scenario that plays or a documented error."""

from __future__ import annotations

import random
import re

import pytest

from ambos.crossing import simulate
from ambos.crossing.kernel.arrays import expected_travellers
from ambos.crossing.scenario.file import read
from ambos.crossing.size import refuse_too_large
from ambos.errors import BadRequest, BadScenario

#: Uses every section and kind of value.
_WHOLE = """\
[scenario]
name = { en = "Morning", es = "Mañana" }
length = 120
demand = 1.5
shift_end = "drain"
officers = 6
officer_cv2 = 0.1
[[line]]
id = "cars"
crossing = "a"
mode = "pov"
class = "standard"
service = { law = "gamma", mean = 0.8, cv2 = 0.5, minimum = 0.1 }
approach_m = 500
spacing_m = 7
when_full = "balk"
referrals = [{ station = "second", random = 0.01, risk = 0.02 }]
[[line]]
id = "ready"
crossing = "a"
mode = "pov"
class = "ready"
service = { law = "erlang", mean = 0.6, phases = 3 }
[[stream]]
id = "people"
rates = [60, 90]
batch = [0.8, 0.2]
initial = 5
patience = 60
wait_weight = -0.05
options = [{ line = "cars", utility = 0.0 }, { line = "ready", utility = -1 }]
[[stream]]
id = "exact"
times = ["00:10", "00:10:30", "01:00"]
line = "ready"
[[booth]]
id = "b"
crossing = "a"
count = 3
lines = ["cars", "ready"]
lanes = [2, 3]
speed = 1.1
[[station]]
id = "second"
crossing = "a"
service = { law = "exponential", mean = 10 }
servers = [1, 2]
lot = 4
[[policy]]
kind = "open_lanes"
line = "cars"
booths = ["b"]
open_above = 30
close_below = 10
"""
_VALUES = (
    "-1", "0", "1e-300", "5e-324", "1e18", "1e300", "1e999", "nan", "inf", "-inf", "9223372036854775807",
    "9223372036854775808", "1000000000", "4294967296", "٣", "²", '""', '"24:00"', '"25:00"', "9999-12-31", "0000-01-01",
    "true", "[]", "{}", "[[]]", '"cars"', "[1, 2, 3]", "0x7f", "-0.0", "0.5", "2",
)  # fmt: skip
#: In place of a number: within range more often than not.
_NUMBERS = (
    "0",
    "1",
    "2",
    "7",
    "0.3",
    "1e-300",
    "5e-324",
    "1e-9",
    "1e4",
    "1e6",
    "1e9",
    "1e12",
    "1000000",
    "500",
    "-0.0",
)
_MOST_PLAYED = 20_000


def _damaged(seed: int) -> str:
    """The whole file with one or two of its values, lines or characters changed."""
    draw = random.Random(seed)
    written = _WHOLE
    for _ in range(draw.randint(1, 2)):
        lines = written.splitlines(keepends=True)
        at = draw.randrange(len(lines))
        how = draw.randrange(8)
        if how < 5:
            pattern, values = (
                (r"(?<== )[^\n{]+", _VALUES) if how == 0 else (r"(?<![\w.:])-?[0-9]+(\.[0-9]+)?(?![\w.:])", _NUMBERS)
            )
            found = draw.choice(list(re.finditer(pattern, written)))
            written = written[: found.start()] + draw.choice(values) + written[found.end() :]
            continue
        if how == 5:
            del lines[at]
        elif how == 6:
            lines.insert(at, draw.choice(lines))
        else:
            cut = draw.randrange(len(lines[at]))
            lines[at] = lines[at][:cut] + chr(draw.choice((0, 34, 61, 91, 0x663, 0x1F600))) + lines[at][cut:]
        written = "".join(lines)
    return written


def _outcome(written: str) -> str:
    try:
        scenario = read(written.encode())
        refuse_too_large(scenario, 2, 1, 1)
    except (BadScenario, BadRequest) as refused:
        assert refused.say("en") != refused.say("es")
        return "refused"
    if expected_travellers(scenario) > _MOST_PLAYED:
        return "too long for a test"
    totals = simulate.run(scenario, 2, 1, threads=1)
    assert (totals.counts >= 0).all()
    assert (totals.stage_sum >= 0).all()
    return "played"


def test_the_file_that_is_damaged_is_sound() -> None:
    assert _outcome(_WHOLE) == "played"


def test_a_damaged_scenario_plays_or_is_refused() -> None:
    assert {"played", "refused"} <= {_outcome(_damaged(seed)) for seed in range(200)}


@pytest.mark.slow
def test_ten_thousand_damaged_scenarios_play_or_are_refused() -> None:
    for seed in range(10_000):
        _outcome(_damaged(seed))
