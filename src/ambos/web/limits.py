"""Limits of a request: length of its address, size and time of its body, time until it is answered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ambos.text import LANGUAGES, Text
from ambos.web.log import Refuse

#: Bytes of an address with its query, of the head of a request, of a body, and of a body with a file.
MOST_ADDRESS, MOST_HEAD, MOST_BODY, MOST_UPLOAD = 4096, 16 * 2**10, 2**20, 10 * 2**20
#: Seconds for a body to arrive.
BODY_SECONDS = 30.0

_ADDRESS = Text("This address is not understood.", "Esta dirección no se entiende.")
_LONG = Text("This address is too long.", "Esta dirección es demasiado larga.")
_HEAD = Text("The head of this request is too large.", "El encabezado de esta solicitud es demasiado grande.")
_LARGE = Text("What was sent is too large.", "Lo que se envió es demasiado grande.")
_SLOW = Text("What was sent did not arrive in time.", "Lo que se envió no llegó a tiempo.")
_BUSY = Text(
    "This takes longer than a request may. It goes on; ask again in a minute.",
    "Esto tarda más de lo que se permite a una solicitud. Continúa en curso; vuelva a pedirlo en un minuto.",
)


class Limits:
    """Refuse what is longer, larger or slower than may be, and addresses that no page has."""

    def __init__(self, app: ASGIApp, refuse: Refuse, answer_within: float | None = None) -> None:
        self.app = app
        self.refuse = refuse
        self.answer_within = answer_within
        self._refusing: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if wrong := _wrong(scope):
            await self._refuse(scope, *wrong, receive, send)
            return
        started = late = False

        async def answer(message: Message) -> None:
            nonlocal started
            if late:  # the client has its answer: this response is for who asks again
                return
            started = True
            await send(message)

        def end() -> None:
            nonlocal late
            if not started:
                late = True
                refusing = asyncio.ensure_future(self._refuse(scope, 503, _BUSY, receive, send))
                self._refusing.add(refusing)
                refusing.add_done_callback(self._refusing.discard)

        timer = asyncio.get_running_loop().call_later(self.answer_within, end) if self.answer_within else None
        try:
            await self.app(scope, _Body(scope, receive), answer)
        finally:
            if timer:
                timer.cancel()

    async def _refuse(self, scope: Scope, status: int, why: Text, receive: Receive, send: Send) -> None:
        parts = str(scope["path"]).split("/", 2)
        first = parts[1] if len(parts) > 1 and parts[1] in (*LANGUAGES, "api", "feeds", "calendar") else LANGUAGES[0]
        scope = {**scope, "path": f"/{first}/", "query_string": b""}
        with suppress(OSError):  # the client may be gone
            await self.refuse(Request(scope), status, why)(scope, receive, send)


class _Body:
    """Receive a body, up to its limits of size and time."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._left = _most(Headers(scope=scope))
        self._until = asyncio.get_running_loop().time() + BODY_SECONDS
        self._more = True

    async def __call__(self) -> Message:
        """Give the next part.

        Raises
        ------
        HTTPException
            If it is too large or too slow.
        """
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        self._more = message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, headers={"Connection": "close"})
        return message


def _most(headers: Headers) -> int:
    return MOST_UPLOAD if headers.get("content-type", "").startswith("multipart/form-data") else MOST_BODY


def _wrong(scope: Scope) -> tuple[int, Text] | None:
    """The status and reason for which a request is refused before anything looks at it."""
    path, query = str(scope["path"]), bytes(scope["query_string"])
    if len(scope.get("raw_path") or path) + len(query) > MOST_ADDRESS:
        return 414, _LONG
    # No page has such an address: no route, folder or file name of ours is ever joined with it.
    if not path.startswith("/") or path.startswith("//") or "\\" in path or {".", ".."} & {*path.split("/")}:
        return 400, _ADDRESS
    if any(c < " " or c == "\x7f" for c in path) or b"\0" in unquote_to_bytes(query):
        return 400, _ADDRESS
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEAD:
        return 431, _HEAD
    length = Headers(scope=scope).get("content-length", "0")
    if not length.isdecimal() or len(length) > 12 or int(length) > _most(Headers(scope=scope)):
        return 413, _LARGE
    return None


#: Reasons of the refusals raised while a body is read, by status.
REASONS = {408: _SLOW, 413: _LARGE}
