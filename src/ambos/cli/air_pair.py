"""`ambos air pair`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import as_json, common, print_answer, print_json, print_notes, workspace
from ambos.cli.language import tr


@click.command(
    "pair",
    short_help=tr("Twin stations of both sides, hour by hour.", "Pares de estaciones de ambos lados, hora por hora."),
    help=tr(
        "Twin stations of both sides hour by hour: difference, correlation, lag, both indices, months without a valid twin. Without files, --pair compares what the store has; without either, the pairs that are known.",
        "Pares de estaciones de ambos lados, hora por hora: diferencia, correlación, desfase, ambos índices, meses sin par válido. Sin archivos, --pair compara lo que se tiene guardado; sin nada, los pares conocidos.",
    ),
    epilog=tr("Example: ambos air pair us.csv mx.csv", "Ejemplo: ambos air pair eeuu.csv mx.csv"),
)
@click.argument("files", nargs=-1, metavar=tr("[A.csv [B.csv]]", "[A.csv [B.csv]]"), type=click.Path(path_type=Path))
@click.option(
    "--pair",
    metavar=tr("ID", "ID"),
    help=tr("Twin stations that the region defines.", "Par de estaciones que define la región."),
)
@click.option(
    "--stations",
    nargs=2,
    metavar="A B",
    help=tr("The stations by their names in the files.", "Las estaciones, por su nombre en los archivos."),
)
@click.option(
    "--pollutant",
    type=click.Choice(["pm25", "pm10", "o3", "co", "so2", "no2"]),
    help=tr("Only this one.", "Solo este."),
)
@as_json
@common
def pair(
    files: tuple[Path, ...],
    pair: str | None,
    stations: tuple[str, str] | None,
    pollutant: str | None,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import pair as air_pair
    from ambos.flows.air import pair_tables as air_pair_tables

    if len(files) > 2:
        raise click.UsageError(tr("Give at most two files.", "Indique a lo más dos archivos."))
    if not files and (stations or (pollutant and not pair)):
        raise click.UsageError(
            tr(
                "--stations wants files; --pollutant wants files or --pair.",
                "--stations requiere archivos; --pollutant requiere archivos o --pair.",
            )
        )
    opened = workspace(folder, region)
    found = air_pair.pairs(opened, files, pair=pair, stations=stations, pollutant=pollutant)
    if as_json:
        print_json(air_pair_tables.record(found))
        print_notes(found.notes)
    else:
        print_answer(air_pair_tables.tables(found), air_pair_tables.explained(found))
