"""Files that are written whole or not at all, and the user's own among them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ambos.errors import CannotSave
from ambos.files import whole
from ambos.flows.river import outlook as river_outlook
from ambos.flows.workspace import open_workspace


def test_what_fails_leaves_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OSError, match="full"), whole(path) as beside:
        beside.write_text("half", encoding="utf-8")
        raise OSError("full")
    assert path.read_text(encoding="utf-8") == "mine" and list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    path, link = tmp_path / "mine.csv", tmp_path / "link.csv"
    path.write_text("mine", encoding="utf-8")
    link.symlink_to(path)
    with whole(link) as beside:
        beside.write_text("new", encoding="utf-8")
    assert link.is_symlink() and path.read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(os.name != "posix", reason="there is no such device")
def test_a_device_is_written_to_itself() -> None:
    with whole(Path(os.devnull)) as beside:
        assert beside == Path(os.devnull)


def test_traces_that_cannot_be_written_leave_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    path = tmp_path / "traces.csv"
    path.write_text("trace,year,elevation_ft\n1,2026,1050\n", encoding="utf-8")
    found = river_outlook.from_file(open_workspace(tmp_path / "workspace"), path)
    monkeypatch.setattr(river_outlook, "csv_text", full)
    with pytest.raises(CannotSave):
        river_outlook.save(found, path)
    assert path.read_text(encoding="utf-8").endswith("1,2026,1050\n") and list(tmp_path.iterdir()) == [path]
