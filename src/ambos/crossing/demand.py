"""Demand of a day: monthly totals of a port, shared out by class, weekday and hour."""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from ambos.model.twin import CrossingFacts, LineFacts
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
    shares = [sum(line.demand[d][h] for d, h in open_hours) for line in lines]
    common = [(d, h) for d, h in open_hours if all(d in line.waits for line in lines)]
    waits = [sum(line.waits[d][h] for d, h in common) / len(common) if common else 0.0 for line in lines]
    if not all(shares):
        return [0.0] * len(lines)
    return [
        math.log(share / shares[0]) - wait_weight * (wait - waits[0]) for share, wait in zip(shares, waits, strict=True)
    ]


def in_line(line: LineFacts, hourly: Sequence[float], weekday: int) -> int:
    """Travellers in line at midnight: arrivals per hour × the wait reported (Little's law); 0 if none is reported."""
    wait = line.waits.get(weekday, (0.0,))[0]
    return round(hourly[0] * wait / 60)
