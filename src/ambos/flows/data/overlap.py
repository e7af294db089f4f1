"""Resolve overlaps: files that give figures already held, or given by another file, and the notes on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import polars as pl

from ambos.errors import NeedsDate
from ambos.flows.data.reading import SourceFile
from ambos.flows.workspace import Workspace
from ambos.model import Dataset, LeftOut
from ambos.sources.shared.base import Rows
from ambos.store.codes import encode
from ambos.text import Text


def day_assumed(workspace: Workspace, entry: SourceFile, parts: Sequence[Rows]) -> Text | None:
    """Note the held figures that a file of an unknown day changes; refuse the file if it may be older.

    It is read as of today. A file with periods that are not held yet is newer and may revise any figure. One without
    them may be newer or older than the rows held: it may not change figures that are settled; and one
    that ends before what is held may change none.

    Raises
    ------
    NeedsDate
    """
    changed = 0
    given: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        if not entry.dated and not part.own_days and part.frame.height:
            given.setdefault(part.dataset, []).append(part.frame)
    for name, frames in given.items():
        against = workspace.store.against(name, joined(frames, workspace.catalog.datasets[name]))
        changed += against.changed
        if against.newest is None or against.given > against.newest or not against.changed:
            continue
        if against.given == against.newest and not against.settled:
            continue
        counts = f"{against.changed:,}"
        raise NeedsDate(
            file=entry.name,
            today=entry.as_of,
            detail=Text(
                f"it gives other values for figures that are held ({counts}, as known on {against.known}), and nothing newer"
                " than they are; it is not known whether it is older.",
                f"da otros valores a cifras que ya se tienen ({counts}, con fecha de corte al {against.known}) y nada más"
                " reciente; no se sabe si es anterior.",
            ),
        )
    if not changed:
        return None
    return Text(
        f"{entry.name}: figures held that it changed: {changed:,}. Its day is not known; they count as known today,"
        f" {entry.as_of}. If it is older, build it with --as-of.",
        f"{entry.name}: cifras que ya se tenían y cambió: {changed:,}. No se sabe de qué día es; cuentan como conocidas hoy,"
        f" {entry.as_of}. Si es anterior, léalo con --as-of.",
    )


#: Share of its rows from which on a part of an archive is restated by another, and does not merely stand beside it.
RESTATED = 0.5


def restated(parts: Sequence[Rows], datasets: Mapping[str, Dataset]) -> list[LeftOut]:
    """Count, by member of an archive, the figures that another member restates with other values or leaves out.

    A month's own table of freight and the year's to date that restates it are both in the archive of the year. A row of
    the month that the year's table does not have is kept: it may be withdrawn, or not.

    Parameters
    ----------
    parts : sequence of Rows
        Rows of the archive, by member and dataset.
    datasets : mapping of str to Dataset
    """
    given: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        if not part.own_days:
            given.setdefault(part.dataset, []).append(part.frame.with_columns(_member=pl.lit(part.member)))
    other: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for name, frames in given.items():
        if len(frames) < 2:
            continue
        dataset = datasets[name]
        rows = _in_order(frames, dataset)
        rows = rows.with_columns(
            _key=encode([rows], [*dataset.keys, "as_of"])[0], _newest=pl.col("_member").last().over(dataset.period)
        )
        again = rows.filter(pl.col("_key").is_duplicated())
        differ = (pl.col(v).ne_missing(pl.col(v).last().over("_key")) for v in dataset.values)
        other.update(again.filter(pl.any_horizontal(differ))["_member"])
        newest = pl.col("_member") == pl.col("_newest")
        held = rows.filter(newest)["_key"].unique().implode()
        older = rows.filter(~newest).group_by("_member", dataset.period).agg(_there=pl.col("_key").is_in(held))
        for member, there in older.select("_member", "_there").iter_rows():
            if there.count(True) >= RESTATED * len(there) and not all(there):
                alone[member] += there.count(False)
    en = "figures that another part of the archive gives with other values, which count"
    es = "cifras que otra parte del archivo comprimido da con otros valores, que son los que cuentan"
    en_alone = "figures that another part of the archive, which restates its month, does not have; they are kept"
    es_alone = "cifras que no trae otra parte del archivo comprimido que repite su mes; se conservan"
    return [
        LeftOut(member, "passed", Text(f"{words.en}: {count:,}", f"{words.es}: {count:,}"))
        for words, counts in ((Text(en, es), other), (Text(en_alone, es_alone), alone))
        for member, count in sorted(counts.items())
    ]


def conflicting_values(parts: Sequence[pl.DataFrame], dataset: Dataset, files: Mapping[str, str]) -> Text | None:
    """Count the figures that files of one day give differently, and name the files.

    Members of one archive restate each other: of them the later one is the newer.

    Parameters
    ----------
    parts : sequence of polars.DataFrame
        Rows of one dataset, a frame for each file or member of one.
    dataset : Dataset
    files : mapping of str to str
        The name of each file, by snapshot id.
    """
    whole = [part for part in parts if part.height]
    if len({part["snapshot_id"][0] for part in whole}) < 2:
        return None
    rows = _in_order(whole, dataset)
    key = encode([rows], [*dataset.keys, "as_of"])[0].alias("_key")
    last = key.is_last_distinct()
    older = rows.with_columns(key).filter(~last)
    kept = rows.with_columns(key).filter(last & key.is_in(older["_key"].implode()))
    both = older.join(kept, on="_key").filter(pl.col("snapshot_id") != pl.col("snapshot_id_right"))
    differ = both.filter(pl.any_horizontal(pl.col(v).ne_missing(pl.col(f"{v}_right")) for v in dataset.values))
    changed = differ.height
    others = {*differ["snapshot_id"].cast(pl.String), *differ["snapshot_id_right"].cast(pl.String)}
    if not changed:
        return None
    names = ", ".join(sorted(files[one] for one in others))
    return Text(
        f"Figures given differently by files of one day: {changed:,} ({names}). Those of the file that reaches further, or"
        " comes later by name, count; give each its day with --as-of.",
        f"Cifras que archivos del mismo día dan distintas: {changed:,} ({names}). Cuentan las del archivo que llega más lejos"
        " o que va después por nombre; indique el día de cada uno con --as-of.",
    )


def joined(parts: list[pl.DataFrame], dataset: Dataset) -> pl.DataFrame:
    """The rows of several files of a source, or of several members of one, each key once a day of knowledge.

    Where two give a figure of the same day, the one that reaches into a later month counts; if both reach as far, the
    later one in order. A month's own table of freight is older than the year's that restates it, wherever it stands
    in the archive.
    """
    if len(parts) == 1:
        return parts[0]
    rows = _in_order(parts, dataset)
    return rows.filter(encode([rows], [*dataset.keys, "as_of"])[0].is_last_distinct())


def _in_order(parts: Sequence[pl.DataFrame], dataset: Dataset) -> pl.DataFrame:
    """Join the rows of several files or members, the prevailing ones last."""

    def reach(part: pl.DataFrame) -> tuple[int, int]:
        newest = cast(date, part[dataset.period].max())
        return newest.year, newest.month

    return pl.concat(sorted((p for p in parts if p.height), key=reach) or parts, how="diagonal_relaxed")
