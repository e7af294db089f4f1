"""Publish tables of flows' answers that are no series as figures of the dossier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ambos.briefing import Chart, Datum, DossierColumn, DossierTable
from ambos.briefing import document as briefing
from ambos.errors import NotYetKnown
from ambos.flows.brief.figures import DossierContext
from ambos.model import Source, Unit
from ambos.model.answer import Answer, Cell, Column, Named, Table, View, cell_text
from ambos.model.codes import TOTAL
from ambos.model.data import Status
from ambos.text import Text, joined

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
#: Series, place, item and period (a year, or the label of another period) of a value, by its row and the key of its column.
Code = Callable[[Row, str], tuple[str, str, str, object]]


@dataclass(frozen=True, slots=True)
class Basis:
    """Date of knowledge, sources, citations and status of a figure's values.

    Attributes
    ----------
    known : date
        From when what is shown is known.
    source : str
        Ids of the sources of its values, parted by spaces.
    sources : tuple of Source
    cited : tuple of Text
        Rules, norms and studies.
    status : Status
    """

    known: date
    source: str = ""
    sources: tuple[Source, ...] = ()
    cited: tuple[Text, ...] = ()
    status: Status = "A"


def of_datasets(context: DossierContext, datasets: Iterable[str]) -> tuple[tuple[Source, ...], date | None]:
    """The sources of some datasets, added to the context, and the newest date of knowledge of their rows."""
    workspace = context.then()
    used: dict[str, None] = {}
    known = []
    for name in datasets:
        table = workspace.store.table(name)
        known += workspace.store.frame(table.select("as_of").distinct())["as_of"].to_list()
        used |= dict.fromkeys(workspace.catalog.datasets[name].sources)
    context.sources_used |= used
    return tuple(workspace.catalog.sources[s] for s in used), max(known, default=None)


def _common(
    context: DossierContext,
    entry: Mapping[str, Any],
    basis: Basis,
    names: Mapping[str, Text],
    notes: Sequence[Text],
    values: Mapping[str, object],
) -> dict[str, Any]:
    """Make the fields that every figure has; a dossier of a day before its basis was known has none."""
    title = Text.of(entry["title"]).format(**values)
    if context.as_of is not None and context.as_of < basis.known:
        raise NotYetKnown(what=title, day=context.as_of, first=basis.known)
    context.cited |= dict.fromkeys(basis.cited)
    own = {code: Text.of(name) for code, name in entry.get("names", {}).items()}
    return {
        "id": entry["id"],
        "title": title,
        "sources": basis.sources,
        "as_of": basis.known,
        "cited": tuple(map(Text.of, entry["cited"])) if "cited" in entry else tuple(dict.fromkeys(basis.cited)),
        "names": {TOTAL: context.workspace.catalog.message("label.total"), **names, **own},
        "notes": (*map(Text.of, entry.get("notes", [])), *notes),
    }


def code_of(cell: Cell) -> str:
    """The code of a cell with code and name."""
    return str(cell.code) if isinstance(cell, Named) else str(cell)


def ids(sources: Iterable[Source]) -> str:
    """Ids of sources as a datum holds them."""
    return " ".join(s.id for s in sources)


def published(
    context: DossierContext,
    entry: Mapping[str, Any],
    table: Table,
    view: View,
    basis: Basis,
    code: Code | None = None,
    *,
    heads: int = 1,
    units: Mapping[str, Unit] = MappingProxyType({}),
    names: Mapping[str, Text] = MappingProxyType({}),
    notes: Sequence[Text] = (),
    values: Mapping[str, object] = MappingProxyType({}),
) -> DossierTable:
    """Publish a view of an answer's table: a value for each cell under a unit, a date or a text for each other cell.

    Parameters
    ----------
    context : DossierContext
    entry : mapping
        ``id``, ``title``, optional ``notes`` (before those given) and ``names``; optional ``cited``: texts that stand under
        the figure for all that `basis` cites, which the end of the dossier then lists.
    table : Table
        A column ``as_of`` has the date of knowledge of each row, where they differ.
    view : View
    basis : Basis
    code : callable, optional
        Not for a table of texts.
    heads : int
        How many columns together head a row.
    units : mapping of str to Unit
        By the end of a column's key (``kaf`` of ``cut_kaf``), where the head of a column has not the unit's symbol.
    names : mapping of str to Text
        Of codes; a series without one has the heading of its column.
    notes : sequence of Text
    values : mapping
        For the placeholders of the title.

    Raises
    ------
    NotYetKnown
        If the dossier is of an earlier day.
    """
    common = _common(context, entry, basis, names, notes, values)
    series_names: dict[str, Text] = {}
    columns, *_ = table.select(view)
    first, rest = columns[:heads], columns[heads:]
    shown = [
        DossierColumn(c.label or Text.same(c.key), _unit(context, c, units) if code else None, signed=c.signed)
        for c in rest
    ]
    twins = {(c.key.rpartition("_")[0], d.unit.id) for c, d in zip(rest, shown, strict=True) if d.unit}
    shown = [
        replace(d, other=_metric(context, c, d.unit, twins)) if d.unit else d for c, d in zip(rest, shown, strict=True)
    ]

    def cell(row: Row, column: Column, head: DossierColumn) -> briefing.Cell:
        own = row[column.key]
        if head.unit is None or code is None:
            return own if own is None or isinstance(own, date) else cell_text(own, column)
        (series, place, item, period), value = code(row, column.key), _value(own, column)
        series_names.setdefault(series, head.label)
        label, known = str(period), row.get("as_of", basis.known)
        return Datum(
            series,
            place,
            item,
            period=date(int(label), 1, 1) if label.isdigit() else label,
            value=value,
            unit=head.unit.id,
            as_of=known if isinstance(known, date) else None,
            source=basis.source,
            status="M" if value is None else basis.status,
            label=label,
        )

    rows = tuple(
        (
            joined([cell_text(row[column.key], column) for column in first], " · "),
            *(cell(row, column, head) for column, head in zip(rest, shown, strict=True)),
        )
        for row in table.cells((*table.chosen(view), *(table.totals if view.total else ())))
    )
    heading = DossierColumn(first[0].label or Text.same(first[0].key))
    return DossierTable(**{**common, "names": series_names | common["names"]}, columns=(heading, *shown), rows=rows)


def drawn(table: DossierTable, **drawing: Any) -> Chart:
    """Draw the values of a published table; `drawing` as for `ambos.briefing.Chart`."""
    shared = {field.name: getattr(table, field.name) for field in fields(briefing.Figure)}
    return Chart(**shared, data=table.data, **drawing)


def _value(cell: Cell, column: Column) -> int | float | Decimal | None:
    """Round a number as it is published; a cell that is no number has no value."""
    if isinstance(cell, float):
        return round(cell, column.kept)
    if isinstance(cell, Decimal):
        return cell if column.kept is None else round(cell, column.kept)
    return cell if isinstance(cell, int) else None


def _unit(context: DossierContext, column: Column, units: Mapping[str, Unit]) -> Unit | None:
    """The unit of a column with its decimals; None for one of words."""
    end = column.key.rpartition("_")[2]
    if end in units:
        return replace(units[end], decimals=column.decimals)
    if end not in _UNITS:
        return None
    unit = context.workspace.catalog.units[_UNITS[end]]
    return replace(unit, name=unit.symbol, decimals=column.decimals)


def _metric(context: DossierContext, column: Column, unit: Unit, twins: Collection[tuple[str, str]]) -> Unit | None:
    """The metric unit in which Spanish has a column of a customary one; None where a column of it stands beside."""
    if unit.metric is None or (column.key.rpartition("_")[0], unit.metric.unit) in twins:
        return None
    metric = context.workspace.catalog.units[unit.metric.unit]
    return replace(metric, name=metric.symbol, decimals=min(metric.decimals, column.decimals + 1))


def every_table(
    context: DossierContext, entry: Mapping[str, Any], answer: Answer, basis: Basis, year: int
) -> list[DossierTable]:
    """Publish the tables of an answer that people see, as far as no other figure does.

    Parameters
    ----------
    context : DossierContext
    entry : mapping
        As for `published`, and ``without``: ids of tables.
    answer : Answer
        A column ``place`` has the place of each row.
    basis : Basis
    year : int
        Of its values.
    """
    made = []
    for table in answer.tables:
        if not table.shown or table.id in entry.get("without", ()):
            continue
        views = [view for view in table.as_seen() if not view.by] or [View(table.title, table.labelled())]
        for k, view in enumerate(views):
            columns, rows, totals = table.select(view)
            first = columns[0]

            def code(row: Row, key: str, first: str = first.key) -> tuple[str, str, str, int]:
                return f"{answer.id}.{key}", str(row.get("place") or TOTAL), code_of(row[first]), year

            own = {
                "id": "-".join((entry["id"], table.id.replace("_", "-"), *([str(k + 1)] if k else []))),
                "title": (view.title or table.title or answer.title).record(),
            }
            names = {code_of(row[0]): cell_text(row[0], first) for row in (*rows, *totals)}
            made.append(published(context, {**entry, **own}, table, view, basis, code, names=names, notes=answer.notes))
    return made
