"""Load the register's rules and a region's records; read records that users give. Every problem is named with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from ambos.catalog.catalog import Catalog, nearest
from ambos.catalog.lines import Path as Keys
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import UnknownName
from ambos.model.definition import Key
from ambos.model.register import (
    COMMON_SIDES,
    KINDS,
    SLUG,
    Comment,
    Commitment,
    Record,
    Refers,
    RegisterLabels,
    RegisterRules,
    first_day,
    last_day,
)
from ambos.text import Text, both

#: A record's kind and id.
Name = tuple[str, str]
#: Folder of a region with the records of its commission, and the file in it that says on which day they were compiled.
FOLDER, COMPILED = "register", "compiled.toml"


@lru_cache(maxsize=4)
def load_register_rules(definitions: Path = DEFINITIONS) -> RegisterRules:
    """Read ``register/statuses.toml``.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "register" / "statuses.toml", problems)
    rules: RegisterRules = file.read(RegisterRules, file.tree, ())
    if not rules.lists:
        file.say(("version",), "a list of statuses is wanted / se espera una lista de estados")
    for i, one in enumerate(rules.lists):
        if i and one.start <= rules.lists[i - 1].start:
            file.say(("version", i, "from"), "versions must rise by day / las versiones deben crecer por día")
        known = [status.id for status in one.statuses]
        for status in one.statuses:
            for k, after in enumerate(status.next):
                file.choice("next", after, known, ("version", i, "status", status.id, "next", k))
    problems.refuse()
    return rules


@lru_cache(maxsize=4)
def load_labels(definitions: Path = DEFINITIONS) -> RegisterLabels:
    """Read ``register/labels.toml``.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "register" / "labels.toml", problems)
    labels: RegisterLabels = file.read(RegisterLabels, file.tree, ())
    for table in ("kind", "kinds"):
        for kind in KINDS:
            if kind not in getattr(labels, table):
                file.say((table,), both(f"{kind} ", ("is missing", "falta")))
    problems.refuse()
    return labels


def side_name(catalog: Catalog, side: str) -> Text:
    """Give the name of a side; the side itself where it is none."""
    place = catalog.places.get(side)
    return place.name if place else load_labels().side.get(side, Text.same(side or "?"))


@lru_cache(maxsize=4)
def load_register(catalog: Catalog) -> Mapping[Name, Record]:
    """Read the records of a region's commission, compiled from public documents; none if it has no such folder.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    made: dict[Name, Record] = {}
    where: dict[Name, TomlFile] = {}
    folder = catalog.snapshot_folder.parent / FOLDER
    files = sorted(folder.glob("*.toml"))
    if files:
        _compiled(folder, problems)
    for path in (path for path in files if path.name != COMPILED):
        file = open_toml(path, problems)
        for record in read_records(file):
            name = record.kind, record.id
            if name in made:
                file.say(name, both(f"{record.id} ", ("is defined twice", "está definido dos veces")))
            made[name], where[name] = replace(record, as_compiled=True), file
    for name, record in made.items():
        check_names(record, catalog, made.__contains__, where[name].say, name)
    problems.refuse()
    return {name: made[name] for kind in KINDS for name in made if name[0] == kind}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The file ``compiled.toml``."""

    day: date


def compiled_on(catalog: Catalog) -> date:
    """Read the day on which the records of a region were compiled.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    day = _compiled(catalog.snapshot_folder.parent / FOLDER, problems)
    problems.refuse()
    return day


def _compiled(folder: Path, problems: Problems) -> date:
    file = open_toml(folder / COMPILED, problems)
    return file.read(_Compiled, file.tree, ()).day


#: Characters that no database keeps: NUL, and halves of characters.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def read_records(file: TomlFile) -> Iterator[Record]:
    """Read the records of a file: a table per record, under its kind and id (``[commitment.water-data-2014]``)."""
    for kind, bodies in file.tables().items():
        if not file.choice("kind", kind, KINDS, (kind,)):
            continue
        for id, body in bodies.items():
            if isinstance(body, dict):
                yield read_record(file, kind, id, body, (kind, id))
            else:
                file.say((kind, id), both(f"{id}: ", (f"a table is wanted, not {body!r}", "se esperaba una tabla")))


def read_record(file: TomlFile, kind: str, id: str, body: Mapping[str, Any], path: Keys) -> Record:
    """Read one record; each problem is noted at its path below the one given, as `TomlFile.read` does."""
    if not SLUG.fullmatch(id):
        file.say(path, both(f"{id!r}: ", ("only a-z, 0-9 and -, at most 80", "solo a-z, 0-9 y -, máximo 80")))
    record: Record = file.read(KINDS[kind], body, path, id=id)
    for at, value in _texts(body, path) if _has_no_text(body) else ():
        if _NO_TEXT.search(value):
            said = "the text has characters that are none (NUL or halves of one)", "el texto tiene caracteres inválidos"
            file.say(at, both(said))
    start, end = getattr(record, "start", ""), getattr(record, "end", "")
    if start and end and first_day(start) > last_day(end):
        file.say((*path, "from"), both("from ", ("is after to", "es posterior a to")))
    if "name" in body and not getattr(record, "name", True):
        file.say((*path, "name"), both("name ", ("has no text", "no tiene texto")))
    if isinstance(record, Comment) and not record.text.strip():
        file.say((*path, "text"), both("text ", ("is empty", "está vacío")))
    cost = getattr(record, "cost", None)
    if cost is not None and not getattr(record, "currency", ""):
        file.say((*path, "cost"), both(("a cost needs its currency", "un costo requiere su moneda")))
    return record


def _has_no_text(value: Any) -> bool:
    """Return True if a text somewhere within has characters that are none."""
    if type(value) is str:
        return bool(_NO_TEXT.search(value))
    if isinstance(value, dict):
        return any(map(_has_no_text, value.values()))
    return isinstance(value, list) and any(map(_has_no_text, value))


def _texts(value: Any, path: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _texts(inner, (*path, i))


@lru_cache(maxsize=4)
def all_sides(catalog: Catalog) -> tuple[str, ...]:
    """The sides that an office or organisation may be of: the region's states, their countries, and those of none."""
    countries = dict.fromkeys(catalog.places[member].parent or "" for member in catalog.region.members)
    return (*catalog.region.members, *filter(None, countries), *COMMON_SIDES)


def check_names(
    record: Record, catalog: Catalog, is_there: Callable[[Name], bool], say: Callable[[Keys, str], None], path: Keys
) -> None:
    """Say which records, sides, series, places and statuses named in a record do not exist.

    Parameters
    ----------
    record : Record
    catalog : Catalog
    is_there : callable
        Whether there is a record of a kind and id.
    say : callable
        Takes the path of a problem and the problem.
    path : tuple
        Of the record.
    """
    for at, kind, id in references(record):
        here = (*path, *at)
        if kind in KINDS:
            if not is_there((kind, id)):
                say(here, _no_such(kind, id))
            continue
        if kind == "place":
            try:
                catalog.place(id)
            except UnknownName as error:
                say(here, both((error.say("en"), error.say("es"))))
            continue
        known: Iterable[str] = catalog.series
        if kind != "series":
            known = all_sides(catalog) if kind == "side" else _statuses()
        if id not in known:
            near = ", ".join(nearest(id, known))
            unknown, alike = ("is not known", "no se conoce"), ("nearest", "más parecido")
            say(here, both(f"{kind} {id!r} ", unknown, "; ", alike, f": {near}"))
    if isinstance(record, Comment) and not is_there((record.target_kind, record.target)):
        say((*path, "target"), _no_such(record.target_kind, record.target))


@cache
def _statuses() -> frozenset[str]:
    return frozenset(s.id for one in load_register_rules().lists for s in one.statuses)


def _no_such(kind: str, id: str) -> str:
    name = load_labels().kind[kind]
    return both((f"there is no {name.en.lower()} {id!r}", f"no existe {name.es.lower()} {id!r}"))


def references(record: Record) -> Iterator[tuple[Keys, str, str]]:
    """Give each name in a record of another record, side, series, place or status: path, kind and id."""
    for path, kind, value in _referred(type(record), record, ()):
        if isinstance(value, str):
            if value:
                yield path, kind, value
        else:
            for i, id in enumerate(value):
                yield (*path, i), kind, id


def _referred(made: type, value: Any, path: Keys) -> Iterator[tuple[Keys, str, Any]]:
    for name, key, kind, inner in _naming(made):
        own = getattr(value, name)
        if kind:
            yield (*path, key), kind, own
        elif isinstance(own, tuple):
            for i, one in enumerate(own):
                yield from _referred(inner, one, (*path, key, i))
        else:
            yield from _referred(inner, own, (*path, key))


@cache
def _naming(made: Any) -> tuple[tuple[str, str, str, Any], ...]:
    """Fields of a dataclass that name something, or whose parts do: name, key, kind of what is named, dataclass inside."""
    hints, found = get_type_hints(made, include_extras=True), []
    for field in fields(made):
        hint = hints[field.name]
        marks = hint.__metadata__ if get_origin(hint) is Annotated else ()
        key = next((m.name for m in marks if isinstance(m, Key)), field.name)
        kind = next((m.kind for m in marks if isinstance(m, Refers)), "")
        bare = get_args(hint)[0] if marks else hint
        inner = get_args(bare)[0] if get_origin(bare) is tuple else bare
        if kind or (isinstance(inner, type) and is_dataclass(inner) and _naming(inner)):
            found.append((field.name, key, kind, inner))
    return tuple(found)


@dataclass
class Given(TomlFile):
    """Values that a form or a program gave, read as a file is: problems are kept with their paths, without lines."""

    def __init__(self) -> None:
        super().__init__("", {}, "", Problems())
        self.faults: list[tuple[Keys, str]] = []  #: Path and what is wrong; `ambos.text.in_both` gives each language.

    def say(self, path: Keys, what: str) -> None:
        """Note a problem at a path."""
        self.problems.add(".".join(map(str, path)), what)
        self.faults.append((path, what))


def plain(record: Record) -> dict[str, Any]:
    """Give a record as TOML or JSON has it: texts, lists and tables by the keys of files; what is empty is left out.

    `read_record` reads it back.
    """
    made: dict[str, Any] = _plain(record)
    made.pop("id")
    return made


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is tuple:
        return [_plain(one) for one in value]
    if names := _names(kind):
        body = {}
        for name, key in names:
            own = getattr(value, name)
            if own is None or own == "" or own is False or own == ():
                continue
            if type(own) is str:
                body[key] = own
            elif (one := _plain(own)) not in ({}, []):
                body[key] = one
        return body
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return str(value)


@cache
def _names(made: Any) -> tuple[tuple[str, str], ...]:
    """Name and key of each field of a dataclass; of any other type nothing."""
    if not is_dataclass(made):
        return ()
    hints = get_type_hints(made, include_extras=True)
    return tuple(
        (f.name, next((m.name for m in getattr(hints[f.name], "__metadata__", ()) if isinstance(m, Key)), f.name))
        for f in fields(made)
    )


def made(kind: str, id: str, body: Mapping[str, Any]) -> Record:
    """Make a record of what `plain` gave; for what was checked when it was kept.

    Raises
    ------
    DefinitionError
        If it is none.
    """
    file = Given()
    record: Record = file.read(KINDS[kind], body, (kind, id), id=id)
    file.problems.refuse()
    return record


def one_office_a_side(record: Commitment, side_of: Callable[[str], str]) -> str:
    """Give the office of a side that another office of the side stands beside among those responsible; "" if none."""
    seen: set[str] = set()
    for office in record.responsible:
        side = side_of(office)
        if side in seen:
            return office
        seen.add(side)
    return ""
