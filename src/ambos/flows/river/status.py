"""`ambos river status`: the tier of a year, each party's cut by part, and how far the next tier is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from ambos.errors import NoData, NotYetKnown, bad_request
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river import order as river_order
from ambos.flows.river.order import MexicoOrder
from ambos.flows.workspace import Workspace
from ambos.model.river import Determination, Instrument, River
from ambos.numbers import both, day
from ambos.river import Condition, Distance, condition, decided_for, distances, in_force, storage_at, tier_of
from ambos.text import Text

#: What a level is: projected by the August 24-Month Study, given by the user to be taken as that, or observed.
Kind = Literal["projected", "given", "observed"]


@dataclass(frozen=True, slots=True)
class Status:
    """An answer."""

    river: River
    condition: Condition  #: Tier and cuts of the level by the rules of the year.
    kind: Kind  #: Origin of the level.
    held: Determination | None  #: The level projected for the year, and the observed one.
    #: `up`, `down`: to the next tier.
    up: Distance | None
    down: Distance | None
    storage: Decimal | None  #: Live storage at the level, kaf.
    order: MexicoOrder | None  #: Mexico's order of the year, if it was published.
    instruments: tuple[Instrument, ...]  #: What else is in force in the year.
    notes: tuple[Text, ...]  #: The meaning of the level, and the sources of the figures.


def by_level(
    workspace: Workspace,
    year: int,
    *,
    elevation: Decimal | None = None,
    as_of: date | None = None,
    observed: bool = False,
    flood_control: bool = False,
) -> Status:
    """Say what the tables of levels give for a year; for the options see `ambos.flows.river.status_tables.status`.

    Raises
    ------
    OutsideRule
        If no table of cuts holds in the year.
    BadRequest
        If the lake cannot have such a level, or floods cannot be controlled from it.
    NotYetKnown
        If the level of the year was not known on `as_of`.
    NoData
        If no level is held for the year.
    """
    river = workspace.river
    in_force(river, year)  # a year that no rule covers is refused before anything else
    held = river.determinations.get(year)
    level = elevation if elevation is not None else _held_level(held, year, as_of, observed)
    kind: Kind = "observed" if observed else "projected" if elevation is None else "given"
    state = condition(river, level, year, flood_control=flood_control)
    up, down = distances(river, level, year)
    order = river_order.order_of(river, workspace.mexico, year, as_of)
    instruments = river_instruments.of_year(river, year, as_of)
    notes = _notes(workspace, river, state, kind, held, flood_control)
    notes += _beside(workspace, state, order, instruments)
    return Status(
        river, state, kind, held, up, down, storage_at(river.storage, level), order, instruments, tuple(notes)
    )


def year_of(workspace: Workspace, year: int | None, elevation: Decimal | None, as_of: date | None) -> int:
    """Resolve the requested year: the given one, else that of the day, else the current one.

    Raises
    ------
    BadRequest
        If both a level and a day are given.
    """
    if elevation is not None and as_of is not None:
        raise bad_request(
            "Give a level or a day, not both: with a level nothing is looked up.",
            "Indique una elevación o un día, no ambos: con una elevación no se consulta nada.",
        )
    return (as_of or workspace.today()).year if year is None else year


def _beside(
    workspace: Workspace, state: Condition, order: MexicoOrder | None, instruments: tuple[Instrument, ...]
) -> list[Text]:
    """List the notes on Mexico's order and on the instruments beside the tables of levels."""
    catalog = workspace.catalog
    notes = river_order.notes(order, catalog) if order else []
    for instrument in instruments:
        lowers = instrument.party and instrument.state == "in_force" and not order
        if lowers:
            notes.append(catalog.message("river.order.not_held", year=str(state.year), name=instrument.name))
        notes += river_instruments.notes(instrument, catalog)
    return notes


def _held_level(held: Determination | None, year: int, as_of: date | None, observed: bool) -> Decimal:
    """The level that is held for a year, if it was known on a day."""
    what = (
        Text(f"the observed level of Lake Mead before {year}", f"la elevación observada del lago Mead antes de {year}")
        if observed
        else Text(f"the level of Lake Mead projected for {year}", f"la elevación del lago Mead proyectada para {year}")
    )
    level = None if held is None else held.observed if observed else held.projected
    if held is None or level is None:
        raise NoData(what=what + Text(" (give it: --elevation)", " (indíquela: --elevation)"))
    known = date(year - 1, 12, 31) if observed else held.known
    if as_of is not None and as_of < known:
        raise NotYetKnown(what=what, day=as_of, first=known)
    return level


def _notes(
    workspace: Workspace, river: River, state: Condition, kind: Kind, held: Determination | None, flood_control: bool
) -> list[Text]:
    """List the notes on the meaning and the source of the level, and on the end of the rules."""
    message = workspace.catalog.message
    year = state.year
    notes = [message("river.note.trigger", year=str(year), before=str(year - 1))]
    if kind == "observed":
        notes.append(message("river.note.observed", level=both(state.level, 2), tier=state.tier.name))
    if kind != "projected" and held:
        would = tier_of(river, held.projected, year)
        key = "same" if would == state.tier else "other"
        notes.append(
            message(
                f"river.note.{key}",
                year=str(year),
                before=str(year - 1),
                level=both(held.projected, 2),
                tier=would.name,
                given=state.tier.name,
            )
        )
    if kind == "observed" and held and state.level == held.observed:
        notes.append(message("river.note.level", source=river.observed_source))
    if kind == "projected" and held:
        notes.append(message("river.note.level", source=river.projected_source))
        if held.reliability == "M":
            notes.append(message("river.note.unconfirmed"))
    if flood_control:
        notes.append(message("river.note.flood_control"))
    storage = river.storage
    notes.append(message("river.note.storage", source=storage.citation.source, error=both(storage.error, 1)))
    if storage_at(storage, state.level) is None:
        notes.append(message("river.note.no_storage", level=both(storage.feet[-1])))
    if state.level in river.readings:
        notes.append(message("river.note.reading", text=river.readings[state.level]))
    notes += [message("river.note.unread", name=i.name) for cut in state.cuts for i in cut.unread]
    return [*notes, _end(workspace, river, state)]


def _end(workspace: Workspace, river: River, state: Condition) -> Text:
    """Note the day on which the rules expire, and the pointer to the years after."""
    end = max(rule.end for rule in river.rules)
    said = {"day": Text(day(end, "en"), day(end, "es"))}
    decided = decided_for(river, end.year + 1)
    if decided is None or decided.end is None:
        return workspace.catalog.message("river.note.ended", **said)
    years = range(end.year + 1, decided.end.year + 1)
    named = Text(" and ".join(map(str, years)), " y ".join(map(str, years)))
    return workspace.catalog.message("river.note.end", years=named, next=str(end.year + 1), **said)
