"""`ambos series`, `ambos sources`, `ambos places`: what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ambos.catalog.catalog import plain
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.model import Dataset, Indicator, LeftOut, Place, Series, Snapshot, Source
from ambos.periods import label
from ambos.text import Text


def list_series(workspace: Workspace, words: str = "") -> list[Series | Indicator]:
    """Series and indicators whose id, title or definition holds all the words, in either language."""
    wanted = plain(words).split("-") if words else []

    def hay(s: Series | Indicator) -> str:
        return plain(" ".join((s.id, s.title.en, s.title.es, s.definition.en, s.definition.es)))

    return [s for s in workspace.catalog.series.values() if all(w in hay(s) for w in wanted)]


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source, with what of it is held.

    Attributes
    ----------
    source : Source
    last : Snapshot or None
        The snapshot whose figures are the newest known.
    snapshots : int
    newest : date or None
        The first day of the newest period held of the region's own places: of its datasets, of the one furthest behind.
    period : str or None
        That period's label, as `ambos.periods` writes it; of hours the day.
    left_out : tuple of LeftOut
        What in its files was not read, newest file first; then what `fetch` brought and `build` has not stored.
    set_aside : mapping of str to int
        Rows of its files that are in the quarantine, by the kind of reason (`ambos.sources.shared.base.REASONS`).
    late : bool
        Whether a newer period of it should be out by now, by the source's expected lag.
    """

    source: Source
    last: Snapshot | None
    snapshots: int
    newest: date | None
    period: str | None
    late: bool
    left_out: tuple[LeftOut, ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)


def list_sources(workspace: Workspace) -> list[SourceState]:
    """All sources and how fresh each is."""
    snapshots = workspace.store.snapshots()
    quarantine = workspace.store.frame(workspace.store.quarantined())
    unread = _unread(workspace)
    counts = quarantine.group_by("snapshot_id", "reason").len().sort("reason").rows()
    today = workspace.clock().date()
    states = []
    for source in workspace.catalog.sources.values():
        own = [s for s in snapshots if s.source == source.id]
        newest = period = None
        late = False
        if held := _held(workspace, source, own):
            newest, frequency = min(held, key=lambda h: _next_end(*h))
            period = label(newest, "D" if frequency == "H" else frequency)
            late = (today - _next_end(newest, frequency)).days > source.lag_days
        last = max(own, key=lambda s: s.as_of, default=None)
        left_out = (*(o for s in reversed(own) for o in s.left_out), *unread.get(source.id, ()))
        ids, set_aside = {s.id for s in own}, Counter[str]()
        for snapshot, reason, count in counts:
            if snapshot in ids:
                set_aside[reason] += count
        states.append(SourceState(source, last, len(own), newest, period, late, left_out, set_aside))
    return states


def _unread(workspace: Workspace) -> dict[str, list[LeftOut]]:
    """List, by source, the fetched files of the workspace without a row in the store: refused, or new."""
    folder = workspace.folder / "snapshots"
    read = {s.sha256 for s in workspace.store.snapshots(base=False)}
    why = Text("fetched and not stored; ambos build says why", "descargado y sin guardar; ambos build dice por qué")
    unread: dict[str, list[LeftOut]] = {}
    for line in read_ledger(folder / "ledger.jsonl"):
        if line["result"] == "stored" and line["sha256"] not in read and (folder / line["file"]).is_file():
            unread.setdefault(line["source"], []).append(LeftOut(line["file"], "refused", why))
    return unread


def _held(workspace: Workspace, source: Source, own: Sequence[Snapshot]) -> list[tuple[date, str]]:
    """The newest period and the frequency of each of the source's datasets."""
    datasets = [d for d in workspace.catalog.datasets.values() if source.id in d.sources]
    held = [(_newest(workspace, d, [s.id for s in own]), d.frequency) for d in datasets]
    return [(n.date() if isinstance(n, datetime) else n, frequency) for n, frequency in held if n]


def _newest(workspace: Workspace, dataset: Dataset, snapshots: Sequence[str]) -> date | datetime | None:
    """The newest period of the region's own places (of all where the dataset has none of them), of these snapshots where
    several sources feed the dataset."""
    catalog, store = workspace.catalog, workspace.store
    table = store.table(dataset.id)
    if len(dataset.sources) > 1:
        table = table.filter(table.snapshot_id.isin(list(snapshots)))
    for key in dataset.keys:
        places = [p for p in catalog.region_places() if catalog.places[p].kind == dataset.column(key).codes]
        if places:
            table = table.filter(table[key].isin(places))
            break
    found: date | datetime | None = store.frame(table.aggregate(newest=table[dataset.period].max()))["newest"][0]
    return found


def _next_end(newest: date, frequency: str) -> date:
    """The end of the period after the newest one held, from when the lag counts."""
    if frequency == "A":
        return date(newest.year + 2, 1, 1)
    if frequency == "M":
        month = newest.year * 12 + newest.month + 1
        return date(month // 12, month % 12 + 1, 1)
    return newest


def list_places(workspace: Workspace, words: str = "", *, everywhere: bool = False) -> Sequence[Place]:
    """The region's places, or all of them; of these, the ones whose name holds the words."""
    catalog = workspace.catalog
    chosen = catalog.places if everywhere else [*catalog.region_places(), *catalog.region.comparators]
    places = [catalog.places[p] for p in chosen]
    return [p for p in places if plain(words) in plain(f"{p.id} {p.slug} {p.name.en} {p.name.es}")]
