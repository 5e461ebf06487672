"""SQLite: one writer thread that commits what is queued together, and readers beside it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import aiosqlite
from sqlalchemy.sql.base import Executable

from core.errors import StorageAway, StorageUnsure
from storage.scripts import PATIENCE, Begin, T
from storage.sole import SoleUse
from storage.sqlite_writer import Job, Writer
from storage.statements import Dialect, Params, Row, Statements

READERS = 4
# The writer refuses what has expired by itself; this much later nobody waits for a disk that has stopped answering.
GRACE = 0.3


class Reader(NamedTuple):
    """A connection that only reads, and the file that it was opened on."""

    connection: aiosqlite.Connection
    inode: int


class SqliteDatabase:
    """A file. ``on_owed`` is called on the event loop after every commit that owes something.

    With ``sole`` no other process may serve from it meanwhile; ``StorageTaken`` if one does.
    """

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, on_owed: Callable[[], None] | None, *, sole: bool = False) -> None:
        self._path = path
        self._sole = SoleUse(path) if sole else None
        self._statements = Statements("sqlite")
        self._writer = Writer(path, on_owed or (lambda: None))
        self._writer.start()
        # Connections that nobody reads from now; None is one that is yet to be opened.
        self._free: asyncio.LifoQueue[Reader | None] = asyncio.LifoQueue()
        for _ in range(READERS):
            self._free.put_nowait(None)

    async def write(self, account: str | None, begin: Begin[T], deadline: float = PATIENCE) -> T:  # noqa: ARG002
        """Have the writer run a script. SQLite has no wall between accounts but the one in every statement."""
        job = Job(begin, deadline)
        self._writer.take(job)
        try:
            async with asyncio.timeout(deadline + GRACE):
                answer: T = await job.answer
        except TimeoutError:
            if job.claim():
                raise StorageAway("the disk does not answer") from None
            raise StorageUnsure("the disk does not say whether it took the change") from None
        return answer

    async def read(
        self,
        account: str | None,  # noqa: ARG002
        statement: Executable,
        params: Params,
        deadline: float = PATIENCE,
    ) -> Sequence[Row]:
        """Run one SELECT on a connection that can't write."""
        prepared = self._statements[statement]
        try:
            async with asyncio.timeout(deadline), self._reader() as reader:
                found = await reader.execute_fetchall(prepared.sql, prepared.arguments(params))
        except (sqlite3.DatabaseError, OSError, TimeoutError) as error:
            raise StorageAway(f"the database file can't be read: {error}") from error
        return prepared.rows(found)

    async def bypasses_row_security(self) -> bool:
        """SQLite has no row-level security that could be bypassed."""
        return False

    async def call_others(self) -> None:
        """Nobody else works on the file."""

    async def close(self) -> None:
        """Commit what was taken, then close the file."""
        await self._writer.close()
        for _ in range(READERS):
            reader = await self._free.get()
            if reader is not None:
                await reader.connection.close()
        if self._sole:
            self._sole.close()

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[aiosqlite.Connection]:
        reader = await self._free.get()
        try:
            # Another file may have been put in the place of ours: what the old one says is no longer so.
            standing = self._path.stat().st_ino
            if reader is not None and reader.inode != standing:
                await reader.connection.close()
                reader = None
            if reader is None:
                place = f"{self._path.absolute().as_uri()}?mode=rw"
                reader = Reader(await aiosqlite.connect(place, uri=True, isolation_level=None, timeout=1.0), standing)
                await reader.connection.execute("PRAGMA query_only=ON")
            yield reader.connection
        finally:
            self._free.put_nowait(reader)
