"""Days counted from a day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def days_after(day: date, count: int) -> date:
    """Give the day so many days later; the last day of all times where there is none."""
    return day + timedelta(days=count) if (date.max - day).days >= count else date.max


def months_before(day: date, count: int) -> date:
    """Give the day so many months earlier; the last of its month where that month has no such day."""
    months = day.year * 12 + day.month - 1 - count
    year, month = divmod(months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
