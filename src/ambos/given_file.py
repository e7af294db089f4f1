"""Read and write files that a user names, or say in both languages what keeps them from it. Floor 1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ambos.errors import CannotWrite, reason
from ambos.files import open_given, whole
from ambos.numbers import size
from ambos.text import Text

#: Maximum bytes of such a file: hourly readings of a hundred stations in a year have a third of it.
LIMIT = 256 * 1024**2


def content(path: Path, error: Callable[..., Exception], *, table: bool = True) -> str:
    """The text of a file.

    Parameters
    ----------
    path : Path
    error : type
        What is raised: one of the errors of files, made of file, count and problems.
    table : bool
        Whether it is to have columns parted by commas.

    Raises
    ------
    Exception
        If there is no such file, it cannot be read, is larger than `LIMIT`, is not UTF-8, is empty, or its columns are parted by something else.
    """

    def refuse(en: str, es: str) -> Exception:
        return error(file=path, count=1, problems=Text(f"  {en}", f"  {es}"))

    try:
        with open_given(path) as handle:
            read = handle.read(LIMIT + 1)
        if len(read) > LIMIT:
            raise refuse(f"it is larger than {size(LIMIT)}", f"mide más de {size(LIMIT)}")
        text = read.decode("utf-8-sig")
    except FileNotFoundError as cause:
        raise refuse("there is no such file", "no existe ese archivo") from cause
    except IsADirectoryError as cause:
        raise refuse("it is a folder", "es una carpeta") from cause
    except OSError as cause:
        why = reason(cause)
        raise refuse(f"cannot be read: {why.en}", f"no se puede leer: {why.es}") from cause
    except UnicodeDecodeError as cause:
        raise refuse("it is not UTF-8: save it as CSV UTF-8", "no está en UTF-8: guárdelo como CSV UTF-8") from cause
    if not text.strip():
        raise refuse("it is empty", "está vacío")
    head = text.partition("\n")[0]
    if table and "," not in head and (";" in head or "\t" in head):
        raise refuse("its columns are not parted by commas", "sus columnas no están separadas por comas")
    return text


def write_given(path: Path, body: bytes) -> None:
    """Write a file that a user named; it appears whole or not at all.

    Raises
    ------
    CannotWrite
    """
    try:
        with whole(path) as beside:
            beside.write_bytes(body)
    except OSError as error:
        raise CannotWrite(path=path, detail=reason(error)) from error
