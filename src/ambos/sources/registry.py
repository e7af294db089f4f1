"""The sources that Ambos reads, each by one record."""

from __future__ import annotations

from collections.abc import Mapping

from ambos.sources.banxico import fix, prices, remittances
from ambos.sources.bea import state_gdp as bea_gdp
from ambos.sources.bts import air_segments, border_crossing, transborder, transborder_annual
from ambos.sources.cbp import border_waits
from ambos.sources.census import trade
from ambos.sources.conagua import reservoirs
from ambos.sources.conapo import population as conapo_population
from ambos.sources.conasami import wages
from ambos.sources.economia import investment, workforce
from ambos.sources.epa import airnow, aqi_county, aqs
from ambos.sources.fred import laus
from ambos.sources.ibwc import water as ibwc_water
from ambos.sources.imss import jobs
from ambos.sources.inegi import customs, municipalities, state_exports, state_gdp
from ambos.sources.mcv import indicators as mcv_indicators
from ambos.sources.nps import visits
from ambos.sources.openaq import measurements
from ambos.sources.salud import measles, respiratory
from ambos.sources.sectur import hotels
from ambos.sources.shared.base import Connector
from ambos.sources.sinaica import hourly, stations
from ambos.sources.singles import values as single_values
from ambos.sources.txdot import crossings as txdot_crossings
from ambos.sources.usbr import (
    lake_powell_daily,
    lower_colorado_accounting,
    mead_24ms,
    natural_flow,
    owdi_2016,
    reservoirs_monthly,
    rise,
)
from ambos.sources.usda import education, unemployment
from ambos.sources.usda import population as usda_population
from ambos.sources.usgs import water as usgs_water

#: By source id, in the order in which they are asked whether a file is theirs.
CONNECTORS: Mapping[str, Connector] = {
    module.CONNECTOR.id: module.CONNECTOR
    for module in (
        border_crossing,
        transborder,
        transborder_annual,
        border_waits,
        fix,
        trade,
        municipalities,
        aqi_county,
        aqs,
        airnow,
        stations,
        hourly,
        measurements,
        reservoirs_monthly,
        rise,
        usgs_water,
        ibwc_water,
        lake_powell_daily,
        lower_colorado_accounting,
        owdi_2016,
        natural_flow,
        mead_24ms,
        state_gdp,
        state_exports,
        bea_gdp,
        reservoirs,
        customs,
        txdot_crossings,
        mcv_indicators,
        investment,
        conapo_population,
        usda_population,
        remittances,
        prices,
        workforce,
        jobs,
        laus,
        unemployment,
        education,
        wages,
        single_values,
        respiratory,
        measles,
        visits,
        hotels,
        air_segments,
    )
}
