"""A table of hourly readings to both indices at once, with the results of `ambos.air.index` for every hour.

Readings are whole millionths here, and so every mean but one is exact. The exception is the weighted mean where the
weight is between one half and one: it is computed in floating point, and again with fractions wherever that comes so
near to where rounding changes its mind that it could decide wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ambos.air.index import PPB
from ambos.air.means import LATEST, LATEST_NEEDED, LEAST_WEIGHT, WEIGHTED_HOURS, needed, weighted_mean
from ambos.later import np, pl
from ambos.model.air import AirRules, IndexTable, Scale

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

#: Decimals of a reading that are kept: millionths of a µg/m³ or of a ppb.
DECIMALS = 6
MISSING = -1
#: Hours of the longest mean.
LONGEST = 24
#: How near (relative) a floating-point mean may come to where rounding changes its mind before it is computed exactly.
#: Its own error is below 1e-13: some thirty operations of 1.1e-16 each.
_NEAR = 1e-9
_HOUR_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Mean:
    """Means as fractions of whole numbers, in millionths; `near` marks those to be computed exactly if rounding is close.

    `bottom` is 0 where there is no mean. `loose` is the mean in floating point where `near` is true.
    """

    top: Ints
    bottom: Ints
    near: Flags
    loose: npt.NDArray[np.float64]


def hourly(readings: pl.DataFrame, rules: AirRules) -> pl.DataFrame:
    """Both indices of every hour.

    Parameters
    ----------
    readings : polars.DataFrame
        A row per station, pollutant and hour: ``station``, ``pollutant`` (str), ``at`` (UTC, whole hours, each once),
        ``day`` (date at the station, which decides the table), ``amount`` (Int64: millionths of a µg/m³ or of a ppb,
        null where the hour is missing).
    rules : AirRules

    Returns
    -------
    polars.DataFrame
        The same rows sorted by station, pollutant and hour, with for each country (``us``, ``mx``) ``_band`` (place in
        the table's bands), ``_units`` (the mean brought to the scale's decimals, in units of the last one), ``_scale``
        (place in the table's scales), ``_table`` (place in the country's tables) and, for ``us``, ``us_index``; null
        where there is none. ``_table`` is null where no table holds on that day.
    """
    ordered = readings.sort("station", "pollutant", "at")
    count = ordered.height
    hour = (ordered["at"].dt.timestamp("us") // _HOUR_US).to_numpy()
    amount = ordered["amount"].fill_null(MISSING).to_numpy()
    days = ordered["day"].to_physical().to_numpy()
    out = {f"{c}_{k}": np.full(count, MISSING, np.int64) for c in rules.tables for k in _KINDS}
    for start, end, pollutant in _groups(ordered):
        grid, place = _grid(hour[start:end], amount[start:end])
        means: dict[tuple[bool, int], Mean] = {}
        for country, tables in rules.tables.items():
            for number, table in enumerate(tables):
                rows = np.flatnonzero(_in_force(table, days[start:end]))
                if rows.size:
                    applied = _apply(table, pollutant, grid, place[rows], means)
                    out[f"{country}_table"][start + rows] = number
                    for kind, values in applied.items():
                        out[f"{country}_{kind}"][start + rows] = values
    columns = [pl.Series(k, v) for k, v in out.items() if k != "mx_index"]
    return ordered.with_columns(columns).with_columns(
        pl.when(pl.col(c.name) != MISSING).then(pl.col(c.name)).alias(c.name) for c in columns
    )


_KINDS = ("table", "scale", "units", "band", "index")


def _groups(ordered: pl.DataFrame) -> Iterator[tuple[int, int, str]]:
    """First row, row after the last, and pollutant of every station and pollutant."""
    start = 0
    lengths = ordered.group_by("station", "pollutant", maintain_order=True).len()
    for pollutant, length in zip(lengths["pollutant"], lengths["len"], strict=True):
        yield start, start + length, pollutant
        start += length


def _grid(hour: Ints, amount: Ints) -> tuple[Ints, Ints]:
    """The readings on a line where missing hours have their place, a day of missing hours before them, and each one's place there."""
    # A gap of a day is as good as a longer one: no mean reaches over it.
    place = LONGEST - 1 + np.concatenate([[0], np.cumsum(np.minimum(np.diff(hour), LONGEST))])
    grid = np.full(int(place[-1]) + 1, MISSING, np.int64)
    grid[place] = amount
    return grid, place


def _in_force(table: IndexTable, days: npt.NDArray[Any]) -> Flags:
    epoch = date(1970, 1, 1)
    flags: Flags = days >= (table.since - epoch).days
    return flags if table.until is None else flags & (days <= (table.until - epoch).days)


def _apply(
    table: IndexTable, pollutant: str, grid: Ints, place: Ints, means: dict[tuple[bool, int], Mean]
) -> dict[str, Ints]:
    """The worst of a pollutant's scales at some hours of a line."""
    best = {kind: np.full(place.size, MISSING, np.int64) for kind in ("scale", "units", "band", "index")}
    for number, scale in enumerate(table.scales):
        if scale.pollutant != pollutant:
            continue
        key = (scale.weighted, scale.hours)
        if key not in means:
            means[key] = _weighted(grid) if scale.weighted else _plain(grid, scale.hours)
        units = _bring(means[key], place, scale, grid)
        band, index = _judge(units, scale)
        better = (band > best["band"]) | ((band == best["band"]) & (index > best["index"]))
        for kind, values in (("scale", number), ("units", units), ("band", band), ("index", index)):
            best[kind] = np.where(better, values, best[kind])
    return best


def _lag(grid: Ints, hours: int) -> Ints:
    """Shift an hourly series by so many hours; missing before its beginning."""
    if not hours:
        return grid
    before = np.full_like(grid, MISSING)
    before[hours:] = grid[:-hours]
    return before


def _plain(grid: Ints, hours: int) -> Mean:
    """The mean of the latest hours, where three quarters of them are there."""
    total, held = np.zeros_like(grid), np.zeros_like(grid)
    for k in range(hours):
        value = _lag(grid, k)
        total += np.where(value >= 0, value, 0)
        held += value >= 0
    none = np.zeros(grid.size, np.bool_)
    return Mean(total, np.where(held >= needed(hours), held, 0), none, np.zeros(grid.size))


def _weighted(grid: Ints) -> Mean:
    """The 12-hour weighted mean, where two of the latest three hours are there."""
    least, most = np.full_like(grid, np.iinfo(np.int64).max), np.zeros_like(grid)
    top, bottom, latest = np.zeros_like(grid), np.zeros_like(grid), np.zeros_like(grid)
    lags = [_lag(grid, k) for k in range(WEIGHTED_HOURS)]
    for k, value in enumerate(lags):
        there = value >= 0
        least, most = np.where(there, np.minimum(least, value), least), np.maximum(most, value)
        if k < LATEST:
            latest += there
        # Weight one half: the value of k hours ago counts 2^(11-k) parts.
        parts = 1 << (WEIGHTED_HOURS - 1 - k)
        top += np.where(there, value * parts, 0)
        bottom += np.where(there, parts, 0)
    known = latest >= LATEST_NEEDED
    same = known & (least == most)
    top, bottom = np.where(same, most, top), np.where(same, 1, bottom)
    near = known & ~same & (least * LEAST_WEIGHT.denominator > most * LEAST_WEIGHT.numerator)
    weight = np.divide(least, most, out=np.zeros(grid.size), where=near)
    upper, lower = np.zeros(grid.size), np.zeros(grid.size)
    for value in reversed(lags):
        there = value >= 0
        upper = upper * weight + np.where(there, value, 0)
        lower = lower * weight + there
    loose = np.divide(upper, lower, out=np.zeros(grid.size), where=near)
    return Mean(top, np.where(known, bottom, 0), near, loose)


def _last_decimal(scale: Scale) -> int:
    """Convert a unit of a scale's last decimal to millionths of a µg/m³ or of a ppb."""
    return int(10 ** (DECIMALS - scale.decimals) * (PPB if scale.unit == "ppm" else 1))


def _bring(mean: Mean, place: Ints, scale: Scale, grid: Ints) -> Ints:
    """Means brought to the scale's decimals, as whole units of the last one; `MISSING` where there is none."""
    factor, unit = Fraction(scale.factor), _last_decimal(scale)
    top = mean.top[place] * factor.numerator
    bottom = mean.bottom[place] * factor.denominator * unit
    known = bottom > 0
    safe = np.where(known, bottom, 1)
    half_up = scale.rounding == "half_up"
    units = (2 * top + safe) // (2 * safe) if half_up else top // safe
    near = mean.near[place]
    if near.any():
        loose = mean.loose[place] * float(factor) / unit + (0.5 if half_up else 0.0)
        close = near & (np.abs(loose - np.rint(loose)) < _NEAR * (1 + loose))
        units = np.where(near, np.floor(loose).astype(np.int64), units)
        for i in np.flatnonzero(close):
            units[i] = _exactly(grid[: place[i] + 1][-WEIGHTED_HOURS:].tolist(), factor, unit, half_up)
    return np.where(known, units, MISSING)


def _exactly(window: Sequence[int], factor: Fraction, unit: int, half_up: bool) -> int:
    mean = weighted_mean([None if v == MISSING else Decimal(v) for v in window])
    assert mean is not None, "only means that are known are brought"
    return int((mean * factor / unit + (Fraction(1, 2) if half_up else 0)) // 1)


def _judge(units: Ints, scale: Scale) -> tuple[Ints, Ints]:
    """Band and index of means; `MISSING` where the scale says nothing."""

    def whole(value: Decimal) -> int:
        return int(value.scaleb(scale.decimals))

    steps = scale.steps
    lows = np.array([whole(s.low) for s in steps])
    bounded = [s for s in steps if s.high is not None]
    highs = np.array([whole(s.high) for s in bounded if s.high is not None])
    says = units >= lows[0]
    if not scale.open_end:
        units = np.minimum(units, highs[-1])
    step = np.minimum(np.searchsorted(highs, units, side="left"), len(steps) - 1)
    band = np.where(says, np.array([s.band for s in steps])[step], MISSING)
    if steps[0].index_low is None:
        return band, np.full_like(band, MISSING)
    first = np.array([s.index_low or 0 for s in steps])[step]
    rise = np.array([(s.index_high or 0) - (s.index_low or 0) for s in steps])[step]
    run = (highs - lows)[step]
    index = (2 * (first * run + rise * (units - lows[step])) + run) // (2 * run)
    return band, np.where(says, index, MISSING)
