"""The Python door gives the answers of the terminal, as data frames."""

from __future__ import annotations

import csv
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import ambos
from ambos.errors import BadRequest, UnknownName
from ambos.session import Session
from ambos.text import LANGUAGES, Language
from command_line import Shell

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return ambos.open(tmp_path_factory.mktemp("none") / "workspace")


def test_an_answer_is_that_of_the_terminal(session: Session, shells: dict[str, Shell], tmp_path: Path) -> None:
    answer = session.river.status(year=2023)
    printed = shells["en"]("river", "status", "--year", "2023", "--json", folder=tmp_path)
    assert answer.json() == json.loads(printed.out)
    for table in answer.tables:
        text = shells["en"]("river", "status", "--year", "2023", "--csv", "--table", table, folder=tmp_path).out
        header, *rows = csv.reader(io.StringIO(text))
        frame = answer.table(table)
        assert (frame.columns, frame.height) == (header, len(rows))


def test_the_figures_of_a_series_are_those_of_the_terminal(
    session: Session, shells: dict[str, Shell], tmp_path: Path
) -> None:
    given = ("--place", "nogales", "--freq", "A", "--from", "2019", "--to", "2025")
    printed = json.loads(shells["es"]("show", "crossings.trucks", *given, "--json", folder=tmp_path).out)
    answer = session.show(
        "crossings.trucks", place="nogales", frequency="A", start=date(2019, 1, 1), end=date(2025, 12, 31)
    )
    assert answer.json() == printed
    assert answer.frame["value"].to_list() == [row["value"] for row in printed["data"]]


def test_figures_without_options_are_those_of_the_terminal_and_findings_are_asked_for(
    session: Session, shells: dict[str, Shell], tmp_path: Path
) -> None:
    printed = json.loads(shells["en"]("show", "crossings.trucks", "--json", folder=tmp_path).out)
    answer = session.show("crossings.trucks")
    assert answer.json() == printed
    more = session.show("crossings.trucks", findings=True).notes
    assert set(answer.notes) < set(more)


def test_findings_are_those_of_the_terminal_and_nothing_is_written(
    session: Session, shells: dict[str, Shell], tmp_path: Path
) -> None:
    printed = json.loads(shells["es"]("check", "data", "--place", "nogales", "--json", folder=tmp_path / "w").out)
    answer = session.check(place="nogales")
    assert answer.json() == printed and answer.frame.height == len(printed["findings"]) > 0
    assert not session.workspace.store.folder.exists()


def test_the_economy_answers_as_on_the_terminal(session: Session, shells: dict[str, Shell], tmp_path: Path) -> None:
    printed = shells["es"]("economy", "--year", "2021", "--json", folder=tmp_path)
    assert session.economy(year=2021).json() == json.loads(printed.out)


def test_the_dams_answer_as_on_the_terminal(session: Session, shells: dict[str, Shell], tmp_path: Path) -> None:
    printed = shells["es"]("dams", "--date", "2024-06-30", "--json", folder=tmp_path)
    assert session.dams(day=date(2024, 6, 30)).json() == json.loads(printed.out)


def test_numbers_are_numbers_and_missing_ones_null(session: Session) -> None:
    frame = session.river.status(year=2023).frame
    assert frame.schema["total_af"] == pl.Int64 and frame.schema["total_hm3"] == pl.Float64
    assert frame.filter(pl.col("party") == "mexico")["total_af"].item() == 104_000
    assert frame.to_pandas().shape == session.river.status(year=2023).to_pandas().shape == frame.shape


def test_a_table_that_is_not_there_is_refused_with_those_that_are(session: Session) -> None:
    with pytest.raises(UnknownName, match="parties"):
        session.river.status(year=2023).table("party")


def test_the_air_answers_as_on_the_terminal(session: Session, shells: dict[str, Shell], tmp_path: Path) -> None:
    arguments = ("--pollutant", "pm25", "--value", "28.4", "--date", "2026-11-01")
    printed = shells["es"]("air", "index", *arguments, "--json", folder=tmp_path)
    answer = session.air.index("pm25", Decimal("28.4"), day=date(2026, 11, 1))
    assert answer.json() == json.loads(printed.out) and answer.frame["index"].to_list() == [87, None]


def test_plans_and_what_ifs_are_refused_and_listed_as_on_the_terminal(
    session: Session, shells: dict[str, Shell], tmp_path: Path
) -> None:
    printed = shells["es"]("whatif", "--json", folder=tmp_path)
    assert session.whatifs().json() == json.loads(printed.out)
    day = date(2026, 6, 6)
    with pytest.raises(UnknownName, match="open_overnight"):
        session.whatif("open_overnigth", "nogales-mariposa", day)
    for ask in (session.staff, session.staff_frontier):
        with pytest.raises(BadRequest, match="95% under 30 min"):
            ask("nogales-mariposa", day, target="soon")
    for asked in (session.calibrate, session.calibrated, session.forecast_waits):
        with pytest.raises(UnknownName, match="atlantis"):
            asked("atlantis")


def test_a_what_if_and_a_plan_are_simulated_and_nothing_is_kept(session: Session) -> None:
    day = date(2025, 7, 14)
    changed = session.whatif("lane_more", "sasabe", day, replications=5)
    assert changed.json()["simulated"] and "figures" in changed.tables
    plan = session.staff("sasabe", day, mode="waits", replications=5)
    assert plan.json()["simulated"] and plan.json()["mode"] == "waits"
    assert not session.workspace.folder.exists()


def test_threads_share_a_session(session: Session) -> None:
    years = list(range(2020, 2027)) * 3
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda year: session.river.status(year=year).json(), years))
    assert answers == [session.river.status(year=year).json() for year in years]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_the_page_runs(
    language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (DOCS / language / "how-to" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec("\n".join(blocks), {})
    assert len(blocks) == 7 and "1907" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
