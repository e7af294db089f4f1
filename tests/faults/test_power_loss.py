"""Loss of power: only what was synced is on the disk afterwards, at every moment of a write."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_store_failures import batch, numbers

from ambos.errors import CannotRead
from ambos.flows.data.fetch import _Shelf
from ambos.flows.data.ledger import read_ledger
from ambos.sources.shared.base import Fetched
from ambos.store import Store, failures
from store_samples import DATASETS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of open files are asked of Linux")


class Disk:
    """Model of a disk below a folder: contents of files and names in folders, as last synced, by inode.

    Parameters
    ----------
    folder : Path
        All that is in it counts as synced.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contents: dict[int, bytes] = {}
        self.names: dict[int, dict[str, int]] = {}
        #: The disk after each sync: the files that a loss of power leaves.
        self.moments: list[dict[str, bytes]] = []
        #: The same, where names reach the disk before the contents, which are empty then.
        self.emptied: list[dict[str, bytes]] = []
        for path in [folder, *folder.rglob("*")]:
            self._sync(path)

    def fsync(self, handle: int) -> None:
        """Record a sync; called in place of `os.fsync`."""
        self._take()
        self._sync(Path(f"/proc/self/fd/{handle}").readlink())
        self._take()

    def _sync(self, path: Path) -> None:
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            self.names[state.st_ino] = {entry.name: entry.inode() for entry in os.scandir(path)}
        else:
            self.contents[state.st_ino] = path.read_bytes()

    def _take(self) -> None:
        self.moments.append(dict(self._left(self.folder.stat().st_ino, "")))
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        self.emptied.append({str(p.relative_to(self.folder)): self.contents.get(p.stat().st_ino, b"") for p in files})

    def _left(self, folder: int, above: str) -> Iterator[tuple[str, bytes]]:
        for name, inode in self.names.get(folder, {}).items():
            if inode in self.contents:
                yield above + name, self.contents[inode]
            elif inode in self.names:
                yield from self._left(inode, f"{above}{name}/")
            elif "." in name:  # the name was synced, the content never
                yield above + name, b""


def restore(left: dict[str, bytes], folder: Path) -> Path:
    """Write the files that a loss of power left."""
    folder.mkdir()
    for name, content in left.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("appends", [0, 2])
def test_an_append_is_whole_or_nothing_after_a_loss_of_power(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, appends: int
) -> None:
    """At each sync of the first append, or the third; the next append completes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    store = Store(folder / "store", DATASETS)
    for number in range(appends):
        store.append("sample", batch(number))
    before, after = list(range(appends)), list(range(appends + 1))
    disk = Disk(folder)
    monkeypatch.setattr(os, "fsync", disk.fsync)
    store.append("sample", batch(appends))
    monkeypatch.undo()
    assert len(disk.moments) >= 8
    states = []
    for number, left in enumerate(disk.moments):
        again = Store(restore(left, tmp_path / f"lost {number}") / "store", DATASETS)
        states.append(numbers(again))
        assert states[-1] in (before, after)
        again.append("sample", batch(appends))
        assert numbers(again) == after
    assert states[0] == before and states[-1] == after
    lost = 0
    for number, left in enumerate(disk.emptied):
        again = Store(restore(left, tmp_path / f"emptied {number}") / "store", DATASETS)
        try:
            assert numbers(again) in (before, after)
        except CannotRead as error:
            lost += 1
            assert error.values["detail"] == failures.EMPTY_ENTRY
    assert lost < len(disk.emptied) / 2


def test_an_answer_in_the_ledger_is_whole_after_a_loss_of_power(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the ledger names lies there with its hash; what `fetch` reported as stored is named."""
    folder = tmp_path / "disk"
    folder.mkdir()
    disk = Disk(folder)
    monkeypatch.setattr(os, "fsync", disk.fsync)
    reported = []
    shelf = _Shelf(folder / "snapshots")
    for number in range(3):
        at = datetime(2026, 1, 1 + number, tzinfo=UTC)
        content = f"answer {number}".encode()
        shelf.put("nobody", Fetched(f"{number}.csv", content, f"https://example.org/{number}", at), [])
        reported.append(len(disk.moments))
    monkeypatch.undo()
    for number, left in enumerate(disk.moments):
        lost = restore(left, tmp_path / f"lost {number}") / "snapshots"
        lines = read_ledger(lost / "ledger.jsonl")
        for line in lines:
            assert hashlib.sha256((lost / line["file"]).read_bytes()).hexdigest() == line["sha256"]
        assert len(lines) >= sum(done <= number for done in reported)
    assert len(lines) == 3
