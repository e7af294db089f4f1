"""A small dataset with every type of column, and rows for it. Not figures of anything."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl

from ambos.model import Dataset, DatasetColumn
from ambos.text import Text

NAME = Text("sample", "muestra")

SAMPLE = Dataset(
    id="sample",
    title=NAME,
    description=NAME,
    sources=("nobody",),
    frequency="M",
    period="period",
    columns=(
        DatasetColumn("period", "key", "date", NAME),
        DatasetColumn("place", "key", "str", NAME),
        DatasetColumn("value", "value", "int", NAME),
        DatasetColumn("rate", "value", "decimal", NAME),
        DatasetColumn("state", "value", "str", NAME),
        DatasetColumn("remark", "note", "str", NAME),
        DatasetColumn("seen_at", "note", "datetime", NAME),
    ),
)
DATASETS = {"sample": SAMPLE}

SCHEMA = {
    "period": pl.Date,
    "place": pl.String,
    "value": pl.Int64,
    "rate": pl.Decimal(18, 4),
    "state": pl.String,
    "remark": pl.String,
    "seen_at": pl.Datetime("us", "UTC"),
    "status": pl.String,
    "as_of": pl.Date,
    "snapshot_id": pl.String,
}


def row(
    place: str = "a",
    value: int | None = 1,
    as_of: date = date(2025, 3, 1),
    period: date = date(2025, 1, 1),
    **more: object,
) -> dict[str, object]:
    """One row; what is not said is the same for all."""
    return {
        "period": period,
        "place": place,
        "value": value,
        "rate": Decimal("17.1234"),
        "state": None,
        "remark": "r",
        "seen_at": datetime(2025, 1, 1, 12, tzinfo=UTC),
        "status": "A",
        "as_of": as_of,
        "snapshot_id": "0" * 16,
    } | more


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    """Rows as a frame of the exact types."""
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")
