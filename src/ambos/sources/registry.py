"""Which module reads which source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, cast

from ambos.catalog import Catalog
from ambos.sources import (
    airnow,
    banxico_fix,
    bts_border_crossing,
    bts_transborder,
    bts_transborder_annual,
    cbp_border_waits,
    census_trade,
    epa_aqi_county,
    epa_aqs,
    ibwc_water,
    openaq,
    sinaica,
    sinaica_stations,
    usbr_lake_powell_daily,
    usbr_lower_colorado_accounting,
    usbr_mead_24ms,
    usbr_natural_flow,
    usbr_owdi_2016,
    usbr_reservoirs_monthly,
    usbr_rise,
    usgs_water,
)
from ambos.sources.base import File, Rows
from ambos.text import Text


class Reader(Protocol):
    """What the module of a source offers to `ambos build`."""

    def recognise(self, name: str, head: bytes) -> str:
        """The table that the file holds, or "" if it is none of this source's."""

    def read(self, file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
        """The file's rows."""


#: By source id. A module per source is the whole registration.
READERS: Mapping[str, Reader] = {
    module.__name__.rpartition(".")[2]: cast(Reader, module)
    for module in (
        bts_border_crossing,
        bts_transborder,
        bts_transborder_annual,
        cbp_border_waits,
        banxico_fix,
        census_trade,
        epa_aqi_county,
        epa_aqs,
        airnow,
        sinaica_stations,
        sinaica,
        openaq,
        usbr_reservoirs_monthly,
        usbr_rise,
        usgs_water,
        ibwc_water,
        usbr_lake_powell_daily,
        usbr_lower_colorado_accounting,
        usbr_owdi_2016,
        usbr_natural_flow,
        usbr_mead_24ms,
    )
}

#: Checks by name and first bytes for tables of a source that are not read: the reason, None for any other table.
PASSED_OVER: Mapping[str, Callable[[str, bytes], Text | None]] = {"bts_transborder": bts_transborder.passed_over}
