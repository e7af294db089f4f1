"""Checks of annual values: one part of a place's trade that jumps alone; months that do not add up
to their year; parts that do not add up to their total."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import polars as pl

from ambos.model import Finding
from ambos.model.codes import TOTAL
from ambos.numbers import both
from ambos.periods import MONTHS_IN, plus_months
from ambos.quality.context import Context, finding, percent, when
from ambos.quality.definitions import Check
from ambos.text import Text, joined


def annual_jump(context: Context, check: Check) -> Iterator[Finding]:
    """A part of a place's annual total that multiplies or melts from one year to the next."""
    for dataset, columns in check.settings["datasets"].items():
        if dataset not in context.tables:
            continue
        place, keys, value = columns["place"], list(columns["keys"]), columns["value"]
        table = context.tables[dataset]
        for column, code in columns.get("where", {}).items():
            table = table.filter(table[column] == code)
        if "country" in keys:
            table = table.filter(table.country.isin(sorted(context.catalog.region.borders)))
        annual = (
            table.filter(table[place] != TOTAL)
            .group_by(place=table[place], period=table.period, **{k: table[k] for k in keys})
            .aggregate(value=table[value].sum())
            .pipe(context.frame)
            .with_columns(pl.col("value").cast(pl.Int64), pl.col("period").cast(pl.Date))
        )
        parts = [k for k in keys if k != columns["part"]]
        for row in (
            jumps(annual, parts, columns["part"], check)
            .filter(pl.col("place").is_in(context.own))
            .iter_rows(named=True)
        ):
            yield finding(
                check,
                "up" if row["value"] > row["before"] else "down",
                dataset=dataset,
                place=row["place"],
                item="/".join(str(row[k]) for k in keys),
                start=row["period"],
                end=row["period"].replace(month=12),
                size=abs(row["value"] - row["before"]),
                what=Text.of(columns["what"][row["flow"]]).format(
                    place=context.place(row["place"]),
                    country=context.place(row["country"]) if "country" in keys else "",
                ),
                mode=context.word(context.catalog.datasets[dataset].column("mode").codes or "", row["mode"]),
                year=Text.same(f"{row['period']:%Y}"),
                value=both(row["value"] / 1e6),
                before=both(row["before"] / 1e6),
                share=percent(row["share"]),
                others=percent(row["others"] - 1),
            )


def jumps(annual: pl.DataFrame, parts: list[str], part: str, check: Check) -> pl.DataFrame:
    """Rows whose change from the year before is large in itself, in its total, and not shared by other places.

    Parameters
    ----------
    annual : polars.DataFrame
        ``place, period, value`` and the key columns.
    parts : list of str
        Key columns within which a total is made.
    part : str
        The key column that is summed up in the total.

    Returns
    -------
    polars.DataFrame
        The rows with ``before``, ``share`` of the change in the total, and ``others``: what the same part of all
        other places together was multiplied by.
    """
    keys = ["place", *parts, part]
    earlier = annual.with_columns(pl.col("period").dt.offset_by("1y")).rename({"value": "before"})
    total = annual.group_by("place", *parts, "period").agg(pl.col("value").sum().alias("total"))
    compared = (
        annual.join(earlier, on=[*keys, "period"])
        .join(total, on=["place", *parts, "period"])
        .with_columns(
            share=(pl.col("value") - pl.col("before")).abs() / pl.max_horizontal("total", pl.lit(1)),
            others=(pl.col("value").sum().over(*parts, part, "period") - pl.col("value"))
            / pl.max_horizontal(pl.col("before").sum().over(*parts, part, "period") - pl.col("before"), pl.lit(1)),
        )
        .filter((pl.col("value") > 0) & (pl.col("before") > 0) & (pl.col("others") > 0))
    )
    growth = (pl.col("value") / pl.col("before")).log()
    return compared.filter(
        (growth.abs() >= math.log(check["factor"]))
        & ((growth - pl.col("others").log()).abs() >= math.log(check["factor"]))
        & (pl.col("share") >= check["share"])
    ).sort(*keys, "period")


def year_and_months(context: Context, check: Check) -> Iterator[Finding]:
    """Years of which the source prints a total that its own twelve months do not add up to."""
    for dataset, columns in check.settings["datasets"].items():
        if dataset not in context.tables:
            continue
        table = context.tables[dataset]
        item, year, months = (table[columns[c]] for c in ("item", "year", "months"))
        rows = (
            table.filter(year.notnull(), months.notnull())
            .select(item=item, period=table.period, year=year, months=months)
            .pipe(context.frame)
            .with_columns(pl.col("period").cast(pl.Date), off=(pl.col("months") - pl.col("year")).abs())
            .filter(
                (pl.col("off") >= check["least"])
                & (pl.col("off") > check["share"] * pl.col("year").abs().cast(pl.Float64))
            )
            .sort("item", "period")
        )
        codes = context.catalog.datasets[dataset].column(columns["item"]).codes or ""
        unit = context.catalog.datasets[dataset].column(columns["year"]).unit
        for row in rows.iter_rows(named=True):
            yield finding(
                check,
                "own",
                dataset=dataset,
                item=row["item"],
                start=row["period"],
                end=row["period"].replace(month=12),
                size=row["off"],
                what=context.catalog.name(codes, row["item"]),
                year=Text.same(f"{row['period']:%Y}"),
                total=context.amount(row["year"], unit, named=False),
                months=context.amount(row["months"], unit, named=False),
                off=context.amount(row["off"], unit, named=False),
            )


def parts_and_total(context: Context, check: Check) -> Iterator[Finding]:
    """Totals that the source prints and that their own parts, all of them held, do not add up to."""
    for whole in check.settings["wholes"]:
        dataset, column = whole["dataset"], whole["column"]
        if dataset not in context.tables:
            continue
        held = context.catalog.datasets[dataset]
        table, value = context.tables[dataset], held.values[0]
        others = [key for key in held.keys if key != column]
        parts = table[column].isin(whole["parts"]) if "parts" in whole else table[column] != whole["total"]
        for key, code in whole.get("where", {}).items():
            table = table.filter(table[key] == code)
        sums = (
            table.filter(parts)
            .group_by(others)
            .aggregate(sum=table[value].sum(), there=table[value].count(), rows=table[column].count())
        )
        wanted = pl.lit(len(whole["parts"])) if "parts" in whole else pl.col("rows").max()
        if whole.get("listed"):  # the source lists all parts of each total, be they many or few
            wanted = pl.col("rows")
        totals = table.filter(table[column] == whole["total"], table[value].notnull())
        rows = (
            context.frame(totals.select(*others, total=table[value]))
            .join(context.frame(sums), on=others)
            .with_columns(pl.col(held.period).cast(pl.Date), off=(pl.col("sum") - pl.col("total")).abs())
            # a sum without one of its parts is no sum
            .filter(pl.col("there") == wanted, pl.col("off") > whole["least"])
            .sort(others)
        )
        for row in rows.iter_rows(named=True):
            codes = {key: row[key] for key in others if key != held.period}
            place = next((code for code in codes.values() if code in context.catalog.places), TOTAL)
            rest = [code for code in (whole["total"], *codes.values()) if code not in (place, TOTAL)]
            yield finding(
                check,
                "own",
                dataset=dataset,
                place=place,
                item="/".join(rest) or TOTAL,
                start=row[held.period],
                end=plus_months(row[held.period], MONTHS_IN[held.frequency] - 1),
                size=row["off"],
                what=_named(context, dataset, {**codes, column: whole["total"]}),
                when=when(row[held.period], held.frequency),
                total=both(row["total"]),
                sum=both(row["sum"]),
                off=both(row["off"]),
                unit=context.catalog.units[held.column(value).unit or ""].name,
            )


def two_sources(context: Context, check: Check) -> Iterator[Finding]:
    """Find the years of which two sources of one count tell different sums of a state's ports."""
    for pair in check.settings["pairs"]:
        if pair["dataset"] not in context.tables or pair["other"] not in context.tables:
            continue
        keys = ["place", "item", "period"]
        other = _years(context, pair["other"], pair["other_item"])
        years = (
            _years(context, pair["dataset"], pair["item"], set(other["place"]))
            .join(other, on=keys, suffix="_other")
            .with_columns(off=pl.col("value") / pl.col("value_other") - 1)
            .filter(pl.col("off").abs() > check["share"])
            .sort(keys)
        )
        for (place, item), rows in years.group_by("place", "item", maintain_order=True):
            told = [
                Text("{year}: {value} against {other} ({off})", "{year}: {value} frente a {other} ({off})").format(
                    year=Text.same(f"{row['period']:%Y}"),
                    value=both(row["value"]),
                    other=both(row["value_other"]),
                    off=percent(row["off"], 1),
                )
                for row in rows.iter_rows(named=True)
            ]
            yield finding(
                check,
                "own",
                dataset=pair["dataset"],
                place=str(place),
                item=str(item),
                start=rows["period"][0],
                end=rows["period"][-1].replace(month=12),
                size=max(map(abs, rows["off"])),
                where=context.place(str(place)),
                what=context.word(pair["codes"], str(item)),
                one=context.catalog.datasets[pair["dataset"]].title,
                two=context.catalog.datasets[pair["other"]].title,
                years=joined(told, "; "),
            )


def _years(context: Context, dataset: str, item: str, states: Collection[str] | None = None) -> pl.DataFrame:
    """Sums of whole years by state and item: ``place, item, period, value``; `place` is that of the ports' state.

    Of `states` only, if they are given.
    """
    places = context.catalog.places
    months = context.monthly(dataset, {"place": "port", "item": item, "period": "period", "value": "value"})
    state_of = {port: places[port].parent for port in months["place"].unique() if port in places}
    own = [port for port, state in state_of.items() if states is None or state in states]
    named = (
        months.filter(pl.col("place").is_in(own))
        .with_columns(
            place=pl.col("place").replace_strict(state_of, return_dtype=pl.String), item=pl.col("item").cast(pl.String)
        )
        .group_by("place", "item", "period")
        .agg(pl.col("value").sum())
    )
    years = named.group_by("place", "item", pl.col("period").dt.truncate("1y")).agg(
        pl.col("value").sum(), months=pl.len()
    )
    return years.filter(pl.col("months") == 12).drop("months")


def _named(context: Context, dataset: str, codes: dict[str, str]) -> Text:
    held = context.catalog.datasets[dataset]
    names = [
        context.place(code) if code in context.catalog.places else context.word(held.column(key).codes or "", code)
        for key, code in codes.items()
    ]
    return joined(names)
