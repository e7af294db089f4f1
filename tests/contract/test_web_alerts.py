"""The page and the feed of alerts: rules and what they found, in both languages, and nobody who is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from alert_samples import CARS, Clock, event, keep, workspace_at
from ambos.catalog import Catalog
from ambos.flows.alerts.evaluate import evaluate
from ambos.text import Language
from ambos.web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
DESK = '[recipient.secret_desk]\nlanguage = "es"\nwebhook = "https://hooks.example.org/token"\n'


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Cars at DeConcini wait over 90 minutes", "not yet evaluated here", "No rule has fired here"]),
        ("es", ["Autos en DeConcini esperan más de 90 minutos", "aún no se evalúa", "Ninguna regla se ha disparado"]),
    ],
)
def test_the_page_lists_the_rules_of_the_region(web_client: TestClient, language: str, words: list[str]) -> None:
    page = web_client.get(f"/{language}/alerts").text
    assert all(word in page for word in words)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_fired_is_on_the_page_and_in_the_feed(catalog: Catalog, tmp_path: Path, language: Language) -> None:
    workspace = workspace_at(tmp_path, catalog, Clock(datetime(2026, 6, 14, 23, 5, tzinfo=UTC)), toml=CARS + DESK)
    evaluate(workspace)
    client = TestClient(create_app(workspace))
    page = client.get(f"/{language}/alerts").text
    feed = ElementTree.fromstring(client.get(f"/feeds/{language}/alerts.atom").content)
    for text in (page, feed.findtext(f"{ATOM}entry/{ATOM}content") or ""):
        assert "135 min" in text and "CBP" in text
    assert f'href="/{language}/series/waits.reports?place=nogales-deconcini"' in page
    assert "secret_desk" not in page and "hooks.example.org" not in page
    (link,) = feed.findall(f"{ATOM}entry/{ATOM}link")
    assert link.get("href") == f"/{language}/series/waits.reports?place=nogales-deconcini"


def test_text_of_an_event_is_escaped(catalog: Catalog, tmp_path: Path) -> None:
    toml = CARS.replace("Cars over", "<script>alert(1)</script> over")
    workspace = workspace_at(tmp_path, catalog, Clock(), toml=toml)
    keep(workspace, event())
    page = TestClient(create_app(workspace)).get("/en/alerts").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
