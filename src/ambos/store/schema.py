"""The exact columns of every stored table, and the check of the rows that come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import polars as pl
from polars.datatypes import DataTypeClass

from ambos.errors import BadRows
from ambos.model import Dataset
from ambos.model.data import Status
from ambos.store import codes
from ambos.text import Text

if TYPE_CHECKING:
    import ibis

Schema = dict[str, pl.DataType]

#: How each type of the definitions is stored. Decimals hold four digits after the point, as Banco de México's
#: exchange rates do; times are UTC to the microsecond.
TYPES: dict[str, pl.DataType] = {
    "str": pl.String(),
    "int": pl.Int64(),
    "decimal": pl.Decimal(18, 4),
    "date": pl.Date(),
    "datetime": pl.Datetime("us", "UTC"),
}

#: Beside a dataset's own columns.
COMMON: Schema = {"status": pl.String(), "as_of": pl.Date(), "snapshot_id": pl.String()}

#: Columns that only the store sees: the version that brought the row (0: the base), which settles ties between rows
#: with the same date of knowledge; and whether it is a figure of a new key, one of a commit that revised something, or
#: only says that one was confirmed.
SEQUENCE = "sequence"
KIND = "kind"
FIGURE = "figure"
REVISION = "revision"
CONFIRMATION = "confirmation"

SNAPSHOTS: Schema = {
    "id": pl.String(),
    "source": pl.String(),
    "file": pl.String(),
    "sha256": pl.String(),
    "size": pl.Int64(),
    "as_of": pl.Date(),
    "retrieved_at": pl.Datetime("us", "UTC"),
    "request": pl.String(),
    "counts": pl.String(),  # JSON: counts, and what was left out
    SEQUENCE: pl.Int64(),
}

#: Rows that could not be used: what connectors say of them (`ambos.sources.shared.base.REJECT_SCHEMA`) and of which bytes.
QUARANTINE: Schema = {
    "dataset": pl.String(),
    "snapshot_id": pl.String(),
    "line": pl.Int64(),
    "row": pl.String(),
    "reason": pl.String(),
    "reason_en": pl.String(),
    "reason_es": pl.String(),
}

FINDINGS: Schema = {
    "id": pl.String(),
    "check": pl.String(),
    "dataset": pl.String(),
    "place": pl.String(),
    "item": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "size": pl.Float64(),
    "text_en": pl.String(),
    "text_es": pl.String(),
    "severity": pl.String(),
    "events": pl.String(),  # JSON
}

#: Tables that are not datasets.
RECORDS = {"snapshots": SNAPSHOTS, "quarantine": QUARANTINE, "findings": FINDINGS}


def of(dataset: Dataset) -> Schema:
    """The columns of a dataset's table, as everyone sees them."""
    return {c.id: TYPES[c.type] for c in dataset.columns} | COMMON


def stored(dataset: Dataset) -> Schema:
    """The columns of its Parquet files in the workspace."""
    return of(dataset) | {SEQUENCE: pl.Int64()}


def to_ibis(schema: Schema) -> ibis.Schema:
    """The same for Ibis."""
    import ibis
    import ibis.expr.datatypes as dt

    def one(kind: pl.DataType) -> dt.DataType:
        if isinstance(kind, pl.Decimal):
            return dt.Decimal(kind.precision, kind.scale)
        if isinstance(kind, pl.Datetime):
            return dt.Timestamp(timezone="UTC", scale=6)
        simple = {pl.String: dt.string, pl.Int64: dt.int64, pl.Date: dt.date, pl.Float64: dt.float64}
        return simple[type(kind)]

    return ibis.schema({name: one(kind) for name, kind in schema.items()})


def to_sql(kind: pl.DataType) -> str:
    """Give the type for DuckDB."""
    if isinstance(kind, pl.Decimal):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    names = {
        pl.String: "VARCHAR",
        pl.Int64: "BIGINT",
        pl.Date: "DATE",
        pl.Float64: "DOUBLE",
        pl.Datetime: "TIMESTAMPTZ",
    }
    return names[type(kind)]


def fits(given: pl.DataType | DataTypeClass, wanted: pl.DataType) -> bool:
    """Return True if a column can take the wanted type without losing or inventing anything."""
    if given == wanted or given == pl.Null:
        return True
    if isinstance(wanted, pl.String):
        return isinstance(given, pl.Enum | pl.Categorical)
    if isinstance(wanted, pl.Int64):
        return bool(given.is_integer())
    if isinstance(wanted, pl.Decimal):
        return bool(given.is_integer()) or isinstance(given, pl.Decimal)
    if isinstance(wanted, pl.Datetime):
        return isinstance(given, pl.Datetime) and given.time_zone is not None
    return isinstance(wanted, pl.Float64) and bool(given.is_numeric())


def conform(what: str, frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The same rows with exactly the columns and types wanted; but text that comes as categories stays so, which is
    quicker to compare (see `as_text`).

    Raises
    ------
    BadRows
        If columns are missing or too many, or of a type that would lose or invent something (a decimal made of
        binary fractions, a time without a zone), or values do not fit.
    """
    missing = sorted(schema.keys() - set(frame.columns))
    extra = sorted(set(frame.columns) - schema.keys())
    if missing or extra:
        raise _bad(
            what,
            f"columns missing: {', '.join(missing) or '–'}; columns unknown: {', '.join(extra) or '–'}",
            f"columnas que faltan: {', '.join(missing) or '–'}; columnas desconocidas: {', '.join(extra) or '–'}",
        )
    for name, wanted in schema.items():
        if not fits(frame.schema[name], wanted):
            given = frame.schema[name]
            raise _bad(
                what, f"the column {name} is {given}, not {wanted}", f"la columna {name} es {given}, no {wanted}"
            )
    try:
        return frame.select(
            pl.col(name) if isinstance(frame.schema[name], pl.Categorical | pl.Enum) else pl.col(name).cast(kind)
            for name, kind in schema.items()
        )
    except pl.exceptions.PolarsError as error:
        raise _bad(what, str(error), str(error)) from error


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows as they are stored: categories as the text they stand for."""
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def check(dataset: Dataset, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows as they can be stored: exact types (see `conform`), whole keys, a known status."""
    rows = conform(dataset.id, frame, of(dataset))
    needed = [*dataset.keys, *COMMON]
    holes = [name for name in needed if rows[name].null_count()]
    if holes:
        raise _bad(dataset.id, f"empty cells in {', '.join(holes)}", f"celdas vacías en {', '.join(holes)}")
    unknown = sorted(set(rows["status"].unique()) - set(get_args(Status)))
    if unknown:
        raise _bad(dataset.id, f"unknown status: {', '.join(unknown)}", f"estatus desconocido: {', '.join(unknown)}")
    return rows


def check_once(dataset: Dataset, rows: pl.DataFrame, code: pl.Series) -> None:
    """Refuse rows in which a key stands twice for one date of knowledge.

    Parameters
    ----------
    dataset : Dataset
    rows : polars.DataFrame
    code : polars.Series
        Their keys, encoded.
    """
    identity = pl.DataFrame([code, rows["as_of"]])
    once = rows["as_of"].n_unique() <= 1
    twice = rows.height - (code if once else codes.encode([identity], identity.columns)[0]).n_unique()
    if twice:
        example = rows.filter(identity.is_duplicated()).select(*dataset.keys, "as_of").row(0)
        words = ", ".join(str(v) for v in example)
        raise _bad(dataset.id, f"{twice} keys twice, such as {words}", f"{twice} claves repetidas, por ejemplo {words}")


def _bad(what: str, en: str, es: str) -> BadRows:
    return BadRows(what=what, detail=Text(en, es))
