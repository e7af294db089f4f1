"""Sources asked again while pages are served: one at a time, each in a process of its own with a time limit."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path

from ambos.errors import AmbosError
from ambos.flows.data.fetch import note_failure
from ambos.flows.data.refresh import Asked, exclusive, last_asked, next_due, refresh
from ambos.flows.workspace import Workspace, open_workspace
from ambos.text import Text
from ambos.web.log import LOG

#: Seconds in which a source is asked and what it gave is stored.
SECONDS = 1800.0

_DIED = Text(
    "Asking this source and storing what it gave did not end in time, or broke off.",
    "La consulta de esta fuente, o el guardado de lo que dio, no terminó a tiempo o se interrumpió.",
)


class Refresher:
    """Keeps a workspace fresh from `start` to `close`.

    Parameters
    ----------
    workspace : Workspace
    seconds : float
        Time limit for a source.
    """

    def __init__(self, workspace: Workspace, seconds: float = SECONDS) -> None:
        self._workspace = workspace
        self._seconds = seconds
        self._held = ExitStack()
        self._thread = threading.Thread(target=self._run, name="refresh", daemon=True)
        self._wake, self._ended = Pipe()

    def start(self) -> None:
        """Begin.

        Raises
        ------
        RefreshedElsewhere
            If another process refreshes this workspace.
        CannotWrite, CannotRead
        """
        self._held.enter_context(exclusive(self._workspace))
        self._asked: Asked = last_asked(self._workspace)
        self._thread.start()

    def close(self) -> None:
        """End, with the process that is at work; what it wrote is whole."""
        self._wake.close()
        self._thread.join(10)
        self._held.close()

    def _run(self) -> None:
        while True:
            source, due = next_due(self._workspace, self._asked)
            pause = (due - datetime.now(UTC)).total_seconds() if source in self._asked else 0.0
            if wait([self._ended], max(0.0, pause)):
                return
            if not self._ask(source):
                return

    def _ask(self, source: str) -> bool:
        """Refresh a source in a process; False if this was closed meanwhile."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        place = (self._workspace.folder, self._workspace.catalog.snapshot_folder.parent)
        process = context.Process(target=_work, args=(*place, source, theirs))
        process.start()
        theirs.close()
        ready = wait([ours, self._ended], self._seconds)
        if self._ended in ready:
            process.kill()
            return False
        problem: Text | None = _DIED
        try:
            if ours in ready:
                problem = ours.recv()
        except (EOFError, OSError):
            problem = _DIED
        if problem is _DIED:
            process.kill()
        process.join(10)
        ours.close()
        if problem is _DIED:
            try:
                note_failure(self._workspace, source, _DIED)
            except AmbosError as error:
                LOG.error("refresh", extra={"fields": {"source": source, "problem": error.say("en")}})
        self._asked[source] = (datetime.now(UTC), problem is not None)
        fields = {"source": source, "problem": problem.en if problem else None}
        LOG.log(logging.WARNING if problem else logging.INFO, "refresh", extra={"fields": fields})
        return True


def _work(folder: Path, region: Path, source: str, pipe: Connection) -> None:
    """Refresh a source and say why it failed, if it did; end when the server does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        problem = refresh(open_workspace(folder, region), source)
    except AmbosError as error:
        problem = error.message()
    pipe.send(problem)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
