"""`ambos fetch`: what sources give now, as bytes in the workspace.

Nothing is parsed here. Every answer and every failure becomes a line of ``snapshots/ledger.jsonl``; bytes
that are already held are noted and not stored twice; a source that fails does not stop the others. A process
killed at any moment leaves whole files and a ledger that can be read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from ambos.catalog.catalog import unknown
from ambos.errors import AmbosError, CannotWrite, FetcherFault, OnlyByHand, SourceError, reason
from ambos.files import locked, make_folder, sync_folder, whole
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Column, Named, Table
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.http import Attempt, Client
from ambos.text import Text

Result = Literal["stored", "unchanged", "nothing", "by_hand", "failed"]
#: Seconds after which a file that is half written counts as left over.
LEFT_OVER = 3600
#: Takes (source, sources done, sources in all).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one answer of a source, or of the source if it gave none."""

    source: str
    #: ``unchanged``: these bytes are held already. ``nothing``: the source has none. ``by_hand``: the source cannot be
    #: asked; `error` says where to get it.
    result: Result
    path: Path | None = None  #: Where the bytes are, for ``stored`` and ``unchanged``.
    size: int = 0  #: Bytes stored.
    error: AmbosError | None = None


def fetch(
    workspace: Workspace,
    sources: Sequence[str] = (),
    since: date | None = None,
    *,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Ask sources and store what they give.

    Parameters
    ----------
    workspace : Workspace
    sources : sequence of str
        Ids. Default: all that are known.
    since : date, optional
        The first day wanted, of sources with a history. Default: the first day of last year, because the
        official annual revisions reach that far.
    progress : callable, optional
        Takes (source, sources done, sources in all).

    Returns
    -------
    list of Outcome
        In the order of `sources`; several for a source that gives several files.

    Raises
    ------
    UnknownName
        If there is no such source. Nothing was asked then.
    CannotRead, CannotWrite
        If the ledger is damaged, or nothing can be stored.
    """
    wanted = list(dict.fromkeys(sources)) or list(CONNECTORS)
    for name in wanted:
        if name not in CONNECTORS:
            raise unknown(Text("source", "la fuente"), name, CONNECTORS)
    since = since or date(workspace.clock().year - 1, 1, 1)
    shelf = _Shelf(workspace.folder / "snapshots")
    outcomes: list[Outcome] = []
    asked = reached = False
    for done, source in enumerate(wanted):
        if progress:
            progress(source, done, len(wanted))
        with workspace.http() as client:
            if asked and not reached:  # most likely there is no network at all, and no use in waiting for it each time
                client.limits = replace(client.limits, attempts=1)
            outcomes += _ask(workspace, shelf, client, source, since)
            asked |= bool(client.attempts)
            reached |= any(attempt.status is not None for attempt in client.attempts)
    return outcomes


def note_failure(workspace: Workspace, source: str, why: Text) -> None:
    """Note in the ledger that what a source gave was refused, or that asking it did not end.

    Raises
    ------
    CannotRead, CannotWrite
        If the ledger is damaged, or cannot be written.
    """
    shelf = _Shelf(workspace.folder / "snapshots")
    shelf.note(source, "failed", workspace.clock(), (), error={"en": why.en, "es": why.es})


def fetch_answer(workspace: Workspace, outcomes: Sequence[Outcome]) -> Answer:
    """List what sources gave, by answer, and why one gave nothing."""
    message = workspace.catalog.message
    columns = (
        Column("source", message("column.source")),
        Column("result", message("column.result")),
        Column("bytes", Text.same("bytes"), kept=None, side="right"),
        Column("file", message("column.file"), kept=None, side="left"),
        *(Column(key, None) for key in ("path", "size", "error")),
    )
    rows = tuple(
        (
            *(o.source, Named(o.result, message(f"fetched.{o.result}")), o.size or "", o.path.name if o.path else ""),
            *(str(o.path) if o.path else None, o.size, o.error.message() if o.error else None),
        )
        for o in outcomes
    )
    return Answer(
        "fetch",
        Text("Answers of the sources", "Respuestas de las fuentes"),
        (Table("outcomes", None, columns, rows),),
        problems=tuple(Text.same(f"[{o.source}] ") + o.error.message() for o in outcomes if o.error),
        failed=any(o.result == "failed" for o in outcomes),
    )


def _ask(workspace: Workspace, shelf: _Shelf, client: Client, source: str, since: date) -> list[Outcome]:
    """Fetch from a source: every answer and, if there is one, the failure."""
    client.known = shelf.known(source)
    outcomes: list[Outcome] = []
    noted = 0
    try:
        for fetched in CONNECTORS[source].fetch(client, workspace.catalog, since):
            outcomes.append(shelf.put(source, fetched, client.attempts[noted:]))
            noted = len(client.attempts)
    except OnlyByHand as error:
        return [Outcome(source, "by_hand", error=error)]
    except Exception as error:
        if isinstance(error, AmbosError) and not isinstance(error, SourceError):
            raise  # nothing can be stored
        if not isinstance(error, SourceError):
            *_, place = traceback.extract_tb(error.__traceback__)
            detail = f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"  # its words may hold a key
            error = FetcherFault(source=source, detail=detail)
        said = {"en": error.say("en"), "es": error.say("es")}
        shelf.note(source, "failed", workspace.clock(), client.attempts[noted:], error=said)
        return [*outcomes, Outcome(source, "failed", error=error)]
    if not outcomes:
        shelf.note(source, "nothing", workspace.clock(), client.attempts[noted:])
        return [Outcome(source, "nothing")]
    return outcomes


class _Shelf:
    """The folder of stored bytes with its ledger.

    Parameters
    ----------
    folder : Path
        Made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.jsonl"
        lines = read_ledger(self.ledger)
        self._entries = [line for line in lines if {"source", "request", "headers", "file"} <= line.keys()]

    def known(self, source: str) -> dict[str, Mapping[str, str]]:
        """For each request whose bytes are held: the headers of its latest answer."""
        return {
            entry["request"]: entry["headers"]
            for entry in self._entries
            if entry["source"] == source and (self.folder / entry["file"]).is_file()
        }

    def put(self, source: str, fetched: Fetched, attempts: Sequence[Attempt]) -> Outcome:
        """Store an answer unless it is held already; note it either way."""
        digest = hashlib.sha256(fetched.content).hexdigest()
        held = self._held(source, fetched, digest)
        about: dict[str, object] = {"request": fetched.request, "headers": fetched.headers}
        if held:
            # "same_as" and not "sha256": these bytes were first known when the line that stored them says.
            about |= {"same_as": held["sha256"], "file": held["file"]}
            self.note(source, "unchanged", fetched.retrieved_at, attempts, **about)
            return Outcome(source, "unchanged", self.folder / held["file"])
        name = re.sub(r"[^A-Za-z0-9.+_-]+", "_", fetched.name)[-120:]
        file = f"{source}/{fetched.retrieved_at:%Y%m%dT%H%M%SZ}-{digest[:12]}-{name}"
        self._write(self.folder / file, fetched.content)
        about |= {"sha256": digest, "size": len(fetched.content), "file": file, "name": fetched.name}
        self.note(source, "stored", fetched.retrieved_at, attempts, **about)
        return Outcome(source, "stored", self.folder / file, len(fetched.content))

    def note(self, source: str, result: Result, at: datetime, attempts: Sequence[Attempt], **about: object) -> None:
        """Add one line to the ledger."""
        entry = {
            "source": source,
            "result": result,
            "retrieved_at": at.isoformat(),
            **about,
            "attempts": [
                {
                    "url": a.url,
                    "at": a.at.isoformat(),
                    "seconds": a.seconds,
                    "status": a.status,
                    "problem": a.problem,
                }
                for a in attempts
            ],
        }
        # A lone surrogate, which UTF-8 cannot express, stays the escape that it is in JSON.
        line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        try:
            new = not self.ledger.exists()
            make_folder(self.folder)
            with self.ledger.open("a+b") as handle, locked(handle):
                _mend(handle)
                handle.write(line)
                handle.flush()
                os.fsync(handle.fileno())
            if new:
                sync_folder(self.folder)
        except OSError as error:
            raise CannotWrite(path=self.ledger, detail=reason(error)) from error
        if "file" in entry:
            self._entries.append(json.loads(line))

    def _held(self, source: str, fetched: Fetched, digest: str) -> dict[str, Any] | None:
        """The line that stored the bytes of an answer, if they are still there."""
        if fetched.unchanged:
            same = [e for e in self._entries if e["request"] == fetched.request]
            digest = same[-1].get("sha256") or same[-1]["same_as"]
        stored = [e for e in self._entries if e["source"] == source and e.get("sha256") == digest]
        return next((e for e in reversed(stored) if (self.folder / e["file"]).is_file()), None)

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        try:
            make_folder(path.parent)
            _sweep(path.parent)
            with whole(path) as part:
                part.write_bytes(content)
        except OSError as error:
            raise CannotWrite(path=path, detail=reason(error)) from error


def _mend(ledger: BinaryIO) -> None:
    """Remove a last line whose writing was broken off."""
    size = ledger.seek(0, os.SEEK_END)
    if size and ledger.seek(size - 1) and ledger.read(1) != b"\n":
        ledger.seek(0)
        ledger.truncate(ledger.read().rfind(b"\n") + 1)


def _sweep(folder: Path) -> None:
    """Remove what processes that were killed left of files; an hour old, because another process may be writing one."""
    for path in folder.glob(".*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > LEFT_OVER:
                path.unlink()
