"""The connections of a client: what goes over them, and until when.

The standard time limits of the network library hold for one read of a socket. A server that sends a byte a second keeps
within each of them for ever, so every read and write here also ends at one moment, the deadline of the whole question.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from math import inf
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from ambos.sources.shared.keys import KEY_PARAMETERS, NOWHERE, REDACTED, redact


class Deadline:
    """The moment, on a monotonic clock in seconds, at which everything that is under way must have ended."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.at = inf

    def left(self) -> float:
        """Seconds left; negative if it is past."""
        return self.at - self._monotonic()

    def within(self, timeout: float | None, error: type[Exception]) -> float:
        """The seconds that one operation may take.

        Raises
        ------
        error
            If none are left.
        """
        left = self.left()
        if left <= 0:
            raise error("the deadline of the whole request is past")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        within = self._deadline.within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, within), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Network(httpcore.SyncBackend):
    """Connections that end at the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        within = self._deadline.within(timeout, httpcore.ConnectTimeout)
        return _Stream(super().connect_tcp(host, port, within, local_address, socket_options), self._deadline)


class Wire:
    """The connections of a client to all hosts.

    httpx's own client is not above them: it remembers cookies and the keys of ``.netrc``, writes addresses to a log, and
    fails on the addresses of some redirects, even of those that it is not to follow.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._network = _Network(deadline)
        self._hosts: dict[str, httpx.HTTPTransport] = {}

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request and wait for the head of its answer.

        Raises
        ------
        httpx.HTTPError
        """
        return self._to(request.url).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for transport in self._hosts.values():
            transport.close()

    def _to(self, url: httpx.URL) -> httpx.HTTPTransport:
        """The connections to a host, through the proxy that the system's settings name for it."""
        host = origin(url)
        if host not in self._hosts:
            proxies = {} if proxy_bypass(url.host) else getproxies()
            proxy = proxies.get(url.scheme) or proxies.get("all")
            if proxy and "://" not in proxy:
                proxy = f"http://{proxy}"
            try:
                transport = httpx.HTTPTransport(proxy=proxy)
            # A proxy or certificate setting is wrong.
            except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
                raise httpx.ConnectError(str(error)) from error
            transport._pool._network_backend = self._network  # httpx passes no other way on
            self._hosts[host] = transport
        return self._hosts[host]


def origin(url: httpx.URL) -> str:
    """Scheme, host and port: what pacing, connections and keys go by."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def web_address(text: str, here: httpx.URL | None = None) -> httpx.URL | None:
    """The address that a text is, perhaps relative to another; None if it cannot be asked.

    It can with http or https, a host with a possible name, and a possible port.
    """
    try:
        url = here.join(text) if here else httpx.URL(text)
        url.raw_host.decode("ascii").encode("idna")
        possible = bool(url.host) and (url.port is None or 0 < url.port < 65536)
    # An empty label, one of more than 63 characters, one that stands for no name ("xn--a"), half a character.
    except (httpx.InvalidURL, ValueError):
        return None
    return url if possible and url.scheme in ("http", "https") else None


def redact_url(url: httpx.URL, *secrets: str) -> str:
    """An address without keys: the one given, and whatever stands where keys stand."""
    for name, value in url.params.multi_items():
        if KEY_PARAMETERS.fullmatch(name) and value:
            url = url.copy_set_param(name, REDACTED)
    shown = redact(str(url.copy_with(userinfo=b"")), *secrets)
    try:
        return shown if httpx.URL(shown).host else NOWHERE
    except (httpx.InvalidURL, UnicodeError):
        return NOWHERE
