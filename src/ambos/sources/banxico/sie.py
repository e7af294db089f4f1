"""The interface of Banco de México's SIE: how it is asked, and the table that it answers.

A date is written ``dd/mm/yyyy``, a figure as text with commas between the thousands, ``N/E`` where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.model import Source
from ambos.sources.shared.base import Fetched, File
from ambos.sources.shared.codes import iso_day
from ambos.sources.shared.keys import key_of, key_taken
from ambos.sources.shared.strict import is_json, read_json, table, wrong

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Series that one call may name (SIE API documentation, as quoted by the R package bbk).
SERIES_PER_CALL = 20
NOT_AVAILABLE = ("N/E", "")
COLUMNS = ("series", "fecha", "dato")


def is_answer(head: bytes, prefix: str) -> bool:
    """Return True if the first bytes are an answer with a series whose id begins so."""
    return is_json(head, (b"{",), "bmx") and f'"{prefix}'.encode() in head


def table_of_answer(file: File) -> pl.DataFrame:
    """Series, date and figure of each record of the interface's answer, as text.

    Raises
    ------
    WrongShape
    """
    return table(file, COLUMNS, records(file, read_json(file)))


def records(file: File, content: Any) -> list[tuple[Any, ...]]:
    """Series, date and figure of each record of the interface's answer.

    Raises
    ------
    WrongShape
    """
    try:
        return [
            (series["idSerie"], record.get("fecha"), record.get("dato"))
            for series in content["bmx"]["series"]
            for record in series.get("datos") or ()
        ]
    except (AttributeError, KeyError, TypeError) as error:
        raise wrong(
            file,
            "the answer has no bmx → series → idSerie, datos → fecha, dato.",
            "la respuesta no tiene bmx → series → idSerie, datos → fecha, dato.",
        ) from error


def day(text: str) -> date | None:
    """``24/03/2020``"""
    return iso_day(f"{text[6:]}-{text[3:5]}-{text[:2]}") if text[2:3] == text[5:6] == "/" else None


def ask(client: Client, source: Source, series: Sequence[str], since: date) -> Fetched:
    """Ask for series, `SERIES_PER_CALL` at most, from a day to today.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    token, today, ids = key_of(source), client.clock().date(), ",".join(series)
    with key_taken(source):
        answer = client.get(
            source.endpoint.format(series=ids, start=since, end=today),
            expect="json",
            headers={"Bmx-Token": token, "Accept": "application/json"},
            secret=token,
        )
    if answer.status == 200 and not answer.member("bmx", "series"):
        raise answer.unfit("it holds no series", "no trae ninguna serie")
    return answer.fetched(f"sie-{ids.replace(',', '+')}-{since}-{today}.json")
