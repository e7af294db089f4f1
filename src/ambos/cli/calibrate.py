"""`ambos calibrate`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ambos.cli.declare import NAME, argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY, LAST_DAY
from ambos.cli.simulate import kept, simulating
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "calibrate",
    "Fit demand and inspection of a crossing's lines to reported waits, lanes open and monthly crossings, and use them.",
    "Ajusta la demanda y la inspección de un cruce a las esperas reportadas, los carriles abiertos y los cruces mensuales, y las usa.",
    argument("crossing", metavar=NAME),
    option("--from", "start", type=FIRST_DAY)(
        "First day of the waits used; all held if not said.",
        "Primer día de las esperas que se usan; todas las disponibles si no se dice.",
    ),
    option("--to", "end", type=LAST_DAY)("Last day.", "Último día."),
    example=Text("ambos calibrate CROSSING", "ambos calibrate CRUCE"),
)
def command(opened: Workspace, crossing: str, start: date | None, end: date | None) -> Answer:
    """Calibrate a crossing, or all those of a port; kept in the workspace as an estimate."""
    from ambos.flows.twin.calibrate import calibrate, keep
    from ambos.flows.twin.calibrate_answer import answer

    with simulating() as show:
        found = calibrate(opened, (crossing,), start=start, end=end, progress=show)
    keep(opened, found)
    return kept(opened, answer(found))
