"""`ambos air readings` and `ambos air health`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ambos.cli.common import Period, as_json, common, print_answer, print_csv, print_json, print_notes, workspace
from ambos.cli.language import tr


@click.command(
    "readings",
    short_help=tr("The hours held of a station, as CSV.", "Las horas que se tienen de una estación, como CSV."),
    help=tr(
        "The hourly readings held of a station as CSV, in the shape that the other commands of the air read.",
        "Las lecturas horarias que se tienen de una estación, como CSV, en la forma que leen las demás órdenes del aire.",
    ),
    epilog=tr(
        "Example: ambos air readings 04-023-0004 --pollutant pm25 > readings.csv",
        "Ejemplo: ambos air readings 04-023-0004 --pollutant pm25 > lecturas.csv",
    ),
)
@click.argument("station", metavar=tr("STATION", "ESTACIÓN"))
@click.option(
    "--pollutant",
    type=click.Choice(["pm25", "pm10", "o3", "co", "so2", "no2"]),
    help=tr("Only this one.", "Solo este."),
)
@click.option(
    "--network",
    type=click.Choice(["aqs", "sinaica", "openaq", "airnow"]),
    help=tr(
        "Who reports them. [default: the first of these that does]",
        "Quién las reporta. [predeterminado: la primera de estas que lo haga]",
    ),
)
@click.option("--monitor", metavar=tr("ID", "ID"), help=tr("Only this monitor.", "Solo este monitor."))
@click.option("--from", "start", type=Period(last=False), help=tr("First day.", "Primer día."))
@click.option("--to", "end", type=Period(last=True), help=tr("Last day.", "Último día."))
@common
def readings(
    station: str,
    pollutant: str | None,
    network: str | None,
    monitor: str | None,
    start: date | None,
    end: date | None,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import stations as air_stations
    from ambos.flows.air import stations_tables as air_stations_tables

    opened = workspace(folder, region)
    hours = air_stations.station_hours(
        opened, station, pollutant=pollutant, network=network, monitor=monitor, start=start, end=end
    )
    frame = hours.frame.select(air_stations_tables.COLUMNS)
    print_csv(frame.columns, frame.iter_rows())
    print_notes(air_stations_tables.taken(hours, opened))


@click.command(
    "health",
    short_help=tr("What the networks were asked for, and what came.", "Qué se pidió a las redes y qué llegó."),
    help=tr(
        "What was asked of the networks of air stations, what came, and what is missing.",
        "Qué se pidió a las redes de estaciones de aire, qué llegó y qué falta.",
    ),
)
@as_json
@common
def health(as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import stations as air_stations
    from ambos.flows.air import stations_tables as air_stations_tables

    opened = workspace(folder, region)
    found = air_stations.health(opened)
    if as_json:
        print_json(air_stations_tables.record(found))
    else:
        print_answer(air_stations_tables.tables(found, opened), air_stations_tables.notes(found))
