"""Handing query results to Polars. This module must not import DuckDB: see `ArrowStream`."""

from __future__ import annotations

from typing import Protocol


class ArrowExportable(Protocol):
    """Anything that gives its rows through the Arrow C stream interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The capsule of the stream."""


class ArrowStream:
    """A query result as Polars wants it.

    Polars keeps the class of whatever it was once given until the interpreter ends. Given one of DuckDB's own
    classes, it keeps DuckDB's module alive beyond its end, which prints pages of warnings to the terminal; hence
    this class of ours in between, in a module that knows nothing of DuckDB. (DuckDB's own `pl()` avoids that too,
    but loads PyArrow and NumPy first, a tenth of a second.)

    Parameters
    ----------
    source : ArrowExportable
        A DuckDB relation.
    """

    def __init__(self, source: ArrowExportable) -> None:
        self._source = source

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The capsule of the stream."""
        return self._source.__arrow_c_stream__(requested_schema)
