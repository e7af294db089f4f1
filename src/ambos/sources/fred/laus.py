"""Unemployment rate of a US state (BLS, LAUS), as FRED gives it: one file per state, monthly.

The header names the series: the state's postal code and ``UR`` (seasonally adjusted) or ``URN`` (not adjusted). A rate that is not
available is written ``.`` or left empty: the household survey of October 2025 was not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day
from ambos.sources.shared.strict import header, read_csv
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

DATES = ("observation_date", "Date", "DATE")
SERIES = re.compile(r"([A-Z]{2})UR(N?)")
ADJUSTED = {"": "sa", "N": "nsa"}
MISSING = (".", "")


def recognise(name: str, head: bytes) -> str:
    """``rate`` by the header: a date and the series of a state; else ""."""
    names = header(head)
    return "rate" if len(names) == 2 and names[0] in DATES and SERIES.fullmatch(names[1]) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``us_state_unemployment``, one per month.

    Raises
    ------
    WrongShape
    """
    when, series = header(file.head())
    named = SERIES.fullmatch(series)
    state, mark = named.groups() if named else ("", "")
    sheet = RawTable(read_csv(file, (when, series)).with_columns(state=pl.lit(state)))
    sheet.codes("state", "us_state", catalog.codelists["state"], "usps")
    sheet.values(when, "period", _month, pl.Date(), Text("the first day of a month", "el primer día de un mes"))
    sheet.fill("adjusted", ADJUSTED[mark])
    sheet.fill("origin", None)
    sheet.decimals(series, "rate", 1, Text("a rate", "una tasa"), missing=MISSING)
    revised = catalog.sources["fred_laus"], file.as_of
    yield sheet.rows(catalog.datasets["us_state_unemployment"], "rate", revised=revised)


def _month(text: str) -> date | None:
    day = iso_day(text)
    return day if day and day.day == 1 else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Both rates of each US state on the border; FRED gives the whole history, revised every spring.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["fred_laus"].endpoint
    borders = {
        p.parent
        for p in catalog.places.values()
        if p.kind == "port" and p.parent and p.border in catalog.region.borders
    }
    for state in sorted({*catalog.region.members, *borders} & set(catalog.places)):
        for postal in catalog.places[state].codes.get("usps", ())[:1]:
            for mark in ADJUSTED:
                series = f"{postal}UR{mark}"
                yield client.get(endpoint.format(series=series), expect="csv").fetched(f"{series}.csv")


CONNECTOR = Connector("fred_laus", recognise, read, fetch)
