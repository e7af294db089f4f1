"""Numbers and dates as each language writes them (English of the United States, Spanish of Mexico)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names

from ambos import numbers, periods
from ambos.text import Language, Text

LOCALES: Mapping[Language, Locale] = {"en": Locale("en", "US"), "es": Locale("es", "MX")}
#: What stands for a missing value.
DASH = numbers.MISSING
SCALES: Mapping[Language, tuple[int, ...]] = {
    "en": (1, 1_000, 1_000_000, 1_000_000_000),
    "es": (1, 1_000, 1_000_000),
}

Number = int | float | Decimal
Precision = Literal["A", "Q", "M", "D"]


def number(value: Number | None, language: Language, decimals: int = 0, signed: bool = False) -> str:
    """A number as `ambos.numbers.number` writes it, with a plus sign where it is wanted."""
    return numbers.number(value, decimals, language, signed=signed)


def day(value: date, language: Language) -> str:
    """ "March 5, 2024"; «5 de marzo de 2024»."""
    return str(format_date(value, "long", locale=LOCALES[language]))


@lru_cache(8192)
def period(value: date | str, language: Language, precision: Precision) -> str:
    """A period by its first day: "2024", "Q1 2024" («T1 2024»), "Mar 2024", "Mar 5, 2024". A label of `ambos.periods` is written out in full."""
    if isinstance(value, str):
        return numbers.period(value, language)
    if precision == "A":
        return f"{value.year}"
    if precision == "Q":
        return str(format_date(value, {"en": "'Q'Q y", "es": "'T'Q y"}[language], locale=LOCALES[language]))
    if precision == "M":
        return str(format_skeleton("yMMM", value, locale=LOCALES[language]))
    return str(format_date(value, "medium", locale=LOCALES[language]))


def iso_period(value: date | str, precision: Precision) -> str:
    """A period as `ambos.periods` writes it: "2024", "2024-03", "2024-03-05" or an interval."""
    return value if isinstance(value, str) else periods.label(value, precision)


def weekday(number: int, language: Language, width: Literal["wide", "abbreviated"] = "wide") -> str:
    """The name of a day of the week; 1 is Monday."""
    return str(get_day_names(width, locale=LOCALES[language])[number - 1])


def scale_for(values: Iterable[Number | None], language: Language = "en") -> int:
    """The largest of 1, thousand, million and billion of which the greatest value holds at least two.

    Values under 10 000 stay as they are: "8,230" is read as easily as "8.2 thousand".
    """
    top = max((abs(float(v)) for v in values if v is not None), default=0.0)
    return 1 if top < 10_000 else max(s for s in SCALES[language] if s == 1 or top >= 2 * s)


def decimals_for(values: Iterable[Number | None], scale: int, decimals: int) -> int:
    """Count the decimals of scaled values: three digits for the greatest; `decimals` when not scaled."""
    if scale == 1:
        return decimals
    top = max((abs(float(v)) / scale for v in values if v is not None), default=0.0)
    return 2 if top < 10 else 1 if top < 1000 else 0


def scaled(value: Number | None, scale: int) -> Number | None:
    """A value divided by a scale, without loss for integers and decimals."""
    if value is None or scale == 1:
        return value
    return value / scale if isinstance(value, float) else Decimal(value) / scale


def unit_name(name: Text, scale: int, words: Mapping[str, Text]) -> Text:
    """The unit with its scale: "million US dollars", «millones de dólares»."""
    return name if scale == 1 else words[f"brief.page.scale_{scale}"].format(unit=name)
