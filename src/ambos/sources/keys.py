"""Keys of sources: from the environment only, to their source only, and nowhere to be seen."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, quote_plus

import httpx

from ambos.errors import FetchFailed, KeyRefused, NeedsKey
from ambos.model import Source

#: What stands where a key was.
REDACTED = "REDACTED"
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
    """
    variable = source.key_variable or ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise NeedsKey(source=source.title, variable=variable, signup=source.key_signup or source.url)
    return key


def refused(error: FetchFailed, source: Source) -> KeyRefused | None:
    """The same failure said as what it is, if the source did not take the key.

    It says so with 401 or 403, or (Census) with a web page where data should be.
    """
    if error.values.get("status") not in (401, 403) and error.values.get("problem") != "html":
        return None
    return KeyRefused(
        source=source.title,
        variable=source.key_variable,
        detail=error.values["detail"],
        signup=source.key_signup or source.url,
    )


def redact(text: str, secret: str) -> str:
    """A text without the key, however it was encoded."""
    return re.sub(_spellings(secret), REDACTED, text, flags=re.IGNORECASE) if secret else text


def redact_bytes(content: bytes, secret: str) -> bytes:
    """An answer without what the source repeats in it of the question."""
    return re.sub(_spellings(secret).encode(), REDACTED.encode(), content, flags=re.IGNORECASE) if secret else content


def _spellings(secret: str) -> str:
    """A pattern of all ways in which a secret may be encoded."""
    spellings = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
    return "|".join(re.escape(s) for s in sorted(spellings, key=len, reverse=True))


def redact_url(url: httpx.URL, secret: str) -> str:
    """An address without keys: the one given, and whatever stands where keys stand."""
    for name, value in url.params.multi_items():
        if KEY_PARAMETERS.fullmatch(name) and value:
            url = url.copy_set_param(name, REDACTED)
    return redact(str(url.copy_with(userinfo=b"")), secret)
