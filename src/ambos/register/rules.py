"""The rules of the register: what may follow what, who may do it, and what a state amounts to. No input or output.

A state is the content of a record with what was decided about it::

    {"record": {...}, "side": "...", "office": "...", "draft": false, "withdrawn": false, "sides": [...],
     "accepted": [{"side", "office", "hash", "outcome", "at"}], "news": "2026-11-30"}

An event sets some of it: its changes are a part of a state, in which None takes a field of the record away.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ambos.model.register import (
    KINDS,
    Agreement,
    Comment,
    Commitment,
    Committee,
    Initiative,
    Meeting,
    Objective,
    Project,
    Record,
    RegisterRules,
    first_day,
    last_day,
)
from ambos.register.chain import canonical, sha256

#: The office that enters what was compiled from public documents, and the writer of comments; neither has a record.
STEWARD, PUBLIC = "ambos", "public"
#: Kinds that both sides accept.
ACCEPTED = ("commitment", "agreement")
#: Kinds that are public from the first: the names of offices. A comment is held until it is moderated.
_NEVER_DRAFT = ("office", "comment")
#: Characters of a record's texts that a search looks at.
_SEARCHED = 2000
State = Mapping[str, Any]


def after(state: State | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give the state that changes make of a state; of none, they are the whole state."""
    made = {**(state or {}), **changes}
    if state and "record" in changes:
        record = {**state["record"], **changes["record"]}
        made["record"] = {key: value for key, value in record.items() if value is not None}
    return made


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of a record that differ, with their new values; None where there is none any more."""
    return {key: new.get(key) for key in sorted({*old, *new}) if old.get(key) != new.get(key)}


def content_hash(kind: str, id: str, body: Mapping[str, Any]) -> str:
    """Hash the content of a record: what both sides accept. Status, steps, evidence, sources are no content.

    Parameters
    ----------
    kind, id : str
    body : mapping
        As `ambos.catalog.register.plain` gives it.
    """
    outside = outside_content(kind)
    content = {key: value for key, value in body.items() if key not in outside}
    return sha256(canonical([kind, id, content]))


#: Keys of fields in files, where they differ.
_KEYS = {"sources": "source", "steps": "step"}


def outside_content(kind: str) -> frozenset[str]:
    """Keys of a record that are no content."""
    return frozenset(_KEYS.get(name, name) for name in KINDS[kind].not_content)


def accepted_sides(state: State, hash: str, *, outcome: bool) -> list[str]:
    """Give the sides that accepted the content of a hash, or its outcome."""
    return sorted({a["side"] for a in state["accepted"] if a["hash"] == hash and a["outcome"] is outcome})


def effective(body: Mapping[str, Any]) -> str:
    """Give the status that counts: the one set in the register, else the one reported."""
    return str(body.get("status") or body.get("reported") or "")


def may_follow(rules: RegisterRules, day: date, old: str, new: str) -> bool:
    """Return True if a status may be set where another stands, by the list of a day."""
    known = rules.on(day)
    current = known.find(old)
    return known.find(new) is not None and (current is None or new == old or new in current.next)


def starts_as_draft(kind: str, office: str) -> bool:
    """Return True if a record that an office enters is a draft at first."""
    return office != STEWARD and kind not in _NEVER_DRAFT


def may_work(state: State, kind: str, office: str, side: str, sides: Sequence[str]) -> bool:
    """Return True if an office may change a record, or add status, steps and evidence to it.

    Its own side may, and of what is public both sides and whoever is responsible for it. The name of an office is its own
    side's affair. The steward works on what it compiled.
    """
    if office == STEWARD:
        return bool(state["office"] == STEWARD or kind == "office")
    if kind == "office":
        return side in (state["record"].get("side"), state["side"])
    if side == state["side"]:
        return True
    return not state["draft"] and (side in sides or office in state["record"].get("responsible", ()))


def is_seen(state: State, kind: str, viewer: str) -> bool:
    """Return True if a side sees a record; "" is the public."""
    return not state["draft"] or (viewer != "" and (kind == "comment" or state["side"] == viewer))


def news_of(record: Record, day: str) -> str:
    """Give the last day, up to a day, on which sources know anything of a commitment; "" if no day is known."""
    if not isinstance(record, Commitment):
        return ""
    labels = [record.made, record.reported_on, *(s.done for s in record.steps), *(e.on for e in record.evidence)]
    return max((min(last_day(label).isoformat(), day) for label in labels if label), default="")


def folded(text: str) -> str:
    """Lower case without accents: how texts are looked for and sorted."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def row(seq: int, kind: str, record: Record, state: State) -> dict[str, Any]:
    """Give the row of lists for a state: a function of the state alone."""
    body, title = state["record"], record.title
    hash = content_hash(kind, record.id, body) if kind in ACCEPTED else ""
    made, due, start, end = _days(record)
    texts = [title, *(getattr(record, name, None) for name in ("goal", "action", "text", "outcome", "organisation"))]
    words = {
        language: folded(" ".join(t if isinstance(t, str) else t[language] for t in texts if t))[:_SEARCHED]
        for language in ("en", "es")
    }
    steps = record.steps if isinstance(record, Commitment) else ()
    return {
        "seq": seq,
        "kind": kind,
        "id": record.id,
        "until": None,
        "title_en": title.en,
        "title_es": title.es,
        "type": record.state if isinstance(record, Comment) else getattr(record, "type", ""),
        "draft": state["draft"],
        "withdrawn": state["withdrawn"],
        "side": state["side"],
        "status": body.get("status", ""),
        "reported": body.get("reported", ""),
        "effective": effective(body),
        "committee": record.id if kind == "committee" else getattr(record, "committee", ""),
        "meeting": getattr(record, "meeting", ""),
        "objective": getattr(record, "objective", ""),
        "target_kind": getattr(record, "target_kind", ""),
        "target": getattr(record, "target", ""),
        "sides": listed(state["sides"]),
        "offices": listed(_offices(record)),
        "made": made,
        "due": due,
        "due_by": last_day(due).isoformat() if due else "",
        "starts": first_day(start).isoformat() if start else "",
        "ends": last_day(end).isoformat() if end else "",
        "accepted": listed(accepted_sides(state, hash, outcome=False)),
        "outcome": listed(accepted_sides(state, hash, outcome=True)),
        "evidence": len(record.evidence) if isinstance(record, Commitment) else 0,
        "steps": len(steps),
        "steps_done": sum(bool(s.done) for s in steps),
        "as_compiled": record.as_compiled,
        "news": state["news"],
        "words_en": words["en"],
        "words_es": words["es"],
    }


def _days(record: Record) -> tuple[str, str, str, str]:
    """Labels of when a record was made, is due, starts and ends."""
    match record:
        case Commitment():
            return record.made, record.due, "", ""
        case Agreement():
            return record.signed, "", record.start, record.end
        case Meeting():
            return record.start, "", record.start, record.end or record.start
        case Project():
            return "", record.due, "", ""
        case Objective() | Committee() | Initiative():
            return record.start, "", record.start, record.end
        case Comment():
            return record.submitted[:10], "", "", ""
    return "", "", "", ""


def _offices(record: Record) -> Iterable[str]:
    if isinstance(record, Commitment):
        return record.responsible
    if isinstance(record, Committee):
        return dict.fromkeys(seat.office for seat in record.seats if seat.office)
    return ()


def named_sides(record: Record) -> list[str]:
    """Give the sides that a record itself names, without those of the offices responsible."""
    of = [getattr(record, "side", ""), getattr(record, "host", "")]
    of += [o.side for o in (*getattr(record, "organisations", ()), *getattr(record, "parties", ()))]
    if isinstance(record, Committee):
        of += [seat.side for seat in record.seats]
    return [side for side in of if side]


def listed(words: Iterable[str]) -> str:
    """Join ids for a column that is searched for one of them; "" for none."""
    joined = " ".join(words)
    return f" {joined} " if joined else ""
