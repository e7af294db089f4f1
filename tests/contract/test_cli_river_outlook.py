"""The contract of ``ambos river outlook``."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Shell

TIERS = ["none", "0", "1", "2a", "2b", "3"]


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


def ask(shell: Shell, *arguments: object) -> Any:
    result = shell("river", "outlook", *arguments, "--json")
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def tiers(row: dict[str, Any]) -> dict[str, float]:
    """Shares of traces by tier, percent."""
    return {tier: row[f"tier_{tier}_percent"] for tier in TIERS}


def below(row: dict[str, Any]) -> list[float]:
    """Shares of traces below 1,025, 1,000 and 975 ft, percent."""
    return [row[f"below_{feet}_percent"] for feet in (1025, 1000, 975)]


def test_json_states_record_start_and_assumptions(shell: Shell) -> None:
    told = ask(shell, "--years", 12)
    assert told["left_out"] == ["guidelines_2027"] and told["method"] == "index_sequential" and told["seed"] is None
    assert told["start"] == {"day": "2026-10-01", "mead_ft": 1037.85, "powell_ft": 3514.98, "given": False}
    assert (told["record"]["from"], told["record"]["to"], told["record"]["known"]) == (1906, 2024, "2024-09-12")
    assert told["record"]["provisional"] == [2021, 2022, 2023, 2024] and told["record"]["source"]["es"]
    assumptions = {a["of"]: a for a in told["assumptions"]}
    for key in ("depletion", "losses", "uses", "start"):
        assert assumptions[key]["assumption"] is True and assumptions[key]["source"]["es"]
    assert assumptions["levels"]["assumption"] is False
    assert [(s["scenario"], s["traces"]) for s in told["scenarios"]] == [
        (name, 119) for name in ("continued", "no_action", "rpa")
    ]
    years = {s["scenario"]: [y["year"] for y in told["years"] if y["scenario"] == s["scenario"]] for s in told["years"]}
    assert years["continued"] == list(range(2027, 2039))
    assert years["rpa"] == list(range(2027, 2037))  # it is projected until 2036
    for row in told["years"]:
        assert sum(tiers(row).values()) == pytest.approx(100, abs=0.003)
        assert below(row)[0] == tiers(row)["3"]
        assert 895 <= row["p10_ft"] <= row["p50_ft"] <= row["p90_ft"] <= 1219.6
    said = " ".join(n["en"] for n in told["notes"])
    for limit in (
        "Not in force: Rules until 2026, continued",
        "Reclamation's 24-Month Study of September 2026, Lake Mead on 31 December: 2026: 1,034.18 ft (315.22 m)",
        "Left out: Guidelines 2027–2028. Mexico's part of it is not known here (Minute 334, terms not read)",
        "not forecast",
        "known in advance",
        "Assumption",
        "not confirmed by a source",
    ):
        assert limit in said


def test_a_drier_record_gives_a_lower_lake(shell: Shell) -> None:
    all_of_it, recent = (ask(shell, "--set", "continued", *more)["years"][-1] for more in ([], ["--since", 2000]))
    assert tiers(recent)["3"] > tiers(all_of_it)["3"]
    assert recent["p50_ft"] < all_of_it["p50_ft"]


def test_the_same_seed_gives_the_same_bytes(shell: Shell, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.csv", "same.csv", "other.csv")]
    for path, seed in zip(files, (7, 7, 8), strict=True):
        ask(shell, "--traces", 40, "--years", 6, "--seed", seed, "--out", path)
    one, same, other = (path.read_bytes() for path in files)
    assert one == same != other


def test_what_is_written_can_be_read_again(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "traces.csv"
    told = ask(shell, "--years", 5, "--out", path)
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == ["scenario", "trace", "year", "elevation_ft"] and len(rows) == 3 * 119 * 5
    assert rows[0]["trace"] == "1906" and rows[0]["year"] == "2026"
    again = ask(shell, "--from", path)
    assert [s["scenario"] for s in again["scenarios"]] == ["continued", "no_action", "rpa"]
    for before, after in zip(told["years"], again["years"], strict=True):
        assert after == {k: v for k, v in before.items() if not k.startswith("mean_cut")} | {
            "scenario_name": after["scenario_name"]
        }
    assert "start" not in again


def test_your_own_traces(shells: dict[str, Shell], tmp_path: Path) -> None:
    """Four traces: the level of 31 December sets the tier of the year after."""
    path = tmp_path / "mine.csv"
    path.write_text(
        "trace,year,elevation_ft\n1,2026,1091\n2,2026,1050.00\n3,2026,1049.99\n4,2026,990\n", encoding="utf-8"
    )
    (row,) = ask(shells["en"], "--from", path)["years"]
    assert row["year"] == 2027
    assert tiers(row) == {"none": 25, "0": 0, "1": 25, "2a": 25, "2b": 0, "3": 25}
    assert below(row) == [25, 25, 0]
    out = shells["es"]("river", "outlook", "--from", path).out
    assert "Sus trazas: % de 4 trazas por nivel" in out and "25.0" in out and "31 de diciembre" in out


def test_start_of_your_own(shell: Shell) -> None:
    given = ("--set", "continued", "--years", 2, "--start", "2027-01", "--mead", "1060", "--powell", "3540.5")
    told = ask(shell, *given)
    assert told["start"] == {"day": "2027-01-01", "mead_ft": 1060.0, "powell_ft": 3540.5, "given": True}
    first = told["years"][0]
    assert (first["year"], tiers(first)["1"], first["mean_cut_kaf"]) == (2027, 100, 613)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "nothing"), "no rule set to project"),
        (("--set", "basic"), "was not read"),
        (("--start", "2027-01"), "levels of both lakes"),
        (("--start", "2027-01-15", "--mead", "1050", "--powell", "3540"), "first of a month"),
        (("--start", "2025-01", "--mead", "1050", "--powell", "3540"), "from 2026-10 on"),
        (("--mead", "3500"), "Lake Mead lies between"),
        (("--powell", "3701"), "Lake Powell lies between"),
        (("--since", "1800"), "from 1906 to 2024"),
        (("--since", "2030"), "from 1906 to 2024"),
        (("--set", "rpa", "--start", "2037-01", "--mead", "1050", "--powell", "3540"), "is told until 2036"),
        (("--from", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_projected_is_refused_in_both_languages(
    shells: dict[str, Shell], arguments: tuple[str, ...], said: str
) -> None:
    result = shells["en"]("river", "outlook", *arguments)
    assert result.code == 1 and said in result.err and result.out == ""
    spanish = shells["es"]("river", "outlook", *arguments)
    assert spanish.code == 1 and spanish.err != result.err and "Traceback" not in spanish.err


def test_a_file_takes_no_options_of_the_projection(shell: Shell) -> None:
    result = shell("river", "outlook", "--from", "mine.csv", "--seed", "1")
    assert result.code == 2 and "only --out, --json, --csv, --xlsx and --table" in result.err


def test_a_file_that_cannot_be_written_is_said(shell: Shell, tmp_path: Path) -> None:
    result = shell("river", "outlook", "--years", 1, "--out", tmp_path / "none" / "x.csv")
    assert result.code == 1 and "Cannot write" in result.err


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_table_states_traces_seed_and_method(shells: dict[str, Shell], language: str) -> None:
    out = shells[language]("river", "outlook", "--years", 3, "--traces", 30).out
    words = {
        "en": ("Representative preferred: % of 30 traces", "Tier 2a", "< 1,000 ft", "with seed 1", "known in advance"),
        "es": (
            "Preferida representativa: % de 30 trazas",
            "Nivel 2a",
            "< 304.80 m (1,000 pies)",
            "con semilla 1",
            "de antemano",
        ),
    }
    assert all(word in out for word in words[language]), out


def test_a_file_that_cannot_be_written_is_told_in_the_language(shells: dict[str, Shell], tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "traces.csv"
    for language, said in (("en", "a file or folder is missing"), ("es", "falta un archivo o una carpeta")):
        result = shells[language]("river", "outlook", "--set", "continued", "--years", 2, "--out", path)
        assert result.code == 1 and said in result.err and "--workspace" not in result.err


def test_what_was_written_is_read_under_the_same_name(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "traces.csv"
    shell("river", "outlook", "--set", "continued", "--years", 2, "--out", path)
    assert shell("river", "outlook", "--from", path).out.startswith("Rules until 2026, continued (continued): % of 119")


def test_one_trace_is_told_as_one(shells: dict[str, Shell], tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("trace,year,elevation_ft\n1,2026,1091\n", encoding="utf-8")
    for language, said, not_said in (
        ("en", "Your traces: % of 1 trace by tier", "1 traces"),
        ("es", "Sus trazas: % de 1 traza por nivel", "1 trazas"),
    ):
        out = shells[language]("river", "outlook", "--from", path).out
        assert said in out and not_said not in out, out


def test_a_level_just_below_a_boundary_is_written_as_it_is(shell: Shell, tmp_path: Path) -> None:
    given, copy = tmp_path / "given.csv", tmp_path / "copy.csv"
    given.write_text("trace,year,elevation_ft\n1,2026,1049.996\n2,2026,1024.9999999\n", encoding="utf-8")
    first = ask(shell, "--from", given, "--out", copy)
    assert ask(shell, "--from", copy)["years"] == first["years"]


def test_the_guidelines_are_projected_with_mexico_s_part_as_the_user_chooses(shell: Shell) -> None:
    refused = shell("river", "outlook", "--set", "guidelines_2027")
    assert refused.code == 1 and refused.out == "" and "--mexico" in refused.err and "Minute 334" in refused.err
    levels = []
    for mexico, cut in (("0", 1250), ("feis", 1500)):
        told = ask(shell, "--set", "guidelines_2027", "--mexico", mexico)
        (only,) = told["scenarios"]
        assert only["decided"] is True and [y["year"] for y in told["years"]] == [2027, 2028]
        assert {y["mean_cut_kaf"] for y in told["years"]} == {cut}  # fixed, at every level
        levels.append([y["p50_ft"] for y in told["years"]])
    assert levels[0][0] == levels[1][0] and levels[0][1] < levels[1][1]
    assert told["scenarios"][0]["assumed_kaf"] == {"mexico": 250} and told["left_out"] == []
