"""One process at a time serves from a SQLite file: a lock beside the file, which ends with whoever holds it."""

import fcntl
import os
import time
from pathlib import Path

from core.errors import StorageAway, StorageTaken


class SoleUse:
    """The right to be the only one that serves from a file, until ``close`` or the end of the process.

    The lock is on a file of its own: closing any descriptor of the database file would drop the locks that SQLite has
    on it. By whatever name the database is called, it is the same lock. The file stays where it is: were it removed,
    two could each hold a lock on a file of that name.
    """

    def __init__(self, database: Path, patience: float = 0.0) -> None:
        """``StorageTaken`` if another process has it and does not let go for ``patience`` seconds."""
        place = database.resolve()
        beside = place.with_name(f"{place.name}.serving")
        try:
            self._descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageAway(f"{beside} can't be written: {error.strerror}") from error
        last = time.monotonic() + patience
        while not self._lock():
            if time.monotonic() >= last:
                holder = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip()
                self.close()
                raise StorageTaken(
                    f"Another Baton (process {holder or 'unknown'}) works on {place}, and a SQLite file takes one at a "
                    "time. Stop that one first, or set DATABASE_URL to a PostgreSQL server, which takes several."
                )
            time.sleep(0.05)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        """Let others serve."""
        os.close(self._descriptor)

    def _lock(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
