"""Checks of levels and rates: a value that leaves its neighbours and comes back, a step that stays, a ledger left open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from ambos.catalog.river import load_mexico, load_river
from ambos.model import Finding
from ambos.numbers import both
from ambos.quality.context import Context, dated, finding, listed, month
from ambos.quality.definitions import Check
from ambos.quality.episodes import MAD
from ambos.text import Text


def out_of_line(context: Context, check: Check) -> Iterator[Finding]:
    """A level or rate far from the ones before and after it, or one far from the one before that stays there."""
    for name, series in check.settings["series"].items():
        dataset = series["dataset"]
        if dataset not in context.tables:
            continue
        held = context.catalog.datasets[dataset]
        table = context.tables[dataset]
        value = table[series["value"]]
        values = (
            table.filter(value.notnull())
            .select(key=table[series["key"]], period=table[held.period], value=value.cast("float64"))
            .pipe(context.frame)
            .with_columns(pl.col("period").cast(pl.Date))
            .sort("key", "period")
        )
        unit = held.column(series["value"]).unit
        for row in steps(values, check, name, monthly=held.frequency == "M").iter_rows(named=True):
            known = row["key"] in context.catalog.places
            codes = held.column(series["key"]).codes or ""
            when = month if held.frequency == "M" else dated
            yield finding(
                check,
                row["kind"],
                dataset=dataset,
                place=row["key"] if known else "_T",
                item=series["value"],
                start=row["period"],
                end=row["period"],
                size=abs(row["change"]),
                what=context.place(row["key"]) if known else context.catalog.name(codes, row["key"]),
                measure=Text.of(series["name"]),
                when=when(row["period"]),
                value=context.amount(row["value"], unit),
                before=context.amount(row["before"], unit, named=False),
                before_when=when(row["before_period"]),
                after=context.amount(row["after"], unit, named=False),
                deviations=both(check[f"{name}_deviations"]),
            )


def steps(values: pl.DataFrame, check: Check, name: str, *, monthly: bool) -> pl.DataFrame:
    """Values out of line with the ones next to them.

    A change is judged against what is usual: of monthly values the median and the scatter of the changes to the same
    calendar month in all years, of daily ones those of the 25 changes around it.

    Parameters
    ----------
    values : polars.DataFrame
        ``key, period, value``, sorted.
    check : Check
        Gives ``<name>_least`` and ``<name>_step`` (in the unit of the values; of a series with ``relative`` in natural
        logarithms), ``<name>_deviations`` and ``return_share``.
    name : str
        The series in the settings.
    monthly : bool
        Else daily; values further apart than a month or a week are not neighbours.

    Returns
    -------
    polars.DataFrame
        ``key, period, value, before, before_period, after, change, kind``: ``spike`` or ``step``.
    """
    relative = check.settings["series"][name].get("relative", False)
    level = pl.when(pl.col("value") > 0).then(pl.col("value").log()) if relative else pl.col("value")
    apart = (pl.col("period") - pl.col("period").shift(1).over("key")).dt.total_days()
    changes = values.with_columns(
        before=pl.col("value").shift(1).over("key"),
        before_period=pl.col("period").shift(1).over("key"),
        after=pl.col("value").shift(-1).over("key"),
        change=pl.when(apart <= (31 if monthly else 7)).then(level - level.shift(1).over("key")),
    )
    groups = ["key", "of"]
    changes = changes.with_columns(of=pl.col("period").dt.month() if monthly else pl.lit(0, pl.Int8))
    around = _median_of_all if monthly else _median_around
    odd = (
        changes.with_columns(off=pl.col("change") - around("change", groups))
        .with_columns(size=pl.col("off").abs())
        .with_columns(scatter=MAD * around("size", groups))
        .with_columns(
            next_off=pl.col("off").shift(-1).over("key"), next_scatter=pl.col("scatter").shift(-1).over("key")
        )
        .with_columns(next_size=pl.col("next_off").abs())
    )
    least, deviations = check[f"{name}_least"], check[f"{name}_deviations"]
    smaller, larger = pl.min_horizontal("size", "next_size"), pl.max_horizontal("size", "next_size")
    spike = (
        (pl.col("off").sign() == -pl.col("next_off").sign())
        & (smaller >= least)
        & (pl.col("size") >= deviations * pl.col("scatter"))
        & (pl.col("next_size") >= deviations * pl.col("next_scatter"))
        & (smaller >= check["return_share"] * larger)
    )
    step = pl.col("change").abs() >= check[f"{name}_step"]
    return (
        odd.with_columns(spike=spike.fill_null(False), step=step.fill_null(False))
        .with_columns(returned=pl.col("spike").shift(1).over("key").fill_null(False))
        .filter(pl.col("spike") | (pl.col("step") & ~pl.col("returned")))
        .with_columns(kind=pl.when("spike").then(pl.lit("spike")).otherwise(pl.lit("step")))
        .select("key", "period", "value", "before", "before_period", "after", "change", "kind")
    )


def _median_of_all(column: str, groups: list[str]) -> pl.Expr:
    return pl.col(column).median().over(groups)


def _median_around(column: str, groups: list[str]) -> pl.Expr:
    return pl.col(column).rolling_median(25, center=True, min_samples=6).over(groups)


def ledger_open(context: Context, check: Check) -> Iterator[Finding]:
    """Find years in which the points of delivery do not add up to satisfaction of the Treaty plus excess."""
    dataset = "river_accounts_annual"
    if dataset not in context.tables:
        return
    mexico = load_mexico(context.catalog, load_river(context.catalog))
    table = context.tables[dataset]
    unit = context.catalog.datasets[dataset].column("volume_af").unit
    points = [p.id for p in mexico.points]
    accounts = [mexico.satisfaction, mexico.excess, *points]
    rows = table.filter(table.account.isin(accounts), table.volume_af.notnull())
    years: dict[date, dict[str, int]] = {}
    for account, period, volume in rows.select("account", "period", "volume_af").pipe(context.frame).iter_rows():
        years.setdefault(period, {})[account] = volume
    for start, volumes in sorted(years.items()):
        wanted = [mexico.satisfaction, mexico.excess, *(p.id for p in mexico.points if p.required)]
        if any(account not in volumes for account in wanted):
            continue
        delivered = sum(volumes.get(point, 0) for point in points)
        open_af = delivered - volumes[mexico.satisfaction] - volumes[mexico.excess]
        if abs(open_af) < check["least"]:
            continue
        why = [k.why for k in mexico.known if k.year == start.year and k.of == "closure"]
        yield finding(
            check,
            "known" if why else "own",
            dataset=dataset,
            item="+".join(accounts),
            start=start,
            end=start.replace(month=12),
            size=abs(open_af),
            severity="high" if abs(open_af) >= check["high"] else None,
            year=Text.same(str(start.year)),
            delivered=context.amount(delivered, unit, named=False),
            satisfaction=context.amount(volumes[mexico.satisfaction], unit, named=False),
            excess=context.amount(volumes[mexico.excess], unit, named=False),
            open=context.amount(open_af, unit, named=False),
            why=listed(why) if why else Text.same("–"),
        )
