"""`ambos runs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambos.cli.declare import argument
from ambos.cli.door import verb
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "runs",
    "List the simulations kept with --keep, or show one again.",
    "Enumera las simulaciones guardadas con --keep, o vuelve a mostrar una.",
    argument("run", required=False, metavar=Text("[RUN]", "[CORRIDA]")),
    example="ambos runs 3cf32fc8",
)
def command(opened: Workspace, run: str | None) -> Answer:
    """List the kept runs of the twin, or show one again."""
    from ambos.flows.twin.runs import runs, show

    return runs(opened) if run is None else show(opened, run)
