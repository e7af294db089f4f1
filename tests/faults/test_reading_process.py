"""A file read in a process of its own gives what it gives here, and whatever ends that process is told."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ambos.catalog import Catalog
from ambos.errors import ReadingStopped, WrongShape
from ambos.flows.data import build as flow
from ambos.flows.data import reading_process
from ambos.flows.data.reading import SourceFile, read_file
from ambos.flows.data.reading_process import ReadingProcesses
from build_samples import workspace
from cbp_samples import tar

SOURCE = "cbp_border_waits"


@pytest.fixture
def archive(tmp_path: Path, specimens: Path) -> SourceFile:
    path = tmp_path / "files" / "waits.tar"
    path.parent.mkdir()
    snapshots = sorted((specimens / "cbp").glob("bwt-*.xml"))
    path.write_bytes(tar({snapshot.name: snapshot.read_bytes() for snapshot in snapshots}))
    return found(path)


def found(path: Path) -> SourceFile:
    content = path.read_bytes()
    return SourceFile(path, path.name, sha256(content).hexdigest(), len(content), date(2025, 4, 1), True, None, "")


def test_the_same_rows(catalog: Catalog, archive: SourceFile) -> None:
    (there,), (here,) = (reader(catalog, SOURCE, archive).parts for reader in (ReadingProcesses().read_file, read_file))
    assert (there.dataset, there.given) == (here.dataset, here.given)
    assert there.frame.height > 10 and there.frame.schema == here.frame.schema
    assert there.frame.equals(here.frame) and there.rejected.equals(here.rejected)


def test_the_same_refusal(catalog: Catalog, archive: SourceFile) -> None:
    archive.path.write_bytes(archive.path.read_bytes()[:-2000])
    with pytest.raises(WrongShape) as there:
        ReadingProcesses().read_file(catalog, SOURCE, archive)
    with pytest.raises(WrongShape) as here:
        read_file(catalog, SOURCE, archive)
    assert there.value.message() == here.value.message()


def test_a_fault_of_ours_is_no_refusal(catalog: Catalog, archive: SourceFile) -> None:
    with pytest.raises(RuntimeError, match="KeyError: 'nobody'"):
        ReadingProcesses().read_file(catalog, "nobody", archive)


def test_where_no_process_can_be_started_it_is_read_here(
    catalog: Catalog, archive: SourceFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    assert ReadingProcesses().read_file(catalog, SOURCE, archive).parts[0].frame.height > 10


def test_a_process_that_the_system_ends(
    catalog: Catalog, archive: SourceFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(script(tmp_path, "kill -KILL $$")))
    with pytest.raises(ReadingStopped, match=r"signal 9.*memory") as caught:
        ReadingProcesses().read_file(catalog, SOURCE, archive)
    assert "memoria" in caught.value.say("es")


def test_an_interruption_of_the_other_process_is_one(
    catalog: Catalog, archive: SourceFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(script(tmp_path, "kill -INT $$")))
    with pytest.raises(KeyboardInterrupt):
        ReadingProcesses().read_file(catalog, SOURCE, archive)


def script(folder: Path, line: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


def test_an_interrupted_build_leaves_no_process(
    catalog: Catalog, archive: SourceFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process sleeps, as one that reads for a minute; the build is interrupted meanwhile."""
    noted = tmp_path / "process"
    monkeypatch.setattr(
        sys, "executable", str(script(tmp_path, f"echo $$ > {noted}.new; mv {noted}.new {noted}; exec sleep 60"))
    )
    monkeypatch.setattr(flow, "LARGE", 0)

    def interrupt(*step: Any) -> None:
        while not noted.exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow.build(workspace(tmp_path / "workspace", catalog), archive.path.parent, progress=interrupt)
    ended(int(noted.read_text()))


def test_what_is_stopped_does_not_begin(catalog: Catalog, archive: SourceFile) -> None:
    stopped = ReadingProcesses()
    stopped.stop()
    with pytest.raises(ReadingStopped):
        stopped.read_file(catalog, SOURCE, archive)


def test_it_ends_with_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when who asked is killed: its end of the pipe closes."""
    ours, theirs = os.pipe()
    monkeypatch.setattr(sys, "stdin", os.fdopen(ours))
    left = threading.Event()
    monkeypatch.setattr(os, "_exit", lambda status: left.set())
    waiting = threading.Thread(target=reading_process._end_with_who_asked)
    waiting.start()
    assert not left.wait(0.05)
    os.close(theirs)
    waiting.join(10)
    assert left.is_set()


def ended(process: int) -> None:
    """Wait until a process is gone, or fail."""
    for _ in range(500):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    pytest.fail("the process still runs")
