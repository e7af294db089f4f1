"""`ambos sources`."""

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
    "sources",
    help=tr(
        "List sources: last snapshot, newest period, lag.",
        "Enumera fuentes: última copia, periodo más reciente, rezago.",
    ),
)
@answers
@common
def command(folder: Path, region: str) -> Answer:
    """List sources and how fresh each is."""
    from ambos.flows.data.listing import sources_answer

    return sources_answer(workspace(folder, region))
