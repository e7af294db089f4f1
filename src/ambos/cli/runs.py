"""`ambos runs`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import common, workspace
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer


@click.command(
    "runs",
    help=tr(
        "List the simulations kept with --keep, or show one again.",
        "Enumera las simulaciones guardadas con --keep, o vuelve a mostrar una.",
    ),
    epilog=tr("Example: ambos runs 3cf32fc8", "Ejemplo: ambos runs 3cf32fc8"),
)
@click.argument("run", required=False, metavar=tr("[RUN]", "[CORRIDA]"))
@answers
@common
def command(run: str | None, folder: Path, region: str) -> Answer:
    """List the kept runs of the twin, or show one again."""
    from ambos.flows.twin.runs import runs, show

    opened = workspace(folder, region)
    return runs(opened) if run is None else show(opened, run)
