"""What Numba compiles, made by it only when it is called: the kernel comes as machine code (`ambos.crossing.kernel.machine`)
for most processors, and is compiled for others only. Numba itself is loaded no sooner.

What is compiled here is kept where there is a place to write. Numba looks whether the *file* of a function changed, not
whether those it calls did. The folder is therefore named by the text of every module of this package: what was compiled
from another text is never taken.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

from ambos.cache import user_folder
from ambos.later import Later

Function = TypeVar("Function", bound=Callable[..., Any])

#: Folders of machine code kept beside each other, of other versions of this package; of more, the least recently used go.
_MOST_FOLDERS = 8


def text_of_kernel() -> bytes:
    """Give the text of every module of this package but `machine`, which loads what is made of the others."""
    modules = sorted(path for path in Path(__file__).parent.glob("*.py") if path.stem != "machine")
    return b"".join(path.read_bytes() for path in modules)


def _folder() -> Path | None:
    """The first folder that can be written: in NUMBA_CACHE_DIR, in the user's own cache; else none.

    Nothing is written beside the package, which may belong to someone else, or to all users of a machine.
    """
    import numba

    name = f"numba-{hashlib.sha256(text_of_kernel() + numba.__version__.encode()).hexdigest()[:16]}"
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


class Stand:
    """Stand for something that Numba makes, until Python calls it or Numba compiles what names it.

    Parameters
    ----------
    make : callable
        Makes it.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def made(self) -> Any:
        """Give what Numba makes."""
        with _LOCK:
            if self._made is None:
                self._made = self._make()
            return self._made


class Compiled(Stand):
    """A function of the kernel, or another that is compiled like it."""

    def __init__(self, function: Callable[..., Any], make: Callable[[], Any]) -> None:
        super().__init__(make)
        self.function = function
        functools.update_wrapper(self, function)
        _FUNCTIONS.append(self)

    def __call__(self, *given: Any) -> Any:
        """Call the compiled function; compile it first, or load it from the disk."""
        return self.by_numba()(*given)

    def by_numba(self) -> Any:
        """Give Numba's function, to which all others that it may call are known."""
        with _LOCK:
            for one in _FUNCTIONS:
                names = one.function.__globals__
                for name, value in [*names.items()]:
                    if isinstance(value, Stand):
                        names[name] = value.made()
                    elif isinstance(value, Later) and name == "numba":
                        names[name] = import_module(name)
            return self.made()


_LOCK = RLock()
#: All that is compiled here.
_FUNCTIONS: list[Compiled] = []


@functools.cache
def _place() -> str | None:
    """The folder of what is compiled in this process, if there is one."""
    folder = _folder()
    return None if folder is None else str(folder)


def compiled(function: Function, *, inline: bool = False) -> Function:
    """Compile `function` at its first call, without the interpreter's lock, and keep the machine code on disk.

    Where nothing can be written it is compiled anew by each process; nothing else changes.
    """

    def make() -> Any:
        import numba

        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = _place() or before
        try:
            return numba.njit(cache=_place() is not None, nogil=True, error_model="numpy", forceinline=inline)(function)
        finally:
            numba.config.CACHE_DIR = before

    return Compiled(function, make)  # type: ignore[return-value]


def inlined(function: Function) -> Function:
    """The same for what every traveller goes through: copied to where it is called, which saves the call."""
    return compiled(function, inline=True)


@contextmanager
def compilation_reported(tell: Callable[[int, int], None]) -> Iterator[None]:
    """Report how many functions are compiled, of how many, after each of them; not those loaded from the disk."""
    from numba.core import event

    class Compilations(event.Listener):  # type: ignore[misc]
        """Counts the functions of this package that have been compiled."""

        def on_start(self, event: Any) -> None:
            """Ignore the start of a compilation."""

        def on_end(self, event: Any) -> None:
            """Count a compiled function and report the progress."""
            function = event.data["dispatcher"]
            if function in ours:
                done.add(id(function))
                tell(len(done), len(ours))

    ours, done = [one.made() for one in _FUNCTIONS], set[int]()
    with event.install_listener("numba:compile", Compilations()):
        yield
