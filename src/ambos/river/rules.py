"""The cut of each party at a level of Lake Mead, by the rules that hold in a year; its parts are kept apart.

Nothing here knows a number of a rule: they come with the definitions (`ambos.catalog.river`), each with its citation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast, get_args

from ambos.errors import BadRequest, OutsideRule
from ambos.model.river import Part, Party, River, Rule, Step, Tier
from ambos.numbers import day
from ambos.river.storage import storage_at
from ambos.text import Text

PARTS: tuple[Part, ...] = get_args(Part)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cut:
    """What the rules take from a party in a year, in kaf.

    Attributes
    ----------
    party : Party
    parts : mapping of Part to Decimal
        All parts; 0 where the rule takes nothing from this party.
    addition : Decimal
        On top of the apportionment (Minute 323, high levels).
    """

    party: Party
    parts: Mapping[Part, Decimal]
    addition: Decimal

    @property
    def total(self) -> Decimal:
        """The whole cut, kaf."""
        return sum(self.parts.values(), _ZERO)

    @property
    def remaining(self) -> Decimal:
        """What is left of the apportionment, with what is added, kaf."""
        return self.party.apportionment - self.total + self.addition

    @property
    def share(self) -> Decimal:
        """The cut as a share of the apportionment, 0 to 1."""
        return self.total / self.party.apportionment


@dataclass(frozen=True, slots=True)
class Condition:
    """What the rules of a year say of a level.

    Attributes
    ----------
    year : int
    level : Decimal
        Feet.
    tier : Tier
    cuts : tuple of Cut
        One per party, in the order of the definitions.
    fired : tuple of (Rule, Step)
        The line of each table that the level falls on.
    """

    year: int
    level: Decimal
    tier: Tier
    cuts: tuple[Cut, ...]
    fired: tuple[tuple[Rule, Step], ...]

    @property
    def total(self) -> Decimal:
        """The cut of all parties, kaf."""
        return sum((c.total for c in self.cuts), _ZERO)


@dataclass(frozen=True, slots=True)
class Distance:
    """How far it is to a neighbouring tier.

    Attributes
    ----------
    tier : Tier
    boundary : Decimal
        Feet.
    included : bool
        Whether the boundary itself is in that tier; if not, it takes a little more than `feet`.
    feet : Decimal
        Up (positive) or down (negative).
    kaf : Decimal or None
        The live storage in between, with the same sign; none beyond the table of storage.
    """

    tier: Tier
    boundary: Decimal
    included: bool
    feet: Decimal
    kaf: Decimal | None


def in_force(river: River, year: int) -> tuple[Rule, ...]:
    """The tables that hold in a year: all of them, or none are given.

    Raises
    ------
    OutsideRule
        If one does not hold in all of the year, with the range of each that does not.
    """
    missing = [r for r in river.rules if not r.holds_in(year)]
    if not missing:
        return river.rules
    spans = [
        r.name
        + Text(f" ({day(r.start, 'en')} to {day(r.end, 'en')})", f" (del {day(r.start, 'es')} al {day(r.end, 'es')})")
        for r in missing
    ]
    last = max(r.end for r in missing)
    reason = (
        Text(
            f"What may come after {day(last, 'en')} exists only as named scenarios, not as a rule.",
            f"Lo que pueda venir después del {day(last, 'es')} existe solo como escenarios con nombre, no como regla.",
        )
        if year > last.year
        else Text(
            "The cuts of earlier instruments are not held, and a part of them would pass for the whole.",
            "No se tienen las reducciones de instrumentos anteriores, y una parte pasaría por el total.",
        )
    )
    raise OutsideRule(
        year=year,
        rules=Text("; ".join(s.en for s in spans), "; ".join(s.es for s in spans)),
        reason=reason,
        first=max(r.start for r in river.rules).year,
        last=min(r.end for r in river.rules).year,
    )


def tier_of(river: River, level: Decimal) -> Tier:
    """The tier that a level falls in.

    Parameters
    ----------
    river : River
    level : Decimal
        Feet.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    low, high = river.storage.feet[0], river.storage.highest
    if not (level.is_finite() and low <= level <= high):
        raise BadRequest(
            detail=Text(
                f"{level} ft is not a level of Lake Mead: it lies between {low} ft (dead pool) and {high} ft.",
                f"{level} pies no es una elevación del lago Mead: está entre {low} pies (volumen muerto) y {high} pies.",
            )
        )
    return next(t for t in river.tiers if level in t.band)


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

    Returns
    -------
    Condition

    Raises
    ------
    OutsideRule
        If not all rules hold in the year.
    BadRequest
        If the lake cannot have such a level.
    """
    rules = in_force(river, year)
    tier = tier_of(river, level)
    fired = tuple((rule, rule.step(level)) for rule in rules)
    return Condition(year, level, tier, cuts_at(river, level, flood_control=flood_control), fired)


def cuts_at(river: River, level: Decimal, *, flood_control: bool = False) -> tuple[Cut, ...]:
    """The cut of each party at a level, whatever the year: what the rules say, not that they hold."""
    volumes: dict[str, Mapping[str, Decimal]] = {rule.part: rule.step(level).kaf for rule in river.rules}
    added = volumes["addition"]
    if flood_control:
        added = next(rule.flood_control for rule in river.rules if rule.part == "addition")
    return tuple(
        Cut(
            party,
            {part: volumes[part].get(party.id, _ZERO) for part in PARTS},
            added.get(party.id, _ZERO),
        )
        for party in river.parties.values()
    )


def distances(river: River, level: Decimal) -> tuple[Distance | None, Distance | None]:
    """How far it is from a level to the next tier above and below.

    Returns
    -------
    tuple of (Distance or None, Distance or None)
        Up and down; none where there is no further tier.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    own = tier_of(river, level)
    at = river.tiers.index(own)
    found: list[Distance | None] = []
    for place, boundary, inside in (
        (at - 1, own.band.high, own.band.with_high),
        (at + 1, own.band.low, own.band.with_low),
    ):
        if boundary is None:
            found.append(None)
            continue
        here, there = storage_at(river.storage, level), storage_at(river.storage, boundary)
        kaf = None if here is None or there is None else there - here
        found.append(Distance(river.tiers[place], boundary, not inside, boundary - level, kaf))
    return cast("tuple[Distance | None, Distance | None]", tuple(found))
