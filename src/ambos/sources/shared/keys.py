"""Keys of sources: from the environment only, to their source only, and nowhere to be seen."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import unescape
from html.entities import html5
from urllib.parse import unquote

from ambos.errors import FetchFailed, KeyRefused, NeedsKey
from ambos.model import Source
from ambos.text import Text

#: What stands where a key was.
REDACTED = "REDACTED"
#: What stands for an address of which nothing may be shown.
NOWHERE = f"http://{REDACTED.lower()}.invalid/"
#: Query parameters whose value is a key or a person's, whoever put it there (Census, SIE, Socrata, BLS, BEA, FRED, AQS).
KEY_PARAMETERS = re.compile(
    r"(api_?)?key|(\$\$)?(app_?|access_?)?token|registrationkey|userid|password|email", re.IGNORECASE
)


def key_of(source: Source) -> str:
    """The key of a source that wants one.

    Raises
    ------
    NeedsKey
        If the environment variable that the source names is not set or blank.
    KeyRefused
        If it cannot be sent.
    """
    variable = source.key_variable or ""
    key = from_environment(variable, source)
    if not key:
        raise NeedsKey(source=source.title, variable=variable, signup=source.key_signup or source.url)
    return key


def from_environment(variable: str, source: Source) -> str:
    """The key, or e-mail, in a variable; empty if it is not set.

    Raises
    ------
    KeyRefused
        If it cannot be sent: it holds an accent, a line end or a control character.
    """
    key = os.environ.get(variable, "").strip()
    if key.isascii() and key.isprintable():
        return key
    raise KeyRefused(
        source=source.title,
        variable=variable,
        detail=Text(
            "it holds a character that no key has (an accent, a line end)",
            "contiene un carácter que ninguna clave tiene (un acento, un fin de renglón)",
        ),
        signup=source.key_signup or source.url,
    )


@contextmanager
def key_taken(source: Source, *, by_page: bool = True) -> Iterator[None]:
    """Raise the failure of a source that does not take its key as what it is.

    It says so with 401 or 403, or (Census), if `by_page`, with a web page where data should be.

    Raises
    ------
    KeyRefused
        In place of such a `FetchFailed`; another one passes.
    """
    try:
        yield
    except FetchFailed as error:
        if error.values["status"] not in (401, 403) and not (by_page and error.values["problem"] == "html"):
            raise
        raise KeyRefused(
            source=source.title,
            variable=source.key_variable,
            detail=error.values["detail"],
            signup=source.key_signup or source.url,
        ) from error


def redact(text: str, *secrets: str) -> str:
    """A text without keys, however they are escaped; nothing of a text that holds one in a way that cannot be cut out."""
    for pattern in _all_patterns(secrets):
        text = pattern.sub(REDACTED, text)
    return REDACTED if holds(text, *secrets) else text


def redact_bytes(content: bytes, *secrets: str) -> bytes:
    """An answer without what the source repeats in it of the question."""
    text = content.decode("latin-1")
    for pattern in _all_patterns(secrets):
        text = pattern.sub(REDACTED, text)
    return text.encode("latin-1")


def holds(content: str | bytes, *secrets: str) -> bool:
    """Return True if a text or an answer holds a key, under any escapes and in UTF-16 as well."""
    patterns = _all_patterns(secrets)
    if not patterns:
        return False
    text = (content.decode("latin-1") if isinstance(content, bytes) else content).replace("\0", "")
    for _ in range(ESCAPES):
        if any(pattern.search(text) for pattern in patterns):
            return True
        plain = _BACKSLASH.sub(_meant, unescape(unquote(text)))
        if plain == text:
            return False
        text = plain
    return True  # escaped more deeply than anybody has a reason to


def _all_patterns(secrets: Iterable[str]) -> list[re.Pattern[str]]:
    return [pattern for secret in secrets if secret for pattern in _patterns(secret)]


#: Escapes within escapes that are undone in search of a key.
ESCAPES = 8
#: A character escaped as in JSON.
_BACKSLASH = re.compile(r"\\+(?:(?:u00|x)([0-9A-Fa-f]{2})|(.))", re.DOTALL)


def _meant(found: re.Match[str]) -> str:
    """Return the character that a backslash escape means."""
    return chr(int(found[1], 16)) if found[1] else found[2]


@lru_cache
def _patterns(secret: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of a secret as it is, escaped character by character, in hexadecimal and in Base64 at every offset.

    Each alternative begins with a plain character, so that the search skips other text at the speed of a string search.
    """
    octets = secret.encode("utf-8", "surrogateescape")
    found = ["".join(_spellings(c, either=True) for c in secret)]
    if len(octets) >= SHORTEST_ENCODED:
        found.append("".join(_spellings(c, either=True) for c in octets.hex()))
        for offset in range(3):
            coded = b64encode(bytes(offset) + octets).decode().rstrip("=")
            # The first and the last character also hold bits of what stands beside the secret.
            first, last = (0, 2, 3)[offset], len(coded) - ((offset + len(octets)) % 3 > 0)
            found.append("".join(_spellings(c, either=False) for c in coded[first:last]) + "[A-Za-z0-9+/_-]*={0,2}")
    return tuple(re.compile(pattern) for pattern in found)


#: Characters of a key from which on its Base64 is not met by chance.
SHORTEST_ENCODED = 6
#: Characters that stand for another: a space in a query, the Base64 alphabet for addresses (RFC 4648, section 5).
_STANDS_FOR = {" ": "+", "+": "-", "/": "_"}
#: Names of characters in HTML.
_NAMES = {c: [name for name, meant in html5.items() if meant == c] for c in map(chr, range(128)) if c in html5.values()}


def _spellings(char: str, *, either: bool) -> str:
    """A pattern of the ways in which a character may be written: plain, for a query, JSON or HTML.

    `either`: capital or small.
    """
    chars = dict.fromkeys((char.lower(), char.upper(), char) if either else (char,))
    ways = []
    for one in (c for c in chars if len(c) == 1):
        octets = one.encode("utf-8", "surrogateescape")
        ways += [re.escape(one), "".join(f"%(?:25)*{_digits(f'{octet:02X}')}" for octet in octets)]
        ways += [
            rf"\\\\{{0,{ESCAPES}}}(?:u{_digits(f'{ord(one):04X}')}|x{_digits(f'{ord(one):02X}')}|{re.escape(one)})"
        ]
        names = "".join(f"|{name}" for name in _NAMES.get(one, ()))
        ways += [f"&(?:amp;)*(?:#0*{ord(one)};?|#[xX]0*{_digits(f'{ord(one):X}')};?{names})"]
    if not either or char == " ":
        ways += [re.escape(_STANDS_FOR[char])] if char in _STANDS_FOR else []
    return f"(?:{'|'.join(ways)})"


def _digits(text: str) -> str:
    """A pattern of hexadecimal digits, capital or small."""
    return "".join(f"[{d}{d.lower()}]" if d.isalpha() else d for d in text)
