"""`ambos places`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import common, workspace
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer


@click.command("places", help=tr("List the places that are known.", "Enumera los lugares conocidos."))
@click.argument("words", nargs=-1, metavar=tr("[WORDS]...", "[PALABRAS]..."))
@click.option("--all", "everywhere", is_flag=True, help=tr("Not only the region's.", "No solo los de la región."))
@answers
@common
def command(words: tuple[str, ...], everywhere: bool, folder: Path, region: str) -> Answer:
    """List places."""
    from ambos.flows.data.listing import places_answer

    return places_answer(workspace(folder, region), " ".join(words), everywhere=everywhere)
