"""Asking a source over the network. The only network code of Ambos.

A `Client` asks politely (paced by host, with a name to be known by, for what changed only), again where that
may help (no connection, time limit, 429, 5xx, an answer cut short), and never takes an error page for data.
All attempts at one question together end at one deadline. A key goes to the origin it is meant for and is seen nowhere else: not in an address that is shown, logged or
stored, and not in an error.
"""

from __future__ import annotations

import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import httpx

from ambos import __version__
from ambos.errors import FetchFailed
from ambos.sources.shared.answers import (
    KEY_IN_ANSWER,
    NO_ADDRESS,
    SIZES,
    Expect,
    Trouble,
    bad_redirect,
    bad_status,
    check,
    cut_short,
    is_printable,
    member,
    no_connection,
    retry_after,
    shortened,
    too_large,
    too_slow,
    too_slow_in_all,
)
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.keys import holds, redact, redact_bytes
from ambos.sources.shared.wire import Deadline, Wire, origin, redact_url, web_address
from ambos.text import Text

USER_AGENT = f"Ambos/{__version__} (bilingual observatory of a border region; reads official statistics)"
#: Headers of an answer worth keeping.
KEPT_HEADERS = ("content-type", "etag", "last-modified")
#: How one asks for what changed only (RFC 9110, section 13.1): header of the answer held, header to send.
CONDITIONS = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
REDIRECTS = 5
#: The only compression requested: its end is marked, so that an answer cut in it is not taken for a whole one.
GZIP = "gzip"
#: Characters of a header that is kept: a mark that cannot be sent back, or is a text of its own, is no mark.
HEADER_SIZE = 1024
#: Bytes that are decompressed at a time.
PIECE = 1024**2
#: Bytes read of the body of an error, of which only the first words are shown.
ERROR_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Time limits, retries and size limit of a client.

    Attributes
    ----------
    connect, read : float
        Seconds to wait for a connection, and for the next bytes of an answer.
    total : float
        Seconds that one question may take in all: every attempt, redirect, pause and byte of it.
    size : int
        Bytes that one answer may have, decompressed. `ambos.sources.shared.answers.SIZES` sets less for what is taken apart in memory.
    attempts : int
        How often a question is put before it is given up.
    wait_initial, wait_max : float
        Seconds of back-off before the second attempt (doubled each time, plus some chance), and at most.
    retry_after_max : float
        The longest Retry-After, in seconds, that is waited out. A source that wants more is not asked again.
    pace : float
        Seconds between the starts of two requests to one host.
    """

    connect: float = 10.0
    read: float = 60.0
    total: float = 900.0
    size: int = 512 * 1024**2
    attempts: int = 4
    wait_initial: float = 1.0
    wait_max: float = 30.0
    retry_after_max: float = 120.0
    pace: float = 0.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that was sent, for the ledger.

    Attributes
    ----------
    url : str
        Keys removed.
    at : datetime
        UTC.
    seconds : float
    status : int or None
        None if no status line came.
    problem : str
        A short stable word (see `ambos.sources.shared.answers`); empty if the answer was good.
    """

    url: str
    at: datetime
    seconds: float
    status: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Response:
    """A good answer.

    Attributes
    ----------
    url : str
        As asked, keys removed.
    status : int
        200, 204 (where no rows are a fair answer) or 304.
    headers : dict
        Those of `KEPT_HEADERS` that came, by lower-case name.
    content : bytes
        Empty for 204 and 304.
    at : datetime
        When it was asked for, UTC.
    """

    url: str
    status: int
    headers: dict[str, str]
    content: bytes = field(repr=False)
    at: datetime
    secrets: Sequence[str] = field(default=(), repr=False)

    def json(self) -> Any:
        """The content, if it is JSON.

        Raises
        ------
        FetchFailed
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise self.unfit("it is not JSON", "no es JSON") from error

    def member(self, *path: str) -> Any:
        """Return the value at a path of keys in the JSON answer; None if there is none."""
        return member(self.json(), *path)

    def same_origin(self, link: str) -> bool:
        """Return True if a link leads to scheme, host and port of this answer: a key may go there too."""
        there, here = web_address(link), web_address(self.url)
        return there is not None and here is not None and origin(there) == origin(here)

    def unfit(self, en: str, es: str) -> FetchFailed:
        """The failure of an answer that is whole and not what was asked for."""
        return FetchFailed(
            url=self.url,
            detail=Text(
                f"the answer is not what was asked for: {shortened(redact(en, *self.secrets))}",
                f"la respuesta no es lo que se pidió: {shortened(redact(es, *self.secrets))}",
            ),
            tries=1,
            problem="shape",
            status=self.status,
        )

    def fetched(self, name: str) -> Fetched:
        """As a connector hands it on."""
        return Fetched(name, self.content, self.url, self.at, self.headers, unchanged=self.status == 304)


@dataclass(frozen=True, slots=True)
class _Question:
    """A request with its secrets, and its address without them."""

    url: httpx.URL = field(repr=False)
    shown: str
    headers: Mapping[str, str] = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    conditional: bool
    expect: Expect
    may_be_empty: bool
    form: Sequence[tuple[str, str]] = field(repr=False)
    echoed: bool
    pace: float
    patience: float


class Client:
    """Asks sources.

    Parameters
    ----------
    limits : RequestLimits
    clock : callable
        Gives the time now, UTC.
    monotonic, sleep : callable
        As in `time`; used for pacing, time limits, back-off and Retry-After.

    Attributes
    ----------
    attempts : list of Attempt
        Every request that went out, oldest first, failed or not.
    known : dict
        For addresses asked before (keys removed): the ``etag`` and ``last-modified`` of what is held of them.
        They are asked for on condition that they changed.
    """

    def __init__(
        self,
        limits: RequestLimits | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits or RequestLimits()
        self.clock = clock
        self.attempts: list[Attempt] = []
        self.known: dict[str, Mapping[str, str]] = {}
        self._monotonic = monotonic
        self._sleep = sleep
        self._deadline = Deadline(monotonic)
        self._not_before: dict[str, float] = {}
        self._wire = Wire(self._deadline)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def get(
        self,
        url: str,
        *,
        expect: Expect,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        secret: str = "",
        may_be_empty: bool = False,
        form: Sequence[tuple[str, str]] = (),
        echoed: Sequence[str] = (),
        pace: float = 0.0,
        patience: float = 0.0,
    ) -> Response:
        """Ask until there is a good answer or no use in asking.

        Parameters
        ----------
        url : str
        expect : {"csv", "json", "xml", "zip", "html", "page"}
            What the body must be.
        params : sequence of (name, value)
            Added to the query; a name may come more than once.
        headers : mapping, optional
        secret : str
            The key, as it is found in `url`, `params` or `headers`.
        may_be_empty : bool
            Whether the status 204 (no rows) is a good answer.
        form : sequence of (name, value)
            Sent as a form (POST); shown as if it were a query.
        echoed : sequence of str
            What the source repeats in its answer and nobody may see: taken out of it.
        pace : float
            Seconds to the next request to this host, where the source asks for more than the usual.
        patience : float
            Seconds to wait for the next bytes, where the source is known to need more than the usual.

        Raises
        ------
        FetchFailed
            With ``problem`` and ``status`` (as of the last `Attempt`) among its values.
        """
        secrets = tuple(dict.fromkeys((secret, *echoed)))
        shown, tries = shortened(redact(url, *secrets)), 0
        self._deadline.at = self._monotonic() + self.limits.total
        try:
            real = _address(url, params)
            shown = redact_url(real.copy_merge_params(list(form)) if form else real, *secrets)
            held = self.known.get(shown, {})
            conditions = {asks: held[has] for has, asks in CONDITIONS if has in held}
            asked = _Question(
                real,
                shown,
                {**(headers or {}), **conditions},
                secrets,
                bool(conditions),
                expect,
                may_be_empty,
                form,
                bool(echoed),
                pace,
                patience,
            )
            while True:
                tries += 1
                try:
                    return self._try(asked)
                except Trouble as trouble:
                    if not trouble.retry or tries >= self.limits.attempts:
                        raise
                    if trouble.pause is None:  # else the pace waits
                        self._back_off(tries)
        except Trouble as trouble:
            said = (shortened(redact(text, *secrets)) for text in (trouble.text.en, trouble.text.es))
            raise FetchFailed(
                url=shown, detail=Text(*said), tries=tries, problem=trouble.problem, status=trouble.status
            ) from None  # the words of the libraries below, in a traceback, may hold what the server wrote of the key

    def _back_off(self, tries: int) -> None:
        """Wait before the next attempt: each time twice as long, plus some chance."""
        first = self.limits.wait_initial
        self._wait(min(first * 2 ** (tries - 1) + random.uniform(0, first), self.limits.wait_max))

    def _wait(self, seconds: float) -> None:
        """Sleep, unless the deadline comes before.

        Raises
        ------
        Trouble
        """
        if seconds >= self._deadline.left():
            raise too_slow_in_all(self.limits.total)
        if seconds > 0:
            self._sleep(seconds)

    def _try(self, asked: _Question) -> Response:
        """Put a question once, following redirects."""
        at, here = self.clock(), asked.url
        for _ in range(REDIRECTS + 1):
            answer = self._send(asked, here, at)
            if isinstance(answer, Response):
                return answer
            here = answer
        raise bad_redirect("in circles", "en círculos")

    def _send(self, asked: _Question, here: httpx.URL, at: datetime) -> Response | httpx.URL:
        """Send a request: a good answer, or the address to which the source redirects. Notes the attempt."""
        shown = redact_url(here, *asked.secrets)
        # Headers, which may hold a key, stay at the origin they are meant for.
        own = asked.headers if origin(here) == origin(asked.url) else {}
        timeout = httpx.Timeout(max(asked.patience, self.limits.read), connect=self.limits.connect)
        request = httpx.Request(
            "POST" if asked.form else "GET",
            here,
            headers={"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": GZIP, **own},
            data=dict(asked.form) or None,
            extensions={"timeout": timeout.as_dict()},
        )
        self._pace(here, asked.pace)
        sent_at, started = self.clock(), self._monotonic()
        status, problem = None, "interrupted"
        try:
            response = self._open(request)
            try:
                status = response.status_code
                result = self._judge(response, asked, here, at)
            finally:
                response.close()
            problem = ""
            return result
        except Trouble as trouble:
            problem, trouble.status = trouble.problem, status
            raise
        finally:
            seconds = round(self._monotonic() - started, 3)
            self.attempts.append(Attempt(shown, sent_at, seconds, status, problem))

    def _open(self, request: httpx.Request) -> httpx.Response:
        """Send a request and wait for the head of its answer."""
        try:
            return self._wire.send(request)
        except httpx.ConnectTimeout as error:
            raise self._slow(self.limits.connect) from error
        except httpx.TimeoutException as error:
            raise self._slow(self.limits.read) from error
        except httpx.HTTPError as error:
            raise no_connection(error) from error

    def _slow(self, limit: float) -> Trouble:
        """The trouble of a time limit, or of the deadline if that came before."""
        return too_slow(limit) if self._deadline.left() > 0 else too_slow_in_all(self.limits.total)

    def _judge(self, response: httpx.Response, asked: _Question, here: httpx.URL, at: datetime) -> Response | httpx.URL:
        """An answer's status, headers and body: are they what was asked for?"""
        kept = ((name, response.headers.get(name, "")) for name in KEPT_HEADERS)
        headers = {k: redact(v, *asked.secrets) for k, v in kept if v and is_printable(v) and len(v) <= HEADER_SIZE}
        status = response.status_code
        if (status == 304 and asked.conditional) or (status == 204 and asked.may_be_empty):
            return Response(asked.shown, status, headers, b"", at, asked.secrets)
        if response.has_redirect_location and asked.form:
            raise bad_redirect("a form", "un formulario")
        if response.has_redirect_location:
            return _redirected(here, response.headers["location"])
        body = self._body(response, asked.expect if status == 200 else None)
        if asked.echoed:
            body = redact_bytes(body, *asked.secrets)
        if status != 200:
            wait = retry_after(response.headers.get("retry-after", ""), self.clock())
            trouble = bad_status(status, body, wait, self.limits.retry_after_max)
            if trouble.pause is not None:  # every other question to that host waits as well
                until = self._monotonic() + trouble.pause
                self._not_before[origin(here)] = max(until, self._not_before[origin(here)])
            raise trouble
        length_known = "content-length" in response.headers or "transfer-encoding" in response.headers
        check(body, asked.expect, headers.get("content-type", ""), length_known=length_known)
        if holds(body, *asked.secrets):
            raise Trouble("key_in_answer", KEY_IN_ANSWER)
        return Response(asked.shown, status, headers, body, at, asked.secrets)

    def _body(self, response: httpx.Response, expect: Expect | None) -> bytes:
        """The whole body, within the limits of size and time; the beginning of one of which nothing is expected."""
        parts, size = [], 0
        limit = min(self.limits.size, SIZES[expect]) if expect else ERROR_SIZE
        try:
            for part in _unpacked(response.iter_raw(), response.headers.get("content-encoding", "")):
                parts.append(part)
                size += len(part)
                if size > limit and not expect:
                    break
                if size > limit:
                    raise too_large(limit)
                if self._deadline.left() <= 0:
                    raise too_slow_in_all(self.limits.total)
        except httpx.TimeoutException as error:
            raise self._slow(self.limits.read) from error
        except httpx.HTTPError as error:
            raise cut_short(error, error) from error
        return b"".join(parts)

    def _pace(self, here: httpx.URL, pace: float) -> None:
        """Wait until the host may be asked again."""
        self._wait(self._not_before.get(origin(here), 0.0) - self._monotonic())
        self._not_before[origin(here)] = self._monotonic() + max(self.limits.pace, pace)


def _unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Decompress the pieces of a body.

    httpx gives the received part of a compressed body that stops before its end, without an error.

    Raises
    ------
    Trouble
        If the compressed body is cut or broken, or its compression was not requested.
    """
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        yield from pieces
        return
    if coding not in (GZIP, "x-gzip"):
        raise Trouble(
            "encoding", Text(f"the answer is compressed as “{coding}”", f"la respuesta está comprimida como «{coding}»")
        )
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for piece in pieces:
            left = piece
            while left:
                if stream.eof:  # one compressed stream may follow another (RFC 1952, section 2.2)
                    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
                yield stream.decompress(left, PIECE)
                left = stream.unconsumed_tail or stream.unused_data
    except zlib.error as error:
        raise cut_short(error, error) from error
    if not stream.eof:
        raise cut_short("the compressed text ends before its end", "el texto comprimido termina antes de su final")


def _address(url: str, params: Sequence[tuple[str, str]]) -> httpx.URL:
    address = web_address(url)
    if address is None:
        raise Trouble("address", NO_ADDRESS)
    return address.copy_merge_params(list(params)) if params else address


def _redirected(here: httpx.URL, location: str) -> httpx.URL:
    there = web_address(location, here)
    if there is None:
        raise bad_redirect("to what is no web address", "a algo que no es una dirección web")
    if here.scheme == "https" and there.scheme != "https":
        raise bad_redirect("to an address without encryption", "a una dirección sin cifrado")
    return there
