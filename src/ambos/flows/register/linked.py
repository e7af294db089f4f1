"""Series linked to a commitment: what they were at its baseline, as known then and now, and what they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ambos.errors import AmbosError, NoData, NotYetKnown
from ambos.flows.data.catalogue import numerator
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace
from ambos.indicators import Grain
from ambos.model import Indicator, Series
from ambos.model.answer import Cell, Column, Named, Row, Shown, Table, View
from ambos.model.codes import TOTAL
from ambos.model.register import Commitment, Linked, last_day
from ambos.numbers import both, day, number, period
from ambos.periods import days_of, frequency_of
from ambos.text import LANGUAGES, Text, joined

#: Before every copy that is held: whoever asks for this day learns which is the oldest.
_BEFORE_ALL = date(1900, 1, 1)
_SEEN = Text("{value} {unit}, {period} (known since {known})", "{value} {unit}, {period} (conocida desde el {known})")
_LABELS = {
    "series": Text("Series", "Serie"),
    "place": Text("Place", "Lugar"),
    "baseline": Text("Baseline, as known then", "Línea base, como se conocía"),
    "baseline_now": Text("Baseline, as known now", "Línea base, como se conoce hoy"),
    "newest": Text("Newest", "Más reciente"),
    "change": Text("Change, %", "Cambio, %"),
    "note": Text("To know", "Por saber"),
}
#: Units in which a change is a difference of points, not a share.
_SHARES = ("percent", "share")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its vintage."""

    period: str
    value: float | Decimal
    status: str
    as_of: date  #: Since when it was known so.


@dataclass(frozen=True, slots=True)
class Moved:
    """A linked series then and now."""

    what: Series | Indicator
    place: Named | None  #: None where it cannot be told.
    item: Named | None
    unit: str
    then: Figure | None  #: The baseline as known at its vintage; None where no such copy is held.
    revised: Figure | None  #: The baseline as known now.
    newest: Figure | None
    notes: tuple[Text, ...]

    @property
    def base(self) -> Figure | None:
        """What the newest figure is compared with: the baseline as known now, which its revisions do not move."""
        return self.revised or self.then

    @property
    def change(self) -> float | Decimal | None:
        """How far it moved since its baseline, in its unit; None where one of the two is not held."""
        if self.base is None or self.newest is None or self.newest.period == self.base.period:
            return None
        return self.newest.value - self.base.value  # type: ignore[operator]

    @property
    def percent(self) -> float | None:
        """The change in percent; None where it is none, or the series is itself a share."""
        change = self.change
        if change is None or self.base is None or not self.base.value or any(s in self.unit for s in _SHARES):
            return None
        return float(change) / float(self.base.value) * 100


def moved(workspace: Workspace, commitment: Commitment, as_of: date | None = None) -> list[Moved]:
    """Look what each series linked to a commitment was at its baseline, and what it is now.

    Parameters
    ----------
    workspace : Workspace
    commitment : Commitment
    as_of : date, optional
        Take what was known on this day for what is known now.
    """
    return [_moved(workspace, link, as_of) for link in commitment.linked]


def _moved(workspace: Workspace, link: Linked, as_of: date | None) -> Moved:
    what = workspace.catalog.find_series(link.series)
    notes: list[Text] = []
    try:
        grain = _grain(workspace, link)
        span = (days_of(link.period) if link.period else None) or (None, None)
        now = _show(workspace, link, grain, span[0], None, as_of)
        newest = _last(now)
        revised = _last(now, link.period) if link.period else None
        then = _then(workspace, link, grain, span, notes) if link.period else None
    except AmbosError as error:
        return Moved(what, None, None, what.unit, None, None, None, (error.on_page(),))
    if not link.period:
        notes.append(Text("No baseline was set.", "No se fijó una línea base."))
    elif revised is None and then is None:
        notes.append(Text("The figure of the baseline is not held.", "No se tiene la cifra de la línea base."))
    notes += _breaks(now, revised, newest)
    row = now.frame.row(0, named=True)
    place, item = (Named(row[k], now.names.get(row[k], Text.same(row[k]))) for k in ("place", "item"))
    return Moved(what, place, item if item.code != TOTAL else None, row["unit"], then, revised, newest, tuple(notes))


def _grain(workspace: Workspace, link: Linked) -> Grain:
    """The frequency of the baseline; without one that of the series, months for what is reported by the hour."""
    if link.period:
        found = frequency_of(link.period)
        if found and found != "all" and days_of(link.period):
            return found
        raise NoData(what=f"{link.series} {link.period}")
    own = numerator(workspace, link.series).frequency
    return "M" if own in ("H", "D") else own


def _show(
    workspace: Workspace, link: Linked, grain: Grain, start: date | None, end: date | None, as_of: date | None = None
) -> Figures:
    """Show the series at one place and item.

    Raises
    ------
    AmbosError
        Also where it is held of several places or items and none is named.
    """
    shown = show(
        workspace,
        link.series,
        places=[link.place] if link.place else (),
        items=[link.item] if link.item else (),
        start=start,
        end=end,
        frequency=grain,
        as_of=as_of,
    )
    keys = shown.frame.select("place", "item").unique(maintain_order=True)
    if len(keys) > 1:
        places = joined(shown.names.get(p, Text.same(p)) for p in keys["place"].unique(maintain_order=True)[:5])
        raise NoData(
            what=Text("{series}: one of {places}", "{series}: uno de {places}").format(
                series=link.series, places=places
            )
        )
    return shown


def _last(shown: Figures, label: str = "") -> Figure | None:
    """The last figure that has a value, or that of a period."""
    for row in reversed(shown.frame.sort("start").to_dicts()):
        if row["value"] is not None and label in ("", row["period"]):
            return Figure(row["period"], row["value"], row["status"], row["as_of"])
    return None


def _then(
    workspace: Workspace, link: Linked, grain: Grain, span: tuple[date | None, date | None], notes: list[Text]
) -> Figure | None:
    """The baseline as known at its vintage; where no copy of that day is held, as in the oldest one."""
    asked = last_day(link.known) if link.known else _BEFORE_ALL
    try:
        return _last(_show(workspace, link, grain, *span, as_of=asked), link.period)
    except NotYetKnown as error:
        first = error.values["first"]  # the day of the oldest copy
    except NoData:
        return None
    assert isinstance(first, date)
    if link.known:
        said = Text(
            "No copy of {known} or before is held; the baseline is as in the oldest one, of {first}.",
            "No se tiene copia del {known} ni anterior; la línea base es la de la más antigua, del {first}.",
        )
        known = Text(*(period(link.known, language) for language in LANGUAGES))
        notes.append(said.format(known=known, first=Text(*(day(first, language) for language in LANGUAGES))))
    try:
        return _last(_show(workspace, link, grain, *span, as_of=first), link.period)
    except NoData:
        return None


def _breaks(shown: Figures, base: Figure | None, newest: Figure | None) -> Iterable[Text]:
    """Name the events by which the series breaks between two figures."""
    if base is None or newest is None:
        return
    for found in shown.breaks:
        if any(base.period < at <= newest.period for at in found.periods.values()):
            said = Text("The series breaks in between: {name}.", "La serie tiene un quiebre en el intervalo: {name}.")
            yield said.format(name=found.event.name)


def linked_table(workspace: Workspace, found: Iterable[Moved]) -> Table:
    """Tabulate linked series: the baseline as known then and now, the newest figure, and how far it moved.

    People see one cell for each figure with its period and vintage; programs have each apart.
    """
    units, statuses = workspace.catalog.units, workspace.catalog.codelists["statuses"].codes
    rows: list[Row] = []
    for one in found:
        unit, cells = units[one.unit], list[Cell]((Named(one.what.id, one.what.title), one.place, one.item))
        for figure in (one.then, one.revised, one.newest):
            if figure is None:
                cells += [None] * 5
                continue
            seen = _SEEN.format(
                value=both(figure.value, unit.decimals),
                unit=unit.symbol,
                period=Text(*(period(figure.period, language) for language in LANGUAGES)),
                known=Text(*(day(figure.as_of, language) for language in LANGUAGES)),
            )
            status = Named(figure.status, statuses[figure.status].name)
            cells += [figure.period, figure.value, status, figure.as_of, seen]
        percent = None if one.percent is None else Shown(one.percent, signed(one.percent, 1))
        rows.append((*cells, one.change, percent, unit.id, joined(one.notes, " ") if one.notes else None))
    columns = [Column("series", _LABELS["series"]), Column("place", _LABELS["place"]), Column("item", None)]
    for key in ("baseline", "baseline_now", "newest"):
        columns += [Column(f"{key}_period", None), Column(key, None), Column(f"{key}_status", None)]
        columns += [Column(f"{key}_as_of", None), Column(f"{key}_seen", _LABELS[key], kept=None, side="left")]
    columns += [Column("change", None), Column("change_percent", _LABELS["change"]), Column("unit", None)]
    columns.append(Column("note", _LABELS["note"], side="left"))
    title = Text("Linked series, at the baseline and now", "Series vinculadas, en la línea base y hoy")
    keys = [c.key for c in columns if c.label and (c.key != "note" or any(row[-1] for row in rows))]
    return Table("linked", title, tuple(columns), tuple(rows), views=(View(title, tuple(keys)),))


def signed(value: float, decimals: int) -> Text:
    """A change with its sign, in both languages."""
    return Text(*(number(value, decimals, language, signed=True) for language in LANGUAGES))
