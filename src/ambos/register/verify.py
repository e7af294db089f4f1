"""Look whether the register's history is whole: hashes, numbers, states, and the lists made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from ambos.register import rules
from ambos.register.chain import START, canonical, event_hash
from ambos.register.tables import FOREVER, event, version, words
from ambos.text import Text

#: Problems that are listed; the rest is counted.
LISTED = 50
#: Events that are read at once.
_TOGETHER = 5000


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes
    ----------
    events : int
    records : int
    head : str
        Hash of the last event.
    found : bool or None
        Whether an event has the hash that was asked for; None if none was.
    count : int
        Of problems.
    problems : tuple of Text
        The first of them.
    """

    events: int
    records: int
    head: str
    found: bool | None
    count: int
    problems: tuple[Text, ...]


def verify(db: Connection, wanted: str = "") -> Verified:
    """Read every event: its number follows, its hash is that of its content and of the event before, its state is what its
    changes make of the state before, and lists have its row.

    Parameters
    ----------
    db : sqlalchemy.Connection
    wanted : str
        A hash noted earlier, whole: that history is still the beginning of this one if an event has it. An end cut off shows
        in no other way.
    """
    said: list[Text] = []
    count = number = 0
    head, found = START, None if not wanted else wanted == START
    states: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}

    def say(seq: int, en: str, es: str) -> None:
        nonlocal count
        count += 1
        if len(said) < LISTED:
            said.append(Text(f"event {seq}: {en}", f"evento {seq}: {es}"))

    rows = _versions(db)
    row = next(rows, None)
    for one in _events(db):
        number += 1
        seq, name = one["seq"], (one["kind"], one["id"])
        if seq != number:
            say(seq, f"event {number} is missing before it", f"falta antes el evento {number}")
            number = seq
        if one["previous"] != head:
            say(seq, "it does not follow the event before", "no sigue al evento anterior")
        if event_hash(one) != one["hash"]:
            say(seq, "its content is not what was written", "su contenido no es el que se escribió")
        head = one["hash"]
        found = found if found is None else found or head == wanted
        state, before = json.loads(one["state"]), states.get(name)
        if canonical(rules.after(before[1] if before else None, json.loads(one["changes"]))) != one["state"]:
            say(seq, "its state is not what its changes make", "su situación no resulta de sus cambios")
        while row is not None and row["seq"] < seq:
            say(row["seq"], "lists have a row without an event", "las listas tienen un renglón sin evento")
            row = next(rows, None)
        if row is None or row["seq"] != seq:
            say(seq, "lists lack it", "falta en las listas")
        else:
            wanted_row = rules.row(seq, *name, state) | rules.words(seq, name[0], state)
            if any(row[key] != value for key, value in wanted_row.items()):
                say(seq, "lists show something else", "las listas muestran otra cosa")
            row = next(rows, None)
        states[name] = seq, state
    while row is not None:
        say(row["seq"], "lists have a row without an event", "las listas tienen un renglón sin evento")
        row = next(rows, None)
    for seq in _wrong_ends(db):
        say(seq, "lists show it at a wrong time", "las listas lo muestran en un momento equivocado")
    return Verified(number, len(states), head, found, count, tuple(said))


def _events(db: Connection) -> Iterator[Any]:
    query = select(event).order_by(event.c.seq).execution_options(yield_per=_TOGETHER)
    yield from db.execute(query).mappings()


def _versions(db: Connection) -> Iterator[Any]:
    found = select(version, words.c.words_en, words.c.words_es).join(words, words.c.seq == version.c.seq, isouter=True)
    query = found.order_by(version.c.seq).execution_options(yield_per=_TOGETHER)
    yield from db.execute(query).mappings()


def _wrong_ends(db: Connection) -> list[int]:
    """Versions that do not end where the next one of their record begins."""
    following = func.lead(version.c.seq, 1, FOREVER).over(
        partition_by=(version.c.kind, version.c.id), order_by=version.c.seq
    )
    spans = select(version.c.seq, version.c.until, following.label("following")).subquery()
    wrong = select(spans.c.seq).where(spans.c.until != spans.c.following).order_by(spans.c.seq)
    return [*db.scalars(wrong.limit(LISTED))]
