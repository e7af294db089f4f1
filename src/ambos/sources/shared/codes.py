"""From text to rows of a dataset: foreign codes to our ids, numbers, months.

A row that cannot be used is refused alone, with its reason in both languages; the rest of the file goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, cast

import polars as pl

from ambos.catalog.catalog import nearest
from ambos.later import np
from ambos.model import CodeList, Dataset, Source
from ambos.periods import MONTHS_IN, plus_months
from ambos.sources.shared.base import REJECT_SCHEMA, Rows
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.text import Text

#: For so many unknown codes of a column the nearest known ones are looked up; a column of rubbish holds more.
MOST_LOOKED_UP = 25
#: The range of years in which a date is believed; the oldest figures held, but for those of the river, are of 1991.
YEARS = range(1950, 2101)
#: Months as sources in English abbreviate them.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


#: An amount of at most twelve digits before the point, as spreadsheets and programs write it.
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?", re.ASCII)


class RawTable:
    """A table of text on its way to rows of a dataset.

    Each method makes one column of ours from a column of the source and notes the rows where it cannot.

    Parameters
    ----------
    raw : polars.DataFrame
        Text, no nulls, and `line`; as `read_csv` and `table` give it.
    """

    def __init__(self, raw: pl.DataFrame) -> None:
        self._raw = raw
        self.made: dict[str, pl.Series] = {}
        self.bad = pl.Series("bad", [False]).new_from_index(0, raw.height)
        self._refused: list[pl.DataFrame] = []
        self._texts: dict[str, _Texts] = {}

    @property
    def raw(self) -> pl.DataFrame:
        """The text of the source."""
        return self._raw

    @raw.setter
    def raw(self, raw: pl.DataFrame) -> None:
        self._raw = raw
        self._texts.clear()

    def refuse(self, bad: pl.Series, reason: str, en: pl.Expr | str, es: pl.Expr | str) -> None:
        """Set rows aside that were not so far.

        Parameters
        ----------
        bad : polars.Series of bool
        reason : str
            As in `REJECT_SCHEMA`.
        en, es : polars expression on `raw`, or str
            The reason in words.
        """
        new = bad & ~self.bad
        if not new.any():
            return
        own = [c for c in self.raw.columns if c != "line"]
        self._refused.append(
            # In one chunk: Polars 2.1 panics when it formats a filtered frame of which some chunks are empty.
            self.raw.filter(new)
            .rechunk()
            .select(
                "line",
                row=pl.struct(pl.col(own).cast(pl.String)).struct.json_encode(),
                reason=pl.lit(reason),
                reason_en=pl.lit(en) if isinstance(en, str) else en,
                reason_es=pl.lit(es) if isinstance(es, str) else es,
            )
        )
        self.bad = self.bad | new

    def codes(
        self, column: str, into: str, codelist: CodeList, system: str, extra: Mapping[str, str] | None = None
    ) -> None:
        """Foreign codes to our ids; `extra` names those that stand for a total or for nothing."""
        known = codelist.from_system(system)
        mapping = {**known, **(extra or {})}
        self.made[into] = self.each(column, mapping.get, pl.Categorical())
        unknown = sorted(f for f in self.texts(column) if f not in mapping)
        if unknown:
            en, es = {}, {}
            for i, code in enumerate(unknown):
                text = _unknown(column, code, codelist, known if i < MOST_LOOKED_UP else {})
                en[code], es[code] = text.en, text.es
            reasons = [pl.col(column).cast(pl.String).replace_strict(t, return_dtype=pl.String) for t in (en, es)]
            self.refuse(self.made[into].is_null(), "unknown_code", *reasons)

    def texts(self, column: str) -> list[str]:
        """The different texts of a column, in no order."""
        if column not in self._texts:
            self._texts[column] = _texts(self.raw[column])
        return self._texts[column].texts

    def each(self, column: str, read: Callable[[str], Any], dtype: pl.DataType) -> pl.Series:
        """Read each different text of a column once, and give what became of it (None: null) to every row."""
        found = pl.Series(column, [read(text) for text in self.texts(column)], dtype=dtype)
        _, places, numbers = self._texts[column]
        return found.gather(places).gather(numbers)

    def values(
        self,
        column: str,
        into: str,
        parse: Callable[[str], Any],
        dtype: pl.DataType,
        what: Text,
        missing: Sequence[str] = (),
    ) -> None:
        """A column of few different texts; `parse` is called once for each, and None means that it is no `what`.

        The texts in `missing` stand for a missing value: null, and no reason to refuse the row.
        """
        self.made[into] = self.each(column, lambda text: None if text in missing else parse(text), dtype)
        bad = self.made[into].is_null()
        if missing and bad.any():
            bad &= self.each(column, lambda text: text not in missing, pl.Boolean())
        self.refuse_values(bad, column, what)

    def fill(self, into: str, value: object, dtype: pl.DataType | type[pl.DataType] = pl.String) -> None:
        """Make a column of one value."""
        self.made[into] = pl.Series(into, [value], dtype=dtype).new_from_index(0, self.raw.height)

    def month(self, year: str, month: str | None, into: str) -> None:
        """The first day of a month from a year and the number of the month, or of a year."""
        self.values(year, into, _year, pl.Int32(), Text("a year", "un año"))
        numbers = pl.lit(1)
        if month is not None:
            self.values(month, "_month", _month, pl.Int32(), Text("a month", "un mes"))
            numbers = pl.lit(self.made.pop("_month"))
        self.made[into] = pl.select(pl.date(pl.lit(self.made[into]), numbers, 1)).to_series()

    def whole(self, column: str, into: str, blank: bool = False) -> None:
        """Read whole numbers that are not negative, written plainly or with zero decimals (``80125.0``); exact.

        `blank` allows a cell to be empty: a missing value, null.
        """
        text = self.raw[column]
        number = text.cast(pl.Int64, strict=False)
        if number.null_count():
            number = text.str.replace(r"^([0-9]+)\.0*$", "$1").cast(pl.Int64, strict=False)
        number = pl.select(pl.when(number >= 0).then(number)).to_series()
        self.made[into] = number
        bad = number.is_null()
        self.refuse_values(
            bad & (text != "") if blank else bad,
            column,
            Text("a whole number of 0 or more", "un número entero de 0 o más"),
        )

    def amounts(self, column: str, into: str, unit: int, least: str, missing: Sequence[str] = ("",)) -> None:
        """Amounts of money in a unit of so many, as whole numbers of one: ``510814.14800000004`` million to 510814148000.

        The binary noise of spreadsheets goes: the text is rounded to a multiple of `least`, the last digit of the
        source's figures, in its unit. The texts in `missing` stand for a missing value.
        """
        step = Decimal(least)

        def whole(text: str) -> int | None:
            if not AMOUNT.fullmatch(text):
                return None
            return int(Decimal(text).quantize(step, ROUND_HALF_UP) * unit)

        self.values(column, into, whole, pl.Int64(), Text("an amount", "un monto"), missing=missing)

    def decimals(self, column: str, into: str, digits: int, what: Text, missing: Sequence[str] = ("",)) -> None:
        """Numbers as decimals of so many digits, without the binary noise of spreadsheets (``3.8000000000000003`` to 3.8).

        The texts in `missing` stand for a missing value.
        """

        def number(text: str) -> Decimal | None:
            found = decimal_of(text)
            return None if found is None else rounded(found, digits)

        self.values(column, into, number, pl.Decimal(18, 4), what, missing=missing)

    def refuse_values(self, bad: pl.Series, column: str, what: Text) -> None:
        """Set rows aside whose cell in a column is not what it should be."""
        cell = pl.col(column).cast(pl.String).str.slice(0, 80)
        self.refuse(
            bad,
            "bad_value",
            pl.format(f"{column}: “{{}}” is not {what.en}.", cell),
            pl.format(f"{column}: «{{}}» no es {what.es}.", cell),
        )

    def good(self) -> pl.DataFrame:
        """The columns made, without the rows refused."""
        frame = pl.DataFrame(self.made, height=self.raw.height)
        return frame.filter(~self.bad) if self.bad.any() else frame

    def rejected(self) -> pl.DataFrame:
        """The rows refused, in the order of the file, with `REJECT_SCHEMA`."""
        parts = [part.cast(REJECT_SCHEMA) for part in self._refused]  # type: ignore[arg-type]
        return pl.concat([pl.DataFrame(schema=REJECT_SCHEMA), *parts]).sort("line")

    def rows(
        self,
        dataset: Dataset,
        *values: str,
        revised: tuple[Source, date | None] | None = None,
        since: date | None = None,
        frame: pl.DataFrame | None = None,
    ) -> Rows:
        """The rows of a dataset with their status: M where there is no value, P provisional, else A.

        Parameters
        ----------
        dataset : Dataset
        *values : str
            The columns of values; a row without any has the status M.
        revised : (Source, date or None), optional
            The source and the day on which the figures were known: what it still revises is provisional (`revised_since`).
        since : date, optional
            The first day of the oldest period that is provisional, where the source revises by another rule.
        frame : polars.DataFrame, optional
            The good rows, where the reader did more to them than `good`.
        """
        frame = self.good() if frame is None else frame
        if revised:
            source, known = revised
            since = revised_since(source, dataset, known, frame[dataset.period])
        provisional = pl.lit(False) if since is None else pl.col(dataset.period) >= since
        missing = pl.all_horizontal(pl.col(value).is_null() for value in values)
        status = pl.when(missing).then(pl.lit("M")).when(provisional).then(pl.lit("P"))
        return Rows(dataset.id, frame.with_columns(status=status.otherwise(pl.lit("A"))), self.rejected())


class _Texts(NamedTuple):
    """The different texts of a column, and where they are: a row has a number, a number a place among the texts."""

    texts: list[str]
    places: pl.Series  #: By number; null where no row has it.
    numbers: pl.Series  #: By row.


def _texts(column: pl.Series) -> _Texts:
    """Find the different texts of a column of strings or categories without nulls; categories have their numbers already."""
    if isinstance(column.dtype, pl.String):
        column = column.cast(pl.Enum(column.unique()))
    numbers = column.to_physical()
    row = np.full((cast("int | None", numbers.max()) or 0) + 1, -1, np.int32)  # a row that has the number
    row[numbers.to_numpy()] = np.arange(len(numbers), dtype=np.int32)
    held = np.flatnonzero(row >= 0)
    texts: list[str] = column.gather(row[held]).cast(pl.String).to_list()
    places = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(row))
    places[held] = np.arange(len(held))
    return _Texts(texts, places, numbers)


def newest_out(source: Source, frequency: str, known: date | None, periods: pl.Series) -> date | None:
    """The first day of the newest period that a source had published by a day.

    It follows from the day and the source's lag; a file that holds a newer one shows that it was out. A file of part of
    the history, however short, makes no period newer or older than it is.

    Parameters
    ----------
    source : Source
    frequency : {"A", "Q", "M", "D"}
    known : date or None
        The day on which the figures were known; None: not known, and the newest period of the file stands for it.
    periods : polars.Series of date
        Those of the file.
    """
    held = cast("date | None", periods.max())
    if known is None:
        return held
    ended = known - timedelta(days=source.lag_days)  # the last day of the newest period out is this one or before it
    first = ended
    if each := MONTHS_IN.get(frequency):
        month = plus_months(ended + timedelta(days=1), -each)
        first = plus_months(month, -((month.month - 1) % each))
    return max(first, held or first)


def revised_since(source: Source, dataset: Dataset, known: date | None, periods: pl.Series) -> date | None:
    """The first day of the oldest period that the source still revises: its newest `revision_periods` ones.

    Parameters are those of `newest_out`; None if it revises none.
    """
    newest = newest_out(source, dataset.frequency, known, periods)
    if not source.revision_periods or newest is None:
        return None
    back = source.revision_periods - 1
    each = MONTHS_IN.get(dataset.frequency)
    return plus_months(newest, -back * each) if each else newest - timedelta(days=back)


def _unknown(column: str, code: str, codelist: CodeList, known: Mapping[str, str]) -> Text:
    text = Text(f"{column}: the code “{code[:80]}” is not known.", f"{column}: no se conoce la clave «{code[:80]}».")
    near = nearest(code[:80], known) if known else []
    if not near:
        return text
    names = [", ".join(f"{n} ({codelist[known[n]].name[language]})" for n in near) for language in ("en", "es")]
    return text + Text(f" Nearest known: {names[0]}.", f" Lo más parecido: {names[1]}.")


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS else None


def _month(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 12 else None


def first_day(text: str) -> date | None:
    """The first day of a month written ``2024-01``."""
    year, month = _year(text[:4]), _month(text[5:])
    return date(year, month, 1) if year and month and text[4:5] == "-" else None


def iso_day(text: str, years: Collection[int] = YEARS) -> date | None:
    """A day written ``2024-03-24``, in one of the years; no week (``2024-W12-7``)."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 and text.isascii() and text[4] == text[7] == "-" else None
    except ValueError:
        return None
    return day if day and day.year in years else None
