"""`ambos air design` and `ambos air exceedances`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ambos.cli.common import YEAR, Period, Whole, as_json, common, print_answer, print_json, print_notes, workspace
from ambos.cli.language import tr

file = click.argument("file", required=False, metavar=tr("[FILE]", "[ARCHIVO]"), type=click.Path(path_type=Path))
station = click.option(
    "--station",
    metavar=tr("ID", "ID"),
    help=tr(
        "In place of a file: a station of the store.", "En lugar de un archivo: una estación de los datos guardados."
    ),
)
year = click.option(
    "--year",
    type=YEAR,
    metavar=tr("YEAR", "AÑO"),
    help=tr("The last of the three years.", "El último de los tres años."),
)


def one_of(file: Path | None, station: str | None) -> None:
    """Readings come from one of two."""
    if (file is None) == (station is None):
        raise click.UsageError(tr("Give a file or --station.", "Indique un archivo o --station."))


@click.command(
    "design",
    short_help=tr("US design values of three years.", "Valores de diseño estadounidenses, de tres años."),
    help=tr(
        "US design values of PM2.5, PM10 and ozone, of a CSV of hourly (time) or daily (day) readings of three years.",
        "Valores de diseño de EE. UU. de PM2.5, PM10 y ozono, de un CSV de lecturas horarias («time») o diarias («day») de tres años.",
    ),
    epilog=tr(
        "Example: ambos air design readings.csv --year 2025", "Ejemplo: ambos air design lecturas.csv --year 2025"
    ),
)
@file
@station
@year
@click.option(
    "--date",
    "day",
    type=Period(last=True),
    help=tr(
        "Day that decides the standards. [default: the last of the year]",
        "Día que decide las normas. [predeterminado: el último del año]",
    ),
)
@click.option(
    "--every",
    type=Whole(1, 12),
    default=1,
    show_default=True,
    metavar=tr("DAYS", "DÍAS"),
    help=tr("Particles are sampled every so many days.", "Las partículas se muestrean cada tantos días."),
)
@as_json
@common
def design(
    file: Path | None,
    station: str | None,
    year: int | None,
    day: date | None,
    every: int,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import design as air_design

    one_of(file, station)
    found = air_design.design(workspace(folder, region), file, station=station, year=year, day=day, every=every)
    if as_json:
        print_json(air_design.record(found))
        print_notes(found.readings)
    else:
        print_answer(air_design.tables(found), air_design.explained(found))


@click.command(
    "exceedances",
    short_help=tr("Days above the limits of both countries.", "Días arriba de los límites de ambos países."),
    help=tr(
        "Days above the limits of both countries, by the dates on which they hold, of a CSV of hourly readings.",
        "Días arriba de los límites de ambos países, según las fechas en que rigen, de un CSV de lecturas horarias.",
    ),
    epilog=tr("Example: ambos air exceedances readings.csv", "Ejemplo: ambos air exceedances lecturas.csv"),
)
@file
@station
@as_json
@common
def exceedances(file: Path | None, station: str | None, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import exceed as air_exceed

    one_of(file, station)
    found = air_exceed.exceedances(workspace(folder, region), file, station)
    if as_json:
        print_json(air_exceed.record(found))
        print_notes(found.readings)
    else:
        print_answer(air_exceed.tables(found), air_exceed.explained(found))
