"""Measure the coverage of each place and item: periods with rows, parts of a sum without, the rows of a span.

A period counts as held for the place and item asked for, not for the dataset. A sum whose parts are not all there is
not given as the whole, unless the parts without a row are as small as the dataset's `absent_percent` allows; those
are named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from ambos.indicators.periods import EPOCH, SUNDAY, Years, banking_gaps, month_end, sundays, whole_months
from ambos.model import Dataset
from ambos.periods import MONTHS_IN, plus_months, span

#: The first or the last day of a series.
Side = Literal["first", "last"]
#: The places and items of a frame before they are renamed.
PAIR = ["_place", "_item"]
#: Number of latest values that give the size of a part without a row: a year of months.
_RECENT = 12
#: Schema of the periods held of each place and item, at the dataset's frequency.
DAYS = {"_place": pl.String, "_item": pl.String, "_day": pl.Date}
_HELD = {**DAYS, "without": pl.List(pl.String)}


def parts_of(part: Any, dataset: Dataset, value: str) -> Any:
    """The query behind `complete`: every row with the name of its part, which is its keys but for the period."""
    keys = [part[k].cast("string") for k in dataset.keys if k != dataset.period]
    name = keys[0]
    for key in keys[1:]:
        name = name.concat("/", key)
    return part.select("_place", "_item", _part=name, _day=part[dataset.period].cast("date"), value=part[value])


def days_of(part: Any, dataset: Dataset, value: str) -> Any:  # called as `parts_of` is
    """The query for the days of each place and item on which anything is held; local days of hours. A week without a
    number was not reported."""
    if dataset.weekly:
        part = part.filter(part[value].notnull())
    day = part.local_day if dataset.frequency == "H" else part[dataset.period]
    return part.select("_place", "_item", _day=day.cast("date")).distinct()


def last_units(days: pl.DataFrame, dataset: Dataset, grain: str, years: Years) -> pl.DataFrame:
    """Keep the last day (month, quarter) of each period: all that a figure of the state at its end rests on."""

    day = pl.col("_day").cast(pl.Date)
    step = f"{MONTHS_IN[dataset.frequency]}mo" if dataset.frequency in MONTHS_IN else "1d"
    return days.filter(_key(day.dt.offset_by(step), grain, years) != _key(day, grain, years))


def _key(day: pl.Expr, grain: str, years: Years) -> pl.Expr:
    """The same as `key_of`, of a column of days, but for hours."""
    year, month = day.dt.year().cast(pl.Int64), day.dt.month().cast(pl.Int64)
    if grain == "A":
        return year + (month >= years.first_month).cast(pl.Int64) if years.first_month > 1 else year
    if grain in ("Q", "M"):
        return (year * 12 + month - 1) // MONTHS_IN[grain]
    return day.to_physical().cast(pl.Int64)


def complete(parts: pl.DataFrame, dataset: Dataset, held: Collection[date]) -> pl.DataFrame:
    """The periods in which a sum is complete.

    Parameters
    ----------
    parts : polars.DataFrame
        From `parts_of`: `_place`, `_item`, `_part`, `_day` (first day of the period), `value`; all periods held.
    dataset : Dataset
        Its `absent_percent` limits the size of the parts without a row together.
    held : collection of date
        The first days of all periods of the dataset.

    Returns
    -------
    polars.DataFrame
        `_place`, `_item`, `_day` of the complete periods and `without`, the parts left out that counted anything in
        their latest values.
    """
    part = [*PAIR, "_part"]
    size = pl.col("value").cast(pl.Float64).abs()
    own = (
        parts.group_by(*part, "_day")
        .agg(size.sum())
        .sort("_day")
        .with_columns(_there=True, _usual=pl.col("value").rolling_mean(_RECENT, min_samples=1).over(part))
    )
    every = pl.DataFrame({"_day": sorted(held)}, schema={"_day": pl.Date})
    grid = (
        own.group_by(part)
        .agg(_first=pl.col("_day").min())
        .join(every, how="cross")
        .filter(pl.col("_day") >= pl.col("_first"))
        .join(own, on=[*part, "_day"], how="left")
        .sort(*part, "_day")
        .with_columns(pl.col("_usual").forward_fill().over(part), pl.col("_there").fill_null(value=False))
    )
    there, absent = pl.col("_there"), ~pl.col("_there") & (pl.col("_usual") > 0)
    sums = grid.group_by(*PAIR, "_day").agg(
        _any=there.any(),
        _sum=pl.col("value").filter(there).sum(),
        _lost=pl.col("_usual").filter(absent).sum(),
        without=pl.col("_part").filter(absent).sort(),
    )
    small = 100 * pl.col("_lost") <= dataset.absent_percent * (pl.col("_sum") + pl.col("_lost"))
    return sums.filter(pl.col("_any") & small).select(list(_HELD))


def listed(pairs: pl.DataFrame, held: Collection[date]) -> pl.DataFrame:
    """Mark each period held as complete for every place and item, for a dataset that lists every flow."""
    every = pl.DataFrame({"_day": sorted(held)}, schema={"_day": pl.Date})
    return (
        pairs.select(PAIR)
        .unique()
        .join(every, how="cross")
        .with_columns(without=pl.lit([], dtype=pl.List(pl.String)))
        .select(list(_HELD))
    )


def cover(
    days: pl.DataFrame,
    dataset: Dataset,
    grain: str,
    years: Years,
    bounds: tuple[date | None, date | None],
    at_end: bool = False,
) -> pl.DataFrame:
    """Count the units held of those wanted in each period, by place and item.

    Parameters
    ----------
    days : polars.DataFrame
        `_place`, `_item`, `_day` of all that is held, perhaps `without`.
    dataset : Dataset
    grain : {"M", "Q", "A", "all"}
    years : Years
    bounds : (date or None, date or None)
        The requested range. The figure of the whole range covers the part in which the place and item have rows.
    at_end : bool
        Whether a period is its last day, month or quarter: nothing else of it is wanted then.

    Returns
    -------
    polars.DataFrame
        `_place`, `_item`, `_key`, `held`, `wanted`, `whole`, `without`; for ``all`` also `period` and `start`.
    """
    periods: list[tuple[Any, ...]] = []
    kind = "B" if dataset.banking_days else "W" if dataset.weekly else dataset.frequency
    ordered = days.cast({"_day": pl.Date}).sort("_day")
    if at_end and grain != "all":
        ordered = last_units(ordered, dataset, grain, years)
    if "without" not in ordered.columns:
        ordered = ordered.with_columns(without=None)
    days_held: dict[tuple[str, str], list[tuple[date, list[str] | None]]] = {}
    for place, item, day, names in ordered.select(list(_HELD)).iter_rows():
        days_held.setdefault((place, item), []).append((day, names))
    for (place, item), own in days_held.items():
        held = [day for day, _ in own]
        if grain == "all":
            periods.append((place, item, 0, *_range(held, dataset, bounds), True, ""))
            continue
        left = _left_out(own, grain, years)
        if at_end:
            ended = {key_of(day, grain, years) for day in held}
            periods += [(place, item, key, None, None, 1, 1, True, left.get(key, "")) for key in ended]
            continue
        whole = whole_months(held, kind) if dataset.frequency in ("D", "H") else set(held)
        counted = whole if grain in ("Q", "A") else held
        units: dict[int, int] = {}
        for day in counted:
            key = key_of(day, grain, years)
            units[key] = units.get(key, 0) + 1
        months = {key_of(m, "M", years) for m in whole}
        for key, count in units.items():
            due = wanted(key, dataset, grain)
            is_whole = count == due if grain in ("Q", "A") else key in months
            periods.append((place, item, key, None, None, count, due, is_whole, left.get(key, "")))
    schema: dict[str, Any] = {"_place": pl.String, "_item": pl.String, "_key": pl.Int64, "period": pl.String}
    schema |= {"start": pl.Date, "held": pl.Int64, "wanted": pl.Int64, "whole": pl.Boolean, "without": pl.String}
    made = pl.DataFrame(periods, schema=schema, orient="row")
    return made if grain == "all" else made.drop("period", "start")


def _range(
    held: Sequence[date], dataset: Dataset, bounds: tuple[date | None, date | None]
) -> tuple[str, date, int, int | None]:
    """Get the label and first day of the range, the units held in it and those wanted."""
    newest = held[-1]
    each = MONTHS_IN.get(dataset.frequency)
    if each:
        newest = month_end(plus_months(newest, each - 1))
    first, last = max(bounds[0] or held[0], held[0]), min(bounds[1] or newest, newest)
    count = sum(first <= d <= last for d in held)
    due: int | None = (last - first).days + 1
    if each:
        due = ((last.year - first.year) * 12 + last.month - first.month + 1) // each
    elif dataset.banking_days:
        due = None
    elif dataset.weekly:
        due = (last - first).days // 7 + 1
    return span(first, last), first, count, due


def _left_out(own: Sequence[tuple[date, list[str] | None]], grain: str, years: Years) -> dict[int, str]:
    """Count, by part that sums leave out, the periods without it."""
    counts: dict[int, dict[str, int]] = {}
    for day, names in own:
        for name in names or ():
            of = counts.setdefault(key_of(day, grain, years), {})
            of[name] = of.get(name, 0) + 1
    return {key: " ".join(f"{n}:{c}" for n, c in sorted(of.items())) for key, of in counts.items()}


def wanted(key: int, dataset: Dataset, grain: str) -> int | None:
    """Count the units of a whole period: months or quarters of a year, months of a quarter, days or weeks of a month; None for banking days, whose calendar is
    not held."""
    if grain in ("Q", "A"):
        return MONTHS_IN[grain] // MONTHS_IN.get(dataset.frequency, 1)
    if grain == "M" and dataset.frequency in ("D", "H"):
        month = date(key // 12, key % 12 + 1, 1)
        return None if dataset.banking_days else sundays(month) if dataset.weekly else month_end(month).day
    return 1


def spans(
    pairs: pl.DataFrame,
    dataset: Dataset,
    grain: str,
    years: Years,
    bounds: tuple[date | None, date | None],
    end: Callable[[Side], date],
    held: Sequence[date],
) -> pl.DataFrame:
    """Every period of the span of each place and item, so that none without a row vanishes.

    The span begins with the first period asked for, else with the first row of the place and item. It ends with the
    last period asked for that the series has. With no end asked for, it ends with the newest period of the series where
    one file lists every place and item; where each has files of its own (several sources, or hours) with its last row.

    Parameters
    ----------
    pairs : polars.DataFrame
        `_place`, `_item`, `_key` of the rows found.
    dataset : Dataset
    grain : {"H", "D", "M", "Q", "A"}
    years : Years
    bounds : (date or None, date or None)
    end : callable
        Gives the first or last day of the series, all its places and items together; asked only where it counts, as it
        takes a question of its own.
    held : sequence of date
        All that the dataset holds, in order.

    Returns
    -------
    polars.DataFrame
        `_place`, `_item`, `_key`.
    """
    own = pairs.group_by(PAIR, maintain_order=True).agg(_low=pl.col("_key").min(), _high=pl.col("_key").max())
    if own.is_empty():
        return pairs.select(*PAIR, "_key")
    if bounds[0]:
        low = key_of(max(bounds[0], end("first")), grain, years)
        own = own.with_columns(_low=pl.min_horizontal("_low", pl.lit(low)))
    by_itself = len(dataset.sources) > 1 or dataset.frequency == "H"
    if grain != "H" and (bounds[1] or not by_itself):
        newest = end("last")
        high = key_of(min(bounds[1] or newest, newest), grain, years)
        own = own.with_columns(_high=pl.max_horizontal("_high", pl.lit(high)))
    if grain == "D" and dataset.banking_days:
        every = {(d - EPOCH).days for d in (*held, *banking_gaps(held))}
    else:
        least, most = own["_low"].to_list(), own["_high"].to_list()
        every = set(range(min(least), max(most) + 1))
        if grain == "D" and dataset.weekly:
            every = {key for key in every if (EPOCH + timedelta(days=key)).isoweekday() == SUNDAY}
    keys = pl.DataFrame({"_key": sorted(every)}, schema={"_key": pl.Int64})
    return own.join(keys, how="cross").filter(pl.col("_key").is_between("_low", "_high")).select(*PAIR, "_key")


def key_of(day: date, grain: str, years: Years) -> int:
    """The number of the period in which a day lies, as `rows.period_key` gives it; of hours the first one's."""
    if grain == "A":
        return years.number(day)
    if grain == "Q":
        return day.year * 4 + (day.month - 1) // 3
    if grain == "M":
        return day.year * 12 + day.month - 1
    days = (day - EPOCH).days
    return days * 24 if grain == "H" else days
