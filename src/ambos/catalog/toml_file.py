"""A TOML file of definitions whose problems are told with their lines."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ambos.catalog.catalog import nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of, lines
from ambos.catalog.read import Problems, text
from ambos.model.twin import Basis
from ambos.text import Text

Kind = TypeVar("Kind")
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

    def read(self, kind: Callable[..., Kind], body: Mapping[str, Any], path: Keys, **given: Any) -> Kind:
        """Read a table as a dataclass of the model.

        Parameters
        ----------
        kind : type
            A dataclass: its fields are the keys allowed, those without a default are required, and their types say
            what a value may be (`Text`, date, number, a `Literal` of choices, a list, a table, another dataclass).
        body : mapping
            The table. In a mapping to lists, one value stands for a list of one.
        path : tuple
            Where the table stands in the file.
        **given
            Fields that are not written in the table, with their values.

        Returns
        -------
        kind
            Each unknown key, missing key, wrong type and wrong choice is a problem at its line; a missing or wrong
            value is replaced by the default of its field, else by the empty value of its type.
        """
        read = self.fields(kind, body, path, given)
        for key in _required(kind):
            if key not in body and key not in given:
                self.say(path, f"{key} is missing / falta")
                read[key] = _empty(_hints(kind)[key])
        return kind(**read, **given)

    def fields(self, kind: Any, body: Mapping[str, Any], path: Keys, without: Iterable[str] = ()) -> dict[str, Any]:
        """Read the fields of a dataclass that a table has, but those `without`; as `read`, none is required."""
        hints = {name: hint for name, hint in _hints(kind).items() if name not in without}
        self.keys(body, path, hints)
        return {key: self.value(hints[key], key, value, (*path, key)) for key, value in body.items() if key in hints}

    def value(self, hint: Any, key: str, value: Any, path: Keys) -> Any:
        """Convert a value to a type of the model; that type's empty value, and a problem, if it is not of it."""
        origin, parts = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            listed = isinstance(value, list)
            return self.value(
                next((p for p in parts if (get_origin(p) is tuple) is listed), parts[0]), key, value, path
            )
        if origin is Literal:
            return value if self.choice(key, value, parts, path) else parts[0]
        if hint is Text:
            return value if isinstance(value, Text) else text(value, self.at(*path), self.problems)
        if origin is tuple and isinstance(value, list):
            return tuple(self.value(parts[0], key, one, (*path, i)) for i, one in enumerate(value))
        if origin is Mapping and isinstance(value, dict):
            several = get_origin(parts[1]) is tuple
            return {
                name: self.value(parts[1], name, [one] if several and not isinstance(one, list) else one, (*path, name))
                for name, one in value.items()
            }
        if isinstance(hint, type) and is_dataclass(hint) and isinstance(value, dict):
            return self.read(hint, value, path)
        if hint is float and type(value) in (int, float) and math.isfinite(value):
            return value  # as written: 60 is printed as 60, not 60.0
        if hint is Any or type(value) is hint:
            return value
        self.say(path, f"{key}: {value!r} has the wrong type / es de otro tipo")
        return _empty(hint)

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


@cache
def _required(kind: Any) -> tuple[str, ...]:
    """Names of the fields of a dataclass that have no default."""
    return tuple(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)


def _empty(hint: Any) -> Any:
    """The value that stands for a missing or wrong one until the problems are reported."""
    if hint is Text:
        return Text.same("?")
    if hint is date:
        return date.min
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**{name: _empty(_hints(hint)[name]) for name in _required(hint)})
    return {tuple: (), Mapping: {}, Union: None, UnionType: None}.get(get_origin(hint), "" if hint is str else 0)


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
