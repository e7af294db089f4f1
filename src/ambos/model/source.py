"""Sources: who publishes what, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ambos.text import Text


@dataclass(frozen=True, slots=True)
class Source:
    """An official publication.

    Attributes
    ----------
    id : str
        Also that of its connector (`ambos.sources.registry`).
    url : str
        Where a person finds it.
    endpoint : str
        Where `fetch` asks; may hold placeholders.
    lag_days : int
        How many days after the end of a period its figures are expected.
    revision_periods : int
        The newest so many periods published on a day are provisional: the source still revises them, unflagged.
    key_variable, key_signup : str or None
        The environment variable that holds the key, and where a person gets one.
    file_names : tuple of str
        Patterns of the names that the publisher gives its files, lower case.
    trust : {"A", "B"}
        A: official bytes; B: official numbers re-shaped by a third party.
    citation : Text
        As it stands under a figure.
    """

    id: str
    agency: Text
    title: Text
    licence: Text
    url: str
    endpoint: str
    cadence: Text
    lag_days: int
    citation: Text
    revision_periods: int = 0
    oddities: tuple[Text, ...] = ()
    key_variable: str | None = None
    key_signup: str | None = None
    file_names: tuple[str, ...] = ()
    trust: Literal["A", "B"] = "A"
