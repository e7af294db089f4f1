"""`ambos check store`: whether every stored byte is what was written, and repair from the bodies that `fetch` keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ambos.errors import AmbosError, BodyChanged, CannotRead, CannotWrite, reason, system_refuses
from ambos.files import make_folder, whole
from ambos.flows.data.build import Build, build, lost_snapshots
from ambos.flows.data.ledger import read_ledger, sound_lines
from ambos.flows.data.reading import file_bytes
from ambos.flows.workspace import Workspace
from ambos.model import Snapshot
from ambos.model.answer import Answer, Column, Table, View, data_table
from ambos.numbers import both
from ambos.text import Text, joined

#: Folder of the workspace to which `repair` moves damaged tables and bodies.
ASIDE = "damaged"


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """Result of a check of the store: damaged, lost and missing files."""

    #: `tables`, `bodies`: tables of the store and bodies of answers that were verified.
    tables: int
    bodies: int
    #: The table's folder, or the body, that is not what was written, with the error that names the file.
    damaged: dict[Path, AmbosError]
    #: Files whose rows the tables no longer hold: `build` reads them again where they are at hand.
    lost: tuple[Snapshot, ...]
    #: Bodies that were fetched and are no longer there; the tables may still hold their rows.
    missing: tuple[Path, ...] = ()


def check_store(workspace: Workspace) -> StoreCheck:
    """Verify every data file of the newest version of every table, and every stored body, by its SHA-256.

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


def store_answer(workspace: Workspace, *, repair: bool = False) -> Answer:
    """Verify the store, and repair it if that is asked for; see `check_store` and `repair_store` for errors."""
    checked = check_store(workspace)
    moved: tuple[Path, ...] = ()
    if repair and (checked.damaged or checked.lost):
        moved = tuple(checked.damaged)
        _, checked = repair_store(workspace, checked)
    damage = tuple((str(path), error.message()) for path, error in checked.damaged.items())
    columns = (Column("path", None), Column("error", None))
    lines = _lines(checked, moved)
    note = joined(lines, "\n") if lines else None
    return Answer(
        "check.store",
        Text("Store and fetched bodies", "Almacén y descargas"),
        (
            Table("damaged", None, columns, damage, views=(View(None, (), rows=(), note=note),)),
            data_table(
                "lost", None, ("file", "source", "sha256"), ((s.file, s.source, s.sha256) for s in checked.lost)
            ),
        ),
        {
            "tables": checked.tables,
            "bodies": checked.bodies,
            "moved_aside": tuple(map(str, moved)),
            "missing": tuple(map(str, checked.missing)),
        },
        failed=bool(checked.damaged or checked.lost),
    )


def _lines(checked: StoreCheck, moved: Iterable[Path]) -> list[Text]:
    """Write for people what was moved aside, what is damaged, lost or missing, or that the store is sound."""
    lines = [Text(f"Moved aside: {path}", f"Apartado: {path}") for path in moved]
    lines += [error.message() for error in checked.damaged.values()]
    lines += [
        Text(
            f"Its rows are no longer held: {snapshot.file}. Build it again: ambos build --from its folder.",
            f"Ya no se tienen sus renglones: {snapshot.file}. Vuelva a construirlo: ambos build --from su carpeta.",
        )
        for snapshot in checked.lost
    ]
    lines += [
        Text(
            f"Fetched, but no longer there: {path}. ambos fetch brings what the source gives today.",
            f"Se descargó, pero ya no está: {path}. ambos fetch trae lo que la fuente da hoy.",
        )
        for path in checked.missing
    ]
    if not checked.damaged and not checked.lost:
        sound = Text(
            "The store is sound: {tables} tables and {bodies} fetched bodies verified.",
            "El almacén está íntegro: se verificaron {tables} tablas y {bodies} descargas.",
        )
        lines.append(sound.format(tables=both(checked.tables), bodies=both(checked.bodies)))
    return lines


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
