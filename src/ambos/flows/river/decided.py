"""`ambos river status` of a year whose cuts no table of levels sets: what is decided, what is not, what is not known here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ambos.catalog import Catalog
from ambos.catalog.river import load_scenarios
from ambos.errors import NotYetKnown, bad_request
from ambos.flows.river import instruments as river_instruments
from ambos.flows.river.both_units import in_both_units, kaf_text
from ambos.flows.river.both_units import level as level_text
from ambos.flows.river.limits import citation_cells
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table
from ambos.model.river import Determination, Instrument, Party, River, RuleScenario
from ambos.numbers import day
from ambos.river import cuts_of, decided_for, hm3, tier_of
from ambos.river.rules import cuts_at
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class DecidedShare:
    """A party's part of what is decided; kaf, None where it is not known here.

    `instrument` is what sets it; `standing` how far.
    """

    party: Party
    cut: Decimal | None
    instrument: Instrument
    standing: str


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer."""

    river: River
    year: int
    instrument: Instrument  #: The instrument that decides the year.
    scenario: RuleScenario  #: Its numbers.
    cut: Decimal  #: Of the parties that share it, kaf.
    shares: tuple[DecidedShare, ...]
    instruments: tuple[Instrument, ...]  #: All that is about the year, with the terms known on the day.
    level: Decimal | None  #: Of Lake Mead, feet: given, or projected for the year by the August study.
    given: bool  #: Whether it is the user's own.


def decided(
    workspace: Workspace, *, year: int, as_of: date | None = None, elevation: Decimal | None = None
) -> Decided | None:
    """Look up the decision for a year; None where tables of levels hold, or nothing is decided.

    Parameters
    ----------
    workspace : Workspace
    year : int
    as_of : date, optional
        Only what was known on this day.
    elevation : Decimal, optional
        A level of Lake Mead, feet: it sets no cut; the result of the expired rules at it is noted.

    Raises
    ------
    NotYetKnown
        If nothing was decided for the year on `as_of`.
    BadRequest
        If the lake cannot have such a level.
    """
    river = workspace.river
    instrument = decided_for(river, year)
    if instrument is None:
        return None
    signed = instrument.signed or instrument.known
    if as_of is not None and as_of < signed:
        raise NotYetKnown(what=instrument.name, day=as_of, first=signed)
    scenario = load_scenarios(river)[instrument.scenario]
    held: Determination | None = river.determinations.get(year)
    level = elevation if elevation is not None else held.projected if held else None
    if level is not None:
        tier_of(river, level)  # refuses what is no level
    instruments = river_instruments.of_year(river, year, as_of)
    others = {i.party: i for i in instruments if i.party}
    cuts = cuts_of(scenario, river, river.storage.highest)  # the same at every level
    split = next((t.standing for t in instrument.terms if t.standing == "conditional"), "decided")
    shares = tuple(
        DecidedShare(party, None, others.get(party.id, instrument), "unknown" if party.id in others else "undecided")
        if party.id in scenario.missing
        else DecidedShare(party, cuts[party.id], instrument, split)
        for party in river.parties.values()
    )
    whole = sum((s.cut for s in shares if s.cut is not None), Decimal(0))
    return Decided(river, year, instrument, scenario, whole, shares, instruments, level, elevation is not None)


def refuse_level_options(year: int, **given: bool) -> None:
    """Refuse options that only a year with tables of levels has.

    Raises
    ------
    BadRequest
    """
    names = [f"--{name.replace('_', '-')}" for name, is_given in given.items() if is_given]
    if names:
        raise bad_request(
            f"No level of Lake Mead sets a cut of {year}, so {', '.join(names)} has no meaning.",
            f"Ninguna elevación del lago Mead fija una reducción de {year}, así que {', '.join(names)} no tiene sentido.",
        )


def answer(decision: Decided, catalog: Catalog) -> Answer:
    """State the cuts that a decision sets, and how far each is known.

    Returns
    -------
    Answer
        Tables ``parties``, ``instruments`` and ``terms``; None is what is not known here.
    """
    message = catalog.message
    return Answer(
        "river.status",
        message(
            "river.decided.heading",
            year=str(decision.year),
            name=decision.instrument.name,
            cut=kaf_text(decision.cut, decision.river.m3),
        ),
        (
            in_both_units(_parties(decision, catalog), decision.river.m3, catalog),
            *river_instruments.tables(decision.instruments, catalog),
        ),
        {
            "year": decision.year,
            "basis": "decided",
            "tier": None,
            "instrument": decision.instrument.id,
            "elevation_ft": decision.level,
            "lower_division_cut_kaf": decision.cut,
            "total_kaf": None if any(s.cut is None for s in decision.shares) else decision.cut,
            **citation_cells(decision.instrument.citation),
        },
        tuple(notes(decision, catalog)),
    )


def _parties(decision: Decided, catalog: Catalog) -> Table:
    """Tabulate each party's cut and what is left, and those who share the cut together."""
    message = catalog.message
    columns = (
        Column("party", message("river.head.party")),
        Column("place", None),
        Column("standing", message("river.decided.standing")),
        Column("instrument", None),
        Column("apportionment_kaf", message("river.decided.apportionment")),
        Column("total_kaf", message("river.decided.cut")),
        Column("total_hm3", None, 1, kept=3),
        Column("remaining_kaf", message("river.decided.left")),
        Column("remaining_hm3", message("river.decided.left_hm3"), 1, kept=3),
    )

    def volumes(of: Decimal, cut: Decimal | None) -> tuple[Cell, ...]:
        if cut is None:
            return (of, None, None, None, None)
        return (of, cut, hm3(cut, decision.river.m3), of - cut, hm3(of - cut, decision.river.m3))

    def row(share: DecidedShare) -> tuple[Cell, ...]:
        party = Named(share.party.id, catalog.places[share.party.place].name)
        standing = Named(share.standing, _standing(share, catalog))
        amounts = volumes(share.party.apportionment, share.cut)
        return (party, share.party.place, standing, share.instrument.id, *amounts)

    known = [s for s in decision.shares if s.cut is not None]
    division = sum((s.party.apportionment for s in known), Decimal(0))
    together = (
        Named("lower_division", message("river.decided.division")),
        None,
        Named("decided", message("river.standing.decided")),
        decision.instrument.id,
        *volumes(division, decision.cut),
    )
    rows = (*map(row, known), together, *(row(s) for s in decision.shares if s.cut is None))
    title = message("river.decided.title").format(year=str(decision.year), unit="{unit}")
    return Table("parties", title, columns, rows)


def _standing(share: DecidedShare, catalog: Catalog) -> Text:
    said = catalog.message(f"river.standing.{share.standing}")
    if share.standing != "unknown":
        return said
    state = catalog.message(f"river.state.{share.instrument.state}")
    return Text(*(f"{said[k]}: {share.instrument.name[k]}, {state[k]}" for k in ("en", "es")))


def notes(decision: Decided, catalog: Catalog) -> list[Text]:
    """List the notes on each term with its standing and day, and on the result of the expired rules."""
    listed = [note for i in decision.instruments for note in river_instruments.notes(i, catalog)]
    if decision.given:
        listed.append(catalog.message("river.decided.level", year=str(decision.year)))
    if decision.level is not None:
        listed.append(expired(decision, catalog, decision.level))
    return listed


def expired(decision: Decided, catalog: Catalog, level: Decimal) -> Text:
    """Note the result of the expired tables at a level of Lake Mead, feet."""
    river, end = decision.river, max(rule.end for rule in decision.river.rules)
    savings = next(rule for rule in river.rules if rule.part == "bwscp").step(level).rule
    what = catalog.message(
        f"river.decided.{'given' if decision.given else 'august'}",
        year=str(decision.year),
        before=str(decision.year - 1),
    )
    return catalog.message(
        "river.decided.expired",
        end=Text(day(end, "en"), day(end, "es")),
        level=level_text(level),
        what=what,
        tier=tier_of(river, level).name,
        band=savings,
        cut=kaf_text(sum((c.by_tables for c in cuts_at(river, level)), Decimal(0)), river.m3),
        year=str(decision.year),
    )
