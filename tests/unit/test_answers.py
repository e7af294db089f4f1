"""Answers that are not what was asked for are refused, whatever they are."""

from __future__ import annotations

import io
import zipfile

import pytest

from ambos.sources.shared.answers import Expect, Trouble, check


def _misnamed_zip() -> bytes:
    """A zip that says its member's name is UTF-8, which it is not."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("é.csv", "a,b\n")
    return content.getvalue().replace("é".encode(), b"\xff\xfe")


@pytest.mark.parametrize(
    ("body", "expect"),
    [
        (b"<?xml version='1.0' encoding='x-foo'?><a/>", "xml"),
        (b"<?xml version='1.0' encoding='big5'?><a/>", "xml"),
        (_misnamed_zip(), "zip"),
    ],
)
def test_foreign_faults_are_troubles(body: bytes, expect: Expect) -> None:
    with pytest.raises(Trouble) as caught:
        check(body, expect, "", length_known=True)
    assert caught.value.problem == f"not_{expect}"
