"""Trials, lane plans and reports, made by a few processes of their own, with a limit of time and of how many may wait."""

from __future__ import annotations

import os
import signal
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from ambos.errors import AmbosError, BadRequest, TooManyTrials
from ambos.flows.brief.report_kept import ReportQuestion
from ambos.flows.twin.staff_trial import StaffQuestion
from ambos.flows.twin.trial import Question
from ambos.flows.workspace import Workspace
from ambos.text import Text

#: What is asked for.
Asked = Question | StaffQuestion | ReportQuestion
#: Seconds of a trial; of the first one of a process, which may have to compile the twin, so many more.
SECONDS, SECONDS_TO_START = 120.0, 240.0
#: Trials played at once, each on a core.
AT_ONCE = min(4, os.cpu_count() or 1)
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


@dataclass
class Job:
    """A trial that was asked for.

    Attributes
    ----------
    name : str
    asked : Question, StaffQuestion or ReportQuestion
    client : str
    done, total : int
        Steps; 0 of 0 while it waits.
    ended : bool
    error : AmbosError or None
        Why it was not played.
    """

    name: str
    asked: Asked
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
        self._players: list[_Player] = []

    def ask(self, name: str, asked: Asked, client: str) -> None:
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
            if len(self._players) < min(AT_ONCE, len(waiting) + 1):
                self._players.append(_Player(self._waiting, self._place))
                self._players[-1].start()
        self._waiting.put(job)

    def get(self, name: str) -> Job | None:
        """Give a trial that was asked for since the site was started."""
        return self._jobs.get(name)

    def ahead(self, name: str) -> int:
        """Count the trials that must end before one is played."""
        names = [job.name for job in list(self._jobs.values()) if not job.ended]
        return max(0, names.index(name) + 1 - AT_ONCE) if name in names else 0

    def close(self) -> None:
        """End the processes; what waits is not played."""
        with suppress(Empty):
            while True:
                self._waiting.get_nowait()
        for _ in self._players:
            self._waiting.put(None)
        for player in self._players:
            player.kill()


class _Player(threading.Thread):
    """Takes the trials that wait, one at a time, to a process of its own."""

    def __init__(self, waiting: SimpleQueue[Job | None], place: tuple[Path, Path]) -> None:
        super().__init__(name="trials", daemon=True)
        self._waiting = waiting
        self._place = place
        self._worker: tuple[BaseProcess, Connection] | None = None

    def run(self) -> None:
        """Play until there is None to play."""
        while (job := self._waiting.get()) is not None:
            try:
                self._play(job)
            except AmbosError as error:
                job.error = error
            except (EOFError, OSError):
                self._stop()
                job.error = BadRequest(detail=_DIED)
            job.ended = True

    def kill(self) -> None:
        """End the process, whatever it plays."""
        if self._worker:
            self._worker[0].kill()

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
    from ambos.flows.brief import report_kept
    from ambos.flows.twin import staff_trial, trial
    from ambos.flows.workspace import open_workspace

    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        try:
            makers = {StaffQuestion: staff_trial.play, ReportQuestion: report_kept.make}
            play: Any = makers.get(type(asked), trial.play)
            play(open_workspace(folder, region), asked, lambda _, done, total: pipe.send(("step", done, total)))
            pipe.send(("done",))
        except AmbosError as error:
            pipe.send(error)
