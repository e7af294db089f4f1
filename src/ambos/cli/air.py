"""`ambos air`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ambos.cli.common import (
    YEAR,
    Number,
    Period,
    Whole,
    common,
    language,
    print_csv,
    print_notes,
    progress,
    workspace,
)
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.air import AirUnit, Pollutant
    from ambos.model.answer import Answer

_POLLUTANT = click.Choice(["pm25", "pm10", "o3", "co", "so2", "no2"])
_one_pollutant = click.option("--pollutant", type=_POLLUTANT, help=tr("Only this one.", "Solo este."))
_file = click.argument("file", required=False, metavar=tr("[FILE]", "[ARCHIVO]"), type=click.Path(path_type=Path))
_station = click.option(
    "--station",
    metavar=tr("ID", "ID"),
    help=tr(
        "In place of a file: a station of the store.", "En lugar de un archivo: una estación de los datos guardados."
    ),
)


def _one_of(file: Path | None, station: str | None) -> None:
    """Take readings from one of two."""
    if (file is None) == (station is None):
        raise click.UsageError(tr("Give a file or --station.", "Indique un archivo o --station."))


@click.group(
    "air",
    help=tr(
        "The air as both countries judge it. Example: ambos air index --pollutant pm25 --value 28.4",
        "El aire según ambos países. Ejemplo: ambos air index --pollutant pm25 --value 28.4",
    ),
)
@language
def command() -> None:
    """Group the verbs of the air."""


@command.command(
    "index",
    short_help=tr("US AQI and Índice AIRE Y SALUD side by side.", "AQI e Índice AIRE Y SALUD, lado a lado."),
    help=tr(
        "The US AQI and Mexico's Índice AIRE Y SALUD side by side, of one concentration or of a file of hourly readings.",
        "El AQI de EE. UU. y el Índice AIRE Y SALUD de México, lado a lado, de una concentración o de un archivo de lecturas horarias.",
    ),
)
@click.option(
    "--pollutant",
    type=_POLLUTANT,
    help=tr("With --value.", "Con --value."),
)
@click.option(
    "--value",
    type=Number(),
    help=tr("Concentration that every hour had.", "Concentración que hubo en cada hora."),
)
@click.option(
    "--unit",
    type=click.Choice(["ug/m3", "ppm", "ppb"]),
    help=tr(
        "ppm, ppb or ug/m3 (at 25 °C, 1 atm) for gases; particles are in ug/m3.",
        "ppm, ppb o ug/m3 (a 25 °C y 1 atm) para gases; las partículas van en ug/m3.",
    ),
)
@click.option(
    "--hours",
    type=Whole(1, 24),
    default=24,
    show_default=True,
    metavar=tr("N", "N"),
    help=tr("For how many hours the air has been so.", "Durante cuántas horas ha estado así el aire."),
)
@click.option(
    "--date",
    "day",
    type=Period(last=False),
    help=tr("Day that decides the tables. [default: today]", "Día que decide las tablas. [predeterminado: hoy]"),
)
@click.option(
    "--series",
    type=click.Path(path_type=Path),
    metavar=tr("FILE", "ARCHIVO"),
    help=tr(
        "CSV with the columns station, time (with its zone), pollutant, value, unit.",
        "CSV con las columnas «station», «time» (con su zona), «pollutant», «value», «unit».",
    ),
)
@click.option(
    "--station",
    metavar=tr("ID", "ID"),
    help=tr(
        "In place of --series: a station of the store.", "En lugar de --series: una estación de los datos guardados."
    ),
)
@click.option(
    "--area",
    is_flag=True,
    help=tr(
        "With --series: Mexico's index of the area, its worst station and pollutant.",
        "Con --series: el índice de México para el área, su peor estación y contaminante.",
    ),
)
@answers
@common
def index(
    pollutant: str | None,
    value: Decimal | None,
    unit: str | None,
    hours: int,
    day: date | None,
    series: Path | None,
    station: str | None,
    area: bool,
    folder: Path,
    region: str,
) -> Answer:
    """Judge a concentration, or the hours of a file or of a station."""
    from ambos.flows.air.area import judge_area
    from ambos.flows.air.index import judge_hours, judge_value

    if series is not None or station is not None:
        lasting = click.get_current_context().get_parameter_source("hours") is not click.core.ParameterSource.DEFAULT
        if pollutant or value is not None or unit or lasting or day or (station and (series or area)):
            raise click.UsageError(
                tr(
                    "--series and --station say pollutant, values, units and times themselves: give no other option.",
                    "--series y --station ya indican contaminante, valores, unidades y horas: no dé otra opción.",
                )
            )
        opened = workspace(folder, region)
        if series is not None and area:
            return judge_area(opened, series)
        return judge_hours(opened, series, station=station)
    if pollutant is None or value is None or area:
        raise click.UsageError(
            tr("Give --pollutant and --value, or --series.", "Indique --pollutant y --value, o --series.")
        )
    return judge_value(
        workspace(folder, region),
        cast("Pollutant", pollutant),
        value,
        day=day,
        unit=cast("AirUnit | None", unit),
        hours=hours,
    )


@command.command(
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
@_file
@_station
@click.option(
    "--year",
    type=YEAR,
    metavar=tr("YEAR", "AÑO"),
    help=tr("The last of the three years.", "El último de los tres años."),
)
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
@answers
@common
def design(
    file: Path | None,
    station: str | None,
    year: int | None,
    day: date | None,
    every: int,
    folder: Path,
    region: str,
) -> Answer:
    """Compute design values of three years."""
    from ambos.flows.air import design as air_design

    _one_of(file, station)
    return air_design.design(workspace(folder, region), file, station=station, year=year, day=day, every=every)


@command.command(
    "exceedances",
    short_help=tr("Days above the limits of both countries.", "Días arriba de los límites de ambos países."),
    help=tr(
        "Days above the limits of both countries, by the dates on which they hold, of a CSV of hourly readings.",
        "Días arriba de los límites de ambos países, según las fechas en que rigen, de un CSV de lecturas horarias.",
    ),
    epilog=tr("Example: ambos air exceedances readings.csv", "Ejemplo: ambos air exceedances lecturas.csv"),
)
@_file
@_station
@answers
@common
def exceedances(file: Path | None, station: str | None, folder: Path, region: str) -> Answer:
    """Count the days above the limits."""
    from ambos.flows.air import exceed as air_exceed

    _one_of(file, station)
    return air_exceed.exceedances(workspace(folder, region), file, station)


@command.command(
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
@_one_pollutant
@answers
@common
def pair(
    files: tuple[Path, ...],
    pair: str | None,
    stations: tuple[str, str] | None,
    pollutant: str | None,
    folder: Path,
    region: str,
) -> Answer:
    """Compare twin stations, or list the pairs."""
    from ambos.flows.air.pair import pair_stations

    if len(files) > 2:
        raise click.UsageError(tr("Give at most two files.", "Indique a lo más dos archivos."))
    if not files and (stations or (pollutant and not pair)):
        raise click.UsageError(
            tr(
                "--stations wants files; --pollutant wants files or --pair.",
                "--stations requiere archivos; --pollutant requiere archivos o --pair.",
            )
        )
    return pair_stations(workspace(folder, region), files, pair=pair, stations=stations, pollutant=pollutant)


@command.command(
    "idling",
    short_help=tr(
        "What vehicles emit while they wait at the ports.",
        "Lo que emiten los vehículos mientras esperan en los puertos.",
    ),
    help=tr(
        "What trucks and cars emit while they wait at the ports of entry: crossings × waits × idle rates.",
        "Lo que emiten camiones y autos mientras esperan en los puertos de entrada: cruces × esperas × tasas en ralentí.",
    ),
    epilog=tr("Example: ambos air idling --year 2025 --less 20", "Ejemplo: ambos air idling --year 2025 --less 20"),
)
@click.option("--port", metavar=tr("PORT", "PUERTO"), help=tr("One port, month by month.", "Un puerto, mes por mes."))
@click.option(
    "--year",
    type=YEAR,
    metavar=tr("YEAR", "AÑO"),
    help=tr("[default: the last whole year of waits]", "[predeterminado: el último año entero con esperas]"),
)
@click.option(
    "--less",
    type=Whole(0, 100),
    default=0,
    metavar=tr("PERCENT", "PORCIENTO"),
    help=tr("Take waits shorter by so much.", "Acorta las esperas en ese porcentaje."),
)
@answers
@common
def idling(port: str | None, year: int | None, less: int, folder: Path, region: str) -> Answer:
    """Compute what vehicles emit while they wait."""
    from ambos.flows.air.idling import idle

    opened = workspace(folder, region)
    with progress(tr("Reading the waits", "Leyendo las esperas")):
        return idle(opened, port=port, year=year, less=Decimal(less))


@command.command(
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
@_one_pollutant
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
    """Print the hours held of a station."""
    from ambos.flows.air import stations as air_stations

    opened = workspace(folder, region)
    hours = air_stations.station_hours(
        opened, station, pollutant=pollutant, network=network, monitor=monitor, start=start, end=end
    )
    frame = hours.frame.select(air_stations.COLUMNS)
    print_csv(frame.columns, frame.iter_rows())
    print_notes(air_stations.taken(hours, opened))


@command.command(
    "health",
    short_help=tr("What the networks were asked for, and what came.", "Qué se pidió a las redes y qué llegó."),
    help=tr(
        "What was asked of the networks of air stations, what came, and what is missing.",
        "Qué se pidió a las redes de estaciones de aire, qué llegó y qué falta.",
    ),
)
@answers
@common
def health(folder: Path, region: str) -> Answer:
    """Compare what was asked of the networks with what came."""
    from ambos.flows.air import health as air_health

    return air_health.health(workspace(folder, region))
