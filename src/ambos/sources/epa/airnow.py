"""AirNow: hourly readings of the present, before quality assurance; replaced by those of the Air Quality System.

A JSON list of records. For particles ``Value`` is not the hour's reading but its NowCast, a mean of twelve hours:
the reading is ``RawConcentration``, and an answer without it is refused. ``UTC`` is taken as
the beginning of the hour; at some sites it has been found an hour late for years, which cannot be seen in the data.
Shape as in public clients' recorded answers; not asked of the live service.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared import air_rows
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.strict import BOM, read_json, table, wrong

#: What a record must say.
FIELDS = ("FullAQSCode", "Parameter", "UTC", "Unit", "RawConcentration")


def recognise(name: str, head: bytes) -> str:
    """``data`` by the fields; "" if it is something else."""
    start = head.removeprefix(BOM).lstrip()
    return "data" if start.startswith(b"[") and b'"FullAQSCode"' in start and b'"Parameter"' in start else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_readings``, all provisional; sites that are no station of the region are left out and noted.

    Raises
    ------
    WrongShape
    """
    records = read_json(file)
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise wrong(file, "the JSON text is no list of records.", "el texto JSON no es una lista de registros.")
    missing = [f for f in FIELDS if any(f not in r for r in records)]
    if missing:
        shown = ", ".join(missing)
        raise wrong(file, f"fields missing: {shown}.", f"faltan campos: {shown}.")
    known = {number.replace("-", ""): station for number, station in air_rows.stations(catalog, "aqs").items()}
    raw = table(file, FIELDS, [[record[f] for f in FIELDS] for record in records])
    own = air_rows.only(file, raw, "FullAQSCode", known, air_rows.STATIONS).select(
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
    yield air_rows.rows(file, own, catalog, network="airnow", status="P", clock="utc")
