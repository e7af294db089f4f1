"""Every fault in the definitions of the projection, and in a file of traces, is reported with its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ambos.catalog import DEFINITIONS, load
from ambos.catalog.river import load_outlook, load_river, load_scenarios
from ambos.errors import BadTraces, DefinitionError
from ambos.river.trace_file import read

SCENARIOS = load_scenarios(load_river(load()))


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    shutil.copytree(DEFINITIONS / "river", tmp_path / "river")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("outlook.toml", 'bank = "1.065"', 'bank = "0.9"', "bank: 0.9 is not from 1"),
        ("outlook.toml", 'bank = "1.065"', 'bank = "much"', "not a number of 0 or more"),
        ("outlook.toml", 'full = "1219.6"', 'full = "1300"', "beyond the table"),
        ("outlook.toml", "day = 2026-10-01", "day = 2026-10-02", "not the first of a month"),
        ("outlook.toml", "month = 2026-11-01", "month = 2026-11-15", "not the first of a month"),
        (
            "outlook.toml",
            'scenarios = ["no_action"]',
            'scenarios = ["nothing"]',
            "scenario of scenarios.toml 'nothing' is not known",
        ),
        ("outlook.toml", 'scenarios = ["no_action"]', "scenarios = []", "a scenario is wanted"),
        ("outlook.toml", '["rpa_2027", "rpa_2029"]', '["rpa_2029", "rpa_2027"]', "does not follow"),
        ("outlook.toml", 'release = "guidelines"', 'release = "wish"', "guidelines, curve, bands; nearest"),
        ("outlook.toml", 'release = "guidelines"', 'release = "curve"', "guidelines, curve"),
        ("outlook.toml", '["3670", "12000"]', '["3670"]', "2 values are wanted, not 1"),
        ("outlook.toml", '["3670", "12000"]', '["3600", "12000"]', "levels must fall"),
        ("outlook.toml", "least = ", "most = ", "is not known"),
        ("outlook.toml", "years = 10", "years = 0", "years: 0 is not from 1"),
        ("outlook.toml", "[losses]", "[loss]", "is not known"),
        ("outlook.toml", "assumption = true\nreliability", 'assumption = "yes"\nreliability', "wrong type"),
        ("outlook.toml", 'feet = ["1025", "1000", "975"]', 'feet = "1025"', "a list is wanted"),
        ("guidelines_release.toml", '"2026" = "3666"', '"next" = "3666"', "'next' is not a year"),
        ("guidelines_release.toml", 'base = "8230"', "", "base is missing"),
        ("guidelines_release.toml", 'most = "9500"', "", "most is missing"),
        ("guidelines_release.toml", 'mead_below = "1075"', 'mead_above = "1075"', "is not known"),
        ("months.csv", "1,4.29,", "1,4.30,", "does not add up to 100"),
        ("months.csv", "\n12,", "\n13,", "months 1 to 12"),
        ("months.csv", "79.6", "some", "a number is wanted"),
        ("powell_storage.csv", "3500,4220,", "3500,3000,", "must rise"),
        ("mead_storage.csv", "1050,7682.9,72208", "1050,7682.9,7220", "must rise"),
    ],
)
def test_faults_are_reported(definitions: Path, name: str, old: str, new: str, said: str) -> None:
    path = definitions / "river" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_outlook(SCENARIOS, definitions)
    assert said in caught.value.say("en") and name in caught.value.say("en")


@pytest.mark.parametrize("name", ["outlook.toml", "guidelines_release.toml", "months.csv", "powell_storage.csv"])
def test_a_missing_file_is_reported(definitions: Path, name: str) -> None:
    (definitions / "river" / name).unlink()
    with pytest.raises(DefinitionError) as caught:
        load_outlook(SCENARIOS, definitions)
    assert f"{name}: the file is missing" in caught.value.say("en")


HEAD = "trace,year,elevation_ft\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trace,year\na,2026\n", "no column elevation_ft"),
        (HEAD, "no levels"),
        (HEAD + ",2026,1050\n", "line 2: no trace"),
        (HEAD + "a,soon,1050\n", "line 2: 'soon' is not a year"),
        (HEAD + "a,2026,high\n", "line 2: 'high' is not a level"),
        (HEAD + "a,2026,nan\n", "'nan' is not a level"),
        (HEAD + "a,2026,\n", "'' is not a level"),
        (HEAD + "a,2026,894.99\n", "'894.99' is not a level"),
        (HEAD + "a,2026,1050\na,2026,1050\n", "line 3: trace a has 2026 twice"),
        (HEAD + "a,2026,1050\na,2027,1050\nb,2026,1050\n", "trace b has no 2027"),
        (HEAD + "".join(f"a,{k},0\n" for k in range(30)), "and 10 more"),
    ],
)
def test_bad_traces_are_reported(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "traces.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadTraces) as caught:
        read(path, 895, 1229)
    assert said in caught.value.say("en") and caught.value.say("es") != caught.value.say("en")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'trace,year,elevation_ft\n"a,2026,1050'])
def test_what_is_no_table_is_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "traces.csv"
    path.write_bytes(content)
    with pytest.raises(BadTraces):
        read(path, 895, 1229)
    with pytest.raises(BadTraces):
        read(tmp_path / "none.csv", 895, 1229)
    with pytest.raises(BadTraces):
        read(tmp_path, 895, 1229)


def test_traces_of_scenarios_are_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "traces.csv"
    path.write_text(
        "scenario,trace,year,elevation_ft,note\nx,1,2027,1040,\nx,1,2026,1050,\nx,2,2026,1060,\nx,2,2027,1061,\ny,1,2030,1000,\n",
        encoding="utf-8",
    )
    x, y = read(path, 895, 1229)
    assert (x.scenario, x.names, x.years, x.feet.tolist()) == (
        "x",
        ("1", "2"),
        (2026, 2027),
        [[1050, 1060], [1040, 1061]],
    )
    assert (y.scenario, y.years, y.feet.tolist()) == ("y", (2030,), [[1000]])
