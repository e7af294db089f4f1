"""The page of projects ranked."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

WEIGHTS = b"criterion,port-of-entry\ncapacity,60\ncost,40\n"
SCORES = b"project,type,capacity,cost\nfirst,port-of-entry,9,1\nsecond,port-of-entry,2,<b>\n"


def test_the_scheme_is_shown_where_no_scores_are_held(web_client: TestClient) -> None:
    for language, said in (("en", "No scores held"), ("es", "No se tienen puntajes")):
        response = web_client.get(f"/{language}/ranking")
        assert (
            response.status_code == 200 and said in response.text and 'enctype="multipart/form-data"' in response.text
        )


def test_files_are_ranked_and_deleted(web_client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    files = {"scores": ("s.csv", SCORES.replace(b"<b>", b"3")), "weights": ("w.csv", WEIGHTS)}
    response = web_client.post("/es/ranking", files=files, data={"top": "1"})
    assert response.status_code == 200 and "first" in response.text and "Queda entre los primeros 1" in response.text
    assert response.headers["cache-control"] == "no-store" and not list(tmp_path.iterdir())


def test_a_wrong_file_is_refused_with_its_line_and_without_a_path_of_this_machine(web_client: TestClient) -> None:
    files = {"scores": ("s.csv", SCORES), "weights": ("w.csv", WEIGHTS)}
    response = web_client.post("/en/ranking", files=files)
    assert response.status_code == 400 and "line 3: cost" in response.text and "<b>" not in response.text
    assert tempfile.gettempdir() not in response.text
    assert web_client.post("/en/ranking", files=files, data={"top": "0"}).status_code == 400
    assert web_client.post("/en/ranking", content=iter([b"x"])).status_code == 411
