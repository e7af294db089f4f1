"""Definitions of works: the canal whose users take turns, the plant that two cities share, the irrigation district across."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from ambos.model.definition import DERIVED, INLINE, In, Key
from ambos.model.river import Citation, Cited, First, Last
from ambos.text import Text

_UNCITED = Citation(Text.same("–"), "M")


@dataclass(frozen=True, slots=True)
class Pool:
    """Users who are served together."""

    id: str
    name: Text
    holders: Annotated[Mapping[str, Decimal], Key("holder")]  #: Acre-feet a year by holder.
    citation: Annotated[Citation, DERIVED] = _UNCITED  #: That of the canal.
    #: Holder whose part the formula gives; empty: all share in proportion.
    favoured: Annotated[str, Key("formula")] = ""

    @property
    def size(self) -> Decimal:
        """Acre-feet a year."""
        return sum(self.holders.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Size:
    """Acre-feet a year of the pool served last, from one year to another, both included."""

    start: Annotated[int, Key("from")]
    end: Annotated[int, Key("to")]
    af: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """The pool served last: its holder, and its size by years."""

    id: str
    name: Text
    holder: str
    citation: Cited
    sizes: Annotated[tuple[Size, ...], Key("size")]


@dataclass(frozen=True, slots=True)
class Canal:
    """Pools of a canal."""

    name: Text
    party: Annotated[str, In("bearing")]  #: Whose cut it bears.
    #: `start`, `end`: the days on which the pools hold.
    start: First
    end: Last
    why: Text  #: Why there are no others.
    pools: Annotated[tuple[Pool, ...], Key("pool")]  #: Of long-term contracts, from the first served to the last.
    settlement: Settlement
    #: `least`, `loss`: of the formula, acre-feet: where its straight line ends, and how much the favoured holder has
    #: lost there.
    least: Annotated[Decimal, In("formula")]
    loss: Annotated[Decimal, Key("indian_loss"), In("formula")]
    formula_citation: Annotated[Citation, INLINE, In("formula")]
    holders: Annotated[Mapping[str, Text], Key("holder")]
    bearing: Annotated[Citation, INLINE, In("bearing")]  #: Who bears a cut.
    citation: Cited

    def of(self, year: int) -> tuple[Pool, ...]:
        """All pools of a year, from the first served to the last."""
        of, sizes = self.settlement, (s for s in self.settlement.sizes if s.start <= year <= s.end)
        return (*self.pools, *(Pool(of.id, of.name, {of.holder: size.af}, of.citation) for size in sizes))


@dataclass(frozen=True, slots=True)
class Member:
    """A party of a plant and its allocation, million US gallons a day."""

    name: Text
    allocation: Decimal


@dataclass(frozen=True, slots=True)
class Plant:
    """A treatment plant that parties share; flows in million US gallons a day."""

    name: Text
    below: Text  #: The river that takes what it releases.
    dated: Text  #: When the allocations are of.
    members: Annotated[Mapping[str, Member], Key("party")]
    citation: Cited
    design: Annotated[Decimal, Key("mgd"), In("design")]
    design_citation: Annotated[Citation, INLINE, In("design")]
    #: Flow that stands for one that is not given, percent of `design`.
    usual_percent: Annotated[Decimal, Key("percent_of_design"), In("usual")]
    usual_share: Annotated[Mapping[str, Decimal], Key("share"), In("usual")]  #: Percent of it of each party.
    usual_citation: Annotated[Citation, INLINE, In("usual")]
    keeper: Annotated[str, Key("party"), In("retained")]  #: The party that can keep its water back.
    keeper_citation: Annotated[Citation, INLINE, In("retained")]
    liters: Annotated[Decimal, Key("liters_per_gallon"), In("units")]  #: In a gallon.
    days: Annotated[Decimal, In("units")]  #: In a year.
    units_citation: Annotated[Citation, INLINE, In("units")]

    @property
    def parties(self) -> dict[str, Text]:
        """Names of the parties."""
        return {key: member.name for key, member in self.members.items()}

    @property
    def allocations(self) -> dict[str, Decimal]:
        """Allocations of the parties."""
        return {key: member.allocation for key, member in self.members.items()}

    @property
    def usual(self) -> dict[str, Decimal]:
        """Flow of each party that stands for one that is not given."""
        return {key: self.design * self.usual_percent / 100 * share / 100 for key, share in self.usual_share.items()}


@dataclass(frozen=True, slots=True)
class DistrictWater:
    """Water of an irrigation district by where it comes from."""

    id: str
    name: Text
    river: bool  #: Whether it is water of the treaty; else it is pumped from wells.
    hm3: Decimal  #: Cubic hectometres a year.


@dataclass(frozen=True, slots=True)
class District:
    """The irrigation district that takes the river's water across the border."""

    name: Text
    where: Text  #: Its municipalities.
    hectares: int
    state: str  #: Place, of which `state_hectares` are in the region.
    state_hectares: int
    known: date  #: The day up to which it was looked for.
    cut: Text  #: What is known of how a cut falls within the district.
    waters: Annotated[tuple[DistrictWater, ...], Key("water")]
    citation: Cited
