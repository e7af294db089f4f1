"""What the register lets offices do, and what it shows: in SQLite, and on a PostgreSQL server that the tests start."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ambos.catalog import load
from ambos.errors import BadRecord, BadRegisterFile, BadRequest, NotAllowed, RecordChanged, RegisterFailed, UnknownName
from ambos.flows.register.transfer import export_records, import_records
from ambos.flows.workspace import open_workspace
from ambos.model.register import Agreement, Comment, Commitment, Evidence, Office, Phrase, Step
from ambos.register.accounts import Accounts
from ambos.register.home import Home
from ambos.register.store import Register
from ambos.register.tables import HEAD, metadata
from postgres_server import postgres
from register_samples import DAY, NORTH, NOW, PERMIT, SOUTH, Stores, acting, empty
from register_web import Clock, quick_hasher

DONE = Evidence(Phrase("Permit of 1 May", "Permiso del 1 de mayo"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """New registers of each kind of database."""
    if request.param == "sqlite":
        yield Stores(tmp_path_factory.mktemp("registers"))
        return
    with postgres() as server:
        yield Stores(tmp_path_factory.mktemp("registers"), server)


@pytest.fixture
def register(stores: Stores) -> Iterator[Register]:
    made = stores.make()
    yield made
    made.home.for_reading().dispose()


@pytest.fixture
def proposed(register: Register) -> Register:
    with acting(register, NORTH) as desk:
        desk.create(PERMIT, draft=False)
    return register


def content(register: Register) -> str:
    return register.get("commitment", "permit", day=DAY).content_hash


def test_the_region_is_shown_before_a_register_is_made_and_is_in_it_after_the_first_writing(tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite"
    register = Register(Home(file, load()), load())
    shown = register.entries(day=DAY)
    assert shown.total > 100
    assert not file.exists()
    head = register.changes(limit=1)[0]
    with register.writing("ambos", NOW) as desk:
        desk.create(Office(id="new", name=Phrase("New"), side="US-AZ"))
    assert register.entries(day=DAY).total == shown.total + 1
    assert register.changes(limit=2)[1] == head
    assert {e.as_compiled for e in shown.entries} == {True}
    assert not any(e.agreed or e.kept for e in register.entries(day=DAY, kind="commitment").entries)


def test_a_draft_is_seen_by_its_own_side_until_it_is_proposed(register: Register) -> None:
    with acting(register, NORTH) as desk:
        desk.create(PERMIT)
    assert register.entries(day=DAY, kind="commitment").total == 0
    assert register.entries(day=DAY, kind="commitment", viewer="MX-SON").total == 0
    assert register.entries(day=DAY, kind="commitment", viewer="US-AZ").total == 1
    for viewer in ("", "MX-SON"):
        with pytest.raises(UnknownName):
            register.get("commitment", "permit", day=DAY, viewer=viewer)
    with pytest.raises(UnknownName), acting(register, SOUTH) as desk:
        desk.propose("commitment", "permit")
    with acting(register, NORTH) as desk:
        desk.propose("commitment", "permit")
    assert [c.what for c in register.history("commitment", "permit")] == ["proposed"]
    assert [c.what for c in register.history("commitment", "permit", viewer="US-AZ")] == ["created", "proposed"]


def test_it_is_agreed_once_both_sides_accepted_the_same_content_and_no_longer_once_that_changes(
    proposed: Register,
) -> None:
    hash = content(proposed)
    with acting(proposed, NORTH) as desk:
        desk.accept("commitment", "permit", hash)
    with pytest.raises(NotAllowed, match="accepted it already"), acting(proposed, NORTH) as desk:
        desk.accept("commitment", "permit", hash)
    assert proposed.get("commitment", "permit", day=DAY).entry.accepted == ("US-AZ",)
    with acting(proposed, SOUTH) as desk:
        desk.accept("commitment", "permit", hash[:8])
    assert proposed.get("commitment", "permit", day=DAY).entry.agreed
    with acting(proposed, SOUTH) as desk:  # no content
        desk.change(replace(PERMIT, status="ongoing", steps=(Step(Phrase("Draft")),)))
        desk.step("permit", 1, "2026-05")
    assert proposed.get("commitment", "permit", day=DAY).entry.agreed
    with acting(proposed, SOUTH) as desk:
        held = replace(PERMIT, status="ongoing", steps=(Step(Phrase("Draft"), done="2026-05"),))
        desk.change(replace(held, due="2027"))
        desk.change(held)  # the old content again: accepted by nobody
    entry = proposed.get("commitment", "permit", day=DAY).entry
    assert (entry.accepted, entry.agreed) == ((), False)
    with pytest.raises(RecordChanged), acting(proposed, NORTH) as desk:
        desk.accept("commitment", "permit", "0" * 64)


def test_it_is_kept_only_with_evidence_and_the_outcome_accepted_by_both(proposed: Register) -> None:
    hash = content(proposed)

    def outcome(office: str) -> None:
        with acting(proposed, office) as desk:
            desk.accept("commitment", "permit", hash, outcome=True)

    with pytest.raises(NotAllowed, match="agree its content first"):
        outcome(NORTH)
    for office in (NORTH, SOUTH):
        with acting(proposed, office) as desk:
            desk.accept("commitment", "permit", hash)
    with pytest.raises(NotAllowed, match="no evidence"):
        outcome(NORTH)
    with acting(proposed, SOUTH) as desk:
        desk.evidence("permit", DONE)
    outcome(SOUTH)
    assert not proposed.get("commitment", "permit", day=DAY).entry.kept
    outcome(NORTH)
    assert proposed.get("commitment", "permit", day=DAY).entry.kept
    with acting(proposed, NORTH) as desk:
        desk.take_back("commitment", "permit", "a mistake")
    assert not proposed.get("commitment", "permit", day=DAY).entry.kept


def test_nobody_else_accepts_and_a_draft_is_not_accepted(register: Register) -> None:
    with acting(register, "ambos") as desk:
        desk.create(Office(id="federal", name=Phrase("Federal"), side="US"))
    with acting(register, NORTH) as desk:
        desk.create(PERMIT)
    hash = register.get("commitment", "permit", day=DAY, viewer="US-AZ").content_hash
    with pytest.raises(NotAllowed, match="draft"), acting(register, NORTH) as desk:
        desk.accept("commitment", "permit", hash)
    with acting(register, NORTH) as desk:
        desk.propose("commitment", "permit")
    for office in ("ambos", "federal", "public"):
        with pytest.raises(NotAllowed), acting(register, office) as desk:
            desk.accept("commitment", "permit", hash)
        with pytest.raises(NotAllowed), acting(register, office) as desk:
            desk.status("permit", "ongoing")
    with pytest.raises(UnknownName), acting(register, "nobody") as desk:
        desk.status("permit", "ongoing")


def test_a_status_follows_another_by_the_list(proposed: Register) -> None:
    with acting(proposed, NORTH) as desk:
        desk.status("permit", "cancelled")
    with pytest.raises(NotAllowed, match="planned"), acting(proposed, NORTH) as desk:
        desk.status("permit", "complete")
    with pytest.raises(NotAllowed), acting(proposed, NORTH) as desk:
        desk.status("permit", "fine")


def test_late_and_no_news_are_computed_for_a_day(proposed: Register) -> None:
    def entry(day: date) -> tuple[bool, bool]:
        found = proposed.get("commitment", "permit", day=day).entry
        return found.late, found.no_news

    assert entry(date(2026, 6, 30)) == (False, False)
    assert entry(date(2026, 7, 1)) == (True, False)
    assert entry(date(2027, 6, 2)) == (True, True)
    assert proposed.entries(day=date(2027, 6, 2), no_news=True, late=True).total == 1
    with acting(proposed, NORTH, days=200) as desk:
        desk.status("permit", "complete")
    assert entry(date(2028, 1, 1)) == (False, False)


def test_an_agreement_expires_within_half_a_year(register: Register) -> None:
    with acting(register, NORTH) as desk:
        desk.create(Agreement(id="mou", name=Phrase("MOU"), type="mou", start="2021", end="2026-12"), draft=False)
    for day, found in ((date(2026, 7, 3), ""), (date(2026, 7, 4), "expiring"), (date(2027, 1, 1), "expired")):
        entry = register.get("agreement", "mou", day=day).entry
        assert (entry.expiring, entry.expired) == (found == "expiring", found == "expired")


def test_words_are_found_in_either_language_without_accents_and_titles_are_sorted_by_them(proposed: Register) -> None:
    with acting(proposed, NORTH) as desk:
        desk.create(replace(PERMIT, id="a", name=Phrase("Zebra crossings", "Águas")), draft=False)
    for wanted, found in (
        ("permiso", ["permit"]),
        ("AGUAS", ["a"]),
        ("zebra agua", ["a"]),
        ("100%", []),
        ("", ["a", "permit"]),
    ):
        assert [e.id for e in proposed.entries(day=DAY, kind="commitment", text=wanted).entries] == found
    titles = {
        k: [e.id for e in proposed.entries(day=DAY, kind="commitment", order="title", language=k, limit=5).entries]
        for k in ("en", "es")
    }
    assert titles == {"en": ["permit", "a"], "es": ["a", "permit"]}


def test_a_past_state_is_shown_as_it_was(proposed: Register) -> None:
    with acting(proposed, SOUTH, days=3) as desk:
        desk.change(replace(PERMIT, due="2027"))
        desk.status("permit", "ongoing")
    before = NOW + timedelta(days=2)
    assert proposed.get("commitment", "permit", day=DAY, at=before).record == PERMIT
    assert proposed.entries(day=DAY, status="ongoing", at=before).total == 0
    assert proposed.entries(day=DAY, status="ongoing").total == 1
    assert proposed.entries(day=DAY, at=NOW - timedelta(days=1)).total == 0


def test_a_change_that_rests_on_an_older_state_is_refused(proposed: Register) -> None:
    seq = proposed.get("commitment", "permit", day=DAY).entry.seq
    with acting(proposed, NORTH) as desk:
        assert desk.change(replace(PERMIT, due="2027"), base=seq)
        assert not desk.change(replace(PERMIT, due="2027"))
    with pytest.raises(RecordChanged), acting(proposed, SOUTH) as desk:
        desk.change(replace(PERMIT, due="2028"), base=seq)


def test_evidence_is_only_added_and_one_office_of_a_side_answers(proposed: Register) -> None:
    with acting(proposed, NORTH) as desk:
        desk.evidence("permit", DONE)
        desk.create(Office(id="rail-north", name=Phrase("Rail"), side="US-AZ"))
    with pytest.raises(BadRecord, match="evidence is only added"), acting(proposed, NORTH) as desk:
        desk.change(PERMIT)
    with pytest.raises(BadRecord, match="one office of a side"), acting(proposed, NORTH) as desk:
        desk.create(replace(PERMIT, id="other", responsible=(NORTH, "rail-north")))
    with pytest.raises(BadRecord, match="affair"), acting(proposed, NORTH) as desk:
        desk.create(Office(id="rail-south", name=Phrase("Rail"), side="MX-SON"))


def test_a_public_record_names_no_draft(proposed: Register) -> None:
    with acting(proposed, NORTH) as desk:
        desk.create(replace(PERMIT, id="second"))
        desk.create(Agreement(id="mou", name=Phrase("MOU"), type="mou"))
        desk.change(replace(PERMIT, id="second", agreements=("mou",)))
    with pytest.raises(BadRecord, match="no agreement 'mou'"), acting(proposed, NORTH) as desk:
        desk.propose("commitment", "second")


def test_a_comment_is_held_until_it_is_moderated_and_answered_by_offices(proposed: Register) -> None:
    comment = Comment(id="c1", target_kind="commitment", target="permit", text="¿Y Naco?\n=1", language="es")
    with acting(proposed, "public") as desk:
        desk.comment(replace(comment, state="published"))
    assert proposed.entries(day=DAY, kind="comment").total == 0
    assert proposed.entries(day=DAY, kind="comment", viewer="MX-SON", type="held").total == 1
    with pytest.raises(NotAllowed), acting(proposed, NORTH) as desk:
        desk.reply("c1", Phrase("Soon"))
    with acting(proposed, SOUTH) as desk:
        desk.moderate("c1", "published")
    with acting(proposed, NORTH) as desk:
        desk.reply("c1", Phrase("Soon"))
    held = proposed.get("comment", "c1", day=DAY).record
    assert isinstance(held, Comment)
    assert (held.text, held.replies[0].office) == (comment.text, NORTH)
    with pytest.raises(NotAllowed, match="reason"), acting(proposed, NORTH) as desk:
        desk.moderate("c1", "refused")
    with acting(proposed, NORTH) as desk:
        desk.moderate("c1", "refused", Phrase("Off topic"))
    assert proposed.entries(day=DAY, kind="comment").total == 0


def test_what_fails_in_the_middle_leaves_nothing(proposed: Register) -> None:
    before = proposed.count()
    with pytest.raises(NotAllowed), acting(proposed, NORTH) as desk:
        desk.status("permit", "ongoing")
        desk.flush()
        desk.propose("commitment", "permit")
    assert proposed.count() == before


def test_records_that_the_region_ships_later_are_entered_and_what_offices_changed_stays(tmp_path: Path) -> None:
    folder = tmp_path / "region" / "register"
    folder.mkdir(parents=True)
    (folder / "compiled.toml").write_text("day = 2026-11-30\n", "utf-8")
    office = '[office.north]\nname = { en = "North" }\nside = "US-AZ"\n'

    def shipped(*commitments: str) -> Register:
        body = "".join(f'[commitment.{id}]\nname = {{ en = "{name}" }}\n' for id, name in map(str.split, commitments))
        (folder / "records.toml").write_text(office + body, "utf-8")
        catalog = replace(load(), snapshot_folder=tmp_path / "region" / "snapshot")
        return Register(Home(tmp_path / "register.sqlite", catalog), catalog)

    with acting(shipped("a One", "b Two"), "north") as desk:
        desk.status("b", "ongoing")
    later = shipped("a First", "b Second", "c Third")
    with acting(later, "north", days=5) as desk:
        desk.status("c", "ongoing")
    names = {e.id: e.title.en for e in later.entries(day=DAY, kind="commitment").entries}
    assert names == {"a": "First", "b": "Two", "c": "Third"}
    assert later.get("commitment", "a", day=DAY, at=NOW).entry.title.en == "One"
    assert later.verify().count == 0


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("garbage.sqlite", "it is no database"),
        ("file/register.sqlite", "there is a file where a folder is wanted"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "the database says"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_its_password(tmp_path: Path, where: str, told: str) -> None:
    (tmp_path / "garbage.sqlite").write_bytes(b"garbage" * 1000)
    (tmp_path / "file").write_bytes(b"")
    register = empty(where if ":" in where else tmp_path / where)
    with pytest.raises(RegisterFailed, match=told) as failed, acting(register, "ambos") as desk:
        desk.create(Office(id="new", name=Phrase("New"), side="US-AZ"))
    assert "secret" not in failed.value.say("es")


# -- the chain ----------------------------------------------------------------------------------------------------
def test_a_whole_history_is_found_whole(proposed: Register) -> None:
    found = proposed.verify()
    assert (found.events, found.records, found.count) == (4, 4, 0)
    assert proposed.verify(found.head).found
    assert proposed.verify("0" * 63 + "1").found is False


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE event SET why = 'x' WHERE seq = 2", "event 2: its content is not what was written"),
        ("UPDATE event SET state = replace(state, '2026-06', '2027-06') WHERE seq = 4", "event 4: its content"),
        ("DELETE FROM event WHERE seq = 3", "event 4: event 3 is missing"),
        ("UPDATE version SET due = '2027' WHERE seq = 4", "event 4: lists show something else"),
        ("DELETE FROM version WHERE seq = 4", "event 4: lists lack it"),
        ("UPDATE words SET words_en = 'x' WHERE seq = 4", "event 4: lists show something else"),
        ("DELETE FROM words WHERE seq = 4", "event 4: lists show something else"),
        ("UPDATE version SET until = 4 WHERE seq = 3", "event 3: lists show it at a wrong time"),
    ],
)
def test_tampering_shows(proposed: Register, statement: str, told: str) -> None:
    with proposed.home.for_writing().begin() as db:
        db.exec_driver_sql(statement)
    assert told in "\n".join(problem.en for problem in proposed.verify().problems)


def test_an_end_that_was_cut_off_shows_by_its_noted_hash_only(proposed: Register) -> None:
    head = proposed.verify().head
    with proposed.home.for_writing().begin() as db:
        db.exec_driver_sql("DELETE FROM event WHERE seq = 4")
        db.exec_driver_sql("DELETE FROM version WHERE seq = 4")
    assert proposed.verify().count == 0
    assert proposed.verify(head).found is False


def test_the_migrations_make_the_tables_that_the_program_works_with(register: Register) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with register.home.for_reading().connect() as db:
        context = MigrationContext.configure(db)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []


def test_a_register_of_a_newer_program_is_refused(register: Register) -> None:
    with register.home.for_writing().begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    again = empty(register.home.where)
    with pytest.raises(RegisterFailed, match="newer version"):
        again.entries(day=DAY)


# -- many at once -------------------------------------------------------------------------------------------------
WRITERS, EACH = 8, 12


def _write(where: Path | str, number: int, ready: Callable[[], object]) -> None:
    """What each of the writers does: evidence one by one, and a record of its own."""
    register = empty(where)
    ready()
    office = (NORTH, SOUTH)[number % 2]
    for i in range(EACH):
        with acting(register, office) as desk:
            desk.evidence("permit", Evidence(Phrase(f"{number}/{i}")))
    with acting(register, office) as desk:
        desk.create(replace(PERMIT, id=f"own-{number}"), draft=False)


def test_eight_writers_at_once_lose_and_duplicate_nothing(proposed: Register) -> None:
    before, where = proposed.count(), proposed.home.where
    proposed.home.for_reading().dispose()  # no connection goes through a fork
    forks = multiprocessing.get_context("fork")
    ready = forks.Barrier(WRITERS)
    writers = [forks.Process(target=_write, args=(where, n, ready.wait)) for n in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0] * WRITERS
    record = proposed.get("commitment", "permit", day=DAY).record
    assert isinstance(record, Commitment)
    said = Counter(one.text.en for one in record.evidence)
    assert said == Counter(f"{n}/{i}" for n in range(WRITERS) for i in range(EACH))
    for n in range(WRITERS):  # in the order in which each wrote them
        assert [t for t in said if t.startswith(f"{n}/")] == [f"{n}/{i}" for i in range(EACH)]
    assert proposed.entries(day=DAY, kind="commitment").total == WRITERS + 1
    assert proposed.count() == before + WRITERS * (EACH + 1)
    assert proposed.verify().count == 0


def test_eight_who_begin_a_register_at_once_begin_one(stores: Stores, tmp_path: Path) -> None:
    if stores.server:
        stores._do("CREATE DATABASE begun")
    where: Path | str = stores.server.replace("/postgres?", "/begun?") if stores.server else tmp_path / "begun.sqlite"
    forks = multiprocessing.get_context("fork")
    ready = forks.Barrier(WRITERS)

    def begin(number: int) -> None:
        register = empty(where)
        ready.wait()
        with register.writing("ambos", NOW) as desk:
            desk.create(Office(id=f"office-{number}", name=Phrase("Office"), side="US-AZ"))

    writers = [forks.Process(target=begin, args=(n,)) for n in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0] * WRITERS
    register = empty(where)
    assert (register.count(), register.verify().count) == (WRITERS, 0)
    register.home.for_reading().dispose()


def test_a_writer_that_is_killed_in_the_middle_leaves_nothing(proposed: Register) -> None:
    before, where = proposed.verify(), proposed.home.where
    proposed.home.for_reading().dispose()

    def die() -> None:
        with acting(empty(where), NORTH) as desk:
            desk.evidence("permit", DONE)
            desk.flush()
            os.kill(os.getpid(), 9)

    killed = multiprocessing.get_context("fork").Process(target=die)
    killed.start()
    killed.join(60)
    assert killed.exitcode == -9
    assert proposed.verify() == before
    with acting(proposed, NORTH) as desk:
        desk.evidence("permit", DONE)
    assert proposed.verify().events == before.events + 1


def test_a_file_is_entered_whole_or_not_at_all_and_written_as_it_was(register: Register, tmp_path: Path) -> None:
    workspace = replace(open_workspace(tmp_path), catalog=register.catalog, clock=lambda: NOW)
    where = register.home.where
    url = f"sqlite:///{where}" if isinstance(where, Path) else where
    file, out = tmp_path / "in.toml", tmp_path / "out.csv"
    body = '[commitment.c{i}]\nname = { es = "=ñ{i}\\r\\n\\u0007😀" }\nresponsible = ["roads-north"]\n'
    wrong = '[commitment.wrong]\nname = { en = "w" }\ncommittee = "none"\n'
    file.write_text("".join(body.replace("{i}", str(i)) for i in range(30)) + wrong, encoding="utf-8")
    events = register.count()
    with pytest.raises(BadRegisterFile, match="line 93: there is no committee 'none'"):
        import_records(workspace, file, office=NORTH, url=url)
    assert register.count() == events
    file.write_text(file.read_text(encoding="utf-8").replace(wrong, ""), encoding="utf-8")
    import_records(workspace, file, office=NORTH, url=url, propose=True)
    assert register.count() == events + 30
    export_records(workspace, out, url=url)
    told = import_records(workspace, out, office=NORTH, url=url)
    assert "new 0, changed 0, as they were 33." in told.title.en
    held = register.get("commitment", "c7", day=DAY).record
    assert isinstance(held, Commitment)
    assert held.name.es == "=ñ7\r\n\x07😀"


def test_accounts_and_their_sessions_are_kept_and_end(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ambos.register.accounts._hasher", quick_hasher)
    accounts = Accounts(register.home, clock := Clock(NOW))
    accounts.add(NORTH, "writer", "a long password")
    with pytest.raises(BadRequest):
        accounts.add(NORTH, "writer", "a long password")
    assert accounts.log_in(f"{NORTH}.writer", "another password") is None
    session = accounts.log_in(f"{NORTH}.writer", "a long password")
    assert session and accounts.find(session.token) == session
    clock.move(minutes=20)
    assert accounts.find(session.token) == session
    clock.move(minutes=31)
    assert accounts.find(session.token) is None
    accounts.close(f"{NORTH}.writer")
    assert not accounts.any()
    assert accounts.log_in(f"{NORTH}.writer", "a long password") is None
    accounts.add(NORTH, "acceptor", "a long password", f"{NORTH}.writer")
    assert accounts.listed()[0].role == "acceptor"
    assert [one.what for one in accounts.recorded()] == ["added", "refused", "closed", "log-in", "refused", "added"]
