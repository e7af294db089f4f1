"""A register with two offices, one on each side, for tests: in a file, or on a server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ambos.catalog import Catalog, load
from ambos.model.register import Commitment, Committee, Office, Phrase
from ambos.register.desk import Desk
from ambos.register.home import Home
from ambos.register.store import Register
from kept_definitions import EXAMPLE

NORTH, SOUTH = "roads-north", "roads-south"
DAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)
PERMIT = Commitment(
    id="permit",
    name=Phrase("Extend the permit", "Ampliar el permiso"),
    committee="transport",
    responsible=(NORTH, SOUTH),
    due="2026-06",
)


def empty(where: Path | str, catalog: Catalog | None = None) -> Register:
    """A register of a region that ships no records."""
    catalog = catalog or replace(load(), snapshot_folder=EXAMPLE / "snapshot")
    return Register(Home(where, catalog), catalog)


class Stores:
    """New registers with two offices, made of one that was set up once.

    Parameters
    ----------
    folder : Path
    server : str, optional
        Address of a PostgreSQL server; files of SQLite without one.
    """

    def __init__(self, folder: Path, server: str | None = None) -> None:
        self.folder, self.server, self.count = folder, server, 0
        self._first = self._place("first")
        first = with_offices(self._first)
        first.home.for_reading().dispose()

    def _place(self, name: str) -> Path | str:
        if self.server is None:
            return self.folder / f"{name}.sqlite"
        self._do(f"CREATE DATABASE {name}")
        return self.server.replace("/postgres?", f"/{name}?")

    def _do(self, statement: str) -> None:
        import psycopg

        assert self.server
        with psycopg.connect(self.server, autocommit=True) as db:
            db.execute(statement)  # type: ignore[call-overload]

    def make(self) -> Register:
        """A register that nobody else writes to."""
        self.count += 1
        name = f"copy{self.count}"
        if isinstance(self._first, Path):
            where: Path | str = self.folder / f"{name}.sqlite"
            shutil.copy(self._first, where)
        else:
            self._do(f"CREATE DATABASE {name} TEMPLATE first")
            where = self._first.replace("/first?", f"/{name}?")
        return empty(where)


def with_offices(where: Path | str) -> Register:
    """A register with an office on each side and a committee."""
    register = empty(where)
    with register.writing("ambos", NOW) as desk:
        desk.create(Office(id=NORTH, name=Phrase("Roads", "Caminos"), side="US-AZ"))
        desk.create(Office(id=SOUTH, name=Phrase("", "Caminos"), side="MX-SON"))
        desk.create(Committee(id="transport", name=Phrase("Transport", "Transporte")))
    return register


@contextmanager
def acting(register: Register, office: str, days: int = 0) -> Iterator[Desk]:
    """An office acts, so many days after the first."""
    with register.writing(office, NOW + timedelta(days=days)) as desk:
        yield desk
