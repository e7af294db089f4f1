"""`ambos build`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ambos.cli.common import progress
from ambos.cli.declare import FILE, option, path_type
from ambos.cli.door import verb
from ambos.cli.kinds import DayKnown
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "build",
    "Read new files into the store. Without --from: what ambos fetch brought.",
    "Lee archivos nuevos y los guarda. Sin --from: lo que trajo ambos fetch.",
    option("--from", "origin", type=path_type)(
        "Folder of files downloaded by hand, or one file.", "Carpeta de archivos descargados a mano, o un archivo."
    ),
    option("--as-of", type=DayKnown)("Day on which these figures were known.", "Día en que se conocían estas cifras."),
    option("--again", is_flag=True)("Read files again that were read before.", "Vuelve a leer archivos ya leídos."),
    option("--accept", multiple=True, metavar=FILE)(
        "Take a held file: its name or the start of its hash; repeatable.",
        "Toma un archivo en espera: su nombre o el inicio de su hash; se puede repetir.",
    ),
)
def command(opened: Workspace, origin: Path | None, as_of: date | None, again: bool, accept: tuple[str, ...]) -> Answer:
    """Read files into the store."""
    from ambos.flows.data.build import build
    from ambos.flows.data.build_answer import build_answer

    with progress(tr("Reading", "Leyendo")) as tell:
        report = build(opened, origin, as_of=as_of, again=again, accept=accept, progress=tell)
    answer = build_answer(opened, report)
    if not report.appended:
        return answer
    from ambos.flows.alerts.evaluate import after_build  # loads the rules of alerts, which nothing new needs

    return after_build(opened, answer)
