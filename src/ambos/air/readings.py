"""Read a file of hourly or daily readings; every bad row is told, and nothing is guessed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final, get_args

import polars as pl

from ambos.air.hourly import DECIMALS, LARGEST
from ambos.air.index import PPB
from ambos.air.units import MOLAR_MASS, to_share
from ambos.errors import BadReadings
from ambos.given_file import content
from ambos.model.air import Pollutant
from ambos.text import Text

COLUMNS: Final = ("station", "time", "pollutant", "value", "unit")
DAILY_COLUMNS: Final = ("station", "day", "pollutant", "value", "unit")
PARTICLES: Final = ("pm25", "pm10")
_UNITS: Final = {"ug/m3": "ug/m3", "µg/m3": "ug/m3", "μg/m3": "ug/m3", "ppm": "ppm", "ppb": "ppb"}
#: Bad rows told one by one; the others are counted.
_TOLD = 20
_TIME = r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:?\d{2})$"

#: What may be wrong with a row, in the order in which it is looked for.
_WRONG: Final = {
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
    "range": Text(
        "the value is negative or too large; where it is not valid leave it empty",
        "el valor es negativo o demasiado grande; si no es válido, déjelo vacío",
    ),
    "twice": Text(
        "this hour of this station and pollutant is there twice",
        "esta hora de esta estación y contaminante aparece dos veces",
    ),
    "day_twice": Text(
        "this day of this station and pollutant is there twice",
        "este día de esta estación y contaminante aparece dos veces",
    ),
}


def read(path: Path) -> pl.DataFrame:
    """Read hourly readings from a CSV file.

    Parameters
    ----------
    path : Path
        With the columns station, time (ISO 8601 with its zone, whole hours), pollutant, value (empty: missing) and
        unit; others are passed over.

    Returns
    -------
    polars.DataFrame
        As `ambos.air.hourly.hourly` wants it, and the columns of the file.

    Raises
    ------
    BadReadings
        With every bad row, or what keeps the file from being read.
    """
    return _checked(path, _raw(path), COLUMNS)


def read_days(path: Path) -> tuple[pl.DataFrame, bool]:
    """Read readings that may be daily: with a column day (a date) in place of time.

    Parameters
    ----------
    path : Path

    Returns
    -------
    polars.DataFrame
        As from `read`; without ``time`` and ``at`` if daily.
    bool
        Whether they are daily.

    Raises
    ------
    BadReadings
        As for `read`.
    """
    raw = _raw(path)
    daily = "time" not in raw.columns and "day" in raw.columns
    return _checked(path, raw, DAILY_COLUMNS if daily else COLUMNS), daily


def _raw(path: Path) -> pl.DataFrame:
    """The cells as text; what keeps the file from being read is told."""
    text = content(path, BadReadings)
    try:
        return pl.read_csv(text.encode(), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()[0]
        what = Text(f"  it is not a CSV table: {said}", f"  no es una tabla CSV: {said}")
        raise BadReadings(file=path, count=1, problems=what) from error


def _checked(path: Path, raw: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    missing = [c for c in columns if c not in raw.columns]
    if missing:
        names = ", ".join(missing)
        raise BadReadings(
            file=path, count=len(missing), problems=Text(f"  no column {names}", f"  falta la columna {names}")
        )
    parsed = _parse(raw.select(columns))
    bad = parsed.filter(pl.col("wrong").is_not_null())
    if bad.height:
        raise BadReadings(file=path, count=bad.height, problems=_tell(bad))
    if not parsed.height:
        raise BadReadings(file=path, count=1, problems=Text("  no rows", "  sin renglones"))
    return parsed.drop("line", "wrong")


def _times(raw: pl.DataFrame) -> tuple[list[pl.Expr], dict[str, pl.Expr]]:
    """The columns of when, and what may be wrong with them."""
    if "day" in raw.columns:
        day = pl.col("day").str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
        twice = pl.struct("station", "pollutant", "day").is_first_distinct().not_()
        return [day.alias("day")], {"day": pl.col("day").is_null(), "day_twice": twice}
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
        "time": pl.col("at").is_null() | pl.col("day").is_null(),
        "hour": pl.col("at").dt.truncate("1h") != pl.col("at"),
        "twice": pl.struct("station", "pollutant", "at").is_first_distinct().not_(),
    }


def _parse(raw: pl.DataFrame) -> pl.DataFrame:
    """The columns as the indices want them, the line of each row, and what is wrong with it."""
    pollutant = pl.col("pollutant").str.strip_chars().str.to_lowercase().str.replace(".", "", literal=True)
    unit = pl.col("unit").str.strip_chars().str.to_lowercase().str.replace("³", "3", literal=True)
    number = pl.col("value").str.strip_chars()
    times, wrong_times = _times(raw)
    frame = raw.with_columns(
        line=pl.int_range(pl.len()) + 2,
        station=pl.col("station").str.strip_chars(),
        pollutant=pollutant,
        unit=unit.replace_strict(_UNITS, default=None, return_dtype=pl.String),
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
        "station": pl.col("station").is_null() | (pl.col("station") == ""),
        "pollutant": pl.col("pollutant").is_null() | ~pl.col("pollutant").is_in(get_args(Pollutant)),
        "unit": ~fits.fill_null(False),
        **wrong_times,
        "value": known & ~pl.col("value").is_finite().fill_null(False),
        "range": known & ~amount.is_between(0, LARGEST, closed="left"),
    }
    wrong = pl.coalesce(pl.when(test).then(pl.lit(name)) for name, test in tests.items())
    return (
        frame.with_columns(wrong=wrong)
        .with_columns(
            amount=pl.when(pl.col("wrong").is_null() & known).then((amount * 10**DECIMALS).round()).cast(pl.Int64)
        )
        .drop("empty")
    )


def _tell(bad: pl.DataFrame) -> Text:
    lines = [
        Text(f"  line {row['line']}: ", f"  renglón {row['line']}: ") + _WRONG[row["wrong"]]
        for row in bad.head(_TOLD).iter_rows(named=True)
    ]
    if bad.height > _TOLD:
        more = bad.height - _TOLD
        lines.append(Text(f"  and {more} more", f"  y {more} más"))
    return Text("\n".join(x.en for x in lines), "\n".join(x.es for x in lines))
