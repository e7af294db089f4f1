"""A key is found and cut out however it is escaped, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.errors import KeyRefused, NeedsKey
from ambos.sources.shared.keys import (
    NOWHERE,
    REDACTED,
    from_environment,
    holds,
    key_of,
    redact,
    redact_bytes,
)
from ambos.sources.shared.wire import redact_url
from examples import examples

#: Without the backslash, which no source has in its keys.
VISIBLE = string.ascii_letters + string.digits + string.punctuation.replace("\\", "")
KEYS = st.text(VISIBLE, min_size=8, max_size=40).filter(lambda key: key.casefold() not in REDACTED.casefold())
PLAIN = st.text(string.ascii_letters + " .,", max_size=12)
ESCAPES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "capitals": str.upper,
    "percent": lambda s: quote(s, safe=""),
    "percent, small": lambda s: "".join(f"%{ord(c):02x}" for c in s),
    "percent, some": lambda s: quote(s, safe="/+=&"),
    "for a query": quote_plus,
    "JSON": lambda s: json.dumps(s)[1:-1],
    "JSON, all": lambda s: "".join(f"\\u{ord(c):04X}" for c in s),
    "JavaScript": lambda s: "".join(f"\\x{ord(c):02x}" for c in s),
    "slashes": lambda s: s.replace("/", "\\/"),
    "HTML": html.escape,
    "HTML, decimal": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "HTML, hexadecimal": lambda s: "".join(f"&#x{ord(c):X};" for c in s),
}
CODES: dict[str, Callable[[bytes], str]] = {
    "Base64": lambda b: base64.b64encode(b).decode(),
    "Base64 for addresses": lambda b: base64.urlsafe_b64encode(b).decode().rstrip("="),
    "hexadecimal": bytes.hex,
}


@settings(deadline=None, max_examples=examples(40))
@given(
    key=KEYS,
    outer=st.sampled_from(sorted({*ESCAPES} - {"capitals"})),
    inner=st.sampled_from(sorted(ESCAPES)),
    before=PLAIN,
    after=PLAIN,
)
def test_a_key_is_cut_out_under_one_or_two_escapes(key: str, outer: str, inner: str, before: str, after: str) -> None:
    written = ESCAPES[outer](ESCAPES[inner](key))
    text = f"{before}<{written}> {after}"
    assert holds(text, key) and holds(text.encode(), key) and holds(text.encode("utf-16"), key)
    shown = redact(text, key)
    assert REDACTED in shown and not holds(shown.replace(REDACTED, ""), key)
    assert written not in shown


@settings(deadline=None, max_examples=examples(40))
@given(key=KEYS, code=st.sampled_from(sorted(CODES)), before=st.binary(max_size=4), after=st.binary(max_size=4))
def test_a_key_is_cut_out_of_a_coded_header(key: str, code: str, before: bytes, after: bytes) -> None:
    """As a server that echoes ``Authorization: Basic`` shows it, at every offset."""
    written = CODES[code](before + key.encode() + after)
    shown = redact(f"you sent {written}", key)
    assert REDACTED in shown and not holds(shown.replace(REDACTED, ""), key)
    assert holds(f"you sent {quote(written, safe='')}", key)


@settings(deadline=None, max_examples=examples(40))
@given(key=KEYS, text=PLAIN.filter(lambda text: len(text) < 8))
def test_a_text_without_the_key_stays_as_it_is(key: str, text: str) -> None:
    assert redact(text, key) == text and not holds(text, key) and redact_bytes(text.encode(), key) == text.encode()


@settings(deadline=None, max_examples=examples(40))
@given(key=KEYS, escape=st.sampled_from(sorted(ESCAPES)), place=st.sampled_from(["query", "path", "name", "host"]))
def test_an_address_is_shown_without_the_key(key: str, escape: str, place: str) -> None:
    written = ESCAPES[escape](key)
    address = {
        "query": f"https://a.gov/x?q={written}",
        "path": f"https://a.gov/{written}/y",
        "name": f"https://a.gov/x?{written}=1",
        "host": f"https://{written}.a.gov/x",
    }[place]
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return
    shown = redact_url(url, key)
    assert not holds(shown.replace(REDACTED, ""), key)
    assert httpx.URL(shown).host, "it can still be asked about"


def test_an_address_that_is_all_key_is_not_shown() -> None:
    assert redact_url(httpx.URL("https://abcdefgh/"), "https://abcdefgh/") == NOWHERE


def test_a_key_escaped_in_many_ways_at_once_withholds_the_text() -> None:
    mixed = quote("".join(f"&#{ord(c)};" for c in "s3cr3t-key"), safe="")
    assert redact(f"your key {mixed} is wrong", "s3cr3t-key") == REDACTED


def test_search_for_a_key_is_linear_in_hostile_text() -> None:
    """Runs of what begins an escape; quadratic search would take hours."""
    for run in ("\\", "&amp;", "%25", "&", "s3cr3t-ke", "czNjcjN0"):
        holds(run * (300_000 // len(run)), "s3cr3t-key")


@pytest.mark.parametrize("value", ["clav\u00e9-12345", "line\nbreak", "tab\there", "nul\x7f"])
def test_a_key_that_cannot_be_sent_is_refused(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    source = catalog.sources["banxico_fix"]
    monkeypatch.setenv("BANXICO_TOKEN", value)
    with pytest.raises(KeyRefused) as caught:
        key_of(source)
    assert "BANXICO_TOKEN" in caught.value.say("es") and "ninguna clave tiene" in caught.value.say("es")
    assert value not in caught.value.say("en")


def test_a_key_of_spaces_is_none(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXICO_TOKEN", " \n")
    assert from_environment("BANXICO_TOKEN", catalog.sources["banxico_fix"]) == ""
    with pytest.raises(NeedsKey):
        key_of(catalog.sources["banxico_fix"])
