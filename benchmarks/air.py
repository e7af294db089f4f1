"""How fast a year of hours of 50 stations becomes both indices, whether it says what exact fractions say, and what
python-aqi says of the same concentrations.

The readings are made up, with a twentieth missing: speed and agreement are measured here, nothing about any air.
python-aqi takes one concentration at a time, has no NowCast and no means, and so it is given those made here.
"""

from __future__ import annotations

import statistics
import time
from bisect import bisect_left
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl

from ambos.air.hourly import DECIMALS, hourly
from ambos.air.index import index, judge, table_on
from ambos.catalog.air import load_air
from ambos.model.air import AirRules

try:
    import aqi
except ImportError:  # `make bench` installs it from benchmarks/peers.txt
    aqi = None

STATIONS, HOURS, RUNS, COMPARED = 50, 8760, 5, 5000
START = datetime(2025, 7, 1, 7, tzinfo=UTC)  # Mexico's cuts change within the year
#: Logarithms of mean and spread, and decimals of readings: µg/m³, ppb.
MADE_UP = {"pm25": (2.3, 0.5, 1), "o3": (3.9, 0.3, 0)}


def readings(pollutant: str = "pm25") -> pl.DataFrame:
    """Log-normal concentrations, no two stations alike."""
    draw = np.random.default_rng(1)
    mean, spread, decimals = MADE_UP[pollutant]
    values = np.round(np.exp(draw.normal(mean, spread, STATIONS * HOURS)), decimals)
    at = [START + timedelta(hours=k) for k in range(HOURS)]
    return pl.DataFrame(
        {
            "station": np.repeat([f"s{k:02}" for k in range(STATIONS)], HOURS),
            "pollutant": [pollutant] * (STATIONS * HOURS),
            "at": at * STATIONS,
            "day": [(t - timedelta(hours=7)).date() for t in at] * STATIONS,
            "amount": np.rint(values * 10**DECIMALS).astype(np.int64),
            "held": draw.random(STATIONS * HOURS) > 0.05,
        },
        schema_overrides={"at": pl.Datetime("us", "UTC")},
    ).select(pl.exclude("amount", "held"), pl.when("held").then("amount").alias("amount"))


def peer(rules: AirRules, pollutant: str) -> None:
    """What python-aqi says of the same concentrations, and why it is not the same."""
    table = table_on(rules, "us", START.date())
    number = next(k for k, s in enumerate(table.scales) if s.pollutant == pollutant)
    scale = table.scales[number]
    found = hourly(readings(pollutant), rules).filter(pl.col("us_scale") == number)
    name = {"pm25": "PM2.5, NowCast", "o3": "ozone, 8 h"}[pollutant]
    if aqi is None:
        print(f"{name}: python-aqi is not installed (benchmarks/peers.txt)")
        return
    element = {"pm25": aqi.POLLUTANT_PM25, "o3": aqi.POLLUTANT_O3_8H}[pollutant]
    written = [str(Decimal(u).scaleb(-scale.decimals)) for u in found["us_units"]]
    theirs: list[int | None] = []
    start = time.perf_counter()
    for concentration in written:
        try:
            theirs.append(int(aqi.to_iaqi(element, concentration, algo=aqi.ALGO_EPA)))
        except IndexError:  # above its last breakpoint
            theirs.append(None)
    seconds = time.perf_counter() - start
    told = list(zip(written, found["us_index"], theirs, strict=True))
    differ = [(c, b) for c, a, b in told if a != b]
    category = sum(b is None or category_of(a) != category_of(b) for _, a, b in told)
    old = {c: legacy(rules, pollutant, c) for c, _ in differ}
    reasons = Counter("fails above its last breakpoint" if b is None else why(old[c], b, pollutant) for c, b in differ)
    print(f"{name}: python-aqi takes {seconds:.2f} s for {len(written):,} concentrations, means not included")
    print(f"  {len(differ):,} differ ({len(differ) / len(written):.1%}), {category:,} by category; why:")
    for reason, count in reasons.most_common():
        print(f"    {count:,}: {reason}")


def category_of(value: int) -> int:
    """The place of an AQI among its categories."""
    return bisect_left((50, 100, 150, 200, 300), value)


def why(old: int | None, theirs: int, pollutant: str) -> str:
    """What a value that differs is put down to."""
    exact = old in (None, theirs)
    return f"its table of {pollutant} is that before {STALE[pollutant]}" + (
        "" if exact else ", and halves are not rounded up"
    )


#: The day on which python-aqi's table was replaced.
STALE = {"pm25": "6 May 2024", "o3": "28 December 2015"}


def legacy(rules: AirRules, pollutant: str, concentration: str) -> int | None:
    """The index by the table before that of 2024; None for ozone, whose table was another before 2015 and is not held."""
    if pollutant == "o3":
        return None
    (scale,) = table_on(rules, "us", date(2024, 5, 5)).of(pollutant)
    judged = judge(Fraction(concentration), scale)
    return judged and judged.index


def main() -> None:
    frame, rules = readings(), load_air()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        found = hourly(frame, rules)
        seconds.append(time.perf_counter() - start)
    print(f"{frame.height:,} hours to both indices: {statistics.median(seconds):.2f} s (median of {RUNS})")
    start, differ = time.perf_counter(), 0
    first = found.head(COMPARED).to_dicts()
    values = [None if r["amount"] is None else Decimal(r["amount"]).scaleb(-DECIMALS) for r in first]
    for k, row in enumerate(first):
        for country in rules.tables:
            judged = index(table_on(rules, country, row["day"]), "pm25", values[max(0, k - 23) : k + 1], "ug/m3")
            units = None if judged is None else int(judged.value.scaleb(judged.scale.decimals))
            differ += (units, judged and judged.step.band) != (row[f"{country}_units"], row[f"{country}_band"])
            differ += country == "us" and (judged and judged.index) != row["us_index"]
    each = (time.perf_counter() - start) / COMPARED
    print(f"{COMPARED:,} of them one by one with fractions: {each * 1e6:.0f} µs each, {differ} differ")
    for pollutant in MADE_UP:
        peer(rules, pollutant)


if __name__ == "__main__":
    main()
