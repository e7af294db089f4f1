"""The release of Lake Powell in a water year by the rule of a rule set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ambos.model.river_outlook import Balanced, Bands, Curve, Guidelines, Protect
from ambos.river.lakes import Floats, Tank, storage


@dataclass(frozen=True, slots=True)
class Ahead:
    """The rest of a water year as it would be with a release that is only tried."""

    tried: Floats  #: That release, kaf of the rest of the year.
    part: float  #: The part of a year's release that is still to come, 0 to 1.
    powell_now: Floats  #: Level at its beginning, feet.
    #: `powell_january`, `mead_january`: levels on 1 January, feet; those of the beginning if it is past.
    powell_january: Floats
    mead_january: Floats
    #: `powell_end`, `mead_end`: live storage at the end of the water year, kaf.
    powell_end: Floats
    mead_end: Floats


def tried(rule: Guidelines | Curve | Bands, powell_now: Floats, part: float) -> Floats:
    """Compute the first trial of a release, kaf of the rest of the water year."""
    if isinstance(rule, Guidelines):
        return np.full(powell_now.shape, rule.base * part)
    if isinstance(rule, Bands):
        return np.asarray(rule.most)[_band(rule, powell_now)] * part
    return np.interp(powell_now, rule.feet, rule.kaf) * part


def release(rule: Guidelines | Curve | Bands, ahead: Ahead, year: int, powell: Tank, mead: Tank) -> Floats:
    """The release of the rest of a water year, kaf by trace.

    Parameters
    ----------
    rule : Guidelines or Curve or Bands
    ahead : Ahead
        With the release of `tried`.
    year : int
        The water year.
    powell, mead : Tank
    """
    if isinstance(rule, Bands):
        least = np.asarray(rule.least)[_band(rule, ahead.powell_now)] * ahead.part
        return np.minimum(ahead.tried, np.maximum(_to_level(rule.target, ahead, powell), least))
    released = _guidelines(rule, ahead, year, powell, mead) if isinstance(rule, Guidelines) else ahead.tried
    return _protected(rule.protect, released, ahead, powell)


def _guidelines(rule: Guidelines, ahead: Ahead, year: int, powell: Tank, mead: Tank) -> Floats:
    line = rule.equalization[min(max(year, min(rule.equalization)), max(rule.equalization))]
    # what moves from one lake to the other until both hold the same, banks included
    equal = ahead.tried + (ahead.powell_end - ahead.mead_end) / (1 / powell.bank + 1 / mead.bank)
    to_line = ahead.tried + (ahead.powell_end - storage(powell, line)) * powell.bank
    base = ahead.tried

    def balanced(bounds: Balanced) -> Floats:
        return np.clip(equal, bounds.least * ahead.part, bounds.most * ahead.part)

    powell_feet, mead_feet = ahead.powell_january, ahead.mead_january
    equalized = np.maximum(base, np.minimum(equal, to_line))
    # what April would find at the end of the water year with the base released
    rises = ahead.powell_end >= storage(powell, line)
    falls = (ahead.mead_end < storage(mead, rule.upper_mead_below)) & (
        ahead.powell_end >= storage(powell, rule.upper_from)
    )
    adjusted = np.select([rises, falls], [equalized, np.maximum(base, balanced(rule.upper))], base)
    return np.select(
        [powell_feet >= line, powell_feet >= rule.upper_from, powell_feet >= rule.middle_from],
        [
            equalized,
            np.where(mead_feet < rule.upper_mead_below, balanced(rule.upper), adjusted),
            np.where(mead_feet < rule.middle_mead_below, base, rule.middle * ahead.part),
        ],
        balanced(rule.lower),
    )


def _protected(protect: Protect | None, released: Floats, ahead: Ahead, powell: Tank) -> Floats:
    if protect is None:
        return released
    return np.minimum(released, np.maximum(_to_level(protect.feet, ahead, powell), protect.least * ahead.part))


def _band(rule: Bands, powell_now: Floats) -> NDArray[np.intp]:
    return np.searchsorted(rule.feet, powell_now, side="right")


def _to_level(feet: float, ahead: Ahead, powell: Tank) -> Floats:
    """The release that leaves Lake Powell at a level at the end of the water year."""
    return ahead.tried + (ahead.powell_end - storage(powell, feet)) * powell.bank
