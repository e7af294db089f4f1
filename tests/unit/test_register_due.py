"""What is late, due, ending or without news is listed; a calendar holds it; linked series tell whether they moved."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ambos.flows.register.calendar import Day, calendar_answer, days, icalendar, write_calendar
from ambos.flows.register.due import due, due_answer
from ambos.flows.register.linked import linked_table, moved
from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.register import Agreement, Commitment, Linked, Meeting, Phrase, Step
from ambos.text import Text
from register_samples import DAY, NOW

NAME = Phrase("A; name, with\nsigns \\", "Un nombre")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A register of the region with records of 2026 and 2027, seen on 1 December 2026."""
    opened = replace(open_workspace(tmp_path_factory.mktemp("w")), clock=lambda: NOW)
    with open_register(opened).writing("adot", NOW) as desk:
        for record in (
            Commitment(id="x-late", name=NAME, due="2026-11"),
            Commitment(id="x-today", name=NAME, due="2026-12-01"),
            Commitment(id="x-soon", name=NAME, due="2027-01"),
            Commitment(id="x-far", name=NAME, due="2028"),
            Commitment(id="x-done", name=NAME, due="2026-06", status="complete"),
            Commitment(id="x-steps", name=NAME, steps=(
                Step(Phrase("First"), due="2026-03", done="2026-03"), Step(Phrase("Second"), due="2026-04"), Step(Phrase("Third"), due="2026-12-31"),
            )),
            Agreement(id="x-pact", type="mou", name=NAME, end="2027-03-01"),
            Meeting(id="x-day", type="forum", name=NAME, start="2027-02-01", end="2027-02-02", where=Phrase("", "Nogales, Sonora")),
            Meeting(id="x-month", type="plenary", name=NAME, start="2027-06"),
        ):  # fmt: skip
            desk.create(record, draft=False)
        desk.create(Commitment(id="x-draft", name=NAME, due="2026-12-24"))
    return opened


def own(workspace: Workspace, **asked: object) -> list[tuple[str, str, str]]:
    return [(d.why, d.entry.id, d.label) for d in due(workspace, **asked) if d.entry.id.startswith("x-")]  # type: ignore[arg-type]


def test_what_is_late_due_or_ending_is_listed_by_its_last_day(workspace: Workspace) -> None:
    listed = own(workspace)
    assert listed[:5] == [
        ("late", "x-late", "2026-11"),
        ("late_step", "x-steps", "2026-04"),
        ("due", "x-today", "2026-12-01"),
        ("due", "x-soon", "2027-01"),
        ("due_step", "x-steps", "2026-12-31"),
    ]
    assert ("expiring", "x-pact", "2027-03-01") in listed
    later = replace(workspace, clock=lambda: NOW.replace(year=2027, month=8))
    quiet = {id for why, id, _ in own(later) if why == "no_news"}
    assert quiet == {"x-late", "x-today", "x-soon", "x-far", "x-steps"}
    assert [id for why, id, _ in own(workspace, ahead=0) if why == "due"] == ["x-today"]
    assert ("due", "x-draft", "2026-12-24") in own(workspace, viewer="US-AZ")


def test_four_agreements_on_the_river_end_soon_and_an_outcome_that_is_not_known_is_late(workspace: Workspace) -> None:
    told = due_answer(workspace)
    cells = told.tables[0].cells()
    ids = {c["id"].code for c in cells if c["why"].code == "expiring"}  # type: ignore[union-attr]
    assert ids == {"minute-323", "minute-330", "guidelines-2007", "dcp-2019", "x-pact"}
    assert told.facts["late"] == 6
    assert "2026, 90 days ahead: late 6" in told.title.en and "con atraso" in told.title.es
    earlier = due_answer(workspace, as_of="2026-11-30")
    assert earlier.facts["day"] == date(2026, 11, 30)


def unfolded(text: str) -> list[str]:
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert all(len(line.encode()) <= 75 and not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line) for line in lines)
    whole: list[str] = []
    for line in lines:
        if line.startswith(" "):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return whole


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_calendar_is_as_its_standard_wants(workspace: Workspace, language: str) -> None:
    """RFC 5545: 3.1 (lines, folding), 3.3.11 (escapes), 3.4, 3.6 and 3.6.1 (what each component must have, once)."""
    found = [
        *days(workspace),
        Day(DAY, DAY, "due", "odd", Text.same("a\x07b\r\nc; d, e\\ñ" + "中😀" * 60), ()),
        Day(date.max, date.max, "end", "never", Text.same("x"), ()),
    ]
    lines = unfolded(icalendar(found, language, NOW))  # type: ignore[arg-type]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    assert lines.count("VERSION:2.0") == 1 and sum(line.startswith("PRODID:") for line in lines) == 1
    events = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    assert len(events) == len(found)
    uids = set()
    for event, day in zip(events, found, strict=True):
        held: dict[str, str] = {}
        for line in event.split("\nEND:VEVENT")[0].split("\n"):
            name, _, value = line.partition(":")
            assert re.fullmatch(r"[A-Z-]+(;VALUE=DATE)?", name) and name not in held, line
            held[name] = value
        assert re.fullmatch(r"\d{8}T\d{6}Z", held["DTSTAMP"])
        start, end = held["DTSTART;VALUE=DATE"], held.get("DTEND;VALUE=DATE")
        assert start == f"{day.first:%Y%m%d}" and (end is None or end > start)
        for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES"):
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", held.get(name, "")), held[name]
        uids.add(held["UID"])
    assert len(uids) == len(found)
    assert any("a" + "b\\nc\\; d\\, e\\\\ñ" in line for line in lines)


def test_a_calendar_has_meetings_due_dates_ends_and_releases_but_nothing_done_or_drafted(workspace: Workspace) -> None:
    found = {(day.kind, day.id): day for day in days(workspace)}
    assert (found["meeting", "x-day"].first, found["meeting", "x-day"].last) == (date(2027, 2, 1), date(2027, 2, 2))
    assert "day not known: June 2027" in found["meeting", "x-month"].name.en
    assert "cierre de 2028" in found["due", "x-far"].name.es
    assert found["end", "minute-323"].last == date(2026, 12, 31)
    assert ("step", "x-steps/3") in found and ("step", "x-steps/1") not in found
    assert not {("due", "x-done"), ("due", "x-draft"), ("due", "x-late")} & found.keys()
    assert any(kind == "release" for kind, _ in found)
    assert sum(day.name.en == "Minute 330" for day in found.values()) == 1  # of the register and of the river
    assert calendar_answer(workspace, found.values()).tables[0].rows


def test_the_calendar_is_written_in_the_language_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    path = write_calendar(tmp_path / "c.ics", days(workspace), "es", NOW)
    lines = unfolded(path.read_bytes().decode())
    assert "SUMMARY:Termina: Acta 323" in lines and "LOCATION:Nogales\\, Sonora" in lines


def test_a_linked_series_tells_how_far_it_moved_since_its_baseline(workspace: Workspace) -> None:
    link = Linked("crossings.trucks", "douglas", period="2023", known="2026-01-01")
    (one,) = moved(workspace, Commitment(id="c", name=NAME, linked=(link,)))
    assert one.then and one.revised and one.newest
    assert (one.revised.period, one.revised.value) == ("2023", 27272)
    assert one.newest.period > "2023" and one.newest.value is not None
    assert one.change == one.newest.value - one.revised.value
    assert one.percent == pytest.approx(float(one.change) / 272.72)
    table = linked_table(workspace, [one])
    assert table.cells()[0]["baseline"] == one.then.value and table.cells()[0]["newest_as_of"] == one.newest.as_of


@pytest.mark.parametrize(
    ("link", "told"),
    [
        (Linked("crossings.trucks", "douglas", period="2023", known="2019"), "No copy of 2019 or before is held"),
        (Linked("crossings.trucks", "douglas"), "No baseline was set"),
        (Linked("crossings.trucks", "douglas", period="1900"), "The figure of the baseline is not held"),
        (Linked("crossings.trucks", period="2023"), "one of Nogales"),
        (Linked("crossings.trucks", "douglas", period="2023/2024"), "2023/2024"),
    ],
)
def test_a_baseline_that_is_not_held_is_said_and_no_change_is_invented(
    workspace: Workspace, link: Linked, told: str
) -> None:
    (one,) = moved(workspace, Commitment(id="c", name=NAME, linked=(link,)))
    assert told in " ".join(note.en for note in one.notes)
    assert (one.change is None) == ("No copy" not in told)
    linked_table(workspace, [one])
