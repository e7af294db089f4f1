"""`ambos places`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambos.cli.declare import argument, option
from ambos.cli.door import verb
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "places",
    "List the places that are known.",
    "Enumera los lugares conocidos.",
    argument("words", nargs=-1, metavar=Text("[WORDS]...", "[PALABRAS]...")),
    option("--all", "everywhere", is_flag=True)("Not only the region's.", "No solo los de la región."),
)
def command(opened: Workspace, words: tuple[str, ...], everywhere: bool) -> Answer:
    """List places."""
    from ambos.flows.data.listing import places_answer

    return places_answer(opened, " ".join(words), everywhere=everywhere)
