"""The desk at which an office writes into the register: every rule is applied here, within one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, insert, select, update

from ambos.catalog.catalog import Catalog, unknown
from ambos.catalog.register import Given, Name, check_names, made, one_office_a_side, plain
from ambos.errors import BadRecord, NotAllowed, RecordChanged
from ambos.model.register import Comment, Commitment, Evidence, Office, Phrase, Record, RegisterRules, Reply
from ambos.model.register_entry import What
from ambos.register import rules
from ambos.register.chain import START, canonical, event_hash, instant, sha256, stamp
from ambos.register.rules import ACCEPTED, PUBLIC, STEWARD
from ambos.register.tables import FOREVER, event, version, words
from ambos.text import LANGUAGES, Text, both, in_both

#: Events that are held before they are sent to the database together.
_TOGETHER = 2000
NO_WORDS = Phrase()
#: How kinds are called in a message.
KIND_NAMES = {
    "office": Text("The office", "La oficina"),
    "objective": Text("The objective", "El objetivo"),
    "committee": Text("The committee", "El comité"),
    "meeting": Text("The meeting", "La reunión"),
    "agreement": Text("The agreement", "El acuerdo"),
    "commitment": Text("The commitment", "El compromiso"),
    "project": Text("The project", "El proyecto"),
    "initiative": Text("The initiative", "La iniciativa"),
    "comment": Text("The comment", "El comentario"),
}


def _refuse(en: str, es: str) -> NotAllowed:
    return NotAllowed(detail=Text(en, es))


class Desk:
    """What one office does in one transaction; `ambos.register.store.Register.writing` opens it.

    Parameters
    ----------
    db : sqlalchemy.Connection
        In a transaction of the one writer.
    catalog : Catalog
    terms : RegisterRules
    office : str
    now : datetime
        UTC.

    Raises
    ------
    UnknownName
        If the register has no such office.
    """

    def __init__(self, db: Connection, catalog: Catalog, terms: RegisterRules, office: str, now: datetime) -> None:
        self.db, self.catalog, self.terms, self.office = db, catalog, terms, office
        self._states: dict[Name, tuple[int, dict[str, Any]] | None] = {}
        self._expected: dict[Name, bool] = {}  # whether they will be public
        self._events: list[dict[str, Any]] = []
        self._rows: dict[Name, dict[str, Any]] = {}
        self._words: list[dict[str, Any]] = []
        self._ended: list[dict[str, int]] = []
        head = db.execute(select(event.c.seq, event.c.hash, event.c.at).order_by(event.c.seq.desc()).limit(1)).first()
        self._seq: int = head.seq if head else 0
        self._hash: str = head.hash if head else START
        moment = stamp(now)
        self._at = max(moment, head.at) if head else moment
        #: Day of the events, in the region.
        self.day: date = instant(self._at).astimezone(ZoneInfo(catalog.region.zone)).date()
        self.side = "other" if office in (STEWARD, PUBLIC) else self._side_of(office)
        if not self.side:
            known = db.scalars(select(version.c.id).where(version.c.kind == "office", version.c.until == FOREVER))
            raise unknown(Text("office", "la oficina"), office, [*known, STEWARD])

    # -- looking --------------------------------------------------------------------------------------------------
    def load(self, names: Iterable[Name]) -> None:
        """Read the states of many records at once."""
        wanted: dict[str, list[str]] = {}
        for kind, id in names:
            if (kind, id) not in self._states:
                wanted.setdefault(kind, []).append(id)
                self._states[kind, id] = None
        for kind, ids in wanted.items():
            for start in range(0, len(ids), 500):
                some = ids[start : start + 500]
                query = (
                    select(version.c.id, version.c.seq, event.c.state)
                    .join(event, event.c.seq == version.c.seq)
                    .where(version.c.kind == kind, version.c.until == FOREVER, version.c.id.in_(some))
                )
                for found in self.db.execute(query):
                    self._states[kind, found.id] = found.seq, json.loads(found.state)

    def state(self, kind: str, id: str) -> dict[str, Any] | None:
        """Give the state of a record; None if there is none."""
        if (kind, id) not in self._states:
            self.load([(kind, id)])
        found = self._states[kind, id]
        return found[1] if found else None

    def body(self, kind: str, id: str) -> dict[str, Any]:
        """Give a record that the office sees, as files have it.

        Raises
        ------
        UnknownName
        """
        return dict(self._held(kind, id)["record"])

    def seq(self, kind: str, id: str) -> int:
        """Give the number of the newest event of a record; 0 if there is none."""
        self.state(kind, id)
        found = self._states[kind, id]
        return found[0] if found else 0

    def expect(self, names: Iterable[Name], *, draft: bool) -> None:
        """Let records be named that this transaction is yet to enter, all of them or nothing; `draft` as in `create`."""
        for kind, id in names:
            self._expected[kind, id] = not self._starts_as_draft(kind, draft=draft)

    def is_there(self, name: Name) -> bool:
        """Return True if the office can name a record: it is there, not withdrawn, and not a draft of another side."""
        if name == ("office", STEWARD) or self._coming(name) is not None:
            return True
        state = self.state(*name)
        return state is not None and not state["withdrawn"] and rules.is_seen(state, name[0], self._viewer)

    def _coming(self, name: Name) -> bool | None:
        """Return whether a record that is expected will be public; None of any other, and of one that has come."""
        return self._expected.get(name) if self.state(*name) is None else None

    def _is_public(self, name: Name) -> bool:
        if (public := self._coming(name)) is not None:
            return public
        state = self.state(*name)
        return name == ("office", STEWARD) or (state is not None and not state["withdrawn"] and not state["draft"])

    @property
    def _viewer(self) -> str:
        return "" if self.office == PUBLIC else self.side

    def is_by_steward(self, kind: str, id: str) -> bool:
        """Return True if every event of a record is of the steward."""
        others = select(event.c.seq).where(event.c.kind == kind, event.c.id == id, event.c.office != STEWARD).limit(1)
        joined = others.join(version, version.c.seq == event.c.seq).where(version.c.kind == kind, version.c.id == id)
        return self.db.execute(joined).first() is None

    def _side_of(self, office: str) -> str:
        """Give the side of an office; "" if there is none."""
        state = self.state("office", office)
        return str(state["record"]["side"]) if state and not state["withdrawn"] else ""

    def _held(self, kind: str, id: str) -> dict[str, Any]:
        """Give the state of a record that the office sees.

        Raises
        ------
        UnknownName
        """
        state = self.state(kind, id)
        if state is None or state["withdrawn"] or not rules.is_seen(state, kind, self._viewer):
            query = select(version.c.id).where(version.c.kind == kind, version.c.until == FOREVER)
            query = query.where(version.c.draft.is_(False) | (version.c.side == self._viewer))
            raise unknown(Text("record", "el registro"), id, self.db.scalars(query.limit(20_000)).all())
        return state

    # -- records --------------------------------------------------------------------------------------------------
    def create(self, record: Record, why: str = "", *, draft: bool = True) -> None:
        """Enter a record: a draft of the office's side, unless it is the name of an office or compiled.

        Parameters
        ----------
        record : Record
        why : str
        draft : bool
            False to propose it at once.

        Raises
        ------
        BadRecord, NotAllowed
        """
        if self.office == PUBLIC:
            raise _refuse("The public may only comment.", "El público solo puede comentar.")
        if isinstance(record, Comment) and self.office != STEWARD:
            raise _refuse(
                "A comment is entered as the public's, not by an office.",
                "Un comentario lo registra el público, no una oficina.",
            )
        state = self.state(record.kind, record.id)
        if state is not None:
            if not rules.is_seen(state, record.kind, self._viewer):
                raise _refuse(f"The id “{record.id}” is taken.", f"El identificador «{record.id}» está ocupado.")
            raise _refuse(
                f"There is a {record.kind} “{record.id}” already; change it instead.",
                f"Ya existe {record.kind} «{record.id}»; modifíquelo.",
            )
        if record.as_compiled and self.office != STEWARD:
            record = replace(record, as_compiled=False)
        state = self._new_state(record, draft=draft)
        self._check(record, None, public=not state["draft"])
        self._append("created", record.kind, record.id, state, why)

    def change(self, record: Record, why: str = "", *, base: int | None = None) -> bool:
        """Change a record to what is given; a change of its content takes all acceptances away.

        Parameters
        ----------
        record : Record
            The whole record as it is to be.
        why : str
        base : int, optional
            Number of the event that the change rests on; if another came since, it is refused.

        Returns
        -------
        bool
            False if nothing differs, and so nothing was appended.

        Raises
        ------
        UnknownName, BadRecord, NotAllowed, RecordChanged
        """
        state = self._held(record.kind, record.id)
        record = replace(record, as_compiled=state["record"].get("as_compiled", False))
        changed = rules.difference(state["record"], plain(record))
        if not changed:
            return False
        self._may_work(state, record.kind, record.id)
        self._same_base(record.kind, record.id, base)
        if isinstance(record, Comment):
            raise _refuse("A comment cannot be changed.", "Un comentario no se puede modificar.")
        self._check(record, state, public=not state["draft"])
        changes: dict[str, Any] = {"record": changed}
        if not changed.keys() <= rules.outside_content(record.kind) and state["accepted"]:
            changes["accepted"] = []
        if (sides := self._sides(record)) != state["sides"]:
            changes["sides"] = sides
        self._append("changed", record.kind, record.id, changes, why)
        return True

    def propose(self, kind: str, id: str, why: str = "") -> None:
        """Make a draft public, for the other side to see and accept.

        Raises
        ------
        UnknownName, NotAllowed
        """
        state = self._held(kind, id)
        self._may_work(state, kind, id)
        if not state["draft"] or kind == "comment":
            raise _refuse("It is public already.", "Ya es público.")
        record = made(kind, id, state["record"])
        self._check(record, state, public=True)
        self._append("proposed", kind, id, {"draft": False}, why)

    def withdraw(self, kind: str, id: str, why: str = "") -> None:
        """Take a record back; what both sides agreed is cancelled by its status instead.

        Raises
        ------
        UnknownName, NotAllowed
        """
        state = self._held(kind, id)
        self._may_work(state, kind, id)
        if self.office != STEWARD and state["side"] != self.side:
            raise _refuse(
                "Only the side that entered it can withdraw it.", "Solo la parte que lo registró puede retirarlo."
            )
        if self._accepted(kind, id, state, outcome=False) == sorted(self.catalog.region.members):
            raise _refuse(
                "Both sides agreed it; set its status to cancelled instead.",
                "Ambas partes lo acordaron; cambie su estado a cancelado.",
            )
        self._append("withdrawn", kind, id, {"withdrawn": True}, why)

    # -- acceptance -----------------------------------------------------------------------------------------------
    def accept(self, kind: str, id: str, hash: str = "", *, outcome: bool = False, why: str = "") -> None:
        """Accept the content of a record for the office's side, or its outcome.

        Parameters
        ----------
        kind, id : str
        hash : str
            Of the content that was read (`Held.content_hash`), or its first 8 characters or more.
        outcome : bool
            The outcome: needs an agreed content and evidence.
        why : str

        Raises
        ------
        UnknownName, NotAllowed, RecordChanged
        """
        state = self._held(kind, id)
        sides = sorted(self.catalog.region.members)
        if kind not in ACCEPTED or (outcome and kind != "commitment"):
            raise _refuse("Nobody accepts records of this kind.", "Los registros de este tipo no se aceptan.")
        if self.side not in sides:
            raise _refuse(
                "Only offices of the two sides accept, each for its own.",
                "Solo aceptan las oficinas de las dos partes, cada una por la suya.",
            )
        if state["draft"]:
            raise _refuse("It is a draft; propose it first.", "Es un borrador; propóngalo primero.")
        content = rules.content_hash(kind, id, state["record"])
        if len(hash) < 8 or not content.startswith(hash):
            raise RecordChanged(what=KIND_NAMES[kind], kind=kind, id=id)
        agreed = self._accepted(kind, id, state, outcome=False)
        if outcome:
            self._may_accept_outcome(state, agreed == sides)
        if self.side in (self._accepted(kind, id, state, outcome=True) if outcome else agreed):
            raise _refuse("Your side accepted it already.", "Su parte ya lo aceptó.")
        one = {"side": self.side, "office": self.office, "hash": content, "outcome": outcome, "at": self._at}
        what: What = "outcome" if outcome else "accepted"
        self._append(what, kind, id, {"accepted": [*state["accepted"], one]}, why)

    def _may_accept_outcome(self, state: Mapping[str, Any], agreed: bool) -> None:
        if not agreed:
            raise _refuse(
                "Both sides must agree its content first.", "Primero ambas partes deben acordar su contenido."
            )
        if not state["record"].get("evidence"):
            raise _refuse("There is no evidence yet.", "Aún no hay evidencia.")
        status = self.terms.find(rules.effective(state["record"]), self.day)
        if status and status.group in ("dropped", "carried"):
            raise _refuse(
                "It was given up or carried over: there is no outcome to accept.",
                "Se abandonó o pasó a otro plan: no hay resultado que aceptar.",
            )

    def take_back(self, kind: str, id: str, why: str = "") -> None:
        """Take back the acceptances of the office's side.

        Raises
        ------
        UnknownName, NotAllowed
        """
        state = self._held(kind, id)
        left = [a for a in state["accepted"] if a["side"] != self.side]
        if left == state["accepted"]:
            raise _refuse("Your side has not accepted it.", "Su parte no lo ha aceptado.")
        self._append("taken-back", kind, id, {"accepted": left}, why)

    def _accepted(self, kind: str, id: str, state: Mapping[str, Any], *, outcome: bool) -> list[str]:
        return rules.accepted_sides(state, rules.content_hash(kind, id, state["record"]), outcome=outcome)

    # -- progress -------------------------------------------------------------------------------------------------
    def status(self, id: str, status: str, why: str = "") -> None:
        """Set the status of a commitment.

        Raises
        ------
        UnknownName, NotAllowed
        """
        state = self._held("commitment", id)
        self._may_work(state, "commitment", id)
        if state["record"].get("status", "") == status:
            raise _refuse("It has this status already.", "Ya tiene ese estado.")
        self._may_follow(state["record"].get("status", ""), status)
        self._append("status", "commitment", id, {"record": {"status": status}}, why)

    def _may_follow(self, old: str, new: str) -> None:
        if not (new and rules.may_follow(self.terms, self.day, old, new)):
            raise _refuse(*self._cannot_follow(old, new))

    def _cannot_follow(self, old: str, new: str) -> tuple[str, str]:
        known = self.terms.on(self.day)
        current = known.find(old)
        allowed = ", ".join(s.id for s in known.statuses if current is None or s.id in current.next)
        after, tras = (f"After “{old}” t", f"Después de «{old}» e") if old else ("T", "E")
        return (
            f"{after}he status cannot be “{new}”; it can be: {allowed}.",
            f"{tras}l estado no puede ser «{new}»; puede ser: {allowed}.",
        )

    def evidence(self, id: str, evidence: Evidence, why: str = "") -> None:
        """Add evidence to a commitment.

        Raises
        ------
        UnknownName, NotAllowed, BadRecord
        """
        state = self._held("commitment", id)
        self._may_work(state, "commitment", id)
        record = made("commitment", id, state["record"])
        assert isinstance(record, Commitment)
        record = replace(record, evidence=(*record.evidence, evidence))
        self._check(record, state, public=not state["draft"])
        self._append("evidence", "commitment", id, {"record": {"evidence": plain(record)["evidence"]}}, why)

    def step(self, id: str, number: int, done: str, why: str = "") -> None:
        """Say when a step of a commitment was done; an empty label says that it was not.

        Parameters
        ----------
        id : str
        number : int
            From 1.
        done : str
            Day, month or year.
        why : str

        Raises
        ------
        UnknownName, NotAllowed, BadRecord
        """
        state = self._held("commitment", id)
        self._may_work(state, "commitment", id)
        steps = [dict(step) for step in state["record"].get("step", ())]
        if not 1 <= number <= len(steps):
            raise _refuse(f"It has {len(steps)} steps.", f"Tiene {len(steps)} pasos.")
        steps[number - 1] = {**steps[number - 1], "done": done} if done else _without(steps[number - 1], "done")
        record = self._again("commitment", id, state["record"] | {"step": steps})
        self._append("step", "commitment", id, {"record": {"step": plain(record)["step"]}}, why)

    # -- comments -------------------------------------------------------------------------------------------------
    def comment(self, comment: Comment, why: str = "") -> None:
        """Enter a comment; it is held until an office moderates it.

        Raises
        ------
        BadRecord, NotAllowed
        """
        if self.state("comment", comment.id) is not None:
            raise _refuse(f"The id “{comment.id}” is taken.", f"El identificador «{comment.id}» está ocupado.")
        comment = replace(
            comment, state="held", reason=Phrase(), replies=(), as_compiled=False, sources=(), submitted=self._at
        )
        self._check(comment, None, public=True)
        self._append("comment", "comment", comment.id, self._new_state(comment, draft=True), why)

    def moderate(
        self, id: str, state: Literal["published", "refused"], reason: Phrase = NO_WORDS, why: str = ""
    ) -> None:
        """Publish or refuse a comment; a refusal needs a reason.

        Raises
        ------
        UnknownName, NotAllowed
        """
        held = self._held("comment", id)
        self._may_moderate()
        if state == "refused" and not reason:
            raise _refuse("A refusal needs a reason.", "Un rechazo requiere un motivo.")
        if held["record"].get("state", "held") == state:
            raise _refuse("It is so already.", "Ya está así.")
        record = made("comment", id, held["record"])
        assert isinstance(record, Comment)
        record = replace(record, state=state, reason=reason if state == "refused" else Phrase())
        changed = rules.difference(held["record"], plain(record))
        self._append("moderated", "comment", id, {"record": changed, "draft": state != "published"}, why)

    def reply(self, id: str, text: Phrase, why: str = "") -> None:
        """Reply to a published comment as the office.

        Raises
        ------
        UnknownName, NotAllowed, BadRecord
        """
        held = self._held("comment", id)
        if self.office in (STEWARD, PUBLIC):
            raise _refuse("An office replies.", "Responde una oficina.")
        if held["record"].get("state") != "published":
            raise _refuse("The comment is not published.", "El comentario no está publicado.")
        record = made("comment", id, held["record"])
        assert isinstance(record, Comment)
        record = replace(record, replies=(*record.replies, Reply(self.office, text, self._at)))
        self._check(record, held, public=not held["draft"])
        self._append("reply", "comment", id, {"record": {"reply": plain(record)["reply"]}}, why)

    def _may_moderate(self) -> None:
        if self.office != STEWARD and self.side not in self.catalog.region.members:
            raise _refuse("Only offices of the two sides moderate.", "Solo moderan las oficinas de las dos partes.")

    # -- checks ---------------------------------------------------------------------------------------------------
    def _may_work(self, state: Mapping[str, Any], kind: str, id: str) -> None:
        if not rules.may_work(state, kind, self.office, self.side, self.catalog.region.members):
            raise _refuse(
                f"The office {self.office} may not change this record ({kind} {id}).",
                f"La oficina {self.office} no puede modificar este registro ({kind} {id}).",
            )

    def _same_base(self, kind: str, id: str, base: int | None) -> None:
        if base is not None and base != self.seq(kind, id):
            raise RecordChanged(what=KIND_NAMES[kind], kind=kind, id=id)

    def _check(self, record: Record, before: Mapping[str, Any] | None, *, public: bool) -> None:
        """Refuse a record that names what is not there, or breaks a rule of its kind; a public one names no drafts."""
        file = Given()
        check_names(record, self.catalog, self._is_public if public else self.is_there, file.say, ())
        if isinstance(record, Office):
            self._check_office(record, file)
        if isinstance(record, Commitment):
            self._check_commitment(record, before, file)
        if file.faults:
            raise bad_record(file)

    def _check_office(self, office: Office, file: Given) -> None:
        members = self.catalog.region.members
        if office.id in (STEWARD, PUBLIC):
            file.say(("id",), both(f"{office.id!r} ", ("is taken", "está ocupado")))
        if self.office != STEWARD and office.side in members and office.side != self.side:
            said = "an office of the other side is its affair", "una oficina de la otra parte es asunto suyo"
            file.say(("side",), both(said))

    def _check_commitment(self, record: Commitment, before: Mapping[str, Any] | None, file: Given) -> None:
        if double := one_office_a_side(record, self._side_of):
            said = "one office of a side answers for it", "responde una sola oficina de cada parte"
            file.say(("responsible",), both(f"{double}: ", said))
        if self.office == STEWARD:
            return
        old = str(before["record"].get("status", "")) if before else ""
        known = not any(at == ("status",) for at, _ in file.faults)
        if known and record.status != old and not rules.may_follow(self.terms, self.day, old, record.status):
            file.say(("status",), both(self._cannot_follow(old, record.status)))
        kept = before["record"].get("evidence", []) if before else []
        if kept and plain(record).get("evidence", [])[: len(kept)] != kept:
            file.say(("evidence",), both(("evidence is only added", "la evidencia solo se agrega")))

    def _again(self, kind: str, id: str, body: Mapping[str, Any]) -> Record:
        """Make a record of a changed body.

        Raises
        ------
        BadRecord
        """
        from ambos.catalog.register import read_record

        file = Given()
        record = read_record(file, kind, id, body, ())
        if file.faults:
            raise bad_record(file)
        return record

    # -- appending ------------------------------------------------------------------------------------------------
    def _new_state(self, record: Record, *, draft: bool) -> dict[str, Any]:
        held_back = self._starts_as_draft(record.kind, draft=draft)
        if isinstance(record, Comment):
            held_back = record.state != "published"
        return {
            "record": plain(record),
            "side": self.side,
            "office": self.office,
            "draft": held_back,
            "withdrawn": False,
            "sides": self._sides(record),
            "accepted": [],
            "news": "",
        }

    def _starts_as_draft(self, kind: str, *, draft: bool) -> bool:
        return draft and rules.starts_as_draft(kind, self.office)

    def _sides(self, record: Record) -> list[str]:
        of = rules.named_sides(record)
        if isinstance(record, Commitment):
            of += [self._side_of(office) for office in record.responsible]
        return sorted({side for side in of if side})

    def _append(self, what: What, kind: str, id: str, changes: dict[str, Any], why: str) -> None:
        """Append an event."""
        old = self.state(kind, id)
        state = rules.after(old, changes)
        if kind == "commitment":
            day = self.day.isoformat()
            news = rules.news_of(kind, state["record"], day) if self.office == STEWARD else day
            if news != state["news"] or old is None:
                changes["news"] = state["news"] = news
        self._seq += 1
        made_event = {
            "seq": self._seq,
            "at": self._at,
            "office": self.office,
            "side": self.side,
            "what": what,
            "kind": kind,
            "id": id,
            "changes": canonical(changes),
            "state": canonical(state),
            "why": why,
            "previous": self._hash,
        }
        made_event["hash"] = self._hash = event_hash(made_event)
        self._events.append(made_event)
        if (kind, id) in self._rows:
            self._rows[kind, id]["until"] = self._seq
            self.flush()
        elif old is not None:
            self._ended.append({"old": self.seq(kind, id), "new": self._seq})
        self._rows[kind, id] = {**rules.row(self._seq, kind, id, state), "until": FOREVER}
        self._words.append(rules.words(self._seq, kind, state))
        self._states[kind, id] = self._seq, state
        if len(self._events) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Send what was appended to the database; it counts once the transaction ends."""
        if self._ended:
            ended = update(version).where(version.c.seq == bindparam("old")).values(until=bindparam("new"))
            self.db.execute(ended, self._ended)
        if self._events:
            self.db.execute(insert(event), self._events)
        if self._rows:
            self.db.execute(insert(version), [*self._rows.values()])
            self.db.execute(insert(words), self._words)
        self._ended, self._events, self._rows, self._words = [], [], {}, []

    @property
    def head(self) -> tuple[int, str]:
        """Number and hash of the last event."""
        return self._seq, self._hash


def bad_record(file: Given, where: str = "") -> BadRecord:
    """Make the error of what a form or program gave; a path is said after `where`."""
    said = [(".".join(map(str, path)), in_both(what)) for path, what in file.faults]
    lines = (
        "\n".join(f"  {where}{path}: {what[language]}" if path else f"  {where}{what[language]}" for path, what in said)
        for language in LANGUAGES
    )
    return BadRecord(count=len(said), problems=Text(*lines), faults=file.faults)


def _without(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in body.items() if k != key}


def new_comment_id(text: str, at: datetime) -> str:
    """Make an id for a comment."""
    return f"c-{at.astimezone(UTC):%Y%m%d}-{sha256(stamp(at) + text)[:10]}"
