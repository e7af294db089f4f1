"""The ledger of deliveries to Mexico: two identities per year and what is left open, and the reserve year by year.

Volumes are whole acre-feet. What is not held is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ambos.errors import bad_request
from ambos.model.river_mexico import Account, DatedLimit, Explanation, Mexico

Items = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class LedgerYear:
    """A year of the ledger."""

    year: int
    #: `points`, `apart`: by id of the definitions; none where the source reports nothing.
    points: Items
    apart: Items
    #: `satisfaction`, `excess`: what satisfies the Treaty, and what was in excess of it.
    satisfaction: int | None
    excess: int | None
    base: int  #: The guaranteed quantity, with surplus if there was.
    reduction: int | None  #: What rules took from it; none if no rule is known for the year.
    accounts: tuple[tuple[Account, int | None], ...]  #: Those that there are in the year.
    known: tuple[Explanation, ...]  #: Why it does not close, as far as that is known.
    delivered: int | None  #: The sum of the points that are held; none without a required one.

    @property
    def closure(self) -> int | None:
        """Delivered less what satisfies the Treaty and what is in excess; 0 if the year closes."""
        if self.delivered is None or self.satisfaction is None or self.excess is None:
            return None
        return self.delivered - self.satisfaction - self.excess

    @property
    def unexplained(self) -> int | None:
        """Compute the part of `closure` without a known reason, acre-feet; None where the size of a reason is not
        held."""
        return _left(self.closure, [k for k in self.known if k.of == "closure"])

    @property
    def expected(self) -> int | None:
        """Sum what should satisfy the Treaty, acre-feet, by the rules and those accounts that are held."""
        if self.reduction is None:
            return None
        return self.base - self.reduction + sum(a.sign * af for a, af in self.accounts if af is not None)

    @property
    def difference(self) -> int | None:
        """Subtract `expected` from the reported satisfaction of the Treaty, acre-feet."""
        return None if self.expected is None or self.satisfaction is None else self.satisfaction - self.expected

    @property
    def not_held(self) -> tuple[Account, ...]:
        """The accounts of the year for which no volume is held."""
        return tuple(a for a, af in self.accounts if af is None)


def _left(difference: int | None, known: list[Explanation]) -> int | None:
    if difference is None or any(not k.af for k in known):
        return None
    return difference - sum(k.af for k in known)


def ledger_year(mexico: Mexico, year: int, items: Items, guaranteed: int, reduction: int | None) -> LedgerYear:
    """Make a year of the ledger.

    Parameters
    ----------
    mexico : Mexico
    year : int
    items : mapping of str to int or None
        Acre-feet of the year by id of the definitions.
    guaranteed : int
        The Treaty's guaranteed quantity, acre-feet.
    reduction : int or None
        What the rules of the year take from it, acre-feet; none if no rule is known.
    """
    points = {p.id: items.get(p.id) for p in mexico.points}
    held = [af for af in points.values() if af is not None]
    whole = all(points[p.id] is not None for p in mexico.points if p.required)
    surplus = int(mexico.limits["surplus"].value) if year in mexico.surplus_years else 0
    return LedgerYear(
        year,
        points,
        {p.id: items.get(p.id) for p in mexico.apart},
        items.get(mexico.satisfaction),
        items.get(mexico.excess),
        guaranteed + surplus,
        reduction,
        tuple((a, items.get(a.id)) for a in mexico.accounts if a.start <= year <= a.end),
        tuple(k for k in mexico.known if k.year == year),
        sum(held) if whole else None,
    )


@dataclass(frozen=True, slots=True)
class ReserveYear:
    """A year of Mexico's reserve."""

    year: int
    #: `opening`, `created`, `delivered`: acre-feet.
    opening: int | None
    created: int | None
    delivered: int | None
    reported: int | None  #: Reported balance at the end of the year.
    over: tuple[tuple[DatedLimit, int], ...]  #: Limits that the year goes beyond, with the acre-feet.

    @property
    def closing(self) -> int | None:
        """Opening balance, plus what was put in, less what was taken; none if one is not held."""
        if self.opening is None or self.created is None or self.delivered is None:
            return None
        return self.opening + self.created - self.delivered

    @property
    def difference(self) -> int | None:
        """The reported balance less `closing`."""
        return None if self.reported is None or self.closing is None else self.reported - self.closing

    @property
    def change(self) -> int | None:
        """The reported balance less the opening one."""
        return None if self.reported is None or self.opening is None else self.reported - self.opening


def reserve_year(
    mexico: Mexico, year: int, opening: int | None, created: int | None, delivered: int | None, reported: int | None
) -> ReserveYear:
    """Roll the reserve forward by a year and hold it against its limits.

    Losses are not computed: none was read.

    Parameters
    ----------
    mexico : Mexico
    year : int
    opening, created, delivered : int or None
        Acre-feet, 0 or more.
    reported : int or None
        Reported balance at the end of the year.

    Raises
    ------
    BadRequest
        If a volume is negative, or more is taken than there is.
    """
    if any(af is not None and af < 0 for af in (opening, created, delivered)):
        raise bad_request("A volume is 0 or more.", "Un volumen es 0 o más.")
    plain = ReserveYear(year, opening, created, delivered, reported, ())
    if plain.closing is not None and plain.closing < 0:
        raise bad_request(
            f"The reserve does not hold so much: {-plain.closing:,} acre-feet are missing in {year}.",
            f"La reserva no contiene tanto: faltan {-plain.closing:,} acres-pie en {year}.",
        )
    end = plain.closing if plain.closing is not None else reported
    over = []
    for key, af in (("reserve_creation", created), ("reserve_delivery", delivered), ("reserve_capacity", end)):
        limit = mexico.limits[key]
        if af is not None and limit.holds_in(year) and Decimal(af) > limit.value:
            over.append((limit, int(af - limit.value)))
    return ReserveYear(year, opening, created, delivered, reported, tuple(over))
