"""What `ambos staff` answers: both days side by side, shifts, why there is no plan, the frontier, its files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ambos.crossing.staff.plan import Plan, plan
from ambos.crossing.staff.problem import Problem
from ambos.errors import BadRequest, NoData, SearchEnded, UnknownName
from ambos.flows.twin.frontier import frontier
from ambos.flows.twin.staff import Staffed, answer, staff
from ambos.flows.twin.staff_page import write_staffed
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import record, to_plain

DAY = date(2025, 7, 14)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The packaged region on its embedded snapshot."""
    return open_workspace(tmp_path_factory.mktemp("workspace") / "none")


@pytest.fixture(scope="module")
def staffed(workspace: Workspace) -> Staffed:
    return staff(workspace, "sasabe", DAY, mode="waits", replications=20)


def test_both_days_stand_side_by_side(staffed: Staffed) -> None:
    told = json.loads(json.dumps(record(answer(staffed)), default=to_plain))
    assert told["schema"] == "staff/1" and told["simulated"] and told["feasible"]
    figures = {row["what"]: row for row in told["figures"]}
    assert figures["paid_hours"]["planned"] <= figures["paid_hours"]["today"]  # no more officers than there are
    assert figures["lane_hours"]["planned"] > 0 and figures["delay_hours"]["ci95_low"] is not None
    planned = [row["lanes_planned"] for row in told["lanes"]]
    assert len(planned) == 96 * len(told["waits"]) and sum(planned) / 4 == figures["lane_hours"]["planned"]
    on_shift = sum(row["officers"] for row in told["shifts"])
    assert on_shift == figures["officers"]["planned"]
    assert told["gap"] is not None and told["plan_gap"] <= 0.02
    assert told["bound_usd"] <= figures["delay_usd"]["planned"] + 60  # officers who are there anyway cost nothing
    assert {row["station"] for row in told["waits_after"]} and all(r["planned_min"] < 60 for r in told["waits_after"])
    marked = {row["line"] for row in told["waits"] if row["fit_for_decisions"] != "fit"}
    assert marked and any("Not fit for decisions" in note["en"] for note in told["notes"])


def test_nobody_is_posted_beyond_the_officers_on_duty(staffed: Staffed) -> None:
    from ambos.crossing.staff.improve import keeps

    assert staffed.plan
    assert keeps(staffed.problem, staffed.lanes, staffed.plan.posts, staffed.plan.duty)


def test_the_same_question_has_the_same_answer(workspace: Workspace, staffed: Staffed) -> None:
    again = staff(workspace, "sasabe", DAY, mode="waits", replications=20)
    assert record(answer(again)) == record(answer(staffed))


def test_its_page_and_picture_are_in_both_languages(staffed: Staffed, tmp_path: Path) -> None:
    written = {path.name for path in write_staffed(staffed, answer(staffed), tmp_path)}
    assert {"en.html", "es.html", "plan-en.png", "plan-es.png", "staff.json", "lanes.csv", "shifts.csv"} <= written
    assert "como es y planeado" in (tmp_path / "es.html").read_text("utf-8")


def test_a_target_is_met_in_simulation(workspace: Workspace) -> None:
    made = staff(workspace, "sasabe", DAY, target="90% under 20 min", replications=20)
    told = record(answer(made))
    assert made.plan and told["mode"] == "officers" and told["target_met"] is True
    note = next(n.en for n in answer(made).notes if "target is met" in n.en)
    assert f"with {made.plan.officers} officers" in note and "90% within 20 min" in note
    assert all(row["share_within_planned"] > 0.85 for row in told["waits"] if row["planned_min"] is not None)  # type: ignore[union-attr, index, call-overload]


def test_a_search_that_ended_is_no_proof_and_the_nearest_plan_is_given(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(problem: Problem, **options: Any) -> Plan | None:
        if problem.target:
            raise SearchEnded(seconds="20")
        return plan(problem, **options)

    monkeypatch.setattr("ambos.flows.twin.staff.plan", ended)
    made = staff(workspace, "sasabe", DAY, target="99.9% under 1 min", replications=20)
    told = record(answer(made))
    assert made.plan and told["feasible"] is True and told["target_met"] is False


def test_no_plan_is_an_answer_with_its_reasons(workspace: Workspace) -> None:
    made = staff(workspace, "sasabe", DAY, officers=b"[officers]\nmost = 0\n")
    told = record(answer(made))
    assert told["feasible"] is False and "waits" not in told
    rules = {(row["rule"], row["alone"]) for row in told["clashes"]}  # type: ignore[union-attr, attr-defined]
    assert ("roster", True) in rules or ("duty", True) in rules


def test_a_target_and_another_mode_are_refused(workspace: Workspace) -> None:
    for options in ({"mode": "officers"}, {"mode": "waits", "target": "95% under 30 min"}):
        with pytest.raises(BadRequest):
            staff(workspace, "sasabe", DAY, **options)  # type: ignore[arg-type]
    with pytest.raises(BadRequest, match="Name one crossing"):
        staff(workspace, "nogales", DAY)


def test_a_frontier_says_where_there_is_no_plan(workspace: Workspace) -> None:
    told = record(frontier(workspace, "sasabe", DAY, target="95% under 1 min", replications=2))
    points = told["points"]
    assert isinstance(points, list) and {p["axis"] for p in points} >= {"inspection"}
    assert any(not p["feasible"] and p["wait_min"] is None for p in points)
    for p in points:
        assert p["feasible"] == (p["paid_hours"] is not None)


def test_a_past_day_is_planned_with_the_lane_hours_it_had(workspace: Workspace) -> None:
    made = staff(workspace, "naco", date(2026, 5, 16), mode="worked", replications=10)
    told = record(answer(made))
    figures = {row["what"]: row for row in told["figures"]}  # type: ignore[union-attr, attr-defined]
    assert figures["lane_hours"]["planned"] <= figures["lane_hours"]["today"] and not told["shifts"]
    for mode in made.problem.built:
        planned = sum(made.lanes[c.id].sum() for c in made.problem.classes if c.mode == mode) / 4
        assert made.problem.lane_hours and planned <= made.problem.lane_hours[mode][0]
    assert any("hindsight" in note["en"] for note in told["notes"])  # type: ignore[union-attr, attr-defined, call-overload]


def test_a_day_without_reports_is_refused(workspace: Workspace) -> None:
    with pytest.raises(NoData):
        staff(workspace, "naco", date(2020, 5, 16), mode="worked")


def test_a_misspelt_crossing_is_answered_with_crossings(workspace: Workspace) -> None:
    with pytest.raises(UnknownName) as caught:
        staff(workspace, "decancini", DAY)
    assert "Nearest known: deconcini" in caught.value.say("en") and "cincinnati" not in caught.value.say("en")
