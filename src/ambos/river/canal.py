"""Users served by a canal with less water: pools in their order, the last served cut first.

All arithmetic is in fractions of an acre-foot, so that parts add up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ambos.errors import bad_request
from ambos.model.river_works import Canal, Pool

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Served:
    """Volume that a pool gets."""

    pool: Pool
    #: `wanted`, `given`: acre-feet: what it would get without the cut, and with it.
    wanted: Fraction
    given: Fraction
    holders: Mapping[str, tuple[Fraction, Fraction]]  #: The same by holder.

    @property
    def cut(self) -> Fraction:
        """Compute its cut, acre-feet."""
        return self.wanted - self.given


def shared(canal: Canal, pool: Pool, water: Fraction) -> dict[str, Fraction]:
    """Share the water of a pool out among its holders.

    With the formula, between `Canal.least` and the whole pool the favoured holder loses `Canal.loss` in a straight line;
    below, both keep the shares that they have at `least`. Without it, holders share in proportion.

    Parameters
    ----------
    canal : Canal
    pool : Pool
    water : Fraction
        Acre-feet, 0 to the size of the pool.

    Returns
    -------
    dict of str to Fraction
        Acre-feet; they add up to `water`.
    """
    size = Fraction(pool.size)
    if not pool.favoured:
        return {name: water * Fraction(volume) / size for name, volume in pool.holders.items()}
    whole, least, loss = Fraction(pool.holders[pool.favoured]), Fraction(canal.least), Fraction(canal.loss)
    line = whole - loss * (size - water) / (size - least)
    part = line if water >= least else water * (whole - loss) / least
    return {name: part if name == pool.favoured else water - part for name in pool.holders}


def serve(canal: Canal, pools: tuple[Pool, ...], supply: Fraction, cut: Fraction) -> tuple[Served, ...]:
    """Serve pools in their order, without a cut and with it.

    Parameters
    ----------
    canal : Canal
    pools : tuple of Pool
        From the first served to the last.
    supply : Fraction
        What the canal would have without the cut, acre-feet.
    cut : Fraction
        Acre-feet.

    Returns
    -------
    tuple of Served
        In the order of `pools`. Water beyond all pools is nobody's: see `beyond`.

    Raises
    ------
    BadRequest
        If the cut is negative or more than the supply.
    """
    if not 0 <= cut <= supply:
        raise bad_request(
            f"A cut lies between 0 and the supply of {int(supply):,} acre-feet.",
            f"Una reducción está entre 0 y el suministro de {int(supply):,} acres-pie.",
        )
    served = []
    before, after = supply, supply - cut
    for pool in pools:
        size = Fraction(pool.size)
        wanted, given = min(before, size), min(after, size)
        one, other = shared(canal, pool, wanted), shared(canal, pool, given)
        served.append(Served(pool, wanted, given, {name: (one[name], other[name]) for name in pool.holders}))
        before, after = before - wanted, after - given
    return tuple(served)


def beyond(pools: tuple[Pool, ...], supply: Fraction, cut: Fraction) -> tuple[Fraction, Fraction]:
    """The water beyond all pools without the cut and with it, acre-feet."""
    size = sum((Fraction(p.size) for p in pools), _ZERO)
    return max(supply - size, _ZERO), max(supply - cut - size, _ZERO)
