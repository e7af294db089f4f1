"""A network in memory: the octets of each answer are written by a test, and its clock runs by itself.

Everything of Ambos and its libraries above the socket is the real thing: chunks, lengths, compression, redirects, limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpcore


@dataclass
class Clock:
    """Seconds of a time of its own: it passes when something waits."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


@dataclass(frozen=True)
class Question:
    """A request as it arrived; the fields of a form stand in `query`, names of headers in small letters."""

    host: str
    target: str
    query: dict[str, list[str]]
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass
class Octets:
    """What a server writes: pieces, some seconds apart; then it closes the connection, or falls silent."""

    pieces: Iterable[bytes]
    apart: float = 0.0
    silent: bool = False


Server = Callable[[Question], Octets | Exception]


def answer(
    body: bytes = b"", kind: str = "text/plain", status: int = 200, headers: Iterable[tuple[str, str | bytes]] = ()
) -> bytes:
    """An answer without faults."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n".encode()
    for name, value in headers:
        head += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("latin-1")) + b"\r\n"
    return head + b"\r\n" + body


@dataclass
class Network:
    """Stands in for `ambos.sources.shared.wire._Network`: every connection leads to `server`."""

    server: Server
    clock: Clock
    asked: list[Question] = field(default_factory=list)

    def __call__(self, deadline: Any) -> Network:
        self._deadline = deadline
        return self

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **_: Any) -> Any:
        from ambos.sources.shared.wire import _Stream

        return _Stream(_Connection(self, f"{host}:{port}"), self._deadline)

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


class _Connection(httpcore.NetworkStream):
    def __init__(self, network: Network, host: str) -> None:
        self._network, self._host = network, host
        self._request = b""
        self._pieces: Iterator[bytes] = iter(())
        self._left = b""
        self._octets = Octets(())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._request += buffer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._request:
            question, self._request = _question(self._host, self._request), b""
            self._network.asked.append(question)
            reply = self._network.server(question)
            if isinstance(reply, Exception):
                raise reply
            self._octets, self._pieces = reply, iter(reply.pieces)
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None and self._octets.silent:
                self._network.clock.sleep(timeout or 0.0)
                raise httpcore.ReadTimeout("silence")
            if piece is None:
                return b""
            if timeout is not None and self._octets.apart >= timeout:
                self._network.clock.sleep(timeout)
                raise httpcore.ReadTimeout("too far apart")
            self._network.clock.sleep(self._octets.apart)
            self._left = piece
        given, self._left = self._left[:max_bytes], self._left[max_bytes:]
        return given

    def close(self) -> None:
        pass

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        return self

    def get_extra_info(self, info: str) -> Any:
        return (
            True if info == "is_readable" else None
        )  # it is closed after each answer, or holds what was not asked for


def _question(host: str, request: bytes) -> Question:
    head, _, body = request.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    target = line.split(" ")[1]
    headers = {k.lower(): v.strip() for k, _, v in (one.partition(":") for one in lines)}
    query = parse_qs(body.decode("latin-1") or urlsplit(target).query, keep_blank_values=True)
    return Question(host, target, query, headers)
