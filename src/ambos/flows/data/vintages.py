"""Vintages of the figures of a series, and the changes of a dataset by day of knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from ambos.catalog.catalog import PLACE_KINDS
from ambos.errors import NoData, UnknownName
from ambos.flows.data.catalogue import numerator
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace
from ambos.indicators import Basis, Grain
from ambos.model import Dataset, Place
from ambos.model.answer import Answer, Cell, Named, data_table
from ambos.numbers import both
from ambos.text import Text

#: Days of revision that are compared; of more, the newest.
MOST_DAYS = 24


@dataclass(frozen=True, slots=True)
class Change:
    """Figures of a dataset that became known on a day."""

    dataset: Dataset
    as_of: date
    new: int  #: Rows of a period or key never seen before.
    revised: int  #: Rows that replace others.
    #: `first`, `last`: the first and last period of these rows (days in UTC for hours).
    first: date
    last: date


def changes(
    workspace: Workspace, *, place: str = "", source: str = "", series: str = "", count: int = 50
) -> list[Change]:
    """List the changes of datasets, newest day first.

    Parameters
    ----------
    workspace : Workspace
    place : str
        Only rows of this place or of those within it.
    source, series : str
        Only datasets that this source feeds, or that of this series.
    count : int
        Of changes; the newest.

    Raises
    ------
    UnknownName
        If there is no such place, source or series.
    """
    catalog = workspace.catalog
    if source and source not in catalog.sources:
        raise UnknownName(kind=Text("source", "la fuente"), name=source, nearest=", ".join(list(catalog.sources)[:5]))
    only = numerator(workspace, series).dataset if series else None
    where = catalog.place(place) if place else None
    made: list[Change] = []
    for dataset in catalog.datasets.values():
        if (only in (None, dataset.id)) and (not source or source in dataset.sources):
            made += changes_of(workspace, dataset, where)
    return sorted(made, key=lambda c: (c.as_of, c.dataset.id), reverse=True)[:count]


def changes_of(workspace: Workspace, dataset: Dataset, place: Place | None = None) -> list[Change]:
    """List what became known of a dataset, or of a place and those within it, newest day first; counted once per version."""

    among = {}
    if place:
        columns = [c for c in dataset.columns if c.role == "key" and (c.codes in PLACE_KINDS)]
        among = {c.id: m for c in columns if (m := workspace.catalog.members(place, c.codes or ""))}
        if not among:
            return []
    found = workspace.store.changes(dataset.id, **among)
    return [Change(dataset, r["as_of"], r["new"], r["revised"], r["first"], r["last"]) for r in found.to_dicts()]


def changes_answer(workspace: Workspace, *, place: str = "", source: str = "", series: str = "") -> Answer:
    """Tabulate the changes by day of knowledge, newest first; see `changes`."""
    rows = (
        (Named(c.dataset.id, c.dataset.title), c.as_of, c.new, c.revised, c.first, c.last, c.dataset.sources)
        for c in changes(workspace, place=place, source=source, series=series, count=1000)
    )
    keys = ("dataset", "as_of", "new", "revised", "first", "last", "sources")
    title = Text("What became known, by day", "Lo que se supo, por día")
    return Answer("changes", title, (data_table("changes", None, keys, rows),))


def revision_days(workspace: Workspace, dataset: str) -> list[date]:
    """The days on which rows of a dataset were replaced by others, in order."""
    known = changes_of(workspace, workspace.catalog.datasets[dataset])
    return [change.as_of for change in reversed(known) if change.revised]


def vintages(
    workspace: Workspace,
    series: str,
    *,
    places: Sequence[str] = (),
    items: Sequence[str] = (),
    start: date | None = None,
    end: date | None = None,
    frequency: Grain | None = None,
    year_basis: Basis = "calendar",
) -> Answer:
    """List every value that was ever known of the figures of a series, with the day on which it was known.

    Parameters
    ----------
    workspace, series, places, items, start, end, frequency, year_basis
        As for `ambos.flows.data.show.show`, with its errors.

    Returns
    -------
    Answer
        Table ``vintages``: a row for each value of a figure, oldest first, with the status and the day it was known.
    """
    what = workspace.catalog.find_series(series)
    used = {numerator(workspace, series).dataset}
    if denominator := getattr(what, "denominator", None):
        used.add(numerator(workspace, denominator).dataset)
    days = sorted({day for dataset in used for day in revision_days(workspace, dataset)})
    left, days = days[:-MOST_DAYS], days[-MOST_DAYS:]

    def known(day: date | None) -> Figures | None:
        try:
            return show(
                workspace,
                series,
                places=places,
                items=items,
                start=start,
                end=end,
                frequency=frequency,
                as_of=day,
                year_basis=year_basis,
            )
        except NoData:
            if day is None:
                raise
            return None  # nothing was known yet

    now = known(None)
    assert now is not None
    then = [known(day - timedelta(days=1)) for day in days]
    frames = [shown.frame for shown in (*then, now) if shown is not None]
    both_types = {frame.schema["value"] for frame in frames}
    value = pl.col("value") if len(both_types) == 1 else pl.col("value").cast(pl.Float64)
    columns = ("place", "item", "period", "start", value, "status", "as_of")
    found = pl.concat([frame.select(*columns) for frame in frames])
    found = found.filter(pl.col("as_of").is_not_null())
    figure = ["place", "item", "period"]
    found = found.unique([*figure, "value", "status", "as_of"], maintain_order=True)
    found = found.sort("place", "item", "start", "as_of", maintain_order=True)
    rows: list[tuple[Cell, ...]] = []
    for r in found.iter_rows(named=True):
        names = [Named(r[k], now.names.get(r[k], Text.same(r[k]))) for k in ("place", "item")]
        rows.append((what.id, *names, r["period"], r["value"], r["status"], r["as_of"]))
    unit = workspace.catalog.units[what.unit]
    notes = list(what.warnings)
    if left:
        notes.append(
            Text(
                "{count} older days of revision were not compared.",
                "No se compararon {count} días de revisión anteriores.",
            ).format(count=both(len(left)))
        )
    return Answer(
        "vintages",
        what.title + Text(": what was known when", ": qué se sabía y cuándo"),
        (data_table("vintages", None, ("series", "place", "item", "period", "value", "status", "as_of"), rows),),
        {"series": what.id, "unit": Named(unit.id, unit.name)},
        tuple(notes),
        tuple(workspace.catalog.sources[s].citation for s in now.sources),
    )
