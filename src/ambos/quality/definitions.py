"""The table of checks: names, thresholds with their reasons, and the words of their findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, text, toml
from ambos.errors import DefinitionError
from ambos.text import Text

SEVERITIES = ("high", "medium", "low")
EXPLAINED_BY = ("", "everywhere", "any")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides what is a finding, and why it is that number."""

    value: float
    why: Text


@dataclass(frozen=True, slots=True)
class Check:
    """One class of fault.

    Attributes
    ----------
    id : str
    title, description : Text
    severity : {"high", "medium", "low"}
        Of a finding in the region that no event explains.
    explained_by : {"", "everywhere", "any"}
        Which events can explain a finding: none, those that touch everywhere (a change of method), or those of its
        place as well (a closure).
    texts : mapping of str to Text
        Templates of its findings.
    thresholds : mapping of str to Threshold
    settings : mapping
        Anything else: columns, codes, words.
    """

    id: str
    title: Text
    description: Text
    severity: str
    explained_by: str
    texts: Mapping[str, Text]
    thresholds: Mapping[str, Threshold]
    settings: Mapping[str, Any]

    def __getitem__(self, name: str) -> float:
        return self.thresholds[name].value


def load_checks(path: Path = DEFINITIONS / "checks.toml") -> dict[str, Check]:
    """Read the table of checks.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    checks = {key: _check(key, body, problems) for key, body in toml(path, problems).items()}
    if problems.found:
        raise DefinitionError(count=len(problems.found), problems="\n".join(problems.found))
    return checks


def _check(key: str, body: Mapping[str, Any], problems: Problems) -> Check:
    where = f"checks.toml [{key}]"
    severity = body.get("severity", "")
    if severity not in SEVERITIES:
        problems.add(where, f"severity {severity!r} is none of / no es {', '.join(SEVERITIES)}")
    explained_by = body.get("explained_by", "")
    if explained_by not in EXPLAINED_BY:
        problems.add(where, f"explained_by {explained_by!r} is none of / no es {', '.join(EXPLAINED_BY[1:])}")
    thresholds = {}
    for name, given in body.get("thresholds", {}).items():
        value = given.get("value") if isinstance(given, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.add(where, f"threshold {name} has no number / no tiene número")
            continue
        thresholds[name] = Threshold(value, text(given.get("why"), f"{where} {name}", problems))
    return Check(
        id=key,
        title=text(body.get("title"), f"{where} title", problems),
        description=text(body.get("description"), f"{where} description", problems),
        severity=severity,
        explained_by=explained_by,
        texts={name: text(given, f"{where} texts.{name}", problems) for name, given in body.get("texts", {}).items()},
        thresholds=thresholds,
        settings=body.get("settings", {}),
    )
