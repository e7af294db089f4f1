"""Cutting, rounding, means and ranks as the appendices of 40 CFR 50 do them, exact."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

#: A 98th percentile is the 1st highest of up to 50 values, the 2nd of up to 100, and so on (appendix N, table 1).
PER_RANK = 50


def truncate(value: Fraction, decimals: int) -> Decimal:
    """Cut off after some decimals."""
    return Decimal(floor(value * 10**decimals)).scaleb(-decimals)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round to some decimals, half up."""
    return Decimal(floor(value * 10**decimals + Fraction(1, 2))).scaleb(-decimals)


def up(value: Fraction, decimals: int) -> Decimal:
    """The least number of so many decimals that is not below."""
    return -truncate(-value, decimals)


def average(values: Collection[Decimal | Fraction]) -> Fraction:
    """The exact mean of at least one value."""
    return sum((Fraction(v) for v in values), Fraction(0)) / len(values)


def percentile98(values: Sequence[Decimal]) -> Decimal:
    """The 98th percentile as appendix N ranks it.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values, reverse=True)[-(-len(values) // PER_RANK) - 1]
