"""What-ifs by name: the scenario files that they become, and what is said of them."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest

from ambos.catalog.staff import load_whatifs
from ambos.errors import BadRequest, UnknownName
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.whatif import answer, asked, listing, play
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import record, to_plain

DAY = date(2025, 7, 14)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The packaged region on its embedded snapshot."""
    return open_workspace(tmp_path_factory.mktemp("workspace") / "none")


def changes(workspace: Workspace, name: str, crossing: str) -> dict[str, dict[str, object]]:
    """The changes of a what-if by line or stream."""
    tree = tomllib.loads(asked(workspace, name, crossing, DAY).changed)
    return {change.pop("line", None) or change.pop("stream"): change for change in tree["change"]}


def test_all_are_listed_in_both_languages(workspace: Workspace) -> None:
    told = json.loads(json.dumps(record(listing(workspace)), default=to_plain))
    assert {row["id"] for row in told["whatifs"]} == set(load_whatifs(workspace.catalog))
    assert all(row["name"]["en"] != row["name"]["es"] for row in told["whatifs"])


def test_a_lane_more_is_of_the_general_lanes(workspace: Workspace) -> None:
    assert changes(workspace, "lane_more", "deconcini") == {"deconcini.pov.standard": {"add_lanes": 1}}


def test_every_truck_is_scanned(workspace: Workspace) -> None:
    found = changes(workspace, "scan_all", "mariposa")
    assert set(found) == {"mariposa.truck.standard", "mariposa.truck.fast"}
    for change in found.values():
        (referral,) = change["referrals"]  # type: ignore[misc]
        assert referral["random"] + referral["risk"] == 1.0 and referral["station"] == "mariposa.nii"


def test_those_who_enrol_leave_the_general_lanes(workspace: Workspace) -> None:
    scenario = PortDays(workspace)(("deconcini",), DAY)
    came = {s.id: sum(s.arrivals.rates) for s in scenario.streams}
    found = changes(workspace, "more_sentri", "deconcini")
    moved = {line: came[line] * (float(str(change["demand"])) - 1) for line, change in found.items()}
    assert moved["deconcini.pov.standard"] == pytest.approx(-0.1 * came["deconcini.pov.standard"], rel=1e-4)
    assert sum(moved.values()) == pytest.approx(0.0, abs=0.05)


def test_a_closure_next_door_sends_everybody_here(workspace: Workspace) -> None:
    question = asked(workspace, "closed_next_door", "mariposa", DAY)
    found = changes(workspace, "closed_next_door", "mariposa")
    closed = {name for name, change in found.items() if change.get("lanes") == 0}
    assert closed and all(not name.startswith("mariposa") for name in closed)
    compared = play(workspace, question, replications=2)
    here = compared.second.scenario
    served = dict(
        zip([line.id for line in here.lines], compared.second.totals.counts[:, :, 1].mean(axis=0), strict=True)
    )
    assert all(served[name] == 0 for name in closed)
    before = {f.line: f.counts["arrived"] for f in compared.first.summary.fates}
    after = {f.line: f.counts["arrived"] for f in compared.second.summary.fates}
    assert after["mariposa.pov.standard"] > 1.5 * before["mariposa.pov.standard"]
    told = record(answer(question, compared))
    assert told["schema"] == "whatif/1" and told["whatif"] == "closed_next_door"
    rows = {row["what"]: row for row in told["figures"]}  # type: ignore[union-attr, attr-defined]
    assert rows["delay_hours"]["changed"] > rows["delay_hours"]["as_is"]
    assert {"served", "delay_usd", "co2_kg", "nox_kg", "officer_hours"} <= set(rows)


def test_open_overnight_has_a_lane_in_the_added_hours_only(workspace: Workspace) -> None:
    found = changes(workspace, "open_overnight", "mariposa")["mariposa.pov.standard"]
    lanes = found["lanes"]
    assert isinstance(lanes, list) and len(lanes) == 96 and set(lanes[:24]) == {1} and max(lanes) > 1
    assert (found["opens"], found["closes"]) == ("00:00", "24:00")


@pytest.mark.parametrize(
    ("name", "crossing"), [("truck_lane_more", "deconcini"), ("closed_next_door", "douglas"), ("more_sentri", "sasabe")]
)
def test_what_changes_nothing_is_refused(workspace: Workspace, name: str, crossing: str) -> None:
    with pytest.raises(BadRequest, match="changes nothing"):
        asked(workspace, name, crossing, DAY)


def test_an_unknown_name_is_refused_with_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="lane_more"):
        asked(workspace, "lane_mor", "deconcini", DAY)


def test_a_port_of_several_crossings_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BadRequest, match="Name one crossing"):
        asked(workspace, "lane_more", "nogales", DAY)
