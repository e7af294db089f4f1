"""Pages of series: selection, forms, files, citation, embedding, what was known when."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from itertools import pairwise

import openpyxl
import polars as pl
import pytest
from fastapi.testclient import TestClient

from command_line import Shell

ASKED = "place=nogales&place=san-luis&from=2015&freq=A"
SERIES = "crossings.trucks"


def _rows(client: TestClient, query: str, series: str = SERIES) -> list[dict[str, object]]:
    response = client.get(f"/en/series/{series}.json?{query}")
    assert response.status_code == 200, response.text
    return list(response.json()["data"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_says_what_the_series_is_and_what_is_wrong_with_it(web_client: TestClient, language: str) -> None:
    page = web_client.get(f"/{language}/series/{SERIES}?{ASKED}").text
    warning = {"en": "Northbound only", "es": "Solo hacia el norte"}[language]
    assert warning in page
    assert page.index(warning) < page.index("<figure")
    for part in (".csv?", ".xlsx?", "chart.svg?", "@misc{", "&lt;iframe", "og:image", "/sources/bts_border_crossing"):
        assert part in page


def test_findings_beside_a_series_are_links(web_client: TestClient) -> None:
    page = web_client.get(f"/en/series/{SERIES}?freq=A").text
    links = [unescape(link) for link in re.findall(r'href="(/en/findings/[^"]+)"', page)]
    assert links
    assert web_client.get(links[0]).status_code == 200


def test_a_form_keeps_the_selection(web_client: TestClient) -> None:
    page = web_client.get(f"/en/series/{SERIES}?{ASKED}&form=index&base=2016").text
    assert re.search(r'value="san-luis" checked', page)
    assert re.search(r'<option value="index" selected>', page)
    assert 'name="base" type="number" min="1000" max="9999" value="2016"' in page


def test_an_empty_form_is_the_series_itself(web_client: TestClient) -> None:
    empty = web_client.get(f"/en/series/{SERIES}.csv?from=&to=&freq=&as_of=&form=&base=&currency=&year=calendar")
    assert empty.text == web_client.get(f"/en/series/{SERIES}.csv").text


def test_files_have_the_rows_of_the_command_line(web_client: TestClient, shells: dict[str, Shell]) -> None:
    words = ["--place", "nogales", "--place", "san-luis", "--from", "2015", "--freq", "A"]
    shell = shells["en"]
    assert (
        web_client.get(f"/api/v1/series/{SERIES}/data.csv?{ASKED}").text == shell("show", SERIES, *words, "--csv").out
    )
    printed = json.loads(shell("show", SERIES, *words, "--json").out)
    assert _rows(web_client, ASKED) == printed["data"]
    frame = pl.read_parquet(io.BytesIO(web_client.get(f"/en/series/{SERIES}.parquet?{ASKED}").content))
    assert frame["value"].to_list() == [row["value"] for row in printed["data"]]
    book = openpyxl.load_workbook(io.BytesIO(web_client.get(f"/es/series/{SERIES}.xlsx?{ASKED}").content))
    assert book.sheetnames == ["Datos", "Notas y fuentes", "Columnas"]
    head, *rows = book["Datos"].iter_rows(values_only=True)
    at = head.index("Valor")
    assert [row[at] for row in rows] == [row["value"] for row in printed["data"]]
    beside = list(book["Notas y fuentes"].iter_rows(values_only=True))
    assert any(row[0] == "Antes de citarla" and "Solo hacia el norte" in str(row[1]) for row in beside)
    assert ("Estatus M", "Faltante: sin cifra, lo que no equivale a cero.") in beside
    spanish = pl.read_csv(io.BytesIO(web_client.get(f"/es/series/{SERIES}.csv?{ASKED}").content))
    assert set(spanish["Serie"]) == {"Camiones de carga que ingresan a Estados Unidos"}
    assert spanish.columns == list(head) and set(spanish["Unidad"]) == {"camiones de carga"}


def test_growth_index_and_shares_rest_on_the_figures(web_client: TestClient) -> None:
    plain = {(r["place"], r["period"]): r["value"] for r in _rows(web_client, ASKED)}
    growth = {(r["place"], r["period"]): r for r in _rows(web_client, f"{ASKED}&form=growth")}
    index = {(r["place"], r["period"]): r for r in _rows(web_client, f"{ASKED}&form=index&base=2016")}
    share = {(r["place"], r["period"]): r for r in _rows(web_client, f"{ASKED}&form=share")}
    now, before = plain["2604", "2024"], plain["2604", "2023"]
    assert growth["2604", "2024"]["value"] == pytest.approx(100 * (now - before) / before)  # type: ignore[operator]
    assert growth["2604", "2015"]["value"] is None
    assert index["2604", "2024"]["value"] == pytest.approx(100 * now / plain["2604", "2016"])  # type: ignore[operator]
    assert index["2604", "2016"]["value"] == 100
    both = [value for (_, period), value in plain.items() if period == "2024"]
    assert share["2604", "2024"]["value"] == pytest.approx(100 * now / sum(both))  # type: ignore[operator, arg-type]
    assert share["2604", "2025"]["value"] is None
    assert {growth["2604", "2024"]["unit"], index["2604", "2024"]["unit"]} == {"percent", "index"}


def test_quarters_are_three_months_and_set_beside_the_quarter_before(web_client: TestClient) -> None:
    shown = "place=2604&from=2023-Q1&to=2023-Q4"
    months = [r["value"] for r in _rows(web_client, f"{shown}&freq=M")]
    quarters = _rows(web_client, f"{shown}&freq=Q")
    assert [r["period"] for r in quarters] == [f"2023-Q{n}" for n in (1, 2, 3, 4)]
    sums = [sum(months[i : i + 3]) for i in (0, 3, 6, 9)]  # type: ignore[arg-type]
    assert [r["value"] for r in quarters] == sums
    change = [r["value"] for r in _rows(web_client, f"{shown}&freq=Q&form=previous")]
    assert change == [None, *(pytest.approx(100 * (b - a) / a) for a, b in pairwise(sums))]


@pytest.mark.parametrize(
    "query", ["form=share&place=nogales&freq=A", "form=index&base=1950&freq=A", "form=growth&freq=all"]
)
def test_a_form_without_meaning_is_refused(web_client: TestClient, query: str) -> None:
    assert web_client.get(f"/es/series/{SERIES}?{query}").status_code == 400


def test_shares_of_a_place_and_its_part_are_refused(web_client: TestClient) -> None:
    response = web_client.get(f"/en/series/{SERIES}?place=arizona&place=nogales&freq=A&form=share")
    assert response.status_code == 400
    assert "part of another" in response.text


def test_hours_without_a_time_are_those_of_the_newest_day(web_client: TestClient) -> None:
    rows = _rows(web_client, "place=deconcini", "waits.reports")
    assert len({str(row["period"])[:10] for row in rows}) == 1


def test_hours_of_a_day_are_drawn_and_those_of_more_days_are_not(web_client: TestClient) -> None:
    address = "/en/series/waits.reports/chart.json?place=deconcini&from=2025-06-10&to=2025-06-"
    drawn = web_client.get(address + "10")
    hints = drawn.json()["datasets"]["hints"]
    rows = _rows(web_client, "place=deconcini&from=2025-06-10&to=2025-06-10", "waits.reports")
    assert len(hints) == sum(row["value"] is not None for row in rows) > 20
    assert web_client.get(address + "11").status_code == 404
    page = web_client.get("/es/series/waits.reports?place=deconcini&from=2025-06-10&to=2025-06-11").text
    assert "Las horas se grafican de un solo día" in page


def test_a_page_names_the_address_that_it_was_asked_at(web_client: TestClient) -> None:
    for host in ("one.example", "two.example"):
        page = web_client.get(f"/en/series/{SERIES}?freq=A", headers={"Host": host}).text
        assert set(re.findall(r"https?://(\w+\.example)", page)) == {host}
        # what other sites may be led to does not follow a name that a client sends
        assert f'rel="canonical" href="/en/series/{SERIES}?freq=A"' in page
        assert f'hreflang="es" href="/es/series/{SERIES}?freq=A"' in page


def test_days_are_read_as_they_are_written_in_spanish(web_client: TestClient) -> None:
    plain = web_client.get(f"/es/series/{SERIES}?place=nogales&from=2024-01&to=2024-06-30&as_of=2026-01-31")
    for slash in ("/", "%2F", "%2f"):
        days = "from=1/2024&to=30/06/2024&as_of=31/01/2026".replace("/", slash)
        assert web_client.get(f"/es/series/{SERIES}?place=nogales&{days}").text == plain.text
    assert 'value="1/2/2024"' in web_client.get("/es/series?q=1/2/2024").text  # words are left as they are
    assert web_client.get(f"/es/series/{SERIES}?from=31/02/2024").status_code == 400
    assert web_client.get(f"/en/series/{SERIES}?from=01/02/2024").status_code == 400  # of two readings none is guessed


def test_events_of_the_figures_are_told_beside_them(web_client: TestClient) -> None:
    page = web_client.get("/en/series/crossings.personal_vehicles?place=lukeville&from=2023-10&to=2024-02").text
    assert "Events in the time and places shown" in page


def test_more_figures_than_a_page_can_hold_are_refused(web_client: TestClient) -> None:
    assert web_client.get("/en/series/waits.reports?from=2022").status_code == 400


def test_an_embedded_figure_may_be_framed_and_says_whether_it_updates(web_client: TestClient) -> None:
    live = web_client.get(f"/en/embed/series/{SERIES}?freq=A")
    fixed = web_client.get(f"/en/embed/series/{SERIES}?freq=A&as_of=2025-06-30")
    assert "frame-ancestors *" in live.headers["content-security-policy"]
    assert "updates itself" in live.text
    ended = web_client.get(f"/en/embed/series/{SERIES}?freq=A&to=2024")
    assert "fixed as it was known on June 30, 2025" in fixed.text
    assert "ends on December 31, 2024" in ended.text


def test_revised_figures_stand_beside_what_was_known_before(web_client: TestClient) -> None:
    page = web_client.get(f"/en/series/{SERIES}/revisions?freq=A").text
    assert "known of one day only: nothing can be compared yet" in page


def test_the_list_names_unit_span_and_source_and_is_filtered_by_words(web_client: TestClient) -> None:
    every, some = web_client.get("/en/series").text, web_client.get("/es/series?q=camiones").text
    assert every.count("<tr>") > some.count("<tr>") > 1
    assert "January 1996 – " in every
    assert "camiones de carga" in some
    assert web_client.get("/en/series?q=xyzzy").status_code == 200
