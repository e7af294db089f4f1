"""DataMéxico, a cube of figures by state and quarter: the interface's answer, or its rows in one table (CSV).

The interface gives ``{"data": [{"Quarter": "2024-Q4", "State ID": 26, …}]}``; the CSV has the same names as columns. A
quarter is ``2024-Q4``, a state INEGI's number without its leading zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import File
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import is_json, read_csv, read_json, require_fields, table, table_of, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

STATE, QUARTER, STATE_NAME, QUARTER_ID = "State ID", "Quarter", "State", "Quarter ID"
KEYS = (STATE, STATE_NAME, QUARTER_ID, QUARTER)


def recognise(head: bytes, cubes: Mapping[str, Sequence[str]]) -> str:
    """The cube of which a file has the measures: by itself the table, ``… answer`` the interface's answer; else ""."""
    if kind := table_of(head, {kind: (*KEYS, *measures) for kind, measures in cubes.items()}):
        return kind
    if not is_json(head, (b"{",), "data", QUARTER, STATE):
        return ""
    fitting = [kind for kind, measures in cubes.items() if is_json(head, (b"{",), *measures)]
    return f"{max(fitting, key=lambda kind: len(cubes[kind]))} answer" if fitting else ""


def rows(file: File, kind: str, measures: Sequence[str]) -> pl.DataFrame:
    """The rows as text: state (INEGI's two digits), quarter and the measures.

    Raises
    ------
    WrongShape
    """
    columns = (STATE, QUARTER, *measures)
    if kind.endswith("answer"):
        answer = read_json(file)
        records = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise wrong(file, "the answer has no list “data”.", "la respuesta no tiene la lista «data».")
        require_fields(file, records, columns)
        raw = table(file, columns, [[one[c] for c in columns] for one in records])
    else:
        raw = read_csv(file, (*KEYS, *measures))
    return raw.select("line", *measures, state=pl.col(STATE).str.zfill(2), quarter=QUARTER)


def keys(sheet: RawTable, catalog: Catalog) -> None:
    """Make the columns ``mex_state`` and ``period`` of `rows`."""
    sheet.codes("state", "mex_state", catalog.codelists["state"], "inegi")
    sheet.values("quarter", "period", quarter, pl.Date(), Text("a quarter", "un trimestre"))


def quarter(text: str) -> date | None:
    """The first day of a quarter written ``2024-Q4``."""
    year, between, number = text[:4], text[4:6], text[6:]
    if between != "-Q" or number not in ("1", "2", "3", "4") or not (year.isascii() and year.isdigit()):
        return None
    return date(int(year), 3 * int(number) - 2, 1) if int(year) else None


def ask(client: Client, endpoint: str, cube: str, measures: Sequence[str], *cuts: tuple[str, str]) -> Response:
    """All states and quarters of a cube.

    Raises
    ------
    FetchFailed
        Also if the answer holds no rows.
    """
    asked = [("cube", cube), ("drilldowns", f"{STATE_NAME},{QUARTER}"), ("measures", ",".join(measures))]
    answer = client.get(endpoint, expect="json", params=[*asked, *cuts, ("locale", "es")])
    if answer.status == 200 and not answer.member("data"):
        raise answer.unfit("it holds no rows", "no trae renglones")
    return answer
