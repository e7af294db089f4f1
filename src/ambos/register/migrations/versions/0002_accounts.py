"""Accounts of offices, their sessions, and the record of log-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    word = sa.String().with_variant(sa.String(collation="C"), "postgresql")

    def words(*names: str) -> list[sa.Column[str]]:
        return [sa.Column(name, word, nullable=False) for name in names]

    op.create_table(
        "account",
        sa.Column("name", word, primary_key=True),
        *words("office", "role", "password"),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.BigInteger),
    )
    op.create_table(
        "session",
        sa.Column("token", word, primary_key=True),
        *words("account"),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
    )
    op.create_index("session_account", "session", ["account"])
    op.create_table(
        "account_record",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        *words("what", "account", "detail"),
    )
