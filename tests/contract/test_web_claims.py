"""Pages of claims: a sentence in, a verdict with its chart out, without scripts, in both languages."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest
from fastapi.testclient import TestClient

TRADE = "El comercio entre Arizona y México sumó 19.5 mil millones de dólares en 2022."
READING = "series=trade.by_state.exports&place=Arizona&period=2024&comparison=equals&value=8e9&unit=usd"


def test_a_sentence_gives_its_verdict_with_the_chart_and_its_reading_in_a_form(web_client: TestClient) -> None:
    page = web_client.get(f"/es/claims?q={quote_plus(TRADE)}&said=2025-06-27")
    assert page.status_code == 200 and "Aproximada:" in page.text and "19,626 millones" in page.text
    chart = re.search(r'<img src="([^"]+)"', page.text)
    assert chart and web_client.get(chart[1].replace("&amp;", "&")).headers["content-type"] == "image/svg+xml"
    form = dict(re.findall(r'name="(\w+)" type="text"[^>]*? value="([^"]*)"', page.text))
    assert (form["series"], form["place"], form["value"]) == ("trade.by_state.two_way", "arizona", "19.5e9")
    asked = "&".join(f"{key}={quote_plus(value)}" for key, value in form.items())
    again = web_client.get(f"/en/claims?{asked}&comparison=equals")
    assert again.status_code == 200 and "Close:" in again.text


def test_the_list_leads_to_each_checked_claim(web_client: TestClient) -> None:
    page = web_client.get("/en/claims").text
    links = set(re.findall(r'href="(/en/claims/[a-z0-9_]+)"', page))
    assert len(links) >= 15 and "/en/claims/trade_2022" in links
    assert "not checkable" in web_client.get("/en/claims/tourism_campaign").text
    assert 'lang="en"' in web_client.get("/es/claims/trade_2022").text
    assert web_client.get("/en/claims/nothing").status_code == 404


def test_claims_and_register_lead_to_each_other(web_client: TestClient) -> None:
    for language in ("en", "es"):
        assert f'href="/{language}/register">' in web_client.get(f"/{language}/claims").text.split('id="listed"')[1]
        claim, record = f"/{language}/claims/tourism_campaign", f"/{language}/register/agreements/tourism-mou-2018"
        assert f'href="{record}"' in web_client.get(claim).text and f'href="{claim}"' in web_client.get(record).text
        assert f'href="/{language}/claims#listed"' in web_client.get(f"/{language}/register").text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("q=hello", 200, "Nothing in the sentence"),
        ("q=" + "x" * 501, 422, ""),
        (READING.replace("8e9", "8e999999"), 400, "too many digits"),
        (READING.replace("8e9", "eight"), 400, "not a number"),
        (READING.replace("2024", "2024-13"), 400, "is no period"),
        (READING.replace("Arizona", "Atlantis"), 400, "Atlantis"),
        (READING.replace("trade.by_state.exports", "trade"), 400, "is not known"),
        (READING.replace("=equals", "=maybe"), 400, "is not known"),
        (READING.replace("=equals", "=rank"), 400, "among is missing"),
        (READING.replace("Arizona", "Sonora"), 200, "Not checkable"),
        (READING.replace("2024", "2024-03"), 200, "Not comparable"),
    ],
)
def test_what_cannot_be_checked_is_said_in_words(web_client: TestClient, query: str, status: int, said: str) -> None:
    page = web_client.get(f"/en/claims?{query}")
    assert page.status_code in (status, 400 if status == 422 else status) and said in page.text


def test_programs_ask_for_verdicts_too(web_client: TestClient) -> None:
    body = web_client.get(f"/api/v1/claims/check?sentence={quote_plus(TRADE)}").json()
    assert body["verdict"] == "close" and body["verdicts"][0]["series"] == "trade.by_state.two_way"
    assert len(web_client.get("/api/v1/claims").json()["verdicts"]) >= 15
    assert web_client.get("/api/v1/claims/check?sentence=/etc/passwd.toml").json()["readings"] == []
