"""The outbox of a workspace: what rules have found, and who was told. One SQLite file.

What a rule remembers, the events that it found and their deliveries are written in one transaction: a process that is
killed leaves all of them or none. A delivery is marked as sent after the receiver took it; a process that is killed
between these two leaves it waiting, and it is sent once more under the same id.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from ambos.errors import CannotRead, CannotWrite, reason
from ambos.files import locked, make_folder
from ambos.model.alert import Delivery, Event, Memory, Recipient
from ambos.text import Text

#: Name of the file in the folder of a workspace.
FILE = "alerts.sqlite"
#: Seconds to wait for another process that writes.
PATIENCE = 30.0
#: Pause before the second attempt; doubled with each further one, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
#: Version of the tables.
VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS memory (rule TEXT PRIMARY KEY, evaluated_at TEXT NOT NULL, kept TEXT NOT NULL, problem TEXT);
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, fired_at TEXT NOT NULL, told TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    event INTEGER NOT NULL REFERENCES event (number), recipient TEXT NOT NULL, channel TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, due_at TEXT NOT NULL, sent_at TEXT, problem TEXT,
    PRIMARY KEY (event, recipient, channel)
);
"""
_DELIVERIES = """
SELECT e.told, d.recipient, d.channel, d.state, d.attempts, d.due_at, d.sent_at, d.problem
FROM delivery d JOIN event e ON e.number = d.event
"""


class Outbox:
    """The outbox of a workspace's folder. Reading creates nothing.

    Parameters
    ----------
    folder : Path

    Notes
    -----
    Whatever reads raises `CannotRead`, whatever writes `CannotWrite`.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    # -- writing ------------------------------------------------------------------------------------------------
    def keep(self, memory: Memory, events: Iterable[Event], told: Iterable[Recipient]) -> int:
        """Keep what a rule remembers now, the events that it found, and a delivery of each to each recipient.

        Returns
        -------
        int
            The number of events that were not known.
        """
        recipients, new = list(told), 0
        with self._writing() as db:
            for event in events:
                row = (event.key, event.rule, _moment(event.fired_at), json.dumps(_record(event), ensure_ascii=False))
                done = db.execute("INSERT OR IGNORE INTO event (key, rule, fired_at, told) VALUES (?, ?, ?, ?)", row)
                if not done.rowcount:
                    continue
                new += 1
                for one in recipients:
                    for channel in (c for c in ("email", "webhook") if getattr(one, c)):
                        db.execute(
                            "INSERT INTO delivery VALUES (?, ?, ?, 'waiting', 0, ?, NULL, NULL)",
                            (done.lastrowid, one.id, channel, _moment(event.fired_at)),
                        )
            db.execute(
                "INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)",
                (memory.rule, _moment(memory.evaluated_at), json.dumps(memory.kept), _said(memory.problem)),
            )
        return new

    def attempt(self, one: Delivery, now: datetime) -> None:
        """Note that a delivery is being tried; the pause before the next attempt counts from now."""
        pause = min(FIRST_PAUSE * 2 ** min(one.attempts, 20), LONGEST_PAUSE)
        self._change(one, "attempts = attempts + 1, due_at = ?", _moment(now + pause))

    def sent(self, one: Delivery, now: datetime) -> None:
        """Note that the receiver took a delivery."""
        self._change(one, "state = 'sent', problem = NULL, sent_at = ?", _moment(now))

    def failed(self, one: Delivery, problem: Text, state: Literal["waiting", "refused"]) -> None:
        """Note why an attempt failed, and whether there is no use in another."""
        self._change(one, "problem = ?, state = ?", _said(problem), state)

    def again(self, now: datetime) -> None:
        """Have everything that was not taken tried at once, refused deliveries too."""
        if self.path.exists():
            with self._writing() as db:
                db.execute("UPDATE delivery SET state = 'waiting', due_at = ? WHERE state <> 'sent'", (_moment(now),))

    def _change(self, one: Delivery, what: str, *values: object) -> None:
        query = f"""UPDATE delivery SET {what} WHERE recipient = ? AND channel = ?
            AND event = (SELECT number FROM event WHERE key = ?)"""
        with self._writing() as db:
            db.execute(query, (*values, one.recipient, one.channel, one.event.key))

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """Hold the right to deliver: False if another process holds it, and nothing is to be done."""
        try:
            make_folder(self.path.parent)
            file = self.path.with_suffix(".lock").open("ab")
        except OSError as error:
            raise CannotWrite(path=self.path, detail=reason(error)) from error
        with file, locked(file, wait=False) as held:
            yield held

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction: all of it is kept, or nothing."""
        try:
            make_folder(self.path.parent)
            with closing(sqlite3.connect(self.path, PATIENCE, isolation_level=None)) as db:
                _check_version(db)
                db.execute("PRAGMA synchronous = FULL")
                db.execute("BEGIN IMMEDIATE")
                for statement in filter(str.strip, _TABLES.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
                yield db
                db.execute("COMMIT")
        except sqlite3.Error as error:
            raise CannotWrite(path=self.path, detail=_why(error)) from error
        except OSError as error:
            raise CannotWrite(path=self.path, detail=reason(error)) from error

    # -- reading ------------------------------------------------------------------------------------------------
    def memories(self) -> dict[str, Memory]:
        """Read the stored state of each rule."""
        rows = self._rows("SELECT rule, evaluated_at, kept, problem FROM memory")
        return {r[0]: Memory(r[0], _read(r[1]), json.loads(r[2]), _text(r[3])) for r in rows}

    def events(self, count: int) -> list[Event]:
        """The newest events, newest first."""
        return [_event(r[0]) for r in self._rows("SELECT told FROM event ORDER BY number DESC LIMIT ?", count)]

    def last_fired(self) -> dict[str, tuple[Event, int]]:
        """The newest event of each rule, and how many it had in all."""
        rows = self._rows(
            "SELECT e.told, n.count FROM event e JOIN (SELECT max(number) number, count(*) count FROM event "
            "GROUP BY rule) n USING (number) ORDER BY e.number DESC"
        )
        return {event.rule: (event, r[1]) for r in rows for event in [_event(r[0])]}

    def deliveries(self, count: int) -> list[Delivery]:
        """The newest deliveries, newest first; those that the receiver did not take come before."""
        order = "ORDER BY d.state = 'sent', d.event DESC, d.recipient, d.channel LIMIT ?"
        return [_delivery(r) for r in self._rows(_DELIVERIES + order, count)]

    def due(self, now: datetime) -> list[Delivery]:
        """The deliveries to be tried now, the oldest first."""
        where = "WHERE d.state = 'waiting' AND d.due_at <= ? ORDER BY d.event, d.recipient, d.channel"
        return [_delivery(r) for r in self._rows(_DELIVERIES + where, _moment(now))]

    def states(self) -> dict[str, int]:
        """The number of deliveries in each state."""
        return dict(self._rows("SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state"))

    def _rows(self, query: str, *values: object) -> list[Any]:
        if not self.path.exists():
            return []
        try:
            # Not immutable, and able to write: what a killed process left half written is rolled back by who comes next.
            with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=rw", PATIENCE, uri=True)) as db:
                _check_version(db)
                if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").fetchone():
                    return []
                return db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise CannotRead(path=self.path, detail=_why(error)) from error


def _check_version(db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] > VERSION:
        raise sqlite3.DatabaseError(
            Text("it is of a newer version of Ambos", "es de una versión más reciente de Ambos")
        )


def _why(error: sqlite3.Error) -> Text:
    busy = getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    if busy:
        return Text("another process is writing to it", "otro proceso está escribiendo en él")
    own = error.args[0] if error.args else None
    if isinstance(own, Text):
        return own
    words = " ".join(str(error).split()).rstrip(".")
    return Text(f"it cannot be used: “{words}”", f"no se puede usar: «{words}»")


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _said(text: Text | None) -> str | None:
    return json.dumps(text.record(), ensure_ascii=False) if text else None


def _text(written: str | None) -> Text | None:
    return Text.of(json.loads(written)) if written else None


def _record(event: Event) -> dict[str, object]:
    return {
        "key": event.key,
        "rule": event.rule,
        "title": event.title.record(),
        "text": event.text.record(),
        "sources": [source.record() for source in event.sources],
        "link": event.link,
        "fired_at": _moment(event.fired_at),
        "began": event.began.isoformat() if event.began else None,
        "figure": event.figure,
    }


def _event(written: str) -> Event:
    r = json.loads(written)
    return Event(
        r["key"],
        r["rule"],
        Text.of(r["title"]),
        Text.of(r["text"]),
        tuple(map(Text.of, r["sources"])),
        r["link"],
        _read(r["fired_at"]),
        _read(r["began"]) if r["began"] else None,
        r["figure"],
    )


def _delivery(row: tuple[Any, ...]) -> Delivery:
    told, recipient, channel, state, attempts, due_at, sent_at, problem = row
    sent = _read(sent_at) if sent_at else None
    return Delivery(_event(told), recipient, channel, state, attempts, _read(due_at), sent, _text(problem))
