"""Accounts of offices, their sessions and the record of log-ins; nothing about a person is kept.

An account belongs to one office and has one role. Its password is kept as argon2id only, a session as the SHA-256 of its
token; an unknown account takes as long to refuse as a wrong password.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import Connection, Row, delete, insert, select, update

from ambos.errors import bad_request
from ambos.register.engine import begin_writing, failures
from ambos.register.tables import account, account_record, session
from ambos.text import Text

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from ambos.register.home import Home

Role = Literal["writer", "acceptor", "moderator"]
Right = Literal["write", "accept", "moderate", "reply"]
#: What an account of a role may do for its office, and its name.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    "writer": frozenset({"write", "reply"}),
    "acceptor": frozenset({"write", "accept", "reply"}),
    "moderator": frozenset({"moderate", "reply"}),
}
ROLES: Mapping[Role, Text] = {
    "writer": Text("writes", "captura"),
    "acceptor": Text("writes and accepts", "captura y acepta"),
    "moderator": Text("moderates comments", "modera comentarios"),
}
#: Letters of a password, and the seconds after which a session ends: unused, and in any case.
LEAST_PASSWORD, MOST_PASSWORD = 12, 1000
IDLE_SECONDS, WHOLE_SECONDS = 30 * 60, 10 * 3600
#: Seconds between two notes that a session is used.
_NOTED_EVERY = 60
#: Passwords that are hashed at once; each takes 64 MiB.
_AT_ONCE = threading.BoundedSemaphore(2)

#: What is recorded: of accounts, of sessions, and a writing that was refused for want of a right.
Happening = Literal["added", "password", "closed", "log-in", "log-out", "refused", "no right"]
HAPPENINGS: Mapping[Happening, Text] = {
    "added": Text("account added", "cuenta creada"),
    "password": Text("password changed", "contraseña cambiada"),
    "closed": Text("account closed", "cuenta cerrada"),
    "log-in": Text("logged in", "inicio de sesión"),
    "log-out": Text("logged out", "cierre de sesión"),
    "refused": Text("log-in refused", "inicio de sesión rechazado"),
    "no right": Text("refused for want of a right", "rechazado por falta de permiso"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account of an office.

    Attributes
    ----------
    name : str
        By which it logs in.
    office : str
        Id of its office.
    role : {"writer", "acceptor", "moderator"}
    made : datetime
        UTC.
    closed : datetime or None
    """

    name: str
    office: str
    role: Role
    made: datetime
    closed: datetime | None = None

    def may(self, right: Right) -> bool:
        """Return True if its role has a right."""
        return right in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in that has not ended: the account, and the token that only its browser has."""

    account: Account
    token: str

    @property
    def form_token(self) -> str:
        """The token that forms of this session carry; it tells nothing about that of the session."""
        return form_token(self.token)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A line of the record: when (UTC), what, of which account ("" of one that does not exist), and on what."""

    at: datetime
    what: Happening
    account: str
    detail: str


def form_token(secret: str) -> str:
    """Derive what a form carries from a secret of the browser's cookie."""
    return hashlib.sha256(f"form:{secret}".encode()).hexdigest()


class Accounts:
    """Accounts, sessions and their record in the register's store.

    Parameters
    ----------
    home : Home
        Of the register.
    clock : callable
        Gives the time now, UTC.
    """

    def __init__(self, home: Home, clock: Callable[[], datetime]) -> None:
        self._home = home
        self._clock = clock

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self._home.for_reading()
        with failures(engine), engine.connect() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        engine = self._home.for_writing()
        with failures(engine), engine.connect() as db, begin_writing(db):
            yield db

    # -- accounts -------------------------------------------------------------------------------------------------
    def add(self, office: str, role: Role, password: str, name: str = "") -> Account:
        """Make an account.

        Parameters
        ----------
        office : str
            Id of an office of the register; whoever calls has checked that there is one.
        role : {"writer", "acceptor", "moderator"}
        password : str
        name : str
            ``OFFICE.ROLE`` if not given.

        Raises
        ------
        BadRequest
            If the password is too short, or there is such an account.
        """
        name = name or f"{office}.{role}"
        hashed = _hashed(name, password)
        with self._writing() as db:
            old = _row(db, name)
            if old is not None and old.closed is None:
                raise bad_request(f"There is an account {name} already.", f"Ya existe la cuenta {name}.")
            values = {"office": office, "role": role, "password": hashed, "made": self._now(), "closed": None}
            if old is None:
                db.execute(insert(account).values(name=name, **values))
            else:
                db.execute(update(account).where(account.c.name == name).values(**values))
            self._record(db, "added", name)
            return _account(db, name)

    def change_password(self, name: str, password: str) -> Account:
        """Give an account another password, and end its sessions.

        Raises
        ------
        BadRequest
            If there is no such account, or the password is too short.
        """
        hashed = _hashed(name, password)
        with self._writing() as db:
            known = _account(db, name)
            db.execute(update(account).where(account.c.name == name).values(password=hashed))
            db.execute(delete(session).where(session.c.account == name))
            self._record(db, "password", name)
        return known

    def close(self, name: str) -> Account:
        """Close an account and end its sessions; its record stays.

        Raises
        ------
        BadRequest
            If there is no such account.
        """
        with self._writing() as db:
            _account(db, name)
            db.execute(update(account).where(account.c.name == name).values(closed=self._now()))
            db.execute(delete(session).where(session.c.account == name))
            self._record(db, "closed", name)
            return _read(_row(db, name))

    def listed(self) -> Sequence[Account]:
        """List the accounts by name, closed ones too."""
        with self._reading() as db:
            return [_read(row) for row in db.execute(select(account).order_by(account.c.name))]

    def any(self) -> bool:
        """Return True if anyone can log in."""
        with self._reading() as db:
            return db.execute(select(account.c.name).where(account.c.closed.is_(None)).limit(1)).first() is not None

    # -- sessions -------------------------------------------------------------------------------------------------
    def log_in(self, name: str, password: str) -> Session | None:
        """Begin a session; None if there is no such account, it is closed or the password is wrong, all after as long."""
        with self._reading() as db:
            row = _row(db, name)
        known = row is not None and row.closed is None
        nobody = _nobody()  # made by the first log-in, whoever it is of
        right = _fits(row.password if row is not None and known else nobody, password) and known
        with self._writing() as db:
            if row is None or not right:
                self._record(db, "refused", name if row is not None else "")
                return None
            if _hasher().check_needs_rehash(row.password):
                hashed = _hash(password)
                db.execute(update(account).where(account.c.name == name).values(password=hashed))
            now, token = self._now(), secrets.token_urlsafe(32)
            db.execute(
                delete(session).where((session.c.seen < now - IDLE_SECONDS) | (session.c.begun < now - WHOLE_SECONDS))
            )
            db.execute(insert(session).values(token=_digest(token), account=name, begun=now, seen=now))
            self._record(db, "log-in", name)
        return Session(_read(row), token)

    def find(self, token: str) -> Session | None:
        """Find the session of a token; None if there is none, or it has ended."""
        if not token:
            return None
        now = self._now()
        found = select(session.c.begun, session.c.seen, account).join(account, account.c.name == session.c.account)
        with self._reading() as db:
            row = db.execute(found.where(session.c.token == _digest(token))).first()
        if row is None or row.closed is not None:
            return None
        if now - row.seen > IDLE_SECONDS or now - row.begun > WHOLE_SECONDS:
            self._end(token)
            return None
        if now - row.seen >= _NOTED_EVERY:
            with self._writing() as db:
                db.execute(update(session).where(session.c.token == _digest(token)).values(seen=now))
        return Session(_read(row), token)

    def log_out(self, ended: Session) -> None:
        """End a session."""
        self._end(ended.token)
        self.record("log-out", ended.account.name)

    def _end(self, token: str) -> None:
        with self._writing() as db:
            db.execute(delete(session).where(session.c.token == _digest(token)))

    # -- the record -----------------------------------------------------------------------------------------------
    def record(self, what: Happening, name: str, detail: str = "") -> None:
        """Write a line of the record."""
        with self._writing() as db:
            self._record(db, what, name, detail)

    def recorded(self, most: int = 1000) -> Sequence[Recorded]:
        """List the record, newest first."""
        newest = select(account_record).order_by(account_record.c.number.desc()).limit(most)
        with self._reading() as db:
            rows = db.execute(newest).all()
        return [Recorded(_moment(row.at), cast("Happening", row.what), row.account, row.detail) for row in rows]

    def _record(self, db: Connection, what: Happening, name: str, detail: str = "") -> None:
        values = {"at": self._now(), "what": what, "account": name, "detail": detail[:200]}
        db.execute(insert(account_record).values(**values))

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _row(db: Connection, name: str) -> Row[tuple[object, ...]] | None:
    return db.execute(select(account).where(account.c.name == name)).first()


def _account(db: Connection, name: str) -> Account:
    row = _row(db, name)
    if row is None or row.closed is not None:
        raise bad_request(f"There is no account {name}.", f"No existe la cuenta {name}.")
    return _read(row)


def _read(row: Row[tuple[object, ...]] | None) -> Account:
    assert row is not None
    closed = _moment(row.closed) if row.closed is not None else None
    return Account(row.name, row.office, row.role, _moment(row.made), closed)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash of no password, checked for accounts that there are not."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _hashed(name: str, password: str) -> str:
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD or password.casefold() == name.casefold():
        raise bad_request(
            f"A password has {LEAST_PASSWORD} to {MOST_PASSWORD:,} characters and is not the account's name.",
            f"La contraseña tiene de {LEAST_PASSWORD} a {MOST_PASSWORD:,} caracteres y no es el nombre de la cuenta.",
        )
    return _hash(password)


def _hash(password: str) -> str:
    with _AT_ONCE:
        return _hasher().hash(password)


def _fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    with _AT_ONCE:
        try:
            return _hasher().verify(hashed, password[: MOST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False
