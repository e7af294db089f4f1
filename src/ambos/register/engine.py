"""Connections to SQLite and PostgreSQL, and transactions of one writer at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from ambos.errors import BadRequest, RegisterFailed
from ambos.text import Text

#: Seconds to wait for another process that writes.
PATIENCE = 30
#: The lock of writers on a PostgreSQL server: any number that no other program takes.
_LOCK = 0x616D626F73
_WRITES = "ambos_writes"


def open_engine(where: str | Path) -> Engine:
    """Describe a database; nothing is opened yet.

    Parameters
    ----------
    where : str or Path
        A file of SQLite, or an address (``postgresql://user@host/name``, ``sqlite:///file``).

    Raises
    ------
    BadRequest
        If the address names no database that the register can be in.
    """
    if isinstance(where, Path):
        return _of_sqlite(create_engine(URL.create("sqlite", database=str(where)), poolclass=NullPool))
    try:
        url = make_url(where)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite":
            return _of_sqlite(create_engine(url, poolclass=NullPool))
        if url.drivername == "postgresql+psycopg":
            options = f"-c jit=off {url.query.get('options', '')}"  # compiling takes longer than any question here
            given = {"connect_timeout": PATIENCE, "options": options.strip()}
            return create_engine(url, pool_pre_ping=True, connect_args=given)
    except ModuleNotFoundError as error:
        detail = Text(
            'PostgreSQL needs one more package: pip install "ambos[postgres]"',
            'PostgreSQL requiere un paquete más: pip install "ambos[postgres]"',
        )
        raise BadRequest(detail=detail) from error
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    raise BadRequest(
        detail=Text(
            "The address of the register is to be like postgresql://user@host/name or sqlite:///file.",
            "La dirección del registro debe ser como postgresql://usuario@equipo/nombre o sqlite:///archivo.",
        )
    )


def in_memory() -> Engine:
    """Make an empty database in the memory of this process, which its threads share; it lasts as long as the engine."""
    address = f"file:ambos-{uuid4().hex}?mode=memory&cache=shared"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, PATIENCE, uri=True, check_same_thread=False)

    engine = _of_sqlite(create_engine("sqlite://", creator=connect, poolclass=NullPool))
    kept = connect()  # the memory is let go with its last connection

    @event.listens_for(engine, "engine_disposed")
    def _disposed(_engine: Engine) -> None:
        kept.close()

    return engine


def _of_sqlite(engine: Engine) -> Engine:
    """Have transactions begin when they are asked for, and a writer wait for the one before."""

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def begin_writing(db: Connection) -> Iterator[None]:
    """Open a transaction for the one writer; whoever comes meanwhile waits."""
    with db.execution_options(**{_WRITES: True}).begin():
        if db.dialect.name == "postgresql":
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield


@contextmanager
def failures(engine: Engine) -> Iterator[None]:
    """Say in both languages why a database failed."""
    try:
        yield
    except DBAPIError as error:
        raise RegisterFailed(where=place_of(engine), detail=detail_of(error.orig or error)) from error
    except SQLAlchemyError as error:
        raise RegisterFailed(where=place_of(engine), detail=detail_of(error)) from error


def place_of(engine: Engine) -> str:
    """Name a database for a message, without its password."""
    if engine.url.get_backend_name() == "sqlite":
        return engine.url.database or "memory"
    return engine.url.render_as_string(hide_password=True)


def detail_of(error: BaseException) -> Text:
    """Say why a database failed: in both languages where it is usual, else in its own words."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    known = {
        sqlite3.SQLITE_BUSY: Text("another process is writing to it", "otro proceso está escribiendo en él"),
        sqlite3.SQLITE_LOCKED: Text("another process is writing to it", "otro proceso está escribiendo en él"),
        sqlite3.SQLITE_READONLY: Text("it can only be read", "es de solo lectura"),
        sqlite3.SQLITE_FULL: Text("the disk is full", "el disco está lleno"),
        sqlite3.SQLITE_CANTOPEN: Text("the file cannot be opened", "no se puede abrir el archivo"),
        sqlite3.SQLITE_NOTADB: Text("it is no database", "no es una base de datos"),
        sqlite3.SQLITE_CORRUPT: Text("it is damaged", "está dañado"),
    }
    if code in known:
        return known[code]
    words = " ".join(str(error).split()).rstrip(".")
    return Text(f"the database says “{words}”", f"la base de datos dice: «{words}»")
