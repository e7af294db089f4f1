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

from ambos.model.register import KINDS, Committee, Phrase, Record, RegisterRules, first_day, first_words, last_day
from ambos.register.chain import canonical, sha256
from ambos.text import Language

#: The office that enters what was compiled from public documents, and the writer of comments; neither has a record.
STEWARD, PUBLIC = "ambos", "public"
#: Kinds that both sides accept.
ACCEPTED = ("commitment", "agreement")
#: Kinds that are public from the first: the names of offices. A comment is held until it is moderated.
_NEVER_DRAFT = ("office", "comment")
#: Characters of a record's texts that a search looks at.
_SEARCHED = 1000
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


def news_of(kind: str, body: Mapping[str, Any], day: str) -> str:
    """Give the last day, up to a day, on which sources know anything of a commitment; "" if no day is known."""
    if kind != "commitment":
        return ""
    labels = [body.get("made"), body.get("reported_on")]
    labels += [step.get("done") for step in body.get("step", ())] + [e.get("on") for e in body.get("evidence", ())]
    return max((min(last_day(label).isoformat(), day) for label in labels if label), default="")


def folded(text: str) -> str:
    """Lower case without accents: how texts are looked for and sorted."""
    if text.isascii():
        return " ".join(text.casefold().split())
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def row(seq: int, kind: str, id: str, state: State) -> dict[str, Any]:
    """Give the row of lists for a state, but when it ended: a function of the state alone."""
    body = state["record"]
    title = title_of(kind, body)
    hash = content_hash(kind, id, body) if state["accepted"] else ""
    due, start = body.get("due", ""), body.get("from", "")
    end = body.get("to", "") or (start if kind == "meeting" else "")
    steps = body.get("step", ())
    return {
        "seq": seq,
        "kind": kind,
        "id": id,
        "title_en": title.en,
        "title_es": title.es,
        "type": body.get("type", "") if kind != "comment" else body.get("state", "held"),
        "draft": state["draft"],
        "withdrawn": state["withdrawn"],
        "side": state["side"],
        "status": body.get("status", ""),
        "reported": body.get("reported", ""),
        "effective": effective(body),
        "committee": id if kind == "committee" else body.get("committee", ""),
        "meeting": id if kind == "meeting" else body.get("meeting", ""),
        "objective": body.get("objective", ""),
        "target_kind": body.get("target_kind", ""),
        "target": body.get("target", ""),
        "sides": listed(state["sides"]),
        "offices": listed(_offices(body)),
        "made": body.get(_MADE.get(kind, ""), "")[:10],
        "due": due,
        "due_by": last_day(due).isoformat() if due else "",
        "starts": first_day(start).isoformat() if start else "",
        "ends": last_day(end).isoformat() if end else "",
        "accepted": listed(accepted_sides(state, hash, outcome=False)),
        "outcome": listed(accepted_sides(state, hash, outcome=True)),
        "evidence": len(body.get("evidence", ())),
        "steps": len(steps),
        "steps_done": sum("done" in step for step in steps),
        "as_compiled": body.get("as_compiled", False),
        "news": state["news"],
    }


def words(seq: int, kind: str, state: State) -> dict[str, Any]:
    """Give what a search looks at in a state, in each language."""
    body = state["record"]
    title = title_of(kind, body)
    return {"seq": seq, "words_en": _words(title, body, "en"), "words_es": _words(title, body, "es")}


#: Key of the day on which a record of a kind was made.
_MADE = {
    **dict.fromkeys(("objective", "committee", "meeting", "initiative"), "from"),
    "agreement": "signed",
    "commitment": "made",
    "comment": "submitted",
}


def title_of(kind: str, body: Mapping[str, Any]) -> Phrase:
    """Give the name of a record; of a comment its first words."""
    if kind != "comment":
        return Phrase(**body.get("name", {}))
    return first_words(body["text"], body["language"])


def _words(title: Phrase, body: Mapping[str, Any], language: Language) -> str:
    """What a search looks at, and lists are sorted by: the title first."""
    texts: list[Any] = [title[language]]
    for key in ("goal", "action", "text", "outcome", "organisation"):
        value = body.get(key, "")
        for one in value if isinstance(value, list) else [value]:
            said = one.get("name", one) if isinstance(one, Mapping) else one
            texts.append(said if isinstance(said, str) else Phrase(**said)[language])
    return folded(" ".join(texts)[:_SEARCHED])


def _offices(body: Mapping[str, Any]) -> Iterable[str]:
    seats = (seat.get("office") for seat in body.get("seat", ()))
    return dict.fromkeys(filter(None, (*seats, *body.get("responsible", ()))))


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
