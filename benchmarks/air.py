"""How fast a year of hourly PM2.5 of 50 stations becomes both indices, and whether it says what exact fractions say.

The readings are made up, with a twentieth missing: speed and agreement are measured here, nothing about any air.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from ambos.air.hourly import DECIMALS, hourly
from ambos.air.index import index, table_on
from ambos.catalog.air import load_air

STATIONS, HOURS, RUNS, COMPARED = 50, 8760, 5, 5000
START = datetime(2025, 7, 1, 7, tzinfo=UTC)  # Mexico's cuts change within the year


def readings() -> pl.DataFrame:
    """Log-normal concentrations to one decimal, no two stations alike."""
    draw = np.random.default_rng(1)
    values = np.round(np.exp(draw.normal(2.3, 0.5, STATIONS * HOURS)), 1)
    at = [START + timedelta(hours=k) for k in range(HOURS)]
    return pl.DataFrame(
        {
            "station": np.repeat([f"s{k:02}" for k in range(STATIONS)], HOURS),
            "pollutant": ["pm25"] * (STATIONS * HOURS),
            "at": at * STATIONS,
            "day": [(t - timedelta(hours=7)).date() for t in at] * STATIONS,
            "amount": np.rint(values * 10**DECIMALS).astype(np.int64),
            "held": draw.random(STATIONS * HOURS) > 0.05,
        },
        schema_overrides={"at": pl.Datetime("us", "UTC")},
    ).select(pl.exclude("amount", "held"), pl.when("held").then("amount").alias("amount"))


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


if __name__ == "__main__":
    main()
