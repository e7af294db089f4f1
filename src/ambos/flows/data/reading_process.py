"""Read a large archive in a child process.

An archive of thousands of snapshots is cut up by Python, which runs one thread at a time; read beside the other files
in one process, each would wait for the other half the time.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import IO

from ambos.catalog import Catalog
from ambos.errors import AmbosError, ReadingStopped
from ambos.flows.data.reading import FileReading, SourceFile, read_file


class ReadingProcesses:
    """Child processes that read files for a build; `stop` ends them."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        self._stopped = False

    def read_file(self, catalog: Catalog, source: str, entry: SourceFile) -> FileReading:
        """Read a file by `reading.read_file` in another process.

        Raises
        ------
        AmbosError
            As `reading.read_file`.
        ReadingStopped
            If the process was ended from outside, as the system does when memory runs out.
        """
        try:
            errors, process = self._start()
        except OSError:  # the system has no room for another process, or for what it might say: then in this one
            return read_file(catalog, source, entry)
        answer: FileReading | AmbosError | None = None
        with errors, process:
            assert process.stdin and process.stdout
            # A process that ends before it has answered breaks the pipe; its exit status says why.
            with suppress(BrokenPipeError, EOFError, pickle.UnpicklingError):
                pickle.dump((catalog, source, entry), process.stdin, pickle.HIGHEST_PROTOCOL)
                process.stdin.flush()
                answer = pickle.load(process.stdout)
            status = process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
        if isinstance(answer, AmbosError):
            raise answer
        if answer is not None:
            return answer
        if status == -signal.SIGINT:
            raise KeyboardInterrupt
        if status >= 0:
            raise RuntimeError(said)  # a fault of ours, as it would be in this process
        raise ReadingStopped(file=entry.name, signal=-status)

    def _start(self) -> tuple[IO[bytes], subprocess.Popen[bytes]]:
        """A new process, and the file of what it says of itself."""
        where = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the caller)
        command = [sys.executable, "-P", "-m", __name__]  # no modules from the folder that the user happens to be in
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=where)
        self._running.append(process)
        if self._stopped:
            process.kill()
        return errors, process

    def stop(self) -> None:
        """End what still reads; nothing of it is kept."""
        self._stopped = True
        for process in self._running:
            process.kill()


def main() -> None:
    """Read the file that standard input names, and answer on standard output with what it gave or with the error."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who asked is interrupted too, and says so
    gc.disable()
    catalog, source, entry = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_who_asked, daemon=True).start()
    answer: FileReading | AmbosError
    try:
        answer = read_file(catalog, source, entry)
    except AmbosError as error:
        answer = error
    pickle.dump(answer, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


def _end_with_who_asked() -> None:
    """Nothing more is asked: standard input ends when the process that asked does, however it ends."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
