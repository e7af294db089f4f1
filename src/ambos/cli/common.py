"""Options and output that verbs share: the workspace, JSON, CSV, tables, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ambos.errors import BadRequest
from ambos.text import Language, Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace

#: Minimum number of files that a process must be allowed to have open; the dossier takes between 25 and 32.
_OPEN_FILES = 64


def workspace(folder: Path, region: str) -> Workspace:
    """Open the workspace that the options name."""
    from ambos.flows.workspace import open_workspace

    check_terminal()
    return open_workspace(folder, region)


def check_terminal() -> None:
    """Check that the folder of the terminal is there and enough files may be open.

    Raises
    ------
    BadRequest
    """
    try:
        Path.cwd()
    except OSError as error:
        gone = Text(
            "The folder of this terminal no longer exists. Change to another one with cd and try again.",
            "La carpeta de esta terminal ya no existe. Pase a otra con cd y vuelva a intentarlo.",
        )
        raise BadRequest(detail=gone) from error
    with suppress(ImportError):  # Windows has no such limit
        import resource

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= allowed < _OPEN_FILES:
            few = Text(
                f"This terminal allows {allowed} open files; Ambos needs {_OPEN_FILES}. Raise the limit: ulimit -n 1024",
                f"Esta terminal permite {allowed} archivos abiertos; Ambos requiere {_OPEN_FILES}. Suba el límite: ulimit -n 1024",
            )
            raise BadRequest(detail=few)


def print_json(value: object) -> None:
    """Print a value as JSON, accents kept."""
    import json

    from ambos.model.answer import to_plain

    _print_data(json.dumps(value, ensure_ascii=False, indent=2, default=to_plain) + "\n")


def print_csv(columns: Iterable[object], rows: Iterable[Iterable[object]]) -> None:
    """Print a table as CSV; missing values are empty cells."""
    from ambos.csv_text import csv_text

    _print_data(csv_text(columns, rows))


def _print_data(text: str) -> None:
    """Print JSON or CSV in UTF-8 on every terminal, so that no name is changed; bytes of file names that are no text are
    escaped."""
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def print_table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], title: str = "") -> None:
    """Print a table.

    Parameters
    ----------
    columns : sequence of (heading, {"left", "right"})
    rows : sequence of sequence of str
    title : str
    """
    from ambos.cli.layout import drawn, heading, parts

    room, bold = _terminal()
    ascii_only = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    lines = list(heading(title, room, bold=bold)) if title else []
    for part in parts(columns, rows, room):
        lines += drawn(columns, rows, part, room, bold=bold, ascii_only=ascii_only)
    click.echo("\n".join(lines))


def _terminal() -> tuple[int, bool]:
    """Give the width of standard output, in characters, and whether it shows bold letters.

    Without a terminal (a pipe, a file) tables are as wide as COLUMNS, else as they need, so that nothing is cut.
    """
    asked = os.environ.get("COLUMNS", "")
    wide = int(asked) if asked.isascii() and asked.isdigit() else 0
    if not _may_be_terminal(sys.stdout):
        return wide or 200, False
    from rich.console import Console

    console = Console() if sys.stdout.isatty() or wide else Console(width=200)
    return console.width, console.color_system is not None


def _may_be_terminal(stream: TextIO) -> bool:
    """Return False where Rich, which takes long to load, takes a stream for no terminal in any case."""
    return stream.isatty() or any(os.environ.get(name) for name in ("FORCE_COLOR", "TTY_COMPATIBLE"))


def print_notes(notes: Sequence[Text], language: Language) -> None:
    """Print what stands beside the data of ``--json`` and ``--csv`` on standard error."""
    for note in notes:
        click.echo(f"· {note[language]}", err=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error, shown only on a terminal.

    Yields
    ------
    callable
        Takes (what, steps done, steps in all).
    """
    if not _may_be_terminal(sys.stderr):
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[what]}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None, what="")

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, what=what)

        yield tell
