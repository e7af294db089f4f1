"""What the definitions know of the Colorado River's shared water: parties, dated tables of rules, levels, storage.

Elevations are feet above sea level (Lake Mead's datum), volumes thousands of acre-feet (kaf); both are `Decimal`, for a
hundredth of a foot decides between two steps of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from ambos.text import Text

#: The parts of a cut, kept apart: who imposes it.
Part = Literal["guidelines", "dcp", "minute323", "bwscp"]
#: A = read in an official document, data file or model rule; B = in a secondary source that cites the official one;
#: M = from general knowledge, not confirmed.
Reliability = Literal["A", "B", "M"]
#: State of an instrument: its terms were read, or only its being in force is documented.
State = Literal["in_force", "terms_not_read"]
#: Standing of a term: decided; decided under a condition; not decided; not known here, decided or not; in court.
Standing = Literal["decided", "conditional", "undecided", "unknown", "contested"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a table is from and how far that goes."""

    source: Text
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class Band:
    """A range of levels.

    Attributes
    ----------
    low, high : Decimal or None
        Feet; none where the band has no end.
    with_low, with_high : bool
        Whether the end itself belongs to the band.
    """

    low: Decimal | None = None
    with_low: bool = False
    high: Decimal | None = None
    with_high: bool = False

    def __contains__(self, level: Decimal) -> bool:
        above = self.low is None or level > self.low or (self.with_low and level == self.low)
        return above and (self.high is None or level < self.high or (self.with_high and level == self.high))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a table of rules.

    Attributes
    ----------
    band : Band
    rule : Text
        What the line is called where it stands.
    kaf : mapping of str to Decimal
        By party; a party that is not named has no part in it.
    """

    band: Band
    rule: Text
    kaf: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Rule:
    """A table of an instrument.

    Attributes
    ----------
    id : str
    part : str
        A `Part`, or ``addition`` for water on top of an apportionment.
    name : Text
    start, end : date
        The first and the last day on which it holds.
    steps : tuple of Step
        From the highest levels to the lowest, without hole or overlap.
    citation : Citation
    flood_control : mapping of str to Decimal
        kaf by party while flood is controlled, at any level; empty if the table has no such line.
    """

    id: str
    part: str
    name: Text
    start: date
    end: date
    steps: tuple[Step, ...]
    citation: Citation
    flood_control: Mapping[str, Decimal]

    def holds_in(self, year: int) -> bool:
        """Whether it holds on every day of a calendar year."""
        first, last = (self.start.year, self.start.month, self.start.day), (self.end.year, self.end.month, self.end.day)
        return first <= (year, 1, 1) and (year, 12, 31) <= last

    def step(self, level: Decimal) -> Step:
        """The line for a level; there is exactly one."""
        return next(s for s in self.steps if level in s.band)


@dataclass(frozen=True, slots=True)
class Tier:
    """What a combined condition is called.

    Attributes
    ----------
    id : str
        ``none``, ``0``, ``1``, ``2a``, ``2b``, ``3``.
    name : Text
    band : Band
    """

    id: str
    name: Text
    band: Band


@dataclass(frozen=True, slots=True)
class TierSet:
    """The names of conditions in a range of years.

    Attributes
    ----------
    start, end : date
    tiers : tuple of Tier
        From the highest levels to the lowest, without hole or overlap.
    citation : Citation
    """

    start: date
    end: date
    tiers: tuple[Tier, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an instrument.

    Attributes
    ----------
    standing : Standing
    section : str
        Of the document; empty if not known.
    day : date
        Of the fact.
    text : Text
    """

    standing: Standing
    section: str
    day: date
    text: Text


@dataclass(frozen=True, slots=True)
class Instrument:
    """An agreement or a decision that no table of levels expresses.

    Attributes
    ----------
    id : str
    state : State
    name : Text
    party : str
        Whose water it is; empty if of no single party.
    start : date
        First day of the water that it is about.
    end : date or None
        Last day; None: not known.
    signed : date or None
    known : date
        Day up to which it was looked for.
    scenario : str
        The scenario that has its numbers; empty if none has.
    terms : tuple of Term
    citation : Citation
    """

    id: str
    state: State
    name: Text
    party: str
    start: date
    end: date | None
    signed: date | None
    known: date
    scenario: str
    terms: tuple[Term, ...]
    citation: Citation

    def holds_in(self, year: int) -> bool:
        """Return True if the instrument covers the whole calendar year."""
        first, last = (self.start.year, self.start.month, self.start.day), (year, 12, 31)
        ended = self.end is not None and (self.end.year, self.end.month, self.end.day) < last
        return first <= (year, 1, 1) and not ended


@dataclass(frozen=True, slots=True)
class Party:
    """A state or a country with an apportionment.

    Attributes
    ----------
    id : str
    place : str
        Its id among the places.
    apportionment : Decimal
        kaf a year.
    citation : Citation
    """

    id: str
    place: str
    apportionment: Decimal
    citation: Citation


@dataclass(frozen=True, slots=True)
class Determination:
    """What set the tier of a year.

    Attributes
    ----------
    year : int
    projected : Decimal
        The level of 1 January projected by the August 24-Month Study of the year before, feet.
    reliability : Reliability
        Of the projected level.
    declared : str or None
        The tier that was declared; None where the year has no tiers.
    declared_reliability : Reliability or None
    observed : Decimal or None
        The level observed on the 31 December before, feet; it sets nothing. None if that day is not held.
    """

    year: int
    projected: Decimal
    reliability: Reliability
    declared: str | None
    declared_reliability: Reliability | None
    observed: Decimal | None

    @property
    def known(self) -> date:
        """The day from which the projection counts as known: the end of the August in which the study came out."""
        return date(self.year - 1, 8, 31)


@dataclass(frozen=True, slots=True)
class Storage:
    """Live storage of Lake Mead by level.

    Attributes
    ----------
    feet, kaf : tuple of Decimal
        Both rising; live storage is what is above dead pool.
    error : Decimal
        How far, at most, a straight line between two rows is from the full table, kaf.
    highest : Decimal
        The highest level that the lake can have, feet; the table ends below it.
    citation : Citation
    """

    feet: tuple[Decimal, ...]
    kaf: tuple[Decimal, ...]
    error: Decimal
    highest: Decimal
    citation: Citation


@dataclass(frozen=True, slots=True)
class River:
    """All definitions of the river.

    Attributes
    ----------
    parties : mapping of str to Party
    rules : tuple of Rule
    tier_sets : tuple of TierSet
        By range of years, from the oldest.
    readings : mapping of Decimal to Text
        By level, feet: how a source that was read decides otherwise than the tables.
    instruments : mapping of str to Instrument
    determinations : mapping of int to Determination
        By year.
    projected_source, observed_source : Text
    storage : Storage
    m3 : Decimal
        Cubic metres per acre-foot.
    """

    parties: Mapping[str, Party]
    rules: tuple[Rule, ...]
    tier_sets: tuple[TierSet, ...]
    readings: Mapping[Decimal, Text]
    instruments: Mapping[str, Instrument]
    determinations: Mapping[int, Determination]
    projected_source: Text
    observed_source: Text
    storage: Storage
    m3: Decimal

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The newest tiers, from the highest levels to the lowest."""
        return self.tier_sets[-1].tiers

    @property
    def tiers_citation(self) -> Citation:
        """Get the citation of the newest tiers."""
        return self.tier_sets[-1].citation


@dataclass(frozen=True, slots=True)
class Scenario:
    """A rule set for the years after 2026.

    Attributes
    ----------
    id : str
    name, trigger : Text
        The trigger is what level the cut goes by.
    start, end : int, int or None
        First and last year.
    decided : bool
        Decided for its years; else an alternative that is not in force.
    rules : bool
        The rules until 2026, continued; the rest is then empty.
    curve : tuple of (Decimal, Decimal)
        (feet, kaf of the whole cut) from low to high; straight in between, level beyond.
    steps : tuple of (Band, Decimal)
        The whole cut of a band of levels, kaf; in place of a curve.
    told_to : Decimal or None
        Lowest level for which the cut is given; none if for all.
    shares : tuple of (Decimal or None, mapping of str to Decimal)
        By part of the cut, upwards: where it ends (kaf; none for the last) and the percent of each party.
    unread : tuple of str
        Parties whose cut comes on top by terms that were not read: neither it nor the cut of all is known.
    assumed : mapping of str to Decimal
        The cut that the user assumes for such a party, kaf.
    assumption : mapping of str to (Decimal, Citation)
        The cut that a study assumes for such a party, kaf: an answer to nothing.
    citation : Citation
    """

    id: str
    name: Text
    trigger: Text
    start: int
    end: int | None
    decided: bool
    rules: bool
    curve: tuple[tuple[Decimal, Decimal], ...]
    steps: tuple[tuple[Band, Decimal], ...]
    told_to: Decimal | None
    shares: tuple[tuple[Decimal | None, Mapping[str, Decimal]], ...]
    unread: tuple[str, ...]
    assumed: Mapping[str, Decimal]
    assumption: Mapping[str, tuple[Decimal, Citation]]
    citation: Citation

    @property
    def missing(self) -> tuple[str, ...]:
        """Parties whose cut is neither known nor assumed."""
        return tuple(party for party in self.unread if party not in self.assumed)
