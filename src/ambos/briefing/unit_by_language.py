"""Charts and tables in the unit of a language: Spanish has the metric one where the data are in a customary one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from ambos.briefing import formats
from ambos.briefing.document import Cell, Chart, Datum, DossierColumn, DossierTable
from ambos.model import Unit
from ambos.text import Language, Text

#: Decimals of how many of one unit make another.
_DECIMALS = 4


def _converted(datum: Datum, unit: Unit, metric: Unit) -> Datum:
    """The datum in the metric unit; one in another unit stays."""
    if unit.metric is None or datum.unit != unit.id:
        return datum
    value = None if datum.value is None else round(float(datum.value) * float(unit.metric.factor), 6)
    return replace(datum, value=value, unit=metric.id)


def chart_in(chart: Chart, language: Language) -> Chart:
    """The chart in the unit of a language; itself where that is the unit of its data."""
    if language != "es":
        return chart
    unit, other = chart.unit, chart.other
    if unit.metric and other:
        levels = tuple(replace(lv, value=float(Decimal(str(lv.value)) * unit.metric.factor)) for lv in chart.levels)
        data = tuple(_converted(datum, unit, other) for datum in chart.data)
        chart = replace(chart, unit=other, other=None, levels=levels, data=data)
    if chart.along and chart.along.metric:
        factor = chart.along.metric.factor
        data = tuple(replace(datum, item=f"{Decimal(datum.item) * factor:.2f}") for datum in chart.data)
        chart = replace(chart, along=None, data=data)
    return chart


def table_in(table: DossierTable, language: Language) -> DossierTable:
    """The table with its columns in the unit of a language."""
    if language != "es":
        return table

    def column(one: DossierColumn) -> DossierColumn:
        return replace(one, unit=one.other, other=None, scale=1) if _is_metric(one) else one

    def row(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(
            _converted(cell, one.unit, one.other) if isinstance(cell, Datum) and one.unit and one.other else cell
            for cell, one in zip(cells, table.columns, strict=True)
        )

    return replace(table, columns=tuple(map(column, table.columns)), rows=tuple(map(row, table.rows)))


def _is_metric(column: DossierColumn) -> bool:
    """Return True if Spanish has a column in its metric unit."""
    return bool(column.unit and column.unit.metric and column.other)


def factor_note(figure: Chart | DossierTable, words: Mapping[str, Text], language: Language) -> str:
    """Say how many of the unit that is not shown make the one that is: "1 m = 3.2808 pies."; "" where none stands beside it.

    Customary data in English are shown as their source has them, metric ones in Spanish too.
    """
    notes: dict[str, None] = {}
    for one in [figure] if isinstance(figure, Chart) else figure.columns:
        if one.unit is None or one.other is None:
            continue
        metric, customary = one.unit.metric, one.unit.customary
        if language == "es" and metric:
            shown, beside, factor = one.other, one.unit, 1 / metric.factor
        elif language == "en" and customary:
            shown, beside, factor = one.unit, one.other, customary.factor
        else:
            continue
        said = {"unit": shown.symbol, "other": beside.symbol, "factor": formats.number(factor, language, _DECIMALS)}
        notes[words["brief.page.other_unit"].format(**said)[language]] = None
    return " ".join(notes)
