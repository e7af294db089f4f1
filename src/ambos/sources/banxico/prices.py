"""Banco de México's monthly tables beside its remittances: consumer prices of Mexico (INPC) and the mean FIX. Two shapes.

* ``prices``: the index in general, core and non-core, a column each (table CP154 of the SIE).
* ``rates``: the mean exchange rate of a month (table CF86); 0 before the FIX began, which is missing.

Both as the public repository of `known_files.csv` put them into rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

TABLES = {
    "prices": ("PERIODO", "GENERAL", "SUBYACENTE", "NO_SUBYACENTE"),
    "rates": ("PERIODO", "TIPO_CAMBIO"),
}
DECIMALS = 4
#: What stands for a rate of a month that has none.
NOTHING = ("", "0")
#: The exchange rate of the table, in the code list.
RATE = "fix"


def recognise(name: str, head: bytes) -> str:
    """``prices`` or ``rates`` by the columns; "" if it is something else."""
    return table_of(head, TABLES)


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_prices`` or ``fx_month``, one per month and index.

    Raises
    ------
    WrongShape
    """
    raw = read_csv(file, TABLES[kind])
    number = pl.Decimal(18, DECIMALS)
    if kind == "prices":
        raw = raw.unpivot(TABLES[kind][1:], index=["line", "PERIODO"], variable_name="index", value_name="value")
    sheet = RawTable(raw)
    sheet.values("PERIODO", "period", _month, pl.Date(), Text("the first day of a month", "el primer día de un mes"))
    if kind == "prices":
        sheet.codes("index", "index", catalog.codelists["price_indices"], "banxico")
        sheet.values("value", "value", _number, number, Text("an index", "un índice"), ("",))
        yield sheet.rows(catalog.datasets["mx_prices"], "value")
    else:
        sheet.fill("rate_id", RATE)
        sheet.values("TIPO_CAMBIO", "rate", _number, number, Text("a rate", "un tipo de cambio"), NOTHING)
        yield sheet.rows(catalog.datasets["fx_month"], "rate")


def _month(text: str) -> date | None:
    day = iso_day(text)
    return day if day and day.day == 1 else None


def _number(text: str) -> Decimal | None:
    number = decimal_of(text)
    return rounded(number, DECIMALS) if number is not None and number > 0 else None


CONNECTOR = Connector("banxico_prices", recognise, read)
