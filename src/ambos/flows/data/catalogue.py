"""Definitions as answers: one series with its dimensions, code lists, events."""

from __future__ import annotations

from ambos.catalog.catalog import ATTRIBUTE_LISTS, PLACE_KINDS, nearest
from ambos.errors import UnknownName
from ambos.flows.workspace import Workspace
from ambos.model import Code, Dataset, Event, Place, Series
from ambos.model.answer import Answer, Cell, Named, data_table
from ambos.text import Text


def numerator(workspace: Workspace, id: str) -> Series:
    """The series of an id; of an indicator, that above the line, which gives it its places and items.

    Raises
    ------
    UnknownName
    """
    what = workspace.catalog.find_series(id)
    return what if isinstance(what, Series) else numerator(workspace, what.numerator)


def one_series(workspace: Workspace, id: str) -> Answer:
    """Describe a series or an indicator.

    Returns
    -------
    Answer
        Facts: definition, unit, frequency, warnings. Tables ``dimensions`` (the place and each part of an item, with the
        code list that its values come from) and ``sources``.

    Raises
    ------
    UnknownName
        If there is no such series.
    """
    catalog = workspace.catalog
    what, series = catalog.find_series(id), numerator(workspace, id)
    dataset, unit = catalog.datasets[series.dataset], catalog.units[what.unit]
    dimensions: list[tuple[Cell, ...]] = [
        ("place", series.place or None, series.place_kind or None, series.single_place or None)
    ]
    dimensions += [("item", column, codes_of(dataset, column), None) for column in series.items]
    sources = [catalog.sources[source] for source in dataset.sources]
    return Answer(
        "series.one",
        what.title,
        (
            data_table("dimensions", None, ("dimension", "column", "codes", "single"), dimensions),
            data_table(
                "sources",
                None,
                ("source", "agency", "title", "licence", "url"),
                ((s.id, s.agency, s.title, s.licence, s.url) for s in sources),
            ),
        ),
        {
            "series": what.id,
            "definition": what.definition,
            "topic": Named(what.topic, catalog.message(f"topic.{what.topic}")),
            "unit": Named(unit.id, unit.name),
            "frequency": series.frequency,
            "dataset": Named(dataset.id, dataset.title),
            "numerator": None if isinstance(what, Series) else what.numerator,
            "denominator": None if isinstance(what, Series) else what.denominator,
            "currency": series.currency if isinstance(what, Series) and series.currency else None,
            "not_comparable_with": what.not_comparable_with,
        },
        what.warnings,
        tuple(s.citation for s in sources),
    )


def codes_of(dataset: Dataset, column: str) -> str | None:
    """The code list of a part of an item: of a key column, or of an attribute such as ``hs2.group`` or ``hour``."""
    if column in dataset.keys:
        return dataset.column(column).codes
    return ATTRIBUTE_LISTS.get(column.rpartition(".")[2])


def codelists(workspace: Workspace) -> Answer:
    """List the code lists, with how many codes each has and which columns take their values from it."""
    catalog = workspace.catalog
    used: dict[str, list[str]] = {}
    for dataset in catalog.datasets.values():
        for column in dataset.columns:
            if column.codes:
                used.setdefault(column.codes, []).append(f"{dataset.id}.{column.id}")
    rows = ((known.id, len(known.codes), tuple(used.get(known.id, ()))) for known in catalog.codelists.values())
    title = Text("Code lists", "Listas de códigos")
    return Answer("codes", title, (data_table("codes", None, ("codelist", "count", "columns"), rows),))


def codelist(workspace: Workspace, id: str) -> Answer:
    """List the codes of a code list or kind of place, with what foreign systems call them.

    Raises
    ------
    UnknownName
        If there is no such code list.
    """
    known = workspace.catalog.codelists
    if id not in known:
        raise UnknownName(kind=Text("code list", "la lista de códigos"), name=id, nearest=", ".join(nearest(id, known)))
    title = Text("Codes of {id}", "Códigos de {id}").format(id=id)
    rows = (_code(code) for code in known[id].codes.values())
    return Answer("codes.one", title, (data_table("codes", None, ("code", "attributes", "foreign"), rows),))


def _code(code: Code) -> tuple[Cell, ...]:
    foreign = {system: list(own) for system, own in code.codes.items()}
    return Named(code.id, code.name), dict(code.attributes) or None, foreign or None


def events(workspace: Workspace, *, place: str = "", dataset: str = "", series: str = "") -> Answer:
    """List the events that explain figures.

    Parameters
    ----------
    workspace : Workspace
    place : str
        Only those that touch this place, a place within it or one that contains it.
    dataset, series : str
        Only those that touch this dataset, or that of this series.

    Raises
    ------
    UnknownName
    """
    catalog = workspace.catalog
    if series:
        dataset = numerator(workspace, series).dataset
    if dataset and dataset not in catalog.datasets:
        raise UnknownName(
            kind=Text("dataset", "el conjunto de datos"),
            name=dataset,
            nearest=", ".join(nearest(dataset, catalog.datasets)),
        )
    wanted = around(workspace, catalog.place(place)) if place else None
    chosen = [
        event
        for event in catalog.events.values()
        if (not dataset or not event.datasets or dataset in event.datasets)
        and (wanted is None or not event.places or not wanted.isdisjoint(event.places))
    ]
    keys = ("event", "start", "end", "description", "places", "datasets", "items", "breaks", "source")
    return Answer("events", Text("Events", "Acontecimientos"), (data_table("events", None, keys, map(_event, chosen)),))


def _event(event: Event) -> tuple[Cell, ...]:
    head = (Named(event.id, event.name), event.start, event.end, event.description)
    return *head, event.places, event.datasets, event.items, event.breaks or None, event.source


def around(workspace: Workspace, place: Place) -> set[str]:
    """Ids of a place, of those that contain it and of those within it."""
    catalog = workspace.catalog
    own, above = {place.id}, place.parent
    while above:
        own.add(above)
        above = catalog.places[above].parent
    return own | {member for kind in PLACE_KINDS for member in catalog.members(place, kind)}
