"""Ways in which a server may answer wrongly, picked and filled in by a seeded generator."""

from __future__ import annotations

import base64
import gzip
import html
import itertools
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import httpcore
from fake_network import Octets, answer

#: Values of JSON of another kind than was expected.
OTHER = (
    None, True, 0, -1, 10**30, 1e308, float("inf"), float("-inf"), float("nan"), "", "²", "٣", "\ud800", "x" * 3000, "\x1b[2J\x07",
    [], [[]], {}, {"a": []}, [None], "2024-13-45", "9999-12-31", 2**63, -0.0,
)  # fmt: skip
LOCATIONS = (
    "data:text/csv,a", "file:///etc/passwd", "http://", "http://[", "https://[::1", "http://a..b/", "http://" + "a" * 70 + ".org/",
    "https://a:99999/", "https://a:0/", "https://a:-1/", "ftp://a/x", "gopher://a", "javascript:alert(1)", "//", "///", "?", "#", "", ".",
    "https://ex\u00e4mple.org/x", "https://\u2100.org/", "http://plain.org/", "https://x@y:z@h/", "mailto:a@b", "HTTPS://A.ORG/%", "%%%",
    "https://a/" + "b" * 70000, "\t", "https://127.1/", "https://a\\b/", "about:blank", "blob:https://a/1", "https://xn--a/", "https://a b/",
)  # fmt: skip
RETRY = (
    "²", "٣", "-5", "1e9", "9" * 400, "9" * 5000, "0", "", "soon", "Mon, 30 Sep 1024 18:02:00 GMT", "Mon, 30 Sep 9999 23:59:59 GMT",
    "Mon, 30 Sep 99999999999999999999 18:02:00 GMT", "Mon, 30 Sep 2024 18:02:00 +99999999", "1 Jan 2024 25:00:00 -0000", "7, 8", "inf", "nan",
    "Mon, 30 Sep 2024 17:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
)  # fmt: skip
STATUS = (100, 101, 102, 103, 200, 201, 203, 204, 205, 206, 207, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399, 400, 401, 403, 404, 408,
          410, 416, 418, 425, 429, 451, 499, 500, 502, 503, 504, 511, 599, 600, 999, 0)  # fmt: skip
HEADERS = (
    ("ETag", b'"\xe9"'), ("ETag", b"x" * 5000), ("ETag", b"\x01"), ("Last-Modified", "mañana".encode()), ("Content-Type", b"text/html"),
    ("Content-Type", b"text/csv; charset=utf-7"), ("Content-Type", b"application/json; charset=utf-16"), ("Content-Type", b"\xff\xfe"),
    ("Content-Encoding", b"gzip"), ("Content-Encoding", b"br"), ("Content-Encoding", b"gzip, gzip"), ("Content-Encoding", b"\x1b[31m"),
    ("Content-Encoding", b"x" * 3000), ("Content-Length", b"5"), ("Content-Length", b"-1"), ("Content-Length", b"9" * 40),
    ("Content-Length", "²".encode()), ("Transfer-Encoding", b"chunked"), ("Transfer-Encoding", b"gzip"), ("Connection", b"close"),
    ("Set-Cookie", b"a=" + b"b" * 9000), ("Location", b"https://a/"), ("Content-Range", b"bytes 0-1/2"), ("X", b"a\x00b"), ("Retry-After", b"1"),
)  # fmt: skip
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str, str.upper, str.lower, lambda s: quote(s, safe=""), lambda s: quote(quote(s, safe=""), safe=""), quote_plus, html.escape,
    lambda s: "".join(f"%{ord(c):02x}" for c in s), lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    lambda s: "".join(f"&#{ord(c)};" for c in s), lambda s: "".join(f"&#x{ord(c):x};" for c in s),
    lambda s: base64.b64encode(f"u:{s}".encode()).decode(), lambda s: base64.urlsafe_b64encode(s.encode()).decode(), lambda s: s.encode().hex(),
    lambda s: quote("".join(f"&#{ord(c)};" for c in s), safe=""),
)  # fmt: skip


#: 29 KB that are 30 MB when decompressed.
BOMB = gzip.compress(bytes(30_000_000), mtime=0)


class Chance(random.Random):
    """A generator of wrong answers."""

    def answer(self, good: bytes, secrets: list[str]) -> Octets | Exception:
        """The good answer made wrong in one way."""
        return self.choice(WAYS)(self, good, secrets)

    def octets(self, body: bytes) -> bytes:
        """Some octets changed, cut, doubled or put in."""
        content = bytearray(body)
        for _ in range(self.randint(1, 4)):
            at = self.randrange(len(content) + 1)
            match self.randrange(6):
                case 0 if content:
                    content[at % len(content)] ^= 1 << self.randrange(8)
                case 1:
                    del content[at:]
                case 2:
                    content[at:at] = self.randbytes(self.randint(1, 20))
                case 3:
                    content[at:at] = content[at : at + 200]
                case 4:
                    del content[at : at + self.randint(1, 100)]
                case _:
                    content[at:at] = self.choice(
                        (b"\0", b"\xef\xbb\xbf", b"\r", b'"', b"<", b"[[", b"\xff", b"\x1b[31m", "²".encode(), b"<![x")
                    )
        return bytes(content)

    def json(self, value: Any) -> Any:
        """A value with one part of another kind, missing, doubled or nested."""
        if isinstance(value, dict) and value and self.random() < 0.85:
            key = self.choice(list(value))
            if self.random() < 0.2:
                return {k: v for k, v in value.items() if k != key}
            return {**value, key: self.json(value[key])}
        if isinstance(value, list) and value and self.random() < 0.85:
            at = self.randrange(len(value))
            if self.random() < 0.2:
                return value * 2
            return [*value[:at], self.json(value[at]), *value[at + 1 :]]
        return self.choice(OTHER)


def _split(good: bytes) -> tuple[bytes, bytes]:
    head, _, body = good.partition(b"\r\n\r\n")
    return head, body


def _sized(head: bytes, body: bytes) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body


def _body(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    return Octets([_sized(head, chance.octets(body))])


def _json(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    try:
        value = json.loads(body)
    except ValueError:
        return _body(chance, good, secrets)
    for _ in range(chance.randint(1, 3)):
        value = chance.json(value)
    text = json.dumps(value).encode()
    if chance.random() < 0.1:
        text = json.dumps(value, ensure_ascii=False).encode("utf-16" if chance.random() < 0.5 else "latin-1", "replace")
    return Octets([_sized(head, text)])


def _strange_json(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    depth = chance.choice((50, 900, 5_000, 100_000))
    text = chance.choice((
        b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"9" * 5000, b"NaN", b"[Infinity]", b"null", b'"x"', b"true", b"0", b"1e999",
        b"[" + b"9" * 4301 + b"]", b'{"data": 1, "data": 2}', b"[]", b"{}", b'{"results": {}}', b'{"bmx": []}', b'{"Header": [[]], "Data": null}',
    ))  # fmt: skip
    return Octets([answer(text, "application/json")])


def _raw(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    return Octets([chance.octets(good)])


def _status(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    _, *rest = head.split(b"\r\n")
    code = b"HTTP/1.1 %d Odd" % chance.choice(STATUS)
    more = [b"Retry-After: " + chance.choice(RETRY).encode()] if chance.random() < 0.5 else []
    return Octets([b"\r\n".join([code, *rest, *more]) + b"\r\n\r\n" + body])


def _retry(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    status = chance.choice((408, 425, 429, 500, 503))
    return Octets([answer(b"slow down", status=status, headers=[("Retry-After", chance.choice(RETRY).encode())])])


def _moved(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    where = chance.choice(LOCATIONS).encode()
    return Octets([answer(status=chance.choice((301, 302, 303, 307, 308)), headers=[("Location", where)])])


def _header(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    more = b"\r\n".join(name.encode() + b": " + value for name, value in chance.sample(HEADERS, chance.randint(1, 3)))
    return Octets([head + b"\r\n" + more + b"\r\n\r\n" + body])


def _flood(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    kind = chance.randrange(4)
    if kind == 0:
        return Octets([head + b"\r\nX: a" * 100_000 + b"\r\n\r\n" + body])
    if kind == 1:
        return Octets(itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], itertools.repeat(b"a" * 60_000)))
    if kind == 2:
        return Octets(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 500, 40))
    return Octets([b"GARBAGE " * 20])


def _chunks(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    start = b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]) + b"\r\n\r\n"
    size = b"%x" % len(body)
    return Octets([start, chance.choice((
        size + b"\r\n" + body + b"\r\n0\r\n\r\n", size + b"\r\n" + body, b"-5\r\n" + body, b"zz\r\n" + body, b"f" * 30 + b"\r\n" + body,
        b"0\r\n\r\n", size + b";" + b"x" * 200_000 + b"\r\n" + body, b"\r\n", size + b"\r\n" + body + b"\r\n0\r\nT: x\r\n\r\n" + good,
        b"".join(b"1\r\n%c\r\n" % octet for octet in body[:3000]) + b"0\r\n\r\n", b"5\r\nab\r\n", "²\r\n".encode() + body,
    ))])  # fmt: skip


def _endless(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    start = b"\r\n".join([*lines, b""]) + b"\r\n" + body
    return Octets(itertools.chain([start], itertools.repeat(b"1,2\n" * 15_000)))


def _slow(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    """A byte a second, from the first or after the head; or silence in the middle."""
    head, body = _split(good)
    whole = head + b"\r\n\r\n" + body
    if chance.random() < 0.5:
        return Octets([whole[: chance.randrange(len(whole))]], silent=True)
    from_start = chance.random() < 0.5
    first, rest = (b"", whole + b" " * 2000) if from_start else (head + b"\r\n\r\n", body + b" " * 2000)
    return Octets(itertools.chain([first], (rest[i : i + 1] for i in range(len(rest)))), apart=1.0)


def _compressed(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    head, body = _split(good)
    packed = chance.choice((
        gzip.compress(body, mtime=0), gzip.compress(body, mtime=0)[:-9], BOMB, gzip.compress(b"", mtime=0) * 2000, body, chance.octets(gzip.compress(body, mtime=0)),
    ))  # fmt: skip
    return Octets([_sized(head + b"\r\nContent-Encoding: gzip", packed)])


def _echo(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    """The key, escaped in some way, where a server may repeat it."""
    key = chance.choice(SPELLINGS)(chance.choice(secrets)) if secrets else "nothing"
    said = key.encode("latin-1", "replace")
    head, body = _split(good)
    match chance.randrange(8):
        case 0:
            return Octets([answer(b"bad key " + said, status=chance.choice((400, 401, 403, 500)))])
        case 1:
            return Octets(
                [answer(b"<html><title>Invalid key " + said + b"</title>", "text/html", chance.choice((200, 403)))]
            )
        case 2:
            return Octets([answer(status=302, headers=[("Location", b"https://other.org/" + said + b"?k=" + said)])])
        case 3:
            return Octets([answer(status=302, headers=[("Location", b"https://" + said + b".org/x")])])
        case 4:
            return Octets([head + b"\r\nETag: " + said + b"\r\n\r\n" + body])
        case 5:
            return Octets([_sized(head, body[:-1] + said + body[-1:])])
        case 6:
            return Octets(
                [
                    answer(
                        json.dumps({"Header": [{"status": "Failed", "error": key}], "Data": []}).encode(),
                        "application/json",
                    )
                ]
            )
        case _:
            return Octets([head + b"\r\nContent-Encoding: " + said + b"\r\n\r\n" + body])


def _nothing(chance: Chance, good: bytes, secrets: list[str]) -> Octets | Exception:
    return chance.choice((
        Octets([]), Octets([], silent=True), httpcore.ConnectError("[Errno -2] Name or service not known"), httpcore.ReadError("reset"),
        httpcore.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), httpcore.RemoteProtocolError("no"),
        Octets([answer(b"")]), Octets([answer(b" \r\n ")]), Octets([b"HTTP/1.1 304 X\r\n\r\n"]), Octets([b"HTTP/1.1 204 X\r\n\r\n"]),
    ))  # fmt: skip


def _page(chance: Chance, good: bytes, secrets: list[str]) -> Octets:
    text = chance.choice((
        b"<!DOCTYPE html><html><title>Login</title><a href='x'>", b"<html>" + b"<title>" * 50_000, b"<a href='http://[x/a2024.zip'>" * 5,
        b"<html><![x<a href='y'>", b"<html><!a [<b>", b"<html>" + b"<a href='/f/August2024.zip?%d'>" % chance.randrange(9),
        b"<html>" + b"".join(b"<a href='/f/%d/Aug2024.zip'>" % n for n in range(1500)), b"<html>" + b"<!--" * 5_000, b"<html><a href='\xff\xfe2024.zip'>",
        b"<a href='//\xe2\x84\x80.org/2024.zip'>", b"<a href='ftp://x/2024.zip'><a href='data:2024.zip'>", b"var dat = [" * 3000, b"var " * 50_000,
        b"<html><a href='https://b.org/" + b"z" * 70_000 + b"2024.zip'>", b"<html><a href='/2024/\x00%00%0d%0a/..%2f..%2fAug2024.zip'>",
    ))  # fmt: skip
    return Octets([answer(text, "text/html")])


WAYS: tuple[Callable[[Chance, bytes, list[str]], Octets | Exception], ...] = (
    _body, _body, _json, _json, _json, _json, _strange_json, _raw, _raw, _status, _status, _retry, _moved, _moved, _header, _header, _flood, _chunks,
    _endless, _slow, _compressed, _echo, _echo, _echo, _nothing, _page,
)  # fmt: skip
