"""BTS Border Crossing Entry Data (Socrata ``keg4-3bc2``): monthly counts at every land port, northbound.

Three shapes: the CSV export (until about 2020 with ``03/01/2019 12:00:00 AM`` and "…Full" containers, now
with ``Jan 2024`` and "…Loaded"), the interface's CSV and its JSON list (lower-case names,
``2024-01-01T00:00:00.000``; an empty field is left out). Port codes below 1000 lose their leading zero in
some.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.base import File, Rows
from ambos.sources.codes import Sheet, first_day
from ambos.sources.strict import BOM, header, read_csv, read_json, table, wrong
from ambos.text import Text

#: Our column and its name in the export and in the interface.
COLUMNS = {
    "export": {"port": "Port Code", "measure": "Measure", "period": "Date", "value": "Value"},
    "api": {"port": "port_code", "measure": "measure", "period": "date", "value": "value"},
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def recognise(name: str, head: bytes) -> str:
    """``export``, ``api`` or ``json`` by the column names; "" if it is none of them."""
    names = set(header(head))
    for kind, columns in COLUMNS.items():
        if names.issuperset(columns.values()):
            return kind
    start = head.removeprefix(BOM).lstrip()
    fields = (f'"{c}"'.encode() for c in COLUMNS["api"].values())
    return "json" if start.startswith(b"[") and all(f in start for f in fields) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``crossings``.

    The newest months of a file, as many as the source's `revision_periods`, are provisional (status P). A row
    without a count is missing (M), not 0.

    Raises
    ------
    WrongShape
    """
    names = COLUMNS["export" if kind == "export" else "api"]
    if kind == "json":
        raw = _json(file, list(names.values()))
    else:
        coded = {names["port"], names["measure"], names["period"]}
        raw = read_csv(file, list(names.values()), coded, exact=False)
    sheet = Sheet(raw)
    sheet.values(
        names["period"],
        "period",
        _period,
        pl.Date(),
        Text("the first day of a month", "el primer día de un mes"),
    )
    sheet.codes(names["port"], "port", catalog.codelists["port"], "bts_border")
    sheet.codes(names["measure"], "measure", catalog.codelists["measures"], "bts")
    sheet.whole(names["value"], "value", blank=True)
    yield sheet.rows("crossings", "period", "value", catalog.sources["bts_border_crossing"].revision_periods)


def _json(file: File, names: list[str]) -> pl.DataFrame:
    records = read_json(file)
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise wrong(file, "the JSON text is no list of records.", "el texto JSON no es una lista de registros.")
    return table(file, names, [[record.get(name) for name in names] for record in records])


def _period(text: str) -> date | None:
    """A month as one of the three shapes writes it."""
    if text[:3] in MONTHS and text[3:4] == " ":  # Jan 2024
        return first_day(f"{text[4:]}-{MONTHS.index(text[:3]) + 1:02}")
    if text[2:6] == "/01/" and text[10:] == " 12:00:00 AM":  # 03/01/2019 12:00:00 AM
        return first_day(f"{text[6:10]}-{text[:2]}")
    if text[7:] in ("-01", "-01T00:00:00", "-01T00:00:00.000"):
        return first_day(text[:7])
    return None
