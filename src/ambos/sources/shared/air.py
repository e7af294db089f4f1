"""Hourly readings of any network: the stations that are asked for, and rows of ``air_readings``.

Particles are kept in µg/m³, gases in ppb, exact to four decimals; what is finer (means that a third party worked out)
is rounded half to even. A reading below zero is kept: instruments scatter around zero in clean air.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

from ambos.catalog.air import load_stations
from ambos.catalog.catalog import Catalog
from ambos.model.air import AirStation
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.codes import YEARS, RawTable
from ambos.sources.shared.missing import blank
from ambos.text import Text

#: How units are written, lower case without blanks: ours, and what to multiply by.
UNITS: Mapping[str, tuple[str, Decimal]] = {
    "µg/m³": ("ug/m3", Decimal(1)),
    "μg/m³": ("ug/m3", Decimal(1)),
    "ug/m3": ("ug/m3", Decimal(1)),
    "micrograms/cubicmeter(lc)": ("ug/m3", Decimal(1)),
    "micrograms/cubicmeter(25c)": ("ug/m3", Decimal(1)),
    "ppb": ("ppb", Decimal(1)),
    "partsperbillion": ("ppb", Decimal(1)),
    "ppm": ("ppb", Decimal(1000)),
    "partspermillion": ("ppb", Decimal(1000)),
}
_NUMBER = re.compile(r"-?\d{1,13}(\.\d{1,20})?([eE][-+]?\d{1,2})?", re.ASCII)
_PLACES = Decimal("0.0001")
#: Least magnitude that the column of a dataset cannot hold.
_LARGEST = Decimal(10) ** 14
#: Kinds of rows left out of air files, and the maximum number of names listed.
STATIONS = Text("rows of stations elsewhere", "renglones de estaciones de otros lugares")
PARAMETERS = Text("rows of other parameters", "renglones de otros parámetros")
_NAMED = 5
#: Degrees around the stations.
MARGIN = 0.02
#: Columns of text that a reader gives; `line` too.
COLUMNS = ("station", "parameter", "monitor", "time", "value", "units", "qualifier", "local")


def stations(catalog: Catalog, network: str) -> dict[str, str]:
    """Our ids of the region's stations by their numbers in a network (``aqs`` or ``sinaica``)."""
    own = load_stations(catalog).stations.values()
    return {number: s.id for s in own if (number := s.sinaica if network == "sinaica" else s.aqs)}


def only(file: File, raw: pl.DataFrame, column: str, among: Collection[str], what: Text) -> pl.DataFrame:
    """The rows whose cell in a column is among some; the file notes how many others there are, and of which.

    Parameters
    ----------
    file : File
    raw : polars.DataFrame
    column : str
    among : collection of str
    what : Text
        The others: `STATIONS`, `PARAMETERS`.
    """
    wanted = raw[column].is_in(list(among))
    if not wanted.all():
        others = raw.filter(~wanted)[column]
        named = sorted(others.unique())
        more = ", …" if len(named) > _NAMED else ""
        listed = f"{len(others)} ({', '.join(named[:_NAMED])}{more})"
        file.notes.append(Text("{what}: {listed}", "{what}: {listed}").format(what=what, listed=listed))
    return raw.filter(wanted)


def rows(file: File, raw: pl.DataFrame, catalog: Catalog, *, network: str, status: str, clock: str) -> Rows:
    """The rows of ``air_readings``.

    Parameters
    ----------
    file : File
    raw : polars.DataFrame
        With `COLUMNS` and ``line``; `station` is our id, `time` the beginning of the hour in UTC
        (``2026-02-24T07:00``), `value` empty or a mark where it is missing, ``given`` what the source wrote if the
        reader emptied some of `value`, ``agrees`` whether the other stamps of the record give the same time.
        Parameters that are no pollutant are left out and noted.
    catalog : Catalog
    network : str
        Also the system of the parameters' codes.
    status : {"A", "P"}
        Of a reading that has a value.
    clock : {"utc", "local_assumed"}
        Whether the source says what its hours are, or it is assumed.
    """
    pollutants = catalog.codelists["pollutants"]
    raw = only(file, raw, "parameter", pollutants.from_system(network), PARAMETERS)
    given = raw["given"] if "given" in raw.columns else raw["value"]
    sheet = RawTable(raw.with_columns(value=blank(file, raw["value"], catalog, "air")))
    sheet.codes("parameter", "pollutant", pollutants, network)
    sheet.values("time", "hour", _hour, pl.Datetime("us", "UTC"), Text("a whole hour", "una hora en punto"))
    if "agrees" in raw.columns:
        sheet.refuse(
            ~sheet.raw["agrees"],
            "bad_value",
            pl.format("time: {} ({}) is not the time that the record says elsewhere.", "time", "local"),
            pl.format("time: {} ({}) no es la hora que el registro indica en otra parte.", "time", "local"),
        )
    unit = {code.id: code.attributes["unit"] for code in pollutants.codes.values()}
    wanted = sheet.made["pollutant"].replace_strict(unit, return_dtype=pl.String)
    sheet.made |= {
        "value": amounts(sheet, "value", "units", wanted),
        "unit": wanted,
        **{c: sheet.raw[c] for c in ("station", "monitor", "local")},
        "qualifier": _or_null(sheet.raw["qualifier"]),
        "given": _or_null(given),
    }
    frame = sheet.good().with_columns(
        network=pl.lit(network),
        clock=pl.lit(clock),
        status=pl.when(pl.col("value").is_null()).then(pl.lit("M")).otherwise(pl.lit(status)),
    )
    return Rows("air_readings", frame, sheet.rejected())


def amounts(sheet: RawTable, column: str, units: str, wanted: pl.Series) -> pl.Series:
    """A column of readings in the units wanted, to four decimals; empty ones are null, others that are none refused.

    Parameters
    ----------
    sheet : RawTable
    column, units : str
        Columns of the reading and of the unit as the source writes it.
    wanted : polars.Series of str
        Our unit of each row.
    """
    written = sheet.raw.select(number=column, units=units).with_columns(wanted=wanted)
    found = [(*row, _amount(*row)) for row in written.unique().rows()]
    schema: dict[str, pl.DataType] = {
        **dict.fromkeys(("number", "units", "wanted"), pl.String()),
        "amount": pl.Decimal(18, 4),
    }
    table = pl.DataFrame(found, schema=schema, orient="row")
    on = ["number", "units", "wanted"]
    amount = written.join(table, on=on, how="left", maintain_order="left", nulls_equal=True)["amount"]
    sheet.refuse_values(
        amount.is_null() & (sheet.raw[column] != ""),
        column,
        Text(
            "a reading in the unit of its pollutant (µg/m³ for particles, ppb or ppm for gases)",
            "una lectura en la unidad de su contaminante (µg/m³ para partículas, ppb o ppm para gases)",
        ),
    )
    return amount


def _or_null(series: pl.Series) -> pl.Series:
    return series.replace("", None)


def _amount(number: str, units: str, wanted: str | None) -> Decimal | None:
    """A reading in the unit wanted, to four decimals; None if it is none."""
    unit, factor = UNITS.get(units.replace(" ", "").lower(), ("", Decimal(0)))
    if unit != wanted or not _NUMBER.fullmatch(number):
        return None
    amount = Decimal(number) * factor
    if abs(amount) >= _LARGEST:
        return None
    return amount.quantize(_PLACES, ROUND_HALF_EVEN)


def _hour(text: str) -> datetime | None:
    """The beginning of an hour in UTC, written ``2026-02-24T07:00``."""
    if len(text) != 16 or not text.isascii() or not text.endswith(":00"):
        return None
    try:
        hour = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    return hour if hour.year in YEARS else None


def open_stations(catalog: Catalog, since: date) -> Iterator[AirStation]:
    """The stations that are not known to have ended before a day."""
    for station in load_stations(catalog).stations.values():
        ends = [m.until for m in station.measures]
        if not ends or any(end is None or end >= since for end in ends):
            yield station


def box(stations: list[AirStation]) -> str:
    """The least box around stations: west, south, east, north; empty without stations."""
    if not stations:
        return ""
    west, east = (f(s.longitude for s in stations) for f in (min, max))
    south, north = (f(s.latitude for s in stations) for f in (min, max))
    return f"{west - MARGIN:.4f},{south - MARGIN:.4f},{east + MARGIN:.4f},{north + MARGIN:.4f}"
