"""Datasets: tables with their natural dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from ambos.model.definition import Number
from ambos.text import Text

#: The status of a value, as statistical offices use it (SDMX code list CL_OBS_STATUS 2.2, reduced).
Status = Literal["A", "P", "E", "F", "B", "M", "S"]


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """The unit of the other system that stands beside one: metric beside customary, customary beside metric."""

    unit: str  #: Id.
    factor: Decimal  #: How many of it make one of the first unit.


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement."""

    id: str
    name: Text  #: As in a sentence: "vehicles".
    symbol: Text  #: As beside a number: "min", "USD".
    decimals: int = 0  #: How many are shown.
    metric: OtherUnit | None = None  #: Of a customary unit, the one that people see first in Spanish.
    customary: OtherUnit | None = None  #: Of a metric unit of the source, the one that stands beside it.


@dataclass(frozen=True, slots=True)
class DatasetColumn:
    """A column of a dataset."""

    id: str
    #: A key column is part of the row's identity; a value is what the source says; a note explains it.
    role: Literal["key", "value", "note"]
    #: ``str``, ``int``, ``decimal``, ``date`` or ``datetime`` (UTC).
    type: Literal["str", "int", "decimal", "date", "datetime"]
    description: Text
    codes: str | None = None  #: The code list (or kind of place) that the values come from.
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of the store. Besides its own columns every row has `status`, `as_of` and `snapshot_id`."""

    id: str
    title: Text
    description: Text
    sources: tuple[str, ...]  #: The sources that feed it.
    frequency: Literal["A", "Q", "M", "D", "H"]
    period: str  #: The key column that holds the time.
    columns: tuple[DatasetColumn, ...]
    #: What a key without a row means in a period that is held. A sum is given only where the parts without a row were
    #: together at most this percentage of it, by the mean of their last twelve values: 0, not known; 100, nothing was
    #: there (a table that lists every flow). Monthly, quarterly and annual datasets only.
    absent_percent: float = 0.0
    #: A daily dataset of the days on which banks work: weekends and holidays have no row and are no gaps.
    banking_days: bool = False
    #: A daily dataset whose rows stand for weeks, on the Sunday with which each begins. A month is the weeks that begin in it.
    weekly: bool = False
    #: Its periods may lie after the day on which its figures were known; those of the others may not.
    projected: bool = False
    #: Every release of its source restates all periods: a file is not held for the values that it changes.
    all_revised: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that together identify a row of one vintage."""
        return tuple(c.id for c in self.columns if c.role == "key")

    @property
    def values(self) -> tuple[str, ...]:
        """The columns whose change makes a new vintage."""
        return tuple(c.id for c in self.columns if c.role == "value")

    def column(self, name: str) -> DatasetColumn:
        """The column of that name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for column in self.columns:
            if column.id == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Range:
    """Plausible range of a figure; a row with a value outside is set aside."""

    id: str
    #: `datasets`, `columns`: every one of these columns that a dataset has.
    datasets: tuple[str, ...]
    columns: tuple[str, ...]
    low: Number  #: The least value, in the unit of the column.
    why: Text  #: What the limits rest on, with its source.
    high: Number = float("inf")  #: The greatest value; infinite where only `most_column` limits it.
    most_column: str = ""  #: Another column of the row that the value may not exceed.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: Only rows with these codes, by key column.
    since: date | None = None  #: Only rows of this day or later.
    unit: str = ""  #: Of the values, where the column's own unit does not name it.
