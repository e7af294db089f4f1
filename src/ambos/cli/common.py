"""What the verbs share: options, the workspace, progress, tables."""

from __future__ import annotations

import json
import os
import re
import sys
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from ambos.catalog import DEFAULT_REGION
from ambos.cli.language import LANGUAGE, tr
from ambos.csv_text import csv_text
from ambos.errors import BadRequest, DayToCome
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace

Function = TypeVar("Function", bound=Callable[..., Any])

#: Names of values in the help.
NAME, FILE, FOLDER = tr("NAME", "NOMBRE"), tr("FILE", "ARCHIVO"), tr("FOLDER", "CARPETA")
YEAR_NAME = tr("YEAR", "AÑO")


def option(*names: str, en: str, es: str, **more: Any) -> Callable[[Function], Function]:
    """An option with its help in both languages; see `click.option`."""
    return click.option(*names, help=tr(en, es), **more)


def apply(options: Iterable[Callable[[Any], Any]], function: Any) -> Any:
    """Add options to the function of a verb, listed in their order."""
    for one in reversed([*options]):
        function = one(function)
    return function


#: `--lang`, for help and checks only: it was read from the arguments before anything else.
language = option(
    "--lang", type=click.Choice(["en", "es"]), default=LANGUAGE, expose_value=False, en="Language.", es="Idioma."
)


def _before_the_verb(context: click.Context, option: click.Parameter, value: object) -> object:
    """What was given before the verb (``ambos --region R show``), unless it is given after it too."""
    given = context.find_root().params.get(option.name or "")
    after = context.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE
    return value if after or given is None else given


#: The options that every verb takes, after it or before it.
COMMON = (
    option(
        "--workspace",
        "folder",
        envvar="AMBOS_WORKSPACE",
        default=".ambos",
        show_default=True,
        callback=_before_the_verb,
        type=click.Path(path_type=Path),
        en="Folder of the store.",
        es="Carpeta de los datos.",
    ),
    option(
        "--region",
        envvar="AMBOS_REGION",
        default=DEFAULT_REGION,
        show_default=True,
        callback=_before_the_verb,
        metavar=NAME,
        en="A packaged region, or a folder of definitions.",
        es="Región incluida o carpeta de definiciones.",
    ),
    language,
)


def common(function: Function) -> Function:
    """Add the options that every verb takes: ``--workspace``, ``--region``, ``--lang``."""
    return cast("Function", apply(COMMON, function))


def _short(value: object) -> str:
    """A value as typed, in quotes, cut to 40 characters."""
    text = str(value)
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


class Whole(click.IntRange):
    """A whole number within limits, in the digits 0 to 9.

    Parameters
    ----------
    low, high : int
        The least and the most, both allowed.
    """

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low, high)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read ``30``."""
        text = str(value)
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text) else None
        low, high = cast("int", self.min), cast("int", self.max)
        if number is None or not low <= number <= high:
            comma = "," if high >= 10_000 else ""  # none in a year
            self.fail(
                tr(
                    f"{_short(text)} is not a whole number from {low} to {high:{comma}}.",
                    f"{_short(text)} no es un número entero de {low} a {high:{comma}}.",
                ),
                param,
                ctx,
            )
        return number


#: A calendar or water year.
YEAR = Whole(1, 9999)


class Period(click.ParamType[date]):
    """A year, a month or a day; as the first or the last day of it."""

    name = tr("date", "fecha")

    def __init__(self, *, last: bool) -> None:
        self.last = last

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read ``2023``, ``2023-07`` or ``2023-07-14``."""
        if isinstance(value, date):
            return value
        text = str(value)
        for pattern in ("%Y-%m-%d", "%Y-%m", "%Y") if text.isascii() else ():
            try:
                day = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day has no zone
            except ValueError:
                continue
            if self.last and pattern == "%Y":
                return day.replace(month=12, day=31)
            if self.last and pattern == "%Y-%m":
                return day.replace(day=monthrange(day.year, day.month)[1])
            return day
        return self.fail(
            tr(
                f"{_short(text)} is not a date; write 2023, 2023-07 or 2023-07-14.",
                f"{_short(text)} no es una fecha; escriba 2023, 2023-07 o 2023-07-14.",
            ),
            param,
            ctx,
        )


class DayKnown(Period):
    """A day of knowledge; of a year or month that is not over, today.

    Raises
    ------
    DayToCome
        If the day is after today (UTC, as `ambos build` dates files).
    """

    def __init__(self) -> None:
        super().__init__(last=True)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read ``2023``, ``2023-07`` or ``2023-07-14``."""
        today = datetime.now(UTC).date()
        if Period(last=False).convert(value, param, ctx) > today:
            raise DayToCome(day=value)
        return min(super().convert(value, param, ctx), today)


class Number(click.ParamType[Decimal]):
    """A number, exact to its last digit."""

    name = tr("number", "número")
    #: Powers of ten from 1 that are taken for a number and not for a slip.
    _digits = 9
    _written = r"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read ``512000`` or ``11.8``."""
        text = str(value)
        number = Decimal(text if re.fullmatch(self._written, text) else "NaN")
        if not number.is_finite() or abs(number.adjusted()) > self._digits:
            self.fail(
                tr(
                    f"{_short(text)} is not a number; write 1234.5.",
                    f"{_short(text)} no es un número; escriba 1234.5.",
                ),
                param,
                ctx,
            )
        return number


as_json = click.option("--json", "as_json", is_flag=True, help=tr("Print JSON.", "Imprime JSON."))


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
    from ambos.model.answer import to_plain

    _print_data(json.dumps(value, ensure_ascii=False, indent=2, default=to_plain) + "\n")


def print_csv(columns: Iterable[object], rows: Iterable[Iterable[object]]) -> None:
    """Print a table as CSV; missing values are empty cells."""
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
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Cell

    from ambos.cli.layout import parts

    # Without a terminal (a pipe, a file) tables are as wide as COLUMNS, else as they need, so that nothing is cut.
    asked = os.environ.get("COLUMNS", "")
    wide = sys.stdout.isatty() or (asked.isascii() and asked.isdigit() and int(asked) > 0)
    console = Console() if wide else Console(width=200)
    with console.capture() as captured:
        if title:  # not the table's own: that is wrapped to the width of the table
            console.print(Cell(title, style="bold"))
        for part in parts(columns, rows, console.width):
            table = Table(box=box.SIMPLE_HEAD)
            for at, width in zip(part.columns, part.widths, strict=True):
                heading, justify = columns[at]
                side: Literal["left", "right"] = "right" if justify == "right" else "left"
                table.add_column(heading, justify=side, overflow="fold", width=width)
            for row in rows:
                table.add_row(*(Cell(row[at]) for at in part.columns))
            console.print(table)
    click.echo(captured.get(), nl=False)  # not by Rich, which ends the program itself when a pipe is closed


def print_notes(notes: Sequence[Text]) -> None:
    """Print what stands beside the data of ``--json`` and ``--csv`` on standard error."""
    for note in notes:
        click.echo(f"· {note[LANGUAGE]}", err=True)


@contextmanager
def progress(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error, shown only on a terminal.

    Yields
    ------
    callable
        Takes (what, steps done, steps in all).
    """
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
