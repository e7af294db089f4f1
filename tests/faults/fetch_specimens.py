"""For every source that can be asked: a server that answers as it does, in small. Written here in the sources' shapes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from fake_network import Question, answer

from air_samples import airnow_hour, aqs, aqs_hour, openaq_hour, openaq_location, openaq_page, sinaica, sinaica_hour

SPECIMENS = Path(__file__).resolve().parent.parent / "specimens"
JSON = "application/json"
#: Keys in the environment of the fetchers, by variable. Each has characters that are escaped somewhere.
KEYS = {
    "AQS_KEY": "aqs+K3y/9&x=1",
    "AQS_EMAIL": "maria+aqs@example.org",
    "AIRNOW_API_KEY": "air+K3y/9&x=2",
    "OPENAQ_API_KEY": "opn+K3y/9&x=3",
    "BANXICO_TOKEN": "sie+K3y/9&x=4",
    "BTS_APP_TOKEN": "bts+K3y/9&x=5",
    "CENSUS_API_KEY": "cen+K3y/9&x=6",
    "API_USGS_PAT": "gs+K3y/9&x=7",
    "BEA_API_KEY": "bea+K3y/9&x=8",
}
#: Which of them each source is sent.
SENT = {
    "bts_border_crossing": ("BTS_APP_TOKEN",),
    "banxico_fix": ("BANXICO_TOKEN",),
    "banxico_remittances": ("BANXICO_TOKEN",),
    "census_trade": ("CENSUS_API_KEY",),
    "usgs_water": ("API_USGS_PAT",),
    "epa_aqs": ("AQS_KEY", "AQS_EMAIL"),
    "airnow": ("AIRNOW_API_KEY",),
    "openaq": ("OPENAQ_API_KEY",),
    "bea_state_gdp": ("BEA_API_KEY",),
}


def zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def _specimen(name: str) -> bytes:
    return (SPECIMENS / name).read_bytes()


def crossings(asked: Question) -> bytes:
    header, *rows = _specimen("fetch/border_crossing.csv").splitlines(keepends=True)
    start = int(asked.query["$offset"][0])
    return answer(header + b"".join(rows[start : start + 4]), "text/csv", headers=[("ETag", f'"{start}"')])


def waits(asked: Question) -> bytes:
    if asked.path.endswith(".xml"):
        return answer(_specimen("fetch/bwt.xml"), "text/xml")
    return answer(_specimen("fetch/bwtnew.json"), JSON)


def transborder(asked: Question) -> bytes:
    if asked.path.endswith(".zip"):
        return answer(zipped("dot1_0824.csv", _specimen("fetch/dot1_0824.csv")), "application/zip")
    return answer(_specimen("fetch/transborder_page.html"), "text/html")


def banxico(asked: Question) -> bytes:
    return answer(_specimen("fetch/sie.json"), JSON)


def census(asked: Question) -> bytes:
    if asked.query["COMM_LVL"] != ["HS2"]:
        return b"HTTP/1.1 204 No Content\r\n\r\n"
    return answer(_specimen("fetch/census_exports_statehs.json"), JSON)


def rise(asked: Question) -> bytes:
    described, results = json.loads(_specimen("river/rise_powell.json"))[:2]
    if "catalog-item" in asked.path:
        return answer(json.dumps(described).encode(), JSON)
    start = (int(asked.query["page"][0]) - 1) * 2
    page = {"meta": {"totalItems": len(results["data"])}, "data": results["data"][start : start + 2]}
    return answer(json.dumps(page).encode(), JSON)


def usgs(asked: Question) -> bytes:
    more = "cursor" not in asked.query and "daily" in asked.path
    here = f"https://{asked.host}{asked.target}&cursor=2"
    links = [{"rel": "next", "href": here}] if more else []
    row = {"type": "Feature", "id": "1" if more else "2", "properties": {"time": "2024-08-01", "value": "412"}}
    return answer(json.dumps({"features": [row], "links": links}).encode(), JSON)


def ibwc(asked: Question) -> bytes:
    return answer(
        zipped("a.csv", b"# ok\nStart of Interval (UTC-07:00),Average (m^3/s)\n2024-08-01,1\n"), "application/zip"
    )


def aqi_county(asked: Question) -> bytes:
    return answer(zipped("a.csv", _specimen("epa_aqi/annual_aqi_by_county_2024.csv")), "application/zip")


def air_system(asked: Question) -> bytes:
    return answer(aqs(aqs_hour(7, 8.1), url=f"https://x?email={KEYS['AQS_EMAIL']}&key={KEYS['AQS_KEY']}"), JSON)


def airnow(asked: Question) -> bytes:
    return answer(json.dumps([airnow_hour(7, 5.0)]).encode(), JSON)


def sinaica_page(asked: Question) -> bytes:
    return answer(sinaica(sinaica_hour(7, 12.0)), "text/html")


def openaq(asked: Question) -> bytes:
    if asked.path.endswith("locations"):
        return answer(openaq_page(openaq_location()), JSON)
    return answer(openaq_page(openaq_hour(7, 8.0)), JSON)


def state_gdp(asked: Question) -> bytes:
    name = "conjunto_de_datos_pibe_entidad_son2024_r.csv"
    return answer(zipped(f"conjunto_de_datos/{name}", _specimen(f"inegi/{name}")), "application/x-zip-compressed")


def state_exports(asked: Question) -> bytes:
    name = "eef_trimestral_tr_cifra_2007_2026.csv"
    return answer(zipped(f"conjunto_de_datos/{name}", _specimen(f"inegi/{name}")), "application/x-zip-compressed")


def bea(asked: Question) -> bytes:
    given = json.loads(_specimen("bea/sagdp2-12.json"))
    # BEA repeats the question, the key in it
    given["BEAAPI"]["Request"]["RequestParam"].append(
        {"ParameterName": "USERID", "ParameterValue": KEYS["BEA_API_KEY"]}
    )
    return answer(json.dumps(given).encode(), JSON)


def direct_investment(asked: Question) -> bytes:
    return answer(_specimen("economia/datamexico-fdi-state-quarter.json"), JSON)


def customs(asked: Question) -> bytes:
    name = "bcmm_mtra_aduana_mensual_tr_cifra_2012_2026.csv"
    return answer(zipped(f"conjunto_de_datos/{name}", _specimen(f"inegi/{name}")), "application/x-zip-compressed")


def bridges(asked: Question) -> bytes:
    return answer(_specimen("txdot/monthly_crossings_2008_2025.csv"), "text/csv")


def presas(asked: Question) -> bytes:
    return answer(_specimen("conagua/sina-presas-2023-12-05.json"), JSON)


def people_of_states(asked: Question) -> bytes:
    return answer(_specimen("conapo/00_Pob_Mitad_1950_2070.csv"), "text/csv")


def remittances(asked: Question) -> bytes:
    return answer(_specimen("banxico/sie-remittances.json"), JSON)


def workforce(asked: Question) -> bytes:
    cube = "wages" if "Wage" in asked.path else "workforce"
    return answer(_specimen(f"economia/datamexico-enoe-{cube}.json"), JSON)


def unemployment(asked: Question) -> bytes:
    return answer(_specimen("fred/AZUR.csv"), "text/csv")


def parks(asked: Question) -> bytes:
    return answer(_specimen("tourism/nps-visits-2024-2026.xml"), "text/xml")


def hotels(asked: Question) -> bytes:
    return answer(_specimen("tourism/Base70centros.csv"), "text/csv")


#: By source.
SERVERS: dict[str, Callable[[Question], bytes]] = {
    "bts_border_crossing": crossings,
    "cbp_border_waits": waits,
    "bts_transborder": transborder,
    "banxico_fix": banxico,
    "census_trade": census,
    "usbr_rise": rise,
    "usgs_water": usgs,
    "ibwc_water": ibwc,
    "epa_aqi_county": aqi_county,
    "epa_aqs": air_system,
    "airnow": airnow,
    "sinaica": sinaica_page,
    "openaq": openaq,
    "inegi_state_gdp": state_gdp,
    "inegi_state_exports": state_exports,
    "bea_state_gdp": bea,
    "conagua_reservoirs": presas,
    "txdot_crossings": bridges,
    "inegi_customs": customs,
    "economia_fdi": direct_investment,
    "conapo_population": people_of_states,
    "banxico_remittances": remittances,
    "nps_visits": parks,
    "sectur_hotels": hotels,
    "datamexico_enoe": workforce,
    "fred_laus": unemployment,
}
