"""A TOML file of definitions whose problems are told with their lines."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ambos.catalog.catalog import nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of, lines
from ambos.catalog.read import Problems, text
from ambos.model.twin import Basis

#: Up to so many choices are listed.
_LISTED = 12


@dataclass
class TomlFile:
    """A TOML file that is read, with the line of each key.

    Attributes
    ----------
    name : str
    tree : dict
        As `tomllib` gives it.
    written : str
        The text of the file.
    problems : Problems
        Where what is wrong is noted.
    """

    name: str
    tree: dict[str, Any]
    written: str
    problems: Problems

    @cached_property
    def found(self) -> dict[Keys, int]:
        """Line by path, of `ambos.catalog.lines`; looked for only once something is wrong."""
        return lines(self.written)

    def at(self, *path: str | int) -> At:
        """The place of a path, as it stands before a problem."""
        return At(self, path)

    def tables(self) -> dict[str, dict[str, Any]]:
        """The tables at the top of the file; anything else there is a problem."""
        found = {}
        for key, body in self.tree.items():
            if isinstance(body, dict):
                found[key] = body
            else:
                self.say((key,), f"[{key}]: a table is wanted, not {body!r} / se esperaba una tabla")
        return found

    def fields(self, kind: type, body: Mapping[str, Any], path: Keys, *, without: str = "id") -> dict[str, Any]:
        """The keys of a table that the kind of definition has.

        Parameters
        ----------
        kind : type
            A dataclass of the model: its fields are the keys allowed, their types (a `Literal` is a list of choices)
            what their values may be.
        body : mapping
        path : tuple
            Where the table stands.
        without : str
            Fields that are not written in the table, separated by spaces.

        Returns
        -------
        dict
            Of known keys alone. Each unknown key, wrong type and wrong choice is a problem.
        """
        hints = {k: v for k, v in _hints(kind).items() if k not in without.split()}
        self.keys(body, path, hints)
        return {k: self._field(hints[k], k, value, (*path, k)) for k, value in body.items() if k in hints}

    def _field(self, hint: Any, key: str, value: Any, path: Keys) -> Any:
        """A value of the type of its field; that type's first choice or empty value, and a problem, if it is not."""
        if get_origin(hint) is Literal:
            return value if self.choice(key, value, get_args(hint), path) else get_args(hint)[0]
        wanted = _written_as(hint)
        if isinstance(value, wanted) and (not isinstance(value, bool) or bool in wanted or object in wanted):
            return value
        self.say(path, f"{key}: {value!r} has the wrong type / es de otro tipo")
        return date.min if wanted[0] is date else wanted[0]()

    def choice(self, key: str, value: object, allowed: Iterable[str], path: Keys) -> bool:
        """Return True if a word is one of those allowed; else note a problem that names the nearest."""
        words = tuple(allowed)
        if value in words:
            return True
        near = ", ".join(nearest(str(value), (w for w in words if w))[:1])
        listed = f" {', '.join(words)};" if len(words) <= _LISTED else ""
        self.say(path, f"{key} {value!r} is not known / no se conoce:{listed} nearest / más parecido: {near}")
        return False

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

    def keys(self, body: Mapping[str, Any], path: Keys, allowed: str | Iterable[str]) -> None:
        """Note every key that is not among those allowed (separated by spaces, or a collection)."""
        known = allowed.split() if isinstance(allowed, str) else list(allowed)
        for key in body:
            if key not in known:
                self.say((*path, key), f"{key} is not known / no se conoce: {', '.join(nearest(key, known))}")


@dataclass(frozen=True)
class At:
    """A place in a file; its line is looked for only if it is printed."""

    file: TomlFile
    path: Keys

    def __str__(self) -> str:
        return f"{self.file.name}:{line_of(self.file.found, self.path)} [{'.'.join(map(str, self.path))}]"


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _written_as(hint: Any) -> tuple[type, ...]:
    """The types that a value of TOML may have for a field of the model."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return tuple(t for part in get_args(hint) if part is not type(None) for t in _written_as(part))
    if origin is tuple:
        return (list,)
    if origin is not None:
        return (dict,)
    if hint is float:
        return (float, int)
    return (hint,) if hint in (str, int, bool, date) else (object,)


def open_toml(path: Path, problems: Problems) -> TomlFile:
    """Read a TOML file; an empty one, with a problem noted, if it is missing or broken."""
    try:
        written = path.read_text(encoding="utf-8")
        return TomlFile(path.name, tomllib.loads(written), written, problems)
    except FileNotFoundError:
        problems.add(path.name, "the file is missing / falta el archivo")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(path.name, f"not TOML / no es TOML: {error}")
    return TomlFile(path.name, {}, "", problems)
