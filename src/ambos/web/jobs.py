"""Trials played one after another by a process of their own, with a limit of time and of how many may wait."""

from __future__ import annotations

import signal
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from ambos.errors import AmbosError, BadRequest
from ambos.flows.twin.trial import Question
from ambos.flows.workspace import Workspace
from ambos.text import Text

#: Seconds of a trial; of the first one of a process, which may have to compile the twin, so many more.
SECONDS, SECONDS_TO_START = 120.0, 240.0
#: Trials that may wait, in all and of one client; and ended ones of which the outcome is remembered.
MOST_WAITING, MOST_OF_CLIENT, REMEMBERED = 20, 3, 200

_TOO_LONG = Text(
    "This trial took too long and was stopped. Ask for fewer replications, or for one crossing.",
    "Esta prueba tardó demasiado y se detuvo. Pida menos réplicas o un solo cruce.",
)
_DIED = Text(
    "The process that played this trial ended. Ask again.",
    "El proceso que corría esta prueba terminó. Vuelva a pedirla.",
)


class TooManyTrials(BadRequest):
    """More trials wait than may."""

    text = Text("Too many trials are waiting now.", "Hay demasiadas pruebas en espera.")
    fix = Text("Try again in a minute.", "Inténtelo de nuevo en un minuto.")


@dataclass
class Job:
    """A trial that was asked for.

    Attributes
    ----------
    name : str
    asked : Question
    client : str
    done, total : int
        Steps; 0 of 0 while it waits.
    ended : bool
    error : AmbosError or None
        Why it was not played.
    """

    name: str
    asked: Question
    client: str
    done: int = 0
    total: int = 0
    ended: bool = False
    error: AmbosError | None = field(default=None)


class Jobs:
    """The trials of a site.

    Parameters
    ----------
    workspace : Workspace
    """

    def __init__(self, workspace: Workspace) -> None:
        self._place = (workspace.folder, workspace.catalog.snapshot_folder.parent)
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._worker: tuple[BaseProcess, Connection] | None = None

    def ask(self, name: str, asked: Question, client: str) -> None:
        """Have a trial played, unless it is being played already.

        Raises
        ------
        TooManyTrials
        """
        with self._lock:
            known = self._jobs.get(name)
            if known and not known.ended:
                return
            waiting = [job for job in self._jobs.values() if not job.ended]
            if len(waiting) >= MOST_WAITING or sum(j.client == client for j in waiting) >= MOST_OF_CLIENT:
                raise TooManyTrials
            self._jobs.pop(name, None)
            self._jobs[name] = job = Job(name, asked, client)
            while len(self._jobs) > REMEMBERED:
                self._jobs.popitem(last=False)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="trials", daemon=True)
                self._thread.start()
        self._waiting.put(job)

    def get(self, name: str) -> Job | None:
        """Give a trial that was asked for since the site was started."""
        return self._jobs.get(name)

    def ahead(self, name: str) -> int:
        """Count the trials that are played before one."""
        names = [job.name for job in list(self._jobs.values()) if not job.ended]
        return names.index(name) if name in names else 0

    def close(self) -> None:
        """End the process; what waits is not played."""
        self._waiting.put(None)
        if self._worker:
            self._worker[0].kill()

    def _run(self) -> None:
        while (job := self._waiting.get()) is not None:
            try:
                self._play(job)
            except AmbosError as error:
                job.error = error
            except (EOFError, OSError):
                self._stop()
                job.error = BadRequest(detail=_DIED)
            job.ended = True

    def _play(self, job: Job) -> None:
        limit = SECONDS
        if self._worker is None or not self._worker[0].is_alive():
            limit += SECONDS_TO_START
            self._worker = self._start()
        pipe = self._worker[1]
        pipe.send(job.asked)
        until = monotonic() + limit
        while pipe.poll(max(0.0, until - monotonic())):
            match pipe.recv():
                case ("step", int(done), int(total)):
                    job.done, job.total = done, total
                case ("done",):
                    return
                case AmbosError() as error:
                    raise error
        self._stop()
        raise BadRequest(detail=_TOO_LONG)

    def _start(self) -> tuple[BaseProcess, Connection]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(*self._place, theirs), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def _stop(self) -> None:
        if self._worker:
            self._worker[0].kill()
            self._worker[1].close()
            self._worker = None


def _work(folder: Path, region: Path, pipe: Connection) -> None:
    """Play questions as they come, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    from ambos.flows.twin.trial import play
    from ambos.flows.workspace import open_workspace

    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        try:
            play(open_workspace(folder, region), asked, lambda _, done, total: pipe.send(("step", done, total)))
            pipe.send(("done",))
        except AmbosError as error:
            pipe.send(error)
