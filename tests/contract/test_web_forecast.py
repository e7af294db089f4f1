"""The page of the forecast of waits: form, answer, picture and refusal in both languages."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

ASKED = "forecast/waits?crossing=naco-crossing&lane=commercial/standard"


def test_the_page_asks_for_a_crossing_first(web_client: TestClient) -> None:
    page = web_client.get("/es/forecast/waits")
    assert page.status_code == 200
    assert '<form class="choose"' in page.text and '<table class="shown' not in page.text


def test_a_forecast_has_tables_a_picture_and_what_to_know_in_both_languages(web_client: TestClient) -> None:
    for language, said in (("en", "THE LAST REPORT HELD IS"), ("es", "EL ÚLTIMO REPORTE QUE SE TIENE")):
        page = web_client.get(f"/{language}/{ASKED}")
        assert page.status_code == 200
        for part in ('<table class="shown', 'class="notes-of"', 'class="kind-of"', said):
            assert part in page.text
        picture = re.search(rf"/{language}/forecast/waits/forecast-waits\.svg[^\"]*", page.text)
        assert picture
        drawn = web_client.get(picture[0].replace("&amp;", "&"))
        assert drawn.status_code == 200 and drawn.text.startswith("<svg")


def test_what_cannot_be_forecast_is_said_above_the_form(web_client: TestClient) -> None:
    refused = web_client.get("/en/forecast/waits?crossing=nogales-morley&lane=passenger/standard")
    assert refused.status_code == 404 and 'role="alert"' in refused.text
    assert web_client.get("/en/forecast/waits?crossing=nowhere").status_code == 404
    assert web_client.get("/en/forecast/waits?crossing=nogales").status_code == 400


def test_the_code_of_a_crossing_leads_to_its_name(web_client: TestClient) -> None:
    led = web_client.get("/es/forecast/waits?crossing=260301", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (307, "/es/forecast/waits?crossing=naco-crossing")
