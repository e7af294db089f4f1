"""The client against a real server: what it takes, what it refuses, how often it asks, what it says."""

from __future__ import annotations

import gzip
import io
import json
import logging
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from ambos import __version__
from ambos.errors import FetchFailed
from ambos.sources.shared.answers import Expect, retry_after
from ambos.sources.shared.http import Client
from ambos.sources.shared.keys import redact
from ambos.sources.shared.wire import redact_url
from local_server import Asked, LocalServer, Reply

CSV = b"date,measure,value\n2024-01-01,Trucks,37425\n"
JSON = b'[{"port_number": "260402"}]'
HTML = b"<!DOCTYPE html>\n<html><head><title>Site under maintenance</title></head><body>Sorry</body></html>"


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dot1_0824.csv", "TRDTYPE,USASTATE\n1,AZ\n" * 200)
    return target.getvalue()


def problem(client: Client, url: str, expect: Expect = "csv", **more: object) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        client.get(url, expect=expect, **more)  # type: ignore[arg-type]
    return caught.value


# -- good answers -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("expect", "body", "kind"),
    [
        ("csv", CSV, "text/csv; charset=UTF-8"),
        ("json", JSON, "application/json"),
        ("xml", b"<?xml version='1.0'?><border_wait_time><port/></border_wait_time>", "text/xml"),
        ("zip", zipped(), "application/zip"),
        ("html", HTML, "text/html"),
    ],
)
def test_bytes_come_as_sent(server: LocalServer, client: Client, expect: Expect, body: bytes, kind: str) -> None:
    server.routes["/x"] = [Reply(body, kind, headers={"ETag": '"7"', "Set-Cookie": "a=b"})]
    answer = client.get(f"{server.url}/x", expect=expect)
    assert answer.content == body
    assert answer.headers == {"content-type": kind, "etag": '"7"'}
    assert [(a.status, a.problem) for a in client.attempts] == [(200, "")]
    assert server.asked[0].headers["user-agent"].startswith(f"Ambos/{__version__}")


def test_chunked_answer_is_whole(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(chunks=(CSV[:10], CSV[10:]), type="text/csv")]
    assert client.get(f"{server.url}/x", expect="csv").content == CSV


@pytest.mark.parametrize(
    "body", [gzip.compress(CSV, mtime=0), gzip.compress(CSV[:20], mtime=0) + gzip.compress(CSV[20:], mtime=0)]
)
def test_compressed_answer_is_whole(server: LocalServer, client: Client, body: bytes) -> None:
    server.routes["/x"] = [Reply(chunks=(body[:30], body[30:]), type="text/csv", headers={"Content-Encoding": "gzip"})]
    assert client.get(f"{server.url}/x", expect="csv").content == CSV
    assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_compression_nobody_asked_for_is_refused(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(CSV, "text/csv", headers={"Content-Encoding": "br"})]
    error = problem(client, f"{server.url}/x")
    assert error.values["problem"] == "encoding" and "compressed as “br”" in error.say("en")


def test_what_has_not_changed_is_said_so_and_not_sent_again(server: LocalServer, client: Client) -> None:
    def reply(asked: Asked) -> Reply:
        return Reply(status=304) if asked.headers.get("if-none-match") == '"7"' else Reply(CSV, "text/csv")

    server.routes["/x"] = reply
    url = f"{server.url}/x"
    client.known[url] = {"etag": '"7"', "last-modified": "Fri, 23 Aug 2024 15:00:00 GMT", "content-type": "text/csv"}
    answer = client.get(url, expect="csv")
    assert (answer.status, answer.content, answer.fetched("x").unchanged) == (304, b"", True)
    assert server.asked[0].headers["if-modified-since"] == "Fri, 23 Aug 2024 15:00:00 GMT"


def test_not_modified_unasked_is_refused(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(status=304)]
    assert problem(client, f"{server.url}/x").values["problem"] == "status"


# -- wrong answers ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/csv", ""])
@pytest.mark.parametrize("expect", ["csv", "json", "xml", "zip"])
def test_web_page_with_status_200_is_refused(server: LocalServer, client: Client, expect: Expect, kind: str) -> None:
    server.routes["/x"] = [Reply(HTML, kind)]
    error = problem(client, f"{server.url}/x", expect)
    assert error.values["problem"] == "html"
    assert server.times("/x") == 1
    assert f"a web page “Site under maintenance” instead of {expect.upper()}" in error.say("en")
    assert f"una página web «Site under maintenance» en lugar de {expect.upper()}" in error.say("es")
    assert "(tries: 1)" in error.say("en") and "(intentos: 1)" in error.say("es")


def test_data_labelled_as_web_page_is_refused(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(b"Service unavailable, try later", "text/html")]
    assert problem(client, f"{server.url}/x").values["problem"] == "html"


@pytest.mark.parametrize(
    ("expect", "cut", "found"),
    [
        ("csv", Reply(CSV[:-5], "text/csv", claims=len(CSV)), "truncated"),
        ("csv", Reply(chunks=(CSV[:20],), type="text/csv", broken=True), "truncated"),
        ("csv", Reply(CSV[:-5], "text/csv", unframed=True), "truncated"),
        # the length is kept, and the server sent a part
        ("csv", Reply(CSV[:-8], "text/csv"), "truncated"),
        ("csv", Reply(b'a,b\n1,"two', "text/csv"), "truncated"),
        ("csv", Reply(gzip.compress(CSV, mtime=0)[:-9], "text/csv", headers={"Content-Encoding": "gzip"}), "truncated"),
        (
            "csv",
            Reply(gzip.compress(CSV * 9, mtime=0)[:40], "text/csv", headers={"Content-Encoding": "gzip"}),
            "truncated",
        ),
        ("csv", Reply(chunks=(gzip.compress(CSV, mtime=0)[:-4],), headers={"Content-Encoding": "gzip"}), "truncated"),
        (
            "json",
            Reply(gzip.compress(JSON, mtime=0)[:-9], "application/json", headers={"Content-Encoding": "gzip"}),
            "truncated",
        ),
        ("csv", Reply(CSV, "text/csv", headers={"Content-Encoding": "gzip"}), "truncated"),
        ("json", Reply(JSON[:-4], "application/json"), "not_json"),
        ("json", Reply(b"callback(1)", "application/json"), "not_json"),
        ("xml", Reply(b"<border_wait_time><port>", "text/xml", unframed=True), "not_xml"),
        ("zip", Reply(zipped()[:-30], "application/zip", unframed=True), "not_zip"),
        ("html", Reply(HTML[:60], "text/html", unframed=True), "truncated"),
        ("csv", Reply(b" \n", "text/csv"), "empty"),
    ],
)
def test_cut_answer_is_refused_and_asked_for_again(
    server: LocalServer, client: Client, expect: Expect, cut: Reply, found: str
) -> None:
    server.routes["/x"] = [cut]
    error = problem(client, f"{server.url}/x", expect)
    assert error.values["problem"] == found
    assert server.times("/x") == client.limits.attempts == error.values["tries"]
    assert [a.problem for a in client.attempts] == [found] * client.limits.attempts


def test_damaged_member_of_a_zip(server: LocalServer, client: Client) -> None:
    body = bytearray(zipped())
    body[60] ^= 0xFF
    server.routes["/x"] = [Reply(bytes(body), "application/zip")]
    assert problem(client, f"{server.url}/x", "zip").values["problem"] == "not_zip"


def test_cut_once_then_whole(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(CSV[:-5], "text/csv", claims=len(CSV)), Reply(CSV, "text/csv")]
    assert client.get(f"{server.url}/x", expect="csv").content == CSV
    assert [a.problem for a in client.attempts] == ["truncated", ""]


@pytest.mark.parametrize("body", [b'{"error": true, "message": "x"}', b"no comma here\n", b"a,\0b\n"])
def test_what_is_not_csv(server: LocalServer, client: Client, body: bytes) -> None:
    server.routes["/x"] = [Reply(body, "text/csv")]
    assert problem(client, f"{server.url}/x").values["problem"] == "not_csv"
    assert server.times("/x") == 1


def test_an_answer_that_is_too_large_is_refused_at_once(server: LocalServer, new_client: Callable[..., Client]) -> None:
    server.routes["/x"] = [Reply(CSV * 1000, "text/csv")]
    with new_client(size=10_000) as client:
        error = problem(client, f"{server.url}/x")
    assert error.values["problem"] == "too_large"
    assert server.times("/x") == 1
    assert "9.8 KiB" in error.say("en") and "9.8 KiB" in error.say("es")


# -- statuses ---------------------------------------------------------------------------------------------
def test_server_error_then_good(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(b"oops", status=500), Reply(b"", status=502), Reply(CSV, "text/csv")]
    assert client.get(f"{server.url}/x", expect="csv").content == CSV
    assert [(a.status, a.problem) for a in client.attempts] == [(500, "status"), (502, "status"), (200, "")]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 206])
def test_no_use_in_asking_again(server: LocalServer, client: Client, status: int) -> None:
    server.routes["/x"] = [Reply(b"error: unknown variable 'ALL_VAL_M'", status=status)]
    error = problem(client, f"{server.url}/x")
    assert server.times("/x") == 1
    assert (error.values["problem"], error.values["status"]) == ("status", status)
    for language in ("en", "es"):
        assert f"HTTP {status}: error: unknown variable 'ALL_VAL_M'" in error.say(language)


def test_no_rows_only_where_that_is_an_answer(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(status=204, type="")]
    assert client.get(f"{server.url}/x", expect="json", may_be_empty=True).status == 204
    assert problem(client, f"{server.url}/x", "json").values["status"] == 204


def test_retry_after_is_waited_out(server: LocalServer, new_client: Callable[..., Client], slept: list[float]) -> None:
    server.routes["/x"] = [Reply(b"slow down", status=429, headers={"Retry-After": "7"}), Reply(CSV, "text/csv")]
    with new_client(monotonic=lambda: 0.0) as client:
        client.get(f"{server.url}/x", expect="csv")
    assert slept == [7]
    assert server.times("/x") == 2


def test_retry_after_of_nothing_keeps_the_pace(
    server: LocalServer, new_client: Callable[..., Client], slept: list[float]
) -> None:
    server.routes["/x"] = [Reply(b"", status=503, headers={"Retry-After": "0"}), Reply(CSV, "text/csv")]
    with new_client(pace=9.0, monotonic=lambda: 0.0) as client:
        client.get(f"{server.url}/x", expect="csv")
    assert slept == [9]


def test_retry_after_beyond_the_limit_is_not_asked_again(
    server: LocalServer, client: Client, slept: list[float]
) -> None:
    server.routes["/x"] = [Reply(b"", status=429, headers={"Retry-After": "3600"})]
    error = problem(client, f"{server.url}/x")
    assert server.times("/x") == 1 and not slept
    assert "asks to wait 3600 seconds" in error.say("en")
    assert "pide esperar 3600 segundos" in error.say("es")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 30 Sep 2024 18:02:00 GMT", 120.0),
        ("Mon, 30 Sep 2024 17:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
    ],
)
def test_retry_after_in_both_forms(header: str, seconds: float | None) -> None:
    assert retry_after(header, datetime(2024, 9, 30, 18, 0, tzinfo=UTC)) == seconds


# -- time -------------------------------------------------------------------------------------------------
def test_a_slow_answer_is_given_up_after_the_attempts(server: LocalServer, new_client: Callable[..., Client]) -> None:
    server.routes["/x"] = [Reply(CSV, "text/csv", wait=3)]
    with new_client(read=0.1, attempts=2) as client:
        error = problem(client, f"{server.url}/x")
    assert (error.values["problem"], error.values["tries"], error.values["status"]) == ("timeout", 2, None)
    assert "no answer within 0.1 seconds" in error.say("en")
    assert "sin respuesta en 0.1 segundos" in error.say("es")


def test_answer_that_drips(server: LocalServer) -> None:
    """Each part comes in time, the whole does not."""
    server.routes["/x"] = [Reply(CSV, "text/csv")]
    hours = iter(range(0, 36000, 3600))
    with Client(monotonic=lambda: float(next(hours)), sleep=lambda _: None) as client:
        client.limits = type(client.limits)(attempts=1, total=60)
        assert problem(client, f"{server.url}/x").values["problem"] == "timeout"


def test_each_host_has_a_pace_of_its_own(
    server: LocalServer, new_client: Callable[..., Client], slept: list[float]
) -> None:
    server.routes["/x"] = [Reply(CSV, "text/csv")]
    with LocalServer() as other, new_client(pace=9.0, monotonic=lambda: 0.0) as client:
        other.routes["/x"] = server.routes["/x"]
        client.get(f"{server.url}/x", expect="csv")
        client.get(f"{other.url}/x", expect="csv")
        assert not slept
        client.get(f"{server.url}/x", expect="csv")
    assert slept == [9]


def test_a_server_that_is_not_there_is_tried_four_times(new_client: Callable[..., Client]) -> None:
    with LocalServer() as gone:
        url = gone.url
    with new_client() as client:
        error = problem(client, f"{url}/x")
    assert (error.values["problem"], error.values["tries"]) == ("connection", 4)
    assert "there is no connection to the source" in error.say("en")
    assert "no hay conexión con la fuente" in error.say("es")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://[::1", "not an address", "http://a:b"])
def test_not_an_address(client: Client, url: str) -> None:
    error = problem(client, url)
    assert error.values["problem"] == "address"
    assert "not a web address" in error.say("en") and "no es una dirección web" in error.say("es")


# -- redirects --------------------------------------------------------------------------------------------
def test_redirect_is_followed_and_noted(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(status=302, headers={"Location": "/y"})]
    server.routes["/y"] = [Reply(CSV, "text/csv")]
    answer = client.get(f"{server.url}/x", expect="csv")
    assert (answer.content, answer.url) == (CSV, f"{server.url}/x")
    assert [a.status for a in client.attempts] == [302, 200]


def test_redirect_in_circles(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(status=302, headers={"Location": "/x"})]
    assert problem(client, f"{server.url}/x").values["problem"] == "redirect"


def test_key_in_a_header_stays_at_home(server: LocalServer, client: Client) -> None:
    with LocalServer() as other:
        server.routes["/x"] = [Reply(status=302, headers={"Location": f"{other.url}/y"})]
        other.routes["/y"] = [Reply(CSV, "text/csv")]
        client.get(f"{server.url}/x", expect="csv", headers={"Bmx-Token": "s3cr3t"}, secret="s3cr3t")
        assert server.asked[0].headers["bmx-token"] == "s3cr3t"
        assert "s3cr3t" not in str(other.asked)


# -- keys -------------------------------------------------------------------------------------------------
SECRET = "a+b/c=d&64 x"


@pytest.mark.parametrize("place", ["query", "path", "header"])
@pytest.mark.parametrize("kind", ["good", "status", "html", "moved", "echo", "gone", "slow"])
def test_a_key_arrives_and_is_seen_nowhere(
    server: LocalServer,
    new_client: Callable[..., Client],
    caplog: pytest.LogCaptureFixture,
    place: str,
    kind: str,
) -> None:
    url = httpx.URL(f"{server.url}/x").copy_add_param("q", "1")
    params, headers = [], {}
    if place == "query":
        params = [("key", SECRET)]
    elif place == "header":
        headers = {"Bmx-Token": SECRET}
    else:
        url = url.copy_with(raw_path=b"/x/a%2Bb%2Fc%3Dd%2664%20x?q=1")
    back = url.copy_merge_params(params)

    def reply(asked: Asked) -> Reply:
        arrived = [*asked.query.get("key", ()), asked.headers.get("bmx-token", ""), httpx.URL(asked.path).path]
        assert any(SECRET in a for a in arrived)
        return {
            "good": Reply(JSON, "application/json", headers={"ETag": SECRET}),
            "status": Reply(f"bad key {SECRET}".encode(), status=400),
            "html": Reply(HTML.replace(b"Sorry", b"").replace(b"Site", SECRET.encode()), "text/html"),
            "moved": Reply(status=302, headers={"Location": str(back.copy_set_param("again", "1"))}),
            "echo": Reply(json.dumps([SECRET], ensure_ascii=False).encode(), "application/json"),
            "gone": Reply(b"", "application/json", claims=99),
            "slow": Reply(b"", wait=1),
        }[kind]

    for path in ("/x", url.path, url.raw_path.decode().partition("?")[0]):
        server.routes[path] = reply
    with caplog.at_level(logging.INFO), new_client(attempts=2, read=0.3) as client:
        seen: list[object] = []
        try:
            answer = client.get(str(url), expect="json", params=params, headers=headers, secret=SECRET)
            seen += [answer, answer.content, answer.headers]
        except FetchFailed as error:
            chain: BaseException | None = error
            while chain:
                seen += [chain.args, repr(chain), getattr(chain, "values", ""), repr(getattr(chain, "_request", ""))]
                chain = chain.__cause__
            seen += [error.say("en"), error.say("es")]
        assert server.asked
        seen += [client.attempts, [a.url for a in client.attempts], caplog.text]
    text = str(seen)
    for spelling in (SECRET, "a%2Bb%2Fc%3Dd", "a+b/c=d", "a%2bb%2fc"):
        assert spelling not in text


def test_an_answer_that_repeats_the_key_is_not_taken(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(b'{"token": "s3cr3t"}', "application/json")]
    error = problem(client, f"{server.url}/x", "json", headers={"Bmx-Token": "s3cr3t"}, secret="s3cr3t")
    assert error.values["problem"] == "key_in_answer" and server.times("/x") == 1
    assert "repeats the key" in error.say("en") and "repite la clave" in error.say("es")


def test_proxy_that_cannot_be_used(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "gopher://user:pass@127.0.0.1:9")
    error = problem(client, "http://data.bts.gov/x")
    assert error.values["problem"] == "connection" and "pass@" not in error.say("en")


def test_proxy_of_the_system_is_used(server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url.removeprefix("http://"))
    server.routes["/x"] = [Reply(CSV, "text/csv")]
    assert client.get("http://data.bts.gov/x", expect="csv").content == CSV
    assert server.asked[0].headers["host"] == "data.bts.gov"


def test_keys_by_the_names_of_their_parameters() -> None:
    url = httpx.URL("https://u:p@api.bea.gov/data?UserID=abc&$$app_token=t&key=k&api_key=&monkey=1")
    shown = redact_url(url, "")
    assert "abc" not in shown and "=t" not in shown and "=k" not in shown and "u:p" not in shown
    assert "monkey=1" in shown and shown.count("REDACTED") == 3


def test_no_key_nothing_to_hide() -> None:
    assert redact("as it is", "") == "as it is"


# -- forms, slow sources, sources that repeat the question ------------------------------------------------
def test_a_form_is_posted_and_shown_as_a_query(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(b"<p>var dat = [];</p>", "text/html")]
    answer = client.get(f"{server.url}/x", expect="page", form=[("a", "1 2"), ("b", "")])
    assert server.asked[0].query == {"a": ["1 2"], "b": [""]}
    assert answer.url.endswith("/x?a=1+2&b=") and answer.content == b"<p>var dat = [];</p>"


def test_a_form_is_sent_again_whole(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(b"", status=503), Reply(b"ok", "text/html")]
    client.get(f"{server.url}/x", expect="page", form=[("a", "1")])
    assert [a.query for a in server.asked] == [{"a": ["1"]}] * 2


def test_a_form_is_not_sent_elsewhere(server: LocalServer, client: Client) -> None:
    server.routes["/x"] = [Reply(b"", status=302, headers={"Location": "/y"})]
    error = problem(client, f"{server.url}/x", "page", form=[("a", "1")])
    assert "redirects a form" in error.say("en") and server.times("/y") == 0


def test_what_a_source_repeats_is_taken_out(server: LocalServer, client: Client) -> None:
    body = b'{"url": "https://x?email=a%2Bb%40c.org&key=S3cret", "who": "A+B@c.org"}'
    server.routes["/x"] = [Reply(body, "application/json"), Reply(body, "application/json", status=400)]
    answer = client.get(f"{server.url}/x", expect="json", secret="S3cret", echoed=("S3cret", "a+b@c.org"))
    assert json.loads(answer.content) == {"url": "https://x?email=REDACTED&key=REDACTED", "who": "REDACTED"}
    error = problem(client, f"{server.url}/x", "json", secret="S3cret", echoed=("S3cret", "a+b@c.org"))
    assert "REDACTED" in error.say("en") and "c.org" not in error.say("en")


def test_a_slow_source_is_waited_for(server: LocalServer, new_client: Callable[..., Client]) -> None:
    server.routes["/x"] = [Reply(CSV, "text/csv", wait=0.6)]
    with new_client(read=0.2, attempts=1) as client:
        assert "0.2" in problem(client, f"{server.url}/x").say("en")
        assert client.get(f"{server.url}/x", expect="csv", patience=5.0).content == CSV


def test_a_source_that_wants_a_slower_pace_gets_it(server: LocalServer, client: Client, slept: list[float]) -> None:
    server.routes["/x"] = [Reply(CSV, "text/csv")]
    client.get(f"{server.url}/x", expect="csv", pace=5.0)
    client.get(f"{server.url}/x", expect="csv")
    assert len(slept) == 1 and 4 < slept[0] <= 5
