"""Words that explain and find: terms, questions, synonyms, pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ambos.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary."""

    id: str
    term: Text
    text: Text  #: What it means here.
    also: tuple[str, ...] = ()  #: Other spellings and names by which people look for it.
    #: `refused_en`, `refused_es`: phrases that no text of that language uses for it.
    refused_en: tuple[str, ...] = ()
    refused_es: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question that users ask, with its answer."""

    id: str
    question: Text
    answer: Text
    sources: tuple[Text, ...] = ()  #: What the answer rests on.
    links: tuple[str, ...] = ()  #: Addresses of pages, after the language.


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Names of the same thing, and what is to be found first by them."""

    id: str
    words: tuple[str, ...]  #: Words and phrases of either language.
    #: What comes first, best first, as ``kind:id``; passed over where a region does not have it.
    finds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A page of the site that can be found by its title."""

    id: str  #: Its address after the language, without the first slash.
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that explains and finds, by id."""

    terms: Mapping[str, Term]
    questions: Mapping[str, Question]
    synonyms: Mapping[str, Synonyms]
    pages: Mapping[str, Subject]
