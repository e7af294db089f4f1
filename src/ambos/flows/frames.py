"""Tables of answers as data frames: the columns of their CSV, with types."""

from __future__ import annotations

import polars as pl

from ambos.model.answer import Table, flat_rows


def frame(table: Table) -> pl.DataFrame:
    """Give a table with the columns of its CSV.

    Parameters
    ----------
    table : Table

    Returns
    -------
    polars.DataFrame
        Whole numbers, other numbers as binary fractions, days, truth, and words as such.
    """
    columns, rows = flat_rows(table)
    return pl.DataFrame({key: _series([row[at] for row in rows]) for at, key in enumerate(columns)})


def _series(cells: list[object]) -> pl.Series:
    """Hold the cells of one column: whole numbers as such if all are, other numbers as floats, words as they are."""
    given = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in given):
        return pl.Series([cell if cell is None else str(cell) for cell in cells], dtype=pl.String)
    if any(not isinstance(cell, int) for cell in given) and all(not hasattr(cell, "year") for cell in given):
        return pl.Series([None if cell is None else float(cell) for cell in cells], dtype=pl.Float64)  # type: ignore[arg-type]
    return pl.Series(cells)
