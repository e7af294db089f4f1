"""`ambos series`, `ambos sources`, `ambos places`: lists of series, sources and places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ambos.cache import kept
from ambos.catalog.catalog import plain
from ambos.flows.workspace import Workspace
from ambos.model import Indicator, Series
from ambos.model.answer import NOT_APPLICABLE, Answer, Cell, Column, Named, Table, View, data_table
from ambos.numbers import MISSING, both, day, number, period
from ambos.periods import MONTHS_IN, frequency_of, label, plus_months
from ambos.sources.shared.reasons import REASONS
from ambos.text import LANGUAGES, Text, joined

if TYPE_CHECKING:
    from ambos.model import Dataset, LeftOut, Place, Snapshot, Source

#: Maximum number of left-out parts of files named in a line.
NAMED = 5


def list_series(workspace: Workspace, words: str = "") -> list[Series | Indicator]:
    """Series and indicators whose id, title or definition holds all the words, in either language."""
    wanted = plain(words).split("-") if words else []

    def hay(s: Series | Indicator) -> str:
        return plain(" ".join((s.id, s.title.en, s.title.es, s.definition.en, s.definition.es)))

    return [s for s in workspace.catalog.series.values() if all(w in hay(s) for w in wanted)]


def series_answer(workspace: Workspace, words: str = "") -> Answer:
    """List series and indicators with their definitions; people see them by topic."""
    message = workspace.catalog.message
    listed = list_series(workspace, words)
    seen = ("series", "title", "definition")
    keys = (
        "topic",
        "unit",
        "frequency",
        "dataset",
        "items",
        "numerator",
        "denominator",
        "not_comparable_with",
        "warnings",
    )
    columns = (*(Column(key, message(f"column.{key}")) for key in seen), *(Column(key, None) for key in keys))
    rows = tuple(
        (
            *(s.id, s.title, s.definition, s.topic, s.unit),
            *((s.frequency, s.dataset, s.items) if isinstance(s, Series) else (None, None, ())),
            *((None, None) if isinstance(s, Series) else (s.numerator, s.denominator)),
            *(s.not_comparable_with, s.warnings),
        )
        for s in listed
    )
    views = (
        View(message(f"topic.{topic}"), seen, rows=tuple(i for i, s in enumerate(listed) if s.topic == topic))
        for topic in dict.fromkeys(s.topic for s in listed)
    )
    nothing = Text("No series or indicator matches.", "Ninguna serie ni indicador coincide.")
    return Answer(
        "series",
        Text("Series and indicators", "Series e indicadores"),
        (Table("series", None, columns, rows, views=tuple(views)),),
        problems=() if listed else (nothing,),
    )


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source, with its figures held."""

    source: Source
    last: Snapshot | None  #: The snapshot whose figures are the newest known.
    snapshots: int
    #: The first day of the newest period held of the region's own places: of its datasets, of the one furthest behind.
    newest: date | None
    period: str | None  #: That period's label, as `ambos.periods` writes it; of hours the day.
    late: bool  #: Whether a newer period of it should be out by now, by the source's expected lag.
    #: The day by which the next period should be out, by the source's expected lag; None if nothing is held.
    expected: date | None = None
    #: What in its files was not read, newest file first; then what `fetch` brought and `build` has not stored.
    left_out: tuple[LeftOut, ...] = ()
    #: Rows of its files that are in the quarantine, by the kind of reason (`ambos.sources.shared.reasons.REASONS`).
    set_aside: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the store tells of its sources."""

    snapshots: list[Snapshot]
    counts: list[tuple[str, str, int]]  #: Rows set aside, by id of the snapshot and kind of reason.
    read: list[str]  #: The files of which the folder holds rows, by sha256.
    newest: dict[
        str, list[tuple[date, str]]
    ]  #: By source, the newest period and the frequency of each of its datasets.


def list_sources(workspace: Workspace) -> list[SourceState]:
    """All sources and how fresh each is."""
    told = kept("sources", workspace.content, lambda: _told(workspace))
    snapshots, counts = told.snapshots, told.counts
    unread = _unread(workspace, told.read)
    today = workspace.clock().date()
    states = []
    for source in workspace.catalog.sources.values():
        own = [s for s in snapshots if s.source == source.id]
        newest = period = expected = None
        late = False
        if held := told.newest[source.id]:
            newest, frequency = min(held, key=lambda h: _next_end(*h))
            period = label(newest, "D" if frequency == "H" else frequency)
            expected = _next_end(newest, frequency) + timedelta(days=source.lag_days)
            late = today > expected
        last = max(own, key=lambda s: s.as_of, default=None)
        left_out = (*(o for s in reversed(own) for o in s.left_out), *unread.get(source.id, ()))
        ids, set_aside = {s.id for s in own}, Counter[str]()
        for snapshot, reason, count in counts:
            if snapshot in ids:
                set_aside[reason] += count
        states.append(SourceState(source, last, len(own), newest, period, late, expected, left_out, set_aside))
    return states


def sources_answer(workspace: Workspace) -> Answer:
    """List sources with their last snapshot, newest period and expected lag, and the parts of their files not stored."""
    message = workspace.catalog.message
    states = list_sources(workspace)
    columns = (
        Column("source", message("column.source")),
        Column("title", message("column.title")),
        Column("agency", message("column.agency")),
        *(Column(key, None) for key in ("url", "licence", "trust", "snapshots", "last_snapshot", "last_snapshot_file")),
        *(
            Column(key, None)
            for key in ("known_on", "newest_period", "period", "frequency", "expected_lag_days", "late")
        ),
        Column("oddities", None),
        Column("newest", message("column.newest"), kept=None),
        Column("snapshot", message("column.snapshot"), kept=None),
        Column("lag", message("column.lag"), kept=None, side="right"),
    )
    rows = tuple(
        (
            *(
                s.source.id,
                s.source.title,
                s.source.agency,
                s.source.url,
                s.source.licence,
                s.source.trust,
                s.snapshots,
            ),
            *((s.last.id, s.last.file, s.last.as_of) if s.last else (None, None, None)),
            *(s.newest, s.period, frequency_of(s.period) if s.period else None, s.source.lag_days, s.late),
            *(s.source.oddities, _newest_in_words(s), _snapshot_in_words(s), _lag_in_words(s.source.lag_days)),
        )
        for s in states
    )
    title = Text("Sources", "Fuentes")
    left = [line for s in states for line in _not_stored(s)]
    note = joined(left, "\n") if left else None
    seen = View(None, ("source", "title", "agency", "newest", "snapshot", "lag"), note=note)
    return Answer(
        "sources",
        title,
        (
            Table("sources", None, columns, rows, views=(seen,)),
            data_table(
                "set_aside",
                title,
                ("source", "reason", "rows"),
                ((s.source.id, Named(reason, REASONS[reason]), n) for s in states for reason, n in s.set_aside.items()),
            ),
            left_out_table((s.source.id, s.left_out) for s in states),
        ),
    )


def _newest_in_words(state: SourceState) -> Text:
    late = Text(" (newer figures should be out)", " (ya debería haber cifras más recientes)")
    newest = Text(*(period(state.period, k) for k in LANGUAGES)) if state.period else Text.same(MISSING)
    return newest + late if state.late else newest


def _snapshot_in_words(state: SourceState) -> Text:
    if state.last is None:
        return Text.same(MISSING)
    return Text(*(f"{day(state.last.as_of, k)} · {state.last.id}" for k in LANGUAGES))


def _lag_in_words(days: int) -> Text:
    return both(days) + (Text(" day", " día") if days == 1 else Text(" days", " días"))


def _not_stored(state: SourceState) -> Iterator[Text]:
    """Count the rows of a source that were set aside, and the parts of its files that were left out."""
    head = Text.same(f"[{state.source.id}] ")
    if state.set_aside:
        total = Text("Rows set aside: ", "Renglones apartados: ") + both(sum(state.set_aside.values()))
        kinds = (", ".join(f"{REASONS[r][k]} {number(n, 0, k)}" for r, n in state.set_aside.items()) for k in LANGUAGES)
        yield head + total + Text(*(f" ({named})." for named in kinds))
    if state.left_out:
        yield head + left_out_in_words(state.left_out)


def left_out_in_words(left_out: Sequence[LeftOut]) -> Text:
    """Count the parts of files that were not read; name the first `NAMED`, each with the reason."""
    count = len(left_out)
    first = names_of(left_out, "; ")
    more = Text("; --json lists them all.", "; --json los enumera todos.") if count > NAMED else Text.same(".")
    return Text(f"Left out: {count}: ", f"Omitidos: {count}: ") + first + more


def names_of(left_out: Sequence[LeftOut], between: str) -> Text:
    """Name the first `NAMED` of some files or parts of them, each with the reason."""
    return Text(*(between.join(f"{o.name} ({o.reason[k].rstrip('.')})" for o in left_out[:NAMED]) for k in LANGUAGES))


def left_out_table(by_source: Iterable[tuple[str, Sequence[LeftOut]]]) -> Table:
    """Tabulate every part of a file that was not read, and why."""
    rows = ((source, o.name, o.kind, o.reason) for source, left_out in by_source for o in left_out)
    return data_table("left_out", Text("Left out", "Omitidos"), ("source", "name", "kind", "reason"), rows)


def _told(workspace: Workspace) -> _Told:
    """Ask the store for what the list of sources tells of it."""
    snapshots = workspace.store.snapshots()
    return _Told(
        snapshots,
        workspace.store.set_aside().rows(),
        [s.sha256 for s in workspace.store.snapshots(base=False)],
        {
            source.id: _held(workspace, source, [s for s in snapshots if s.source == source.id])
            for source in workspace.catalog.sources.values()
        },
    )


def _unread(workspace: Workspace, read: Sequence[str]) -> dict[str, list[LeftOut]]:
    """List, by source, the fetched files of the workspace without a row in the store: refused, or new.

    `read` names by sha256 the files of which the store has rows.
    """
    from ambos.flows.data.ledger import read_ledger
    from ambos.model import LeftOut

    folder = workspace.folder / "snapshots"
    why = Text("fetched and not stored; ambos build says why", "descargado y sin guardar; ambos build dice por qué")
    unread: dict[str, list[LeftOut]] = {}
    for line in read_ledger(folder / "ledger.jsonl"):
        if line["result"] == "stored" and line["sha256"] not in read and (folder / line["file"]).is_file():
            unread.setdefault(line["source"], []).append(LeftOut(line["file"], "refused", why))
    return unread


def age_of(workspace: Workspace, dataset: Dataset, today: date) -> tuple[str, bool] | None:
    """Give the newest period held of a dataset and whether a newer one should be out by the usual lag of its sources.

    Returns
    -------
    (str, bool) or None
        The period's label, and True if figures of the next one should be out; None where nothing is held.
    """
    newest = _newest(workspace, dataset, None)
    if newest is None:
        return None
    first = newest.date() if isinstance(newest, datetime) else newest
    lag = max(workspace.catalog.sources[source].lag_days for source in dataset.sources)
    due = _next_end(first, dataset.frequency) + timedelta(days=lag)
    return label(first, "D" if dataset.frequency == "H" else dataset.frequency), today > due


def _held(workspace: Workspace, source: Source, own: Sequence[Snapshot]) -> list[tuple[date, str]]:
    """The newest period and the frequency of each of the source's datasets."""
    datasets = [d for d in workspace.catalog.datasets.values() if source.id in d.sources]
    held = [(_newest(workspace, d, [s.id for s in own]), d.frequency) for d in datasets]
    return [(n.date() if isinstance(n, datetime) else n, frequency) for n, frequency in held if n]


def _newest(workspace: Workspace, dataset: Dataset, snapshots: Sequence[str] | None) -> date | datetime | None:
    """The newest period of the region's own places (of all where the dataset has none of them), of these snapshots where
    they are given and several sources feed the dataset."""
    catalog = workspace.catalog
    among: dict[str, Sequence[str]] = {}
    if snapshots is not None and len(dataset.sources) > 1:
        among["snapshot_id"] = snapshots
    for key in dataset.keys:
        places = [p for p in catalog.region_places() if catalog.places[p].kind == dataset.column(key).codes]
        if places:
            among[key] = places
            break
    return workspace.store.newest(dataset.id, **among)


def _next_end(newest: date, frequency: str) -> date:
    """The end of the period after the newest one held, from when the lag counts."""
    return plus_months(newest, 2 * MONTHS_IN[frequency]) if frequency in MONTHS_IN else newest


def list_places(workspace: Workspace, words: str = "", *, everywhere: bool = False) -> Sequence[Place]:
    """The region's places, or all of them; of these, the ones whose name holds the words."""
    catalog = workspace.catalog
    chosen = catalog.places if everywhere else [*catalog.region_places(), *catalog.region.comparators]
    places = [catalog.places[p] for p in chosen]
    return [p for p in places if plain(words) in plain(" ".join((p.id, *p.names())))]


def _counterpart(place: Place) -> Cell:
    """Give the name of the port on the other side of the line; missing where it is not known."""
    return place.counterpart if place.across else NOT_APPLICABLE


def places_answer(workspace: Workspace, words: str = "", *, everywhere: bool = False) -> Answer:
    """List places; see `list_places`."""
    message = workspace.catalog.message
    places = list_places(workspace, words, everywhere=everywhere)
    columns = (
        Column("place", message("column.place")),
        Column("name", message("column.name")),
        Column("slug", Text.same("--place")),
        Column("kind", message("column.kind")),
        Column("counterpart", message("column.counterpart")),
        *(Column(key, None) for key in ("across", "parent", "latitude", "longitude")),
    )
    rows = tuple(
        (
            *(p.id, p.name, p.slug, Named(p.kind, message(f"place_kind.{p.kind}")), _counterpart(p), p.across),
            *(p.parent, p.latitude, p.longitude),
        )
        for p in places
    )
    nothing = Text("No place matches.", "Ningún lugar coincide.")
    hint = Text(" --all searches those outside the region too.", " --all busca también fuera de la región.")
    return Answer(
        "places",
        Text("Places", "Lugares"),
        (Table("places", None, columns, rows),),
        problems=() if places else (nothing if everywhere else nothing + hint,),
    )
