"""Figures derived from figures: ratios, changes, other currencies, the largest items.

All of these keep to one rule: a figure that rests on a missing one is missing, never 0.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

from ambos.errors import bad_request
from ambos.model import Indicator, Series
from ambos.model.codes import TOTAL
from ambos.periods import MONTHS_IN

#: From best to worst: the status of a figure is the worst of its inputs.
STATUSES = ("A", "P", "E", "F", "B", "M", "S")
_RANK = {status: rank for rank, status in enumerate(STATUSES)}


def ratio(
    numerator: pl.DataFrame,
    denominator: pl.DataFrame,
    indicator: Indicator,
    *,
    same_place: bool,
    item_parts: int = 0,
) -> pl.DataFrame:
    """Divide two frames of figures, period by period.

    Parameters
    ----------
    numerator, denominator : polars.DataFrame
        As from `observe`, at one frequency and year basis.
    indicator : Indicator
    same_place : bool
        Match the places too; else the denominator has one place, for all.
    item_parts : int
        How many leading parts of the numerator's item name the denominator's item; 0: it has one item, for all.

    Returns
    -------
    polars.DataFrame
        With the columns of `observe`; `n` is the numerator's, `value` Float64, missing where either side is or the
        denominator is 0.
    """
    item = pl.col("item").str.split("/").list.head(item_parts).list.join("/") if item_parts else pl.lit(TOTAL)
    other = denominator.select(
        "place",
        pl.col("item").alias("_item") if item_parts else pl.lit(TOTAL).alias("_item"),
        "period",
        pl.col("value").cast(pl.Float64).alias("_value"),
        pl.col("status").alias("_status"),
        pl.col("as_of").alias("_as_of"),
        pl.col("held").alias("_held"),
        pl.col("without").alias("_without"),
    )
    on = ["place", "_item", "period"] if same_place else ["_item", "period"]
    if not same_place:
        other = other.drop("place")
    both = numerator.with_columns(
        # a pooled numerator has the one name _T, however many parts it has
        _item=pl.when(pl.col("item") == TOTAL).then(pl.lit(TOTAL)).otherwise(item)
    ).join(other, on=on, how="left", maintain_order="left")
    value = indicator.scale * pl.col("value").cast(pl.Float64) / pl.col("_value")
    both = both.with_columns(
        value=pl.when(pl.col("_value") != 0).then(value).otherwise(None),
        _rank=pl.max_horizontal(
            pl.col("status").replace_strict(_RANK, return_dtype=pl.Int64),
            pl.col("_status").replace_strict(_RANK, default=_RANK["M"], return_dtype=pl.Int64),
        ),
        as_of=pl.max_horizontal("as_of", "_as_of"),
        held=pl.min_horizontal("held", "_held"),
        without=pl.concat_str("without", pl.lit(" "), "_without", ignore_nulls=True).str.strip_chars(),
    )
    status = pl.col("_rank").replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String)
    return both.with_columns(
        series=pl.lit(indicator.id),
        unit=pl.lit(indicator.unit),
        status=pl.when(pl.col("value").is_null() & (pl.col("_rank") < _RANK["M"])).then(pl.lit("M")).otherwise(status),
    ).select(numerator.columns)


def change(frame: pl.DataFrame, months: int = 12) -> pl.DataFrame:
    """Set each figure beside the one a year, or so many months, before.

    Parameters
    ----------
    frame : polars.DataFrame
        As from `observe`, by month, quarter, year or day.
    months : int
        How far back the other figure lies.

    Returns
    -------
    polars.DataFrame
        The frame with `previous` (the value so long before), `change` (in the unit of the series; percentage points
        where that is a percentage) and `change_percent`; these are missing where either side is, and
        `change_percent` where the earlier value is not above 0.
    """
    key = ["series", "place", "item", "start"]
    before = (
        frame.sort("start", maintain_order=True)
        .select(
            "series", "place", "item", pl.col("start").dt.offset_by(f"{months}mo"), pl.col("value").alias("previous")
        )
        # 28 and 29 February of a leap year both have 28 February after them: that is set beside the 28th
        .unique(subset=key, keep="first", maintain_order=True)
    )
    joined = frame.join(before, on=key, how="left", maintain_order="left")
    step = pl.col("value") - pl.col("previous")
    percent = 100.0 * step.cast(pl.Float64) / pl.col("previous").cast(pl.Float64)
    return joined.with_columns(
        change=step,
        change_percent=pl.when(pl.col("previous") > 0).then(percent).otherwise(None),
    )


def indexed(frame: pl.DataFrame, year: int) -> pl.DataFrame:
    """Set figures to the mean of a year's figures of their own place and item, which is 100.

    Parameters
    ----------
    frame : polars.DataFrame
        As from `observe`, by month, quarter, year or day.
    year : int
        As the labels of the periods name it; of a fiscal year the one in which it ends.

    Returns
    -------
    polars.DataFrame
        The frame with `value` in percent of that mean: Float64, missing where the figure is, where one of the year's is or
        the year has fewer than its months or quarters, and where the mean is not above 0.
    """
    key = ["place", "item"]
    periods = {frequency: 12 // months for frequency, months in MONTHS_IN.items()}
    base = (
        frame.filter(pl.col("period").str.extract(r"(\d{4})") == f"{year:04d}")
        .group_by(key)
        .agg(
            pl.col("value").cast(pl.Float64).mean().alias("_base"),
            pl.col("value").is_null().any().alias("_gap"),
            pl.len().alias("_len"),
            pl.col("frequency").first().replace_strict(periods, default=1, return_dtype=pl.Int64).alias("_least"),
        )
        .filter(~pl.col("_gap") & (pl.col("_base") > 0) & (pl.col("_len") >= pl.col("_least")))
        .select(*key, "_base")
    )
    joined = frame.join(base, on=key, how="left", maintain_order="left")
    return joined.with_columns(value=100.0 * pl.col("value").cast(pl.Float64) / pl.col("_base")).select(frame.columns)


def shares(frame: pl.DataFrame) -> pl.DataFrame:
    """Set figures in percent of the sum of all figures of their period in the frame.

    Returns
    -------
    polars.DataFrame
        The frame with `value` Float64, missing for all figures of a period of which one is missing or has no row, or whose
        sum is not above 0; the status is the worst of the period's.
    """
    rows = frame.select("place", "item").n_unique()
    value = pl.col("value").cast(pl.Float64)
    whole = value.is_not_null().all().over("period") & (pl.len().over("period") == rows)
    rank = pl.col("status").replace_strict(_RANK, return_dtype=pl.Int64).max().over("period")
    total = value.sum().over("period")
    return frame.with_columns(
        value=pl.when(whole & (total > 0)).then(100.0 * value / total).otherwise(None),
        status=rank.replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String),
    )


def to_currency(frame: pl.DataFrame, rates: pl.DataFrame, series: Series, currency: str, decimals: int) -> pl.DataFrame:
    """Show figures of money in another currency, at the mean rate of their own period.

    Parameters
    ----------
    frame : polars.DataFrame
        Figures of `series`.
    rates : polars.DataFrame
        Figures of an exchange rate at the same frequency and year basis: the mean of the daily rates of a month for
        monthly figures, of a year for annual ones. Its unit says which it is: ``mxn_per_usd``, by which dollars are
        multiplied and pesos are divided.
    series : Series
    currency : str
        ISO 4217 code.
    decimals : int
        Those with which the rate is published: its digits with them are how many the amounts keep.

    Returns
    -------
    polars.DataFrame
        The frame with `value` in whole units of the other currency and its unit: worked out in Decimal, then rounded half
        to even to as many significant digits as the rate has (17.7620 pesos per dollar: six). Missing where the rate is: a period that the rate does not cover wholly has none. The status is
        the worse of the two.

    Raises
    ------
    BadRequest
        If the series is not money, or the rate is not between these two currencies.
    """
    if series.currency == currency:
        return frame
    pair = f"{currency.lower()}_per_{series.currency.lower()}"
    inverse = f"{series.currency.lower()}_per_{currency.lower()}"
    units = set(rates["unit"].unique())
    if not series.currency or (units - {pair} and units - {inverse}):
        raise bad_request(
            f"{series.id} cannot be shown in {currency}.",
            f"{series.id} no se puede mostrar en {currency}.",
        )
    rate_of = {p: rest for p, *rest in rates.select("period", "value", "as_of", "status").iter_rows()}
    values: list[int | None] = []
    known = []
    statuses = []
    for period, value, as_of, status in frame.select("period", "value", "as_of", "status").iter_rows():
        rate, rate_known, rate_status = rate_of.get(period, (None, None, "M"))
        worst = max(status, rate_status, key=_RANK.__getitem__)
        if value is None or rate is None:
            values.append(None)
            known.append(as_of)
            statuses.append(max(worst, "M", key=_RANK.__getitem__))
        else:
            other = Decimal(value) * Decimal(rate) if pair in units else Decimal(value) / Decimal(rate)
            values.append(_rounded(other, Decimal(rate), decimals))
            known.append(max(d for d in (as_of, rate_known) if d is not None))
            statuses.append(worst)
    return frame.with_columns(
        pl.Series("value", values, dtype=pl.Int64),
        pl.lit(currency.lower()).alias("unit"),
        pl.Series("as_of", known, dtype=pl.Date),
        pl.Series("status", statuses, dtype=pl.String),
    )


def _rounded(amount: Decimal, rate: Decimal, decimals: int) -> int:
    """An amount to as many significant digits as the rate has with its decimals, but whole."""
    digits = len(rate.quantize(Decimal(1).scaleb(-decimals)).as_tuple().digits)
    place = max(amount.adjusted() - digits + 1, 0)
    return int(amount.quantize(Decimal(1).scaleb(place), ROUND_HALF_EVEN))


def top_items(frame: pl.DataFrame, count: int) -> pl.DataFrame:
    """The largest items of each place and period.

    Parameters
    ----------
    frame : polars.DataFrame
        Every item of a series (``items=["*"]``), without its total.
    count : int
        How many to keep.

    Returns
    -------
    polars.DataFrame
        The rows kept, largest first, with `rank` (from 1) and `share` (percent of all items that the frame has for
        that place and period). Items and periods without a value are left out.
    """
    by = ["series", "place", "period"]
    value = pl.col("value").cast(pl.Float64)
    return (
        frame.filter(pl.col("value").is_not_null())
        .with_columns(
            rank=pl.col("value").rank("ordinal", descending=True).over(by).cast(pl.Int64),
            share=100.0 * value / value.sum().over(by),
        )
        .filter(pl.col("rank") <= count)
        .sort("series", "place", "start", "rank")
    )
