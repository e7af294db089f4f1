"""`ambos air`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.air_design import design, exceedances
from ambos.cli.air_idling import idling
from ambos.cli.air_pair import pair
from ambos.cli.air_stations import health, readings
from ambos.cli.common import (
    Number,
    Period,
    Whole,
    as_json,
    common,
    language,
    print_csv,
    print_json,
    print_notes,
    print_table,
    workspace,
)
from ambos.cli.language import LANGUAGE, tr

if TYPE_CHECKING:
    from polars import DataFrame

    from ambos.flows.air.index import Hours, Side
    from ambos.text import Text

#: Hours of a series that a table shows; CSV and JSON give all.
_SHOWN = 200
_DASH = "–"


@click.group(
    "air",
    help=tr(
        "The air as both countries judge it. Example: ambos air index --pollutant pm25 --value 28.4",
        "El aire según ambos países. Ejemplo: ambos air index --pollutant pm25 --value 28.4",
    ),
)
@language
def command() -> None:
    """What can be asked of the air."""


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
    type=click.Choice(["pm25", "pm10", "o3", "co", "so2", "no2"]),
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
@click.option("--csv", "as_csv", is_flag=True, help=tr("Print CSV (with --series).", "Imprime CSV (con --series)."))
@as_json
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
    as_csv: bool,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import area as air_area
    from ambos.flows.air import index as air

    if series is not None or station is not None:
        lasting = click.get_current_context().get_parameter_source("hours") is not click.core.ParameterSource.DEFAULT
        if pollutant or value is not None or unit or lasting or day or (station and (series or area)):
            raise click.UsageError(
                tr(
                    "--series and --station say pollutant, values, units and times themselves: give no other option.",
                    "--series y --station ya indican contaminante, valores, unidades y horas: no dé otra opción.",
                )
            )
        if series is None:
            found = air.index_of_station(workspace(folder, region), station or "", LANGUAGE)
            _print_hours(found, as_json=as_json, as_csv=as_csv)
        elif area:
            worst = air_area.area(series, LANGUAGE)
            print_notes(worst.notes)
            _print_frame(worst.frame, _AREA, worst.citations, as_json=as_json, as_csv=as_csv)
        else:
            _print_hours(air.index_of_series(series, LANGUAGE), as_json=as_json, as_csv=as_csv)
        return
    if pollutant is None or value is None or as_csv or area:
        raise click.UsageError(
            tr("Give --pollutant and --value, or --series.", "Indique --pollutant y --value, o --series.")
        )
    sides = air.index_of_value(
        pollutant,  # type: ignore[arg-type]  # click.Choice has checked it
        value,
        day or workspace(folder, region).today(),
        unit=unit,  # type: ignore[arg-type]
        hours=hours,
    )
    if as_json:
        print_json(air.record(sides))
        return
    _print_sides(sides)
    for source in air.sources(sides):
        click.echo(f"{tr('Source', 'Fuente')}: {source[LANGUAGE]}")
    if hours == 1:
        said = tr(
            "the concentration is that of the latest hour alone.", "la concentración es solo la de la última hora."
        )
    else:
        said = tr(
            f"each of the latest {hours} hours had this concentration.",
            f"cada una de las últimas {hours} horas tuvo esta concentración.",
        )
    click.echo(f"{tr('Assumption', 'Supuesto')}: {said}")
    if value < 0:
        click.echo(
            tr(
                "Below zero, the scatter of an instrument in clean air: it counts as 0.",
                "Bajo cero, dispersión de un instrumento en aire limpio: cuenta como 0.",
            )
        )
    if unit == "ug/m3" and pollutant not in ("pm25", "pm10"):
        click.echo(tr("Brought to ppb at 25 °C and 1 atm.", "Convertido a ppb a 25 °C y 1 atm."))


def _print_sides(sides: list[Side]) -> None:
    """A column per country, then why one says nothing."""
    from ambos.flows.air.index import held_at_the_end

    rows = {
        "index": tr("Index", "Índice"),
        "category": tr("Category", "Categoría"),
        "colour": tr("Colour", "Color"),
        "risk": tr("Risk", "Riesgo"),
        "value": tr("Concentration judged", "Concentración evaluada"),
        "mean": tr("Mean", "Promedio"),
        "breaks": tr("Breakpoints", "Puntos de corte"),
        "limits": tr("Limits of the ambient air", "Límites del aire ambiente"),
    }
    cells = [_cells(side) for side in sides]
    print_table(
        [("", "left"), *((side.name[LANGUAGE], "left") for side in sides)],
        [[label, *(cell.get(key, _DASH) for cell in cells)] for key, label in rows.items()],
    )
    for side in sides:
        if side.reason is not None:
            # That no table holds names its index itself.
            name = f"{side.name[LANGUAGE]}: " if side.table is not None else ""
            click.echo(f"· {name}{side.reason[LANGUAGE]}")
        if side.judged is not None and side.judged.beyond:
            words = tr(
                "above its last breakpoint, so that its last stretch was extended. Check the concentration and its unit.",
                "por encima de su último punto de corte, así que se prolongó su último tramo. Revise la concentración y su unidad.",
            )
            click.echo(f"· {side.name[LANGUAGE]}: {words}")
        if side.judged is not None and side.judged.at_least:
            click.echo(f"· {side.name[LANGUAGE]}: {held_at_the_end(side.judged.scale)[LANGUAGE]}")


def _cells(side: Side) -> dict[str, str]:
    from ambos.flows.air.design import AVERAGES, UNITS

    cells: dict[str, str] = {}
    if side.limits:
        cells["limits"] = "\n".join(f"{AVERAGES[x.average][LANGUAGE]}: {x.value} {UNITS[x.unit]}" for x in side.limits)
    if side.judged is None or side.table is None:
        return cells
    judged, scale = side.judged, side.judged.scale
    band = side.table.bands[judged.step.band]
    if judged.index is not None:
        beyond = tr(" (beyond the index)", " (fuera del índice)") if judged.beyond else ""
        cells["index"] = f"{'≥ ' if judged.at_least else ''}{judged.index}{beyond}"
    cells["category"], cells["colour"] = band.name[LANGUAGE], band.colour[LANGUAGE]
    if band.risk is not None:
        cells["risk"] = band.risk[LANGUAGE]
    cells["value"] = f"{judged.value} {UNITS[scale.unit]}"
    if scale.rounding == "truncate":
        rounding = tr("truncated", "truncado")
    else:
        rounding = tr("rounded half up", "redondeado, mitad hacia arriba")
    kind = tr("weighted, ", "ponderado, ") if scale.weighted else ""
    times = f", × {scale.factor}" if scale.factor != 1 else ""
    cells["mean"] = f"{scale.hours} h, {kind}{rounding}{times}"
    high = judged.step.high
    cells["breaks"] = f"{judged.step.low} – {high}" if high is not None else f"≥ {judged.step.low}"
    if judged.step.index_low is not None:
        cells["breaks"] += f" → {judged.step.index_low} – {judged.step.index_high}"
    return cells


_HOURS = {
    "station": (tr("Station", "Estación"), "left"),
    "time": (tr("Time", "Hora"), "left"),
    "pollutant": (tr("Pollutant", "Contaminante"), "left"),
    "value": (tr("Value", "Valor"), "right"),
    "unit": (tr("Unit", "Unidad"), "left"),
    "us_index": ("AQI", "right"),
    "us_category": (tr("US", "EE. UU."), "left"),
    "mx_category": (tr("Mexico", "México"), "left"),
}
_AREA = {
    "time": (tr("Time", "Hora"), "left"),
    "category": (tr("Mexico", "México"), "left"),
    "colour": (tr("Colour", "Color"), "left"),
    "risk": (tr("Risk", "Riesgo"), "left"),
    "station": (tr("Worst station", "Peor estación"), "left"),
    "pollutant": (tr("Pollutant", "Contaminante"), "left"),
    "stations": (tr("Stations", "Estaciones"), "right"),
}


def _print_hours(found: Hours, *, as_json: bool, as_csv: bool) -> None:
    """A row per hour; what has no table is said on standard error."""
    print_notes(found.notes)
    _print_frame(found.frame, _HOURS, found.citations, as_json=as_json, as_csv=as_csv)


def _print_frame(
    frame: DataFrame,
    columns: dict[str, tuple[str, str]],
    citations: tuple[Text, ...],
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """All rows as JSON or CSV; the last of them as a table."""
    if as_json:
        print_json(frame.to_dicts())
        return
    if as_csv:
        print_csv(frame.columns, frame.iter_rows())
        return
    rows = [[_cell(row, column) for column in columns] for row in frame.tail(_SHOWN).iter_rows(named=True)]
    print_table(list(columns.values()), rows)
    if frame.height > _SHOWN:
        from ambos.numbers import number

        rows_in_all = number(frame.height, 0, LANGUAGE)
        click.echo(
            tr(
                f"The last {_SHOWN} of {rows_in_all} rows; --csv or --json give all, with colours and concentrations.",
                f"Los últimos {_SHOWN} de {rows_in_all} renglones; --csv o --json dan todos, con colores y concentraciones.",
            )
        )
    for citation in citations:
        click.echo(f"{tr('Source', 'Fuente')}: {citation[LANGUAGE]}")


def _cell(row: dict[str, object], column: str) -> str:
    cell = row[column]
    if cell is None:
        return _DASH
    return f"≥ {cell}" if column == "us_index" and row["us_at_least"] else str(cell)


for one in (design, exceedances, pair, idling, readings, health):
    command.add_command(one)
