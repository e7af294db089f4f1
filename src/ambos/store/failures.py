"""Foreign failures (file system, Delta Lake, DuckDB, Polars) said as `CannotWrite` and `CannotRead`."""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from ambos import errors
from ambos.errors import BaseDamaged, CannotRead, CannotWrite
from ambos.text import Text

BUSY = Text(
    "another process wrote to it at the same moment, again and again",
    "otro proceso escribió en él al mismo tiempo, una y otra vez",
)
OTHER_COLUMNS = Text(
    "its columns are not those of this version of Ambos",
    "sus columnas no son las de esta versión de Ambos",
)
CHANGED = Text(
    "its content is not what Ambos wrote: it was damaged or swapped",
    "su contenido no es el que Ambos escribió: se dañó o se cambió por otro",
)
OTHER_FILES = Text(
    "it lists other files than were committed: it is damaged",
    "enumera otros archivos que los guardados: está dañado",
)
FOREIGN = Text(
    "another program changed it: its newest version was not written by Ambos",
    "otro programa lo modificó: su versión más reciente no la escribió Ambos",
)
EMPTY_ENTRY = Text("a version of it was lost", "se perdió una de sus versiones")
BAD_NAME = Text(
    "the table format does not take the characters [ ] ^ | \\, or % before two digits, in the name of a folder",
    "el formato de las tablas no acepta los caracteres [ ] ^ | \\, ni % ante dos dígitos, en el nombre de una carpeta",
)


def unknown_entry(name: str) -> Text:
    """Say that the record of a file cannot be understood."""
    return Text(
        f"the record of {name} is damaged or of a newer version of Ambos",
        f"el registro de {name} está dañado o es de una versión más reciente de Ambos",
    )


def reason(error: BaseException) -> Text:
    """Get the cause of a failure, in both languages where it is known, else in the words of the library."""
    if isinstance(error, OSError) and error.errno is not None:
        return errors.reason(error)
    if match := re.search(r"\(os error (\d+)\)", str(error)):
        number = int(match[1])
        return errors.reason(OSError(number, os.strerror(number)))
    words = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    if "out of memory" in words.lower():
        return errors.reason(OSError(errno.ENOMEM, ""))
    return Text(f"it is damaged or not a table: “{words}”", f"está dañado o no es una tabla: «{words}»")


def library_errors() -> tuple[type[Exception], ...]:
    """List the exceptions of the file system, Delta Lake and Polars."""
    import polars.exceptions
    from deltalake.exceptions import DeltaError

    return (OSError, DeltaError, polars.exceptions.PolarsError)


def engine() -> tuple[type[Exception], ...]:
    """Get the exceptions of DuckDB; damaged files cause errors of every kind."""
    import duckdb

    return (OSError, duckdb.Error)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise any failure inside as `CannotWrite`."""
    try:
        yield
    except library_errors() as error:
        raise CannotWrite(path=path, detail=reason(error)) from error


@contextmanager
def reading(path: Path, kinds: Callable[[], tuple[type[Exception], ...]] = library_errors) -> Iterator[None]:
    """Raise any failure inside as `CannotRead`.

    Parameters
    ----------
    path : Path
        What was read.
    kinds : function
        Gives the exceptions meant; asked only when something fails, as it may have to load libraries.
    """
    try:
        yield
    except kinds() as error:
        raise CannotRead(path=path, detail=reason(error)) from error


@contextmanager
def reading_base() -> Iterator[None]:
    """Say `BaseDamaged` for a failure to read what comes with the program."""
    try:
        yield
    except CannotRead as error:
        raise BaseDamaged(**error.values) from error


#: Seconds left to threads of the Delta library, after a failed write, to say what nobody is to hear: on a busy machine
#: they come late.
LAST_WORDS = 0.3


@contextmanager
def hushed() -> Iterator[None]:
    """Nothing inside reaches standard error.

    When a write fails, threads of the Delta library print a panic of their own ("Already shut down") about when it
    raises the error that says why. The panic adds nothing to it and only alarms.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    except BaseException:
        time.sleep(LAST_WORDS)
        raise
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def check_name(folder: Path) -> None:
    """Refuse the names that the Delta library crashes on or mistakes for others (it treats paths as addresses)."""
    name = folder.as_posix()
    if set(name) & set("[]^|\\") or unquote(name) != name:
        raise CannotWrite(path=folder, detail=BAD_NAME)
