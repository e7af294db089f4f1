"""Small tables in the shape of the store's, for tests of the indicators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import ibis
import polars as pl

from ambos.catalog import Catalog
from ambos.indicators import observe
from ambos.model import Series

KNOWN = date(2025, 3, 1)
TYPES: dict[str, Any] = {"str": pl.String, "int": pl.Int64, "decimal": pl.Decimal(18, 6), "date": pl.Date}
TYPES["datetime"] = pl.Datetime("us", "UTC")


def table(catalog: Catalog, dataset: str, rows: Iterable[dict[str, Any]]) -> Any:
    """Rows of a dataset as an Ibis table; what a row leaves out is null, its status A, known on `KNOWN`."""
    columns = {c.id: TYPES[c.type] for c in catalog.datasets[dataset].columns}
    schema = {**columns, "status": pl.String, "as_of": pl.Date, "snapshot_id": pl.String}
    full = [{"status": "A", "as_of": KNOWN, "snapshot_id": "0" * 16, **row} for row in rows]
    assert all(set(row) <= set(schema) for row in full)
    return ibis.memtable(pl.DataFrame(full, schema=schema))


def months(*years: int) -> list[date]:
    return [date(year, month, 1) for year in years for month in range(1, 13)]


def crossing(period: date, port: str, value: int | None, measure: str = "trucks", **more: Any) -> dict[str, Any]:
    return {"period": period, "port": port, "measure": measure, "value": value, **more}


def wait(at: datetime, minutes: int | None, crossing: str = "260401", **more: Any) -> dict[str, Any]:
    state = {"state": "pending", "status": "M"} if minutes is None else {"state": "delay" if minutes else "no_delay"}
    rest = {"mode": "passenger", "lane": "standard", "crossing_state": "open", "lanes_open": 3, "maximum_lanes": 8}
    return {"crossing": crossing, "observed_at": at.astimezone(UTC), "delay_minutes": minutes, **rest, **state, **more}


def ask(catalog: Catalog, series: str, rows: Any, places: Sequence[str] | None, **more: Any) -> pl.DataFrame:
    """Observe a packaged series on rows."""
    what = catalog.series[series]
    assert isinstance(what, Series)
    source = table(catalog, what.dataset, rows) if isinstance(rows, list) else rows
    where = None if places is None else [catalog.places[p] for p in places]
    return observe(source, what, catalog, places=where, **more)


def values(frame: pl.DataFrame) -> list[Any]:
    return frame["value"].to_list()
