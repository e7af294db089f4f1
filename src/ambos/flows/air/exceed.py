"""`ambos air exceedances`: days above the limits of both countries, by the dates on which they hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ambos.air.exceed import Count, counts
from ambos.air.local import local_hours
from ambos.catalog.air import load_air
from ambos.errors import BadRequest
from ambos.flows.air.design import AVERAGES, NAMES, standard
from ambos.flows.air.source import readings
from ambos.flows.workspace import Workspace
from ambos.model.table import TextTable
from ambos.numbers import MISSING
from ambos.text import Text

COUNTRIES = {"us": Text("United States", "Estados Unidos"), "mx": Text("Mexico", "México")}
_YES, _NO, _UNKNOWN = Text("yes", "sí"), Text("no", "no"), Text("too little held", "datos insuficientes")
_NOTES = (
    Text(
        "Days are of local standard time, hours by their beginning. A day tells with 18 of its hours (8 h: 18 of 24 means, US ozone 13 of 17; a mean of 8 h with 6). A mean that is above counts even on a day that is not complete; for US PM2.5 and ozone also one that is above with zeros in place of the missing hours, as in the design values.",
        "Los días son de hora local estándar; la hora es la de inicio. Un día cuenta con 18 de sus horas (8 h: 18 de 24 promedios, ozono de EE. UU. 13 de 17; un promedio de 8 h con 6). Un promedio que rebasa cuenta aun en un día incompleto; en PM2.5 y ozono de EE. UU. también el que rebasa con ceros en lugar de las horas faltantes, como en los valores de diseño.",
    ),
    Text(
        "Yearly means are those of the valid days, want three quarters of the year's days and are compared with the limit of 31 December. A US standard is violated by its design value of three years (ambos air design), not by a day or a year above its level.",
        "Las medias anuales son de los días válidos, requieren tres cuartas partes de los días del año y se comparan con el límite del 31 de diciembre. Una norma de EE. UU. se incumple por su valor de diseño de tres años (ambos air design), no por un día o un año arriba del nivel.",
    ),
    Text(
        "Assumed, not read in the norms: Mexican limits are compared half up to the decimals of NOM-172-SEMARNAT-2023; 8-hour means belong to the day in which they end (US ozone: begin).",
        "Supuesto, no leído en las normas: los límites mexicanos se comparan redondeando mitad hacia arriba a los decimales de la NOM-172-SEMARNAT-2023; los promedios de 8 horas son del día en que terminan (ozono de EE. UU.: comienzan).",
    ),
)


@dataclass(frozen=True, slots=True)
class Exceedances:
    """All of a file.

    Attributes
    ----------
    rows : tuple of (station, Count)
    notes : tuple of Text
        What is to be known of them, and days before the first limit held.
    readings : tuple of Text
        What is to be known of the readings: the monitor that was taken, or the rows of the file set aside.
    """

    rows: tuple[tuple[str, Count], ...]
    notes: tuple[Text, ...]
    readings: tuple[Text, ...]


def exceedances(workspace: Workspace, path: Path | None, station: str | None = None) -> Exceedances:
    """Count the days above every limit that holds on the days of a file of hourly readings, or of a station of the store.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    UnknownName, NoData
        If there is no such station, or nothing is held of it.
    BadRequest
        If no hour of the file has a value.
    """
    frame, told = readings(workspace, path, station)
    frame = frame.filter(pl.col("amount").is_not_null())
    if frame.is_empty():
        raise BadRequest(
            detail=Text(f"{path}: no hour has a value.", f"{path}: ninguna hora tiene valor."),
        )
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
    return Exceedances(tuple(rows), (*notes, *_NOTES), told)


_NONE = Text("{country}: no limit of {pollutant} is held.", "{country}: no se tiene ningún límite de {pollutant}.")
_LATE = Text(
    "{country}: limits of {pollutant} are held from {first}; days before were not compared.",
    "{country}: se tienen límites de {pollutant} desde el {first}; los días anteriores no se compararon.",
)


def tables(found: Exceedances) -> list[TextTable]:
    """A row per station, limit and year."""
    heads = (
        Text("Station", "Estación"),
        Text("Year", "Año"),
        Text("Limit", "Límite"),
        Text("Country", "País"),
        Text("Holds from", "Rige desde"),
        Text("Above", "Rebasado"),
        Text("Days above", "Días arriba"),
        Text("Days that tell", "Días válidos"),
        Text("Days", "Días"),
        Text("Highest", "Máximo"),
    )
    return [TextTable("exceedances", Text("Exceedances", "Excedencias"), heads, tuple(map(_row, found.rows)), texts=6)]


def _row(row: tuple[str, Count]) -> tuple[Text, ...]:
    station, count = row
    limit = count.limit
    name = standard(limit)
    above = _UNKNOWN if count.above is None else _YES if count.above else _NO
    exceeding = MISSING if limit.average == "annual" else str(len(count.exceeding))
    cells = (exceeding, str(count.valid), str(count.days), MISSING if count.highest is None else str(count.highest))
    where = COUNTRIES[limit.country]
    year, since = Text.same(str(count.year)), Text.same(str(limit.since))
    return (Text.same(station), year, name, where, since, above, *map(Text.same, cells))


def explained(found: Exceedances) -> list[Text]:
    """Notes, then the citation of each limit."""
    cited = dict.fromkeys(
        Text.same("{name} {average} {value}: ").format(
            name=NAMES[c.limit.pollutant], average=AVERAGES[c.limit.average], value=c.limit.value
        )
        + c.limit.source
        for _, c in found.rows
    )
    return [*found.readings, *found.notes, *cited]


def record(found: Exceedances) -> list[dict[str, object]]:
    """For JSON, with the days above."""
    return [
        {
            "station": station,
            "year": c.year,
            "country": c.limit.country,
            "pollutant": c.limit.pollutant,
            "average": c.limit.average,
            "limit": c.limit.value,
            "unit": c.limit.unit,
            "limit_from": c.limit.since,
            "limit_to": c.limit.until,
            "first_day": c.first,
            "last_day": c.last,
            "days": c.days,
            "days_valid": c.valid,
            "days_above": None if c.limit.average == "annual" else len(c.exceeding),
            "above": c.above,
            "highest": c.highest,
            "dates_above": list(c.exceeding),
            "citation": c.limit.citation.record(),
            "confirmed": not c.limit.prior,
        }
        for station, c in found.rows
    ]
