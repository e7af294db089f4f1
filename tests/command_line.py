"""Command lines run for tests, each in a process of its own.

Python and the libraries start once for each language; every command line then runs in a fork of that process. So it
is a real process, with its own exit code, standard output and standard error, that can be killed and limited, but it
starts at once. What only a fresh start of Python can show (what is imported, how output is flushed at the end) is
tested with `subprocess`.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """

    def __init__(self, language: str, folder: Path) -> None:
        self.language, self.folder = language, folder
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AMBOS_", "LC_", "LANG"))}
        self._server = subprocess.Popen(
            [sys.executable, __file__, language],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
            env={**environment, "COLUMNS": "200"},
            text=True,
            encoding="utf-8",
        )

    def __call__(self, *arguments: object, folder: Path | None = None, **how: Any) -> Result:
        """Run one command line.

        Parameters
        ----------
        *arguments
        folder : Path, optional
            The workspace.
        **how
            ``kill_after`` seconds (with another ``signal``); ``kill_at`` (number, "before" or "after") a commit to the store; ``file_limit`` bytes
            that a file may have; ``user`` id; ``environment``.
        """
        self.start(*arguments, folder=folder, **how)
        return self.finish()

    def start(self, *arguments: object, folder: Path | None = None, **how: Any) -> None:
        """Begin to run one, as `__call__` does; `finish` waits for it."""
        assert self._server.stdin
        where = str(folder or self.folder / ".ambos")
        job = {"arguments": [str(a) for a in arguments], **how}
        job["environment"] = {"AMBOS_WORKSPACE": where, **how.get("environment", {})}
        self._server.stdin.write(json.dumps(job) + "\n")
        self._server.stdin.flush()

    def finish(self) -> Result:
        """What came of the one that was started."""
        assert self._server.stdout
        answer = self._server.stdout.readline()
        assert answer, "the process that runs the command lines died"
        return Result(**json.loads(answer))

    def close(self) -> None:
        """End the process that runs the command lines."""
        assert self._server.stdin and self._server.stdout
        self._server.stdin.close()
        self._server.wait(timeout=30)
        self._server.stdout.close()


# -- in the process that runs them ----------------------------------------------------------------------------------
def serve(language: str) -> None:
    """Load everything, then run what standard input asks for."""
    sys.argv = ["ambos", "--lang", language]
    from importlib import import_module

    import ambos.cli

    for verb in ambos.cli.VERBS:
        import_module(f"ambos.cli.{verb}")
    for name in (
        "data.build",
        "data.show",
        "data.check",
        "data.listing",
        "data.fetch",
        "twin.simulate",
        "twin.compare",
    ):
        import_module(f"ambos.flows.{name}")
    # what is only loaded when it is used: a user without rights may not be able to read it
    for name in ("_strptime", "deltalake", "duckdb", "ibis.backends.duckdb", "rich.table", "rich.progress"):
        import_module(name)
    from ambos.crossing.simulate import warm_up

    warm_up()
    gc.freeze()  # so that forks do not copy what they only look at
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), ambos.cli.main)), flush=True)  # noqa: T201 - the answer


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
        os.environ.update(job["environment"])
        sys.argv = ["ambos", *job["arguments"]]
        if "kill_at" in job:
            kill_at(*job["kill_at"])
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
    serve(sys.argv[1])
