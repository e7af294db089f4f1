"""Two stations hour by hour: difference, correlation, lag, hour of day, months without a valid twin, and what each side
is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt

import numpy as np
import numpy.typing as npt
import polars as pl

from ambos.air.hourly import DECIMALS, hourly
from ambos.air.means import PART_NEEDED
from ambos.model.air import AirRules

Floats = npt.NDArray[np.float64]

#: How far one station is moved against the other, hours.
LAGS = 6
#: Fewer hours in common than these have no correlation.
LEAST_COMMON = 24
HOURS = 24
#: Mean radius of the Earth, km (IUGG).
_RADIUS = 6371.0088
#: The three ways to lay both indices beside each other: whose US index, whose Mexican one.
MATRICES = (("a", "b"), ("a", "a"), ("b", "b"))


@dataclass(frozen=True, slots=True)
class Together:
    """Hours in which both have a value. µg/m³ or ppb."""

    hours: int
    #: `mean_a`, `mean_b`: None where no hour is common.
    mean_a: float | None
    mean_b: float | None
    #: `difference`, `median`: mean and median of b less a.
    difference: float | None
    median: float | None
    correlation: float | None  #: Pearson's; None with fewer than 24 hours, or where one of them never changes.


@dataclass(frozen=True, slots=True)
class TwinMonth:
    """Hours of a month with a value at each station, and at both."""

    month: date  #: Its first day, local standard time.
    #: `due`, `a`, `b`, `both`: hours.
    due: int
    a: int
    b: int
    both: int

    def valid(self, held: int) -> bool:
        """Return True if the hours are three quarters of the month's."""
        return held >= PART_NEEDED * self.due


@dataclass(frozen=True, slots=True)
class Matrix:
    """Hours by US category and Mexican band."""

    #: `us`, `mx`: whose air the index of each country is of, ``a`` or ``b``.
    us: str
    mx: str
    counts: npt.NDArray[np.int64]  #: (categories, bands).


@dataclass(frozen=True, slots=True)
class PairAnalysis:
    """Two stations and a pollutant."""

    pollutant: str
    station_a: str
    station_b: str
    #: `first`, `last`: the first and the last hour that either has, UTC.
    first: datetime
    last: datetime
    #: `hours_a`, `hours_b`: with a value.
    hours_a: int
    hours_b: int
    whole: Together
    by_hour: tuple[Together, ...]  #: By hour of the day of local standard time, from 0 to 23.
    lags: tuple[tuple[int, Together], ...]  #: b so many hours later than a; negative: earlier.
    months: tuple[TwinMonth, ...]
    matrices: tuple[Matrix, ...]

    @property
    def best_lag(self) -> int | None:
        """The lag at which they go together most; the nearest to 0 of several. None where there is no correlation."""
        known = [(t.correlation, -abs(k), -k) for k, t in self.lags if t.correlation is not None]
        return -max(known)[2] if known else None


def analyse(a: pl.DataFrame, b: pl.DataFrame, rules: AirRules, offset: timedelta) -> PairAnalysis:
    """Compare two stations.

    Parameters
    ----------
    a, b : polars.DataFrame
        Readings of one station each and the same pollutant, as from `ambos.air.readings.read`, at least one row each.
    rules : AirRules
        For the matrices.
    offset : timedelta
        Of local standard time from UTC.
    """
    line = _line(a, b)
    va, vb = line["a"].to_numpy(), line["b"].to_numpy()
    local = line["at"].dt.replace_time_zone(None) + offset
    clock = local.dt.hour().to_numpy()
    return PairAnalysis(
        a["pollutant"][0],
        a["station"][0],
        b["station"][0],
        line["at"][0],
        line["at"][-1],
        int(np.isfinite(va).sum()),
        int(np.isfinite(vb).sum()),
        together(va, vb),
        tuple(together(va[clock == h], vb[clock == h]) for h in range(HOURS)),
        tuple((k, together(*_moved(va, vb, k))) for k in range(-LAGS, LAGS + 1)),
        tuple(_months(local.dt.date().dt.truncate("1mo"), va, vb)),
        _matrices(a, b, rules),
    )


def together(a: Floats, b: Floats) -> Together:
    """Two arrays of the same hours; NaN where one has no value."""
    both = np.isfinite(a) & np.isfinite(b)
    count = int(both.sum())
    if not count:
        return Together(0, None, None, None, None, None)
    x, y = a[both], b[both]
    correlation = None
    if count >= LEAST_COMMON and np.ptp(x) > 0 and np.ptp(y) > 0:
        correlation = float(np.corrcoef(x, y)[0, 1])
    apart = y - x
    return Together(count, float(x.mean()), float(y.mean()), float(apart.mean()), float(np.median(apart)), correlation)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points (latitude, longitude; degrees)."""
    (p, q), (r, s) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((r - p) / 2) ** 2 + cos(p) * cos(r) * sin((s - q) / 2) ** 2
    return 2 * _RADIUS * asin(sqrt(half))


def _line(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Every hour from the first to the last of either, with both values; NaN where there is none."""

    def own(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        value = pl.col("amount").cast(pl.Float64) / 10**DECIMALS
        return frame.filter(pl.col("amount").is_not_null()).select("at", value.alias(name))

    one, other = own(a, "a"), own(b, "b")
    ends = pl.concat([one.select("at"), other.select("at")])
    span = pl.datetime_range(pl.col("at").min(), pl.col("at").max(), "1h", time_unit="us")
    line = ends.select(span).join(one, on="at", how="left", maintain_order="left")
    whole: pl.DataFrame = line.join(other, on="at", how="left", maintain_order="left").fill_null(float("nan"))
    return whole


def _moved(a: Floats, b: Floats, lag: int) -> tuple[Floats, Floats]:
    """b so many hours later beside a."""
    size = len(a) - abs(lag)
    if size <= 0:
        return a[:0], b[:0]
    return (a[:size], b[lag:]) if lag >= 0 else (a[-lag:], b[:size])


def _months(month: pl.Series, a: Floats, b: Floats) -> Iterator[TwinMonth]:
    held = pl.DataFrame({"month": month, "a": np.isfinite(a), "b": np.isfinite(b)})
    sums = held.group_by("month", maintain_order=True).agg(
        pl.col("a").sum(), pl.col("b").sum(), (pl.col("a") & pl.col("b")).sum().alias("both")
    )
    for first, in_a, in_b, both in sums.iter_rows():
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        yield TwinMonth(first, HOURS * (after - first).days, in_a, in_b, both)


def _matrices(a: pl.DataFrame, b: pl.DataFrame, rules: AirRules) -> tuple[Matrix, ...]:
    judged = {
        name: hourly(frame.select("station", "pollutant", "at", "day", "amount"), rules).select(
            "at", "us_band", "mx_band"
        )
        for name, frame in (("a", a), ("b", b))
    }
    size = tuple(max(len(t.bands) for t in rules.tables[c]) for c in ("us", "mx"))
    matrices = []
    for us, mx in MATRICES:
        pairs = judged[us].select("at", "us_band").join(judged[mx].select("at", "mx_band"), on="at").drop_nulls()
        counts = np.zeros(size, np.int64)
        np.add.at(counts, (pairs["us_band"].to_numpy(), pairs["mx_band"].to_numpy()), 1)
        matrices.append(Matrix(us, mx, counts))
    return tuple(matrices)
