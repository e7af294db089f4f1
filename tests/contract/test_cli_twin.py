"""The contract of ``ambos simulate`` and ``ambos compare``."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ambos.catalog import load
from ambos.catalog.twin import load_twin
from command_line import Shell

SCENARIO = """
[scenario]
name = { en = "A morning", es = "Una mañana" }
length = 240

[[line]]
id = "general"
crossing = "here"
mode = "pov"
class = "standard"
service = { law = "exponential", mean = 1.0 }
referrals = [{ station = "look", random = 0.05, risk = 0.05 }]
spacing_m = 7.5
approach_m = 300

[[line]]
id = "closed"
crossing = "here"
mode = "truck"
class = "fast"
service = { law = "exponential", mean = 2.0 }

[[stream]]
id = "general"
line = "general"
rates = 100

[[stream]]
id = "trucks"
line = "closed"
rates = 0

[[booth]]
id = "booth"
crossing = "here"
count = 2
lines = ["general"]
lanes = %d

[[station]]
id = "look"
crossing = "here"
service = { law = "exponential", mean = 5.0 }
servers = 2
lot = 4
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "morning.toml"
    path.write_text(SCENARIO % 2, encoding="utf-8")
    return path


@pytest.fixture
def fewer(tmp_path: Path) -> Path:
    path = tmp_path / "fewer.toml"
    path.write_text(SCENARIO % 1, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


def strict(text: str) -> Any:
    """JSON as the standard has it: no NaN, no Infinity."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_json_holds_results_by_class_and_stage(shell: Shell, file: Path) -> None:
    told = strict(shell("simulate", file, "--replications", 5, "--seed", 3, "--json").out)
    assert told["simulated"] is True and (told["seed"], told["replications"]) == (3, 5)
    assert len(told["scenario_hash"]) == 64 and told["version"] and told["notes"]
    assert {(r["class"], r["stage"]) for r in told["results"]} == {
        *(("standard", stage) for stage in ("primary", "look", "crossing")),
        *(("fast", stage) for stage in ("primary", "crossing")),
    }
    wanted = {"class", "stage", "arrived", "served", "mean_wait_min", "ci95_low", "ci95_high", "p50_wait_min"}
    assert all(wanted | {"p95_wait_min", "share_over_60"} <= set(r) for r in told["results"])
    (primary,) = (r for r in told["results"] if (r["class"], r["stage"]) == ("standard", "primary"))
    assert 300 < primary["arrived"] < 500
    assert 0 <= primary["ci95_low"] < primary["mean_wait_min"] < primary["ci95_high"]
    assert primary["p50_wait_min"] <= primary["p90_wait_min"] <= primary["p95_wait_min"]
    assert {h["hour"] for h in told["hourly"]} == {0, 1, 2, 3}
    assert [q["time"] for q in told["queue"] if q["class"] == "fast"][-1] == "03:45"
    fates = told["outcomes"][0]
    assert fates["arrived"] == pytest.approx(
        sum(fates[k] for k in ("served", "balked", "reneged", "diverted", "turned_away", "left"))
    )


def test_nobody_is_null_not_zero(shell: Shell, file: Path) -> None:
    told = strict(shell("simulate", file, "--replications", 2, "--json").out)
    trucks = next(r for r in told["results"] if r["class"] == "fast")
    assert trucks["arrived"] == 0
    assert trucks["mean_wait_min"] is None and trucks["p95_wait_min"] is None and trucks["share_over_60"] is None


@pytest.mark.slow
def test_the_first_compilation_is_told_and_no_later_one(file: Path, tmp_path: Path) -> None:
    """With an empty folder for machine code; the second time that is on the disk."""
    run = (sys.executable, "-c", "from ambos.cli import main; main()", "simulate", file, "--replications", "2")
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "code"), "AMBOS_LANG": "es"}
    first, second = (
        subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stderr for _ in range(2)
    )
    assert first.count("Compilando la simulación") == 1 and second == ""


def test_one_replication_has_no_interval(shell: Shell, file: Path) -> None:
    told = strict(shell("simulate", file, "--replications", 1, "--json").out)
    primary = told["results"][0]
    assert primary["mean_wait_min"] is not None and primary["ci95_low"] is None and primary["ci95_high"] is None


def test_the_same_seed_gives_the_same_bytes(shell: Shell, file: Path) -> None:
    once, again, other = (
        shell("simulate", file, "--replications", 3, "--seed", seed, "--json").out for seed in (1, 1, 2)
    )
    assert once == again and once != other


@pytest.mark.parametrize(
    ("language", "word", "not_said"), [("en", "Simulated", "Simulado"), ("es", "Simulado", "Simulated")]
)
def test_tables_say_that_they_are_simulated(
    shells: dict[str, Shell], file: Path, language: str, word: str, not_said: str
) -> None:
    result = shells[language]("simulate", file, "--replications", 2)
    assert result.code == 0 and word in result.out and not_said not in result.out
    assert ("A morning" in result.out) == (language == "en")


def test_a_day_of_a_crossing(shells: dict[str, Shell]) -> None:
    """As it comes, from the embedded snapshot: a month that is not held is told."""
    told = strict(
        shells["es"]("simulate", "--port", "nogales-mariposa", "--day", "2025-07-14", "--replications", 2, "--json").out
    )
    assert told["day"] == "2025-07-14"
    assert any("no se tienen" in n["es"].lower() for n in told["notes"])
    assert {r["mode"] for r in told["results"]} >= {"pov", "truck", "pedestrian"}
    cars = next(r for r in told["results"] if r["mode"] == "pov" and r["stage"] == "primary")
    assert cars["served"] > 1000
    # CBP reports some 40 minutes for these cars
    assert cars["hours_reported"] == 16 and cars["reported_mean_min"] > 30
    assert cars["fit_for_decisions"] == "fit"
    assert cars["simulated_less_reported_min"] == pytest.approx(
        cars["simulated_in_those_hours_min"] - cars["reported_mean_min"], abs=1e-5
    )
    assert {m["convention"] for m in told["money"]} >= {"usdot", "stated", "atri"}
    july = next(e for e in told["emissions"] if e["mode"] == "pov")
    assert july["month"] == 7 and july["multiplier"] > 1


def test_out_writes_page_pictures_and_data(shell: Shell, file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert shell("simulate", file, "--replications", 3, "--out", folder).code == 0
    names = {p.name for p in folder.iterdir()}
    assert names == {
        *("en.html", "es.html", "queue-1-en.png", "queue-1-es.png"),
        *("results.csv", "hourly.csv", "queue.csv", "run.json"),
    }
    for language, word in (("en", "Simulated"), ("es", "Simulado")):
        page = (folder / f"{language}.html").read_text(encoding="utf-8")
        assert f'lang="{language}"' in page and word in page and "<script" not in page and "<svg" in page
        assert not re.search(r'(?:src|href)="https?:', page)
        assert (folder / f"queue-1-{language}.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader((folder / "queue.csv").open(encoding="utf-8")))
    assert len(rows) == 2 * 16 and all(r["simulated"] == "true" and r["scenario_hash"] for r in rows)
    strict((folder / "run.json").read_text(encoding="utf-8"))


def test_compare_sees_a_lane(shell: Shell, file: Path, fewer: Path) -> None:
    told = strict(shell("compare", file, fewer, "--replications", 4, "--json").out)
    (wait,) = (d for d in told["results"] if (d["line"], d["stage"]) == ("general", "primary"))
    assert wait["change"] == pytest.approx(wait["b"] - wait["a"], abs=1e-5)
    assert wait["change"] > 1 and wait["clear"] is True and wait["ci95_low"] > 0
    (arrived,) = (d for d in told["outcomes"] if (d["line"], d["what"]) == ("general", "arrived"))
    assert arrived["change"] == 0  # the same travellers
    (officers,) = (d for d in told["use"] if d["what"] == "officer_hours")
    assert officers["change"] == pytest.approx(-4.0, abs=0.2)


def test_longer_hours_are_compared_on_all_who_came(shell: Shell, tmp_path: Path) -> None:
    """One booth; B is open an hour longer, so that those served last are those who waited longest."""
    text = """
[[stream]]
id = "s"
rates = [60, 60, 60, 60]
options = [{line = "l"}]
[[line]]
id = "l"
crossing = "x"
mode = "truck"
class = "standard"
closes = "CLOSES"
opens = "00:00"
service = {law = "deterministic", mean = 1.5}
[[booth]]
id = "b"
crossing = "x"
shifts = [{from = "00:00", to = "04:00", lines = ["l"]}]
[scenario]
length = 240
"""
    files = []
    for name, closes in (("a", "01:00"), ("b", "02:00")):
        files.append(tmp_path / f"{name}.toml")
        files[-1].write_text(text.replace("CLOSES", closes), encoding="utf-8")
    told = strict(shell("compare", *files, "--replications", 6, "--json").out)
    (wait,) = (d for d in told["results"] if d["stage"] == "primary")
    (everyone,) = told["until_served"]
    assert wait["change"] > 5 and everyone["change"] < -20 and everyone["clear"] is True
    said = shell("compare", *files, "--replications", 6, "--out", tmp_path / "out").out
    assert "other travellers" in said and "all who came" in said
    spread = {d["what"]: d for d in told["spread"]}
    assert spread["over_30"]["change"] > 0 and spread["p95"]["b"] > spread["p95"]["a"] > spread["p50"]["a"]
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {
        *("en.html", "es.html", "compare.json"),
        *(f"{side}-queue-1-{language}.png" for side in "ab" for language in ("en", "es")),
    }


def test_a_class_without_any_lane_is_named(shell: Shell, tmp_path: Path) -> None:
    closed = tmp_path / "closed.toml"
    closed.write_text(
        '[scenario]\nport = "Mariposa"\nday = 2025-07-14\n[[change]]\nline = "mariposa.truck.fast"\nadd_lanes = -30\n',
        encoding="utf-8",
    )
    said = shell("simulate", closed, "--replications", 2).out
    assert "No lane is open at any hour for: Trucks · FAST. Nobody of these classes is inspected." in said


def test_compare_with_itself_changes_nothing(shells: dict[str, Shell], file: Path) -> None:
    told = strict(shells["en"]("compare", file, file, "--replications", 2, "--json").out)
    assert all(d["change"] in (0, None) for d in (*told["results"], *told["hourly"], *told["use"]))
    said = shells["es"]("compare", file, file, "--replications", 2)
    assert said.code == 0 and "Simulado" in said.out and "B − A" in said.out


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Fit for decisions", "A − reported", "for differences between scenarios alike")),
        ("es", ("Apta para decidir", "A − reportada", "ni para diferencias entre escenarios")),
    ],
)
def test_compare_says_how_far_both_scenarios_lie_from_the_reports(
    shells: dict[str, Shell], language: str, words: tuple[str, ...]
) -> None:
    files = [EXAMPLES / f"mariposa-{name}.toml" for name in ("as-it-is", "two-lanes")]
    said = shells[language]("compare", *files, "--replications", 2).out
    assert all(word in said for word in words)
    told = strict(shells[language]("compare", *files, "--replications", 2, "--json").out)
    cars = next(r for r in told["results"] if (r["line"], r["stage"]) == ("mariposa.pov.standard", "primary"))
    assert cars["a_reported_mean_min"] == cars["b_reported_mean_min"] > 30
    assert cars["b_fit_for_decisions"] == "fit"


def test_without_calibration_cars_hardly_wait_at_mariposa(shells: dict[str, Shell]) -> None:
    ask = ("simulate", "--port", "mariposa", "--day", "2025-07-14", "--replications", 20, "--json")
    bare, calibrated = (
        next(
            r
            for r in strict(shells["en"](*ask, *more).out)["results"]
            if (r["line"], r["stage"]) == ("mariposa.pov.standard", "primary")
        )
        for more in (("--priors",), ())
    )
    assert bare["simulated_less_reported_min"] < -30
    assert bare["fit_for_decisions"] == "not_calibrated"
    assert 20 < calibrated["simulated_in_those_hours_min"] < 90


def test_what_nobody_reports_is_said(shells: dict[str, Shell], file: Path) -> None:
    assert "No reported waits are held" in shells["en"]("simulate", file, "--replications", 2).out
    assert "No se tienen esperas reportadas" in shells["es"]("simulate", file, "--replications", 2).out
    told = strict(shells["en"]("simulate", file, "--replications", 2, "--json").out)
    assert all(r["reported_mean_min"] is None for r in told["results"])


OVERLOAD = """
[scenario]
name = { en = "Overload", es = "Sobrecarga" }
length = 240

[[line]]
id = "general"
crossing = "here"
mode = "pov"
service = { law = "deterministic", mean = 2 }

[[stream]]
id = "general"
line = "general"
rates = 60

[[booth]]
id = "booth"
crossing = "here"
lines = ["general"]
"""


def test_waits_that_the_end_of_the_day_cuts_short_are_marked_everywhere(
    shells: dict[str, Shell], tmp_path: Path
) -> None:
    file = tmp_path / "overload.toml"
    file.write_text(OVERLOAD, encoding="utf-8")
    folder = tmp_path / "out"
    for shell in shells.values():
        assert shell("simulate", file, "--replications", 5, "--out", folder).out.count("≥") > 4
        assert shell("compare", file, file, "--replications", 5).out.count("≥") >= 4
    assert "≥" in (folder / "en.html").read_text(encoding="utf-8")
    told = strict((folder / "run.json").read_text(encoding="utf-8"))["results"][0]
    assert told["still_waiting"] > 100 and told["mean_is_lower_bound"] and told["p95_is_lower_bound"]
    row = next(csv.DictReader((folder / "results.csv").open(encoding="utf-8")))
    assert row["mean_is_lower_bound"] == "true"
    changed = strict(shells["en"]("compare", file, file, "--replications", 5, "--json").out)["results"][0]
    assert changed["a_is_lower_bound"] and changed["b_is_lower_bound"]


def test_a_kept_run_is_listed_and_shown_again(shell: Shell, file: Path, tmp_path: Path) -> None:
    kept = ("--workspace", tmp_path / "kept")
    simulate = ("simulate", file, "--replications", 2, "--seed", 3)
    printed = shell(*simulate, "--keep", *kept).out
    *lines, path = printed.splitlines()
    name = Path(path).stem
    assert shell("runs", name, *kept).out.splitlines() == lines
    assert strict(shell(*simulate, "--json").out) == strict(shell("runs", name[:8], "--json", *kept).out)
    (listed,) = strict(shell("runs", "--json", *kept).out)["runs"]
    assert (listed["run"], listed["seed"], listed["status"]) == (name, 3, "E")


def test_schema_is_json_schema(shells: dict[str, Shell]) -> None:
    for shell in shells.values():
        assert strict(shell("simulate", "--schema").out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--port", "nogales-mariposa"),
        ("--day", "2025-07-14"),
        ("--port", "nowhere", "--day", "2025-07-14"),
        ("--port", "nogales-mariposa", "--day", "1970-07-14"),
        ("--port", "nogales-mariposa", "--day", "9999-12-31"),
        ("--all", "--port", "nogales-mariposa", "--day", "2025-07-14"),
        ("no-such-file.toml",),
        ("--year", "2024"),
        ("--year", "2024", "--all", "--out", "x"),
        ("--year", "2024", "--all", "--port", "nogales"),
        ("--reported", "--all"),
    ],
)
def test_refusals_are_one_clear_message(shells: dict[str, Shell], arguments: tuple[str, ...], language: str) -> None:
    result = shells[language]("simulate", *arguments)
    assert result.code in (1, 2) and result.out == ""
    assert result.err.strip() and not any(w in result.err for w in ("Traceback", "AMBOS_DEBUG", 'File "'))


def test_a_wrong_file_lists_every_problem(shells: dict[str, Shell], file: Path) -> None:
    text = (
        file.read_text(encoding="utf-8")
        .replace("servers = 2", "servers = -2")
        .replace('mode = "truck"', 'mode = "ship"')
    )
    file.write_text(text, encoding="utf-8")
    for language, line in (("en", "line "), ("es", "renglón ")):
        for verb in (("simulate", file), ("compare", file, file)):
            result = shells[language](*verb)
            assert result.code == 1 and result.err.count(line) >= 2


def test_every_crossing_by_name(shell: Shell) -> None:
    catalog = load()
    crossings = load_twin(catalog, weeks=False).crossings
    assert len(crossings) == 9
    for id in crossings:
        result = shell("simulate", "--port", id, "--day", "2024-03-05", "--replications", 1, "--json")
        assert result.code == 0, (id, result.err)
        assert any(r["served"] for r in strict(result.out)["results"]), id


def test_a_year_of_a_small_crossing(shell: Shell) -> None:
    told = strict(shell("simulate", "--port", "sasabe", "--year", "2024", "--replications", 2, "--json").out)
    assert told["simulated"] is True and told["crossing_days"] == 366
    cars = next(r for r in told["results"] if r["mode"] == "pov")
    assert cars["arrived"] == pytest.approx(9997, rel=0.05)  # what BTS counted in the year


@pytest.mark.parametrize("arguments", [("--help",), ("simulate", "--help"), ("compare", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys; sys.argv = ['ambos', *sys.argv[1:]]\n"
        "from ambos.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numba', 'numpy', 'scipy', 'altair', 'polars'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
