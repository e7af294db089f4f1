"""Lake Powell by day since 11 March 1963, as Reclamation's Upper Colorado office gives it.

Cells with nothing but a blank are missing: while the reservoir began to fill most of them are. The header
ends with an empty cell, each line of data with two; four lines of notes, which begin with the sign of a footnote, end
the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import MONTHS, RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.missing import blank
from ambos.sources.shared.strict import BOM, decoded, table, wrong
from ambos.sources.shared.water import feet_of, iso_day
from ambos.text import Text

#: The source's columns and ours, in their order.
COLUMNS = {
    "Date": "date",
    "Elevation (feet)": "elevation_ft",
    "Storage (af)": "storage_af",
    "Evaporation (af)": "evaporation_af",
    "Inflow** (cfs)": "inflow_cfs",
    "Unregulated Inflow*** (cfs)": "unregulated_inflow_cfs",
    "Power Release (cfs)": "power_release_cfs",
    "Bypass Release (cfs)": "bypass_release_cfs",
    "Spillway Release (cfs)": "spillway_release_cfs",
    "Total Release (cfs)": "release_cfs",
}
HEADER = ",".join([*COLUMNS, ""])
WIDTH = len(COLUMNS) + 2
#: What the lines of notes begin with.
NOTES = ("*,", "**,", "***,", "^,")
RESERVOIR = "powell"


def recognise(name: str, head: bytes) -> str:
    """``daily`` by its header; else ""."""
    first = head.removeprefix(BOM).partition(b"\n")[0].rstrip(b"\r")
    return "daily" if first == HEADER.encode() else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``reservoir_days``."""
    first, *lines = decoded(file).decode().replace("\r\n", "\n").split("\n")
    if first != HEADER:
        raise wrong(file, "line 1: the header is another.", "renglón 1: el encabezado es otro.")
    rows, numbers = [], []
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.startswith(NOTES):
            continue
        cells = [cell.strip() for cell in line.split(",")]
        # a line of data has two empty cells at its end, the header one
        if len(cells) != WIDTH or any(cells[len(COLUMNS) :]):
            raise wrong(
                file,
                f"line {number}: cells: {len(cells)} instead of {WIDTH}.",
                f"renglón {number}: celdas: {len(cells)} en lugar de {WIDTH}.",
            )
        rows.append(cells[: len(COLUMNS)])
        numbers.append(number)
    sheet = RawTable(table(file, list(COLUMNS), rows).with_columns(line=pl.Series(numbers, dtype=pl.Int64)))
    sheet.values("Date", "date", _day, pl.Date(), Text("a date", "una fecha"))
    for column, ours in list(COLUMNS.items())[1:]:
        sheet.raw = sheet.raw.with_columns(blank(file, sheet.raw[column], catalog, "water"))
        level = ours == "elevation_ft"
        parse, dtype = (feet_of, pl.Decimal(8, 2)) if level else (_whole, pl.Int64())
        sheet.values(column, ours, parse, dtype, Text("a number", "un número"), missing=("",))
    sheet.fill("reservoir", RESERVOIR)
    revised = catalog.sources["usbr_lake_powell_daily"], file.as_of
    yield sheet.rows(catalog.datasets["reservoir_days"], *list(COLUMNS.values())[1:], revised=revised)


def _whole(text: str) -> int | None:
    number = decimal_of(text)
    return int(rounded(number)) if number is not None else None


def _day(text: str) -> date | None:
    """``09-Jan-2026``"""
    if len(text) != 11 or not text.isascii() or text[2] != "-" or text[6] != "-" or text[3:6] not in MONTHS:
        return None
    return iso_day(f"{text[7:]}-{MONTHS.index(text[3:6]) + 1:02}-{text[:2]}")


CONNECTOR = Connector("usbr_lake_powell_daily", recognise, read)
