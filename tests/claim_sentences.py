"""Sentences with the readings that a person gave them, and how many of those the reader of sentences proposes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ambos.catalog import Catalog
from ambos.claims.judge import tolerance
from ambos.claims.read import read
from ambos.model.claim import Reading

SPECIMENS = Path(__file__).resolve().parent / "specimens"


@dataclass(frozen=True)
class Sentence:
    """A sentence and its readings; none if nothing in it can be checked."""

    text: str
    language: str
    said: date | None
    readings: tuple[Reading, ...]


def sentences(name: str) -> list[Sentence]:
    """Read a set of sentences."""
    listed: list[dict[str, Any]] = tomllib.loads((SPECIMENS / name).read_text(encoding="utf-8"))["sentence"]
    return [
        Sentence(s["text"], s["language"], s.get("said"), tuple(map(_reading, s.get("reading", [])))) for s in listed
    ]


def _reading(body: dict[str, Any]) -> Reading:
    return Reading(**{**body, "value": Decimal(body["value"]) if "value" in body else None})


def same(one: Reading, other: Reading) -> bool:
    """Two readings are the same if all their parts are, and their numbers were written to the same digit."""
    rounding = [tolerance(r.value, 2) if r.value is not None else None for r in (one, other)]
    return one == other and rounding[0] == rounding[1]


@dataclass
class Score:
    """Readings proposed, those a person gave, and those that are the same."""

    proposed: int = 0
    given: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.given if self.given else 1.0


def score(catalog: Catalog, listed: list[Sentence]) -> Score:
    """Measure the reader on a set."""
    made = Score()
    for sentence, proposed in proposals(catalog, listed):
        made.proposed += len(proposed)
        made.given += len(sentence.readings)
        made.right += sum(any(same(p, given) for given in sentence.readings) for p in proposed)
    return made


def proposals(catalog: Catalog, listed: list[Sentence]) -> Iterator[tuple[Sentence, tuple[Reading, ...]]]:
    """Each sentence with what the reader proposes for it."""
    for sentence in listed:
        yield sentence, read(catalog, sentence.text, sentence.said)
