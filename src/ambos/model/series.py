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
    """A documented slice of a dataset."""

    id: str
    topic: str  #: ``trade``, ``crossings``, ``waits`` or ``money``.
    title: Text
    definition: Text
    dataset: str
    value: str  #: The value column.
    unit: str
    frequency: Literal["A", "Q", "M", "D", "H"]  #: The finest it is shown at.
    #: A flow adds up over time and place, a stock over place only, a rate over neither.
    kind: Literal["flow", "stock", "rate"]
    #: How rows become one figure of a period and place. ``sum_of_means`` adds up the means of the places and of all
    #: other keys but the time (lanes of all classes); ``sum_of_modes`` the most frequent value (the smaller of two as
    #: frequent) of each place and item.
    aggregate: Aggregate
    place: str = ""  #: The key column that holds the place, or ``""`` if the series has a single place.
    place_kind: str = ""  #: The kind of place that the column holds.
    #: Fixed dimensions; ``column.attribute`` fixes what the column's codes or places say of themselves
    #: (``port.border``), and ``@borders`` stands for the countries on the other side of the region's border.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The key columns (or time parts ``hour`` and ``weekday``, or ``column.attribute``) whose values, joined by "/",
    #: name an item; empty if the series has one item, shown as ``_T``.
    items: tuple[str, ...] = ()
    single_place: str = ""  #: The place when `place` is empty.
    #: The place of which the source gives a figure of its own, the total `_T` of the place's column; of a rate of states,
    #: counties or municipalities, which is not worked out from its members, there is none of any other larger place.
    total_place: str = ""
    currency: str = ""  #: The ISO code if the values are money.
    not_comparable_with: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()  #: What a user must know before quoting it.
    places: tuple[str, ...] = ()  #: The only places it is held for; empty if for all.
    minimum: int = 0  #: A figure from fewer inputs than this is not shown (status S).
    #: Nor is one from inputs in a smaller share than this of the hours of the days held in which an input was to be
    #: expected: all but those of `not_expected`.
    minimum_share: float = 0.0
    #: The rows, by column and values, that mark an hour in which no input was to be expected.
    not_expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What a value in the unit of the dataset is multiplied by to be one in the unit of the series.
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Indicator:
    """A question answered from two series: one divided by the other."""

    #: `id`, `topic`, `title`, `definition`, `unit`, `warnings`: as for `Series`.
    id: str
    topic: str
    title: Text
    definition: Text
    unit: str
    #: `numerator`, `denominator`: ids of series.
    numerator: str
    denominator: str
    #: `numerator_place`, `denominator_place`: the place each is taken at; ``""`` means the place that the user asks
    #: for.
    numerator_place: str = ""
    denominator_place: str = ""
    scale: int = 100  #: 100 for a percentage.
    warnings: tuple[Text, ...] = ()
    not_comparable_with: tuple[str, ...] = ()
