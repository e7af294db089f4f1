"""`ambos reference`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from ambos.cli import EXIT_CODES, VERBS
from ambos.cli.common import as_json, common, option, print_json, workspace
from ambos.cli.language import LANGUAGE, tr


@click.command(
    "reference",
    help=tr(
        "Write the generated reference pages, or check that the docs are in step with the code.",
        "Escribe las páginas de referencia generadas o revisa que la documentación esté al día.",
    ),
)
@option("--write", "target", type=click.Path(path_type=Path), en="Folder of the docs.", es="Carpeta de documentos.")
@option("--check", "checked", type=click.Path(path_type=Path), en="Folder of the docs.", es="Carpeta de documentos.")
@as_json
@common
def command(target: Path | None, checked: Path | None, as_json: bool, folder: Path, region: str) -> None:
    """Write or check the reference pages."""
    from ambos.flows.data.reference import out_of_step, write

    opened = workspace(folder, region)
    own = {f"{LANGUAGE}/reference/commands.md": commands()}
    written = write(opened, target, own) if target else []
    wrong = out_of_step(opened, checked, own) if checked else []
    if as_json:
        print_json({"written": [str(path) for path in written], "wrong": [problem[LANGUAGE] for problem in wrong]})
    else:
        for path in written:
            click.echo(path)
        if checked and not wrong:
            click.echo(tr("The docs are in step with the code.", "La documentación está al día."))
    for problem in wrong:
        click.echo(problem[LANGUAGE], err=True)
    sys.exit(1 if wrong else 0)


def commands() -> str:
    """The page of the command line, in the language it speaks now."""
    parts = [
        f"# {tr('Commands', 'Órdenes')}",
        "",
        tr("*Made by `make docs`; do not edit.*", "*Hecha por `make docs`; no se edita.*"),
        "",
        f"## {tr('Exit codes', 'Códigos de salida')}",
        "",
        tr("Every verb ends with one of these.", "Todo verbo termina con uno de estos."),
        "",
        f"| {tr('Code', 'Código')} | {tr('Meaning', 'Significado')} |",
        "| --- | --- |",
        *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()),
        "",
    ]
    for verb in VERBS:
        group = import_module(f"ambos.cli.{verb}").command
        subcommands = group.commands.values() if isinstance(group, click.Group) else [group]
        for one in subcommands:
            name = f"ambos {verb}" + (f" {one.name}" if isinstance(group, click.Group) else "")
            parts += [f"## `{name}`", "", one.help or "", ""]
            for parameter in one.params:
                record = parameter.get_help_record(click.Context(one, max_content_width=10_000))
                if record:
                    parts.append(f"- `{record[0]}`: {record[1]}")
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"
