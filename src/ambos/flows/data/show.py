"""`ambos show`: the figures of a series or an indicator, with where they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from ambos.catalog.catalog import ATTRIBUTE_LISTS, plain, unknown
from ambos.errors import NoData, NotYetKnown, bad_request
from ambos.flows.data.touching import Break, breaks_in, rows_of
from ambos.flows.data.where import place_for
from ambos.flows.workspace import Workspace
from ambos.indicators import Basis, Grain, figures, to_currency
from ambos.model import Dataset, Indicator, Place, Series
from ambos.model.answer import Cell
from ambos.model.codes import TOTAL
from ambos.numbers import period
from ambos.periods import label
from ambos.text import Text, joined

#: The column of a dataset that says where a figure copied by hand was read.
ORIGIN = "origin"
#: Maximum number of parts missing from sums that a note names; the column `without` names all.
MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class Figures:
    """An answer: what was asked, its figures, and the sources they rest on."""

    what: Series | Indicator
    frame: pl.DataFrame  #: With the columns `ambos.indicators.FIGURES`.
    sources: tuple[str, ...]  #: Ids.
    breaks: tuple[Break, ...] = ()  #: The events that keep some of the figures from being compared with others.
    #: Of the places and items in the frame, and of the parts in its column `without`.
    names: Mapping[str, Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()  #: Under which names the figures of the places asked for are kept.

    def breaks_at(self, place: str, item: str, period: str) -> list[str]:
        """Ids of the events for which a period is the first on the other side."""
        return [b.event.id for b in self.breaks if b.periods.get((place, item)) == period]

    def rows(self) -> list[dict[str, Cell]]:
        """List the figures as mappings: series, place and item with their names, period and its frequency, value,
        unit, status, date of knowledge, source, inputs, share of the period held, parts missing from a sum, and the
        events by which the series breaks in it."""
        source = " ".join(self.sources)
        return [
            {
                "series": row["series"],
                **{
                    key: value
                    for dimension in ("place", "item")
                    for key, value in self._named(dimension, row[dimension]).items()
                },
                **{k: row[k] for k in ("period", "frequency", "value", "unit", "status", "as_of")},
                "source": source,
                **{k: row[k] for k in ("n", "held", "wanted", "without")},
                "break": " ".join(self.breaks_at(row["place"], row["item"], row["period"])) or None,
            }
            for row in self.frame.iter_rows(named=True)
        ]

    def _named(self, dimension: str, code: str) -> dict[str, Cell]:
        name = self.names.get(code, Text.same(code))
        return {dimension: code, f"{dimension}_en": name.en, f"{dimension}_es": name.es}

    def left_out(self) -> dict[Text, int]:
        """Count, by part, the periods in which a sum lacks the part because it has no row."""
        counts: dict[Text, int] = {}
        for without in self.frame["without"].unique(maintain_order=True):
            for part in (without or "").split():
                code, _, periods = part.rpartition(":")
                name = self.names.get(code, Text.same(code))
                counts[name] = counts.get(name, 0) + int(periods)
        return counts


def show(
    workspace: Workspace,
    series: str,
    *,
    places: Sequence[str] = (),
    items: Sequence[str] = (),
    start: date | None = None,
    end: date | None = None,
    frequency: Grain | None = None,
    as_of: date | None = None,
    currency: str = "",
    year_basis: Basis = "calendar",
    held: Callable[[str], Collection[date]] | None = None,
) -> Figures:
    """Answer a series or an indicator.

    Parameters
    ----------
    workspace : Workspace
    series : str
        Id of a series or indicator.
    places : sequence of str
        Ids, slugs, codes or names; every place of the series if empty.
    items : sequence of str
        As for `ambos.indicators.observe`; names of codes are understood too.
    start, end : date, optional
    frequency : {"H", "D", "M", "Q", "A", "all"}, optional
    as_of : date, optional
        Only what was known on this day.
    currency : str
        Show money in this currency, at the mean rate of each period.
    year_basis : {"calendar", "fiscal"}
    held : callable, optional
        Gives the days held of a dataset as of `as_of`, for a caller that asks many questions.

    Raises
    ------
    UnknownName
        If a series, place or item does not exist.
    BadRequest
        If the question has no meaning for this series.
    NoData
        If nothing is held for it; `NotYetKnown` if nothing of it was known on that day.
    """
    catalog = workspace.catalog
    what = catalog.find_series(series)
    chosen = [_item(workspace, what, item) for item in items] or None
    _check(what, start, end, currency)
    used: list[Dataset] = []

    def tables(dataset: str) -> Any:
        used.append(catalog.datasets[dataset])
        return workspace.store.table(dataset, as_of=as_of)

    def ask(of: Series | Indicator, **extra: Any) -> pl.DataFrame:
        return figures(
            tables,
            of,
            catalog,
            start=start,
            end=end,
            frequency=extra.pop("frequency", frequency),
            year_basis=year_basis,
            collect=workspace.store.frame,
            held=held or (lambda dataset: workspace.store.days(dataset, as_of)),
            once=partial(workspace.store.once, as_of=as_of),
            **extra,
        )

    def holds(place: Place) -> bool:
        return not ask(what, places=[place]).is_empty()

    found = [place_for(catalog, what, name, holds) for name in dict.fromkeys(places)]
    wanted = [place for place, _ in found] or _usual_places(workspace, what)
    frame = ask(what, places=wanted, items=chosen)
    if currency and isinstance(what, Series) and what.currency != currency:
        rate = _rate(workspace, what, currency)
        rates = ask(rate, frequency=frequency or what.frequency)
        frame = to_currency(frame, rates, what, currency, catalog.units[rate.unit].decimals)
    if frame.is_empty():
        known_at(workspace, what.id, used, as_of)
        asked = ", ".join(p.slug for p in wanted or ())
        raise NoData(what=f"{what.id} ({asked})" if asked else what.id)
    sources = tuple(dict.fromkeys(s for d in used for s in _sources(workspace, d, what, frame)))
    breaks = breaks_in(rows_of(catalog, what, frame), catalog)
    notes = [note for _, note in found if note]
    for dataset in {one.id: one for one in used}.values():
        notes += _origins(workspace, dataset, what, frame, start, end, as_of)
    return Figures(what, frame, sources, tuple(breaks), _names(workspace, what, frame, used), tuple(notes))


def _names(
    workspace: Workspace, what: Series | Indicator, frame: pl.DataFrame, used: Iterable[Dataset]
) -> dict[str, Text]:
    """The names of the codes in a frame of figures."""
    catalog = workspace.catalog
    names = {item: catalog.item_name(what, item) for item in frame["item"].unique()}
    names |= {place: catalog.places[place].name for place in frame["place"].unique() if place in catalog.places}
    parts = {part.rpartition(":")[0] for without in frame["without"].unique() for part in (without or "").split()}
    for part in parts:
        for dataset in used:
            keys = [dataset.column(k) for k in dataset.keys if k != dataset.period]
            codes = part.split("/")
            if len(keys) == len(codes):
                own = [_code_name(workspace, c.codes or "", code) for c, code in zip(keys, codes, strict=True)]
                names[part] = joined(own, " · ")
    return names


def _code_name(workspace: Workspace, codes: str, code: str) -> Text:
    place = workspace.catalog.places.get(code)
    return place.name if place and place.kind == codes else workspace.catalog.name(codes, code)


def _sources(workspace: Workspace, dataset: Dataset, what: Series | Indicator, frame: pl.DataFrame) -> tuple[str, ...]:
    """The sources of a dataset; where it has several, those of which something is held of the places shown."""
    if len(dataset.sources) == 1:
        return dataset.sources
    snapshots = workspace.store.snapshots()
    if isinstance(what, Series) and what.place:
        table = workspace.store.table(dataset.id)
        there = table.filter(table[what.place].isin(frame["place"].unique().to_list())).select("snapshot_id").distinct()
        origins = set(workspace.store.frame(there)["snapshot_id"])
        snapshots = [s for s in snapshots if s.id in origins] or snapshots
    held = {snapshot.source for snapshot in snapshots}
    return tuple(source for source in dataset.sources if source in held) or dataset.sources


def _origins(
    workspace: Workspace,
    dataset: Dataset,
    what: Series | Indicator,
    frame: pl.DataFrame,
    start: date | None,
    end: date | None,
    as_of: date | None,
) -> list[Text]:
    """Say where the shown figures that were copied by hand were read, each with its period, newest first."""
    noted = {column.id for column in dataset.columns if column.role == "note"}
    if not isinstance(what, Series) or not what.place or ORIGIN not in noted:
        return []
    table = workspace.store.table(dataset.id, as_of=as_of)
    table = table.filter(table[ORIGIN].notnull(), table[what.place].isin(frame["place"].unique().to_list()))
    for column, values in what.where.items():
        if column in dataset.keys:
            table = table.filter(table[column].isin(list(values)))
    shown_items = frame["item"].unique().to_list()
    if len(what.items) == 1 and what.items[0] in dataset.keys and TOTAL not in shown_items:
        table = table.filter(table[what.items[0]].isin(shown_items))
    rows = workspace.store.frame(table.select(period=table[dataset.period], origin=table[ORIGIN]).distinct())
    rows = rows.with_columns(pl.col("period").cast(pl.Date))
    if start:
        rows = rows.filter(pl.col("period") >= start)
    if end:
        rows = rows.filter(pl.col("period") <= end)
    said = []
    for (origin,), own in rows.sort("period", "origin", descending=[True, False]).group_by(
        "origin", maintain_order=True
    ):
        labels = [label(day, dataset.frequency) for day in (own["period"].min(), own["period"].max())]  # type: ignore[arg-type]
        shown = "/".join(dict.fromkeys(labels))
        said.append(Text(f"{period(shown, 'en')}: {origin}", f"{period(shown, 'es')}: {origin}"))
    return said


def left_out(*answers: Figures) -> Text | None:
    """The parts that sums are without for want of a row, the most frequent first; None if there are none."""
    counts: Counter[Text] = Counter()
    for shown in answers:
        counts.update(shown.left_out())
    parts = counts.most_common()
    if not parts:
        return None
    named = [Text(f"{name.en} ({count})", f"{name.es} ({count})") for name, count in parts[:MOST_PARTS]]
    more = len(parts) - len(named)
    listed = joined(named)
    rest = Text(f" and {more} more.", f" y {more} más.") if more else Text.same(".")
    head = Text(
        "Left out of the sums, without a row and small beside them (periods): ",
        "Fuera de las sumas, sin renglón y pequeños frente a ellas (periodos): ",
    )
    return head + listed + rest


def known_at(workspace: Workspace, what: str | Text, datasets: Iterable[Dataset], as_of: date | None) -> None:
    """See that something of all these datasets was known on a day.

    Raises
    ------
    NotYetKnown
        With the first day on which it was.
    """
    if as_of is None:
        return
    known = [workspace.store.first_known(d.id) for d in datasets]
    first = max(filter(None, known), default=None)
    if first and as_of < first:
        raise NotYetKnown(what=what, day=as_of, first=first)


def _check(what: Series | Indicator, start: date | None, end: date | None, currency: str) -> None:
    """Refuse what no data could answer."""
    if start and end and start > end:
        raise bad_request(
            f"The first period ({start}) is after the last one ({end}).",
            f"El primer periodo ({start}) es posterior al último ({end}).",
        )
    if currency and isinstance(what, Indicator):
        raise bad_request(f"{what.id} is a ratio, not money.", f"{what.id} es una proporción, no dinero.")
    if currency and isinstance(what, Series) and not what.currency:
        raise bad_request(
            f"{what.id} is not money: it cannot be shown in {currency}.",
            f"{what.id} no es dinero: no se puede mostrar en {currency}.",
        )


def _numerator(workspace: Workspace, what: Series | Indicator) -> Series:
    """The series that decides which places and items there are."""
    if isinstance(what, Indicator):
        return _numerator(workspace, workspace.catalog.series[what.numerator])
    return what


def _usual_places(workspace: Workspace, what: Series | Indicator) -> list[Place] | None:
    """The region's own places of the kind that the series is held by."""
    catalog = workspace.catalog
    if isinstance(what, Indicator) and what.numerator_place:
        return None
    series = _numerator(workspace, what)
    own = [catalog.places[p] for p in catalog.region_places()]
    return [p for p in own if p.kind == series.place_kind and (not series.places or p.id in series.places)] or None


def _item(workspace: Workspace, what: Series | Indicator, item: str) -> str:
    """An item as the indicators know it; each part may be a code or its name in either language."""
    catalog = workspace.catalog
    series = _numerator(workspace, what)
    dataset = catalog.datasets[series.dataset]
    parts = item.split("/")
    for position, (part, column) in enumerate(zip(parts, series.items, strict=False)):
        attribute = column.rpartition(".")[2]
        codelist = dataset.column(column).codes if column in dataset.keys else ATTRIBUTE_LISTS.get(attribute)
        codes = catalog.codelists.get(codelist or "")
        if codes is None or part in codes or part in (TOTAL, "*"):
            continue
        named = [c.id for c in codes.codes.values() if plain(part) in (plain(c.name.en), plain(c.name.es))]
        if not named:
            raise unknown(Text("item", "el concepto"), part, codes.codes)
        parts[position] = named[0]
    return "/".join(parts)


def _currencies(workspace: Workspace, of: str) -> list[str]:
    """List the currencies that an exchange rate leads to from this one, in the order of their codes."""
    units = {s.unit for s in workspace.catalog.series.values() if isinstance(s, Series)}
    pairs = [unit.split("_per_") for unit in units if of.lower() in unit.split("_per_")]
    return sorted(code.upper() for pair in pairs if len(pair) == 2 for code in pair if code != of.lower())


def _rate(workspace: Workspace, series: Series, currency: str) -> Series:
    """The exchange rate between the currency of a series and another, whichever of them it is of."""
    units = {f"{a.lower()}_per_{b.lower()}" for a, b in ((currency, series.currency), (series.currency, currency))}
    for rate in workspace.catalog.series.values():
        if isinstance(rate, Series) and rate.unit in units:
            return rate
    names = [series.currency, *_currencies(workspace, series.currency)]
    shown = (" or ".join(names), " o ".join(names))
    raise bad_request(
        f"{series.id} cannot be shown in {currency}: no such exchange rate is held. Choose {shown[0]}.",
        f"{series.id} no se puede mostrar en {currency}: no se tiene ese tipo de cambio. Elija {shown[1]}.",
    )
