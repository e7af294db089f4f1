"""Load the holidays of both countries and give their days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.definition import Key, Within
from ambos.text import Text

#: Years whose holidays are given: those of which waits can be held, and the next ones.
_YEARS = range(2008, 2051)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A rule that gives one day of each year; exactly one of `day`, `nth` and `easter` is given."""

    name: Text
    month: Annotated[int, Within(1, 12)] | None = None
    day: Annotated[int, Within(1, 31)] | None = None
    weekday: Annotated[int, Within(1, 7)] | None = None  #: 1 is Monday.
    nth: Annotated[int, Within(-1, 5)] | None = None  #: Of the weekday in the month; -1 for the last.
    easter: Annotated[int, Within(-60, 60)] | None = None  #: Days after Easter Sunday.
    prior: bool = False  #: A custom, in no law that was read.


@dataclass(frozen=True, slots=True)
class _Country:
    source: Text
    days: Annotated[tuple[Holiday, ...], Key("day")]


def load_holidays(definitions: Path = DEFINITIONS) -> Mapping[str, tuple[date, ...]]:
    """Read the holidays of each country, as days of many years.

    Raises
    ------
    DefinitionError
        If the file is wrong.
    """
    problems = Problems()
    file = open_toml(definitions / "holidays.toml", problems)
    countries: dict[str, _Country] = file.value(Mapping[str, _Country], "", file.tree, ())
    for country, of in countries.items():
        for number, holiday in enumerate(of.days):
            _check(file, holiday, (country, "day", number))
    problems.refuse()
    return {country: tuple(_days(of.days)) for country, of in countries.items()}


def _check(file: TomlFile, holiday: Holiday, path: tuple[str | int, ...]) -> None:
    fixed, floating = (holiday.month, holiday.day), (holiday.month, holiday.weekday, holiday.nth)
    rules = (None not in fixed) + (None not in floating) + (holiday.easter is not None)
    if rules != 1 or holiday.nth == 0 or (holiday.month == 2 and (holiday.day or 0) > 28):
        file.say(
            path, "one rule is wanted: month and day, month, weekday and nth, or easter / se espera una sola regla"
        )


def _days(holidays: Iterable[Holiday]) -> list[date]:
    return sorted({day_of(holiday, year) for holiday in holidays for year in _YEARS})


def day_of(holiday: Holiday, year: int) -> date:
    """Give the day of a holiday in a year."""
    if holiday.easter is not None:
        return _easter(year) + timedelta(holiday.easter)
    month = holiday.month or 1
    if holiday.day is not None:
        return date(year, month, holiday.day)
    weekday, nth = (holiday.weekday or 1) - 1, holiday.nth or 1
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (algorithm of Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
