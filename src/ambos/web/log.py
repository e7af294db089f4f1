"""Log lines as JSON on standard error: what was asked, how it ended and how long it took; nothing about who asked."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ambos.text import LANGUAGES, Text

LOG = logging.getLogger("ambos.web")
_METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
_FAULT = Text("Ambos has a fault here. It was recorded.", "Ambos tiene una falla aquí. Quedó registrada.")

#: Makes the response that refuses a request with an HTTP status and a reason, in the language of its address.
Refuse = Callable[[Request, int, Text], Response]


class Logged:
    """Write a line for every request; answer a fault of ours with 500, its traceback for the operator only.

    A line has neither the address of the client nor the address asked for, which may hold words of a search: the
    template of the route stands for it.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:
            LOG.exception("fault", extra={"fields": {"route": _route(scope)}})
            if status:
                raise  # half of the response is out: the connection is closed
            await self.refuse(Request(scope), 500, _FAULT)(scope, receive, answer)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        fields = {"method": method, "route": _route(scope), "status": status}
        LOG.info("request", extra={"fields": fields | {"ms": round((time.perf_counter() - begun) * 1000, 1)}})


def _route(scope: Scope) -> str:
    """The template of a request's route, as ``/series/{id}`` without the language; "" if there is none."""
    path = str(getattr(scope.get("route"), "path", ""))
    return path[3:] if path[1:3] in LANGUAGES and path[3:4] in ("", "/") else path


class _Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr() -> None:
    """Write the lines of Ambos, and warnings of the HTTP server, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for name, level in (("ambos.web", logging.INFO), ("uvicorn.error", logging.ERROR), ("asyncio", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
