"""Banco de México, family remittances in US dollars. Five shapes.

* ``states``: by the Mexican state that receives them, a row per quarter; ``origins``: by the US state they are sent from; ``months``:
  what the nation receives and sends, with the number of transfers. Tables of the SIE (CE100, CE168, CE81), which the public repository
  of `known_files.csv` put into rows, in whole dollars cut off below one.
* ``older``: the same by receiving state as DataMéxico had it, an older vintage.
* ``sie``: what the SIE interface answers for the monthly total, in millions. The series by state are not named in its documentation.

A US state is where a transfer was paid in, not where it goes to: the table of origins says nothing of the receiving state.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.banxico import sie
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day, revised_since
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: The monthly total received (`sie`), in millions of dollars with commas.
RECEIVED = "SE27803"
MILLION, LAST_DIGIT = 1_000_000, "0.000001"
TABLES = {
    "states": ("PERIODO", "CVE_ENT", "ENTIDAD", "VALOR_USD"),
    "origins": ("PERIODO", "ID_ESTADO", "ESTADO", "VALOR_USD"),
    "months": ("PERIODO", "ID_FLUJO", "FLUJO", "OPERACIONES", "VALOR_USD"),
    "older": ("State", "Quarter", "Remittance Amount"),
}
#: Of a table the column of the place or flow, with our column and the code system.
KEYS = {
    "states": ("CVE_ENT", "mex_state", "inegi"),
    "origins": ("ID_ESTADO", "us_state", "usps"),
    "months": ("ID_FLUJO", "flow", "banxico"),
    "older": ("State", "mex_state", "economia"),
}
DATASETS = {
    "states": "remittances_state",
    "older": "remittances_state",
    "origins": "remittances_origin",
    "months": "remittances_month",
    "sie": "remittances_month",
}
#: What was sent from no US state that the source knows.
NOT_IDENTIFIED = {"XX": "US-XX"}


def recognise(name: str, head: bytes) -> str:
    """The kind of table by its columns, ``sie`` for an answer with the total; "" if it is something else."""
    if sie.is_answer(head, RECEIVED):
        return "sie"
    return table_of(head, TABLES)


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of a table of remittances, one per period and place or flow.

    Raises
    ------
    WrongShape
    """
    dataset = catalog.datasets[DATASETS[kind]]
    if kind == "sie":
        sheet = RawTable(sie.table_of_answer(file))
        sheet.values("fecha", "period", sie.day, pl.Date(), Text("a date", "una fecha"))
        sheet.codes("series", "flow", catalog.codelists["remittance_flows"], "sie")
        sheet.raw = sheet.raw.with_columns(pl.col("dato").str.replace_all(",", "", literal=True))
        sheet.amounts("dato", "value_usd", MILLION, LAST_DIGIT, missing=sie.NOT_AVAILABLE)
    else:
        raw = read_csv(file, TABLES[kind])
        column, into, system = KEYS[kind]
        if kind == "states":
            raw = raw.with_columns(pl.col(column).str.zfill(2))
        sheet = RawTable(raw)
        codes = catalog.codelists[dataset.column(into).codes or ""]
        sheet.codes(column, into, codes, system, NOT_IDENTIFIED if kind == "origins" else None)
        if kind == "older":
            sheet.values("Quarter", "period", _quarter, pl.Date(), Text("a quarter", "un trimestre"))
            sheet.whole("Remittance Amount", "value_usd", blank=True)
        else:
            first = _month if kind == "months" else _first_of_quarter
            sheet.values("PERIODO", "period", first, pl.Date(), Text("the first day of a period", "el primer día de un periodo"))  # fmt: skip
            sheet.whole("VALOR_USD", "value_usd", blank=True)
    # the months of a quarter are revised with it
    quarters = catalog.datasets[DATASETS["states"]]
    source = catalog.sources["banxico_remittances"]
    since = revised_since(source, quarters, file.as_of, sheet.good()["period"])
    yield sheet.rows(dataset, "value_usd", since=since)
    if kind == "months":
        counted = RawTable(raw)
        counted.made = {name: sheet.made[name] for name in ("period", "flow")}
        counted.bad = sheet.bad
        counted.whole("OPERACIONES", "transfers", blank=True)
        yield counted.rows(catalog.datasets["remittance_transfers"], "transfers", since=since)


def _month(text: str) -> date | None:
    day = iso_day(text)
    return day if day and day.day == 1 else None


def _first_of_quarter(text: str) -> date | None:
    day = _month(text)
    return day if day and day.month % 3 == 1 else None


def _quarter(text: str) -> date | None:
    """``2025-Q2``"""
    year, _, number = text.partition("-Q")
    return iso_day(f"{year}-{3 * int(number) - 2:02}-01") if number in ("1", "2", "3", "4") else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The monthly total received from a day to today; the tables by state have no documented address for programs.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    yield sie.ask(client, catalog.sources["banxico_remittances"], (RECEIVED,), since)


CONNECTOR = Connector("banxico_remittances", recognise, read, fetch)
