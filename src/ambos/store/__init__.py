"""The store: the only room that knows Delta Lake, DuckDB and Parquet. Vintages live here.

Failures to read are raised as `CannotRead`, failures to write as `CannotWrite`.
"""

from ambos.store.store import Appended, Store

__all__ = ["Appended", "Store"]
