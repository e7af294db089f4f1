"""Compare a file with its history: the periods it adds with those before them, and itself with the file it replaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from statistics import median
from typing import cast

import polars as pl

from ambos.flows.data.hold import HeldDifference
from ambos.flows.workspace import Workspace
from ambos.model import Dataset, Snapshot
from ambos.periods import label as label_of
from ambos.quality import Check
from ambos.sources.shared.base import Rows
from ambos.store.codes import encode
from ambos.text import Text

#: Days of a period, with room: so far back the periods before a new one are read.
DAYS = {"A": 366, "Q": 92, "M": 31}
#: Fewest periods that make a history, rows of a period that are worth a count, and places or items that are worth a list.
LEAST_PERIODS, LEAST_ROWS, LEAST_VALUES = 3, 20, 10
#: Places or items absent that are no accident.
LEAST_ABSENT = 3
#: A file with less than this share of the places (or items) of the history is a selection of them.
SELECTION = 0.5
#: Periods and codes named in the message.
SHOWN = 3
#: A file with less than this share of the rows of the file of its name before it has shrunk.
SHRUNK = 0.9


def shrunk(workspace: Workspace, name: str, day: date, parts: Sequence[Rows], before: Snapshot | None) -> Text | None:
    """Note that a file gives fewer rows, or a shorter span, than the file of its name gave before.

    Parameters
    ----------
    workspace : Workspace
        As it is before the rows are appended.
    name : str
        The file.
    day : date
        On which its figures were known.
    parts : sequence of Rows
        Its rows.
    before : Snapshot or None
        The newest file of that name and request known until that day; None if there is none.

    Raises
    ------
    CannotRead
    """
    if before is None:
        return None
    rows, were = sum(part.given for part in parts), before.counts.get("read", 0)
    said = []
    if rows < SHRUNK * were:
        said.append(Text(f"rows: {rows:,}, before {were:,}", f"renglones: {rows:,}, antes {were:,}"))
    for one in dict.fromkeys(part.dataset for part in parts if part.frame.height and not part.own_days):
        dataset = workspace.catalog.datasets[one]
        periods = pl.concat([part.frame[dataset.period] for part in parts if part.dataset == one]).cast(pl.Date)
        given: list[date] = periods.unique().sort().to_list()
        if not (known := workspace.store.days(one, day)):
            continue
        if given[0] > known[0]:
            said.append(Text(f"begins {given[0]}, before {known[0]}", f"empieza el {given[0]}, antes el {known[0]}"))
        if given[-1] < known[-1]:
            said.append(Text(f"ends {given[-1]}, before {known[-1]}", f"termina el {given[-1]}, antes el {known[-1]}"))
    if not said:
        return None
    return Text(
        f"{name}: less than the file of that name known on {before.as_of} ({'; '.join(t.en for t in said)}). What it does"
        " not give stays.",
        f"{name}: menos que el archivo de ese nombre conocido el {before.as_of} ({'; '.join(t.es for t in said)}). Lo que no"
        " trae se conserva.",
    )


def incomplete_files(
    workspace: Workspace,
    dataset: Dataset,
    files: Mapping[str, Sequence[pl.DataFrame]],
    accepted: AbstractSet[str],
    check: Check,
) -> dict[str, HeldDifference]:
    """Find the files whose new months, quarters or years hold clearly less than those before.

    The history of a file is what was known on its day, and its own earlier periods. A file of a selection of places or
    items is compared with their rows alone; one with a year, a month or a few figures gives no history to compare with.

    Parameters
    ----------
    workspace : Workspace
        As it is before the rows are appended.
    dataset : Dataset
        One by day or hour is not compared: its periods are one row, or a few.
    files : mapping of str to sequence of polars.DataFrame
        Rows of the dataset by snapshot id, the files in order of their days.
    accepted : set of str
        Snapshot ids of the files that are never held.
    check : Check
        ``arrival`` of the table of checks: the limits.

    Returns
    -------
    dict of str to HeldDifference
        The shortfall of each file that has one, by snapshot id.

    Raises
    ------
    CannotRead
    """
    given = {one: pl.concat(parts, how="diagonal_relaxed") for one, parts in files.items() if parts}
    given = {one: rows for one, rows in given.items() if rows.height}
    if dataset.frequency not in DAYS or accepted >= given.keys():
        return {}
    store = workspace.store
    unknown = set().union(*(rows[dataset.period].unique() for rows in given.values()))
    first: date = min(day for rows in given.values() for day in rows["as_of"].unique())
    unknown -= set(store.days(dataset.id, first))
    if not unknown:
        return {}
    since: date = min(unknown) - timedelta(days=DAYS[dataset.frequency] * int(check["complete_history"]))
    table = store.table(dataset.id, vintages=True)
    period = table[dataset.period]
    columns = [*dataset.keys, "as_of"]
    known = [store.frame(table.filter(period.between(since, max(unknown))).select(columns))]
    found: dict[str, HeldDifference] = {}
    for one, rows in given.items():
        day = rows["as_of"].max()
        before = _once([part.filter(pl.col("as_of") <= day) for part in known], dataset)
        if one not in accepted and (over := _shortfall(dataset, before, _once([rows], dataset), check, workspace)):
            found[one] = over
        else:
            known.append(rows.select(columns))
    return found


def _once(parts: Sequence[pl.DataFrame], dataset: Dataset) -> pl.DataFrame:
    """The keys of rows, each once: members of an archive restate each other."""
    if len(parts) > 1:  # to text, which takes long, only where categories differ
        parts = [part.with_columns(pl.col(pl.Categorical).cast(pl.String)) for part in parts]
    rows = pl.concat([part.select(dataset.keys) for part in parts])
    return rows.filter(encode([rows], dataset.keys)[0].is_first_distinct())


def _shortfall(
    dataset: Dataset, known: pl.DataFrame, rows: pl.DataFrame, check: Check, workspace: Workspace
) -> HeldDifference | None:
    """Describe the new periods of a file that fall short of those before, if any does."""
    period = dataset.period
    names = [key for key in dataset.keys if key != period]
    for name in names:
        before, now = (frame[name].unique().cast(pl.String) for frame in (known, rows))
        if len(before) < LEAST_VALUES or before.is_in(now.implode()).sum() < SELECTION * len(before):
            known = known.filter(pl.col(name).cast(pl.String).is_in(now.implode()))
    counts = pl.concat([frame.group_by(period).len() for frame in (known, rows)]).group_by(period).max().sort(period)
    new = set(rows[period].unique()) - set(known[period].unique())
    there = {name: _by_period([known, rows], period, name) for name in names}
    short: list[dict[str, object]] = []
    absent: dict[str, list[str]] = {}
    periods = counts[period].to_list()
    for place, (when, given) in enumerate(counts.iter_rows()):
        past = range(max(0, place - int(check["complete_history"])), place)
        usual = median(counts["len"][past.start : place]) if past else 0
        if when not in new or len(past) < LEAST_PERIODS or usual < LEAST_ROWS:
            continue
        gone = {}
        for name, values in there.items():
            always = set.intersection(*(values[periods[i]] for i in past))
            lost = always - values[when]
            if len(always) >= LEAST_VALUES and len(lost) >= max(LEAST_ABSENT, check["complete_places"] * len(always)):
                gone[name] = sorted(lost)
        if gone or given < check["complete_rows"] * usual:
            short.append({"period": when, "rows": given, "usual": usual})
            absent.update({name: sorted({*absent.get(name, ()), *lost}) for name, lost in gone.items()})
    if not short:
        return None
    return HeldDifference(dataset.id, _said(dataset, short, absent, workspace), {"short": short, "absent": absent})


def _by_period(frames: Sequence[pl.DataFrame], period: str, name: str) -> dict[date, set[str]]:
    pairs = pl.concat(
        [frame.select(period, name).unique().with_columns(pl.col(name).cast(pl.String)) for frame in frames]
    )
    return {when: set(values) for when, values in pairs.group_by(period).agg(name).iter_rows()}


def _said(
    dataset: Dataset, short: Sequence[Mapping[str, object]], absent: Mapping[str, Sequence[str]], workspace: Workspace
) -> Text:
    """Write which periods are incomplete, and their absent rows."""
    words: dict[str, list[str]] = {"en": [], "es": []}
    for one in short[:SHOWN]:
        label = label_of(cast("date", one["period"]), dataset.frequency)
        words["en"].append(f"{label}: {one['rows']:,} rows, usual before {one['usual']:,.0f}")
        words["es"].append(f"{label}: {one['rows']:,} renglones; antes, lo usual eran {one['usual']:,.0f}")
    said = Text(
        f"{dataset.title.en}: new periods with clearly less than those before: {len(short):,} ({'; '.join(words['en'])}).",
        f"{dataset.title.es}: periodos nuevos con claramente menos que los anteriores: {len(short):,}"
        f" ({'; '.join(words['es'])}).",
    )
    for name, values in absent.items():
        column = dataset.column(name)
        codes = workspace.catalog.codelists[column.codes].codes if column.codes else {}
        en = ", ".join(f"{v} ({codes[v].name.en})" if v in codes else v for v in values[:SHOWN])
        es = ", ".join(f"{v} ({codes[v].name.es})" if v in codes else v for v in values[:SHOWN])
        said += Text(
            f" Absent, although in every period before: {column.description.en}: {len(values):,}, first {en}.",
            f" Faltan, aunque estaban en todos los periodos anteriores: {column.description.es}: {len(values):,};"
            f" primero {es}.",
        )
    return said
