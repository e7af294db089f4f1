"""New figures against their own series: one that leaves its past, and a settled one changed out of proportion."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.model import Dataset, Finding
from ambos.model.codes import TOTAL
from ambos.numbers import both
from ambos.quality.context import Context, finding, when
from ambos.quality.definitions import Check
from ambos.quality.episodes import MAD
from ambos.text import joined

if TYPE_CHECKING:
    from ambos.asked import Asked

#: A series of the settings: ``dataset``, ``value``, the column of its ``place`` (may be empty) and those of its ``items``;
#: optional ``by``, whose thresholds it has (its own name's if not said), and ``beyond``: true if the factor counts from the
#: highest and the lowest of the past, as of rivers, false if from its middle.
Watched = Mapping[str, Any]


def newest(context: Context, check: Check) -> Iterator[Finding]:
    """The newest figures of each series that leave its past."""
    for name, series in check.settings["series"].items():
        if series["dataset"] not in context.tables:
            continue
        dataset = context.catalog.datasets[series["dataset"]]
        table, value = watched(context, series, context.tables[dataset.id]), series["value"]
        own = [*filter(None, [series["place"]]), *series["items"], dataset.period]
        sums = table.group_by(own).aggregate(**{value: table[value].cast("float64").sum()})
        values = summed(series, dataset, context.frame(sums))
        last = values["period"].unique().sort().tail(int(check["newest_periods"]))
        new = pl.col("period").is_in(last.implode())
        yield from jumps(context, check, name, values.filter(~new), values.filter(new))


def arrivals(context: Context, check: Check, name: str, held: pl.DataFrame, new: pl.DataFrame) -> Iterator[Finding]:
    """Find new rows out of proportion with the rows held: jumps, and revisions of settled figures.

    Parameters
    ----------
    context : Context
    check : Check
    name : str
        The series in the settings of the check.
    held, new : polars.DataFrame
        Rows of its dataset that it watches (`watched`), each key once.
    """
    series = check.settings["series"][name]
    dataset = context.catalog.datasets[series["dataset"]]
    keys = list(dataset.keys)
    yield from jumps(context, check, name, summed(series, dataset, held), summed(series, dataset, new))
    settled = held.filter(pl.col("status") == "A").select(*keys, before=pl.col(series["value"]))
    both_known = new.join(settled, on=keys)
    yield from revisions(
        context,
        check,
        name,
        summed(series, dataset, both_known).join(
            summed({**series, "value": "before"}, dataset, both_known).rename({"value": "before"}),
            on=["place", "item", "period"],
        ),
    )


def watched(context: Context, series: Watched, table: Asked) -> Any:
    """The rows of a table that a series watches: of the region's own places, with a value."""
    dataset = context.catalog.datasets[series["dataset"]]
    rows = table.filter(table[series["value"]].notnull())
    if series["place"]:
        rows = rows.filter(rows[series["place"]].isin(sorted(context.own)))
    return rows.select(*dataset.keys, series["value"], "status")


def summed(series: Watched, dataset: Dataset, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows summed up as ``place, item, period, value``, sorted."""
    place = pl.col(series["place"]).cast(pl.String) if series["place"] else pl.lit(TOTAL)
    return (
        rows.group_by(
            place=place,
            item=pl.concat_str([pl.col(c).cast(pl.String) for c in series["items"]], separator="/"),
            period=pl.col(dataset.period).cast(pl.Date),
        )
        .agg(pl.col(series["value"]).cast(pl.Float64).sum().alias("value"))
        .sort("place", "item", "period")
    )


def jumps(context: Context, check: Check, name: str, held: pl.DataFrame, new: pl.DataFrame) -> Iterator[Finding]:
    """New figures outside everything that their series was in the periods held before them, and far from its middle.

    Of a series with ``beyond`` they are also the factor beyond the highest or the lowest; a middle of 0 does not matter.

    Parameters
    ----------
    context : Context
    check : Check
        Gives `history` (or ``<by>_history``), `least_periods`, `deviations`, ``<by>_factor`` and ``<by>_least``.
    name : str
        The series in the settings.
    held, new : polars.DataFrame
        ``place, item, period, value``; `held` sorted by period. A new figure of a period that is held is no new one.
    """
    series = check.settings["series"][name]
    by, beyond = series.get("by", name), series.get("beyond", False)
    factor = check[f"{by}_factor"]
    history = check[own if (own := f"{by}_history") in check.thresholds else "history"]
    past = (
        held.group_by("place", "item")
        .tail(int(history))
        .with_columns(middle=pl.col("value").median().over("place", "item"))
        .with_columns(
            off=pl.when((pl.col("value") > 0) & (pl.col("middle") > 0)).then(
                (pl.col("value") / pl.col("middle")).log().abs()
            )
        )
        .group_by("place", "item")
        .agg(
            pl.col("middle").first(),
            scatter=MAD * pl.col("off").median(),
            low=pl.col("value").min(),
            high=pl.col("value").max(),
            periods=pl.len(),
            until=pl.col("period").max(),
        )
        .filter((pl.col("periods") >= check["least_periods"]) & (beyond | (pl.col("middle") > 0)))
    )
    limit = pl.max_horizontal(pl.lit(math.log(factor)), check["deviations"] * pl.col("scatter"))
    far = (pl.col("middle") <= 0) | ((pl.col("value") / pl.col("middle")).log().abs() > limit)
    low, high = pl.col("low"), pl.col("high")
    if beyond:
        low, high = pl.min_horizontal(low / factor, low * factor), pl.max_horizontal(high / factor, high * factor)
    out = (
        new.join(past, on=["place", "item"])
        .filter(
            (pl.col("period") > pl.col("until"))
            & (pl.max_horizontal("value", "middle") >= check[f"{by}_least"])
            & ((pl.col("value") > high) | (pl.col("value") < low))
            & ((pl.col("value") <= 0) | far)
        )
        .sort("place", "item", "period")
    )
    for row in out.iter_rows(named=True):
        yield _finding(
            context,
            check,
            "jump",
            name,
            row,
            size=abs(row["value"] - row["middle"]),
            periods=row["periods"],
            **{key: row[key] for key in ("middle", "low", "high")},
        )


def revisions(context: Context, check: Check, name: str, changed: pl.DataFrame) -> Iterator[Finding]:
    """Settled figures that a new vintage changes by a large factor.

    Parameters
    ----------
    context, check, name
        As for `jumps`.
    changed : polars.DataFrame
        ``place, item, period, before, value``: the settled figures given anew, before and after.
    """
    smaller, larger = pl.min_horizontal("before", "value"), pl.max_horizontal("before", "value")
    by = check.settings["series"][name].get("by", name)
    out = changed.filter(
        (larger >= check[f"{by}_least"]) & (larger >= check[f"{by}_factor"] * smaller) & (larger > smaller)
    ).sort("place", "item", "period")
    for row in out.iter_rows(named=True):
        size = abs(row["value"] - row["before"])
        yield _finding(context, check, "revision", name, row, size=size, before=row["before"])


def _finding(
    context: Context,
    check: Check,
    template: str,
    name: str,
    row: Mapping[str, Any],
    *,
    size: float,
    periods: int | None = None,
    **others: float,
) -> Finding:
    series = check.settings["series"][name]
    dataset = context.catalog.datasets[series["dataset"]]
    codes = zip(series["items"], row["item"].split("/"), strict=True)
    words = [context.word(dataset.column(c).codes or "", code) for c, code in codes]
    if row["place"] != TOTAL:
        words = [context.place(row["place"]), *words]
    column = dataset.column(series["value"])
    measures = context.catalog.codelists["measures"].codes
    unit = measures[row["item"]].attributes.get("unit") if row["item"] in measures else column.unit
    decimals = context.catalog.units[column.unit].decimals if column.unit else 0
    said: dict[str, Any] = {key: context.amount(value, unit, decimals, named=False) for key, value in others.items()}
    start: date = row["period"]
    return finding(
        check,
        template,
        dataset=dataset.id,
        place=row["place"],
        item=row["item"],
        start=start,
        end=start,
        size=size,
        what=joined(words),
        when=when(start, dataset.frequency),
        value=context.amount(row["value"], unit, decimals),
        periods=both(periods),
        **said,
    )
