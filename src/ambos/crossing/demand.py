"""Demand of a day: monthly totals of a port, shared out by class, weekday and hour."""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from ambos.model.crossing import Spread
from ambos.model.twin import Calibrated, CrossingFacts, LineFacts
from ambos.text import Text

HOURS = 24
#: A line with the crossing where it is.
Place = tuple[CrossingFacts, LineFacts]


class Monthly(Protocol):
    """The crossings of a port in a month, as plain numbers.

    Attributes
    ----------
    counts : mapping of measure to int
        One that the port does not report is not there.
    month : date
        Its first day.
    note : Text or None
        What is to be known of it.
    """

    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def month(self) -> date: ...
    @property
    def note(self) -> Text | None: ...


def days_by_weekday(month: date) -> dict[int, int]:
    """Count the Mondays (1), …, Sundays (7) of a month."""
    last = calendar.monthrange(month.year, month.month)[1]
    days = [date(month.year, month.month, d).isoweekday() for d in range(1, last + 1)]
    return {weekday: days.count(weekday) for weekday in range(1, 8)}


def rates(line: LineFacts, port: Sequence[LineFacts], total: int, month: date, weekday: int) -> tuple[float, ...]:
    """Travellers per hour of a line, such that the days of the month and the lines of the port add up to the total.

    Parameters
    ----------
    line : LineFacts
    port : sequence of LineFacts
        All lines of the port and mode, this one included: between them the total is shared.
    total : int
        Travellers of the month.
    month : date
    weekday : int
        1: Monday.
    """
    days = days_by_weekday(month)
    whole = sum(count * sum(other.demand[day]) for other in port for day, count in days.items())
    return tuple(total * v / whole if whole else 0.0 for v in line.demand[weekday])


def loads(line: Calibrated, total: int, month: date, weekday: int) -> tuple[float, ...]:
    """Lane-hours of work that arrive per hour at a calibrated line, with the lanes usual on such a day.

    The load that was fitted, times the level of the calendar month, times the month's travellers by those that the scale
    is pinned to.

    Parameters
    ----------
    line : Calibrated
    total : int
        Travellers of the port and mode in the month.
    month : date
    weekday : int
        1: Monday.
    """
    at = month.month - 1
    grown = total / line.volumes[at] if line.volumes[at] else 1.0
    return tuple(load * (line.months[at] or 1.0) * grown for load in line.load[weekday])


def pace(port: Sequence[LineFacts], total: int, month: date) -> float:
    """By how much more travellers a lane inspects in a month than in the mean one, so that they add up to its total.

    Parameters
    ----------
    port : sequence of LineFacts
        All lines of the port and mode.
    total : int
        Travellers of the month.
    month : date
    """
    days = days_by_weekday(month)
    silent = math.fsum(
        count * sum(rates(line, port, total, month, day))
        for line in port
        if line.calibrated is None
        for day, count in days.items()
    )
    made = math.fsum(
        count * line.calibrated.per_hour * sum(loads(line.calibrated, total, month, day))
        for line in port
        if line.calibrated is not None
        for day, count in days.items()
    )
    return max(total - silent, 0.0) / made if made else 1.0


def relative(line: LineFacts) -> Mapping[int, tuple[float, ...]]:
    """Demand of a line by weekday and hour beside that of other lines of its port and mode."""
    known = line.calibrated
    if known is None:
        return line.demand
    return {day: tuple(known.per_hour * load for load in hours) for day, hours in known.load.items()}


def spread_of(lines: Sequence[Calibrated], hourly: Sequence[Sequence[float]], first: Sequence[float]) -> Spread:
    """How the arrivals of a stream vary whose lines are calibrated.

    Parameters
    ----------
    lines : sequence of Calibrated
        Whose deviations are independent of each other.
    hourly : sequence of sequence of float
        Travellers per hour of each.
    first : sequence of float
        Travellers in line at midnight of each.
    """
    import numpy as np

    rates = np.array(hourly)
    whole = np.maximum(rates.sum(axis=0), 1e-12)
    parts = []
    for line, own in zip(lines, rates, strict=True):
        apart = np.abs(np.subtract.outer(np.arange(HOURS), np.arange(HOURS)))
        spread = np.array(line.spread)
        values, vectors = np.linalg.eigh(np.array(line.alike)[apart] * np.outer(spread, spread))
        parts.append((own / whole)[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))
    shares = rates.sum(axis=1) / max(rates.sum(), 1e-12)
    level = math.sqrt(sum((share * line.level) ** 2 for share, line in zip(shares, lines, strict=True)))
    longest = max(range(len(lines)), key=lambda k: first[k])
    midnight = lines[longest].midnight
    mean = math.fsum(midnight) / len(midnight) if midnight else 0.0
    return Spread(
        factors=tuple(tuple(round(float(x), 6) for x in row) for row in np.concatenate(parts, axis=1)),
        level=round(level, 6),
        initial=tuple(wait / mean for wait in midnight) if mean else (),
    )


def utilities(lines: Sequence[LineFacts], wait_weight: float) -> list[float]:
    """Compute the utilities of several lines besides the wait, with 0 for the first.

    So that a logit gives the shares of relative demand at the waits reported, over the week's hours in which all of
    them have lanes open: u = ln(share ÷ share of the first) − weight × (wait − wait of the first). Waits are compared
    over the weekdays for which all of them report one; where there is none, shares alone speak, as if all waited alike:
    a wait that nobody reports is not a wait of 0.
    """
    open_hours = [
        (day, hour) for day in range(1, 8) for hour in range(HOURS) if all(x.lanes[day][hour] > 0 for x in lines)
    ]
    demand = [relative(line) for line in lines]
    shares = [sum(own[d][h] for d, h in open_hours) for own in demand]
    common = [(d, h) for d, h in open_hours if all(d in line.waits for line in lines)]
    waits = [sum(line.waits[d][h] for d, h in common) / len(common) if common else 0.0 for line in lines]
    if not all(shares):
        return [0.0] * len(lines)
    return [
        math.log(share / shares[0]) - wait_weight * (wait - waits[0]) for share, wait in zip(shares, waits, strict=True)
    ]


def in_line(line: LineFacts, hourly: Sequence[float], weekday: int, per_hour: float = 0.0) -> int:
    """Travellers in line at midnight.

    Of a calibrated line the mean wait reported × lanes × travellers per lane and hour (`per_hour`); else arrivals per hour × the wait
    reported (Little's law). 0 if none is reported.
    """
    known = line.calibrated
    if known is not None:
        mean = math.fsum(known.midnight) / len(known.midnight) if known.midnight else 0.0
        return round(mean / 60 * line.lanes[weekday][0] * per_hour)
    wait = line.waits.get(weekday, (0.0,))[0]
    return round(hourly[0] * wait / 60)
