"""Files that are written whole or not at all. Floor 1."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a path beside a file to write its new content to; then sync it and rename it over the file in one step.

    If writing fails, the file stays as it was.

    Parameters
    ----------
    path : Path
        In a folder that exists. A link is followed; what is no file, as ``/dev/stdout``, is written to itself.

    Yields
    ------
    Path
    """
    if path.exists() and not path.is_file():
        yield path
        return
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield beside
        with beside.open("r+b") as handle:
            os.fsync(handle.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def open_given(path: Path) -> BinaryIO:
    """Open a file that the user named.

    Raises
    ------
    OSError
        Also if it is a pipe or a device, which may never end, or if no file can have such a name (NUL in it).
    """
    try:
        kind = path.stat().st_mode
    except ValueError as error:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from error
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    return path.open("rb")


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, so that they outlive a loss of power."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, as far as they are missing, and have their names on the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def locked(file: BinaryIO, *, wait: bool = True) -> Iterator[bool]:
    """Hold a file for this process alone, among those that ask. Where the system has no such lock nothing is held.

    Parameters
    ----------
    file : BinaryIO
    wait : bool
        Until it is free; else False is yielded, and nothing held, where another process holds it.
    """
    try:
        import fcntl
    except ImportError:
        yield True
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    yield True  # closing the file ends the lock


def state_of_tables(folder: Path) -> str:
    """Name the state of all Delta tables in a folder: another text after every write, found without reading a table."""
    newest = {
        log.parent.name: max((entry.name for entry in os.scandir(log) if entry.name[:1].isdigit()), default="")
        for log in sorted(folder.glob("*/_delta_log"))
    }
    return " ".join(f"{table}:{name}" for table, name in newest.items())
