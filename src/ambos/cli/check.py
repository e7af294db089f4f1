"""`ambos check data`, `ambos check store` and `ambos check definitions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambos.cli.common import progress
from ambos.cli.declare import NAME, group, option
from ambos.cli.door import verb
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "data",
    "Run all checks over the data, write the findings and print them.",
    "Aplica todas las revisiones a los datos, guarda los hallazgos y los muestra.",
    option("--place", metavar=NAME)("Only findings of this place.", "Solo los hallazgos de este lugar."),
    option("--check", metavar=NAME)("Only findings of this check.", "Solo los hallazgos de esta revisión."),
)
def data(opened: Workspace, place: str | None, check: str | None) -> Answer:
    """Run all checks over the data."""
    from ambos.flows.data.check import findings_answer

    with progress(tr("Checking", "Revisando")):
        return findings_answer(opened, place=place, check=check, keep=True)


@verb(
    "store",
    "Verify every table and every fetched body of the workspace by its hash.",
    "Verifica por su huella cada tabla y cada descarga del espacio de trabajo.",
    option("--repair", is_flag=True)(
        "Move what is damaged aside and build it again from the fetched bodies.",
        "Aparta lo dañado y lo vuelve a construir con las descargas.",
    ),
)
def store(opened: Workspace, repair: bool) -> Answer:
    """Verify the store, or repair it."""
    from ambos.flows.data.check_store import store_answer

    with progress(tr("Verifying", "Verificando")):
        return store_answer(opened, repair=repair)


@verb(
    "definitions",
    "Check that all definitions fit together and every text is in both languages.",
    "Revisa que las definiciones concuerden y que cada texto esté en ambos idiomas.",
)
def definitions(opened: Workspace) -> Answer:
    """Check the definitions."""
    from ambos.flows.data.definitions import definitions_answer

    return definitions_answer(opened)


command = group(
    "check",
    "Find faults in the data, or in the definitions.",
    "Busca fallas en los datos o en las definiciones.",
    data,
    store,
    definitions,
)
