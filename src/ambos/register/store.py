"""The register: its database, what it shows, and the one place where it is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, RowMapping, Select, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from ambos.catalog.catalog import Catalog, unknown
from ambos.catalog.register import load_register_rules, made
from ambos.model.register import Phrase, RegisterRules, Status
from ambos.model.register_entry import Acceptance, Change, Entry, Held, Page
from ambos.register import rules
from ambos.register.chain import instant, stamp
from ambos.register.engine import begin_writing, failures
from ambos.register.home import Home
from ambos.register.tables import FOREVER, event, version, words
from ambos.register.terms import days_after, months_before
from ambos.text import Language, Text

if TYPE_CHECKING:
    from ambos.register.desk import Desk
    from ambos.register.verify import Verified

Order = Literal["id", "title", "made", "due", "ends", "news", "seq"]
#: Of the records that fit: how many, their steps, those that are done, and how many records have steps.
_TOTALS = select(
    func.count(version.c.seq),
    func.sum(version.c.steps),
    func.sum(version.c.steps_done),
    func.sum(case((version.c.steps > 0, 1), else_=0)),
)
#: Filters of columns that hold one word.
_EQUAL = ("kind", "committee", "meeting", "objective", "status", "reported", "effective", "type", "id")


@dataclass(frozen=True)
class Register:
    """A register in a database.

    Attributes
    ----------
    home : Home
        Where it is.
    catalog : Catalog
    """

    home: Home
    catalog: Catalog

    @property
    def rules(self) -> RegisterRules:
        """Statuses and terms."""
        return load_register_rules()

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that accept."""
        return self.catalog.region.members

    # -- reading ------------------------------------------------------------------------------------------------
    def entries(
        self,
        *,
        day: date,
        viewer: str = "",
        at: datetime | None = None,
        order: Order = "id",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
        language: Language = "en",
        **wanted: Any,
    ) -> Page:
        """List records that fit what is wanted.

        Parameters
        ----------
        day : date
            For which late, expiring and no news are computed.
        viewer : str
            The side whose drafts are seen; "" for the public.
        at : datetime, optional
            The register as it was at that instant; now if not given.
        order : {"id", "title", "made", "due", "ends", "news", "seq"}
            Records of one value, such as those without a due date, are sorted by their ids; those without come last.
        descending : bool
        limit, offset : int
        language : {"en", "es"}
            Of titles, where they are sorted.
        **wanted
            ``kind``, ``committee``, ``meeting``, ``objective``, ``status``, ``type``, ``id``: exactly so; ``kind``, ``status``
            and ``id`` may be several. ``side``, ``office``: among those of the record. ``group``: of the status that counts.
            ``target``: kind and id of what a comment is about. ``text``: words in either language. ``due_from``,
            ``due_to``, ``made_from``: days. ``agreed``, ``kept``, ``late``, ``expiring``, ``expired``, ``no_news``,
            ``draft``, ``as_compiled``: truth. ``withdrawn``: truth; those are left out unless asked for. None is no wish.

        Raises
        ------
        RegisterFailed
        """
        flags = _flags(self.rules, self.sides, day)
        query = select(version, *(flag.label(name) for name, flag in flags.items()))
        conditions = [*_seen(viewer), *_wishes(wanted, flags, self.rules)]
        ordered = _ordered(order, descending, language)
        with self._reading() as db:
            conditions += self._current(db, at)
            total = db.execute(_TOTALS.where(*conditions)).one()
            if limit is None and not offset:
                query = query.where(*conditions)
            else:  # what is sorted and cut are numbers only
                chosen = select(version.c.seq).where(*conditions).order_by(*ordered).limit(limit).offset(offset)
                query = query.where(version.c.seq.in_(chosen))
            rows = db.execute(query.order_by(*ordered)).mappings().all()
        return Page(tuple(self._entry(r, day) for r in rows), *(int(count or 0) for count in total))

    def get(self, kind: str, id: str, *, day: date, viewer: str = "", at: datetime | None = None) -> Held:
        """Give a record.

        Raises
        ------
        UnknownName
            If there is none, or it is not to be seen; with the nearest ids.
        RegisterFailed
        """
        flags = _flags(self.rules, self.sides, day)
        query = select(
            version, *(flag.label(name) for name, flag in flags.items()), event.c.state, event.c.at, event.c.office
        ).join(event, event.c.seq == version.c.seq)
        named = [version.c.kind == kind, version.c.id == id]
        with self._reading() as db:
            found = db.execute(query.where(*named, *_seen(viewer), *self._current(db, at))).mappings().first()
            if found is None:
                known = select(version.c.id).where(version.c.kind == kind, version.c.until == FOREVER, *_seen(viewer))
                raise unknown(Text("record", "el registro"), id, db.scalars(known.limit(20_000)).all())
        state = json.loads(found["state"])
        record = made(kind, id, state["record"])
        return Held(
            self._entry(found, day),
            record,
            rules.content_hash(kind, id, state["record"]),
            tuple(
                Acceptance(a["side"], a["office"], a["outcome"], a["hash"], instant(a["at"])) for a in state["accepted"]
            ),
            instant(found["at"]),
            found["office"],
        )

    def is_taken(self, kind: str, id: str) -> bool:
        """Return True if there is or was a record of a kind and id, seen or not."""
        with self._reading() as db:
            return (
                db.execute(select(version.c.seq).where(version.c.kind == kind, version.c.id == id)).first() is not None
            )

    def held(self, entries: Iterable[Entry], day: date) -> list[Held]:
        """Give the records of entries, in their order; as they were at the entries' events."""
        listed = list(entries)
        states: dict[int, Any] = {}
        with self._reading() as db:
            for some in _chunks([one.seq for one in listed]):
                rows = db.execute(
                    select(event.c.seq, event.c.state, event.c.at, event.c.office).where(event.c.seq.in_(some))
                )
                states |= {r.seq: r for r in rows}
        held = []
        for one in listed:
            found = states[one.seq]
            state = json.loads(found.state)
            accepted = tuple(
                Acceptance(a["side"], a["office"], a["outcome"], a["hash"], instant(a["at"])) for a in state["accepted"]
            )
            record = made(one.kind, one.id, state["record"])
            hash = rules.content_hash(one.kind, one.id, state["record"])
            held.append(Held(one, record, hash, accepted, instant(found.at), found.office))
        return held

    def names(
        self, wanted: Iterable[tuple[str, str]], *, viewer: str = "", at: datetime | None = None
    ) -> dict[tuple[str, str], Phrase]:
        """Give the names of records by kind and id; those that are not there or not to be seen are left out."""
        by_kind: dict[str, set[str]] = {}
        for kind, id in wanted:
            by_kind.setdefault(kind, set()).add(id)
        v = version.c
        found: dict[tuple[str, str], Phrase] = {}
        with self._reading() as db:
            current = [*_seen(viewer), *self._current(db, at)]
            for kind, ids in by_kind.items():
                query = select(v.id, v.title_en, v.title_es).where(v.kind == kind, *current)
                for some in _chunks(sorted(ids)):
                    rows = db.execute(query.where(v.id.in_(some)))
                    found |= {(kind, r.id): Phrase(r.title_en, r.title_es) for r in rows}
        return found

    def history(self, kind: str, id: str, *, viewer: str = "", at: datetime | None = None) -> list[Change]:
        """List the events of a record, oldest first; of its time as a draft only for its own side."""
        query = _history().where(version.c.kind == kind, version.c.id == id, *_seen(viewer)).order_by(event.c.seq)
        if at is not None:
            query = query.where(event.c.at <= stamp(at))
        with self._reading() as db:
            return [_change(r) for r in db.execute(query).mappings()]

    def changes(
        self, *, viewer: str = "", after: int = 0, newest_first: bool = True, limit: int | None = 100
    ) -> list[Change]:
        """List events of all records after a number."""
        order = event.c.seq.desc() if newest_first else event.c.seq
        query = _history().where(event.c.seq > after, *_seen(viewer)).order_by(order).limit(limit)
        with self._reading() as db:
            return [_change(r) for r in db.execute(query).mappings()]

    def verify(self, wanted: str = "") -> Verified:
        """Look whether the history is whole; see `ambos.register.verify.verify`."""
        from ambos.register.verify import verify

        with self._reading() as db:
            return verify(db, wanted)

    def count(self) -> int:
        """The number of events."""
        with self._reading() as db:
            return db.scalar(select(func.max(event.c.seq))) or 0

    def _current(self, db: Connection, at: datetime | None) -> list[ColumnElement[bool]]:
        """Conditions of the newest version of each record up to an instant."""
        if at is None:
            return [version.c.until == FOREVER]
        newest = select(event.c.seq).where(event.c.at <= stamp(at)).order_by(event.c.at.desc(), event.c.seq.desc())
        last = db.scalar(newest.limit(1)) or 0
        return [version.c.seq <= last, version.c.until > last]

    def _entry(self, r: RowMapping, day: date) -> Entry:
        status: Status | None = self.rules.find(r["effective"], day) if r["effective"] else None
        return Entry(
            seq=r["seq"],
            kind=r["kind"],
            id=r["id"],
            title=Phrase(r["title_en"], r["title_es"]),
            type=r["type"],
            draft=r["draft"],
            withdrawn=r["withdrawn"],
            side=r["side"],
            status=r["status"],
            reported=r["reported"],
            group=status.group if status else "",
            committee=r["committee"],
            meeting=r["meeting"],
            objective=r["objective"],
            target=(r["target_kind"], r["target"]),
            sides=tuple(r["sides"].split()),
            offices=tuple(r["offices"].split()),
            made=r["made"],
            due=r["due"],
            starts=r["starts"],
            ends=r["ends"],
            accepted=tuple(r["accepted"].split()),
            outcome=tuple(r["outcome"].split()),
            evidence=r["evidence"],
            steps=r["steps"],
            steps_done=r["steps_done"],
            as_compiled=r["as_compiled"],
            news=r["news"],
            agreed=bool(r["agreed"]),
            kept=bool(r["kept"]),
            late=bool(r["late"]),
            expiring=bool(r["expiring"]),
            expired=bool(r["expired"]),
            no_news=bool(r["no_news"]),
        )

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self.home.for_reading()
        with failures(engine), engine.connect() as db:
            yield db

    # -- writing ------------------------------------------------------------------------------------------------
    @contextmanager
    def writing(self, office: str, now: datetime) -> Iterator[Desk]:
        """Open a transaction in which an office acts; all of it is kept, or nothing.

        One writer at a time; others wait for it.

        Parameters
        ----------
        office : str
            Id of the office, ``ambos`` for what is compiled, ``public`` for a comment.
        now : datetime
            UTC. An event is never dated before the one before it.

        Raises
        ------
        UnknownName
            If the register has no such office.
        RegisterFailed
        """
        from ambos.register.desk import Desk

        engine = self.home.for_writing(now)
        with failures(engine), engine.connect() as db, begin_writing(db):
            desk = Desk(db, self.catalog, self.rules, office, now)
            yield desk
            desk.flush()


def _flags(terms: RegisterRules, sides: Sequence[str], day: date) -> dict[str, ColumnElement[Any]]:
    """What is computed of a version for a day."""
    v, today = version.c, day.isoformat()
    groups = {s.id: s.group for one in terms.lists for s in one.statuses}
    closed = [id for id, group in groups.items() if group != "open"]
    given_up = [id for id, group in groups.items() if group in ("dropped", "carried")]
    open_ = v.effective.not_in(closed)
    everybody = rules.listed(sorted(sides))
    agreed = and_(v.accepted == everybody, v.withdrawn.is_(False))
    soon = days_after(day, terms.expiring_days).isoformat()
    quiet = months_before(day, terms.no_news_months).isoformat()
    live = and_(v.kind == "commitment", open_, v.withdrawn.is_(False))
    ends = and_(v.kind == "agreement", v.ends != "", v.withdrawn.is_(False))
    return {
        "agreed": agreed,
        "kept": and_(
            agreed, v.outcome == everybody, v.evidence > 0, v.effective.not_in(given_up), v.kind == "commitment"
        ),
        "late": and_(live, v.due_by != "", v.due_by < today),
        "expiring": and_(ends, v.ends >= today, v.ends <= soon),
        "expired": and_(ends, v.ends < today),
        "no_news": and_(live, v.news < quiet),
    }


def _seen(viewer: str) -> list[ColumnElement[bool]]:
    """Conditions of what a side sees."""
    if not viewer:
        return [version.c.draft.is_(False)]
    return [or_(version.c.draft.is_(False), version.c.side == viewer, version.c.kind == "comment")]


def _wishes(
    wanted: Mapping[str, Any], flags: Mapping[str, ColumnElement[Any]], terms: RegisterRules
) -> Iterator[ColumnElement[bool]]:
    """Conditions of what is wanted.

    Raises
    ------
    TypeError
        If there is no such filter.
    """
    v = version.c
    yield v.withdrawn.is_(bool(wanted.get("withdrawn")))
    for name, value in wanted.items():
        if value is None or value == "" or name == "withdrawn":
            continue
        if name in _EQUAL:
            several = [value] if isinstance(value, str) else list(value)
            yield v[name].in_(several)
        elif name in ("side", "office"):
            yield v["sides" if name == "side" else "offices"].contains(f" {value} ", autoescape=True)
        elif name == "group":
            yield v.effective.in_([s.id for one in terms.lists for s in one.statuses if s.group == value])
        elif name == "target":
            yield and_(v.target_kind == value[0], v.target == value[1])
        elif name == "text":
            for word in rules.folded(value).split():
                # a subquery for each row that fits otherwise: joined, PostgreSQL reads the words of all times
                both = words.c.words_en + "\n" + words.c.words_es
                said = select(both).where(words.c.seq == v.seq).scalar_subquery()
                yield said.contains(word, autoescape=True)
        elif name in ("due_from", "due_to"):
            day = value.isoformat()
            yield and_(v.due_by != "", v.due_by >= day if name == "due_from" else v.due_by <= day)
        elif name == "made_from":
            yield v.made >= value.isoformat()
        elif name in flags:
            yield flags[name] if value else ~flags[name]
        elif name in ("draft", "as_compiled"):
            yield v[name].is_(bool(value))
        else:
            raise TypeError(f"there is no filter {name!r}")


def _ordered(order: Order, descending: bool, language: Language) -> list[ColumnElement[Any]]:
    v = version.c
    if order == "seq":
        return [v.seq.desc() if descending else v.seq]
    column = {
        "id": v.id,
        "title": select(words.c[f"words_{language}"]).where(words.c.seq == v.seq).scalar_subquery(),
        "made": v.made,
        "due": v.due_by,
        "ends": v.ends,
        "news": v.news,
    }[order]
    missing = case((column == "", 1), else_=0)
    return [missing, column.desc() if descending else column, v.id, v.seq]


def _history() -> Select[Any]:
    columns = [c for c in event.c if c.name not in ("state", "previous")]
    return select(*columns).join(version, version.c.seq == event.c.seq)


def _change(r: RowMapping) -> Change:
    return Change(
        r["seq"],
        instant(r["at"]),
        r["office"],
        r["side"],
        r["what"],
        r["kind"],
        r["id"],
        json.loads(r["changes"]),
        r["why"],
        r["hash"],
    )


def _chunks(values: Sequence[Any], size: int = 500) -> Iterator[Sequence[Any]]:
    return (values[i : i + size] for i in range(0, len(values), size))
