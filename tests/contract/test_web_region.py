"""Home, topics, ports and crossings, places."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from ambos.flows.region.places import held_at, newest_by_place, series_at
from ambos.model import Series

LANGUAGES = ("en", "es")


def addresses(html: str) -> set[str]:
    return set(re.findall(r'href="(/[^"#?]*)', html))


@pytest.mark.parametrize(("asked", "first"), [("es-MX,es;q=0.9,en;q=0.8", "es"), ("en-US", "en"), ("", "en")])
def test_the_root_offers_both_languages_first_the_preferred_one(web_client: TestClient, asked: str, first: str) -> None:
    response = web_client.get("/", headers={"Accept-Language": asked}, follow_redirects=False)
    assert response.status_code == 200
    assert re.findall(r'class="enter" href="/(..)"', response.text) == [first, "es" if first == "en" else "en"]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_is_small_and_says_how_old_its_waits_are(web_client: TestClient, language: str) -> None:
    response = web_client.get(f"/{language}")
    assert len(response.content) < 100_000
    told = {"en": "these are the waits of that day", "es": "son las esperas de ese día"}
    assert told[language] in response.text  # the embedded reports are of June 2026
    days = (datetime.now(UTC) - datetime(2026, 6, 30, 23, tzinfo=UTC)).days
    assert re.search(rf"\b{days:,} {'days' if language == 'en' else 'días'}", response.text)
    for words in {"en": ("Minute 323", "Do not say", "Nogales – DeConcini"), "es": ("Acta 323", "No diga")}[language]:
        assert words in response.text


def test_every_number_of_the_plenary_stands_with_what_not_to_say(web_client: TestClient) -> None:
    brief = web_client.app.state.site.workspace.catalog.brief  # type: ignore[attr-defined]
    cover = [entry for entry in brief["quote"] if entry["id"] in brief["document"]["cover"]]
    page = web_client.get("/es").text
    for entry in cover:
        assert entry["label"]["es"] in page
    assert page.count("No diga:") == len(cover) == 10


def test_every_topic_shows_its_charts_tables_and_series(web_client: TestClient) -> None:
    topics = web_client.app.state.site.workspace.catalog.topics  # type: ignore[attr-defined]
    listed = addresses(web_client.get("/en/topics").text)
    assert {f"/en/topics/{id}" for id in topics} <= listed
    page = web_client.get("/en/topics/trade-by-state")
    assert page.status_code == 200
    assert "/en/series/trade.by_state.exports" in addresses(page.text)
    assert 'src="/en/topics/trade-by-state/state-trade.svg"' in page.text
    chart = web_client.get("/en/topics/trade-by-state/state-trade.svg")
    assert chart.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(("language", "words"), [("en", "June 30, 2024"), ("es", "30 de junio de 2024")])
def test_reservoirs_of_a_day_are_a_page_of_their_topic(web_client: TestClient, language: str, words: str) -> None:
    page = web_client.get(f"/{language}/dams?date=2024-06-30")
    assert page.status_code == 200
    assert words in page.text and "782.1" in page.text and "297.6" in page.text  # the nine of the state, and El Novillo
    assert web_client.get(f"/{language}/dams?date=1965-01-01").status_code == 404
    assert f"/{language}/dams" in addresses(web_client.get(f"/{language}/topics/water").text)


@pytest.mark.parametrize(("language", "words"), [("en", "Millions of dollars"), ("es", "Millones de pesos")])
def test_industries_of_both_states_are_a_page(web_client: TestClient, language: str, words: str) -> None:
    page = web_client.get(f"/{language}/economy?year=2021")
    assert page.status_code == 200
    assert words in page.text and "37,603" in page.text and "231,546" in page.text  # manufacturing, BEA and INEGI
    assert web_client.get(f"/{language}/economy?year=1900").status_code == 404
    topic = web_client.get(f"/{language}/topics/economy")
    assert f"/{language}/economy" in addresses(topic.text)
    assert "/topics/economy/economy-sonora-exports.svg" in topic.text


def test_every_series_belongs_to_a_topic(web_client: TestClient) -> None:
    from ambos.flows.region.topics import series_in

    workspace = web_client.app.state.site.workspace  # type: ignore[attr-defined]
    told = {one.id for topic in workspace.catalog.topics.values() for one in series_in(workspace, topic)}
    assert told == set(workspace.catalog.series)


def test_all_crossings_of_the_region_are_listed_with_their_last_waits(web_client: TestClient) -> None:
    catalog = web_client.app.state.site.workspace.catalog  # type: ignore[attr-defined]
    page = web_client.get("/es/crossings").text
    for id in catalog.region_places():
        if catalog.places[id].kind in ("port", "crossing"):
            assert f'href="/es/crossings/{catalog.places[id].slug}"' in page
    assert page.count("<svg") == 2
    assert "Tratado de La Mesilla" in page


def test_a_question_for_all_places_of_a_kind_gives_what_one_for_each_gives(web_client: TestClient) -> None:
    workspace = web_client.app.state.site.workspace  # type: ignore[attr-defined]
    for kind in ("dam", "basin"):
        newest = newest_by_place(workspace, kind)
        for place in [p for p in workspace.catalog.places.values() if p.kind == kind][:3]:
            assert held_at(workspace, place, newest) == held_at(workspace, place)
        assert newest


def test_a_crossing_has_waits_hours_map_and_the_counts_of_its_port(web_client: TestClient) -> None:
    page = web_client.get("/en/crossings/nogales-mariposa?lane=commercial/fast").text
    assert '<option value="commercial/fast" selected>' in page
    assert "/en/crossings/nogales-mariposa/hours-260402.svg?lane=commercial%2Ffast" in page
    assert "counted by port, not by crossing" in page
    assert "06:00–22:00" in page
    assert re.search(r'<a href="/en/crossings/nogales" class="here"', page)
    assert "/en/try?crossing=mariposa" in page
    assert "Mariposa open only 8 am to 8 pm" in page


def test_a_port_without_waits_says_so_and_shows_its_counts(web_client: TestClient) -> None:
    page = web_client.get("/en/crossings/sasabe").text
    assert "No report of a wait is held." in page
    assert "Sasabe: personal vehicles, entries by month" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/crossings/nowhere", 404),
        ("/en/crossings/arizona", 404),
        ("/en/crossings/nogales-mariposa?lane=passenger/ready", 400),
        ("/en/crossings/nogales-mariposa?lane=%3Cb%3E", 400),
        ("/en/crossings/nogales-mariposa/none.svg", 404),
        ("/en/topics/weather", 404),
        ("/en/topics/air/none.svg", 404),
        ("/en/places/atlantis", 404),
    ],
)
def test_what_is_not_there_is_refused(web_client: TestClient, path: str, status: int) -> None:
    assert web_client.get(path).status_code == status


def test_places_are_found_by_word_and_code_in_either_language(web_client: TestClient) -> None:
    assert "/en/places/nogales-deconcini" in addresses(web_client.get("/en/places?q=deconcini").text)
    assert "/en/places/lake-mead" in addresses(web_client.get("/en/places?q=lago+mead").text)
    assert "/en/places/nogales" in addresses(web_client.get("/en/places?q=2604").text)
    assert "No place of which figures are held matches." in web_client.get("/en/places?q=qqqq").text


def test_a_place_lists_the_newest_figure_of_each_series(web_client: TestClient) -> None:
    page = web_client.get("/es/places/lake-mead").text
    assert "/es/series/river.elevation_daily?place=lake-mead" in page
    assert "1,037.60 P" in page
    assert "hace" in page


def test_rates_are_asked_only_where_they_are_kept(web_client: TestClient) -> None:
    workspace = web_client.app.state.site.workspace  # type: ignore[attr-defined]
    ids = {s.id for s in series_at(workspace, workspace.catalog.place("US-AZ")) if isinstance(s, Series)}
    assert "crossings.trucks" in ids
    assert not {id for id in ids if id.startswith("waits.mean") or id == "air.index_median"}


def test_a_municipality_has_a_map_its_people_and_the_nearest_ports(web_client: TestClient) -> None:
    """Agua Prieta by its slug, although the port across the line is found by that name too."""
    page = web_client.get("/en/places/agua-prieta").text
    assert page.count('<path class="marked"') == 1 and page.count("<circle") == 6
    assert "INEGI (AGEM" in page and "91,929" in page
    assert {"/en/places/douglas", "/en/crossings/douglas"} <= addresses(page)
    assert page.index("/en/crossings/douglas") < page.index("/en/crossings/naco")  # the nearer first


def test_the_map_of_a_place_names_both_states_and_every_port(web_client: TestClient) -> None:
    page = web_client.get("/es/places/hermosillo").text
    names = re.findall(r'<text class="(side|port)"[^>]*>([^<]+)</text>', page)
    assert {name for kind, name in names if kind == "side"} == {"Arizona", "Sonora"}
    assert {name for kind, name in names if kind == "port"} == {
        *("San Luis", "Lukeville", "Sasabe", "Nogales", "Naco", "Douglas")
    }
    assert page.index("<figure") < page.index("Qué se tiene"), "before the figures"
    assert "hace 5 años" in page and "2,159" not in page


def test_a_port_names_its_counterpart_where_it_is_known(web_client: TestClient) -> None:
    assert "Sonoyta" in web_client.get("/es/places/lukeville").text
    assert "no se tiene el nombre del puerto de ese lado" in web_client.get("/es/places/nogales-morley").text


def test_every_municipality_and_county_drawn_is_a_place(web_client: TestClient) -> None:
    from ambos.flows.region.boundaries import boundaries

    catalog = web_client.app.state.site.workspace.catalog  # type: ignore[attr-defined]
    drawn = boundaries(catalog)
    assert drawn and len(drawn.places) == 15 + 72 and set(drawn.places) <= set(catalog.places)


def test_a_topic_names_its_further_pages_by_their_titles(web_client: TestClient) -> None:
    page = web_client.get("/es/topics/river").text
    assert '<a href="/es/river/outlook">Perspectiva del río Colorado: probabilidad de cada nivel</a>' in page
