"""Rows of one file that say the same thing twice, or two things of one key."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ambos.model import Dataset, Resolution
from ambos.sources.shared.base import REJECT_SCHEMA
from ambos.store.codes import encode
from ambos.text import Text


def set_aside_repeated(
    frame: pl.DataFrame, dataset: Dataset, resolutions: Sequence[Resolution] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make keys unique, and say what was repeated.

    A row given twice is kept once. A key given twice with different values has no official value: unless a resolution
    says which one is meant, it is kept with its values empty and status M. All values given are in the quarantine.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows of `dataset`, with `status`.
    dataset : Dataset
    resolutions : sequence of Resolution

    Returns
    -------
    good, repeated : polars.DataFrame
        Rows with unique keys, and the rows set aside (`ambos.sources.shared.base.REJECT_SCHEMA`).
    """
    keys = [*dataset.keys, *(["as_of"] if "as_of" in frame.columns else [])]
    code = encode([frame], keys)[0]
    if code.n_unique() == frame.height:  # as nearly always, and known sooner than which are repeated
        return frame, pl.DataFrame(schema=REJECT_SCHEMA)
    numbered = frame.with_row_index("_row")
    again = numbered.filter(code.is_duplicated())
    once = again.unique([*keys, *dataset.values, "status"], keep="first", maintain_order=True)
    conflict = once.filter(pl.struct(keys).is_duplicated())
    meant = [_meant(conflict, dataset, r) for r in resolutions if r.dataset == dataset.id]
    chosen = pl.concat([conflict.clear(), *meant])
    emptied = (
        conflict.join(chosen, on=keys, how="anti")
        .unique(keys, keep="first", maintain_order=True)
        .with_columns(
            *(pl.lit(None, dtype=frame.schema[v]).alias(v) for v in dataset.values),
            status=pl.lit("M").cast(frame.schema["status"]),
        )
    )
    kept = [
        numbered.join(again, on="_row", how="anti"),
        once.join(conflict, on="_row", how="anti"),
        chosen,
        emptied.select(numbered.columns),
    ]
    reasons = {
        "duplicate": Text("the same row was given before", "el mismo renglón ya se había dado"),
        "conflict": Text(
            "The same key was given with different values. None of them is used.",
            "La misma clave se dio con valores distintos. No se usa ninguno.",
        ),
    }
    repeated = [
        _repeated(again.join(once, on="_row", how="anti"), "duplicate", reasons["duplicate"]),
        _repeated(conflict.join(chosen, on=keys, how="anti"), "conflict", reasons["conflict"]),
        *(
            _repeated(conflict.join(one, on=keys, how="semi"), "conflict", _used(resolution))
            for one, resolution in zip(meant, (r for r in resolutions if r.dataset == dataset.id), strict=True)
        ),
    ]
    return pl.concat(kept).sort("_row").drop("_row"), pl.concat(repeated)


def _meant(conflict: pl.DataFrame, dataset: Dataset, resolution: Resolution) -> pl.DataFrame:
    """The row that a resolution means; none if the file does not hold it."""
    wanted = {**resolution.key, dataset.values[0]: resolution.value}
    return conflict.filter(*(pl.col(column).cast(pl.String) == value for column, value in wanted.items()))


def _used(resolution: Resolution) -> Text:
    return Text(
        f"The same key was given with different values. {resolution.value} is used: {resolution.why.en}.",
        f"La misma clave se dio con valores distintos. Se usa {resolution.value}: {resolution.why.es}.",
    )


def rejected(rows: pl.DataFrame, reason: str, words: Sequence[Text]) -> pl.DataFrame:
    """Rows set aside (`ambos.sources.shared.base.REJECT_SCHEMA`), each with the reason in words."""
    columns = [c for c in rows.columns if c != "_row"]
    return rows.select(
        pl.lit(None, dtype=pl.Int64).alias("line"),
        pl.struct(pl.col(columns).cast(pl.String)).struct.json_encode().alias("row"),
        pl.lit(reason).cast(REJECT_SCHEMA["reason"]).alias("reason"),
        pl.Series("reason_en", [text.en for text in words], dtype=pl.String),
        pl.Series("reason_es", [text.es for text in words], dtype=pl.String),
    )


def _repeated(rows: pl.DataFrame, reason: str, words: Text) -> pl.DataFrame:
    return rejected(rows, reason, [words] * rows.height)
