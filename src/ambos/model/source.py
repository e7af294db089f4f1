"""Sources: who publishes what, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from ambos.model.definition import Within
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class Source:
    """An official publication."""

    id: str  #: Also that of its connector (`ambos.sources.registry`).
    agency: Text
    title: Text
    licence: Text
    url: str  #: Where a person finds it.
    endpoint: str  #: Where `fetch` asks; may hold placeholders.
    cadence: Text
    lag_days: int  #: How many days after the end of a period its figures are expected.
    citation: Text  #: As it stands under a figure.
    #: How often a server asks it again, by the hours between.
    ask_hours: Annotated[int, Within(1, 8760)] = 24
    #: The newest so many periods published on a day are provisional: the source still revises them, unflagged.
    revision_periods: int = 0
    oddities: tuple[Text, ...] = ()
    #: `key_variable`, `key_signup`: the environment variable that holds the key, and where a person gets one.
    key_variable: str | None = None
    key_signup: str | None = None
    file_names: tuple[str, ...] = ()  #: Patterns of the names that the publisher gives its files, lower case.
    trust: Literal["A", "B"] = "A"  #: A: official bytes; B: official numbers re-shaped by a third party.
