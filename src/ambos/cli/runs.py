"""`ambos runs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ambos.cli.door import verb
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "runs",
    "List the simulations kept with --keep, or show one again.",
    "Enumera las simulaciones guardadas con --keep, o vuelve a mostrar una.",
    example="ambos runs 3cf32fc8",
)
@click.argument("run", required=False, metavar=tr("[RUN]", "[CORRIDA]"))
def command(opened: Workspace, run: str | None) -> Answer:
    """List the kept runs of the twin, or show one again."""
    from ambos.flows.twin.runs import runs, show

    return runs(opened) if run is None else show(opened, run)
