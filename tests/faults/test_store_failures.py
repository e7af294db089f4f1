"""What may befall a store: processes killed, disks full or read-only, damaged files, two writers, odd names."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable
from polars.testing import assert_frame_equal
from store_child import PLACES, START, append_eight, append_for_ever, batch

from ambos.errors import AmbosError, BaseDamaged, CannotRead, CannotWrite
from ambos.store import Store
from store_samples import DATASETS, frame, row

TESTS = Path(__file__).resolve().parent.parent
PREAMBLE = "import sys\nfrom store_child import *\nfrom ambos.errors import CannotWrite\nstore = Store(Path(sys.argv[1]), DATASETS)\n"


def numbers(store: Store) -> list[int]:
    """The batches that are held; each must be whole."""
    shown = store.frame(store.table("sample", vintages=True)).group_by("value").agg(pl.col("place").sort())
    assert all(places == PLACES for places in shown["place"].to_list()), "a batch is held in part"
    return sorted(shown["value"])


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS / "faults"), *sys.path])},
        stdout=subprocess.PIPE,
        text=True,
    )


def in_both_languages(error: AmbosError, path: Path, english: str, spanish: str) -> None:
    for language, words in (("en", english), ("es", spanish)):
        said = error.say(language)  # type: ignore[arg-type]
        assert str(path) in said
        assert words in said


# -- killed ---------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("kills", [8, pytest.param(32, marks=pytest.mark.slow)])
def test_a_writer_killed_at_any_moment_leaves_the_last_good_version(processes: Any, tmp_path: Path, kills: int) -> None:
    store = Store(tmp_path / "store", DATASETS)
    moments = random.Random(20250101)
    held: list[int] = []
    for _ in range(kills):
        told, tells = processes.Pipe(duplex=False)
        writer = processes.Process(target=append_for_ever, args=(store.folder, len(held), tells))
        writer.start()
        tells.close()
        # The first number tells that it is at work; an append takes some hundredths of a second.
        reported = [told.recv()]
        time.sleep(moments.uniform(0, 0.08))
        writer.kill()
        writer.join()
        assert writer.exitcode == -signal.SIGKILL
        with suppress(EOFError, OSError):
            while True:
                reported.append(told.recv())

        held = numbers(store)
        assert held == list(range(len(held))), "not a prefix of what was written"
        assert reported[-1] in (len(held) - 1, len(held) - 2), "what was reported done is held, and at most one more"
        appended = store.append("sample", batch(len(held)))
        assert appended.new + appended.revised == len(PLACES)
        held.append(len(held))
        assert numbers(store) == held


def test_what_a_killed_first_append_leaves_behind_is_not_a_table(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", DATASETS)
    left = store.folder / "sample"
    (left / "_delta_log").mkdir(parents=True)
    (left / "_delta_log" / "00000000000000000000.json#1").write_text("{")
    (left / "kind=figure").mkdir()
    (left / "kind=figure" / "part-0.parquet").write_bytes(b"PAR1")
    assert store.frame(store.table("sample")).is_empty()
    assert store.append("sample", batch(0)).new == len(PLACES)
    assert numbers(store) == [0]


# -- two writers ----------------------------------------------------------------------------------------------------
def test_several_writers_at_once_lose_nothing_and_add_nothing_twice(processes: Any, tmp_path: Path) -> None:
    names = ["x", "y", "z"]
    writers = [processes.Process(target=append_eight, args=(tmp_path, name)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    store = Store(tmp_path, DATASETS)
    shown = store.frame(store.table("sample", vintages=True))
    assert shown.height == 8 * (len(PLACES) + len(names))
    for name in names:
        assert sorted(shown.filter(pl.col("place") == name)["value"]) == list(range(8))
    # Every writer brought the same batches; they were written once.
    delta = DeltaTable(tmp_path / "sample")
    figures = [a for a in pl.DataFrame(delta.get_add_actions()).to_dicts() if "kind=confirmation" not in a["path"]]
    assert sum(a["num_records"] for a in figures) == shown.height


def test_a_writer_that_is_always_too_late_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ambos.store.failures.LAST_WORDS", 0)  # it fails twenty times, and nobody listens
    store, other = Store(tmp_path, DATASETS), Store(tmp_path, DATASETS)
    store.append("sample", batch(0))
    compare = store._append
    ahead = iter(range(1000))

    def overtaken(*arguments: object) -> object:
        table = store._delta
        monkeypatch.setattr(store, "_delta", lambda d: (table(d), other.append("sample", batch(1000 + next(ahead))))[0])
        try:
            return compare(*arguments)  # type: ignore[arg-type]
        finally:
            monkeypatch.setattr(store, "_delta", table)

    monkeypatch.setattr(store, "_append", overtaken)
    with pytest.raises(CannotWrite) as caught:
        store.append("sample", batch(1))
    in_both_languages(caught.value, tmp_path, "another process", "otro proceso")
    assert 1 not in numbers(other)


def test_a_commit_is_on_the_disk_with_its_names_when_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that an append makes, and the folder that holds its name, is synced; the entry of the log last."""
    synced: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    store = Store(tmp_path / "store", DATASETS)
    for number in range(2):
        before = set(tmp_path.rglob("*"))
        store.append("sample", batch(number))
        made = set(tmp_path.rglob("*")) - before
        assert made
        missed = [p for new in made for p in (new, new.parent) if p.stat().st_ino not in synced]
        assert [p for p in missed if not (p.is_dir() and p not in {m.parent for m in made})] == []
        data = max(synced.index(p.stat().st_ino) for p in made if p.suffix == ".parquet")
        assert data < min(synced.index(p.stat().st_ino) for p in made if p.suffix == ".json")
        synced.clear()


# -- the disk -------------------------------------------------------------------------------------------------------
@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_leaves_the_last_good_version(small_disk: Path) -> None:
    store = Store(small_disk / "store", DATASETS)
    held = []
    errors: list[CannotWrite] = []
    for number in range(500):
        try:
            store.append("sample", batch(number))
        except CannotWrite as error:
            errors.append(error)
            break
        held.append(number)
    assert held
    in_both_languages(errors[0], small_disk / "store" / "sample", "the disk is full", "el disco está lleno")
    assert numbers(store) == held
    with pytest.raises(CannotWrite):
        store.append("sample", frame(*(row(f"{i} " + os.urandom(40).hex(), i) for i in range(5000))))
    assert numbers(store) == held
    subprocess.run(["mount", "-o", "remount,size=1m", str(small_disk)], check=True)
    store.append("sample", batch(len(held)))
    assert numbers(store) == [*held, len(held)]


@pytest.mark.parametrize("room", [0, 4, 8, 12, 16, 24, 32, 48])
def test_whatever_room_is_left_an_append_is_whole_or_nothing(small_disk: Path, room: int) -> None:
    store = Store(small_disk / "store", DATASETS)
    store.append("sample", batch(0))
    free = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(b"x" * (free.f_bavail * free.f_frsize - room * 1024))
    try:
        store.append("sample", batch(1))
        expected = [0, 1]
    except CannotWrite as error:
        in_both_languages(error, store.folder / "sample", "the disk is full", "el disco está lleno")
        expected = [0]
    assert numbers(store) == expected
    (small_disk / "ballast").unlink()
    store.append("sample", batch(1))
    assert numbers(store) == [0, 1]


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
try:
    store.append("sample", batch(1))
except CannotWrite as error:
    print(error.say("es"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
def test_a_file_that_may_not_grow_leaves_the_last_good_version(tmp_path: Path) -> None:
    store = Store(tmp_path, DATASETS)
    store.append("sample", batch(0))
    writer = child(LIMITED, tmp_path)
    said, _ = writer.communicate()
    assert "el archivo excedería el tamaño permitido" in said
    assert writer.returncode == 0
    assert numbers(store) == [0]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder with a store of one batch, which cannot be written to any more."""
    folder = tmp_path / "read only"
    folder.mkdir()
    if sys.platform == "win32":
        pytest.skip("the modes of folders do not protect them on Windows")
    if os.geteuid() != 0:
        Store(folder, DATASETS).append("sample", batch(0))
        inside = [folder, *(p for p in folder.rglob("*") if p.is_dir())]
        for path in inside:
            path.chmod(0o555)
        yield folder
        for path in inside:
            path.chmod(0o755)
        return
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("root may write anywhere, and mounting is not allowed here")
    Store(folder, DATASETS).append("sample", batch(0))
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_folder_is_read_and_not_written(read_only: Path) -> None:
    store = Store(read_only, DATASETS)
    assert numbers(store) == [0]
    assert store.append("sample", batch(0)).unchanged == len(PLACES)
    for number in (1, 2):
        with pytest.raises(CannotWrite) as caught:
            store.append("sample", batch(number))
        in_both_languages(caught.value, read_only / "sample", "", "")
        assert any(w in caught.value.say("es") for w in ("es de solo lectura", "falta el permiso"))
    with pytest.raises(CannotWrite):
        Store(read_only / "new", DATASETS).append("sample", batch(0))
    with pytest.raises(CannotWrite):
        store.write_findings([])
    with pytest.raises(CannotWrite):
        store.export("sample", batch(0), read_only / "sample.parquet")
    assert numbers(store) == [0]


@pytest.mark.parametrize("below", [".", "store"])
def test_a_file_where_the_folder_should_be(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / below, DATASETS)
    words = ("there is a file where a folder is wanted", "hay un archivo donde debe ir una carpeta")
    with pytest.raises(CannotRead) as caught:
        store.table("sample")
    in_both_languages(caught.value, tmp_path / "file", *words)
    with pytest.raises((CannotRead, CannotWrite)) as refused:
        store.append("sample", batch(0))
    in_both_languages(refused.value, tmp_path / "file", *words)
    assert (tmp_path / "file").read_text() == ""


# -- damage ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("damage", ["log cut", "log empty", "log garbage", "figures cut", "figures gone"])
def test_a_damaged_table_is_said_so_and_left_alone(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path, DATASETS)
    store.append("sample", batch(0))
    store.append("sample", batch(1))
    what, how = damage.split()
    pattern = "_delta_log/*1.json" if what == "log" else "kind=figure/*.parquet"
    path = sorted((tmp_path / "sample").glob(pattern))[0]
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "garbage": b"\xff{]\n"}[how])
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(CannotRead) as caught:
        store.frame(store.table("sample"))
    in_both_languages(caught.value, tmp_path, "Cannot read", "No se puede leer")
    with pytest.raises(CannotRead) as caught:
        store.append("sample", batch(2))
    in_both_languages(caught.value, tmp_path / "sample", "Cannot read", "No se puede leer")
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == before


def flipped_store(folder: Path) -> tuple[Store, pl.DataFrame, list[Path]]:
    """A small store with figures, revisions and confirmations, what it holds, and its files."""
    store = Store(folder, DATASETS)
    store.append("sample", batch(0))
    store.append("sample", frame(*(row(place, 7, START) for place in PLACES[:5])))
    store.append("sample", frame(*(row(place, 0, START + timedelta(days=3)) for place in PLACES[9:])))
    return store, held(store), sorted(p for p in folder.rglob("*") if p.is_file())


def held(store: Store) -> pl.DataFrame:
    """All vintages a store gives, in one order."""
    shown = store.frame(store.table("sample", vintages=True))
    return shown.sort(shown.columns)


@pytest.mark.parametrize("flips", [100, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_a_flipped_bit_changes_no_figure_without_a_word(tmp_path: Path, flips: int) -> None:
    _, before, files = flipped_store(tmp_path)
    chance = random.Random(20261128)
    noticed = 0
    for _ in range(flips):
        path = chance.choice(files)
        content = path.read_bytes()
        damaged = bytearray(content)
        damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            assert_frame_equal(held(Store(tmp_path, DATASETS)), before)
        except CannotRead:
            noticed += 1
        finally:
            path.write_bytes(content)
    assert noticed > flips / 4


def test_a_file_swapped_for_another_of_the_table_is_named(tmp_path: Path) -> None:
    flipped_store(tmp_path)
    first, second = sorted((tmp_path / "sample" / "kind=revision").glob("*.parquet"))[:1] + sorted(
        (tmp_path / "sample" / "kind=figure").glob("*.parquet")
    )
    second.write_bytes(first.read_bytes())
    with pytest.raises(CannotRead) as caught:
        held(Store(tmp_path, DATASETS))
    in_both_languages(caught.value, second, "damaged or swapped", "se dañó o se cambió")


@pytest.mark.parametrize("damage", ["web page", "flipped"])
def test_a_damaged_base_advises_to_install_again(tmp_path: Path, damage: str) -> None:
    """Not to repair the workspace, which holds nothing of it."""
    base = tmp_path / "base" / "sample.parquet"
    Store(tmp_path / "none", DATASETS).export("sample", batch(0), base)
    content = bytearray(base.read_bytes())
    content[4:-200] = bytes(b ^ 255 for b in content[4:-200])  # the figures; the footer stays
    base.write_bytes(content if damage == "flipped" else b"<html>")
    store = Store(tmp_path / "store", DATASETS, base.parent)
    for read in (lambda: store.frame(store.table("sample")), lambda: store.append("sample", batch(1))):
        with pytest.raises(BaseDamaged) as caught:
            read()
        in_both_languages(caught.value, base.parent, "Install Ambos again", "Vuelva a instalar Ambos")
        assert "--repair" not in caught.value.say("en")


# -- other programs -------------------------------------------------------------------------------------------------
def vacuum(table: DeltaTable) -> None:
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)


def commit(*actions: dict[str, object]) -> Callable[[DeltaTable], None]:
    """Write a version as a program with another version of the protocol would."""

    def write(table: DeltaTable) -> None:
        log = Path(table.table_uri.removeprefix("file://")) / "_delta_log"
        lines = [json.dumps(action) for action in ({"commitInfo": {"timestamp": 1}}, *actions)]
        (log / f"{table.version() + 1:020}.json").write_text("\n".join(lines) + "\n")

    return write


def protocol(reader: int, *features: str) -> dict[str, object]:
    named = {"readerFeatures": list(features), "writerFeatures": list(features)} if features else {}
    return {"protocol": {"minReaderVersion": reader, "minWriterVersion": 7, **named}}


@pytest.mark.parametrize("change", [vacuum, DeltaTable.create_checkpoint], ids=["vacuum", "checkpoint"])
def test_a_version_of_another_program_that_changes_nothing_is_read(
    tmp_path: Path, change: Callable[[DeltaTable], None]
) -> None:
    flipped_store(tmp_path)
    before = held(Store(tmp_path, DATASETS))
    (tmp_path / "sample" / "kind=figure" / "left over.parquet").write_bytes(b"x")
    change(DeltaTable(tmp_path / "sample"))
    store = Store(tmp_path, DATASETS)
    assert_frame_equal(held(store), before)
    assert store.append("sample", batch(9)).revised == len(PLACES)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.optimize.compact(),
        lambda table: table.delete("place = 'place 00'"),
        lambda table: table.alter.set_table_properties({"delta.appendOnly": "true"}),
        commit(protocol(99)),
        commit(protocol(3, "deletionVectors")),
        commit(protocol(3, "columnMapping")),
        commit(protocol(3, "a feature of the future")),
    ],
    ids=["optimize", "delete", "property", "protocol 99", "deletion vectors", "column mapping", "unknown feature"],
)
def test_what_another_program_changed_is_refused_and_nothing_is_added_to_it(
    tmp_path: Path, change: Callable[[DeltaTable], object]
) -> None:
    flipped_store(tmp_path)
    store = Store(tmp_path, DATASETS)
    for number in range(3):
        store.append(
            "sample", frame(*(row(place, number, START + timedelta(days=10 + number)) for place in PLACES[:2]))
        )
    change(DeltaTable(tmp_path / "sample"))
    for attempt in (lambda: held(store), lambda: store.append("sample", batch(9))):
        with pytest.raises(CannotRead) as caught:
            attempt()
        in_both_languages(caught.value, tmp_path / "sample", "ambos check store --repair", "lo vuelve a construir")


# -- threads --------------------------------------------------------------------------------------------------------
def test_threads_read_whole_versions_while_another_appends(tmp_path: Path) -> None:
    store = Store(tmp_path, DATASETS)
    store.append("sample", batch(0))
    with ThreadPoolExecutor(4) as pool:
        writing = pool.submit(lambda: [store.append("sample", batch(n)) for n in range(1, 9)])
        seen = list(pool.map(lambda _: numbers(store), range(30)))
        writing.result()
    assert all(shown == list(range(len(shown))) for shown in seen)
    assert numbers(store) == list(range(9))


# -- names ----------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows fewer names")
@pytest.mark.parametrize("name", ["Año nuevo", "it's", "*", "a?b", "{x}", "100%", "#1", "~", 'say "x"', "a;b", "😀"])
def test_folders_may_have_odd_names(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / name / "store", DATASETS, tmp_path / name / "base")
    store.export("sample", batch(0), tmp_path / name / "base" / "sample.parquet")
    store.append("sample", batch(1))
    store.append("sample", batch(2))
    assert numbers(store) == [0, 1, 2]
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize("name", ["[1]", "a*b" if sys.platform != "win32" else "ab", "%20"])
def test_a_base_may_have_any_name(tmp_path: Path, name: str) -> None:
    Store(tmp_path / "no store", DATASETS).export("sample", batch(3), tmp_path / name / "sample.parquet")
    store = Store(tmp_path / "store", DATASETS, tmp_path / name)
    assert numbers(store) == [3]
    assert store.append("sample", batch(3)).unchanged == len(PLACES)


@pytest.mark.parametrize("name", ["[1]", "a^b", "a|b", "%20", "a\\b"])
def test_names_that_the_table_format_cannot_take_are_refused(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / name, DATASETS)
    with pytest.raises(CannotWrite) as caught:
        store.append("sample", batch(0))
    in_both_languages(caught.value, tmp_path / name, "does not take the characters", "no acepta los caracteres")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_printed_when_the_program_ends(tmp_path: Path) -> None:
    store = Store(tmp_path, DATASETS)
    store.append("sample", batch(0))
    code = PREAMBLE + "print(store.frame(store.table('sample')).height)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS / "faults"), *sys.path])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (f"{len(PLACES)}\n", "")
