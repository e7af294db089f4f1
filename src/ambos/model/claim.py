"""Claims: statements on figures, the formal readings by which they are checked, and the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal

from ambos.model.definition import Within
from ambos.text import Language, Text

#: What a reading says of the figure: a value, a value that is passed, an extreme of the span, a place in an order, a
#: change, a part of a whole.
Comparison = Literal["equals", "about", "more", "less", "record_high", "record_low", "rank", "growth", "share"]
#: Of a change.
Way = Literal["up", "down", ""]
Verdict = Literal[
    "supported",
    "close",
    "not_supported",
    "contradicted",
    "outdated_definition",
    "not_comparable",
    "not_checkable",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a claim says in terms of the data: series, place, period, and a value or another comparison.

    The direction of trade is part of the id of a series (`.exports`, `.imports`, `.two_way`).
    """

    series: str
    comparison: Comparison
    place: str = ""  #: Id, or any name; empty where the series has a single place.
    item: str = ""  #: Of a series by items; empty for the total.
    #: Label of a period (`ambos.periods`): ``2024``, ``FY2024``, ``2024-Q1``, ``2024-03``, ``2024-01/2024-06``; empty for
    #: the newest year held.
    period: str = ""
    #: As written: 19.5e9 was rounded to 0.1 billion. A rank, or a percentage of a growth or a share.
    value: Decimal | None = None
    unit: str = (
        ""  #: Of the value: that of the series, its metric or customary one, ``usd``, ``mxn``, ``percent``, ``rank``.
    )
    direction: Way = ""  #: Of a growth.
    #: Of a growth, the period compared with; empty for the same one of the year before. Of a record, the first period of
    #: the span; empty for all that is held.
    since: str = ""
    of: str = ""  #: Of a share, the place that is the whole.
    among: str = ""  #: Of a rank, the place whose parts of the same kind are put in order.


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that somebody published."""

    id: str
    text: str
    language: Language
    reading: tuple[Reading, ...] = ()
    who: Text | None = None  #: Office or medium, never a private person.
    said: date | None = None
    published: str = ""  #: Where: address, or title of the publication.
    #: What would have to be held to check a claim without a reading.
    missing: Text | None = None
    records: tuple[str, ...] = ()  #: Records of the register that it is about, as kind/id.
    note: Text | None = None  #: What readers should know besides.


@dataclass(frozen=True, slots=True)
class Known:
    """A figure as held: of a series, place, item and period."""

    period: str
    value: Decimal | None
    status: str = ""
    as_of: date | None = None
    held: int | None = None  #: Periods of the data held of the `wanted` ones that make it up.
    wanted: int | None = None

    @property
    def provisional(self) -> bool:
        """Return True unless the source takes the figure for final: provisional, estimated or forecast."""
        return self.status in ("P", "E", "F")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures on which a reading is judged."""

    figure: Known | None  #: Of the period claimed.
    base: Known | None = None  #: The figure compared with (growth), or the whole (share).
    span: tuple[Known, ...] = ()  #: Of a record, all figures of the same kind of period, oldest first.
    peers: Mapping[str, Decimal] | None = (
        None  #: Of a rank, the values of all places put in order, the claimed one among them.
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a reading, and how it came about."""

    verdict: Verdict
    why: str  #: Key of the explanation, ``claims.why.*`` of the messages.
    measured: Decimal | None = None  #: What the figures give for the value claimed, in the unit of the claim.
    tolerance: Decimal | None = None  #: Half a unit of the last digit written, or more for “about”.
    off: Decimal | None = None  #: Claimed minus measured, as a percentage of what was measured; of percentages, points.
    beside: tuple[Known, ...] = ()  #: Figures that decide: those above a record, provisional ones named apart.


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """How far a number may lie from the figure for each verdict. Shares are of the figure, in percent."""

    #: Digits of a whole number that count as written with intent: further zeros at its end are taken for rounding.
    digits: Annotated[int, Within(1, 9)]
    about: Decimal
    close: Decimal
    contradicted: Decimal
    close_points: Decimal  #: Of percentages (growth, share), in percentage points.
    periods: Annotated[int, Within(2, 100)]  #: The fewest periods with a value from which a record can be told.
    prior: bool = False  #: Assumed, not found in a source.


@dataclass(frozen=True, slots=True)
class Sense:
    """A subject of sentences: the words by which a series is meant."""

    series: tuple[str, ...]  #: Of several the first whose unit is that of the number written.
    #: One of them must be in the sentence; ``{place}`` stands for the place that is taken, ``{item}`` for the one that is the
    #: item.
    words: tuple[str, ...]
    also: tuple[str, ...] = ()  #: And one of these, if any are given.
    but: tuple[str, ...] = ()  #: And none of these.
    measure: tuple[str, ...] = ()  #: And one of these, that say which measure is meant, such as an average.
    kinds: tuple[str, ...] = ()  #: Kinds of places that it is asked of; empty where the series has a single place.
    within: str = ""  #: Only places in this country.
    #: Only for sentences that name no state in these countries, since what they say is then of two states.
    not_within: tuple[str, ...] = ()
    item: str = ""
    item_within: str = ""  #: The item is a state in this country, which the sentence names.
    units: tuple[str, ...] = ()  #: Units of numbers that fit, where they are others than that of the series.
    comparison: Literal["share", "growth", ""] = ""  #: Only for what a sentence says of a share, or of a growth.
    rate: bool = False  #: Of amounts of a day: for sentences that speak of such.
    whole: bool = False  #: Only for a sentence that names no goods or services, whose trade would be a part.


@cache
def numbered(words: tuple[tuple[str, ...], ...]) -> Mapping[str, int]:
    """Number the words of a list of lists by the place of theirs, from 1: January and enero are 1."""
    return {word: place for place, own in enumerate(words, 1) for word in own}


@dataclass(frozen=True, slots=True)
class ReaderWords:
    """The words of sentences, of both languages."""

    magnitudes: tuple[tuple[str, ...], ...]  #: Words of thousands, millions, thousands and millions of millions.
    #: ``numbers``: numbers as words by their digits; ``counted``: units that they may stand before without a magnitude.
    numbers: Mapping[str, tuple[str, ...]]
    counted: tuple[str, ...]
    multiples: Mapping[str, tuple[str, ...]]  #: ``unit`` and how many of it of words that are so many, such as hours.
    amounts: Mapping[str, tuple[str, ...]]  #: ``unit`` and power of ten of words that are both, such as mdd.
    units: Mapping[str, tuple[str, ...]]  #: Words by unit.
    comparisons: Mapping[Comparison, tuple[str, ...]]  #: Words by comparison.
    up: tuple[str, ...]
    down: tuple[str, ...]
    ranks: tuple[tuple[str, ...], ...]  #: Ordinals, from the first on.
    superlatives: tuple[str, ...]  #: Words that are a first place by themselves.
    not_ranked: tuple[str, ...]  #: With them a rank is one among partners, markets or goods, and not of the place.
    nation: tuple[str, ...]  #: Of a share, that the whole is the country's.
    #: `above`, `below`: before a year, a comparison with that year.
    above: tuple[str, ...]
    below: tuple[str, ...]
    no_places: tuple[str, ...]  #: Phrases that only look like a place.
    countries: Mapping[str, tuple[str, ...]]  #: Other names by id.
    ranked: tuple[str, ...]  #: Words beside which an ordinal is a rank.
    months: tuple[tuple[str, ...], ...]
    quarters: tuple[tuple[str, ...], ...]
    rates: tuple[str, ...]  #: Amounts of a day, an hour or a week, which are no sums of a period.
    #: `reached`, `by`: between a verb of change and a number, what is reached or was before, or the change itself.
    reached: tuple[str, ...]
    by: tuple[str, ...]
    goods: tuple[str, ...]  #: Goods and services, beside those that searches know by the codes of goods.
    fiscal: tuple[str, ...]
    last_year: tuple[str, ...]
    this_year: tuple[str, ...]
    since: tuple[str, ...]
    highest: tuple[
        str, ...
    ]  #: `highest`, `lowest`: an extreme of all times with a word of `of_record`, or since a year.
    lowest: tuple[str, ...]
    of_record: tuple[str, ...]
    between: tuple[str, ...]  #: Before two years that begin and end a span.
    last_month: tuple[str, ...]
    year_before: tuple[str, ...]  #: After a number, that it is of the year before the others.
    part_of: tuple[str, ...]  #: After a percentage, that it is a share.
    unread: tuple[str, ...]  #: Words of plans, of multiples and of differences: such sentences are not read.
    senses: tuple[Sense, ...]
    superseded: Mapping[str, str]  #: Series that another one took the place of, by id.
