"""Texts of the register as documents and answers write them."""

from __future__ import annotations

from collections.abc import Iterable

from ambos.catalog import Catalog
from ambos.catalog.register import load_labels, side_name
from ambos.flows.register import words
from ambos.flows.register.words import phrase
from ambos.model.register import Phrase, Record
from ambos.numbers import MISSING
from ambos.text import LANGUAGES, Text, joined


def said(held: Phrase) -> Text:
    """Write a text that is held in one or both languages; a dash where it is in none."""
    return phrase(held) or Text.same(MISSING)


def when(label: str) -> Text:
    """Write a day, month, year or range with the precision that is known; a dash where none is."""
    return words.when(label) or Text.same(MISSING)


def type_name(type: str) -> Text:
    """Name the type of a record, or another word of a field that has a few."""
    return _capital(load_labels().type.get(type, Text.same(type or MISSING)))


def kind_name(kind: str) -> Text:
    """Name a kind of records."""
    return load_labels().kind.get(kind, Text.same(kind))


def _capital(text: Text) -> Text:
    return Text(*(text[language][:1].upper() + text[language][1:] for language in LANGUAGES))


def sides_named(catalog: Catalog, sides: Iterable[str]) -> Text:
    """Name sides; a dash for none."""
    names = [side_name(catalog, side) for side in sides]
    return joined(names) if names else Text.same(MISSING)


def source_of(record: Record, most: int | None = None) -> Text:
    """Name what a record was compiled from, or the first of it and how many more; a dash where nothing is."""
    named = [said(source.text) for source in record.sources if source.text]
    if not named:
        return Text.same(MISSING)
    shown, left = joined(named[:most], "; "), len(named[most:]) if most else 0
    return shown + Text(f" (and {left} more)", f" (y {left} más)") if left else shown
