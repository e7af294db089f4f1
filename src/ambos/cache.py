"""Results kept in the user's cache folder, named by what they were made of. Floor 1.

A result is taken only if it was made of the same input by the same version of the program, and its bytes are those that
were written; else it is made anew. Only dataclasses of this program and plain values are read: a file that someone else put
there makes nothing run.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import io
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from ambos.files import whole

Made = TypeVar("Made")

#: Results kept of one name, if its maker does not say how many; of more, the oldest go.
MOST = 8
#: Errors of reading bytes that another version wrote.
_UNREADABLE = (
    pickle.UnpicklingError,
    AttributeError,
    ImportError,
    TypeError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
)
#: Classes read besides the program's own dataclasses.
_PLAIN = {("datetime", "date"), ("datetime", "datetime"), ("decimal", "Decimal"), ("builtins", "range")}


def user_folder() -> Path:
    """Give the folder in which the user's programs keep what they can make again; it need not exist.

    Raises
    ------
    RuntimeError
        If the user has no home.
    """
    own = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or "~/.cache"
    return Path(own).expanduser() / "ambos"


def kept(name: str, content: Callable[[], str], make: Callable[[], Made], most: int = MOST) -> Made:
    """Give a result that is kept on the disk; where nothing can be kept it is made anew.

    Parameters
    ----------
    name : str
        The kind of result; begins the name of its file.
    content : callable
        Names the input: another text for other input. The version of the program is added. Asked again when the result is
        made; of an input that changed meanwhile nothing is kept.
    make : callable
        Makes the result: dataclasses of this program, lists, mappings, texts, numbers and days. What it raises is raised.
    most : int
        Results kept of the name; of more, the oldest go.
    """
    made_of = content()
    key = hashlib.sha256(f"{_program()}\n{made_of}".encode()).hexdigest()
    try:
        path = user_folder() / f"{name}-{key[:32]}"
    except RuntimeError:
        return make()
    with suppress(OSError, *_UNREADABLE):
        digest, body = (data := path.read_bytes())[:32], data[32:]
        if hashlib.sha256(body).digest() == digest:
            made: Made = unpacked(body)
            return made
    made = make()
    if content() != made_of:
        return made
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        body = packed(made)
        with whole(path) as beside:
            beside.write_bytes(hashlib.sha256(body).digest() + body)
        _drop_old(path, name, most)
    return made


def packed(made: object) -> bytes:
    """Write a result as bytes: dataclasses of this program, lists, mappings, texts, numbers and days."""
    _Writer(written := io.BytesIO(), protocol=5).dump(made)
    return written.getvalue()


def unpacked(data: bytes) -> Any:
    """Read what `packed` wrote."""
    return _Reader(io.BytesIO(data)).load()


class _Writer(pickle.Pickler):
    """Writes a dataclass with slots as its class and values, which are read three times as fast as by its own method."""

    def reducer_override(self, made: object, /) -> Any:
        """Give the class and the values of a dataclass with slots."""
        kind = type(made)
        if not dataclasses.is_dataclass(kind) or "__slots__" not in vars(kind):
            return NotImplemented
        return _filled, (kind, *(getattr(made, one.name) for one in dataclasses.fields(kind)))


@cache
def _setters(kind: type) -> tuple[Callable[[object, object], None], ...]:
    """What sets each field of a dataclass with slots, frozen or not."""
    return tuple(getattr(kind, one.name).__set__ for one in dataclasses.fields(kind))


def _filled(kind: type, *values: object) -> object:
    """Make a dataclass with slots of its values, as they were once checked."""
    made: object = object.__new__(kind)
    for put, value in zip(_setters(kind), values, strict=True):
        put(made, value)
    return made


class _Reader(pickle.Unpickler):
    """Reads dataclasses of this program and plain values; refuses any other class or function."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Give a class that may be read."""
        if (module_name, global_name) == (__name__, _filled.__name__):
            return _filled
        own = module_name.startswith("ambos.")
        if own or (module_name, global_name) in _PLAIN:
            found = getattr(importlib.import_module(module_name), global_name)
            if not own or (isinstance(found, type) and dataclasses.is_dataclass(found)):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name}")


@cache
def _program() -> str:
    """Name the version of the program: of Python and of every module, by size and time of change as Python's own cache."""

    def files(folder: str) -> Iterator[str]:
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            if entry.is_dir():
                yield from files(entry.path)
            elif entry.name.endswith(".py"):
                state = entry.stat()
                yield f"{entry.path} {state.st_size} {state.st_mtime_ns}"

    return "\n".join((sys.version, *files(str(Path(__file__).parent))))


def _drop_old(path: Path, name: str, most: int) -> None:
    """Delete the oldest results of a name, so that at most so many stay."""
    with os.scandir(path.parent) as folder:
        others = [entry for entry in folder if entry.name.startswith(f"{name}-")]
    if len(others) > most:
        for old in sorted(others, key=lambda entry: entry.stat().st_mtime_ns)[: len(others) - most]:
            Path(old.path).unlink(missing_ok=True)
