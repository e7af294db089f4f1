"""The river's fetch functions against a server that answers as each source does, wrongly where that is wanted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ambos.catalog import Catalog
from ambos.errors import FetchFailed, KeyRefused, SourceError
from ambos.flows.data.build import build
from ambos.flows.data.fetch import fetch
from ambos.flows.data.listing import list_sources
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace
from ambos.model import Code, CodeList
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched, File, Rows
from ambos.sources.shared.http import Client
from ambos.sources.shared.members import members
from ambos.store import Store
from local_server import NOW, Asked, LocalServer, Reply

RIVER = Path(__file__).parent.parent / "specimens" / "river"
SINCE = date(2024, 1, 1)
HTML = b"<!DOCTYPE html>\n<html><head><title>Terms of use</title></head><body>Accept?</body></html>"
JSON_API = "application/vnd.api+json; charset=utf-8"
RESULT = "/rise/api/result"
DAILY = "/ogcapi/v0/collections/daily/items"
LATEST = "/ogcapi/v0/collections/latest-continuous/items"
EXPORT = "/AQWebportal/Export/DataSet"


@pytest.fixture
def one(catalog: Catalog) -> Catalog:
    """One reservoir, and one gauge that both agencies publish."""
    reservoirs, gauges = catalog.codelists["reservoir"], catalog.codelists["gauges"]
    powell = CodeList("reservoir", {"powell": reservoirs["powell"]})
    lees = gauges["colorado_lees_ferry"]
    gauge = Code(lees.id, lees.name, {"usgs": ("09380000",), "ibwc": ("Discharge.Daily Rounded cfs@09380000",)})
    codelists = {**catalog.codelists, "reservoir": powell, "gauges": CodeList("gauges", {lees.id: gauge})}
    assert set(gauges.codes) > {lees.id}
    return replace(catalog, codelists=codelists)


def take(client: Client, catalog: Catalog, source: str) -> list[Fetched]:
    return list(CONNECTORS[source].fetch(client, catalog, SINCE))


def refuse(client: Client, catalog: Catalog, source: str, kind: type[SourceError] = FetchFailed) -> SourceError:
    with pytest.raises(kind) as caught:
        take(client, catalog, source)
    assert caught.value.say("en") != caught.value.say("es")
    return caught.value


def read(catalog: Catalog, source: str, fetched: Fetched) -> Rows:
    """Through the reader, as `ambos build` does it."""
    (member,) = members(File(fetched.name, fetched.content, fetched.retrieved_at))
    kind = CONNECTORS[source].recognise(member.name, member.head())
    assert kind, f"{member.name} is not recognised"
    (rows,) = CONNECTORS[source].read(member, kind, catalog)
    assert isinstance(rows, Rows)
    return rows


# -- RISE -------------------------------------------------------------------------------------------------
def rise(server: LocalServer, at_most: int = 10_000) -> dict[str, list[dict[str, Any]]]:
    """Serve the specimen: the description of each item, and its results in pages of `at_most`."""
    answers = json.loads((RIVER / "rise_powell.json").read_bytes())
    rows: dict[str, list[dict[str, Any]]] = {}
    for answer in answers:
        if isinstance(answer["data"], dict):
            item = str(answer["data"]["attributes"]["_id"])
            server.routes[f"/rise/api/catalog-item/{item}"] = [Reply(json.dumps(answer).encode(), JSON_API)]
        else:
            rows[item] = answer["data"]

    def reply(asked: Asked) -> Reply:
        item, page = asked.query["itemId"][0], int(asked.query["page"][0])
        size = min(at_most, int(asked.query["itemsPerPage"][0]))
        data = rows[item][(page - 1) * size : page * size]
        meta = {"totalItems": len(rows[item]), "itemsPerPage": size, "currentPage": page}
        return Reply(json.dumps({"links": {}, "meta": meta, "data": data}).encode(), JSON_API)

    server.routes[RESULT] = reply
    return rows


@pytest.mark.parametrize("at_most", [1, 2, 3, 10_000])
def test_each_page_of_rise_is_asked_once(server: LocalServer, client: Client, one: Catalog, at_most: int) -> None:
    rise(server, at_most)
    (fetched,) = take(client, one, "usbr_rise")
    assert fetched.name == "rise-powell-since-2024-01-01.json" and not fetched.headers
    assert server.times(RESULT) == 9 * -(-3 // at_most), "each page once"
    asked = next(a for a in server.asked if a.path == RESULT)
    assert asked.headers["accept"] == "application/vnd.api+json"
    assert asked.query["dateTime[after]"] == ["2024-01-01"] and asked.query["dateTime[before]"] == ["2024-10-01"]
    assert asked.query["order[dateTime]"] == ["ASC"] and asked.query["itemsPerPage"] == ["10000"]
    rows = read(one, "usbr_rise", fetched)
    assert rows.dataset == "reservoir_days" and not rows.rejected.height
    first, _, last = rows.frame.to_dicts()
    assert (first["date"], first["elevation_ft"]) == (date(2026, 1, 9), Decimal("3538.87"))
    assert (first["storage_af"], first["release_cfs"], last["release_cfs"]) == (6377993, 10544, None)


def test_rise_asks_only_for_items_that_a_reservoir_has(server: LocalServer, client: Client, catalog: Catalog) -> None:
    rise(server)
    error = refuse(client, catalog, "usbr_rise")
    assert "catalog-item/6123" in error.say("en"), "of the second reservoir the first item is asked for"
    assert not any("{" in a.path for a in server.asked)


def test_rise_without_results(server: LocalServer, client: Client, one: Catalog) -> None:
    for rows in rise(server).values():
        rows.clear()
    (fetched,) = take(client, one, "usbr_rise")
    assert read(one, "usbr_rise", fetched).frame.is_empty()


def test_rise_page_ignored(server: LocalServer, client: Client, one: Catalog) -> None:
    rise(server)
    page = {"meta": {"totalItems": 9}, "data": [{"attributes": {}}] * 3}
    server.routes[RESULT] = [Reply(json.dumps(page).encode(), JSON_API)]
    assert "the same rows came twice" in refuse(client, one, "usbr_rise").say("en")


def test_rise_ends_early(server: LocalServer, client: Client, one: Catalog) -> None:
    rise(server)
    page = {"meta": {"totalItems": 9}, "data": [{"attributes": {}}] * 3}
    server.routes[RESULT] = [
        Reply(json.dumps(page).encode(), JSON_API),
        Reply(json.dumps({**page, "data": []}).encode(), JSON_API),
    ]
    error = refuse(client, one, "usbr_rise")
    assert "3 of 9 rows came" in error.say("en") and "llegaron 3 de 9 renglones" in error.say("es")


@pytest.mark.parametrize(
    "body", [b'{"member": [], "totalItems": 0}', b'{"data": {}, "meta": {"totalItems": 1}}', b'{"data": []}', b"[]"]
)
def test_rise_in_another_shape(server: LocalServer, client: Client, one: Catalog, body: bytes) -> None:
    rise(server)
    server.routes[RESULT] = [Reply(body, JSON_API)]
    error = refuse(client, one, "usbr_rise")
    assert "not in the source's shape" in error.say("en") and "no tiene la forma" in error.say("es")


def test_rise_item_in_another_shape(server: LocalServer, client: Client, one: Catalog) -> None:
    rise(server)
    server.routes["/rise/api/catalog-item/508"] = [Reply(b'{"id": 508, "parameterUnit": "ft"}', "application/ld+json")]
    assert "not in the source's shape" in refuse(client, one, "usbr_rise").say("en")


def test_rise_stamps_of_another_hour_are_the_readers_to_refuse(
    server: LocalServer, client: Client, one: Catalog
) -> None:
    for rows in rise(server).values():
        for row in rows:
            row["attributes"]["dateTime"] = row["attributes"]["dateTime"].replace("T07", "T06")
    (fetched,) = take(client, one, "usbr_rise")
    rows_read = read(one, "usbr_rise", fetched)
    assert rows_read.frame.is_empty() and rows_read.rejected.height == 27


def test_rise_one_reservoir_does_not_stop_the_others(server: LocalServer, client: Client, catalog: Catalog) -> None:
    rise(server)
    mead = catalog.codelists["reservoir"]["mead"]
    codelists = {**catalog.codelists, "reservoir": CodeList("reservoir", {"mead": mead, **_powell(catalog)})}
    got = []
    with pytest.raises(FetchFailed, match="6123"):
        for fetched in CONNECTORS["usbr_rise"].fetch(client, replace(catalog, codelists=codelists), SINCE):
            got.append(fetched.name)
    assert got == ["rise-powell-since-2024-01-01.json"]


def _powell(catalog: Catalog) -> dict[str, Code]:
    return {"powell": catalog.codelists["reservoir"]["powell"]}


# -- USGS -------------------------------------------------------------------------------------------------
def feature(time: str, value: str | None, statistic: str = "00003", **said: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": None,
        "properties": {
            "monitoring_location_id": "USGS-09380000",
            "parameter_code": "00060",
            "statistic_id": statistic,
            "time": time,
            "value": value,
            "unit_of_measure": "ft^3/s",
            "approval_status": "Approved",
            "qualifier": None,
            "time_series_id": "a62122d8ff094125b63bb2f73410b2b4",
            **said,
        },
    }


DAYS = [feature(f"2024-08-{day:02d}", f"{9000 + day}") for day in range(1, 8)]


def collection(features: list[dict[str, Any]], following: str = "") -> Reply:
    links = [{"rel": "self", "href": "https://example.org"}]
    if following:
        links.append({"rel": "next", "type": "application/geo+json", "href": following})
    body = {"type": "FeatureCollection", "numberReturned": len(features), "features": features, "links": links}
    return Reply(json.dumps(body).encode(), "application/geo+json", headers={"ETag": '"1"'})


def usgs(server: LocalServer, at_most: int) -> None:
    """Serve days in pages, each with a link to the next; and one reading."""

    def reply(asked: Asked) -> Reply:
        start = int(asked.query.get("cursor", ["0"])[0])
        more = f"{server.url}{DAILY}?f=json&cursor={start + at_most}" if start + at_most < len(DAYS) else ""
        return collection(DAYS[start : start + at_most], more)

    server.routes[DAILY] = reply
    server.routes[LATEST] = [Reply((RIVER / "usgs_latest.json").read_bytes(), "application/geo+json")]


@pytest.mark.parametrize("at_most", [1, 3, 7, 50_000])
def test_usgs_follows_the_links(server: LocalServer, client: Client, one: Catalog, at_most: int) -> None:
    usgs(server, at_most)
    daily, latest = take(client, one, "usgs_water")
    assert daily.name == "usgs-daily-09380000-since-2024-01-01.json"
    assert server.times(DAILY) == -(-7 // at_most) and server.times(LATEST) == 1
    assert bool(daily.headers) == (at_most >= 7), "one page's mark says nothing of the others"
    asked = server.asked[0].query
    assert asked["monitoring_location_id"] == ["USGS-09380000"] and asked["time"] == ["2024-01-01/2024-09-30"]
    assert (asked["parameter_code"], asked["statistic_id"], asked["limit"]) == (["00060"], ["00003"], ["50000"])
    assert "statistic_id" not in server.asked[-1].query
    assert "x-api-key" not in server.asked[0].headers
    rows = read(one, "usgs_water", daily)
    assert rows.dataset == "river_flows" and not rows.rejected.height
    assert rows.frame["discharge_cfs"].to_list() == [Decimal(9000 + day) for day in range(1, 8)]
    assert set(rows.frame["status"]) == {"A"} and set(rows.frame["publisher"]) == {"usgs"}
    (reading,) = read(one, "usgs_water", latest).frame.to_dicts()
    assert reading["observed_at"].isoformat() == "2025-03-11T20:15:00+00:00" and reading["discharge_cfs"] == 9880


def test_usgs_is_asked_only_for_what_has_changed(server: LocalServer, client: Client, one: Catalog) -> None:
    usgs(server, 7)
    (daily, _) = take(client, one, "usgs_water")
    client.known = {daily.request: daily.headers}
    server.routes[DAILY] = [Reply(status=304)]
    again = take(client, one, "usgs_water")[0]
    assert again.unchanged and server.asked[-2].headers["if-none-match"] == '"1"'


def test_usgs_without_rows_gives_no_file(server: LocalServer, client: Client, one: Catalog) -> None:
    server.routes[DAILY] = server.routes[LATEST] = [collection([])]
    assert take(client, one, "usgs_water") == []


def test_usgs_stops_at_an_empty_page(server: LocalServer, client: Client, one: Catalog) -> None:
    usgs(server, 7)
    server.routes[DAILY] = [collection(DAYS, f"{server.url}{DAILY}?cursor=1"), collection([], f"{server.url}{DAILY}")]
    daily, _ = take(client, one, "usgs_water")
    assert read(one, "usgs_water", daily).frame.height == 7


def test_usgs_link_elsewhere_is_not_followed(
    server: LocalServer, client: Client, one: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_USGS_PAT", "s3cr3t")
    with LocalServer() as other:
        server.routes[DAILY] = [collection(DAYS, f"{other.url}{DAILY}?cursor=1")]
        assert "its next page lies elsewhere" in refuse(client, one, "usgs_water").say("en")
        assert not other.asked


@pytest.mark.parametrize("href", ["", "nowhere", None, "http://[", 7])
def test_usgs_link_that_is_no_address(server: LocalServer, client: Client, one: Catalog, href: Any) -> None:
    page = {"features": DAYS, "links": [{"rel": "next", "href": href}]}
    server.routes[DAILY] = [Reply(json.dumps(page).encode(), "application/json")]
    assert "elsewhere" in refuse(client, one, "usgs_water").say("en")


def test_usgs_links_in_circles(server: LocalServer, client: Client, one: Catalog) -> None:
    server.routes[DAILY] = [collection(DAYS, f"{server.url}{DAILY}?cursor=1")]
    assert "the same rows came twice" in refuse(client, one, "usgs_water").say("en")


@pytest.mark.parametrize("body", [b'{"value": {"timeSeries": []}}', b"[]", b'{"features": {}}', b'{"features": null}'])
def test_usgs_in_another_shape(server: LocalServer, client: Client, one: Catalog, body: bytes) -> None:
    server.routes[DAILY] = [Reply(body, "application/json")]
    error = refuse(client, one, "usgs_water")
    assert "features, links" in error.say("en") and "no tiene la forma" in error.say("es")


def test_usgs_changed_field_is_the_readers_to_refuse(server: LocalServer, client: Client, one: Catalog) -> None:
    usgs(server, 7)
    body = json.dumps({"features": DAYS, "links": []}).replace('"approval_status"', '"approval"').encode()
    server.routes[DAILY] = [Reply(body, "application/json")]
    daily = take(client, one, "usgs_water")[0]
    assert daily.content == body, "bytes are kept as they came"
    with pytest.raises(SourceError, match="approval_status"):
        read(one, "usgs_water", daily)


def test_usgs_key_is_optional_and_hidden(
    server: LocalServer, client: Client, one: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_USGS_PAT", " s3cr3t ")
    usgs(server, 3)
    fetched = take(client, one, "usgs_water")
    assert {a.headers["x-api-key"] for a in server.asked} == {"s3cr3t"}
    assert "s3cr3t" not in f"{fetched}{client.attempts}" and "s3cr3t" not in str([f.content for f in fetched])


@pytest.mark.parametrize("status", [401, 403])
def test_usgs_key_refused(
    server: LocalServer, client: Client, one: Catalog, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("API_USGS_PAT", "s3cr3t")
    server.routes[DAILY] = [Reply(b'{"code": "API_KEY_INVALID", "key": "s3cr3t"}', "application/json", status=status)]
    error = refuse(client, one, "usgs_water", KeyRefused)
    assert len(server.asked) == 1
    for language in ("en", "es"):
        assert "API_USGS_PAT" in error.say(language) and "s3cr3t" not in error.say(language)


def test_usgs_asks_no_more_when_told_to_ask_less(server: LocalServer, client: Client, catalog: Catalog) -> None:
    usgs(server, 7)
    server.routes[DAILY] = [Reply(b'{"code": "OVER_RATE_LIMIT"}', status=429, headers={"Retry-After": "3600"})]
    error = refuse(client, catalog, "usgs_water")
    assert len(server.asked) == 1, "neither again nor for the other gauges"
    assert "asks for fewer questions" in error.say("en") and "pide menos consultas" in error.say("es")


# -- IBWC -------------------------------------------------------------------------------------------------
END = '"Data are being provided with the understanding they are provisional and subject to future revision.",\n'
CSV = (
    "#Data Set Export - Discharge.Daily Rounded cfs@09380000,\n"
    "Timestamp (UTC-07:00),Value (cfs)\n2024-08-01 00:00:00,1850\n2024-08-02 00:00:00,NaN\n" + END
)


def zipped(text: str, name: str = "DataSetExport.csv") -> Reply:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return Reply(target.getvalue(), "application/zip")


def test_the_ibwc_is_asked_for_days_in_the_region_s_time(server: LocalServer, client: Client, one: Catalog) -> None:
    server.routes[EXPORT] = [zipped(CSV)]
    (fetched,) = take(client, one, "ibwc_water")
    asked = server.asked[0].query
    assert asked["DataSet"] == ["Discharge.Daily Rounded cfs@09380000"] and asked["Timezone"] == ["-7"]
    assert (asked["StartTime"], asked["EndTime"]) == (["2024-01-01 00:00:00"], ["2024-09-30 00:00:00"])
    rows = read(one, "ibwc_water", fetched)
    assert rows.dataset == "river_flows" and not rows.rejected.height
    assert [(r["date"].day, r["discharge_cfs"], r["status"]) for r in rows.frame.to_dicts()] == [
        (1, Decimal(1850), "P"),
        (2, None, "M"),
    ]


def test_ibwc_page_of_terms(server: LocalServer, client: Client, one: Catalog) -> None:
    server.routes[EXPORT] = [Reply(status=302, headers={"Location": "/AQWebportal/Disclaimer"})]
    server.routes["/AQWebportal/Disclaimer"] = [Reply(HTML, "text/html; charset=utf-8")]
    error = refuse(client, one, "ibwc_water")
    assert "accept the terms" in error.say("en") and one.sources["ibwc_water"].url in error.say("en")
    assert "acepte los términos" in error.say("es")


def test_ibwc_export_in_another_zone_is_the_readers_to_refuse(
    server: LocalServer, client: Client, one: Catalog
) -> None:
    server.routes[EXPORT] = [zipped(CSV.replace("UTC-07", "UTC-06"))]
    (fetched,) = take(client, one, "ibwc_water")
    with pytest.raises(SourceError, match="UTC-06:00"):
        read(one, "ibwc_water", fetched)


# -- what may go wrong with all of them -------------------------------------------------------------------
FIRST = {"usbr_rise": "/rise/api/catalog-item/508", "usgs_water": DAILY, "ibwc_water": EXPORT}
WRONG = {
    "page": (Reply(HTML, "text/html"), "web page", 1),
    "cut": (Reply(b'{"data": {"attributes": {"_id"', "application/json"), "cut, damaged", 4),
    "short": (Reply(b'{"data": {}}', "application/json", claims=4000), "cut short", 4),
    "empty": (Reply(b"", "application/json"), "empty", 4),
    "gone": (Reply(b"no such item", status=404), "HTTP 404", 1),
    "failing": (Reply(b"", status=500), "HTTP 500", 4),
    "busy": (Reply(b"", status=429), "HTTP 429", 4),
}


@pytest.mark.parametrize("source", FIRST)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_about_the_river_is_refused_and_retried_where_that_may_help(
    server: LocalServer, client: Client, one: Catalog, source: str, wrong: str
) -> None:
    reply, said, times = WRONG[wrong]
    server.routes[FIRST[source]] = [reply]
    error = refuse(client, one, source)
    assert server.times(FIRST[source]) == times
    if (source, wrong) != ("ibwc_water", "page"):
        assert said in error.say("en")
    assert client.attempts[-1].problem, "the failure is on record"


@pytest.mark.parametrize("source", FIRST)
def test_a_moment_of_trouble_is_waited_out(server: LocalServer, client: Client, one: Catalog, source: str) -> None:
    rise(server)
    usgs(server, 7)
    server.routes[EXPORT] = [zipped(CSV)]
    good = server.routes[FIRST[source]]
    trouble = [Reply(b"", status=503), Reply(b"", status=429, headers={"Retry-After": "1"})]
    server.routes[FIRST[source]] = lambda asked: (
        trouble.pop(0) if trouble else (good(asked) if callable(good) else good[0])
    )
    assert take(client, one, source)
    assert [a.status for a in client.attempts[:3]] == [503, 429, 200]


@pytest.mark.parametrize("source", FIRST)
def test_no_connection_is_told_once(
    client: Client, catalog: Catalog, new_client: Callable[..., Client], tmp_path: Path, source: str
) -> None:
    with LocalServer() as gone:
        nowhere = gone.url
    moved = replace(catalog.sources[source], endpoint=f"{nowhere}/")
    there = replace(catalog, sources={**catalog.sources, source: moved})
    store = Store(tmp_path / "store", there.datasets, None)
    workspace = Workspace(tmp_path, there, store, clock=lambda: NOW, http=new_client)
    (outcome,) = fetch(workspace, [source])
    assert outcome.result == "failed" and outcome.error is not None
    for language, words in (("en", "there is no connection"), ("es", "no hay conexión")):
        assert words in outcome.error.say(language) and "(intentos: 4)" in outcome.error.say("es")
    ledger = (tmp_path / "snapshots" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(json.loads(ledger[-1])["attempts"]) == 4, "of the first question; the others are not put"


def test_fetch_then_build(tmp_path: Path, server: LocalServer, one: Catalog, new_client: Callable[..., Client]) -> None:
    rise(server)
    usgs(server, 3)
    server.routes[EXPORT] = [zipped(CSV)]
    store = Store(tmp_path / "store", one.datasets, None)

    def later() -> datetime:
        return datetime(2026, 1, 12, 18, 0, tzinfo=UTC)  # the answers are of days until 11 January 2026

    workspace = Workspace(tmp_path, one, store, clock=later, http=lambda: new_client(clock=later))
    outcomes = fetch(workspace, list(FIRST), SINCE)
    assert [o.result for o in outcomes] == ["stored"] * 4
    report = build(workspace)
    assert not report.failed and not report.unrecognised
    assert {entry.source: (entry.files, entry.counts["new"], entry.counts["refused"]) for entry in report.loaded} == {
        "usbr_rise": (1, 3, 0),
        "usgs_water": (2, 8, 0),
        "ibwc_water": (1, 2, 0),
    }
    flows = store.frame(store.table("river_flows")).sort("publisher", "date")
    assert flows.filter(flows["date"] == date(2024, 8, 1))["discharge_cfs"].to_list() == [Decimal(1850), Decimal(9001)]
    levels = show(workspace, "river.elevation_daily")
    assert levels.sources == ("usbr_rise",), "of the files nothing is held here"
    assert levels.frame["value"].to_list() == [Decimal("3538.87"), Decimal("3538.72"), Decimal("3538.59")]
    assert show(workspace, "river.discharge").frame["value"].to_list() == [9000 + day for day in range(1, 8)]
    assert show(workspace, "river.discharge_ibwc").frame["value"].to_list()[0] == 1850
    newest = {state.source.id: state.newest for state in list_sources(workspace)}
    assert newest["usbr_rise"] == date(2026, 1, 11) and newest["usbr_lake_powell_daily"] is None
    fetch(workspace, list(FIRST), SINCE)
    assert all(entry.counts.get("new", 0) == 0 for entry in build(workspace).loaded)
