"""Publish answers of flows that are no series as figures of the dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ambos.briefing import Datum, DossierColumn, DossierTable
from ambos.briefing import document as briefing
from ambos.errors import NotYetKnown
from ambos.flows.brief.figures import DossierContext
from ambos.model import Source, Unit
from ambos.model.answer import Answer, Cell, Column, Named, Table, View, cell_text
from ambos.model.codes import TOTAL
from ambos.model.data import Status
from ambos.periods import label
from ambos.text import Text

#: Ids of units by the end of a column's key.
_UNITS = {
    "af": "acre_foot",
    "kaf": "kaf",
    "hm3": "hm3",
    "ft": "foot",
    "feet": "foot",
    "percent": "percent",
}
#: A row of an answer's table by key.
Row = Mapping[str, Cell]


def of_datasets(desk: DossierContext, datasets: Iterable[str]) -> tuple[tuple[Source, ...], date | None]:
    """The sources of some datasets, noted on the desk, and the newest date of knowledge of what is held of them."""
    workspace = desk.then()
    used: dict[str, None] = {}
    known = []
    for name in datasets:
        dataset = workspace.catalog.datasets[name]
        table = workspace.store.table(name)
        rows = workspace.store.frame(table.select("as_of").distinct())
        known += rows["as_of"].to_list()
        used |= dict.fromkeys(dataset.sources)
    desk.sources_used |= used
    return tuple(workspace.catalog.sources[s] for s in used), max(known, default=None)


def head(
    desk: DossierContext,
    entry: Mapping[str, Any],
    *,
    known: date,
    names: Mapping[str, Text],
    sources: Sequence[Source] = (),
    cited: Sequence[Text] = (),
    notes: Sequence[Text] = (),
    values: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """What every figure has: id, title, sources, date of knowledge, names, notes.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        ``id``, ``title``, optional ``finding`` and ``notes`` (before those given), optional ``names``; optional ``cited``:
        texts that stand under the figure for all of `cited`, which the end of the dossier then lists.
    known : date
        From when what is shown is known.
    names : mapping of str to Text
    sources : sequence of Source
    cited : sequence of Text
        Rules, norms and studies.
    notes : sequence of Text
    values : mapping, optional
        For the placeholders of title and finding.

    Raises
    ------
    NotYetKnown
        If the dossier is of an earlier day.
    """
    title = Text.of(entry["title"]).format(**(values or {}))
    if desk.as_of is not None and desk.as_of < known:
        raise NotYetKnown(what=title, day=desk.as_of, first=known)
    desk.cited |= dict.fromkeys(cited)
    return {
        "id": entry["id"],
        "title": title,
        "sources": tuple(sources),
        "as_of": known,
        "cited": tuple(Text.of(c) for c in entry["cited"]) if "cited" in entry else tuple(dict.fromkeys(cited)),
        "names": {
            TOTAL: desk.workspace.catalog.message("label.total"),
            **names,
            **{k: Text.of(v) for k, v in entry.get("names", {}).items()},
        },
        "finding": Text.of(entry["finding"]).format(**(values or {})) if "finding" in entry else None,
        "notes": (*(Text.of(n) for n in entry.get("notes", [])), *notes),
    }


def datum(
    series: str,
    place: str,
    item: str,
    period: date | str,
    value: int | float | Decimal | None,
    unit: str,
    known: date,
    source: str,
    status: Status = "A",
) -> Datum:
    """A value of a figure; a missing one has the status M. A date is the first day of a year, a text a period's label."""
    said = period if isinstance(period, str) else label(period, "A")
    return Datum(series, place, item, period, value, unit, known, source, "M" if value is None else status, said)


def code_of(cell: Cell) -> str:
    """The code of a cell with code and name."""
    return str(cell.code) if isinstance(cell, Named) else str(cell)


def first_day(year: object) -> date:
    """The first day of a year, the period of its values."""
    return date(int(str(year)), 1, 1)


def ids(sources: Iterable[Source]) -> str:
    """Ids of sources as a datum holds them."""
    return " ".join(s.id for s in sources)


def published(
    desk: DossierContext,
    entry: Mapping[str, Any],
    table: Table,
    view: View,
    code: Callable[[Row, str], tuple[str, str, str, date]],
    *,
    source: str,
    status: Status = "A",
    units: Mapping[str, Unit] = MappingProxyType({}),
    **shared: Any,
) -> DossierTable:
    """Publish a view of an answer's table: a value for each cell under a unit, a text for each other cell.

    Parameters
    ----------
    desk, entry
        As for `head`.
    table : Table
        A column ``as_of`` has the date of knowledge of each row, where they differ.
    view : View
    code : callable
        Series, place, item and the first day of the year of a value, by its row and the key of its column.
    source : str
        Ids of the sources of its values, parted by spaces.
    status : Status
    units : mapping of str to Unit
        By the end of a column's key (``kaf`` of ``cut_kaf``), where the head of a column has not the unit's symbol.
    **shared
        As for `head`; a series without a name has the heading of its column.
    """
    common = head(desk, entry, **shared)
    names: dict[str, Text] = {}
    columns, *_ = table.select(view)
    heads = [DossierColumn(c.label or Text.same(c.key), _unit(desk, c, units), signed=c.signed) for c in columns]

    def cell(row: Row, column: Column, shown: DossierColumn) -> briefing.Cell:
        if shown.unit is None:
            return cell_text(row[column.key], column)
        series, place, item, begin = code(row, column.key)
        names.setdefault(series, shown.label)
        known = row.get("as_of", common["as_of"])
        return datum(series, place, item, begin, _value(row[column.key], column), shown.unit.id, known, source, status)

    rows = tuple(
        tuple(cell(row, column, shown) for column, shown in zip(columns, heads, strict=True))
        for row in table.cells((*table.chosen(view), *(table.totals if view.total else ())))
    )
    return DossierTable(**{**common, "names": names | common["names"]}, columns=tuple(heads), rows=rows)


def _value(cell: Cell, column: Column) -> int | float | Decimal | None:
    """Round a number as it is published; a cell that is no number has no value."""
    if isinstance(cell, float):
        return round(cell, column.kept)
    if isinstance(cell, Decimal):
        return cell if column.kept is None else round(cell, column.kept)
    return cell if isinstance(cell, int) else None


def _unit(desk: DossierContext, column: Column, units: Mapping[str, Unit]) -> Unit | None:
    """The unit of a column with its decimals; None for one of words."""
    end = column.key.rpartition("_")[2]
    if end in units:
        return replace(units[end], decimals=column.decimals)
    if end not in _UNITS:
        return None
    unit = desk.workspace.catalog.units[_UNITS[end]]
    return replace(unit, name=unit.symbol, decimals=column.decimals)


def every_table(
    desk: DossierContext,
    entry: Mapping[str, Any],
    answer: Answer,
    *,
    known: date,
    begin: date,
    source: str,
    cited: Sequence[Text],
) -> list[DossierTable]:
    """Publish the tables of an answer that people see, as far as no other figure does.

    Parameters
    ----------
    desk : DossierContext
    entry : mapping
        As for `head`, and ``without``: ids of tables.
    answer : Answer
        A column ``place`` has the place of each row.
    known : date
        From when what is shown is known.
    begin : date
        The first day of the year of its values.
    source : str
        Ids of the sources of its values, parted by spaces.
    cited : sequence of Text
    """
    made = []
    for table in answer.tables:
        if not table.shown or table.id in entry.get("without", ()):
            continue
        views = [view for view in table.as_seen() if not view.by] or [View(table.title, table.labelled())]
        for k, view in enumerate(views):
            columns, rows, totals = table.select(view)
            first = columns[0]

            def code(row: Row, key: str, first: str = first.key) -> tuple[str, str, str, date]:
                return f"{answer.id}.{key}", str(row.get("place") or TOTAL), code_of(row[first]), begin

            own = {
                "id": "-".join((entry["id"], table.id.replace("_", "-"), *([str(k + 1)] if k else []))),
                "title": (view.title or table.title or answer.title).record(),
            }
            names = {code_of(row[0]): cell_text(row[0], first) for row in (*rows, *totals)}
            made.append(
                published(
                    desk,
                    {**entry, **own},
                    table,
                    view,
                    code,
                    source=source,
                    known=known,
                    names=names,
                    cited=cited,
                    notes=answer.notes,
                )
            )
    return made
