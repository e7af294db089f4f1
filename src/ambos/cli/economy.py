"""`ambos economy`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ambos.cli.declare import YEAR_NAME, option
from ambos.cli.door import verb
from ambos.cli.kinds import YEAR, DayKnown

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "economy",
    "Print the industries of the region's states side by side, in dollars and in pesos.",
    "Muestra las industrias de los estados de la región lado a lado, en dólares y en pesos.",
    option("--year", type=YEAR, metavar=YEAR_NAME)(
        "Year; else the newest of both.", "Año; si no, el más reciente de ambos."
    ),
    option("--as-of", type=DayKnown)("What was known on this day.", "Lo que se conocía ese día."),
    example="ambos economy --year 2021",
)
def command(opened: Workspace, *, year: int | None, as_of: date | None) -> Answer:
    """Set the industries of the region's states side by side."""
    from ambos.flows.region.economy import industries

    return industries(opened, year=year, as_of=as_of)
