"""`ambos series`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambos.cli.declare import argument
from ambos.cli.door import verb
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "series",
    "List series and indicators with definitions.",
    "Enumera series e indicadores con sus definiciones.",
    argument("words", nargs=-1, metavar=Text("[WORDS]...", "[PALABRAS]...")),
)
def command(opened: Workspace, words: tuple[str, ...]) -> Answer:
    """List series and indicators."""
    from ambos.flows.data.listing import series_answer

    return series_answer(opened, " ".join(words))
