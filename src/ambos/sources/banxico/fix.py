"""Banco de México, exchange rate FIX (SIE series SF43718), by date of determination.

Two shapes: what the SIE interface answers (dates ``dd/mm/yyyy``, rates as text with thousands commas, ``N/E``
where there is none), and a list of daily records (``fecha`` in ISO, ``tipo_cambio`` as a number) as
collected by a third party. Rates are taken digit by digit from the text, never through a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, iso_day
from ambos.sources.shared.keys import key_of, key_taken
from ambos.sources.shared.strict import is_json, read_json, table, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Series that one call may name (SIE API documentation, as quoted by the R package bbk).
SERIES_PER_CALL = 20

NOT_AVAILABLE = ("N/E", "")
#: Digits, with commas between the thousands or without, and at most four decimals that are not 0.
RATE = r"^(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,10})(?:\.[0-9]{1,4}0{0,16})?$"


def recognise(name: str, head: bytes) -> str:
    """``sie`` for the interface's answer, ``list`` for the daily records; "" if it is neither."""
    if is_json(head, (b"{",), "bmx"):
        return "sie"
    return "list" if is_json(head, (b"[",), "fecha", "tipo_cambio") else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``fx``; a rate that is not available is null with status M."""
    content = read_json(file)
    raw = table(file, ("series", "fecha", "dato"), _sie(file, content) if kind == "sie" else _list(file, content))
    sheet = RawTable(raw)
    sheet.values("fecha", "date", _written if kind == "sie" else iso_day, pl.Date(), Text("a date", "una fecha"))
    sheet.codes("series", "rate_id", catalog.codelists["exchange_rates"], "banxico")
    digits = pl.when(raw["dato"].str.contains(RATE)).then(raw["dato"].str.replace_all(",", "", literal=True))
    rate = pl.select(digits.cast(pl.Decimal(18, 4))).to_series()
    sheet.made["rate"] = rate
    bad = (rate.is_null() & ~raw["dato"].is_in(NOT_AVAILABLE)) | (rate == 0).fill_null(False)
    sheet.refuse_values(
        bad,
        "dato",
        Text("a rate with four decimals at most", "un tipo de cambio de cuatro decimales como máximo"),
    )
    yield sheet.rows(catalog.datasets["fx"], "rate")


def _sie(file: File, content: Any) -> list[tuple[Any, ...]]:
    """Series, date and rate of each record of the interface's answer."""
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


def _list(file: File, content: Any) -> list[tuple[Any, ...]]:
    """Kind of rate, date and rate of each record of the list."""
    try:
        return [(record.get("tipo"), record.get("fecha"), record.get("tipo_cambio")) for record in content]
    except (AttributeError, TypeError) as error:
        raise wrong(
            file, "the JSON text is no list of records.", "el texto JSON no es una lista de registros."
        ) from error


def _written(text: str) -> date | None:
    """``24/03/2020``"""
    return iso_day(f"{text[6:]}-{text[3:5]}-{text[:2]}") if text[2:3] == text[5:6] == "/" else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The rates of the code list ``exchange_rates`` from a day to today."""
    source = catalog.sources["banxico_fix"]
    token = key_of(source)
    today = client.clock().date()
    # Of several spellings of a code the first is the source's own.
    ids = [rate.codes["banxico"][0] for rate in catalog.codelists["exchange_rates"].codes.values()]
    for first in range(0, len(ids), SERIES_PER_CALL):
        series = ",".join(ids[first : first + SERIES_PER_CALL])
        with key_taken(source):
            answer = client.get(
                source.endpoint.format(series=series, start=since, end=today),
                expect="json",
                headers={"Bmx-Token": token, "Accept": "application/json"},
                secret=token,
            )
        if answer.status == 200 and not answer.member("bmx", "series"):
            raise answer.unfit("it holds no series", "no trae ninguna serie")
        yield answer.fetched(f"sie-{series.replace(',', '+')}-{since}-{today}.json")


CONNECTOR = Connector("banxico_fix", recognise, read, fetch)
