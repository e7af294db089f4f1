"""Hold a file for a yes that takes back more known figures than a revision does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import polars as pl

from ambos.errors import Held
from ambos.flows.workspace import Workspace
from ambos.model import Dataset
from ambos.quality import Check
from ambos.store.codes import encode
from ambos.text import Text

#: Differences shown of a held file.
SHOWN = 3


class HeldDifference(NamedTuple):
    """The changes that a file would make to a dataset: as a sentence, and as counts, series and rows by name."""

    dataset: str
    said: Text
    data: Mapping[str, object]


def held_files(
    workspace: Workspace,
    dataset: Dataset,
    files: Mapping[str, Sequence[pl.DataFrame]],
    accepted: AbstractSet[str],
    check: Check,
) -> dict[str, HeldDifference]:
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
    dict of str to HeldDifference
        That of each file over a limit, by snapshot id.

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
    parts_of = ("_key", dataset.keys), ("_values", dataset.values), ("_file", ["snapshot_id"])
    both = pl.DataFrame([pl.concat(encode([held, rows], columns)).alias(name) for name, columns in parts_of])
    both = both.with_columns(
        pl.concat([held["as_of"], rows["as_of"]]),
        _new=pl.int_range(pl.len()) >= held.height,
        _row=pl.int_range(pl.len()),
    )
    ids = pl.DataFrame([rows["snapshot_id"], both["_file"].tail(rows.height)]).unique()
    numbers = dict(ids.cast({"snapshot_id": pl.String}).iter_rows())
    found: dict[str, HeldDifference] = {}
    while both["_new"].any():
        order = both.filter(encode([both], ["_key", "as_of", "_file"])[0].is_last_distinct())
        order = order[encode([order], ["_key", "as_of", "_row"])[0].arg_sort()]
        order = order.with_columns(pl.col("_row", "_values", "_key").shift(1).name.suffix("_before"))
        before = order.filter(pl.col("_new") & (pl.col("_key") == pl.col("_key_before")))
        given = dict(before.group_by("_file").len().iter_rows())
        changed = before.filter(pl.col("_values") != pl.col("_values_before"))
        differing = set(changed["_file"])
        over = None
        for one in files:
            if one in accepted or numbers.get(one) not in differing:
                continue
            of = changed.filter(pl.col("_file") == numbers[one])
            new = rows[of["_row"] - held.height]
            old = _rows(held, rows, of["_row_before"])
            if over := _over(dataset, old, new, given[numbers[one]], check):
                found[one] = over
                both = both.filter(pl.col("_file") != numbers[one])
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


def _over(dataset: Dataset, old: pl.DataFrame, new: pl.DataFrame, given: int, check: Check) -> HeldDifference | None:
    """Describe the differences if they are over a limit."""
    series = [key for key in dataset.keys if key != dataset.period] or [dataset.period]
    new = new.with_columns(pl.col(pl.Categorical).cast(pl.String))
    lost, beyond = 0, []
    for column in dataset.values:
        by = new.filter(old[column].is_not_null() & new[column].is_null()).group_by(series).len("values")
        lost += int(by["values"].sum())
        over = by.filter(pl.col("values") > check["held_missing"]).sort(series)
        beyond += [{**one, "column": column} for one in over.iter_rows(named=True)]
    periods = new[dataset.period].n_unique()
    many = new.height / given > check["held_share"] and periods > check["held_periods"]
    if not beyond and (dataset.all_revised or not many):
        return None
    shown: list[dict[str, object]] = []
    for before, after in zip(old.iter_rows(named=True), new.iter_rows(named=True), strict=True):
        names = [c for c in dataset.values if before[c] != after[c]]
        if beyond and not any(after[c] is None for c in names):
            continue
        values = {c: {"before": before[c], "after": after[c]} for c in names}
        shown.append({**{key: after[key] for key in dataset.keys}, "values": values})
        if len(shown) == SHOWN:
            break
    first = "; ".join(
        f"{', '.join(str(one[key]) for key in dataset.keys)}: "
        + ", ".join(f"{c} {_cell(v['before'])} → {_cell(v['after'])}" for c, v in one["values"].items())  # type: ignore[attr-defined]
        for one in shown
    )
    limit = f"{check['held_missing']:.0f}"
    said = Text(
        f"{dataset.title.en}: {lost:,} known values become missing (series with more than {limit}: {len(beyond):,}),"
        f" and {new.height:,} of the {given:,} rows known already change, in {periods:,} periods. First: {first}.",
        f"{dataset.title.es}: {lost:,} valores conocidos pasan a faltantes (series con más de {limit}: {len(beyond):,})"
        f" y cambian {new.height:,} de los {given:,} renglones ya conocidos, en {periods:,} periodos. Primeros: {first}.",
    )
    counts = {"missing": lost, "changed": new.height, "known": given, "periods": periods}
    return HeldDifference(dataset.id, said, {**counts, "series": beyond, "first": shown})


def _cell(value: object) -> str:
    return "–" if value is None else str(value)


def refuse(file: str, digest: str, difference: HeldDifference) -> Held:
    """The error of a held file, with the start of its hash for ``--accept``."""
    return Held(
        file=file,
        detail=difference.said,
        hash=digest[:12],
        sha256=digest,
        dataset=difference.dataset,
        difference=difference.data,
    )
