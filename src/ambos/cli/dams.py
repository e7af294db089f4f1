"""`ambos dams`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ambos.cli.declare import option
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY, DayKnown

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "dams",
    "Print what the reservoirs on the state's own rivers store on a day, and how full they are.",
    "Muestra cuánto almacenan un día las presas de los ríos propios del estado y qué tan llenas están.",
    option("--date", "day", type=FIRST_DAY)("Day; else the newest held.", "Día; si no, el último disponible."),
    option("--as-of", type=DayKnown)("What was known on this day.", "Lo que se conocía ese día."),
    example="ambos dams --date 2024-06-30",
)
def command(opened: Workspace, *, day: date | None, as_of: date | None) -> Answer:
    """Tabulate the storage of the region's dams on a day."""
    from ambos.flows.region.dams import dams

    return dams(opened, day=day, as_of=as_of)
