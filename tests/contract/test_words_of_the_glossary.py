"""One term for one thing: no text uses a phrase that the glossary refuses, in either language."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ambos
from ambos.catalog import load
from ambos.catalog.words import load_words

SOURCE = Path(ambos.__file__).parent
PROJECT = Path(__file__).resolve().parents[2]


def of_definitions(tree: Any, language: str) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == language and isinstance(value, str):
                yield value
            else:
                yield from of_definitions(value, language)
    elif isinstance(tree, list):
        for value in tree:
            yield from of_definitions(value, language)


def of_code(path: Path, language: str) -> Iterator[str]:
    """The texts of a module: in calls with two texts, English and Spanish."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and len(node.args) >= 2:
            given = node.args[("en", "es").index(language)]
            yield from (n.value for n in ast.walk(given) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every text of the project in one language, with its file."""
    for path in (SOURCE / "definitions").rglob("*.toml"):
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from ((path.name, text) for text in of_definitions(tree, language))
    for path in SOURCE.rglob("*.py"):
        yield from ((path.name, text) for text in of_code(path, language))
    readme = PROJECT / ("README.md" if language == "en" else "README.es.md")
    for path in (*(PROJECT / "docs" / language).rglob("*.md"), readme):
        yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_uses_a_refused_phrase(language: str) -> None:
    terms = load_words(load()).terms.values()
    refused = {phrase: term.id for term in terms for phrase in getattr(term, f"refused_{language}")}
    assert len(refused) > 3
    # a phrase with capitals is one only as it stands
    patterns = [re.compile(rf"\b{re.escape(p)}\b", re.IGNORECASE if p.islower() else 0) for p in refused]
    found = [(file, match[0]) for file, text in texts(language) for p in patterns for match in p.finditer(text)]
    assert not found


def test_the_search_finds_what_it_should(tmp_path: Path) -> None:
    """So that the test above can fail."""
    module = tmp_path / "module.py"
    module.write_text('said = Text("a port of entry", f"un puerto de entrada {x}")\n')
    assert list(of_code(module, "es")) == ["un puerto de entrada "]
    assert list(of_definitions({"a": [{"en": "x", "es": "y"}]}, "es")) == ["y"]


def test_garita_stands_where_a_reader_first_meets_a_port() -> None:
    terms = load_words(load()).terms
    assert "garita" in terms["port_of_entry"].term.es
    topics = load().topics
    assert "garita" in topics["crossings"].lead.es
