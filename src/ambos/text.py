"""A text in both languages. Floor 1: everything above may use it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


#: A word that is longer than most paths of files, as a damaged file may hold.
_LONG_WORD = re.compile(r"(\S{200})\S{200,}(\S{100})")


#: White space that stays: line ends and the spaces that do not break a line.
_KEPT = "\n\u00a0\u202f"


def printable(text: str) -> str:
    """The text without characters that a terminal obeys, and with long words cut short; line ends and spaces stay."""
    kept = _LONG_WORD.sub(r"\1…\2", text)
    return kept if kept.isprintable() else "".join(c if c.isprintable() or c in _KEPT else "\ufffd" for c in kept)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in English and Spanish; neither stands in for the other.

    Attributes
    ----------
    en, es : str
        The text in each language. Both are required and not blank.

    Raises
    ------
    ValueError
        If one of the two is missing or blank.
    """

    en: str
    es: str

    def __post_init__(self) -> None:
        for language in LANGUAGES:
            value = getattr(self, language)
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"the text has no {language!r}: {self.en!r} / {self.es!r}")

    @classmethod
    def same(cls, text: str) -> Text:
        """A proper name, a code or a number: the same in both languages."""
        return cls(text, text)

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> Text:
        """From a definition such as ``{en = "port", es = "puerto"}``."""
        return cls(mapping.get("en", ""), mapping.get("es", ""))

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.es

    def format(self, **values: object) -> Text:
        """Fill the placeholders of both texts.

        A value that is itself a `Text` gives each language its own part.
        """

        def fill(language: Language) -> str:
            own = {k: v[language] if isinstance(v, Text) else v for k, v in values.items()}
            return self[language].format(**own)

        return Text(fill("en"), fill("es"))

    def printable(self) -> Text:
        """Both texts without what a terminal obeys; see `printable`."""
        return Text(printable(self.en), printable(self.es))

    def record(self) -> dict[str, str]:
        """Both texts, for JSON."""
        return {"en": self.en, "es": self.es}

    def __add__(self, other: Text) -> Text:
        return Text(self.en + other.en, self.es + other.es)


class Both(str):
    """What is wrong, in both languages on one line, English / Spanish; `text` has each by itself."""

    __slots__ = ("text",)
    text: Text


def both(*parts: str | tuple[str, str]) -> Both:
    """Say what is wrong: parts that are the same in both languages, pairs that are not.

    Examples
    --------
    >>> said = both("due ", ("is missing", "falta"))
    >>> said, said.text.es
    ('due is missing / falta', 'due falta')
    """
    line = Both("".join(part if isinstance(part, str) else " / ".join(part) for part in parts))
    line.text = Text(
        *(
            "".join(
                part.text[k] if isinstance(part, Both) else part if isinstance(part, str) else part[i] for part in parts
            )
            for i, k in enumerate(LANGUAGES)
        )
    )
    return line


def in_both(what: str) -> Text:
    """Each language by itself of what `both` said; any other line as it is."""
    return what.text if isinstance(what, Both) else Text.same(what)


def lowered(name: Text) -> Text:
    """A name as it stands within a sentence: without its capital, unless it has others outside parentheses (SENTRI, Ready
    Lane)."""

    def inside(name: str) -> str:
        others = name.partition(" (")[0][1:]
        return name[:1].lower() + name[1:] if others == others.lower() else name

    return Text(inside(name.en), inside(name.es))


def joined(texts: Iterable[Text], between: str = ", ") -> Text:
    """Join texts, in each language by itself."""
    kept = list(texts)
    return Text(*(between.join(text[language] for text in kept) for language in LANGUAGES))
