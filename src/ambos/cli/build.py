"""`ambos build`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from ambos.cli.common import Period, as_json, common, print_json, print_table, progress, workspace
from ambos.cli.language import LANGUAGE, tr


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
    type=Period(last=True),
    help=tr("Day on which these figures were known.", "Día en que se conocían estas cifras."),
)
@click.option(
    "--again",
    is_flag=True,
    help=tr("Read files again that were read before.", "Vuelve a leer archivos ya leídos."),
)
@as_json
@common
def command(origin: Path | None, as_of: date | None, again: bool, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.build import build
    from ambos.numbers import number

    with progress(tr("Reading", "Leyendo")) as tell:
        report = build(
            workspace(folder, region),
            origin,
            as_of=as_of,
            again=again,
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
                        "error": entry.error.say(LANGUAGE) if entry.error else None,
                    }
                    for entry in report.loaded
                ],
                "unrecognised": list(report.unrecognised),
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
        print_table(
            headings,
            [
                [
                    entry.source,
                    number(entry.files, 0, LANGUAGE),
                    number(entry.unchanged, 0, LANGUAGE),
                    *(number(entry.counts.get(k, 0), 0, LANGUAGE) for k in ("read", "new", "revised", "refused")),
                ]
                for entry in report.loaded
            ],
        )
    others = len(report.unrecognised)
    if others:
        said = tr(
            f"{others} files are of no source that Ambos reads (--json lists them).",
            f"{others} archivos no son de ninguna fuente que Ambos lea (--json los enumera).",
        )
        if others == 1:
            said = tr(
                "One file is of no source that Ambos reads (--json names it).",
                "Un archivo no es de ninguna fuente que Ambos lea (--json lo nombra).",
            )
        click.echo(said, err=True)
    elif not report.loaded:
        said = tr(
            "There is nothing to read: use --from FOLDER, or ambos fetch first.",
            "No hay nada que leer: use --from CARPETA o ejecute antes ambos fetch.",
        )
        click.echo(said, err=True)
    for entry in report.loaded:
        if entry.error:
            click.echo(f"{tr('Error', 'Error')} [{entry.source}]: {entry.error.say(LANGUAGE)}", err=True)
    sys.exit(1 if report.failed else 0)
