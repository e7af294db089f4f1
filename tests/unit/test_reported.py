"""Simulated beside reported waits: one small crossing, as the embedded figures have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambos.flows.data.show import show
from ambos.flows.twin.reported import NOTES, Reported, notes, record, reported, tables
from ambos.flows.twin.year import simulate_year
from ambos.flows.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("reported"))


@pytest.fixture(scope="module")
def found(workspace: Workspace) -> Reported:
    return reported(workspace, 2024, ports=["lukeville"], replications=2)


def test_every_line_has_every_hour_and_what_the_archive_says(found: Reported, workspace: Workspace) -> None:
    lines = {row.line.id for row in found.rows}
    assert len(found.rows) == 24 * len(lines)
    shown = show(workspace, "waits.mean_by_hour", places=["260201"], items=["passenger/standard/12"], frequency="all")
    noon = next(row for row in found.rows if row.line.id == "lukeville.pov.standard" and row.hour == 12)
    assert noon.reported is not None
    assert noon.reported.mean == pytest.approx(shown.rows()[0]["value"])
    assert noon.reported.reports == shown.rows()[0]["n"]
    assert noon.reported.lanes is not None


def test_what_is_not_reported_is_none(found: Reported) -> None:
    by_hour = {(row.line.id, row.hour): row for row in found.rows}
    assert by_hour["lukeville.pov.standard", 3].reported is None  # closed at night
    assert by_hour["lukeville.pov.standard", 3].simulated.mean is None


def test_the_hours_add_up_to_the_year(found: Reported, workspace: Workspace) -> None:
    year = simulate_year(workspace, 2024, ports=["lukeville"], replications=2)
    for name, own in year.lines.items():
        a_day = sum(row.travellers for row in found.rows if row.line.id == name)
        assert a_day == pytest.approx(own.whole.count.mean() / own.days)
    assert found.year.travellers == year.travellers


def test_the_fit_is_that_of_the_hours_that_both_have(found: Reported) -> None:
    fit = next(f for f in found.fits() if f.line.id == "lukeville.pov.standard")
    both = [
        (row.simulated.mean, row.reported.mean)
        for row in found.rows
        if row.line.id == fit.line.id and row.reported and row.simulated.mean is not None
    ]
    assert fit.hours == len(both) > 8
    assert fit.simulated == pytest.approx(sum(a for a, _ in both) / len(both))
    assert fit.apart == pytest.approx(sum(abs(a - b) for a, b in both) / len(both))
    assert fit.together is not None
    assert -1 <= fit.together <= 1


def test_it_says_that_it_is_a_simulation_and_what_it_does_not_show(found: Reported) -> None:
    assert set(NOTES) <= set(notes(found))
    assert record(found)["simulated"] is True
    assert len(record(found)["results"]) == len(found.rows)
    hours, lines = tables(found)
    assert all(len(row) == len(hours.columns) for row in hours.rows)
    assert all(len(row) == len(lines.columns) for row in lines.rows)


def test_the_command_line_wants_a_year(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from ambos.cli.simulate import command

    asked = ["--all", "--day", "2025-07-14", "--reported", "--workspace", str(tmp_path)]
    refused = CliRunner().invoke(command, asked)
    assert refused.exit_code == 2
    assert "--year" in refused.output
