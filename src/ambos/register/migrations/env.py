"""Run the migrations in the transaction of whoever opened the register."""

from __future__ import annotations

from alembic import context

from ambos.register.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
