"""EPA's Air Quality System through its interface: hourly samples and daily summaries of a site.

The answer is ``{"Header": [{"status": ..., "url": ..., "rows": ...}], "Data": [...]}``; the address in it repeats key
and e-mail, which are taken out before it is stored. Hours are those in which sampling began; the interface gives them
in UTC beside local standard time. Only samples of one hour become readings (a filter of 24 hours stands in the daily
summaries), and only the parameters of the code list: for PM2.5 that is 88101, not the non-regulatory 88502.

A day stands once for each duration, standard and treatment of exceptional events: never add or average them.
Shapes as described at https://aqs.epa.gov/aqsweb/documents/data_api.html; not asked of the live service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import KeyRefused, NeedsKey
from ambos.model.codes import NOT_APPLICABLE
from ambos.sources.shared import air
from ambos.sources.shared.answers import member
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day
from ambos.sources.shared.keys import from_environment, key_of, key_taken
from ambos.sources.shared.missing import blank
from ambos.sources.shared.pages import require_rows
from ambos.sources.shared.strict import is_json, read_json, require_fields, table, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

#: Holds the e-mail that the key of AQS was given for.
EMAIL_VARIABLE = "AQS_EMAIL"
#: What AQS asks of its users: codes in one question, seconds between two, and how long it may take itself
#: (https://aqs.epa.gov/aqsweb/documents/data_api.html; ten days of a county took two minutes).
AQS_CODES, AQS_PACE, AQS_PATIENCE = 5, 5.0, 600.0

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
    if not is_json(head, (b"{",), "Header", "Data"):
        return ""
    return "hours" if b'"sample_measurement"' in head else "days" if b'"arithmetic_mean"' in head else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_readings`` or ``air_daily``; sites that are no station of the region are left out and noted."""
    content = read_json(file)
    records = content.get("Data") if isinstance(content, dict) else None
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise wrong(file, "the answer has no list of records in Data.", "la respuesta no trae registros en Data.")
    heads = content.get("Header")
    head = heads[0] if isinstance(heads, list) and heads else None
    require_rows(file, head.get("rows") if isinstance(head, dict) else None, len(records))
    names = _HOURS if kind == "hours" else _DAYS
    require_fields(file, records, names)
    yield _hours(file, records, catalog) if kind == "hours" else _days(file, records, catalog)


def _raw(file: File, names: Sequence[str], records: Sequence[dict[str, Any]], catalog: Catalog) -> pl.DataFrame:
    """The records of the region's stations as text, with our station id and the monitor's name."""
    known = air.stations(catalog, "aqs")
    raw = table(file, names, [[record.get(n) for n in names] for record in records])
    raw = raw.with_columns(
        site=pl.concat_str("state_code", "county_code", "site_number", separator="-"),
        parameter=pl.col("parameter_code"),
        monitor=pl.concat_str("parameter_code", "poc", separator="-"),
    )
    own = air.only(file, raw, "site", known, air.STATIONS)
    return own.with_columns(station=pl.col("site").replace_strict(known, default=None, return_dtype=pl.String))


def _hours(file: File, records: Sequence[dict[str, Any]], catalog: Catalog) -> Rows:
    raw = _raw(file, (*_HOURS, "qualifier"), records, catalog)
    own = air.only(file, raw, "sample_duration_code", (ONE_HOUR,), DURATIONS).select(
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
    return air.rows(file, own, catalog, network="aqs", status="A", clock="utc")


def _days(file: File, records: Sequence[dict[str, Any]], catalog: Catalog) -> Rows:
    pollutants = catalog.codelists["pollutants"]
    raw = _raw(file, (*_DAYS, "validity_indicator"), records, catalog)
    sheet = RawTable(air.only(file, raw, "parameter", pollutants.from_system("aqs"), air.PARAMETERS))
    sheet.codes("parameter", "pollutant", pollutants, "aqs")
    sheet.values("date_local", "date", iso_day, pl.Date(), Text("a date", "una fecha"))
    unit = {code.id: code.attributes["unit"] for code in pollutants.codes.values()}
    sheet.made["unit"] = sheet.made["pollutant"].replace_strict(unit, return_dtype=pl.String)
    for column, into in (("arithmetic_mean", "mean"), ("first_max_value", "maximum")):
        sheet.raw = sheet.raw.with_columns(blank(file, sheet.raw[column], catalog, "air"))
        sheet.made[into] = air.amounts(sheet, column, "units_of_measure", sheet.made["unit"])
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


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Hourly samples and daily summaries of each station by calendar year; what has no data gives no file."""
    source = catalog.sources["epa_aqs"]
    key = key_of(source)
    email = from_environment(EMAIL_VARIABLE, source)
    if not email:
        raise NeedsKey(source=source.title, variable=EMAIL_VARIABLE, signup=source.key_signup)
    today = client.clock().date()
    codes = [c for p in catalog.codelists["pollutants"].codes.values() for c in p.codes["aqs"]]
    groups = [codes[i : i + AQS_CODES] for i in range(0, len(codes), AQS_CODES)]
    for station in air.open_stations(catalog, since):
        for service in ("sampleData", "dailyData") if station.aqs else ():
            for year in range(since.year, today.year + 1):
                for group, parameters in enumerate(groups, 1):
                    first, last = max(since, date(year, 1, 1)), min(today, date(year, 12, 31))
                    state, county, site = station.aqs.split("-")
                    with key_taken(source):
                        answer = client.get(
                            source.endpoint.format(service=service),
                            expect="json",
                            params=[
                                ("email", email),
                                ("key", key),
                                ("param", ",".join(parameters)),
                                ("bdate", f"{first:%Y%m%d}"),
                                ("edate", f"{last:%Y%m%d}"),
                                ("state", state),
                                ("county", county),
                                ("site", site),
                            ],
                            secret=key,
                            echoed=(key, email),
                            pace=AQS_PACE,
                            patience=AQS_PATIENCE,
                        )
                    if answer.status == 304 or _count(answer, catalog):
                        yield answer.fetched(f"aqs-{service}-{station.aqs}-{year}-{group}.json")


def _count(answer: Response, catalog: Catalog) -> int:
    """The number of rows of an answer.

    Raises
    ------
    FetchFailed, KeyRefused
        If it reports a failure, or fewer rows came than it promises.
    """
    content = answer.json()
    rows, headers = member(content, "Data"), member(content, "Header")
    header = headers[0] if isinstance(headers, list) and headers else None
    status = str(member(header, "status"))
    if not isinstance(rows, list) or not isinstance(header, Mapping):
        raise answer.unfit("it has no Header and Data", "no trae Header ni Data")
    if status.lower().startswith("no data"):
        return 0
    if status != "Success":
        failure = answer.unfit(*[f"{status}: {header.get('error')}"] * 2)
        if "key" in str(header).lower() or "email" in str(header).lower():
            source = catalog.sources["epa_aqs"]
            raise KeyRefused(
                source=source.title,
                variable=f"{source.key_variable}, {EMAIL_VARIABLE}",
                detail=failure.values["detail"],
                signup=source.key_signup or source.url,
            )
        raise failure
    said = header.get("rows", len(rows))
    if str(said) != str(len(rows)):
        raise answer.unfit(f"{len(rows)} of {said} rows came", f"llegaron {len(rows)} de {said} renglones")
    return len(rows)


CONNECTOR = Connector("epa_aqs", recognise, read, fetch)
