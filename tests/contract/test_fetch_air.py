"""Fetching the air against a server that answers in each source's shape, wrongly where that is wanted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from air_samples import (
    airnow_hour,
    aqs,
    aqs_day,
    aqs_hour,
    openaq_hour,
    openaq_location,
    openaq_page,
    sinaica,
    sinaica_hour,
)
from ambos.catalog import Catalog
from ambos.errors import FetchFailed, KeyRefused, NeedsKey, OnlyByHand, SourceError
from ambos.flows.air.health import health
from ambos.flows.air.stations import station_hours, taken
from ambos.flows.data.build import build
from ambos.flows.data.fetch import fetch
from ambos.flows.workspace import Workspace
from ambos.model.answer import records
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched, File, Rows
from ambos.sources.shared.http import Client
from ambos.sources.shared.members import members
from ambos.store import Store
from local_server import NOW, Asked, LocalServer, Reply

SINCE = date(2024, 8, 1)
EMAIL, KEY = "maria+aqs@example.org", "k3y-VALUE/9"
HTML = b"<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head><body>Sorry</body></html>"
JSON = "application/json"
NewClient = Callable[..., Client]


def take(client: Client, catalog: Catalog, source: str, since: date = SINCE) -> list[Fetched]:
    return list(CONNECTORS[source].fetch(client, catalog, since))


def refuse(client: Client, catalog: Catalog, source: str, kind: type[SourceError] = FetchFailed) -> SourceError:
    with pytest.raises(kind) as caught:
        take(client, catalog, source)
    return caught.value


def read(catalog: Catalog, source: str, fetched: Fetched) -> Iterator[Rows]:
    reader = CONNECTORS[source]
    for member in members(File(fetched.name, fetched.content, fetched.retrieved_at)):
        kind = reader.recognise(member.name, member.head())
        assert kind, f"{member.name} is not recognised"
        yield from reader.read(member, kind, catalog)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AQS_KEY", KEY), ("AQS_EMAIL", EMAIL), ("AIRNOW_API_KEY", KEY), ("OPENAQ_API_KEY", KEY)):
        monkeypatch.setenv(name, value)


def unseen(client: Client, *said: object) -> None:
    """Neither key nor e-mail anywhere, however they were encoded."""
    text = f"{said}{client.attempts}"
    for secret in (KEY, "k3y-VALUE%2F9", EMAIL, "maria%2Baqs%40example.org", "maria%2Baqs@example.org"):
        assert secret.lower() not in text.lower()


# -- annual index by county -------------------------------------------------------------------------------
def year_zip(specimens: Path, year: int) -> Reply:
    name = f"annual_aqi_by_county_{year}.csv"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, (specimens / "epa_aqi" / "annual_aqi_by_county_2024.csv").read_bytes())
    return Reply(target.getvalue(), "application/zip", headers={"ETag": f'"{year}"'})


def at(year: int) -> str:
    return f"/aqsweb/airdata/annual_aqi_by_county_{year}.zip"


def test_years_until_one_is_not_out(server: LocalServer, client: Client, catalog: Catalog, specimens: Path) -> None:
    server.routes[at(2023)] = [year_zip(specimens, 2023)]
    (fetched,) = take(client, catalog, "epa_aqi_county", date(2023, 1, 1))
    assert fetched.name == "annual_aqi_by_county_2023.zip" and server.times(at(2024)) == 1
    (rows,) = read(catalog, "epa_aqi_county", fetched)
    assert set(rows.frame["table"]) == {"us_aqi_2024"} and set(rows.frame["status"]) == {"P"}


def test_a_year_that_is_missing_is_no_excuse(server: LocalServer, client: Client, catalog: Catalog) -> None:
    server.routes[at(2024)] = [Reply(b"", status=500)]
    error = refuse(client, catalog, "epa_aqi_county")
    assert "falló el servidor de la fuente (HTTP 500)" in error.say("es")
    server.routes.clear()
    with pytest.raises(FetchFailed, match="nothing at this address"):
        take(client, catalog, "epa_aqi_county", date(2022, 1, 1))


def test_a_year_is_asked_for_on_condition(
    server: LocalServer, client: Client, catalog: Catalog, specimens: Path
) -> None:
    server.routes[at(2024)] = [year_zip(specimens, 2024), Reply(status=304)]
    (first,) = take(client, catalog, "epa_aqi_county")
    client.known = {first.request: first.headers}
    (again,) = take(client, catalog, "epa_aqi_county")
    assert again.unchanged and server.asked[-1].headers["if-none-match"] == '"2024"'


@pytest.mark.parametrize("reply", [Reply(HTML, "text/html"), Reply(b"PK\x03\x04cut", "application/zip")])
def test_a_year_that_is_no_zip(server: LocalServer, client: Client, catalog: Catalog, reply: Reply) -> None:
    server.routes[at(2024)] = [reply]
    refuse(client, catalog, "epa_aqi_county")


# -- Air Quality System -----------------------------------------------------------------------------------
HOURS, DAYS = "/data/api/sampleData/bySite", "/data/api/dailyData/bySite"


def aqs_server(server: LocalServer) -> None:
    """PM2.5 of one site in January 2024; the address repeated as the service does."""

    def reply(asked: Asked) -> Reply:
        q = {k: v[0] for k, v in asked.query.items()}
        url = f"https://aqs.epa.gov/data/api/x?email={q['email']}&key={q['key']}&param={q['param']}"
        mine = (q["state"], q["county"], q["site"]) == ("04", "023", "0004") and "88101" in q["param"]
        if not mine:
            return Reply(aqs(status="No data matched your selection", url=url), JSON)
        records = [aqs_hour(0, 12.4), aqs_hour(1, None)] if asked.path == HOURS else [aqs_day("2024-01-01", 9.1)]
        return Reply(aqs(*records, url=url), JSON)

    server.routes[HOURS] = server.routes[DAYS] = reply


@pytest.mark.usefixtures("keys")
def test_aqs_is_asked_by_year_and_its_key_is_removed(
    server: LocalServer, client: Client, catalog: Catalog, slept: list[float]
) -> None:
    aqs_server(server)
    got = take(client, catalog, "epa_aqs", date(2023, 12, 1))
    assert [f.name for f in got] == [
        f"aqs-{service}-04-023-0004-{year}-1.json" for service in ("sampleData", "dailyData") for year in (2023, 2024)
    ]
    unseen(client, got, [f.content for f in got])
    assert b"REDACTED" in got[0].content
    spans = {(a.query["bdate"][0], a.query["edate"][0]) for a in server.asked}
    assert spans == {("20231201", "20231231"), ("20240101", "20240930")}, "one calendar year at a time"
    assert max(a.query["param"][0].count(",") for a in server.asked) == 4, "five codes at most"
    sites = {(a.query["state"][0], a.query["county"][0], a.query["site"][0]) for a in server.asked}
    assert ("80", "026", "0006") in sites and ("80", "026", "1000") not in sites, (
        "a station that ended is not asked for"
    )
    assert slept and all(4 < pause <= 5 for pause in slept)
    (hours,) = read(catalog, "epa_aqs", got[0])
    assert hours.frame.select("value", "status").rows() == [(Decimal("12.4"), "A"), (None, "M")]
    (days,) = read(catalog, "epa_aqs", got[2])
    assert days.dataset == "air_daily"


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("epa_aqs", ["AQS_KEY", "AQS_EMAIL"]),
        ("airnow", ["AIRNOW_API_KEY"]),
        ("openaq", ["OPENAQ_API_KEY"]),
    ],
)
def test_without_a_key_it_is_said(
    server: LocalServer,
    client: Client,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    variables: list[str],
) -> None:
    for variable in variables:
        error = refuse(client, catalog, source, NeedsKey)
        assert variable in error.say("en") and f"defina {variable}" in error.say("es")
        monkeypatch.setenv(variable, KEY)
    assert not server.asked


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("content", "status", "kind", "told"),
    [
        (aqs(status="Failed", error=["Invalid email and key combination"]), 200, KeyRefused, "AQS_KEY, AQS_EMAIL"),
        (aqs(status="Failed", error=[f"{EMAIL} or {KEY}: bad key"]), 200, KeyRefused, "REDACTED"),
        (aqs(status="Failed", error=["edate must be in the same year"]), 200, FetchFailed, "same year"),
        (b'{"Header": [], "Data": []}', 200, FetchFailed, "no Header and Data"),
        (b'{"rows": 1}', 200, FetchFailed, "no Header and Data"),
        (aqs(aqs_hour(0, 1.0), rows=7), 200, FetchFailed, "1 of 7 rows"),
        (aqs(aqs_hour(0, 1.0))[:-9], 200, FetchFailed, "cut, damaged"),
        (HTML, 200, KeyRefused, "web page"),
        (aqs(status="Failed", url=f"?email={EMAIL}"), 400, FetchFailed, "HTTP 400"),
        (b"", 500, FetchFailed, "HTTP 500"),
    ],
)
def test_aqs_wrong_answers(
    server: LocalServer,
    client: Client,
    catalog: Catalog,
    content: bytes,
    status: int,
    kind: type[SourceError],
    told: str,
) -> None:
    server.routes[HOURS] = [Reply(content, "text/html" if content == HTML else JSON, status=status)]
    error = refuse(client, catalog, "epa_aqs", kind)
    assert told in error.say("en")
    unseen(client, error.say("en"), error.say("es"), error.values)


@pytest.mark.usefixtures("keys")
def test_aqs_too_many_questions(server: LocalServer, client: Client, catalog: Catalog, slept: list[float]) -> None:
    server.routes[HOURS] = [
        Reply(b"slow down", status=429, headers={"Retry-After": "60"}),
        Reply(aqs(status="No data"), JSON),
    ]
    server.routes[DAYS] = [Reply(aqs(status="No data"), JSON)]
    assert take(client, catalog, "epa_aqs") == []
    assert max(slept) > 50


# -- AirNow -----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("keys")
def test_airnow_is_asked_for_the_last_weeks_and_the_region_s_box(
    server: LocalServer, client: Client, catalog: Catalog
) -> None:
    server.routes["/aq/data/"] = [Reply(json.dumps([airnow_hour(1, 12.0)]).encode(), JSON), Reply(b"[]", JSON)]
    got = take(client, catalog, "airnow", date(2020, 1, 1))
    assert len(got) == 7 and got[0].name == "airnow-2024-08-16-2024-08-22.json", "the last weeks only"
    asked = server.asked[0].query
    assert asked["includerawconcentrations"] == ["1"] and asked["parameters"] == ["PM25,PM10,OZONE,NO2,SO2,CO"]
    west, south, east, north = (float(x) for x in asked["BBOX"][0].split(","))
    assert west < -114.76 and east > -109.54 and south < 31.30 and north > 32.69
    unseen(client, got)
    (rows,) = read(catalog, "airnow", got[0])
    assert rows.frame["value"].to_list() == [Decimal(12)]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b'{"WebServiceError": [{"Message": "Invalid API key"}]}', 401, KeyRefused),
        (b'[{"Message": "record limit exceeded"}]', 200, FetchFailed),
        (b'{"WebServiceError": []}', 200, FetchFailed),
        (b"[1]", 200, FetchFailed),
        (HTML, 200, KeyRefused),
        (b'[{"FullAQSCode": "04', 200, FetchFailed),
        (b"", 503, FetchFailed),
    ],
)
def test_airnow_wrong_answers(
    server: LocalServer, client: Client, catalog: Catalog, content: bytes, status: int, kind: type[SourceError]
) -> None:
    server.routes["/aq/data/"] = [Reply(content, "text/html" if content == HTML else JSON, status=status)]
    unseen(client, refuse(client, catalog, "airnow", kind).say("es"))


# -- SINAICA ----------------------------------------------------------------------------------------------
CHART = "/pags/datGrafs.php"


def test_sinaica_is_asked_once_for_each_station_month_and_pollutant(
    server: LocalServer, client: Client, catalog: Catalog
) -> None:
    page = Reply(sinaica(sinaica_hour(0, 31.2)), "text/html; charset=UTF-8")
    server.routes[CHART] = lambda asked: page if asked.query["estacionId"] == ["187"] else Reply(sinaica(), "text/html")
    got = take(client, catalog, "sinaica")
    asked = [(a.query["estacionId"][0], a.query["param"][0], a.query["fechaIni"][0]) for a in server.asked]
    assert ("187", "PM2.5", "2024-08-01") in asked and ("187", "O3", "2024-09-01") in asked
    assert {a for a, _, _ in asked} == {"184", "187", "190"} and len(asked) == len(got) == len(set(asked))
    assert server.asked[0].query["rango"] == ["4"] and server.asked[0].query["tipoDatos"] == [""]
    assert server.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert "estacionId=187" in {f.name: f.request for f in got}["sinaica-187-PM10-2024-08.html"]
    (rows,) = read(catalog, "sinaica", next(f for f in got if "187-PM10" in f.name))
    assert rows.frame["value"].to_list() == [Decimal("31.2")]


def test_sinaica_one_failure_does_not_stop_the_others(server: LocalServer, client: Client, catalog: Catalog) -> None:
    def reply(asked: Asked) -> Reply:
        broken = asked.query["param"] == ["PM10"] and asked.query["fechaIni"] == ["2024-08-01"]
        return Reply(HTML if broken else sinaica(), "text/html")

    server.routes[CHART] = reply
    got: list[Fetched] = []
    with pytest.raises(FetchFailed, match="holds no data of a chart"):
        got.extend(CONNECTORS["sinaica"].fetch(client, catalog, SINCE))
    names = {f.name for f in got}
    assert "sinaica-187-PM10-2024-09.html" in names and "sinaica-187-PM10-2024-08.html" not in names


@pytest.mark.parametrize(
    "reply",
    [
        Reply(HTML, "text/html"),
        Reply(b"", status=500),
        Reply(sinaica(sinaica_hour(0, 1.0)), "text/html", claims=4000),
        Reply(b"", status=302, headers={"Location": "https://example.org/"}),
    ],
)
def test_sinaica_is_left_alone_when_it_is_down(
    server: LocalServer, new_client: NewClient, catalog: Catalog, reply: Reply
) -> None:
    server.routes[CHART] = [reply]
    with new_client(attempts=1) as client:
        refuse(client, catalog, "sinaica")
    assert server.times(CHART) == 3


def test_stations_come_by_hand(client: Client, catalog: Catalog) -> None:
    error = refuse(client, catalog, "sinaica_stations", OnlyByHand)
    assert "rsinaica" in error.say("es")


# -- OpenAQ -----------------------------------------------------------------------------------------------
def openaq_server(server: LocalServer, hours: int = 1) -> None:
    far = openaq_location(id=1, coordinates={"latitude": 31.0, "longitude": -110.0})
    server.routes["/v3/locations"] = [Reply(openaq_page(far, openaq_location()), JSON)]  # type: ignore[arg-type]

    def reply(asked: Asked) -> Reply:
        first = (int(asked.query["page"][0]) - 1) * 1000
        begin = datetime(2024, 8, 1, tzinfo=UTC)
        results = []
        for i in range(first, min(first + 1000, hours)):
            stamp = (begin + timedelta(hours=i)).strftime("%Y-%m-%dT%H:%M:%SZ")
            results.append({**openaq_hour(0, 10.0 + i % 7), "period": {"datetimeFrom": {"utc": stamp}}})
        return Reply(openaq_page(*results), JSON)

    server.routes["/v3/sensors/7/hours"] = server.routes["/v3/sensors/8/hours"] = reply


@pytest.mark.usefixtures("keys")
def test_openaq_is_asked_for_all_pages_of_the_sensors_with_readings(
    server: LocalServer, client: Client, catalog: Catalog
) -> None:
    openaq_server(server, hours=1200)
    got = take(client, catalog, "openaq")
    assert [f.name for f in got] == ["openaq-4242-7-2024-08-01.json", "openaq-4242-8-2024-08-01.json"]
    assert {a.headers["x-api-key"] for a in server.asked} == {KEY}
    assert server.times("/v3/sensors/7/hours") == 2 and server.times("/v3/sensors/9/hours") == 0
    unseen(client, got)
    (rows,) = read(catalog, "openaq", got[0])
    assert rows.frame.height == 1200 and set(rows.frame["station"]) == {"nogales_itn"}


@pytest.mark.usefixtures("keys")
def test_openaq_pages_that_do_not_move_on(server: LocalServer, client: Client, catalog: Catalog) -> None:
    openaq_server(server)
    page = openaq_page(*[openaq_hour(0, 1.0)] * 1000)
    server.routes["/v3/sensors/7/hours"] = [Reply(page, JSON)]
    assert "llegaron dos veces" in refuse(client, catalog, "openaq").say("es")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b'{"detail": "Invalid credentials"}', 401, KeyRefused),
        (b'{"detail": "Timeout"}', 408, FetchFailed),
        (b'{"detail": "none"}', 200, FetchFailed),
        (b"[]", 200, FetchFailed),
        (b'{"results": [', 200, FetchFailed),
        (HTML, 200, KeyRefused),
    ],
)
def test_openaq_wrong_answers(
    server: LocalServer, client: Client, catalog: Catalog, content: bytes, status: int, kind: type[SourceError]
) -> None:
    server.routes["/v3/locations"] = [Reply(content, "text/html" if content == HTML else JSON, status=status)]
    unseen(client, refuse(client, catalog, "openaq", kind).say("en"))


# -- from the network to a station's hours ----------------------------------------------------------------
@pytest.fixture
def here(tmp_path: Path, catalog: Catalog, new_client: NewClient) -> Workspace:
    return Workspace(
        tmp_path,
        catalog,
        Store(tmp_path / "store", catalog.datasets, None),
        lambda: NOW,
        lambda: new_client(attempts=1),
    )


@pytest.mark.usefixtures("keys")
def test_fetch_build_and_a_stations_hours(server: LocalServer, here: Workspace) -> None:
    aqs_server(server)
    openaq_server(server)
    server.routes["/aq/data/"] = [Reply(json.dumps([airnow_hour(1, -0.5), airnow_hour(3, 8.0)]).encode(), JSON)]
    server.routes[CHART] = [Reply(HTML, "text/html")]
    outcomes = fetch(here, ["epa_aqs", "airnow", "sinaica", "openaq"], date(2024, 1, 1))
    assert {o.source for o in outcomes if o.result == "failed"} == {"sinaica"}
    built = build(here)
    assert not built.failed and not built.unrecognised

    hours = station_hours(here, "04-023-0004")
    (said,) = taken(hours, here)
    assert "EPA" in said.en and said.en.endswith("(88101-3)"), "what an office has reviewed comes first"
    (first, second) = hours.frame.to_dicts()
    assert (first["time"], first["day"], first["amount"]) == ("2024-01-01T00:00-07:00", date(2024, 1, 1), 12_400_000)
    assert second["value"] is None and second["amount"] is None
    live = station_hours(here, "nogales_post_office", network="airnow").frame
    assert live.select("value", "amount", "given").rows() == [(0.0, 0, "-0.5"), (8.0, 8_000_000, "8.0")]

    answer = health(here)
    asked = {r["network"]: r for r in records(answer.table("asked"))}
    assert (asked["sinaica"]["failures"], asked["sinaica"]["answers"]) == (1, 0)
    assert (asked["aqs"]["answers"], asked["aqs"]["error"]) == (2, None)
    came = {r["network"]: r for r in records(answer.table("came"))}
    assert [came["airnow"][k] for k in ("hours", "held", "gap")] == [3, 2, 1]
    assert [came["aqs"][k] for k in ("held", "invalid")] == [1, 1]
    assert {r["station"] for r in records(answer.table("silent"))} >= {"yuma_supersite", "agua_prieta_it"}
    assert any("no trae datos de gráfica" in note.es for note in answer.notes)


def test_what_sinaica_was_asked_and_what_came(server: LocalServer, here: Workspace) -> None:
    """A station that answers with an empty chart is silent; one that was not asked for is not there."""
    hours = [{**sinaica_hour(h, 20.0), "id": f"187PM10240910{h:02}", "fecha": "2024-09-10"} for h in (0, 1, 5)]
    empty, told = Reply(sinaica(), "text/html"), Reply(sinaica(*hours), "text/html")
    server.routes[CHART] = lambda asked: (
        told
        if asked.query["param"] == ["PM10"]
        and asked.query["estacionId"] == ["187"]
        and asked.query["fechaIni"] == ["2024-09-01"]
        else empty
    )
    fetch(here, ["sinaica"], SINCE)
    assert not build(here).failed
    answer = health(here)
    months = {
        (r["station"], r["pollutant"]): (r["first"], r["last"], r["asked"], r["answered"])
        for r in records(answer.table("months"))
    }
    assert months["nogales_itn", "o3"] == ("2024-08", "2024-09", 2, 0)
    assert months["nogales_itn", "pm10"] == ("2024-08", "2024-09", 2, 1)
    assert months["agua_prieta_it", "pm10"] == ("2024-08", "2024-09", 2, 0)
    (came,) = records(answer.table("came"))
    assert (came["hours"], came["held"], came["gap"], f"{came['gap_start']:%H:%M}") == (6, 3, 3, "09:00")
    assert [t.title.es for t in answer.tables if t.shown and t.title] == [
        "Lo que se pidió (UTC)",
        "SINAICA por mes",
        "Lo que llegó (horas con valor)",
    ]
