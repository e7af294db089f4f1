"""AirNow: hourly readings of the present, before quality assurance; replaced by those of the Air Quality System.

A JSON list of records. For particles ``Value`` is not the hour's reading but its NowCast, a mean of twelve hours:
the reading is ``RawConcentration``, and an answer without it is refused. ``UTC`` is taken as
the beginning of the hour; at some sites it has been found an hour late for years, which cannot be seen in the data.
Shape as in public clients' recorded answers; not asked of the live service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared import air
from ambos.sources.shared.answers import member
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.keys import key_of, key_taken
from ambos.sources.shared.strict import is_json, read_records, table

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Days of AirNow that are asked for, and in one question: what is older is in AQS.
DAYS, STEP = 45, 7

#: What a record must say.
FIELDS = ("FullAQSCode", "Parameter", "UTC", "Unit", "RawConcentration")


def recognise(name: str, head: bytes) -> str:
    """``data`` by the fields; "" if it is something else."""
    return "data" if is_json(head, (b"[",), "FullAQSCode", "Parameter") else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_readings``, all provisional; sites that are no station of the region are left out and noted."""
    records = read_records(file, FIELDS)
    known = {number.replace("-", ""): station for number, station in air.stations(catalog, "aqs").items()}
    raw = table(file, FIELDS, [[record[f] for f in FIELDS] for record in records])
    own = air.only(file, raw, "FullAQSCode", known, air.STATIONS).select(
        "line",
        station=pl.col("FullAQSCode").replace_strict(known, default=None, return_dtype=pl.String),
        parameter=pl.col("Parameter").str.to_uppercase(),
        monitor=pl.lit("raw"),
        time="UTC",
        value="RawConcentration",
        units="Unit",
        qualifier=pl.lit(""),
        local=pl.lit(""),
    )
    yield air.rows(file, own, catalog, network="airnow", status="P", clock="utc")


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Readings of the last weeks in a box around the region's stations, a week at a time."""
    source = catalog.sources["airnow"]
    key = key_of(source)
    box = air.box([s for s in air.open_stations(catalog, since) if s.aqs])
    if not box:
        return
    codes = [c.replace(".", "") for p in catalog.codelists["pollutants"].codes.values() for c in p.codes["airnow"]]
    today = client.clock().date()
    day = max(since, today - timedelta(days=DAYS))
    while day <= today:
        last = min(day + timedelta(days=STEP - 1), today)
        with key_taken(source):
            answer = client.get(
                source.endpoint,
                expect="json",
                params=[
                    ("startDate", f"{day}T00"),
                    ("endDate", f"{last}T23"),
                    ("parameters", ",".join(codes)),
                    ("BBOX", box),
                    ("dataType", "C"),
                    ("format", "application/json"),
                    ("verbose", "1"),
                    ("monitorType", "0"),
                    ("includerawconcentrations", "1"),
                    ("API_KEY", key),
                ],
                secret=key,
            )
        if answer.status != 304:
            records = answer.json()
            if not isinstance(records, list) or not all(member(r, "FullAQSCode") for r in records):
                start = answer.content[:160].decode("utf-8", "replace")
                raise answer.unfit(f"it holds no readings: {start}", f"no trae lecturas: {start}")
        yield answer.fetched(f"airnow-{day}-{last}.json")
        day = last + timedelta(days=1)


CONNECTOR = Connector("airnow", recognise, read, fetch)
