"""Feeds are Atom, the calendar is iCalendar, and both can be filtered and hold what the flows say."""

from __future__ import annotations

import re
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from ambos.flows.register.calendar import days as of_register

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("name", ["figures", "revisions", "findings"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_feed_has_what_atom_wants(web_client: TestClient, language: str, name: str) -> None:
    response = web_client.get(f"/feeds/{language}/{name}.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    ids = [e.findtext(f"{ATOM}id") for e in entries]
    assert len(set(ids)) == len(ids)
    for one in (feed, *entries):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.findtext(f"{ATOM}id") or "")
        assert one.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated") or "").tzinfo
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Ambos"
    assert name == "revisions" or entries


def test_feeds_are_filtered(web_client: TestClient) -> None:
    def titles(query: str) -> list[str | None]:
        feed = ElementTree.fromstring(web_client.get(f"/feeds/en/{query}").content)
        return [e.findtext(f"{ATOM}title") for e in feed.findall(f"{ATOM}entry")]

    own = titles("figures.atom?series=fx.usd_mxn")
    assert own
    assert set(own) <= set(titles("figures.atom?source=banxico_fix"))
    assert len(titles("findings.atom?place=nogales")) < len(titles("findings.atom"))
    refused = web_client.get("/feeds/es/figures.atom?source=nada")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_calendar_is_as_its_standard_wants_and_holds_what_comes(web_client: TestClient, language: str) -> None:
    body = web_client.get(f"/calendar/{language}.ics").content
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and line.decode() is not None for line in lines)
    whole = body.decode().replace("\r\n ", "").splitlines()
    for name in ("UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"):
        assert sum(line.startswith(f"{name}:") for line in whole) == whole.count("BEGIN:VEVENT")
    workspace = web_client.app.state.site.workspace  # type: ignore[attr-defined]
    days = [date.fromisoformat(line.partition(":")[2]) for line in whole if line.startswith("DTSTART")]
    assert days == [one.first for one in of_register(workspace)]
    assert date(2026, 12, 31) in days or workspace.today() > date(2026, 12, 31)
