"""The contract of ``ambos river``."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from command_line import Shell

YEARS = {2020: "0", 2021: "0", 2022: "1", 2023: "2a", 2024: "1", 2025: "1", 2026: "1"}
KAF = ("guidelines_kaf", "dcp_kaf", "minute323_kaf", "bwscp_kaf")


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


def ask(shell: Shell, *arguments: object) -> Any:
    result = shell("river", "status", *arguments, "--json")
    assert (result.code, result.err) == (0, "")
    return json.loads(result.out)


def kaf(told: Any) -> dict[str, list[int]]:
    return {p["party"]: [p[k] for k in (*KAF, "total_kaf", "remaining_kaf")] for p in told["parties"]}


def test_json_gives_each_party_s_cut_in_both_units_with_its_rule(shell: Shell) -> None:
    told = ask(shell, "--elevation", "1047.61", "--year", 2023)
    assert told["tier"] == "2a" and told["total_kaf"] == 721
    assert kaf(told) == {
        "arizona": [400, 192, 0, 0, 592, 2208],
        "nevada": [17, 8, 0, 0, 25, 275],
        "california": [0, 0, 0, 0, 0, 4400],
        "mexico": [0, 0, 70, 34, 104, 1396],
    }
    assert all(isinstance(n, int) for row in kaf(told).values() for n in row)
    mexico = told["parties"][-1]
    assert (mexico["total_af"], mexico["total_hm3"], mexico["party_name"]["es"]) == (104000, 128.283, "México")
    assert mexico["share_percent"] == pytest.approx(10400 / 1500, abs=1e-3)
    assert all(r["source"]["en"] and r["reliability"] in "AB" and r["to"] == "2026-12-31" for r in told["rules"])
    assert [(t["tier"], t["feet"]) for t in told["next_tiers"]] == [("1", 2.39), ("2b", -2.61)]


@pytest.mark.parametrize("year", YEARS)
def test_a_year_needs_no_level(shell: Shell, year: int) -> None:
    told = ask(shell, "--year", year)
    assert (told["year"], told["basis"], told["tier"], told["declared_tier"]) == (
        year,
        "projected",
        YEARS[year],
        YEARS[year],
    )


def test_the_day_chooses_the_year_and_what_was_known(shell: Shell) -> None:
    assert ask(shell, "--as-of", "2022-03-01") == ask(shell, "--year", 2022)
    then, now = ask(shell, "--as-of", "2023-03-01"), ask(shell, "--year", 2023)
    assert then["parties"] == now["parties"]  # Minute 330 counts water of 2023, but was signed in March 2024
    assert [[i["instrument"] for i in told["instruments"]] for told in (then, now)] == [[], ["minute_330"]]
    assert ask(shell, "--as-of", "2022-08-31", "--year", 2023)["tier"] == "2a"
    result = shell("river", "status", "--as-of", "2022-08-30", "--year", 2023)
    assert result.code == 1 and "2022-08-31" in result.err and result.out == ""


def test_an_observed_level_says_what_it_means(shell: Shell) -> None:
    """The December of 2022 would have given 2b; the year was 2a."""
    told = ask(shell, "--year", 2023, "--observed")
    assert (told["basis"], told["tier"], told["declared_tier"], told["elevation_ft"]) == (
        "observed",
        "2b",
        "2a",
        1044.82,
    )
    assert told == ask(shell, "--year", 2023, "--observed", "--elevation", "1044.82")
    notes = " ".join(n["en"] for n in told["notes"])
    assert "sets nothing" in notes and "what holds in 2023 is Tier 2a, not Tier 2b" in notes
    notes = " ".join(n["es"] for n in ask(shell, "--year", 2022, "--observed")["notes"])
    assert "no fija nada" in notes and "también da Nivel 1" in notes


def test_an_unconfirmed_level_is_marked(shell: Shell) -> None:
    """Of 2020 and 2025 the press gives the level to the foot only."""
    for year, marked in ((2020, True), (2021, True), (2023, False), (2025, True), (2026, False)):
        notes = " ".join(n["en"] for n in ask(shell, "--year", year)["notes"])
        assert ("confirms the projected level" in notes) is marked


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("2023: Tier 2a", "Arizona", "Left, hm³", "sec. 2.D.1.b", "Minute 323", "December 31, 2026")),
        ("es", ("2023: Nivel 2a", "México", "Queda, hm³", "sec. 2.D.1.b", "Acta 323", "31 de diciembre de 2026")),
    ],
)
def test_the_table_of_cuts_is_in_the_user_s_language(
    shells: dict[str, Shell], language: str, words: tuple[str, ...]
) -> None:
    result = shells[language]("river", "status", "--year", 2023)
    assert (result.code, result.err) == (0, "")
    assert all(word in result.out for word in words)
    (row,) = re.findall(r"^  M[eé]xico +0 .*$", result.out, re.MULTILINE)
    assert row.split()[1:] == ["0", "0", "70", "34", "104"]


@pytest.mark.parametrize(
    ("arguments", "english", "spanish"),
    [
        (("--year", 2029), "exists only as named scenarios", "existe solo como escenarios con nombre"),
        (("--as-of", "2029-01-01"), "exists only as named scenarios", "existe solo como escenarios con nombre"),
        (("--year", 2027, "--as-of", "2026-08-20"), "2026-08-21", "2026-08-21"),
        (("--year", 2028, "--observed"), "--observed has no meaning", "--observed no tiene sentido"),
        (("--year", 2027, "--flood-control"), "--flood-control has no meaning", "--flood-control no tiene sentido"),
        (("--year", 2026, "--elevation", "1050", "--flood-control"), "shortage goes first", "primero va la escasez"),
        (("--year", 2012), "a level of your own can be given", "puede indicar una propia"),
        (("--year", 2007, "--elevation", "1110"), "from 2008 to 2026", "de 2008 a 2026"),
        (("--year", 2099), "from 2008 to 2026", "de 2008 a 2026"),
        (
            ("--elevation", "800"),
            "not a level of Lake Mead: it lies between 895 ft (dead pool) and 1,229 ft",
            "y 1,229 pies",
        ),
        (("--elevation", "NaN"), "is not a number", "no es un número"),
        (("--elevation", "high"), "is not a number", "no es un número"),
        (("--elevation", "1060", "--as-of", "2026"), "not both", "no ambos"),
    ],
)
def test_what_is_refused(shells: dict[str, Shell], arguments: tuple[object, ...], english: str, spanish: str) -> None:
    for language, words in (("en", english), ("es", spanish)):
        if "--year" not in arguments and "--as-of" not in arguments:
            arguments = (*arguments, "--year", 2026)  # whatever year it is
        result = shells[language]("river", "status", *arguments)
        assert result.code in (1, 2) and result.out == "" and words in result.err
        assert "Traceback" not in result.err


def test_a_high_lake_adds_water_for_mexico(shell: Shell) -> None:
    told = ask(shell, "--elevation", "1170", "--year", 2026)
    assert told["tier"] == "none" and [p["addition_kaf"] for p in told["parties"]] == [0, 0, 0, 55]
    assert "Domestic Surplus" in next(r["line"]["en"] for r in told["rules"] if r["part"] == "guidelines")
    assert "Added, kaf" in shell("river", "status", "--elevation", "1170", "--year", 2026).out


@pytest.mark.parametrize(
    ("language", "said"), [("en", "only up to 1,220 ft (371.86 m)"), ("es", "solo hasta 371.86 m (1,220 pies)")]
)
def test_a_dash_in_place_of_a_volume_is_explained(shells: dict[str, Shell], language: str, said: str) -> None:
    for level, told in (("1225", True), ("1220", False)):
        out = shells[language]("river", "status", "--elevation", level, "--year", 2026).out
        assert (said in out) is told, out


def test_flood_control_adds_its_own(shell: Shell) -> None:
    arguments = ("--elevation", "1150", "--year", 2026, "--flood-control")
    told = ask(shell, *arguments)
    assert [p["addition_kaf"] for p in told["parties"]] == [0, 0, 0, 200] and told["parties"][-1][
        "remaining_kaf"
    ] == 1700
    assert "200,000 acre-feet" in shell("river", "status", *arguments).out


def test_scenarios_at_a_level(shell: Shell) -> None:
    result = shell("river", "scenario", "--elevation", "1041.06", "--json")
    assert (result.code, result.err) == (0, "")
    told = json.loads(result.out)
    assert told["crossings"] == []
    assert [s["scenario"] for s in told["scenarios"] if s["decided"]] == ["guidelines_2027"]
    totals = {row["scenario"]: (row["total_kaf"], row["difference_kaf"]) for row in told["cuts"]}
    assert totals["continued"] == (1013, 0) and totals["no_action"] == (500, -513) and totals["rpa_2027"] == (1500, 487)
    assert all(s["source"]["es"] and s["trigger"]["en"] for s in told["scenarios"])


def test_each_party_s_curves_cross_where_they_do(shell: Shell) -> None:
    """By hand. Arizona: 80% of 300 kaf and 43.33% beyond are 77.40% of all at 322.9 kaf, 75 kaf a foot below 1,145 ft.
    Mexico: 275 kaf by the rules continued, 16.67% of 1,500 + 42 x (1,025 - level) by the preferred."""
    told = json.loads(shell("river", "scenario", "--json").out)["crossings"]
    found = {(row["party"], row["one"], row["other"]): row["elevations_ft"] for row in told}
    assert found["arizona", "rpa_2027", "rpa_2029"] == [1140.69]
    assert found["mexico", "continued", "rpa_2027"] == [1024.99, 1021.43]
    assert found[None, "rpa_2027", "basic"] == [1135.22]
    assert ("california", "rpa_2027", "basic") not in found


def test_the_curves_as_csv_have_a_row_per_rule_set_and_level(shell: Shell) -> None:
    result = shell("river", "scenario", "--set", "basic", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert {row["scenario"] for row in rows} == {"basic"} and len({row["elevation_ft"] for row in rows}) == len(rows)
    assert [row["total_kaf"] for row in rows if row["elevation_ft"] == "1100"] == ["1480"]
    assert "crossings, scenarios" in result.err and "Basic Coordination" in result.err


def test_probabilities_are_those_of_the_outlook(shell: Shell) -> None:
    told, wanted = (
        shell("river", *a, "--set", "no_action", "--json") for a in (("scenario", "--probabilities"), ("outlook",))
    )
    assert told.code == 0 and told.out == wanted.out and '"decided": false' in told.out
    refused = shell("river", "scenario", "--probabilities", "--elevation", "1060")
    assert refused.code == 2 and "outlook --mead" in refused.err


def test_a_level_that_is_not_told_is_null(shell: Shell) -> None:
    told = json.loads(shell("river", "scenario", "--elevation", "990", "--set", "supply_priority", "--json").out)
    (row,) = told["cuts"]
    assert row["total_kaf"] is None and row["difference_kaf"] is None
    assert {row[f"{party}_kaf"] for party in ("arizona", "nevada", "california", "mexico")} == {None}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("Arizona: cut by level", "Mexico: cut by level", "1,135.22", "Not in force: Rules until 2026", "1 August"),
        ),
        (
            "es",
            (
                "Arizona: reducción según",
                "México: reducción",
                "1,135.22",
                "No vigentes: Reglas hasta 2026",
                "1 de agosto",
            ),
        ),
    ],
)
def test_the_curves_of_a_scenario_are_in_the_user_s_language(
    shells: dict[str, Shell], language: str, words: tuple[str, ...]
) -> None:
    result = shells[language]("river", "scenario")
    assert (result.code, result.err) == (0, "")
    assert all(word in result.out for word in words)


@pytest.mark.parametrize("arguments", [("--set", "rpa"), ("--elevation", "800"), ("--elevation", "Infinity")])
def test_scenarios_that_are_refused(shells: dict[str, Shell], arguments: tuple[str, ...]) -> None:
    for shell in shells.values():
        result = shell("river", "scenario", *arguments)
        assert result.code in (1, 2) and result.out == "" and "Traceback" not in result.err


def test_2027_says_what_is_decided_what_is_not_and_what_is_not_known(shell: Shell) -> None:
    """Record of Decision of 21 August 2026: 1.25 maf fixed; 760, 440, 50 kaf if the agreement is executed. Mexico: Minute 334."""
    for year in (2027, 2028):
        told = ask(shell, "--year", year)
        assert (told["basis"], told["tier"], told["lower_division_cut_kaf"], told["total_kaf"]) == (
            "decided",
            None,
            1250,
            None,
        )
        assert {p["party"]: (p["total_kaf"], p["remaining_kaf"], p["standing"]) for p in told["parties"]} == {
            "arizona": (760, 2040, "conditional"),
            "nevada": (50, 250, "conditional"),
            "california": (440, 3960, "conditional"),
            "lower_division": (1250, 6250, "decided"),
            "mexico": (None, None, "unknown"),
        }
        states = {i["instrument"]: (i["state"], i["to"]) for i in told["instruments"]}
        assert states == {"guidelines_2027": ("in_force", "2028-12-31"), "minute_334": ("terms_not_read", None)}
    (guidelines,) = (i for i in told["instruments"] if i["instrument"] == "guidelines_2027")
    own = [t for t in told["terms"] if t["instrument"] == guidelines["instrument"]]
    terms = [(t["standing"], t["section"], t["day"]) for t in own]
    assert ("undecided", "5.3.A.3", "2026-10-10") in terms and ("contested", None, "2026-08-24") in terms
    assert all(t["text"]["en"] and t["text"]["es"] and t["day"] for t in own)
    assert "Nevada v. Burgum" in json.dumps(own) and "2:26-cv-02665" in json.dumps(own)


def test_2027_is_answered_with_what_was_known_on_a_day(shell: Shell) -> None:
    """On 22 August 2026 no case was filed and Minute 334 not yet named: Mexico's part was not decided."""
    told = ask(shell, "--year", 2027, "--as-of", "2026-08-22")
    assert {t["standing"] for t in told["terms"]} == {"decided", "conditional"}
    assert [p["standing"] for p in told["parties"]] == [*["conditional"] * 3, "decided", "undecided"]
    assert ask(shell, "--as-of", "2027-02-01") == ask(shell, "--year", 2027)


def test_an_answer_as_of_a_day_says_nothing_that_became_known_later(shell: Shell) -> None:
    """The case was filed on 24 August 2026; the September study and the search for an injunction came after."""
    told = json.dumps(ask(shell, "--year", 2027, "--as-of", "2026-08-24"))
    assert "Nevada v. Burgum" in told and '"known": "2026-08-24"' in told
    assert not any(later in told for later in ("September 2026", "October 2026", "1,008.13", "injunction"))
    told = json.dumps(ask(shell, "--year", 2027, "--as-of", "2026-09-15"))
    assert "1,008.13 ft (307.28 m) in June 2027" in told and "injunction" not in told


def test_2027_says_what_the_expired_rules_would_have_been(shells: dict[str, Shell]) -> None:
    for language, words in (
        ("en", ("1,034.74 ft", "Tier 2b (1,035 ft to above 1,030 ft)", "1,129 kaf", "do not govern 2027")),
        (
            "es",
            (
                "1,034.74 pies",
                "Nivel 2b, de 315.47 a más de 313.94 m (1,035 a más de 1,030 pies)",
                "1,129 kaf",
                "no rigen en 2027",
            ),
        ),
    ):
        out = " ".join(shells[language]("river", "status", "--year", 2027).out.split())
        assert all(word in out for word in words), out
    out = " ".join(shells["en"]("river", "status", "--year", 2027, "--elevation", "1020").out.split())
    assert "No level of Lake Mead sets a cut of 2027" in out and "Tier 3" in out


def test_an_exact_level_that_is_read_in_two_ways_says_so(shell: Shell) -> None:
    for level, said in (("1025.00", True), ("1025.01", False), ("1050", True)):
        notes = " ".join(n["en"] for n in ask(shell, "--elevation", level, "--year", 2026)["notes"])
        assert ("CRMMS" in notes and "exactly" in notes) is said


def test_years_before_the_plan_have_only_the_parts_that_held(shell: Shell) -> None:
    told = ask(shell, "--elevation", "1060", "--year", 2018)
    assert told["tier"] == "level_1" and kaf(told)["mexico"] == [0, None, 50, None, 50, 1450]
    told = ask(shell, "--elevation", "1060", "--year", 2015)
    assert kaf(told)["mexico"] == [0, None, None, None, None, None] and told["total_kaf"] is None
    assert "Minute 319 was in force too" in " ".join(n["en"] for n in told["notes"])


def test_mexico_s_part_of_2027_is_the_user_s_choice(shell: Shell) -> None:
    def guidelines(*arguments: object) -> Any:
        told = json.loads(shell("river", "scenario", "--elevation", "1037.6", *arguments, "--json").out)
        (row,) = (r for r in told["cuts"] if r["scenario"] == "guidelines_2027")
        return row["mexico_kaf"], row["shared_kaf"], row["total_kaf"]

    assert guidelines() == (None, 1250, None)
    assert guidelines("--mexico", "120") == (120, 1250, 1370)
    assert guidelines("--mexico", "feis") == (250, 1250, 1500)
    said = shell("river", "scenario", "--elevation", "1037.6", "--mexico", "feis").out
    assert "modelling assumption, chosen by you, not an answer" in " ".join(said.split())
    for wrong in ("-1", "1501", "some"):
        result = shell("river", "scenario", "--mexico", wrong)
        assert result.code in (1, 2) and result.out == "" and "Traceback" not in result.err
