"""`ambos register import`, `export` and `due`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ambos.cli.common import progress
from ambos.cli.declare import COUNT, FILE, FILE_PATH, argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import whole
from ambos.cli.language import tr
from ambos.cli.register_options import AS_OF, OFFICE, OFFICE_NAME, SEEN_BY, URL, WHY, word
from ambos.model.register import KINDS
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "import",
    "Enter the records of a file (TOML, CSV or XLSX): new ones are created, others changed to what it says. The whole file is checked first, and entered whole or not at all.",
    "Registra lo que contiene un archivo (TOML, CSV o XLSX): crea lo nuevo y modifica lo demás según el archivo. Primero se revisa todo el archivo; se registra completo o nada.",
    argument("file", metavar=FILE, type=FILE_PATH),
    OFFICE,
    option("--propose", is_flag=True)(
        "Propose new records at once; else they are drafts that only the office's side sees.",
        "Propone de inmediato los registros nuevos; si no, son borradores que solo ve la parte de la oficina.",
    ),
    WHY,
    URL,
    short=Text("Enter the records of a file, whole or not at all.", "Registra un archivo completo o nada."),
    example=Text(
        "ambos register import commitments.xlsx --office adot", "ambos register import compromisos.xlsx --office cedes"
    ),
)
def import_(opened: Workspace, file: Path, office: str, why: str, url: str, *, propose: bool) -> Answer:
    """Enter the records of a file."""
    from ambos.flows.register.transfer import import_records

    with progress(tr("Checking and entering", "Revisando y registrando")) as tell:
        return import_records(opened, file, office=office, url=url, why=why, propose=propose, progress=tell)


@verb(
    "export",
    "Write records to a file (TOML, CSV or XLSX by its ending) that import reads back as they are.",
    "Escribe registros en un archivo (TOML, CSV o XLSX según su terminación) que import lee tal como están.",
    argument("file", metavar=FILE, type=FILE_PATH),
    option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)))(
        "Only of this kind; repeatable.", "Solo de este tipo; se puede repetir."
    ),
    AS_OF,
    SEEN_BY,
    URL,
    example=Text("ambos register export commitments.xlsx --kind commitment", "ambos register export compromisos.xlsx --kind commitment"),
)  # fmt: skip
def export(opened: Workspace, file: Path, as_of: str, **wanted: Any) -> Answer:
    """Write records to a file."""
    from ambos.flows.register.open import moment
    from ambos.flows.register.transfer import export_records

    with progress(tr("Writing", "Escribiendo")):
        return export_records(opened, file, at=moment(opened, as_of), **wanted)


@verb(
    "due",
    "List what is late, what is due soon, agreements that end soon, and commitments without news.",
    "Enumera lo que lleva atraso, lo que está por vencer, los acuerdos por terminar y los compromisos sin noticias.",
    option("--within", "ahead", type=whole(0, 3660), default=90, show_default=True, metavar=COUNT)(
        "Days ahead for what is due.", "Días hacia adelante para lo que está por vencer."
    ),
    word("--committee")("Only of this committee (its id).", "Solo de este comité (su identificador)."),
    word("--side")("Only with this side, by the id of its place.", "Solo con esta parte, por la clave de su lugar."),
    option("--responsible", default="", metavar=OFFICE_NAME)(
        "Only those for which this office is responsible.", "Solo aquello de lo que responde esta oficina."
    ),
    AS_OF,
    SEEN_BY,
    URL,
    example="ambos register due --within 180",
)
def due(opened: Workspace, **wanted: Any) -> Answer:
    """List what is late, due or ending."""
    from ambos.flows.register.due import due_answer

    return due_answer(opened, **wanted)
