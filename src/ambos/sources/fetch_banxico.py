"""Fetching exchange rates from Banco de México's economic information system (SIE)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.http import Client
from ambos.sources.shared.keys import key_of, refused

#: Series that one call may name (SIE API documentation, as quoted by the R package bbk).
SERIES_PER_CALL = 20


def fetch_fix(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The rates of the code list ``exchange_rates`` from a day to today.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    source = catalog.sources["banxico_fix"]
    token = key_of(source)
    today = client.clock().date()
    # Of several spellings of a code the first is the source's own.
    ids = [rate.codes["banxico"][0] for rate in catalog.codelists["exchange_rates"].codes.values()]
    for first in range(0, len(ids), SERIES_PER_CALL):
        series = ",".join(ids[first : first + SERIES_PER_CALL])
        try:
            answer = client.get(
                source.endpoint.format(series=series, start=since, end=today),
                expect="json",
                headers={"Bmx-Token": token, "Accept": "application/json"},
                secret=token,
            )
        except FetchFailed as error:
            raise refused(error, source) or error from error
        if answer.status == 200 and not answer.member("bmx", "series"):
            raise answer.unfit("it holds no series", "no trae ninguna serie")
        yield answer.fetched(f"sie-{series.replace(',', '+')}-{since}-{today}.json")
