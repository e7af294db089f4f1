"""Find the events and findings that touch figures by their places, items and periods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog import Catalog
from ambos.catalog.catalog import PLACE_KINDS
from ambos.model import Event, Finding, Indicator, Series
from ambos.model.codes import TOTAL
from ambos.numbers import day
from ambos.periods import MONTHS_IN, days_of, plus_months, read_period
from ambos.text import LANGUAGES, Text

if TYPE_CHECKING:
    from ambos.flows.data.show import Figures
    from ambos.quality import Check

Span = tuple[date, date]

#: Maximum number of findings of breaks, and of others, beside one figure; ambos check data lists all of them.
FINDINGS_BESIDE = 3
#: A hundredth: a finding about less than this of a figure does not change how it reads.
LEAST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A place and item of an answer, and the part of a dataset that its figures rest on."""

    #: `place`, `item`: as in the answer.
    place: str
    item: str
    series: Series  #: Of an indicator, one of those that it is made of.
    members: frozenset[str]  #: The place and the places that it is made of.
    codes: Mapping[str, frozenset[str]]  #: The columns of the dataset that are cut to some of their codes.
    spans: Mapping[str, Span]  #: First and last day of each period that has a value, in order of time.
    values: Mapping[str, float]  #: The value of each of these periods.

    def has(self, code: str, catalog: Catalog) -> bool:
        """Return True if the figures rest on a code of the dataset (a measure, a mode) or on a value column."""
        dataset = catalog.datasets[self.series.dataset]
        if code in dataset.values:
            return code == self.series.value
        for column, codes in self.codes.items():
            codelist = catalog.codelists.get(dataset.column(column).codes or "")
            if codelist is not None and code in codelist.codes and code not in codes:
                return False
        return True

    def within(self, start: date, end: date) -> list[str]:
        """The periods that have a day in common with a span."""
        return [when for when, (first, last) in self.spans.items() if first <= end and last >= start]


def rows_of(catalog: Catalog, what: Series | Indicator, frame: pl.DataFrame) -> list[FigureRow]:
    """Each place and item of an answer, once for each series that it rests on.

    Parameters
    ----------
    catalog : Catalog
    what : Series or Indicator
    frame : polars.DataFrame
        Figures as `ambos.flows.data.show.show` gives them.
    """
    made = []
    ordered = frame.sort("start", "period").select("place", "item", "period", "start", pl.col("value").cast(pl.Float64))
    known: dict[tuple[str, str], list[tuple[str, date, float]]] = {}
    for place, item, when, start, value in ordered.iter_rows():
        periods = known.setdefault((str(place), str(item)), [])
        if value is not None:
            periods.append((when, start, value))
    for (place, item), periods in known.items():
        spans = {when: span for when, start, _ in periods if (span := days_of(when, start))}
        values = {when: value for when, _, value in periods}
        for series, own in _series(catalog, what, place):
            made.append(FigureRow(place, item, series, _members(catalog, own), _codes(series, item), spans, values))
    return made


def row_at(
    catalog: Catalog, what: Series | Indicator, place: str, item: str, periods: Iterable[str]
) -> list[FigureRow]:
    """One place and item at some periods, by their labels, once for each series that it rests on; without values."""
    spans: dict[str, Span] = {}
    for label in periods:
        first, _, last = label.removeprefix("FY").partition("/")
        start, end = read_period(first, last=False), read_period(last or first, last=True)
        spans[label] = (plus_months(start, -3), plus_months(end, -3)) if label.startswith("FY") else (start, end)
    return [
        FigureRow(place, item, series, _members(catalog, own), _codes(series, item), spans, {})
        for series, own in _series(catalog, what, place)
    ]


def _series(catalog: Catalog, what: Series | Indicator, place: str) -> Iterator[tuple[Series, str]]:
    """The series that figures rest on, each with its place."""
    if isinstance(what, Series):
        yield what, place
        return
    for part, own in ((what.numerator, what.numerator_place), (what.denominator, what.denominator_place)):
        yield from _series(catalog, catalog.series[part], own or place)


@lru_cache(maxsize=1024)
def _members(catalog: Catalog, place: str) -> frozenset[str]:
    if "+" in place:
        return frozenset().union(*(_members(catalog, part) for part in place.split("+")))
    if place not in catalog.places:
        return frozenset({place})
    return frozenset({place, *(m for kind in PLACE_KINDS for m in catalog.members(catalog.places[place], kind))})


def _codes(series: Series, item: str) -> dict[str, frozenset[str]]:
    """The columns that a series and an item cut; those cut by an attribute of their codes are left whole."""
    codes = {column: frozenset(values) for column, values in series.where.items() if "." not in column}
    codes = {column: values for column, values in codes.items() if not any(v.startswith("@") for v in values)}
    for column, part in zip(series.items, item.split("/"), strict=False):
        if part != TOTAL and "." not in column and column not in ("hour", "weekday"):
            codes[column] = frozenset({part})
    return codes


def before(span: Span, months: int = 12) -> Span:
    """The span of the same length that begins a year, or so many months, earlier, to the month."""
    first, last = (plus_months(day, -months).replace(day=min(day.day, 28)) for day in span)
    return first, last


# -- events -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Break:
    """A break in some rows of an answer."""

    event: Event
    rows: frozenset[tuple[str, str]]  #: Places and items that it touches.
    #: The first period on the other side of it, of the rows that have figures before it as well.
    periods: Mapping[tuple[str, str], str]


def touched(event: Event, row: FigureRow, catalog: Catalog) -> bool:
    """Return True if an event concerns the dataset, places and codes that a row rests on, whatever its days."""
    if event.datasets and row.series.dataset not in event.datasets:
        return False
    known = [item for item in event.items if _knows(row.series.dataset, item, catalog)]
    if known and not any(row.has(item, catalog) for item in known):
        return False
    if not event.places:
        return True
    shared = row.members & set(event.places)
    # a split moves counts between its places and leaves their common total as it is
    return bool(shared) and not (event.breaks == "split" and shared == set(event.places))


def _knows(dataset: str, code: str, catalog: Catalog) -> bool:
    """Return True if a code is a value column of a dataset, or a code of one of its columns."""
    lists = [catalog.codelists.get(column.codes or "") for column in catalog.datasets[dataset].columns]
    return code in catalog.datasets[dataset].values or any(codes and code in codes.codes for codes in lists)


def events_on(rows: Iterable[FigureRow], catalog: Catalog) -> list[Event]:
    """List the events that touch the places, items and periods of some rows, the earliest first."""
    touching = {
        event.id: event
        for row in rows
        for event in catalog.events.values()
        if touched(event, row, catalog) and row.within(event.start, event.end)
    }
    return sorted(touching.values(), key=lambda e: (e.start, e.id))


def breaks_in(rows: Iterable[FigureRow], catalog: Catalog) -> list[Break]:
    """List the breaks of some rows: those that they cross, those that last through them, and splits of a place before them."""
    by_event: dict[str, tuple[set[tuple[str, str]], dict[tuple[str, str], str]]] = {}
    breaking = [event for event in catalog.events.values() if event.breaks]
    for row in rows:
        for event in breaking:
            if not row.spans or not touched(event, row, catalog):
                continue
            first, last = next(iter(row.spans.values()))[0], list(row.spans.values())[-1][1]
            crossed = first < event.start <= last
            since_then = event.breaks == "split" and event.start <= last
            if not crossed and not since_then and not row.within(event.start, event.end):
                continue
            keys, periods = by_event.setdefault(event.id, (set(), {}))
            keys.add((row.place, row.item))
            if crossed:
                periods[row.place, row.item] = next(when for when, span in row.spans.items() if span[1] >= event.start)
    made = [Break(catalog.events[id], frozenset(keys), periods) for id, (keys, periods) in by_event.items()]
    return sorted(made, key=lambda b: (b.event.start, b.event.id))


def broken_between(
    breaks: Collection[Break], place: str, item: str, before: Span | None, after: Span | None
) -> Break | None:
    """Give the break that keeps two periods of a row from being compared, if there is one."""
    if before is None or after is None:
        return None
    return next(
        (b for b in breaks if (place, item) in b.periods and before[0] < b.event.start <= after[1]),
        None,
    )


def note_of(broken: Break, catalog: Catalog) -> Text:
    """Write the note beside figures that a break touches."""
    key = "break.crossed" if broken.periods else "break.touched"
    since = Text(*(day(broken.event.start, language) for language in LANGUAGES))
    return catalog.message(key, name=broken.event.name, day=since, description=broken.event.description)


def other_events(catalog: Catalog, shown: Figures) -> Text | None:
    """Name the events of the answer's own places that break nothing: names and days in a row; None if there are none."""
    events = [e for e in events_on(rows_of(catalog, shown.what, shown.frame), catalog) if e.places and not e.breaks]
    if not events:
        return None
    named = {
        k: "; ".join(
            f"{e.name[k]} ({day(e.start, k)}" + ("" if e.end == e.start else f" – {day(e.end, k)}") + ")"
            for e in events
        )
        for k in LANGUAGES
    }
    return catalog.message("break.known", events=Text(named["en"], named["es"]))


# -- findings ---------------------------------------------------------------------------------------------------
def findings_on(
    rows: Sequence[FigureRow], findings: Iterable[Finding], checks: Mapping[str, Check], catalog: Catalog
) -> list[Finding]:
    """The findings that touch the places, items and periods of some rows, in the order given.

    A finding about an amount (`size = "amount"` in its check) that is less than `LEAST_SHARE` of the figures of the
    periods it touches is left out; so is one about years (`periods = "year"`) beside figures of shorter periods, and one
    of no weight ("low"), unless it has none only because an event of its place explains it.
    """
    return [
        finding
        for finding in findings
        if _weighs(finding, checks[finding.check])
        and any(_touches(finding, row, checks[finding.check], catalog) for row in rows)
    ]


def _weighs(finding: Finding, check: Check) -> bool:
    explained = finding.events and finding.place != TOTAL and check.severity != "low"
    return finding.severity != "low" or bool(explained)


def weightiest(parts: Sequence[Sequence[Finding]], breaks: Iterable[Break]) -> list[Finding]:
    """Select the findings shown beside a figure from those that touch its parts.

    At most `FINDINGS_BESIDE` that a break explains and as many others, by severity, each part in turn, so that one part
    does not crowd out the rest.
    """
    events = {b.event.id for b in breaks}
    turns: dict[str, int] = {}
    known: dict[str, Finding] = {}
    for part in parts:
        for turn, finding in enumerate(part):
            known[finding.id] = finding
            turns[finding.id] = min(turn, turns.get(finding.id, turn))
    from ambos.quality.definitions import SEVERITIES  # here, as `show --json` needs nothing of the checks

    ranked = sorted(known.values(), key=lambda f: (SEVERITIES.index(f.severity), turns[f.id]))
    broken = [f for f in ranked if events & set(f.events)][:FINDINGS_BESIDE]
    return [*broken, *[f for f in ranked if not events & set(f.events)][:FINDINGS_BESIDE]]


def _touches(finding: Finding, row: FigureRow, check: Check, catalog: Catalog) -> bool:
    if finding.dataset != row.series.dataset or (finding.place != TOTAL and finding.place not in row.members):
        return False
    if finding.item != TOTAL and not any(_about(part, row, check, catalog) for part in finding.item.split("+")):
        return False
    coarse = catalog.datasets[finding.dataset].frequency in MONTHS_IN
    end = plus_months(finding.end, 1) - timedelta(days=1) if coarse else finding.end
    periods = row.within(finding.start, end)
    if check.settings.get("periods") == "year":
        periods = [when for when in periods if (row.spans[when][1] - row.spans[when][0]).days > 300]
    if not periods:
        return False
    if check.settings.get("size") == "amount" and row.series.factor == 1:
        return finding.size >= LEAST_SHARE * abs(sum(row.values[when] for when in periods))
    return True


def concerns(finding: Finding, series: Series, check: Check, catalog: Catalog) -> bool:
    """Return True if a finding is about what a series counts, at whatever place and in whatever period."""
    row = FigureRow(TOTAL, TOTAL, series, frozenset(), _codes(series, TOTAL), {}, {})
    if finding.dataset != series.dataset:
        return False
    return finding.item == TOTAL or any(_about(part, row, check, catalog) for part in finding.item.split("+"))


def _about(item: str, row: FigureRow, check: Check, catalog: Catalog) -> bool:
    """Return True if a row rests on the item of a finding: a sum of measures, or codes joined by "/"."""
    parts = check.settings.get("sums", {}).get(item, {}).get("parts")
    if parts:
        return any(row.has(part, catalog) for part in parts)
    return all(row.has(code, catalog) for code in item.split("/"))
