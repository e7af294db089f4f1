"""Projects ranked by files of scores and weights."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from ambos.csv_text import csv_text
from ambos.errors import BadRanking, WeightsMissing
from ambos.flows.register.open import open_register
from ambos.flows.register.rank import rank
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import Named, flat_rows
from ambos.model.register import Phrase, Project
from ambos.text import Text

SCORES = """\
project,project_name_en,type,Costo-efectividad,capacity,benefit,readiness,connectivity,coordination
a,Widen A,port-of-entry,50,80,60,90,,40
b,Gate B,port-of-entry,70,70,60,50,,90
c,Pave C,port-of-entry,,80,60,90,,40
d,Road D,multimodal,20,10,30,40,50,
"""
#: What the region's scheme does not say, filled in so that each type adds up to 100.
FILLED = {
    "cost": ("15", "16", "15"),
    "benefit": ("21", "23", "21"),
    "connectivity": ("", "15", "16"),
    "coordination": ("13", "", ""),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The packaged region on its embedded snapshot."""
    return open_workspace(tmp_path_factory.mktemp("workspace") / "none")


@pytest.fixture
def weights(tmp_path: Path, workspace: Workspace) -> Path:
    """The scheme as ``--table scheme --csv`` prints it, filled in."""
    heads, rows = flat_rows(rank(workspace).table("scheme"))
    filled = [[*row[:3], *FILLED.get(str(row[0]), row[3:])] for row in rows]
    path = tmp_path / "weights.csv"
    path.write_text(csv_text(heads, filled), "utf-8")
    return path


def written(folder: Path, text: str) -> Path:
    path = folder / "scores.csv"
    path.write_text(text, "utf-8")
    return path


def test_without_scores_nothing_is_ranked_and_uncertain_weights_are_empty(workspace: Workspace, tmp_path: Path) -> None:
    answer = rank(workspace)
    assert [table.id for table in answer.tables] == ["scheme"] and answer.facts["scores_held"] is False
    capacity, cost, *_ = answer.tables[0].cells()
    assert [capacity[type] for type in ("port-of-entry", "multimodal", "rail")] == [40, 36, 35]
    assert cost["port-of-entry"] is None
    with pytest.raises(WeightsMissing, match="Cost effectiveness"):
        rank(workspace, written(tmp_path, SCORES))


def test_a_project_without_a_score_is_named_and_not_ranked(workspace: Workspace, tmp_path: Path, weights: Path) -> None:
    answer = rank(workspace, written(tmp_path, SCORES), weights, top=1)
    first, second, road = answer.table("ranking").cells()
    total = (
        Decimal("0.40") * 70 + Decimal("0.15") * 70 + Decimal("0.21") * 60 + Decimal("0.11") * 50 + Decimal("0.13") * 90
    )
    assert first["total"] == pytest.approx(float(total)) and (first["place"], second["place"], road["place"]) == (
        1,
        2,
        1,
    )
    assert road["in_top_percent"] == 100
    (left,) = answer.table("left_out").cells()
    assert "Cost effectiveness" in str(left["missing"])


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (SCORES.replace("80,60,90,,40\nb", "many,60,90,,40\nb"), "line 2: capacity: “many” is not a number"),
        (SCORES.replace("b,Gate", "a,Gate"), "line 3: a stands twice"),
        (SCORES.replace("multimodal", "canal"), "line 5: type “canal” has no weights"),
        (SCORES.replace("readiness", "beauty"), "“beauty” is no criterion"),
        ("name,type\nx,y\n", "a column project is wanted"),
    ],
)
def test_what_is_wrong_with_scores_is_named_with_its_line(
    workspace: Workspace, tmp_path: Path, weights: Path, scores: str, said: str
) -> None:
    with pytest.raises(BadRanking, match=said):
        rank(workspace, written(tmp_path, scores), weights)


def test_weights_that_do_not_add_up_are_refused(workspace: Workspace, tmp_path: Path, weights: Path) -> None:
    weights.write_text(weights.read_text("utf-8").replace(",40", ",30"), "utf-8")
    with pytest.raises(BadRanking, match="port-of-entry: the weights add up to 90 %"):
        rank(workspace, written(tmp_path, SCORES), weights)


def test_without_a_file_the_scores_of_the_registers_projects_count(tmp_path: Path, weights: Path) -> None:
    workspace = open_workspace(tmp_path / "own")
    scores = {"capacity": 80, "cost": 50, "benefit": 60, "readiness": 90, "coordination": 40}
    gate = Project(
        id="gate",
        name=Phrase("Gate", "Puerta"),
        type="port-of-entry",
        side="US-AZ",
        scores={key: Decimal(score) for key, score in scores.items()},
    )
    with open_register(workspace).writing("adot", workspace.clock()) as desk:
        desk.create(gate, draft=False)
    (row,) = rank(workspace, None, weights).table("ranking").cells()
    assert row["project"] == Named("gate", Text("Gate", "Puerta")) and row["total"] == pytest.approx(67.2)
