"""The charts and tables of the dossier: what ``brief.toml`` asks for, answered and described."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

import polars as pl

from ambos.briefing import Chart, Datum, DossierColumn, DossierTable
from ambos.briefing.document import Cell, Dimension
from ambos.briefing.formats import Precision
from ambos.catalog import MOST_TIMES
from ambos.flows.data.listing import age_of
from ambos.flows.data.show import Figures, left_out, show
from ambos.flows.data.touching import (
    FigureRow,
    before,
    breaks_in,
    broken_between,
    events_on,
    findings_on,
    note_of,
    rows_of,
    weightiest,
)
from ambos.flows.workspace import Workspace
from ambos.indicators import change, top_items
from ambos.indicators.derive import STATUSES
from ambos.model import Finding, Indicator, Series
from ambos.model.codes import TOTAL
from ambos.numbers import both, period, signed
from ambos.periods import days_of
from ambos.quality import Check, load_checks
from ambos.text import LANGUAGES, Text, joined

Answer = TypeVar("Answer")

#: The checks whose findings make a provisional figure unconfirmed.
QUESTIONS = ("annual_jump", "level_shift", "ratio_drift", "collapse")
#: A provisional figure that has doubled or halved within a year is unconfirmed.
JUMP = 2


@dataclass(frozen=True)
class Asked:
    """Options of the parts of a document on the register.

    Attributes
    ----------
    since : date or None
        Progress since this day; since the last plenary if None.
    scores, weights : Path or None
        Files by which projects are ranked.
    top : int or None
        Number of first places that count.
    register : str
        Address of the register's database; that of the workspace if empty.
    """

    since: date | None = None
    scores: Path | None = None
    weights: Path | None = None
    top: int | None = None
    register: str = ""


@dataclass
class DossierContext:
    """State of a dossier while it is composed.

    Attributes
    ----------
    workspace : Workspace
    findings : list of Finding
        All of them, the weightiest first.
    as_of : date or None
        Only what was known on this day.
    sources_used : dict of str to None
        Ids of the sources of the figures so far, in order.
    days : dict of str to collection of date
        The days held of each dataset asked for so far.
    cited : dict of Text to None
        Rules, norms and studies that figures rest on so far, in order.
    kept : dict of str to object
        What other flows answered, for figures that share an answer.
    ages : dict of str to (str, bool)
        By dataset: the newest period held, and whether newer figures should be out.
    asked : Asked
    """

    workspace: Workspace
    findings: list[Finding]
    as_of: date | None = None
    sources_used: dict[str, None] = field(default_factory=dict)
    days: dict[str, Collection[date]] = field(default_factory=dict)
    cited: dict[Text, None] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    ages: dict[str, tuple[str, bool] | None] = field(default_factory=dict)
    asked: Asked = Asked()

    def rows(self, shown: Figures) -> list[FigureRow]:
        """The rows that an answer rests on."""
        return rows_of(self.workspace.catalog, shown.what, shown.frame)

    @cached_property
    def checks(self) -> dict[str, Check]:
        """The table of checks."""
        return load_checks()

    def then(self) -> Workspace:
        """The workspace as it was known on `as_of`."""
        if self.as_of is None:
            return self.workspace
        return replace(self.workspace, store=self.workspace.store.at(self.as_of))

    def today(self) -> date:
        """The day of the dossier, in the region."""
        return self.as_of or self.workspace.today()

    def once(self, key: str, answer: Callable[[], Answer]) -> Answer:
        """An answer that several figures share, asked for once."""
        if key not in self.kept:
            self.kept[key] = answer()
        kept: Answer = self.kept[key]
        return kept

    def age(self, answers: Iterable[Figures]) -> Text | None:
        """Say the newest period held of answers for which newer figures should be out, by the usual lag of their sources."""
        catalog, then, overdue = self.workspace.catalog, self.then(), dict[str, None]()
        for series in (s for shown in answers for s in series_of(shown.what, catalog.series)):
            if series.dataset not in self.ages:
                self.ages[series.dataset] = age_of(then, catalog.datasets[series.dataset], self.today())
            age = self.ages[series.dataset]
            if age and age[1]:
                overdue[age[0]] = None
        if not overdue:
            return None
        oldest = min(overdue)
        return catalog.message("brief.age", period=Text(*(period(oldest, language) for language in LANGUAGES)))

    def ask(self, entry: Mapping[str, Any], series: str) -> Figures:
        """Answer a series as an entry of ``brief.toml`` asks for it."""
        shown = show(
            self.workspace,
            series,
            places=entry.get("places", ()),
            items=self._items(entry, series),
            start=entry.get("start"),
            end=entry.get("end"),
            frequency=entry.get("frequency"),
            as_of=self.as_of,
            currency=entry.get("currency", ""),
            year_basis=entry.get("year", "calendar"),
            held=self._held,
        )
        self.sources_used |= dict.fromkeys(shown.sources)
        for places in entry.get("together", ()):
            frame = together(shown.frame, places)
            rows = rows_of(self.workspace.catalog, shown.what, frame)
            shown = replace(shown, frame=frame, breaks=tuple(breaks_in(rows, self.workspace.catalog)))
        return shown

    def _held(self, dataset: str) -> Collection[date]:
        """The days held of a dataset, looked up once for all figures."""
        if dataset not in self.days:
            self.days[dataset] = self.workspace.store.days(dataset, self.as_of)
        return self.days[dataset]

    def _items(self, entry: Mapping[str, Any], series: str) -> list[str]:
        """The items asked for, cut to as many parts as the series has (lanes are built for a mode, open by class)."""
        parts = series_of(self.workspace.catalog.find_series(series), self.workspace.catalog.series)[0].items
        return list(dict.fromkeys("/".join(item.split("/")[: len(parts)]) for item in entry.get("items", ()) if parts))


def together(frame: pl.DataFrame, places: Sequence[str]) -> pl.DataFrame:
    """Set the sum of some places in the place of the first; its id is theirs joined by "+".

    The sum is missing where a part is, or has no row; its status is the worst of theirs.
    """
    of = pl.col("place").is_in(list(places))
    rank = pl.col("status").replace_strict({s: i for i, s in enumerate(STATUSES)}, return_dtype=pl.Int64).max()
    whole = (pl.len() == len(places)) & pl.col("value").is_not_null().all()
    summed = (
        frame.filter(of)
        .group_by("item", "period", maintain_order=True)
        .agg(
            pl.lit("+".join(places)).alias("place"),
            pl.when(whole).then(pl.col("value").sum()).alias("value"),
            pl.when(whole).then(rank).otherwise(STATUSES.index("M")).alias("_rank"),
            pl.col("as_of").max(),
            pl.col("n").sum(),
            pl.col("held").min(),
            pl.col("without").filter(pl.col("without") != "").str.join(" "),
            *(pl.col(c).first() for c in ("series", "frequency", "start", "unit", "wanted")),
        )
        .with_columns(status=pl.col("_rank").replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String))
    )
    first = frame.with_row_index("_at").filter(pl.col("place") == places[0])["_at"].min() or 0
    return pl.concat(
        [part.select(frame.columns) for part in (frame[:first].filter(~of), summed, frame[first:].filter(~of))]
    )


def data_of(shown: Figures) -> list[Datum]:
    """Figures as the dossier's data."""
    sources = " ".join(shown.sources)
    return [
        Datum(
            series=row["series"],
            place=row["place"],
            item=row["item"],
            period=row["start"] if row["start"] is not None else row["period"],
            value=row["value"],
            unit=row["unit"],
            as_of=row["as_of"],
            source=sources,
            status=row["status"],
            label=row["period"],
            without=row["without"],
            breaks=" ".join(shown.breaks_at(row["place"], row["item"], row["period"])),
            n=row["n"],
            held=row["held"],
            wanted=row["wanted"],
        )
        for row in shown.frame.iter_rows(named=True)
    ]


def names_of(context: DossierContext, answers: Iterable[Figures]) -> dict[str, Text]:
    """The names of all codes in some answers."""
    catalog = context.workspace.catalog
    names: dict[str, Text] = {}
    for shown in answers:
        names[shown.what.id] = shown.what.title
        for place in shown.frame["place"].unique():
            names[place] = joined([catalog.places[part].name for part in place.split("+")], " + ")
        for item in shown.frame["item"].unique():
            names[item] = catalog.item_name(shown.what, item, short=True)
    return names


def _common(context: DossierContext, entry: Mapping[str, Any], answers: Sequence[Figures]) -> dict[str, Any]:
    """Make the fields that charts and tables share."""
    catalog = context.workspace.catalog
    used = dict.fromkeys(s for shown in answers for s in shown.sources)
    known = [d for shown in answers for d in shown.frame["as_of"].drop_nulls().to_list()]
    names = names_of(context, answers) | {k: Text.of(v) for k, v in entry.get("names", {}).items()}
    return {
        "id": entry["id"],
        "title": Text.of(entry["title"]),
        "sources": tuple(catalog.sources[s] for s in used),
        "as_of": max(known),
        "names": names,
        "notes": (
            *(Text.of(n) for n in entry.get("notes", [])),
            *dict.fromkeys(note_of(b, catalog) for shown in answers for b in shown.breaks),
            *filter(None, [left_out(*answers)]),
        ),
        "findings": beside(context, answers),
        "age": context.age(answers),
    }


def chart(context: DossierContext, entry: Mapping[str, Any]) -> Chart:
    """Compose a chart.

    Parameters
    ----------
    context : DossierContext
    entry : mapping
        A ``[[section.block]]``: ``kind`` of chart, ``series`` (one or several ids) with ``places``, ``items``,
        ``frequency``, ``start``, ``end``, ``year``, ``currency`` as for `ambos show`; ``by``, ``facet``, ``order``, ``ends``,
        ``sides`` as for `ambos.briefing.Chart`; ``top`` keeps the largest items of the newest period;
        ``total = false`` drops totals; ``last`` keeps the newest so many periods; ``events = true`` marks events;
        ``side`` is that of codes that ``sides`` does not name; ``seam`` is the first period after a break of the figures; ``pages`` are pages of the site that show the chart too.
    """
    answers = [_trim(context, context.ask(entry, s), entry) for s in _ids(entry["series"])]
    catalog = context.workspace.catalog
    data = [d for shown in answers for d in data_of(shown)]
    unit = catalog.units[data[0].unit]
    by: Dimension = entry.get("by", "item")
    asked = entry.get("frequency") or _frequency(answers[0].what, catalog.series)
    frequency = cast(Precision, asked if asked in get_args(Precision) else "A")
    marked = {b.event.id: b.event for shown in answers for b in shown.breaks if b.periods}
    if entry.get("events"):
        marked |= {e.id: e for shown in answers for e in events_on(context.rows(shown), catalog)}
    return Chart(
        **_common(context, entry, answers),
        kind=entry["kind"],
        unit=unit,
        other=catalog.other_unit(unit),
        data=tuple(data),
        frequency=frequency,
        by=by,
        facet=entry.get("facet", ""),
        order=tuple(entry.get("order", ())),
        ends=tuple(entry.get("ends", ())),
        sides={**({getattr(d, by): entry["side"] for d in data} if "side" in entry else {}), **entry.get("sides", {})},
        events=tuple(marked.values()),
        seam=entry.get("seam"),
        unconfirmed=_are_unconfirmed(context, answers),
    )


def table(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Compose a table: a row per series, place and item; a column per period; the change on the year before.

    Parameters
    ----------
    context : DossierContext
    entry : mapping
        A ``[[section.block]]`` of kind ``table``; as for `chart`, and ``head`` (a text over the first column), ``scale``
        (1, 1000, ...), ``layout`` (``"wide"``: a row per place and item, a column per series, for one period;
        ``"items"``: a row per place and period, a column per item).
    """
    answers = [_trim(context, context.ask(entry, s), entry) for s in _ids(entry["series"])]
    common, catalog = _common(context, entry, answers), context.workspace.catalog
    build = {"wide": _wide, "items": _by_item}.get(entry.get("layout", ""), _by_period)
    columns, rows = build(context, entry, answers, common["names"])
    words = {cell.en for row in rows for cell in row if isinstance(cell, Text)}
    for key in ("break.no_change", "break.unconfirmed"):
        if catalog.message(key).en in words:
            common["notes"] += (catalog.message(f"{key}_note"),)
    units = {id: catalog.units[id] for shown in answers for id in shown.frame["unit"].unique()}
    head = DossierColumn(Text.of(entry["head"]))
    return DossierTable(**common, columns=(head, *columns), rows=tuple(rows), units=units)


def _by_period(
    context: DossierContext, entry: Mapping[str, Any], answers: Sequence[Figures], names: Mapping[str, Text]
) -> tuple[list[DossierColumn], list[tuple[Cell, ...]]]:
    catalog = context.workspace.catalog
    labels = sorted({w for s in answers for w in s.frame["period"]})
    units = {unit for shown in answers for unit in shown.frame["unit"]}
    unit = catalog.units[units.pop()] if len(units) == 1 else None
    varying = [k for k in ("series", "place", "item") if len({v for s in answers for v in s.frame[k]}) > 1]
    rows: list[tuple[Cell, ...]] = []
    for shown in answers:
        for _, group in change(shown.frame).group_by("series", "place", "item", maintain_order=True):
            codes = group.row(0, named=True)
            name = joined([names[codes[k]] for k in varying or ["series"]], " · ")
            own = catalog.units[codes["unit"]]
            told = codes["series"] in entry.get("names", {})
            if unit is None and own.decimals and not told:  # a count says itself what it counts
                name = name + Text(f" ({own.name.en})", f" ({own.name.es})")
            data = dict(zip(group["period"], data_of(replace(shown, frame=group)), strict=True))
            rows.append((name, *(data.get(w) for w in labels), _growth(context, shown, group, labels[-1])))
    other = catalog.other_unit(unit) if unit else None
    columns = [
        DossierColumn(Text(period(w, "en"), period(w, "es")), unit, entry.get("scale", 1), other=other) for w in labels
    ]
    return [*columns, DossierColumn(catalog.message("column.change"))], rows


def _growth(context: DossierContext, shown: Figures, group: pl.DataFrame, newest: str) -> Text | None:
    """The change of the newest period on the year before: in percent, or the reason for which it is not given.

    A figure of more than `MOST_TIMES` the one before has none in percent. None is given across a break, nor where the newest figure is provisional and has doubled or halved, or
    a finding questions it.
    """
    found = group.filter(pl.col("period") == newest).row(0, named=True) if newest in group["period"] else None
    if found is None or found["change_percent"] is None:
        return None
    catalog = context.workspace.catalog
    after = days_of(newest, found["start"])
    if after and broken_between(shown.breaks, found["place"], found["item"], before(after), after):
        return catalog.message("break.no_change")
    provisional = found["status"] == "P"
    if is_unconfirmed(context, shown, group, newest):
        return catalog.message("break.unconfirmed")
    if found["value"] > MOST_TIMES * found["previous"]:
        return catalog.message("change.times", most=both(MOST_TIMES))
    change = _percent(found["change_percent"])
    return Text(f"{change.en} p", f"{change.es} p") if provisional and change else change


def is_unconfirmed(context: DossierContext, shown: Figures, group: pl.DataFrame, newest: str) -> bool:
    """Return True if a figure is provisional and has doubled or halved, or a finding questions it."""
    found = group.filter(pl.col("period") == newest)
    row = found.row(0, named=True)
    if row["status"] != "P" or row["value"] is None:
        return False
    if row["previous"] and not 1 / JUMP < row["value"] / row["previous"] < JUMP:
        return True
    catalog, after = context.workspace.catalog, days_of(newest, row["start"])
    questions = (f for f in context.findings if f.check in QUESTIONS and after and after[0] <= f.start <= after[1])
    return bool(findings_on(rows_of(catalog, shown.what, found), questions, context.checks, catalog))


def _are_unconfirmed(context: DossierContext, answers: Iterable[Figures]) -> bool:
    """Return True if the newest annual figure of a row of some answers is unconfirmed."""
    for shown in answers:
        if not shown.frame["status"].eq("P").any():
            continue
        for _, group in change(shown.frame).group_by("series", "place", "item", maintain_order=True):
            held = group.filter(pl.col("value").is_not_null() & (pl.col("frequency") == "A")).sort("start")
            if held.height and is_unconfirmed(context, shown, held, held["period"][-1]):
                return True
    return False


def _wide(
    context: DossierContext, entry: Mapping[str, Any], answers: Sequence[Figures], names: Mapping[str, Text]
) -> tuple[list[DossierColumn], list[tuple[Cell, ...]]]:
    catalog = context.workspace.catalog
    cells = {(d.series, d.place, d.item): d for shown in answers for d in data_of(shown)}
    rows: list[tuple[Cell, ...]] = []
    for place, item in answers[0].frame.select("place", "item").unique(maintain_order=True).iter_rows():
        found = [
            cells.get((s.what.id, place, item)) or cells.get((s.what.id, place, item.split("/")[0])) for s in answers
        ]
        rows.append((joined([names[place], names[item]], " · "), *found))
    units = [catalog.units[s.frame["unit"][0]] for s in answers]
    columns = [
        DossierColumn(names[s.what.id], unit, other=catalog.other_unit(unit))
        for s, unit in zip(answers, units, strict=True)
    ]
    return columns, rows


def _by_item(
    context: DossierContext, entry: Mapping[str, Any], answers: Sequence[Figures], names: Mapping[str, Text]
) -> tuple[list[DossierColumn], list[tuple[Cell, ...]]]:
    frame = pl.concat([shown.frame for shown in answers])
    cells = {(d.place, str(d.period), d.item): d for shown in answers for d in data_of(shown)}
    items = sorted(frame["item"].unique())
    rows: list[tuple[Cell, ...]] = []
    for place, start, when in frame.select("place", "start", "period").unique(maintain_order=True).iter_rows():
        name = joined([names[place], Text(period(when, "en"), period(when, "es"))], " · ")
        rows.append((name, *(cells.get((place, str(start), item)) for item in items)))
    catalog = context.workspace.catalog
    unit = catalog.units[frame["unit"][0]]
    return [DossierColumn(names[item], unit, other=catalog.other_unit(unit)) for item in items], rows


def _percent(value: float | None) -> Text | None:
    """A change in percent, one decimal, with its sign."""
    return None if value is None else Text(*(f"{signed(value, 1, language)}%" for language in LANGUAGES))


def _ids(series: str | Sequence[str]) -> list[str]:
    return [series] if isinstance(series, str) else list(series)


def _frequency(what: Series | Indicator, known: Mapping[str, Series | Indicator]) -> str:
    return what.frequency if isinstance(what, Series) else _frequency(known[what.numerator], known)


def _trim(context: DossierContext, shown: Figures, entry: Mapping[str, Any]) -> Figures:
    """Select the rows of an answer for an entry: no totals, the newest periods, the largest items."""
    frame = shown.frame
    if entry.get("total") is False:
        frame = frame.filter(pl.col("item") != TOTAL)
    if len(entry.get("items", ())) > 1 and not any("*" in item for item in entry["items"]):
        order = {item: i for i, item in enumerate(entry["items"])}
        places = {place: i for i, place in enumerate(frame["place"].unique(maintain_order=True))}
        frame = frame.sort(
            pl.col("place").replace_strict(places, return_dtype=pl.Int64),
            pl.col("item").replace_strict(order, default=len(order), return_dtype=pl.Int64),
            "start",
        )
    if "last" in entry:
        newest = frame.filter(pl.col("value").is_not_null())["start"].max()
        kept = frame.filter(pl.col("start") <= newest)["start"].unique().sort()[-entry["last"] :]
        frame = frame.filter(pl.col("start").is_in(kept.implode()))
    if "top" in entry:
        newest_period = frame.filter(pl.col("value").is_not_null())["start"].max()
        newest_rows = frame.filter(pl.col("start") == newest_period)
        by_place = entry.get("by") == "place"
        largest = newest_rows.top_k(entry["top"], by="value") if by_place else top_items(newest_rows, entry["top"])
        keep = largest.select("place", "item")
        frame = frame.join(keep, on=["place", "item"], how="semi")
        order = {item: i for i, item in enumerate(dict.fromkeys(largest["item"]))}
        frame = frame.sort("place", pl.col("item").replace_strict(order, return_dtype=pl.Int64), "start")
    trimmed = replace(shown, frame=frame)
    if frame.height == shown.frame.height:
        return trimmed
    return replace(trimmed, breaks=tuple(breaks_in(context.rows(trimmed), context.workspace.catalog)))


# -- findings and events -----------------------------------------------------------------------------------------
def beside(context: DossierContext, answers: Sequence[Figures]) -> tuple[Finding, ...]:
    """The findings that touch the figures of some answers: those of a break, then the weightiest of each item in turn."""
    catalog = context.workspace.catalog
    parts = [findings_on(context.rows(shown), context.findings, context.checks, catalog) for shown in answers]
    return tuple(weightiest(parts, [b for shown in answers for b in shown.breaks]))


def series_of(what: Series | Indicator, known: Mapping[str, Series | Indicator]) -> list[Series]:
    """The series that a series or an indicator is made of."""
    if isinstance(what, Series):
        return [what]
    return [s for part in (what.numerator, what.denominator) for s in series_of(known[part], known)]
