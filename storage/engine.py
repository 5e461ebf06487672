"""One entry point to both databases; nothing above this file can tell which of them it is."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from core.errors import StorageAway
from core.ports import Room
from storage.account import SqlAccount
from storage.lanes import SqlLanes
from storage.postgres import PostgresDatabase
from storage.registry import SqlRegistry
from storage.remembered import Remembered
from storage.scripts import Ending, Script, run
from storage.sqlite import SqliteDatabase
from storage.upkeep import end_every_lease

_DRIVERS = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgresql+asyncpg": "postgresql",
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
}


def normal_url(url: str) -> str:
    """The address as the rest of storage spells it: ``postgresql://…`` or ``sqlite:///path``.

    ``ValueError`` with a sentence for anything else, which never quotes the address: it may hold a password.
    """
    scheme, separator, rest = url.partition("://")
    driver = _DRIVERS.get(scheme)
    if not separator or driver is None:
        raise ValueError("a database address starts with sqlite:/// (a file) or postgresql:// (a server)")
    if driver == "sqlite" and "?" in rest:
        raise ValueError("sqlite:/// takes the path of a file and nothing after it; a path can't have a question mark")
    if driver == "sqlite" and (not rest.startswith("/") or rest[1:] in ("", ":memory:")):
        raise ValueError("sqlite:/// needs the path of a file; a database in memory would forget everything")
    if driver == "sqlite":
        return f"sqlite://{rest}"
    try:
        # Written anew, so that a password with "/" or "#" in it is percent-encoded, as drivers want it.
        return sa.make_url(f"postgresql://{rest}").render_as_string(hide_password=False)
    except (sa.exc.ArgumentError, ValueError):
        raise ValueError("this is no address of a server; write postgresql://user:password@host:port/name") from None


def is_embedded(url: str) -> bool:
    """Whether it is a file of ours, which nobody else looks after."""
    return normal_url(url).startswith("sqlite:")


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address, None for a server."""
    if not is_embedded(url):
        return None
    return Path(sa.make_url(normal_url(url)).database or "")


class OpenRecords:
    """Storage, open."""

    def __init__(self, database: SqliteDatabase | PostgresDatabase) -> None:
        self._database = database
        self._rooms: Remembered[str, Sequence[Room]] = Remembered()
        self.registry = SqlRegistry(database, self._rooms)
        self.lanes = SqlLanes(database)

    def open(self, account: str) -> SqlAccount:
        """The door to one account."""
        return SqlAccount(account, self._database, self._rooms)

    async def ping(self) -> None:
        """Return if storage takes transactions now, else ``StorageAway``."""
        await self._database.write(None, _ping)

    async def bypasses_row_security(self) -> bool:
        """Whether the database role is one to which the wall between accounts does not apply (a superuser)."""
        return await self._database.bypasses_row_security()

    async def close(self) -> None:
        """Finish what was taken, then let go of everything."""
        await self._database.close()


def _ping() -> Script[Ending[None]]:
    yield from run(_ONE, {})
    return None, False


_ONE = sa.select(sa.literal_column("1", sa.Integer()).label("one"))


async def open_storage(url: str, on_owed: Callable[[], None] | None, *, sole: bool = False) -> OpenRecords:
    """Open the records at ``url``, whose schema must be up to date (``storage.migrate``).

    ``on_owed`` is called on the event loop after every commit that owes the outside world something, and when another
    process calls for help; None for whoever sends nothing. ``sole`` is for whoever serves: a SQLite file takes one such
    process, a server any number. ``ValueError`` for an address we can't use, ``StorageAway`` if nothing answers there,
    ``StorageTaken`` if somebody else serves from the file.
    """
    file = sqlite_file(url)
    database = (
        SqliteDatabase(file, on_owed, sole=sole) if file else await PostgresDatabase.connect(normal_url(url), on_owed)
    )
    storage = OpenRecords(database)
    try:
        await storage.ping()
        if file and sole:
            await database.write(None, end_every_lease)
    except StorageAway:
        await storage.close()
        raise
    return storage


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[OpenRecords]:
    """The records for somebody who looks into them and sends nothing."""
    storage = await open_storage(url, None)
    try:
        yield storage
    finally:
        await storage.close()
