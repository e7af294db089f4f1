"""`ambos sources`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ambos.cli.door import verb

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "sources",
    "List sources: last snapshot, newest period, lag.",
    "Enumera fuentes: última copia, periodo más reciente, rezago.",
)
def command(opened: Workspace) -> Answer:
    """List sources and how fresh each is."""
    from ambos.flows.data.listing import sources_answer

    return sources_answer(opened)
