"""BTS Border Crossing Entry Data (Socrata ``keg4-3bc2``): monthly counts at every land port, northbound.

Three shapes of the source's own: the CSV export (until about 2020 with ``03/01/2019 12:00:00 AM`` and "…Full" containers, now
with ``Jan 2024`` and "…Loaded"), the interface's CSV and its JSON list (lower-case names,
``2024-01-01T00:00:00.000``; an empty field is left out). Port codes below 1000 lose their leading zero in
some.

A spreadsheet that opens the export and saves it writes the months anew: ``Jan-24``, or ``2/1/20 0:00`` and
``02/01/2020`` in the US order of month and day. Every date of the source is the first day of a month, so that the order
is never in doubt: a day other than 1, as in ``1/2/20`` for 1 February, is refused. A year of two digits is of 1996, when
the counts begin, to 2095.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import parse_fault
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import MONTHS, RawTable, first_day
from ambos.sources.shared.keys import from_environment
from ambos.sources.shared.pages import Pages
from ambos.sources.shared.strict import is_json, read_csv, read_records, table, table_of
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Rows asked for at a time. Socrata gives 1,000 unless asked for more; a month of all ports has about 1,000.
PAGE = 50_000
#: Holds an application token, if there is one. It is not needed; with it one does not share the limit of a
#: network address with others (https://dev.socrata.com/docs/app-tokens.html).
APP_TOKEN_VARIABLE = "BTS_APP_TOKEN"

#: Our column and its name in the export and in the interface.
COLUMNS = {
    "export": {"port": "Port Code", "measure": "Measure", "period": "Date", "value": "Value"},
    "api": {"port": "port_code", "measure": "measure", "period": "date", "value": "value"},
}
#: The year in which the counts begin.
FIRST_YEAR = 1996
#: The first day of a month as a spreadsheet writes it: month/1/year in the US order, with or without a time, or Jan-24.
SAVED = re.compile(
    rf"(?:(?P<month>0?[1-9]|1[0-2])/0?1/|(?P<name>{'|'.join(MONTHS)})-)(?P<year>(?:\d\d)?\d\d)(?: 0?0:00(?::00)?)?",
    re.ASCII,
)


def recognise(name: str, head: bytes) -> str:
    """``export``, ``api`` or ``json`` by the column names; "" if it is none of them."""
    if kind := table_of(head, {kind: list(columns.values()) for kind, columns in COLUMNS.items()}):
        return kind
    return "json" if is_json(head, (b"[",), *COLUMNS["api"].values()) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``crossings``.

    The newest months that were out when the figures were known, as many as the source's `revision_periods`, are
    provisional (status P). A row without a count is missing (M), not 0.
    """
    names = COLUMNS["export" if kind == "export" else "api"]
    if kind == "json":
        raw = table(file, list(names.values()), [[r.get(n) for n in names.values()] for r in read_records(file)])
    else:
        coded = {names["port"], names["measure"], names["period"]}
        raw = read_csv(file, list(names.values()), coded, exact=False)
    sheet = RawTable(raw)
    sheet.values(
        names["period"],
        "period",
        _period,
        pl.Date(),
        Text(
            "the first day of a month (month/day/year in a file that a spreadsheet saved)",
            "el primer día de un mes (mes/día/año en un archivo guardado por una hoja de cálculo)",
        ),
    )
    sheet.codes(names["port"], "port", catalog.codelists["port"], "bts_border")
    sheet.codes(names["measure"], "measure", catalog.codelists["measures"], "bts")
    sheet.whole(names["value"], "value", blank=True)
    revised = catalog.sources["bts_border_crossing"], file.as_of
    yield sheet.rows(catalog.datasets["crossings"], "value", revised=revised)


def _period(text: str) -> date | None:
    """A month as one of the three shapes writes it, or a spreadsheet that saved one of them."""
    if text[:3] in MONTHS and text[3:4] == " ":  # Jan 2024
        return first_day(f"{text[4:]}-{MONTHS.index(text[:3]) + 1:02}")
    if text[2:6] == "/01/" and text[10:] == " 12:00:00 AM":  # 03/01/2019 12:00:00 AM
        return first_day(f"{text[6:10]}-{text[:2]}")
    if written := SAVED.fullmatch(text):
        month = written["month"] or MONTHS.index(written["name"]) + 1
        year = int(written["year"])
        year += (1900 if year >= FIRST_YEAR % 100 else 2000) if year < 100 else 0
        return first_day(f"{year}-{int(month):02}")
    if text[7:] in ("-01", "-01T00:00:00", "-01T00:00:00.000"):
        return first_day(text[:7])
    return None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """All rows from a month on, as one CSV table.

    The answer comes in pages under a total order. Pages are asked for until one is empty, because a server
    may give fewer rows than asked for; they are joined under their common header.

    Raises
    ------
    KeyRefused
        If the application token cannot be sent. None is needed.
    FetchFailed
        Also if a page does not fit the others.
    """
    source = catalog.sources["bts_border_crossing"]
    token = from_environment(APP_TOKEN_VARIABLE, source)
    pages = Pages()
    parts: list[bytes] = []
    header, rows = b"", 0
    while True:
        page = client.get(
            source.endpoint,
            expect="csv",
            params=[
                ("$where", f"date >= '{since:%Y-%m}-01T00:00:00.000'"),
                ("$order", "date,port_code,measure"),
                ("$limit", str(PAGE)),
                ("$offset", str(rows)),
            ],
            headers={"X-App-Token": token} if token else {},
            secret=token,
        )
        name = f"border-crossing-since-{since:%Y-%m}.csv"
        if page.status == 304:
            yield page.fetched(name)
            return
        first_line, body = _split(page.content)
        if not pages:
            header = first_line
        elif first_line != header:
            raise page.unfit(
                "its columns are not those of the first page",
                "sus columnas no son las de la primera página",
            )
        if pages and not body:
            break
        pages.take(page, body)
        parts.append(body)
        try:
            rows += sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline="")))
        except csv.Error as error:
            why = parse_fault(error)
            raise page.unfit(
                f"its rows cannot be counted ({why.en})", f"no se pueden contar sus renglones ({why.es})"
            ) from error
        if not body:
            break
    # A mark of the first page alone says nothing about the others, so it is kept only if there are none.
    headers = pages[0].headers if len(pages) == 1 else {}
    yield Fetched(name, header + b"".join(parts), pages[0].url, pages[0].at, headers)


def _split(content: bytes) -> tuple[bytes, bytes]:
    """The header line of a CSV table and its rows, the last one with its line end."""
    header, _, body = content.partition(b"\n")
    return header.rstrip(b"\r") + b"\n", body + b"\n" if body and not body.endswith(b"\n") else body


CONNECTOR = Connector("bts_border_crossing", recognise, read, fetch)
