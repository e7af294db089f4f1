"""Ports and crossings: hours and lanes, waits, counts, the region's other ports, events and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from ambos.briefing import Chart, DossierTable, Paragraph
from ambos.briefing.document import Block
from ambos.catalog.twin import load_twin
from ambos.errors import BadRequest, NoData, UnknownName
from ambos.flows.brief.figures import DossierContext, chart, table
from ambos.flows.data.check import chosen
from ambos.flows.data.show import Figures
from ambos.flows.data.touching import breaks_in, rows_of
from ambos.flows.region.waits import last_waits
from ambos.flows.workspace import Workspace
from ambos.indicators.rows import EACH
from ambos.model import Event, Finding, Place
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table
from ambos.model.codes import TOTAL
from ambos.numbers import period
from ambos.periods import plus_months, span
from ambos.text import LANGUAGES, Text, joined, lowered

#: Months of reports that waits are computed from, up to the newest; months and years of counts shown.
WAIT_MONTHS, COUNT_MONTHS, COUNT_YEARS = 12, 120, 6
#: Series of counts, each drawn by month.
DRAWN = (
    "crossings.trucks",
    "crossings.personal_vehicles",
    "crossings.pedestrians",
    "crossings.buses",
    "crossings.trains",
)
#: Series of counts of the tables by year and by port.
COUNTED = (
    "crossings.people",
    *DRAWN,
    "crossings.truck_containers_loaded",
    "crossings.rail_containers_loaded",
)
_WAITS = ("waits.mean", "waits.median", "waits.p95", "waits.share_over_60", "waits.share_missing", "waits.lanes_open")
_LANES = ("waits.lanes_open_all", "waits.lanes_built", "waits.lanes_open_share")
#: Between the parts of the name of a lane.
_BETWEEN = " · "
_CLASS = Text("Crossing and lane class", "Cruce y clase de carril")


@dataclass(frozen=True, slots=True)
class CrossingPage:
    """A port or a crossing."""

    place: Place
    port: Place  #: Itself, if it is a port.
    crossings: tuple[Place, ...]  #: Those of the port, or the one.
    facts: Answer
    waits: Answer
    lanes: tuple[tuple[str, Text], ...]  #: The classes of lanes that report, such as ``passenger/standard``.
    blocks: tuple[Block, ...]  #: Charts and tables.
    events: tuple[Event, ...]  #: The newest first.
    findings: tuple[Finding, ...]  #: The weightiest first.


def of_region(workspace: Workspace) -> tuple[tuple[Place, tuple[Place, ...]], ...]:
    """The ports of the region, in its order, each with its crossings."""
    catalog = workspace.catalog
    return tuple(
        (catalog.places[p], tuple(catalog.places[c] for c in catalog.members(catalog.places[p], "crossing")))
        for p in catalog.region.ports
    )


def hours_and_lanes(workspace: Workspace, crossings: Sequence[str]) -> Answer:
    """Tabulate the hours of crossings and their lanes built by kind of traveller, each with its source."""
    catalog = workspace.catalog
    known = {facts.place: facts for facts in load_twin(catalog, weeks=False).crossings.values()}
    modes = list(dict.fromkeys(mode for c in crossings if c in known for mode in known[c].built))
    columns = (
        Column("crossing", Text("Crossing", "Cruce")),
        Column("twin", None),
        Column("hours", Text("Hours (local time)", "Horario (hora local)"), side="left"),
        *(
            Column(
                f"built_{mode}",
                Text("Lanes built: ", "Carriles construidos: ") + lowered(catalog.message(f"twin.mode.{mode}")),
            )
            for mode in modes
        ),
    )
    rows: list[tuple[Cell, ...]] = []
    sources: dict[Text, list[Text]] = {}
    for crossing in crossings:
        if crossing not in known:
            continue
        facts = known[crossing]
        name = catalog.places[crossing].name
        hours = f"{_clock(facts.opens)}–{_clock(facts.closes or 1440)}"
        told = Text("all day", "las 24 horas") if facts.opens == facts.closes else Text.same(hours)
        rows.append((Named(crossing, name), facts.id, Shown(hours, told), *(facts.built.get(mode) for mode in modes)))
        prior = Text(" (assumed)", " (supuesto)") if facts.basis.prior else None
        sources.setdefault(facts.basis.source + prior if prior else facts.basis.source, []).append(name)
    title = Text("Hours and lanes built", "Horario y carriles construidos")
    notes = [
        Text("Hours of primary inspection northbound; a class of lanes can close earlier.", "Horario de la inspección"
             " primaria hacia el norte; una clase de carril puede cerrar antes.")
    ]  # fmt: skip
    if missing := [catalog.places[c].name for c in crossings if c not in known]:
        notes.append(Text("Not known here of: ", "No se conoce de: ") + joined(missing, "; ") + Text.same("."))
    return Answer(
        "crossing.facts",
        title,
        (Table("facts", title, columns, tuple(rows)),),
        notes=tuple(notes),
        sources=tuple(joined(names, "; ") + Text.same(": ") + source for source, names in sources.items()),
    )


def _clock(minutes: float) -> str:
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


class SharedContext(DossierContext):
    """The figures of all pages of ports and crossings: what is asked for one is asked for all of its kind at once.

    Used by many threads.
    """

    def ask(self, entry: Mapping[str, Any], series: str) -> Figures:
        """Answer a series for the places of an entry, in the region's order."""
        ports = of_region(self.workspace)
        kinds = ([port.id for port, _ in ports], [c.id for _, own in ports for c in own])
        places = set(entry["places"])
        every = next((kind for kind in kinds if places <= set(kind)), None)
        if every is None:
            return super().ask(entry, series)
        items = self._items(entry, series)
        exact = not any(EACH in item for item in items)
        span_of = (entry.get("start"), entry.get("end"), entry.get("frequency"))
        key = f"{series} {every} {'' if exact else items} {span_of}"
        wide = {**entry, "places": every, "items": () if exact else items}
        try:
            shown = self.once(key, lambda: super(SharedContext, self).ask(wide, series))
        except NoData:  # of one of them
            return super().ask(entry, series)
        wanted = pl.col("place").is_in(places)
        frame = shown.frame.filter(wanted & pl.col("item").is_in(items) if exact and items else wanted)
        if frame.is_empty():
            raise NoData(what=series)
        catalog = self.workspace.catalog
        return replace(shown, frame=frame, breaks=tuple(breaks_in(rows_of(catalog, shown.what, frame), catalog)))


def crossing_page(context: SharedContext, name: str) -> CrossingPage:
    """Compose the page of a port or a crossing.

    Parameters
    ----------
    context : SharedContext
    name : str
        Slug or id of a port or a crossing.

    Raises
    ------
    UnknownName
        If there is no such port or crossing.
    """
    workspace = context.workspace
    place, port, crossings = _place(workspace, name)
    waits = last_waits(workspace, [c.id for c in crossings])
    lanes = _reported(waits)
    shown = workspace.catalog.series["waits.mean"]
    silent = {c.id for c in crossings} - {_code(row["crossing"]) for row in waits.table("waits").cells()}
    return CrossingPage(
        place=place,
        port=port,
        crossings=crossings,
        facts=hours_and_lanes(workspace, [c.id for c in crossings]),
        waits=waits,
        lanes=tuple((item, workspace.catalog.item_name(shown, item)) for item in lanes),
        blocks=(*_waits(context, [c for c in crossings if c.id not in silent], lanes), *_counts(context, place, port)),
        events=_events(workspace, place, port),
        findings=tuple(chosen(workspace, context.findings, place=place.id)),
    )


def _place(workspace: Workspace, name: str) -> tuple[Place, Place, tuple[Place, ...]]:
    """A port or crossing, its port, and the crossings that it is or has."""
    catalog = workspace.catalog
    place = catalog.place(name)
    if place.kind not in ("port", "crossing") or place.border is None:
        ports = (p.slug for port, own in of_region(workspace) for p in (port, *own))
        raise UnknownName(kind=Text("port or crossing", "el puerto o cruce"), name=name, nearest=", ".join(ports))
    port = place if place.kind == "port" else catalog.places[place.parent or ""]
    return place, port, tuple(catalog.places[c] for c in catalog.members(place, "crossing"))


def _reported(waits: Answer) -> tuple[str, ...]:
    """The classes of lanes of some last waits."""
    rows = waits.table("waits").cells()
    return tuple(dict.fromkeys(f"{_code(row['mode'])}/{_code(row['lane'])}" for row in rows))


def by_hour(context: SharedContext, name: str, lane: str = "") -> tuple[str, tuple[Chart, ...]]:
    """Chart the mean wait by hour and weekday at a crossing, or at each crossing of a port.

    Parameters
    ----------
    context : SharedContext
    name : str
        As for `crossing_page`.
    lane : str
        Class of lane; the first that reports, if empty.

    Returns
    -------
    (str, tuple of Chart)
        The class of lane, and a chart for each crossing where waits of it are held.

    Raises
    ------
    UnknownName
        If there is no such port or crossing.
    BadRequest
        If no wait of that class was reported there.
    """
    workspace = context.workspace
    _, _, crossings = _place(workspace, name)
    lanes = _reported(last_waits(workspace, [c.id for c in crossings]))
    if lane and lane not in lanes:
        held = ", ".join(lanes) or "–"
        raise BadRequest(
            detail=Text(
                f"no wait of {lane} is held there. There are: {held}.",
                f"no se tiene ninguna espera de {lane} ahí. Hay: {held}.",
            )
        )
    span_of = _span(workspace)
    if not lanes or span_of is None:
        return "", ()
    first, last, when = span_of
    lane = lane or lanes[0]
    named = workspace.catalog.item_name(workspace.catalog.series["waits.mean"], lane)
    parts = zip(named.en.split(_BETWEEN), named.es.split(_BETWEEN), strict=True)
    lane_name = joined((lowered(Text(*part)) for part in parts), _BETWEEN)
    charts: list[Block] = []
    for crossing in crossings:
        charts += _made(
            context,
            {
                "places": (crossing.id,),
                "frequency": "all",
                "start": first,
                "end": last,
                "kind": "heat",
                "id": f"hours-{crossing.id}",
                "series": "waits.mean_by_hour_weekday",
                "items": (f"{lane}/*/*",),
                "title": _titled(
                    "{place}: mean wait by hour and weekday, {lane}, {when}",
                    "{place}: espera media por hora y día de la semana, {lane}, {when}",
                    place=crossing.name,
                    lane=lane_name,
                    when=when,
                ),
            },
        )
    return lane, tuple(chart for chart in charts if isinstance(chart, Chart))


def _span(workspace: Workspace) -> tuple[date, date, Text] | None:
    """First and last day of the reports that waits are computed from, and both in words; None if there are none."""
    newest = workspace.store.newest("waits")
    if newest is None:
        return None
    last = newest.date() if isinstance(newest, datetime) else newest
    first = plus_months(last, 1 - WAIT_MONTHS)
    return first, last, Text(*(period(span(first, last), language) for language in LANGUAGES))


def _code(cell: Cell) -> str:
    if not isinstance(cell, Named):
        raise TypeError(f"a code with its name is wanted, not {cell!r}")
    return str(cell.code)


def _made(context: DossierContext, entry: Mapping[str, Any]) -> list[Block]:
    """The chart or table of an entry as ``brief.toml`` has them; none if nothing is held for it."""
    build = table if entry["kind"] == "table" else chart
    try:
        made = build(context, entry)
    except NoData:
        held = [series for series in _ids(entry["series"]) if _held(context, entry, series)]
        if not held:
            return []
        made = build(context, {**entry, "series": held})
    return [made] if any(datum.value is not None for datum in made.data) else []


def _ids(series: str | tuple[str, ...]) -> tuple[str, ...]:
    return (series,) if isinstance(series, str) else series


def _held(context: DossierContext, entry: Mapping[str, Any], series: str) -> bool:
    try:
        context.ask(entry, series)
    except NoData:
        return False
    return True


def _waits(context: DossierContext, crossings: Sequence[Place], lanes: Sequence[str]) -> list[Block]:
    span_of = _span(context.workspace)
    if span_of is None or not crossings:
        return []
    first, last, when = span_of
    names = {
        "waits.mean": Text("Mean", "Media"),
        "waits.median": Text("Median", "Mediana"),
        "waits.p95": Text("95th percentile", "Percentil 95"),
        "waits.share_over_60": Text("Over 60 min", "Más de 60 min"),
        "waits.share_missing": Text("Not reported", "Sin reporte"),
        "waits.lanes_open": Text("Lanes open, mean", "Carriles abiertos, promedio"),
        "waits.lanes_open_all": Text("Lanes open, all classes, mean", "Carriles abiertos, todas las clases, promedio"),
        "waits.lanes_built": Text("Lanes built, usual number", "Carriles construidos, número habitual"),
        "waits.lanes_open_share": Text("Open of those built", "Abiertos de los construidos"),
    }
    common: dict[str, Any] = {
        "places": tuple(c.id for c in crossings),
        "frequency": "all",
        "start": first,
        "end": last,
        "names": {key: name.record() for key, name in names.items()},
    }
    blocks = _made(
        context,
        {
            **common,
            "kind": "table",
            "id": "waits",
            "layout": "wide",
            "series": _WAITS,
            "items": tuple(lanes),
            "head": _CLASS.record(),
            "title": _titled("Waits, lanes open and reports missing, {when}", "Esperas, carriles abiertos y reportes"
                             " faltantes, {when}", when=when),
        },
    )  # fmt: skip
    blocks += _made(
        context,
        {
            **common,
            "kind": "table",
            "id": "lanes",
            "layout": "wide",
            "series": _LANES,
            "items": tuple(dict.fromkeys(item.split("/")[0] for item in lanes)),
            "head": Text("Crossing and traveller", "Cruce y usuario").record(),
            "title": _titled("Lanes open against lanes built, {when}", "Carriles abiertos frente a carriles construidos,"
                             " {when}", when=when),
        },
    )  # fmt: skip
    return blocks


def _titled(en: str, es: str, **values: object) -> dict[str, str]:
    return Text(en, es).format(**values).record()


def _year(workspace: Workspace) -> int | None:
    """The newest year of which all months of counts are held; None if nothing is."""
    newest = workspace.store.newest("crossings")
    return None if newest is None else newest.year if newest.month == 12 else newest.year - 1


def _counted(workspace: Workspace) -> dict[str, dict[str, str]]:
    """The names of the series of counts."""
    catalog = workspace.catalog
    names = {key: catalog.name("measures", key.removeprefix("crossings.")).record() for key in COUNTED}
    return names | {"crossings.people": Text("People, all modes", "Personas, todos los modos").record()}


def _counts(context: DossierContext, place: Place, port: Place) -> list[Block]:
    """Counts by year, and of a port by month."""
    year = _year(context.workspace)
    if year is None:
        return []
    names = _counted(context.workspace)
    blocks: list[Block] = []
    if place is not port:
        told = Text(
            "Entries are counted by port, not by crossing: these are those of {port}.",
            "Los ingresos se cuentan por puerto, no por cruce: estos son los de {port}.",
        )
        blocks.append(Paragraph(told.format(port=port.name), "note"))
    blocks += _made(
        context,
        {
            "kind": "table",
            "id": "years",
            "series": COUNTED,
            "places": (port.id,),
            "frequency": "A",
            "start": date(year - COUNT_YEARS + 1, 1, 1),
            "end": date(year, 12, 31),
            "head": Text("What is counted", "Qué se cuenta").record(),
            "names": names,
            "title": _titled(
                "{port}: entries into the United States by year",
                "{port}: ingresos a Estados Unidos por año",
                port=port.name,
            ),
        },
    )
    for series in DRAWN if place is port else ():
        blocks += _made(
            context,
            {
                "kind": "line",
                "id": series.removeprefix("crossings.").replace("_", "-"),
                "series": series,
                "places": (port.id,),
                "frequency": "M",
                "last": COUNT_MONTHS,
                "by": "series",
                "events": True,
                "names": {series: names[series]},
                "title": _titled(
                    "{port}: {what}, entries by month",
                    "{port}: {what}, ingresos por mes",
                    port=port.name,
                    what=lowered(Text.of(names[series])),
                ),
            },
        )
    return blocks


def side_by_side(context: SharedContext) -> DossierTable | None:
    """Tabulate the counts of the region's ports in the newest full year; None if none is held."""
    workspace = context.workspace
    year = _year(workspace)
    if year is None:
        return None
    made = _made(
        context,
        {
            "kind": "table",
            "id": "ports",
            "layout": "wide",
            "series": COUNTED,
            "places": workspace.catalog.region.ports,
            "frequency": "A",
            "start": date(year, 1, 1),
            "end": date(year, 12, 31),
            "head": Text("Port", "Puerto").record(),
            "names": _counted(workspace) | {TOTAL: Text.same(str(year)).record()},
            "title": _titled(
                "The region's ports side by side, {year}",
                "Los puertos de la región, uno junto a otro, {year}",
                year=year,
            ),
        },
    )
    return made[0] if made and isinstance(made[0], DossierTable) else None


def _events(workspace: Workspace, place: Place, port: Place) -> tuple[Event, ...]:
    """The events of a place and of what it is part of or made of, the newest first."""
    catalog = workspace.catalog
    near = {place.id, port.id, *catalog.members(place, "crossing")}
    found = [e for e in catalog.events.values() if near & set(e.places)]
    return tuple(sorted(found, key=lambda e: e.start, reverse=True))
