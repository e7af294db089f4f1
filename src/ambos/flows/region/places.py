"""The places of which something is held, and what is held of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ambos.catalog import Catalog
from ambos.catalog.catalog import PLACE_KINDS, plain
from ambos.errors import BadRequest, NoData
from ambos.flows.data.show import show
from ambos.flows.data.where import in_words, near
from ambos.flows.region.waits import age_in_words
from ambos.flows.workspace import Workspace
from ambos.model import Indicator, Place, Series
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View
from ambos.model.codes import TOTAL
from ambos.numbers import both, period
from ambos.periods import days_of
from ambos.text import LANGUAGES, Text, joined

_MINUTES_A_DAY = 1440
_DAYS_A_YEAR, _DAYS_A_MONTH = 365.25, 365.25 / 12
#: Statuses that stand beside a figure: provisional, estimated, projected.
MARKED = ("P", "E", "F")


@dataclass(frozen=True, slots=True)
class PlaceHeld:
    """A place of which something is held."""

    place: Place
    datasets: tuple[Text, ...]  #: Their titles.


def places_held(workspace: Workspace) -> list[PlaceHeld]:
    """The places that rows of the store are about, by kind from the largest, the region's own first."""
    catalog, store = workspace.catalog, workspace.store
    found: dict[str, dict[Text, None]] = {}
    for dataset in catalog.datasets.values():
        if store.newest(dataset.id) is None:
            continue
        table = store.table(dataset.id)
        for key in dataset.keys:
            if dataset.column(key).codes in PLACE_KINDS:
                for code in store.frame(table.select(key).distinct())[key].cast(pl.String):
                    if code in catalog.places:
                        found.setdefault(code, {})[dataset.title] = None
    for series in catalog.series.values():
        if isinstance(series, Series) and series.single_place and store.newest(series.dataset) is not None:
            found.setdefault(series.single_place, {})[catalog.datasets[series.dataset].title] = None
    own = {place: i for i, place in enumerate(catalog.region_places())}
    order = sorted(
        (catalog.places[id] for id in found),
        key=lambda p: (PLACE_KINDS.index(p.kind), own.get(p.id, len(own)), plain(p.name.en)),
    )
    return [PlaceHeld(place, tuple(found[place.id])) for place in order]


def matching(places: Iterable[PlaceHeld], words: str) -> list[PlaceHeld]:
    """Select the places whose id, slug, name or codes hold all the words, in either language."""
    wanted = [plain(word) for word in words.split()]

    def hay(place: Place) -> str:
        return plain(" ".join((place.id, *place.names())))

    return [held for held in places if all(word in hay(held.place) for word in wanted)]


def series_at(workspace: Workspace, place: Place) -> list[Series | Indicator]:
    """The series that can be asked for at a place: those kept by its kind, and those that add up over its members."""
    catalog = workspace.catalog
    found: list[Series | Indicator] = []
    for what in catalog.series.values():
        series = _numerator(catalog, what)
        single = what.numerator_place if isinstance(what, Indicator) else series.single_place
        if single or not series.place:
            if place.id == single:
                found.append(what)
            continue
        members = catalog.members(place, series.place_kind)
        if place.kind != series.place_kind and series.kind == "rate":
            continue
        if members and (not series.places or set(series.places) & {place.id, *members}):
            found.append(what)
    return found


def _numerator(catalog: Catalog, what: Series | Indicator) -> Series:
    return what if isinstance(what, Series) else _numerator(catalog, catalog.series[what.numerator])


#: What is held of a place: for each series its newest figure, as a row of the table of `held_at`.
Rows = tuple[tuple[Cell, ...], ...]


def newest_by_place(workspace: Workspace, kind: str) -> dict[str, Rows]:
    """Find what is held of every place of a kind: a question per series answers them all.

    Parameters
    ----------
    workspace : Workspace
    kind : str
        Such as ``county``.

    Returns
    -------
    dict of place id to rows
        As in the table of `held_at`; a place of which nothing is held is not in it.
    """
    asked: dict[str, list[Place]] = {}
    for place in workspace.catalog.places.values():
        if place.kind == kind:
            for series in _quick(workspace, place):
                asked.setdefault(series.id, []).append(place)
    found: dict[str, Rows] = {}
    for what in workspace.catalog.series.values():
        if isinstance(what, Series) and what.id in asked:
            for id, row in _newest(workspace, what, asked[what.id]).items():
                found[id] = (*found.get(id, ()), row)
    return found


def held_at(workspace: Workspace, place: Place, newest: Mapping[str, Rows] | None = None) -> Answer:
    """Tabulate what is held of a place: each series with its newest figure, its period and how long ago that ended.

    Of a series of several items the total stands here; where it has none, how many items there are. Indicators and series
    by hour or weekday, which take long to compute, are in `further_at`.

    Parameters
    ----------
    workspace : Workspace
    place : Place
    newest : mapping of place id to rows, optional
        What `newest_by_place` gives of its kind, for a caller that asks of many places.
    """
    message = workspace.catalog.message
    columns = (
        Column("series", Text("Series", "Serie")),
        Column("topic", None),
        Column("value", Text("Newest figure", "Cifra más reciente"), side="right"),
        Column("unit", Text("Unit", "Unidad"), side="left"),
        Column("period", Text("Period", "Periodo"), side="left"),
        Column("age_days", Text("Ended", "Terminó"), side="left"),
        Column("items", Text("Items", "Conceptos"), side="right"),
        Column("figures", Text("Figures held", "Cifras que se tienen"), side="right"),
    )
    if newest is None:
        found = (_newest(workspace, what, [place]) for what in _quick(workspace, place))
        newest = {place.id: tuple(row for of in found for row in of.values())}
    rows = newest.get(place.id, ())
    topics = dict.fromkeys(str(row[1]) for row in rows)
    views = []
    for topic in topics:
        own = [i for i, row in enumerate(rows) if row[1] == topic]
        several = any(rows[i][-2] for i in own)
        seen = tuple(c.key for c in columns if c.label and (several or c.key != "items"))
        views.append(View(message(f"topic.{topic}"), seen, rows=own))
    title = Text("What is held of {name}", "Qué se tiene de {name}").format(name=place.name)
    marks = Text(
        "A letter after a figure: P provisional, E estimated, F projected. “–”: the newest figure is missing or its period is held only in"
        " part. A sum over the ports or crossings of a place is missing where one of them is.",
        "Una letra tras la cifra: P preliminar, E estimada, F proyectada. «–»: falta la cifra más reciente o su periodo se tiene solo en"
        " parte. La suma de los puertos o cruces de un lugar falta donde falta alguno de ellos.",
    )
    return Answer("place", title, (Table("held", title, columns, rows, views=tuple(views)),), notes=(marks,))


def _quick(workspace: Workspace, place: Place) -> list[Series]:
    return [s for s in series_at(workspace, place) if isinstance(s, Series) and not {"hour", "weekday"} & set(s.items)]


def further_at(workspace: Workspace, place: Place) -> list[Series | Indicator]:
    """The series and indicators that can be asked for at a place and are not in `held_at`."""
    quick = {s.id for s in _quick(workspace, place)}
    return [s for s in series_at(workspace, place) if s.id not in quick]


def _newest(workspace: Workspace, what: Series, places: Sequence[Place]) -> dict[str, tuple[Cell, ...]]:
    """The row of a series at each of the places of which it holds a figure."""
    try:
        shown = show(workspace, what.id, places=[place.id for place in places])
    except (NoData, BadRequest):
        return {}
    # a projection of a year to come is not the newest figure
    known = shown.frame.filter(
        pl.col("value").is_not_null(), pl.col("start").is_null() | (pl.col("start") <= workspace.today())
    )
    if not what.place:  # a series of one place, which its figures do not name
        return {} if known.is_empty() else {places[0].id: _row(workspace, what, known)}
    return {str(id): _row(workspace, what, own) for (id,), own in known.group_by("place", maintain_order=True)}


def _row(workspace: Workspace, what: Series, known: pl.DataFrame) -> tuple[Cell, ...]:
    unit = workspace.catalog.units[known["unit"][0]]
    totals = known.filter(pl.col("item") == TOTAL)
    items = known.filter(pl.col("item") != TOTAL)["item"].n_unique()
    row = (known if totals.is_empty() else totals).sort("start").row(-1, named=True)
    value: Cell = None
    if not totals.is_empty():
        written = both(row["value"], unit.decimals)
        value = Shown(row["value"], written + Text.same(f" {row['status']}") if row["status"] in MARKED else written)
    ended = days_of(row["period"], row["start"])
    age = (workspace.today() - ended[1]).days if ended else None
    when = Text(*(period(row["period"], language) for language in LANGUAGES))
    return (
        Named(what.id, what.title),
        what.topic,
        value,
        Named(unit.id, unit.name),
        Shown(row["period"], when),
        None if age is None else Shown(age, _ago(age)),
        items or None,
        known.height,
    )


def _ago(days: int) -> Text:
    if days < 0:
        return Text("not yet", "aún no")
    if days >= 2 * _DAYS_A_YEAR:
        years = int(days / _DAYS_A_YEAR)
        return Text(f"{years} years ago", f"hace {years} años")
    if days >= 2 * _DAYS_A_MONTH:
        months = int(days / _DAYS_A_MONTH)
        return Text(f"{months} months ago", f"hace {months} meses")
    age = age_in_words(days * _MINUTES_A_DAY) if days > 1 else Text(f"{days} days", f"{days} días")
    return Text(f"{age.en} ago", f"hace {age.es}")


def around(workspace: Workspace, place: Place) -> tuple[list[Place], list[Place]]:
    """The places that contain a place, from the nearest, and those directly in it that the region has or shares."""
    catalog = workspace.catalog
    above: list[Place] = []
    while (above[-1] if above else place).parent:
        above.append(catalog.places[(above[-1] if above else place).parent or ""])
    inside = [p for p in catalog.places.values() if p.parent == place.id]
    return above, inside


def ports_near(workspace: Workspace, place: Place, count: int = 3) -> list[tuple[Place, Text]]:
    """List the region's ports nearest to a county or municipality, each with its distance from the middle of it."""
    catalog = workspace.catalog
    ports = [catalog.places[id] for id in catalog.region.ports]
    return [(port, in_words(far)) for port, far in near(catalog, place, ports)[:count]]


def across_from(workspace: Workspace, place: Place) -> list[Place]:
    """List the places on the other side of the line: of a port or crossing where its counterpart stands, of a
    municipality the ports."""
    catalog = workspace.catalog
    if place.across:
        return [catalog.places[place.across]]
    return [p for p in catalog.places.values() if p.kind == "port" and p.across == place.id]


def codes_of(place: Place) -> Sequence[tuple[str, Text]]:
    """The codes of a place: by system."""
    return [(system, joined([Text.same(code) for code in codes])) for system, codes in sorted(place.codes.items())]
