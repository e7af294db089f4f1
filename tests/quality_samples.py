"""Clean monthly counts of many ports, drawn from a seeded generator, in which tests plant one fault at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import ibis
import numpy as np
import polars as pl

from ambos.catalog import Catalog
from ambos.model import Finding
from ambos.quality import run

YEARS = range(2008, 2025)
MONTHS = [date(y, m, 1) for y in YEARS for m in range(1, 13)]
#: Port and what a mean month of it counts; the first two are of the region, the rest are its neighbours.
ELSEWHERE = ("2301", "2303", "2304", "2305", "2307", "2309", "2310", "2402", "2403", "2503", "2504", "2506")
PORTS = {"2604": 300_000, "2602": 30_000, "2601": 140_000, "2603": 28_000, **dict.fromkeys(ELSEWHERE, 50_000)}
PER_PARENT = {
    "truck_containers_loaded": ("trucks", 0.7),
    "truck_containers_empty": ("trucks", 0.3),
    "personal_vehicle_passengers": ("personal_vehicles", 1.87),
}


@dataclass
class World:
    """Tables in the making."""

    catalog: Catalog
    crossings: pl.DataFrame
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    refused: list[dict[str, object]] = field(default_factory=list)

    def edit(self, port: str, measure: str, start: date, end: date, change: Callable[[int], int | None]) -> None:
        """Change the counts of some months; None takes the row away."""
        here = (pl.col("port") == port) & (pl.col("measure") == measure) & pl.col("period").is_between(start, end)
        rows = self.crossings.filter(here)
        changed = rows.with_columns(value=pl.Series([change(v) for v in rows["value"]], dtype=pl.Int64))
        self.crossings = pl.concat([self.crossings.filter(~here), changed.drop_nulls("value")])

    def add(self, port: str, measure: str, values: Mapping[date, int]) -> None:
        """Further rows."""
        rows = pl.DataFrame({"period": list(values), "value": list(values.values())}).with_columns(
            port=pl.lit(port), measure=pl.lit(measure), status=pl.lit("A")
        )
        self.crossings = pl.concat([self.crossings, rows.select(self.crossings.columns)])

    def refuse(self, reason: str, **row: object) -> None:
        """A row in the quarantine."""
        given = json.dumps({k: str(v) for k, v in row.items()})
        said = {"reason_en": "None is used.", "reason_es": "No se usa ninguno."}
        self.refused.append({"dataset": "crossings", "reason": reason, "row": given, **said})

    def findings(self, check: str | None = None) -> list[Finding]:
        """What the checks find in all of it."""
        tables = {"crossings": ibis.memtable(self.crossings)}
        tables |= {name: ibis.memtable(frame) for name, frame in self.tables.items()}
        if self.refused:
            tables["quarantine"] = ibis.memtable(pl.DataFrame(self.refused))
        return [f for f in run(tables, self.catalog) if check in (None, f.check)]


def clean(catalog: Catalog, seed: int = 4) -> World:
    """Counts with a season, noise and a slow trend, and nothing wrong."""
    random = np.random.default_rng(seed)
    season = 1 + 0.15 * np.sin(2 * np.pi * np.arange(len(MONTHS)) / 12)
    trend = np.exp(0.01 * np.arange(len(MONTHS)) / 12)
    rows = []
    for port, mean in PORTS.items():
        for measure, share in (("trucks", 0.1), ("personal_vehicles", 1.0), ("pedestrians", 0.5)):
            noise = np.exp(random.normal(0, 0.04, len(MONTHS)))
            counts = np.round(mean * share * season * trend * noise).astype(int)
            rows += [(m, port, measure, int(v)) for m, v in zip(MONTHS, counts, strict=True)]
            for child, (parent, ratio) in PER_PARENT.items():
                if parent == measure:
                    per = ratio * np.exp(random.normal(0, 0.02, len(MONTHS)))
                    rows += [(m, port, child, round(v * r)) for m, v, r in zip(MONTHS, counts, per, strict=True)]
    frame = pl.DataFrame(rows, schema=["period", "port", "measure", "value"], orient="row")
    return World(catalog, frame.with_columns(status=pl.lit("A")))


def waits(hours: int = 2000) -> pl.DataFrame:
    """Hourly reports of two lanes at one crossing of the region, waits by the hour of the day, nothing wrong."""
    random = np.random.default_rng(5)
    start = datetime(2025, 4, 1, tzinfo=UTC)
    rows = []
    for lane, base in (("standard", 40), ("sentri", 13)):
        for hour in range(hours):
            at = start + timedelta(hours=hour)
            delay = round(base * (1 + 0.5 * np.sin(hour / 24 * 2 * np.pi)) + random.integers(-4, 5))
            rows.append(
                ("260401", "passenger", lane, at, "delay", delay, 3 + hour % 3, 8, at + timedelta(minutes=5), 0)
            )
    columns = ["crossing", "mode", "lane", "observed_at", "state", "delay_minutes", "lanes_open", "maximum_lanes"]
    frame = pl.DataFrame(rows, schema=[*columns, "fetched_at", "clamped"], orient="row")
    return frame.with_columns(crossing_state=pl.lit("open"))
