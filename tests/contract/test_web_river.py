"""Pages of the river: every verb has a form, shows its answer, and says why it refuses one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from ambos.cli import VERBS

PAGES = ("", "/scenario", "/outlook?traces=20&years=3", "/schedule", "/ledger", "/reserve", "/cap", "/plant")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", PAGES)
def test_each_verb_has_a_page_with_a_form_figures_and_what_to_know(
    web_client: TestClient, language: str, path: str
) -> None:
    response = web_client.get(f"/{language}/river{path}")
    assert response.status_code == 200
    for part in ('<form class="choose"', '<table class="shown', 'class="notes-of"', 'class="kind-of"'):
        assert part in response.text


def test_a_year_shows_the_rule_that_fired_and_its_source(web_client: TestClient) -> None:
    page = web_client.get("/en/river?year=2023").text
    assert "The rule that applies" in page
    assert "Tier 2a" in page
    assert "Minute 323" in page


def test_the_cuts_of_a_year_or_a_level_are_drawn_by_part(web_client: TestClient) -> None:
    page = web_client.get("/es/river?year=2023").text
    assert 'src="/es/river/cuts.svg?year=2023"' in page
    values = page.partition('id="cuts"')[2].partition("</details>")[0]
    # Tier 2a: 2007 Guidelines 400 and DCP 192 kaf of Arizona
    assert "493.4" in values and "236.8" in values
    drawn = web_client.get("/en/river/cuts.json?elevation=1040&year=2026").json()["datasets"]
    assert "640" in {row["t"] for row in drawn["texts"]}


@pytest.mark.parametrize("query", ["?year=2027", "?elevation=1200&year=2026"])
def test_no_cuts_are_drawn_where_no_table_gives_any(web_client: TestClient, query: str) -> None:
    assert 'id="cuts"' not in web_client.get(f"/en/river{query}").text
    assert web_client.get(f"/en/river/cuts.svg{query}").status_code == 404


def test_empty_fields_of_a_form_ask_what_no_field_asks(web_client: TestClient) -> None:
    empty = web_client.get("/es/river?year=2023&elevation=&as_of=").text
    plain = web_client.get("/es/river?year=2023").text
    assert empty.partition("<main")[2].partition("</form>")[2] == plain.partition("<main")[2].partition("</form>")[2]


def test_what_the_rules_refuse_is_said_above_the_form_with_what_was_typed(web_client: TestClient) -> None:
    response = web_client.get("/es/river?year=1900")
    assert response.status_code in (400, 404)
    assert 'role="alert"' in response.text
    assert 'value="1900"' in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    ["?elevation=abc", "?year=99999", "?elevation=1e999", "/outlook?traces=5000", "/outlook?years=31", "/plant?unit=x"],
)
def test_a_value_out_of_range_is_refused_before_any_work(web_client: TestClient, query: str) -> None:
    assert web_client.get(f"/en/river{query}").status_code == 400


def test_an_outlook_says_that_it_is_no_forecast(web_client: TestClient) -> None:
    assert "Not a forecast" in web_client.get("/en/river/outlook?traces=20&years=3").text


@pytest.mark.parametrize(
    ("path", "figure"),
    [
        ("river", "river-mead"),
        ("river/scenario", "river-scenarios"),
        ("river/ledger", "river-mexico"),
        ("air", "air-days"),
    ],
)
def test_a_page_shows_the_charts_of_the_dossier_with_their_values(
    web_client: TestClient, path: str, figure: str
) -> None:
    page = web_client.get(f"/es/{path}").text
    assert f'src="/es/figures/{figure}.svg"' in page
    assert "Valores en una tabla" in page or "<summary>" in page
    assert web_client.get(f"/es/figures/{figure}.svg").headers["content-type"] == "image/svg+xml"
    assert web_client.get(f"/es/figures/{figure}.json").json()["datasets"]["hints"]


def test_a_chart_that_no_page_shows_is_refused(web_client: TestClient) -> None:
    assert web_client.get("/en/figures/river-powell.svg").status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "path",
    [
        *(f"river{path}" for path in PAGES),
        *(
            "river?year=2027",
            "river?year=2045",
            "river/outlook?set=guidelines_2027",
            "river?year=2026&as_of=2020-01-01",
        ),
        *("river/outlook?start=2027-03-01", "river/reserve?opening=5", "river?elevation=1040&flood_control=true"),
        *(
            "air",
            "air/pairs",
            "series/river.elevation?place=lake-mead&freq=A",
            "series/crossings.trucks?as_of=1990-01-01",
        ),
    ],
)
def test_no_page_names_a_command_line(web_client: TestClient, language: str, path: str) -> None:
    page = web_client.get(f"/{language}/{path}").text
    words = unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main")[0]))
    verbs = "|".join(VERBS)
    assert not re.findall(rf"\bambos (?:{verbs})\b|(?<![\w-])--[a-z]", words)
