"""`ambos build`: new bytes into the store.

A file is known by the hash of its bytes and read once. Files of one source are read in the order in which their
figures were known, gathered by dataset and appended in one commit a dataset. What a file repeats or cannot say is
set aside in the quarantine with its reason. A file that cannot be read is refused alone and tried again at the next
build; so is a member of an archive. What was left out of an archive is recorded with it.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ambos.catalog import Catalog
from ambos.errors import (
    AmbosError,
    BodyChanged,
    CannotOpen,
    CannotRead,
    FutureDay,
    Held,
    PartRefused,
    SourceError,
    TooLarge,
    bad_request,
    reason,
)
from ambos.flows.data.arrivals import out_of_proportion
from ambos.flows.data.history import incomplete_files, shrunk
from ambos.flows.data.hold import HeldDifference, held_files, refuse
from ambos.flows.data.ledger import read_ledger
from ambos.flows.data.overlap import conflicting_values, day_assumed, joined, restated
from ambos.flows.data.reading import FileReading, SourceFile, file_bytes, read_file
from ambos.flows.data.reading_process import ReadingProcesses
from ambos.flows.workspace import Workspace
from ambos.model import Finding, LeftOut, Snapshot
from ambos.quality import Check, load_checks
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.answers import is_html
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.members import archive_in_words, members
from ambos.sources.shared.reasons import REASONS
from ambos.text import Text

#: How the names of archives end.
ARCHIVES = (".tar.xz", ".tar.gz", ".tar", ".zip")
#: An archive from so many bytes on is read in a process of its own; to start one takes half a second.
LARGE = 1024 * 1024
#: Fewest digits of a hash that name a file.
HASH_START = 8
#: Characters shown of a row that was set aside.
ROW_SHOWN = 200
#: Takes (name of the file, files done, files in all).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Result of a build for one source."""

    source: str
    files: int = 0  #: New files read, wholly or in part.
    unchanged: int = 0  #: Files whose bytes were already in the store.
    #: Rows ``read``, ``new``, ``revised``, ``unchanged``, ``refused``.
    counts: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()  #: Members of archives, and other parts of files, that were not read.
    notes: tuple[Text, ...] = ()  #: Assumptions about a file that change figures.
    #: One for each file and each member of an archive that was refused; or why the source could not be stored.
    errors: tuple[AmbosError, ...] = ()
    #: New figures that were taken although they are out of proportion with what was held.
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Build:
    """The report of a build: one entry per source, and the files no source knew (``refused`` where they are damaged)."""

    loaded: tuple[Loaded, ...]
    unrecognised: tuple[LeftOut, ...]

    @property
    def held(self) -> list[Held]:
        """The files that wait for a yes."""
        return [error for entry in self.loaded for error in entry.errors if isinstance(error, Held)]

    @property
    def failed(self) -> bool:
        """Return True if any file, or any unrecognised one, was refused."""
        return any(e.errors for e in self.loaded) or any(o.kind == "refused" for o in self.unrecognised)

    @property
    def appended(self) -> bool:
        """Return True if the store holds figures that it did not hold before."""
        return any(e.counts.get("new") or e.counts.get("revised") for e in self.loaded)


class _Begun(NamedTuple):
    """A file that is being read. `stopped` is done, with the exception, once the user interrupts any reading: Polars
    gives the interruption to the thread whose query it ends, not to the one that waits."""

    entry: SourceFile
    reading: Future[FileReading]
    stopped: Future[None]

    def result(self) -> FileReading:
        """Wait for the rows of the file, or raise the interruption."""
        either: tuple[Future[Any], ...] = (self.reading, self.stopped)
        wait(either, return_when=FIRST_COMPLETED)
        if self.stopped.done():
            self.stopped.result()
        return self.reading.result()


def build(
    workspace: Workspace,
    folder: Path | Sequence[Path] | None = None,
    *,
    as_of: date | None = None,
    again: bool = False,
    accept: Collection[str] = (),
    progress: Progress | None = None,
) -> Build:
    """Read what is new and append what changed.

    Parameters
    ----------
    workspace : Workspace
    folder : Path or sequence of Path, optional
        A folder of files collected by hand (searched through its subfolders), or one file; or several of these. Default:
        what `fetch` brought into the workspace.
    as_of : date, optional
        The day on which the files' figures were known, for files of which nothing is known. Default: today.
    again : bool
        Read files again whose bytes were read before; wanted after a reader was mended.
    accept : collection of str
        Names of files, or starts of their hashes (8 digits or more), taken although they change many known figures.
    progress : callable, optional
        Takes (name of the file, files done, files in all) as reading goes on.

    Raises
    ------
    CannotOpen
        If the folder is not there.
    FutureDay
        If `as_of` is after today.
    BadRequest
        If no file is meant by one of `accept`.
    """
    today = workspace.clock().date()
    if as_of and as_of > today:
        raise FutureDay(day=as_of)
    # A file recorded with a day that is yet to come, as older versions took it, is read again.
    recorded = {s.sha256: s for s in workspace.store.snapshots(base=False) if s.as_of <= today}
    before, check = workspace.store.snapshots(), load_checks()["arrival"]
    # Files read but for a part are read again, as the part may be readable now; so are files whose rows the tables have
    # lost, as when a damaged table was moved away.
    lost = lost_snapshots(workspace, list(recorded.values()))
    whole = {
        digest
        for digest, s in recorded.items()
        if not any(o.kind == "refused" for o in s.left_out) and s.id not in lost
    }
    known = set() if again else whole
    by_source, changed, unrecognised = _files_by_source(
        workspace, folder, as_of, {d: s.as_of for d, s in recorded.items()}
    )
    accepted = _accepted(by_source, accept)
    fresh = {source: [e for e in entries if e.sha256 not in known] for source, entries in by_source.items()}
    steps = sum(len(entries) for entries in fresh.values())
    done = itertools.count()

    def step(name: str) -> None:
        if progress:
            progress(name, next(done), steps)

    loaded = []
    pool = ThreadPoolExecutor(os.cpu_count())
    processes = ReadingProcesses()
    try:
        begun = _begin(pool, processes, workspace.catalog, fresh)
        for source in list(begun):
            unchanged = len({e.sha256 for e in by_source[source]} & known)
            try:  # once loaded, what a source gave is let go
                loaded.append(
                    replace(
                        _load(workspace, source, begun.pop(source), before, check, step, accepted), unchanged=unchanged
                    )
                )
            except AmbosError as error:
                loaded.append(Loaded(source, 0, unchanged, errors=(error,)))
            loaded[-1] = replace(loaded[-1], errors=(*changed.get(source, ()), *loaded[-1].errors))
    finally:
        # Nothing is left to be read, unless a source failed or the user interrupts: then what has not begun does not
        # begin, and what has is not waited for.
        processes.stop()
        pool.shutdown(wait=False, cancel_futures=True)
    if any(entry.counts for entry in loaded):
        workspace.store.tidy()
    loaded.sort(key=lambda entry: list(by_source).index(entry.source))
    return Build(tuple(loaded), tuple(unrecognised))


def _accepted(by_source: Mapping[str, Sequence[SourceFile]], accept: Collection[str]) -> set[str]:
    """The hashes of the files that names or starts of hashes mean."""
    entries = {e.sha256: e.name for entries in by_source.values() for e in entries}
    accepted: set[str] = set()
    for one in accept:
        meant = {digest for digest, name in entries.items() if one == name}
        meant = meant or {digest for digest, name in entries.items() if one == Path(name).name}
        if len(one) >= HASH_START:
            meant |= {digest for digest in entries if digest.startswith(one.lower())}
        if len(meant) > 1:
            names = ", ".join(sorted(f"{entries[digest]} ({digest[:12]})" for digest in meant))
            raise bad_request(
                f"--accept {one}: several files are meant: {names}. Give the start of one's hash.",
                f"--accept {one}: se refiere a varios archivos: {names}. Indique el inicio del hash de uno.",
            )
        if not meant:
            raise bad_request(
                f"--accept {one}: no file of this build has that name or start of its hash.",
                f"--accept {one}: ningún archivo de esta lectura tiene ese nombre ni ese inicio de su hash.",
            )
        accepted |= meant
    return accepted


def lost_snapshots(workspace: Workspace, snapshots: Collection[Snapshot]) -> set[str]:
    """The ids of the snapshots whose rows a table no longer holds: it is older than they are, damaged or gone."""
    now: dict[str, int] = {}
    for name in {name for s in snapshots for name in s.tables} & set(workspace.catalog.datasets):
        version = None
        with suppress(CannotRead):  # reading its files again names the damage, and stops its source only
            version = workspace.store.version(name)
        now[name] = -1 if version is None else version
    return {s.id for s in snapshots if any(now.get(name, version) < version for name, version in s.tables.items())}


def _files_by_source(
    workspace: Workspace, folder: Path | Sequence[Path] | None, as_of: date | None, recorded: Mapping[str, date]
) -> tuple[dict[str, list[SourceFile]], dict[str, list[AmbosError]], list[LeftOut]]:
    """Sort the files at hand by the source that recognises them, oldest knowledge first; name the changed bodies.

    The day on which a file's figures were known: as the definitions give it (`known_files`), else when `fetch` got it,
    else as the user gives it, else as recorded when the same bytes were read before; else unknown, and today is assumed.
    """
    by_source: dict[str, list[SourceFile]] = {source: [] for source in CONNECTORS}
    changed: dict[str, list[AmbosError]] = {}
    unrecognised = []
    # What `fetch` noted of the bytes it stored, by their hash and by the name of their file.
    lines = [] if folder else read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")
    stored = [line for line in lines if line["result"] == "stored"]
    ledger = {line["sha256"]: line for line in stored}
    bodies = {line["file"]: line for line in stored}

    def look(file: tuple[Path, str]) -> tuple[str, int, str | LeftOut]:
        try:
            raw = file_bytes(file[0])
        except TooLarge as error:
            return "", 0, LeftOut(file[1], "refused", error.cause())
        digest = hashlib.sha256(raw).hexdigest()
        line = bodies.get(file[1]) or ledger.get(digest)
        return digest, len(raw), line["source"] if line else _recognise(File(file[1], raw), workspace.catalog)

    folders = [folder] if isinstance(folder, Path) else folder or [workspace.folder / "snapshots"]
    files = [file for one in folders for file in _files(one, must_exist=folder is not None)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        looked = list(pool.map(look, files))
    for (path, name), (digest, size, source) in zip(files, looked, strict=True):
        if name in bodies and bodies[name]["sha256"] != digest:
            changed.setdefault(bodies[name]["source"], []).append(BodyChanged(file=path))
            continue
        entry = ledger.get(digest, {})
        retrieved_at = datetime.fromisoformat(entry["retrieved_at"]) if "retrieved_at" in entry else None
        if isinstance(source, LeftOut):
            unrecognised.append(source)
            continue
        note = workspace.catalog.known_files.get(digest, {})
        known_on = date.fromisoformat(note["as_of"]) if "as_of" in note else None
        known_on = known_on or (retrieved_at.date() if retrieved_at else as_of) or recorded.get(digest)
        by_source[source].append(
            SourceFile(
                path=path,
                name=name,
                sha256=digest,
                size=size,
                as_of=known_on or workspace.clock().date(),
                dated=known_on is not None,
                retrieved_at=retrieved_at,
                request=entry.get("request") or note.get("origin", ""),
            )
        )
    for source, entries in by_source.items():
        entries.sort(key=lambda e: (e.as_of, e.name))
        once = {e.sha256: e for e in reversed(entries)}  # the same bytes under two names are one file, the first
        by_source[source] = [e for e in entries if once[e.sha256] is e]
    at_hand = {source: entries for source, entries in by_source.items() if entries or source in changed}
    return at_hand, changed, unrecognised


def _files(folder: Path, *, must_exist: bool) -> Iterator[tuple[Path, str]]:
    """Every file below a folder with its name relative to it, in the order of names."""
    try:
        kind = folder.stat().st_mode
    except FileNotFoundError as error:
        if must_exist:
            raise CannotOpen(
                path=folder,
                detail=Text("there is no such folder or file", "no existe esa carpeta ni ese archivo"),
            ) from error
        return
    except OSError as error:
        raise CannotOpen(path=folder, detail=reason(error)) from error
    if not stat.S_ISDIR(kind):
        yield folder, folder.name
    else:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith((".", "ledger.")):
                yield path, path.relative_to(folder).as_posix()


def _recognise(file: File, catalog: Catalog) -> str | LeftOut:
    """The source that a file belongs to: by its content, else by its name; or what it is if it is of none.

    The name is used last and only so that a damaged file is refused with an error that names the damage, instead of
    being passed over as unrecognised.
    """
    damage = None
    names: list[str] = []
    try:
        for member in members(file):
            if isinstance(member, LeftOut):
                damage = damage or member.reason
                continue
            names.append(member.name.removeprefix(f"{file.name}/"))
            head = member.head()
            for source, connector in CONNECTORS.items():
                if connector.recognise(member.name, head):
                    return source
            member.content()  # raises if it is compressed and cut
    except SourceError as error:
        damage = error.cause()
    name = file.name.rsplit("/", 1)[-1].lower()
    for known in catalog.sources.values():
        if known.id in CONNECTORS and any(fnmatch(name, pattern) for pattern in known.file_names):
            return known.id
    if damage:
        return LeftOut(file.name, "refused", damage)
    if not file.raw:
        return LeftOut(file.name, "passed", Text("empty", "vacío"))
    if is_html(file.raw):
        return LeftOut(file.name, "passed", Text("a web page", "página web"))
    unknown = archive_in_words(file, names) or Text("in no known shape", "sin forma conocida")
    return LeftOut(file.name, "passed", unknown)


def _is_large_archive(entry: SourceFile) -> bool:
    return entry.name.endswith(ARCHIVES) and entry.size >= LARGE


def _begin(
    pool: ThreadPoolExecutor, processes: ReadingProcesses, catalog: Catalog, fresh: Mapping[str, Sequence[SourceFile]]
) -> dict[str, list[_Begun]]:
    """Set the threads to read: first the archives, which hold many files and take longest, the large ones in processes
    of their own; then the sources with the fewest bytes, which are appended while the others are read; of each the
    largest files first."""
    lightest = sorted(fresh, key=lambda source: sum(entry.size for entry in fresh[source]))
    work = [(e, source) for source in lightest for e in sorted(fresh[source], key=lambda e: -e.size)]
    work.sort(key=lambda w: not w[0].name.endswith(ARCHIVES))
    stopped: Future[None] = Future()

    def end(parts: Future[FileReading]) -> None:
        error = None if parts.cancelled() else parts.exception()
        if error and not isinstance(error, Exception):
            with suppress(InvalidStateError):  # another one said so first
                stopped.set_exception(error)

    begun = {
        entry.sha256: pool.submit(
            processes.read_file if _is_large_archive(entry) else read_file, catalog, source, entry
        )
        for entry, source in work
    }
    for parts in begun.values():
        parts.add_done_callback(end)
    return {source: [_Begun(e, begun[e.sha256], stopped) for e in fresh[source]] for source in lightest}


def _load(
    workspace: Workspace,
    source: str,
    readings: Sequence[_Begun],
    recorded: Sequence[Snapshot],
    check: Check,
    step: Callable[[str], None],
    accepted: Collection[str],
) -> Loaded:
    """Append one source's new files once they are read, but for those that are refused: a commit a dataset.

    `recorded` are the snapshots before the build, `check` has the thresholds of arrivals.
    """
    if not readings:
        return Loaded(source)
    frames: dict[str, list[pl.DataFrame]] = {}
    by_hand: dict[str, list[pl.DataFrame]] = {}
    refused: list[pl.DataFrame] = []
    snapshots: list[Snapshot] = []
    fed: dict[str, set[str]] = {}
    left_out_all: list[LeftOut] = []
    notes: list[Text] = []
    errors: list[AmbosError] = []
    taken: list[tuple[SourceFile, list[Rows], list[LeftOut]]] = []
    # What was taken before is taken again, as when a table is built anew.
    accepted_ids = {s.id for s in recorded}
    accepted_ids |= {r.entry.id for r in readings if r.entry.sha256 in accepted}
    for reading in readings:
        entry = reading.entry
        step(entry.name)
        try:
            parts, left_out = reading.result()
            left_out = [*left_out, *restated(parts, workspace.catalog.datasets)]
            left_out_all += left_out
            if said := day_assumed(workspace, entry, parts):
                notes.append(said)
            of_name = (s for s in recorded if (s.source, s.file, s.request) == (source, entry.name, entry.request))
            before = [s for s in of_name if s.as_of <= entry.as_of and s.id != entry.id]
            if said := shrunk(workspace, entry.name, entry.as_of, parts, before[-1] if before else None):
                notes.append(said)
        except AmbosError as error:
            errors.append(error)
            continue
        errors += [PartRefused(file=o.name, detail=o.reason) for o in left_out if o.kind == "refused"]
        taken.append((entry, parts, left_out))
    held: dict[str, HeldDifference] = {}
    for name in dict.fromkeys(part.dataset for _, parts, _ in taken for part in parts if not part.own_days):
        given = {e.id: [p.frame for p in parts if p.dataset == name] for e, parts, _ in taken if e.id not in held}
        dataset = workspace.catalog.datasets[name]
        held |= incomplete_files(workspace, dataset, given, accepted_ids, check)
        whole = {one: rows for one, rows in given.items() if one not in held}
        held |= held_files(workspace, dataset, whole, accepted_ids, check)
    errors += [refuse(entry.name, entry.sha256, held[entry.id]) for entry, _, _ in taken if entry.id in held]
    for entry, parts, left_out in taken:
        if entry.id in held:
            continue
        read = bad = 0
        fed[entry.id] = {part.dataset for part in parts}
        for part in parts:
            frames.setdefault(part.dataset, []).append(part.frame)
            if not part.own_days and entry.retrieved_at is None:  # the later of two fetched files is the newer
                by_hand.setdefault(part.dataset, []).append(part.frame)
            refused.append(part.rejected)
            read += part.given
            bad += part.rejected.height
        snapshots.append(
            Snapshot(
                id=entry.id,
                source=source,
                file=entry.name,
                sha256=entry.sha256,
                size=entry.size,
                as_of=entry.as_of,
                retrieved_at=entry.retrieved_at,
                request=entry.request,
                counts={"read": read, "refused": bad},
                left_out=tuple(left_out),
            )
        )
    totals = {"read": 0, "new": 0, "revised": 0, "unchanged": 0, "refused": 0}
    files = {s.id: s.file for s in snapshots}
    findings: list[Finding] = []
    tables: dict[str, int] = {}
    for name in list(frames):
        dataset = workspace.catalog.datasets[name]
        if said := conflicting_values(by_hand.pop(name, []), dataset, files):
            notes.append(said)
        rows = joined(frames.pop(name), dataset)
        findings += out_of_proportion(workspace, name, rows, check)
        appended = workspace.store.append(name, rows)
        if appended.version is not None:
            tables[name] = appended.version
        totals["new"] += appended.new
        totals["revised"] += appended.revised
        totals["unchanged"] += appended.unchanged
    rejects = pl.concat(refused) if refused else pl.DataFrame()
    if rejects.height:
        workspace.store.quarantine(rejects)
        notes += _set_aside(rejects)
    workspace.store.record([replace(s, tables={d: tables[d] for d in fed[s.id] if d in tables}) for s in snapshots])
    totals["read"] = sum(s.counts["read"] for s in snapshots)
    totals["refused"] = rejects.height
    return Loaded(
        source,
        len(snapshots),
        counts=totals if snapshots else {},
        left_out=tuple(left_out_all),
        notes=tuple(notes),
        errors=tuple(errors),
        findings=tuple(findings),
    )


def _set_aside(rejects: pl.DataFrame) -> list[Text]:
    """Count the rows set aside by kind of reason, and show the first of each."""
    notes = []
    for kind, label in REASONS.items():
        rows = rejects.filter(pl.col("reason") == kind)
        if rows.is_empty():
            continue
        count, first = f"{rows.height:,}", rows.row(0, named=True)
        # For duplicates and conflicts the reason does not name the row.
        row = f" {first['row'][:ROW_SHOWN]}" if kind in ("duplicate", "conflict") else ""
        notes.append(
            Text(
                f"Rows set aside ({label.en}): {count}. The first: {first['reason_en']}{row}",
                f"Renglones apartados ({label.es}): {count}. El primero: {first['reason_es']}{row}",
            )
        )
    return notes
