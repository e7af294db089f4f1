"""A plan of lanes and officers is asked for by a form; its address lasts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ambos.flows.workspace import open_workspace
from ambos.web.app import create_app

FORM = {"crossing": "sasabe", "day": "2025-07-14", "mode": "waits", "replications": "5"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(open_workspace(tmp_path_factory.mktemp("staff")))) as client:
        yield client


def test_a_plan_is_made_shown_in_both_languages_and_kept(client: TestClient) -> None:
    text = client.get("/es/staff?crossing=sasabe").text
    assert '<option value="sasabe" selected>' in text and "oficiales" in text
    asked = client.post("/es/staff", data=FORM, follow_redirects=False)
    assert asked.status_code == 303, asked.text
    path = asked.headers["location"]
    assert re.fullmatch(r"/es/staff/[0-9a-f]{16}", path)
    until = time.monotonic() + 280
    while (page := client.get(path)).status_code == 202 and time.monotonic() < until:
        time.sleep(0.2)
    assert page.status_code == 200, page.text
    assert page.text.index("Simulado, no medido") < page.text.index("<table")
    assert client.get(f"{path}/plan.svg").headers["content-type"] == "image/svg+xml"
    assert "Simulated, not measured" in client.get(path.replace("/es/", "/en/")).text
    kept = client.get(f"/api/v1/staff/{path.rpartition('/')[2]}").json()
    assert kept["simulated"] and kept["mode"] == "waits"
    again = client.post("/es/staff", data=FORM, follow_redirects=False)
    assert again.headers["location"] == path and client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "tomorrow"}, "2025-07-14"),
        ({"crossing": "atlantis"}, "atlantis"),
        ({"crossing": "nogales"}, "Name one crossing"),
        ({"replications": "1000000"}, "300"),
        ({"mode": "magic"}, "worked"),
        ({"mode": "officers", "target": "soon"}, "95% under 30 min"),
        ({"floors": "x" * 20_001}, "20,000"),
    ],
)
def test_wrong_field_is_named(client: TestClient, changed: dict[str, str], words: str) -> None:
    response = client.post("/en/staff", data=FORM | changed, follow_redirects=False)
    assert response.status_code in (400, 404) and words in response.text


def test_no_other_name_reaches_a_file(client: TestClient) -> None:
    for name in ("0" * 16, "abc", "0123456789abcdeg"):
        assert client.get(f"/en/staff/{name}").status_code in (400, 404)
