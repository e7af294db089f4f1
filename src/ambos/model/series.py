"""Series and indicators: documented questions to the datasets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ambos.text import Text

Aggregate = Literal[
    "sum",
    "mean",
    "median",
    "p95",
    "share_over_60",
    "share_missing",
    "max",
    "last",
    "count",
    "sum_of_means",
    "sum_of_modes",
]


@dataclass(frozen=True, slots=True)
class Series:
    """A documented slice of a dataset.

    Attributes
    ----------
    topic : str
        ``trade``, ``crossings``, ``waits`` or ``money``.
    value : str
        The value column.
    frequency : {"A", "M", "D", "H"}
        The finest it is shown at.
    kind : {"flow", "stock", "rate"}
        A flow adds up over time and place, a stock over place only, a rate over neither.
    aggregate : str
        How rows become one figure of a period and place. ``sum_of_means`` adds up the means of the places and of all
        other keys but the time (lanes of all classes); ``sum_of_modes`` the most frequent value (the smaller of two
        as frequent) of each place and item.
    where : mapping of str to tuple of str
        Fixed dimensions; ``column.attribute`` fixes what the column's codes or places say of themselves
        (``port.border``), and ``@borders`` stands for the countries on the other side of the region's border.
    place : str
        The key column that holds the place, or ``""`` if the series has a single place.
    place_kind : str
        The kind of place that the column holds.
    items : tuple of str
        The key columns (or time parts ``hour`` and ``weekday``, or ``column.attribute``) whose values, joined by
        "/", name an item; empty if the series has one item, shown as ``_T``.
    single_place : str
        The place when `place` is empty.
    currency : str
        The ISO code if the values are money.
    warnings : tuple of Text
        What a user must know before quoting it.
    places : tuple of str
        The only places it is held for; empty if for all.
    minimum : int
        A figure from fewer inputs than this is not shown (status S).
    minimum_share : float
        Nor is one from inputs in a smaller share than this of the hours of the days held in which an input was to be
        expected: all but those of `not_expected`.
    not_expected : mapping of str to tuple of str
        The rows, by column and values, that mark an hour in which no input was to be expected.
    factor : float
        What a value in the unit of the dataset is multiplied by to be one in the unit of the series.
    """

    id: str
    topic: str
    title: Text
    definition: Text
    dataset: str
    value: str
    unit: str
    frequency: Literal["A", "M", "D", "H"]
    kind: Literal["flow", "stock", "rate"]
    aggregate: Aggregate
    place: str = ""
    place_kind: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    single_place: str = ""
    currency: str = ""
    not_comparable_with: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()
    places: tuple[str, ...] = ()
    minimum: int = 0
    minimum_share: float = 0.0
    not_expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Indicator:
    """A question answered from two series: one divided by the other.

    Attributes
    ----------
    id, topic, title, definition, unit, warnings
        As for `Series`.
    numerator, denominator : str
        Ids of series.
    numerator_place, denominator_place : str
        The place each is taken at; ``""`` means the place that the user asks for.
    scale : int
        100 for a percentage.
    """

    id: str
    topic: str
    title: Text
    definition: Text
    unit: str
    numerator: str
    denominator: str
    numerator_place: str = ""
    denominator_place: str = ""
    scale: int = 100
    warnings: tuple[Text, ...] = ()
    not_comparable_with: tuple[str, ...] = ()
