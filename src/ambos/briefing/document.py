"""Parts of a dossier. A flow composes them; `ambos.briefing.render` writes them.

Nothing here knows where a figure comes from. Every text is in both languages; every value of a chart or
a table is a `Datum`, which is also the line that is written to ``data/<figure id>.csv`` and ``.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from ambos.model import Event, Finding, Snapshot, Source, Unit
from ambos.model.data import Status
from ambos.text import Language, Text

#: The side of the border that a thing belongs to: the region's first member's or the other. It gives the
#: accent colour; ``other`` is for comparators and is drawn in grey.
Side = Literal["first", "second", "other"]

#: The dimension of a `Datum` that an encoding refers to.
Dimension = Literal["series", "place", "item"]

ChartKind = Literal["line", "multiples", "bar", "parts", "column", "heat", "range", "stacks", "curves"]


@dataclass(frozen=True, slots=True)
class Datum:
    """A published value.

    Attributes
    ----------
    series, place, item : str
        Codes; their names are in the figure's `names`. In a heat map `item` ends in ``"hour/weekday"`` with the
        hour 0–23 and the weekday 1–7 (ISO 8601, Monday is 1).
    period : date or str
        The first day of the period; or, where the figure is about a span, an ISO 8601 interval such as
        ``"2025-04-01/2025-06-30"`` (written as it is; not for charts over time).
    value : int, float, Decimal or None
        None is a missing value: a gap in a line, an empty cell, never 0.
    unit : str
        The unit's id.
    as_of : date or None
        The date of knowledge.
    source : str
        Ids of its sources, several parted by a space.
    status : {"A", "P", "E", "F", "B", "M", "S"}
        As in `ambos.model.data.Status`; P is drawn hollow or dashed and explained under the figure.
    label : str
        The period as `ambos.periods` writes it; "" if `period` and the frequency of a chart define it.
    without : str
        The parts that a sum leaves out, as in `ambos.indicators.FIGURES`.
    breaks : str
        Ids of the events by which the series breaks in this period, parted by a space.
    n, held, wanted : int or None
        As in `ambos.indicators.FIGURES`; None for a figure that no series gives.
    """

    series: str
    place: str
    item: str
    period: date | str
    value: int | float | Decimal | None
    unit: str
    as_of: date | None
    source: str
    status: Status = "A"
    label: str = ""
    without: str = ""
    breaks: str = ""
    n: int | None = None
    held: int | None = None
    wanted: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A value that a chart over time marks by a line across it.

    Attributes
    ----------
    value : float
        In the chart's unit.
    name : Text
        Written with the value at the right end of the line, among the names of the data.
    both : Text or None
        The value in both units, written in its place where the chart is drawn in its metric unit.
    """

    value: float
    name: Text
    both: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Fields that charts and tables share.

    Attributes
    ----------
    id : str
        Lower case letters, digits and hyphens; unique in the document; the name of its data files.
    title : Text
        The caption: what is shown, where and when.
    sources : tuple of Source
        The line under the figure gives their citation and licence.
    as_of : date
        The date of knowledge of the newest value.
    cited : tuple of Text
        Rules, norms and studies that it rests on beside its sources.
    names : mapping of str to Text
        The names of the codes in the data. A code without one is shown as it is.
    notes : tuple of Text
    findings : tuple of Finding
        Quality findings, shown beside the figure.
    age : Text or None
        The newest period held, where newer figures should be out by the usual lag of the source.
    """

    id: str
    title: Text
    sources: tuple[Source, ...]
    as_of: date
    names: Mapping[str, Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    cited: tuple[Text, ...] = ()
    age: Text | None = None

    def name(self, code: str) -> Text:
        """The name of a code, or the code."""
        return self.names.get(code) or Text.same(code or "–")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Figure):
    """A picture of data.

    Attributes
    ----------
    kind : {"line", "multiples", "bar", "parts", "column", "heat", "range", "stacks", "curves"}
        - ``line``: values over time, one line per code of `by`, named at its end.
        - ``multiples``: one small line chart per code of `facet`; lines within it by `by`.
        - ``bar``: one horizontal bar per code of `by`, largest first, with its value.
        - ``parts``: one horizontal bar per code of `facet`, its parts by `by` end to end, with their sum.
        - ``column``: vertical bars over time, stacked by `by`.
        - ``heat``: hour × weekday, from `item`; one map per code of `facet` if given.
        - ``range``: per code of `by`, a dot for each of the two series in `ends`, joined (median and 95th
          percentile, last year and this).
        - ``stacks``: one panel of stacked bars over time per code of `facet`; the codes of `by` are degrees, from the
          mildest to the gravest in `order`.
        - ``curves``: one panel per code of `facet`; lines by `by` over the number that stands in `item`.
    unit : Unit
        Large values are shown in thousands, millions or billions of it; the data keep the unit.
    other : Unit or None
        Its metric or its customary unit: Spanish is drawn in the metric one.
    frequency : {"A", "Q", "M", "D"}
        Of the periods of a chart over time.
    data : tuple of Datum
    by : {"series", "place", "item"}
        What names the lines, bars or points.
    facet : {"", "series", "place", "item"}
    order : tuple of str
        The order of the codes of `by` (lines, stacks, parts) or `facet`; the rest follow in the data's order. A bar
        chart is ranked by value in any case.
    ends : tuple of str
        For ``range``: the ids of the two series.
    sides : mapping of str to Side
        The side of the border of codes of `by`.
    events : tuple of Event
        Marked on charts over time by a band or a rule.
    band : tuple of str
        For ``line``: the codes of a line and of the low and the high end of its interval, which is drawn as a pale area.
    levels : tuple of Level
        Marked by lines across a ``line`` or ``column`` chart, from high to low.
    seam : date or None
        In panels over time: the period before which figures do not compare with those from it on.
    across : Text or None
        For ``curves``: what the number in `item` is.
    along : Unit or None
        For ``curves``: the unit of the number in `item`, where it has a metric one; Spanish has that on the axis.
    unconfirmed : bool
        The newest provisional figure of a line is unconfirmed; its label says so.
    """

    kind: ChartKind
    unit: Unit
    data: tuple[Datum, ...]
    other: Unit | None = None
    frequency: Literal["A", "Q", "M", "D"] = "A"
    by: Dimension = "item"
    facet: Literal["", "series", "place", "item"] = ""
    order: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    sides: Mapping[str, Side] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    band: tuple[str, str, str] | tuple[()] = ()
    levels: tuple[Level, ...] = ()
    seam: date | None = None
    across: Text | None = None
    along: Unit | None = None
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class DossierColumn:
    """A column of a table.

    Attributes
    ----------
    label : Text
    unit : Unit or None
        Shown under the label; its decimals are used for the column's numbers.
    scale : int
        1, 1_000, 1_000_000 or 1_000_000_000: numbers are shown divided by it and the unit says so.
    signed : bool
        Show a plus sign: the column holds changes.
    other : Unit or None
        The metric or the customary unit of `unit`: Spanish is seen in the metric one.
    """

    label: Text
    unit: Unit | None = None
    scale: int = 1
    signed: bool = False
    other: Unit | None = None


#: What stands in a table: a text, a published value, a date, or nothing (shown as a dash).
Cell = Text | Datum | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierTable(Figure):
    """Rows and columns. The first column heads its row.

    Its data are the `Datum` in its cells; of a table without any, the cells themselves are written.
    """

    columns: tuple[DossierColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: The units of its data by id, for columns whose rows differ in unit.
    units: Mapping[str, Unit] = field(default_factory=dict)

    @property
    def data(self) -> tuple[Datum, ...]:
        """The published values in the cells."""
        return tuple(cell for row in self.rows for cell in row if isinstance(cell, Datum))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `kind` ``note`` is set apart from the text, ``heading`` is a small heading, ``source`` is small print."""

    text: Text
    kind: Literal["text", "note", "heading", "source"] = "text"


@dataclass(frozen=True, slots=True)
class Findings:
    """A list of quality findings that belong to no single figure."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source with the files of it that the document rests on."""

    source: Source
    snapshots: tuple[Snapshot, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """The list of sources: agency, title, address, licence, dates of knowledge and names of the files; hashes are in the data folder."""

    entries: tuple[SourceEntry, ...]


#: `Document` has a field of that name.
Day = date

Block = Paragraph | Chart | DossierTable | Findings | Sources


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the dossier; each begins on a new page of the PDF.

    Attributes
    ----------
    id : str
    title : Text
    intro : tuple of Text
    blocks : tuple of Block
    one_page : bool
        It stands on one page, which its charts fill.
    """

    id: str
    title: Text
    intro: tuple[Text, ...] = ()
    blocks: tuple[Block, ...] = ()
    one_page: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotable number of the cover.

    Attributes
    ----------
    id : str
        As for a figure; the name of its data files.
    label, value, period : Text
        "Trucks into the region, northbound", "588,123 trucks", "2024"; the value as it is to be quoted.
    change : Text or None
        Against what, in words: "+3.1 % on 2023".
    definition, source, do_not_say : Text
    as_of : date
    age : Text or None
        That newer figures should be out, by the usual lag of the source.
    figure : str
        The id of the figure in the document that shows it, or ``""``.
    side : Side or None
    data : tuple of Datum
        The values behind it.
    names : mapping of str to Text
        Of the codes in the data.
    """

    id: str
    label: Text
    value: Text
    period: Text
    definition: Text
    source: Text
    as_of: date
    do_not_say: Text
    age: Text | None = None
    change: Text | None = None
    figure: str = ""
    side: Side | None = None
    data: tuple[Datum, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpreadCell:
    """A subject on one side of the border, or on both: its numbers, or why there are none.

    Attributes
    ----------
    quotes : tuple of Quote
    absent : Text or None
        Said where no number is held.
    """

    quotes: tuple[Quote, ...] = ()
    absent: Text | None = None


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """A subject with a cell for each side, or one cell that both share.

    Attributes
    ----------
    theme : Text
    cells : tuple of SpreadCell
        That of the first side and that of the second; one alone is shared.
    """

    theme: Text
    cells: tuple[SpreadCell, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """The opening spread: both sides of the border in parallel columns.

    Attributes
    ----------
    id : str
    title : Text
    intro : tuple of Text
    heads : tuple of Text
        Names of the first and the second side.
    rows : tuple of SpreadRow
    second_first : tuple of {"en", "es"}
        Languages in which the second side stands first.
    """

    id: str
    title: Text
    intro: tuple[Text, ...]
    heads: tuple[Text, Text]
    rows: tuple[SpreadRow, ...]
    second_first: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of one page, a file of its own; its numbers are those of the cover.

    Attributes
    ----------
    title : Text
    since : date
        The day since which changes are told.
    news : tuple of Text
        New figures, revisions and findings since then.
    charts : tuple of Chart
    """

    title: Text
    since: Day
    news: tuple[Text, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The dossier.

    Attributes
    ----------
    title, subtitle, region, publisher : Text
    date : date
        Of the document.
    as_of : date
        Figures known up to this day.
    terms : mapping of str to Text
        Names of units, statuses and frequencies: ``unit.kaf``, ``status.P``, ``frequency.M``.
    cover : tuple of Quote
        The numbers of the cover, about ten.
    sections : tuple of Section
    back : tuple of Section
        Back matter (sources, method), set smaller.
    spread : Spread or None
    summary : Summary or None
    more : tuple of Quote
        Quotable numbers that are not on the cover.
    reading : tuple of Text
        How to read it, where that is not how a dossier is read.
    """

    title: Text
    subtitle: Text
    region: Text
    publisher: Text
    date: Day
    as_of: Day
    terms: Mapping[str, Text] = field(default_factory=dict, kw_only=True)
    cover: tuple[Quote, ...]
    sections: tuple[Section, ...]
    back: tuple[Section, ...] = ()
    spread: Spread | None = None
    summary: Summary | None = None
    more: tuple[Quote, ...] = ()
    reading: tuple[Text, ...] = ()

    def quotes(self) -> tuple[Quote, ...]:
        """All quotable numbers, those of the cover first."""
        return (*self.cover, *self.more)

    def figures(self) -> tuple[Chart | DossierTable, ...]:
        """All charts and tables in the order of the document; their numbers are their places in it."""
        parts = (*self.sections, *self.back)
        return tuple(block for part in parts for block in part.blocks if isinstance(block, Figure))
