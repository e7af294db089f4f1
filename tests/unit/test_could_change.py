"""Embedded estimates of what could change at the ports: their file, what they rest on, and that they are found again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ambos.catalog.could_change import FILE, read_could_change, write_could_change
from ambos.catalog.read import Problems
from ambos.catalog.staff import load_whatifs
from ambos.catalog.twin import load_twin
from ambos.flows.twin.could_change import busy, could_change
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.whatif import PlayedWhatIf


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The packaged region on its embedded snapshot."""
    return open_workspace(tmp_path_factory.mktemp("workspace") / "none")


@pytest.fixture(scope="module")
def played(workspace: Workspace) -> tuple[PlayedWhatIf, ...]:
    """The embedded estimates."""
    problems = Problems()
    found = read_could_change(workspace.catalog.snapshot_folder.parent, problems)
    problems.refuse()
    return found


def test_the_file_is_read_as_it_was_written(tmp_path: Path, played: tuple[PlayedWhatIf, ...]) -> None:
    write_could_change(tmp_path, played)
    problems = Problems()
    assert read_could_change(tmp_path, problems) == played and not problems.listed
    path = tmp_path / FILE
    path.write_text(path.read_text("utf-8").replace(f",{played[0].seed},", ",x,", 1), "utf-8")
    assert len(read_could_change(tmp_path, problems)) == len(played) - 1
    assert any(f"{FILE}:2" in problem for problem in problems.listed)


def test_estimates_are_of_busy_crossings_and_of_lines_fit_for_decisions(
    workspace: Workspace, played: tuple[PlayedWhatIf, ...]
) -> None:
    twin, whatifs = load_twin(workspace.catalog), load_whatifs(workspace.catalog)
    lines = {(c.id, line.mode, line.lane_class): line.calibrated for c in twin.crossings.values() for line in c.lines}
    for each in played:
        line = lines[each.crossing, each.mode, each.lane_class]
        assert line is not None and line.standing == "fit" and each.whatif in whatifs
        assert busy(twin.crossings[each.crossing], each.mode)
        assert each.low <= each.change <= each.high
        assert each.change == pytest.approx(each.changed - each.today, abs=0.011)
    assert len({(e.whatif, e.crossing, e.mode, e.lane_class) for e in played}) == len(played)


def test_each_estimate_stands_beside_how_far_off_the_model_was_on_months_not_seen(workspace: Workspace) -> None:
    told = could_change(workspace)
    rows = told.table("could_change").cells()
    assert told.facts["simulated"] is True and all(row["off_min"] is not None for row in rows)
    assert all("simul" in note.lower() for note in (told.notes[0].en, told.notes[0].es))


@pytest.mark.slow
def test_the_embedded_estimates_are_found_again_with_the_embedded_calibration(
    workspace: Workspace, played: tuple[PlayedWhatIf, ...]
) -> None:
    from ambos.flows.twin.could_change_play import could_change as play

    crossing = played[-1].crossing
    days = tuple(map(date.fromisoformat, played[0].days.split()))
    again = play(workspace, days, crossings=(crossing,))
    embedded = [each for each in played if each.crossing == crossing]
    assert [(e.whatif, e.mode, e.lane_class) for e in again] == [(e.whatif, e.mode, e.lane_class) for e in embedded]
    for one, two in zip(again, embedded, strict=True):
        for figure in ("today", "changed", "low", "high", "officer_hours"):
            assert getattr(one, figure) == pytest.approx(getattr(two, figure), abs=0.05), figure
