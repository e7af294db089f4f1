"""The web door towards strangers: limits, addresses, texts, headers, logs."""

from __future__ import annotations

import csv
import json
import logging
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from fastapi.responses import Response
from fastapi.testclient import TestClient
from starlette.routing import Route

from ambos.web import api, limits, log, pages, server
from web_server import WebServer, embedded, read

SERIES = "/en/series/crossings.trucks?place=nogales&from=2024&freq=A"
#: What stands in the place of a parameter in an address, as sent.
EVIL = (
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "..%5c..%5cwindows%5cwin.ini",
    "x%00.html",
    "%0d%0aSet-Cookie:%20a=b",
    "%252e%252e%252fetc%252fpasswd",
    "a" * 3000,
    "%ff%fe",
    "{{7*7}}",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with WebServer(embedded(tmp_path_factory.mktemp("serve"))) as running:
        yield running


def _routes() -> list[str]:
    """The addresses of all routes with a parameter, and of the files."""
    own = [f"/es{route.path}" for router in pages.ROUTERS for route in router.routes if isinstance(route, Route)]
    own += [route.path for router in api.ROUTERS for route in router.routes if isinstance(route, Route)]
    with_parameter = [path for path in own if "{" in path]
    assert len(with_parameter) > 5
    return [*with_parameter, "/static/{file}", "/static/fonts/{file}"]


@pytest.mark.parametrize("evil", EVIL)
def test_no_address_reaches_the_file_system_or_is_a_fault(site: WebServer, evil: str) -> None:
    for path in _routes():
        status, head, body = site.ask(re.sub(r"\{[^}]*\}", evil, path))
        assert 300 <= status < 500, (path, status)
        assert b"root:x" not in body, path
        assert b"<script>alert" not in body, path
        assert b"49</" not in body, path
        assert "set-cookie" not in head.lower(), path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/en/series?q={'a' * 5000}", 414),
        ("/en/series?q=%00", 400),
        ("//evil.example/", 400),
        ("/en/../etc/passwd", 400),
        ("/en/%2e%2e/x", 400),
        ("http://evil.example/en/series", 400),
        ("*", 400),
        ("/es/%00", 400),
    ],
)
def test_an_address_that_no_page_has_is_refused_with_a_page(site: WebServer, path: str, status: int) -> None:
    got, head, body = site.ask(path)
    assert got == status
    assert "content-security-policy" in head
    assert b"<h1>" in body


def test_a_slash_at_the_end_leads_to_the_page_and_never_to_another_host(site: WebServer) -> None:
    status, head, body = site.ask("/en/series/?q=truck")
    assert status == 308
    assert "location: /en/series?q=truck" in head
    assert b"evil.example" not in body
    for path in ("/en/series", "/en/none", "/api/none", "/en/none/"):
        _, head, body = site.ask(path)
        assert "evil.example" not in head
        assert b"evil.example" not in body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "POST", "BREW"])
def test_methods_that_a_page_does_not_take_are_refused(site: WebServer, method: str) -> None:
    status, head, _ = site.ask("/en/series", method=method)
    assert status == 405
    assert "allow: GET" in head


def test_a_large_body_is_refused_whether_it_says_so_or_not(site: WebServer) -> None:
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    assert site.ask("/es/try", method="POST", headers=f"{form}Content-Length: 99999999999\r\n")[0] == 413
    assert site.ask("/es/try", method="POST", headers=f"{form}Content-Length: {'9' * 5000}\r\n")[0] in (400, 413)
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    with site.connect() as connection:
        head = f"POST /es/try HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{form}\r\n"
        connection.sendall(head.encode())
        try:
            for _ in range(limits.MOST_BODY // 65536 + 8):
                connection.sendall(chunk)
        except ConnectionError:
            pass
        status, _, body = read(connection)
    assert status in (413, 0)  # 0: the connection was closed before all was sent, and the answer lost
    if status:
        assert "demasiado grande" in body.decode()


def test_a_head_that_is_too_large_is_refused(site: WebServer) -> None:
    status, _, _ = site.ask("/en/series", headers=f"X-A: {'a' * limits.MOST_HEAD}\r\n")
    assert status == 431


def test_files_in_a_form_that_takes_none_are_refused(site: WebServer) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="../../../../tmp/evil.toml"\r\n\r\nx\r\n--b--\r\n'
    )
    status, _, _ = site.ask(
        "/en/try", method="POST", headers="Content-Type: multipart/form-data; boundary=b\r\n", body=body
    )
    assert status == 400
    assert not Path("/tmp/evil.toml").exists()


def test_a_client_that_sends_too_slowly_is_let_go(site: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as hurry, site.connect() as dribbling:
        hurry.setattr(limits, "BODY_SECONDS", 0.5)
        dribbling.sendall(
            b"POST /en/try HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\na"
        )
        assert read(dribbling)[0] == 408
    with monkeypatch.context() as hurry:
        hurry.setattr(server, "HEAD_SECONDS", 0.5)
        with site.connect() as silent, site.connect() as halfway:
            halfway.sendall(b"GET /en/series HTTP/1.1\r\nHost: x\r\n")
            assert read(silent)[0] == 0
            assert read(halfway)[0] == 0
    assert site.ask(SERIES)[0] == 200


def test_what_takes_too_long_says_so_and_is_there_when_asked_again(tmp_path: Path) -> None:
    made, go = [], threading.Event()

    def slow() -> Response:
        made.append(go.wait(60))
        return Response("slow", headers={"Cache-Control": "public, max-age=1000"})

    with WebServer(embedded(tmp_path), answer_within=0.2) as site:
        site.app.router.routes.insert(0, Route("/es/slow", lambda _: slow()))
        status, head, body = site.ask("/es/slow")
        assert status == 503
        assert "no-store" in head
        assert "vuelva a pedirlo" in body.decode()
        go.set()
        while site.ask("/es/slow")[0] == 503:
            pass
    assert all(made)


#: DuckDB reads a table over HTTP by ranges; its own extension for that is not at hand here, so that PyArrow fetches them.
READER = """
import io, json, sys, urllib.request
import duckdb, pyarrow, pyarrow.dataset

class Remote(io.RawIOBase):
    at = fetched = 0
    size = int(urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="HEAD")).headers["Content-Length"])
    def readable(self): return True
    def seekable(self): return True
    def tell(self): return self.at
    def seek(self, offset, whence=0):
        self.at = (0, self.at, self.size)[whence] + offset
        return self.at
    def read(self, count=-1):
        last = min(self.size, self.at + count if count >= 0 else self.size) - 1
        asked = urllib.request.Request(sys.argv[1], headers={"Range": f"bytes={self.at}-{last}"})
        with urllib.request.urlopen(asked) as answer:
            assert answer.status == 206
            part = answer.read()
        self.at += len(part)
        Remote.fetched += len(part)
        return part

form = pyarrow.dataset.ParquetFileFormat()
fragment = form.make_fragment(pyarrow.PythonFile(Remote(), mode="r"))
base = duckdb.connect()
base.register("held", pyarrow.dataset.FileSystemDataset([fragment], fragment.physical_schema, form))
rows = base.execute("SELECT port, count(*) FROM held GROUP BY port ORDER BY port").fetchall()
print(json.dumps([rows, Remote.fetched, Remote.size]))
"""


def test_duckdb_reads_a_table_in_place_by_ranges(site: WebServer, tmp_path: Path) -> None:
    path = "/api/v1/bulk/freight_state_port.parquet"
    command = [sys.executable, "-c", READER, f"http://127.0.0.1:{site.port}{path}"]
    rows, fetched, size = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert fetched < size / 4
    (tmp_path / "whole.parquet").write_bytes(site.ask(path)[2])
    counted = pl.read_parquet(tmp_path / "whole.parquet").group_by("port").len().sort("port")
    assert [tuple(row) for row in rows] == counted.rows()


def test_no_response_sets_a_cookie_or_allows_what_is_unsafe(site: WebServer) -> None:
    for path in (SERIES, "/es/try", "/en/none", "/static/ambos.css", "/api/v1/none", "/en/%00"):
        _, head, _ = site.ask(path, headers="Cookie: a=b\r\n")
        assert "set-cookie" not in head.lower()
        assert "content-security-policy: default-src 'none'" in head
        assert "unsafe" not in head
        assert "server:" not in head.lower()


def test_a_fault_is_a_page_without_its_traceback_and_a_line_with_it(
    site: WebServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("ambos.web.pages.series.list_series", fail, raising=False)
    monkeypatch.setattr("ambos.web.site.Site.once", fail)
    monkeypatch.setattr("ambos.web.site.Site.findings", fail)
    with caplog.at_level(logging.INFO, "ambos.web"):
        status, head, body = site.ask("/es/findings?place=nogales")
        site.ask("/static/ambos.css")  # by then the line is written
    assert status == 500
    assert "content-security-policy" in head
    assert b"secret words" not in body
    assert b"Traceback" not in body
    assert "Quedó registrada" in body.decode()
    lines = [json.loads(log._Lines().format(record)) for record in caplog.records]
    fault, request = (next(line for line in lines if line["event"] == kind) for kind in ("fault", "request"))
    assert "RuntimeError: secret words" in fault["traceback"]
    assert (request["method"], request["route"], request["status"]) == ("GET", "/findings", 500)


def test_a_line_names_the_route_and_not_who_asked_for_what(site: WebServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ambos.web"):
        site.ask(SERIES)
        site.ask(SERIES)
        site.ask("/en/series?q=private", headers="Authorization: private\r\n")
        site.ask("/static/ambos.css")  # by then the lines are written
    lines = [log._Lines().format(record) for record in caplog.records]
    routes = [json.loads(line)["route"] for line in lines]
    assert [route for route in routes if route] == ["/series/{id}"] * 2 + ["/series"]  # a file has none
    assert not any(word in line for line in lines for word in ("private", "127.0.0.1", "nogales", "crossings"))


def test_texts_of_a_strange_region_are_escaped(tmp_path: Path) -> None:
    from ambos.flows.workspace import open_workspace
    from ambos.web.app import create_app

    evil = """<script>alert(1)</script> {{ 7*7 }} {% raw %} \\"'>&<b onclick=x>"""
    region = tmp_path / "region"
    _copy_with(Path(__file__).parent.parent / "specimens" / "example_region", region, evil)
    client = TestClient(create_app(open_workspace(tmp_path / "none", region)))
    asked = 0
    for language in ("en", "es"):
        for name in ("series", "crossings", "search?q=example", "places", "places/example-port-east"):
            page = f"/{language}/{name}"
            response = client.get(page)
            assert response.status_code < 500, page
            if "html" in response.headers["content-type"]:
                asked += "&lt;script&gt;alert(1)" in response.text
                assert "<script>" not in response.text, page
                assert "<b onclick" not in response.text, page
                assert " 49 " not in response.text, page
    assert asked >= 6


def _copy_with(source: Path, target: Path, evil: str) -> None:
    """Copy a region with something evil at the end of every title, name and description."""
    for path in (path for path in source.rglob("*") if path.is_file()):
        to = target / path.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv" and path.parent.name == "places":
            with path.open(newline="", encoding="utf-8") as file, to.open("w", newline="", encoding="utf-8") as out:
                rows = list(csv.DictReader(file))
                writer = csv.DictWriter(out, rows[0])
                writer.writeheader()
                writer.writerows({**row, "en": row["en"] + evil, "es": row["es"] + evil} for row in rows)
        elif path.suffix != ".toml":
            to.write_bytes(path.read_bytes())
        else:
            _write_with(path, to, evil)


def _write_with(path: Path, to: Path, evil: str) -> None:
    text = path.read_text(encoding="utf-8")
    to.write_text(
        re.sub(
            r'((?:title|name|description|definition|agency) = \{ en = ")([^"]*)(", es = ")([^"]*)"',
            lambda m: f"{m[1]}{m[2]}{evil}{m[3]}{m[4]}{evil}" + '"',
            text,
        ),
        encoding="utf-8",
    )


def test_health_says_version_state_newest_figures_and_the_last_failure(tmp_path: Path) -> None:
    from ambos import __version__
    from ambos.flows.data.fetch import note_failure
    from ambos.flows.workspace import open_workspace
    from ambos.text import Text
    from ambos.web.app import create_app

    opened = open_workspace(tmp_path)
    note_failure(opened, "banxico_fix", Text("Banxico is down.", "Banxico no responde."))
    client = TestClient(create_app(opened))
    response = client.get("/healthz")
    body = response.json()
    assert (response.status_code, body["ok"], body["version"]) == (200, True, __version__)
    assert body["newest"]["cbp_border_waits"]["period"] >= "2026"
    assert body["refresh"]["on"] is False
    assert body["refresh"]["last_failure"]["source"] == "banxico_fix"
    assert body["refresh"]["last_failure"]["why"] == "Banxico is down."
    for language, word in (("en", "Banxico is down."), ("es", "Banxico no responde.")):
        assert word in client.get(f"/{language}/sources").text
    (tmp_path / "snapshots" / "ledger.jsonl").write_bytes(b"no json\n")
    damaged = client.get("/healthz")
    assert (damaged.status_code, damaged.json()["ok"]) == (503, False)


def test_a_connection_sends_what_is_written_without_waiting() -> None:
    with server.listen("127.0.0.1", 0) as sock, socket.create_connection(sock.getsockname()):
        connection, _ = sock.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_polars_is_loaded_after_its_allocator_is_set_and_what_draws_and_sets_later_still() -> None:
    code = (
        "import sys; from ambos.cli.serve import command; command('en'); print('polars' in sys.modules)\n"
        "import ambos.web.app; print(sorted({'altair', 'scipy', 'typst', 'vl_convert'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["False", "[]"]
