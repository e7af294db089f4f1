"""Questions to tables, written down as they are asked and put to Ibis only if their SQL is not known. Floor 1.

Loading Ibis and compiling an expression of it takes longer than the engine takes to answer. So an expression is written
here the way Ibis writes it (``table.filter(table.port.isin(ports)).group_by("period").aggregate(...)``), but only noted.
`write` gives its shape, which names the SQL that was compiled before, and what differs between questions of one shape: the
tables, and the texts that columns are compared with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, cast

#: Methods whose one list of texts may differ between questions of one shape, as the text may that a column is to equal.
_LISTS = ("isin", "notin")
#: Names in the SQL for what differs: a table, and a list of texts.
_TABLE, _TEXTS = "asked table {}", "asked texts {}"
_NAMED = re.compile(r"\"asked table (?P<table>\d+)\"|'asked texts (?P<texts>\d+)'")


class Asked:
    """A table, column or value of a question; what Ibis offers on them is noted when it is asked for."""

    __slots__ = ("_kind", "_parts")

    def __init__(self, kind: str, *parts: object) -> None:
        self._kind = kind
        self._parts = parts

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table as it is held, filtered or not."""
        table = self
        while table._kind == "call" and table._parts[0]._parts[1] == "filter":  # type: ignore[attr-defined]
            table = table._parts[0]._parts[0]  # type: ignore[attr-defined]
        if table._kind != "table":
            raise TypeError("only of a table as it is held the columns are known")
        return tuple(cast("Mapping[str, object]", table._parts[1]))

    def pipe(self, function: Callable[[Asked], Any]) -> Any:
        """Call a function with this."""
        return function(self)

    def __getattr__(self, name: str) -> Any:
        """Note that a column or method is asked for."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Asked("get", self, name)

    def __getitem__(self, key: str) -> Any:
        """Note that a column is asked for."""
        return Asked("item", self, key)

    def __call__(self, *given: object, **named: object) -> Any:
        """Note that a method is called."""
        return Asked("call", self, given, named)

    def __bool__(self) -> NoReturn:
        """Refuse: what holds is only known when the question is put."""
        raise TypeError("a question is neither true nor false before it is put")

    __hash__ = object.__hash__
    __iter__ = None

    # Operators; a comparison with `==` is noted, too.
    def __eq__(self, other: object) -> Any:
        return Asked("eq", self, other)

    def __ne__(self, other: object) -> Any:
        return Asked("ne", self, other)

    def __lt__(self, other: object) -> Any:
        return Asked("lt", self, other)

    def __le__(self, other: object) -> Any:
        return Asked("le", self, other)

    def __gt__(self, other: object) -> Any:
        return Asked("gt", self, other)

    def __ge__(self, other: object) -> Any:
        return Asked("ge", self, other)

    def __add__(self, other: object) -> Any:
        return Asked("add", self, other)

    def __radd__(self, other: object) -> Any:
        return Asked("add", other, self)

    def __sub__(self, other: object) -> Any:
        return Asked("sub", self, other)

    def __rsub__(self, other: object) -> Any:
        return Asked("sub", other, self)

    def __mul__(self, other: object) -> Any:
        return Asked("mul", self, other)

    def __rmul__(self, other: object) -> Any:
        return Asked("mul", other, self)

    def __truediv__(self, other: object) -> Any:
        return Asked("truediv", self, other)

    def __floordiv__(self, other: object) -> Any:
        return Asked("floordiv", self, other)

    def __mod__(self, other: object) -> Any:
        return Asked("mod", self, other)

    def __and__(self, other: object) -> Any:
        return Asked("and_", self, other)

    def __or__(self, other: object) -> Any:
        return Asked("or_", self, other)

    def __invert__(self) -> Any:
        return Asked("invert", self)


#: Stands for the functions of Ibis: ``ibis.cases(...)``.
ibis: Any = Asked("ibis")


def held(query: str, columns: Mapping[str, object]) -> Asked:
    """Give a table to ask.

    Parameters
    ----------
    query : str
        SQL of its rows.
    columns : mapping of str to object
        The type of each column, as `Question.columns` will have it; its text names the type.
    """
    return Asked("table", query, columns)


def of_ibis(expression: Any) -> Asked:
    """Give a table of Ibis to ask, whose questions only `in_ibis` answers."""
    return Asked("given", expression)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, written down."""

    #: Steps, each with what it does and on what: numbers of steps before it, texts and numbers that are part of the shape.
    steps: tuple[tuple[object, ...], ...]
    tables: tuple[str, ...]  #: SQL of each table.
    columns: tuple[Mapping[str, object], ...]  #: The types of each table's columns.
    texts: tuple[tuple[str, ...], ...]  #: Lists of texts, of which a column shall have one.
    given: tuple[Any, ...]  #: Tables of Ibis.

    @property
    def shape(self) -> str:
        """Name all but the tables' rows and the lists of texts: of one shape is compiled once."""
        types = [[(name, str(kind)) for name, kind in of.items()] for of in self.columns]
        return f"{self.steps!r} {types!r}"

    @property
    def identity(self) -> tuple[object, ...]:
        """Name the question: another of any other question."""
        return self.shape, self.tables, self.texts, tuple(map(id, self.given))


class _Writer:
    """Writes the steps of a question, each once."""

    def __init__(self) -> None:
        self.steps: dict[tuple[object, ...], int] = {}
        self.tables: dict[str, int] = {}
        self.columns: list[Mapping[str, object]] = []
        self.texts: dict[tuple[str, ...], int] = {}
        self.given: list[Any] = []
        self._of: dict[int, int] = {}

    def step(self, asked: Asked) -> int:
        """Write a part of the question with all that it rests on; give its number."""
        number = self._of.get(id(asked))
        if number is None:
            step = self._step(asked._kind, asked._parts)
            number = self._of[id(asked)] = self.steps.setdefault(step, len(self.steps))
        return number

    def _step(self, kind: str, parts: tuple[Any, ...]) -> tuple[object, ...]:
        if kind == "table":
            query, columns = parts
            if query not in self.tables:
                self.tables[query] = len(self.tables)
                self.columns.append(columns)
            return (kind, self.tables[query])
        if kind == "given":
            self.given.append(parts[0])
            return (kind, len(self.given) - 1)
        if kind == "call":
            of, given, named = parts
            if of._kind == "get" and of._parts[1] in _LISTS and len(given) == 1 and (texts := _texts(given[0])):
                return (kind, self.step(of), (("texts", self.texts.setdefault(texts, len(self.texts))),), ())
            return (kind, self.step(of), self._value(given)[1], tuple((k, self._value(v)) for k, v in named.items()))
        if kind == "eq" and type(parts[1]) is str:
            one = (parts[1],)
            return (kind, self._value(parts[0]), ("text", self.texts.setdefault(one, len(self.texts))))
        return (kind, *map(self._value, parts))

    def _value(self, value: object) -> tuple[object, ...]:
        if isinstance(value, Asked):
            return ("step", self.step(value))
        if isinstance(value, list | tuple):
            return ("list", tuple(map(self._value, value)))
        return ("plain", type(value).__name__, value)


def _texts(value: object) -> tuple[str, ...] | None:
    """The texts of a list of nothing else; None of any other value, or of an empty list."""
    if isinstance(value, list | tuple) and value and all(type(one) is str for one in value):
        return tuple(value)
    return None


def write(asked: Asked) -> Question:
    """Write a question down."""
    writer = _Writer()
    writer.step(asked)
    return Question(
        tuple(writer.steps), tuple(writer.tables), tuple(writer.columns), tuple(writer.texts), tuple(writer.given)
    )


def in_ibis(asked: Asked) -> Any:
    """Give a question on tables of Ibis (`of_ibis`) as an expression of Ibis."""
    question = write(asked)
    return _played(question, [], [list(texts) for texts in question.texts])


def to_compile(question: Question, schemas: Sequence[Any]) -> Any:
    """Give an expression of Ibis for a question's shape, whose SQL `filled` turns into that of the question.

    Parameters
    ----------
    question : Question
    schemas : sequence of ibis.Schema
        Of each table.
    """
    import ibis as library

    tables = [library.table(schema, name=_TABLE.format(k)) for k, schema in enumerate(schemas)]
    return _played(question, tables, [[_TEXTS.format(k)] for k in range(len(question.texts))])


def filled(sql: str, question: Question) -> str:
    """Put the tables and texts of a question into the SQL of its shape."""

    def own(name: re.Match[str]) -> str:
        if name["table"]:
            return f"({question.tables[int(name['table'])]})"
        return ", ".join("'" + text.replace("'", "''") + "'" for text in question.texts[int(name["texts"])])

    return _NAMED.sub(own, sql)


def _played(question: Question, tables: Sequence[Any], texts: Sequence[list[str]]) -> Any:
    """Do the steps of a question with Ibis."""
    import operator

    import ibis as library

    made: list[Any] = []

    def value(written: Any) -> Any:
        kind, *rest = written
        if kind == "step":
            return made[rest[0]]
        if kind == "list":
            return [value(one) for one in rest[0]]
        if kind in ("text", "texts"):
            return texts[rest[0]][0] if kind == "text" else texts[rest[0]]
        return rest[1]

    for kind, *parts in question.steps:
        match kind:
            case "ibis":
                one: Any = library
            case "table":
                one = tables[cast("int", parts[0])]
            case "given":
                one = question.given[cast("int", parts[0])]
            case "get":
                one = getattr(value(parts[0]), value(parts[1]))
            case "item":
                one = value(parts[0])[value(parts[1])]
            case "call":
                of, given, named = cast("tuple[int, Any, Any]", parts)
                one = made[of](*map(value, given), **{k: value(v) for k, v in named})
            case _:
                one = getattr(operator, str(kind))(*map(value, parts))
        made.append(one)
    return made[-1]
