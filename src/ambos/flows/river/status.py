"""`ambos river status`: tier of a year, cut of each party by part, Mexico's order, distance to the next tiers, rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from ambos.catalog import Catalog
from ambos.errors import NoData, NotYetKnown, bad_request
from ambos.flows.river import decided as river_decided
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river import order as river_order
from ambos.flows.river.both_units import in_both_units, level
from ambos.flows.river.order import MexicoOrder
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table, View, data_table
from ambos.model.codes import TOTAL
from ambos.model.river import Determination, Instrument, River
from ambos.numbers import both, day
from ambos.river import (
    Condition,
    Distance,
    af,
    condition,
    decided_for,
    distances,
    hm3,
    in_force,
    metres,
    storage_at,
    tier_of,
)
from ambos.river.rules import PARTS
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
    """Say what the tables of levels give for a year; for the options see `status`.

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
        raise NoData(what=what + Text(" (a level of your own can be given)", " (puede indicar una propia)"))
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
        notes.append(message("river.note.observed", level=level(state.level), tier=state.tier.name))
    if kind != "projected" and held:
        would = tier_of(river, held.projected, year)
        key = "same" if would == state.tier else "other"
        notes.append(
            message(
                f"river.note.{key}",
                year=str(year),
                before=str(year - 1),
                level=level(held.projected),
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
    notes.append(message("river.note.storage", source=storage.citation.source, error=error_text(river)))
    if storage_at(storage, state.level) is None:
        notes.append(message("river.note.no_storage", level=level(storage.feet[-1], 0)))
    if state.level in river.readings:
        notes.append(message("river.note.reading", text=river.readings[state.level]))
    notes += [message("river.note.unread", name=i.name) for cut in state.cuts for i in cut.unread]
    return [*notes, _end(workspace, river, state)]


def error_text(river: River) -> Text:
    """Write by how much a volume of live storage may be off: "2.5 kaf (3.1 hm³)", "3.1 hm³ (2.5 kaf)"."""
    error = river.storage.error
    customary, metric = both(error, 1), both(hm3(error, river.m3), 1)
    return Text(f"{customary.en} kaf ({metric.en} hm³)", f"{metric.es} hm³ ({customary.es} kaf)")


def _end(workspace: Workspace, river: River, state: Condition) -> Text:
    """Note the day on which the rules expire, and whether others are decided for the years after."""
    end = max(rule.end for rule in river.rules)
    said = {"day": Text(day(end, "en"), day(end, "es"))}
    decided = decided_for(river, end.year + 1)
    if decided is None or decided.end is None:
        return workspace.catalog.message("river.note.ended", **said)
    years = range(end.year + 1, decided.end.year + 1)
    named = Text(" and ".join(map(str, years)), " y ".join(map(str, years)))
    return workspace.catalog.message("river.note.end", years=named, **said)


def status(
    workspace: Workspace,
    *,
    elevation: Decimal | None = None,
    as_of: date | None = None,
    year: int | None = None,
    observed: bool = False,
    flood_control: bool = False,
) -> Answer:
    """State what holds in a year: what is decided, in a year without tables of levels, else tier and cuts by them.

    Parameters
    ----------
    workspace : Workspace
    elevation : Decimal, optional
        Level of Lake Mead, feet, taken as the one projected for 1 January of the year; without it, the level that the
        August 24-Month Study projected.
    as_of : date, optional
        Only what was known on this day; the year is then that of the day, if none is given.
    year : int, optional
        The current one if not given.
    observed : bool
        The level is an observed one; without `elevation`, that of the 31 December before the year.
    flood_control : bool
        Water is released to control floods: Mexico's additional water is then that of flood control, at any level.

    Returns
    -------
    Answer
        Of `answer` or of `ambos.flows.river.decided.answer`.

    Raises
    ------
    OutsideRule
        If no table of cuts holds in the year.
    BadRequest
        If both a level and a day are given, the lake cannot have such a level, or floods cannot be controlled from it.
    NotYetKnown
        If the level of the year was not known on `as_of`.
    NoData
        If no level is held for the year.
    """
    year = year_of(workspace, year, elevation, as_of)
    decided = river_decided.decided(workspace, year=year, as_of=as_of, elevation=elevation)
    if decided is not None:
        river_decided.refuse_level_options(year, observed=observed, flood_control=flood_control)
        return river_decided.answer(decided, workspace.catalog)
    at = by_level(workspace, year, elevation=elevation, as_of=as_of, observed=observed, flood_control=flood_control)
    return answer(at, workspace.catalog)


def answer(status: Status, catalog: Catalog) -> Answer:
    """State the tier and cuts of a year by the tables of levels.

    Returns
    -------
    Answer
        Tables ``parties``, ``mexico_order``, ``next_tiers``, ``rules``, ``instruments`` and ``terms``.
    """
    condition, held = status.condition, status.held
    title = catalog.message(
        f"river.heading.{status.kind}",
        year=str(condition.year),
        level=level(condition.level),
        tier=condition.tier.name,
    )
    total = dict(zip(("total_kaf", "total_af", "total_hm3"), _volumes(condition.total, status.river.m3), strict=True))
    return Answer(
        "river.status",
        title,
        (
            in_both_units(_parties(status, catalog), status.river.m3, catalog),
            river_order.table(status.order, catalog),
            _next_tiers((way for way in (status.up, status.down) if way), status.river.m3, catalog),
            _rules(status, catalog),
            *river_instruments.tables(status.instruments, catalog),
        ),
        {
            "year": condition.year,
            "elevation_ft": condition.level,
            "elevation_m": metres(condition.level),
            "basis": status.kind,
            "tier": Named(condition.tier.id, condition.tier.name),
            "declared_tier": held.declared if held else None,
            "projected_ft": held.projected if held else None,
            "projected_reliability": held.reliability if held else None,
            "observed_ft": held.observed if held else None,
            "live_storage_kaf": status.storage,
            **total,
            **river_order.facts(status.order),
        },
        (*_rule_notes(status, catalog), *status.notes),
        hints=(catalog.message("river.note.hint", next=str(max(rule.end for rule in status.river.rules).year + 1)),),
    )


def _volumes(kaf: Decimal | None, m3: Decimal) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """A volume in kaf, acre-feet and cubic hectometres."""
    return (kaf, None, None) if kaf is None else (kaf, af(kaf), hm3(kaf, m3))


def _parties(status: Status, catalog: Catalog) -> Table:
    """Tabulate each party's cut by part, and what is left to it."""
    message, condition, m3 = catalog.message, status.condition, status.river.m3
    shown = condition.parts

    def head(key: str) -> Text:
        return message(f"river.head.{key}")

    columns = (
        Column("party", head("party")),
        Column("place", None),
        Column("apportionment_kaf", None),
        *(Column(f"{part}_kaf", message(f"river.part.{part}") if part in shown else None) for part in PARTS),
        Column("total_kaf", head("total")),
        Column("total_af", head("cut_af")),
        Column("total_hm3", head("cut_hm3"), 1, kept=3),
        Column("share_percent", head("share"), 1, kept=3),
        Column("addition_kaf", head("added")),
        Column("addition_hm3", head("added_hm3"), 1, kept=3),
        Column("remaining_kaf", head("left_kaf")),
        Column("remaining_af", head("left_af")),
        Column("remaining_hm3", head("left_hm3"), 1, kept=3),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Named(cut.party.id, catalog.places[cut.party.place].name),
            cut.party.place,
            cut.party.apportionment,
            *(cut.parts.get(part) for part in PARTS),
            *_volumes(cut.total, m3),
            None if cut.share is None else 100 * cut.share,
            cut.addition,
            None if cut.addition is None else hm3(cut.addition, m3),
            *_volumes(cut.remaining, m3),
        )
        for cut in condition.cuts
    )
    sums = (sum((c.parts[part] for c in condition.cuts), Decimal(0)) if part in shown else None for part in PARTS)
    whole = _volumes(condition.total, m3)
    of = sum((c.party.apportionment for c in condition.cuts), Decimal(0))
    share = None if condition.total is None else 100 * condition.total / of
    lefts = [cut.remaining for cut in condition.cuts if cut.remaining is not None]
    left = sum(lefts, Decimal(0)) if len(lefts) == len(condition.cuts) else None
    total = (Named(TOTAL, head("all")), None, of, *sums, *whole, share, None, None, *_volumes(left, m3))
    added = ("addition_kaf", "addition_hm3") if any(cut.addition for cut in condition.cuts) else ()
    views = (
        View(message("river.table.parts"), ("party", *(f"{part}_kaf" for part in shown), "total_kaf")),
        View(
            message("river.table.left"),
            (
                "party",
                "total_af",
                "total_hm3",
                "share_percent",
                *added,
                "remaining_kaf",
                "remaining_af",
                "remaining_hm3",
            ),
            total=False,
        ),
    )
    return Table("parties", message("river.table.parts"), columns, rows, (total,), views)


def _next_tiers(ways: Iterable[Distance], m3: Decimal, catalog: Catalog) -> Table:
    """Tabulate how far the neighbouring tiers are, in level and in live storage."""
    message = catalog.message
    columns = (
        Column("tier", message("river.head.tier")),
        Column("boundary", message("river.head.boundary")),
        Column("boundary_ft", None),
        Column("boundary_included", None),
        Column("feet", message("river.head.feet"), 2, signed=True),
        Column("metres", message("river.head.metres"), 2, signed=True, kept=3),
        Column("kaf", message("river.head.kaf"), signed=True),
        Column("hm3", message("river.head.hm3"), signed=True, kept=3),
    )

    def row(way: Distance) -> tuple[Cell, ...]:
        upwards = way.tier.band.low == way.boundary
        side = "at" if way.included else "above" if upwards else "below"
        boundary = message(f"river.boundary.{side}", level=level(way.boundary))
        volume = None if way.kaf is None else hm3(way.kaf, m3)
        return (
            Named(way.tier.id, way.tier.name),
            boundary,
            way.boundary,
            way.included,
            way.feet,
            metres(way.feet),
            way.kaf,
            volume,
        )

    return Table("next_tiers", message("river.table.distances"), columns, tuple(map(row, ways)))


def _rules(status: Status, catalog: Catalog) -> Table:
    """Tabulate the line of each rule that applies, for JSON and CSV."""
    keys = ("rule", "part", "line", "from", "to", "source", "reliability")
    rows = (
        (
            Named(rule.id, rule.name),
            rule.part,
            step.rule,
            rule.start,
            rule.end,
            rule.citation.source,
            rule.citation.reliability,
        )
        for rule, step in status.condition.fired
    )
    return data_table("rules", catalog.message("river.limit.title"), keys, rows)


def _rule_notes(status: Status, catalog: Catalog) -> list[Text]:
    """State the line of each rule that applies, with its range and citation."""
    return [
        catalog.message(
            "river.rule",
            name=rule.name,
            line=step.rule,
            start=Text(day(rule.start, "en"), day(rule.start, "es")),
            end=Text(day(rule.end, "en"), day(rule.end, "es")),
            source=rule.citation.source,
            reliability=catalog.message(f"river.reliability.{rule.citation.reliability}"),
        )
        for rule, step in status.condition.fired
    ]
