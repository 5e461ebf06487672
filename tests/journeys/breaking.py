"""Ways to break the records under a running Baton: a lock that somebody holds, and a database that is gone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg

from storage.engine import sqlite_file


class Lock(Protocol):
    """Something that keeps Baton from changing a handoff."""

    async def let_go(self) -> None:
        """Let Baton go on."""
        ...


class _FileLock:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def let_go(self) -> None:
        self._connection.execute("ROLLBACK")


class _RowLock:
    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def let_go(self) -> None:
        await self._connection.execute("ROLLBACK")


@asynccontextmanager
async def held_lock(url: str) -> AsyncIterator[Lock]:
    """SQLite: the file's write lock, as a backup takes it. PostgreSQL: every handoff's row."""
    file = sqlite_file(url)
    if file is not None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield _FileLock(connection)
        return
    other = await asyncpg.connect(url)
    try:
        await other.execute("BEGIN; SET LOCAL baton.account = 'default'; SELECT 1 FROM handoffs FOR UPDATE")
        yield _RowLock(other)
    finally:
        await other.close()


class Wire:
    """A stretch of wire to a PostgreSQL server that can be cut: then nothing listens there any more."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._url = url
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """The address of the same database over this wire."""
        return self._url.replace(f":{self._target[1]}/", f":{self.port}/")

    async def mend(self) -> None:
        """Let connections through, on the same port as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End every connection, and refuse new ones."""
        if self._server:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        ends = {writer, back}
        self._writers |= ends
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._writers -= ends


async def _pump(source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            drain.write(data)
            await drain.drain()
    drain.transport.abort()
