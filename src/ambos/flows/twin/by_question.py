"""Results of the twin kept under the hash of the question that they answer, each in a folder of the workspace."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ambos.errors import CannotWrite, RunDamaged, UnknownName, reason
from ambos.files import make_folder, whole

Made = TypeVar("Made")

_DIGITS = 16
#: What a name looks like.
NAME = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


def name_of(parts: object) -> str:
    """Name a question by the hash of its parts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, in their order: a result without the last one was not finished.

    Raises
    ------
    CannotWrite
        If the workspace cannot be written to.
    """
    try:
        make_folder(folder)
        for name, text in files.items():
            with whole(folder / name) as beside:
                beside.write_text(text, "utf-8")
    except OSError as error:
        raise CannotWrite(path=folder, detail=reason(error)) from error


def read(folder: Path, name: str, file: str, make: Callable[[dict[str, Any]], Made]) -> Made | None:
    """Make a result of its last file; None if there is none of that name.

    Parameters
    ----------
    folder : Path
        Of all results of the kind.
    name : str
        As of `name_of`; any other finds nothing.
    file : str
        The last file, JSON.
    make : callable
        Makes the result of the file's content.

    Raises
    ------
    RunDamaged
        If its files are not what was kept.
    """
    path = folder / name / file
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    try:
        return make(json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError, UnknownName) as error:
        raise RunDamaged(path=path) from error
