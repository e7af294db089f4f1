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
from ambos.errors import CannotOpen, FutureDay, NeedsDate, ReaderFault, TooManyBadRows, WrongShape
from ambos.flows.data import build as flow
from ambos.flows.data.build import Build, build
from ambos.flows.data.listing import list_sources
from ambos.flows.data.reading import FileReading, SourceFile
from ambos.flows.data.repeated import set_aside_repeated
from ambos.flows.workspace import Workspace, open_workspace
from ambos.sources.bts import transborder as bts_transborder
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File
from build_samples import (
    NOGALES,
    ROMA,
    SASABE,
    TODAY,
    crossing,
    crossings_file,
    cut,
    gzipped,
    held,
    same,
    versions,
    workspace,
    zipped,
)
from cbp_samples import tar

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
    assert entry.errors == ()
    return dict(entry.counts)


def reasons(here: Workspace) -> list[tuple[str, str]]:
    frame = here.store.frame(here.store.quarantined()).sort("reason", "row")
    return frame.select("reason", "row").rows()


# -- what is read ---------------------------------------------------------------------------------------------------
def test_rows_and_counts(here: Workspace, put: Put) -> None:
    report = build(here, put("a.csv", crossings_file(*NOGALES)))
    assert not report.failed and not report.unrecognised
    assert counts(report) == {"read": 4, "new": 4, "revised": 0, "unchanged": 0, "refused": 0}
    assert crossings(here)["2604", "2021-02", "trucks"] == (36384, "A")


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
    assert crossings(here)["2604", "2021-02", "trains"] == (54, "A")


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

    def slow(catalog: Catalog, source: str, entry: SourceFile) -> FileReading:
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
    folder = put("other.csv", b"Date,AZPCPI\n1976-01-01,11.2\n")
    report = build(here, folder)
    assert [(o.name, o.reason.en) for o in report.unrecognised] == [
        ("empty.csv", "empty"),
        ("notes.txt", "in no known shape"),
        ("other.csv", "in no known shape"),
    ]
    assert report.loaded == () and not report.failed
    assert not here.folder.exists()  # nothing was written


@pytest.mark.parametrize(
    ("content", "en", "es"),
    [
        (tar(dict.fromkeys("abcd", b"1")), "a tar archive with a, b, c and more", "un archivo tar con a, b, c y otros"),
        (
            gzipped(tar({"a.csv": crossings_file(*NOGALES)})),
            "a tar archive with a.csv; of tar",
            "un archivo tar con a.csv; de los",
        ),
        (zipped(**{"a.csv": b"1,2"}), "a zip archive with a.csv; none", "un archivo zip con a.csv; ninguno"),
    ],
)
def test_of_an_archive_in_no_known_shape_the_members_are_named(
    here: Workspace, put: Put, content: bytes, en: str, es: str
) -> None:
    (one,) = build(here, put("archive", content)).unrecognised
    assert one.reason.en.startswith(en) and one.reason.es.startswith(es)


def test_a_folder_that_is_not_there(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen) as caught:
        build(here, tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in caught.value.say("en")
    assert "no existe esa carpeta ni ese archivo. Revise el nombre" in caught.value.say("es")


def test_figures_are_not_known_on_a_day_to_come(here: Workspace, put: Put) -> None:
    with pytest.raises(FutureDay, match="2026-03-02 is yet to come"):
        build(here, put("a.csv", FEBRUARY), as_of=date(2026, 3, 2))
    assert not build(here, put("a.csv", FEBRUARY), as_of=TODAY).failed


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


@pytest.mark.parametrize("loss", ["table moved away", "newest version lost"])
def test_what_a_table_has_lost_is_read_again(here: Workspace, put: Put, loss: str) -> None:
    folder = put("a.csv", crossings_file(*NOGALES[:2]))
    build(here, folder)
    put("b.csv", crossings_file(*NOGALES[2:]))
    build(here, folder)
    known = crossings(here)
    table = here.store.folder / "crossings"
    if loss == "table moved away":
        table.rename(here.folder / "aside")
    else:
        max((table / "_delta_log").glob("*.json")).unlink()
    report = build(here, folder)
    assert report.loaded[0].files == (2 if loss == "table moved away" else 1) and not report.failed
    assert crossings(here) == known


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


def test_of_two_files_of_one_day_the_later_name_counts_and_it_is_said(here: Workspace, put: Put) -> None:
    put("2.csv", crossings_file(crossing("Feb 2021", "Trucks", 2), crossing("Feb 2021", "Trains", 54)))
    folder = put("1.csv", crossings_file(crossing("Feb 2021", "Trucks", 1), crossing("Feb 2021", "Trains", 54)))
    (entry,) = build(here, folder).loaded
    assert crossings(here)["2604", "2021-02", "trucks"][0] == 2
    (note,) = entry.notes
    assert "Figures given differently by files of one day: 1 (1.csv, 2.csv)" in note.en
    assert "Cifras que archivos del mismo día dan distintas: 1 (1.csv, 2.csv)" in note.es


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
    report = build(here, put("a.csv", crossings_file(*ROMA, *NOGALES)))
    assert counts(report)["refused"] == 1
    state = next(s for s in list_sources(here) if s.source.id == "bts_border_crossing")
    assert state.set_aside == {"duplicate": 1}
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
    (note,) = report.loaded[0].notes
    assert note.en.startswith("Rows set aside (given differently): 2. The first: ") and '"bus_passengers"' in note.en
    assert crossings(here)["2606", "2021-02", "bus_passengers"] == (None, "M")
    assert crossings(here)["2606", "2021-02", "personal_vehicles"] == (2217, "A")
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
    (error,) = entry.errors
    assert isinstance(error, TooManyBadRows) and report.failed
    for language, words in (("en", "2 of 6 rows were refused"), ("es", "se rechazaron 2 de 6 renglones")):
        assert words in error.say(language)  # type: ignore[arg-type]
    assert here.store.snapshots() == [] and reasons(here) == []


def test_a_second_copy_with_other_values_is_refused_and_the_known_figures_stay(here: Workspace, put: Put) -> None:
    build(here, put("a.csv", crossings_file(*NOGALES)))
    other = [crossing("Feb 2021", measure, 1) for measure in ("Trucks", "Personal Vehicles", "Pedestrians", "Trains")]
    report = build(here, put("b.csv", crossings_file(*NOGALES, *other), "twice"), as_of=TODAY)
    (error,) = report.loaded[0].errors
    assert isinstance(error, TooManyBadRows) and "4 of 8 rows were refused" in error.say("en")
    assert crossings(here)["2604", "2021-02", "trucks"] == (36384, "A")


def test_a_file_whose_only_row_is_refused_is_refused(here: Workspace, put: Put) -> None:
    report = build(here, put("a.csv", crossings_file(crossing("Feb 2021", "Trucks", 1, "0000"))))
    (error,) = report.loaded[0].errors
    assert isinstance(error, TooManyBadRows) and here.store.snapshots() == []


@pytest.mark.parametrize("fault", [ValueError("rows"), pl.exceptions.PanicException("a panic")])
def test_a_fault_of_a_reader_stops_its_file_only(
    here: Workspace, put: Put, specimens: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    put("sie.json", (specimens / "banxico" / "sie.json").read_bytes())

    def read(*_: object) -> None:
        raise fault

    connector = replace(CONNECTORS["bts_border_crossing"], read=read)
    monkeypatch.setattr("ambos.flows.data.reading.CONNECTORS", {**CONNECTORS, connector.id: connector})
    report = build(here, put("a.csv", crossings_file(*NOGALES)))
    told = {entry.source: entry.errors for entry in report.loaded}
    (error,) = told["bts_border_crossing"]
    assert isinstance(error, ReaderFault) and "a.csv" in error.say("es")
    assert told["banxico_fix"] == () and report.failed


def test_a_bad_file_is_refused_alone(here: Workspace, put: Put, specimens: Path) -> None:
    """The good file beside it is stored, and another source is not touched."""
    put("sie.json", (specimens / "banxico" / "sie.json").read_bytes())
    put("a.csv", crossings_file(*NOGALES))
    folder = put("Border_Crossing_Entry_Data_2.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>")
    report = build(here, folder)
    told = {entry.source: entry for entry in report.loaded}
    (error,) = told["bts_border_crossing"].errors
    assert report.failed and isinstance(error, WrongShape) and "Border_Crossing_Entry_Data_2.csv" in error.say("en")
    assert told["banxico_fix"].errors == () and told["banxico_fix"].counts["new"] > 0
    assert crossings(here)["2604", "2021-02", "trucks"] == (36384, "A")
    assert {s.file for s in here.store.snapshots()} == {"sie.json", "a.csv"}


def test_a_refused_file_is_tried_again(here: Workspace, put: Put) -> None:
    put("a.csv", crossings_file(*NOGALES))
    folder = put("Border_Crossing_Entry_Data_2.csv", b"<html></html>")
    assert [build(here, folder).failed for _ in range(2)] == [True, True]
    put("Border_Crossing_Entry_Data_2.csv", crossings_file(*ROMA))
    report = build(here, folder)
    assert counts(report)["new"] == 1 and report.loaded[0].unchanged == 1


# -- archives -------------------------------------------------------------------------------------------------------
FEBRUARY = crossings_file(*NOGALES)
MARCH = crossings_file(crossing("Mar 2021", "Trucks", 43_000))


def test_what_is_left_out_of_an_archive_is_named_and_recorded(here: Workspace, put: Put) -> None:
    archive = zipped(
        **{
            "2021/February.csv": FEBRUARY,
            "2021/Thumbs.db": bytes(20),
            "__MACOSX/2021/._February.csv": b"\0\5\x16\7",
            "2021/Read me.txt": b"Counts by port.",
            "2021/Notes.pdf": b"%PDF-1.4",
        }
    )
    report = build(here, put("2021.zip", archive))
    assert not report.failed and counts(report)["new"] == 4
    told = [(o.name, o.kind, o.reason.en) for o in report.loaded[0].left_out]
    assert told == [
        ("2021.zip/2021/Thumbs.db", "passed", "a file of the operating system"),
        ("2021.zip/__MACOSX/2021/._February.csv", "passed", "a file of the operating system"),
        ("2021.zip/2021/Read me.txt", "passed", "notes about the tables"),
        ("2021.zip/2021/Notes.pdf", "passed", "a document or picture, not a table"),
    ]
    (snapshot,) = here.store.snapshots()
    assert snapshot.left_out == report.loaded[0].left_out
    state = next(s for s in list_sources(here) if s.source.id == "bts_border_crossing")
    assert state.left_out == snapshot.left_out and state.set_aside == {}
    assert [(e.files, e.unchanged) for e in build(here, here.folder.parent / "files").loaded] == [(0, 1)]


@pytest.mark.parametrize(
    ("bad", "en", "es"),
    [
        (MARCH.replace(b"Measure", b"Type"), "this is not in any known shape of", "no tiene ninguna forma conocida"),
        (b"", "the file is empty", "el archivo está vacío"),
        (gzipped(MARCH)[:-9], "cut or damaged", "cortado o dañado"),
        (cut(MARCH), "instead of 10", "en lugar de 10"),
        (crossings_file(*[crossing("Mar 2021", "Lorries", 1)] * 2), "2 of 2 rows were refused", "se rechazaron 2 de 2"),
        (b'{"bmx": {"series": []}}', "it is of another source", "es de otra fuente"),
    ],
)
def test_a_member_that_cannot_be_read_is_named_and_the_others_are_stored(
    here: Workspace, put: Put, bad: bytes, en: str, es: str
) -> None:
    folder = put("2021.zip", zipped(**{"Feb.csv": FEBRUARY, "Mar.csv": bad}))
    for again in range(2):  # it is not "unchanged" the second time: the part may be readable by then
        report = build(here, folder)
        (entry,) = report.loaded
        (error,) = entry.errors
        assert report.failed and (entry.files, entry.unchanged) == (1, 0)
        assert "2021.zip/Mar.csv: " in error.say("en") and en in error.say("en") and es in error.say("es")
        assert "The rest of the archive was stored" in error.say("en")
        assert [(o.name, o.kind) for o in entry.left_out] == [("2021.zip/Mar.csv", "refused")]
        assert (entry.counts["new"], entry.counts["unchanged"]) == ((0, 4) if again else (4, 0))
    assert len(crossings(here)) == 4


def test_a_damaged_member_leaves_the_others(here: Workspace, put: Put) -> None:
    """The bytes of one member, and of one zip in the zip, are damaged; their names are still there."""
    inner = zipped(**{"Mar.csv": MARCH})
    whole = zipped(**{"Feb.csv": FEBRUARY, "Jan.csv": crossings_file(*ROMA), "Mar.zip": inner, "Apr.zip": inner})
    content = bytearray(whole)
    content[whole.index(b"Jan.csv") + 20] ^= 0xFF
    start = whole.index(b"Apr.zip") + len(b"Apr.zip")
    content[start : start + 8] = bytes(8)
    report = build(here, put("2021.zip", bytes(content)))
    assert [(o.name, o.kind) for o in report.loaded[0].left_out] == [
        ("2021.zip/Jan.csv", "refused"),
        ("2021.zip/Apr.zip", "refused"),
    ]
    assert crossings(here)["2604", "2021-03", "trucks"] == (43_000, "A") and len(crossings(here)) == 5


@pytest.mark.parametrize("change", [bytes.lower, lambda line: line.replace(b",", b", "), lambda line: line + b" "])
def test_names_of_columns_in_other_case_or_with_spaces_are_the_same(
    here: Workspace, put: Put, change: Callable[[bytes], bytes]
) -> None:
    header, _, rows = MARCH.partition(b"\n")
    archive = zipped(**{"Feb.csv": FEBRUARY, "Mar.csv": change(header) + b"\n" + rows})
    report = build(here, put("2021.zip", archive))
    assert counts(report)["new"] == 5 and report.loaded[0].left_out == ()


def test_the_year_counts_before_its_months_wherever_they_stand(here: Workspace, put: Put) -> None:
    """In an archive in alphabetical order January comes after December, whose table restates it."""
    year = crossings_file(crossing("Jan 2021", "Trucks", 36_630), crossing("Dec 2021", "Trucks", 1))
    archive = zipped(**{"December.csv": year, "January.csv": crossings_file(crossing("Jan 2021", "Trucks", 30_000))})
    report = build(here, put("2021.zip", archive))
    assert crossings(here)["2604", "2021-01", "trucks"] == (36_630, "A")
    (told,) = report.loaded[0].left_out
    assert (told.name, told.kind) == ("2021.zip/January.csv", "passed")
    assert told.reason.en == "figures that another part of the archive gives with other values, which count: 1"
    state = next(s for s in list_sources(here) if s.source.id == "bts_border_crossing")
    assert state.left_out == (told,)


def test_a_figure_of_a_month_that_the_table_of_the_year_leaves_out_is_kept_and_told(here: Workspace, put: Put) -> None:
    year = crossings_file(*NOGALES[:2], crossing("Mar 2021", "Trucks", 43_000))
    report = build(here, put("2021.zip", zipped(**{"Feb.csv": FEBRUARY, "Year.csv": year})))
    assert counts(report)["new"] == 5
    (told,) = report.loaded[0].left_out
    assert told.name == "2021.zip/Feb.csv"
    assert told.reason.en.endswith("which restates its month, does not have; they are kept: 2")


def test_parts_of_an_archive_that_stand_beside_each_other_are_not_told(here: Workspace, put: Put) -> None:
    report = build(
        here,
        put("2021.zip", zipped(**{"Trucks.csv": crossings_file(NOGALES[0]), "Rest.csv": crossings_file(*NOGALES[1:])})),
    )
    assert counts(report)["new"] == 4 and report.loaded[0].left_out == ()


def test_a_part_of_an_archive_that_repeats_another_is_not_told(here: Workspace, put: Put) -> None:
    report = build(here, put("2021.zip", zipped(**{"Feb.csv": FEBRUARY, "Feb copy.csv": FEBRUARY})))
    assert counts(report)["new"] == 4 and report.loaded[0].left_out == ()


def with_a_bad_byte() -> bytes:
    content = bytearray(zipped(**{"Mar.csv": MARCH}))
    content[content.index(b"Mar.csv") + 20] ^= 0xFF
    return bytes(content)


@pytest.mark.parametrize("content", [cut(zipped(**{"Mar.csv": MARCH})), with_a_bad_byte(), gzipped(b"1,2\n" * 99)[:-9]])
def test_a_damaged_archive_of_which_the_source_is_not_known_is_refused(
    here: Workspace, put: Put, content: bytes
) -> None:
    """Its name says nothing, and what is in it does not open; the good file beside it is read."""
    put("a.csv", FEBRUARY)
    report = build(here, put("2021", content))
    assert report.failed and counts(report)["new"] == 4
    assert [(o.name, o.kind) for o in report.unrecognised] == [("2021", "refused")]
    assert "cut or damaged" in report.unrecognised[0].reason.en


def test_a_table_of_trade_with_canada_alone_is_passed_over(catalog: Catalog) -> None:
    head = b"TRDTYPE,USASTATE,COMMODITY2,DISAGMOT,CANPROV,VALUE,MONTH,YEAR\n"
    file = File("D5A.csv", head)
    assert bts_transborder.recognise(file.name, head) == bts_transborder.CANADA
    assert not list(bts_transborder.read(file, bts_transborder.CANADA, catalog))
    (why,) = file.notes
    assert "Canada alone" in why.en and "solo con Canadá" in why.es
    assert (
        bts_transborder.recognise("dot1.csv", head.replace(b"CANPROV", b"MEXSTATE,CANPROV")) != bts_transborder.CANADA
    )
    assert bts_transborder.recognise("other.csv", b"CANPROV,X\n") == ""


# -- the day of knowledge -------------------------------------------------------------------------------------------
def months(values: dict[str, int]) -> bytes:
    return crossings_file(*(crossing(month, "Trucks", value) for month, value in values.items()))


HELD = {"Nov 2024": 31_000, "Dec 2024": 32_000, "Jan 2025": 33_000, "Feb 2025": 34_000}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"Dec 2024": 32_000}, True),  # part of what is held, all the same
        ({"Nov 2024": 30_999}, False),  # a settled figure goes back, and nothing is newer
        ({"Jan 2025": 32_999}, False),  # a provisional one, by a file that ends before what is held
        ({"Jan 2025": 32_999, "Feb 2025": 34_001}, True),  # the provisional ones, by a file that reaches as far
        ({"Nov 2024": 30_999, "Feb 2025": 34_000}, False),
        ({"Nov 2024": 30_999, "Mar 2025": 35_000}, True),  # a newer file shows itself
        ({"Mar 2025": 35_000}, True),
    ],
)
def test_a_file_of_an_unknown_day_takes_no_settled_figure_back(
    here: Workspace, put: Put, given: dict[str, int], taken: bool
) -> None:
    build(here, put("held.csv", months(HELD), folder="held"), as_of=date(2025, 4, 29))
    before = crossings(here)
    report = build(here, put("given.csv", months(given), folder="given"))
    if taken:
        assert counts(report)["read"] == len(given)
        revised = sum(value != HELD.get(month, value) for month, value in given.items())
        assert counts(report)["revised"] == revised
        assert [f"figures held that it changed: {revised}." in n.en for n in report.loaded[0].notes] == [True] * bool(
            revised
        )
        assert {m: v for (_, m, _), (v, _) in crossings(here).items()} == {
            date.fromisoformat(_iso(m)).isoformat()[:7]: v for m, v in (HELD | given).items()
        }
        return
    (error,) = report.loaded[0].errors
    assert isinstance(error, NeedsDate) and crossings(here) == before
    assert "figures that are held (1, as known on 2025-04-29)" in error.say("en") and "--as-of" in error.say("en")
    assert "cifras que ya se tienen (1, con fecha de corte al 2025-04-29)" in error.say("es")
    dated = build(here, here.folder.parent / "given", as_of=date(2025, 3, 1))  # as the error says
    assert not dated.failed and crossings(here) == before  # an older vintage changes nothing that is known today
    assert crossings(here, as_of=date(2025, 3, 1)) != {}


def test_an_annual_file_of_epa_without_a_day_does_not_replace_a_newer_one(
    here: Workspace, put: Put, specimens: Path
) -> None:
    """2019 by the breakpoints of 2024 has 253 good days in Cochise; as known before them it had more."""
    newer = (specimens / "epa_aqi" / "annual_aqi_by_county_2019.csv").read_bytes()
    older = newer.replace(b'"Cochise",2019,365,253,112', b'"Cochise",2019,365,290,75')
    build(here, put("annual_aqi_by_county_2019.csv", newer, folder="new"), as_of=date(2026, 2, 28))
    before = held(here.store)["air_quality_index_county"]
    folder = put("annual_aqi_by_county_2019.csv", older, folder="old")
    (error,) = build(here, folder).loaded[0].errors
    assert isinstance(error, NeedsDate) and "other breakpoints since 2024-05-06" in error.say("en")
    assert "--as-of AAAA-MM-DD" in error.say("es")
    assert before.equals(held(here.store)["air_quality_index_county"])
    build(here, folder, as_of=date(2023, 12, 31))  # as the error says: by the breakpoints of then, beside the new ones
    frame = here.store.frame(here.store.table("air_quality_index_county"))
    cochise = frame.filter(pl.col("county").str.contains("04003"), measure="aqi_000_050").sort("table")
    assert sorted(cochise["value"]) == [253, 290] and cochise["table"].n_unique() == 2


def _iso(month: str) -> str:
    return f"{month[4:]}-{'JanFebMarAprMayJunJulAugSepOctNovDec'.index(month[:3]) // 3 + 1:02}-01"


def test_the_status_follows_the_age_of_the_month_not_the_extent_of_the_file(here: Workspace, put: Put) -> None:
    """A year cut out of the table and read today says nothing new of it."""
    build(here, put("held.csv", months(HELD), folder="held"), as_of=date(2025, 4, 29))
    assert [s for _, s in crossings(here).values()] == ["A", "A", "P", "P"]
    told = counts(build(here, put("part.csv", months({"Nov 2024": 31_000, "Dec 2024": 32_000}), folder="part")))
    assert (told["new"], told["revised"], told["unchanged"]) == (0, 0, 2)
    told = counts(
        build(here, put("all.csv", months(dict(reversed(HELD.items()))), folder="all"), as_of=date(2026, 2, 1))
    )
    assert (told["new"], told["revised"], told["unchanged"]) == (0, 0, 4)  # to become final is no revision
    assert [s for _, s in crossings(here).values()] == ["A", "A", "A", "A"]


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
    assert (told["new"], told["revised"], told["unchanged"]) == (0, 0, 1)
    fresh = build(here, put("b.csv", crossings_file(crossing("Mar 2025", "Trucks", 1))), as_of=date(2026, 3, 1))
    assert counts(fresh)["new"] == 1
