"""Nouns of the ranking of projects: a scheme of weights by criterion and type of project, projects with scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ambos.model.definition import Within
from ambos.text import Text

#: A weight in percent of the total of its type of project.
Weight = Annotated[float, Within(0, 100)]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion by which projects are scored."""

    id: str
    name: Text
    #: Percent by type of project; a type is left out where the weight is not certain, or the criterion is not for it.
    weights: Mapping[str, Weight] = field(default_factory=dict)
    not_for: tuple[str, ...] = ()  #: Types of projects that are not scored by it.
    note: Text | None = None  #: What is known of the weights left out.

    def uncertain(self, type: str) -> bool:
        """Return True if projects of a type are scored by it, and its weight is not known."""
        return type not in self.weights and type not in self.not_for


@dataclass(frozen=True, slots=True)
class ProjectType:
    """A type of project, ranked by itself."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Scheme:
    """Weights by criterion and type of project, with their source."""

    id: str
    name: Text
    citation: Text
    type: tuple[ProjectType, ...]
    criterion: tuple[Criterion, ...]
    url: str = ""
    note: Text | None = None

    @property
    def types(self) -> Mapping[str, Text]:
        """Names of the types of projects."""
        return {type.id: type.name for type in self.type}


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the weights are varied to see which places of a ranking depend on them."""

    draws: Annotated[int, Within(100, 100_000)]
    seed: int
    #: Sum of the parameters of the Dirichlet distribution about the given weights; the larger, the nearer to them.
    concentration: Annotated[float, Within(1, 10_000)]
    top: Annotated[int, Within(1, 1000)]  #: Places that count as the top where the user names no other number.
    prior: bool
    source: Text


@dataclass(frozen=True, slots=True)
class ScoredProject:
    """A project with its scores by criterion; one that is missing is not 0."""

    id: str
    name: Text
    type: str
    scores: Mapping[str, float]
