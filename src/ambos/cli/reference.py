"""`ambos reference`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from ambos.cli import EXIT_CODES, VERBS
from ambos.cli.common import print_json, workspace
from ambos.cli.declare import AS_JSON, option, path_type
from ambos.cli.door import tool
from ambos.cli.language import spoken, tr
from ambos.text import Language, Text


@tool(
    "reference",
    "Write the generated reference pages, or check that the docs are in step with the code.",
    "Escribe las páginas de referencia generadas o revisa que la documentación esté al día.",
    option("--write", "target", type=path_type)("Folder of the docs.", "Carpeta de documentos."),
    option("--check", "checked", type=path_type)("Folder of the docs.", "Carpeta de documentos."),
    AS_JSON,
)
def command(target: Path | None, checked: Path | None, as_json: bool, folder: Path, region: str) -> None:
    """Write or check the reference pages."""
    from ambos.flows.data.reference import out_of_step, write

    opened, language = workspace(folder, region), spoken()
    own = {f"{language}/reference/commands.md": commands(language)}
    written = write(opened, target, own) if target else []
    wrong = out_of_step(opened, checked, own) if checked else []
    if as_json:
        print_json({"written": [str(path) for path in written], "wrong": [problem[language] for problem in wrong]})
    else:
        for path in written:
            click.echo(path)
        if checked and not wrong:
            click.echo(tr("The docs are in step with the code.", "La documentación está al día."))
    for problem in wrong:
        click.echo(problem[language], err=True)
    sys.exit(1 if wrong else 0)


def commands(language: Language) -> str:
    """Write the page of the command line."""

    def said(en: str, es: str) -> str:
        return Text(en, es)[language]

    parts = [
        f"# {said('Commands', 'Órdenes')}",
        "",
        said("*Made by `make docs`; do not edit.*", "*Hecha por `make docs`; no se edita.*"),
        "",
        f"## {said('Exit codes', 'Códigos de salida')}",
        "",
        said("Every verb ends with one of these.", "Todo verbo termina con uno de estos."),
        "",
        f"| {said('Code', 'Código')} | {said('Meaning', 'Significado')} |",
        "| --- | --- |",
        *(f"| {code} | {meaning[language]} |" for code, meaning in EXIT_CODES.items()),
        "",
    ]
    for verb in VERBS:
        group = import_module(f"ambos.cli.{verb}").command(language)
        subcommands = group.commands.values() if isinstance(group, click.Group) else [group]
        for one in subcommands:
            name = f"ambos {verb}" + (f" {one.name}" if isinstance(group, click.Group) else "")
            parts += [f"## `{name}`", "", one.help or "", ""]
            for parameter in one.params:
                record = parameter.get_help_record(click.Context(one, max_content_width=10_000, obj=language))
                if record:
                    parts.append(f"- `{record[0]}`: {record[1]}")
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"
