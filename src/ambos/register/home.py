"""Where a register is, and how it comes to be: its tables, and the region's records in it.

A workspace's register is a file that the first writing makes. Until then it is shown from memory: the same events, made of
the records that the region ships.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, insert, inspect, select

from ambos.catalog.catalog import Catalog
from ambos.catalog.register import compiled_on, load_register, load_register_rules, plain
from ambos.errors import RegisterFailed, reason
from ambos.files import make_folder
from ambos.register.chain import canonical, sha256
from ambos.register.engine import begin_writing, failures, in_memory, open_engine, place_of
from ambos.register.rules import STEWARD
from ambos.register.tables import HEAD, meta, metadata
from ambos.text import Text

#: Registers in memory, by the catalog whose records they hold.
_SHOWN: WeakKeyDictionary[Catalog, Engine] = WeakKeyDictionary()
_MAKING = Lock()


class Home:
    """The place of a register.

    Parameters
    ----------
    where : Path or str
        A file that need not exist, or the address of a database.
    catalog : Catalog
        Its region's records are entered.

    Raises
    ------
    BadRequest
        If the address names no database that the register can be in.
    """

    def __init__(self, where: Path | str, catalog: Catalog) -> None:
        self.where, self.catalog = where, catalog
        self._engine = open_engine(where)
        self._current = False  # whether its tables are known to be those of this program
        self._entered = False  # whether the region's records are known to be in it

    def for_reading(self) -> Engine:
        """Give the database to read from; a file that was never written is not made.

        Raises
        ------
        RegisterFailed
        """
        if isinstance(self.where, Path) and not self.where.exists():
            return _shown(self.catalog)
        if not self._current:
            with failures(self._engine), self._engine.connect() as db:
                revision = _revision(db)
            if revision is None and isinstance(self.where, Path):
                return _shown(self.catalog)  # whoever began to make it was stopped
            if revision != HEAD:
                return self.for_writing()
            self._current = True
        return self._engine

    def for_writing(self, now: datetime | None = None) -> Engine:
        """Give the database to write to, with its tables and the region's records; made if need be, in one transaction.

        Parameters
        ----------
        now : datetime, optional
            Of records that the region ships now and did not when the register was made; the time now if not given.

        Raises
        ------
        RegisterFailed
        """
        if not self._entered:
            if isinstance(self.where, Path):
                try:
                    make_folder(self.where.parent)
                except OSError as error:
                    raise RegisterFailed(where=self.where, detail=reason(error)) from error
            with failures(self._engine), self._engine.connect() as db, begin_writing(db):
                _migrate(db, self._engine)
                enter(db, self.catalog, now or datetime.now(UTC))
            self._current = self._entered = True
        return self._engine


def _shown(catalog: Catalog) -> Engine:
    """Give the records of a region in memory."""
    with _MAKING:
        if catalog not in _SHOWN:
            engine = in_memory()
            with engine.connect() as db, begin_writing(db):
                metadata.create_all(db)
                enter(db, catalog, datetime.now(UTC))
            _SHOWN[catalog] = engine
        return _SHOWN[catalog]


def _revision(db: Connection) -> str | None:
    """Give the revision of the tables of a database; None if it has none."""
    if not inspect(db).has_table("alembic_version"):
        return None
    found = db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found is not None else None


def _migrate(db: Connection, engine: Engine) -> None:
    """Bring the tables to the revision of this program, within the transaction that is open.

    Raises
    ------
    RegisterFailed
        If they are of a newer program.
    """
    if _revision(db) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = db
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        newer = Text("it is of a newer version of Ambos", "es de una versión más reciente de Ambos")
        raise RegisterFailed(where=place_of(engine), detail=newer) from error


def enter(db: Connection, catalog: Catalog, now: datetime) -> None:
    """Enter the region's records, dated on the day on which they were compiled.

    Into a register that has records of the region already, those that it ships now are entered as changes, dated now; what
    an office has worked on stays.
    """
    from ambos.register.desk import Desk

    records = load_register(catalog)
    digest = sha256(canonical([[*name, plain(record)] for name, record in records.items()]))
    held = db.scalar(select(meta.c.value).where(meta.c.key == "content"))
    if held == digest or not records:
        return
    zone = ZoneInfo(catalog.region.zone)
    compiled = datetime.combine(compiled_on(catalog), time(), zone).astimezone(UTC)
    desk = Desk(db, catalog, load_register_rules(), STEWARD, now if held else compiled)
    desk.load(records)
    for name, record in records.items():
        state = desk.state(*name)
        if state is None:
            desk.create(record)
        elif state["office"] == STEWARD and desk.is_by_steward(*name):
            desk.change(record)
    desk.flush()
    db.execute(delete(meta).where(meta.c.key == "content"))
    db.execute(insert(meta).values(key="content", value=digest))
