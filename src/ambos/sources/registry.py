"""Which module reads which source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from ambos.catalog import Catalog
from ambos.sources.banxico import fix as banxico_fix
from ambos.sources.bts import border_crossing as bts_border_crossing
from ambos.sources.bts import transborder as bts_transborder
from ambos.sources.bts import transborder_annual as bts_transborder_annual
from ambos.sources.cbp import border_waits as cbp_border_waits
from ambos.sources.census import trade as census_trade
from ambos.sources.epa import airnow
from ambos.sources.epa import aqi_county as epa_aqi_county
from ambos.sources.epa import aqs as epa_aqs
from ambos.sources.ibwc import water as ibwc_water
from ambos.sources.openaq import measurements as openaq
from ambos.sources.shared.base import File, Rows
from ambos.sources.sinaica import hourly as sinaica
from ambos.sources.sinaica import stations as sinaica_stations
from ambos.sources.usbr import lake_powell_daily as usbr_lake_powell_daily
from ambos.sources.usbr import lower_colorado_accounting as usbr_lower_colorado_accounting
from ambos.sources.usbr import mead_24ms as usbr_mead_24ms
from ambos.sources.usbr import natural_flow as usbr_natural_flow
from ambos.sources.usbr import owdi_2016 as usbr_owdi_2016
from ambos.sources.usbr import reservoirs_monthly as usbr_reservoirs_monthly
from ambos.sources.usbr import rise as usbr_rise
from ambos.sources.usgs import water as usgs_water
from ambos.text import Text


class Reader(Protocol):
    """What the module of a source offers to `ambos build`."""

    def recognise(self, name: str, head: bytes) -> str:
        """The table that the file holds, or "" if it is none of this source's."""

    def read(self, file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
        """The file's rows."""


#: By source id.
READERS: Mapping[str, Reader] = {
    "bts_border_crossing": bts_border_crossing,
    "bts_transborder": bts_transborder,
    "bts_transborder_annual": bts_transborder_annual,
    "cbp_border_waits": cbp_border_waits,
    "banxico_fix": banxico_fix,
    "census_trade": census_trade,
    "epa_aqi_county": epa_aqi_county,
    "epa_aqs": epa_aqs,
    "airnow": airnow,
    "sinaica_stations": sinaica_stations,
    "sinaica": sinaica,
    "openaq": openaq,
    "usbr_reservoirs_monthly": usbr_reservoirs_monthly,
    "usbr_rise": usbr_rise,
    "usgs_water": usgs_water,
    "ibwc_water": ibwc_water,
    "usbr_lake_powell_daily": usbr_lake_powell_daily,
    "usbr_lower_colorado_accounting": usbr_lower_colorado_accounting,
    "usbr_owdi_2016": usbr_owdi_2016,
    "usbr_natural_flow": usbr_natural_flow,
    "usbr_mead_24ms": usbr_mead_24ms,
}

#: Checks by name and first bytes for tables of a source that are not read: the reason, None for any other table.
PASSED_OVER: Mapping[str, Callable[[str, bytes], Text | None]] = {"bts_transborder": bts_transborder.passed_over}
