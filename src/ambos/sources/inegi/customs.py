"""INEGI, trade of goods by customs and mode of transport (BCMM), monthly: Mexican declarations, three shapes.

* ``open``: INEGI's open data since 2012: a row per month, flow, mode and named customs, beside the total of the mode and of the flow.
* ``several``: rows copied out of it (`known_files.csv`): flow, mode, customs or ``TOTAL``, million US dollars.
* ``one``: the rows of one customs, which the file's name gives.

Amounts are millions of US dollars, free on board, by customs of clearance: not by state of origin, and not by port of the United
States. Customs that neither all regions nor this one define are passed over by name. A confidential cell (C, “Confidencial”) is suppressed, not 0. What INEGI says is revised will change again: provisional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, first_day
from ambos.sources.shared.strict import header, read_csv, table_of, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from datetime import date

    from ambos.sources.shared.http import Client

OPEN = ("PROD_EST", "COBERTURA", "TIPO", "ANIO", "MES", "CONCEPTO", "MTRA", "VAL_USD", "ESTATUS_CIFRA", "ESTATUS")
SEVERAL = ("month", "flow", "mode", "customs", "million_usd", "status")
ONE = ("month", "flow", "mode", "million_usd", "status", "total_checked")
#: What INEGI names the total of all modes in each flow; in the copied rows the total of a mode is ``TOTAL``.
TOTALS = {"Exportación total": TOTAL, "Importación total": TOTAL, "TOTAL": TOTAL}
#: The figures with chapters of the tariff in place of customs have the same columns.
CHAPTER = "Capítulo"
CONFIDENTIAL = ("C", "Confidencial")
MILLION, LAST_DIGIT = 1_000_000, "0.000001"
#: Marks of figures that will be revised again, in both shapes.
REVISED = ("Cifras Revisadas.", "Cifras Oportunas.", "Cifras Preliminares.", "revised")
_OF_ONE = re.compile(r"([a-z_]+)_customs\.csv")


def recognise(name: str, head: bytes) -> str:
    """``open``, ``several`` or ``one`` by the header; "" if it is none of these, or chapters in place of customs."""
    kind = table_of(head, {"open": OPEN, "several": SEVERAL, "one": ONE})
    return "" if kind == "open" and CHAPTER.encode() in head else kind


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_customs_trade``, one per customs, flow, mode and month; the total has customs ``_T``.

    Raises
    ------
    WrongShape
    """
    raw = _open(file) if kind == "open" else _copied(file, kind, catalog)
    system = "inegi" if kind == "open" else "copied"
    modes = catalog.codelists["customs_modes"]
    totals = dict.fromkeys(modes.from_system("inegi"), TOTAL) if kind == "open" else {}
    known = catalog.codelists["customs"].from_system(system).keys() | TOTALS.keys() | totals.keys()
    others = ~raw["customs"].is_in(list(known))
    if others.any():
        names = ", ".join(name[:40] for name in raw.filter(others)["customs"].unique().sort().head(20))
        file.notes.append(Text(f"customs that are not defined: {names}", f"aduanas que no están definidas: {names}"))
        raw = raw.filter(~others)
    sheet = RawTable(raw)
    sheet.codes("customs", "customs", catalog.codelists["customs"], system, TOTALS | totals)
    sheet.codes("flow", "flow", catalog.codelists["flows"], "inegi" if kind == "open" else "copied")
    sheet.codes("mode", "mode", modes, system, {"": TOTAL} if kind == "open" else None)
    sheet.values("month", "period", first_day, pl.Date(), Text("a month", "un mes"))
    sheet.amounts("amount", "value_usd", MILLION, LAST_DIGIT, missing=CONFIDENTIAL)
    sheet.made["_why"], sheet.made["_mark"] = raw["amount"], raw["mark"]
    rows = sheet.rows(catalog.datasets["mx_customs_trade"], "value_usd")
    status = (
        pl.when(pl.col("_why").is_in(CONFIDENTIAL))
        .then(pl.lit("S"))
        .when(pl.col("_mark").is_in(REVISED))
        .then(pl.lit("P"))
        .otherwise("status")
    )
    yield replace(rows, frame=rows.frame.with_columns(status=status).drop("_why", "_mark"))


def _open(file: File) -> pl.DataFrame:
    raw = read_csv(file, header(file.head()))
    confidential = pl.col("ESTATUS_CIFRA").is_in(CONFIDENTIAL)
    return raw.select(
        "line",
        month=pl.concat_str("ANIO", pl.lit("-"), pl.col("MES").str.zfill(2)),
        flow="TIPO",
        mode=pl.when(pl.col("MTRA").str.strip_chars() == "").then(pl.lit("")).otherwise(pl.col("MTRA").str.strip_chars().str.zfill(2)),
        customs="CONCEPTO",
        amount=pl.when(confidential).then(pl.lit(CONFIDENTIAL[0])).otherwise("VAL_USD"),
        mark="ESTATUS",
    )  # fmt: skip


def _copied(file: File, kind: str, catalog: Catalog) -> pl.DataFrame:
    """The copied rows; of a file of one customs with the name that its own name gives.

    Raises
    ------
    WrongShape
        If it gives none.
    """
    if kind == "several":
        raw = read_csv(file, SEVERAL)
        return raw.select("line", "month", "flow", "mode", "customs", amount="million_usd", mark="status")
    named = _OF_ONE.fullmatch(PurePosixPath(file.name.lower()).name)
    customs = catalog.codelists["customs"].codes.get(named[1]) if named else None
    if customs is None or "copied" not in customs.codes:
        raise wrong(file, "its name gives no customs.", "su nombre no indica ninguna aduana.")
    raw = read_csv(file, ONE)
    return raw.select(
        "line", "month", "flow", "mode", customs=pl.lit(customs.codes["copied"][0]), amount="million_usd", mark="status"
    )


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """INEGI's archive, which holds all months; it is asked for on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["inegi_customs"].endpoint
    yield client.get(endpoint, expect="zip").fetched(endpoint.rpartition("/")[2])


CONNECTOR = Connector("inegi_customs", recognise, read, fetch)
