"""Inputs of every check, and the words that findings share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
from babel.lists import format_list

from ambos.catalog import Catalog
from ambos.later import np
from ambos.model import Finding
from ambos.model.codes import TOTAL
from ambos.numbers import LOCALE, both, day, period
from ambos.periods import label, plus_months
from ambos.quality.definitions import Check
from ambos.quality.panel import Cube, cube
from ambos.text import Text, lowered

if TYPE_CHECKING:
    from ambos.asked import Asked

#: The columns of a dataset of counts by port and measure, which has one row of a place, item and month.
_COUNTED = {"place": "port", "item": "measure", "period": "period", "value": "value"}


@dataclass
class Context:
    """Tables and definitions."""

    #: The latest view of each dataset by its id, ``vintages:<dataset>`` with the rows of all vintages, and
    #: ``quarantine``; any may be missing.
    tables: Mapping[str, Asked]
    catalog: Catalog
    frame: Callable[[Asked], pl.DataFrame]  #: Runs an Ibis expression.
    _cubes: dict[str, Cube] = field(default_factory=dict)
    _monthly: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        #: Places whose findings are listed one by one; those of all others are summed up.
        self.own = {*self.catalog.region_places(), *self.catalog.region.borders}

    def amount(self, value: float, unit: str | None, decimals: int | None = None, *, named: bool = True) -> Text:
        """Write an amount in its unit: "3,695.85 ft"; in Spanish in the metric one first: "1,126.50 m (3,695.85 pies)".

        Parameters
        ----------
        value : float
        unit : str or None
            Id of the unit.
        decimals : int, optional
            Those of the unit if left out.
        named : bool
            Whether the unit stands behind the number in English, and in Spanish where there is no other.
        """
        own = self.catalog.units[unit] if unit else None
        symbol = own.symbol if own else Text.same("–")
        shown = both(value, decimals if decimals is not None else own.decimals if own else 0)
        customary = Text(f"{shown.en} {symbol.en}", f"{shown.es} {symbol.es}") if named else shown
        if own is None or own.metric is None:
            return customary
        metric = self.catalog.units[own.metric.unit]
        in_metric = both(Decimal(str(value)) * own.metric.factor, metric.decimals)
        return Text(customary.en, f"{in_metric.es} {metric.symbol.es} ({shown.es} {symbol.es})")

    def cube(self, dataset: str) -> Cube:
        """A dataset of monthly counts by port and measure; read once, whatever number of checks ask for it."""
        if dataset not in self._cubes:
            table = self.tables[dataset]
            self._cubes[dataset] = (
                table.filter(table.value.notnull())
                .select(place=table.port, item=table.measure, period=table.period, value=table.value)
                .pipe(self.frame)
                .with_columns(pl.col("period").cast(pl.Date))
                .pipe(cube)
            )
        return self._cubes[dataset]

    def monthly(self, dataset: str, columns: Mapping[str, str]) -> pl.DataFrame:
        """Any monthly dataset summed up as ``place, item, period, value, rows, zeros``; sorted, read once.

        Parameters
        ----------
        dataset : str
        columns : mapping of str to str
            Its columns of ``place``, ``item``, ``period`` and ``value``.

        Returns
        -------
        polars.DataFrame
            ``rows`` counts the rows that have a value, ``zeros`` those whose value is 0; totals over places are
            left out.
        """
        own = (dataset, *(columns[c] for c in _COUNTED))
        if own not in self._monthly and own[1:] == tuple(_COUNTED.values()):
            counts = self.cube(dataset)
            named = np.array([p != TOTAL for p in counts.places], dtype=bool)
            held = np.isfinite(counts.values) & named[:, None, None]
            self._monthly[own] = counts.rows(held, counts.items, value=counts.values).with_columns(
                pl.col("value").cast(pl.Float64),
                rows=pl.lit(1, pl.Int64),
                zeros=(pl.col("value") == 0).cast(pl.Int64),
            )
        if own not in self._monthly:
            table = self.tables[dataset]
            place, item, period, value = (table[column] for column in own[1:])
            self._monthly[own] = (
                table.filter(value.notnull(), place != TOTAL)
                .group_by(place=place, item=item, period=period)
                .aggregate(value=value.cast("float64").sum(), rows=value.count(), zeros=(value == 0).sum())
                .pipe(self.frame)
                .with_columns(pl.col("period").cast(pl.Date))
                .sort("place", "item", "period")
            )
        return self._monthly[own]

    def held(self, dataset: str) -> tuple[date, date] | None:
        """The first and last day of which a dataset has a row; None if it is empty."""
        if cube := self._cubes.get(dataset):
            return (cube.first, plus_months(cube.first, cube.values.shape[2] - 1)) if cube.values.size else None
        table, period = self.tables[dataset], self.catalog.datasets[dataset].period
        times = table.aggregate(first=table[period].min(), last=table[period].max())
        first, last = self.frame(times).row(0)
        if not isinstance(first, date) or not isinstance(last, date):
            return None
        return date(first.year, first.month, first.day), date(last.year, last.month, last.day)

    def parents(self) -> dict[str, str]:
        """The measures that are part of, or carried by, another measure, with that other."""
        codes = self.catalog.codelists["measures"].codes.values()
        return {code.id: code.attributes["parent"] for code in codes if code.attributes.get("parent")}

    def place(self, place: str) -> Text:
        """The name of a place as it stands in a sentence."""
        known = self.catalog.places.get(place)
        return known.name if known else Text.same(place)

    def word(self, codelist: str, code: str) -> Text:
        """The name of a code as it stands within a sentence."""
        return lowered(self.catalog.name(codelist, code))


# -- words ----------------------------------------------------------------------------------------------------
def listed(parts: Sequence[Text]) -> Text:
    """ "a, b and c", "a, b y c"."""
    return Text(
        format_list([p.en for p in parts], locale=LOCALE["en"]),
        format_list([p.es for p in parts], locale=LOCALE["es"]),
    )


def month(value: date) -> Text:
    """ "December 2023", "diciembre de 2023"."""
    label = f"{value:%Y-%m}"
    return Text(period(label, "en"), period(label, "es"))


def dated(value: date) -> Text:
    """A full date in both languages."""
    return Text(day(value, "en"), day(value, "es"))


def when(value: date, frequency: str) -> Text:
    """A period in both languages: "2023", "second quarter of 2023", "December 2023", or a full date."""
    name = label(value, "D" if frequency == "H" else frequency)
    return Text(period(name, "en"), period(name, "es"))


def span(start: date, end: date) -> Text:
    """Months as they stand in a sentence: "in May 2017" or "from May 2017 to June 2018"."""
    if (start.year, start.month) == (end.year, end.month):
        return Text("in {a}", "en {a}").format(a=month(start))
    return Text("from {a} to {b}", "de {a} a {b}").format(a=month(start), b=month(end))


def percent(share: float, decimals: int = 0) -> Text:
    """A share as a percentage."""
    return both(share * 100, decimals) + Text.same("%")


def several(count: int, one: Text, many: Text) -> Text:
    """A count with its noun."""
    return Text("{n} {noun}", "{n} {noun}").format(n=both(count), noun=one if count == 1 else many)


def months(count: int) -> Text:
    """ "1 month", "12 meses"."""
    return several(count, Text("month", "mes"), Text("months", "meses"))


# -- findings -------------------------------------------------------------------------------------------------
def finding(
    check: Check,
    template: str,
    *,
    dataset: str,
    start: date,
    end: date,
    size: float | Decimal,
    place: str = TOTAL,
    item: str = TOTAL,
    severity: str | None = None,
    **values: Any,
) -> Finding:
    """Make a finding with its text filled; its id is made of check, dataset, place, item and first period."""
    return Finding(
        id=f"{check.id}.{dataset}.{place}.{item}.{start:%Y-%m-%d}",
        check=check.id,
        dataset=dataset,
        place=place,
        item=item,
        start=start,
        end=end,
        size=float(size),
        text=check.texts[template].format(**values),
        severity=severity or check.severity,
    )


def next_month(value: date, count: int = 1) -> date:
    """The first day of the month `count` months later."""
    index = value.year * 12 + value.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)
