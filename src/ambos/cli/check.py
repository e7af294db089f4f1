"""`ambos check data`, `ambos check store` and `ambos check definitions`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import common, language, progress, workspace
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer


@click.group(
    "check",
    help=tr("Find faults in the data, or in the definitions.", "Busca fallas en los datos o en las definiciones."),
)
@language
def command() -> None:
    """The three checks."""


@command.command(
    "data",
    help=tr(
        "Run all checks over the data, write the findings and print them.",
        "Aplica todas las revisiones a los datos, guarda los hallazgos y los muestra.",
    ),
)
@click.option(
    "--place",
    metavar=tr("NAME", "NOMBRE"),
    help=tr("Only findings of this place.", "Solo los hallazgos de este lugar."),
)
@click.option(
    "--check",
    "only",
    metavar=tr("NAME", "NOMBRE"),
    help=tr("Only findings of this check.", "Solo los hallazgos de esta revisión."),
)
@answers
@common
def data(place: str | None, only: str | None, folder: Path, region: str) -> Answer:
    """Run all checks over the data."""
    from ambos.flows.data.check import findings_answer

    opened = workspace(folder, region)
    with progress(tr("Checking", "Revisando")):
        return findings_answer(opened, place=place, check=only)


@command.command(
    "store",
    help=tr(
        "Verify every table and every fetched body of the workspace by its hash.",
        "Verifica por su huella cada tabla y cada descarga del espacio de trabajo.",
    ),
)
@click.option(
    "--repair",
    is_flag=True,
    help=tr(
        "Move what is damaged aside and build it again from the fetched bodies.",
        "Aparta lo dañado y lo vuelve a construir con las descargas.",
    ),
)
@answers
@common
def store(repair: bool, folder: Path, region: str) -> Answer:
    """Verify the store, or repair it."""
    from ambos.flows.data.check_store import store_answer

    opened = workspace(folder, region)
    with progress(tr("Verifying", "Verificando")):
        return store_answer(opened, repair=repair)


@command.command(
    "definitions",
    help=tr(
        "Check that all definitions fit together and every text is in both languages.",
        "Revisa que las definiciones concuerden y que cada texto esté en ambos idiomas.",
    ),
)
@answers
@common
def definitions(folder: Path, region: str) -> Answer:
    """Check the definitions."""
    from ambos.flows.data.definitions import definitions_answer

    return definitions_answer(workspace(folder, region))
