"""All that is to be said of a series' figures: what they are, what is wrong with them, what is held, when it was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from ambos.errors import NoData, bad_request
from ambos.flows.data import figures, restated
from ambos.flows.data.check import findings_for
from ambos.flows.data.listing import list_series
from ambos.flows.data.restated import Form
from ambos.flows.data.show import Figures, show
from ambos.flows.data.touching import events_on, rows_of
from ambos.flows.workspace import Workspace
from ambos.indicators import Basis, Grain
from ambos.model import Event, Finding, Indicator, Place, Series, Source
from ambos.model.answer import Answer, Column, Row, Table
from ambos.numbers import both, day, period
from ambos.periods import label
from ambos.text import LANGUAGES, Text

#: Maximum number of figures of one answer.
MOST_FIGURES = 100_000
#: Maximum number of items to choose from, and of days of knowledge that are set side by side.
MOST_ITEMS, MOST_DAYS = 150, 6


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a series.

    Attributes
    ----------
    series : str
    places, items : tuple of str
    start, end : date or None
    frequency : {"A", "Q", "M", "D", "H", "all"} or None
    as_of : date or None
    currency : str
    year_basis : {"calendar", "fiscal"}
    form : {"growth", "previous", "index", "share"} or None
        Restated in this form.
    base : int or None
        The year of the index.
    """

    series: str
    places: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    frequency: Grain | None = None
    as_of: date | None = None
    currency: str = ""
    year_basis: Basis = "calendar"
    form: Form | None = None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its figures: as held, and as they are shown (restated or not)."""

    question: Question
    held: Figures
    shown: Figures
    note: Text | None = None  #: How they were restated.


def ask(workspace: Workspace, question: Question) -> Asked:
    """Answer a question; figures of hours without a time asked for are those of the newest day, and those by hour or
    weekday without a frequency are of the whole time. Days without a frequency are months where they are too many.

    Raises
    ------
    BadRequest
        If the question has no meaning, or its answer more than `MOST_FIGURES`.
    UnknownName, NoData, NotYetKnown
        As `ambos.flows.data.show.show`.
    """
    what = workspace.catalog.find_series(question.series)
    start, frequency = question.start, question.frequency
    if isinstance(what, Series):
        if frequency is None and {"hour", "weekday"} & set(what.items):
            frequency = "all"  # a month has too few reports of one hour or weekday
        if (frequency or what.frequency) == "H" and start is None and question.end is None:
            newest = workspace.store.newest(what.dataset)
            start = date(newest.year, newest.month, newest.day) if newest else None

    def at(grain: Grain | None) -> Figures:
        return show(
            workspace,
            question.series,
            places=question.places,
            items=question.items,
            start=start,
            end=question.end,
            frequency=grain,
            as_of=question.as_of,
            currency=question.currency,
            year_basis=question.year_basis,
        )

    held = at(frequency)
    if held.frame.height > MOST_FIGURES and frequency is None and isinstance(what, Series) and what.frequency == "D":
        held = at("M")  # decades of days of several places: the months, unless days are asked for
    if held.frame.height > MOST_FIGURES:
        count, most = both(held.frame.height), both(MOST_FIGURES)
        raise bad_request(
            f"That is {count.en} figures, more than {most.en}: choose places, items or a shorter time.",
            f"Son {count.es} cifras, más de {most.es}: elija lugares, conceptos o un periodo más corto.",
        )
    if question.form is None:
        return Asked(question, held, held)
    made = restated.restate(workspace, held, question.form, question.base)
    return Asked(question, held, made.shown, made.note)


def data(workspace: Workspace, asked: Asked) -> Answer:
    """The answer for files: the data of `ambos show`, restated where that was asked for."""
    question = asked.question
    made = figures.answer(workspace, asked.shown, as_of=question.as_of, currency=question.currency, for_people=False)
    return replace(made, notes=(asked.note, *made.notes)) if asked.note else made


@dataclass(frozen=True, slots=True)
class Profile:
    """Figures with all that stands beside them.

    Attributes
    ----------
    answer : Answer
        The table and the notes but for warnings and findings.
    warnings : tuple of Text
        What a user must know before quoting them.
    findings : tuple of Finding
        The weightiest that touch them.
    more : int
        How many further findings do.
    events : tuple of Event
        Those of their own places and days.
    coverage : Table
        For each row its first and last period, and how many figures it has and lacks.
    known : tuple of date
        Days on which figures of their sources became known, newest first.
    sources : tuple of Source
    places, items : tuple
        What may be chosen: places of the region and its comparators; codes of items with their names.
    """

    answer: Answer
    warnings: tuple[Text, ...]
    findings: tuple[Finding, ...]
    more: int
    events: tuple[Event, ...]
    coverage: Table
    known: tuple[date, ...]
    sources: tuple[Source, ...]
    places: tuple[Place, ...]
    items: tuple[tuple[str, Text], ...]


def profile(workspace: Workspace, asked: Asked, findings: Sequence[Finding]) -> Profile:
    """Gather what stands beside figures.

    Parameters
    ----------
    workspace : Workspace
    asked : Asked
    findings : sequence of Finding
        All findings of what was known on the day asked for.
    """
    question, held, catalog = asked.question, asked.held, workspace.catalog
    made = figures.answer(workspace, held, as_of=question.as_of, currency=question.currency, findings=())
    if asked.shown is not held:
        bare = figures.answer(workspace, asked.shown, for_people=False)
        made = replace(bare, tables=(*bare.tables, figures.tabulate(asked.shown, catalog)), notes=made.notes)
    notes = tuple(note for note in made.notes if note not in held.what.warnings)
    beside, more = findings_for(workspace, held, question.as_of, findings)
    events = tuple(e for e in events_on(rows_of(catalog, held.what, held.frame), catalog) if e.places)
    return Profile(
        replace(made, notes=(asked.note, *notes) if asked.note else notes),
        held.what.warnings,
        tuple(beside),
        more,
        events,
        _coverage(workspace, held),
        known_days(workspace, held),
        tuple(catalog.sources[s] for s in held.sources),
        _places(workspace, held),
        _items(workspace, held),
    )


def _coverage(workspace: Workspace, shown: Figures) -> Table:
    """For each row its first and last period with a value, and how many figures it has and lacks."""
    message = workspace.catalog.message
    columns = (
        Column("name", message("column.name")),
        Column("first", message("web.series.first")),
        Column("last", message("web.series.last")),
        Column("held", message("web.series.held")),
        Column("missing", message("web.series.missing")),
    )
    rows: list[Row] = []
    several = shown.frame["item"].n_unique() > 1
    for (place, item), own in shown.frame.group_by("place", "item", maintain_order=True):
        valued = own.filter(pl.col("value").is_not_null())
        name = figures.series_name(shown, workspace.catalog, str(place), str(item), always=several)
        ends = [_words(valued["period"][at]) for at in (0, -1)] if valued.height else [None, None]
        rows.append((name, *ends, valued.height, own.height - valued.height))
    return Table("coverage", message("web.series.coverage"), columns, tuple(rows))


def _words(when: str) -> Text:
    return Text(*(period(when, language) for language in LANGUAGES)) if when else Text.same("–")


def known_days(workspace: Workspace, shown: Figures) -> tuple[date, ...]:
    """Days on which figures of the sources of an answer became known, newest first."""
    return tuple(sorted({s.as_of for s in workspace.store.snapshots() if s.source in shown.sources}, reverse=True))


def _places(workspace: Workspace, shown: Figures) -> tuple[Place, ...]:
    """Places that may be chosen: those shown, the region's, those they make up, and comparators."""
    catalog, what = workspace.catalog, shown.what
    while isinstance(what, Indicator):
        what = catalog.series[what.numerator]
    if not what.place:
        return ()
    region = [*catalog.region_places(), *catalog.region.comparators]
    fitting = [p for p in region if catalog.places[p].kind in (what.place_kind, "state")]
    if what.place_kind not in ("port", "crossing", "county", "municipality", "dam"):
        fitting = [p for p in fitting if catalog.places[p].kind == what.place_kind]
    allowed = [p for p in fitting if not what.places or p in what.places]
    ids = dict.fromkeys([*(p for p in shown.frame["place"].unique(maintain_order=True)), *allowed])
    return tuple(catalog.places[p] for p in ids if p in catalog.places)


def _items(workspace: Workspace, shown: Figures) -> tuple[tuple[str, Text], ...]:
    """Items that may be chosen, with their names: the codes of the series' one column, or those shown."""
    catalog, what = workspace.catalog, shown.what
    while isinstance(what, Indicator):
        what = catalog.series[what.numerator]
    if not what.items:
        return ()
    codes = list(shown.frame["item"].unique(maintain_order=True))
    if clock := [part for part in what.items if part in ("hour", "weekday")]:
        heads = dict.fromkeys("/".join(code.split("/")[: -len(clock)]) for code in codes)
        return tuple(("/".join([head, *"*" * len(clock)]), catalog.item_name(what, head)) for head in heads if head)
    if len(what.items) == 1 and "." not in what.items[0]:
        dataset = catalog.datasets[what.dataset]
        column = what.items[0]
        codelist = catalog.codelists.get((dataset.column(column).codes if column in dataset.keys else "") or "")
        codes += [c for c in (codelist.codes if codelist else ()) if c not in codes and c in _allowed(what, codelist)]
    return tuple((code, catalog.item_name(what, code)) for code in codes[:MOST_ITEMS])


def _allowed(what: Series, codelist: Any) -> Sequence[str]:
    """The codes of a series' item column: all, or those to which the series is cut."""
    given = what.where.get(what.items[0])
    return given if given else list(codelist.codes)


# -- what was known when ----------------------------------------------------------------------------------------
def revisions(workspace: Workspace, question: Question) -> Answer:
    """Set figures side by side as they were known on the last days of knowledge: those that differ.

    Parameters
    ----------
    workspace : Workspace
    question : Question
        `as_of` is not used.
    """
    now = ask(workspace, replace(question, as_of=None))
    days = known_days(workspace, now.shown)[:MOST_DAYS]
    known: dict[date, dict[tuple[str, str, str], object]] = {}
    for when in days:
        try:
            then = ask(workspace, replace(question, as_of=when)).shown
        except NoData:  # nothing of it was known then
            continue
        known[when] = {key: value for *key_, value in _cells(then) if (key := (key_[0], key_[1], key_[2]))}
    newest = {(place, item, when): value for place, item, when, value in _cells(now.shown)}
    catalog, unit = workspace.catalog, workspace.catalog.units[now.shown.frame["unit"][0]]
    order = sorted(known)
    columns = (
        Column("period", catalog.message("column.period")),
        Column("name", catalog.message("column.name")),
        *(
            Column(f"known_{when}", Text(*(day(when, k) for k in LANGUAGES)), decimals=unit.decimals, side="right")
            for when in order
        ),
    )
    rows: list[Row] = []
    for key in newest:
        values = [known[when].get(key) for when in order]
        given = [v for v in values if v is not None]
        # a figure that appears is none that is revised
        if len(set(given)) > 1 or (given and None in values[values.index(given[0]) :]):
            place, item, label_of = key
            name = figures.series_name(now.shown, catalog, place, item)
            rows.append((_words(label_of), name, *(v if isinstance(v, int | float) else None for v in values)))
    title = catalog.message("web.series.revisions_of", title=now.shown.what.title)
    known_once = "_once" if len(order) == 1 else ""
    same = catalog.message(
        f"web.series.unrevised{known_once}", count=both(len(newest) - len(rows)), days=both(len(order))
    )
    table = Table("revisions", title, columns, tuple(rows))
    return Answer("revisions", title, (table,), notes=(same, *now.held.what.warnings))


def _cells(shown: Figures) -> list[tuple[str, str, str, object]]:
    rows = shown.frame.select("place", "item", "period", pl.col("value").cast(pl.Float64, strict=False)).rows()
    return [(str(p), str(i), str(w), v) for p, i, w, v in rows]


# -- the list of all series -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Listed:
    """A series in the list.

    Attributes
    ----------
    what : Series or Indicator
    unit : Text
    span : Text or None
        First and last period held; None if nothing is.
    sources : tuple of Source
    """

    what: Series | Indicator
    unit: Text
    span: Text | None
    sources: tuple[Source, ...]


def listed(workspace: Workspace) -> dict[str, Listed]:
    """All series by id, with what of them is held; some seconds of work."""
    catalog = workspace.catalog
    spans: dict[str, Text | None] = {}
    made = {}
    for what in list_series(workspace):
        own = what
        while isinstance(own, Indicator):
            own = catalog.series[own.numerator]
        key = f"{own.dataset} {own.frequency} {sorted(own.where.items())}"
        if key not in spans:
            spans[key] = _span(workspace, own)
        sources = tuple(catalog.sources[s] for s in catalog.datasets[own.dataset].sources)
        made[what.id] = Listed(what, catalog.units[what.unit].name, spans[key], sources)
    return made


def _span(workspace: Workspace, series: Series) -> Text | None:
    """The first and last period of a series' rows with a value, by its fixed dimensions."""
    dataset = workspace.catalog.datasets[series.dataset]
    try:
        table = workspace.store.table(dataset.id)
    except NoData:
        return None
    for column, values in series.where.items():
        if column in table.columns and not any(v.startswith("@") for v in values):
            table = table.filter(table[column].isin(list(values)))
    if series.value in table.columns:
        table = table.filter(table[series.value].notnull())
    when = table[dataset.period]
    ends = workspace.store.frame(table.aggregate(first=when.min(), last=when.max())).row(0)
    if ends[0] is None:
        return None
    frequency = "D" if series.frequency == "H" else series.frequency
    days = [date(end.year, end.month, end.day) for end in ends]
    first, last = (_words(label(one, frequency)) for one in days)
    return first if first == last else first + Text.same(" – ") + last
