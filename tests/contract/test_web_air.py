"""Pages of the air: a value, a file that is judged and deleted, limits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ambos.web.pages.air import AROUND, MOST_BYTES

SPECIMEN = Path(__file__).parent.parent / "specimens" / "air" / "made_up.csv"


def test_a_value_has_both_indices_and_the_limits_with_their_dates(web_client: TestClient) -> None:
    page = web_client.get("/en/air?pollutant=pm25&value=28.4&unit=ug/m3&hours=&date=2025-01-15").text
    for words in ("AQI", "AIRE Y SALUD", "Moderate", "Limits of the ambient air, January 15, 2025", "Holds since"):
        assert words in page


def test_a_unit_that_does_not_fit_is_refused_with_what_was_typed(web_client: TestClient) -> None:
    response = web_client.get("/es/air?pollutant=pm25&value=28.4&unit=ppb")
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert 'value="28.4"' in response.text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("what", ["hours", "area", "exceedances"])
def test_a_file_is_judged_by_the_flow_of_the_verb_and_deleted(
    web_client: TestClient, language: str, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    response = web_client.post(
        f"/{language}/air", files={"file": ("hours.csv", SPECIMEN.read_bytes(), "text/csv")}, data={"what": what}
    )
    assert response.status_code == 200
    assert '<table class="shown' in response.text
    assert response.headers["cache-control"] == "no-store"
    assert not list(tmp_path.iterdir())


def test_a_wrong_file_is_refused_with_its_problems_and_without_a_path_of_this_machine(web_client: TestClient) -> None:
    wrong = b"station,time,pollutant\nx,yesterday,pm25\n"
    response = web_client.post("/es/air", files={"file": ("../../etc/<b>.csv", wrong)}, data={"what": "hours"})
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert tempfile.gettempdir() + "/ambos" not in response.text
    assert "<b>" not in response.text


def test_a_form_without_a_file_is_refused(web_client: TestClient) -> None:
    response = web_client.post("/en/air", data={"what": "hours"}, files={"file": ("", b"")})
    assert response.status_code == 400
    assert "Choose a CSV file" in response.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(web_client: TestClient) -> None:
    response = web_client.post("/en/air", files={"file": ("big.csv", b"x" * (MOST_BYTES + AROUND))})
    assert response.status_code == 413


def test_a_body_without_a_length_is_refused(web_client: TestClient) -> None:
    assert web_client.post("/en/air", content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize("path", ["idling", "pairs", "networks"])
def test_other_pages_of_the_air_have_figures_in_both_languages(web_client: TestClient, path: str) -> None:
    for language in ("en", "es"):
        response = web_client.get(f"/{language}/air/{path}")
        assert response.status_code == 200
        assert '<table class="shown' in response.text


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00\x01garbage", b"PK\x03\x04" + b"\0" * 500, b"a\n" * 9, b"\n", b'"' * 5000]
)
@pytest.mark.parametrize("what", ["hours", "design"])
def test_what_is_no_csv_of_readings_is_refused_as_such(web_client: TestClient, content: bytes, what: str) -> None:
    response = web_client.post("/en/air", files={"file": ("x.csv", content)}, data={"what": what})
    assert response.status_code == 400
    assert 'role="alert"' in response.text
