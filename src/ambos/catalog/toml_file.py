"""Read a TOML file of definitions as dataclasses of the model; report every problem with its line."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ambos.catalog.catalog import nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of, lines
from ambos.catalog.read import Problems, table
from ambos.errors import parse_fault
from ambos.model.definition import DERIVED, INLINE, In, Key, Within, Written
from ambos.text import LANGUAGES, Both, Text, both

Kind = TypeVar("Kind")
#: Up to so many choices are listed.
_LISTED = 12
#: Names of the types of values, in English and Spanish; any other is a table.
_WANTED: Mapping[Any, tuple[str, str]] = {
    str: ("a text in quotes", "un texto entre comillas"),
    int: ("a whole number", "un número entero"),
    float: ("a number", "un número"),
    bool: ("true or false", "true o false"),
    date: ("a date", "una fecha"),
    Decimal: ("a number in quotes", "un número entre comillas"),
    tuple: ("a list", "una lista"),
    frozenset: ("a list", "una lista"),
}


@dataclass
class TomlFile:
    """A TOML file that is read, with the line of each key."""

    name: str
    tree: dict[str, Any]  #: As `tomllib` gives it.
    written: str  #: The text of the file.
    problems: Problems  #: Where what is wrong is noted.

    @cached_property
    def line_numbers(self) -> dict[Keys, int]:
        """Line by path, of `ambos.catalog.lines`; looked for only once something is wrong."""
        return lines(self.written)

    def tables(self) -> dict[str, dict[str, Any]]:
        """The tables at the top of the file; anything else there is a problem."""
        for key, body in self.tree.items():
            if not isinstance(body, dict):
                self.say((key,), both(f"[{key}]: ", (f"a table is wanted, not {body!r}", "se esperaba una tabla")))
        return {key: body for key, body in self.tree.items() if isinstance(body, dict)}

    def read(
        self, kind: Callable[..., Kind], body: Mapping[str, Any], path: Keys, also: Iterable[str] = (), **given: Any
    ) -> Kind:
        """Read a table as a dataclass of the model.

        Parameters
        ----------
        kind : type
            A dataclass: its fields are the keys allowed, those without a default that may not be None are required, and
            their types say what a value may be (`Text`, date, number, a `Decimal` in quotes, a `Literal` of choices, a
            list, a table, another dataclass), with the marks of `ambos.model.definition`.
        body : mapping
            The table. In a mapping to lists, one value stands for a list of one; dataclasses with an `id` bear the
            name of their table.
        path : tuple
            Where the table stands in the file.
        also : iterable of str
            Keys of tables inside that are read apart.
        **given
            Fields that are not written in the table, with their values.

        Returns
        -------
        kind
            Each unknown key, missing key, wrong type, wrong choice and number out of range is a problem at its line,
            and so is a first day or year (``from``) after the last (``to``); a missing or wrong value is replaced by
            the default of its field, else by the empty value of its type.
        """
        self.keys(body, path, (*_keys(kind, tuple(given)), *also) if also else _keys(kind, tuple(given)))
        tables = {"": body}
        for name in _tables(kind):
            tables[name] = self.inside(body, path, name)
            self.keys(tables[name], (*path, name), _keys(kind, tuple(given), name))
        first: Any = body.get("from")
        last: Any = body.get("to")
        if type(first) is type(last) and type(first) in (int, date) and first > last:
            self.say((*path, "from"), both("from ", ("is after to", "es posterior a to")))
        return self._made(kind, tables, path, given)

    def _made(
        self, kind: Callable[..., Kind], tables: Mapping[str, Mapping[str, Any]], path: Keys, given: Mapping[str, Any]
    ) -> Kind:
        """Make a dataclass of a table, by "", and of the tables inside it that have some of its fields."""
        values = {**given}
        if len(tables) == 1 and (by_key := _by_key(kind)):
            held = tables[""]
            for key, value in held.items():
                if (field := by_key.get(key)) and field.name not in given:
                    values[field.name] = self.value(field.hint, key, value, (*path, key))
            for field in _required(kind):
                if field.name not in values:
                    values[field.name] = _empty(field.hint)
                    if values[field.name] is not None:
                        self.say(path, both(f"{field.key} ", ("is missing", "falta")))
            return kind(**values)
        for field in (f for f in _fields(kind) if f.name not in given):
            body, at = tables[field.table], (*path, field.table) if field.table else path
            if field.inline:
                values[field.name] = self._made(field.hint, {"": body}, at, {})
            elif field.key in body:
                values[field.name] = self.value(field.hint, field.key, body[field.key], (*at, field.key))
            elif field.required:
                values[field.name] = _empty(field.hint)
                if values[field.name] is not None:
                    self.say(at, both(f"{field.key} ", ("is missing", "falta")))
        return kind(**values)

    def rows_of(self, kind: type[Kind], key: str) -> tuple[Kind, ...]:
        """Read a file that is one array of tables, each as a dataclass of the model."""
        self.keys(self.tree, (), [key])
        if key not in self.tree:
            self.say((), both(f"{key} ", ("is missing", "falta")))
        rows: tuple[Kind, ...] = self.value(tuple[kind, ...], key, self.tree.get(key, []), (key,))  # type: ignore[valid-type]
        return rows

    def fields(self, kind: Any, body: Mapping[str, Any], path: Keys) -> dict[str, Any]:
        """Read the fields of a dataclass that a table has; as `read`, none is required."""
        self.keys(body, path, _keys(kind))
        return {
            field.name: self.value(field.hint, field.key, body[field.key], (*path, field.key))
            for field in _fields(kind)
            if field.key in body
        }

    def value(self, hint: Any, key: str, value: Any, path: Keys, **given: Any) -> Any:
        """Convert a value to a type of the model; that type's empty value, and a problem, if it is not of it."""
        if hint is str and type(value) is str:
            return value
        origin, parts = _parts(hint)
        if origin is Annotated:
            return self._marked(parts[0], hint.__metadata__, key, value, path)
        if origin in (Union, UnionType):
            listed = isinstance(value, list)
            some = [p for p in parts if p is not NoneType]
            return self.value(next((p for p in some if (_parts(p)[0] is tuple) is listed), some[0]), key, value, path)
        if origin is Literal:
            return value if self.choice(key, value, parts, path) else parts[0]
        if hint is Text:
            return value if isinstance(value, Text) else self._text(key, value, path)
        if origin in (tuple, frozenset) and isinstance(value, list):
            if origin is tuple and parts[-1] is not Ellipsis and len(value) != len(parts):
                said = f"{len(parts)} values are wanted, not {len(value)}", f"se esperan {len(parts)} valores"
                self.say(path, both(f"{key}: ", said))
                return _empty(hint)
            kinds = [parts[0]] * len(value) if parts[-1] is Ellipsis or origin is frozenset else [*parts]
            return origin(self.value(kinds[i], key, one, (*path, i)) for i, one in enumerate(value))
        if origin is tuple and isinstance(value, dict) and _is_named(parts[0]):
            return tuple(self._entry(parts[0], name, one, (*path, name)) for name, one in value.items())
        if origin is Mapping and isinstance(value, dict):
            return {
                self._name(parts[0], name, (*path, name)): self._entry(parts[1], name, one, (*path, name))
                for name, one in value.items()
            }
        if isinstance(hint, type) and is_dataclass(hint) and isinstance(value, dict):
            return self.read(hint, value, path, **given)
        if hint is float and type(value) in (int, float) and math.isfinite(value):
            return float(value)
        if hint is Decimal and isinstance(value, str):
            return self._decimal(key, value, path)
        if hint is Any or type(value) is hint:
            return value
        en, es = _WANTED.get(hint, _WANTED.get(origin, ("a table", "una tabla")))
        said = f"has the wrong type; {en} is wanted", f"es de otro tipo; se esperaba {es}"
        self.say(path, both(f"{key}: {value!r} ", said))
        return _empty(hint)

    def _text(self, key: str, value: Any, path: Keys) -> Text:
        """Convert a table of both languages."""
        if isinstance(value, dict) and len(value) == len(LANGUAGES) and all(map(_is_said, map(value.get, LANGUAGES))):
            return Text.of(value)
        languages = self.value(Mapping[str, str], key, value, path)
        self.keys(languages, path, LANGUAGES)
        missing = [language for language in LANGUAGES if not languages.get(language, "").strip()]
        for language in missing if isinstance(value, dict) else ():
            self.say(path, both(f"{key}: ", (f"the text has no {language!r}", f"el texto no tiene {language!r}")))
        return Text.same("?") if missing else Text.of(languages)

    def _marked(self, hint: Any, marks: Iterable[Any], key: str, value: Any, path: Keys) -> Any:
        """Convert a value of a type with marks; its range is checked only if it is of the type."""
        written = next((m for m in marks if isinstance(m, Written)), None)
        before = len(self.problems.listed)
        read = self.value(written.type if written else hint, key, value, path)
        if len(self.problems.listed) > before:
            return _empty(hint)
        try:
            read = written.convert(read) if written else read
        except ValueError as error:
            why = error.args[0]
            self.say(path, both(f"{key} {value!r} ", why if isinstance(why, Both) else str(error)))
            return _empty(hint)
        for mark in marks:
            if isinstance(mark, Within) and not mark.low <= read <= mark.high:
                said = f"is not from {mark.low:g} to {mark.high:g}", "está fuera de rango"
                self.say(path, both(f"{key}: {read} ", said))
        return read

    def _name(self, hint: Any, name: str, path: Keys) -> Any:
        """Convert the name of an entry of a mapping: a year, one of several choices, or any name."""
        if hint is int and not name.isdecimal():
            self.say(path, both(f"{name!r} ", ("is not a year", "no es un año")))
            return 0
        origin, parts = _parts(hint)
        if origin is Literal:
            self.choice("key", name, parts, path)
        return int(name) if hint is int else name

    def _entry(self, hint: Any, name: str, value: Any, path: Keys) -> Any:
        """Convert the value of an entry of a mapping; a definition with an id bears the entry's name."""
        origin, parts = _parts(hint)
        if origin is tuple and parts[-1] is Ellipsis and not isinstance(value, list):
            value = [value]
        return self.value(hint, name, value, path, **({"id": name} if _is_named(hint) else {}))

    def _decimal(self, key: str, value: str, path: Keys) -> Decimal:
        """Convert a number in quotes, so written that no digit is lost; none of the definitions is below 0."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal(-1)
        if number.is_finite() and number >= 0:
            return number
        said = "is not a number of 0 or more", "no es un número de 0 o más"
        self.say(path, both(f"{key}: {value!r} ", said))
        return Decimal(0)

    def choice(self, key: str, value: object, allowed: Iterable[str | int], path: Keys) -> bool:
        """Return True if a word is one of those allowed; else note a problem that names the nearest."""
        words = tuple(allowed)
        if value in words and not isinstance(value, bool):
            return True
        near = ", ".join(nearest(str(value), (str(w) for w in words if w))[:1])
        listed = f" {', '.join(map(str, words))};" if len(words) <= _LISTED else ""
        known, alike = ("is not known", "no se conoce"), ("nearest", "más parecido")
        self.say(path, both(f"{key} {value!r} ", known, f":{listed} ", alike, f": {near}"))
        return False

    def say(self, path: Keys, what: str) -> None:
        """Note a problem, said by `ambos.text.both`, at the line of a path."""
        self.problems.add(f"{self.name}:{line_of(self.line_numbers, path)}", what)

    def inside(self, body: Mapping[str, Any], path: Keys, key: str) -> Mapping[str, Any]:
        """The table of a key; an empty one if there is none."""
        table: Mapping[str, Any] = self.value(Mapping[str, Any], key, body.get(key, {}), (*path, key))
        return table

    def rows(self, body: Mapping[str, Any], path: Keys, key: str) -> tuple[Mapping[str, Any], ...]:
        """The array of tables of a key; an empty one if there is none."""
        rows: tuple[Mapping[str, Any], ...] = self.value(
            tuple[Mapping[str, Any], ...], key, body.get(key, []), (*path, key)
        )
        return rows

    def keys(self, body: Mapping[str, Any], path: Keys, allowed: str | Iterable[str]) -> None:
        """Note every key that is not among those allowed (separated by spaces, or a collection)."""
        known = allowed.split() if isinstance(allowed, str) else list(allowed)
        for key in body:
            if key not in known:
                near = ", ".join(nearest(key, known))
                self.say((*path, key), both(f"{key} ", ("is not known", "no se conoce"), f": {near}"))


@cache
def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Origin and arguments of a type."""
    return get_origin(hint), get_args(hint)


def _is_said(words: Any) -> bool:
    """Whether a text in one language is one."""
    return isinstance(words, str) and bool(words.strip())


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a dataclass as a table has it."""

    name: str
    key: str
    table: str
    hint: Any
    required: bool
    inline: bool


@cache
def _fields(kind: Any) -> tuple[_Field, ...]:
    """Fields of a dataclass that a table may have."""
    hints = get_type_hints(kind, include_extras=True)
    written = []
    for field in fields(kind):
        hint = hints[field.name]
        marks = hint.__metadata__ if get_origin(hint) is Annotated else ()
        key = next((m.name for m in marks if isinstance(m, Key)), field.name)
        table = next((m.table for m in marks if isinstance(m, In)), "")
        required = field.default is MISSING and field.default_factory is MISSING
        inline = INLINE in marks
        if DERIVED not in marks:
            written.append(_Field(field.name, key, table, get_args(hint)[0] if inline else hint, required, inline))
    return tuple(written)


@cache
def _by_key(kind: Any) -> Mapping[str, _Field] | None:
    """Fields of a dataclass by their keys; None where some stand in tables inside, or are those of another dataclass."""
    held = _fields(kind)
    return None if any(f.table or f.inline for f in held) else {f.key: f for f in held}


@cache
def _required(kind: Any) -> tuple[_Field, ...]:
    return tuple(f for f in _fields(kind) if f.required)


@cache
def _is_named(kind: Any) -> bool:
    """Return True for a dataclass with an id: that is the name of its table, where it stands in one of tables."""
    return is_dataclass(kind) and "id" in {f.name for f in fields(kind)}


@cache
def _keys(kind: Any, without: tuple[str, ...] = (), table: str = "") -> tuple[str, ...]:
    """Keys of a table of a dataclass, but those of the fields `without`; of inline fields, theirs."""
    written = [f for f in _fields(kind) if f.name not in without and f.table == table]
    keys = [key for f in written for key in (_keys(f.hint) if f.inline else [f.key])]
    return tuple(keys) if table else (*keys, *_tables(kind))


@cache
def _tables(kind: Any) -> list[str]:
    """Names of the tables inside that have fields of a dataclass."""
    return list(dict.fromkeys(f.table for f in _fields(kind) if f.table))


def _empty(hint: Any) -> Any:
    """The value that stands for a missing or wrong one until the problems are reported."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _empty(parts[0])
    if hint is Text:
        return Text.same("?")
    if hint is date:
        return date.min
    if origin is Literal:
        return parts[0]
    if origin is tuple:
        return () if parts[-1] is Ellipsis else tuple(map(_empty, parts))
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**{f.name: _empty(f.hint) for f in _fields(hint) if f.required})
    if origin in (Union, UnionType):
        return None
    return {Mapping: {}, frozenset: frozenset()}.get(origin, hint() if hint in (str, int, float, bool, Decimal) else 0)


@lru_cache(maxsize=128)
def _tree(written: str) -> dict[str, Any]:
    """Parse a file's text once: several flows of one process read the same definitions, and none changes the tree."""
    return tomllib.loads(written)


def open_toml(path: Path, problems: Problems) -> TomlFile:
    """Read a TOML file; an empty one, with a problem noted, if it is missing or broken."""
    try:
        written = path.read_text(encoding="utf-8")
        return TomlFile(path.name, _tree(written), written, problems)
    except FileNotFoundError:
        problems.add(path.name, "the file is missing / falta el archivo")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = parse_fault(error)
        problems.add(path.name, f"not TOML ({why.en}) / no es TOML ({why.es})")
    return TomlFile(path.name, {}, "", problems)


def open_csv(
    path: Path, problems: Problems, required: tuple[str, ...], optional: tuple[str, ...]
) -> tuple[TomlFile, list[dict[str, str]]]:
    """Read a CSV file of definitions: a file with the line of each row by its place, and the rows."""
    file, rows = TomlFile(path.name, {}, "", problems), table(path, problems, required, optional)
    file.line_numbers = {(): 1} | {(i,): int(row.pop("").rpartition(":")[2]) for i, row in enumerate(rows)}
    return file, rows
