"""Records of a register of commitments: what a binational commission agreed, with whom, until when.

Offices and organisations only, never private persons. What is empty is not known here; what was decided to be left open is
said in a text.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from ambos.model.definition import Key, Written
from ambos.text import LANGUAGES, Language, Text, both

#: Characters of which an id is made: it stands in addresses and names of files.
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_MOMENT = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_WHEN = re.compile(rf"{_MOMENT}(?:/{_MOMENT})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refers:
    """Mark of a field that holds ids of records of a kind, or of a ``side``, ``series``, ``place`` or ``status``."""

    kind: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text in one or both languages; of none where it is not known."""

    en: str = ""
    es: str = ""

    def __bool__(self) -> bool:
        return bool(self.en or self.es)

    def __getitem__(self, language: Language) -> str:
        """The text in a language; in the other where it has only that one."""
        return (self.en or self.es) if language == "en" else (self.es or self.en)

    @property
    def only(self) -> Language | None:
        """The one language that it has; None if it has both or none."""
        held = [language for language in LANGUAGES if getattr(self, language)]
        return held[0] if len(held) == 1 else None

    def text(self) -> Text | None:
        """The text for a page: what is held in one language stands in both; None where there is none."""
        return Text(self["en"], self["es"]) if self else None


def _written_when(value: Any) -> str:
    """Convert a day, month, year or range as written, to its label."""
    label = value.isoformat() if type(value) is date else str(value) if type(value) is int else value
    if label == "":
        return ""
    try:
        if isinstance(label, str) and first_day(label) <= last_day(label):
            return label
    except ValueError:
        pass
    such = "(2014-06-01, 2014-06, 2014, 2012/2015)"
    raise ValueError(both((f"is no day, month, year or range {such}", f"no es día, mes, año ni intervalo {such}")))


def _parts(label: str) -> list[tuple[str, str, str]]:
    found = _WHEN.fullmatch(label)
    if not found:
        raise ValueError(label)
    years = found.groups(default="")
    return [years[:3], years[3:] if years[3] else years[:3]]  # type: ignore[list-item]


@lru_cache(maxsize=4096)
def first_day(label: str) -> date:
    """Give the first day that a label such as ``2014-06`` or ``2012/2015`` covers.

    Raises
    ------
    ValueError
        If it is no such label.
    """
    year, month, day = _parts(label)[0]
    return date(int(year), int(month or 1), int(day or 1))


@lru_cache(maxsize=4096)
def last_day(label: str) -> date:
    """Give the last day that a label such as ``2014-06`` or ``2012/2015`` covers.

    Raises
    ------
    ValueError
        If it is no such label.
    """
    year, month, day = _parts(label)[1]
    of = int(month or 12)
    return date(int(year), of, int(day) if day else calendar.monthrange(int(year), of)[1])


def _written_moment(value: Any) -> str:
    """Convert an instant of UTC to its label."""
    if isinstance(value, datetime):
        value = value.isoformat()
    try:
        if value == "" or (isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None):
            return str(value)
    except ValueError:
        pass
    said = "is no instant with its distance from UTC", "no es un instante con su diferencia de UTC"
    raise ValueError(both(said))


#: A day, month, year, or range of them, as precise as the source says it: ``2014-06-01``, ``2014-06``, ``2014``,
#: ``2012/2015`` (some time between); empty if not known. Files may have a TOML day or whole year.
When = Annotated[str, Written(Any, _written_when)]
#: Instant, ISO 8601 with its distance from UTC; empty if not known.
Moment = Annotated[str, Written(Any, _written_moment)]
From = Annotated[When, Key("from")]
To = Annotated[When, Key("to")]
#: Side of an office or organisation: a state or country by the id of its place (``US-AZ``, ``US``), else one of these.
Side = Annotated[str, Refers("side")]
COMMON_SIDES = ("binational", "other")


@dataclass(frozen=True, slots=True)
class PublicSource:
    """A document or page that says so."""

    en: str = ""
    es: str = ""
    url: str = ""

    @property
    def text(self) -> Phrase:
        """What the source is called."""
        return Phrase(self.en, self.es)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation that takes part; it need have no office in the register."""

    name: Phrase
    side: Side = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record of the register has."""

    kind: ClassVar[str] = ""
    #: Fields that may change without a new acceptance of both sides.
    not_content: ClassVar[frozenset[str]] = frozenset({"sources", "as_compiled"})

    id: str
    sources: Annotated[tuple[PublicSource, ...], Key("source")] = ()
    as_compiled: bool = False  #: Whether it was compiled from public documents, not entered by an office.
    note: Phrase = Phrase()  #: What is uncertain or was looked for and not found.

    @property
    def title(self) -> Phrase:
        """What it is called in lists."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Titled(Record):
    """A record with a name."""

    name: Phrase

    @property
    def title(self) -> Phrase:
        """What it is called in lists."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(_Titled):
    """An office of an organisation; it acts in the register, or is named in it without an account."""

    kind: ClassVar[str] = "office"
    side: Side
    organisation: Phrase = Phrase()


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(_Titled):
    """An objective (pillar) of the commission."""

    kind: ClassVar[str] = "objective"
    text: Phrase = Phrase()
    #: `start`, `end`: from when to when it holds.
    start: From = ""
    end: To = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat in a committee, held by an office."""

    office: Annotated[str, Refers("office")] = ""  #: Empty where it is not known who holds it.
    side: Side = ""  #: Empty for the side of the office.
    sector: Literal["", "public", "private"] = ""
    role: Literal["member", "co-chair", "lead"] = "member"
    #: `start`, `end`: from when to when it is held.
    start: From = ""
    end: To = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee(_Titled):
    """A committee, or axis, with what it came of."""

    kind: ClassVar[str] = "committee"
    #: `start`, `end`: from when to when it is known to have existed.
    start: From = ""
    end: To = ""
    predecessors: Annotated[tuple[str, ...], Refers("committee")] = ()
    objectives: Annotated[tuple[str, ...], Refers("objective")] = ()
    seats: Annotated[tuple[Seat, ...], Key("seat")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(_Titled):
    """A plenary or another meeting."""

    kind: ClassVar[str] = "meeting"
    type: Literal["plenary", "inter-plenary", "committee", "forum", "other"]
    #: `start`, `end`: first and last day; the last is empty where it is the first.
    start: From = ""
    end: To = ""
    where: Phrase = Phrase()
    host: Side = ""
    committee: Annotated[str, Refers("committee")] = ""
    agenda: tuple[Phrase, ...] = ()  #: In order.
    outcome: Phrase = Phrase()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the execution of a commitment."""

    text: Phrase
    due: When = ""
    done: When = ""  #: Empty while it is not done.


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a commitment was carried out, or how far."""

    text: Phrase
    url: str = ""
    on: When = ""  #: Of the document or fact.


@dataclass(frozen=True, slots=True)
class Linked:
    """A series that tells whether a commitment has an effect, with its baseline."""

    series: Annotated[str, Refers("series")]
    place: Annotated[str, Refers("place")] = ""
    item: str = ""  #: As ``ambos show`` takes it.
    period: str = ""  #: Of the baseline figure, such as ``2024`` or ``2024-06``.
    known: When = ""  #: Day of knowledge of the baseline figure (its vintage).


@dataclass(frozen=True, slots=True, kw_only=True)
class _Costed(_Titled):
    """A record of something that costs."""

    cost: Decimal | None = None
    currency: str = ""  #: ISO 4217, such as ``USD``.
    funds: Phrase = Phrase()  #: Source of funds.


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(_Costed):
    """Something that was promised: an action item, recommendation or línea de acción."""

    kind: ClassVar[str] = "commitment"
    not_content: ClassVar[frozenset[str]] = frozenset(
        {"sources", "as_compiled", "status", "steps", "evidence", "reported", "reported_as", "reported_on"}
    )
    goal: Phrase = Phrase()
    objective: Annotated[str, Refers("objective")] = ""
    action: Phrase = Phrase()
    committee: Annotated[str, Refers("committee")] = ""
    body: Phrase = Phrase()  #: Who made it, where that is no committee of the register.
    meeting: Annotated[str, Refers("meeting")] = ""  #: At which it was made.
    made: When = ""
    organisations: Annotated[tuple[Organisation, ...], Key("organisation")] = ()
    responsible: Annotated[tuple[str, ...], Refers("office")] = ()  #: One office per side at most.
    output: Phrase = Phrase()  #: Target output, or metric.
    result: Phrase = Phrase()  #: Expected result.
    due: When = ""
    status: Annotated[str, Refers("status")] = ""  #: As an office of the register set it; empty where none did.
    #: `reported`, `reported_as`, `reported_on`: what a source reports, as the nearest status of the list, in its own words,
    #: and when. Nobody of the register answers for it.
    reported: Annotated[str, Refers("status")] = ""
    reported_as: Phrase = Phrase()
    reported_on: When = ""
    steps: Annotated[tuple[Step, ...], Key("step")] = ()
    evidence: tuple[Evidence, ...] = ()
    linked: tuple[Linked, ...] = ()
    agreements: Annotated[tuple[str, ...], Refers("agreement")] = ()  #: Those that it rests on.


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(_Titled):
    """A declaration, memorandum of understanding, minute or plan."""

    kind: ClassVar[str] = "agreement"
    type: Literal["declaration", "mou", "minute", "guidelines", "plan", "contract", "other"]
    parties: Annotated[tuple[Organisation, ...], Key("party")] = ()
    signed: When = ""
    #: `start`, `end`: in force from and to.
    start: From = ""
    end: To = ""
    follow_up: Phrase = Phrase()  #: Body that follows it up.
    committee: Annotated[str, Refers("committee")] = ""
    meeting: Annotated[str, Refers("meeting")] = ""
    successor_of: Annotated[tuple[str, ...], Refers("agreement")] = ()
    superseded_by: Annotated[tuple[str, ...], Refers("agreement")] = ()
    text: Phrase = Phrase()  #: What it says, in short.
    url: str = ""  #: Of its text.


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(_Costed):
    """A works project, to be ranked by its scores."""

    kind: ClassVar[str] = "project"
    type: Literal["port-of-entry", "multimodal", "rail", "water", "energy", "other"]
    side: Side = ""
    place: Annotated[str, Refers("place")] = ""
    where: Phrase = Phrase()
    committee: Annotated[str, Refers("committee")] = ""
    text: Phrase = Phrase()
    readiness: Phrase = Phrase()
    due: When = ""
    scores: Mapping[str, Decimal] = field(default_factory=dict)  #: By criterion; empty where none are found.


@dataclass(frozen=True, slots=True)
class Fact:
    """A measured fact."""

    label: Phrase
    value: Decimal
    unit: Phrase = Phrase()
    period: When = ""
    source: PublicSource = PublicSource()


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative(_Titled):
    """Something that runs: training, a campaign, an event, technology at ports."""

    kind: ClassVar[str] = "initiative"
    type: Literal["investment", "training", "tourism", "culture", "health", "port-technology", "other"]
    side: Side = ""
    place: Annotated[str, Refers("place")] = ""
    where: Phrase = Phrase()
    committee: Annotated[str, Refers("committee")] = ""
    organisations: Annotated[tuple[Organisation, ...], Key("organisation")] = ()
    text: Phrase = Phrase()
    #: `start`, `end`: from when to when.
    start: From = ""
    end: To = ""
    facts: Annotated[tuple[Fact, ...], Key("fact")] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply of an office to a comment."""

    office: Annotated[str, Refers("office")]
    text: Phrase
    at: Moment = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Record):
    """A public comment. No name or address of a person is kept."""

    kind: ClassVar[str] = "comment"
    target_kind: Literal["commitment", "agreement", "project", "initiative", "committee", "meeting", "objective"]
    target: str  #: Id of what it is about.
    text: str
    language: Language
    submitted: Moment = ""
    organisation: str = ""
    state: Literal["held", "published", "refused"] = "held"
    reason: Phrase = Phrase()  #: Why it was refused.
    replies: Annotated[tuple[Reply, ...], Key("reply")] = ()

    @property
    def title(self) -> Phrase:
        """What it is called in lists: its first words."""
        return first_words(self.text, self.language)


def first_words(text: str, language: Language) -> Phrase:
    """Give the beginning of a text in a language, on one line."""
    line = " ".join(text.split())
    return Phrase(**{language: line if len(line) <= 80 else f"{line[:79]}…"})


StatusGroup = Literal["open", "done", "dropped", "carried"]


@dataclass(frozen=True, slots=True)
class Status:
    """A status of a commitment."""

    id: str
    name: Text
    meaning: Text
    group: StatusGroup  #: Whether it is still to be done, was done, given up, or taken over by another plan.
    next: tuple[str, ...] = ()  #: The statuses that may follow.


@dataclass(frozen=True, slots=True)
class StatusList:
    """The statuses that hold from a day on."""

    start: Annotated[date, Key("from")]
    source: Text
    statuses: Annotated[tuple[Status, ...], Key("status")]

    def find(self, id: str) -> Status | None:
        """The status of an id; None if the list has none."""
        return next((s for s in self.statuses if s.id == id), None)


@dataclass(frozen=True, slots=True)
class RegisterRules:
    """What the register goes by."""

    expiring_days: int  #: An agreement that ends within so many days is expiring.
    no_news_months: int  #: An open commitment without news for so many months is marked.
    lists: Annotated[tuple[StatusList, ...], Key("version")]  #: From the oldest to the newest.

    def on(self, day: date) -> StatusList:
        """The list of statuses that holds on a day; before the first, the first."""
        return next((one for one in reversed(self.lists) if one.start <= day), self.lists[0])

    def find(self, id: str, day: date) -> Status | None:
        """The status of an id in the list of a day, else in the newest list that has it."""
        found = (one.find(id) for one in (self.on(day), *reversed(self.lists)))
        return next((status for status in found if status), None)


@dataclass(frozen=True, slots=True)
class RegisterLabels:
    """How things of the register are called."""

    kind: Mapping[str, Text]  #: A record of a kind.
    kinds: Mapping[str, Text]  #: Records of a kind.
    field: Mapping[str, Text]  #: A field, by its key in files.
    type: Mapping[str, Text]  #: A word of a field that has a few.
    side: Mapping[str, Text]  #: A side that is no place.
    event: Mapping[str, Text]  #: What an event did.
    flag: Mapping[str, Text]  #: What is computed of a record.


#: The kinds of records, by name, in the order in which one may refer to another.
KINDS: Mapping[str, type[Record]] = {
    made.kind: made
    for made in (Office, Objective, Committee, Meeting, Agreement, Commitment, Project, Initiative, Comment)
}
