"""Which function asks which source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ambos.catalog import Catalog
from ambos.errors import OnlyByHand
from ambos.sources.cbp.live import fetch_waits
from ambos.sources.fetch_air import (
    fetch_airnow,
    fetch_aqi_county,
    fetch_aqs,
    fetch_openaq,
    fetch_sinaica,
)
from ambos.sources.fetch_banxico import fetch_fix
from ambos.sources.fetch_bts import fetch_border_crossing, fetch_transborder
from ambos.sources.fetch_census import fetch_trade
from ambos.sources.fetch_river import fetch_ibwc, fetch_rise, fetch_usgs
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.http import Client

Fetcher = Callable[[Client, Catalog, date], Iterator[Fetched]]


def by_hand(name: str) -> Fetcher:
    """For a source that gives programs nothing: a fetcher that says where a person finds its files."""

    def tell(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
        source = catalog.sources[name]
        raise OnlyByHand(source=source.title, url=source.url)

    return tell


#: By source id.
FETCHERS: Mapping[str, Fetcher] = {
    "bts_border_crossing": fetch_border_crossing,
    "cbp_border_waits": fetch_waits,
    "bts_transborder": fetch_transborder,
    "bts_transborder_annual": by_hand("bts_transborder_annual"),
    "banxico_fix": fetch_fix,
    "census_trade": fetch_trade,
    "usbr_rise": fetch_rise,
    "usgs_water": fetch_usgs,
    "ibwc_water": fetch_ibwc,
    "usbr_reservoirs_monthly": by_hand("usbr_reservoirs_monthly"),
    "usbr_lake_powell_daily": by_hand("usbr_lake_powell_daily"),
    "usbr_lower_colorado_accounting": by_hand("usbr_lower_colorado_accounting"),
    "usbr_owdi_2016": by_hand("usbr_owdi_2016"),
    "usbr_mead_24ms": by_hand("usbr_mead_24ms"),
    "usbr_natural_flow": by_hand("usbr_natural_flow"),
    "epa_aqi_county": fetch_aqi_county,
    "epa_aqs": fetch_aqs,
    "airnow": fetch_airnow,
    "sinaica_stations": by_hand("sinaica_stations"),
    "sinaica": fetch_sinaica,
    "openaq": fetch_openaq,
}
