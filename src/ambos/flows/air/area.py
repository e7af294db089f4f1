"""`ambos air index --area`: the air of an area by Mexico's norm, the worst station and pollutant of each hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ambos.air.hourly import hourly
from ambos.air.readings import read
from ambos.catalog.air import load_air
from ambos.errors import NoRule
from ambos.flows.air.index import last_rows
from ambos.flows.workspace import Workspace
from ambos.later import pl
from ambos.model.air import Country
from ambos.model.answer import Answer, Cell, Column, Table
from ambos.numbers import day as written
from ambos.text import LANGUAGES, Text

#: Whose norm has the rule: the area is as its worst station and pollutant (NOM-172-SEMARNAT-2023).
_COUNTRY: Country = "mx"
_COLUMNS: Mapping[str, Text] = {
    "time": Text("Time", "Hora"),
    "category": Text("Mexico", "México"),
    "colour": Text("Colour", "Color"),
    "risk": Text("Risk", "Riesgo"),
    "station": Text("Worst station", "Peor estación"),
    "pollutant": Text("Pollutant", "Contaminante"),
    "stations": Text("Stations", "Estaciones"),
}


def judge_area(workspace: Workspace, path: Path) -> Answer:
    """Give the worst band of every hour of a file of readings.

    Parameters
    ----------
    workspace : Workspace
    path : Path
        Hourly readings; all its stations are one area.

    Returns
    -------
    Answer
        Table ``hours``: ``time`` (UTC), ``category``, ``colour`` and ``risk``, the ``station`` and ``pollutant`` that decide
        it, and ``stations`` with a category in that hour; None where no station has one.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    NoRule
        If no hour has a table.
    """
    rules = load_air()
    tables = rules.tables[_COUNTRY]
    held = read(path, rules.plausible)
    judged = hourly(held.frame, rules)
    band, number = pl.col(f"{_COUNTRY}_band"), pl.col(f"{_COUNTRY}_table")
    if judged[f"{_COUNTRY}_table"].is_null().all():
        first: date = min(judged["day"].to_list())
        reason = Text(
            f"the first table held begins on {written(tables[0].since, 'en')}",
            f"la primera tabla que se tiene comienza el {written(tables[0].since, 'es')}",
        )
        raise NoRule(what=tables[0].name, day=Text(*(written(first, k) for k in LANGUAGES)), reason=reason)
    # The worst first; of equals the first by name, so that the same file always gives the same.
    worst = (
        judged.sort("at", band, "station", "pollutant", descending=[False, True, False, False], nulls_last=True)
        .group_by("at", maintain_order=True)
        .agg(
            band.first(),
            pl.col("station", "pollutant").first(),
            pl.col("station").filter(band.is_not_null()).n_unique().alias("stations"),
        )
        .with_columns(pl.col("at").dt.strftime("%Y-%m-%dT%H:%MZ"))
    )
    bands = tables[-1].bands

    def row(at: str, worst_band: int | None, station: str, pollutant: str, stations: int) -> tuple[Cell, ...]:
        if worst_band is None:
            return (at, None, None, None, None, None, stations)
        own = bands[worst_band]
        return (at, own.name, own.colour, own.risk, station, pollutant, stations)

    table = Table(
        "hours",
        None,
        tuple(Column(key, label, side="right" if key == "stations" else "left") for key, label in _COLUMNS.items()),
        tuple(row(*cells) for cells in worst.iter_rows()),
        views=(last_rows(worst.height, tuple(_COLUMNS)),),
    )
    used = [tables[i] for i in judged.select(number).to_series().drop_nulls().unique().sort()]
    title = Text("Mexico's index of the area", "Índice de México para el área")
    return Answer("air.index_area", title, (table,), notes=held.notes, sources=tuple(t.source for t in used))
