"""Events, their versions for lists, and what the register knows of itself.

A migration keeps the tables as they were when it was written; it does not import those of today.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    word = sa.String().with_variant(sa.String(collation="C"), "postgresql")

    def words(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, word, nullable=False) for name in names]

    op.create_table(
        "event",
        sa.Column("seq", number, primary_key=True, autoincrement=False),
        *words("at", "office", "side", "what", "kind", "id"),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        *words("previous", "hash"),
        sa.UniqueConstraint("previous", name="one_after_another"),
    )
    op.create_index("event_at", "event", ["at", "seq"])
    op.create_table(
        "version",
        sa.Column("seq", number, primary_key=True, autoincrement=False),
        *words("kind", "id"),
        sa.Column("until", number, nullable=False),
        *words("title_en", "title_es", "type"),
        sa.Column("draft", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        *words("side", "status", "reported", "effective", "committee", "meeting", "objective", "target_kind", "target"),
        *words("sides", "offices", "made", "due", "due_by", "starts", "ends", "accepted", "outcome"),
        sa.Column("evidence", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("steps_done", sa.Integer, nullable=False),
        sa.Column("as_compiled", sa.Boolean, nullable=False),
        *words("news"),
    )
    op.create_index("version_name", "version", ["kind", "id", "until"])
    op.create_index("version_span", "version", ["kind", "until", "seq"])
    op.create_table(
        "words", sa.Column("seq", number, primary_key=True, autoincrement=False), *words("words_en", "words_es")
    )
    op.create_table("meta", sa.Column("key", word, primary_key=True), sa.Column("value", sa.Text, nullable=False))
