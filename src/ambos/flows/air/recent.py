"""The newest readings of stations, as both countries judge them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ambos.catalog.air import load_stations
from ambos.errors import NoData, NoRule
from ambos.flows.air.design import NAMES, UNITS
from ambos.flows.air.index import judge_hours
from ambos.flows.workspace import Workspace
from ambos.model.air import AirStation, Country
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table
from ambos.text import Text

_COLUMNS: tuple[Column, ...] = (
    Column("station", Text("Station", "Estación")),
    Column("pollutant", Text("Pollutant", "Contaminante")),
    Column("day", Text("Newest day", "Último día")),
    Column("hours", Text("Hours", "Horas")),
    Column("highest", Text("Highest hour", "Hora más alta"), side="right"),
    Column("us_index", Text("US index (AQI)", "Índice de EE. UU. (AQI)"), side="right"),
    Column("us_category", Text("US category", "Categoría de EE. UU.")),
    Column("mx_category", Text("Mexican category", "Categoría de México")),
)
_NOTE = Text(
    "Of the newest day with a reading: the worst hour by each country's own table. The United States gives a number and a category, Mexico (Aire y Salud) a category; the two are not equivalent. Readings of SINAICA are raw: nobody has reviewed them.",
    "Del último día con lectura: la peor hora según la tabla de cada país. Estados Unidos da un número y una categoría; México (Aire y Salud), una categoría; no son equivalentes. Las lecturas del SINAICA son datos crudos: nadie las ha validado.",
)


def recent(workspace: Workspace, *, country: Country | None = None) -> Answer:
    """Tabulate the newest day of each station and pollutant, with the worst hour by both countries' tables.

    Parameters
    ----------
    workspace : Workspace
    country : {"us", "mx"}, optional
        Stations of this country only.

    Returns
    -------
    Answer
        Table ``stations``: a row per station and pollutant of which an hour is held.

    Raises
    ------
    NoData
        If none is held of any station.
    """
    rows: list[tuple[Cell, ...]] = []
    sources: dict[Text, None] = {}
    for station in load_stations(workspace.catalog).stations.values():
        if country is None or station.country == country:
            rows += _newest(workspace, station, sources)
    title = Text(
        "Newest readings, as both countries judge them", "Lecturas más recientes, según las categorías de ambos países"
    )
    if not rows:
        raise NoData(what=title)
    return Answer(
        "air.recent", title, (Table("stations", title, _COLUMNS, tuple(rows)),), notes=(_NOTE,), sources=tuple(sources)
    )


def _number(cell: Cell) -> float:
    """Get the number of a cell; minus infinity where there is none."""
    value = cell.value if isinstance(cell, Shown) else cell
    return float(value) if isinstance(value, (int, float, Decimal)) else -math.inf


def _newest(workspace: Workspace, station: AirStation, sources: dict[Text, None]) -> Iterator[tuple[Cell, ...]]:
    """Give a row for each pollutant of a station of which a value is held; the sources of the tables are added."""
    try:
        answer = judge_hours(workspace, None, station=station.id)
    except (NoData, NoRule):
        return
    sources |= dict.fromkeys(answer.sources)
    held = [row for row in answer.table("hours").cells() if row["value"] is not None]
    for pollutant in sorted({str(row["pollutant"]) for row in held}):
        own = [row for row in held if row["pollutant"] == pollutant]
        day = max(str(row["time"])[:10] for row in own)
        hours = [row for row in own if str(row["time"])[:10] == day]
        highest, by_index, by_value = (
            max(hours, key=lambda row, of=key: _number(row[of]))  # type: ignore[misc]
            for key in ("value", "us_index", "mx_value")
        )
        yield (
            Named(station.id, station.city + Text.same(" · ") + station.name),
            Named(pollutant, NAMES[pollutant]),
            date.fromisoformat(day),
            len(hours),
            Text.same(f"{_number(highest['value']):g} {UNITS[highest['unit']]}"),  # type: ignore[index]
            by_index["us_index"],
            by_index["us_category"],
            by_value["mx_category"],
        )
