"""The contract of ``ambos air``."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from ambos.cli.air import command
from ambos.flows.workspace import open_workspace
from command_line import Shell

ONE = ("air", "index", "--pollutant", "pm25", "--value", "28.4", "--date", "2026-11-01")


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


@pytest.fixture(scope="module")
def made_up(specimens: Path) -> Path:
    return specimens / "air" / "made_up.csv"


def test_json_is_the_same_in_both_languages(shells: dict[str, Shell]) -> None:
    told = [shell(*ONE, "--json") for shell in shells.values()]
    assert all((r.code, r.err) == (0, "") for r in told) and told[0].out == told[1].out
    answer = told[0].json()
    us, mx = answer["indices"]
    assert (us["country"], us["index"], us["value"], us["unit"]) == ("us", 87, 28.4, "ug/m3")
    assert us["in_force_from"] == "2024-05-06" and "40 CFR 58" in us["citation"]["en"]
    assert (mx["country"], mx["index"], mx["value"]) == ("mx", None, 20)
    assert mx["category"] == {"en": "Acceptable", "es": "Aceptable"}
    limits = [(x["average"], x["value"]) for x in answer["limits"] if x["country"] == "mx"]
    assert limits == [("24h", 25), ("annual", 10)] and len(answer["sources"]) == 6


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Moderate", "Acceptable", "yellow", "truncated", "9.1 – 35.4 → 51 – 100", "16 – 25", "40 CFR 58")),
        (
            "es",
            (
                "Moderada",
                "Aceptable",
                "amarillo",
                "truncado",
                "9.1 – 35.4 → 51 – 100",
                "16 – 25",
                "DOF 25 de enero de 2024",
            ),
        ),
    ],
)
def test_the_index_is_shown_on_the_terminal_in_both_languages(
    shells: dict[str, Shell], language: str, words: tuple[str, ...]
) -> None:
    result = shells[language](*ONE)
    assert result.code == 0 and result.err == ""
    assert [w for w in words if w not in result.out] == []


@pytest.mark.parametrize(("language", "words"), [("en", "Check the concentration"), ("es", "Revise la concentración")])
def test_above_the_last_breakpoint_the_unit_is_doubted(shells: dict[str, Shell], language: str, words: str) -> None:
    ozone = ("air", "index", "--pollutant", "o3", "--unit", "ppm", "--value")
    assert words in shells[language](*ozone, "9.5").out
    assert words not in shells[language](*ozone, "0.095").out


@pytest.mark.parametrize(
    ("language", "mark", "confirmed"),
    [
        ("en", "(not all of it confirmed)", "PM2.5 annual 10 µg/m³: NOM-025-SSA1-2021 (DOF 27 Oct 2021)"),
        ("es", "(no todo está confirmado)", "PM2.5 anual 10 µg/m³: NOM-025-SSA1-2021 (DOF 27 de octubre de 2021)"),
    ],
)
def test_what_is_not_confirmed_is_marked(shells: dict[str, Shell], language: str, mark: str, confirmed: str) -> None:
    """The tables of 2015 and 2019 and the US limits rest in part on memory; Mexico's limits of particles were read."""
    told = shells[language](*ONE[:-1], "2023-06-01")
    cited = [line for line in told.out.splitlines() if line.startswith(("Source: ", "Fuente: "))]
    assert [line.endswith(mark) for line in cited] == [True, True, True, True, False, False]
    assert confirmed in told.out
    now = [line for line in shells[language](*ONE).out.splitlines() if "NOM-172" in line or "40 CFR 58" in line]
    assert len(now) == 2 and not any(mark in line for line in now)


def test_data_of_hours_do_not_depend_on_the_language(shells: dict[str, Shell], made_up: Path) -> None:
    """Categories and colours were in the language of the terminal."""
    for form in ("--json", "--csv"):
        both = [shell("air", "index", "--series", made_up, form) for shell in shells.values()]
        assert all(r.code == 0 for r in both) and both[0].out == both[1].out


def test_csv_says_what_json_says(shell: Shell, made_up: Path) -> None:
    rows = shell("air", "index", "--series", made_up, "--json").json()["hours"]
    table = list(csv.DictReader(io.StringIO(shell("air", "index", "--series", made_up, "--csv").out)))
    assert len(rows) == len(table) == 6
    for row, cells in zip(rows, table, strict=True):
        texts = {"us_category", "us_colour", "mx_category", "mx_colour"}
        flat = {f"{k}_{lang}": row[k] and row[k][lang] for k in texts for lang in ("en", "es")}
        flat |= {k: v for k, v in row.items() if k not in texts}
        assert flat.keys() == cells.keys()
        for key, cell in cells.items():
            value = flat[key]
            wanted = "" if value is None else json.dumps(value, ensure_ascii=False).strip('"')
            assert cell == wanted or float(cell) == value
    assert rows[3]["time"] == "2025-12-31T22:00-07:00" and rows[3]["us_index"] == 90


def test_today_is_the_day_in_the_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Mexico's cuts change on 1 January 2026, which begins in Arizona at 07:00 UTC, whatever the machine's own clock."""
    here = open_workspace(tmp_path)
    for hour, table in ((6, "mx_ias_2023_step_2024"), (7, "mx_ias_2023_step_2026")):
        now = datetime(2026, 1, 1, hour, 30, tzinfo=UTC)
        then = dataclasses.replace(here, clock=lambda now=now: now)
        monkeypatch.setattr("ambos.cli.door.workspace", lambda folder, region, then=then: then)
        told = CliRunner().invoke(command("en"), [*ONE[1:-2], "--json"], obj="en")
        assert json.loads(told.output)["indices"][1]["table"] == table


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--pollutant", "pm25"), 2, {"en": "Give --pollutant and --value", "es": "Indique --pollutant y --value"}),
        (("--pollutant", "pm25", "--value", "x"), 2, {"en": "not a number", "es": "no es un número"}),
        (("--pollutant", "o3", "--value", "1"), 1, {"en": "Say the unit", "es": "Indique la unidad"}),
        (
            ("--pollutant", "pm25", "--value", "1", "--date", "2010"),
            1,
            {"en": "has no rule for January 1, 2010", "es": "no tiene regla para el 1 de enero de 2010"},
        ),
        (
            ("--series", "nowhere.csv"),
            1,
            {"en": "nowhere.csv has 1 problem(s)", "es": "nowhere.csv tiene 1 problema(s)"},
        ),
        (("--series", "x.csv", "--hours", "24"), 2, {"en": "no other option", "es": "no dé otra opción"}),
        (("--series", "x.csv", "--value", "1"), 2, {"en": "no other option", "es": "no dé otra opción"}),
    ],
)
def test_what_the_index_cannot_judge_is_refused_with_the_reason(
    shells: dict[str, Shell], language: str, arguments: tuple[str, ...], code: int, said: dict[str, str]
) -> None:
    result = shells[language]("air", "index", *arguments)
    assert result.code == code and result.out == "" and said[language] in result.err
    assert "Traceback" not in result.err


def test_bad_rows_are_listed(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "station,time,pollutant,value,unit\na,2026-01-01T00:00,pm25,1,ug/m3\na,2026-01-01T00:00Z,pm25,-999,ug/m3\n"
    )
    result = shell("air", "index", "--series", path)
    assert result.code == 1 and "2 problem(s)" in result.err
    assert "line 2: the time is not like" in result.err and "line 3: no instrument gives -999" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("index", "--series", "{}"),
        ("index", "--series", "{}", "--csv"),
        ("index", "--series", "{}", "--json"),
        ("index", "--series", "{}", "--area"),
        ("exceedances", "{}"),
        ("exceedances", "{}", "--json"),
        ("design", "{}"),
        ("design", "{}", "--json"),
        ("pair", "{}", "--stations", "a", "b"),
        ("pair", "{}", "--stations", "a", "b", "--json"),
    ],
)
def test_one_bad_row_is_set_aside_and_told_at_every_door(
    shells: dict[str, Shell], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path = tmp_path / "r.csv"
    good = [f"{s},2026-01-01T{h:02}:00-07:00,pm25,{20 + h},ug/m3" for s in "ab" for h in range(24)]
    path.write_text("\n".join(["station,time,pollutant,value,unit", *good, "a,2026-01-02T00:00Z,pm25,1e9,ug/m3"]))
    for language, words in (
        ("en", "rows of r.csv set aside: 1. line 50: no instrument gives 1e9 ug/m3 for pm25"),
        ("es", "renglones de r.csv apartados: 1. renglón 50: ningún instrumento da 1e9 ug/m3 de pm25"),
    ):
        result = shells[language]("air", *(a.format(path) for a in arguments))
        assert result.code == 0 and result.out and words in result.out + result.err


def test_a_long_series_is_cut_in_the_table_only(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [f"a,2026-01-{d:02}T{h:02}:00-07:00,pm25,9.0,ug/m3" for d in range(1, 11) for h in range(24)]
    path.write_text("\n".join(["station,time,pollutant,value,unit", *rows]))
    table = shell("air", "index", "--series", path).out
    assert table.count("2026-01-") == 200 and "The last 200 of 240 rows" in table and "2026-01-10T23:00-07:00" in table
    assert len(shell("air", "index", "--series", path, "--json").json()["hours"]) == 240


@pytest.mark.parametrize(
    ("language", "hours", "said"),
    [
        ("en", 1, "Assumption: the concentration is that of the latest hour alone."),
        ("en", 2, "Assumption: each of the latest 2 hours"),
        ("es", 1, "Supuesto: la concentración es solo la de la última hora."),
        ("es", 2, "Supuesto: cada una de las últimas 2 horas"),
    ],
)
def test_what_is_assumed_of_the_hours(shells: dict[str, Shell], language: str, hours: int, said: str) -> None:
    result = shells[language]("air", "index", "--pollutant", "pm25", "--value", "28.4", "--hours", hours)
    assert said in result.out and "ug/m3" not in result.out and "µg/m³" in result.out


def test_csv_repeats_no_formula_of_a_file(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        'station,time,pollutant,value,unit\n"=HYPERLINK(""http://example.invalid"")",2026-01-01T00:00-07:00,pm25,12.5,ug/m3\n'
        "@SUM(1),2026-01-01T00:00-07:00,o3,41,ppb\n",
        encoding="utf-8",
    )
    rows = list(csv.DictReader(io.StringIO(shell("air", "index", "--series", path, "--csv").out)))
    assert {r["station"] for r in rows} == {'\'=HYPERLINK("http://example.invalid")', "'@SUM(1)"}
    assert [r["value"] for r in rows] == ["12.5", "41.0"]
