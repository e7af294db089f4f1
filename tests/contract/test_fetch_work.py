"""Investment and work by state are asked for as their publishers document it, and what they answer is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched, File, Rows
from ambos.sources.shared.http import Client
from local_server import LocalServer, Reply

DATAMEXICO = "/apidatamexico/tesseract/data.jsonrecords"


def read(catalog: Catalog, source: str, fetched: Fetched) -> Rows:
    file = File(fetched.name, fetched.content, fetched.retrieved_at, as_of=date(2025, 10, 16))
    (rows,) = CONNECTORS[source].read(file, CONNECTORS[source].recognise(file.name, file.head()), catalog)
    return rows


def test_a_cube_of_datamexico_is_asked_for_all_states_and_quarters(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    name = "datamexico-fdi-state-quarter.json"
    server.routes[DATAMEXICO] = [Reply((specimens / "economia" / name).read_bytes(), "application/json")]
    (fetched,) = CONNECTORS["economia_fdi"].fetch(client, catalog, date(2024, 1, 1))
    (asked,) = server.asked
    assert {key: values[0] for key, values in asked.query.items()} == {
        "cube": "fdi_2_state_investment",
        "drilldowns": "State,Quarter",
        "measures": "Investment",
        "locale": "es",
    }
    rows = read(catalog, "economia_fdi", fetched)
    assert rows.frame.filter(mex_state="MX-SON", period=date(2024, 1, 1))["value_usd"].to_list() == [93_256_000]


@pytest.mark.parametrize("body", [b'{"data": []}', b'{"error": "unknown cube"}', b"[]"])
def test_an_answer_without_rows_is_no_answer(
    server: LocalServer, client: Client, catalog: Catalog, body: bytes
) -> None:
    server.routes[DATAMEXICO] = lambda asked: Reply(body, "application/json")
    with pytest.raises(FetchFailed):
        list(CONNECTORS["economia_fdi"].fetch(client, catalog, date(2024, 1, 1)))
