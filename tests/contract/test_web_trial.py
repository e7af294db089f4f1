"""A decision is tried by a form: its result has an address that lasts, and the day as it is beside it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from multiprocessing import active_children

import pytest
from fastapi.testclient import TestClient

from ambos.flows.workspace import open_workspace
from ambos.web.app import create_app
from ambos.web.jobs import AT_ONCE

FORM = {"crossing": "sasabe", "day": "2025-07-14", "replications": "2", "add_lanes:sasabe.pov.standard": "+1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(open_workspace(tmp_path_factory.mktemp("trial")))) as client:
        yield client


def wait(client: TestClient, path: str) -> str:
    """Ask for a page until its trial has been played."""
    until = time.monotonic() + 280
    while time.monotonic() < until:
        response = client.get(path)
        if response.status_code != 202:
            assert response.status_code == 200, response.text
            return response.text
        time.sleep(0.1)
    raise AssertionError("the trial was not played")


@pytest.fixture(scope="module")
def played(client: TestClient) -> tuple[str, str]:
    """The address of a trial and its page."""
    answer = client.post("/es/try", data=FORM, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    assert re.fullmatch(r"/es/run/[0-9a-f]{16}", path)
    return path, wait(client, path)


def test_form_shows_the_crossing_as_it_is(client: TestClient) -> None:
    text = client.get("/es/try?crossing=sasabe&day=2025-07-14").text
    assert 'name="add_lanes:sasabe.pov.standard"' in text
    assert "Vehículos particulares" in text


def test_result_says_first_that_it_is_simulated(played: tuple[str, str]) -> None:
    text = played[1]
    assert text.index("Simulado, no medido") < text.index("<table")
    assert "Tal como es" in text and "Con el cambio" in text


def test_same_question_has_the_same_address_and_is_not_played_again(
    client: TestClient, played: tuple[str, str]
) -> None:
    again = client.post("/es/try", data=FORM, follow_redirects=False)
    assert again.headers["location"] == played[0]
    assert client.get(played[0]).status_code == 200


def test_trial_outlives_the_server(client: TestClient, played: tuple[str, str]) -> None:
    workspace = client.app.state.site.workspace  # type: ignore[attr-defined]
    other = TestClient(create_app(open_workspace(workspace.folder)))
    assert other.get(played[0].replace("/es/", "/en/")).status_code == 200


def test_scenario_file_and_picture_can_be_fetched(client: TestClient, played: tuple[str, str]) -> None:
    scenario = client.get(f"{played[0]}/changed.toml")
    assert "add_lanes = 1" in scenario.text
    picture = client.get(f"{played[0]}/changed-0.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg") and "Arial" in picture.text  # a picture in a page has no font of the page


def test_two_trials_are_compared(client: TestClient, played: tuple[str, str]) -> None:
    other = client.post(
        "/es/try", data={**FORM, "add_lanes:sasabe.pov.standard": "", "demand": "150"}, follow_redirects=False
    )
    wait(client, other.headers["location"])
    both = client.post(
        f"{played[0]}/compare", data={"other": f"http://x{other.headers['location']}"}, follow_redirects=False
    )
    assert both.status_code == 303
    assert "Con el cambio" in wait(client, both.headers["location"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "tomorrow"}, "2025-07-14"),
        ({"crossing": "atlantis"}, "atlantis"),
        ({"replications": "1000000"}, "300"),
        ({"add_lanes:sasabe.pov.standard": "9999"}, "50"),
        ({"from:sasabe.pov.standard": "6h"}, "06:00"),
        ({"lanes:sasabe.pov.standard": "1 2 3"}, "24"),
        ({"demand": "-5"}, "1,000"),
        ({"add_lanes:nowhere.pov": "1"}, "nowhere.pov"),
        ({"servers:nowhere": "1"}, "nowhere"),
    ],
)
def test_wrong_field_is_named(client: TestClient, changed: dict[str, str], words: str) -> None:
    response = client.post("/en/try", data=FORM | changed, follow_redirects=False)
    assert response.status_code in (400, 404)
    assert words in response.text


@pytest.mark.parametrize("name", ["0" * 16, "%2e%2e%2f", "abc", "0123456789abcdeg"])
def test_no_other_name_reaches_a_file(client: TestClient, name: str) -> None:
    assert client.get(f"/en/run/{name}").status_code in (400, 404)


def test_trials_of_several_people_are_played_at_once(client: TestClient, played: tuple[str, str]) -> None:
    before = len(active_children())
    asked = [client.post("/en/try", data=FORM | {"seed": seed}, follow_redirects=False) for seed in ("2", "3")]
    for answer in asked:
        assert "Simulated" in wait(client, answer.headers["location"])
    assert len(active_children()) - before == min(AT_ONCE, 2) - 1
