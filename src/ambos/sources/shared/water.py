"""Numbers and days of the river's sources: years since 1900, decimals to the last digit, days of Mountain Standard Time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

#: The range of years in which a date is believed; the oldest figures held are of 1906.
YEARS = range(1900, 2101)
#: Mountain Standard Time, all year: whose days those of RISE, the USGS and the IBWC are here.
MST = timezone(timedelta(hours=-7))
#: A number as statistical programs write it; ``5e+05`` stands among the real ones.
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,24})?(?:e[+-]\d{1,2})?")
#: No volume, flow or level of a river is so large.
_LARGEST = Decimal(10) ** 12


def year_of(text: str) -> int | None:
    """A year written with four digits."""
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and int(text) in YEARS else None


def iso_day(text: str, between: str = "-") -> date | None:
    """``2026-08-01``, or ``2026/08/01``."""
    if len(text) != 10 or not text.isascii() or not text[4] == text[7] == between or between not in "-/":
        return None
    try:
        day = date.fromisoformat(text.replace(between, "-"))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def decimal_of(text: str) -> Decimal | None:
    """A number, exactly as it is written."""
    number = Decimal(text) if _NUMBER.fullmatch(text) and text.isascii() else None
    return number if number is not None and abs(number) < _LARGEST else None


def rounded(number: Decimal, places: int = 0) -> Decimal:
    """Half away from zero, to so many decimals."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def feet_of(text: str) -> Decimal | None:
    """A level in feet, to a hundredth: what is finer is left over from binary numbers (``1225.34998``)."""
    number = decimal_of(text)
    return rounded(number, 2) if number is not None and 0 <= number < 10**5 else None


def day_of(moment: datetime) -> date:
    """The day in Mountain Standard Time."""
    return moment.astimezone(MST).date()
