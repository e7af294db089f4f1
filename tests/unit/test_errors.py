"""What is wrong with a text is said in words of ours, in both languages."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from ambos.errors import parse_fault

Parse = Callable[[str], object]
PARSERS: dict[str, Parse] = {
    "csv": lambda text: list(csv.reader([text], strict=True)),
    "json": json.loads,
    "toml": tomllib.loads,
    "xml": ElementTree.fromstring,
    "utf-8": lambda text: text.encode("latin-1").decode(),
}


@pytest.mark.parametrize(
    ("kind", "text", "en", "es"),
    [
        ("csv", "x" * 140_000, "a cell is too long", "una celda es demasiado larga"),
        ("csv", 'a,"b', "a quotation mark is not closed", "faltan unas comillas de cierre"),
        ("csv", '"a"b', "more follows a closing quotation mark", "hay más texto tras unas comillas de cierre"),
        ("csv", "a\rb", "a line is parted in an unusual way", "un renglón está dividido de forma inusual"),
        ("json", '{"a":\n1,', "its syntax is wrong (line 2, column 3)", "su sintaxis no es válida (renglón 2, columna 3)"),
        ("json", "9" * 5000, "a number has too many digits", "un número tiene demasiados dígitos"),
        ("json", "[" * 100_000, "it is nested too deep", "está anidado con demasiada profundidad"),
        ("toml", "a = 1\na = 2\n", "a key is given twice (line 2, column 6)", "una clave aparece dos veces (renglón 2, columna 6)"),
        ("toml", "[a]\n[a]\n", "a table is given twice (line 2, column 3)", "una tabla aparece dos veces (renglón 2, columna 3)"),
        ("toml", "a = [", "it ends too early", "termina antes de tiempo"),
        ("xml", "<a>", "it ends too early (line 1, column 3)", "termina antes de tiempo (renglón 1, columna 3)"),
        ("xml", "<a></b>", "its syntax is wrong (line 1, column 5)", "su sintaxis no es válida (renglón 1, columna 5)"),
        ("utf-8", "año", "byte 2 is not UTF-8", "el byte 2 no es UTF-8"),
    ],
)  # fmt: skip
def test_a_fault_of_a_text_is_told_without_the_words_of_its_parser(kind: str, text: str, en: str, es: str) -> None:
    with pytest.raises((csv.Error, ValueError, RecursionError, ElementTree.ParseError)) as caught:
        PARSERS[kind](text)
    said = parse_fault(caught.value)
    assert (said.en, said.es) == (en, es)
