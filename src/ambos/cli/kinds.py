"""Types of the values that options take: numbers, days and years; each refuses in one language."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import cast

import click

from ambos.cli.declare import Kind
from ambos.errors import FutureDay
from ambos.periods import iso_of, read_period
from ambos.text import Language, Text


def _short(value: object) -> str:
    """A value as typed, in quotes, cut to 40 characters."""
    text = str(value)
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


class Whole(click.IntRange):
    """A whole number within limits, in the digits 0 to 9.

    Parameters
    ----------
    language : {"en", "es"}
        In which it refuses.
    low, high : int
        The least and the most, both allowed.
    """

    def __init__(self, language: Language, low: int, high: int) -> None:
        super().__init__(low, high)
        self.language, self.name = language, Text("integer range", "entero")[language]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read ``30``."""
        text = str(value)
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text) else None
        low, high = cast("int", self.min), cast("int", self.max)
        if number is None or not low <= number <= high:
            comma = "," if high >= 10_000 else ""  # none in a year
            self.fail(
                Text(
                    f"{_short(text)} is not a whole number from {low} to {high:{comma}}.",
                    f"{_short(text)} no es un número entero de {low} a {high:{comma}}.",
                )[self.language],
                param,
                ctx,
            )
        return number


def whole(low: int, high: int) -> Kind:
    """Declare the type of a whole number within limits."""
    return partial(Whole, low=low, high=high)


#: A calendar or water year.
YEAR = whole(1, 9999)


class Period(click.ParamType[date]):
    """A year, a quarter, a month or a day; as the first or the last day of it."""

    def __init__(self, language: Language, *, last: bool) -> None:
        self.language, self.name, self.last = language, Text("date", "fecha")[language], last

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read ``2023``, ``2023-Q3``, ``2023-07`` or ``2023-07-14``; in Spanish ``14/07/2023`` and ``07/2023`` as well."""
        if isinstance(value, date):
            return value
        text = str(value)
        if iso := iso_of(text):
            if self.language == "en":
                self.fail(f"{_short(text)} is read in two ways; write year, month and day: 2023-07-14.", param, ctx)
            text = iso
        try:
            return read_period(text, last=self.last)
        except ValueError:
            self.fail(
                Text(
                    f"{_short(text)} is not a date; write 2023, 2023-Q3, 2023-07 or 2023-07-14.",
                    f"{_short(value)} no es una fecha; escriba 2023, 2023-Q3, 2023-07, 2023-07-14 o 14/07/2023.",
                )[self.language],
                param,
                ctx,
            )


FIRST_DAY, LAST_DAY = partial(Period, last=False), partial(Period, last=True)


class Moment(click.ParamType[datetime]):
    """A minute on the clock of a place, without a time zone."""

    def __init__(self, language: Language) -> None:
        self.language, self.name = language, Text("time", "hora")[language]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read ``2025-12-24T15:00`` or ``2025-12-24 15:00``; in Spanish ``24/12/2025 15:00`` as well."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip().replace("T", " ")
        forms = ("%Y-%m-%d %H:%M", *(("%d/%m/%Y %H:%M",) if self.language == "es" else ()))
        for form in forms:
            with suppress(ValueError):
                return datetime.strptime(text, form)  # noqa: DTZ007  # on the clock of the place that is asked for
        return self.fail(
            Text(
                f"{_short(text)} is not a time; write 2025-12-24T15:00, on the clock of the crossing.",
                f"{_short(text)} no es una hora; escriba 2025-12-24T15:00 o 24/12/2025 15:00, hora del cruce.",
            )[self.language],
            param,
            ctx,
        )


class DayKnown(Period):
    """A day of knowledge; of a year or month that is not over, today.

    Raises
    ------
    FutureDay
        If the day is after today (UTC, as `ambos build` dates files).
    """

    def __init__(self, language: Language) -> None:
        super().__init__(language, last=True)

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read ``2023``, ``2023-Q3``, ``2023-07`` or ``2023-07-14``."""
        today = datetime.now(UTC).date()
        if Period(self.language, last=False).convert(value, param, ctx) > today:
            raise FutureDay(day=value)
        return min(super().convert(value, param, ctx), today)


class Number(click.ParamType[Decimal]):
    """A number of 0 or more, exact to its last digit: all that options ask for are levels, volumes and flows."""

    #: Powers of ten from 1 that are taken for a number and not for a slip.
    _digits = 9
    _written = r"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?"

    def __init__(self, language: Language) -> None:
        self.language, self.name = language, Text("number", "número")[language]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read ``512000`` or ``11.8``."""
        text = str(value)
        number = Decimal(text if re.fullmatch(self._written, text) else "NaN")
        if not number.is_finite() or abs(number.adjusted()) > self._digits or number < 0:
            self.fail(
                Text(
                    f"{_short(text)} is not a number of 0 or more; write 1234.5.",
                    f"{_short(text)} no es un número de 0 o más; escriba 1234.5.",
                )[self.language],
                param,
                ctx,
            )
        return number
