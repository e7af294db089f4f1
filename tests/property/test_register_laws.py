"""Whatever offices do in whatever order: who has accepted what, what may follow what, and the chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ambos.catalog.register import load_register_rules, made, plain
from ambos.errors import NotAllowed, RecordChanged
from ambos.model.register import Commitment, Evidence, Phrase
from ambos.register import rules
from ambos.register.chain import START, canonical, event_hash
from ambos.register.store import Register
from examples import examples
from register_samples import DAY, NORTH, NOW, PERMIT, SOUTH, with_offices

STATUSES = [s.id for s in load_register_rules().lists[-1].statuses]
OFFICES = st.sampled_from([NORTH, SOUTH])
ACTIONS = st.one_of(
    st.tuples(st.just("accept"), OFFICES, st.booleans()),
    st.tuples(st.just("accept"), OFFICES, st.booleans()),
    st.tuples(st.just("due"), OFFICES, st.sampled_from(["2026-06", "2027"])),
    st.tuples(st.just("status"), OFFICES, st.sampled_from(STATUSES)),
    st.tuples(st.just("evidence"), OFFICES, st.none()),
    st.tuples(st.just("take back"), OFFICES, st.none()),
)
FEW = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Oracle:
    """What must hold, told by a few sets."""

    def __init__(self) -> None:
        self.due, self.status, self.evidence = PERMIT.due, "", 0
        self.content: set[str] = set()
        self.outcome: set[str] = set()

    def allows(self, what: str, side: str, value: Any) -> bool:
        """Return True if an action is allowed; do it."""
        if what == "accept":
            accepted = self.outcome if value else self.content
            given_up = self.status in ("cancelled", "carried")
            ready = len(self.content) == 2 and self.evidence > 0 and not given_up
            if side in accepted or (value and not ready):
                return False
            accepted.add(side)
        elif what == "due":
            if value != self.due:
                self.due = value
                self.content.clear()
                self.outcome.clear()
        elif what == "status":
            known = load_register_rules().lists[-1].find(self.status)
            if value == self.status or (known and value not in known.next):
                return False
            self.status = value
        elif what == "evidence":
            self.evidence += 1
        elif what == "take back":
            if side not in self.content | self.outcome:
                return False
            self.content.discard(side)
            self.outcome.discard(side)
        return True


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, Iterator[int]]]:
    where: Path = tmp_path_factory.mktemp("register") / "register.sqlite"
    yield with_offices(where), count()


KEPT = [
    *(("accept", office, False) for office in (NORTH, SOUTH)),
    ("evidence", SOUTH, None),
    *(("accept", office, True) for office in (NORTH, SOUTH)),
]


@FEW
@example(actions=KEPT)
@example(actions=[*KEPT, ("status", NORTH, "cancelled")])
@example(actions=[*KEPT, ("due", NORTH, "2027"), ("due", NORTH, "2026-06")])
@given(actions=st.lists(ACTIONS, max_size=20))
def test_agreed_and_kept_are_what_both_sides_accepted_since_the_content_last_changed(
    register: tuple[Register, Iterator[int]], actions: list[tuple[str, str, Any]]
) -> None:
    held, number = register
    id, oracle = f"c{next(number)}", Oracle()
    side = {NORTH: "US-AZ", SOUTH: "MX-SON"}
    with held.writing(NORTH, NOW) as desk:
        desk.create(replace(PERMIT, id=id), draft=False)
    for what, office, value in actions:
        with held.writing(office, NOW) as desk:
            body = desk.body("commitment", id)
            try:
                if what == "accept":
                    desk.accept("commitment", id, rules.content_hash("commitment", id, body), outcome=value)
                elif what == "due":
                    record = made("commitment", id, body)
                    assert isinstance(record, Commitment)
                    desk.change(replace(record, due=value))
                elif what == "status":
                    desk.status(id, value)
                elif what == "evidence":
                    desk.evidence(id, Evidence(Phrase("x")))
                else:
                    desk.take_back("commitment", id)
                done = True
            except (NotAllowed, RecordChanged):
                done = False
            assert done == oracle.allows(what, side[office], value), (what, office, value)
    entry = held.get("commitment", id, day=DAY).entry
    assert ({*entry.accepted}, {*entry.outcome}) == (oracle.content, oracle.outcome)
    assert entry.agreed == (len(oracle.content) == 2)
    given_up = oracle.status in ("cancelled", "carried")
    kept = entry.agreed and len(oracle.outcome) == 2 and oracle.evidence > 0 and not given_up
    assert (entry.kept, entry.status, entry.due, entry.evidence) == (kept, oracle.status, oracle.due, oracle.evidence)


def test_every_history_of_these_is_whole(register: tuple[Register, Iterator[int]]) -> None:
    assert register[0].verify().count == 0


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@FEW
@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.dictionaries(TEXTS, VALUES, max_size=4))
def test_a_difference_makes_of_the_old_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    old, new = ({k: v for k, v in one.items() if v is not None} for one in (old, new))
    state = {"record": old, "draft": True}
    assert rules.after(state, {"record": rules.difference(old, new)})["record"] == new


@FEW
@given(VALUES, st.text(max_size=5))
def test_a_hash_is_of_all_that_an_event_says(value: Any, other: str) -> None:
    one = dict.fromkeys(("at", "office", "side", "what", "kind", "id", "changes", "state", "why"), "x")
    event = {**one, "seq": 1, "previous": START, "state": canonical(value)}
    for key, was in event.items():
        changed = {**event, key: f"{was}{other}y"}
        assert event_hash(changed) != event_hash(event)


@FEW
@given(TEXTS, TEXTS, TEXTS)
def test_every_text_comes_back_as_it_was(en: str, es: str, goal: str) -> None:
    record = replace(PERMIT, name=Phrase(en, es or "x"), goal=Phrase("", goal))
    assert made("commitment", "permit", plain(record)) == record
