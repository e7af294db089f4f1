"""`ambos check data`, `ambos check store`, `ambos check definitions` and `ambos check claim`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ambos.cli.common import progress
from ambos.cli.declare import NAME, argument, group, option
from ambos.cli.door import verb
from ambos.cli.kinds import DayKnown
from ambos.cli.language import tr
from ambos.text import Text

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


@verb(
    "claim",
    "Check a claim by the figures held: a sentence in English or Spanish, a file of claims, or a checked claim of the region by its id; without any, list the region's.",
    "Revisa una afirmación con las cifras disponibles: una oración en español o inglés, un archivo de afirmaciones o una afirmación revisada de la región por su clave; sin nada, enumera las de la región.",
    argument("asked", required=False, metavar=Text('[FILE|ID|"SENTENCE"]', '[ARCHIVO|CLAVE|"ORACIÓN"]')),
    option("--as-of", type=DayKnown)(
        "Compare with what was known on this day, and read “last year” from it; else the day of the claim.",
        "Compara con lo que se conocía ese día y toma de él «el año pasado»; si no, el día de la afirmación.",
    ),
    option("--yes", is_flag=True)(
        "Take the readings proposed for a sentence; without it they are shown to be confirmed.",
        "Acepta las lecturas propuestas para una oración; sin esto se muestran para confirmarlas.",
    ),
    example=Text(
        'ambos check claim "Imports grew by 3% in 2024" --yes',
        'ambos check claim "Las importaciones crecieron 3% en 2024" --yes',
    ),
)
def claim(opened: Workspace, asked: str | None, as_of: date | None, yes: bool) -> Answer:
    """Check a claim, or list the checked ones."""
    from ambos.flows.claims.answer import claim_answer, claims_answer

    with progress(tr("Checking", "Revisando")) as tell:
        if asked is None:
            return claims_answer(opened)
        return claim_answer(opened, asked, as_of=as_of, yes=yes, progress=lambda done, total: tell("", done, total))


command = group(
    "check",
    "Find faults in the data or in the definitions, or check a claim.",
    "Busca fallas en los datos o en las definiciones, o revisa una afirmación.",
    data,
    store,
    definitions,
    claim,
)
