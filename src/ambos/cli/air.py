"""`ambos air`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ambos.cli.common import print_csv, print_notes, progress, workspace
from ambos.cli.declare import COUNT, FILE, YEAR_NAME, argument, group, option, path_type
from ambos.cli.door import tool, verb
from ambos.cli.kinds import FIRST_DAY, LAST_DAY, YEAR, Number, whole
from ambos.cli.language import spoken, tr
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.air import AirUnit, Pollutant
    from ambos.model.answer import Answer

_POLLUTANT = click.Choice(["pm25", "pm10", "o3", "co", "so2", "no2"])
_one_pollutant = option("--pollutant", type=_POLLUTANT)("Only this one.", "Solo este.")
_file = argument("file", required=False, metavar=Text("[FILE]", "[ARCHIVO]"), type=path_type)
_station = option("--station", metavar=Text.same("ID"))(
    "In place of a file: a station of the store.", "En lugar de un archivo: una estación de los datos guardados."
)


def _one_of(file: Path | None, station: str | None) -> None:
    """Take readings from one of two."""
    if (file is None) == (station is None):
        raise click.UsageError(tr("Give a file or --station.", "Indique un archivo o --station."))


@verb(
    "index",
    "The US AQI and Mexico's Índice AIRE Y SALUD side by side, of one concentration or of a file of hourly readings.",
    "El AQI de EE. UU. y el Índice AIRE Y SALUD de México, lado a lado, de una concentración o de un archivo de lecturas horarias.",
    option("--pollutant", type=_POLLUTANT)("With --value.", "Con --value."),
    option("--value", type=Number)("Concentration that every hour had.", "Concentración que hubo en cada hora."),
    option("--unit", type=click.Choice(["ug/m3", "ppm", "ppb"]))(
        "ppm, ppb or ug/m3 (at 25 °C, 1 atm) for gases; particles are in ug/m3.",
        "ppm, ppb o ug/m3 (a 25 °C y 1 atm) para gases; las partículas van en ug/m3.",
    ),
    option("--hours", type=whole(1, 24), default=24, show_default=True, metavar=COUNT)(
        "For how many hours the air has been so.", "Durante cuántas horas ha estado así el aire."
    ),
    option("--date", "day", type=FIRST_DAY)(
        "Day that decides the tables. [default: today]", "Día que decide las tablas. [predeterminado: hoy]"
    ),
    option("--series", type=path_type, metavar=FILE)(
        "CSV with the columns station, time (with its zone), pollutant, value, unit.",
        "CSV con las columnas «station», «time» (con su zona), «pollutant», «value», «unit».",
    ),
    option("--station", metavar=Text.same("ID"))(
        "In place of --series: a station of the store.", "En lugar de --series: una estación de los datos guardados."
    ),
    option("--area", is_flag=True)(
        "With --series: Mexico's index of the area, its worst station and pollutant.",
        "Con --series: el índice de México para el área, su peor estación y contaminante.",
    ),
    short=Text("US AQI and Índice AIRE Y SALUD side by side.", "AQI e Índice AIRE Y SALUD, lado a lado."),
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
    _file,
    _station,
    option("--year", type=YEAR, metavar=YEAR_NAME)("The last of the three years.", "El último de los tres años."),
    option("--date", "day", type=LAST_DAY)(
        "Day that decides the standards. [default: the last of the year]",
        "Día que decide las normas. [predeterminado: el último del año]",
    ),
    option("--every", type=whole(1, 12), default=1, show_default=True, metavar=Text("DAYS", "DÍAS"))(
        "Particles are sampled every so many days.", "Las partículas se muestrean cada tantos días."
    ),
    short=Text("US design values of three years.", "Valores de diseño estadounidenses, de tres años."),
    example=Text("ambos air design readings.csv --year 2025", "ambos air design lecturas.csv --year 2025"),
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
    _file,
    _station,
    short=Text("Days above the limits of both countries.", "Días arriba de los límites de ambos países."),
    example=Text("ambos air exceedances readings.csv", "ambos air exceedances lecturas.csv"),
)
def exceedances(opened: Workspace, file: Path | None, station: str | None) -> Answer:
    """Count the days above the limits."""
    from ambos.flows.air import exceed as air_exceed

    _one_of(file, station)
    return air_exceed.exceedances(opened, file, station)


@verb(
    "pair",
    "Twin stations of both sides hour by hour: difference, correlation, lag, both indices, months without a valid twin. Without files, --pair compares what the store has; without either, the pairs that are known.",
    "Pares de estaciones de ambos lados, hora por hora: diferencia, correlación, desfase, ambos índices, meses sin par válido. Sin archivos, --pair compara lo que se tiene guardado; sin nada, los pares conocidos.",
    argument("files", nargs=-1, metavar=Text("[A.csv [B.csv]]", "[A.csv [B.csv]]"), type=path_type),
    option("--pair", metavar=Text.same("ID"))(
        "Twin stations that the region defines.", "Par de estaciones que define la región."
    ),
    option("--stations", nargs=2, metavar="A B")(
        "The stations by their names in the files.", "Las estaciones, por su nombre en los archivos."
    ),
    _one_pollutant,
    short=Text("Twin stations of both sides, hour by hour.", "Pares de estaciones de ambos lados, hora por hora."),
    example=Text("ambos air pair us.csv mx.csv", "ambos air pair eeuu.csv mx.csv"),
)
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
    "Lo que emiten camiones de carga y autos mientras esperan en los puertos fronterizos: cruces × esperas × tasas en ralentí.",
    option("--port", metavar=Text("PORT", "PUERTO"))("One port, month by month.", "Un puerto, mes por mes."),
    option("--year", type=YEAR, metavar=YEAR_NAME)(
        "[default: the last whole year of waits]", "[predeterminado: el último año entero con esperas]"
    ),
    option("--less", type=whole(0, 100), default=0, metavar=Text("PERCENT", "PORCIENTO"))(
        "Take waits shorter by so much.", "Acorta las esperas en ese porcentaje."
    ),
    short=Text(
        "What vehicles emit while they wait at the ports.",
        "Lo que emiten los vehículos mientras esperan en los puertos.",
    ),
    example="ambos air idling --year 2025 --less 20",
)
def idling(opened: Workspace, port: str | None, year: int | None, less: int) -> Answer:
    """Compute what vehicles emit while they wait."""
    from ambos.flows.air.idling import idle

    with progress(tr("Reading the waits", "Leyendo las esperas")):
        return idle(opened, port=port, year=year, less=Decimal(less))


@tool(
    "readings",
    "The hourly readings held of a station as CSV, in the shape that the other commands of the air read.",
    "Las lecturas horarias que se tienen de una estación, como CSV, en la forma que leen las demás órdenes del aire.",
    argument("station", metavar=Text("STATION", "ESTACIÓN")),
    _one_pollutant,
    option("--network", type=click.Choice(["aqs", "sinaica", "openaq", "airnow"]))(
        "Who reports them. [default: the first of these that does]",
        "Quién las reporta. [predeterminado: la primera de estas que lo haga]",
    ),
    option("--monitor", metavar=Text.same("ID"))("Only this monitor.", "Solo este monitor."),
    option("--from", "start", type=FIRST_DAY)("First day.", "Primer día."),
    option("--to", "end", type=LAST_DAY)("Last day.", "Último día."),
    short=Text("The hours held of a station, as CSV.", "Las horas que se tienen de una estación, como CSV."),
    example=Text(
        "ambos air readings 04-023-0004 --pollutant pm25 > readings.csv",
        "ambos air readings 04-023-0004 --pollutant pm25 > lecturas.csv",
    ),
)
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
    print_notes(air_stations.taken(hours, opened), spoken())


@verb(
    "health",
    "What was asked of the networks of air stations, what came, and what is missing.",
    "Qué se pidió a las redes de estaciones de aire, qué llegó y qué falta.",
    short=Text("What the networks were asked for, and what came.", "Qué se pidió a las redes y qué llegó."),
)
def health(opened: Workspace) -> Answer:
    """Compare what was asked of the networks with what came."""
    from ambos.flows.air import health as air_health

    return air_health.health(opened)


command = group(
    "air",
    "The air as both countries judge it. Example: ambos air index --pollutant pm25 --value 28.4",
    "El aire según ambos países. Ejemplo: ambos air index --pollutant pm25 --value 28.4",
    index,
    design,
    exceedances,
    pair,
    idling,
    readings,
    health,
)
