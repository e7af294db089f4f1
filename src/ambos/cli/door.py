"""Show an answer: on the terminal, as JSON, CSV or a workbook."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ambos.catalog import DEFAULT_REGION
from ambos.cli.common import print_csv, print_json, print_notes, print_table, workspace
from ambos.cli.declare import (
    AS_JSON,
    FILE,
    FILE_PATH,
    LANG,
    NAME,
    OPTIONS,
    Command,
    Parameter,
    option,
    region_option,
    workspace_option,
)
from ambos.cli.language import spoken, tr
from ambos.text import Language, Text

if TYPE_CHECKING:
    from ambos.model.answer import Answer, Table, View


def _group_option(context: click.Context, option: click.Parameter, value: object) -> object:
    """Get an option given before the verb (``ambos --region R show``), unless it is given after it too."""
    given = context.find_root().params.get(option.name or "")
    after = context.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE
    return value if after or given is None else given


#: The options that every verb takes, after it.
_COMMON = (
    workspace_option(envvar="AMBOS_WORKSPACE", default=".ambos", show_default=True, callback=_group_option),
    region_option(envvar="AMBOS_REGION", default=DEFAULT_REGION, show_default=True, callback=_group_option),
    LANG,
)

_FORMS = (
    AS_JSON,
    option("--csv", "as_csv", is_flag=True)("Print CSV.", "Imprime CSV."),
    option("--json-schema", "as_schema", is_flag=True)(
        "Print the JSON Schema of what --json prints.", "Imprime el JSON Schema de lo que imprime --json."
    ),
    option("--xlsx", "as_xlsx", type=FILE_PATH, metavar=FILE)(
        "Write a workbook for Excel, with notes and sources, in the language of --lang.",
        "Escribe un libro de Excel, con notas y fuentes, en el idioma de --lang.",
    ),
    option("--table", metavar=NAME)(
        "Only this table of the answer; --csv prints the first, if not given.",
        "Solo esta tabla de la respuesta; --csv imprime la primera, si no se indica.",
    ),
)


def tool(
    name: str, en: str, es: str, *parameters: Parameter, short: Text | None = None, example: Text | str | None = None
) -> Callable[[Callable[..., None]], Command]:
    """Declare a verb by a function that prints itself what it did; `verb` declares those that answer.

    The function is given the verb's own options, and ``folder`` and ``region``, which every verb takes.

    Parameters
    ----------
    name : str
    en, es : str
        Its help.
    *parameters : Parameter
        Its own arguments and options, in the order in which the help lists them.
    short : Text, optional
        Its line in the help of the group, if that is not its help.
    example : Text or str, optional
        A command line.
    """

    def declare(function: Callable[..., None]) -> Command:
        def made(language: Language) -> click.Command:
            line = example[language] if isinstance(example, Text) else example
            return click.Command(
                name,
                callback=function,
                params=[make(language) for make in (*parameters, *_COMMON)],
                help=Text(en, es)[language],
                short_help=short[language] if short else None,
                epilog=f"{Text('Example', 'Ejemplo')[language]}: {line}" if line else None,
                options_metavar=OPTIONS[language],
            )

        return made

    return declare


def verb(
    name: str, en: str, es: str, *parameters: Parameter, short: Text | None = None, example: Text | str | None = None
) -> Callable[[Callable[..., Answer]], Command]:
    """Declare a verb by a function that is given the open workspace and the verb's own options, and returns an answer.

    The answer is shown in the form asked for by ``--json``, ``--csv``, ``--xlsx``, ``--json-schema`` or ``--table``, which
    are added.
    For the parameters see `tool`.

    Raises
    ------
    click.UsageError
        If two forms are asked for.
    """

    def declare(function: Callable[..., Answer]) -> Command:
        def run(*, folder: Path, region: str, **options: Any) -> None:
            form = {name: options.pop(name) for name in ("as_json", "as_csv", "as_schema", "table")}
            book: Path | None = options.pop("as_xlsx")
            if form["as_json"] and (form["as_csv"] or form["table"]):
                raise click.UsageError(
                    tr(
                        "--json prints every table; leave --csv and --table out.",
                        "--json imprime todas las tablas; omita --csv y --table.",
                    )
                )
            if book and any(form.values()):
                raise click.UsageError(
                    tr(
                        "--xlsx writes every table to a file; leave --json, --csv, --json-schema and --table out.",
                        "--xlsx escribe todas las tablas en un archivo; omita --json, --csv, --json-schema y --table.",
                    )
                )
            opened = workspace(folder, region)
            made = function(opened, **options)
            if book:
                from ambos.briefing.spreadsheet import write

                written = write(made, book, spoken(), opened.catalog.messages)
                made = replace(made, tables=(), head=(), notes=(), hints=(), sources=(), files=(written,))
            show(made, spoken(), **form)

        return tool(name, en, es, *parameters, *_FORMS, short=short, example=example)(run)

    return declare


def for_people() -> bool:
    """Return True if the verb that runs shows its answer to people: not as a file, JSON, CSV or a schema."""
    given = click.get_current_context().params
    return not any(given[form] for form in ("as_json", "as_csv", "as_xlsx", "as_schema"))


def show(
    answer: Answer,
    language: Language,
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
        If the answer has no such table.
    SystemExit
        If not all was done.
    """
    from ambos.model.answer import flat_rows, json_schema, record

    kept = [t for t in answer.tables if t.kept()]
    chosen = [t for t in (kept if as_csv or table else answer.tables) if table in (None, t.id)]
    if not chosen and answer.tables:
        names = ", ".join(t.id for t in kept)
        none = Text(
            "The answer has no table {table!r}; it has: {names}.",
            "La respuesta no tiene la tabla {table!r}; tiene: {names}.",
        )
        raise click.UsageError(none[language].format(table=table, names=names))
    if as_json or as_schema:
        print_json(json_schema(answer) if as_schema else record(answer))
    elif as_csv:
        print_csv(*flat_rows(chosen[0]))
        others = ", ".join(t.id for t in kept if t is not chosen[0])
        if others and table is None:
            click.echo(f"{Text('Other tables, by --table', 'Otras tablas, con --table')[language]}: {others}", err=True)
        print_notes([*answer.notes, *answer.hints], language)
    else:
        for line in answer.head or ([answer.title] if chosen and chosen[0].title not in (None, answer.title) else []):
            click.echo(line[language])
        for t in chosen:
            for view in t.as_seen(language) if t.shown or table else ():
                _print_view(t, view, language)
            if table and not (t.rows or t.totals):  # asked for by name, and there is nothing to see
                none = Text(": no rows.", ": sin renglones.")
                click.echo(((t.title or Text.same(t.id)) + none)[language])
        for note in (*answer.notes, *answer.hints):
            click.echo(f"· {note[language]}")
        for source in answer.sources:
            click.echo(f"{Text('Source', 'Fuente')[language]}: {source[language]}")
        for path in answer.files:
            click.echo(path)
    for problem in answer.problems:
        click.echo(problem[language], err=True)
    if answer.failed:
        sys.exit(1)


def _print_view(table: Table, view: View, language: Language) -> None:
    """Print the cells that a view shows, if it has rows, and its note."""
    from ambos.model.answer import as_seen

    heads, cells = as_seen(table, view, language)
    if cells:
        print_table(heads, cells, title=view.title[language] if view.title else "")
    if view.note:
        click.echo(view.note[language])
