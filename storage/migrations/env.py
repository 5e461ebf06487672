"""How Alembic runs our migrations: on the connection that ``storage.migrate`` hands over."""

import sqlalchemy as sa
from alembic import context

from storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # Two replicas that start at once migrate one after the other. The number is Baton's own, and means nothing.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(715517)"))
    context.run_migrations()
