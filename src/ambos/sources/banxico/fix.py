"""Banco de México, exchange rate FIX (SIE series SF43718), by date of determination.

Three shapes: what the SIE interface answers (dates ``dd/mm/yyyy``, rates as text with thousands commas, ``N/E``
where there is none), and as third parties collected them a list of daily records (``fecha`` in ISO, ``tipo_cambio``
as a number) and a table of days (``date,mxn_per_usd_fix``). Rates are taken digit by digit from the text, never through a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.banxico import sie
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day
from ambos.sources.shared.strict import is_json, read_csv, read_json, table, table_of, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: The SIE's series of the external sector, such as remittances, begin so.
EXTERNAL = "SE"
#: The table of days, and the series that it holds.
DAYS, FIX = ("date", "mxn_per_usd_fix"), "SF43718"
#: Digits, with commas between the thousands or without, and at most four decimals that are not 0.
RATE = r"^(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,10})(?:\.[0-9]{1,4}0{0,16})?$"


def recognise(name: str, head: bytes) -> str:
    """``sie`` for the interface's answer, ``list`` for the daily records, ``days`` for the table; "" if it is none."""
    if table_of(head, {"days": DAYS}):
        return "days"
    if is_json(head, (b"{",), "bmx"):
        return "" if sie.is_answer(head, EXTERNAL) else "sie"
    return "list" if is_json(head, (b"[",), "fecha", "tipo_cambio") else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``fx``; a rate that is not available is null with status M.

    Raises
    ------
    WrongShape
    """
    if kind == "days":
        if not file.content().endswith(b"\n"):  # a rate has one to four decimals: one that is cut looks like another
            raise wrong(file, "its last line is not ended: it was cut.", "su último renglón no termina: está cortado.")
        raw = read_csv(file, DAYS).rename({DAYS[0]: "fecha", DAYS[1]: "dato"}).with_columns(series=pl.lit(FIX))
    else:
        content = read_json(file)
        raw = table(file, sie.COLUMNS, sie.records(file, content) if kind == "sie" else _list(file, content))
    sheet = RawTable(raw)
    sheet.values("fecha", "date", sie.day if kind == "sie" else iso_day, pl.Date(), Text("a date", "una fecha"))
    sheet.codes("series", "rate_id", catalog.codelists["exchange_rates"], "banxico")
    digits = pl.when(raw["dato"].str.contains(RATE)).then(raw["dato"].str.replace_all(",", "", literal=True))
    rate = pl.select(digits.cast(pl.Decimal(18, 4))).to_series()
    sheet.made["rate"] = rate
    bad = (rate.is_null() & ~raw["dato"].is_in(sie.NOT_AVAILABLE)) | (rate == 0).fill_null(False)
    sheet.refuse_values(
        bad,
        "dato",
        Text("a rate with four decimals at most", "un tipo de cambio de cuatro decimales como máximo"),
    )
    yield sheet.rows(catalog.datasets["fx"], "rate")


def _list(file: File, content: Any) -> list[tuple[Any, ...]]:
    """Kind of rate, date and rate of each record of the list."""
    try:
        return [(record.get("tipo"), record.get("fecha"), record.get("tipo_cambio")) for record in content]
    except (AttributeError, TypeError) as error:
        raise wrong(
            file, "the JSON text is no list of records.", "el texto JSON no es una lista de registros."
        ) from error


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The rates of the code list ``exchange_rates`` from a day to today."""
    source = catalog.sources["banxico_fix"]
    # Of several spellings of a code the first is the source's own.
    ids = [rate.codes["banxico"][0] for rate in catalog.codelists["exchange_rates"].codes.values()]
    for first in range(0, len(ids), sie.SERIES_PER_CALL):
        yield sie.ask(client, source, ids[first : first + sie.SERIES_PER_CALL], since)


CONNECTOR = Connector("banxico_fix", recognise, read, fetch)
