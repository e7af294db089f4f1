"""Records of the register in words: names of kinds, sides and statuses, and the fields of a record as people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ambos.catalog.register import load_labels, load_register_rules, plain, references, side_name
from ambos.flows.workspace import Workspace
from ambos.model.answer import Named, Shown
from ambos.model.register import Phrase, Record
from ambos.model.register_entry import Entry
from ambos.numbers import amount, both, day, period
from ambos.text import LANGUAGES, Text, joined

#: Fields that have a table of their own, in the answer that shows a record.
APART = ("step", "evidence", "source", "reply")
#: Fields of few words, which `definitions/register/labels.toml` names.
_FEW = ("type", "sector", "role", "state", "language")
#: Fields of days, months, years and ranges.
_WHEN = ("from", "to", "made", "due", "signed", "reported_on", "done", "on", "known", "period")
_LEFT_OUT = ("id", "as_compiled", "currency", "target_kind", *APART)
_ONLY = {
    "en": Text("(only in English)", "(solo en inglés)"),
    "es": Text("(only in Spanish)", "(solo en español)"),
}


def phrase(said: Phrase) -> Text | None:
    """Give a text as it stands on a page: with a word beside it where it is in the other language only."""
    text = said.text()
    if text is None or said.only is None or said.en == said.es:
        return text
    other = {"en": "es", "es": "en"}[said.only]
    note = _ONLY[said.only]
    return Text(*(f"{text[k]} {note[k]}" if k == other else text[k] for k in LANGUAGES))


def when(label: str) -> Text | None:
    """Give a day, month, year or range in words."""
    return Text(*(period(label, k) for k in LANGUAGES)) if label else None


def dated(label: str) -> Shown | None:
    """Give a day, month, year or range: in words for people, as it is for programs."""
    said = when(label)
    return Shown(label, said) if said else None


def within(said: Text, more: Sequence[Text | None]) -> Text:
    """Put more behind a text, in parentheses."""
    held = [one for one in more if one is not None]
    return Text(*(f"{said[k]} ({', '.join(one[k] for one in held)})" for k in LANGUAGES)) if held else said


def clock(at: datetime, workspace: Workspace) -> Text:
    """Give an instant in the region's zone."""
    local = at.astimezone(ZoneInfo(workspace.catalog.region.zone))
    return Text(*(f"{day(local.date(), k)}, {local:%H:%M}" for k in LANGUAGES))


def sides(workspace: Workspace, named: tuple[str, ...]) -> Text | None:
    """Give the names of sides."""
    return joined(side_name(workspace.catalog, side) for side in named) if named else None


def status_name(id: str, on: date) -> Text | None:
    """Give the name of a status by the list of a day."""
    found = load_register_rules().find(id, on) if id else None
    return found.name if found else Text.same(id) if id else None


def status_of(entry: Entry, on: date) -> Named | None:
    """Give the status that counts: the one set here, else the one that a source reports, marked so."""
    if entry.status:
        return Named(entry.status, status_name(entry.status, on) or Text.same(entry.status))
    if entry.reported:
        name = status_name(entry.reported, on) or Text.same(entry.reported)
        return Named(f"reported:{entry.reported}", Text("reported: {name}", "reportado: {name}").format(name=name))
    return None


def flags(entry: Entry) -> tuple[Text, ...]:
    """Give what is computed of a record, in words."""
    labels = load_labels().flag
    names = ("draft", "withdrawn", "agreed", "kept", "late", "expiring", "expired", "no_news")
    found = tuple(name for name in names if getattr(entry, name))
    return tuple(labels["late_unknown" if name == "late" and not entry.group else name] for name in found)


def fields(
    workspace: Workspace, record: Record, name_of: Callable[[str, str], Text], on: date
) -> Iterator[tuple[str, Text, Text]]:
    """Give the fields of a record that are known: key, label and value in words.

    Parameters
    ----------
    workspace : Workspace
    record : Record
    name_of : callable
        Gives the name of another record by its kind and id.
    on : date
        Of the list of statuses.
    """
    labels, body = load_labels().field, plain(record)
    kinds = {path: (kind, id) for path, kind, id in references(record)}

    def value(key: str, given: Any, path: tuple[str | int, ...]) -> Text | None:
        if path in kinds:
            return named(*kinds[path])
        if isinstance(given, list):
            parts = [value(key, one, (*path, i)) for i, one in enumerate(given)]
            return joined([p for p in parts if p], "; ") if any(parts) else None
        if isinstance(given, Mapping):
            if given.keys() <= {*LANGUAGES}:
                return phrase(Phrase(**given))
            return composed(key, given, path)
        if key in _FEW:
            return load_labels().type.get(given, Text.same(given))
        if key in _WHEN:
            return when(given)
        return Text.same(given)

    def named(kind: str, id: str) -> Text:
        if kind == "side":
            return side_name(workspace.catalog, id)
        if kind == "status":
            return status_name(id, on) or Text.same(id)
        if kind == "place":
            return workspace.catalog.place(id).name
        if kind == "series":
            return workspace.catalog.find_series(id).title
        return name_of(kind, id)

    def composed(key: str, given: Mapping[str, Any], path: tuple[str | int, ...]) -> Text | None:
        """A part of several fields: its first, and the others in parentheses."""
        if key == "scores":
            return joined([Text.same(f"{name} ") + amount(Decimal(score)) for name, score in given.items()], "; ")
        if key == "fact":
            measured = [amount(Decimal(given["value"])), phrase(Phrase(**given.get("unit", {})))]
            head = joined([m for m in measured if m], " ")
            label = phrase(Phrase(**given["label"]))
            said = label + Text.same(": ") + head if label else head
            return within(said, [when(given.get("period", ""))])
        shown = [(k, value(k, one, (*path, k))) for k, one in given.items() if k not in ("url", "source")]
        known = [said if k not in _WHEN else labels[k] + Text.same(": ") + said for k, said in shown if said]
        return within(known[0], known[1:]) if known else None

    for key, given in sorted(body.items(), key=lambda field: field[0] == "note"):  # the note last
        if key in _LEFT_OUT:
            continue
        if key == "cost":
            cost = Decimal(given)
            said: Text | None = Text.same(f"{record.currency} ") + both(cost, 2 if cost % 1 else 0)  # type: ignore[attr-defined]
        else:
            said = value(key, given, (key,))
        if said is not None:
            yield key, labels.get(key, Text.same(key)), said
