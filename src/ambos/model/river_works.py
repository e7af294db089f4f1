"""What the definitions know of two works: the canal whose users take turns, and the plant that two cities share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ambos.model.river import Citation
from ambos.text import Text


@dataclass(frozen=True, slots=True)
class Pool:
    """Users who are served together.

    Attributes
    ----------
    id : str
    name : Text
    holders : mapping of str to Decimal
        Acre-feet a year by holder.
    favoured : str
        Holder whose part the formula gives; empty: all share in proportion.
    citation : Citation
    """

    id: str
    name: Text
    holders: Mapping[str, Decimal]
    favoured: str
    citation: Citation

    @property
    def size(self) -> Decimal:
        """Acre-feet a year."""
        return sum(self.holders.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Canal:
    """Pools of a canal.

    Attributes
    ----------
    name : Text
    party : str
        Whose cut it bears.
    start, end : date
        The days on which the pools hold.
    why : Text
        Why there are no others.
    pools : tuple of Pool
        Of long-term contracts, from the first served to the last.
    least, loss : Decimal
        Of the formula, acre-feet: where its straight line ends, and how much the favoured holder has lost there.
    formula_citation : Citation
    last : tuple of (int, int, Pool)
        The pool served last: first year, last year, pool.
    holders : mapping of str to Text
    bearing : Citation
        Who bears a cut.
    citation : Citation
    """

    name: Text
    party: str
    start: date
    end: date
    why: Text
    pools: tuple[Pool, ...]
    least: Decimal
    loss: Decimal
    formula_citation: Citation
    last: tuple[tuple[int, int, Pool], ...]
    holders: Mapping[str, Text]
    bearing: Citation
    citation: Citation

    def of(self, year: int) -> tuple[Pool, ...]:
        """All pools of a year, from the first served to the last."""
        return (*self.pools, *(pool for first, last, pool in self.last if first <= year <= last))


@dataclass(frozen=True, slots=True)
class Plant:
    """A treatment plant that parties share; flows in million US gallons a day.

    Attributes
    ----------
    name : Text
    below : Text
        The river that takes what it releases.
    dated : Text
        When the allocations are of.
    parties : mapping of str to Text
    allocations : mapping of str to Decimal
    citation : Citation
    design : Decimal
    design_citation : Citation
    usual : mapping of str to Decimal
        What stands for the flow of each party where none is given.
    usual_citation : Citation
    keeper : str
        The party that can keep its water back.
    keeper_citation : Citation
    liters : Decimal
        In a gallon.
    days : Decimal
        In a year.
    units_citation : Citation
    """

    name: Text
    below: Text
    dated: Text
    parties: Mapping[str, Text]
    allocations: Mapping[str, Decimal]
    citation: Citation
    design: Decimal
    design_citation: Citation
    usual: Mapping[str, Decimal]
    usual_citation: Citation
    keeper: str
    keeper_citation: Citation
    liters: Decimal
    days: Decimal
    units_citation: Citation
