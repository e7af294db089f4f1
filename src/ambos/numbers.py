"""Numbers, dates and periods as people write them in each language (`en-US`, `es-MX`). Floor 1.

Mexico writes 1,234.5 as the United States does, so only names (months, weekdays, big units) and dates differ.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite

from ambos.text import Language, Text

LOCALE: dict[Language, str] = {"en": "en_US", "es": "es_MX"}

#: Shown where a value is missing; never a zero.
MISSING = "–"
#: From here on a number is written with a power of ten; no figure of any source is as large.
_LARGEST_WRITTEN_OUT = 10**20


def number(value: float | Decimal | None, decimals: int, language: Language, *, signed: bool = False) -> str:
    """A number with thousands separators, a fixed number of decimals and a true minus sign; a dash if it is missing (None,
    or a float that is not a number).

    Halves are rounded away from zero, as people and the tables of both governments do; what rounds to 0 has no sign.
    """
    if value is None or not isfinite(value):
        return MISSING
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = "−" if exact < 0 else "+" if signed and exact > 0 else ""
    return f"{sign}{abs(exact):,f}"  # Babel writes the same in both languages, and takes thirty times as long


def both(value: float | Decimal | None, decimals: int = 0) -> Text:
    """A number in both languages."""
    return Text(number(value, decimals, "en"), number(value, decimals, "es"))


def amount(value: float | Decimal) -> Text:
    """A number in both languages, with the decimals that it has; 1e+300, inf and nan as programs write them."""
    if not -_LARGEST_WRITTEN_OUT < value < _LARGEST_WRITTEN_OUT:
        return Text.same(f"{value:g}")
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return both(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def size(count: int) -> str:
    """A number of bytes in the largest unit of which there is one, the same in both languages: "512 MiB", "4 GiB"."""
    value, unit = Decimal(count), "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{amount(round(value, 1)).en} {unit}"


def _format_date(value: date, pattern: str, locale: str) -> str:
    """Write a date by Babel, which lists that show none need not load."""
    from babel.dates import format_date

    return str(format_date(value, pattern, locale=locale))


def signed(value: float | Decimal | None, decimals: int, language: Language) -> str:
    """A change, with its sign."""
    return number(value, decimals, language, signed=True)


def day(value: date, language: Language) -> str:
    """A date: "July 14, 2025", "14 de julio de 2025"."""
    return _format_date(value, "long", LOCALE[language])


@lru_cache(8192)
def period(label: str, language: Language) -> str:
    """Write a period's label (`ambos.periods`) in words: "July 2025", "julio de 2025", "fiscal year 2025", "second
    quarter of 2025", "July 14, 2025", "July 14, 2025, 08:00" for an hour; two of them parted by "/" are a range."""
    if "/" in label:
        return " – ".join(period(part, language) for part in label.split("/"))
    if "T" in label:
        date_of, _, clock = label.partition("T")
        return f"{day(date.fromisoformat(date_of), language)}, {clock[:5]}"
    if label.startswith("FY"):
        return ("fiscal year " if language == "en" else "año fiscal ") + label[2:]
    parts = label.split("-")
    if len(parts) == 2 and parts[1].startswith("Q"):
        number_of = int(parts[1][1:]) - 1
        if language == "en":
            return f"{('first', 'second', 'third', 'fourth')[number_of]} quarter of {parts[0]}"
        return f"{('primer', 'segundo', 'tercer', 'cuarto')[number_of]} trimestre de {parts[0]}"
    if len(parts) == 2:
        pattern = "MMMM y" if language == "en" else "MMMM 'de' y"
        return _format_date(date(int(parts[0]), int(parts[1]), 1), pattern, LOCALE[language])
    if len(parts) == 3:
        return day(date.fromisoformat(label), language)
    return label
