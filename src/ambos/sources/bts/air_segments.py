"""BTS, T-100 International Segment of all carriers: passengers, seats and flights between airports, by month.

The table is made by a form, in which a person chooses its columns; numbers have decimals (``3600.00``) and a line ends with a comma. A
row is a carrier with a kind of aircraft and a class of service; they are added up. Of the table the flights are read between the United
States and the countries on the other side of the region's borders. A segment is a flight: who changes aircraft counts on each.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

PLACES = ("ORIGIN", "ORIGIN_COUNTRY", "DEST", "DEST_COUNTRY")
COUNTS = {"PASSENGERS": "passengers", "SEATS": "seats", "DEPARTURES_PERFORMED": "departures"}
#: Columns without which rows could not be told apart, of those that the form offers.
COLUMNS = (*PLACES, *COUNTS, "UNIQUE_CARRIER", "AIRCRAFT_TYPE", "CLASS", "YEAR", "MONTH")
HOME = "US"


def recognise(name: str, head: bytes) -> str:
    """``segments`` by the columns; "" if it is something else."""
    return table_of(head, {"segments": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_segments``, one per month, origin and destination.

    Raises
    ------
    WrongShape
    """
    raw = read_csv(file, COLUMNS, exact=False)
    across = catalog.region.borders
    out = (pl.col("ORIGIN_COUNTRY") == HOME) & pl.col("DEST_COUNTRY").is_in(across)
    home = pl.col("ORIGIN_COUNTRY").is_in(across) & (pl.col("DEST_COUNTRY") == HOME)
    own = raw.filter(out | home)
    passed = raw.height - own.height
    file.counted("rows of flights to and from other countries", "renglones de vuelos con otros países", passed)
    # the same rows come again where a person joined two downloads
    once = own.unique([c for c in own.columns if c != "line"], keep="first", maintain_order=True)
    file.counted("rows given twice", "renglones repetidos", own.height - once.height)
    sheet = RawTable(once)
    sheet.month("YEAR", "MONTH", "period")
    for column, into in (("ORIGIN", "origin"), ("DEST", "destination")):
        sheet.made[into] = once[column]
        sheet.refuse_values(~once[column].str.contains(r"^[A-Z0-9]{3}$"), column, Text("a code of an airport", "una clave de aeropuerto"))  # fmt: skip
    for column, into in COUNTS.items():
        sheet.whole(column, into)
    keys = ["period", "origin", "destination"]
    frame = sheet.good().group_by(keys, maintain_order=True).agg(pl.col(*COUNTS.values()).sum())
    yield sheet.rows(catalog.datasets["air_segments"], "passengers", frame=frame)


CONNECTOR = Connector("bts_air_segments", recognise, read)
