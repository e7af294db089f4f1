"""Simulated beside reported waits: one small crossing, as the embedded figures have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambos.flows.data.show import show
from ambos.flows.twin.year import REPORTED_NOTES, LineHour, Year, answer_reported, line_hours, simulate_year
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import record


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("reported"))


@pytest.fixture(scope="module")
def year(workspace: Workspace) -> Year:
    return simulate_year(workspace, 2024, ports=["lukeville"], replications=2)


@pytest.fixture(scope="module")
def rows(year: Year) -> tuple[LineHour, ...]:
    return line_hours(year)


def test_every_line_has_every_hour_and_what_the_archive_says(rows: tuple[LineHour, ...], workspace: Workspace) -> None:
    lines = {row.line.id for row in rows}
    assert len(rows) == 24 * len(lines)
    shown = show(workspace, "waits.mean_by_hour", places=["260201"], items=["passenger/standard/12"], frequency="all")
    noon = next(row for row in rows if row.line.id == "lukeville.pov.standard" and row.hour == 12)
    assert noon.reported is not None
    assert noon.reported.mean == pytest.approx(shown.rows()[0]["value"])
    assert noon.reported.reports == shown.rows()[0]["n"]
    assert noon.reported.lanes is not None


def test_what_is_not_reported_is_none(rows: tuple[LineHour, ...]) -> None:
    by_hour = {(row.line.id, row.hour): row for row in rows}
    assert by_hour["lukeville.pov.standard", 3].reported is None  # closed at night
    assert by_hour["lukeville.pov.standard", 3].simulated.mean is None


def test_the_hours_add_up_to_the_year(rows: tuple[LineHour, ...], year: Year) -> None:
    for name, own in year.lines.items():
        a_day = sum(row.travellers for row in rows if row.line.id == name)
        assert a_day == pytest.approx(own.whole.count.mean() / own.days)


def test_the_fit_is_that_of_the_hours_that_both_have(rows: tuple[LineHour, ...], year: Year) -> None:
    fit = next(f for f in year.fits() if f.line.id == "lukeville.pov.standard")
    both = [
        (row.simulated.mean, row.reported.mean)
        for row in rows
        if row.line.id == fit.line.id and row.reported and row.simulated.mean is not None
    ]
    assert fit.hours == len(both) > 8
    assert fit.simulated == pytest.approx(sum(a for a, _ in both) / len(both))
    assert fit.difference == pytest.approx(sum(abs(a - b) for a, b in both) / len(both))
    assert fit.correlation is not None
    assert -1 <= fit.correlation <= 1


def test_it_says_that_it_is_a_simulation_and_what_it_does_not_show(rows: tuple[LineHour, ...], year: Year) -> None:
    answer = answer_reported(year)
    assert set(REPORTED_NOTES) <= set(answer.notes)
    made = record(answer)
    assert made["simulated"] is True and made["travellers_simulated"] == year.travellers
    hours, lines = answer.tables
    assert len(hours.rows) == len(rows)
    (seen,) = hours.views
    assert seen.rows is not None and 0 < len(seen.rows) < len(rows)  # nobody comes at night
    assert len(lines.rows) == sum(1 for f in year.fits() if f.hours)


def test_the_command_line_wants_a_year(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from ambos.cli.simulate import command

    asked = ["--all", "--day", "2025-07-14", "--reported", "--workspace", str(tmp_path)]
    refused = CliRunner().invoke(command("en"), asked, obj="en")
    assert refused.exit_code == 2
    assert "--year" in refused.output
