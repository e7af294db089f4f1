"""Show an answer: on the terminal, as JSON or as CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ambos.cli.common import COMMON, NAME, apply, option, print_csv, print_json, print_notes, print_table, workspace
from ambos.cli.language import LANGUAGE, tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer, Table, View


SCHEMA = option(
    "--json-schema",
    "as_schema",
    is_flag=True,
    en="Print the JSON Schema of what --json prints.",
    es="Imprime el JSON Schema de lo que imprime --json.",
)
_FORMS = (
    option("--json", "as_json", is_flag=True, en="Print JSON.", es="Imprime JSON."),
    option("--csv", "as_csv", is_flag=True, en="Print CSV.", es="Imprime CSV."),
    SCHEMA,
    option(
        "--table",
        metavar=NAME,
        en="Only this table of the answer; --csv prints the first, if not given.",
        es="Solo esta tabla de la respuesta; --csv imprime la primera, si no se indica.",
    ),
)


def verb(
    name: str,
    en: str,
    es: str,
    *,
    parent: click.Group | None = None,
    short: str | None = None,
    example: str | None = None,
) -> Callable[[Callable[..., Answer]], click.Command]:
    """Declare a verb by a function that is given the open workspace and the verb's own options, and returns an answer.

    The options that every verb takes and those of the form (``--json``, ``--csv``, ``--json-schema``, ``--table``) are added, and the answer is
    shown in the form asked for.

    Parameters
    ----------
    name : str
    en, es : str
        Its help.
    parent : click.Group, optional
        The group of which it is a part.
    short : str, optional
        Its line in the help of the group, if that is not its help.
    example : str, optional
        A command line.
    """

    def declare(function: Callable[..., Answer]) -> click.Command:
        own = function.__dict__.pop("__click_params__", [])

        @wraps(function)
        def run(*, folder: Path, region: str, **options: Any) -> None:
            form = {name: options.pop(name) for name in ("as_json", "as_csv", "as_schema", "table")}
            show(function(workspace(folder, region), **options), **form)

        given = apply((*_FORMS, *COMMON), run)
        given.__click_params__ += own  # Click lists options from the last one: the verb's own come first
        epilog = f"{tr('Example', 'Ejemplo')}: {example}" if example else None
        made = click.command if parent is None else parent.command
        return made(name, help=tr(en, es), short_help=short, epilog=epilog)(given)

    return declare


def show(
    answer: Answer,
    *,
    as_json: bool = False,
    as_csv: bool = False,
    as_schema: bool = False,
    table: str | None = None,
) -> None:
    """Print an answer; its problems, and the notes of CSV, go to standard error.

    Raises
    ------
    click.UsageError
        If two forms are asked for, or the answer has no such table.
    SystemExit
        If not all was done.
    """
    from ambos.model.answer import flat_rows, json_schema, record

    if as_json and (as_csv or table):
        raise click.UsageError(
            tr(
                "--json prints every table; leave --csv and --table out.",
                "--json imprime todas las tablas; omita --csv y --table.",
            )
        )
    kept = [t for t in answer.tables if t.kept()]
    chosen = [t for t in (kept if as_csv or table else answer.tables) if table in (None, t.id)]
    if not chosen:
        names = ", ".join(t.id for t in kept)
        raise click.UsageError(
            tr(
                f"The answer has no table {table!r}; it has: {names}.",
                f"La respuesta no tiene la tabla {table!r}; tiene: {names}.",
            )
        )
    if as_json or as_schema:
        print_json(json_schema(answer) if as_schema else record(answer))
    elif as_csv:
        print_csv(*flat_rows(chosen[0]))
        others = ", ".join(t.id for t in kept if t is not chosen[0])
        if others and table is None:
            click.echo(tr(f"Other tables, by --table: {others}", f"Otras tablas, con --table: {others}"), err=True)
        print_notes(answer.notes)
    else:
        for line in answer.head or ([] if chosen[0].title in (None, answer.title) else [answer.title]):
            click.echo(line[LANGUAGE])
        for t in chosen:
            for view in t.as_seen() if t.shown or table else ():
                _print_view(t, view)
        for note in answer.notes:
            click.echo(f"· {note[LANGUAGE]}")
        for source in answer.sources:
            click.echo(f"{tr('Source', 'Fuente')}: {source[LANGUAGE]}")
        for path in answer.files:
            click.echo(path)
    for problem in answer.problems:
        click.echo(problem[LANGUAGE], err=True)
    if answer.failed:
        sys.exit(1)


def _print_view(table: Table, view: View) -> None:
    """Print the cells that a view shows, if it has rows, and its note."""
    from ambos.model.answer import as_seen

    heads, cells = as_seen(table, view, LANGUAGE)
    if cells:
        print_table(heads, cells, title=view.title[LANGUAGE] if view.title else "")
    if view.note:
        click.echo(view.note[LANGUAGE])
