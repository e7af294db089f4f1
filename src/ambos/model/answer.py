"""A flow's answer: raw values under typed columns, formatted by the door that shows them. Floor 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ambos.numbers import MISSING, both, day, number
from ambos.text import LANGUAGES, Language, Text


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its name."""

    code: str | int  #: The same in every language and version.
    name: Text


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that people see in words or digits that its column's format does not give, such as ``≥ 300``."""

    value: Cell  #: What JSON and CSV hold.
    text: Text  #: What people see.


#: Several codes, texts or numbers of one cell: a list in JSON.
Several = tuple[str | Text | Decimal | int, ...]
#: A cell: a text, a code (`str`) or a code with its name, a number, a day, truth, several codes, texts or numbers, a record
#: for JSON only, or None where the value is missing.
Cell = Text | Named | Shown | Several | Mapping[str, object] | str | Decimal | float | int | date | bool | None
#: A cell without a value that is not missing either, such as an account in a year without it.
NOT_APPLICABLE = Shown(None, Text.same("·"))
Row = tuple[Cell, ...]
#: Cells that are their own raw value.
_RAW = (str, int, bool, date, type(None))
#: Characters of the longest words that are set to the right beside numbers, as days are; sentences are set to the left, and broken.
_SHORT = 40

#: Version of the keys of every answer in JSON; it grows when a key is renamed or leaves.
SCHEMA = 1

_YES_NO = {True: Text("yes", "sí"), False: Text("no", "no")}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    key: str  #: Its name in JSON and CSV; ends in the unit where there is one (``cut_af``).
    label: Text | None  #: Its heading; None for a column of JSON and CSV only, such as a figure in one more unit.
    decimals: int = 0  #: With which numbers are shown.
    signed: bool = False  #: Show a plus sign: the column holds changes.
    #: Decimals of numbers in JSON and CSV; None for a column for people only, whose parts other columns hold.
    kept: int | None = 6
    grouped: bool = True  #: Whether thousands are separated; not in a year.
    exact: bool = False  #: Whether JSON and CSV hold numbers with all their digits, whatever `kept` says.
    #: To which side people see it set; None: words left, and right from the first column of numbers on.
    side: Literal["left", "right"] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Some columns and rows of a table under a title, for people."""

    title: Text | None
    #: Keys of labelled columns; the first heads the rows, and needs no label where they are turned.
    keys: tuple[str, ...]
    total: bool = True  #: Whether the table's totals are its last rows.
    rows: Sequence[int] | None = None  #: Places of the rows; all if not given.
    turned: bool = False  #: Whether rows become columns, headed by the first column's cells.
    note: Text | None = None  #: A line under it.
    labels: Mapping[str, Text] = field(default_factory=dict)  #: Headings by key, where they are not the column's.
    #: Key of a column of codes with names: the view has a column per name, with the values of the last of `keys`, and a
    #: row for each combination of the other keys.
    by: str = ""
    #: Of two views in succession that give the same in customary and in metric units, which this is.
    units: Literal["customary", "metric", ""] = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under typed columns.

    Raises
    ------
    ValueError
        If a row has not one cell per column, two columns have one key, or a view names a column that has no label.
    """

    id: str  #: Its name in JSON and of its CSV; lower case letters, digits and underscores.
    title: Text | None  #: None for one that needs no heading on a terminal.
    columns: tuple[Column, ...]  #: The first shown one heads the rows.
    rows: tuple[Row, ...]  #: One cell per column.
    #: Last rows for people; JSON and CSV hold the rows only, so that nobody adds a sum to its parts.
    totals: tuple[Row, ...] = ()
    views: tuple[View, ...] = ()  #: How people see it, where they do not see all labelled columns at once.
    shown: bool = True  #: Whether people see it; JSON and CSV hold it in any case.

    def __post_init__(self) -> None:
        keys = [c.key for c in self.columns]
        if len(set(keys)) < len(keys) or any(len(row) != len(keys) for row in (*self.rows, *self.totals)):
            raise ValueError(f"table {self.id!r}: one cell per column and one column per key are wanted")
        unknown = {key for view in self.views for key in view.keys[view.turned :]} - set(self.labelled())
        if unknown:
            raise ValueError(f"table {self.id!r}: a view names columns without a label: {sorted(unknown)}")

    def labelled(self) -> tuple[str, ...]:
        """Keys of the columns that people see; of all where none has a label."""
        return tuple(c.key for c in self.columns if c.label) or tuple(c.key for c in self.columns)

    def as_seen(self, language: Language = "en") -> tuple[View, ...]:
        """The views; of a table without any, one of all labelled columns. Spanish has metric units before customary ones."""
        views = list(self.views or (View(self.title, self.labelled()),))
        for at in range(len(views) - 1):
            if language == "es" and (views[at].units, views[at + 1].units) == ("customary", "metric"):
                views[at], views[at + 1] = views[at + 1], views[at]
        return tuple(views)

    def kept(self) -> bool:
        """Return True if JSON and CSV hold it; False where all its columns are for people only."""
        return any(c.kept is not None for c in self.columns)

    def at(self, key: str) -> int:
        """The place of a column."""
        return next(i for i, c in enumerate(self.columns) if c.key == key)

    def cells(self, rows: Iterable[Row] | None = None) -> list[dict[str, Cell]]:
        """Each row as raw cells by key; of these rows if they are given."""
        return [
            dict(zip((c.key for c in self.columns), row, strict=True)) for row in (self.rows if rows is None else rows)
        ]

    def chosen(self, view: View) -> tuple[Row, ...]:
        """Select the rows of a view, each with all its cells."""
        return self.rows if view.rows is None else tuple(self.rows[i] for i in view.rows)

    def select(self, view: View) -> tuple[tuple[Column, ...], tuple[Row, ...], tuple[Row, ...]]:
        """Select the columns, rows and totals of a view."""
        places = [self.at(key) for key in view.keys]
        columns = tuple(replace(c, label=view.labels.get(c.key, c.label)) for c in (self.columns[i] for i in places))
        if view.by:
            by = self.at(view.by)
            return *_spread(columns, [(*(row[i] for i in places), row[by]) for row in self.chosen(view)]), ()
        rows, totals = (
            tuple(tuple(row[i] for i in places) for row in part)
            for part in (self.chosen(view), self.totals if view.total else ())
        )
        return columns, rows, totals


def _spread(columns: tuple[Column, ...], rows: Iterable[Row]) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Spread the last column over one column per name; each row ends in its value and its name."""
    names: dict[str, Column] = {}
    lines: dict[Row, dict[str, Cell]] = {}
    for *head, value, name in rows:
        if not isinstance(name, Named):
            raise TypeError(f"a view spreads codes with names, not {name!r}")
        key = str(name.code)
        names[key] = replace(columns[-1], key=key, label=name.name)
        lines.setdefault(tuple(head), {})[key] = value
    made = tuple((*head, *(values.get(key) for key in names)) for head, values in lines.items())
    return (*columns[:-1], *names.values()), made


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a flow: raw values, texts in both languages, no format."""

    id: str  #: The verb that gives it, such as ``river.plant``.
    title: Text  #: The answer in one line.
    tables: tuple[Table, ...]  #: The first is what ``--csv`` prints if no other is asked for.
    #: Single values: what was asked, and what holds for the whole answer.
    facts: Mapping[str, Cell] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()  #: What the figures rest on and what is wrong with them, shown wherever they are.
    sources: tuple[Text, ...] = ()  #: Citations of rules and tables of figures that were applied.
    problems: tuple[Text, ...] = ()  #: What was refused, not done or not matched: on standard error in every form.
    failed: bool = False  #: Whether not all was done that was asked for, so that the exit code is 1.
    head: tuple[Text, ...] = ()  #: Lines that people read first, instead of the title.
    files: tuple[Path, ...] = ()  #: Files that were written.
    hints: tuple[Text, ...] = ()  #: Commands that lead on from here, for the terminal only: a page has links.

    def table(self, id: str) -> Table:
        """The table of an id."""
        return next(table for table in self.tables if table.id == id)


def data_table(id: str, title: Text | None, keys: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> Table:
    """Make a table for JSON and CSV only: its columns have keys and no labels."""
    return Table(id, title, tuple(Column(key, None) for key in keys), tuple(rows), shown=False)


def holds_words(column: Column, cells: Iterable[Cell]) -> bool:
    """Return True if a column holds words, codes, days or years, which are set to the left; it has a cell that is no
    volume."""
    return not column.grouped or any(map(_is_words, cells))


def _is_words(cell: Cell) -> bool:
    if isinstance(cell, Shown):
        return cell.value is None or _is_words(cell.value)
    return isinstance(cell, Text | Named | str | date | bool | tuple)


def cell_text(cell: Cell, column: Column) -> Text:
    """Write a cell as people read it in each language: a dash for a missing value, halves away from zero."""
    if cell is None:
        return Text.same(MISSING)
    if isinstance(cell, Text):
        return cell
    if isinstance(cell, Shown):
        return cell.text
    if isinstance(cell, Named):
        return cell.name
    if isinstance(cell, str):
        return Text.same(cell)
    if isinstance(cell, bool):
        return _YES_NO[cell]
    if isinstance(cell, tuple):
        listed = ("; ".join(cell_text(one, column)[k] for one in cell) for k in LANGUAGES)
        return Text(*(text or MISSING for text in listed))
    if isinstance(cell, Mapping):
        raise TypeError(f"column {column.key!r} is for JSON only")
    if isinstance(cell, date):
        return Text(day(cell, "en"), day(cell, "es"))
    if not column.grouped:
        return Text.same(str(cell))
    if column.signed:
        return Text(*(number(cell, column.decimals, language, signed=True) for language in LANGUAGES))
    return both(cell, column.decimals)


#: Units at the end of a column's key: what they measure, and whether they are metric.
_UNITS = {
    **dict.fromkeys(("af", "kaf"), ("volume", False)),
    "hm3": ("volume", True),
    **dict.fromkeys(("ft", "feet"), ("length", False)),
    **dict.fromkeys(("m", "metres"), ("length", True)),
    "mi": ("distance", False),
    "km": ("distance", True),
}


def metric_first(keys: Sequence[str]) -> tuple[str, ...]:
    """Put, of the columns that give one quantity in several units, the metric one first, in the places that they have."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        stem, _, unit = key.rpartition("_")
        if unit in _UNITS:
            groups.setdefault((stem, _UNITS[unit][0]), []).append(key)
    turns: dict[str, Iterator[str]] = {}
    for own in groups.values():
        turns |= dict.fromkeys(own, iter(sorted(own, key=lambda key: not _UNITS[key.rpartition("_")[2]][1])))
    return tuple(next(turns[key]) if key in turns else key for key in keys)


def as_seen(table: Table, view: View, language: Language) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """Write the cells of a view: the heading of each column with the side to which it is set, then the rows.

    English has customary units first, as the flows give them, Spanish metric ones.
    """
    if language == "es" and not view.by:
        view = replace(view, keys=metric_first(view.keys))
    columns, rows, totals = table.select(view)
    heads = [c.label[language] if c.label else "" if view.turned else c.key for c in columns]
    cells = [
        [cell_text(cell, c)[language] if cell != "" else "" for cell, c in zip(row, columns, strict=True)]
        for row in (*rows, *totals)
    ]
    words = [holds_words(c, (row[i] for row in rows)) for i, c in enumerate(columns)]
    texts = words.index(False) if False in words else len(columns)
    long = [word and any(len(row[i]) > _SHORT for row in cells) for i, word in enumerate(words)]
    sides = [str(c.side or ("left" if i < texts or long[i] else "right")) for i, c in enumerate(columns)]
    if view.turned:
        heads, *cells = map(list, zip(heads, *cells, strict=True))
        sides = ["left" if i == 0 or any(words[1:]) else "right" for i in range(len(heads))]
    return list(zip(heads, sides, strict=True)), cells


def cell_values(key: str, cell: Cell, kept: int = 6) -> dict[str, object]:
    """Hold a cell as raw values by key, for JSON: a code and its name stand apart, a text has both languages."""
    if isinstance(cell, Shown):
        return cell_values(key, cell.value, kept)
    if isinstance(cell, Named):
        names = {language: cell.name[language].strip() for language in LANGUAGES}  # a name may be indented
        return {key: cell.code, f"{key}_name": names}
    if isinstance(cell, Text):
        return {key: cell.record()}
    if isinstance(cell, tuple):
        return {key: [cell_values(key, one, kept)[key] for one in cell]}
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value()
        return {key: int(cell) if whole else round(cell, kept).normalize()}
    return {key: round(cell, kept) if isinstance(cell, float) else cell}


def records(table: Table) -> list[dict[str, object]]:
    """List a mapping per row, for JSON: raw values by key."""
    columns = [(at, c.key, c.kept, c.exact) for at, c in enumerate(table.columns) if c.kept is not None]
    made = []
    for row in table.rows:
        record: dict[str, object] = {}
        for at, key, kept, exact in columns:
            cell = row[at]
            if exact or isinstance(cell, _RAW):
                record[key] = cell
            else:
                record |= cell_values(key, cell, kept)
        made.append(record)
    return made


def flat_rows(table: Table) -> tuple[list[str], list[list[object]]]:
    """Spread the texts of each record over two keys, ``name`` to ``name_en`` and ``name_es``: header and rows of CSV.

    A key that is missing in one record leaves its cell empty; a table without rows has its header too. Codes are parted
    by spaces, texts by semicolons.
    """
    made: dict[str, list[object]] = {}
    for at, column in enumerate(table.columns):
        if column.kept is None:
            continue
        cells = [
            flat({column.key: row[at]} if column.exact else cell_values(column.key, row[at], column.kept))
            for row in table.rows
        ]
        keys = list(dict.fromkeys(key for cell in cells for key in cell)) or [column.key]
        if f"{column.key}_{LANGUAGES[0]}" in keys:  # a column of texts, of which one may be missing
            keys = [f"{column.key}_{language}" for language in LANGUAGES]
        made |= {key: [cell.get(key) for cell in cells] for key in keys}
    return list(made), list(map(list, zip(*made.values(), strict=True)))


def flat(record: Mapping[str, object]) -> dict[str, object]:
    """Spread the texts of a record over a key per language, and join its lists."""
    made: dict[str, object] = {}
    for key, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            made |= {f"{key}_{k}": "; ".join(one[k] for one in value) for k in value[0]}
        elif isinstance(value, list):
            made[key] = " ".join(map(str, value)) or None
        else:
            made |= {f"{key}_{k}": v for k, v in value.items()} if isinstance(value, Mapping) else {key: value}
    return made


def to_plain(value: object) -> object:
    """Convert a value that JSON has no type for: dates to ISO text, decimals to exact numbers."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if value != value.to_integral_value() else int(value)
    raise TypeError(type(value).__name__)


def record(answer: Answer) -> dict[str, object]:
    """The answer for JSON: its facts, then a list of records per table under the table's id, then notes and sources."""
    facts = {k: v for key, cell in answer.facts.items() for k, v in cell_values(key, cell).items()}
    return {
        "schema": f"{answer.id}/{SCHEMA}",
        "title": answer.title.record(),
        **facts,
        **{table.id: records(table) for table in answer.tables if table.kept()},
        "notes": [note.record() for note in answer.notes],
        **({"sources": [source.record() for source in answer.sources]} if answer.sources else {}),
        **({"files": [str(path) for path in answer.files]} if answer.files else {}),
    }


def json_schema(answer: Answer) -> dict[str, object]:
    """Describe what `record` gives of this answer as JSON Schema (2020-12).

    Types are those of the values that are there; any single value may be missing (null), in this answer or in
    another of the verb.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{answer.id}/{SCHEMA}",
        "title": answer.id,
        **_described([record(answer)]),
        "type": "object",
        "required": ["schema", "title", "notes", *(table.id for table in answer.tables if table.kept())],
    }


def _described(values: Sequence[object]) -> dict[str, object]:
    """Describe values that stand under one key: records by their keys, lists by their items, others by their types."""
    given = [value for value in values if value is not None]
    if nested := [value for value in given if isinstance(value, Mapping)]:
        keys = dict.fromkeys(key for one in nested for key in one)
        return {
            "type": ["object", "null"],
            "properties": {key: _described([one[key] for one in nested if key in one]) for key in keys},
        }
    if any(isinstance(value, list) for value in given):
        items = [item for value in given if isinstance(value, list) for item in value]
        return {"type": "array", "items": _described(items)} if items else {"type": "array"}
    types = {
        "boolean" if isinstance(value, bool) else "number" if isinstance(value, int | float | Decimal) else "string"
        for value in given
    }
    return {"type": [*sorted(types), "null"]} if types else {}
