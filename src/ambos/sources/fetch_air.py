"""Fetching EPA's annual files of the air quality index by county."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.base import Fetched
from ambos.sources.http import Client


def fetch_aqi_county(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """One zip for each year from that of `since` to the present; the present year may not be out yet.

    EPA makes all years anew when the index changes, so a year is asked for again, on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["epa_aqi_county"].endpoint
    last = client.clock().year
    for year in range(since.year, last + 1):
        url = endpoint.format(year=year)
        try:
            answer = client.get(url, expect="zip")
        except FetchFailed as error:
            if year == last and error.values["status"] == 404:
                return
            raise
        yield answer.fetched(url.rpartition("/")[2])
