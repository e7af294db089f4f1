"""Live storage of Lake Mead by level, on straight lines between the rows of a table."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal

from ambos.model.river import Storage


def storage_at(table: Storage, level: Decimal) -> Decimal | None:
    """Live storage in kaf at a level in feet; none outside the table, which is never stretched."""
    x, y = table.feet, table.kaf
    if not x[0] <= level <= x[-1]:
        return None
    i = min(bisect_right(x, level), len(x) - 1)
    return y[i - 1] + (level - x[i - 1]) * (y[i] - y[i - 1]) / (x[i] - x[i - 1])
