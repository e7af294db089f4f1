"""The whole dossier of the region: both states are named about equally often, notes are short, pages are full."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ambos.briefing import Document, render
from ambos.briefing.view import Viewer
from ambos.flows.brief.dossier import compose
from ambos.flows.workspace import open_workspace
from ambos.text import LANGUAGES, Language, Text

pytestmark = pytest.mark.slow
Whole = tuple[Document, Mapping[str, Text]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    opened = open_workspace(tmp_path_factory.mktemp("whole") / "workspace")
    here = dataclasses.replace(opened, clock=lambda: datetime(2026, 11, 30, 18, tzinfo=UTC))
    return compose(here), {k: t for k, t in here.catalog.messages.items() if k.startswith("brief.")}


def texts(view: Mapping[str, Any]) -> Iterator[str]:
    """All that is printed of the sections: titles, words, captions, notes, tables; without faults and sources."""
    for section in (s for s in view["sections"] if not s["back"]):
        yield section["title"]
        yield from section["intro"]
        for block in section["blocks"]:
            yield from (block.get("title", ""), block.get("text", ""), *block.get("notes", ()))
            if block["kind"] == "chart":
                yield from re.findall(r"<text[^>]*>([^<]*)</text>", block["svg"])
            if block["kind"] == "table":
                yield from (column["label"] for column in block["columns"])
                yield from (cell["text"] for row in block["rows"] for cell in row)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_states_are_named_about_equally_often(whole: Whole, language: Language) -> None:
    document, words = whole
    body = " ".join(texts(Viewer(document, language, words).whole()))
    arizona, sonora = body.count("Arizona"), body.count("Sonora")
    assert min(arizona, sonora) > 40
    assert 0.7 <= arizona / sonora <= 1.4, (arizona, sonora)


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_have_at_most_sixty_words_and_the_rest_stands_at_the_end(whole: Whole, language: Language) -> None:
    document, words = whole
    view = Viewer(document, language, words).whole()
    blocks = [b for s in view["sections"] if not s["back"] for b in s["blocks"] if "notes" in b]
    assert max(len(" ".join(b["notes"]).split()) for b in blocks) <= 60
    rest = {b["label"] for b in blocks if b.get("rest")}
    (end,) = (s for s in view["sections"] if s["id"] == "notes")
    assert rest and {b["text"].partition(". ")[0] for b in end["blocks"]} == rest


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext measures the pages")
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_under_two_thirds_full_but_the_last_of_a_section(
    whole: Whole, tmp_path: Path, language: Language
) -> None:
    document, words = whole
    render(document, tmp_path, words, ["pdf"])
    made = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / f"{language}.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    word = r'<word xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">'
    pages = [[(float(a), float(b)) for a, b in re.findall(word, page)] for page in made.split("<page ")[1:]]
    body = [[(top, bottom) for top, bottom in page if 55 < top < 738] for page in pages]
    begins = [any(bottom - top > 22 and top < 100 for top, bottom in page) for page in body]  # a title of a section
    assert sum(begins) > 10
    for number, page in enumerate(body[1:-1], start=1):
        if not begins[number + 1]:
            assert (max(bottom for _, bottom in page) - 66) / 666 >= 2 / 3, f"page {number + 1}"
