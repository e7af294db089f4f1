"""CONAGUA, water stored in reservoirs by day, and how much they hold: three shapes.

* ``report``: the answer of the service behind CONAGUA's page “Monitoreo de las principales presas” for a day: a list of some 210
  reservoirs of the whole country, each with its key (``clavesih``), the day and the storage in hm³ (``almacenaactual``); what it
  holds at its ordinary and its extraordinary maximum level (``namoalmac``, ``namealmac``) where the answer says it.
* ``long``: a row per reservoir and day, as `known_files.csv` says who put the state's open data together. An empty cell is a day
  without a figure: missing, not 0. Those before a reservoir's first figure, when it did not exist or was not filled, are counted and
  passed over, so that a sum of reservoirs does not wait for them.
* ``catalogue``: the workbook that lists the state's reservoirs with what they hold at both levels, and their dead volume. Its
  latitudes and altitudes are not read: they are rounded to degrees, and one is wrong.

The state's own workbooks (Clave, Fecha, Almacenamiento) are not read: none is held and their sheets are not documented.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatch
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.pages import each
from ambos.sources.shared.strict import is_json, read_csv, read_records, table, table_of, wrong
from ambos.sources.shared.water import iso_day
from ambos.sources.shared.workbook import sheets, table_rows
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Key, day and storage in each shape.
REPORT = ("clavesih", "fechamonitoreo", "almacenaactual")
LONG = ("dam_key", "date", "storage_hm3")
CATALOGUE = "catalogo_presas*.xlsx"
#: Columns of the catalogue, and ours; and those of a report.
HOLDS = {"Clave": "dam_key", "cap_name": "name_hm3", "cap_namo": "namo_hm3", "vol_muerto": "dead_hm3"}
HELD = {"clavesih": "dam_key", "namealmac": "name_hm3", "namoalmac": "namo_hm3", "fechamonitoreo": "date"}
#: The newest report may be of a day or two ago, and a day without one is an empty list.
EMPTY = b"[]"


def recognise(name: str, head: bytes) -> str:
    """``report`` for a list of reservoirs with key and storage, ``long`` by the header, ``catalogue`` by the name; else ""."""
    if head.startswith(ZIP):
        return "catalogue" if fnmatch(PurePosixPath(name.lower()).name, CATALOGUE) else ""
    if is_json(head, (b"[",), REPORT[0], REPORT[2]):
        return "report"
    return table_of(head, {"long": LONG})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_reservoir_days`` and ``mx_dam_capacities``: the reservoirs that the definitions name.

    Of a report the others are counted.

    Raises
    ------
    WrongShape
    """
    if kind == "catalogue":
        yield _capacities(_catalogue(file), catalog)
        return
    known = catalog.codelists["dam"].from_system("conagua")
    if kind == "report":
        records = read_records(file, REPORT)
        raw = table(file, LONG, [[one[field] for field in REPORT] for one in records])
        others = ~raw["dam_key"].is_in(list(known))
        file.counted("reservoirs of other states", "presas de otras entidades", int(others.sum()))
        raw = raw.filter(~others)
        held = [one for one in records if one["clavesih"] in known and one.keys() >= HELD.keys()]
    else:
        raw = _since_filled(file, read_csv(file, LONG))
    sheet = RawTable(raw)
    sheet.codes("dam_key", "dam", catalog.codelists["dam"], "conagua")
    sheet.values("date", "date", iso_day, pl.Date(), Text("a date", "una fecha"))
    sheet.values("storage_hm3", "storage_hm3", _storage, pl.Decimal(18, 4), Text("a storage in hm³", "un almacenamiento en hm³"), missing=("", "-"))  # fmt: skip
    yield sheet.rows(catalog.datasets["mx_reservoir_days"], "storage_hm3")
    if kind == "report" and held:
        cells = [[one[field] for field in HELD] + [None] for one in held]
        given = table(file, [*HELD.values(), "dead_hm3"], cells)
        yield _capacities(given.with_columns(year=pl.col("date").str.slice(0, 4)), catalog)


def _catalogue(file: File) -> pl.DataFrame:
    """The catalogue's reservoirs; it holds for the year of which it is, that in which it was known.

    Raises
    ------
    WrongShape
        If no sheet lists any.
    """
    cells, lines = [], []
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            if row.keys() >= HOLDS.keys():
                cells.append([row[name] for name in HOLDS])
                lines.append(line)
    if not cells:
        raise wrong(
            file, "no sheet has the columns Clave and cap_namo.", "ninguna hoja tiene las columnas Clave y cap_namo."
        )
    year = str(file.as_of.year) if file.as_of else ""
    return table(file, list(HOLDS.values()), cells).with_columns(
        line=pl.Series(lines, dtype=pl.Int64), year=pl.lit(year)
    )


def _capacities(raw: pl.DataFrame, catalog: Catalog) -> Rows:
    sheet = RawTable(raw)
    sheet.codes("dam_key", "dam", catalog.codelists["dam"], "conagua")
    sheet.month("year", None, "period")
    values = [column for column in HOLDS.values() if column != "dam_key"]
    for column in values:
        sheet.values(column, column, _storage, pl.Decimal(18, 4), Text("a volume in hm³", "un volumen en hm³"), missing=("",))  # fmt: skip
    return sheet.rows(catalog.datasets["mx_dam_capacities"], *values)


def _since_filled(file: File, raw: pl.DataFrame) -> pl.DataFrame:
    """The rows from the first figure of each reservoir on; those before it are counted."""
    first = pl.col("date").filter(pl.col("storage_hm3") != "").min().over("dam_key")
    empty = (pl.col("storage_hm3") == "") & (pl.col("date") < first).fill_null(True)
    kept = raw.filter(~empty)
    passed = raw.height - kept.height
    file.counted("days before the first figure of a reservoir", "días anteriores al primer dato de una presa", passed)
    return kept


def _storage(text: str) -> Decimal | None:
    """Cubic hectometres to four decimals: what is finer is left over from binary numbers."""
    number = decimal_of(text)
    return rounded(number, 4) if number is not None and number >= 0 else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The report of each day from a day on. The service is not documented; programs that ask it are (docs/…/sources).

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["conagua_reservoirs"].endpoint

    def of(day: date) -> Iterator[Fetched]:
        answer = client.get(endpoint.format(day=day), expect="json")
        if answer.status == 304 or answer.content.strip() != EMPTY:  # a day without a report says nothing
            yield answer.fetched(f"sina-presas-{day}.json")

    days = (client.clock().date() - since).days + 1
    yield from each(partial(of, since + timedelta(days=n)) for n in range(days))


CONNECTOR = Connector("conagua_reservoirs", recognise, read, fetch)
