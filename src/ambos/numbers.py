"""Numbers, dates and periods as people write them in each language (`en-US`, `es-MX`). Floor 1.

Mexico writes 1,234.5 as the United States does, so only names (months, weekdays, big units) and dates differ.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from ambos.text import Language, Text

LOCALE: dict[Language, str] = {"en": "en_US", "es": "es_MX"}

#: Shown where a value is missing; never a zero.
MISSING = "–"


def number(value: float | Decimal | None, decimals: int, language: Language) -> str:
    """A number with thousands separators and a fixed number of decimals; a dash if it is missing."""
    if value is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    shown: str = format_decimal(value, pattern, locale=LOCALE[language])
    return shown.replace("-", "−")


def both(value: float | Decimal | None, decimals: int = 0) -> Text:
    """A number in both languages."""
    return Text(number(value, decimals, "en"), number(value, decimals, "es"))


def signed(value: float | Decimal | None, decimals: int, language: Language) -> str:
    """A change, with its sign."""
    shown = number(value, decimals, language)
    return f"+{shown}" if value is not None and value > 0 else shown


def day(value: date, language: Language) -> str:
    """A date: "July 14, 2025", "14 de julio de 2025"."""
    return str(format_date(value, "long", locale=LOCALE[language]))


def period(label: str, language: Language) -> str:
    """A period's label as people say it: "July 2025", "julio de 2025", "fiscal year 2025", "July 14, 2025"; two days parted
    by "/" are a range."""
    if "/" in label:
        return " – ".join(day(date.fromisoformat(part), language) for part in label.split("/"))
    if label.startswith("FY"):
        return ("fiscal year " if language == "en" else "año fiscal ") + label[2:]
    parts = label.split("-")
    if len(parts) == 2:
        pattern = "MMMM y" if language == "en" else "MMMM 'de' y"
        return str(format_date(date(int(parts[0]), int(parts[1]), 1), pattern, locale=LOCALE[language]))
    if len(parts) == 3:
        return day(date.fromisoformat(label), language)
    return label
