"""The cut of each party at a level of Lake Mead, by the rules that hold in a year; its parts are kept apart.

Nothing here knows a number of a rule: they come with the definitions (`ambos.catalog.river`), each with its citation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast, get_args

from ambos.errors import OutsideRule, bad_request
from ambos.model.river import CutStep, Instrument, Part, Party, River, Rule, Tier
from ambos.numbers import day
from ambos.river.storage import storage_at
from ambos.text import Text, joined

PARTS: tuple[Part, ...] = get_args(Part)
#: The part of a table that adds to an apportionment.
ADDITION = "addition"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut of a party in a year by the rules, kaf."""

    party: Party
    parts: Mapping[Part, Decimal]  #: Those of the tables that hold; 0 where one takes nothing from this party.
    addition: Decimal  #: On top of the apportionment (Minute 323, high levels).
    #: What else is in force for this party, its terms not read: the whole cut is then not known.
    unread: tuple[Instrument, ...] = ()

    @property
    def by_tables(self) -> Decimal:
        """The cut by the tables that were read, kaf."""
        return sum(self.parts.values(), _ZERO)

    @property
    def total(self) -> Decimal | None:
        """The whole cut, kaf; None if it is not known."""
        return None if self.unread else self.by_tables

    @property
    def remaining(self) -> Decimal | None:
        """Compute the apportionment less the cut plus the addition, kaf; None if the terms were not read."""
        return None if self.unread else self.party.apportionment - self.by_tables + self.addition

    @property
    def share(self) -> Decimal | None:
        """The cut as a share of the apportionment, 0 to 1; None if it is not known."""
        return None if self.unread else self.by_tables / self.party.apportionment


@dataclass(frozen=True, slots=True)
class Condition:
    """Result of the rules of a year at a level."""

    year: int
    level: Decimal  #: Feet.
    tier: Tier
    cuts: tuple[Cut, ...]  #: One per party, in the order of the definitions.
    fired: tuple[tuple[Rule, CutStep], ...]  #: The line of each table that the level falls on.

    @property
    def total(self) -> Decimal | None:
        """The cut of all parties, kaf; None if that of one is not known."""
        return None if any(c.unread for c in self.cuts) else sum((c.by_tables for c in self.cuts), _ZERO)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a cut that the year has, in their order."""
        return tuple(part for part in PARTS if part in self.cuts[0].parts)


@dataclass(frozen=True, slots=True)
class Distance:
    """Distance to a neighbouring tier."""

    tier: Tier
    boundary: Decimal  #: Feet.
    included: bool  #: Whether the boundary itself is in that tier; if not, it takes a little more than `feet`.
    feet: Decimal  #: Up (positive) or down (negative).
    kaf: Decimal | None  #: The live storage in between, with the same sign; none beyond the table of storage.


def in_force(river: River, year: int) -> tuple[Rule, ...]:
    """The tables that hold in a year.

    Raises
    ------
    OutsideRule
        If none does, with the range of each.
    """
    held = tuple(r for r in river.rules if r.holds_in(year))
    if held:
        return held
    spans = [
        r.name
        + Text(f" ({day(r.start, 'en')} to {day(r.end, 'en')})", f" (del {day(r.start, 'es')} al {day(r.end, 'es')})")
        for r in river.rules
    ]
    last = max(r.end for r in river.rules)
    if year <= last.year:
        reason = Text("The rules of earlier years are not held.", "No se tienen las reglas de años anteriores.")
    elif decided_for(river, year) is not None:
        reason = Text(
            f"What is decided for {year} goes by no level of Lake Mead.",
            f"Lo decidido para {year} no depende de la elevación del lago Mead.",
        )
    else:
        reason = Text(
            f"No guidelines for {year} were found: what may come exists only as named scenarios.",
            f"No se hallaron lineamientos para {year}: lo que pueda venir existe solo como escenarios con nombre.",
        )
    raise OutsideRule(
        year=year,
        rules=joined(spans, "; "),
        reason=reason,
        first=min(r.start for r in river.rules).year,
        last=last.year,
        next=max(last.year + 1, year if decided_for(river, year) else 0),
    )


def decided_for(river: River, year: int) -> Instrument | None:
    """The instrument that sets the cuts of a year without levels; None where tables do, or nothing does."""
    return next((i for i in river.instruments.values() if i.scenario and i.holds_in(year)), None)


def tiers_in(river: River, year: int | None = None) -> tuple[Tier, ...]:
    """The tiers of a year, from the highest levels to the lowest; the newest if no year is given or none has any."""
    for held in river.tier_sets:
        if year is not None and held.start.year <= year <= held.end.year:
            return held.tiers
    return river.tiers


def tier_of(river: River, level: Decimal, year: int | None = None) -> Tier:
    """The tier that a level falls in.

    Parameters
    ----------
    river : River
    level : Decimal
        Feet.
    year : int, optional
        Whose names of tiers; the newest if not given.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    low, high = river.storage.feet[0], river.storage.highest
    if not (level.is_finite() and low <= level <= high):
        raise bad_request(
            f"{level:,} ft is not a level of Lake Mead: it lies between {low:,} ft (dead pool) and {high:,} ft.",
            f"{level:,} pies no es una elevación del lago Mead: está entre {low:,} pies (volumen muerto) y {high:,} pies.",
        )
    return next(t for t in tiers_in(river, year) if level in t.band)


def condition(river: River, level: Decimal, year: int, *, flood_control: bool = False) -> Condition:
    """Apply the rules of a year to a level.

    Parameters
    ----------
    river : River
    level : Decimal
        Of Lake Mead on 1 January of the year, feet; as projected by the August 24-Month Study, for the rules to bind.
    year : int
    flood_control : bool
        Whether water is released to control floods; Mexico's addition is then that of flood control.

    Raises
    ------
    OutsideRule
        If no rule holds in the year.
    BadRequest
        If the lake cannot have such a level, or `flood_control` is set while the rules cut deliveries.
    """
    rules = in_force(river, year)
    tier = tier_of(river, level, year)
    fired = tuple((rule, rule.step(level)) for rule in rules)
    unread = tuple(i for i in river.instruments.values() if i.state == "terms_not_read" and i.holds_in(year))
    return Condition(year, level, tier, _cuts(river, rules, level, flood_control, unread), fired)


def cuts_at(river: River, level: Decimal) -> tuple[Cut, ...]:
    """Compute the cut of each party at a level by all tables, kaf, whether or not they hold in a year."""
    return _cuts(river, river.rules, level, False, ())


def _cuts(
    river: River, rules: tuple[Rule, ...], level: Decimal, flood_control: bool, unread: tuple[Instrument, ...]
) -> tuple[Cut, ...]:
    steps: dict[str, Mapping[str, Decimal]] = {rule.part: rule.step(level).kaf for rule in rules}
    if flood_control and any(kaf for part in steps if part != ADDITION for kaf in steps[part].values()):
        raise bad_request(
            f"At {level} ft the rules cut deliveries, and floods are not controlled from such a level: by Reclamation's"
            " rules (CRMMS) shortage goes first, surplus after it. Leave out flood control, or give a higher level.",
            f"A {level} pies las reglas reducen entregas, y a esa elevación no se controlan avenidas: según las reglas"
            " del Buró de Reclamación (CRMMS) primero va la escasez y después el excedente. Quite el control de avenidas o"
            " indique una elevación mayor.",
        )
    added = steps.get(ADDITION, {})
    if flood_control and ADDITION not in steps:
        raise bad_request(
            "No rule of that year that was read gives additional water while floods are controlled: leave it out.",
            "Ninguna regla leída de ese año da agua adicional durante el control de avenidas: quítelo.",
        )
    if flood_control:
        added = next((rule.flood_control for rule in rules if rule.part == ADDITION), {})
    return tuple(
        Cut(
            party,
            {part: steps[part].get(party.id, _ZERO) for part in PARTS if part in steps},
            added.get(party.id, _ZERO),
            tuple(i for i in unread if i.party == party.id),
        )
        for party in river.parties.values()
    )


def distances(river: River, level: Decimal, year: int | None = None) -> tuple[Distance | None, Distance | None]:
    """Measure the distance from a level to the next tier above and below, feet, by the tiers of a year (else the newest).

    Returns
    -------
    tuple of (Distance or None, Distance or None)
        Up and down; none where there is no further tier.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    tiers, own = tiers_in(river, year), tier_of(river, level, year)
    at = tiers.index(own)
    ways: list[Distance | None] = []
    for place, boundary, inside in (
        (at - 1, own.band.high, own.band.with_high),
        (at + 1, own.band.low, own.band.with_low),
    ):
        if boundary is None:
            ways.append(None)
            continue
        here, there = storage_at(river.storage, level), storage_at(river.storage, boundary)
        kaf = None if here is None or there is None else there - here
        ways.append(Distance(tiers[place], boundary, not inside, boundary - level, kaf))
    return cast("tuple[Distance | None, Distance | None]", tuple(ways))
