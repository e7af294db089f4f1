"""The store: the only room that knows Delta Lake, DuckDB and Parquet. Vintages live here."""

from ambos.store.store import Appended, Store

__all__ = ["Appended", "Store"]
