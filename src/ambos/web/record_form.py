"""Forms of the records of the register: their fields by their dataclasses, read with an error beside each."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from ambos.model.register import SLUG, Phrase, Record, Refers, first_day, last_day
from ambos.periods import iso_of
from ambos.text import LANGUAGES, Text
from ambos.web.filled import Filled

Form = Literal["phrase", "line", "text", "when", "number", "choice", "checks", "rows", "group"]
#: Fields that a form of a record does not ask for: who writes does not say them, or their own form does.
NOT_ASKED = frozenset({"id", "as_compiled", "reported", "reported_as", "reported_on", "status", "evidence"})
#: Fields that stand first and last in a form; the others are in the order of the class.
_FIRST, _LAST = ("name",), ("cost", "currency", "funds", "note", "sources")
#: Phrases of more than a line.
_LONG = frozenset({"goal", "action", "output", "result", "text", "outcome", "readiness", "note"})
#: Letters of a line and of a text, rows of a list, and empty rows that a form offers.
MOST_LINE, MOST_TEXT, MOST_ROWS, SPARE_ROWS = 1000, 100_000, 100, 2
_URL = re.compile(r"https?://[^\s<>\"']+")

_NEEDED = Text("This is needed.", "Este dato es necesario.")
_NEEDED_ONE = Text("This is needed in one language at least.", "Este dato es necesario, al menos en un idioma.")
LONGER = Text("At most {most:,} characters.", "A lo sumo {most:,} caracteres.")
_WHEN = Text(
    "Not a date: write a day, a month or a year, as 2026-06-30, 2026-06 or 2026.",
    "No es una fecha: escriba un día, un mes o un año, como 30/06/2026, 06/2026 o 2026.",
)
_NUMBER = Text("Not a number: write it as 1250000 or 0.35.", "No es un número: escríbalo como 1250000 o 0.35.")
_CHOICE = Text("Choose one of the list.", "Elija una opción de la lista.")
_PLACE = Text("No place has this name.", "Ningún lugar tiene este nombre.")
_LINK = Text("A link begins with https:// or http://.", "Un enlace empieza con https:// o http://.")
_CURRENCY = Text("A currency has three letters, as USD or MXN.", "Una moneda tiene tres letras, como USD o MXN.")
_OF_COST = Text("A cost needs its currency, as USD or MXN.", "Un costo requiere su moneda, como USD o MXN.")
_ORDER = Text("The end is before the beginning.", "El final es anterior al inicio.")

#: Names what may be referred to: of a kind, the ids with their names.
Known = Callable[[str], Mapping[str, Text]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form.

    Attributes
    ----------
    key : str
        Of the record.
    name : str
        Of the field in the form; of a row's field, ``{row}`` stands for its number.
    form : str
    needed : bool
    refers : str
        Kind of what is chosen, "" if the choices are given.
    choices : tuple of str
    parts : tuple of Asked
        Fields of a row.
    made : type or None
        What a row becomes.
    """

    key: str
    name: str
    form: Form
    needed: bool = False
    refers: str = ""
    choices: tuple[str, ...] = ()
    parts: tuple[Asked, ...] = ()
    made: Any = None

    def at(self, row: int) -> Asked:
        """The field in a row."""
        name = self.name.replace("{row}", str(row))
        return replace(self, name=name, parts=tuple(part.at(row) for part in self.parts))

    def names(self) -> tuple[str, ...]:
        """Names of its inputs."""
        if self.form == "phrase":
            return tuple(f"{self.name}.{language}" for language in LANGUAGES)
        return tuple(name for part in self.parts for name in part.names()) if self.form == "group" else (self.name,)

    @property
    def long(self) -> bool:
        """Whether it has room for more than a line."""
        return self.form == "text" or (self.form == "phrase" and self.key in _LONG and "." not in self.name)


def asked_of(kind: type[Record]) -> tuple[Asked, ...]:
    """The fields of a form of a kind of record, in the order of its class, the name first."""
    made: Any = kind
    return _asked_of(made)


@cache
def _asked_of(kind: Any) -> tuple[Asked, ...]:
    found = [one for one in _fields(kind, "") if one.key not in NOT_ASKED]
    places = {key: at for at, key in enumerate((*_FIRST, "", *_LAST))}
    return tuple(sorted(found, key=lambda one: places.get(one.key, places[""])))


def _fields(kind: Any, prefix: str) -> Iterator[Asked]:
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        needed = one.default is MISSING and one.default_factory is MISSING
        made = _field(one.name, f"{prefix}{one.name}", hints[one.name], needed=needed)
        if made is not None:
            yield made


def _field(key: str, name: str, hint: Any, *, needed: bool) -> Asked | None:
    marks: list[Any] = []
    while get_origin(hint) is Annotated:
        hint, *own = get_args(hint)
        marks += own
    refers = next((mark.kind for mark in marks if isinstance(mark, Refers)), "")
    written = any(type(mark).__name__ == "Written" for mark in marks)
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Phrase:
        return Asked(key, name, "phrase", needed)
    if written:
        return Asked(key, name, "when", needed)
    if origin is Literal:
        return Asked(key, name, "choice", needed, choices=tuple(parts))
    if hint is Decimal or (origin in (Union, types.UnionType) and Decimal in parts):
        return Asked(key, name, "number", needed)
    if origin is tuple:
        inner, inner_marks = parts[0], []
        while get_origin(inner) is Annotated:
            inner, *inner_marks = get_args(inner)
        refers = refers or next((mark.kind for mark in inner_marks if isinstance(mark, Refers)), "")
        if inner is str:
            return Asked(key, name, "checks", needed, refers)
        if inner is Phrase:
            return Asked(
                key, name, "rows", needed, parts=(Asked("point", f"{name}.{{row}}", "phrase", True),), made=Phrase
            )
        return Asked(key, name, "rows", needed, parts=tuple(_fields(inner, f"{name}.{{row}}.")), made=inner)
    if origin is not None and issubclass(origin, Mapping):
        rows = (
            Asked("criterion", f"{name}.{{row}}.criterion", "line", True),
            Asked("score", f"{name}.{{row}}.score", "number", True),
        )
        return Asked(key, name, "rows", needed, parts=rows, made=dict)
    if is_dataclass(hint):
        return Asked(key, name, "group", needed, parts=tuple(_fields(hint, f"{name}.")), made=hint)
    if refers:
        return Asked(key, name, "line" if refers in ("series", "place") else "choice", needed, refers)
    if hint is str:
        return Asked(key, name, "text" if key == "text" else "line", needed)
    return None


# -- from a record to a form, and back -----------------------------------------------------------------------------
def filled_of(record: Record) -> Filled:
    """Fill a form with a record."""
    values: dict[str, list[str]] = {}
    for one in asked_of(type(record)):
        _fill(values, one, getattr(record, one.key))
    return Filled(values)


def _fill(values: dict[str, list[str]], one: Asked, value: Any) -> None:
    if one.form == "phrase":
        for language in LANGUAGES:
            values[f"{one.name}.{language}"] = [getattr(value, language)]
    elif one.form == "group":
        for part in one.parts:
            _fill(values, part, getattr(value, part.key))
    elif one.form == "checks":
        values[one.name] = list(value)
    elif one.form == "rows" and one.made is dict:
        for row, (criterion, score) in enumerate(value.items()):
            values[f"{one.name}.{row}.criterion"], values[f"{one.name}.{row}.score"] = [criterion], [f"{score:f}"]
    elif one.form == "rows":
        for row, made in enumerate(value):
            for part in one.parts:
                _fill(values, part.at(row), made if one.made is Phrase else getattr(made, part.key))
    elif value is not None:
        values[one.name] = [f"{value:f}" if isinstance(value, Decimal) else str(value)]


def rows_of(one: Asked, given: Filled, spare: int = SPARE_ROWS) -> range:
    """The rows of a list that a form shows: those filled in, and some that are empty."""
    starts = f"{one.name}."
    numbers = [
        int(row)
        for name, values in given.fields.items()
        if name.startswith(starts)
        and any(values)
        and (row := name.removeprefix(starts).partition(".")[0]).isascii()
        and row.isdecimal()
        and len(row) < 4
    ]
    return range(min(MOST_ROWS, max(numbers, default=-1) + 1 + spare))


def read(kind: type[Record], given: Filled, known: Known) -> tuple[dict[str, Any], dict[str, Text]]:
    """Read a form.

    Parameters
    ----------
    kind : type
    given : Filled
    known : callable

    Returns
    -------
    values : dict
        By field of the record; those of fields with an error are left out.
    errors : dict
        By name of the input, what is wrong.
    """
    values: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    for one in asked_of(kind):
        value = _value(one, given, known, errors)
        if not any(name == one.name or name.startswith(f"{one.name}.") for name in errors):
            values[one.key] = value
    _check_order(values, errors)
    if values.get("cost") is not None and values.get("currency") == "":
        errors["currency"] = _OF_COST
    return values, errors


def _check_order(values: Mapping[str, Any], errors: dict[str, Text], prefix: str = "") -> None:
    start, end = values.get("start"), values.get("end")
    if start and end and last_day(end) < first_day(start):
        errors[f"{prefix}end"] = _ORDER


def _value(one: Asked, given: Filled, known: Known, errors: dict[str, Text]) -> Any:
    if one.form == "phrase":
        return _phrase(one, given, errors)
    if one.form == "rows":
        return _rows(one, given, known, errors)
    if one.form == "group":
        return one.made(**{part.key: _value(part, given, known, errors) for part in one.parts})
    if one.form == "checks":
        chosen = tuple(dict.fromkeys(given.all(one.name)))
        if set(chosen) - set(known(one.refers)):
            errors[one.name] = _CHOICE
        return chosen
    text = given.one(one.name).strip() if one.form == "text" else given.line(one.name)
    if not text and one.form == "choice" and "" not in one.choices and one.choices and not one.needed:
        return one.choices[0]
    if not text:
        if one.needed:
            errors[one.name] = _NEEDED
        return None if one.form == "number" else ""
    most = MOST_TEXT if one.form == "text" else MOST_LINE
    if len(text) > most:
        errors[one.name] = LONGER.format(most=most)
    elif one.form == "number":
        return _number(one, text, errors)
    elif one.form == "when":
        text = iso_of(text) or text
        try:
            if first_day(text) > last_day(text):
                raise ValueError(text)
        except ValueError:
            errors[one.name] = _WHEN
    elif (one.refers and text not in known(one.refers)) or (one.choices and text not in one.choices):
        errors[one.name] = _PLACE if one.refers == "place" else _CHOICE
    elif one.key == "url" and not _URL.fullmatch(text):
        errors[one.name] = _LINK
    elif one.key == "currency" and not re.fullmatch(r"[A-Z]{3}", text):
        errors[one.name] = _CURRENCY
    return text


def _number(one: Asked, text: str, errors: dict[str, Text]) -> Decimal | None:
    plain = text.replace(",", "")
    try:
        value = Decimal(plain) if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", plain) else None
    except InvalidOperation:
        value = None
    if value is None:
        errors[one.name] = _NUMBER
    return value


def _phrase(one: Asked, given: Filled, errors: dict[str, Text]) -> Phrase:
    texts = []
    for language in LANGUAGES:
        name = f"{one.name}.{language}"
        text = given.one(name).strip() if one.long else given.line(name)
        most = MOST_TEXT if one.long else MOST_LINE
        if len(text) > most:
            errors[name] = LONGER.format(most=most)
        texts.append(text)
    if one.needed and not any(map(_is_seen, texts)):
        errors[f"{one.name}.{LANGUAGES[0]}"] = _NEEDED_ONE
    return Phrase(*texts)


def _is_seen(text: str) -> bool:
    """Return True if a text has a sign that is seen; marks of direction and blanks of no width are none."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _rows(one: Asked, given: Filled, known: Known, errors: dict[str, Text]) -> Any:
    made: list[Any] = []
    for row in rows_of(one, given, spare=0):
        parts = [part.at(row) for part in one.parts]
        # a choice that stands at its first by itself is no entry
        typed = [p for p in parts if any(given.line(name) for name in p.names()) and not (p.choices and not p.needed)]
        if not typed:
            continue
        own: dict[str, Text] = {}
        values = {part.key: _value(part, given, known, own) for part in parts}
        if not own:
            _check_order(values, own, f"{one.name}.{row}.")
        errors |= own
        if not own:
            made.append(values["point"] if one.made is Phrase else values)
    if one.made is dict:
        return {row["criterion"]: row["score"] for row in made}
    return tuple(made) if one.made is Phrase else tuple(one.made(**row) for row in made)


def read_one(
    made: Any, prefix: str, given: Filled, known: Known, errors: dict[str, Text], *, only: Sequence[str] = ()
) -> dict[str, Any]:
    """Read the fields of something that belongs to a record, such as evidence; all, or some.

    Parameters
    ----------
    made : type
    prefix : str
        Before the names of its inputs.
    given : Filled
    known : callable
    errors : dict
        Gets what is wrong, by name of the input.
    only : sequence of str
        These fields.
    """
    asked = [one for one in _fields(made, prefix) if not only or one.key in only]
    return {one.key: _value(one, given, known, errors) for one in asked}


def key_of(name: str) -> str:
    """The field that an input belongs to, for its label."""
    parts = [part for part in name.split(".") if not part.isdecimal() and part not in LANGUAGES]
    return parts[-1]


def slug_of(name: Phrase, taken: Callable[[str], bool]) -> str:
    """Make an id of a name that no other record of the kind has."""
    from ambos.catalog.catalog import plain

    base = re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]", "-", plain(name["en"])))[:60].strip("-") or "record"
    number = 1
    while taken(made := base if number == 1 else f"{base}-{number}"):
        number += 1
    assert SLUG.fullmatch(made)
    return made


def summary(errors: Mapping[str, Text], asked: Sequence[Asked]) -> list[tuple[str, Text]]:
    """List the errors in the order of the form, each with the name of its input."""
    order = [one.name for one in asked]

    def place(name: str) -> int:
        return next((at for at, own in enumerate(order) if name == own or name.startswith(f"{own}.")), len(order))

    return sorted(errors.items(), key=lambda item: place(item[0]))
