"""Compiling to machine code once, and keeping the result where there is a place to write.

Numba looks whether the *file* of a function changed, not whether those it calls did. The folder is therefore named by
the text of every module of this package: what was compiled from another text is never taken.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import event

from ambos.cache import user_folder

Function = TypeVar("Function", bound=Callable[..., Any])


#: Folders of machine code kept beside each other, of other versions of this package; of more, the least recently used go.
_MOST_FOLDERS = 8


def _folder() -> Path | None:
    """The first folder that can be written: in NUMBA_CACHE_DIR, in the user's own cache; else none.

    Nothing is written beside the package, which may belong to someone else, or to all users of a machine.
    """
    text = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    name = f"numba-{hashlib.sha256(text + numba.__version__.encode()).hexdigest()[:16]}"
    given = os.environ.get("NUMBA_CACHE_DIR")
    for place in (*([Path(given).expanduser] if given else []), user_folder):
        try:
            folder = place() / name
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
        except (OSError, RuntimeError):  # RuntimeError: there is no home
            continue
        if os.access(folder, os.W_OK):
            _drop_old(folder)
            return folder
    return None


def _drop_old(folder: Path) -> None:
    """Delete the machine code of versions that were not used for longest; a process that uses it compiles it again."""
    with suppress(OSError):
        others = sorted(folder.parent.glob("numba-*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for old in others[_MOST_FOLDERS:]:
            shutil.rmtree(old, ignore_errors=True)


_FOLDER = _folder()
#: All that is compiled here.
_FUNCTIONS: list[Any] = []


def compiled(function: Function, *, inline: bool = False) -> Function:
    """Compile `function` at its first call, without the interpreter's lock, and keep the machine code on disk.

    Where nothing can be written it is compiled anew by each process; nothing else changes.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(_FOLDER or before)
    try:
        made = numba.njit(cache=_FOLDER is not None, nogil=True, error_model="numpy", forceinline=inline)(function)
    finally:
        numba.config.CACHE_DIR = before
    _FUNCTIONS.append(made)
    return made  # type: ignore[no-any-return]


def inlined(function: Function) -> Function:
    """The same for what every traveller goes through: copied to where it is called, which saves the call."""
    return compiled(function, inline=True)


@contextmanager
def compilation_reported(tell: Callable[[int, int], None]) -> Iterator[None]:
    """Report how many functions are compiled, of how many, after each of them; not those loaded from the disk."""
    with event.install_listener("numba:compile", _Compilations(tell)):
        yield


class _Compilations(event.Listener):  # type: ignore[misc]
    """Counts the functions of this package that have been compiled."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell, self._done = tell, set[int]()

    def on_start(self, event: Any) -> None:
        """Ignore the start of a compilation."""

    def on_end(self, event: Any) -> None:
        """Count a compiled function and report the progress."""
        function = event.data["dispatcher"]
        if function in _FUNCTIONS:
            self._done.add(id(function))
            self._tell(len(self._done), len(_FUNCTIONS))
