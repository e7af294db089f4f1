"""`ambos air exceedances`: days above the limits of both countries, by the dates on which they hold."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ambos.air.exceed import Count, counts
from ambos.air.local import local_hours
from ambos.catalog.air import load_air
from ambos.errors import bad_request
from ambos.flows.air.design import AVERAGES, NAMES, standard
from ambos.flows.air.stations import readings
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table
from ambos.text import Text

COUNTRIES = {"us": Text("United States", "Estados Unidos"), "mx": Text("Mexico", "México")}
_NONE = Text("{country}: no limit of {pollutant} is held.", "{country}: no se tiene ningún límite de {pollutant}.")
_LATE = Text(
    "{country}: limits of {pollutant} are held from {first}; days before were not compared.",
    "{country}: se tienen límites de {pollutant} desde el {first}; los días anteriores no se compararon.",
)
_UNKNOWN = Text("too little held", "datos insuficientes")
_NOTES = (
    Text(
        "Days are of local standard time, hours by their beginning. A day tells with 18 of its hours (8 h: 18 of 24 means, US ozone 13 of 17; a mean of 8 h with 6). A mean that is above counts even on a day that is not complete; for US PM2.5 and ozone also one that is above with zeros in place of the missing hours, as in the design values.",
        "Los días son de hora local estándar; la hora es la de inicio. Un día cuenta con 18 de sus horas (8 h: 18 de 24 promedios, ozono de EE. UU. 13 de 17; un promedio de 8 h con 6). Un promedio que rebasa cuenta aun en un día incompleto; en PM2.5 y ozono de EE. UU. también el que rebasa con ceros en lugar de las horas faltantes, como en los valores de diseño.",
    ),
    Text(
        "Yearly means are those of the valid days, want three quarters of the year's days and are compared with the limit of 31 December. A US standard is violated by its design value of three years, not by a day or a year above its level.",
        "Las medias anuales son de los días válidos, requieren tres cuartas partes de los días del año y se comparan con el límite del 31 de diciembre. Una norma de EE. UU. se incumple por su valor de diseño de tres años, no por un día o un año arriba del nivel.",
    ),
    Text(
        "Assumed, not read in the norms: Mexican limits are compared half up to the decimals of NOM-172-SEMARNAT-2023; 8-hour means belong to the day in which they end (US ozone: begin).",
        "Supuesto, no leído en las normas: los límites mexicanos se comparan redondeando mitad hacia arriba a los decimales de la NOM-172-SEMARNAT-2023; los promedios de 8 horas son del día en que terminan (ozono de EE. UU.: comienzan).",
    ),
)


def exceedances(workspace: Workspace, path: Path | None, station: str | None = None) -> Answer:
    """Count the days above every limit that holds on the days of a file of hourly readings, or of a station of the store.

    Parameters
    ----------
    workspace : Workspace
        Its region's zone is that of the local standard time.
    path : Path or None
    station : str, optional
        Its id, AQS or SINAICA number; only without a path.

    Returns
    -------
    Answer
        Table ``exceedances``, by station, limit and year.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    UnknownName, NoData
        If there is no such station, or nothing is held of it.
    BadRequest
        If no hour of the file has a value.
    """
    frame, read_notes = readings(workspace, path, station)
    frame = frame.filter(pl.col("amount").is_not_null())
    if frame.is_empty():
        raise bad_request(f"{path}: no hour has a value.", f"{path}: ninguna hora tiene valor.")
    limits = load_air().limits
    offset = workspace.catalog.region.standard_offset
    rows: list[tuple[str, Count]] = []
    notes: dict[Text, None] = {}
    for hours in local_hours(frame, offset):
        rows += [(hours.station, c) for c in counts(hours, limits)]
        for country, name in COUNTRIES.items():
            first = min(
                (x.since for x in limits if (x.country, x.pollutant) == (country, hours.pollutant)), default=None
            )
            said = {"country": name, "pollutant": NAMES[hours.pollutant]}
            if first is None:
                notes[_NONE.format(**said)] = None
            elif hours.first < first:
                notes[_LATE.format(**said, first=first)] = None
    rows.sort(key=lambda r: (r[0], r[1].limit.pollutant, r[1].year, r[1].limit.country, r[1].limit.average))
    cited = dict.fromkeys(
        Text.same("{name} {average} {value}: ").format(
            name=NAMES[c.limit.pollutant], average=AVERAGES[c.limit.average], value=c.limit.value
        )
        + c.limit.source
        for _, c in rows
    )
    title = Text("Exceedances", "Excedencias")
    return Answer(
        "air.exceedances",
        title,
        (_exceedances(title, rows),),
        notes=(*read_notes, *notes, *_NOTES, *cited),
    )


def _exceedances(title: Text, rows: list[tuple[str, Count]]) -> Table:
    """Tabulate the days above each limit by station and year."""
    columns = (
        Column("station", Text("Station", "Estación")),
        Column("year", Text("Year", "Año"), grouped=False),
        Column("limit_name", Text("Limit", "Límite"), kept=None),
        Column("country", Text("Country", "País")),
        *(Column(key, None) for key in ("pollutant", "average", "limit", "unit")),
        Column("limit_from", Text("Holds from", "Rige desde")),
        *(Column(key, None) for key in ("limit_to", "first_day", "last_day")),
        Column("above", Text("Above", "Rebasado")),
        Column("days_above", Text("Days above", "Días arriba")),
        Column("days_valid", Text("Days that tell", "Días válidos")),
        Column("days", Text("Days", "Días")),
        Column("highest", Text("Highest", "Máximo")),
        *(Column(key, None) for key in ("dates_above", "citation", "confirmed")),
    )

    def row(station: str, c: Count) -> tuple[Cell, ...]:
        x = c.limit
        return (
            *(station, c.year, standard(x), Named(x.country, COUNTRIES[x.country])),
            *(
                x.pollutant,
                x.average,
                x.value,
                x.unit,
                Shown(x.since, Text.same(str(x.since))),
                x.until,
                c.first,
                c.last,
            ),
            Shown(None, _UNKNOWN) if c.above is None else c.above,
            None if x.average == "annual" else len(c.exceeding),
            *(c.valid, c.days),
            None if c.highest is None else Shown(c.highest, Text.same(str(c.highest))),
            *(tuple(map(str, c.exceeding)), x.citation, not x.prior),
        )

    return Table("exceedances", title, columns, tuple(row(*one) for one in rows))
