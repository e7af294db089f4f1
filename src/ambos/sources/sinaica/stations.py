"""SINAICA's stations as the R package rsinaica collected them: metadata of Mexico's air stations, no readings.

``NA``, an empty cell, a state of 0 and a date of 0000-00-00 all mean that nothing is stated. Coordinates stay as they
were given, to four decimals (11 m): two stations lack the minus sign of their longitude. The zone is the text of the
list, which for most stations of Sonora is that of another zone: it is kept and used for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day
from ambos.sources.shared.strict import read_csv, table_of, wrong
from ambos.text import Text

COLUMNS = ("station_id", "station_name", "network_name", "state_code", "lat", "lon", "date_started", "timezone")
#: What stands for nothing.
NOTHING = ("NA", "", "0000-00-00")
_PLACES = Decimal("0.0001")


def recognise(name: str, head: bytes) -> str:
    """``stations`` by the columns; "" if it is something else."""
    return table_of(head, {"stations": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_stations``."""
    listed = file.as_of or (file.retrieved_at.date() if file.retrieved_at else None)
    if listed is None:
        raise wrong(file, "it is not known of which day the list is.", "no se sabe de qué día es la lista.")
    sheet = RawTable(read_csv(file, COLUMNS, exact=False))
    states = {str(int(code)): place for code, place in catalog.codelists["state"].from_system("inegi").items()}
    degrees, number = Text("degrees", "grados"), Text("a number", "un número")
    sheet.values("station_id", "station", lambda t: t if t.isascii() and t.isdigit() else None, pl.String(), number)
    sheet.values("state_code", "state", states.get, pl.String(), Text("a state", "un estado"), (*NOTHING, "0"))
    sheet.values("lat", "latitude", _degrees, pl.Decimal(18, 4), degrees, NOTHING)
    sheet.values("lon", "longitude", _degrees, pl.Decimal(18, 4), degrees, NOTHING)
    sheet.values("date_started", "since", iso_day, pl.Date(), Text("a date", "una fecha"), NOTHING)
    for column, into in (("station_name", "name"), ("network_name", "place"), ("timezone", "zone_stated")):
        sheet.made[into] = sheet.raw[column].replace(list(NOTHING), None)
    frame = sheet.good().with_columns(listed=pl.lit(listed), network=pl.lit("sinaica"), status=pl.lit("A"))
    yield Rows("air_stations", frame, sheet.rejected())


def _degrees(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value.quantize(_PLACES, ROUND_HALF_EVEN) if value.is_finite() and -180 <= value <= 180 else None


CONNECTOR = Connector("sinaica_stations", recognise, read)
