"""Rows of one file with a figure that cannot be (``ranges.toml``; of concentrations ``air/plausible.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from ambos.catalog import Catalog
from ambos.flows.data.repeated import rejected
from ambos.model import Dataset, Range
from ambos.numbers import amount, both
from ambos.sources.shared.base import REJECT_SCHEMA
from ambos.text import Text

#: Columns of concentrations by dataset.
CONCENTRATIONS: Mapping[str, tuple[str, ...]] = {"air_readings": ("value",), "air_daily": ("mean", "maximum")}


def set_aside_implausible(frame: pl.DataFrame, dataset: Dataset, catalog: Catalog) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set aside the rows with a figure outside its plausible range.

    A missing value is within every range.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows of `dataset`.
    dataset : Dataset
    catalog : Catalog

    Returns
    -------
    good, implausible : polars.DataFrame
        The rows to take, and those set aside (`ambos.sources.shared.base.REJECT_SCHEMA`), each with the first range it leaves.
    """
    aside = []
    for limits in (*_of_instruments(dataset.id), *catalog.ranges.values()):
        for column in limits.columns if dataset.id in limits.datasets else ():
            if column not in frame.columns or not (outside := _outside(frame, dataset, limits, column)).any():
                continue
            rows = frame.filter(outside)
            words = [_words(row, dataset, limits, column, catalog) for row in rows.iter_rows(named=True)]
            aside.append(rejected(rows, "implausible", words))
            frame = frame.filter(~outside)
    return frame, pl.concat(aside) if aside else pl.DataFrame(schema=REJECT_SCHEMA)


def set_aside_future(frame: pl.DataFrame, dataset: Dataset, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set aside the rows of a period that had not begun on the day they were known.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows of `dataset`; ``as_of`` where the row carries the day on which it was known.
    dataset : Dataset
    as_of : date
        The day on which the others were known. The next day is allowed, for clocks of other zones.

    Returns
    -------
    good, future : polars.DataFrame
        As of `set_aside_implausible`.
    """
    none = pl.DataFrame(schema=REJECT_SCHEMA)
    if dataset.projected or dataset.period not in frame.columns:
        return frame, none
    known = pl.col("as_of") if "as_of" in frame.columns else pl.lit(as_of)
    late = frame.select((pl.col(dataset.period).cast(pl.Date) > known + timedelta(days=1)).fill_null(False)).to_series()
    if not late.any():
        return frame, none
    rows = frame.filter(late)
    words = [
        Text(
            "{period} had not begun when the figure was known ({as_of}).",
            "{period} no había comenzado cuando se conoció la cifra ({as_of}).",
        ).format(period=row[dataset.period], as_of=row.get("as_of", as_of))
        for row in rows.iter_rows(named=True)
    ]
    return frame.filter(~late), rejected(rows, "implausible", words)


@cache
def _of_instruments(dataset: str) -> tuple[Range, ...]:
    """Give the ranges of concentrations by pollutant, which `ambos air` goes by too; read once per process."""
    columns = CONCENTRATIONS.get(dataset)
    if columns is None:
        return ()
    from ambos.catalog.air import load_air

    return tuple(
        Range(p, (dataset,), columns, float(of.least), of.source, float(of.most), where={"pollutant": (p,)})
        for p, of in load_air().plausible.items()
    )


def _outside(frame: pl.DataFrame, dataset: Dataset, limits: Range, column: str) -> pl.Series:
    """Mark the rows with a value of the column outside the range; NaN is above every number (Polars)."""
    values = frame[column].cast(pl.Float64)
    outside = (values < limits.low) | (values > limits.high)
    if limits.most_column and limits.most_column in frame.columns:
        outside |= values > frame[limits.most_column].cast(pl.Float64)
    outside = outside.fill_null(False)
    if not outside.any():  # as nearly always, and known sooner than the rows the range is for
        return outside
    for key, codes in limits.where.items():
        outside &= frame[key].cast(pl.String).is_in(codes)
    if limits.since is not None:
        outside &= frame[dataset.period] >= limits.since
    return outside


#: Numbers from this on are written as they came, in their own unit.
_WRITTEN_OUT = 1e15


def _words(row: Mapping[str, Any], dataset: Dataset, limits: Range, column: str, catalog: Catalog) -> Text:
    """Write the reason: the value, its range, and the basis of the range."""
    about = dataset.column(column)
    unit = catalog.units.get(limits.unit or about.unit or "")
    symbol = unit.symbol if unit else Text.same(row.get("unit") or "–")

    def told(value: float | Decimal) -> Text:
        said = Text("{value} {unit}", "{value} {unit}").format(value=amount(value), unit=symbol)
        if unit is None or unit.metric is None or abs(float(value)) >= _WRITTEN_OUT:
            return said
        metric = catalog.units[unit.metric.unit]
        shown = both(Decimal(str(value)) * unit.metric.factor, metric.decimals)
        return Text(said.en, f"{shown.es} {metric.symbol.es} ({said.es})")

    other = row.get(limits.most_column)
    high = limits.high if other is None else min(limits.high, other)
    return Text(
        "{what}: {value}. It can be {low} to {high}: {why}.",
        "{what}: {value}. Puede ser de {low} a {high}: {why}.",
    ).format(
        what=about.description,
        value=told(row[column]),
        low=Text(amount(limits.low).en, told(limits.low).es if unit and unit.metric else amount(limits.low).es),
        high=told(high),
        why=limits.why,
    )
