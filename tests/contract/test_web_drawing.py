"""Charts that the server draws: sizes, colours, forms."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
from fastapi.testclient import TestClient

CHART = "/en/series/crossings.trucks/chart"


def test_a_page_names_the_drawings_of_its_chart_and_their_sizes(web_client: TestClient) -> None:
    page = web_client.get("/en/series/crossings.trucks?freq=A&from=2015").text
    drawings = re.findall(r'(?:srcset|src)="([^"]+chart[.]svg[^"]*)" width="(\d+)" height="(\d+)"', page)
    assert len(drawings) == 4
    for address, width, height in drawings:
        drawn = web_client.get(address.replace("&amp;", "&"))
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        root = ElementTree.fromstring(drawn.text)
        assert (float(root.attrib["width"]), round(float(root.attrib["height"]))) == (float(width), int(height))


def test_a_dark_drawing_has_none_of_the_light_colours(web_client: TestClient) -> None:
    light, dark = (web_client.get(f"{CHART}.svg?freq=A&dark={dark}").text for dark in ("false", "true"))
    assert "#00616b" in light
    assert "#00616b" not in dark
    assert "#4fb8c2" in dark


def test_a_picture_that_stands_alone_says_what_it_shows_and_where_it_comes_from(web_client: TestClient) -> None:
    alone = web_client.get(f"{CHART}.svg?freq=A&size=alone").text
    for words in ("Trucks entering the United States", "Source: BTS", "Known up to"):
        assert words in alone
    png = web_client.get(f"{CHART}.png?freq=A")
    assert png.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("series", "mark"),
    [
        ("river.mexico.satisfaction?from=1990", "rect"),
        ("crossings.trucks?freq=A", "line"),
        ("waits.mean_by_hour?place=deconcini", "line"),
        ("waits.mean_by_hour_weekday?place=deconcini&freq=all", "rect"),
        ("trade.by_state_commodity.exports?item=*", "rect"),
    ],
)
def test_the_kind_of_a_chart_follows_from_the_figures(web_client: TestClient, series: str, mark: str) -> None:
    id, _, query = series.partition("?")
    spec = web_client.get(f"/en/series/{id}/chart.json?{query}").json()
    marks = {layer["mark"]["type"] for layer in spec["layer"]}
    assert mark in marks


def test_figures_of_hours_are_not_drawn(web_client: TestClient) -> None:
    asked = "place=deconcini&from=2026-01-01&to=2026-01-02"
    assert web_client.get(f"/en/series/waits.reports/chart.svg?{asked}").status_code == 404


def test_the_specification_says_every_value_to_who_points_at_it(web_client: TestClient) -> None:
    spec = web_client.get(f"{CHART}.json?freq=A&from=2020&place=nogales").json()
    hints = [hint["t"] for hint in spec["datasets"]["hints"]]
    assert "Trucks entering the United States, 2024: 404,588 trucks" in hints
    assert "hints" not in web_client.get(f"{CHART}.svg?freq=A&from=2020&place=nogales").text
    heat = web_client.get("/es/series/waits.mean_by_hour_weekday/chart.json?place=deconcini").json()
    assert any(hint["t"].startswith("lun 8:00: ") for hint in heat["datasets"]["hints"])
