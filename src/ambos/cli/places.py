"""`ambos places`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ambos.cli.common import option
from ambos.cli.door import verb
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb("places", "List the places that are known.", "Enumera los lugares conocidos.")
@click.argument("words", nargs=-1, metavar=tr("[WORDS]...", "[PALABRAS]..."))
@option("--all", "everywhere", is_flag=True, en="Not only the region's.", es="No solo los de la región.")
def command(opened: Workspace, words: tuple[str, ...], everywhere: bool) -> Answer:
    """List places."""
    from ambos.flows.data.listing import places_answer

    return places_answer(opened, " ".join(words), everywhere=everywhere)
