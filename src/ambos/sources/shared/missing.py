"""Marks that stand where a source has no figure, in any spelling. One place for all readers of measurements."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import File
from ambos.text import Text


def blank(file: File, cells: pl.Series, catalog: Catalog, kind: Literal["air", "water"]) -> pl.Series:
    """Empty the cells that hold a mark of a missing figure; the file notes how many of each.

    A mark is compared as a number, so that ``-999``, ``-999.0``, ``-9.99E+02`` and ``−999`` are one; a text without
    regard to case.

    Parameters
    ----------
    file : File
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
    found = sorted(text for text in cells.unique().to_list() if text and _value(text) in marks)
    if not found:
        return cells
    counts = ", ".join(f"{text} ({cells.eq(text).sum()})" for text in found)
    file.notes.append(Text(f"marks of a missing figure: {counts}", f"marcas de cifra faltante: {counts}"))
    return cells.replace(found, [""] * len(found))


def _value(text: str) -> Decimal | str:
    plain = text.strip().replace("\u2212", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain.lower()
    return number if number.is_finite() else plain.lower()
