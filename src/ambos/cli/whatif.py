"""`ambos whatif`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.declare import argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY
from ambos.cli.language import tr
from ambos.cli.simulate import keep_option, kept, out_option, replications_option, seed_option, simulating
from ambos.crossing.defaults import REPLICATIONS
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "whatif",
    "Play a change by name beside the day as it is; without a name, list them.",
    "Simula un supuesto por su nombre junto al día como es; sin nombre, los enumera.",
    argument("name", required=False, metavar=Text("[NAME]", "[NOMBRE]")),
    argument("crossing", required=False, metavar=Text("[CROSSING]", "[CRUCE]")),
    option("--day", type=FIRST_DAY)("The day.", "El día."),
    replications_option,
    seed_option,
    out_option,
    keep_option,
    example=Text(
        "ambos whatif open_overnight CROSSING --day 2026-06-06", "ambos whatif open_overnight CRUCE --day 2026-06-06"
    ),
)
def command(
    opened: Workspace,
    name: str | None,
    crossing: str | None,
    day: date | None,
    replications: int | None,
    seed: int,
    out: Path | None,
    keep: bool,
) -> Answer:
    """Play a what-if."""
    from ambos.flows.twin import whatif

    if name is None:
        return whatif.listing(opened)
    if crossing is None or day is None:
        raise click.UsageError(
            tr("Name a crossing, and give --day.", "Indique un cruce y --day."),
        )
    question = whatif.asked(opened, name, crossing, day)
    with simulating() as show:
        compared = whatif.play(opened, question, replications=replications or REPLICATIONS, seed=seed, progress=show)
    told = whatif.answer(question, compared)
    if out is not None:
        from ambos.flows.twin.page import write_compared

        told = replace(told, files=write_compared(compared, told, out))
    return kept(opened, told) if keep else told
