"""Definitions of the Colorado River's shared water: parties, dated tables of rules, levels, storage.

Elevations are feet above sea level (Lake Mead's datum), volumes thousands of acre-feet (kaf); both are `Decimal`, for a
hundredth of a foot decides between two steps of a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ambos.model.definition import DERIVED, INLINE, In, Key
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
    """Source of a table and how well it was confirmed."""

    source: Text
    reliability: Reliability


#: A citation whose keys stand in the table that it is of.
Cited = Annotated[Citation, INLINE]
#: First and last day on which a table holds.
First = Annotated[date, Key("from")]
Last = Annotated[date, Key("to")]


@dataclass(frozen=True, slots=True)
class LevelBand:
    """A range of levels, feet; without an end on a side where no bound is given."""

    #: `above`, `at_least`: lower bound, without and with the bound itself.
    above: Decimal | None = None
    at_least: Decimal | None = None
    #: `below`, `at_most`: upper bound, without and with the bound itself.
    below: Decimal | None = None
    at_most: Decimal | None = None

    @property
    def low(self) -> Decimal | None:
        """The lower bound, feet."""
        return self.at_least if self.above is None else self.above

    @property
    def high(self) -> Decimal | None:
        """The upper bound, feet."""
        return self.at_most if self.below is None else self.below

    @property
    def with_low(self) -> bool:
        """Return True if the lower bound belongs to the band."""
        return self.at_least is not None

    @property
    def with_high(self) -> bool:
        """Return True if the upper bound belongs to the band."""
        return self.at_most is not None

    def __contains__(self, level: Decimal) -> bool:
        above = self.low is None or level > self.low or (self.with_low and level == self.low)
        return above and (self.high is None or level < self.high or (self.with_high and level == self.high))


@dataclass(frozen=True, slots=True)
class CutStep:
    """A line of a table of rules."""

    band: Annotated[LevelBand, INLINE]
    rule: Text  #: What the line is called where it stands.
    kaf: Mapping[str, Decimal] = field(default_factory=dict)  #: By party; a party that is not named has no part in it.


@dataclass(frozen=True, slots=True)
class Rule:
    """A table of an instrument."""

    id: str
    part: Literal[Part, "addition"]  #: A `Part`, or ``addition`` for water on top of an apportionment.
    name: Text
    #: `start`, `end`: the first and the last day on which it holds.
    start: First
    end: Last
    #: From the highest levels to the lowest, without hole or overlap.
    steps: Annotated[tuple[CutStep, ...], Key("step")]
    citation: Cited
    #: kaf by party while flood is controlled, at any level; empty if the table has no such line.
    flood_control: Mapping[str, Decimal] = field(default_factory=dict)

    def holds_in(self, year: int) -> bool:
        """Return True if it holds on every day of a calendar year."""
        first, last = (self.start.year, self.start.month, self.start.day), (self.end.year, self.end.month, self.end.day)
        return first <= (year, 1, 1) and (year, 12, 31) <= last

    def step(self, level: Decimal) -> CutStep:
        """The line for a level; there is exactly one."""
        return next(s for s in self.steps if level in s.band)


@dataclass(frozen=True, slots=True)
class Tier:
    """Name of a combined condition."""

    id: str  #: ``none``, ``0``, ``1``, ``2a``, ``2b``, ``3``.
    name: Text
    band: Annotated[LevelBand, INLINE]


@dataclass(frozen=True, slots=True)
class TierReading:
    """Reading of a level, feet, by a source, where it decides otherwise than the tables."""

    level: Decimal
    text: Text


@dataclass(frozen=True, slots=True)
class TierSet:
    """The names of conditions in a range of years."""

    start: First
    end: Last
    tiers: Annotated[tuple[Tier, ...], Key("step")]  #: From the highest levels to the lowest, without hole or overlap.
    citation: Cited
    readings: Annotated[tuple[TierReading, ...], Key("reading")] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an instrument."""

    standing: Standing
    day: Annotated[date, Key("on")]  #: Of the fact.
    text: Text
    section: str = ""  #: Of the document; empty if not known.


@dataclass(frozen=True, slots=True)
class Instrument:
    """An agreement or a decision that no table of levels expresses."""

    id: str
    state: State
    name: Text
    start: First  #: First day of the water that it is about.
    end: Annotated[date | None, Key("to")]  #: Last day; None: not known.
    signed: date | None
    known: date  #: Day up to which it was looked for.
    terms: Annotated[tuple[Term, ...], Key("term")]
    citation: Cited
    party: str = ""  #: Whose water it is; empty if of no single party.
    scenario: str = ""  #: The scenario that has its numbers; empty if none has.

    def holds_in(self, year: int) -> bool:
        """Return True if the instrument covers the whole calendar year."""
        first, last = (self.start.year, self.start.month, self.start.day), (year, 12, 31)
        ended = self.end is not None and (self.end.year, self.end.month, self.end.day) < last
        return first <= (year, 1, 1) and not ended


@dataclass(frozen=True, slots=True)
class Party:
    """A state or a country with an apportionment."""

    id: str
    place: str  #: Its id among the places.
    apportionment: Decimal  #: kaf a year.
    citation: Cited


@dataclass(frozen=True, slots=True)
class Determination:
    """Levels and declaration that set the tier of a year."""

    year: int
    projected: Decimal  #: The level of 1 January projected by the August 24-Month Study of the year before, feet.
    reliability: Reliability  #: Of the projected level.
    declared: str | None  #: The tier that was declared; None where the year has no tiers.
    declared_reliability: Reliability | None
    #: The level observed on the 31 December before, feet; it sets nothing. None if that day is not held.
    observed: Decimal | None

    @property
    def known(self) -> date:
        """The day from which the projection counts as known: the end of the August in which the study came out."""
        return date(self.year - 1, 8, 31)


@dataclass(frozen=True, slots=True)
class Storage:
    """Live storage of Lake Mead by level."""

    #: `feet`, `kaf`: both rising; live storage is what is above dead pool.
    feet: tuple[Decimal, ...]
    kaf: tuple[Decimal, ...]
    #: How far, at most, a straight line between two rows is from the full table, kaf.
    error: Annotated[Decimal, Key("error_kaf")]
    #: The highest level that the lake can have, feet; the table ends below it.
    highest: Annotated[Decimal, Key("feet"), In("highest")]
    highest_citation: Annotated[Citation, INLINE, In("highest")]
    citation: Cited


@dataclass(frozen=True, slots=True)
class River:
    """All definitions of the river."""

    parties: Mapping[str, Party]
    rules: tuple[Rule, ...]
    tier_sets: tuple[TierSet, ...]  #: By range of years, from the oldest.
    instruments: Mapping[str, Instrument]
    determinations: Mapping[int, Determination]  #: By year.
    projected_source: Text
    observed_source: Text
    storage: Storage
    m3: Decimal  #: Cubic metres per acre-foot.

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The newest tiers, from the highest levels to the lowest."""
        return self.tier_sets[-1].tiers

    @property
    def readings(self) -> dict[Decimal, Text]:
        """Map levels, feet, to the readings of a source that decides otherwise than the tables."""
        return {reading.level: reading.text for tiers in self.tier_sets for reading in tiers.readings}

    @property
    def tiers_citation(self) -> Citation:
        """Get the citation of the newest tiers."""
        return self.tier_sets[-1].citation


@dataclass(frozen=True, slots=True)
class Total:
    """The whole cut of a band of levels, kaf."""

    kaf: Decimal
    band: Annotated[LevelBand, INLINE]


@dataclass(frozen=True, slots=True)
class CutShare:
    """Percent of each party in a part of the cut, which ends at `up_to`, kaf; the last part has no end."""

    up_to: Decimal | None
    percent: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class AssumedCut:
    """The cut that a study assumes for a party, kaf: an answer to nothing."""

    kaf: Annotated[Decimal, Key("assumed_kaf")]
    citation: Cited


@dataclass(frozen=True, slots=True)
class RuleScenario:
    """A rule set for the years after 2026."""

    id: str
    #: `name`, `trigger`: the trigger is what level the cut goes by.
    name: Text
    trigger: Text
    #: `start`, `end`: first and last year.
    start: Annotated[int, Key("from")]
    end: Annotated[int | None, Key("to")]
    citation: Cited
    decided: bool = False  #: Decided for its years; else an alternative that is not in force.
    rules: bool = False  #: The rules until 2026, continued; the rest is then empty.
    #: (feet, kaf of the whole cut) from low to high; straight in between, level beyond.
    curve: tuple[tuple[Decimal, Decimal], ...] = ()
    steps: Annotated[tuple[Total, ...], Key("step")] = ()  #: In place of a curve.
    published_to: Decimal | None = None  #: The lowest level for which the cut is published; None if all.
    shares: Annotated[tuple[CutShare, ...], Key("share")] = ()  #: By part of the cut, upwards.
    #: Parties whose cut comes on top by terms that were not read: neither it nor the cut of all is known.
    unread: Mapping[str, AssumedCut] = field(default_factory=dict)
    #: The cut that the user assumes for such a party, kaf.
    assumed: Annotated[Mapping[str, Decimal], DERIVED] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Parties whose cut is neither known nor assumed."""
        return tuple(party for party in self.unread if party not in self.assumed)
