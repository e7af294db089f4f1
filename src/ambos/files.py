"""Files that are written whole or not at all. Floor 1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write a file: beside its place. It is moved there in one step when all is written; if that fails, what was
    there before stays.

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
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
