"""A TOML file of definitions whose problems are told with their lines."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ambos.catalog.catalog import nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of, lines
from ambos.catalog.read import Problems, text
from ambos.model.twin import Basis


@dataclass
class TomlFile:
    """A TOML file that is read, with the line of each key.

    Attributes
    ----------
    name : str
    tree : dict
        As `tomllib` gives it.
    found : dict
        Line by path, of `ambos.catalog.lines`.
    problems : Problems
        Where what is wrong is noted.
    """

    name: str
    tree: dict[str, Any]
    found: dict[Keys, int]
    problems: Problems

    def say(self, path: Keys, what: str) -> None:
        """Note a problem at the line of a path."""
        self.problems.add(f"{self.name}:{line_of(self.found, path)}", what)

    def get(
        self, body: Mapping[str, Any], path: Keys, key: str, kind: type | tuple[type, ...], default: Any = None
    ) -> Any:
        """A value of the right type; the default (of that type's empty value) and a problem if it is not."""
        if key not in body and default is not None:
            return default
        value = body.get(key)
        if isinstance(value, kind) and (not isinstance(value, bool) or kind is bool):
            return value
        what = (
            f"{key} is missing / falta" if key not in body else f"{key}: {value!r} has the wrong type / es de otro tipo"
        )
        self.say((*path, key), what)
        return default if default is not None else (kind[0] if isinstance(kind, tuple) else kind)()

    def rows(self, body: Mapping[str, Any], path: Keys, key: str, default: Any = None) -> list[dict[str, Any]]:
        """An array of tables; whatever in it is no table is a problem and stands as an empty one."""
        found = []
        for i, row in enumerate(self.get(body, path, key, list, default)):
            if not isinstance(row, dict):
                self.say((*path, key, i), f"a table is wanted, not {row!r} / se esperaba una tabla")
            found.append(row if isinstance(row, dict) else {})
        return found

    def number(
        self,
        body: Mapping[str, Any],
        path: Keys,
        key: str,
        low: float,
        high: float = float("inf"),
        default: float | None = None,
    ) -> float:
        """A number from `low` to `high`, or a problem."""
        value = float(self.get(body, path, key, (float, int), default))
        if not low <= value <= high:
            self.say((*path, key), f"{key}: {value} is not from {low:g} to {high:g} / está fuera de rango")
        return value

    def basis(self, body: Mapping[str, Any], path: Keys) -> Basis:
        """The source of a table, and whether it is a prior."""
        where = f"{self.name}:{line_of(self.found, (*path, 'source'))}"
        return Basis(text(body.get("source"), where, self.problems), self.get(body, path, "prior", bool, False))

    def keys(self, body: Mapping[str, Any], path: Keys, allowed: str) -> None:
        """Note every key that is not among those allowed."""
        for key in body:
            if key not in allowed.split():
                self.say((*path, key), f"{key} is not known / no se conoce: {', '.join(nearest(key, allowed.split()))}")


def open_toml(path: Path, problems: Problems) -> TomlFile:
    """Read a TOML file; an empty one, with a problem noted, if it is missing or broken."""
    try:
        written = path.read_text(encoding="utf-8")
        return TomlFile(path.name, tomllib.loads(written), lines(written), problems)
    except FileNotFoundError:
        problems.add(path.name, "the file is missing / falta el archivo")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(path.name, f"not TOML / no es TOML: {error}")
    return TomlFile(path.name, {}, {(): 1}, problems)
