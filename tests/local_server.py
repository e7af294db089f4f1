"""A real HTTP server on this machine that answers as it is told, wrongly where that is wanted."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

#: What clients of this server hold for the time.
NOW = datetime(2024, 9, 30, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; the fields of a form stand in `query`, what was posted in `body`."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: str = ""


@dataclass(frozen=True)
class Reply:
    """What to answer.

    `claims`: a Content-Length other than the true one. `chunks`: send these with chunked encoding and, if
    `broken`, leave out the end. `unframed`: send neither length nor chunks, just close. `wait`: seconds first.
    """

    body: bytes = b""
    type: str = "text/plain"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: int | None = None
    chunks: tuple[bytes, ...] = ()
    broken: bool = False
    unframed: bool = False
    wait: float = 0.0


Answerer = Callable[[Asked], Reply]


class _Quiet(ThreadingHTTPServer):
    """Says nothing of clients that hang up: that is what some tests want of them."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class LocalServer:
    """Answers each path from its list of replies, the last one for ever; 404 elsewhere."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.routes: dict[str, list[Reply] | Answerer] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: two would wait for each other

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(parts.path, parse_qs(parts.query), {k.lower(): v for k, v in self.headers.items()})
                outer.asked.append(asked)
                self._send(outer._reply(asked))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                asked = Asked(
                    urlsplit(self.path).path,
                    parse_qs(body, keep_blank_values=True),
                    {k.lower(): v for k, v in self.headers.items()},
                    body,
                )
                outer.asked.append(asked)
                self._send(outer._reply(asked))

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.wait)
                try:
                    self.send_response(reply.status)
                    if reply.type:
                        self.send_header("Content-Type", reply.type)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    if reply.chunks:
                        self._send_chunks(reply)
                    elif reply.unframed:
                        self.send_header("Connection", "close")
                        self.end_headers()
                        self.wfile.write(reply.body)
                    elif reply.status in (204, 304):
                        self.end_headers()
                    else:
                        claimed = len(reply.body) if reply.claims is None else reply.claims
                        self.send_header("Content-Length", str(claimed))
                        self.end_headers()
                        self.wfile.write(reply.body)
                        self.close_connection = reply.claims is not None
                except ConnectionError:
                    self.close_connection = True

            def _send_chunks(self, reply: Reply) -> None:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for chunk in reply.chunks:
                    self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                if reply.broken:
                    self.close_connection = True
                else:
                    self.wfile.write(b"0\r\n\r\n")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(a.path == path for a in self.asked)

    def _reply(self, asked: Asked) -> Reply:
        route = self.routes.get(asked.path)
        if route is None:
            return Reply(b"not here", status=404)
        if callable(route):
            return route(asked)
        return route.pop(0) if len(route) > 1 else route[0]

    def __enter__(self) -> LocalServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
