"""`ambos series`."""

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
    "series",
    help=tr("List series and indicators with definitions.", "Enumera series e indicadores con sus definiciones."),
)
@click.argument("words", nargs=-1, metavar=tr("[WORDS]...", "[PALABRAS]..."))
@answers
@common
def command(words: tuple[str, ...], folder: Path, region: str) -> Answer:
    """List series and indicators."""
    from ambos.flows.data.listing import series_answer

    return series_answer(workspace(folder, region), " ".join(words))
