"""Command lines run for tests, each in a process of its own.

Python, the libraries and the packaged definitions load once; every command line then runs in a fork of that process.
So it is a real process, with its own exit code, standard output and standard error, that can be killed and limited, but
it starts at once. What only a fresh start of Python can show (what is imported, how output is flushed at the end) is
tested with `subprocess`.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import ambos.flows
from kept_definitions import keep_definitions

#: Seconds after which a command line counts as hung.
HUNG = 120
#: A user without rights, for tests that run as root.
NOBODY = 65534


@dataclass(frozen=True)
class Result:
    """What came of a command line: exit code (minus the signal if it was killed), outputs, seconds."""

    code: int
    out: str
    err: str
    seconds: float

    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


class Shell:
    """Runs ``ambos`` command lines in one language.

    Parameters
    ----------
    language : {"en", "es"}
    folder : Path
        Where the command lines run, and the default of ``--workspace``.
    jobs, results : file
        Connection to and from the process that runs them.
    """

    def __init__(self, language: str, folder: Path, jobs: TextIO, results: TextIO) -> None:
        self.language, self.folder, self._jobs, self._results = language, folder, jobs, results

    def __call__(self, *arguments: object, folder: Path | None = None, **how: Any) -> Result:
        """Run one command line.

        Parameters
        ----------
        *arguments
        folder : Path, optional
            The workspace.
        **how
            ``kill_after`` seconds (with another ``signal``); ``kill_at`` (number, "before" or "after") a commit to the store; ``file_limit`` bytes
            that a file may have; ``user`` id; ``environment``; ``bare``: without the embedded snapshot, with which a
            build compares what it reads for some seconds.
        """
        self.start(*arguments, folder=folder, **how)
        return self.finish()

    def start(self, *arguments: object, folder: Path | None = None, **how: Any) -> None:
        """Begin to run one, as `__call__` does; `finish` waits for it."""
        where = str(folder or self.folder / ".ambos")
        job = {"arguments": [str(a) for a in arguments], **how}
        job["environment"] = {"AMBOS_WORKSPACE": where, **how.get("environment", {})}
        self._jobs.write(json.dumps(job) + "\n")
        self._jobs.flush()

    def finish(self) -> Result:
        """What came of the one that was started."""
        answer = self._results.readline()
        assert answer, "the process that runs the command lines died"
        return Result(**json.loads(answer))


class CommandLines:
    """The process that runs command lines for all processes of a test run; it starts at once or when it is first asked.

    It ends with the process that made this, however that one ends.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="command-lines-")
        self.address = str(Path(self._folder.name) / "socket")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(self.address)
        self._listening.listen()
        self._end_in, self._end_out = os.pipe()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AMBOS_", "LC_", "LANG"))}
        theirs = (self._listening.fileno(), self._end_in)
        self._process = subprocess.Popen(
            [sys.executable, __file__, *map(str, theirs)],
            stdin=subprocess.DEVNULL,
            pass_fds=theirs,
            env={**environment, "COLUMNS": "200"},
        )

    def start_when_asked(self) -> None:
        """Start the process as soon as somebody connects."""

        def wait() -> None:
            if self._listening in select.select([self._listening, self._end_in], [], [])[0]:
                self.start()

        self._waiting = threading.Thread(target=wait, daemon=True)
        self._waiting.start()

    def close(self) -> None:
        """End the process."""
        os.close(self._end_out)
        if waiting := getattr(self, "_waiting", None):
            waiting.join()
        if self._process:
            self._process.wait(timeout=120)
        os.close(self._end_in)
        self._listening.close()
        self._folder.cleanup()


@contextmanager
def open_shells(address: str, folders: Mapping[str, Path]) -> Iterator[dict[str, Shell]]:
    """Connect a shell for each language, in its folder, to the process that runs command lines."""
    with ExitStack() as stack:
        shells = {}
        for language, folder in folders.items():
            connection = stack.enter_context(socket.socket(socket.AF_UNIX))
            connection.connect(address)
            jobs = stack.enter_context(connection.makefile("w", encoding="utf-8"))
            results = stack.enter_context(connection.makefile("r", encoding="utf-8"))
            jobs.write(json.dumps([language, str(folder)]) + "\n")
            shells[language] = Shell(language, folder, jobs, results)
        yield shells


# -- in the process that runs them ----------------------------------------------------------------------------------
def load_libraries() -> None:
    """Load the libraries, definitions and names of months that command lines use, so that a fork has them."""
    for module in pkgutil.walk_packages(ambos.flows.__path__, "ambos.flows."):
        import_module(module.name)
    # what is only loaded when it is used: a user without rights may not be able to read it
    for name in ("_strptime", "deltalake", "duckdb", "ibis.backends.duckdb", "rich.table", "rich.progress"):
        import_module(name)
    from ambos.catalog import DEFINITIONS
    from ambos.crossing.simulate import warm_up
    from ambos.flows.data.definitions import check_definitions
    from ambos.flows.workspace import open_workspace
    from ambos.numbers import day
    from ambos.text import LANGUAGES

    warm_up()
    keep_definitions()
    check_definitions(open_workspace(Path("none")), DEFINITIONS)
    for language in LANGUAGES:
        day(date.min, language)


def serve(connection: socket.socket) -> None:
    """Run what a shell asks for, in its language and folder, which it says first."""
    with connection.makefile("r", encoding="utf-8") as asked, connection.makefile("w", encoding="utf-8") as told:
        language, folder = json.loads(asked.readline())
        os.chdir(folder)
        os.environ["AMBOS_LANG"] = language
        import ambos.cli

        for verb in ambos.cli.VERBS:
            import_module(f"ambos.cli.{verb}")
        gc.freeze()  # so that forks do not copy what they only look at
        for line in asked:
            told.write(json.dumps(run(json.loads(line), ambos.cli.main)) + "\n")
            told.flush()


def main(number: int, end: int) -> None:
    """Load everything, then serve each shell that connects in a fork, until the pipe `end` is closed."""
    load_libraries()
    with socket.socket(fileno=number) as listening:
        while end not in select.select([listening, end], [], [])[0]:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                os.close(end)
                serve(connection)
                os._exit(0)
            connection.close()


def run(job: dict[str, Any], main: Any) -> dict[str, Any]:
    """Fork, run, wait."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        pid = os.fork()
        if pid == 0:
            child(job, main, out.fileno(), err.fileno())
        status = wait(pid, start, job.get("kill_after"), job.get("signal", signal.SIGKILL))
        seconds = time.monotonic() - start
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", errors="replace"))
    return {"code": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1], "seconds": seconds}


def wait(pid: int, start: float, kill_after: float | None, number: int) -> int:
    """The status with which a child ended, by itself or killed in time."""
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        if time.monotonic() - start > (HUNG if kill_after is None else kill_after):
            os.kill(pid, number if kill_after else signal.SIGKILL)
            return os.waitpid(pid, 0)[1]
        time.sleep(0.001)


def child(job: dict[str, Any], main: Any, out: int, err: int) -> None:
    """Be the command line. Never returns."""
    code = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what runs in its background ignore it
        os.environ.update(job["environment"])
        sys.argv = ["ambos", *job["arguments"]]
        if "kill_at" in job:
            kill_at(*job["kill_at"])
        if job.get("bare"):
            from ambos.flows.workspace import open_workspace

            open_workspace.__kwdefaults__["embedded"] = False
        if "file_limit" in job:
            resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"], job["file_limit"]))
        if "user" in job:
            os.setgroups([])
            os.setgid(job["user"])
            os.setuid(job["user"])
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        if sys.exc_info()[0]:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def kill_at(number: int, moment: str) -> None:
    """Arrange that this process is killed right before or right after a commit to the store, the first being 1."""
    from ambos.store.delta import DeltaLog

    real = DeltaLog.commit
    count = 0

    def commit(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **options)
        if count == number and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    DeltaLog.commit = commit  # type: ignore[method-assign]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
