"""The query engine: DuckDB behind Ibis, over Parquet files."""

from __future__ import annotations

import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock, RLock
from typing import Any, cast

import polars as pl

from ambos.asked import Asked, Question, filled, to_compile, write
from ambos.cache import kept
from ambos.errors import BaseDamaged
from ambos.store import failures, schema
from ambos.store.arrow import ArrowStream
from ambos.store.schema import SEQUENCE, Schema

#: Maximum number of shapes of questions whose SQL is kept.
MOST_PLANS = 1024
#: Bytes of frames kept in all, and of one; what a frame takes besides its values (measured: 12 to 26 kB).
MOST_KEPT, MOST_OF_ONE, BESIDE = 32 * 2**20, 8 * 2**20, 20_000
#: The seconds of a column of times, as Ibis has DuckDB reckon them.
_LOCAL_SECONDS = re.compile(r"EPOCH\(CAST\((\"\w+\"\.\"\w+\") AS TIMESTAMP\)\)")


@dataclass(frozen=True, slots=True)
class Plan:
    """The SQL of a question, or of a shape of questions (`ambos.asked`)."""

    sql: str
    whole: tuple[str, ...]  #: The columns of whole numbers.


class Engine:
    """A DuckDB of one's own, in memory, connected on first use; one thread at a time uses it, the others wait.

    Parameters
    ----------
    folder, base : Path, Path or None
        One of them is named when reading fails: the base if the failure names it or there is no folder.
    """

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        self._folder = folder
        self._base = base
        self._connection: Any = None
        self._backend: Any = None
        self._lock = RLock()
        self._plans: dict[str, Plan] = {}
        self._kept: OrderedDict[Hashable, pl.DataFrame] = OrderedDict()
        self._kept_size = 0
        self._kept_lock = Lock()

    def connection(self) -> Any:
        """Give the connection of DuckDB."""
        if self._connection is None:
            import duckdb

            # Its default for what does not fit into memory is a folder where the user stands.
            spill = Path(tempfile.gettempdir()) / f"ambos-duckdb-{os.getpid()}"
            config: dict[str, str | bool | int | float | list[str]] = {
                # memory freed goes back to the system even while nothing is asked
                "allocator_background_threads": "true",
                "autoinstall_known_extensions": "false",
                "temp_directory": str(spill),
            }
            connection = duckdb.connect(":memory:", config=config)
            connection.execute("SET timezone = 'UTC'; SET python_enable_replacements = false")
            self._connection = connection
        return self._connection

    def backend(self) -> Any:
        """Give the Ibis backend of the connection."""
        if self._backend is None:
            import ibis

            # Not `ibis.duckdb`, which first searches all installed packages for backends.
            from ibis.backends.duckdb import Backend

            # Ibis takes long to put nested queries into one, which DuckDB does anyway.
            ibis.options.sql.fuse_selects = False
            self._backend = Backend.from_connection(self.connection())
        return self._backend

    def once(self, key: Hashable, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Give a frame that is kept by a key; of those kept, what was asked for longest ago goes first."""
        with self._kept_lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        frame = make()
        if frame.estimated_size() <= MOST_OF_ONE:
            with self._kept_lock:
                if (other := self._kept.pop(key, None)) is not None:
                    self._kept_size -= _size(other)
                self._kept[key] = frame
                self._kept_size += _size(frame)
                while self._kept_size > MOST_KEPT:
                    self._kept_size -= _size(self._kept.popitem(last=False)[1])
        return frame

    def frame(self, asked: Asked) -> pl.DataFrame:
        """Put a question."""
        plan = self.plan(asked)
        rows = self.rows(plan.sql)
        # DuckDB adds integers up to 128 bits, which arrive as decimals.
        wide = [name for name in plan.whole if rows.schema[name].is_decimal()]
        return rows.with_columns(pl.col(wide).cast(pl.Int64)) if wide else rows

    def plan(self, asked: Asked) -> Plan:
        """Give the SQL of a question: compiled once of each shape, and kept in the user's cache folder."""
        question = write(asked)
        shape = question.shape
        with self._lock:
            if (plan := self._plans.get(shape)) is None:
                plan = kept("plan", lambda: shape, lambda: self._compiled(question), most=MOST_PLANS)
                if len(self._plans) >= MOST_PLANS:
                    self._plans.clear()
                self._plans[shape] = plan
        return replace(plan, sql=filled(plan.sql, question))

    def _compiled(self, question: Question) -> Plan:
        """Have Ibis compile the shape of a question."""
        table = to_compile(question, [schema.to_ibis(cast("Schema", columns)) for columns in question.columns])
        # Ibis makes times local first; in UTC these are the same seconds, but DuckDB reckons each by its calendars.
        sql = _LOCAL_SECONDS.sub(r"EPOCH(\1)", str(self.backend().compile(table)))
        return Plan(sql, tuple(name for name, kind in table.schema().items() if kind.is_integer()))

    def rows(self, query: str) -> pl.DataFrame:
        """Run SQL; what is asked for at every start needs no Ibis."""
        with self._lock, failures.reading(self._folder, failures.engine):
            try:
                return pl.DataFrame(ArrowStream(self.connection().sql(query)))
            except Exception as error:
                # DuckDB takes the user's Ctrl-C for itself while a query runs, and says so in one of two classes.
                if "interrupted" in str(error).lower():
                    raise KeyboardInterrupt from error
                if self._base and (str(self._base) in str(error) or not self._folder.is_dir()):
                    raise BaseDamaged(path=self._base, detail=failures.reason(error)) from error
                raise


def _size(frame: pl.DataFrame) -> int:
    return int(frame.estimated_size()) + BESIDE


def quoted(path: Path) -> str:
    """A path as DuckDB's `read_parquet` takes it: a string in which nothing is a wildcard."""
    name = str(path.absolute())
    plain = "".join(f"[{c}]" if c in "[*?" else c for c in name)
    return "'" + plain.replace("'", "''") + "'"


def names(columns: Iterable[str]) -> str:
    """SQL for a list of columns."""
    return ", ".join(f'"{c}"' for c in columns)


def scan(files: Sequence[Path], columns: Iterable[str], sequence: str = "") -> str:
    """SQL for the rows of Parquet files; `sequence` stands in where the files have no such column."""
    also = f", {sequence} AS {SEQUENCE}" if sequence else ""
    paths = ", ".join(map(quoted, files))
    return f"SELECT {names(columns)}{also} FROM read_parquet([{paths}], hive_partitioning = false)"


def until(day: date | None) -> str:
    """SQL for the condition that a row was known on a day; nothing without a day."""
    return f" WHERE as_of <= DATE '{day.isoformat()}'" if day else ""


def among(column: str, values: Iterable[str]) -> str:
    """SQL for the condition that a column has one of some values."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f'"{column}" IN ({listed})' if listed else "false"


def distinct(files: Sequence[Path], columns: Iterable[str]) -> str:
    """SQL for the rows of Parquet files, each once."""
    return f"SELECT DISTINCT * FROM ({scan(files, columns)})"


def known(rows: str, columns: Iterable[str], as_of: date | None) -> str:
    """SQL for the rows known on a date, where no key has two."""
    return f"SELECT {names(columns)} FROM ({rows}){until(as_of)}"


def newest(rows: str, columns: Iterable[str], keys: Iterable[str], as_of: date | None) -> str:
    """SQL for the newest row of each key, of those known on a date; of rows of one day the last appended.

    Conditions on the keys that are added outside reach the files: DuckDB moves them below the window.
    """
    rank = f"row_number() OVER (PARTITION BY {names(keys)} ORDER BY as_of DESC, {SEQUENCE} DESC)"
    return f"SELECT {names(columns)} FROM (SELECT *, {rank} AS _rank FROM ({rows}){until(as_of)}) WHERE _rank = 1"


def by_keys(rows: str, others: str, keys: Iterable[str]) -> tuple[str, str]:
    """SQL for the rows whose key is among those of other rows, and for the rows whose key is not."""
    using = f"({others}) AS others USING ({names(keys)})"
    return f"SELECT * FROM ({rows}) AS rows SEMI JOIN {using}", f"SELECT * FROM ({rows}) AS rows ANTI JOIN {using}"


def nothing(columns: Schema) -> str:
    """SQL for no rows with these columns."""
    casts = (f'CAST(NULL AS {schema.to_sql(kind)}) AS "{name}"' for name, kind in columns.items())
    return f"SELECT {', '.join(casts)} WHERE false"
