"""Each way in which a server may be hostile ends a question with one clear error, at the latest at its deadline."""

from __future__ import annotations

import gzip
import itertools
import json
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpcore
import pytest
from fake_network import Clock, Network, Octets, Question, answer
from fetch_specimens import SERVERS
from hostile_answers import LOCATIONS, RETRY

from ambos.catalog import Catalog
from ambos.errors import FetcherFault, FetchFailed
from ambos.flows.data.fetch import fetch
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.sources.bts.transborder import zip_links
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared import wire
from ambos.sources.shared.answers import Expect, Trouble, check, html_title, retry_after, shortened
from ambos.sources.shared.http import Client, RequestLimits
from ambos.sources.sinaica.hourly import chart
from ambos.store import Store

NOW = datetime(2024, 9, 30, 18, 0, tzinfo=UTC)
URL = "https://data.example.org/x"
Ask = Callable[..., FetchFailed]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[..., tuple[Client, Network]]:
    """A client whose network leads to a server in memory."""
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    def make(server: Callable[[Question], Octets | Exception], **limits: float) -> tuple[Client, Network]:
        network = Network(server, clock)
        monkeypatch.setattr(wire, "_Network", network)
        return Client(RequestLimits(**limits), clock=lambda: NOW, monotonic=clock, sleep=clock.sleep), network

    return make


@pytest.fixture
def ask(connect: Callable[..., tuple[Client, Network]]) -> Ask:
    """The failure of a question to a server that always gives the same."""

    def failure(reply: Octets | Exception, expect: Expect = "csv", **limits: float) -> FetchFailed:
        client, _ = connect(lambda asked: reply, **limits)
        with pytest.raises(FetchFailed) as caught:
            client.get(URL, expect=expect)
        for said in (caught.value.say("en"), caught.value.say("es")):
            assert said.isprintable() and len(said) < 1500
        assert client.attempts[-1].problem in ("", caught.value.values["problem"])
        return caught.value

    return failure


# -- time -----------------------------------------------------------------------------------------------------------
def drip(text: bytes) -> Octets:
    """An octet a second, without end."""
    return Octets(itertools.chain((text[i : i + 1] for i in range(len(text))), itertools.repeat(b"x")), apart=1.0)


@pytest.mark.parametrize(
    "text", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\na,b\n", b"HTTP/1.1 500 X\r\n\r\n"]
)
def test_an_octet_a_second_ends_at_the_deadline(
    connect: Callable[..., tuple[Client, Network]], clock: Clock, text: bytes
) -> None:
    client, network = connect(lambda asked: drip(text))
    with pytest.raises(FetchFailed) as caught:
        client.get(URL, expect="csv")
    assert 890 < clock.now <= 902 and len(network.asked) == 1
    assert caught.value.values["problem"] == "timeout" and "within 900 seconds in all" in caught.value.say("en")
    assert "en 900 segundos en total, con los reintentos" in caught.value.say("es")


def test_the_deadline_holds_for_all_attempts_together(
    connect: Callable[..., tuple[Client, Network]], clock: Clock
) -> None:
    """Each attempt alone would be in time."""
    client, network = connect(lambda asked: Octets([], silent=True), attempts=100)
    with pytest.raises(FetchFailed):
        client.get(URL, expect="csv")
    assert clock.now <= 900 and 10 < len(network.asked) < 16
    begun = clock.now
    with pytest.raises(FetchFailed):
        client.get(URL, expect="csv")
    assert 800 < clock.now - begun <= 900, "the next question has a deadline of its own"


def test_the_deadline_holds_for_pauses_that_the_source_asks_for(
    connect: Callable[..., tuple[Client, Network]], clock: Clock
) -> None:
    client, _ = connect(lambda asked: Octets([answer(b"", status=429, headers=[("Retry-After", "100")])]), attempts=100)
    with pytest.raises(FetchFailed):
        client.get(URL, expect="csv")
    assert clock.now <= 900


@pytest.mark.parametrize("header", RETRY)
def test_retry_after_of_any_kind(ask: Ask, header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or 0 <= seconds < 1e12
    ask(Octets([answer(b"", status=503, headers=[("Retry-After", header.encode())])]))


# -- redirects ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", range(len(LOCATIONS)))
def test_a_redirect_to_anywhere(ask: Ask, number: int) -> None:
    """Refused, or asked again until it is one redirect too many."""
    assert ask(Octets([answer(status=302, headers=[("Location", LOCATIONS[number].encode())])])).values["problem"] in (
        "redirect",
        "status",
    )


@pytest.mark.parametrize(
    "where",
    [
        "data:text/csv,a",
        "file:///etc/passwd",
        "ftp://a/",
        "http://a..b/",
        "https://a:99999/",
        "https://a:0/",
        "https://xn--a/",
        "http://",
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_not_followed(
    connect: Callable[..., tuple[Client, Network]], where: str
) -> None:
    client, network = connect(lambda asked: Octets([answer(status=301, headers=[("Location", where)])]))
    with pytest.raises(FetchFailed) as caught:
        client.get(URL, expect="csv")
    assert len(network.asked) == 1 and caught.value.values["problem"] == "redirect"
    assert "la fuente redirige" in caught.value.say("es")


# -- heads and bodies -----------------------------------------------------------------------------------------------
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n"


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"", "connection"),
        (b"GARBAGE", "connection"),
        (b"HTTP/1.1 \xb2\xb2\xb2 X\r\n\r\n", "connection"),
        (HEAD + b"X: a\r\n" * 100_000 + b"\r\na,b\n1,2\n", "connection"),
        (HEAD + b"Content-Length: 99\r\n\r\na,b\n1,2\n", "truncated"),
        (HEAD + b"Content-Length: 5\r\n\r\na,b\n1,2\n", "truncated"),
        (HEAD + b"Content-Length: \xc2\xb2\r\n\r\na,b\n1,2\n", "connection"),
        (HEAD + b"Content-Length: " + b"9" * 40 + b"\r\n\r\na,b\n1,2\n", "connection"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\na,b\n", "truncated"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 30 + b"\r\n", "truncated"),
        (HEAD + b"Content-Encoding: " + b"\x1b[31m" + b"\r\n\r\n", "encoding"),
        (HEAD + b"Content-Encoding: " + b"x" * 5000 + b"\r\n\r\n", "encoding"),
        (b"HTTP/1.1 206 X\r\n\r\na,b\n", "status"),
        (b"HTTP/1.1 304 X\r\n\r\n", "status"),
        (b"HTTP/1.1 204 X\r\n\r\n", "status"),
        (b"HTTP/1.1 599 X\r\n\r\n", "status"),
        (b"HTTP/1.1 999 X\r\n\r\n", "status"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-7\r\n\r\n+AFs-", "not_csv"),
    ],
)  # fmt: skip
def test_a_head_or_body_that_lies(ask: Ask, octets: bytes, problem: str) -> None:
    assert ask(Octets([octets])).values["problem"] == problem


@pytest.mark.parametrize("kind", ["csv", "json", "xml", "html", "page"])
def test_a_body_without_end_is_cut_off(ask: Ask, kind: Expect) -> None:
    endless = Octets(itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"1,2\n" * 16_000)))
    error = ask(endless, kind, size=2**20)
    assert error.values["problem"] == "too_large" and "1 MiB" in error.say("es")


def test_an_error_without_end_is_read_a_little(ask: Ask) -> None:
    endless = Octets(itertools.chain([b"HTTP/1.1 404 X\r\n\r\n"], itertools.repeat(b"not here " * 9_000)))
    assert "HTTP 404: not here not here" in ask(endless).say("en")


def test_a_compressed_body_without_end_is_cut_off(ask: Ask) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    assert ask(Octets([head + bomb]), size=1_000_000).values["problem"] == "too_large"


@pytest.mark.parametrize(
    ("error", "english", "spanish"),
    [
        (
            httpcore.ConnectError("[Errno -2] Name or service not known"),
            "name is not found",
            "no se encuentra su nombre",
        ),
        (httpcore.ConnectError("[Errno 111] Connection refused"), "does not accept", "no acepta conexiones"),
        (httpcore.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] x"), "certificate cannot", "verificar su certificado"),
        (httpcore.ProxyError("403 Forbidden"), "403 Forbidden", "403 Forbidden"),
        (httpcore.ReadError("Connection reset by peer"), "broke off", "interrumpió la conexión"),
    ],
)
def test_no_name_no_certificate_no_proxy(ask: Ask, error: Exception, english: str, spanish: str) -> None:
    failure = ask(error)
    assert "there is no connection to the source" in failure.say("en") and english in failure.say("en")
    assert "no hay conexión con la fuente" in failure.say("es") and spanish in failure.say("es")


@pytest.mark.parametrize(
    "proxy", ["http://[::1", "http://a:99999", "http://a b:1", "socks5://127.0.0.1:9", "ftp://a", "http://"]
)
def test_a_proxy_setting_that_is_wrong(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
    with Client(RequestLimits(attempts=1, connect=0.2, read=0.2)) as client, pytest.raises(FetchFailed) as caught:
        client.get("https://data.example.invalid/x", expect="csv")
    assert caught.value.values["problem"] in ("connection", "timeout")


def test_marks_that_cannot_be_sent_back_are_not_kept(connect: Callable[..., tuple[Client, Network]]) -> None:
    """An ETag with an accent was kept, and the next request that named it failed."""
    marks = [("ETag", b'"\xe9"'), ("Last-Modified", b"x" * 2000), ("X-Other", b"1")]
    client, _ = connect(lambda asked: Octets([answer(b"a,b\n1,2\n", "text/csv", headers=marks)]))
    assert client.get(URL, expect="csv").headers == {"content-type": "text/csv"}


@pytest.mark.parametrize("text", ["\x1b[2J\x07a\x00b\u202e", "\ud800", "x" * 10_000])
def test_what_a_server_says_is_shown_without_control_characters(text: str) -> None:
    assert shortened(text).isprintable() and len(shortened(text)) <= 401


def test_json_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(Trouble, match="not_json"):
        check('["ñ"]'.encode("utf-16"), "json", "", length_known=True)


def test_hostile_pages_take_no_time() -> None:
    """Each was quadratic or failed: titles, marks of a chart and links without end."""
    assert html_title(b"<html>" + b"<title>" * 2_000_000) == ""
    for body in (b"var dat = " * 1_000_000, b"var " * 2_000_000):
        with pytest.raises(ValueError):
            chart(body)
    for page in (
        "<![x<a href='a2024.zip'>",
        "<!a [<b>",
        "<a href='http://[x/a2024.zip'>",
        "<a href='//\u2100.org/a2024.zip'>",
    ):
        with suppress(AssertionError):  # what `fetch` makes an error of the page
            zip_links(page, "https://www.bts.gov/")


# -- shapes and lists -----------------------------------------------------------------------------------------------
@pytest.fixture
def workspace(tmp_path: Path, catalog: Catalog, clock: Clock) -> Workspace:
    store = Store(tmp_path / "store", catalog.datasets, None)
    client = lambda: Client(RequestLimits(attempts=1), clock=lambda: NOW, monotonic=clock, sleep=clock.sleep)  # noqa: E731
    return Workspace(tmp_path, catalog, store, clock=lambda: NOW, http=client)


SHAPES = {
    "banxico_remittances": ['{"bmx": []}', "[]", "null"],
    "banxico_fix": ['{"bmx": []}', "[]", "null", "Infinity", '{"bmx": {"series": 0}}'],
    "epa_aqs": ['{"Header": [[]], "Data": []}', '{"Header": {}, "Data": {}}', '{"Header": [{"status": "Success", "rows": Infinity}], "Data": []}', "7"],
    "airnow": ['{"a": 1}', "[[]]", "[null]", '"x"'],
    "usbr_rise": ['{"data": {"attributes": {}}, "meta": []}', "[]", '{"data": [], "meta": {"totalItems": NaN}}'],
    "usgs_water": ['{"features": {}, "links": 5}', '{"features": [1], "links": [{"rel": "next", "href": "http://["}]}', '{"features": [1], "links": [{"rel": "next", "href": "\\ud800"}]}', "[]"],
    "openaq": ['{"results": {}}', '{"results": [{"coordinates": {"latitude": 1e999, "longitude": "x"}}, 5]}'],
    "cbp_border_waits": ["[5]", '{"port": 7}', "null", '[{"port_number": {}, "date": 5, "time": []}]'],
    "census_trade": ["[" * 100_000],
    "conagua_reservoirs": ["{}", '[{"clavesih": 5}]', '[{"clavesih": {}, "almacenaactual": [], "fechamonitoreo": 1e999}]'],
    "datamexico_enoe": ["[]", '{"data": {}}', '{"data": [{"Quarter": 1, "State ID": null, "Workforce": 1e999}]}'],
    "economia_fdi": ["[]", '{"data": 5}', '{"data": [5]}', '{"data": [{"Quarter": {}, "State ID": [], "Investment": true}]}'],
    "bea_state_gdp": ["[]", '{"BEAAPI": {"Error": {}}}', '{"BEAAPI": {"Results": {"Data": {}}}}', '{"BEAAPI": 5}'],
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"), [(source, text) for source, texts in SHAPES.items() for text in texts], ids=lambda v: v[:30]
)
def test_json_of_another_shape_is_one_error_or_nothing(
    workspace: Workspace,
    connect: Callable[..., tuple[Client, Network]],
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    text: str,
) -> None:
    for name in (
        "BANXICO_TOKEN",
        "AQS_KEY",
        "AQS_EMAIL",
        "AIRNOW_API_KEY",
        "OPENAQ_API_KEY",
        "CENSUS_API_KEY",
        "BEA_API_KEY",
    ):
        monkeypatch.setenv(name, "a-key-of-tests")
    connect(lambda asked: Octets([answer(text.encode(), "application/json")]))
    outcomes = fetch(workspace, [source], date(2024, 8, 1))
    assert not any(isinstance(o.error, FetcherFault) for o in outcomes), outcomes
    assert read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")[-1]["result"] == outcomes[-1].result


def endless_list(source: str) -> Callable[[Question], Octets]:
    """Pages that promise another one, each with rows of its own."""
    number = itertools.count()

    def server(asked: Question) -> Octets:
        n = next(number)
        if source == "bts_border_crossing":
            return Octets([answer(b"a,b\n1,%d\n" % n, "text/csv")])
        if source == "usgs_water":
            links = [{"rel": "next", "href": f"https://{asked.host}{asked.path}?n={n}"}]
            return Octets([answer(json.dumps({"features": [n], "links": links}).encode())])
        if source == "usbr_rise" and "catalog-item" not in asked.path:
            return Octets([answer(json.dumps({"data": [n], "meta": {"totalItems": 10**30}}).encode())])
        return Octets([SERVERS[source](asked)])

    return server


@pytest.mark.parametrize("source", ["bts_border_crossing", "usgs_water", "usbr_rise"])
def test_a_list_without_end_is_refused(
    connect: Callable[..., tuple[Client, Network]], catalog: Catalog, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr("ambos.sources.shared.pages.MOST_PAGES", 20)
    for module in ("usgs.water", "usbr.rise"):
        monkeypatch.setattr(f"ambos.sources.{module}.each", lambda questions: next(iter(questions))())
    client, network = connect(endless_list(source))
    with pytest.raises(FetchFailed) as caught:
        list(CONNECTORS[source].fetch(client, catalog, date(2024, 8, 1)))
    assert "la lista no termina tras 20 páginas" in caught.value.say("es") and len(network.asked) <= 23


def test_pages_that_lead_round_in_a_circle_are_refused(
    connect: Callable[..., tuple[Client, Network]], catalog: Catalog
) -> None:
    bodies = itertools.cycle([b"a,b\n1,1\n", b"a,b\n2,2\n", b"a,b\n3,3\n"])
    client, network = connect(lambda asked: Octets([answer(next(bodies), "text/csv")]))
    with pytest.raises(FetchFailed, match="the same rows came twice"):
        list(CONNECTORS["bts_border_crossing"].fetch(client, catalog, date(2024, 8, 1)))
    assert len(network.asked) == 4


def test_a_fault_of_a_fetcher_stops_its_source_only(
    workspace: Workspace, connect: Callable[..., tuple[Client, Network]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        yield from ()
        raise ZeroDivisionError("with words of its own: s3cr3t")

    waits = CONNECTORS["cbp_border_waits"]
    monkeypatch.setattr("ambos.flows.data.fetch.CONNECTORS", {"a": replace(waits, fetcher=broken), waits.id: waits})
    connect(lambda asked: Octets([SERVERS["cbp_border_waits"](asked)]))
    first, second = fetch(workspace, ["a", "cbp_border_waits"])
    assert isinstance(first.error, FetcherFault) and "ZeroDivisionError, test_fetch_hostile.py:" in first.error.say(
        "es"
    )
    assert "s3cr3t" not in first.error.say("en") and second.result == "stored"
    assert [line["result"] for line in read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")] == [
        "failed",
        "stored",
    ]
