"""SECTUR, hotel activity of the tourist centres that DataTur watches, by month and category of hotel (open data, one table).

Cells are parted by tabs, in copies by commas. Rooms are room-nights of the month; tourists and nights are those of residents of Mexico
and of others. An empty cell is missing. Only hotels that report are in it: no count of all visitors.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import too_large
from ambos.sources.shared.strict import BOM, CSV_LINES, decoded, table, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

KEYS = ("anio", "mes", "tipo_centro", "subtipo_centro", "centro", "categoria")
#: The counts, with our columns.
COUNTS = {
    "cuartos_disponibles": "rooms",
    "cuartos_ocupados_no_residentes": "occupied_foreign",
    "cuartos_ocupados_residentes": "occupied_domestic",
    "llegada_turistas_no_residentes": "tourists_foreign",
    "llegada_turistas_residentes": "tourists_domestic",
    "turistas_noche_no_residentes": "nights_foreign",
    "turistas_noche_residentes": "nights_domestic",
}
COLUMNS = (*KEYS, *COUNTS)
SEPARATORS = ("\t", ",")


def recognise(name: str, head: bytes) -> str:
    """``centres`` by the columns; "" if it is something else."""
    first = head.removeprefix(BOM).split(b"\n", 1)[0].rstrip(b"\r")
    return "centres" if any(first == s.join(COLUMNS).encode() for s in SEPARATORS) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``hotel_centres``, one per month, centre and category of hotel.

    Raises
    ------
    WrongShape, TooLarge
    """
    text = decoded(file).decode("utf-8")
    separator = next(s for s in SEPARATORS if s in text.partition("\n")[0])
    if text.count("\n") > CSV_LINES:
        raise too_large(file.name, Text(f"{CSV_LINES:,} lines", f"{CSV_LINES:,} renglones"))
    try:
        cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))[1:]
    except csv.Error as error:
        raise wrong(file, "the quotation marks do not match.", "las comillas no coinciden.") from error
    if bad := next((n for n, row in enumerate(cells, 2) if len(row) != len(COLUMNS)), 0):
        raise wrong(
            file,
            f"line {bad}: cells: {len(cells[bad - 2])} instead of {len(COLUMNS)}.",
            f"renglón {bad}: celdas: {len(cells[bad - 2])} en lugar de {len(COLUMNS)}.",
        )
    sheet = RawTable(table(file, COLUMNS, cells))
    sheet.month("anio", "mes", "period")
    for column, into in (("centro", "centre"), ("categoria", "category")):
        sheet.made[into] = sheet.raw[column].str.strip_chars()
        sheet.refuse_values(sheet.made[into] == "", column, Text("a name", "un nombre"))
    for column, into in COUNTS.items():
        sheet.whole(column, into, blank=True)
    source = catalog.sources["sectur_hotels"]
    yield sheet.rows(catalog.datasets["hotel_centres"], *COUNTS.values(), revised=(source, file.as_of))


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The whole table, asked for on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["sectur_hotels"].endpoint
    yield client.get(endpoint, expect="csv").fetched(endpoint.rpartition("/")[2])


CONNECTOR = Connector("sectur_hotels", recognise, read, fetch)
