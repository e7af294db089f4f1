"""`ambos staff`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.declare import FILE, argument, option, path_type
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY, whole
from ambos.cli.language import tr
from ambos.cli.simulate import keep_option, kept, out_option, seed_option, simulating
from ambos.crossing.defaults import FRONTIER_REPLICATIONS, MOST_REPLICATIONS, STAFF_REPLICATIONS
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "staff",
    "Plan lanes and officers of a crossing on a day, and verify the plan by simulation.",
    "Planea carriles y oficiales de un cruce en un día y verifica el plan con simulación.",
    argument("crossing", metavar=Text("CROSSING", "CRUCE")),
    option("--day", type=FIRST_DAY, required=True)("The day.", "El día."),
    option("--mode", type=click.Choice(["cost", "officers", "waits", "worked", "frontier"]))(
        "What is wanted: least cost of waiting and officers; fewest officers for a target; shortest waits for the officers"
        " there are; the lane-hours really worked on a past day, placed better; levels of security against waits and officers."
        " [default: cost; with --target officers]",
        "Lo que se busca: menor costo de espera y oficiales; mínimo de oficiales para una meta; esperas más cortas con los"
        " oficiales que hay; las horas-carril realmente trabajadas en un día pasado, mejor distribuidas; niveles de seguridad frente a esperas y oficiales."
        " [predeterminado: cost; con --target, officers]",
    ),
    option("--target", metavar=Text("TARGET", "META"))(
        "Such as “95% under 30 min”, of every class.", "Por ejemplo «95% en menos de 30 min», de cada clase."
    ),
    option("--officers", type=path_type, metavar=FILE)(
        "Officers available and their shifts (TOML).", "Oficiales disponibles y sus turnos (TOML)."
    ),
    option("--floors", type=path_type, metavar=FILE)(
        "Security floors: lanes, inspection times, referrals, posts (TOML).",
        "Mínimos de seguridad: carriles, tiempos de inspección, envíos a revisión, puestos (TOML).",
    ),
    option(
        "--replications", type=whole(1, MOST_REPLICATIONS), default=STAFF_REPLICATIONS, show_default=True, metavar="N"
    )("Days simulated to verify the plan.", "Días simulados para verificar el plan."),
    seed_option,
    out_option,
    keep_option,
    example=Text(
        'ambos staff CROSSING --day 2026-06-06 --target "95% under 30 min"',
        'ambos staff CRUCE --day 2026-06-06 --target "95% under 30 min"',
    ),
)
def command(
    opened: Workspace,
    crossing: str,
    day: date,
    mode: str | None,
    target: str | None,
    officers: Path | None,
    floors: Path | None,
    replications: int,
    seed: int,
    out: Path | None,
    keep: bool,
) -> Answer:
    """Plan lanes and officers."""
    from ambos.flows.twin.staff import answer, staff

    if mode == "frontier":
        if floors or out:
            raise click.UsageError(
                tr(
                    "--mode frontier sets the floors itself and writes no page: leave --floors and --out out.",
                    "--mode frontier fija los mínimos y no escribe página: omita --floors y --out.",
                )
            )
        from ambos.flows.twin.frontier import frontier

        with simulating() as show:
            drawn = frontier(
                opened,
                crossing,
                day,
                target=target,
                officers=officers,
                replications=min(replications, FRONTIER_REPLICATIONS),
                seed=seed,
                progress=show,
            )
        return kept(opened, drawn) if keep else drawn
    with simulating() as show:
        made = staff(
            opened,
            crossing,
            day,
            mode=mode,  # type: ignore[arg-type]  # one of the choices
            target=target,
            officers=officers,
            floors=floors,
            replications=replications,
            seed=seed,
            progress=show,
        )
    told = answer(made)
    if out is not None:
        from ambos.flows.twin.staff_page import write_staffed

        told = replace(told, files=write_staffed(made, told, out))
    return kept(opened, told) if keep else told
