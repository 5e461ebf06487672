"""The one thread that writes to a SQLite file: what is queued shares a commit, and is answered only after it."""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.errors import StorageAway
from storage.scripts import Begin
from storage.statements import Statements

log = logging.getLogger("baton.storage")

MOST_AT_ONCE = 256
# SQLite itself waits for a lock this long (in seconds) before we look again whose time is up.
BUSY = 0.1


class Job:
    """A script that waits for the writer, and the answer for whoever asked, on their event loop."""

    def __init__(self, begin: Begin[Any], deadline: float) -> None:
        self.begin = begin
        self.expires = time.monotonic() + deadline
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.ended: tuple[Any, bool] | BaseException = StorageAway("the database file did not answer in time")
        self._once = threading.Lock()

    def claim(self) -> bool:
        """Decide, once and for all, whether the writer runs it or whoever asked has given it up."""
        return self._once.acquire(blocking=False)


class Writer(threading.Thread):
    """Owns the connection that writes. The scripts of a batch stand or fall by one commit."""

    def __init__(self, path: Path, on_owed: Callable[[], None]) -> None:
        super().__init__(name="sqlite-writer", daemon=True)
        self._path = path
        self._on_owed = on_owed
        self._loop = asyncio.get_running_loop()
        self._statements = Statements("sqlite")
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._open = True
        self._gone = self._loop.create_future()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def take(self, job: Job) -> None:
        """Queue a job; ``StorageAway`` if nobody would ever run it."""
        with self._door:
            if not self._open:
                raise StorageAway("storage is closed")
            self._queue.put(job)

    async def close(self) -> None:
        """Finish what was taken, and end the thread."""
        with self._door:
            self._open = False
            self._queue.put(None)
        await self._gone

    def run(self) -> None:
        """Work until closed. If anything ends the thread early, whoever waits is refused, and so is all that comes."""
        batch: list[Job] = []
        try:
            while batch := self._gather():
                self._commit(batch)
                self._tell(batch)
        except BaseException:
            # Whatever it is, a thread has nobody to raise it to: it is said here, and the next ping fails.
            log.critical("the thread that writes to %s died", self._path, exc_info=True)
        with self._door:
            self._open = False
        while not self._queue.empty():
            batch += filter(None, [self._queue.get()])
        for job in batch:
            job.ended = StorageAway("the thread that writes has ended")  # also where it had run, but was not committed
        self._tell(batch)
        if self._connection is not None:
            self._connection.close()
        self._on_loop(self._gone.set_result, None)

    def _gather(self) -> list[Job]:
        """Everything that is queued, waiting for the first; nothing once the writer is closed."""
        first = self._queue.get()
        if first is None:
            return []
        batch = [first]
        while len(batch) < MOST_AT_ONCE and not self._queue.empty():
            job = self._queue.get()
            if job is None:
                self._queue.put(None)
                break
            batch.append(job)
        return batch

    def _commit(self, batch: Sequence[Job]) -> None:
        """Run a batch as one transaction, and leave in each job how it ended."""
        connection, running = self._begin(batch)
        if connection is None:
            return
        try:
            for job in running:
                if not self._run(connection, job):
                    break
            if connection.in_transaction:
                connection.execute("COMMIT")
                return
            # A full disk can undo a whole transaction by itself: then nobody's change is in the file.
            away = StorageAway("the database file took nothing")
        except sqlite3.Error as error:
            away = StorageAway(f"the database file can't be written: {error}")
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for job in running:
            job.ended = away

    def _begin(self, batch: Sequence[Job]) -> tuple[sqlite3.Connection | None, list[Job]]:
        """Take the write lock, waiting for as long as anybody's time lasts; answers who is still to be run."""
        while running := [job for job in batch if job.expires > time.monotonic()]:
            try:
                connection = self._same_file()
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    for job in running:
                        job.ended = StorageAway(f"the database file can't be written: {error}")
                    return None, []
            else:
                return connection, [job for job in running if job.claim()]
        return None, []

    def _same_file(self) -> sqlite3.Connection:
        """The connection, made anew if another file stands at the path by now: what went into the old one is lost."""
        try:
            found = self._path.stat().st_ino
        except OSError as error:
            raise sqlite3.DatabaseError(f"{self._path} is not there") from error
        if self._connection is not None and found != self._inode:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._inode, self._connection = found, self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        place = f"{self._path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(place, uri=True, timeout=BUSY, isolation_level=None)
        # WAL lets readers read while we write; FULL makes an answered commit survive a power cut; what is deleted is
        # overwritten in the file, which not every SQLite does by itself.
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {setting}")
        return connection

    def _run(self, connection: sqlite3.Connection, job: Job) -> bool:
        """Run one job on its own savepoint; answers whether the transaction still stands."""
        connection.execute("SAVEPOINT job")
        try:
            job.ended = self._drive(connection, job.begin)
        except Exception as error:  # whatever it is, it belongs to whoever asked, and to none of the others
            away = isinstance(error, sqlite3.OperationalError)
            job.ended = StorageAway(f"the database file can't be written: {error}") if away else error
            if not connection.in_transaction:
                return False
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return True

    def _drive(self, connection: sqlite3.Connection, begin: Begin[Any]) -> tuple[Any, bool]:
        script = begin()
        try:
            asked = next(script)
            while True:
                prepared = self._statements[asked.statement]
                found = connection.execute(prepared.sql, prepared.arguments(asked.params)).fetchall()
                asked = script.send(prepared.rows(found))
        except StopIteration as end:
            ended: tuple[Any, bool] = end.value
            return ended

    def _tell(self, batch: Sequence[Job]) -> None:
        if batch:
            self._on_loop(self._answer, list(batch))

    def _on_loop(self, call: Callable[..., object], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:
            log.warning("the event loop ended before storage was closed")

    def _answer(self, batch: Sequence[Job]) -> None:
        owes = False
        for job in batch:
            if not isinstance(job.ended, BaseException):
                owes = owes or job.ended[1]
            if job.answer.done():
                continue
            if isinstance(job.ended, BaseException):
                job.answer.set_exception(job.ended)
            else:
                job.answer.set_result(job.ended[0])
        if owes:
            self._on_owed()
