"""EPA's Air Quality System through its interface: hourly samples and daily summaries of a site.

The answer is ``{"Header": [{"status": ..., "url": ..., "rows": ...}], "Data": [...]}``; the address in it repeats key
and e-mail, which are taken out before it is stored. Hours are those in which sampling began; the interface gives them
in UTC beside local standard time. Only samples of one hour become readings (a filter of 24 hours stands in the daily
summaries), and only the parameters of the code list: for PM2.5 that is 88101, not the non-regulatory 88502.

A day stands once for each duration, standard and treatment of exceptional events: never add or average them.
Shapes as described at https://aqs.epa.gov/aqsweb/documents/data_api.html; not asked of the live service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import NOT_APPLICABLE
from ambos.sources.shared import air_rows
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.codes import YEARS, Sheet
from ambos.sources.shared.missing import blank
from ambos.sources.shared.pages import require_rows
from ambos.sources.shared.strict import BOM, read_json, table, wrong
from ambos.text import Text

#: The code of a sample that lasts an hour.
ONE_HOUR = "1"
DURATIONS = Text("samples of other durations, by code", "muestras de otras duraciones, por clave")
_SITE = ("state_code", "county_code", "site_number", "parameter_code", "poc", "units_of_measure")
_HOURS = (*_SITE, "date_local", "time_local", "date_gmt", "time_gmt", "sample_measurement", "sample_duration_code")
_DAYS = (
    *_SITE,
    "date_local",
    "sample_duration_code",
    "pollutant_standard",
    "event_type",
    "observation_count",
    "arithmetic_mean",
    "first_max_value",
    "first_max_hour",
    "aqi",
)


def recognise(name: str, head: bytes) -> str:
    """``hours`` or ``days`` by what a record says; "" if it is no answer of the interface."""
    start = head.removeprefix(BOM).lstrip()
    if not start.startswith(b"{") or b'"Header"' not in start or b'"Data"' not in start:
        return ""
    if b'"sample_measurement"' in start:
        return "hours"
    return "days" if b'"arithmetic_mean"' in start else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_readings`` or ``air_daily``; sites that are no station of the region are left out and noted.

    Raises
    ------
    WrongShape
    """
    content = read_json(file)
    records = content.get("Data") if isinstance(content, dict) else None
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise wrong(file, "the answer has no list of records in Data.", "la respuesta no trae registros en Data.")
    heads = content.get("Header")
    head = heads[0] if isinstance(heads, list) and heads else None
    require_rows(file, head.get("rows") if isinstance(head, dict) else None, len(records))
    names = _HOURS if kind == "hours" else _DAYS
    missing = [n for n in names if any(n not in record for record in records)]
    if missing:
        shown = ", ".join(missing)
        raise wrong(file, f"fields missing: {shown}.", f"faltan campos: {shown}.")
    yield _hours(file, records, catalog) if kind == "hours" else _days(file, records, catalog)


def _raw(file: File, names: Sequence[str], records: Sequence[dict[str, Any]], catalog: Catalog) -> pl.DataFrame:
    """The records of the region's stations as text, with our station id and the monitor's name."""
    known = air_rows.stations(catalog, "aqs")
    raw = table(file, names, [[record.get(n) for n in names] for record in records])
    raw = raw.with_columns(
        site=pl.concat_str("state_code", "county_code", "site_number", separator="-"),
        parameter=pl.col("parameter_code"),
        monitor=pl.concat_str("parameter_code", "poc", separator="-"),
    )
    own = air_rows.only(file, raw, "site", known, air_rows.STATIONS)
    return own.with_columns(station=pl.col("site").replace_strict(known, default=None, return_dtype=pl.String))


def _hours(file: File, records: Sequence[dict[str, Any]], catalog: Catalog) -> Rows:
    raw = _raw(file, (*_HOURS, "qualifier"), records, catalog)
    own = air_rows.only(file, raw, "sample_duration_code", (ONE_HOUR,), DURATIONS).select(
        "line",
        "station",
        "parameter",
        "monitor",
        "qualifier",
        time=pl.concat_str("date_gmt", "time_gmt", separator="T"),
        value="sample_measurement",
        units="units_of_measure",
        local=pl.concat_str("date_local", "time_local", separator=" "),
        # Local standard time, in summer too.
        agrees=(_moment("date_gmt", "time_gmt") - _moment("date_local", "time_local"))
        .eq(-catalog.region.standard_offset)
        .fill_null(True),
    )
    return air_rows.rows(file, own, catalog, network="aqs", status="A", clock="utc")


def _days(file: File, records: Sequence[dict[str, Any]], catalog: Catalog) -> Rows:
    pollutants = catalog.codelists["pollutants"]
    raw = _raw(file, (*_DAYS, "validity_indicator"), records, catalog)
    sheet = Sheet(air_rows.only(file, raw, "parameter", pollutants.from_system("aqs"), air_rows.PARAMETERS))
    sheet.codes("parameter", "pollutant", pollutants, "aqs")
    sheet.values("date_local", "date", _day, pl.Date(), Text("a date", "una fecha"))
    unit = {code.id: code.attributes["unit"] for code in pollutants.codes.values()}
    sheet.made["unit"] = sheet.made["pollutant"].replace_strict(unit, return_dtype=pl.String)
    for column, into in (("arithmetic_mean", "mean"), ("first_max_value", "maximum")):
        sheet.raw = sheet.raw.with_columns(blank(file, sheet.raw[column], catalog, "air"))
        sheet.made[into] = air_rows.amounts(sheet, column, "units_of_measure", sheet.made["unit"])
    for column, into in (
        ("first_max_hour", "maximum_hour"),
        ("aqi", "aqi"),
        ("observation_count", "hours"),
    ):
        sheet.whole(column, into, blank=True)
    sheet.made |= {
        "station": sheet.raw["station"],
        "monitor": sheet.raw["monitor"],
        "duration": sheet.raw["sample_duration_code"],
        "standard": sheet.raw["pollutant_standard"].replace("", NOT_APPLICABLE),
        "events": sheet.raw["event_type"].replace("", NOT_APPLICABLE),
        "validity": sheet.raw["validity_indicator"].replace("", None),
    }
    status = pl.when(pl.col("mean").is_null()).then(pl.lit("M")).otherwise(pl.lit("A"))
    return Rows("air_daily", sheet.good().with_columns(status=status), sheet.rejected())


def _moment(day: str, time: str) -> pl.Expr:
    return pl.concat_str(day, time, separator=" ").str.to_datetime("%Y-%m-%d %H:%M", strict=False)


def _day(text: str) -> date | None:
    """``2024-03-24``"""
    try:
        day = date.fromisoformat(text) if len(text) == 10 and text.isascii() else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None
