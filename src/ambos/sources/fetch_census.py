"""Fetching goods trade by state and by port from the Census Bureau's international trade API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.http import Client
from ambos.sources.shared.keys import key_of, refused

#: What is asked for in each direction: commodity, value, of it by air and by vessel. Land is not published.
#: (https://api.census.gov/data/timeseries/intltrade/exports/statehs/variables.json, and so for the others)
VARIABLES = {
    "exports": ("E_COMMODITY", "ALL_VAL_MO", "AIR_VAL_MO", "VES_VAL_MO"),
    "imports": ("I_COMMODITY", "GEN_VAL_MO", "AIR_VAL_MO", "VES_VAL_MO"),
}
#: Levels of the Harmonized System that both tables have. One question each and by month: broad ones time out.
LEVELS = ("HS2", "HS4", "HS6")


def fetch_trade(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Trade of the region's states and ports with the countries across the border, month by month.

    One answer for each month, direction, table (``statehs``, ``porths``) and commodity level. A month that is
    not out yet has no rows (status 204) and gives no answer.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    source = catalog.sources["census_trade"]
    key = key_of(source)
    for month in _months(since, client.clock().date()):
        for flow in catalog.codelists["flows"].codes.values():
            for table, where in _places(catalog).items():
                for level in LEVELS:
                    direction = flow.codes["census"][0]
                    try:
                        answer = client.get(
                            source.endpoint.format(flow=direction, table=table),
                            expect="json",
                            params=[
                                ("get", ",".join(VARIABLES[direction])),
                                *where,
                                ("SUMMARY_LVL", "DET"),
                                ("COMM_LVL", level),
                                ("time", month),
                                ("key", key),
                            ],
                            secret=key,
                            may_be_empty=True,
                        )
                    except FetchFailed as error:
                        raise refused(error, source) or error from error
                    if answer.status != 204:
                        yield answer.fetched(f"{direction}-{table}-{level.lower()}-{month}.json")


def _places(catalog: Catalog) -> dict[str, list[tuple[str, str]]]:
    """For each table, the predicates that pick the region out of it; a repeated predicate means "or"."""
    region = catalog.region
    countries = _codes(catalog, "CTY_CODE", region.borders)
    return {
        "statehs": [*_codes(catalog, "STATE", region.members), *countries],
        "porths": [*_codes(catalog, "PORT", region.ports), *countries],
    }


def _codes(catalog: Catalog, predicate: str, places: tuple[str, ...]) -> list[tuple[str, str]]:
    """Census codes of those places that have one; the members across the border have none."""
    return [(predicate, code) for place in places for code in catalog.places[place].codes.get("census", ())[:1]]


def _months(first: date, today: date) -> Iterator[str]:
    """Months from one day's to the last full one, as ``YYYY-MM``."""
    start, end = first.year * 12 + first.month - 1, today.year * 12 + today.month - 1
    for number in range(start, end):
        yield f"{number // 12:04d}-{number % 12 + 1:02d}"
