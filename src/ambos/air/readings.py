"""Read a file of hourly or daily readings; set bad rows aside and list them by line and reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, get_args

from ambos.air.hourly import DECIMALS
from ambos.air.index import PPB
from ambos.air.units import MOLAR_MASS, to_share
from ambos.errors import BadReadings, parse_fault
from ambos.given_file import content
from ambos.later import pl
from ambos.model.air import Plausible, Pollutant
from ambos.numbers import both
from ambos.text import Text, joined

COLUMNS: Final = ("station", "time", "pollutant", "value", "unit")
DAILY_COLUMNS: Final = ("station", "day", "pollutant", "value", "unit")
PARTICLES: Final = ("pm25", "pm10")
_UNITS: Final = {"ug/m3": "ug/m3", "µg/m3": "ug/m3", "μg/m3": "ug/m3", "ppm": "ppm", "ppb": "ppb"}
#: The years in which a time is believed.
_YEARS: Final = (1900, 2100)
#: Bad rows named one by one; the others are counted.
_NAMED = 20
_TIME = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})$"

#: What may be wrong with a row, in the order in which it is looked for.
_WRONG: Final = {
    "quotes": Text(
        "a quotation mark joins it with the lines that follow", "unas comillas lo unen con los renglones que siguen"
    ),
    "cells": Text("the row has more cells than the first one", "el renglón tiene más celdas que el primero"),
    "station": Text("no station", "falta la estación"),
    "pollutant": Text(
        "the pollutant is none of pm25, pm10, o3, co, so2, no2", "el contaminante no es pm25, pm10, o3, co, so2 ni no2"
    ),
    "unit": Text(
        "the unit does not fit: ug/m3 for particles; ppm, ppb or ug/m3 for gases",
        "la unidad no corresponde: ug/m3 para partículas; ppm, ppb o ug/m3 para gases",
    ),
    "time": Text(
        "the time is not like 2025-07-14T15:00-07:00, with its zone",
        "la hora no es como 2025-07-14T15:00-07:00, con su zona",
    ),
    "hour": Text("the time is not a whole hour", "la hora no es una hora en punto"),
    "day": Text("the day is not like 2025-07-14", "el día no es como 2025-07-14"),
    "value": Text("the value is not a number", "el valor no es un número"),
    "again": Text(
        "this time of this station and pollutant is there twice",
        "este momento de esta estación y contaminante aparece dos veces",
    ),
    "conflict": Text(
        "this time of this station and pollutant is there twice, with different values",
        "este momento de esta estación y contaminante aparece dos veces, con valores distintos",
    ),
}


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of a file: values by time, and notes on the rows set aside."""

    #: As `ambos.air.hourly.hourly` wants it, and the columns of the file; without ``time`` and ``at`` if daily.
    frame: pl.DataFrame
    daily: bool  #: Whether each value is of a day.
    notes: tuple[Text, ...]  #: The rows set aside, by line and reason, and how many values below zero count as 0.


def implausible(value: object, pollutant: str, plausible: Mapping[str, Plausible]) -> Text:
    """Explain why a concentration outside its range is refused, with the range and its unit."""
    of = plausible[pollutant]
    unit = "µg/m³" if of.unit == "ug/m3" else of.unit
    return Text(
        "no instrument gives {value} for {pollutant}: the range is {least} to {most} {unit}",
        "ningún instrumento da {value} de {pollutant}: el intervalo es de {least} a {most} {unit}",
    ).format(value=value, pollutant=pollutant, least=both(of.least), most=both(of.most), unit=unit)


def read(path: Path, plausible: Mapping[str, Plausible]) -> Readings:
    """Read hourly readings from a CSV file.

    Parameters
    ----------
    path : Path
        With the columns station, time (ISO 8601 with its zone, whole hours), pollutant, value (empty: missing) and
        unit; others are passed over.
    plausible : mapping of pollutant to Plausible
        A value outside is set aside; one within and below zero counts as 0.

    Raises
    ------
    BadReadings
        With what keeps the file from being read, or with its bad rows if no row is good.
    """
    raw = _raw(path)
    if "time" not in raw.columns and "day" in raw.columns:
        raise _unreadable(
            path,
            "its values are of days (column day): hourly ones are wanted here, with a column time",
            "sus valores son de días (columna «day»): aquí se requieren de horas, con una columna «time»",
        )
    return _checked(path, raw, COLUMNS, plausible)


def read_days(path: Path, plausible: Mapping[str, Plausible]) -> Readings:
    """Read readings that may be daily: with a column day (a date) in place of time.

    Parameters and errors as for `read`.
    """
    raw = _raw(path)
    daily = "time" not in raw.columns and "day" in raw.columns
    return _checked(path, raw, DAILY_COLUMNS if daily else COLUMNS, plausible)


def _unreadable(path: Path, en: str, es: str, count: int = 1) -> BadReadings:
    return BadReadings(file=path, count=count, problems=Text(f"  {en}", f"  {es}"))


def _no_table(path: Path, error: csv.Error) -> BadReadings:
    why = parse_fault(error)
    return _unreadable(path, f"it is not a CSV table: {why.en}", f"no es una tabla CSV: {why.es}")


def _raw(path: Path) -> pl.DataFrame:
    """Read the cells as text; ``cells`` counts those of a row that has too many. Raise an error that names the cause if
    the file is no table."""
    text = content(path, BadReadings)
    try:
        head = next(csv.reader([text.partition("\n")[0].rstrip("\r")]), [])
    except csv.Error as error:
        raise _no_table(path, error) from error
    if twice := ", ".join(
        sorted({name for name in head if name in {*COLUMNS, *DAILY_COLUMNS} and head.count(name) > 1})
    ):
        raise _unreadable(path, f"columns that are there twice: {twice}", f"columnas que aparecen dos veces: {twice}")
    try:
        return pl.read_csv(text.encode(), infer_schema=False).with_columns(cells=pl.lit(None, pl.Int64))
    except pl.exceptions.PolarsError:
        pass  # a row with more cells than the header, or no table at all
    try:
        names, *rows = csv.reader(io.StringIO(text), strict=True)
    except csv.Error as error:
        raise _no_table(path, error) from error
    width = len(names)
    columns = {n: [r[i] if i < len(r) else None for r in rows] for i, n in enumerate(names)}
    cells = pl.Series("cells", [len(r) if len(r) > width else None for r in rows], dtype=pl.Int64)
    return pl.DataFrame([*(pl.Series(n, held, dtype=pl.String) for n, held in columns.items() if n != "cells"), cells])


def _checked(path: Path, raw: pl.DataFrame, columns: tuple[str, ...], plausible: Mapping[str, Plausible]) -> Readings:
    missing = [c for c in columns if c not in raw.columns]
    if missing:
        names = ", ".join(missing)
        raise _unreadable(path, f"no column {names}", f"falta la columna {names}", len(missing))
    parsed = _parse(raw.select(*columns, "cells"), plausible)
    bad = parsed.filter(pl.col("wrong").is_not_null())
    if bad.height == parsed.height:
        if not parsed.height:
            raise _unreadable(path, "no rows", "sin renglones")
        lines = [Text(f"  {line.en}", f"  {line.es}") for line in _lines(bad, plausible)]
        raise BadReadings(file=path, count=bad.height, problems=joined(lines, "\n"))
    good = parsed.filter(pl.col("wrong").is_null())
    notes = []
    if bad.height:
        count = both(bad.height)
        head = Text("rows of {file} set aside: {count}. ", "renglones de {file} apartados: {count}. ")
        notes.append(head.format(file=path.name, count=count) + joined(_lines(bad, plausible), "; "))
    below = good.filter(pl.col("amount") < 0).height
    if below:
        said = Text(
            "{file}: values below zero that count as 0: {count}",
            "{file}: valores bajo cero que cuentan como 0: {count}",
        )
        notes.append(said.format(file=path.name, count=both(below)))
    frame = good.with_columns(pl.col("amount").clip(lower_bound=0)).drop("line", "wrong", "written", "cells", "quotes")
    return Readings(frame, columns == DAILY_COLUMNS, tuple(notes))


def _times(raw: pl.DataFrame) -> tuple[list[pl.Expr], dict[str, pl.Expr]]:
    """The columns of when, and what may be wrong with them."""
    if "day" in raw.columns:
        day = pl.col("day").str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
        return [day.alias("day")], {"day": ~pl.col("day").dt.year().is_between(*_YEARS).fill_null(False)}
    time = pl.col("time").str.strip_chars()
    stamp = pl.concat_str(
        time.str.extract(_TIME, 1),
        pl.lit("T"),
        time.str.extract(_TIME, 2),
        time.str.extract(_TIME, 3).fill_null(":00"),
        time.str.extract(_TIME, 4).str.replace("Z", "+0000", literal=True).str.replace(":", "", literal=True),
    )
    columns = [
        time.alias("time"),
        stamp.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_zone="UTC", time_unit="us", strict=False).alias("at"),
        time.str.head(10).str.to_date("%Y-%m-%d", strict=False).alias("day"),
    ]
    return columns, {
        "time": ~pl.col("at").dt.year().is_between(*_YEARS).fill_null(False) | pl.col("day").is_null(),
        "hour": pl.col("at").dt.truncate("1h") != pl.col("at"),
    }


def _parse(raw: pl.DataFrame, plausible: Mapping[str, Plausible]) -> pl.DataFrame:
    """The columns as the indices want them, the line of each row, and what is wrong with it."""
    pollutant = pl.col("pollutant").str.strip_chars().str.to_lowercase().str.replace(".", "", literal=True)
    unit = pl.col("unit").str.strip_chars().str.to_lowercase().str.replace("³", "3", literal=True)
    number = pl.col("value").str.strip_chars()
    times, wrong_times = _times(raw)
    frame = raw.with_columns(
        line=pl.int_range(pl.len()) + 2,
        quotes=pl.any_horizontal(pl.col(pl.String).str.contains("\n", literal=True)).fill_null(False),
        station=pl.col("station").str.strip_chars(),
        pollutant=pollutant,
        unit=unit.replace_strict(_UNITS, default=None, return_dtype=pl.String),
        written=number,
        value=number.cast(pl.Float64, strict=False),
        empty=number.is_null() | (number == ""),
    ).with_columns(times)
    # Particles in millionths of a µg/m³, gases in millionths of a ppb; what is finer than that is rounded away.
    # A gas in µg/m³ is brought to ppb at 25 °C and 1 atm.
    share = {gas: float(to_share(Fraction(1), gas)) for gas in MOLAR_MASS}
    of_mass = pl.col("pollutant").replace_strict(share, default=1.0, return_dtype=pl.Float64)
    mass = pl.when(pl.col("unit") == "ug/m3").then(of_mass).otherwise(1.0)
    amount = pl.col("value") * pl.when(pl.col("unit") == "ppm").then(PPB).otherwise(1) * mass
    fits = (
        pl.when(pl.col("pollutant").is_in(PARTICLES))
        .then(pl.col("unit") == "ug/m3")
        .otherwise(pl.col("unit").is_not_null())
    )
    known = ~pl.col("empty")
    tests = {
        "quotes": pl.col("quotes"),
        "cells": pl.col("cells").is_not_null(),
        "station": pl.col("station").is_null() | (pl.col("station") == ""),
        "pollutant": pl.col("pollutant").is_null() | ~pl.col("pollutant").is_in(get_args(Pollutant)),
        "unit": ~fits.fill_null(False),
        **wrong_times,
        "value": known & ~pl.col("value").is_finite().fill_null(False),
        "range": known & ~amount.is_between(_of(plausible, "least"), _of(plausible, "most")),
    }
    wrong = pl.coalesce(pl.when(test).then(pl.lit(name)) for name, test in tests.items())
    checked = frame.with_columns(wrong=wrong).with_columns(
        amount=pl.when(pl.col("wrong").is_null() & known).then((amount * 10**DECIMALS).round()).cast(pl.Int64),
        wrong=pl.coalesce("wrong", pl.lit("")),
    )
    # Among the rows that are good so far: the first of equal ones stays, of different ones none does.
    key = ["station", "pollutant", "day" if "day" in raw.columns else "at", "wrong"]
    again = pl.int_range(pl.len()).over(key) > 0
    differ = pl.col("amount").n_unique().over(key) > 1
    repeated = pl.when(differ).then(pl.lit("conflict")).when(again).then(pl.lit("again"))
    own = pl.when(pl.col("wrong") != "").then("wrong").otherwise(repeated)
    return checked.with_columns(wrong=own).drop("empty")


def _of(plausible: Mapping[str, Plausible], end: str) -> pl.Expr:
    """The least or the most that is plausible for the pollutant of a row."""
    ends = {name: float(getattr(of, end)) for name, of in plausible.items()}
    return pl.col("pollutant").replace_strict(ends, default=0.0, return_dtype=pl.Float64)


def _lines(bad: pl.DataFrame, plausible: Mapping[str, Plausible]) -> list[Text]:
    """List the bad rows by line with the reason of each; the first `_NAMED`, then the count of the rest."""
    lines = []
    shown = bad.select("line", "written", "unit", "pollutant", "wrong").head(_NAMED)  # a day may be past Python's years
    for row in shown.iter_rows(named=True):
        written = f"{row['written']} {row['unit']}"
        why = implausible(written, row["pollutant"], plausible) if row["wrong"] == "range" else _WRONG[row["wrong"]]
        lines.append(Text(f"line {row['line']}: ", f"renglón {row['line']}: ") + why)
    if bad.height > _NAMED:
        more = bad.height - _NAMED
        lines.append(Text(f"and {more} more", f"y {more} más"))
    return lines
