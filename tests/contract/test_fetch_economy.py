"""Output and exports of states are asked for as INEGI and BEA document it, and what they answer is read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import FetchFailed, KeyRefused
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched, File, Rows
from ambos.sources.shared.http import Client
from ambos.sources.shared.members import members
from local_server import Asked, LocalServer, Reply

OPEN_DATA = "/contenidos/programas"
ARCHIVES = {
    "inegi_state_gdp": (
        f"{OPEN_DATA}/pibent/2018/datosabiertos/conjunto_de_datos_pibe_csv.zip",
        "conjunto_de_datos_pibe_entidad_son2024_r.csv",
    ),
    "inegi_state_exports": (
        f"{OPEN_DATA}/exporta_ef/datosabiertos/conjunto_de_datos_eef_trimestral_csv.zip",
        "eef_trimestral_tr_cifra_2007_2026.csv",
    ),
    "inegi_customs": (
        f"{OPEN_DATA}/comext/datosabiertos/conjunto_de_datos_bcmm_mensual_mtra_csv.zip",
        "bcmm_mtra_aduana_mensual_tr_cifra_2012_2026.csv",
    ),
}
BEA = "/api/data/"
KEY = "0f1e2d3c-key"


def read(catalog: Catalog, source: str, fetched: Fetched) -> Iterator[Rows]:
    for member in members(File(fetched.name, fetched.content, fetched.retrieved_at)):
        assert isinstance(member, File)
        if kind := CONNECTORS[source].recognise(member.name, member.head()):
            yield from CONNECTORS[source].read(member, kind, catalog)


@pytest.mark.parametrize("source", ARCHIVES)
def test_inegi_s_archive_is_taken_whole_and_its_table_read(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path, source: str
) -> None:
    path, name = ARCHIVES[source]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"conjunto_de_datos/{name}", (specimens / "inegi" / name).read_bytes())
        archive.writestr("catalogos/tc_entidad.csv", "CVE_ENT,NOM_ENT\n26,Sonora\n")
    server.routes[path] = [Reply(target.getvalue(), "application/x-zip-compressed")]
    (fetched,) = CONNECTORS[source].fetch(client, catalog, date(2024, 1, 1))
    assert fetched.name == path.rpartition("/")[2]
    (rows,) = read(catalog, source, fetched)
    assert rows.frame.height and rows.rejected.is_empty()


def answers(asked: Asked) -> Reply:
    body = json.loads((Path(__file__).parent.parent / "specimens" / "bea" / "sagdp2-12.json").read_text())
    line = asked.query["LineCode"][0]
    for row in body["BEAAPI"]["Results"]["Data"]:
        row["Code"] = f"SAGDP2-{line}"
    # BEA repeats the question, the key in it
    body["BEAAPI"]["Request"]["RequestParam"].append({"ParameterName": "USERID", "ParameterValue": KEY})
    return Reply(json.dumps(body).encode(), "application/json")


def test_bea_is_asked_for_each_industry_with_the_key_which_is_kept_nowhere(
    server: LocalServer, client: Client, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEA_API_KEY", KEY)
    server.routes[BEA] = answers
    fetched = list(CONNECTORS["bea_state_gdp"].fetch(client, catalog, date(2020, 1, 1)))
    asked = [one.query for one in server.asked]
    assert [one["LineCode"][0] for one in asked][:4] == ["1", "2", "3", "4"]
    assert len(asked) == len(fetched) == 96  # the lines of the table
    assert {(one["TableName"][0], one["GeoFips"][0], one["Year"][0]) for one in asked} == {("SAGDP2", "STATE", "ALL")}
    assert KEY not in f"{fetched}{client.attempts}" and not any(KEY.encode() in one.content for one in fetched)
    (rows,) = read(catalog, "bea_state_gdp", fetched[0])
    assert rows.frame.filter(us_state="US-AZ", industry="_T")["value_usd"].to_list() == [35_404_000_000, None]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(b'{"BEAAPI": {"Error": {"APIErrorCode": "3"}}}', "application/json"), FetchFailed),
        (Reply(b'{"BEAAPI": {"Results": {"Data": []}}}', "application/json"), FetchFailed),
        (Reply(b"{}", "application/json", status=403), KeyRefused),
    ],
)
def test_an_error_of_bea_is_no_answer(
    server: LocalServer,
    client: Client,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
    kind: type[Exception],
) -> None:
    monkeypatch.setenv("BEA_API_KEY", KEY)
    server.routes[BEA] = lambda asked: reply
    with pytest.raises(kind):
        list(CONNECTORS["bea_state_gdp"].fetch(client, catalog, date(2020, 1, 1)))
