"""What may befall a build, really done: processes killed, disks full or read-only, files damaged in every way.

The store must always read as its last good version, and the next build must end as if nothing had happened.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from bombs import BOMBS

from ambos.catalog import Catalog, load
from ambos.store import Store
from build_samples import (
    NOGALES,
    crossing,
    crossings_file,
    cut,
    gzipped,
    held,
    same,
    tarred,
    versions,
    zipped,
)
from cbp_samples import tar
from command_line import NOBODY, Result, Shell

REGION = Path(__file__).resolve().parent.parent / "specimens" / "example_region"
RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
FIRST_DAY, SECOND_DAY = "2026-01-01", "2026-02-01"
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


@pytest.fixture(scope="module")
def example() -> Catalog:
    return load(REGION)


def read(folder: Path, catalog: Catalog) -> Tables:
    """What a workspace holds."""
    return held(Store(folder / "store", catalog.datasets, None))


def quiet(result: Result) -> bool:
    """Neither a traceback nor a panic."""
    return not any(word in result.out + result.err for word in ("Traceback", "panicked", 'File "', "AMBOS_DEBUG"))


# -- killed ---------------------------------------------------------------------------------------------------------
class Trial:
    """A workspace with a first version, and a second delivery that revises, adds and repeats."""

    def __init__(self, shell: Shell, catalog: Catalog, folder: Path) -> None:
        self.shell, self.catalog, self.folder = shell, catalog, folder
        self.first, self.second = REGION / "data", folder / "second"
        self.second.mkdir(parents=True)
        for path in self.first.iterdir():
            (self.second / path.name).write_bytes(revised(path))
        self.ready = folder / "ready"
        self.build(self.first, FIRST_DAY, self.ready)
        self.before = read(self.ready, catalog)
        undisturbed = self.fresh("undisturbed")
        self.seconds = self.build(self.second, SECOND_DAY, undisturbed).seconds
        self.after = read(undisturbed, catalog)
        self.commits = sum(len(v) for v in versions(undisturbed / "store").values()) - sum(
            len(v) for v in versions(self.ready / "store").values()
        )

    def build(self, files: Path, day: str, workspace: Path, **how: object) -> Result:
        result = self.shell("--region", REGION, "build", "--from", files, "--as-of", day, folder=workspace, **how)
        assert how or result.code == 0, result
        return result

    def fresh(self, name: str) -> Path:
        """A new workspace that holds the first version."""
        shutil.copytree(self.ready, self.folder / name)
        return self.folder / name

    def interrupted(self, workspace: Path, **how: object) -> bool:
        """Run the second build until it is killed; each table must then be whole. False if it was done before."""
        result = self.build(self.second, SECOND_DAY, workspace, **how)
        assert result.code in (-9, 0) and quiet(result)
        self.is_whole(read(workspace, self.catalog))
        return result.code == -9

    def is_whole(self, now: Tables) -> None:
        """Each table is the old or the new version. The records of files and of rows set aside grow source by source."""
        torn = [n for n, t in now.items() if not (t.equals(self.before[n]) or t.equals(self.after[n]))]
        for name in ("snapshots", "quarantine"):
            every = self.after[name].rows()
            if set(self.before[name].rows()) <= set(now[name].rows()) <= set(every):
                torn = [n for n in torn if n != name]
        assert not torn, f"neither the old nor the new version: {torn}"

    def completes(self, workspace: Path) -> None:
        """The next build ends as an undisturbed one."""
        self.build(self.second, SECOND_DAY, workspace)
        assert not same(read(workspace, self.catalog), self.after)


def revised(path: Path) -> bytes:
    """Other numbers in the same file: counts one higher, the report of waits a day later. Made up, as the first ones."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return text.replace("1/15/2024", "1/16/2024").encode()
    lines = [line.split(",") for line in text.splitlines()]
    column = lines[0].index("Value" if "Value" in lines[0] else "VALUE")
    for line in lines[1:]:
        line[column] = str(int(line[column]) + 1)
    return "".join(",".join(line) + "\n" for line in lines).encode()


@pytest.fixture(scope="module")
def trial(shell: Shell, example: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(shell, example, tmp_path_factory.mktemp("trial"))


def test_the_second_delivery_changes_every_table_that_the_first_filled(trial: Trial) -> None:
    """The second delivery changes every table that the first one filled."""
    changed = same(trial.before, trial.after)
    assert changed == [n for n, t in trial.before.items() if t.height] and len(changed) >= 5
    assert trial.commits >= 7  # four tables, the quarantine, and a record of the files of each source


def test_a_build_killed_after_any_commit_leaves_whole_tables_and_the_next_completes(trial: Trial) -> None:
    """Between any two steps that are seen on the disk."""
    for number in range(1, trial.commits):
        workspace = trial.fresh(f"commit {number}")
        assert trial.interrupted(workspace, kill_at=[number, "after"])
        trial.completes(workspace)


@pytest.mark.parametrize("kills", [8, pytest.param(20, marks=pytest.mark.slow)])
def test_a_build_killed_at_any_moment_leaves_whole_tables_and_the_next_completes(trial: Trial, kills: int) -> None:
    """Again and again in the same workspace, until a build was quicker; then it is compared, and all begins anew."""
    chance = random.Random(20260301)
    killed = 0
    workspace = trial.fresh("random 0")
    while killed < kills:
        if trial.interrupted(workspace, kill_after=chance.uniform(0, trial.seconds)):
            killed += 1
            if killed % 5:
                continue
        trial.completes(workspace)
        workspace = trial.fresh(f"random {killed} {chance.random()}")


def unnamed_files(store: Path) -> int:
    """Count data files on the disk that no commit of their table names: what a kill inside an append leaves."""
    count = 0
    for log in store.rglob("_delta_log"):
        named = "".join(p.read_text(encoding="utf-8") for p in log.glob("*.json"))
        count += sum(path.name not in named for path in log.parent.rglob("*.parquet") if "_delta_log" not in path.parts)
    return count


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_a_thousand_kills_some_of_them_inside_an_append(
    trial: Trial, part: int, record_property: Callable[[str, object], None]
) -> None:
    """250 kills each, at moments after the first fifth of a build: some leave data files that no commit names."""
    chance = random.Random(20261129 + part)
    inside = between = 0
    for number in range(250):
        workspace = trial.fresh(f"part {part} number {number}")
        old = sum(map(len, versions(workspace / "store").values()))
        unnamed = unnamed_files(workspace / "store")
        while not trial.interrupted(workspace, kill_after=trial.seconds * chance.uniform(0.2, 1.0)):
            shutil.rmtree(workspace)
            workspace = trial.fresh(f"part {part} number {number}")
        inside += unnamed_files(workspace / "store") > unnamed
        between += 0 < sum(map(len, versions(workspace / "store").values())) - old < trial.commits
        if number % 10 == 0:
            trial.completes(workspace)
        shutil.rmtree(workspace)
    record_property("inside an append", inside)
    record_property("between the first commit and the last", between)
    assert inside and between >= 25


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(not RAW.is_dir(), reason="the real files (../shared/data/raw) are not here")
def test_killed_while_the_real_files_are_read(shell: Shell, example: Catalog, tmp_path: Path) -> None:
    """In a region without an embedded snapshot, so that every row is written."""
    files = tmp_path / "files"
    for name in ("bts-border-crossing", "bts-transborder-annual-unt", "banxico-fix"):
        shutil.copytree(RAW / name, files / name)
    undisturbed = shell("--region", REGION, "build", "--from", files, folder=tmp_path / "undisturbed")
    assert undisturbed.code == 0
    after = read(tmp_path / "undisturbed", example)
    assert after["crossings"].height > 399_000
    chance = random.Random(20260302)
    for number in range(8):
        workspace = tmp_path / f"killed {number}"
        for _ in range(3):
            shell(
                "--region",
                REGION,
                "build",
                "--from",
                files,
                folder=workspace,
                kill_after=chance.uniform(0, undisturbed.seconds),
            )
            now = read(workspace, example)
            assert all(
                t.is_empty() or t.equals(after[n]) for n, t in now.items() if n not in ("snapshots", "quarantine")
            )
        assert shell("--region", REGION, "build", "--from", files, folder=workspace).code == 0
        assert not same(read(workspace, example), after)


def test_two_builds_at_once_end_as_one(trial: Trial, shells: dict[str, Shell], tmp_path: Path) -> None:
    """Both end well, and the store is as after one."""
    workspace = tmp_path / "both"
    shutil.copytree(trial.ready, workspace)
    other = shells["es"]
    command = ["--region", REGION, "build", "--from", trial.second, "--as-of", SECOND_DAY]
    other.start(*command, folder=workspace)
    mine = trial.shell(*command, folder=workspace)
    theirs = other.finish()
    assert (mine.code, theirs.code) == (0, 0), (mine.err, theirs.err)
    now = read(workspace, trial.catalog)
    assert [n for n in same(now, trial.after) if n != "snapshots"] == []
    assert now["snapshots"]["id"].unique().sort().equals(trial.after["snapshots"]["id"].unique().sort())


# -- damaged files --------------------------------------------------------------------------------------------------
SIE = REGION.parent / "banxico" / "sie.json"
REPORT = b"<?xml version='1.0'?><border_wait_time><last_updated_date>2025-4-1</last_updated_date>" + b"x" * 5000
WHOLE = crossings_file(*NOGALES, *(crossing("Jan 2021", "Trucks", n) for n in (36630,)))
DAMAGED: dict[str, tuple[str, str, bytes]] = {
    # kind: (source, name as the publisher's, bytes)
    "cut gzip": ("bts_border_crossing", "Border_Crossing_Entry_Data.csv.gz", cut(gzipped(WHOLE))),
    "cut table": ("bts_border_crossing", "Border_Crossing_Entry_Data.csv", cut(WHOLE, 0.9)),
    "other encoding": (
        "bts_border_crossing",
        "Border_Crossing_Entry_Data.csv",
        WHOLE.decode().replace("Nogales", "Nogáles").encode("latin-1"),
    ),
    "UTF-16": ("bts_border_crossing", "Border_Crossing_Entry_Data.csv", WHOLE.decode().encode("utf-16")),
    "other header": (
        "bts_border_crossing",
        "Border_Crossing_Entry_Data.csv",
        WHOLE.replace(b"Port Code", b"Port Number"),
    ),
    "web page": (
        "bts_border_crossing",
        "Border_Crossing_Entry_Data.csv",
        b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in</body></html>\n",
    ),
    "nothing": ("bts_border_crossing", "Border_Crossing_Entry_Data.csv", b""),
    "broken zip": (
        "bts_transborder",
        "transborder_raw.zip",
        cut(zipped(**{"dot1_0124.csv": (REGION / "data" / "made_up_dot1_0124.csv").read_bytes()})),
    ),
    "broken JSON": ("banxico_fix", "tipo_cambio_usd.json", cut(SIE.read_bytes())),
    "cut tar": (
        "cbp_border_waits",
        "bwt_xml_snapshots.tar.xz",
        cut(tarred({f"rss-2025-04-01T0{n}-00-00Z.xml": REPORT + os.urandom(3000) for n in range(9)})),
    ),
}


def good_files(folder: Path) -> None:
    """One good file of each of three sources."""
    (folder / "good crossings.csv").write_bytes(crossings_file(*NOGALES))
    (folder / "good rates.json").write_bytes(SIE.read_bytes())
    shutil.copy(REGION.parent / "bts_annual" / "us_state_trade.csv", folder / "us_state_trade.csv")
    shutil.copy(REGION.parent / "bts" / "dot3_0924.csv", folder / "good freight.csv")
    shutil.copy(REGION.parent / "fetch" / "bwtnew.json", folder / "good waits.json")


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_refused_alone(shell: Shell, catalog: Catalog, tmp_path: Path, kind: str) -> None:
    source, name, content = DAMAGED[kind]
    files, workspace = tmp_path / "files", tmp_path / "workspace"
    files.mkdir()
    good_files(files)
    (files / name).write_bytes(content)
    result = shell("build", "--from", files, "--json", folder=workspace, bare=True)
    assert result.code == 1 and quiet(result)
    (said,) = [line for line in result.err.splitlines() if line.strip()]
    assert said.startswith(f"Error [{source}]: {name}"), said
    told = {entry["source"]: entry for entry in result.json()["sources"]}
    assert told[source]["error"]["en"] in said and told[source]["files"] == 1
    others = {s for s in told if s != source}
    assert len(others) >= 4 and all(told[s]["error"] is None and told[s]["read"] > 0 for s in others)
    # the good file of the source is stored and recorded; nothing of the damaged one is
    store = Store(workspace / "store", catalog.datasets, None)
    assert {s.source for s in store.snapshots()} == set(told) and name not in {s.file for s in store.snapshots()}


@pytest.mark.parametrize(
    ("kind", "english", "spanish"),
    [
        ("cut gzip", "cut or damaged", "cortado o dañado"),
        ("cut table", "line 6", "renglón 6"),
        ("other encoding", "not UTF-8 text", "no es texto UTF-8"),
        ("UTF-16", "not in any known shape", "ninguna forma conocida"),
        ("other header", "Port Number", "Port Number"),
        ("web page", "DOCTYPE html", "DOCTYPE html"),
        ("nothing", "the file is empty", "el archivo está vacío"),
        ("broken zip", "cut or damaged", "cortado o dañado"),
        ("broken JSON", "JSON", "JSON"),
        ("cut tar", "cut or damaged", "cortado o dañado"),
    ],
)
def test_file_cause_and_remedy_are_named(
    shells: dict[str, Shell], tmp_path: Path, kind: str, english: str, spanish: str
) -> None:
    """Once, in one line, in both languages."""
    source, name, content = DAMAGED[kind]
    (tmp_path / name).write_bytes(content)
    for language, cause, remedy in (
        ("en", english, "nothing of it was stored. Download it again"),
        ("es", spanish, "nada de él se guardó. Descárguelo de nuevo"),
    ):
        result = shells[language]("build", "--from", tmp_path / name, folder=tmp_path / "workspace")
        assert result.code == 1 and quiet(result)
        (said,) = [line for line in result.err.splitlines() if line.strip()]
        assert f"[{source}]" in said and said.count(name) == 1 and cause in said and remedy in said, said


def test_every_damage_is_named() -> None:
    (marks,) = (m for m in test_file_cause_and_remedy_are_named.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in marks.args[1]} == set(DAMAGED)


#: By name: bytes, and what their error says in each language.
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "transborder_nested.zip": (
        lambda: BOMBS["transborder_nested.zip"][0](1),
        "4 archives inside each other",
        "4 archivos comprimidos anidados",
    ),
    "us_state_trade.csv": (
        lambda: b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
        "it begins with '<!DOCTYPE html>",
        "empieza con '<!DOCTYPE html>",
    ),
    "no_name.zip": (
        lambda: cut(zipped(**{"a.csv": WHOLE})),
        "cut or damaged (its end is missing, with the list of its members)",
        "cortado o dañado (le falta el final, con la lista de sus miembros)",
    ),
    "tipo_cambio_usd.json": (lambda: b'{"bmx": []}', "the answer has no bmx", "la respuesta no tiene bmx"),
    "bwt_xml_of_another.tar": (
        lambda: tar({"a.csv": WHOLE, "b.csv": WHOLE}),
        "it is a tar archive with a.csv, b.csv; of tar archives only those of bwt.xml are read",
        "es un archivo tar con a.csv, b.csv; de los archivos tar solo se leen los de bwt.xml",
    ),
}


def test_each_of_several_hostile_files_gets_one_error_and_the_good_one_is_built(
    shells: dict[str, Shell], tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "Border_Crossing_Entry_Data.csv").write_bytes(WHOLE)
    for name, (content, *_) in HOSTILE.items():
        (folder / name).write_bytes(content())
    for at, language in enumerate(("en", "es"), 1):
        result = shells[language]("build", "--from", folder, "--json", folder=tmp_path / language)
        assert result.code == 1 and quiet(result)
        lines = result.err.splitlines()
        assert len(lines) == len(HOSTILE) and all(line.startswith("Error") for line in lines)
        for name, said in HOSTILE.items():
            (line,) = [line for line in lines if name in line]
            assert said[at] in line and ("nothing of it was stored", "nada de él se guardó")[at - 1] in line
        (good,) = [row for row in result.json()["sources"] if row["files"]]
        assert good["source"] == "bts_border_crossing" and good["read"] == 5 and not good["error"]


# -- disks ----------------------------------------------------------------------------------------------------------
def fails_and_keeps(trial: Trial, workspace: Path, words: str, files: Path | None = None, **how: object) -> None:
    """The second build says why it cannot write, and the first version is still there."""
    result = trial.build(files or trial.second, SECOND_DAY, workspace, **how, environment={})
    assert result.code == 1 and quiet(result), result.err
    lines = [line for line in result.err.splitlines() if line.strip()]
    assert lines and all(line.startswith("Error") and words in line for line in lines), result.err
    assert "The last good version is untouched." in lines[0] and "--workspace" in lines[0]
    now = read(workspace, trial.catalog)
    trial.is_whole(now)
    assert now["snapshots"].equals(trial.before["snapshots"])


def test_a_file_may_not_grow(trial: Trial) -> None:
    """A quota, or a full disk as a limit on the size of files makes one."""
    workspace = trial.fresh("limit")
    fails_and_keeps(trial, workspace, "larger than is allowed", file_limit=2000)
    assert not same(read(workspace, trial.catalog), trial.before)
    trial.completes(workspace)


def test_a_build_on_a_full_disk_leaves_the_last_good_version(trial: Trial, tmp_path: Path) -> None:
    """A real one, of few kilobytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be made by who may mount one")
    try:
        workspace = disk / "workspace"
        shutil.copytree(trial.ready, workspace)
        room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "ballast").write_bytes(bytes(room - 4096))
        fails_and_keeps(trial, workspace, "the disk is full")
        (disk / "ballast").unlink()
        trial.completes(workspace)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may read; those of pytest are private."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def without_rights(shell: Shell, open_folder: Path) -> dict[str, object]:
    """How to run a command line as somebody to whom file permissions apply."""
    how: dict[str, object] = {"user": NOBODY} if os.geteuid() == 0 else {}
    if shell("places", folder=open_folder / "none", **how).code:
        pytest.skip("a user without rights cannot read the program here")
    return how


def test_read_only_folder(trial: Trial, open_folder: Path, without_rights: dict[str, object]) -> None:
    workspace, files = open_folder / "workspace", open_folder / "files"
    shutil.copytree(trial.ready, workspace)
    shutil.copytree(trial.second, files)
    for path in sorted(workspace.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    workspace.chmod(0o555)
    fails_and_keeps(trial, workspace, "permission is missing", files, **without_rights)
    assert not same(read(workspace, trial.catalog), trial.before)
    # reading is all that is needed to show
    shown = trial.shell("--region", REGION, "show", "crossings.trucks", "--json", folder=workspace, **without_rights)
    assert shown.code == 0 and shown.err == "" and len(shown.json()["data"]) > 20


def test_a_folder_that_may_not_be_read(
    shells: dict[str, Shell], open_folder: Path, without_rights: dict[str, object]
) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    (closed / "Border_Crossing_Entry_Data.csv").write_bytes(WHOLE)
    (closed / "Border_Crossing_Entry_Data.csv").chmod(0)
    for language, words in (("en", "permission is missing"), ("es", "falta el permiso")):
        result = shells[language]("build", "--from", closed, folder=open_folder / "w", **without_rights)
        assert result.code == 1 and quiet(result) and words in result.err, result.err


@pytest.mark.parametrize(("language", "words"), [("en", "there is no such folder"), ("es", "no existe esa carpeta")])
def test_a_folder_that_is_not_there(shells: dict[str, Shell], tmp_path: Path, language: str, words: str) -> None:
    result = shells[language]("build", "--from", tmp_path / "nowhere", folder=tmp_path / "workspace")
    assert result.code == 1 and result.out == "" and quiet(result)
    assert words in result.err and str(tmp_path / "nowhere") in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert not (tmp_path / "workspace").exists()


def test_the_workspace_is_a_file(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am not a folder")
    result = shell("build", "--from", REGION.parent / "bts", folder=tmp_path / "file")
    assert result.code == 1 and quiet(result) and str(tmp_path / "file") in result.err
    assert (tmp_path / "file").read_text() == "I am not a folder"


# -- vintages -------------------------------------------------------------------------------------------------------
def test_what_was_known_then(shell: Shell, tmp_path: Path) -> None:
    """A revised file of BTS: the new figure counts, the old one stays to be asked for."""
    known = {"2021-04-01": 36000, "2022-04-01": 36384}  # the first is made up, the second is what BTS says now
    for day, trucks in known.items():
        (tmp_path / "a.csv").write_bytes(
            crossings_file(crossing("Feb 2010", "Trucks", trucks, "9901").replace("Nowhere", "X"))
        )
        result = shell("--region", REGION, "build", "--from", tmp_path / "a.csv", "--as-of", day, folder=tmp_path / "w")
        assert result.code == 0, result.err

    def ask(*options: str) -> list[tuple[int, str]]:
        command = ["--region", REGION, "show", "crossings.trucks", "--place", "9901", "--json", *options]
        result = shell(*command, folder=tmp_path / "w")
        return [(f["value"], f["as_of"]) for f in json.loads(result.out)["data"]] if result.code == 0 else []

    assert ask() == [(36384, "2022-04-01")]
    assert ask("--as-of", "2022-04-01") == [(36384, "2022-04-01")]
    assert ask("--as-of", "2022-03-31") == ask("--as-of", "2021") == [(36000, "2021-04-01")]
    assert ask("--as-of", "2021-03-31") == []
