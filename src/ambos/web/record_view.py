"""A record of the register as readers see it: its fields that hold something, with names for ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from ambos.catalog import Catalog
from ambos.catalog.register import all_sides, load_labels, side_name
from ambos.errors import UnknownName
from ambos.model.register import KINDS, Phrase, Record, RegisterLabels
from ambos.numbers import day, number, period
from ambos.text import Language, Text
from ambos.web.page import Page
from ambos.web.record_form import Asked, asked_of

if TYPE_CHECKING:
    from ambos.register.store import Register

#: Kinds by the last part of their address.
PLURALS: Mapping[str, str] = {
    "commitments": "commitment",
    "agreements": "agreement",
    "committees": "committee",
    "meetings": "meeting",
    "projects": "project",
    "initiatives": "initiative",
    "objectives": "objective",
    "offices": "office",
    "comments": "comment",
}
ADDRESSES: Mapping[str, str] = {kind: plural for plural, kind in PLURALS.items()}
#: Kinds of which there are few: their names are read at once.
_FEW = ("office", "objective", "committee", "meeting")
#: Fields that a page shows in sections of their own.
_ELSEWHERE = frozenset({"name", "steps", "sources", "linked"})
#: Fields by their keys in files, as changes have them.
_KEYS = {
    "from": "start",
    "to": "end",
    "source": "sources",
    "step": "steps",
    "seat": "seats",
    "organisation": "organisations",
    "party": "parties",
    "fact": "facts",
    "reply": "replies",
}
_FILE_KEYS = {field: key for key, field in _KEYS.items()}


@dataclass(frozen=True, slots=True)
class Bit:
    """A piece of text of a page, with its address and the language that it is only in."""

    text: str
    link: str = ""
    only: Language | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A field: its label, and bits, a list of bits, or a table.

    Attributes
    ----------
    label : str
    bits : sequence of Bit
        One after another, or each an item if there are several.
    heads : sequence of str
        Of a table.
    rows : sequence of sequence of Bit
    """

    label: str
    bits: Sequence[Bit] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Bit]] = ()


def when_text(label: str, language: Language) -> str:
    """Write a day, month, year or range as people read it; "" for none."""
    return period(label, language) if label else ""


class _Places(Mapping[str, Text]):
    """The region's places by their ids; any other place is in it too, by its id or a name."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __getitem__(self, name: str) -> Text:
        try:
            return self._catalog.place(name).name
        except UnknownName as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalog.region_places())

    def __len__(self) -> int:
        return len(self._catalog.region_places())


@dataclass
class Names:
    """Names of what records refer to, for one page.

    Attributes
    ----------
    page : Page
    register : Register
    today : date
    viewer : str
        The side whose drafts are seen; "" for the public.
    at : datetime or None
    """

    page: Page
    register: Register
    today: date
    viewer: str = ""
    at: datetime | None = None
    _few: dict[str, dict[str, Phrase]] = field(default_factory=dict)
    _others: dict[tuple[str, str], Phrase] = field(default_factory=dict)
    _years: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str, id: str) -> Phrase:
        """The name of a record; its id where none is to be seen."""
        if kind in _FEW:
            return self.all(kind).get(id, Phrase(id, id))
        if (kind, id) not in self._others:
            try:
                held = self.register.get(kind, id, day=self.today, viewer=self.viewer, at=self.at)
                self._others[kind, id] = held.entry.title
            except UnknownName:
                self._others[kind, id] = Phrase(id, id)
        return self._others[kind, id]

    def all(self, kind: str) -> Mapping[str, Phrase]:
        """Names of all records of a kind."""
        if kind not in self._few:
            found = self.register.entries(
                kind=kind, day=self.today, viewer=self.viewer, at=self.at, order="title", language=self.page.language
            )
            self._few[kind] = {one.id: one.title for one in found.entries}
            spans = {one.id: (one.starts[:4], one.ends[:4]) for one in found.entries if kind == "committee"}
            self._years |= {id: f"{start}–{end}" for id, (start, end) in spans.items() if start or end}
        return self._few[kind]

    def known(self, refers: str) -> Mapping[str, Text]:
        """What a form may refer to: ids with their names."""
        catalog = self.page.workspace.catalog
        if refers in KINDS:
            return {id: self._choice_of(refers, id, name) for id, name in self.all(refers).items()}
        if refers == "side":
            return {id: self.side_text(id) for id in self._sides}
        if refers == "place":
            return _Places(catalog)
        return {id: one.title for id, one in catalog.series.items()}

    def _choice_of(self, kind: str, id: str, name: Phrase) -> Text:
        """The name of a record among others; of a committee with its years, for those of other times bear the same."""
        text = name.text() or Text.same(id)
        years = self._years.get(id, "") if kind == "committee" else ""
        return text + Text.same(f" ({years})") if years else text

    @cached_property
    def _sides(self) -> Sequence[str]:
        return all_sides(self.page.workspace.catalog)

    @cached_property
    def _labels(self) -> RegisterLabels:
        return load_labels()

    def side_text(self, id: str) -> Text:
        """The name of a side in both languages."""
        return side_name(self.page.workspace.catalog, id)

    def side(self, id: str) -> str:
        """The name of a side in the language of the page; "" of none."""
        return self.page.text(self.side_text(id)) if id else ""

    def kind(self, kind: str) -> str:
        """What a record of a kind is called."""
        return self.page.text(self._labels.kind[kind])

    def kinds(self, kind: str) -> str:
        """What records of a kind are called."""
        return self.page.text(self._labels.kinds[kind])

    def field(self, key: str) -> str:
        """The label of a field."""
        known = self._labels.field.get(_FILE_KEYS.get(key, key))
        return self.page.text(known) if known else self.page.say(f"register.f_{key}")

    def choice(self, word: str) -> str:
        """The name of a word of a field that has a few."""
        return self.page.text(self._labels.type[word])

    def flag(self, name: str) -> str:
        """The name of what is computed of a record."""
        return self.page.text(self._labels.flag[name])

    def did(self, what: str) -> str:
        """The name of what an event did."""
        return self.page.text(self._labels.event[what])

    def bit(self, kind: str, id: str) -> Bit:
        """A name with its address."""
        page, catalog = self.page, self.page.workspace.catalog
        if kind in KINDS:
            return self.phrase(self.of(kind, id), self.address(kind, id))
        if kind == "side":
            return Bit(self.side(id))
        if kind == "place":
            place = catalog.place(id)
            return Bit(page.text(place.name), page.url(f"/places/{place.slug}"))
        if kind == "series" and id in catalog.series:
            return Bit(page.text(catalog.series[id].title), page.url(f"/series/{id}"))
        return Bit(id)

    def address(self, kind: str, id: str) -> str:
        """The address of a record's public page."""
        return self.page.url(f"/register/{ADDRESSES[kind]}/{id}")

    def phrase(self, text: Phrase, link: str = "") -> Bit:
        """A text in the language of the page, or in its only one."""
        language = self.page.language
        return Bit(text[language], link, text.only if text.only != language else None)


def lines(names: Names, record: Record, *, everything: bool = False) -> list[Line]:
    """The fields of a record that hold something, as lines of a page.

    Parameters
    ----------
    names : Names
    record : Record
    everything : bool
        Also those that pages show in sections of their own.
    """
    made = []
    for one in asked_of(type(record)):
        value = getattr(record, one.key)
        if not value or (not everything and one.key in _ELSEWHERE) or one.key == "currency":
            continue
        if one.key == "cost":
            value = f"{number(value, 2 if value % 1 else 0, names.page.language)} {getattr(record, 'currency', '')}"
            made.append(Line(names.field(one.key), [Bit(value.strip())]))
            continue
        made.append(_line(names, one, value))
    return made


def field_of(key: str) -> str:
    """The field that a key of files stands for."""
    return _KEYS.get(key, key)


def link_then(names: Names, kind: str, id: str) -> Callable[[Any], str]:
    """Make addresses of a record as it was after a line of its history."""
    path = f"/register/{ADDRESSES[kind]}/{id}"
    return lambda told: names.page.url(path, as_of=told.at.isoformat())


def _line(names: Names, one: Asked, value: Any) -> Line:
    head = names.field(one.key)
    if one.form == "checks":
        return Line(head, [names.bit(one.refers, id) for id in value])
    if one.form != "rows":
        return Line(head, [_bit(names, one, value)])
    if one.made is Phrase:
        return Line(head, [names.phrase(text) for text in value])
    rows: Sequence[Mapping[str, Any]] = (
        [{"criterion": key, "score": score} for key, score in value.items()]
        if one.made is dict
        else [{part.key: getattr(row, part.key) for part in one.parts} for row in value]
    )
    shown = [part for part in one.parts if any(row[part.key] for row in rows)]
    return Line(
        head,
        heads=[names.field(part.key) for part in shown],
        rows=[[_bit(names, part, row[part.key]) for part in shown] for row in rows],
    )


def _bit(names: Names, one: Asked, value: Any) -> Bit:
    page = names.page
    match one.form:
        case "phrase":
            return names.phrase(value)
        case "when":
            return Bit(when_text(value, page.language))
        case "number":
            return Bit("" if value is None else _plain_number(value, page.language))
        case "choice" if value and one.choices:
            return Bit(names.choice(value))
        case "group":
            return Bit(value.text[page.language], value.url)
    if one.refers and value:
        return names.bit(one.refers, value)
    return Bit(str(value), str(value) if one.key == "url" else "")


def _plain_number(value: Decimal, language: Language) -> str:
    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    return number(value, min(decimals, 6), language)


Said = Literal["content", "outcome"]


def accepted(names: Names, held: Any) -> Iterator[tuple[str, dict[Said, tuple[str, str, bool] | None]]]:
    """Say of each side who accepted the content and the outcome, when, and whether it was the wording that stands now."""
    for side in names.register.sides:
        said: dict[Said, tuple[str, str, bool] | None] = {"content": None, "outcome": None}
        for one in held.acceptances:
            if one.side == side:
                moment = local_day(names.page, one.at)
                office = names.of("office", one.office)[names.page.language]
                said["outcome" if one.outcome else "content"] = (moment, office, one.hash == held.content_hash)
        yield side, said


def local_day(page: Page, at: datetime) -> str:
    """The day of an instant in the region."""
    return day(local(page, at).date(), page.language)


def local_time(page: Page, at: datetime) -> str:
    """An instant in the region: the day and the minute."""
    then = local(page, at)
    return f"{day(then.date(), page.language)}, {then:%H:%M}"


def local_text(page: Page, moment: str) -> str:
    """The day, in the region, of an instant as records have it; "" for none."""
    return local_day(page, datetime.fromisoformat(moment)) if moment else ""


def local(page: Page, at: datetime) -> datetime:
    """An instant by the clocks of the region."""
    return at.astimezone(ZoneInfo(page.workspace.catalog.region.zone))
