"""`ambos build`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import DayKnown, common, progress, workspace
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer


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
@answers
@common
def command(
    origin: Path | None, as_of: date | None, again: bool, accept: tuple[str, ...], folder: Path, region: str
) -> Answer:
    """Read files into the store."""
    from ambos.flows.data.build import build
    from ambos.flows.data.build_answer import build_answer

    opened = workspace(folder, region)
    with progress(tr("Reading", "Leyendo")) as tell:
        report = build(opened, origin, as_of=as_of, again=again, accept=accept, progress=tell)
    return build_answer(opened, report)
