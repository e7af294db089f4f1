"""The table of checks: names, thresholds with their reasons, and the words of their findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from ambos.cache import kept
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import open_toml
from ambos.model.definition import Number
from ambos.text import Text

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides what is a finding, and why it is that number."""

    value: Number
    why: Text


@dataclass(frozen=True, slots=True)
class Check:
    """A class of fault."""

    id: str
    title: Text
    description: Text
    severity: Severity  #: Of a finding in the region that no event explains.
    #: Which events can explain a finding: none, those that touch everywhere (a change of method), or those of its place
    #: as well (a closure).
    explained_by: Literal["", "everywhere", "any"] = ""
    texts: Mapping[str, Text] = field(default_factory=dict)  #: Templates of its findings.
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)  #: Anything else: columns, codes, words.

    def __getitem__(self, name: str) -> float:
        return self.thresholds[name].value


def load_checks(path: Path = DEFINITIONS / "checks.toml") -> dict[str, Check]:
    """Read the table of checks.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    return dict(_read(path, path.stat().st_mtime_ns if path.is_file() else 0))


@lru_cache(2)
def _read(path: Path, _changed: int) -> dict[str, Check]:
    """Read a table of checks; what was read is kept in the user's cache folder, by its content."""
    if not path.is_file():
        return _made(path)
    return kept("checks", lambda: sha256(path.read_bytes()).hexdigest(), lambda: _made(path))


def _made(path: Path) -> dict[str, Check]:
    problems = Problems()
    file = open_toml(path, problems)
    checks = {key: file.read(Check, body, (key,), id=key) for key, body in file.tables().items()}
    problems.refuse()
    return checks
