"""`ambos simulate`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import print_json, progress
from ambos.cli.declare import COUNT, FOLDER, NAME, YEAR_NAME, argument, option, path_type
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY, whole
from ambos.cli.language import tr
from ambos.crossing.defaults import (
    COMPILING,
    FIRST_YEAR,
    LAST_YEAR,
    MOST_REPLICATIONS,
    MOST_SEED,
    REPLICATIONS,
    SEED,
    YEAR_REPLICATIONS,
)
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer

replications_option = option("--replications", type=whole(1, MOST_REPLICATIONS), metavar=COUNT)(
    f"Days played with other draws. [default: {REPLICATIONS}; of a year {YEAR_REPLICATIONS}]",
    f"Días simulados con otros sorteos. [predeterminado: {REPLICATIONS}; de un año, {YEAR_REPLICATIONS}]",
)
seed_option = option("--seed", type=whole(0, MOST_SEED), default=SEED, show_default=True, metavar=COUNT)(
    "The same seed gives the same travellers.", "La misma semilla da los mismos usuarios."
)


def _print_schema(context: click.Context, option: click.Parameter, asked: bool) -> None:
    """Print the JSON Schema of scenario files, and nothing else."""
    if asked:
        from ambos.crossing.scenario.schema import schema

        print_json(schema(context.obj))
        context.exit()


out_option = option("--out", type=path_type, metavar=FOLDER)(
    "Write a page, pictures and data there.", "Escribe ahí una página, imágenes y datos."
)
keep_option = option("--keep", is_flag=True)(
    "Keep the result in the workspace; ambos runs shows it again.",
    "Guarda el resultado en la carpeta de los datos; ambos runs lo vuelve a mostrar.",
)


@verb(
    "simulate",
    "Play a day at ports of entry, traveller by traveller: waits, queues, booths, costs, emissions.",
    "Simula un día en los cruces, usuario por usuario: esperas, filas, casetas, costos, emisiones.",
    argument("scenario", required=False, metavar=Text("[SCENARIO.toml]", "[ESCENARIO.toml]"), type=path_type),
    option("--port", "ports", multiple=True, metavar=NAME)(
        "Crossing or port as it is, instead of a file; repeatable.",
        "Cruce o puerto tal como es, en vez de un archivo; se puede repetir.",
    ),
    option("--all", "every", is_flag=True)("All crossings of the region.", "Todos los cruces de la región."),
    option("--day", type=FIRST_DAY)("With --port or --all.", "Con --port o --all."),
    option("--priors", is_flag=True)(
        "With --port or --all and --day: the definitions' laws and relative demand instead of what is calibrated.",
        "Con --port o --all y --day: las leyes y la demanda relativa de las definiciones en vez de lo calibrado.",
    ),
    option("--year", type=whole(FIRST_YEAR, LAST_YEAR), metavar=YEAR_NAME)(
        "Every day of a year, with --port or --all.", "Todos los días de un año, con --port o --all."
    ),
    option("--reported", is_flag=True)(
        "With --year: the simulated waits beside those that CBP reports, hour by hour.",
        "Con --year: las esperas simuladas junto a las que reporta CBP, hora por hora.",
    ),
    replications_option,
    seed_option,
    out_option,
    keep_option,
    option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema)(
        "Print the JSON Schema of scenario files.", "Imprime el JSON Schema de los escenarios."
    ),
    example="ambos simulate --all --day 2025-07-14",
)
def command(
    opened: Workspace,
    scenario: Path | None,
    ports: tuple[str, ...],
    every: bool,
    day: date | None,
    priors: bool,
    year: int | None,
    reported: bool,
    replications: int | None,
    seed: int,
    out: Path | None,
    keep: bool,
) -> Answer:
    """Simulate a scenario, a day of crossings, or a year of them."""
    if year is not None and (scenario or day or out):
        raise click.UsageError(
            tr(
                "--year goes with --port or --all, not with a file, --day or --out.",
                "--year va con --port o --all, no con un archivo, --day ni --out.",
            )
        )
    if priors and day is None:
        raise click.UsageError(tr("--priors goes with --day.", "--priors va con --day."))
    if reported and year is None:
        raise click.UsageError(tr("--reported goes with --year.", "--reported va con --year."))
    with simulating() as show:
        if year is not None:
            from ambos.flows.twin import year as of_year

            played = of_year.simulate_year(
                opened,
                year,
                ports=ports,
                every=every,
                replications=replications or YEAR_REPLICATIONS,
                seed=seed,
                progress=show,
            )
            answer = of_year.answer_reported(played) if reported else of_year.answer(played)
            return kept(opened, answer) if keep else answer
        from ambos.flows.twin import simulate as of_day

        run = of_day.simulate(
            opened,
            scenario,
            ports=ports,
            every=every,
            day=day,
            calibrated=not priors,
            replications=replications or REPLICATIONS,
            seed=seed,
            progress=show,
        )
    answer = of_day.answer(run)
    if out is not None:
        from ambos.flows.twin.page import write

        answer = replace(answer, files=write(run, answer, out))
    return kept(opened, answer) if keep else answer


def kept(opened: Workspace, answer: Answer) -> Answer:
    """Keep an answer in the workspace, and name its file."""
    from ambos.flows.twin.runs import keep

    return replace(answer, files=(*answer.files, keep(opened, answer)))


@contextmanager
def simulating() -> Iterator[Callable[[str, int, int], None]]:
    """Progress of a simulation, and of its compilation where it is compiled; without a terminal that is one line."""
    once = tr(
        "Compiling the simulation, this once: some 20 seconds of processor time.",
        "Compilando la simulación, solo esta vez: unos 20 segundos de procesador.",
    )
    compiling = tr("compiling, this once", "compilando, solo esta vez")
    with progress(tr("Simulating", "Simulando")) as tell:
        announced = sys.stderr.isatty()

        def show(what: str, done: int, total: int) -> None:
            nonlocal announced
            if what != COMPILING:
                tell(what, done, total)
                return
            if not announced:
                click.echo(once, err=True)
            announced = True
            tell(compiling, done, total)

        yield show
