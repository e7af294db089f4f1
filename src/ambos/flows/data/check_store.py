"""`ambos check store`: whether every stored byte is what was written, and repair from the bodies that `fetch` keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ambos.errors import AmbosError, BodyChanged, CannotRead, CannotWrite, reason, system_refuses
from ambos.files import make_folder, whole
from ambos.flows.data.build import Build, build, lost_snapshots
from ambos.flows.data.ledger import read_ledger, sound_lines
from ambos.flows.data.reading import file_bytes
from ambos.flows.workspace import Workspace
from ambos.model import Snapshot

#: Folder of the workspace to which `repair` moves damaged tables and bodies.
ASIDE = "damaged"


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """Result of a check of the store: damaged, lost and missing files.

    Attributes
    ----------
    tables, bodies : int
        Tables of the store and bodies of answers that were verified.
    damaged : mapping of Path to AmbosError
        The table's folder, or the body, that is not what was written, with the error that names the file.
    lost : tuple of Snapshot
        Files whose rows the tables no longer hold: `build` reads them again where they are at hand.
    missing : tuple of Path
        Bodies that were fetched and are no longer there; the tables may still hold their rows.
    """

    tables: int
    bodies: int
    damaged: dict[Path, AmbosError]
    lost: tuple[Snapshot, ...]
    missing: tuple[Path, ...] = ()


def check_store(workspace: Workspace) -> StoreCheck:
    """Verify every data file of the newest version of every table, and every stored body, by its SHA-256.

    Parameters
    ----------
    workspace : Workspace

    Returns
    -------
    StoreCheck

    Raises
    ------
    CannotRead, CannotOpen
        If the system refuses to read a file, which may be sound.
    """
    tables = list(workspace.store.verify())
    damaged: dict[Path, AmbosError] = {folder: error for folder, error in tables if error}
    bodies: list[tuple[Path, AmbosError | None]] = []
    try:
        bodies += _bodies(workspace)
    except CannotRead as error:
        if system_refuses(error):
            raise
        damaged[_ledger(workspace)] = error
    damaged |= {path: error for path, error in bodies if error and path.exists()}
    missing = tuple(path for path, _ in bodies if not path.exists())
    try:
        snapshots = workspace.store.snapshots(base=False)
    except CannotRead as error:
        damaged.setdefault(workspace.store.folder / "snapshots", error)
        snapshots = []
    lost = lost_snapshots(workspace, snapshots)
    return StoreCheck(
        len(tables), len(bodies) - len(missing), damaged, tuple(s for s in snapshots if s.id in lost), missing
    )


def repair_store(workspace: Workspace, checked: StoreCheck) -> tuple[Build, StoreCheck]:
    """Move what is damaged aside, build again from the bodies that are sound, and check once more.

    Nothing is deleted: the damaged tables and bodies lie in the workspace's folder ``damaged`` afterwards, and so does
    a damaged ledger of `fetch`, whose sound lines are written anew.

    Parameters
    ----------
    workspace : Workspace
    checked : StoreCheck
        What `check_store` gave.

    Returns
    -------
    Build, StoreCheck
        What was read again, and the check after it. What is still lost was given by hand: build it from there.

    Raises
    ------
    CannotWrite
        If something cannot be moved.
    """
    aside = workspace.folder / ASIDE / f"{workspace.clock():%Y%m%dT%H%M%SZ}"
    for path in checked.damaged:
        try:
            target = aside / path.relative_to(workspace.folder)
            make_folder(target.parent)
            sound = sound_lines(path) if path == _ledger(workspace) else None
            path.rename(target)
            if sound is not None:
                with whole(path) as part:
                    part.write_bytes(sound)
        except OSError as error:
            raise CannotWrite(path=path, detail=reason(error)) from error
    return build(workspace), check_store(workspace)


def _ledger(workspace: Workspace) -> Path:
    return workspace.folder / "snapshots" / "ledger.jsonl"


def _bodies(workspace: Workspace) -> Iterator[tuple[Path, AmbosError | None]]:
    """List each stored body with its error, None if it is sound."""
    folder = workspace.folder / "snapshots"
    for entry in read_ledger(_ledger(workspace)):
        if entry["result"] != "stored":
            continue
        path = folder / entry["file"]
        try:
            sound = hashlib.sha256(file_bytes(path)).hexdigest() == entry["sha256"]
        except AmbosError as error:
            if system_refuses(error):
                raise
            yield path, error
            continue
        yield path, None if sound else BodyChanged(file=path)
