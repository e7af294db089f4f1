"""Mexico's monthly schedule: an annual order shared out, and where it goes beyond the rules.

Volumes are acre-feet, held as fractions so that a limit of 20 % is met to the digit whatever unit was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from ambos.model.river_mexico import DatedLimit

#: What may be wrong: the annual order; the reserve; the sum of the schedule or of what it was revised to; a month's
#: change, its notice; the land boundary.
Fault = Literal[
    "order",
    "reserve_creation",
    "reserve_delivery",
    "scheduled",
    "revised",
    "change",
    "notice",
    "no_notice",
    "land_boundary",
]

_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class ScheduleMonth:
    """A month of a schedule."""

    month: int  #: 1 to 12.
    scheduled: Fraction  #: Acre-feet.
    revised: Fraction | None = None  #: What it was changed to, acre-feet.
    notice: date | None = None  #: The day on which the change was announced.
    #: The part delivered at the land boundary and in the limitrophe section, acre-feet; none if it is not given.
    land: Fraction | None = None

    @property
    def final(self) -> Fraction:
        """Compute the volume to be delivered, acre-feet."""
        return self.scheduled if self.revised is None else self.revised


@dataclass(frozen=True, slots=True)
class Breach:
    """Breach of a rule by a schedule."""

    fault: Fault
    month: int | None  #: None: the whole year.
    #: By how much: acre-feet, days for ``notice``; none for ``no_notice``. Sums that are too small are negative.
    size: Fraction | None


def spread(order: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Share an annual order out by weights.

    Parameters
    ----------
    order : int
        Acre-feet.
    weights : sequence of Fraction
        0 or more, not all 0; only their proportions count.

    Returns
    -------
    tuple of int
        Whole acre-feet that add up to the order: what rounding down leaves goes to the largest remainders.
    """
    whole = sum(weights, Fraction(0))
    exact = [order * w / whole for w in weights]
    shares = [int(x) for x in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: order - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def allowed(scheduled: Fraction, change: DatedLimit) -> tuple[Fraction, Fraction]:
    """The least and the most to which a month may be changed, acre-feet.

    Parameters
    ----------
    scheduled : Fraction
        Acre-feet.
    change : DatedLimit
        Percent.
    """
    step = scheduled * Fraction(change.value) / 100
    return scheduled - step, scheduled + step


def last_notice(year: int, month: int, notice: DatedLimit) -> date:
    """The last day on which a change of a month can be announced: `notice` days before it begins."""
    return date(year, month, 1) - timedelta(days=int(notice.value))


def breaches(
    year: int,
    order: int,
    months: Sequence[ScheduleMonth],
    guaranteed: Fraction,
    limits: Mapping[str, DatedLimit],
    put: Fraction = _NOTHING,
    taken: Fraction = _NOTHING,
) -> tuple[Breach, ...]:
    """Every breach of the rules of a schedule.

    Parameters
    ----------
    year : int
    order : int
        The annual order, acre-feet.
    months : sequence of ScheduleMonth
        All twelve.
    guaranteed : Fraction
        The Treaty's guaranteed quantity, acre-feet.
    limits : mapping of str to DatedLimit
        With ``surplus``, ``change``, ``notice``, ``land_boundary``, ``reserve_creation``, ``reserve_delivery``.
    put, taken : Fraction
        What the year puts into the reserve and takes from it, acre-feet.

    Returns
    -------
    tuple of Breach
        Sums are compared to the whole acre-foot, in which accounts are kept.
    """
    broken: list[Breach] = []
    reserve: tuple[tuple[Fault, Fraction], ...] = (("reserve_creation", put), ("reserve_delivery", taken))
    for fault, size in reserve:
        if size > Fraction(limits[fault].value):
            broken.append(Breach(fault, None, size - Fraction(limits[fault].value)))
    most = guaranteed + Fraction(limits["surplus"].value)
    if order > most:
        broken.append(Breach("order", None, order - most))
    scheduled, final = (sum(x, Fraction(0)) for x in ([m.scheduled for m in months], [m.final for m in months]))
    if round(scheduled) != order:
        broken.append(Breach("scheduled", None, scheduled - order))
    if any(m.revised is not None for m in months) and round(final) > order:
        broken.append(Breach("revised", None, final - order))
    there, cap = _NOTHING, Fraction(limits["land_boundary"].value)
    for m in months:
        if m.revised is not None and m.revised != m.scheduled:
            low, high = allowed(m.scheduled, limits["change"])
            over = max(m.revised - high, low - m.revised)
            if over > 0:
                broken.append(Breach("change", m.month, over))
            if m.notice is None:
                broken.append(Breach("no_notice", m.month, None))
            else:
                late = (m.notice - last_notice(year, m.month, limits["notice"])).days
                if late > 0:
                    broken.append(Breach("notice", m.month, Fraction(late)))
        if m.land:
            before, there = there, there + m.land
            if there > cap:
                broken.append(Breach("land_boundary", m.month, there - max(before, cap)))
    return tuple(broken)
