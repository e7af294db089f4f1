"""Secretaría de Economía, foreign direct investment by state and quarter, in millions of US dollars: three shapes.

* ``table``: the open data: a row per state, the quarters as columns I to IV over and over, from the first of 1999, without the
  years.
* ``investment``, ``investment answer``: the cube of DataMéxico (`datamexico`), as a table or as its interface answers.

A flow below 0 is disinvestment. Both shapes have a figure in every cell; an empty one would be missing, not 0. The cube's
figures have the noise of binary fractions: they are kept to a thousand dollars, the last digit that both agree on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.economia import datamexico
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import decoded, header, table, wrong

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

NAME, QUARTERS = "Entidad", ("I", "II", "III", "IV")
#: The year of the first column of quarters.
FIRST = 1999
CUBE, MEASURE = "fdi_2_state_investment", "Investment"
MILLION, LAST_DIGIT = 1_000_000, "0.001"


def recognise(name: str, head: bytes) -> str:
    """``table`` by its header, or the shape of the cube; "" if it is none of these."""
    names = header(head)
    if names[:1] == (NAME,) and names[1:2] == QUARTERS[:1]:
        return "table"
    return datamexico.recognise(head, {"investment": (MEASURE,)})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_state_fdi``, one per state and quarter.

    Raises
    ------
    WrongShape
    """
    raw = _table(file) if kind == "table" else datamexico.rows(file, kind, (MEASURE,))
    sheet = RawTable(raw)
    if kind == "table":
        sheet.codes("state", "mex_state", catalog.codelists["state"], "economia")
        sheet.month("year", "month", "period")
    else:
        datamexico.keys(sheet, catalog)
    sheet.amounts(MEASURE, "value_usd", MILLION, LAST_DIGIT, missing=("", "C", "null"))
    sheet.fill("origin", None)
    dataset, source = catalog.datasets["mx_state_fdi"], catalog.sources["economia_fdi"]
    yield sheet.rows(dataset, "value_usd", revised=(source, file.as_of))


def _table(file: File) -> pl.DataFrame:
    """A row per state and quarter as text; `line` is that of the file.

    Raises
    ------
    WrongShape
        If the quarters are out of order, or a line has another number of cells.
    """
    try:
        lines = list(csv.reader(decoded(file).decode("utf-8").splitlines(), strict=True))
    except csv.Error as error:
        raise wrong(file, f"no CSV ({error}).", f"no es CSV ({error}).") from error
    columns = lines[0][1:]
    if tuple(columns) != tuple(QUARTERS[n % 4] for n in range(len(columns))):
        raise wrong(
            file,
            "line 1: the columns are not the quarters I to IV over and over.",
            "renglón 1: las columnas no son los trimestres I a IV repetidos.",
        )
    cells, numbers = [], []
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(columns) + 1:
            raise wrong(
                file,
                f"line {number}: cells: {len(line)} instead of {len(columns) + 1}.",
                f"renglón {number}: celdas: {len(line)} en lugar de {len(columns) + 1}.",
            )
        for n, amount in enumerate(line[1:]):
            cells.append((line[0], str(FIRST + n // 4), str(3 * (n % 4) + 1), amount))
            numbers.append(number)
    return table(file, ("state", "year", "month", MEASURE), cells).with_columns(line=pl.Series(numbers, dtype=pl.Int64))


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The cube of DataMéxico, all states and quarters; every quarter is restated with each release.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["economia_fdi"].endpoint
    yield datamexico.ask(client, endpoint, CUBE, (MEASURE,)).fetched("datamexico-fdi-state-quarter.json")


CONNECTOR = Connector("economia_fdi", recognise, read, fetch)
