"""Labels of periods, the same in every file and door. Floor 1.

A year is ``2024``, a US fiscal year ``FY2024``, a quarter ``2024-Q2``, a month ``2024-06``, a day ``2024-06-30``, an hour
``2024-06-30T08:00-07:00`` (ISO 8601, with its distance from UTC), a range ``2025-04/2025-12``, or
``2022-06-29/2026-06-30`` where it is not of whole months. `ambos.numbers.period` writes them in words.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Literal

#: Annual, quarterly, monthly, daily, hourly (SDMX code list CL_FREQ 2.1); ``all`` is one figure of a range.
Frequency = Literal["A", "Q", "M", "D", "H", "all"]
#: Months in one period of the frequencies that are made of whole months.
MONTHS_IN = {"A": 12, "Q": 3, "M": 1}


def label(start: date, frequency: str, *, fiscal: bool = False) -> str:
    """The label of one period.

    Parameters
    ----------
    start : date
        Its first day; for an hour a `datetime` with its zone.
    frequency : {"A", "Q", "M", "D", "H"}
    fiscal : bool
        A fiscal year bears the number of the calendar year in which it ends.
    """
    if frequency == "H":
        if not isinstance(start, datetime):
            raise TypeError("an hour needs a time")
        return start.isoformat(timespec="minutes")
    if frequency == "A":
        return f"FY{start.year + (start.month > 1)}" if fiscal else f"{start.year:04d}"
    if frequency == "Q":
        return f"{start.year:04d}-Q{(start.month + 2) // 3}"
    return start.isoformat()[: {"M": 7, "D": 10}[frequency]]


def span(first: date, last: date) -> str:
    """The label of a range of days, both included: by months if it begins and ends with one, else by days."""
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    digits = 7 if whole else 10
    return f"{first.isoformat()[:digits]}/{last.isoformat()[:digits]}"


def frequency_of(label: str) -> Frequency | None:
    """The frequency that a label shows; None if it is no period's."""
    if "/" in label:
        return "all"
    if "T" in label:
        return "H"
    if "Q" in label:
        return "Q"
    if label.startswith("FY"):
        return "A"
    by_length: dict[int, Frequency] = {4: "A", 7: "M", 10: "D"}
    return by_length.get(len(label)) if label[:4].isdigit() else None


def days_of(label: str, start: date | None = None) -> tuple[date, date] | None:
    """The first and last day of a period by its label; of an hour its day.

    Parameters
    ----------
    label : str
    start : date, optional
        The first day, which a fiscal year's label does not show.

    Returns
    -------
    (date, date) or None
        None if it is no period's label, or a fiscal year's without its start.
    """
    frequency = frequency_of(label)
    if frequency == "all":
        first, last = (days_of(part) for part in label.split("/", 1))
        return (first[0], last[1]) if first and last else None
    if frequency in ("D", "H"):
        day = date.fromisoformat(label[:10])
        return day, day
    if label.startswith("FY"):
        return (start, plus_months(start, 12) - timedelta(days=1)) if start else None
    if frequency is None:
        return None
    quarter = 3 * int(label[6:]) - 2 if frequency == "Q" else 0
    first_day = date(int(label[:4]), quarter or (int(label[5:]) if frequency == "M" else 1), 1)
    return first_day, plus_months(first_day, MONTHS_IN[frequency]) - timedelta(days=1)


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def plus_months(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def iso_of(text: str) -> str | None:
    """Turn ``14/07/2023`` and ``07/2023``, day before month, into ``2023-07-14`` and ``2023-07``; None of any other text."""
    slashed = re.fullmatch(r"(?:([0-9]{1,2})/)?([0-9]{1,2})/([0-9]{4})", text)
    return "-".join(part.zfill(2) for part in reversed(slashed.groups()) if part) if slashed else None


def read_period(text: str, *, last: bool) -> date:
    """Read ``2023``, ``2023-Q3``, ``2023-07`` or ``2023-07-14`` as the first or the last day of that period.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if text.isascii():
        if re.fullmatch(r"\d{4}-Q[1-4]", text) and (quarter := days_of(text)):
            return quarter[last]
        for pattern in ("%Y-%m-%d", "%Y-%m", "%Y"):
            try:
                day = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a calendar day has no zone
            except ValueError:
                continue
            if last and pattern == "%Y":
                return day.replace(month=12, day=31)
            if last and pattern == "%Y-%m":
                return day.replace(day=calendar.monthrange(day.year, day.month)[1])
            return day
    raise ValueError(f"{text!r} is no period")
