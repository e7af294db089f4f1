"""Hold a file for a yes that takes back more known figures than a revision does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import polars as pl

from ambos.errors import Held
from ambos.flows.workspace import Workspace
from ambos.model import Dataset
from ambos.quality import Check
from ambos.store.codes import encode
from ambos.text import Text

#: Differences shown of a held file.
SHOWN = 3


def held_files(
    workspace: Workspace,
    dataset: Dataset,
    files: Mapping[str, Sequence[pl.DataFrame]],
    accepted: AbstractSet[str],
    check: Check,
) -> dict[str, Text]:
    """Compare each file with the figures known on its day, in the store and in the other files of the build.

    Parameters
    ----------
    workspace : Workspace
        As it is before the rows are appended.
    dataset : Dataset
    files : mapping of str to sequence of polars.DataFrame
        Rows of the dataset by snapshot id, the files in order of their days. Of two rows of a file with one key the
        last counts.
    accepted : set of str
        Snapshot ids of the files that are never held.
    check : Check
        ``arrival`` of the table of checks: the limits.

    Returns
    -------
    dict of str to Text
        The differences of each file over a limit, by snapshot id.

    Raises
    ------
    CannotRead
    """
    parts = [part for frames in files.values() for part in frames if part.height]
    columns = [*dataset.keys, *dataset.values, "as_of", "snapshot_id"]
    if not parts or accepted >= files.keys() or (len(files) == 1 and workspace.store.newest(dataset.id) is None):
        return {}
    rows = pl.concat(parts, how="diagonal_relaxed").select(columns)
    table = workspace.store.table(dataset.id, vintages=True)
    period = table[dataset.period]
    known = table.filter(period.between(rows[dataset.period].min(), rows[dataset.period].max())).select(columns)
    held = workspace.store.frame(known)
    keys = encode([held, rows], dataset.keys)
    values = encode([held, rows], dataset.values)
    both = pl.concat(
        [
            held.select("as_of", pl.col("snapshot_id").cast(pl.String)).with_columns(_new=False),
            rows.select("as_of", pl.col("snapshot_id").cast(pl.String)).with_columns(_new=True),
        ]
    )
    both = both.with_columns(_row=pl.int_range(pl.len()), _key=pl.concat(keys), _values=pl.concat(values))
    both = both.filter(pl.col("_key").is_duplicated())
    found: dict[str, Text] = {}
    while both["_new"].any():
        order = both.unique(["_key", "as_of", "snapshot_id"], keep="last").sort("_key", "as_of", "_row")
        before = order.with_columns(
            _before=pl.col("_row").shift(1).over("_key"), _was=pl.col("_values").shift(1).over("_key")
        ).filter(pl.col("_new") & pl.col("_before").is_not_null())
        given = dict(before.group_by("snapshot_id").len().iter_rows())
        changed = before.filter(pl.col("_values") != pl.col("_was"))
        here = [one for one in files if one not in accepted and one in set(changed["snapshot_id"])]
        over = None
        for one in here:
            of = changed.filter(pl.col("snapshot_id") == one)
            new = rows[of["_row"] - held.height]
            old = _rows(held, rows, of["_before"])
            if over := _over(dataset, old, new, given[one], check):
                found[one] = over
                both = both.filter(pl.col("snapshot_id") != one)
                break
        if not over:
            break
    return found


def _rows(held: pl.DataFrame, rows: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    """Gather rows by their place in `held` followed by `rows`, in the order given."""
    in_held = places < held.height
    picked = [held[places.filter(in_held)], rows[places.filter(~in_held) - held.height]]
    texts = [frame.with_columns(pl.col(pl.Categorical).cast(pl.String)) for frame in picked]
    return pl.concat(texts, how="vertical_relaxed")[pl.concat([in_held.arg_true(), (~in_held).arg_true()]).arg_sort()]


def _over(dataset: Dataset, old: pl.DataFrame, new: pl.DataFrame, given: int, check: Check) -> Text | None:
    """Describe the differences if they are over a limit."""
    series = [key for key in dataset.keys if key != dataset.period]
    new = new.with_columns(pl.col(pl.Categorical).cast(pl.String))
    lost, lists, shown = 0, 0, []
    for column in dataset.values:
        gone = new.filter(old[column].is_not_null() & new[column].is_null())
        by = gone.group_by(series or [dataset.period]).len()
        beyond = by.filter(pl.col("len") > check["held_missing"])
        lost += gone.height
        lists += beyond.height
    periods = new[dataset.period].n_unique()
    share = new.height / given
    revised = share > check["held_share"] and periods > check["held_periods"]
    if not lists and not revised:
        return None
    for before, after in zip(old.iter_rows(named=True), new.iter_rows(named=True), strict=True):
        names = [c for c in dataset.values if before[c] != after[c]]
        if lists and not any(after[c] is None for c in names):
            continue
        where = ", ".join(str(after[key]) for key in dataset.keys)
        shown.append(f"{where}: " + ", ".join(f"{c} {_cell(before[c])} → {_cell(after[c])}" for c in names))
        if len(shown) == SHOWN:
            break
    first = "; ".join(shown)
    return Text(
        f"{dataset.title.en}: {lost:,} known values become missing (series with more than {check['held_missing']:.0f}:"
        f" {lists:,}), and {new.height:,} of the {given:,} rows known already change, in {periods:,} periods. First: {first}.",
        f"{dataset.title.es}: {lost:,} valores conocidos pasan a faltantes (series con más de {check['held_missing']:.0f}:"
        f" {lists:,}) y cambian {new.height:,} de los {given:,} renglones ya conocidos, en {periods:,} periodos."
        f" Primeros: {first}.",
    )


def _cell(value: object) -> str:
    return "–" if value is None else str(value)


def refuse(file: str, digest: str, said: Text) -> Held:
    """The error of a held file, with the start of its hash for ``--accept``."""
    return Held(file=file, detail=said, hash=digest[:12])
