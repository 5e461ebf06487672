"""Ways to make the records wrong by hand, past every constraint that is there to prevent it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import asyncpg

from storage.engine import sqlite_file
from tests.databases.postgres import SUPERUSER

_CHECKS = """SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace"""


async def spoil(url: str, statements: Sequence[str]) -> None:
    """Run the statements with no constraint, trigger or wall in their way; those are gone afterwards as well."""
    file = sqlite_file(url)
    if file is not None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            for statement in ("DROP INDEX IF EXISTS uq_claims_now", *statements):
                connection.execute(statement)
        return
    other = await asyncpg.connect(url.replace("//baton@", f"//{SUPERUSER}@"))
    try:
        await other.execute("SET session_replication_role = replica")
        for table, name in await other.fetch(_CHECKS):
            await other.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for statement in ("DROP INDEX IF EXISTS uq_claims_now", *statements):
            await other.execute(statement)
    finally:
        await other.close()
