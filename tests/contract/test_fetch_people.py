"""People and their money are asked for at the addresses that the publishers document, and what they answer is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File
from ambos.sources.shared.http import Client
from local_server import LocalServer, Reply


def test_banxico_is_asked_for_the_monthly_total_with_the_token(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", "token-of-a-test")
    path = "/SieAPIRest/service/v1/series/SE27803/datos/2026-01-01/"
    body = (specimens / "banxico" / "sie-remittances.json").read_bytes()
    today = client.clock().date()
    server.routes[f"{path}{today}"] = [Reply(body, "application/json")]
    connector = CONNECTORS["banxico_remittances"]
    (fetched,) = connector.fetch(client, catalog, date(2026, 1, 1))
    assert server.asked[0].headers["bmx-token"] == "token-of-a-test"
    assert "token-of-a-test" not in f"{fetched}{client.attempts}"
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = connector.read(file, connector.recognise(file.name, file.head()), catalog)
    assert rows.frame.filter(pl.col("value_usd") == 5_611_002_446).height == 1


def test_conapo_s_open_data_are_taken_and_read(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    name = "00_Pob_Mitad_1950_2070.csv"
    body = (specimens / "conapo" / name).read_bytes()
    address = urlsplit(catalog.sources["conapo_population"].endpoint)
    assert address.path.endswith(f"Datos_Abiertos/pry23/{name}")
    server.routes[address.path] = [Reply(body, "text/csv")]
    connector = CONNECTORS["conapo_population"]
    (fetched,) = connector.fetch(client, catalog, date(2024, 1, 1))
    assert fetched.name == name
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = connector.read(file, connector.recognise(file.name, file.head()), catalog)
    assert rows.frame.filter(mex_state="MX-SON")["population"].to_list() == [3_002_286]


def test_nps_is_asked_for_the_parks_of_the_region_and_its_visits_are_read(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    body = (specimens / "tourism" / "nps-visits-2024-2026.xml").read_bytes()
    server.routes["/Stats/v1/visitation"] = [Reply(body, "application/xml; charset=utf-8")]
    connector = CONNECTORS["nps_visits"]
    (fetched,) = connector.fetch(client, catalog, date(2024, 5, 1))
    (asked,) = server.asked
    codes = asked.query["unitCodes"][0].split(",")
    assert {"SAGU", "ORPI", "GRCA"} <= set(codes) and len(codes) == len(set(codes)) == 19
    assert (asked.query["startYear"], asked.query["startMonth"], asked.query["endMonth"]) == (["2024"], ["1"], ["12"])
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = connector.read(file, connector.recognise(file.name, file.head()), catalog)
    assert rows.frame.height == 4 and rows.rejected.is_empty()


def test_sectur_s_table_of_hotels_is_taken_whole_and_read(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    body = (specimens / "tourism" / "Base70centros.csv").read_bytes()
    server.routes["/s_turismo/ocupacion_hotelera/Base70centros.csv"] = [Reply(body, "text/csv")]
    connector = CONNECTORS["sectur_hotels"]
    (fetched,) = connector.fetch(client, catalog, date(2024, 1, 1))
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = connector.read(file, connector.recognise(file.name, file.head()), catalog)
    assert rows.frame.height == 3 and rows.rejected.is_empty()
