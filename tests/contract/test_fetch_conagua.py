"""CONAGUA's reservoirs are asked for day by day at the address that its own page asks; crossings by bridge in one table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from ambos.catalog import Catalog
from ambos.sources.conagua import reservoirs
from ambos.sources.shared.base import File
from ambos.sources.shared.http import Client
from ambos.sources.txdot import crossings
from local_server import LocalServer, Reply

PATH = "/PresasPG/presas/reporte"


def test_each_day_is_asked_for_once_and_read(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    client.clock = lambda: datetime(2023, 12, 6, 12, tzinfo=UTC)
    body = (specimens / "conagua" / "sina-presas-2023-12-05.json").read_bytes()
    server.routes[f"{PATH}/2023-12-05"] = [Reply(body, "application/json")]
    server.routes[f"{PATH}/2023-12-06"] = [Reply(b"[]", "application/json")]
    (fetched,) = reservoirs.fetch(client, catalog, date(2023, 12, 5))
    assert [asked.path for asked in server.asked] == [f"{PATH}/2023-12-05", f"{PATH}/2023-12-06"]
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = reservoirs.read(file, reservoirs.recognise(file.name, file.head()), catalog)
    assert rows.frame["dam"].to_list() == ["angostura", "novillo"]


def test_crossings_by_bridge_are_one_table(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    name = "monthly_crossings_2008_2025.csv"
    path = f"/unt-clscm/CBP-Border-Crossings/HEAD/03-Processed-Data/csv/{name}"
    server.routes[path] = [Reply((specimens / "txdot" / name).read_bytes(), "text/plain")]
    (fetched,) = crossings.fetch(client, catalog, date(2024, 1, 1))
    assert fetched.name == name
    file = File(fetched.name, fetched.content, fetched.retrieved_at)
    (rows,) = crossings.read(file, crossings.recognise(file.name, file.head()), catalog)
    assert rows.frame["value"].sum() == 40_313 + 38_298 + 186_663 + 165_107
