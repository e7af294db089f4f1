"""Answers of the twin kept in a workspace: the same answer is the same file, and a damaged one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.errors import BadRequest, CannotWrite, RunDamaged, UnknownName
from ambos.flows.twin.runs import keep, runs, show
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import Answer, Column, Named, Shown, Table, View
from ambos.text import Text

_TITLE = Text("A morning", "Una mañana")
_TABLE = Table(
    "results",
    _TITLE,
    (Column("line", _TITLE), Column("wait", _TITLE, 1), Column("usd", None, kept=None), Column("known", None)),
    (
        (Named("general", _TITLE), Shown(1.9, Text.same("≥ 1.9")), Decimal("2.50"), date(2025, 7, 14)),
        (_TITLE, None, 3, True),
    ),
    totals=((_TITLE, 1, None, None),),
    views=(View(_TITLE, ("line", "wait"), rows=(1,)),),
)
ANSWER = Answer(
    "simulate",
    _TITLE,
    (_TABLE,),
    {"seed": 3, "replications": 2, "version": "0.1.0", "scenario_hash": "3cf3", "day": date(2025, 7, 14)},
    (Text("Simulated.", "Simulado."),),
    head=(_TITLE,),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "kept")


def test_a_kept_answer_is_shown_as_it_was(workspace: Workspace) -> None:
    path = keep(workspace, replace(ANSWER, files=(Path("page.html"),)))
    assert show(workspace, path.stem) == show(workspace, path.stem[:4].upper()) == ANSWER


def test_the_same_answer_is_the_same_file(workspace: Workspace) -> None:
    first, again = keep(workspace, ANSWER), keep(workspace, ANSWER)
    other = keep(workspace, replace(ANSWER, facts={**ANSWER.facts, "seed": 4}))
    assert first == again != other
    assert sorted(p.name for p in first.parent.iterdir()) == sorted((first.name, other.name))


def test_the_list_says_what_makes_each_run_again(workspace: Workspace) -> None:
    assert runs(workspace).notes and not runs(workspace).tables[0].rows and not workspace.folder.exists()
    name = keep(workspace, ANSWER).stem
    listed = runs(workspace)
    (row,) = listed.tables[0].cells()
    assert row["method"] == Named("simulate", Text("twin, a day", "gemelo, un día"))
    assert {key: row[key] for key in ("run", "seed", "replications", "version", "status")} == {
        "run": name,
        "seed": 3,
        "replications": 2,
        "version": "0.1.0",
        "status": "E",
    }
    assert row["scenario_hash"] == ("3cf3",) and not listed.failed


@pytest.mark.parametrize("body", [b"", b"{}", b'{"answer":{"kind":"Answer"}}', b"[" * 5000, b"\xff"])
def test_a_damaged_run_is_named_and_the_others_are_listed(workspace: Workspace, body: bytes) -> None:
    sound, path = keep(workspace, ANSWER), keep(workspace, replace(ANSWER, id="compare"))
    path.write_bytes(body)
    with pytest.raises(RunDamaged, match=path.stem):
        show(workspace, path.stem)
    listed = runs(workspace)
    assert [row[0] for row in listed.tables[0].rows] == [sound.stem]
    assert listed.failed and path.stem in listed.problems[0].en and path.stem in listed.problems[0].es
    assert keep(workspace, replace(ANSWER, id="compare")) == path and not runs(workspace).failed


def test_an_unknown_run_is_refused(workspace: Workspace) -> None:
    keep(workspace, ANSWER)
    with pytest.raises(UnknownName):
        show(workspace, "0000000000")
    with pytest.raises(BadRequest):
        show(workspace, "")


def test_a_workspace_that_cannot_be_written_to_is_named(workspace: Workspace) -> None:
    workspace.folder.write_text("a file", encoding="utf-8")
    with pytest.raises(CannotWrite, match="kept"):
        keep(workspace, ANSWER)
