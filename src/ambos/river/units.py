"""Volumes: thousands of acre-feet (kaf), acre-feet (af), cubic hectometres (hm³); levels in feet and metres."""

from __future__ import annotations

from decimal import Decimal

_THOUSAND = Decimal(1000)
#: Metres of an international foot, exact (1959).
_FOOT = Decimal("0.3048")


def metres(feet: Decimal) -> Decimal:
    """Metres of feet."""
    return feet * _FOOT


def af(kaf: Decimal) -> Decimal:
    """Acre-feet of kaf; exact."""
    return kaf * _THOUSAND


def hm3(kaf: Decimal, m3: Decimal) -> Decimal:
    """Cubic hectometres (millions of m³) of kaf.

    Parameters
    ----------
    kaf : Decimal
    m3 : Decimal
        Cubic metres per acre-foot (`River.m3`).
    """
    return kaf * m3 / _THOUSAND
