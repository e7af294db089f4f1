"""Pages of sources: freshness, what is held, the last failure."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient

from ambos.flows.workspace import open_workspace
from ambos.web.app import create_app
from ambos.web.site import Site

FAILED = {
    "source": "banxico_fix",
    "result": "failed",
    "retrieved_at": "2026-11-28T12:00:00+00:00",
    "error": {"en": "The key <b>is missing</b>.", "es": "Falta la clave."},
}


def test_every_source_is_listed_and_has_a_page_with_its_licence(web_client: TestClient) -> None:
    site: Site = web_client.app.state.site  # type: ignore[attr-defined]
    listed = web_client.get("/es/sources").text
    for source in site.workspace.catalog.sources.values():
        assert f'href="/es/sources/{source.id}"' in listed
        page = web_client.get(f"/es/sources/{source.id}")
        assert page.status_code == 200
        assert source.licence.es.partition("«")[0][:40] in page.text


def test_a_source_whose_figures_should_be_out_says_so(web_client: TestClient) -> None:
    assert "newer figures should be out" in web_client.get("/en/sources/bts_border_crossing").text


def test_a_source_lists_its_files_datasets_and_oddities(web_client: TestClient) -> None:
    page = web_client.get("/en/sources/cbp_border_waits").text
    for words in ("Files held", "Border wait times and lanes", "overwritten in place", "Update Pending"):
        assert words in page


def test_the_last_failure_stands_with_its_day_and_is_not_obeyed(tmp_path: Path) -> None:
    ledger = tmp_path / "snapshots" / "ledger.jsonl"
    ledger.parent.mkdir()
    older = {**FAILED, "retrieved_at": "2026-11-01T12:00:00+00:00", "error": {"en": "Older.", "es": "Anterior."}}
    ledger.write_text("".join(json.dumps(line) + "\n" for line in (older, FAILED)), encoding="utf-8")
    client = TestClient(create_app(open_workspace(tmp_path)))
    page = client.get("/en/sources").text
    assert "November 28, 2026" in page
    assert "The key &lt;b&gt;is missing" in page
    assert "Older." not in page
    assert "Falta la clave." in client.get("/es/sources/banxico_fix").text
