"""Live storage of Lake Mead by level and back, on straight lines between the rows of a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal

from ambos.model.river import Storage


def storage_at(table: Storage, level: Decimal) -> Decimal | None:
    """Live storage in kaf at a level in feet; none outside the table, which is never stretched."""
    return _between(table.feet, table.kaf, level)


def level_at(table: Storage, kaf: Decimal) -> Decimal | None:
    """The level in feet of a live storage in kaf; none outside the table."""
    return _between(table.kaf, table.feet, kaf)


def _between(x: Sequence[Decimal], y: Sequence[Decimal], at: Decimal) -> Decimal | None:
    if not x[0] <= at <= x[-1]:
        return None
    i = min(bisect_right(x, at), len(x) - 1)
    return y[i - 1] + (at - x[i - 1]) * (y[i] - y[i - 1]) / (x[i] - x[i - 1])
