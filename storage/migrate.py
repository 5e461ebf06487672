"""Bringing the schema up to date, and telling whether it is; for the command line, so not to be called on a loop."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.errors import StorageAway
from storage.engine import normal_url, sqlite_file
from storage.sole import SoleUse

T = TypeVar("T")

# Another that migrates is waited for this long (in seconds); one that serves does not let go.
TURN = 5.0


class State(StrEnum):
    """How the schema in the database relates to this program's."""

    UP_TO_DATE = "up to date"
    OLDER = "older"
    NEWER = "newer"
    EMPTY = "empty"
    FOREIGN = "somebody else's"


def state(url: str) -> State:
    """Where the schema stands. ``StorageAway`` if the database does not answer; makes no file."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return State.EMPTY
    revision, tables = _on(url, lambda connection: (_revision(connection), sa.inspect(connection).get_table_names()))
    known = ScriptDirectory.from_config(_config())
    if revision is None:
        return State.FOREIGN if set(tables) - {"alembic_version"} else State.EMPTY
    if revision == known.get_current_head():
        return State.UP_TO_DATE
    return State.OLDER if revision in {script.revision for script in known.walk_revisions()} else State.NEWER


def upgrade(url: str) -> Path | None:
    """Bring the schema up to date; answers the copy that was made of an existing SQLite file before it was changed.

    ``StorageTaken`` if a process serves from the file.
    """
    if state(url) is State.UP_TO_DATE:
        return None
    file = sqlite_file(url)
    if file is None:
        _on(url, _to_head)
        return None
    with closing(SoleUse(file, TURN)):
        # Somebody else may have done it while we waited for our turn: then there is nothing left to copy either.
        if state(url) is State.UP_TO_DATE:
            return None
        backup = _back_up(file) if file.exists() and file.stat().st_size else None
        _on(url, _to_head)
    return backup


def _to_head(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    # A table that was never analysed misleads PostgreSQL's planner by a factor of five.
    connection.execute(sa.text("ANALYZE"))
    connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _back_up(file: Path) -> Path:
    """A consistent copy next to the file, made by SQLite itself, also while somebody writes."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    target = file.with_name(f"{file.name}.before-{head}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _on(url: str, work: Callable[[sa.Connection], T]) -> T:
    """Do something on a connection that is open for it alone."""
    file = sqlite_file(url)
    try:
        if file is not None:
            with _sqlite(file) as connection:
                return work(connection)
        return asyncio.run(_postgres(normal_url(url), work))
    except sa.exc.DBAPIError as error:
        raise StorageAway(f"the database can't be used: {error.orig}") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StorageAway(f"the database can't be reached: {error}") from error


@contextmanager
def _sqlite(file: Path) -> Iterator[sa.Connection]:
    # The driver's own BEGIN leaves CREATE TABLE outside the transaction; ours does not.
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)), poolclass=NullPool, connect_args={"isolation_level": None}
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        yield connection


async def _postgres(url: str, work: Callable[[sa.Connection], T]) -> T:
    async def connect() -> Any:
        return await asyncpg.connect(url, timeout=5.0)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    async with engine.connect() as connection:
        return await connection.run_sync(work)
