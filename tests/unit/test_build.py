"""`ambos build` as a flow: what is read, kept, set aside, passed over and refused."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import CannotOpen, TooManyBadRows, WrongShape
from ambos.flows import build as flow
from ambos.flows.build import Build, build
from ambos.flows.reading import Found, Part
from ambos.flows.repeated import set_aside_repeated
from ambos.flows.workspace import Workspace, open_workspace
from build_samples import (
    NOGALES,
    ROMA,
    SASABE,
    TODAY,
    crossing,
    crossings_file,
    gzipped,
    held,
    same,
    versions,
    workspace,
    zipped,
)

Put = Callable[..., Path]


@pytest.fixture
def here(tmp_path: Path, catalog: Catalog) -> Workspace:
    return workspace(tmp_path / "workspace", catalog)


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file into the folder of files downloaded by hand."""

    def put(name: str, content: bytes, folder: str = "files") -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return tmp_path / folder

    return put


def crossings(here: Workspace, **known: date) -> dict[tuple[str, str, str], tuple[int | None, str]]:
    """Value and status by port, month and measure."""
    frame = here.store.frame(here.store.table("crossings", **known))  # type: ignore[arg-type]
    return {
        (r["port"], r["period"].isoformat()[:7], r["measure"]): (r["value"], r["status"])
        for r in frame.iter_rows(named=True)
    }


def counts(report: Build) -> dict[str, int]:
    """The counts of the only source in a report."""
    (entry,) = report.loaded
    assert entry.error is None
    return dict(entry.counts)


def reasons(here: Workspace) -> list[tuple[str, str]]:
    frame = here.store.frame(here.store.quarantined()).sort("reason", "row")
    return frame.select("reason", "row").rows()


# -- what is read ---------------------------------------------------------------------------------------------------
def test_rows_and_counts(here: Workspace, put: Put) -> None:
    report = build(here, put("a.csv", crossings_file(*NOGALES)))
    assert not report.failed and not report.unrecognised
    assert counts(report) == {"read": 4, "new": 4, "revised": 0, "unchanged": 0, "refused": 0}
    assert crossings(here)["2604", "2021-02", "trucks"] == (36384, "P")


def test_every_row_knows_its_bytes(here: Workspace, put: Put) -> None:
    build(here, put("sub/folder/a.csv", crossings_file(*NOGALES)))
    (snapshot,) = here.store.snapshots()
    assert (snapshot.file, snapshot.source, snapshot.as_of) == ("sub/folder/a.csv", "bts_border_crossing", TODAY)
    assert snapshot.id == snapshot.sha256[:16] and snapshot.size == len(crossings_file(*NOGALES))
    frame = here.store.frame(here.store.table("crossings"))
    assert frame["snapshot_id"].unique().to_list() == [snapshot.id]


def test_a_single_file(here: Workspace, put: Put) -> None:
    folder = put("a.csv", crossings_file(*NOGALES))
    assert counts(build(here, folder / "a.csv"))["new"] == 4


@pytest.mark.parametrize("compress", [gzipped, lambda content: zipped(**{"inside.csv": content})])
def test_compression_makes_no_difference(here: Workspace, put: Put, compress: Callable[[bytes], bytes]) -> None:
    build(here, put("a", compress(crossings_file(*NOGALES))))
    assert crossings(here)["2604", "2021-02", "trains"] == (54, "P")


def test_the_day_of_knowledge_of_a_known_file(tmp_path: Path, catalog: Catalog, put: Put) -> None:
    """A file of which the definitions know the day is of that day; the option is for the others."""
    content = crossings_file(*NOGALES)
    from hashlib import sha256

    note = {"as_of": "2021-05-06", "origin": "BTS, by way of somebody"}
    here = workspace(tmp_path / "workspace", replace(catalog, known_files={sha256(content).hexdigest(): note}))
    put("a.csv", content)
    folder = put("b.csv", crossings_file(*ROMA))
    build(here, folder, as_of=date(2020, 1, 1))
    assert {s.file: (s.as_of, s.request) for s in here.store.snapshots()} == {
        "a.csv": (date(2021, 5, 6), "BTS, by way of somebody"),
        "b.csv": (date(2020, 1, 1), ""),
    }


def test_progress_is_told(here: Workspace, put: Put) -> None:
    put("a.csv", crossings_file(*NOGALES))
    folder = put("b.csv", crossings_file(*ROMA))
    told: list[tuple[str, int, int]] = []
    build(here, folder, progress=lambda *step: told.append(step))
    assert told == [("a.csv", 0, 2), ("b.csv", 1, 2)]


@pytest.mark.parametrize("where", ["here", "in a thread"])
def test_an_interruption_waits_for_no_file(
    here: Workspace, put: Put, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Who presses Ctrl-C while a large file is read gets the prompt back, whichever thread the interruption reaches."""
    read, go_on, ended = flow.read_file, threading.Event(), []

    def slow(catalog: Catalog, source: str, entry: Found) -> list[Part]:
        if entry.name == "b.csv":
            go_on.wait(60)
            ended.append(entry.name)
        if entry.name == "c.csv" and where == "in a thread":
            raise KeyboardInterrupt
        return read(catalog, source, entry)

    def interrupt(name: str, done: int, total: int) -> None:
        if name == "b.csv" and where == "here":
            raise KeyboardInterrupt

    monkeypatch.setattr(flow, "read_file", slow)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    put("a.csv", crossings_file(*NOGALES))
    put("c.csv", crossings_file(*SASABE))
    with pytest.raises(KeyboardInterrupt):
        build(here, put("b.csv", crossings_file(*ROMA)), progress=interrupt)
    assert not ended and crossings(here) == {}
    go_on.set()


def test_what_is_of_no_source_is_named(here: Workspace, put: Put) -> None:
    put("notes.txt", b"Call Maria on Monday")
    put("empty.csv", b"")
    put(".hidden.csv", crossings_file(*NOGALES))
    folder = put("other.csv", b"Date,AZUR\n1976-01-01,11.2\n")
    report = build(here, folder)
    assert report.unrecognised == ("empty.csv", "notes.txt", "other.csv")
    assert report.loaded == () and not report.failed
    assert not here.folder.exists()  # nothing was written


def test_a_folder_that_is_not_there(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen) as caught:
        build(here, tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in caught.value.say("en")
    assert "no existe esa carpeta ni ese archivo. Revise el nombre" in caught.value.say("es")


def test_nothing_fetched_yet(here: Workspace) -> None:
    assert build(here) == Build((), ())


# -- again ----------------------------------------------------------------------------------------------------------
def test_the_same_twice_changes_nothing(here: Workspace, put: Put) -> None:
    folder = put("a.csv", crossings_file(*NOGALES, *SASABE, *ROMA))
    build(here, folder)
    before, tables = versions(here.folder / "store"), held(here.store)
    report = build(here, folder)
    assert [(e.files, e.unchanged, dict(e.counts)) for e in report.loaded] == [(0, 1, {})]
    assert versions(here.folder / "store") == before
    assert not same(tables, held(here.store))


def test_read_again_on_demand_and_still_nothing_changes(here: Workspace, put: Put) -> None:
    folder = put("a.csv", crossings_file(*NOGALES, *SASABE, *ROMA))
    build(here, folder)
    tables = held(here.store)
    again = counts(build(here, folder, again=True))
    assert (again["read"], again["new"], again["revised"]) == (9, 0, 0)
    assert not same(tables, held(here.store))


def test_the_same_bytes_under_two_names(here: Workspace, put: Put) -> None:
    put("a.csv", crossings_file(*NOGALES, *ROMA))
    folder = put("copy of a.csv", crossings_file(*NOGALES, *ROMA))
    report = build(here, folder)
    assert counts(report) == {"read": 6, "new": 5, "revised": 0, "unchanged": 0, "refused": 1}
    assert len(reasons(here)) == 1
    assert [s.file for s in here.store.snapshots()] == ["a.csv"]


def test_files_that_overlap(here: Workspace, put: Put) -> None:
    put("a.csv", crossings_file(*NOGALES))
    folder = put("b.csv", crossings_file(*NOGALES, *ROMA))
    assert counts(build(here, folder))["new"] == 5
    assert len(crossings(here)) == 5


def test_of_two_files_of_one_day_the_later_name_counts(here: Workspace, put: Put) -> None:
    put("2.csv", crossings_file(crossing("Feb 2021", "Trucks", 2)))
    folder = put("1.csv", crossings_file(crossing("Feb 2021", "Trucks", 1)))
    build(here, folder)
    assert crossings(here)["2604", "2021-02", "trucks"][0] == 2


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_vintages_do_not_depend_on_the_order_of_reading(here: Workspace, put: Put, order: tuple[str, str]) -> None:
    """A revision is a new vintage, whichever file comes first."""
    days = {"old": date(2021, 4, 1), "new": date(2022, 4, 1)}
    values = {"old": 36000, "new": 36384}  # the first is made up, the second is what BTS says now
    for name in order:
        folder = put("a.csv", crossings_file(crossing("Feb 2021", "Trucks", values[name])), folder=name)
        build(here, folder, as_of=days[name])
    key = ("2604", "2021-02", "trucks")
    assert crossings(here)[key][0] == 36384
    assert crossings(here, as_of=date(2022, 3, 31))[key][0] == 36000
    assert key not in crossings(here, as_of=date(2021, 3, 31))


# -- set aside ------------------------------------------------------------------------------------------------------
def test_an_exact_duplicate_is_kept_once(here: Workspace, put: Put) -> None:
    later = crossing("Jan 2021", "Trucks", 36630)  # the two newest months of a file are provisional
    report = build(here, put("a.csv", crossings_file(*ROMA, *NOGALES, later)))
    assert counts(report)["refused"] == 1
    assert crossings(here)["2310", "2019-06", "personal_vehicles"] == (54953, "A")
    ((reason, row),) = reasons(here)
    assert reason == "duplicate" and '"54953"' in row


def test_a_conflict_that_is_resolved(here: Workspace, put: Put) -> None:
    """Sasabe, February 2021: a cited definition says which figure is meant; both stay in the quarantine."""
    build(here, put("a.csv", crossings_file(*SASABE)))
    assert crossings(here)["2606", "2021-02", "bus_passengers"][0] == 0
    assert [reason for reason, _ in reasons(here)] == ["conflict", "conflict"]
    texts = here.store.frame(here.store.quarantined()).select("reason_en", "reason_es").unique().rows()
    assert len(texts) == 1
    assert "0 is used" in texts[0][0] and "Se usa 0" in texts[0][1]


def test_a_conflict_that_nobody_resolves(tmp_path: Path, catalog: Catalog, put: Put) -> None:
    """Neither figure is used: the key is there, its value is missing, never one of the two and never 0 by itself."""
    here = workspace(tmp_path / "workspace", replace(catalog, resolutions=()))
    report = build(here, put("a.csv", crossings_file(*SASABE)))
    assert counts(report) == {"read": 3, "new": 2, "revised": 0, "unchanged": 0, "refused": 2}
    assert crossings(here)["2606", "2021-02", "bus_passengers"] == (None, "M")
    assert crossings(here)["2606", "2021-02", "personal_vehicles"] == (2217, "P")
    assert [reason for reason, _ in reasons(here)] == ["conflict", "conflict"]
    assert ['"0"' in row or '"2175"' in row for _, row in reasons(here)] == [True, True]


def test_a_resolution_that_the_file_does_not_hold_resolves_nothing(here: Workspace, put: Put) -> None:
    lines = [crossing("Feb 2021", "Bus Passengers", n, "2606") for n in (5, 2175)]
    build(here, put("a.csv", crossings_file(*lines)))
    assert crossings(here)["2606", "2021-02", "bus_passengers"] == (None, "M")


def test_three_of_a_kind(catalog: Catalog) -> None:
    """Two equal rows and a different one: a duplicate and a conflict at once; nothing is lost or invented."""
    frame = pl.DataFrame(
        {
            "period": [date(2021, 1, 1)] * 4,
            "port": ["2604"] * 3 + ["2606"],
            "measure": ["trucks"] * 4,
            "value": [7, 7, 8, 9],
            "status": ["A"] * 4,
        }
    )
    good, repeated = set_aside_repeated(frame, catalog.datasets["crossings"])
    assert good.sort("port").select("port", "value", "status").rows() == [("2604", None, "M"), ("2606", 9, "A")]
    assert sorted(repeated["reason"].to_list()) == ["conflict", "conflict", "duplicate"]


def test_the_same_key_on_two_days_is_no_repetition(catalog: Catalog) -> None:
    frame = pl.DataFrame(
        {
            "period": [date(2021, 1, 1)] * 2,
            "port": ["2604"] * 2,
            "measure": ["trucks"] * 2,
            "value": [7, 8],
            "status": ["A"] * 2,
            "as_of": [date(2021, 3, 1), date(2021, 4, 1)],
        }
    )
    good, repeated = set_aside_repeated(frame, catalog.datasets["crossings"])
    assert good.equals(frame) and repeated.is_empty()


def test_an_unknown_code_is_set_aside_alone(here: Workspace, put: Put) -> None:
    report = build(here, put("a.csv", crossings_file(*NOGALES, crossing("Feb 2021", "Trucks", 1, "0000"))))
    assert counts(report)["refused"] == 1 and len(crossings(here)) == 4
    ((reason, row),) = reasons(here)
    assert reason == "unknown_code" and '"0000"' in row


def test_a_missing_count_is_missing(here: Workspace, put: Put) -> None:
    build(here, put("a.csv", crossings_file(crossing("Feb 2021", "Trucks", ""), *NOGALES[1:])))
    assert crossings(here)["2604", "2021-02", "trucks"] == (None, "M")


# -- refused --------------------------------------------------------------------------------------------------------
def test_too_many_bad_rows(here: Workspace, put: Put) -> None:
    bad = [crossing("Feb 2021", "Trucks", 1, "0000"), crossing("Feb 2021", "Trucks", 1, "0001")]
    report = build(here, put("a.csv", crossings_file(*NOGALES, *bad)))
    (entry,) = report.loaded
    assert isinstance(entry.error, TooManyBadRows) and report.failed
    for language, words in (("en", "2 of 6 rows were refused"), ("es", "se rechazaron 2 de 6 renglones")):
        assert words in entry.error.say(language)  # type: ignore[arg-type]
    assert here.store.snapshots() == [] and reasons(here) == []


def test_one_bad_file_and_nothing_of_its_source_is_stored(here: Workspace, put: Put, specimens: Path) -> None:
    """The good file beside it is not half a delivery; another source is not touched."""
    put("sie.json", (specimens / "banxico" / "sie.json").read_bytes())
    put("a.csv", crossings_file(*NOGALES))
    folder = put("Border_Crossing_Entry_Data_2.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>")
    report = build(here, folder)
    told = {entry.source: entry for entry in report.loaded}
    assert isinstance(told["bts_border_crossing"].error, WrongShape)
    assert told["banxico_fix"].error is None and told["banxico_fix"].counts["new"] > 0
    assert crossings(here) == {}
    assert {s.source for s in here.store.snapshots()} == {"banxico_fix"}


def test_mending_the_bad_file_loads_the_source(here: Workspace, put: Put) -> None:
    put("a.csv", crossings_file(*NOGALES))
    folder = put("Border_Crossing_Entry_Data_2.csv", b"<html></html>")
    assert build(here, folder).failed
    put("Border_Crossing_Entry_Data_2.csv", crossings_file(*ROMA))
    report = build(here, folder)
    assert counts(report)["new"] == 5


def test_what_was_held_stays_when_a_source_fails(here: Workspace, put: Put) -> None:
    build(here, put("a.csv", crossings_file(*NOGALES), folder="first"))
    before, tables = versions(here.folder / "store"), held(here.store)
    assert build(here, put("Border_Crossing_Entry_Data.csv", b"gone", folder="second")).failed
    assert versions(here.folder / "store") == before
    assert not same(tables, held(here.store))


# -- the embedded snapshot ------------------------------------------------------------------------------------------
def test_a_file_that_the_snapshot_was_made_of_adds_nothing_new(tmp_path: Path, catalog: Catalog, put: Put) -> None:
    """The store stands on the snapshot: what it holds already is neither new nor revised."""
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    here = open_workspace(tmp_path / "workspace")
    report = build(here, put("a.csv", crossings_file(crossing("Feb 2021", "Trucks", 36384))), as_of=date(2026, 2, 25))
    told = counts(report)
    # Among all rows of the agency's file this month is settled; alone in a file it is the newest and provisional.
    assert (told["new"], told["revised"]) == (0, 1)
    fresh = build(here, put("b.csv", crossings_file(crossing("Mar 2025", "Trucks", 1))), as_of=date(2026, 3, 1))
    assert counts(fresh)["new"] == 1
