"""The last waits, what is new and what comes next, on a day of one's own choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ambos.flows.region.news import coming, newest_figures
from ambos.flows.region.waits import age_in_words, last_waits
from ambos.flows.workspace import Workspace, open_workspace
from ambos.web.border_map import border_map


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("region") / "none")


def at(workspace: Workspace, now: datetime) -> Workspace:
    return replace(workspace, clock=lambda: now)


def test_a_wait_is_as_old_as_its_report_and_old_after_three_hours(workspace: Workspace) -> None:
    soon = last_waits(at(workspace, datetime(2026, 6, 30, 23, 30, tzinfo=UTC)), ["260401"])
    (row,) = [r for r in soon.table("waits").cells() if "passenger" in str(r["mode"]) and "standard" in str(r["lane"])]
    assert (row["wait_minutes"], row["lanes_open"], row["old"]) == (60, 2, False)
    assert str(row["age_minutes"]).startswith("Shown(value=30,")
    assert "2026-06-30T16:00-07:00" in str(row["reported_at"])
    assert "not those of now" not in soon.head[0].en
    later = last_waits(at(workspace, datetime(2026, 7, 1, 2, 1, tzinfo=UTC)), ["260401"])
    assert all(r["old"] for r in later.table("waits").cells())
    assert "not those of now" in later.head[0].en


def test_a_lane_that_fell_silent_shows_its_last_wait_and_what_the_last_poll_found(workspace: Workspace) -> None:
    rows = last_waits(workspace, ["260101"]).table("waits").cells()
    (ready,) = [r for r in rows if "'passenger'" in str(r["mode"]) and "'ready'" in str(r["lane"])]
    assert ready["wait_minutes"] == 30
    assert "2025-12-07" in str(ready["reported_at"])
    assert "pending" in str(ready["state"])


def test_crossings_without_reports_are_named(workspace: Workspace) -> None:
    answer = last_waits(workspace, ["010901"])
    assert answer.table("waits").rows == ()
    assert "Madawaska" in answer.notes[-1].es


@pytest.mark.parametrize(
    ("minutes", "en"), [(0, "0 min"), (119, "119 min"), (120, "2 h"), (2879, "47 h"), (2880, "2 days")]
)
def test_an_age_is_written_in_the_unit_that_fits(minutes: int, en: str) -> None:
    assert age_in_words(minutes).en == en


def test_new_and_revised_figures_of_the_newest_day_are_counted(workspace: Workspace) -> None:
    rows = {str(r["dataset"]): r for r in newest_figures(workspace).table("news").cells()}
    (waits,) = [r for name, r in rows.items() if "code='waits'" in name]
    assert (waits["known_on"], waits["new"], waits["revised"]) == (date(2026, 6, 30), 195, 0)


def test_what_ends_next_is_that_of_the_day(workspace: Workspace) -> None:
    before = [c.id for c in coming(at(workspace, datetime(2026, 12, 31, 12, tzinfo=UTC))) if c.kind == "end"]
    assert {"minute_323", "minute_330", "guidelines_2007", "dcp_2019"} <= set(before)
    after = [c.id for c in coming(at(workspace, datetime(2027, 1, 1, 12, tzinfo=UTC)))]
    assert not {"minute_323", "minute_330", "guidelines_2007", "dcp_2019"} & set(after)
    assert "guidelines_2027" in after


def test_names_on_the_map_do_not_touch(workspace: Workspace) -> None:
    catalog = workspace.catalog
    maps = border_map(catalog.region.border_line, [catalog.places[p] for p in catalog.region.ports])
    for drawn in maps:
        by_row: dict[float, list[tuple[float, float]]] = {}
        for mark in drawn.marks:
            assert 0 <= mark.x <= drawn.width
            assert 0 <= mark.y <= drawn.height
            half = len(mark.place.name.es) * 4
            by_row.setdefault(mark.text_y, []).append((mark.text_x - half, mark.text_x + half))
        for spans in by_row.values():
            assert all(a[1] < b[0] for a, b in zip(sorted(spans), sorted(spans)[1:], strict=False))
    assert border_map((), [catalog.places["2604"]]) == []
