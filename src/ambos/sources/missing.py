"""Marks that stand where a source has no figure, in any spelling. One place for all readers of measurements."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal

import polars as pl

from ambos.catalog.catalog import Catalog


def blank(cells: pl.Series, catalog: Catalog, kind: Literal["air", "water"]) -> pl.Series:
    """Empty the cells that hold a mark of a missing figure.

    A mark is compared as a number, so that ``-999``, ``-999.0``, ``-9.99E+02`` and ``−999`` are one; a text without
    regard to case.

    Parameters
    ----------
    cells : polars.Series of str
        As the source writes them.
    catalog : Catalog
        Its code list ``missing_marks`` names the marks and where each is known from.
    kind : {"air", "water"}
        998877 marks a missing level or flow, but no missing concentration.

    Returns
    -------
    polars.Series of str
    """
    marks = {_value(mark) for mark in catalog.codelists["missing_marks"].from_system(kind)}
    found = [text for text in cells.unique().to_list() if text and _value(text) in marks]
    return cells.replace(found, [""] * len(found)) if found else cells


def _value(text: str) -> Decimal | str:
    plain = text.strip().replace("\u2212", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain.lower()
    return number if number.is_finite() else plain.lower()
