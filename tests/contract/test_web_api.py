"""The API: the answers of the command line at addresses, in three forms, in pages; whole tables read by ranges."""

from __future__ import annotations

import hashlib
import io
import json
import re
from html import unescape

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from ambos.flows.data import figures
from ambos.flows.data.show import show
from ambos.flows.region.economy import industries
from ambos.model.answer import record, to_plain
from ambos.session import Session

DATA = "/api/v1/series/crossings.trucks/data"
NOGALES = {"place": "nogales", "freq": "A"}


def test_the_figures_of_a_series_are_the_object_that_the_command_line_prints(web_client: TestClient) -> None:
    workspace = web_client.app.state.site.workspace  # type: ignore[attr-defined]
    shown = show(workspace, "crossings.trucks", places=["nogales"], frequency="A")
    printed = record(figures.answer(workspace, shown, for_people=False))
    assert web_client.get(DATA, params=NOGALES).json() == json.loads(json.dumps(printed, default=to_plain))


def test_the_industries_are_the_object_that_the_command_line_prints(web_client: TestClient) -> None:
    workspace = web_client.app.state.site.workspace  # type: ignore[attr-defined]
    printed = record(industries(workspace, year=2021))
    answer = web_client.get("/api/v1/economy", params={"year": 2021})
    assert answer.json() == json.loads(json.dumps(printed, default=to_plain))
    assert web_client.get("/api/v1/economy.csv", params={"year": 2021}).headers["content-type"].startswith("text/csv")


def test_a_calibration_and_a_forecast_are_those_of_the_python_door(web_client: TestClient) -> None:
    session = Session(web_client.app.state.site.workspace)  # type: ignore[attr-defined]
    asked = {"place": "arizona", "horizon": 3}
    monthly = "trade.by_state_monthly.exports"
    for path, made in (
        ("crossings/deconcini/calibration", session.calibrated("deconcini")),
        (f"series/{monthly}/forecast", session.forecast(monthly, place="arizona", horizon=3)),
    ):
        answer = web_client.get(f"/api/v1/{path}", params=asked if monthly in path else {})
        assert answer.status_code == 200 and answer.json() == made.json()


def test_a_forecast_of_waits_names_its_error_and_interval(web_client: TestClient) -> None:
    given = web_client.get("/api/v1/crossings/naco-crossing/forecast", params={"lane": "commercial/standard"})
    rows = given.json()["waits"]
    assert rows[0]["lead_hours"] == 1 and {row["lead_hours"] for row in rows} <= {1, 3, 6, 24}
    assert all(row["error_minutes"] > 0 for row in rows) and "max-age=60" in given.headers["cache-control"]


def test_forms_hold_the_same_figures(web_client: TestClient) -> None:
    values = [row["value"] for row in web_client.get(DATA, params=NOGALES).json()["data"]]
    header, *lines = web_client.get(f"{DATA}.csv", params=NOGALES).text.splitlines()
    at = header.split(",").index("value")
    assert [line.split(",")[at] for line in lines] == ["" if v is None else str(v) for v in values]
    parquet = web_client.get(DATA, params=NOGALES, headers={"Accept": "application/vnd.apache.parquet"})
    file = pq.ParquetFile(io.BytesIO(parquet.content))
    assert file.read()["value"].to_pylist() == values
    assert (
        json.loads(file.metadata.metadata[b"ambos"])["title"]["es"] == "Camiones de carga que ingresan a Estados Unidos"
    )


def test_a_form_that_is_asked_for_by_accept_is_not_kept_for_others(web_client: TestClient) -> None:
    kinds = ("text/csv", "application/json", "text/csv")
    given = [web_client.get(DATA, params=NOGALES, headers={"Accept": kind}) for kind in kinds]
    assert [one.headers["content-type"].split(";")[0] for one in given] == list(kinds)
    assert "Accept" in given[0].headers["vary"]


def test_pages_are_linked_and_add_up_to_the_whole(web_client: TestClient) -> None:
    whole = web_client.get("/api/v1/series").json()["series"]
    found, address = [], "/api/v1/series?limit=50"
    while address:
        page = web_client.get(address)
        found += page.json()["series"]
        links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', page.headers.get("link", "")))
        address = next((where for where, rel in links.items() if rel == "next"), "")
    assert found == whole


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{DATA}?plce=nogales", 400, "plce"),
        (f"{DATA}?table=nada", 404, "nada"),
        ("/api/v1/series/nada", 404, "nada"),
        ("/api/v1/river/status?elevation=1e999", 400, "elevation"),
        ("/api/v1/air/index", 400, "pollutant"),
        ("/api/v1/codes/nada", 404, "nada"),
        ("/api/v1/events?dataset=nada", 404, "nada"),
        ("/api/v1/bulk/nada.parquet", 404, "nada"),
        ("/api/v1/crossings/nada/forecast", 404, "nada"),
        ("/api/v1/crossings/nada/calibration", 404, "nada"),
        ("/api/v1/series/crossings.trucks/forecast", 400, "nogales"),
        ("/api/v1/series/crossings.trucks/forecast?place=sasabe", 404, "2016"),
        ("/api/v1/staff/0123456789abcdef", 404, "0123456789abcdef"),
        ("/api/v1/bulk/..%2f..%2fetc.csv", 400, ""),
    ],
)
def test_what_is_asked_wrongly_is_a_problem_in_the_language_asked_for(
    web_client: TestClient, path: str, status: int, words: str
) -> None:
    for language, word in (
        ("en", "There|This|value|parameter|forecast"),
        ("es", "No |Esta|valor|parámetro|pronóstico"),
    ):
        response = web_client.get(path, headers={"Accept-Language": language})
        assert (response.status_code, response.headers["content-language"]) == (status, language)
        assert response.headers["content-type"] == "application/problem+json"
        assert words in response.json()["detail"]
        assert re.search(word, response.json()["detail"])


def test_a_method_that_would_write_is_refused_with_those_allowed(web_client: TestClient) -> None:
    response = web_client.post(DATA)
    assert (response.status_code, response.headers["allow"]) == (405, "GET")
    asked = web_client.options(DATA, headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")


def test_vintages_say_what_was_known_and_when(web_client: TestClient) -> None:
    asked = {"from": "2024", "to": "2024"}
    now = web_client.get("/api/v1/series/trade.by_state.exports/data", params={**asked, "place": "US-AZ"}).json()
    then = web_client.get("/api/v1/series/trade.by_state.exports/vintages", params={**asked, "place": "US-AZ"}).json()
    newest = then["vintages"][-1]
    assert (newest["value"], newest["as_of"]) == (now["data"][-1]["value"], now["data"][-1]["as_of"])


def test_a_whole_table_is_as_its_descriptor_says(web_client: TestClient) -> None:
    package = web_client.get("/api/v1/bulk/datapackage.json").json()
    resources = {one["path"]: one for one in package["resources"]}
    for path in ("fx.parquet", "fx.csv"):
        body = web_client.get(f"/api/v1/bulk/{path}").content
        told = resources[path]
        assert (len(body), f"sha256:{hashlib.sha256(body).hexdigest()}") == (told["bytes"], told["hash"])
    table = pq.read_table(io.BytesIO(web_client.get("/api/v1/bulk/fx.parquet").content))
    assert table.column_names == [field["name"] for field in resources["fx.parquet"]["schema"]["fields"]]


def test_a_table_is_read_by_ranges_without_its_other_columns(web_client: TestClient) -> None:
    class Remote(io.RawIOBase):
        """A file over HTTP, of which only what is asked for is fetched."""

        address, at, fetched = "/api/v1/bulk/freight_state_port.parquet", 0, 0

        def __init__(self) -> None:
            self.size = int(web_client.head(self.address).headers["content-length"])

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at = (0, self.at, self.size)[whence] + offset
            return self.at

        def tell(self) -> int:
            return self.at

        def seekable(self) -> bool:
            return True

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            last = self.size - 1 if size < 0 else min(self.size, self.at + size) - 1
            if last < self.at:
                return b""
            response = web_client.get(self.address, headers={"Range": f"bytes={self.at}-{last}"})
            assert response.status_code == 206
            self.at += len(response.content)
            Remote.fetched += len(response.content)
            return response.content

    remote = Remote()
    column = pq.ParquetFile(remote).read(columns=["port"])
    assert column.num_rows > 100_000
    assert Remote.fetched < remote.size / 4
    bad = web_client.get(Remote.address, headers={"Range": "bytes=999999999-"})
    assert bad.status_code == 416


def test_a_table_answers_what_readers_in_place_ask(web_client: TestClient) -> None:
    address = "/api/v1/bulk/fx.parquet"
    head = web_client.head(address)
    size = int(head.headers["content-length"])
    assert (head.status_code, head.content, head.headers["accept-ranges"]) == (200, b"", "bytes")
    assert head.headers["etag"] and head.headers["last-modified"]
    body = web_client.get(address).content
    assert len(body) == size
    for asked, first, last in (
        ("0-3", 0, 3),
        (f"{size - 8}-{size - 1}", size - 8, size - 1),
        ("-8", size - 8, size - 1),
    ):
        part = web_client.get(address, headers={"Range": f"bytes={asked}", "If-Range": head.headers["etag"]})
        assert (part.status_code, part.content) == (206, body[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert "content-encoding" not in part.headers


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_of_the_api_lists_every_address_with_its_parameters_in_each_language(
    web_client: TestClient, language: str
) -> None:
    described = web_client.get("/api/openapi.json", params={"lang": language}).json()
    page = web_client.get("/api", params={"lang": language})
    assert f'<html lang="{language}">' in page.text
    text = unescape(page.text)
    for path, methods in described["paths"].items():
        assert f"<code>{path}</code>" in text
        for parameter in methods["get"].get("parameters", ()):
            assert parameter.get("description"), (path, parameter["name"])
            assert parameter["description"] in text
    other = web_client.get("/api/openapi.json", params={"lang": "es" if language == "en" else "en"}).json()
    assert all(m["get"]["summary"] != other["paths"][p]["get"]["summary"] for p, m in described["paths"].items())
