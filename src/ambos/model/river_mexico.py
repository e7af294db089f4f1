"""Definitions of Mexico's water: limits of the schedule and the reserve, the items of the ledger.

Volumes are acre-feet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ambos.model.definition import INLINE, In, Key
from ambos.model.river import Citation, Cited, First, Reliability
from ambos.text import Text

#: Which identity of the ledger a known difference is of: points against satisfaction, or the schedule.
Identity = Literal["closure", "schedule"]


@dataclass(frozen=True, slots=True)
class DatedLimit:
    """A dated limit."""

    id: str
    name: Text
    value: Decimal
    unit: str  #: ``af``, ``percent`` or ``days``.
    start: First
    end: Annotated[date | None, Key("to")]  #: None: no end is known.
    citation: Cited

    def holds_in(self, year: int) -> bool:
        """Return True if it holds on every day of a calendar year."""
        return self.start <= date(year, 1, 1) and (self.end is None or date(year, 12, 31) <= self.end)


@dataclass(frozen=True, slots=True)
class DeliveryPoint:
    """Point at which water is delivered, or an item stated separately."""

    id: str
    name: Text
    required: bool = False  #: Without it there is no sum of the points.


@dataclass(frozen=True, slots=True)
class Account:
    """Account of Mexico's own water."""

    id: str
    name: Text
    sign: Literal[1, -1]  #: +1 or −1: how it moves what satisfies the Treaty.
    #: `start`, `end`: first and last year in which there is such an account.
    start: Annotated[int, Key("from")]
    end: Annotated[int, Key("to")]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Known reason for which a year does not close."""

    year: int
    of: Identity
    af: int  #: The part of the difference that it accounts for, with its sign; 0 if only the reason is known.
    why: Text
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class Order:
    """Mexico's first allotment of a year, acre-feet, as the Commission published it."""

    id: str  #: The year.
    af: int  #: Acre-feet.
    rest: str  #: Id of the instrument to which the remainder beyond the rules' cut is attributed.
    known: date
    citation: Cited

    @property
    def year(self) -> int:
        """The year of the water."""
        return int(self.id)


@dataclass(frozen=True, slots=True)
class Mexico:
    """All definitions of Mexico's water."""

    party: str  #: Whose guaranteed quantity it is.
    limits: Mapping[str, DatedLimit]
    orders: Mapping[int, Order]  #: By year.
    #: `satisfaction`, `excess`: ids of the items: what satisfies the Treaty, and what is in excess of it.
    satisfaction: str
    excess: str
    reserve: tuple[str, str]  #: Ids of the items put into the reserve and taken from it.
    #: Ids of the points that the limit of the land boundary is about.
    land: Annotated[tuple[str, str], Key("land_boundary")]
    #: `points`, `apart`: those counted in the sum, and those shown beside it.
    points: Annotated[tuple[DeliveryPoint, ...], Key("point")]
    apart: tuple[DeliveryPoint, ...]
    accounts: Annotated[tuple[Account, ...], Key("account")]
    surplus_years: Annotated[frozenset[int], Key("years"), In("surplus")]  #: Years with the whole treaty surplus.
    surplus_citation: Annotated[Citation, INLINE, In("surplus")]
    #: The last year in which no rule reduced deliveries.
    unreduced_until: Annotated[int, Key("until"), In("unreduced")]
    unreduced_citation: Annotated[Citation, INLINE, In("unreduced")]
    known: tuple[Explanation, ...]
    balances: Annotated[Mapping[int, int], Key("af"), In("balance")]  #: Of the reserve at the end of a year.
    balances_citation: Annotated[Citation, INLINE, In("balance")]
    ledger_citation: Cited
