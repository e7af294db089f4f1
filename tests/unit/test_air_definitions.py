"""The rules of the air fit together; every fault in them is reported with its file and line."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from ambos.air.index import table_on
from ambos.catalog import DEFINITIONS
from ambos.catalog.air import load_air
from ambos.errors import DefinitionError, NoRule
from ambos.model.air import AirRules


@pytest.fixture(scope="module")
def rules() -> AirRules:
    return load_air()


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    shutil.copytree(DEFINITIONS / "air", tmp_path / "air")
    return tmp_path


def change(path: Path, old: str, new: str) -> int:
    """Put something else in a file; the line where it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(definitions: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        load_air(definitions)
    return caught.value.say("en")


def test_both_countries_without_gaps(rules: AirRules) -> None:
    assert {c: len(t) for c, t in rules.tables.items()} == {"us": 2, "mx": 3}
    for tables in rules.tables.values():
        for before, after in pairwise(tables):
            assert before.until is not None and after.since == before.until + timedelta(days=1)
        assert tables[-1].until is None


def test_everything_has_a_citation(rules: AirRules) -> None:
    tables = [t for own in rules.tables.values() for t in own]
    assert all(len(x.citation.en) > 10 and len(x.citation.es) > 10 for x in (*tables, *rules.limits))
    assert [t.id for t in tables if t.prior] == ["us_aqi_2015", "mx_ias_2019"]


def test_the_table_of_a_day(rules: AirRules) -> None:
    wanted = {
        date(2024, 5, 5): ("us_aqi_2015", "mx_ias_2019"),
        date(2024, 5, 6): ("us_aqi_2024", "mx_ias_2019"),
        date(2024, 7, 23): ("us_aqi_2024", "mx_ias_2023_step_2024"),
        date(2026, 1, 1): ("us_aqi_2024", "mx_ias_2023_step_2026"),
    }
    for day, ids in wanted.items():
        assert (table_on(rules, "us", day).id, table_on(rules, "mx", day).id) == ids


def test_a_day_without_a_table_is_refused_with_the_reason(rules: AirRules) -> None:
    with pytest.raises(NoRule) as caught:
        table_on(rules, "mx", date(2020, 2, 17))
    assert "begins on February 18, 2020" in caught.value.say("en")
    assert "comienza el 18 de febrero de 2020" in caught.value.say("es")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("us_aqi.toml", '"9.0", "35.4"', '"35.4", "9.0"', "cuts do not rise"),
        ("us_aqi.toml", '"9.0", "35.4"', '"9.05", "35.4"', "more than 1 decimals"),
        ("us_aqi.toml", '"9.0", "35.4"', '9.0, "35.4"', "a number in quotes is wanted"),
        ("us_aqi.toml", "from = 2024-05-06", "from = 2024-05-07", "day after the table before"),
        (
            "us_aqi.toml",
            'rounding = "truncate"',
            'rounding = "up"',
            "rounding 'up' is not known / no se conoce: truncate, half_up",
        ),
        ("us_aqi.toml", "index = [50, 100, 150, 200, 300, 500]", "index = [50, 100]", "at most 2 cuts"),
        ("mx_aire_y_salud.toml", '"16.00"]', '"16.00", "20.00"]', "4 cuts are wanted"),
        ("mx_aire_y_salud.toml", 'es = "verde"', 'es = ""', "the text has no 'es'"),
        ("mx_aire_y_salud.toml", "weighted = true", "weigthed = true", "weigthed is not known"),
        ("limits.toml", "to = 2024-05-05", "to = 2024-05-06", "days are those of another"),
        (
            "limits.toml",
            'average = "annual"',
            'average = "yearly"',
            "average 'yearly' is not known / no se conoce: 1h, 8h, 24h, annual",
        ),
    ],
)
def test_faults_are_reported_with_file_and_line(definitions: Path, file: str, old: str, new: str, said: str) -> None:
    change(definitions / "air" / file, old, new)
    reported = problems(definitions)
    assert said in reported and f"{file}:" in reported


def test_the_line_is_the_right_one(definitions: Path) -> None:
    line = change(definitions / "air" / "limits.toml", 'unit = "ppb"', 'unit = "ppt"')
    assert f"limits.toml:{line}: unit 'ppt'" in problems(definitions)


def test_every_problem_is_listed(definitions: Path) -> None:
    change(definitions / "air" / "us_aqi.toml", 'rounding = "truncate"', 'rounding = "up"')
    change(definitions / "air" / "limits.toml", 'value = "9.0"', 'value = "nine"')
    (definitions / "air" / "mx_aire_y_salud.toml").unlink()
    reported = problems(definitions)
    assert (
        "rounding 'up'" in reported and "'nine'" in reported and "mx_aire_y_salud.toml: the file is missing" in reported
    )
