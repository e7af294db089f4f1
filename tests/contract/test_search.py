"""Search: what must be found by which words, in both languages, whatever the spelling."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ambos.catalog import Catalog, load
from ambos.catalog.words import load_words
from ambos.errors import BadRequest
from ambos.flows.data.search import find, index_of, search
from ambos.flows.workspace import open_workspace

#: Words, what must be found, and among how many of the first.
FIRST = [
    ("agriculture", "code:commodity_groups/vegetable_products", 3),
    ("agrícola", "code:commodity_groups/vegetable_products", 3),
    ("exportaciones", "series:trade.by_state.exports", 1),
    ("exports", "series:trade.by_state.exports", 1),
    ("imports through ports", "series:trade.through_ports.imports", 1),
    ("Agua Prieta", "place:260101", 3),
    ("agua prieta", "place:2601", 3),
    ("Hermosillo", "place:MX-26030", 1),
    ("Sonoyta", "place:2602", 1),
    ("Guaymas", "place:MX-26029", 1),
    ("Nogales III", "place:260402", 1),
    ("total trade", "series:trade.by_state.two_way", 1),
    ("comercio bilateral", "series:trade.by_state.two_way", 1),
    ("línea exprés", "term:sentri", 1),
    ("linea expres", "code:lanes/sentri", 3),
    ("camiones", "series:crossings.trucks", 1),
    ("Trucks", "series:crossings.trucks", 1),
    ("overweight permits", "record:commitment/overweight-permits-2014", 1),
    ("fiebre del valle", "record:commitment/valley-fever-surveillance", 3),
    ("SENTRI", "code:lanes/sentri", 3),
    ("NOx", "term:nox", 1),
    ("óxidos de nitrógeno", "term:nox", 3),
    ("lake mead", "place:mead", 3),
    ("lago Mead", "series:river.elevation", 3),
    ("crosings", "page:crossings", 1),
    ("exportasiones", "series:trade.by_state.exports", 1),
    ("Duglas", "place:2601", 1),
    ("deconcinni", "place:260401", 1),
    ("Nogales", "place:2604", 1),
    ("260402", "place:260402", 1),
    ("sonora", "place:MX-SON", 1),
    ("peatones", "series:crossings.pedestrians", 1),
    ("autos", "series:crossings.personal_vehicles", 1),
    ("wait times", "series:waits.median", 1),
    ("esperas en nogales", "series:waits.median", 3),
    ("reportes faltantes", "series:waits.share_missing", 1),
    ("tipo de cambio", "series:fx.usd_mxn", 1),
    ("exchange rate", "series:fx.usd_mxn", 1),
    ("cobre", "code:hs2/74", 1),
    ("hs 85", "code:hs2/85", 3),
    ("ganado", "code:hs2/01", 1),
    ("balanza comercial", "question:no_balance", 3),
    ("why no southbound", "question:no_southbound", 3),
    ("Acta 323", "term:minute", 3),
    ("shortage tier", "term:shortage_tier", 1),
    ("reserva de México", "page:river/reserve", 3),
    ("calidad del aire", "page:air", 3),
    ("PM2.5", "term:pm25", 1),
    ("ozono", "code:pollutants/o3", 1),
    ("banxico", "source:banxico_fix", 1),
    ("computed not counted", "check:fixed_factor", 1),
    ("yuma county", "place:04027", 1),
    ("preliminar", "question:provisional", 3),
    ("how do I cite a figure", "question:cite", 1),
    ("contenedores vacíos", "code:measures/truck_containers_empty", 3),
    ("gemelo digital", "term:twin", 3),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


@pytest.mark.parametrize(("query", "wanted", "among"), FIRST)
def test_words_find_the_right_thing_among_the_first(catalog: Catalog, query: str, wanted: str, among: int) -> None:
    found = [entry.key for entry, _ in find(index_of(catalog), query)]
    assert wanted in found[:among], found[:6]


def test_the_index_is_made_once(catalog: Catalog) -> None:
    assert index_of(catalog) is index_of(catalog)


def test_what_no_word_is_like_finds_nothing_and_says_so(tmp_path: Path) -> None:
    answer = search(open_workspace(tmp_path / "none"), "xyzzyq")
    assert answer.table("results").rows == ()
    assert answer.problems


@pytest.mark.parametrize("query", ["", " - ", "?!", "x" * 201])
def test_a_query_without_words_or_too_long_is_refused(tmp_path: Path, query: str) -> None:
    with pytest.raises(BadRequest):
        search(open_workspace(tmp_path / "none"), query)


def test_synonyms_name_only_what_there_is(catalog: Catalog) -> None:
    known = {entry.key for entry in index_of(catalog).entries}
    named = {key for group in load_words(catalog).synonyms.values() for key in group.finds}
    assert named <= known


def test_every_result_links_to_a_page_in_the_language_asked_for(web_client: TestClient) -> None:
    for query in ("sentri", "ozono", "nogales", "exportaciones", "banxico", "balanza", "calculado"):
        page = web_client.get("/es/search", params={"q": query}).text
        links = re.findall(r'<p><a href="([^"]+)"', page)
        assert links
        assert all(link.startswith("/es/") for link in links)


def test_words_of_a_query_are_shown_and_never_obeyed(web_client: TestClient) -> None:
    page = web_client.get("/en/search", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["glossary", "faq", "about"])
def test_pages_of_words_are_in_both_languages(web_client: TestClient, path: str) -> None:
    assert web_client.get(f"/en/{path}").text != web_client.get(f"/es/{path}").text


def test_links_of_the_questions_name_pages_and_series_that_exist(catalog: Catalog) -> None:
    words = load_words(catalog)
    for question in words.questions.values():
        for link in question.links:
            name = link.strip("/").partition("?")[0]
            kind, _, id = name.partition("/")
            if kind == "series":
                assert id in catalog.series, link
            elif kind == "crossings" and id:
                assert catalog.place(id).kind in ("port", "crossing"), link
            else:
                assert name in words.pages, link
