"""The figures of a series or an indicator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import polars as pl

from ambos.catalog import Catalog
from ambos.errors import BadRequest
from ambos.indicators import rows
from ambos.indicators.derive import STATUSES, ratio
from ambos.indicators.periods import (
    EPOCH,
    Basis,
    Collect,
    Grain,
    Years,
    finer,
    held_days,
    month_end,
    plus_months,
    run,
    whole_months,
    widen,
)
from ambos.model import Indicator, Place, Series
from ambos.text import Text

#: The columns of a frame of figures. `value` is Int64 for sums of whole numbers, Decimal for means of exact
#: numbers (exchange rates), Float64 otherwise. `n` counts the inputs; `held` of `wanted` months (of a year) or days
#: (of a month or a whole range) are held. `start` is the first day of the period, for drawing and joining.
FIGURES = (
    "series",
    "place",
    "item",
    "period",
    "start",
    "value",
    "unit",
    "status",
    "as_of",
    "n",
    "held",
    "wanted",
)

#: A wait above this many minutes is a long one (aggregate `share_over_60`).
_LONG_WAIT = 60
#: Decimals kept of a mean of exact numbers.
_MEAN_PLACES = Decimal("0.000001")
#: Decimals kept of a binary fraction.
_FLOAT_PLACES = 9


def figures(
    tables: Callable[[str], Any],
    what: Series | Indicator,
    catalog: Catalog,
    *,
    places: Sequence[Place] | None = None,
    items: Sequence[str] | None = None,
    start: date | None = None,
    end: date | None = None,
    frequency: Grain | None = None,
    year_basis: Basis = "calendar",
    collect: Collect = run,
    held: Callable[[str], Collection[date]] | None = None,
) -> pl.DataFrame:
    """The figures of a series or an indicator.

    Parameters
    ----------
    tables : callable
        Gives the Ibis table of a dataset by its id.
    what : Series or Indicator
    catalog, places, items, start, end, frequency, year_basis, collect
        As for `observe`. An indicator's items are those of its numerator; its denominator is asked for the same
        items as far as it has those parts, else for its total.
    held : callable, optional
        Gives the days (first days of months or years) that a dataset holds anything for, if the caller knows a
        cheaper way than asking the table.

    Returns
    -------
    polars.DataFrame
        With the columns `FIGURES`.

    Raises
    ------
    BadRequest, NoData
        As for `observe`.
    """

    def answer(
        series: Series, own: Sequence[Place] | None, wanted: Sequence[str] | None, grain: Grain | None
    ) -> pl.DataFrame:
        return observe(
            tables(series.dataset),
            series,
            catalog,
            places=own,
            items=wanted,
            start=start,
            end=end,
            frequency=grain,
            year_basis=year_basis,
            periods_held=held(series.dataset) if held else None,
            collect=collect,
        )

    if isinstance(what, Series):
        return _without_noise(answer(what, places, items, frequency))
    above, below = catalog.series[what.numerator], catalog.series[what.denominator]
    if not (isinstance(above, Series) and isinstance(below, Series)):
        raise BadRequest(
            detail=Text(
                f"{what.id} must be made of two series, not of indicators.",
                f"{what.id} debe componerse de dos series, no de indicadores.",
            )
        )
    grain: Grain = frequency or (below.frequency if finer(above.frequency, below.frequency) else above.frequency)
    parts = len(below.items) if below.items == above.items[: len(below.items)] else 0

    def side(series: Series, fixed: str, wanted: Sequence[str] | None) -> pl.DataFrame:
        own = [catalog.places[fixed]] if fixed else places if series.place else None
        return answer(series, own, wanted, grain)

    below_items = ["/".join(i.split("/")[:parts]) for i in items] if parts and items is not None else None
    if parts == 0 and below.items:
        below_items = ["_T"]
    return _without_noise(
        ratio(
            side(above, what.numerator_place, items),
            side(below, what.denominator_place, below_items),
            what,
            same_place=not what.denominator_place and bool(below.place),
            item_parts=parts,
        )
    )


def _without_noise(frame: pl.DataFrame) -> pl.DataFrame:
    """Binary fractions rounded to so many decimals that only the noise of their arithmetic goes."""
    if frame.schema["value"] != pl.Float64:
        return frame
    rounded = [None if v is None else round(v, _FLOAT_PLACES) for v in frame["value"].to_list()]
    return frame.with_columns(pl.Series("value", rounded, dtype=pl.Float64))


def observe(
    table: Any,
    series: Series,
    catalog: Catalog,
    *,
    places: Sequence[Place] | None = None,
    items: Sequence[str] | None = None,
    start: date | None = None,
    end: date | None = None,
    frequency: Grain | None = None,
    year_basis: Basis = "calendar",
    periods_held: Collection[date] | None = None,
    collect: Collect = run,
) -> pl.DataFrame:
    """The figures of a series.

    A place of a larger kind than the series' own is answered from its members: sums are added, rates are worked
    out anew from all underlying rows. An annual figure of a year that the dataset does not hold wholly, and a
    monthly one of such a month, has no value and the status M: nobody shall quote nine months as a year. A port
    without a row in a month that is held reported no traffic; it gets no row and leaves the year whole.

    Parameters
    ----------
    table : ibis.Table
        The dataset of the series, one vintage of it, with `status` and `as_of`.
    series : Series
    catalog : Catalog
    places : sequence of Place, optional
        All places that are held if left out.
    items : sequence of str, optional
        Parts joined by "/", each a code, ``*`` (each) or ``_T`` (all together); parts left out at the end are
        ``*``. By default the total, but each item for a rate.
    start, end : date, optional
        First and last day. They are stretched to whole periods.
    frequency : {"H", "D", "M", "A", "all"}, optional
        That of the series if left out; ``all`` makes one figure of the whole range (rates only).
    year_basis : {"calendar", "fiscal"}
        The fiscal year is the region's; its label is ``FY2023``.
    periods_held : collection of date, optional
        What `held_days` gives, if the caller has it already.
    collect : callable, optional
        Runs an Ibis expression; the expression's own engine by default.

    Returns
    -------
    polars.DataFrame
        With the columns `FIGURES`, by place (in the order asked for), item and period. The status is the worst
        of the inputs (S, M, B, E, P, A), `as_of` the latest. A figure from fewer inputs than the series'
        `minimum` has no value and the status S.

    Raises
    ------
    BadRequest
        If the series has no such frequency, year basis, place or item.
    NoData
        If the series is held for other places only.
    """
    dataset = catalog.datasets[series.dataset]
    grain: Grain = frequency or series.frequency
    _check(series, dataset.frequency, grain, year_basis)
    years = Years(catalog.region.fiscal_year_start if year_basis == "fiscal" else 1)
    first, last = widen(start, end, grain, years)
    groups = rows.groups(series, catalog, places)
    held = sorted(periods_held if periods_held is not None else held_days(table, dataset, collect))
    if dataset.frequency == "H":
        asked = [m for g in groups for m in g.members]
        members = asked or [p.id for p in catalog.places.values() if p.kind == series.place_kind]
        zones = rows.zones_of(members, catalog)
        span = (held[0], held[-1]) if held else (EPOCH, EPOCH)
        table = table.mutate(local_seconds=rows.local_seconds(table, dataset.period, zones, series.place, span))
        table = table.mutate(local_day=ibis.date(1970, 1, 1) + (table.local_seconds // 86400).as_interval("D"))
    bounds = []
    if first:
        bounds.append(rows.day_number(table, dataset) >= (first - EPOCH).days)
    if last:
        bounds.append(rows.day_number(table, dataset) <= (last - EPOCH).days)
    if bounds:
        table = table.filter(bounds)
    queries = []
    for group in groups:
        for pooled, fixed in rows.patterns(series, items).items():
            part = rows.slice_of(table, series, catalog, group, fixed)
            part = part.mutate(
                _place=rows.place_column(part, series, group),
                _item=rows.item_column(part, series, catalog, pooled),
                _key=rows.period_key(part, dataset, grain, years),
            )
            queries.append(_aggregate(part, series, dataset.period))
    raw = collect(ibis.union(*queries, distinct=False) if len(queries) > 1 else queries[0])
    order = [p for g in groups for p in g.places] if places is None else [p.id for p in places]
    return _finish(raw, series, grain, years, dataset.frequency, held, (first, last), order)


def _check(series: Series, held_at: str, grain: Grain, year_basis: Basis) -> None:
    """Refuse what has no meaning."""
    if finer(grain, series.frequency):
        raise BadRequest(
            detail=Text(
                f"{series.id} is not given at a finer frequency than {series.frequency}.",
                f"{series.id} no se da con una frecuencia más fina que {series.frequency}.",
            )
        )
    if grain == "all" and series.kind == "flow":
        raise BadRequest(
            detail=Text(
                f"{series.id} is a flow: a sum over a range with gaps would mislead. Ask for months or years.",
                f"{series.id} es un flujo: una suma de un intervalo con huecos engañaría. Pida meses o años.",
            )
        )
    if year_basis == "fiscal" and held_at == "A":
        raise BadRequest(
            detail=Text(
                f"{series.id} is held by calendar year only; it cannot be cut into fiscal years.",
                f"{series.id} solo se tiene por año calendario; no se puede dividir en años fiscales.",
            )
        )


def _aggregate(part: Any, series: Series, period: str) -> Any:
    """One row per place, item and period."""
    by = ["_place", "_item", "_key"]
    if series.aggregate == "last":
        newest = part[period].max().over(group_by=[*by, series.place] if series.place else by)
        part = part.mutate(_newest=newest).filter(lambda t: t[period] == t["_newest"])
    value = part[series.value]
    inputs = value.count()
    how = {
        "sum": lambda: value.sum(),
        "last": lambda: value.sum(),
        "mean": lambda: value.mean(),
        "median": lambda: value.median(),
        "p95": lambda: value.quantile(0.95),
        "max": lambda: value.max(),
        "count": lambda: inputs,
        "share_over_60": lambda: 100.0 * (value > _LONG_WAIT).sum() / inputs.nullif(0),
        # a lane that never reports may not exist: nothing is said of it
        "share_missing": lambda: (inputs > 0).ifelse(100.0 * value.isnull().sum() / part.count(), ibis.null("float64")),
    }
    figure = how[series.aggregate]()
    if series.aggregate == "mean" and value.type().is_decimal():
        figure = value.sum()  # divided exactly in `_finish`
    rank = ibis.cases(*[(part.status == s, i) for i, s in enumerate(STATUSES)], else_=STATUSES.index("M"))
    return part.group_by(by).aggregate(
        value=figure,
        n=part.count() if series.aggregate == "share_missing" else inputs,
        missing=value.isnull().sum(),
        rank=rank.max(where=value.notnull()),
        as_of=part.as_of.max(),
    )


def _finish(
    raw: pl.DataFrame,
    series: Series,
    grain: Grain,
    years: Years,
    held_at: str,
    held: Sequence[date],
    bounds: tuple[date | None, date | None],
    order: Sequence[str],
) -> pl.DataFrame:
    """Name the periods, and take the value from every figure that must not be quoted."""
    if isinstance(raw.schema["value"], pl.Decimal) and series.aggregate == "mean":
        means = [
            None if v is None or not n else (v / n).quantize(_MEAN_PLACES) for v, n in raw.select("value", "n").rows()
        ]
        raw = raw.with_columns(pl.Series("value", means, dtype=pl.Decimal(38, 6)))
    if series.factor != 1:
        raw = raw.with_columns(pl.col("value").cast(pl.Float64) * series.factor)
    names = _periods(raw["_key"].unique().to_list(), grain, years, held_at, held, bounds)
    raw = raw.with_columns(pl.col("_key").cast(pl.Int64)).join(names, on="_key", how="left")
    broken = pl.lit(False)
    if series.kind != "rate":
        broken = pl.col("missing") > 0
    absent = (~pl.col("whole")) | broken | pl.col("value").is_null()
    few = pl.col("n") < series.minimum
    status = pl.col("rank").replace_strict(dict(enumerate(STATUSES)), default="M", return_dtype=pl.String)
    place_order = {place: i for i, place in enumerate(dict.fromkeys(order))}
    return (
        raw.with_columns(
            status=pl.when(few).then(pl.lit("S")).when(absent & (status != "S")).then(pl.lit("M")).otherwise(status),
            value=pl.when(absent | few).then(None).otherwise(pl.col("value")),
            _order=pl.col("_place").replace_strict(place_order, default=len(place_order), return_dtype=pl.Int64),
        )
        .sort("_order", "_place", "_item", "_key")
        .select(
            pl.lit(series.id).alias("series"),
            pl.col("_place").alias("place"),
            pl.col("_item").alias("item"),
            "period",
            "start",
            "value",
            pl.lit(series.unit).alias("unit"),
            "status",
            pl.col("as_of").cast(pl.Date),
            pl.col("n").cast(pl.Int64),
            "held",
            "wanted",
        )
    )


def _periods(
    keys: Sequence[int],
    grain: Grain,
    years: Years,
    held_at: str,
    held: Sequence[date],
    bounds: tuple[date | None, date | None],
) -> pl.DataFrame:
    """For each key its label, first day, how much of it is held, and whether it is whole."""
    whole = whole_months(held, held_at) if held_at != "A" else set()
    days = set(held)
    found: list[tuple[int, str, date, int | None, int | None, bool]] = []
    for key in keys:
        if grain == "A" and held_at == "A":
            found.append((key, years.label(key), years.start(key), None, None, True))
        elif grain == "A":
            count = sum(m in whole for m in years.months(key))
            found.append((key, years.label(key), years.start(key), count, 12, count == 12))
        elif grain == "M":
            month = date(key // 12, key % 12 + 1, 1)
            label = month.isoformat()[:7]
            if held_at == "M":
                found.append((key, label, month, None, None, True))
            else:
                length = (plus_months(month, 1) - month).days
                count = sum(month + timedelta(days=i) in days for i in range(length))
                found.append((key, label, month, count, length if held_at == "H" else None, month in whole))
        elif grain == "all":
            low, high = max(held[0], bounds[0] or held[0]), min(held[-1], bounds[1] or held[-1])
            count = sum(low <= d <= high for d in days)
            span = (high - low).days + 1 if held_at == "H" else None
            label = f"{low.isoformat()}/{(month_end(high) if held_at == 'M' else high).isoformat()}"
            found.append((key, label, low, count, span, True))
        elif grain == "D":
            day = EPOCH + timedelta(days=key)
            found.append((key, day.isoformat(), day, None, None, True))
        else:
            day = EPOCH + timedelta(days=key // 24)
            found.append((key, f"{day.isoformat()}T{key % 24:02d}", day, None, None, True))
    return pl.DataFrame(
        found,
        schema={
            "_key": pl.Int64,
            "period": pl.String,
            "start": pl.Date,
            "held": pl.Int64,
            "wanted": pl.Int64,
            "whole": pl.Boolean,
        },
        orient="row",
    )
