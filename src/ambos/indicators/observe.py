"""The figures of a series or an indicator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

import polars as pl

from ambos.asked import Asked, ibis, in_ibis, of_ibis, write
from ambos.catalog import Catalog
from ambos.errors import bad_request
from ambos.indicators import coverage, parts, rows
from ambos.indicators.derive import STATUSES, ratio
from ambos.indicators.periods import (
    EPOCH,
    Basis,
    Collect,
    Grain,
    Years,
    finer,
    held_days,
    run,
    widen,
)
from ambos.model import Dataset, Indicator, Place, Series
from ambos.model.codes import TOTAL
from ambos.periods import MONTHS_IN, label, plus_months
from ambos.text import Text

#: The columns of a frame of figures. `period` and `frequency` are as `ambos.periods` writes them. `value` is Int64 for
#: sums of whole numbers, Decimal for means of exact numbers (exchange rates), Float64 otherwise. `n` counts the inputs.
#: `held` of `wanted` months (of a year), days (of a month or a whole range) or periods (1) are held of this place and item.
#: `without` names the small parts that a sum leaves out, each with in how many periods: ``2603/buses:8``. `start` is the
#: first day of the period, for drawing and joining.
FIGURES = (
    "series",
    "place",
    "item",
    "period",
    "frequency",
    "start",
    "value",
    "unit",
    "status",
    "as_of",
    "n",
    "held",
    "wanted",
    "without",
)

#: Keeps a frame by a key, as long as the rows of the table are the same; makes it if it is not there.
Once = Callable[[Hashable, Callable[[], pl.DataFrame]], pl.DataFrame]

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
    once: Callable[[str, Hashable, Callable[[], pl.DataFrame]], pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """The figures of a series or an indicator.

    Parameters
    ----------
    tables : callable
        Gives the table of a dataset by its id, as `observe` takes it.
    what : Series or Indicator
    catalog, places, items, start, end, frequency, year_basis, collect
        As for `observe`. An indicator's items are those of its numerator; its denominator is asked for the same
        items as far as it has those parts, else for its total.
    held : callable, optional
        Gives the days (first days of months or years) that a dataset holds anything for, if the caller knows a
        cheaper way than asking the table.
    once : callable, optional
        As for `observe`, given the dataset first.

    Returns
    -------
    polars.DataFrame
        With the columns `FIGURES`.

    Raises
    ------
    BadRequest, NoData
        As for `observe`.
    """

    _check_names(frequency, year_basis)

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
            once=partial(once, series.dataset) if once else None,
        )

    if isinstance(what, Series):
        return _without_noise(answer(what, places, items, frequency))
    above, below = catalog.series[what.numerator], catalog.series[what.denominator]
    if not (isinstance(above, Series) and isinstance(below, Series)):
        raise bad_request(
            f"{what.id} must be made of two series, not of indicators.",
            f"{what.id} debe componerse de dos series, no de indicadores.",
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
    once: Once | None = None,
) -> pl.DataFrame:
    """The figures of a series.

    A place of a larger kind than the series' own is answered from its members: sums are added, rates are worked
    out anew from all underlying rows. Each place and item has a row for every period of its span: one that is not
    held has no value and the status M. So has an annual figure of a year, and a monthly one of a month, that is not
    held wholly for this place and item: nobody shall quote nine months as a year. `ambos.indicators.coverage`
    describes sums with a part without a row.

    Parameters
    ----------
    table : Asked or ibis.Table
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
    frequency : {"H", "D", "M", "Q", "A", "all"}, optional
        That of the series if left out; ``all`` makes one figure of the whole range (rates only).
    year_basis : {"calendar", "fiscal"}
        The fiscal year is the region's; its label is ``FY2023``.
    periods_held : collection of date, optional
        What `held_days` gives, if the caller has it already.
    collect : callable, optional
        Runs a question (of a table of Ibis the expression); the expression's own engine by default.
    once : callable, optional
        Keeps frames of this table; what questions of other spans share is then asked for once.

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
    if not isinstance(table, Asked):
        run_it, table = collect, of_ibis(table)

        def collect(question: Any) -> pl.DataFrame:
            return run_it(in_ibis(question))

    dataset = catalog.datasets[series.dataset]
    grain: Grain = frequency or series.frequency
    _check(series, dataset.frequency, grain, year_basis, catalog.region.fiscal_year_start)
    years = Years(catalog.region.fiscal_year_start if year_basis == "fiscal" else 1)
    first, last = widen(start, end, grain, years)
    groups = rows.groups(series, catalog, places)
    named = rows.patterns(series, items)
    held = sorted(periods_held if periods_held is not None else held_days(table, dataset, collect))
    if dataset.frequency == "H":
        asked = [m for g in groups for m in g.members]
        members = asked or [p.id for p in catalog.places.values() if p.kind == series.place_kind]
        zones = rows.zones_of(members, catalog)
        span = (held[0], held[-1]) if held else (EPOCH, EPOCH)
        table = table.mutate(local_seconds=rows.local_seconds(table, dataset.period, zones, series.place, span))
        table = table.mutate(local_day=_day_of(table.local_seconds))

    def local_day(table: Any, column: str) -> Any:
        return _day_of(rows.local_seconds(table, column, zones, series.place, span))

    bounds = []
    if first:
        bounds.append(rows.day_number(table, dataset) >= (first - EPOCH).days)
    if last:
        bounds.append(rows.day_number(table, dataset) <= (last - EPOCH).days)
    if dataset.frequency == "H" and held:
        # The same of moments, with a day more on either side, as no clock is further from UTC: by these the engine leaves
        # out the rows which the files' own bounds exclude.
        if first and first > held[0]:
            bounds.append(table[dataset.period] >= _midnight(first - timedelta(days=1)))
        if last and last < held[-1]:
            bounds.append(table[dataset.period] < _midnight(last + timedelta(days=2)))
    # The span is of whole periods: it can be cut from the figures of all of them, but for those of hours, which are many.
    whole = once is not None and grain != "all" and dataset.frequency != "H"
    kept: Once = once or (lambda _, make: make())
    asked_for = (
        series.id,
        None if places is None else tuple(p.id for p in places),
        None if items is None else (*items,),
    )

    def within(part: Any) -> Any:
        return part.filter(bounds) if bounds and not whole else part

    def keyed(part: Any) -> Any:
        return part.mutate(_key=rows.period_key(part, dataset, grain, years))

    def asking(query: Callable[[rows.Group, frozenset[str], Sequence[Mapping[str, str]]], Any]) -> Any:
        return _union([query(group, *one) for group in groups for one in named.items()])

    def ask(query: Callable[[rows.Group, frozenset[str], Sequence[Mapping[str, str]]], Any]) -> pl.DataFrame:
        return collect(asking(query))

    def shared(query: Any) -> pl.DataFrame:
        """Series that differ only in what they make of their rows ask this alike: the mean and the median of waits."""
        return kept(("rows of", write(query).identity), lambda: collect(query))

    def figures_of(group: rows.Group, pooled: frozenset[str], fixed: Sequence[Mapping[str, str]]) -> Any:
        return _aggregate(keyed(within(_named(table, series, catalog, group, pooled, fixed))), series, dataset)

    def hours_of(group: rows.Group, pooled: frozenset[str], fixed: Sequence[Mapping[str, str]]) -> Any:
        assert not rows.TIME_PARTS & set(series.items), "of hours of the day there is no share of hours held"
        every = replace(series, where={k: v for k, v in series.where.items() if k not in series.not_expected})
        part = parts.daily(within(rows.slice_of(table, every, catalog, group, fixed)), series, dataset)
        part = _placed(part.mutate(local_day=_day_of(part.local_seconds)), series, catalog, group, pooled)
        return parts.by_day(keyed(part), dataset)

    # of hours, which are many, days outside the span do not count but for a figure of the whole range
    of_hours = dataset.frequency == "H" and grain != "all"

    # a day is held where it was looked at, whatever was seen: a lane that was closed all day is no gap
    identity = replace(series, where={c: v for c, v in series.where.items() if c.partition(".")[0] in dataset.keys})

    def held_of(group: rows.Group, pooled: frozenset[str], fixed: Sequence[Mapping[str, str]]) -> Any:
        untimed = [{part: value for part, value in one.items() if part not in rows.TIME_PARTS} for one in fixed]
        seen = _named(table, identity, catalog, group, pooled | rows.TIME_PARTS, untimed)
        seen = within(seen) if of_hours else seen
        query = coverage.days_of if dataset.frequency in ("D", "H") else coverage.parts_of
        return query(seen, dataset, series.value)

    if whole:
        raw = kept(("figures", *asked_for, grain, year_basis), lambda: ask(figures_of))
        low, high = (day and coverage.key_of(day, grain, years) for day in (first, last))
        raw = raw.filter(*([pl.col("_key") >= low] if first else []), *([pl.col("_key") <= high] if last else []))
    else:
        raw = ask(figures_of)
    given = parts.hours(shared(asking(hours_of))) if series.minimum_share else None
    if series.aggregate in parts.SUMS:
        raw = parts.added_up(raw, series, given)
    elif given is not None:
        raw = raw.join(parts.shares(given), on=parts.BY, how="left", maintain_order="left")
    if raw.is_empty() or (dataset.frequency in ("D", "H") and grain in ("D", "H")):
        days = pl.DataFrame(schema=coverage.DAYS)
    elif dataset.frequency in ("D", "H"):
        of = (first, last) if of_hours else ()
        days = kept(("days", *asked_for, of), lambda: shared(asking(held_of)).unique())
    elif dataset.absent_percent >= 100:
        days = coverage.listed(raw, held)
    else:
        days = kept(("days", *asked_for), lambda: coverage.complete(shared(asking(held_of)), dataset, held))

    def end_of(side: coverage.Side) -> date:
        whole = rows.slice_of(table, series, catalog, rows.Group({}), [{}])
        if dataset.frequency == "H":  # local days are those of the places asked for
            query = _end_of_hours(whole, series, dataset, zones, local_day, side)
            return cast("date", kept(("end", asked_for, side), lambda: shared(query).cast(pl.Date)).item())
        day = whole[dataset.period]
        both = kept(("ends", series.id), lambda: shared(whole.aggregate(first=day.min(), last=day.max())).cast(pl.Date))
        return cast("date", both[side].item())

    zones_of_each = {
        p: list(rows.zones_of([m for m in own if m != TOTAL] or [p], catalog))
        for g in groups
        for p, own in g.places.items()
    }
    order = [p for g in groups for p in g.places] if places is None else [p.id for p in places]
    return _finish(raw, days, series, dataset, grain, years, held, end_of, (first, last), order, zones_of_each)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day_of(seconds: Any) -> Any:
    """The day in which seconds since 1970 fall."""
    return ibis.date(1970, 1, 1) + (seconds // 86400).as_interval("D")


def _end_of_hours(
    whole: Any,
    series: Series,
    dataset: Dataset,
    zones: Mapping[str, Sequence[str]],
    local_day: Callable[[Any, str], Any],
    side: coverage.Side,
) -> Any:
    """The first or last local day of hours: that of the first or last moment of each time zone, as no clock is put back
    over midnight.

    The moment is looked for in order: the engine then leaves out the rows which the files' own bounds exclude. Of 88
    million hours this takes a fiftieth of the time of the least of all moments.
    """
    parts = [whole]
    if len(zones) > 1:
        place = whole[series.place]
        conditions = [place.isin(members) for members in zones.values()]
        elsewhere = place.notin([member for members in zones.values() for member in members])
        parts = [whole.filter(condition) for condition in (*conditions, elsewhere)]
    moment = dataset.period
    ends = _union([part.order_by(part[moment] if side == "first" else part[moment].desc()).limit(1) for part in parts])
    day = local_day(ends, moment)
    return ends.aggregate(day=day.min() if side == "first" else day.max())


def _union(queries: Sequence[Any]) -> Any:
    return ibis.union(*queries, distinct=False) if len(queries) > 1 else queries[0]


def _named(
    table: Any,
    series: Series,
    catalog: Catalog,
    group: rows.Group,
    pooled: frozenset[str],
    fixed: Sequence[Mapping[str, str]],
) -> Any:
    """The rows of a series with the place and item that each goes to."""
    return _placed(rows.slice_of(table, series, catalog, group, fixed), series, catalog, group, pooled)


def _placed(part: Any, series: Series, catalog: Catalog, group: rows.Group, pooled: frozenset[str]) -> Any:
    return part.mutate(
        _place=rows.place_column(part, series, group), _item=rows.item_column(part, series, catalog, pooled)
    )


def _check_names(frequency: str | None, year_basis: str) -> None:
    """Refuse a frequency or a basis of years that does not exist."""
    grains, bases = get_args(Grain), get_args(Basis)
    if frequency is not None and frequency not in grains:
        raise bad_request(
            f"There is no frequency {frequency}; there are {', '.join(grains)}. Fiscal years are A with year_basis fiscal.",
            f"No hay frecuencia {frequency}; hay {', '.join(grains)}. Los años fiscales son A con year_basis fiscal.",
        )
    if year_basis not in bases:
        raise bad_request(
            f"There is no year basis {year_basis}; there are {', '.join(bases)}.",
            f"No hay base anual {year_basis}; hay {', '.join(bases)}.",
        )


def _check(series: Series, held_at: str, grain: Grain, year_basis: Basis, fiscal_start: int) -> None:
    """Refuse combinations of options that have no meaning."""
    if finer(grain, series.frequency):
        raise bad_request(
            f"{series.id} is not given at a finer frequency than {series.frequency}.",
            f"{series.id} no se da con una frecuencia más fina que {series.frequency}.",
        )
    if grain == "all" and series.kind == "flow":
        raise bad_request(
            f"{series.id} is a flow: a sum over a range with gaps would mislead. Ask for months, quarters or years.",
            f"{series.id} es un flujo: una suma de un intervalo con huecos engañaría. Pida meses, trimestres o años.",
        )
    if year_basis == "fiscal" and (held_at == "A" or (held_at == "Q" and fiscal_start % 3 != 1)):
        words = Text("year", "año") if held_at == "A" else Text("quarter", "trimestre")
        raise bad_request(
            f"{series.id} is held by calendar {words.en} only; it cannot be cut into fiscal years.",
            f"{series.id} solo se tiene por {words.es} calendario; no se puede dividir en años fiscales.",
        )


def _rank(part: Any) -> Any:
    """The place of each row's status among `STATUSES`."""
    return ibis.cases(*[(part.status == s, i) for i, s in enumerate(STATUSES)], else_=STATUSES.index("M"))


def _aggregate(part: Any, series: Series, dataset: Dataset) -> Any:
    """Aggregate to a row per place, item and period; for a sum of parts, per part."""
    if series.aggregate in parts.SUMS:
        return parts.by_part(part, series, dataset, _rank)
    by, period = list(parts.BY), dataset.period
    if series.aggregate == "last":
        newest = part[period].max().over(group_by=[*by, series.place] if series.place else by)
        part = part.mutate(_newest=newest)
        part = part.filter(part[period] == part["_newest"])
    seen = part.count()
    if series.aggregate == "share_missing":  # a lane that never reports may not exist: nothing is said of it
        reports = part[series.value].count().over(group_by=[*by, *parts.keys(dataset)])
        part = part.mutate(_reports=(reports > 0).cast("int64"))
        seen = part["_reports"].sum()
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
        "share_missing": lambda: 100.0 * (seen - inputs) / seen.nullif(0),
    }
    figure = how[series.aggregate]()
    if series.aggregate == "mean" and dataset.column(series.value).type == "decimal":
        figure = value.sum()  # divided exactly in `_finish`
    rank = _rank(part)
    monthly = series.kind == "rate" and dataset.frequency in MONTHS_IN and series.aggregate != "last"
    return part.group_by(by).aggregate(
        value=figure,
        n=(seen > 0).ifelse(seen, part.count()) if series.aggregate == "share_missing" else inputs,
        missing=value.isnull().sum(),
        gaps=part[period].nunique() - part[period].nunique(where=value.notnull()) if monthly else ibis.literal(0),
        # without a value, the reason for which there is none: suppressed is not the same as missing
        rank=ibis.coalesce(rank.max(where=value.notnull()), rank.max()),
        as_of=part.as_of.max(),
    )


def _finish(
    raw: pl.DataFrame,
    days: pl.DataFrame,
    series: Series,
    dataset: Dataset,
    grain: Grain,
    years: Years,
    held: Sequence[date],
    end: Callable[[coverage.Side], date],
    bounds: tuple[date | None, date | None],
    order: Sequence[str],
    zones: Mapping[str, Collection[str]],
) -> pl.DataFrame:
    """Name the periods, give each of them a row, and take the value from every figure that must not be quoted."""
    if isinstance(raw.schema["value"], pl.Decimal) and series.aggregate == "mean":
        means = [
            None if v is None or not n else (v / n).quantize(_MEAN_PLACES) for v, n in raw.select("value", "n").rows()
        ]
        raw = raw.with_columns(pl.Series("value", means, dtype=pl.Decimal(38, 6)))
    if series.factor != 1:
        raw = raw.with_columns(pl.col("value").cast(pl.Float64) * series.factor)
    raw = raw.with_columns(pl.col("_key").cast(pl.Int64))
    if grain != "all":
        every = coverage.spans(raw, dataset, grain, years, bounds, end, held)
        raw = every.join(raw, on=[*coverage.PAIR, "_key"], how="left")
    there = pl.col("missing").is_not_null()
    raw = raw.with_columns(n=pl.col("n").fill_null(0), _there=there, _cover=_without_time(series))
    if grain in ("D", "H"):
        raw = raw.with_columns(
            held=there.cast(pl.Int64), wanted=pl.lit(1, pl.Int64), whole=there, without=pl.lit(None, pl.String)
        )
    else:
        covered = coverage.cover(days, dataset, grain, years, bounds, series.aggregate == "last").rename(
            {"_item": "_cover"}
        )
        raw = raw.join(covered, on=["_place", "_cover", "_key"], how="left")
    raw = _with_labels(raw, dataset, grain, years, zones)
    if series.aggregate == "last" and grain not in ("D", "H", "all"):
        raw = raw.with_columns(wanted=pl.lit(1, pl.Int64))  # what the period ends with
    if series.kind != "rate":
        broken = pl.col("missing") > 0
    else:  # a month or quarter without any value is not held; an hour or a day without one is usual
        longer = "gaps" in raw.columns and grain in ("Q", "A") and grain != dataset.frequency
        gaps = pl.col("gaps").fill_null(0) if longer else pl.lit(0)
        broken = gaps > 0
        raw = raw.with_columns(held=pl.col("held") - gaps)
    absent = ~pl.col("whole").fill_null(value=False) | broken | pl.col("value").is_null()
    few = pl.col("n") < series.minimum
    if "share" in raw.columns:
        few = few | (pl.col("share") < series.minimum_share).fill_null(value=False)
    few = few & pl.col("_there")
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
            "frequency",
            "start",
            "value",
            pl.lit(series.unit).alias("unit"),
            "status",
            pl.col("as_of").cast(pl.Date),
            pl.col("n").cast(pl.Int64),
            pl.col("held").fill_null(0),
            "wanted",
            pl.col("without").fill_null(""),
        )
    )


def _without_time(series: Series) -> pl.Expr:
    """The item without its hour and weekday: days are held for all of them together."""
    at = [i for i, part in enumerate(series.items) if part in rows.TIME_PARTS]
    if not at:
        return pl.col("_item")
    parts = pl.col("_item").str.split("/")
    named = pl.concat_str(
        [pl.lit(TOTAL) if i in at else parts.list.get(i, null_on_oob=True) for i in range(len(series.items))],
        separator="/",
    )
    return pl.when((pl.col("_item") == TOTAL) | (len(at) == len(series.items))).then(pl.lit(TOTAL)).otherwise(named)


def _with_labels(
    raw: pl.DataFrame, dataset: Dataset, grain: Grain, years: Years, zones: Mapping[str, Collection[str]]
) -> pl.DataFrame:
    """Add `period`, `frequency`, `start`, and `wanted` where nothing of a period is held."""
    if grain == "all":
        return raw.with_columns(frequency=pl.lit("all"))
    zone_of = {place: next(iter(own)) for place, own in zones.items() if len(own) == 1} if grain == "H" else {}
    raw = raw.with_columns(_zone=pl.col("_place").replace_strict(zone_of, default="", return_dtype=pl.String))
    labels: list[tuple[str, int, str, date, int | None]] = []
    for zone, key in raw.select("_zone", "_key").unique().iter_rows():
        if grain == "A":
            start, name = years.start(key), years.label(key)
        elif grain in ("M", "Q"):
            start = plus_months(date(1, 1, 1), key * MONTHS_IN[grain] - 12)
            name = label(start, grain)
        elif grain == "D":
            start = EPOCH + timedelta(days=key)
            name = label(start, "D")
        else:
            start = EPOCH + timedelta(days=key // 24)
            clock = datetime(start.year, start.month, start.day, key % 24, tzinfo=ZoneInfo(zone) if zone else None)
            name = label(clock, "H")
        labels.append((zone, key, name, start, coverage.wanted(key, dataset, grain)))
    schema = {"_zone": pl.String, "_key": pl.Int64, "period": pl.String, "start": pl.Date, "_wanted": pl.Int64}
    names = pl.DataFrame(labels, schema=schema, orient="row")
    return raw.join(names, on=["_zone", "_key"], how="left").with_columns(
        pl.lit(grain).alias("frequency"), wanted=pl.coalesce("wanted", "_wanted")
    )
