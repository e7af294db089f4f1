"""People and their money are asked for at the addresses that the publishers document, and what they answer is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ambos.catalog import Catalog
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File
from ambos.sources.shared.http import Client
from local_server import LocalServer, Reply


def test_conapo_s_open_data_are_taken_and_read(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    name = "00_Pob_Mitad_1950_2070.csv"
    body = (specimens / "conapo" / name).read_bytes()
    server.routes[f"/work/models/CONAPO/Datos_Abiertos/pry23/{name}"] = [Reply(body, "text/csv")]
    connector = CONNECTORS["conapo_population"]
    (fetched,) = connector.fetch(client, catalog, date(2024, 1, 1))
    assert fetched.name == name
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = connector.read(file, connector.recognise(file.name, file.head()), catalog)
    assert rows.frame.filter(mex_state="MX-SON")["population"].to_list() == [3_002_286]
