"""Levels and volumes in both units: customary first in English, metric first in Spanish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ambos.catalog import Catalog
from ambos.flows.river.limits import hm3_of
from ambos.model.answer import Cell, Column, Row, Table, View
from ambos.numbers import both
from ambos.river import af, hm3, metres
from ambos.text import LANGUAGES, Text

#: Ends of the keys of columns, each with the end of its metric twin.
_TWINS = {"af": "hm3", "kaf": "hm3", "ft": "m"}
#: Decimals with which people see the metric unit.
_DECIMALS = {"hm3": 1, "m": 2}


def level(feet: Decimal | float, decimals: int = 2) -> Text:
    """Write a level: "1,055.88 ft (321.83 m)", "321.83 m (1,055.88 pies)"."""
    exact = feet if isinstance(feet, Decimal) else Decimal(str(feet))
    customary, metric = both(exact, decimals), both(metres(exact), _DECIMALS["m"])
    return Text(f"{customary.en} ft ({metric.en} m)", f"{metric.es} m ({customary.es} pies)")


def kaf_text(kaf: Decimal, m3: Decimal) -> Text:
    """Write a volume of kaf: "1,250 kaf (1,541.9 hm³)", "1,541.9 hm³ (1,250 kaf)"."""
    customary, metric = both(kaf), both(hm3(kaf, m3), _DECIMALS["hm3"])
    return Text(f"{customary.en} kaf ({metric.en} hm³)", f"{metric.es} hm³ ({customary.es} kaf)")


def _metric(key: str) -> str | None:
    """Get the key of a column's metric twin; None if it has none."""
    stem, _, unit = key.rpartition("_")
    return f"{stem}_{_TWINS[unit]}" if unit in _TWINS else None


def _convert(cell: Cell, unit: str, m3: Decimal) -> Cell:
    """Convert a cell to the metric unit; leave what is not a number."""
    if isinstance(cell, tuple):
        return tuple(one if isinstance(one, str | Text) else _number(one, unit, m3) for one in cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return cell
    return _number(cell, unit, m3)


def _number(value: Decimal | float, unit: str, m3: Decimal) -> Decimal:
    exact = Decimal(str(value))
    return metres(exact) if unit == "ft" else hm3_of(af(exact) if unit == "kaf" else exact, m3)


def in_both_units(table: Table, m3: Decimal, catalog: Catalog) -> Table:
    """Give each column of customary units its metric twin, and each view that lacks metric units one in them.

    Parameters
    ----------
    table : Table
        A title that names the unit has ``{unit}`` in its place.
    m3 : Decimal
        Cubic metres per acre-foot (`River.m3`).
    catalog : Catalog
        Has the names of the units.
    """
    views = table.as_seen()
    shown = {key for view in views for key in view.keys}
    named = {column.key: column for column in table.columns}
    columns: list[Column] = []
    made: dict[int, str] = {}

    def twin_label(source: Column) -> Text | None:
        feet, of_metres = (catalog.message(f"river.head.{key}") for key in ("feet", "metres"))
        unit = _TWINS[source.key.rpartition("_")[2]]
        return of_metres if source.label == feet else _with(source.label, catalog.message(f"river.unit.{unit}"))

    for at, column in enumerate(table.columns):
        source = next((c for c in table.columns if _metric(c.key) == column.key and c.key in shown), None)
        if source and column.label is None:
            column = replace(column, label=twin_label(source), decimals=_DECIMALS["hm3"], signed=source.signed)
        twin, unit = _metric(column.key), column.key.rpartition("_")[2]
        if twin:
            columns.append(replace(column, label=_with(column.label, catalog.message(f"river.unit.{unit}"))))
        else:
            columns.append(column)
        if twin and twin not in named and column.key in shown and twin not in {c.key for c in columns}:
            decimals = _DECIMALS[_TWINS[unit]]
            columns.append(replace(column, key=twin, label=twin_label(column), decimals=decimals, kept=3))
            made[at] = unit

    def widened(row: Row) -> Row:
        cells: list[Cell] = []
        for at, cell in enumerate(row):
            cells.append(cell)
            if at in made:
                cells.append(_convert(cell, made[at], m3))
        return tuple(cells)

    return replace(
        table,
        title=_titled(table.title, table.columns, catalog),
        columns=tuple(columns),
        rows=tuple(map(widened, table.rows)),
        totals=tuple(map(widened, table.totals)),
        views=tuple(one for view in views for one in _pair(view, {c.key: c for c in columns}, catalog)),
    )


def _pair(view: View, columns: dict[str, Column], catalog: Catalog) -> Iterable[View]:
    """Split a view into one in customary and one in metric units; keep it whole where it has both, or neither."""
    twins = {key: twin for key in view.keys if (twin := _metric(key))}
    if all(twin in view.keys for twin in twins.values()):
        return (replace(view, title=_titled(view.title, (columns[key] for key in view.keys), catalog)),)
    unit = next(key.rpartition("_")[2] for key in reversed(tuple(twins)))
    metric = tuple(dict.fromkeys(twins.get(key, key) for key in view.keys))
    feet = catalog.message("river.head.feet")
    # where the title has the unit, headings need none: "Left", not "Left, hm³"
    by_title = view.title is not None and "{unit}" in view.title.en
    labels = {twin: view.labels[key] for key, twin in twins.items() if key in view.labels}
    if by_title:
        shown = {twin: columns[key].label for key, twin in twins.items() if columns[key].label != feet}
        labels = {twin: label for twin, label in shown.items() if label} | labels
    return (
        replace(
            view,
            title=_with_unit(view.title, catalog.message(f"river.unit.{unit}")),
            keys=tuple(key for key in view.keys if key not in twins.values()),
            units="customary",
        ),
        replace(
            view,
            title=_with_unit(view.title, catalog.message(f"river.unit.{_TWINS[unit]}")),
            keys=metric,
            labels={**view.labels, **labels},
            units="metric",
        ),
    )


def _with_unit(title: Text | None, unit: Text) -> Text | None:
    """A title with its unit in its place, or else behind it: two tables on a page need two names."""
    if title is None or "{unit}" in title.en:
        return _with(title, unit)
    return title + Text.same(" · ") + unit


def _with(title: Text | None, unit: Text) -> Text | None:
    return title and title.format(unit=unit)


def _titled(title: Text | None, columns: Iterable[Column], catalog: Catalog) -> Text | None:
    """Write a title with the unit that comes first in each language."""
    units = [c.key.rpartition("_")[2] for c in columns if _metric(c.key)]
    return _with(title, first_unit(units[-1], catalog)) if units else title


def first_unit(unit: str, catalog: Catalog) -> Text:
    """Get the name of the unit that comes first: customary in English, metric in Spanish."""
    customary, metric = (catalog.message(f"river.unit.{one}") for one in (unit, _TWINS[unit]))
    return Text(*(customary[k] if k == "en" else metric[k] for k in LANGUAGES))
