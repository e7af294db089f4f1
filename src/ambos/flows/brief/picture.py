"""The picture of a series' figures: which kind of chart shows them, and the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast, get_args

import polars as pl

from ambos.briefing import Chart, Datum
from ambos.briefing.formats import Precision
from ambos.flows.brief.figures import data_of, names_of, series_of
from ambos.flows.data.show import Figures, left_out
from ambos.flows.data.touching import events_on, note_of, rows_of
from ambos.flows.workspace import Workspace
from ambos.model.codes import TOTAL
from ambos.numbers import both, period
from ambos.text import LANGUAGES, Text, joined

#: Maximum number of lines of one plot, of small plots, of maps of hours and weekdays, and of bars.
MOST_LINES, MOST_PLOTS, MOST_MAPS, MOST_BARS = 6, 12, 6, 20
#: Maximum number of figures of one row that are drawn as columns.
MOST_COLUMNS = 40
#: Parts of an item that are times.
_CLOCK = ("hour", "weekday")
_DRAWN = Text(
    "Drawn are the {drawn} largest of {all} in the newest period; the table has all.",
    "Se grafican los {drawn} mayores de {all} en el periodo más reciente; la tabla los tiene todos.",
)
_FIRST = Text("Drawn are the first {drawn} of {all}.", "Se grafican los primeros {drawn} de {all}.")
_ACROSS = {
    "hour": Text("Hour of the day", "Hora del día"),
    "weekday": Text("Day of the week (1: Monday)", "Día de la semana (1: lunes)"),
}


def picture(workspace: Workspace, shown: Figures) -> Chart | None:
    """Make the chart of figures; None of hourly ones of more than a day, and where no figure has a value.

    Figures over time become columns (one row of few annual amounts), lines (up to `MOST_LINES`) or small plots (up to
    `MOST_PLOTS`); those of one period, and of more rows, bars of the newest period; those by hour and weekday a map;
    the hours of one day lines over the hour.

    Parameters
    ----------
    workspace : Workspace
    shown : Figures
    """
    catalog = workspace.catalog
    frequency = shown.frame["frequency"][0]
    known = shown.frame.filter(pl.col("value").is_not_null())
    if known.is_empty() or (frequency == "H" and shown.frame["start"].n_unique() > 1):
        return None
    made = _of_day(workspace, shown) if frequency == "H" else _layout(workspace, shown, known)
    events = {b.event.id: b.event for b in shown.breaks if b.periods}
    events |= {e.id: e for e in events_on(rows_of(catalog, shown.what, shown.frame), catalog) if e.places}
    notes = (*dict.fromkeys(note_of(b, catalog) for b in shown.breaks), *filter(None, [left_out(shown)]))
    unit = catalog.units[shown.frame["unit"][0]]
    common: dict[str, Any] = {
        "id": plain_id(shown.what.id),
        "sources": tuple(catalog.sources[s] for s in shown.sources),
        "as_of": known["as_of"].max() or workspace.today(),
        "unit": unit,
        "other": catalog.other_unit(unit),
        "frequency": cast(Precision, frequency if frequency in get_args(Precision) else "A"),
        # a fiscal year stands in a chart where the calendar year of its number does, which no event does
        "events": () if _is_fiscal(shown) else tuple(events.values()),
    }
    return Chart(**(common | made | {"notes": (*made.get("notes", ()), *notes)}))


def plain_id(id: str) -> str:
    """An id of a series as one of a figure: without stops and underscores."""
    return id.replace(".", "-").replace("_", "-")


def _layout(workspace: Workspace, shown: Figures, known: pl.DataFrame) -> dict[str, Any]:
    """Choose the kind of the chart, its data and their labels."""
    catalog = workspace.catalog
    own = series_of(shown.what, catalog.series)[0]
    clock = [part for part in own.items if part in _CLOCK]
    if clock and not shown.frame["item"].str.split("/").list.len().eq(len(own.items)).all():
        clock = []
    rows = shown.frame.select("place", "item").unique(maintain_order=True).rows()
    newest = known.sort("start", "period")["period"][-1]
    if clock:
        return _by_clock(workspace, _at(shown, newest), clock)
    if known["period"].n_unique() == 1 or len(rows) > MOST_PLOTS or shown.frame["frequency"][0] == "all":
        return _ranked(workspace, _at(shown, newest))
    data, names = _named(workspace, shown, rows)
    title = _title(workspace, shown, rows)
    codes = list(dict.fromkeys(d.series for d in data))
    amounts = shown.frame["frequency"][0] == "A" and getattr(shown.what, "kind", "") == "flow"
    if len(rows) == 1 and amounts and shown.frame.height <= MOST_COLUMNS:
        return {"kind": "column", "data": data, "names": names, "by": "series", "title": title}
    if len(rows) <= MOST_LINES:
        return {"kind": "line", "data": data, "names": names, "by": "series", "title": title, "order": tuple(codes)}
    return {"kind": "multiples", "data": data, "names": names, "by": "item", "facet": "series", "title": title}


def _at(shown: Figures, when: str) -> Figures:
    return replace(shown, frame=shown.frame.filter(pl.col("period") == when))


def _is_fiscal(shown: Figures) -> bool:
    return bool(shown.frame["period"][0].startswith("FY"))


def _named(
    workspace: Workspace, shown: Figures, rows: Sequence[tuple[str, str]]
) -> tuple[tuple[Datum, ...], dict[str, Text]]:
    """The data, with the code of their row in `series` and none in `item`, and the names of these codes."""
    names, several = _row_names(workspace, shown, rows)
    fiscal = _is_fiscal(shown)
    data = []
    for datum in data_of(shown):
        code = "|".join(part for part, many in zip((datum.place, datum.item), several, strict=True) if many)
        when = date(int(datum.label[2:]), 1, 1) if fiscal else datum.period
        data.append(replace(datum, series=code or datum.series, item="", period=when))
    return tuple(data), names | {shown.what.id: shown.what.title}


def _row_names(
    workspace: Workspace, shown: Figures, rows: Sequence[tuple[str, str]]
) -> tuple[dict[str, Text], tuple[bool, bool]]:
    """The name of each row by what tells it from the others: its place, its item or both."""
    from ambos.flows.brief.figures import DossierContext

    names = names_of(DossierContext(workspace, []), [shown])
    several = len({place for place, _ in rows}) > 1, len({item for _, item in rows}) > 1
    made = {}
    for row in rows:
        parts = [part for part, many in zip(row, several, strict=True) if many]
        made["|".join(parts)] = joined([names[part] for part in parts] or [shown.what.title], " · ")
    return made, several


def _title(workspace: Workspace, shown: Figures, rows: Sequence[tuple[str, str]], when: str = "") -> Text:
    """The series, what all rows have in common, and the period if there is one only."""
    catalog = workspace.catalog
    places, items = {place for place, _ in rows}, {item for _, item in rows}
    parts = [shown.what.title]
    if len(places) == 1 and (place := next(iter(places))) in catalog.places:
        parts.append(catalog.places[place].name)
    if len(items) == 1 and (item := next(iter(items))) != TOTAL:
        parts.append(catalog.item_name(shown.what, item, short=True))
    if when:
        parts.append(Text(*(period(when, language) for language in LANGUAGES)))
    return joined(parts)


def _ranked(workspace: Workspace, shown: Figures) -> dict[str, Any]:
    """Bars of one period, the largest only where there are many; the total of items is none of them."""
    frame = shown.frame
    parts = frame.filter(pl.col("item") != TOTAL)
    frame = parts if parts["item"].n_unique() > 1 else frame
    shown = replace(shown, frame=frame)
    rows = frame.select("place", "item").unique(maintain_order=True).rows()
    data, names = _named(workspace, shown, rows)
    ranked = sorted(data, key=lambda d: (d.value is None, -float(d.value or 0)))
    return {
        "kind": "bar",
        "data": tuple(ranked[:MOST_BARS]),
        "names": names,
        "by": "series",
        "title": _title(workspace, shown, rows, frame["period"][0]),
        "notes": _cut(_DRAWN, MOST_BARS, len(ranked)),
    }


def _of_day(workspace: Workspace, shown: Figures) -> dict[str, Any]:
    """The hours of a day by place, at the clock of the place: the label of an hour begins with its local time."""
    catalog, kept = workspace.catalog, []
    names: dict[str, Text] = {}
    for datum in data_of(shown):
        names[datum.place] = catalog.places[datum.place].name
        names[datum.item] = catalog.item_name(shown.what, datum.item, short=True)
        kept.append(replace(datum, series=datum.item, item=datum.label[11:13]))
    rows = list(dict.fromkeys((d.place, d.series) for d in kept))
    day = shown.frame["start"][0].isoformat()
    made = _over(kept, names, _title(workspace, shown, rows, day), "hour")
    return made | {"notes": (*made["notes"], catalog.message("brief.page.mark_M"))}


def _over(kept: Sequence[Datum], names: Mapping[str, Text], title: Text, clock: str) -> dict[str, Any]:
    """Lines over the hour or the weekday that stands in `item`, by place; rows without any value are left out."""
    valued = {(d.place, d.series) for d in kept if d.value is not None}
    kept = [d for d in kept if (d.place, d.series) in valued]
    rows = list(dict.fromkeys((d.place, d.series) for d in kept))
    lines = list(dict.fromkeys(series for _, series in rows))[:MOST_LINES]
    places = list(dict.fromkeys(place for place, _ in rows))[:MOST_PLOTS]
    data = [replace(d, item=str(int(d.item))) for d in kept if d.series in lines and d.place in places]
    notes = _cut(_FIRST, len({(d.place, d.series) for d in data}), len(rows))
    common = {"data": tuple(data), "names": names, "title": title, "notes": notes}
    return {"kind": "curves", "by": "series", "facet": "place", "across": _ACROSS[clock], **common}


def _by_clock(workspace: Workspace, shown: Figures, clock: Sequence[str]) -> dict[str, Any]:
    """Compose the values of a period by hour and weekday (maps), or by one of them (lines)."""
    catalog = workspace.catalog
    kept: list[Datum] = []
    names: dict[str, Text] = {}
    for datum in data_of(shown):
        parts = datum.item.split("/")
        rest = "/".join(parts[: -len(clock)])
        names[datum.place] = catalog.places[datum.place].name
        names[rest] = catalog.item_name(shown.what, rest, short=True)
        kept.append(replace(datum, series=rest, item="/".join(parts[-len(clock) :])))
    valued = {(d.place, d.series) for d in kept if d.value is not None}
    kept = [d for d in kept if (d.place, d.series) in valued]
    rows = list(dict.fromkeys((d.place, d.series) for d in kept))
    title = _title(workspace, shown, rows, shown.frame["period"][0])
    if len(clock) == 1:
        return _over(kept, names, title, clock[0])
    several = len({place for place, _ in rows}) > 1, len({series for _, series in rows}) > 1
    chosen = rows[:MOST_MAPS]
    data = []
    for datum in kept:
        if (datum.place, datum.series) in chosen:
            parts = [part for part, many in zip((datum.place, datum.series), several, strict=True) if many]
            names["|".join(parts)] = joined([names[part] for part in parts] or [title], " · ")
            data.append(replace(datum, series="|".join(parts)))
    facet = {"facet": "series"} if len(chosen) > 1 else {}
    notes = _cut(_FIRST, MOST_MAPS, len(rows))
    return {"kind": "heat", "data": tuple(data), "names": names, "title": title, "notes": notes, **facet}


def _cut(note: Text, drawn: int, all: int) -> tuple[Text, ...]:
    return (note.format(drawn=both(drawn), all=both(all)),) if all > drawn else ()
