"""Is an answer what was asked for? A status of 200 alone does not say so.

Government servers answer 200 with an error page, with half a file or with nothing at all. Each check looks at
the bytes just as far as it must to tell; what they mean is the readers' business.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, Literal
from xml.etree import ElementTree

from ambos.errors import SourceError, TooLarge, parse_fault
from ambos.numbers import size
from ambos.sources.shared.opener import DAMAGE, Budget, check_zip, damage
from ambos.sources.shared.strict import JSON_BYTES, excess_of_json
from ambos.text import Text

Expect = Literal["csv", "json", "xml", "zip", "html", "page"]

#: How far into a body one looks for the marks of a web page.
HEAD = 1024
MIB = 1024**2
#: Bytes that an answer may have, by kind. JSON and XML take up to 30 times as much memory when they are parsed.
SIZES: Mapping[Expect, int] = {
    "csv": 128 * MIB,
    "json": JSON_BYTES,
    "xml": 8 * MIB,
    "zip": 512 * MIB,
    "html": 4 * MIB,
    "page": 4 * MIB,
}
#: Seconds, some thirty years: more than anybody waits.
LONGEST = 1e9
#: Characters shown of a text that a source wrote.
SHOWN = 400


class Trouble(Exception):
    """Fault of an attempt; becomes `FetchFailed` unless a later attempt succeeds.

    Parameters
    ----------
    problem : str
        Short and stable, for the ledger: ``timeout``, ``status``, ``empty``, ``html``, ``truncated``, ...
    text : Text
    retry : bool
        Whether the same question may get a better answer in a moment.
    pause : float, optional
        How many seconds the source asks to wait before.
    """

    def __init__(self, problem: str, text: Text, *, retry: bool = False, pause: float | None = None) -> None:
        super().__init__(problem)
        self.problem, self.text, self.retry, self.pause = problem, text, retry, pause
        self.status: int | None = None


# -- bodies -----------------------------------------------------------------------------------------------
def check(body: bytes, expect: Expect, content_type: str, *, length_known: bool) -> None:
    """Refuse a body that is not what was asked for.

    Parameters
    ----------
    body : bytes
        Decompressed.
    expect : {"csv", "json", "xml", "zip", "html", "page"}
        ``page`` is a piece of a web page: whoever asks has to look for its own marks in it.
    content_type : str
        The header as given; may be empty.
    length_known : bool
        Whether the transport would have reported that the body was cut. If not, the body itself must.

    Raises
    ------
    Trouble
    """
    if not body.strip():
        raise Trouble("empty", Text("the answer is empty", "la respuesta está vacía"), retry=True)
    if expect not in ("html", "page") and (is_html(body) or "html" in content_type.lower()):
        title, kind = html_title(body), expect.upper()
        en, es = (f" “{title}”", f" «{title}»") if title else ("", "")
        raise Trouble(
            "html",
            Text(
                f"the source answered with a web page{en} instead of {kind}",
                f"la fuente respondió con una página web{es} en lugar de {kind}",
            ),
        )
    _CHECKS[expect](body, length_known)


def is_html(body: bytes) -> bool:
    """Return True if bytes begin like a web page."""
    head = body[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and (b"<!doctype html" in head or b"<html" in head)


def html_title(body: bytes) -> str:
    """The title of a web page; empty if it has none."""
    head = body[: 64 * HEAD]
    low = head.lower()
    start = low.find(b">", low.find(b"<title")) + 1
    end = low.find(b"</title", start)
    if b"<title" not in low or not 0 < start <= end:
        return ""
    return " ".join(unescape(head[start:end].decode("utf-8", "replace")).split())[:80]


def excerpt(body: bytes) -> str:
    """The first words of an error answer, for people; nothing of a web page but its title."""
    if is_html(body):
        return html_title(body)
    return " ".join(body[:400].decode("utf-8", "replace").split())[:160]


def shortened(text: str) -> str:
    """A text of a source as it may stand in a message: no control characters, and not too much of it."""
    kept = " ".join("".join(c if c.isprintable() else " " for c in text[: 8 * SHOWN]).split())
    return kept if len(kept) <= SHOWN else f"{kept[:SHOWN]}…"


def is_printable(header: str) -> bool:
    """Return True if a header can be sent back as it came: visible ASCII."""
    return header.isascii() and header.isprintable()


def _csv(body: bytes, length_known: bool) -> None:
    header = body[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    separator = b"," if b"," in header else b"\t"
    if header[:1] in (b"{", b"[", b"<") or separator not in header or b"\0" in header:
        shown = excerpt(body)
        raise Trouble(
            "not_csv",
            Text(f"the answer is not CSV; it begins: {shown}", f"la respuesta no es CSV; empieza: {shown}"),
        )
    if body.endswith(b"\n"):
        return
    # A matching length only shows that nothing was lost on the way: the server may have sent a part.
    last = body[body.rfind(b"\n") + 1 :]
    if not length_known or _cells(last, separator) != _cells(header.rstrip(b"\r"), separator):
        raise cut_short("the last line has no end", "el último renglón no termina")


def _cells(line: bytes, separator: bytes) -> int:
    """Count the cells of a line of CSV; 0 if a quotation mark in it is not closed."""
    try:
        return len(next(csv.reader([line.decode("utf-8", "replace")], delimiter=separator.decode(), strict=True)))
    except csv.Error:
        return 0


def _json(body: bytes, length_known: bool) -> None:
    del length_known  # the brackets tell
    if excess := excess_of_json(body):
        raise Trouble(
            "too_large", Text("the answer has more than {x}", "la respuesta tiene más de {x}").format(x=excess)
        )
    try:
        json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _broken("JSON", parse_fault(error)) from error


def _xml(body: bytes, length_known: bool) -> None:
    del length_known  # the tags tell
    try:
        ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # the latter two: an encoding unknown here
        raise _broken("XML", parse_fault(error)) from error


def _zip(body: bytes, length_known: bool) -> None:
    del length_known  # the directory is at the end, and every member has a checksum
    try:
        check_zip(body, Budget().begin(len(body)))
    except SourceError as error:
        problem = "too_large" if isinstance(error, TooLarge) else "not_zip"
        raise Trouble(
            problem, Text("the zip is refused: {why}", "el zip se rechaza: {why}").format(why=error.cause())
        ) from error
    except DAMAGE as error:
        raise _broken("ZIP", damage(error)) from error


def _html(body: bytes, length_known: bool) -> None:
    if not is_html(body) and b"<a " not in body.lower():
        raise Trouble("not_html", Text("the answer is not a web page", "la respuesta no es una página web"))
    if not length_known and b"</html" not in body[-HEAD:].lower():
        raise cut_short("the page has no end", "la página no termina")


def _page(body: bytes, length_known: bool) -> None:
    del body, length_known  # what is in it is for the asker to say


_CHECKS: Mapping[Expect, Callable[[bytes, bool], None]] = {
    "csv": _csv,
    "json": _json,
    "xml": _xml,
    "zip": _zip,
    "html": _html,
    "page": _page,
}


def _broken(kind: str, why: Text) -> Trouble:
    return Trouble(
        f"not_{kind.lower()}",
        Text(
            f"the answer is cut, damaged or not {kind} at all ({why.en})",
            f"la respuesta está cortada o dañada, o no es {kind} ({why.es})",
        ),
        retry=True,
    )


def cut_short(en: object, es: object) -> Trouble:
    """The trouble of an answer that stopped before its end."""
    return Trouble(
        "truncated",
        Text(f"the answer was cut short ({en})", f"la respuesta llegó cortada ({es})"),
        retry=True,
    )


def member(content: Any, *path: str) -> Any:
    """Return the value at a path of keys in parsed JSON; None if there is none."""
    for step in path:
        content = content.get(step) if isinstance(content, Mapping) else None
    return content


# -- statuses and connections -----------------------------------------------------------------------------
def bad_status(status: int, body: bytes, wait: float | None, longest_wait: float) -> Trouble:
    """The trouble of a status that is not 200, with the first words of the source's own explanation.

    Parameters
    ----------
    status : int
    body : bytes
    wait : float or None
        Seconds that the source asks to be left alone.
    longest_wait : float
        If it asks for more, it is not asked again.
    """
    if status in (401, 403):
        meaning = Text("the source refuses access", "la fuente niega el acceso")
    elif status in (404, 410):
        meaning = Text("there is nothing at this address", "no hay nada en esta dirección")
    elif status == 429:
        meaning = Text("the source asks for fewer questions", "la fuente pide menos consultas")
    elif status >= 500:
        meaning = Text("the source's server failed", "falló el servidor de la fuente")
    else:
        meaning = Text("the source did not accept the question", "la fuente no aceptó la consulta")
    own = excerpt(body)
    said = meaning + Text.same(f" (HTTP {status}{f': {own}' if own else ''})")
    if status not in (408, 425, 429) and status < 500:
        return Trouble("status", said)
    if wait is not None and wait > longest_wait:
        wants = Text(f" and asks to wait {wait:.0f} seconds", f" y pide esperar {wait:.0f} segundos")
        return Trouble("status", said + wants)
    return Trouble("status", said, retry=True, pause=wait)


def retry_after(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for; None if it says nothing that can be read.

    RFC 9110, section 10.2.3: a number of seconds, or a date.
    """
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return min(float(header), LONGEST)
    try:
        when = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def too_slow(seconds: float) -> Trouble:
    """The trouble of a source that lets one wait."""
    return Trouble(
        "timeout",
        Text(f"no answer within {seconds:g} seconds", f"sin respuesta en {seconds:g} segundos"),
        retry=True,
    )


def too_slow_in_all(seconds: float) -> Trouble:
    """The trouble of a question that was not answered by its deadline, all attempts and pauses included."""
    return Trouble(
        "timeout",
        Text(
            f"no whole answer within {seconds:g} seconds in all, repeated attempts included",
            f"sin respuesta completa en {seconds:g} segundos en total, con los reintentos",
        ),
    )


def too_large(limit: int) -> Trouble:
    """The trouble of an answer without end."""
    return Trouble(
        "too_large",
        Text(f"the answer is larger than {size(limit)}", f"la respuesta mide más de {size(limit)}"),
    )


#: What the usual words of a system for a failed connection mean.
CAUSES = {
    "name": Text("its name is not found", "no se encuentra su nombre"),
    "refused": Text("it does not accept connections", "no acepta conexiones"),
    "certificate": Text("its certificate cannot be verified", "no se puede verificar su certificado"),
    "unreachable": Text("there is no way to it from this network", "no hay ruta hacia ella desde esta red"),
    "reset": Text("it broke off the connection", "interrumpió la conexión"),
    "proxy": Text("the proxy does not serve", "el proxy no responde"),
}


def no_connection(error: object) -> Trouble:
    """The trouble of a network, a name or a certificate."""
    words = str(error)
    meant = next((text for mark, text in CAUSES.items() if mark in words.lower()), None)
    en, es = (f"{meant.en}: {words}", f"{meant.es}: {words}") if meant else (words, words)
    return Trouble(
        "connection",
        Text(f"there is no connection to the source ({en})", f"no hay conexión con la fuente ({es})"),
        retry=True,
    )


def bad_redirect(en: str, es: str) -> Trouble:
    """The trouble of a source that sends one where there is nothing to be had."""
    return Trouble("redirect", Text(f"the source redirects {en}", f"la fuente redirige {es}"))


NO_ADDRESS = Text("this is not a web address", "esto no es una dirección web")
KEY_IN_ANSWER = Text("the answer repeats the key and is not stored", "la respuesta repite la clave y no se guarda")
