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
    """A dated limit.

    Attributes
    ----------
    unit : str
        ``af``, ``percent`` or ``days``.
    end : date or None
        None: no end is known.
    """

    id: str
    name: Text
    value: Decimal
    unit: str
    start: First
    end: Annotated[date | None, Key("to")]
    citation: Cited

    def holds_in(self, year: int) -> bool:
        """Whether it holds on every day of a calendar year."""
        return self.start <= date(year, 1, 1) and (self.end is None or date(year, 12, 31) <= self.end)


@dataclass(frozen=True, slots=True)
class DeliveryPoint:
    """Where water is delivered, or an item shown apart.

    Attributes
    ----------
    required : bool
        Without it there is no sum of the points.
    """

    id: str
    name: Text
    required: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What Mexico does with its own water.

    Attributes
    ----------
    sign : int
        +1 or −1: how it moves what satisfies the Treaty.
    start, end : int
        First and last year in which there is such an account.
    """

    id: str
    name: Text
    sign: Literal[1, -1]
    start: Annotated[int, Key("from")]
    end: Annotated[int, Key("to")]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a year does not close, as far as that is known.

    Attributes
    ----------
    af : int
        The part of the difference that it accounts for, with its sign; 0 if only the reason is known.
    """

    year: int
    of: Identity
    af: int
    why: Text
    reliability: Reliability


@dataclass(frozen=True, slots=True)
class Order:
    """Mexico's first allotment of a year, acre-feet, as the Commission published it.

    Attributes
    ----------
    id : str
        The year.
    af : int
        Acre-feet.
    rest : str
        Id of the instrument to which the remainder beyond the rules' cut is attributed.
    """

    id: str
    af: int
    rest: str
    known: date
    citation: Cited

    @property
    def year(self) -> int:
        """The year of the water."""
        return int(self.id)


@dataclass(frozen=True, slots=True)
class Mexico:
    """All definitions of Mexico's water.

    Attributes
    ----------
    party : str
        Whose guaranteed quantity it is.
    orders : mapping of int to Order
        By year.
    satisfaction, excess : str
        Ids of the items: what satisfies the Treaty, and what is in excess of it.
    reserve : tuple of (str, str)
        Ids of the items put into the reserve and taken from it.
    land : tuple of str
        Ids of the points that the limit of the land boundary is about.
    points, apart : tuple of DeliveryPoint
        Those counted in the sum, and those shown beside it.
    surplus_years : frozenset of int
        Years with the whole treaty surplus.
    unreduced_until : int
        The last year in which no rule reduced deliveries.
    balances : mapping of int to int
        Of the reserve at the end of a year.
    """

    party: str
    limits: Mapping[str, DatedLimit]
    orders: Mapping[int, Order]
    satisfaction: str
    excess: str
    reserve: tuple[str, str]
    land: Annotated[tuple[str, str], Key("land_boundary")]
    points: Annotated[tuple[DeliveryPoint, ...], Key("point")]
    apart: tuple[DeliveryPoint, ...]
    accounts: Annotated[tuple[Account, ...], Key("account")]
    surplus_years: Annotated[frozenset[int], Key("years"), In("surplus")]
    surplus_citation: Annotated[Citation, INLINE, In("surplus")]
    unreduced_until: Annotated[int, Key("until"), In("unreduced")]
    unreduced_citation: Annotated[Citation, INLINE, In("unreduced")]
    known: tuple[Explanation, ...]
    balances: Annotated[Mapping[int, int], Key("af"), In("balance")]
    balances_citation: Annotated[Citation, INLINE, In("balance")]
    ledger_citation: Cited
