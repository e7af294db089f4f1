"""Investment and work by state are asked for as their publishers document it, and what they answer is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched, File, Rows
from ambos.sources.shared.http import Client
from local_server import Asked, LocalServer, Reply

DATAMEXICO = "/apidatamexico/tesseract/data.jsonrecords"


def rows_of(catalog: Catalog, source: str, fetched: Fetched) -> Iterator[Rows]:
    file = File(fetched.name, fetched.content, fetched.retrieved_at, as_of=date(2025, 10, 16))
    yield from CONNECTORS[source].read(file, CONNECTORS[source].recognise(file.name, file.head()), catalog)


def read(catalog: Catalog, source: str, fetched: Fetched) -> Rows:
    (rows,) = rows_of(catalog, source, fetched)
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


def test_both_cubes_of_the_survey_of_work_are_asked_for(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    def reply(asked: Asked) -> Reply:
        cube = "wages" if "Monthly Wage" in asked.query["measures"][0] else "workforce"
        return Reply((specimens / "economia" / f"datamexico-enoe-{cube}.json").read_bytes(), "application/json")

    server.routes[DATAMEXICO] = reply
    people, wages = CONNECTORS["datamexico_enoe"].fetch(client, catalog, date(2024, 1, 1))
    asked = [{key: values[0] for key, values in one.query.items()} for one in server.asked]
    assert [one["cube"] for one in asked] == ["inegi_enoe"] * 2
    assert asked[0]["Economically Active Population"] == asked[1]["Population Classification"] == "1"
    assert asked[1]["measures"] == "Monthly Wage,Workforce"
    assert read(catalog, "datamexico_enoe", people).frame.height == 5
    assert len(list(rows_of(catalog, "datamexico_enoe", wages))) == 2


def test_both_rates_of_each_state_on_the_border_are_asked_for(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    def reply(asked: Asked) -> Reply:
        body = (specimens / "fred" / "AZUR.csv").read_bytes().replace(b"AZUR", asked.query["id"][0].encode())
        return Reply(body.replace(b"Date", b"observation_date"), "text/csv")

    server.routes["/graph/fredgraph.csv"] = reply
    fetched = list(CONNECTORS["fred_laus"].fetch(client, catalog, date(2024, 1, 1)))
    names = [f"{state}UR{mark}.csv" for state in ("AZ", "CA", "NM", "TX") for mark in ("", "N")]
    assert [one.name for one in fetched] == names
    rows = read(catalog, "fred_laus", fetched[-1])
    assert set(rows.frame["us_state"]) == {"US-TX"} and set(rows.frame["adjusted"]) == {"nsa"}


@pytest.mark.parametrize("body", [b'{"data": []}', b'{"error": "unknown cube"}', b"[]"])
def test_an_answer_without_rows_is_no_answer(
    server: LocalServer, client: Client, catalog: Catalog, body: bytes
) -> None:
    server.routes[DATAMEXICO] = lambda asked: Reply(body, "application/json")
    with pytest.raises(FetchFailed):
        list(CONNECTORS["economia_fdi"].fetch(client, catalog, date(2024, 1, 1)))
