"""Headers of every response: what a page may load, and from where."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Everything comes from this server; no script or style stands in a page itself.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors {framed}",
    )
)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
#: What the API answers to.
_METHODS = b"GET, HEAD, OPTIONS"


class Headers:
    """Add the headers; pages under ``/en/embed`` and ``/es/embed`` may stand in others' frames, the API in others' scripts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        headers = _ALWAYS | {
            "content-security-policy": POLICY.format(framed="*" if path[3:].startswith("/embed") else "'none'")
        }
        if open_to_all := path.startswith(("/api", "/feeds/", "/calendar/")):
            headers |= {
                "access-control-allow-origin": "*",
                "access-control-expose-headers": "Accept-Ranges, Content-Range, ETag, Last-Modified, Link",
            }
        added = [(name.encode(), value.encode()) for name, value in headers.items()]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        if open_to_all and scope["method"] == "OPTIONS":
            allowed = [
                (b"allow", _METHODS),
                (b"access-control-allow-methods", _METHODS),
                (b"access-control-allow-headers", b"*"),
            ]
            await answer({"type": "http.response.start", "status": 204, "headers": allowed})
            await answer({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, answer)
