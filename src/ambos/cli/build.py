"""`ambos build`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import (
    NAMED,
    DayKnown,
    as_json,
    common,
    left_out_as_json,
    left_out_in_words,
    print_json,
    print_table,
    progress,
    workspace,
)
from ambos.cli.findings import findings_as_json, print_findings
from ambos.cli.language import LANGUAGE, tr

if TYPE_CHECKING:
    from ambos.errors import Held
    from ambos.model import LeftOut


@click.command(
    "build",
    help=tr(
        "Read new files into the store. Without --from: what ambos fetch brought.",
        "Lee archivos nuevos y los guarda. Sin --from: lo que trajo ambos fetch.",
    ),
)
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help=tr(
        "Folder of files downloaded by hand, or one file.",
        "Carpeta de archivos descargados a mano, o un archivo.",
    ),
)
@click.option(
    "--as-of",
    type=DayKnown(),
    help=tr("Day on which these figures were known.", "Día en que se conocían estas cifras."),
)
@click.option(
    "--again",
    is_flag=True,
    help=tr("Read files again that were read before.", "Vuelve a leer archivos ya leídos."),
)
@click.option(
    "--accept",
    multiple=True,
    metavar=tr("FILE", "ARCHIVO"),
    help=tr(
        "Take a held file: its name or the start of its hash; repeatable.",
        "Toma un archivo en espera: su nombre o el inicio de su hash; se puede repetir.",
    ),
)
@as_json
@common
def command(
    origin: Path | None,
    as_of: date | None,
    again: bool,
    accept: tuple[str, ...],
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.data.build import build
    from ambos.numbers import number

    opened = workspace(folder, region)
    with progress(tr("Reading", "Leyendo")) as tell:
        report = build(
            opened,
            origin,
            as_of=as_of,
            again=again,
            accept=accept,
            progress=tell,
        )
    if as_json:
        print_json(
            {
                "sources": [
                    {
                        "source": entry.source,
                        "files": entry.files,
                        "files_unchanged": entry.unchanged,
                        **entry.counts,
                        "left_out": left_out_as_json(entry.left_out),
                        "notes": [note[LANGUAGE] for note in entry.notes],
                        "findings": findings_as_json(entry.findings),
                        "error": "\n".join(error.say(LANGUAGE) for error in entry.errors) or None,
                    }
                    for entry in report.loaded
                ],
                "held": [_held(error) for error in report.held],
                "unrecognised": [file.name for file in report.unrecognised],
            }
        )
    elif report.loaded:
        headings = [
            (tr("Source", "Fuente"), "left"),
            (tr("Files read", "Archivos leídos"), "right"),
            (tr("Unchanged", "Sin cambio"), "right"),
            (tr("Rows read", "Renglones leídos"), "right"),
            (tr("New", "Nuevos"), "right"),
            (tr("Revised", "Revisados"), "right"),
            (tr("Set aside", "Apartados"), "right"),
        ]
        left_out = any(entry.left_out for entry in report.loaded)
        if left_out:
            headings.append((tr("Left out", "Omitidos"), "right"))
        print_table(
            headings,
            [
                [
                    entry.source,
                    number(entry.files, 0, LANGUAGE),
                    number(entry.unchanged, 0, LANGUAGE),
                    *(number(entry.counts.get(k, 0), 0, LANGUAGE) for k in ("read", "new", "revised", "refused")),
                    *([number(len(entry.left_out), 0, LANGUAGE)] if left_out else []),
                ]
                for entry in report.loaded
            ],
        )
        if findings := [finding for entry in report.loaded for finding in entry.findings]:
            print_findings(
                opened.catalog,
                findings,
                tr(
                    "Taken, but out of proportion with what was held",
                    "Tomadas, pero fuera de proporción con lo que se tenía",
                ),
            )
    if report.unrecognised:
        click.echo(_others(report.unrecognised), err=True)
    elif not report.loaded:
        said = tr(
            "There is nothing to read: use --from FOLDER, or ambos fetch first.",
            "No hay nada que leer: use --from CARPETA o ejecute antes ambos fetch.",
        )
        click.echo(said, err=True)
    for entry in report.loaded:
        if passed := [o for o in entry.left_out if o.kind == "passed"]:  # the refused ones are among the errors
            click.echo(f"[{entry.source}] {left_out_in_words(passed)}", err=True)
        for note in entry.notes:
            click.echo(f"[{entry.source}] {note[LANGUAGE]}", err=True)
    for entry in report.loaded:
        for error in entry.errors:
            click.echo(f"{tr('Error', 'Error')} [{entry.source}]: {error.say(LANGUAGE)}", err=True)
    # files were there, and not one of them was of any use: whoever asked in a script must learn of it
    sys.exit(1 if report.failed or (report.unrecognised and not report.loaded) else 0)


def _held(error: Held) -> dict[str, object]:
    """A file that waits for a yes: which one, what it would change and how to accept it."""
    names = {name: error.values[name] for name in ("file", "sha256", "dataset", "difference")}
    return {**names, "reason": error.say(LANGUAGE), "accept": f"--accept {error.values['hash']}"}


def _others(files: Sequence[LeftOut]) -> str:
    """That these files are of no source, with the names of the first ones and what they look like."""
    count = len(files)
    said = tr(
        f"{count} files are of no source that Ambos reads", f"{count} archivos no son de ninguna fuente que Ambos lea"
    )
    if count == 1:
        said = tr("One file is of no source that Ambos reads", "Un archivo no es de ninguna fuente que Ambos lea")
    first = [f"{file.name} ({file.reason[LANGUAGE].rstrip('.')})" for file in files[:NAMED]]
    more = tr("; --json lists them all", "; --json los enumera todos") if count > NAMED else ""
    return f"{said}: {', '.join(first)}{more}."
