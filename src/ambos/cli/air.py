"""`ambos air`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ambos.cli.common import (
    FILE,
    YEAR,
    YEAR_NAME,
    Number,
    Period,
    Whole,
    common,
    language,
    option,
    print_csv,
    print_notes,
    progress,
    workspace,
)
from ambos.cli.door import verb
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.air import AirUnit, Pollutant
    from ambos.model.answer import Answer

_POLLUTANT = click.Choice(["pm25", "pm10", "o3", "co", "so2", "no2"])
_one_pollutant = option("--pollutant", type=_POLLUTANT, en="Only this one.", es="Solo este.")
_file = click.argument("file", required=False, metavar=tr("[FILE]", "[ARCHIVO]"), type=click.Path(path_type=Path))
_station = option(
    "--station",
    metavar=tr("ID", "ID"),
    en="In place of a file: a station of the store.",
    es="En lugar de un archivo: una estación de los datos guardados.",
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


@verb(
    "index",
    "The US AQI and Mexico's Índice AIRE Y SALUD side by side, of one concentration or of a file of hourly readings.",
    "El AQI de EE. UU. y el Índice AIRE Y SALUD de México, lado a lado, de una concentración o de un archivo de lecturas horarias.",
    parent=command,
    short=tr("US AQI and Índice AIRE Y SALUD side by side.", "AQI e Índice AIRE Y SALUD, lado a lado."),
)
@option("--pollutant", type=_POLLUTANT, en="With --value.", es="Con --value.")
@option("--value", type=Number(), en="Concentration that every hour had.", es="Concentración que hubo en cada hora.")
@option(
    "--unit",
    type=click.Choice(["ug/m3", "ppm", "ppb"]),
    en="ppm, ppb or ug/m3 (at 25 °C, 1 atm) for gases; particles are in ug/m3.",
    es="ppm, ppb o ug/m3 (a 25 °C y 1 atm) para gases; las partículas van en ug/m3.",
)
@option(
    "--hours",
    type=Whole(1, 24),
    default=24,
    show_default=True,
    metavar=tr("N", "N"),
    en="For how many hours the air has been so.",
    es="Durante cuántas horas ha estado así el aire.",
)
@option(
    "--date",
    "day",
    type=Period(last=False),
    en="Day that decides the tables. [default: today]",
    es="Día que decide las tablas. [predeterminado: hoy]",
)
@option(
    "--series",
    type=click.Path(path_type=Path),
    metavar=FILE,
    en="CSV with the columns station, time (with its zone), pollutant, value, unit.",
    es="CSV con las columnas «station», «time» (con su zona), «pollutant», «value», «unit».",
)
@option(
    "--station",
    metavar=tr("ID", "ID"),
    en="In place of --series: a station of the store.",
    es="En lugar de --series: una estación de los datos guardados.",
)
@option(
    "--area",
    is_flag=True,
    en="With --series: Mexico's index of the area, its worst station and pollutant.",
    es="Con --series: el índice de México para el área, su peor estación y contaminante.",
)
def index(
    opened: Workspace,
    pollutant: str | None,
    value: Decimal | None,
    unit: str | None,
    hours: int,
    day: date | None,
    series: Path | None,
    station: str | None,
    area: bool,
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
        if series is not None and area:
            return judge_area(opened, series)
        return judge_hours(opened, series, station=station)
    if pollutant is None or value is None or area:
        raise click.UsageError(
            tr("Give --pollutant and --value, or --series.", "Indique --pollutant y --value, o --series.")
        )
    return judge_value(
        opened, cast("Pollutant", pollutant), value, day=day, unit=cast("AirUnit | None", unit), hours=hours
    )


@verb(
    "design",
    "US design values of PM2.5, PM10 and ozone, of a CSV of hourly (time) or daily (day) readings of three years.",
    "Valores de diseño de EE. UU. de PM2.5, PM10 y ozono, de un CSV de lecturas horarias («time») o diarias («day») de tres años.",
    parent=command,
    short=tr("US design values of three years.", "Valores de diseño estadounidenses, de tres años."),
    example=tr("ambos air design readings.csv --year 2025", "ambos air design lecturas.csv --year 2025"),
)
@_file
@_station
@option("--year", type=YEAR, metavar=YEAR_NAME, en="The last of the three years.", es="El último de los tres años.")
@option(
    "--date",
    "day",
    type=Period(last=True),
    en="Day that decides the standards. [default: the last of the year]",
    es="Día que decide las normas. [predeterminado: el último del año]",
)
@option(
    "--every",
    type=Whole(1, 12),
    default=1,
    show_default=True,
    metavar=tr("DAYS", "DÍAS"),
    en="Particles are sampled every so many days.",
    es="Las partículas se muestrean cada tantos días.",
)
def design(
    opened: Workspace, file: Path | None, station: str | None, year: int | None, day: date | None, every: int
) -> Answer:
    """Compute design values of three years."""
    from ambos.flows.air import design as air_design

    _one_of(file, station)
    return air_design.design(opened, file, station=station, year=year, day=day, every=every)


@verb(
    "exceedances",
    "Days above the limits of both countries, by the dates on which they hold, of a CSV of hourly readings.",
    "Días arriba de los límites de ambos países, según las fechas en que rigen, de un CSV de lecturas horarias.",
    parent=command,
    short=tr("Days above the limits of both countries.", "Días arriba de los límites de ambos países."),
    example=tr("ambos air exceedances readings.csv", "ambos air exceedances lecturas.csv"),
)
@_file
@_station
def exceedances(opened: Workspace, file: Path | None, station: str | None) -> Answer:
    """Count the days above the limits."""
    from ambos.flows.air import exceed as air_exceed

    _one_of(file, station)
    return air_exceed.exceedances(opened, file, station)


@verb(
    "pair",
    "Twin stations of both sides hour by hour: difference, correlation, lag, both indices, months without a valid twin. Without files, --pair compares what the store has; without either, the pairs that are known.",
    "Pares de estaciones de ambos lados, hora por hora: diferencia, correlación, desfase, ambos índices, meses sin par válido. Sin archivos, --pair compara lo que se tiene guardado; sin nada, los pares conocidos.",
    parent=command,
    short=tr("Twin stations of both sides, hour by hour.", "Pares de estaciones de ambos lados, hora por hora."),
    example=tr("ambos air pair us.csv mx.csv", "ambos air pair eeuu.csv mx.csv"),
)
@click.argument("files", nargs=-1, metavar=tr("[A.csv [B.csv]]", "[A.csv [B.csv]]"), type=click.Path(path_type=Path))
@option(
    "--pair",
    metavar=tr("ID", "ID"),
    en="Twin stations that the region defines.",
    es="Par de estaciones que define la región.",
)
@option(
    "--stations",
    nargs=2,
    metavar="A B",
    en="The stations by their names in the files.",
    es="Las estaciones, por su nombre en los archivos.",
)
@_one_pollutant
def pair(
    opened: Workspace,
    files: tuple[Path, ...],
    pair: str | None,
    stations: tuple[str, str] | None,
    pollutant: str | None,
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
    return pair_stations(opened, files, pair=pair, stations=stations, pollutant=pollutant)


@verb(
    "idling",
    "What trucks and cars emit while they wait at the ports of entry: crossings × waits × idle rates.",
    "Lo que emiten camiones y autos mientras esperan en los puertos de entrada: cruces × esperas × tasas en ralentí.",
    parent=command,
    short=tr(
        "What vehicles emit while they wait at the ports.",
        "Lo que emiten los vehículos mientras esperan en los puertos.",
    ),
    example="ambos air idling --year 2025 --less 20",
)
@option("--port", metavar=tr("PORT", "PUERTO"), en="One port, month by month.", es="Un puerto, mes por mes.")
@option(
    "--year",
    type=YEAR,
    metavar=YEAR_NAME,
    en="[default: the last whole year of waits]",
    es="[predeterminado: el último año entero con esperas]",
)
@option(
    "--less",
    type=Whole(0, 100),
    default=0,
    metavar=tr("PERCENT", "PORCIENTO"),
    en="Take waits shorter by so much.",
    es="Acorta las esperas en ese porcentaje.",
)
def idling(opened: Workspace, port: str | None, year: int | None, less: int) -> Answer:
    """Compute what vehicles emit while they wait."""
    from ambos.flows.air.idling import idle

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
@option(
    "--network",
    type=click.Choice(["aqs", "sinaica", "openaq", "airnow"]),
    en="Who reports them. [default: the first of these that does]",
    es="Quién las reporta. [predeterminado: la primera de estas que lo haga]",
)
@option("--monitor", metavar=tr("ID", "ID"), en="Only this monitor.", es="Solo este monitor.")
@option("--from", "start", type=Period(last=False), en="First day.", es="Primer día.")
@option("--to", "end", type=Period(last=True), en="Last day.", es="Último día.")
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


@verb(
    "health",
    "What was asked of the networks of air stations, what came, and what is missing.",
    "Qué se pidió a las redes de estaciones de aire, qué llegó y qué falta.",
    parent=command,
    short=tr("What the networks were asked for, and what came.", "Qué se pidió a las redes y qué llegó."),
)
def health(opened: Workspace) -> Answer:
    """Compare what was asked of the networks with what came."""
    from ambos.flows.air import health as air_health

    return air_health.health(opened)
