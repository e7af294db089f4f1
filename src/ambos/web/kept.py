"""Responses kept while the state does not change, with ETag and Last-Modified."""

from __future__ import annotations

import gzip
import hashlib
import math
from collections import OrderedDict
from dataclasses import dataclass
from email.utils import format_datetime
from threading import Lock
from time import monotonic as now
from typing import Any

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ambos.web.site import IN_SCOPE, Site, State

#: Bytes of bodies kept in all, and of one.
MOST, MOST_OF_ONE = 96 * 2**20, 4 * 2**20
#: Shorter bodies are sent as they are.
LEAST_PACKED = 1000

#: State, address, and for the API the forms that are asked for.
Key = tuple[str, str, bytes, str]


@dataclass(frozen=True, slots=True)
class Body:
    """A response kept.

    Attributes
    ----------
    headers : list of (bytes, bytes)
    plain, packed : bytes
        As it is, and by gzip (empty if that is not shorter).
    until : float
        On the clock of `time.monotonic`: of a response that holds more than the state does, the end of its freshness.
    route : Any
        The route that made it, for the log.
    """

    headers: list[tuple[bytes, bytes]]
    plain: bytes
    packed: bytes
    tag: str
    until: float
    route: Any


class Kept:
    """Keep public responses to GET by address and state of the store; answer HEAD and conditional requests from them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._bodies: OrderedDict[Key, Body] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        site: Site = scope["app"].state.site
        scope[IN_SCOPE] = site = await to_thread.run_sync(site.now) if site.due else site.now()
        if scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        state = site.state()
        asked = Headers(scope=scope)
        accept = asked.get("accept", "") if scope["path"].startswith("/api") else ""
        # pages name the address that they are asked at, in citations and for other sites
        address = f"{scope['scheme']}://{asked.get('host', '')}{scope['path']}"
        key = (state.tag, address, scope["query_string"], accept)
        body = self._get(key)
        if body is None:
            body = await self._ask(scope, receive, send, state, key, only_head=scope["method"] == "HEAD")
        if body is not None:
            scope["route"] = body.route
            await _send(body, asked, send, only_head=scope["method"] == "HEAD")

    def _get(self, key: Key) -> Body | None:
        with self._lock:
            body = self._bodies.get(key)
            if body is None or body.until < now():
                return None
            self._bodies.move_to_end(key)
            return body

    def _put(self, key: Key, body: Body) -> None:
        with self._lock:
            old = self._bodies.pop(key, None)
            self._size += _size(body) - (_size(old) if old else 0)
            self._bodies[key] = body
            while self._size > MOST:
                self._size -= _size(self._bodies.popitem(last=False)[1])

    async def _ask(
        self, scope: Scope, receive: Receive, send: Send, state: State, key: Key, *, only_head: bool
    ) -> Body | None:
        """Ask the application; a response that is not to be kept is sent on as it comes, and None returned."""
        start: Message | None = None
        parts: list[bytes] = []
        passed = False

        async def answer(message: Message) -> None:
            nonlocal start, passed
            if message["type"] == "http.response.start":
                start = message
                passed = not _keep(message)
                if passed:
                    await send(message)
            elif passed:
                await send({**message, "body": b""} if only_head else message)
            else:
                parts.append(message.get("body", b""))

        inner = dict(scope, method="GET")
        try:
            await self.app(inner, receive, answer)
        finally:
            scope["route"] = route = inner.get("route")
        if passed or start is None:
            return None
        plain = b"".join(parts)
        headers = MutableHeaders(raw=list(start["headers"]))
        tag = hashlib.sha256(plain).hexdigest()[:20]
        headers["Last-Modified"] = format_datetime(state.since, usegmt=True)
        headers.add_vary_header("Accept-Encoding")
        if key[3]:
            headers.add_vary_header("Accept")
        site: Site = scope[IN_SCOPE]
        seconds = int(headers["cache-control"].rpartition("max-age=")[2] or 0) if site.passes else math.inf
        packed = gzip.compress(plain, 6) if len(plain) >= LEAST_PACKED and _is_text(headers["content-type"]) else b""
        packed = packed if len(packed) < len(plain) else b""
        body = Body(headers.raw, plain, packed, tag, now() + seconds, route)
        if _size(body) <= MOST_OF_ONE:
            self._put(key, body)
        return body


def _keep(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        start["status"] == 200
        and headers.get("cache-control", "").startswith("public, max-age=")
        and "accept-ranges" not in headers
    )


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or any(part in kind for part in ("json", "xml", "javascript"))


def _size(body: Body) -> int:
    return len(body.plain) + len(body.packed)


async def _send(body: Body, asked: Headers, send: Send, *, only_head: bool) -> None:
    """Send a body, or say that the one that was sent before still holds."""
    packed = bool(body.packed) and "gzip" in asked.get("accept-encoding", "")
    headers = MutableHeaders(raw=list(body.headers))
    headers["ETag"] = tag = f'"{body.tag}{"-gz" if packed else ""}"'
    known = [one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        del headers["content-length"]
        await send({"type": "http.response.start", "status": 304, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b""})
        return
    content = body.packed if packed else body.plain
    if packed:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(content))
    await send({"type": "http.response.start", "status": 200, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b"" if only_head else content})
