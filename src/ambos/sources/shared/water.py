"""Numbers and days of the river's sources: years since 1900, decimals to the last digit, days of Mountain Standard Time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared import codes
from ambos.sources.shared.base import File
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.missing import blank
from ambos.text import Text

#: The range of years in which a date is believed; the oldest figures held are of 1906.
YEARS = range(1900, 2101)
#: Mountain Standard Time, all year: whose days those of RISE, the USGS and the IBWC are here.
MST = timezone(timedelta(hours=-7))


def year_of(text: str) -> date | None:
    """The first day of a year written with four digits."""
    known = len(text) == 4 and text.isascii() and text.isdigit() and int(text) in YEARS
    return date(int(text), 1, 1) if known else None


def iso_day(text: str) -> date | None:
    """``2026-08-01``"""
    return codes.iso_day(text, YEARS)


def month_of_end(text: str) -> date | None:
    """The first day of the month whose last is written ``2026-09-30``."""
    day = iso_day(text)
    return day.replace(day=1) if day and (day + timedelta(days=1)).day == 1 else None


def feet_of(text: str) -> Decimal | None:
    """A level in feet, to a hundredth: what is finer is left over from binary numbers (``1225.34998``)."""
    number = decimal_of(text)
    return rounded(number, 2) if number is not None and 0 <= number < 10**5 else None


def day_of(moment: datetime) -> date:
    """The day in Mountain Standard Time."""
    return moment.astimezone(MST).date()


def discharges(file: File, sheet: RawTable, column: str, catalog: Catalog, cfs: str = "1") -> None:
    """Discharge in cubic feet per second, to four decimals; null where a cell is empty or a mark of a missing figure.

    Parameters
    ----------
    file : File
    sheet : RawTable
    column : str
    catalog : Catalog
    cfs : str
        How many cubic feet per second the unit of the cells is.
    """
    factor = decimal_of(cfs)
    parsed: dict[str, Any] = {}
    cells = blank(file, sheet.raw[column], catalog, "water")
    for text in cells.unique().to_list():
        number = decimal_of(text)
        parsed[text] = None if number is None or factor is None else rounded(number * factor, 4)
    made = pl.Series([parsed[text] for text in cells.to_list()], dtype=pl.Decimal(18, 4))
    sheet.made["discharge_cfs"] = made
    sheet.refuse_values(made.is_null() & (cells != ""), column, Text("a number", "un número"))
