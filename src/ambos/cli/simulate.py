"""`ambos simulate`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import Period, Whole, as_json, common, print_json, print_table, progress, workspace
from ambos.cli.language import LANGUAGE, tr
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

if TYPE_CHECKING:
    from ambos.model.table import TextTable
    from ambos.text import Text

replications_option = click.option(
    "--replications",
    type=Whole(1, MOST_REPLICATIONS),
    metavar=tr("N", "N"),
    help=tr(
        f"Days played with other draws. [default: {REPLICATIONS}; of a year {YEAR_REPLICATIONS}]",
        f"Días simulados con otros sorteos. [predeterminado: {REPLICATIONS}; de un año, {YEAR_REPLICATIONS}]",
    ),
)
seed_option = click.option(
    "--seed",
    type=Whole(0, MOST_SEED),
    default=SEED,
    show_default=True,
    metavar=tr("N", "N"),
    help=tr("The same seed gives the same travellers.", "La misma semilla da los mismos usuarios."),
)


@click.command(
    "simulate",
    help=tr(
        "Play a day at ports of entry, traveller by traveller: waits, queues, booths, costs, emissions.",
        "Simula un día en los cruces, usuario por usuario: esperas, filas, casetas, costos, emisiones.",
    ),
    epilog=tr(
        "Example: ambos simulate --all --day 2025-07-14",
        "Ejemplo: ambos simulate --all --day 2025-07-14",
    ),
)
@click.argument(
    "scenario", required=False, metavar=tr("[SCENARIO.toml]", "[ESCENARIO.toml]"), type=click.Path(path_type=Path)
)
@click.option(
    "--port",
    "ports",
    multiple=True,
    metavar=tr("NAME", "NOMBRE"),
    help=tr(
        "Crossing or port as it is, instead of a file; repeatable.",
        "Cruce o puerto tal como es, en vez de un archivo; se puede repetir.",
    ),
)
@click.option("--all", "every", is_flag=True, help=tr("All crossings of the region.", "Todos los cruces de la región."))
@click.option("--day", type=Period(last=False), help=tr("With --port or --all.", "Con --port o --all."))
@click.option(
    "--year",
    type=Whole(FIRST_YEAR, LAST_YEAR),
    metavar=tr("YEAR", "AÑO"),
    help=tr("Every day of a year, with --port or --all.", "Todos los días de un año, con --port o --all."),
)
@click.option(
    "--reported",
    is_flag=True,
    help=tr(
        "With --year: the simulated waits beside those that CBP reports, hour by hour.",
        "Con --year: las esperas simuladas junto a las que reporta CBP, hora por hora.",
    ),
)
@replications_option
@seed_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar=tr("FOLDER", "CARPETA"),
    help=tr("Write a page, pictures and data there.", "Escribe ahí una página, imágenes y datos."),
)
@click.option(
    "--schema",
    is_flag=True,
    help=tr("Print the JSON Schema of scenario files.", "Imprime el JSON Schema de los escenarios."),
)
@as_json
@common
def command(
    scenario: Path | None,
    ports: tuple[str, ...],
    every: bool,
    day: date | None,
    year: int | None,
    reported: bool,
    replications: int | None,
    seed: int,
    out: Path | None,
    schema: bool,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    if schema:
        from ambos.crossing.scenario.schema import schema as json_schema

        print_json(json_schema(LANGUAGE))
        return
    if year is not None and (scenario or day or out):
        raise click.UsageError(
            tr(
                "--year goes with --port or --all, not with a file, --day or --out.",
                "--year va con --port o --all, no con un archivo, --day ni --out.",
            )
        )
    opened = workspace(folder, region)
    if reported:
        if year is None:
            raise click.UsageError(tr("--reported goes with --year.", "--reported va con --year."))
        from ambos.flows.twin import reported as beside

        with simulating() as tell:
            compared = beside.reported(
                opened,
                year,
                ports=ports,
                every=every,
                replications=replications or YEAR_REPLICATIONS,
                seed=seed,
                progress=tell,
            )
        if as_json:
            print_json(beside.record(compared))
            return
        show(beside.tables(compared), beside.notes(compared))
        return
    if year is not None:
        from ambos.flows.twin.year import record as year_record
        from ambos.flows.twin.year import simulate_year
        from ambos.flows.twin.year import tables as year_tables

        with simulating() as tell:
            whole = simulate_year(
                opened,
                year,
                ports=ports,
                every=every,
                replications=replications or YEAR_REPLICATIONS,
                seed=seed,
                progress=tell,
            )
        if as_json:
            print_json(year_record(whole))
            return
        show(year_tables(whole), whole.notes)
        return
    from ambos.flows.twin.simulate import simulate

    with simulating() as tell:
        run = simulate(
            opened,
            scenario,
            ports=ports,
            every=every,
            day=day,
            replications=replications or REPLICATIONS,
            seed=seed,
            progress=tell,
        )
    written: list[Path] = []
    if out is not None:
        from ambos.flows.twin.run_sheet import write

        written = write(run, out)
    if as_json:
        from ambos.flows.twin.run_records import record

        print_json(record(run))
        return
    from ambos.flows.twin.run_tables import provenance, tables

    click.echo(run.scenario.name[LANGUAGE])
    click.echo(" · ".join(f"{name[LANGUAGE]}: {value[LANGUAGE]}" for name, value in provenance(run)))
    show(tables(run), run.notes)
    for path in written:
        click.echo(path)


def show(tables: list[TextTable], notes: tuple[Text, ...]) -> None:
    """Print tables and what they rest on."""
    for table in tables:
        if table.folded or not table.rows:
            continue
        headings = [(c[LANGUAGE], "left" if i < table.texts else "right") for i, c in enumerate(table.columns)]
        print_table(headings, [[cell[LANGUAGE] for cell in row] for row in table.rows], title=table.title[LANGUAGE])
    for note in notes:
        click.echo(f"· {note[LANGUAGE]}")


@contextmanager
def simulating() -> Iterator[Callable[[str, int, int], None]]:
    """Progress of a simulation, and of its compilation where it is compiled; without a terminal that is one line."""
    with progress(tr("Simulating", "Simulando")) as tell:
        said = sys.stderr.isatty()

        def told(what: str, done: int, total: int) -> None:
            nonlocal said
            if what != COMPILING:
                tell(what, done, total)
                return
            if not said:
                click.echo(
                    tr(
                        "Compiling the simulation, this once: some 20 seconds of processor time.",
                        "Compilando la simulación, solo esta vez: unos 20 segundos de procesador.",
                    ),
                    err=True,
                )
            said = True
            tell(tr("compiling, this once", "compilando, solo esta vez"), done, total)

        yield told
