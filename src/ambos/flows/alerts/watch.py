"""Events of a rule in the current figures, given its state of the last evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from ambos.errors import NoData
from ambos.flows.data.check import chosen
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.model.alert import AlertRule, Event, When
from ambos.model.answer import Cell
from ambos.model.codes import TOTAL
from ambos.numbers import MISSING, amount, both, day, period
from ambos.river import tier_of
from ambos.river.rules import in_force
from ambos.text import LANGUAGES, Text, joined

#: What a rule remembers: plain values, as JSON holds them.
Kept = dict[str, Any]
#: Findings or figures that the text of an alert names; of more, it gives the number.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Watch:
    """An evaluation: the workspace, its findings when they are asked for, and the time."""

    workspace: Workspace
    findings: Callable[[], Sequence[Finding]]
    now: datetime


def watch(rule: AlertRule, of: Watch, kept: Mapping[str, Any] | None) -> tuple[list[Event], Kept]:
    """Evaluate a rule.

    Parameters
    ----------
    rule : AlertRule
    of : Watch
    kept : mapping or None
        What the rule remembers; None at its first evaluation, when everything that is held counts as known.

    Returns
    -------
    (list of Event, dict)
        What is new, and what is to be remembered.

    Raises
    ------
    AmbosError
        If the rule cannot be evaluated.
    """
    return _KINDS[rule.when](rule, of, kept)


# -- a figure past a threshold -----------------------------------------------------------------------------------------
def _threshold(rule: AlertRule, of: Watch, kept: Mapping[str, Any] | None) -> tuple[list[Event], Kept]:
    """Go through the figures since the last evaluation: the first past the threshold fires, and none after it until one
    has cleared."""
    hours = timedelta(hours=rule.newest_hours or 0)
    oldest = of.now - hours
    memory: Kept = {subject: dict(one) for subject, one in (kept or {}).items()}
    try:
        shown = _figures(rule, of, start=oldest.date() - timedelta(days=366 if hours.days > 31 else 31))
    except NoData:  # nothing so new is held: neither fired nor cleared
        return [], memory
    events = []
    for row in sorted(shown.rows(), key=lambda r: _began(str(r["period"]), of.workspace)):
        began = _began(str(row["period"]), of.workspace)
        subject, value = f"{row['place']}/{row['item']}", row["value"]
        state = memory.setdefault(subject, {"fired": False, "upto": ""})
        moment = began.astimezone(UTC).isoformat()
        if value is None or began < oldest or began > of.now or moment <= state["upto"]:
            continue
        state["upto"] = moment
        if state["fired"]:
            state["fired"] = not _clear(rule, value)
        elif _past(rule, value):
            state["fired"] = True
            events.append(_figure_event(rule, of, shown, row))
    return events, memory


def _past(rule: AlertRule, value: Any) -> bool:
    return bool(value > rule.above if rule.above is not None else value < rule.below)


def _clear(rule: AlertRule, value: Any) -> bool:
    if rule.above is not None:
        return bool(value <= (rule.above if rule.clears is None else rule.clears))
    return bool(value >= (rule.below if rule.clears is None else rule.clears))


def _figure_event(rule: AlertRule, of: Watch, shown: Figures, row: Mapping[str, Cell]) -> Event:
    what = _subject(shown, row)
    limit = rule.above if rule.above is not None else rule.below
    side = Text("more than", "más de") if rule.above is not None else Text("less than", "menos de")
    text = Text("{what}, {period}: {value}, {side} {limit}.", "{what}, {period}: {value}, {side} {limit}.").format(
        what=what, period=_period(row), value=_value(of, shown, row["value"]), side=side, limit=amount(limit or 0)
    )
    return _event(rule, of, f"{row['place']}/{row['item']}/{row['period']}", text, shown, row)


# -- the tier of Lake Mead ---------------------------------------------------------------------------------------------
def _tier(rule: AlertRule, of: Watch, kept: Mapping[str, Any] | None) -> tuple[list[Event], Kept]:
    """Compare the tier in which the newest level falls with that of the last evaluation."""
    river = of.workspace.river
    in_force(river, of.now.astimezone(ZoneInfo(of.workspace.catalog.region.zone)).year)
    shown = _figures(rule, of)
    row = next(r for r in reversed(shown.rows()) if r["value"] is not None)
    level, year = Decimal(str(row["value"])), int(str(row["period"])[:4])
    here = tier_of(river, level, year)
    if kept is None:
        return [], {"tier": here.id}
    margin = Decimal(str(rule.margin))
    beside = {tier_of(river, level + shift, year).id for shift in (-margin, margin)}
    if kept["tier"] in beside | {here.id}:
        return [], dict(kept)
    tiers = {t.id: t for t in river.tiers}
    before = tiers[kept["tier"]].name if kept["tier"] in tiers else Text.same(kept["tier"])
    text = Text(
        "{what}, {period}: {value}, in the band of “{here}”; before: “{before}”. "
        "The tier of a year is set by the level that the August 24-Month Study projects for 1 January, not by this one.",
        "{what}, {period}: {value}, en el rango de «{here}»; antes: «{before}». "
        "El nivel de escasez de un año lo fija la elevación que el Estudio de 24 Meses de agosto proyecta al 1 de enero, no esta.",
    ).format(
        what=_subject(shown, row),
        period=_period(row),
        value=_value(of, shown, row["value"]),
        here=here.name,
        before=before,
    )
    return [_event(rule, of, f"{kept['tier']}-{here.id}/{row['period']}", text, shown, row)], {"tier": here.id}


# -- new and revised figures -------------------------------------------------------------------------------------------
def _compared(rule: AlertRule, of: Watch, kept: Mapping[str, Any] | None) -> tuple[list[Event], Kept]:
    """Compare the figures with those of the last evaluation."""
    try:
        shown = _figures(rule, of)
        rows = shown.rows()
    except NoData:
        if not kept:
            return [], {}
        raise  # what was held is gone: the rule cannot be evaluated
    held = {f"{r['place']}/{r['item']}/{r['period']}": r for r in rows if r["value"] is not None}
    # to the sixth decimal: what a mean of floating numbers ends in is no revision
    values = {key: f"{round(Decimal(str(r['value'])), 6).normalize():f}" for key, r in held.items()}
    if kept is None:
        return [], values
    new = [key for key in values if key not in kept]
    revised = [key for key in values if key in kept and values[key] != kept[key]]
    keys = new if rule.when == "figures" else revised
    if not keys:
        return [], values
    lines = [_line(of, shown, held[key], kept.get(key)) for key in keys[::-1][:NAMED]]
    if len(keys) > NAMED:
        more = Text("and {count} more", "y {count} más").format(count=both(len(keys) - NAMED))
        lines.append(more)
    text = joined(lines, "; ") + Text.same(".")
    newest = held[keys[-1]]
    return [_event(rule, of, f"{keys[-1]}/{of.now.isoformat()}", text, shown, newest)], values


def _line(of: Watch, shown: Figures, row: Mapping[str, Cell], before: str | None) -> Text:
    line = Text.same("{what}, {period}: {value}").format(
        what=_subject(shown, row), period=_period(row), value=_value(of, shown, row["value"])
    )
    if before is None:
        return line
    return line + Text(" (before: {value})", " (antes: {value})").format(value=_value(of, shown, Decimal(before)))


# -- findings ----------------------------------------------------------------------------------------------------------
def _finding(rule: AlertRule, of: Watch, kept: Mapping[str, Any] | None) -> tuple[list[Event], Kept]:
    """Look for findings that were never seen by the rule; one that goes and comes back is not new."""
    catalog = of.workspace.catalog
    own = [
        f
        for f in chosen(of.workspace, of.findings(), place=rule.place or None, check=rule.check or None)
        if rule.severity in ("", f.severity) and rule.dataset in ("", f.dataset)
    ]
    seen = list((kept or {}).get("seen", ()))
    new = [f for f in own if f.id not in seen]
    memory = {"seen": [*seen, *(f.id for f in new)]}
    if kept is None or not new:
        return [], memory
    lines = [catalog.message(f"brief.page.{f.severity}") + Text.same(": ") + f.text for f in new[:NAMED]]
    if len(new) > NAMED:
        lines.append(Text("And {count} more.", "Y {count} más.").format(count=both(len(new) - NAMED)))
    sources = dict.fromkeys(s for f in new for s in catalog.datasets[f.dataset].sources)
    link = f"/findings/{quote(new[0].id, safe='')}"
    if len(new) > 1:
        link = "/findings" + (f"?{urlencode({'place': catalog.place(rule.place).slug})}" if rule.place else "")
    event = Event(
        f"{rule.id}/{new[0].id}/{of.now.isoformat()}",
        rule.id,
        rule.name,
        joined(lines, "\n"),
        tuple(catalog.sources[s].citation for s in sources),
        link,
        of.now,
        figure={"findings": [f.id for f in new]},
    )
    return [event], memory


# -- what they share ---------------------------------------------------------------------------------------------------
def _figures(rule: AlertRule, of: Watch, start: date | None = None) -> Figures:
    places, items = [p for p in (rule.place,) if p], [i for i in (rule.item,) if i]
    return show(of.workspace, rule.series, places=places, items=items, start=start)


def _event(rule: AlertRule, of: Watch, key: str, text: Text, shown: Figures, row: Mapping[str, Cell]) -> Event:
    """Make an event about a figure, with what is to be known of it."""
    catalog = of.workspace.catalog
    known = row["as_of"]
    lines = [text]
    if isinstance(known, date):
        lines.append(Text(f"Known since {day(known, 'en')}.", f"Conocida desde el {day(known, 'es')}."))
    statuses = catalog.codelists["statuses"]
    if (status := str(row["status"])) not in ("A", "None") and status in statuses:
        lines.append(Text.same(f"{status}: ") + statuses[status].name + Text.same("."))
    lines += shown.what.warnings
    query = {"place": catalog.places[str(row["place"])].slug} if row["place"] in catalog.places else {}
    return Event(
        f"{rule.id}/{key}",
        rule.id,
        rule.name,
        joined(lines, "\n"),
        tuple(catalog.sources[s].citation for s in shown.sources),
        f"/series/{rule.series}" + (f"?{urlencode(query)}" if query else ""),
        of.now,
        _began(str(row["period"]), of.workspace),
        {
            key: str(value) if isinstance(value, Decimal | date) else value
            for key, value in row.items()
            if key in ("series", "place", "item", "period", "value", "unit", "status", "as_of")
        },
    )


def _subject(shown: Figures, row: Mapping[str, Cell]) -> Text:
    """Name a figure: the series, the place and the item."""
    parts = [shown.what.title, Text(str(row["place_en"]), str(row["place_es"]))]
    if row["item"] != TOTAL:
        parts.append(Text(str(row["item_en"]), str(row["item_es"])))
    return joined(parts, " · ")


def _period(row: Mapping[str, Cell]) -> Text:
    return Text(*(period(str(row["period"]), language) for language in LANGUAGES))


def _value(of: Watch, shown: Figures, value: Any) -> Text:
    """Write a value with its unit."""
    unit = of.workspace.catalog.units[shown.what.unit]
    if value is None:
        return Text.same(MISSING)
    return Text.same("{value} {unit}").format(value=both(value, unit.decimals), unit=unit.symbol)


def _began(label: str, workspace: Workspace) -> datetime:
    """The moment at which a period begins; days, months and years by the clock of the region."""
    if "T" in label:
        return datetime.fromisoformat(label)
    first = date.fromisoformat(f"{label}-01-01"[:10])
    return datetime.combine(first, time(), ZoneInfo(workspace.catalog.region.zone))


_KINDS: Mapping[When, Callable[[AlertRule, Watch, Mapping[str, Any] | None], tuple[list[Event], Kept]]] = {
    "threshold": _threshold,
    "finding": _finding,
    "tier": _tier,
    "figures": _compared,
    "revision": _compared,
}
