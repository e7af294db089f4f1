"""Each source's fetch function against a server that answers in that source's shape."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from ambos.catalog import Catalog
from ambos.errors import FetchFailed, KeyRefused, NeedsKey, OnlyByHand, SourceError
from ambos.model.codes import NOT_APPLICABLE
from ambos.sources.bts.transborder import zip_links
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import Fetched, File, Rows
from ambos.sources.shared.http import Client
from ambos.sources.shared.members import members
from local_server import Asked, LocalServer, Reply

Specimen = Callable[[str], bytes]
SINCE = date(2024, 1, 1)
HTML = b"<!DOCTYPE html>\n<html><head><title>Missing Key</title></head><body>A valid key must be...</body></html>"


def take(client: Client, catalog: Catalog, source: str, since: date = SINCE) -> list[Fetched]:
    return list(CONNECTORS[source].fetch(client, catalog, since))


def refuse(client: Client, catalog: Catalog, source: str, kind: type[SourceError] = FetchFailed) -> SourceError:
    with pytest.raises(kind) as caught:
        take(client, catalog, source)
    return caught.value


def read(catalog: Catalog, source: str, fetched: Fetched) -> Iterator[Rows]:
    """Through the reader, as `ambos build` does it."""
    reader = CONNECTORS[source]
    for member in members(File(fetched.name, fetched.content, fetched.retrieved_at)):
        kind = reader.recognise(member.name, member.head())
        assert kind, f"{member.name} is not recognised"
        yield from reader.read(member, kind, catalog)


def test_every_source_has_a_connector(packaged: Catalog) -> None:
    assert set(CONNECTORS) == set(packaged.sources)


# -- BTS border crossings ---------------------------------------------------------------------------------
CROSSINGS = "/resource/keg4-3bc2.csv"


def socrata(table: bytes, at_most: int) -> Callable[[Asked], Reply]:
    """Gives the rows that $offset and $limit ask for, but never more than `at_most`."""
    header, *rows = table.splitlines(keepends=True)

    def reply(asked: Asked) -> Reply:
        start, limit = int(asked.query["$offset"][0]), int(asked.query["$limit"][0])
        page = rows[start : start + min(limit, at_most)]
        return Reply(header + b"".join(page), "text/csv; charset=utf-8", headers={"ETag": f'"{start}"'})

    return reply


@pytest.mark.parametrize("at_most", [1, 2, 4, 6, 50_000])
def test_crossings_pages_are_joined(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen, at_most: int
) -> None:
    table = specimen("border_crossing.csv")
    server.routes[CROSSINGS] = socrata(table, at_most)
    (fetched,) = take(client, catalog, "bts_border_crossing")
    assert fetched.content == table
    assert server.times(CROSSINGS) == -(-6 // at_most) + 1, "asked until a page is empty"
    asked = server.asked[0].query
    assert asked["$order"] == ["date,port_code,measure"]
    assert asked["$where"] == ["date >= '2024-01-01T00:00:00.000'"]
    assert ("etag" in fetched.headers) == (at_most >= 6), "one page's mark says nothing of the others"
    (rows,) = read(catalog, "bts_border_crossing", fetched)
    counts = {(r["port"], r["period"], r["measure"]): r["value"] for r in rows.frame.to_dicts()}
    assert len(counts) == 6 and not rows.rejected.height
    assert 37425 in counts.values() and ("2604", date(2024, 2, 1)) in {k[:2] for k in counts}


def test_crossings_without_rows(server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen) -> None:
    server.routes[CROSSINGS] = socrata(specimen("border_crossing.csv").splitlines(keepends=True)[0], 10)
    (fetched,) = take(client, catalog, "bts_border_crossing")
    assert fetched.content.count(b"\n") == 1 and server.times(CROSSINGS) == 1


def test_crossings_column_changed_between_pages(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen
) -> None:
    table = specimen("border_crossing.csv")
    server.routes[CROSSINGS] = [Reply(table, "text/csv"), Reply(table.replace(b'"value"', b'"count"'), "text/csv")]
    error = refuse(client, catalog, "bts_border_crossing")
    assert "its columns are not those of the first page" in error.say("en")
    assert "sus columnas no son las de la primera página" in error.say("es")


def test_crossings_offset_ignored(server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen) -> None:
    server.routes[CROSSINGS] = [Reply(specimen("border_crossing.csv"), "text/csv")]
    error = refuse(client, catalog, "bts_border_crossing")
    assert "the same rows came twice" in error.say("en")
    assert "los mismos renglones llegaron dos veces" in error.say("es")


def test_crossings_changed_column_is_the_readers_to_refuse(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen
) -> None:
    changed = specimen("border_crossing.csv").replace(b'"measure"', b'"kind"')
    server.routes[CROSSINGS] = socrata(changed, 50_000)
    (fetched,) = take(client, catalog, "bts_border_crossing")
    assert fetched.content == changed, "bytes are kept as they came"
    with pytest.raises(AssertionError, match="not recognised"):
        list(read(catalog, "bts_border_crossing", fetched))


def test_crossings_token_is_optional_and_hidden(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes[CROSSINGS] = socrata(specimen("border_crossing.csv"), 50_000)
    monkeypatch.setenv("BTS_APP_TOKEN", "t0k3n")
    fetched = take(client, catalog, "bts_border_crossing")
    assert {a.headers["x-app-token"] for a in server.asked} == {"t0k3n"}
    assert "t0k3n" not in f"{fetched}{client.attempts}"


# -- CBP waits --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", ["bwtnew.json", "bwtnew_es.json"])
def test_waits_are_stored_as_they_came_and_can_be_read(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen, file: str
) -> None:
    server.routes["/api/bwtnew"] = [Reply(specimen(file), "application/json; charset=utf-8")]
    (fetched,) = take(client, catalog, "cbp_border_waits")
    assert (fetched.name, fetched.content) == ("bwtnew.json", specimen(file))
    assert server.asked[0].headers["accept"] == "application/json"
    (rows,) = read(catalog, "cbp_border_waits", fetched)
    lanes = {(r["crossing"], r["mode"], r["lane"]): r for r in rows.frame.to_dicts()}
    open_lanes = [r["lanes_open"] for (crossing, _, _), r in lanes.items() if crossing == "260402"]
    assert sorted(n for n in open_lanes if n) == [2, 2, 4, 7]
    assert all(r["delay_minutes"] is None for (crossing, _, _), r in lanes.items() if crossing == "260802")


@pytest.mark.parametrize(
    "wrong",
    [
        Reply(b"[]", "application/json"),
        Reply(b'{"message": "busy"}', "application/json"),
        Reply(HTML, "text/html"),
        Reply(b'[{"port_number": "2604', "application/json"),
        Reply(b"", status=503),
    ],
)
def test_waits_fall_back_to_xml(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen, wrong: Reply
) -> None:
    server.routes["/api/bwtnew"] = [wrong]
    server.routes["/xml/bwt.xml"] = [Reply(specimen("bwt.xml"), "text/xml")]
    (fetched,) = take(client, catalog, "cbp_border_waits")
    assert (fetched.name, fetched.content) == ("bwt.xml", specimen("bwt.xml"))
    assert client.attempts[0].url.endswith("/api/bwtnew"), "the failure is on record"
    (rows,) = read(catalog, "cbp_border_waits", fetched)
    assert rows.frame.filter(rows.frame["crossing"] == "260402").height


def test_a_frozen_report_gives_way_to_the_xml(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen
) -> None:
    """As `/api/waittimes` stands still since 26 March 2026: the same answer, older by the day."""
    old = specimen("bwtnew.json").replace(b"9/30/2024", b"9/26/2024")
    server.routes["/api/bwtnew"] = [Reply(old, "application/json")]
    server.routes["/xml/bwt.xml"] = [Reply(specimen("bwt.xml"), "text/xml")]
    (fetched,) = take(client, catalog, "cbp_border_waits")
    assert fetched.name == "bwt.xml"
    server.routes["/xml/bwt.xml"] = [Reply(specimen("bwt.xml").replace(b"2025-3-29", b"2024-9-26"), "text/xml")]
    error = refuse(client, catalog, "cbp_border_waits")
    assert error.say("en").count("the answer is frozen: it was read on 2024-09-30") == 2
    assert error.say("es").count("la respuesta está congelada: se leyó el 2024-09-30") == 2


def test_waits_fail_both_ways(server: LocalServer, client: Client, catalog: Catalog) -> None:
    server.routes["/api/bwtnew"] = [Reply(b"", status=503)]
    server.routes["/xml/bwt.xml"] = [Reply(b"<border_wait_time></border_wait_time>", "text/xml")]
    error = refuse(client, catalog, "cbp_border_waits")
    assert "the source's server failed (HTTP 503); and http" in error.say("en")
    assert "it lists no ports (tries: 5)" in error.say("en")
    assert "falló el servidor de la fuente (HTTP 503); y http" in error.say("es")
    assert "no enumera ningún puerto (intentos: 5)" in error.say("es")


# -- TransBorder ------------------------------------------------------------------------------------------
LANDING = "/topics/transborder-raw-data"
FILES = "/sites/bts.dot.gov/files/transborder-raw"


def zipped(table: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dot1_0824.csv", table)
    return target.getvalue()


def test_links_with_irregular_labels(specimen: Specimen) -> None:
    links = zip_links(specimen("transborder_page.html").decode(), "https://www.bts.gov/topics/transborder-raw-data")
    assert [(url.rpartition("/")[2], month) for url, month in links.items()] == [
        ("tbdrRDzip170406164948.zip", date(2006, 12, 1)),
        ("Revised2013PublicData.zip", date(2013, 12, 1)),
        ("December2018TransBorderRawData-plus-yr-end.zip", date(2018, 12, 1)),
        ("May2021TransBorderRawData.zip", date(2021, 5, 1)),
        ("July-to-Dec-2021.zip", date(2021, 12, 1)),
        ("Feb-2022.zip", date(2022, 2, 1)),
        ("Jan.2024.zip", date(2024, 1, 1)),
        ("August2024.zip", date(2024, 8, 1)),
    ]
    assert next(iter(links)).startswith("https://www.bts.gov/sites/bts.dot.gov/files/transborder-raw/2006/")


@pytest.mark.parametrize(
    ("label", "month"),
    [
        ("2025/Feb2025.zip", date(2025, 2, 1)),
        ("2026/January2026.zip", date(2026, 1, 1)),
        ("2018/Mar2018.zip", date(2018, 3, 1)),
        ("2024/Sept%202024_0.zip", date(2024, 9, 1)),
        ("2017/2017.zip", date(2017, 12, 1)),
        ("2025/April.zip", date(2025, 4, 1)),
        ("2025/MAY_2025.ZIP", date(2025, 5, 1)),
        ("2025/Marketing2025.zip", date(2025, 12, 1)),
        ("april.zip", None),
    ],
)
def test_month_of_a_label(label: str, month: date | None) -> None:
    found = zip_links(f'<a href="/files/{label}">x</a>', "https://www.bts.gov/")
    assert list(found.values()) == ([month] if month else [])


def test_a_page_of_links_that_cannot_be_read_to_its_end_is_refused(
    server: LocalServer, client: Client, catalog: Catalog
) -> None:
    page = b"<!DOCTYPE html><html><a href='/a/Jan2024.zip'>1</a><![x<a href='/a/Feb2024.zip'>2</a></html>"
    server.routes[LANDING] = [Reply(page, "text/html")]
    error = refuse(client, catalog, "bts_transborder")
    assert "cannot be read to its end" in error.say("en") and "no se puede leer hasta el final" in error.say("es")


def test_transborder_wanted_months(server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen) -> None:
    table = zipped(specimen("dot1_0824.csv"))
    server.routes[LANDING] = [Reply(specimen("transborder_page.html"), "text/html; charset=UTF-8")]
    for name in ("2024/August2024.zip", "2024/Jan.2024.zip"):
        server.routes[f"{FILES}/{name}"] = [Reply(table, "application/zip", headers={"ETag": '"1"'})]
    got = take(client, catalog, "bts_transborder", date(2024, 1, 15))
    assert [f.name for f in got] == ["Jan.2024.zip", "August2024.zip"]
    assert len(server.asked) == 3
    (rows,) = read(catalog, "bts_transborder", got[1])
    assert rows.dataset == "freight_state_port"
    assert sum(rows.frame["value_usd"]) == 611395 + 318197 + 351462654
    assert set(rows.frame["mex_state"]) == {"MX-SON", NOT_APPLICABLE}


def test_transborder_refuses_programs(server: LocalServer, client: Client, catalog: Catalog) -> None:
    server.routes[LANDING] = [Reply(HTML.replace(b"Missing Key", b"Access Denied"), "text/html", status=403)]
    error = refuse(client, catalog, "bts_transborder")
    assert server.times(LANDING) == 1
    for language in ("en", "es"):
        assert "HTTP 403" in error.say(language) and f"{server.url}{LANDING}" in error.say(language)
    assert "save the zips in a folder" in error.say("en")
    assert "ambos build --from FOLDER" in error.say("en")
    assert "guarde los zip en una carpeta" in error.say("es")
    assert "ambos build --from CARPETA" in error.say("es")


def test_transborder_refuses_the_zips(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen
) -> None:
    server.routes[LANDING] = [Reply(specimen("transborder_page.html"), "text/html")]
    server.routes[f"{FILES}/2024/Jan.2024.zip"] = [Reply(HTML, "text/html", status=403)]
    error = refuse(client, catalog, "bts_transborder")
    assert "Jan.2024.zip" in error.say("en") and "save the zips in a folder" in error.say("en")
    assert len(server.asked) == 2, "the next zip would be refused as well"


def test_transborder_broken_zip_does_not_stop_the_others(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen
) -> None:
    table = zipped(specimen("dot1_0824.csv"))
    server.routes[LANDING] = [Reply(specimen("transborder_page.html"), "text/html")]
    server.routes[f"{FILES}/2024/Jan.2024.zip"] = [Reply(table[:-40], "application/zip")]
    server.routes[f"{FILES}/2024/August2024.zip"] = [Reply(table, "application/zip")]
    got = []
    with pytest.raises(FetchFailed) as caught:
        for fetched in CONNECTORS["bts_transborder"].fetch(client, catalog, SINCE):
            got.append(fetched.name)
    assert got == ["August2024.zip"]
    assert "Jan.2024.zip" in caught.value.say("en")
    assert "the answer is cut, damaged or not ZIP at all" in caught.value.say("en")
    assert "la respuesta está cortada o dañada, o no es ZIP" in caught.value.say("es")


def test_transborder_page_without_links(server: LocalServer, client: Client, catalog: Catalog) -> None:
    server.routes[LANDING] = [Reply(HTML, "text/html")]
    error = refuse(client, catalog, "bts_transborder")
    assert "links to no zip" in error.say("en") and "no enlaza ningún zip" in error.say("es")


def test_annual_comes_by_hand_only(server: LocalServer, client: Client, catalog: Catalog) -> None:
    error = refuse(client, catalog, "bts_transborder_annual", OnlyByHand)
    assert not server.asked
    assert "comes by hand only" in error.say("en") and "ambos build --from FOLDER" in error.say("en")
    assert "solo se obtiene a mano" in error.say("es") and "ambos build --from CARPETA" in error.say("es")


# -- Banco de México --------------------------------------------------------------------------------------
SIE = "/SieAPIRest/service/v1/series/SF43718/datos/2024-01-01/2024-09-30"


def test_the_rate_is_asked_with_the_token_which_is_kept_nowhere(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", "t0k3n")
    server.routes[SIE] = [Reply(specimen("sie.json"), "application/json;charset=UTF-8")]
    (fetched,) = take(client, catalog, "banxico_fix")
    assert (fetched.content, fetched.request) == (specimen("sie.json"), server.url + SIE)
    assert server.asked[0].headers["bmx-token"] == "t0k3n"
    assert "t0k3n" not in f"{fetched}{client.attempts}"
    (rows,) = read(catalog, "banxico_fix", fetched)
    assert [str(v) for v in rows.frame.sort("date")["rate"]] == ["20.2683", "20.5103", "20.7862"]


@pytest.mark.parametrize(
    ("source", "variable", "signup"),
    [
        ("banxico_fix", "BANXICO_TOKEN", "https://www.banxico.org.mx/SieAPIRest/service/v1/token"),
        ("census_trade", "CENSUS_API_KEY", "https://api.census.gov/data/key_signup.html"),
        ("bea_state_gdp", "BEA_API_KEY", "https://apps.bea.gov/API/signup/"),
        ("banxico_remittances", "BANXICO_TOKEN", "https://www.banxico.org.mx/SieAPIRest/service/v1/token"),
    ],
)
@pytest.mark.parametrize("value", [None, " "])
def test_without_its_key_a_source_is_not_asked(
    server: LocalServer,
    client: Client,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    variable: str,
    signup: str,
    value: str | None,
) -> None:
    if value is not None:
        monkeypatch.setenv(variable, value)
    error = refuse(client, catalog, source, NeedsKey)
    assert not server.asked
    for language in ("en", "es"):
        assert variable in error.say(language) and signup in error.say(language)
    assert "needs a key" in error.say("en") and "requiere una clave" in error.say("es")


@pytest.mark.parametrize("status", [401, 403])
def test_fix_token_refused(
    server: LocalServer, client: Client, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", "t0k3n")
    answer = '{"error": {"mensaje": "Token inválido", "detalle": "El token t0k3n no existe"}}'
    server.routes[SIE] = [Reply(answer.encode(), "application/json", status=status)]
    error = refuse(client, catalog, "banxico_fix", KeyRefused)
    for language in ("en", "es"):
        said = error.say(language)
        assert "BANXICO_TOKEN" in said and "Token inválido" in said and "t0k3n" not in said
    assert "does not accept the key" in error.say("en") and "no acepta la clave" in error.say("es")


@pytest.mark.parametrize("body", ['{"error": {"mensaje": "x"}}', '{"bmx": {"series": []}}', '{"bmx": null}', "[]"])
def test_fix_without_series(
    server: LocalServer, client: Client, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", "t0k3n")
    server.routes[SIE] = [Reply(body.encode(), "application/json")]
    error = refuse(client, catalog, "banxico_fix")
    assert "holds no series" in error.say("en") and "no trae ninguna serie" in error.say("es")


# -- Census -----------------------------------------------------------------------------------------------
def census(served: dict[tuple[str, str, str], bytes]) -> Callable[[Asked], Reply]:
    """Rows for some (path, level, month); 204 for the others."""

    def reply(asked: Asked) -> Reply:
        body = served.get((asked.path, asked.query["COMM_LVL"][0], asked.query["time"][0]))
        return Reply(body, "application/json;charset=utf-8") if body else Reply(status=204, type="")

    return reply


TABLES = [
    f"/data/timeseries/intltrade/{flow}/{table}" for flow in ("exports", "imports") for table in ("statehs", "porths")
]


def test_trade_month_by_month(
    server: LocalServer, client: Client, catalog: Catalog, specimen: Specimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    body = specimen("census_exports_statehs.json")
    for path in TABLES:
        server.routes[path] = census({(TABLES[0], "HS2", "2024-08"): body})
    (fetched,) = take(client, catalog, "census_trade", date(2024, 7, 1))
    assert (fetched.name, fetched.content) == ("exports-statehs-hs2-2024-08.json", body)
    assert len(server.asked) == 2 * 2 * 2 * 3, "months × directions × tables × levels, each once"
    assert {a.query["time"][0] for a in server.asked} == {"2024-07", "2024-08"}, "September is not over"
    assert {a.query["key"][0] for a in server.asked} == {"s3cr3t"}
    assert all(len(a.query["get"][0].split(",")) <= 50 for a in server.asked)
    by_table = {a.path: a.query for a in server.asked}
    assert by_table[TABLES[0]]["STATE"] == ["AZ"] and by_table[TABLES[0]]["CTY_CODE"] == ["2010"]
    assert sorted(by_table[TABLES[1]]["PORT"]) == ["2601", "2602", "2603", "2604", "2606", "2608"]
    assert "key=REDACTED" in fetched.request
    assert "s3cr3t" not in f"{fetched}{client.attempts}"
    (rows,) = read(catalog, "census_trade", fetched)
    assert rows.dataset == "trade_state_hs" and not rows.rejected.height
    assert rows.frame["value_usd"].to_list() == [1735637, 726605]


def test_trade_key_refused_by_a_redirect_to_a_page(
    server: LocalServer, client: Client, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    server.routes[TABLES[0]] = [Reply(status=302, headers={"Location": "/data/invalid_key.html"})]
    server.routes["/data/invalid_key.html"] = [Reply(HTML.replace(b"Missing", b"Invalid"), "text/html")]
    error = refuse(client, catalog, "census_trade", KeyRefused)
    assert [a.status for a in client.attempts] == [302, 200]
    for language in ("en", "es"):
        said = error.say(language)
        assert "CENSUS_API_KEY" in said and "Invalid Key" in said and "key_signup" in said and "s3cr3t" not in said


def test_trade_plain_error(
    server: LocalServer, client: Client, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "s3cr3t")
    server.routes[TABLES[0]] = [Reply(b"error: unknown variable 'ALL_VAL_M0'", status=400)]
    error = refuse(client, catalog, "census_trade")
    assert "unknown variable 'ALL_VAL_M0'" in error.say("en")
    assert json.dumps(error.say("es")) and "key=REDACTED" in error.say("es")
