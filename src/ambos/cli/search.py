"""`ambos search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambos.cli.declare import argument
from ambos.cli.door import verb
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "search",
    "Find series, places, codes, sources, checks, terms and questions by words of either language.",
    "Encuentra series, lugares, claves, fuentes, revisiones, términos y preguntas con palabras de cualquiera de los dos idiomas.",
    argument("words", nargs=-1, required=True, metavar=Text("WORDS...", "PALABRAS...")),
    example=Text('ambos search "agricultural imports"', 'ambos search "importaciones agrícolas"'),
)
def command(opened: Workspace, words: tuple[str, ...]) -> Answer:
    """Find by words."""
    from ambos.flows.data.search import search

    return search(opened, " ".join(words))
