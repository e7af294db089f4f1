"""`ambos compare`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import as_json, common, print_json, workspace
from ambos.cli.language import LANGUAGE, tr
from ambos.cli.simulate import replications_option, seed_option, show, simulating
from ambos.crossing.defaults import REPLICATIONS


@click.command(
    "compare",
    help=tr(
        "Play two scenarios with the same travellers and print the differences, B less A.",
        "Simula dos escenarios con los mismos usuarios y muestra las diferencias, B menos A.",
    ),
    epilog=tr(
        "Example: ambos compare now.toml one-lane-more.toml", "Ejemplo: ambos compare hoy.toml un-carril-mas.toml"
    ),
)
@click.argument("first", metavar="A.toml", type=click.Path(path_type=Path))
@click.argument("second", metavar="B.toml", type=click.Path(path_type=Path))
@replications_option
@seed_option
@as_json
@common
def command(
    first: Path, second: Path, replications: int | None, seed: int, as_json: bool, folder: Path, region: str
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.twin.compare import compare, tables

    with simulating() as tell:
        compared = compare(
            workspace(folder, region),
            first,
            second,
            replications=replications or REPLICATIONS,
            seed=seed,
            progress=tell,
        )
    if as_json:
        from ambos.flows.twin.run_records import comparison_record

        print_json(comparison_record(compared.first, compared.second, compared.found))
        return
    for letter, run in (("A", compared.first), ("B", compared.second)):
        click.echo(f"{letter}: {run.scenario.name[LANGUAGE]} ({first if letter == 'A' else second})")
    show(tables(compared), tuple(dict.fromkeys((*compared.first.notes, *compared.second.notes))))
