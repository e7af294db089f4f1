"""The tables of the register, for SQLite and PostgreSQL. Text is compared byte by byte on both."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

#: Revision of the tables that this program works with: the newest in ``migrations/versions``.
HEAD = "0002"

#: What stands for the number of an event that is yet to come.
FOREVER = 2**62

metadata = MetaData()
_Number = BigInteger().with_variant(Integer(), "sqlite")
_Word = String().with_variant(String(collation="C"), "postgresql")


def _word(name: str, *, primary_key: bool = False) -> Column[str]:
    return Column(name, _Word, nullable=False, primary_key=primary_key)


event = Table(
    "event",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    *map(_word, ("at", "office", "side", "what", "kind", "id")),
    Column("changes", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    *map(_word, ("previous", "hash")),
    UniqueConstraint("previous", name="one_after_another"),
    Index("event_at", "at", "seq"),
)

version = Table(
    "version",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    *map(_word, ("kind", "id")),
    Column("until", _Number, nullable=False),  # number of the event that replaced it, or `FOREVER`
    *map(_word, ("title_en", "title_es", "type")),
    Column("draft", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    *map(
        _word,
        (
            *("side", "status", "reported", "effective", "committee", "meeting", "objective", "target_kind", "target"),
            *("sides", "offices", "made", "due", "due_by", "starts", "ends", "accepted", "outcome"),
        ),
    ),
    Column("evidence", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("steps_done", Integer, nullable=False),
    Column("as_compiled", Boolean, nullable=False),
    _word("news"),
    Index("version_name", "kind", "id", "until"),
    Index("version_span", "kind", "until", "seq"),
)

#: What a search looks at, and titles are sorted by: apart, so that the rows of `version` stay short.
words = Table(
    "words",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    *map(_word, ("words_en", "words_es")),
)

meta = Table("meta", metadata, _word("key", primary_key=True), Column("value", Text, nullable=False))

#: Accounts of offices: `made`, `closed`, and all times of these tables, in seconds of Unix time.
account = Table(
    "account",
    metadata,
    _word("name", primary_key=True),
    *map(_word, ("office", "role", "password")),
    Column("made", BigInteger, nullable=False),
    Column("closed", BigInteger),
)

session = Table(
    "session",
    metadata,
    _word("token", primary_key=True),
    _word("account"),
    Column("begun", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Index("session_account", "account"),
)

account_record = Table(
    "account_record",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    *map(_word, ("what", "account", "detail")),
)
