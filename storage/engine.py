"""One entry point to both databases; nothing above this file can tell which of them it is."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from core.errors import StorageAway
from core.roster import Room
from storage.account import SqlAccount
from storage.lanes import SqlLanes
from storage.own import Known
from storage.postgres import PostgresDatabase
from storage.registry import SqlRegistry
from storage.remembered import Remembered
from storage.scripts import Ending, Script, run
from storage.seal import Seal
from storage.sealing import reseal, sealed
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

    def __init__(self, database: SqliteDatabase | PostgresDatabase, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._rooms: Remembered[str, Sequence[Room]] = Remembered()
        self._installed: Known = Remembered()
        self.registry = SqlRegistry(database, self._rooms, self._installed, seal)
        self.lanes = SqlLanes(database)

    def open(self, account: str) -> SqlAccount:
        """The door to one account."""
        return SqlAccount(account, self._database, self._rooms, self._installed, self._seal)

    async def ping(self) -> None:
        """Return if storage takes transactions now, else ``StorageAway``."""
        await self._database.write(None, _ping)

    async def bypasses_row_security(self) -> bool:
        """Whether the database role is one to which the wall between accounts does not apply (a superuser)."""
        return await self._database.bypasses_row_security()

    async def reseal(self) -> int:
        """Seal every token anew that the first key does not open but another one does; answers how many."""
        return sum([await reseal(self._database, account, self._seal) for account in await self.registry.accounts()])

    async def sealed(self) -> tuple[int, int, int]:
        """How many tokens the first key opens, how many only an older one, and how many none."""
        counts = [await sealed(self._database, account, self._seal) for account in await self.registry.accounts()]
        first, older, none = (sum(count[place] for count in counts) for place in range(3))
        return first, older, none

    async def close(self) -> None:
        """Finish what was taken, then let go of everything."""
        await self._database.close()


def _ping() -> Script[Ending[None]]:
    yield from run(_ONE, {})
    return None, False


_ONE = sa.select(sa.literal_column("1", sa.Integer()).label("one"))


async def open_storage(
    url: str, on_owed: Callable[[], None] | None, *, sole: bool = False, keys: Sequence[str] = ()
) -> OpenRecords:
    """Open the records at ``url``, whose schema must be up to date (``storage.migrate``).

    ``on_owed`` is called on the event loop after every commit that owes the outside world something, and when another
    process calls for help; None for whoever sends nothing. ``sole`` is for whoever serves: a SQLite file takes one such
    process, a server any number. ``keys`` seal the tokens: the first what is new, all of them open what is sealed.
    ``ValueError`` for an address or a key we can't use, ``StorageAway`` if nothing answers there, ``StorageTaken`` if
    somebody else serves from the file.
    """
    seal = Seal(keys)
    file = sqlite_file(url)
    database = (
        SqliteDatabase(file, on_owed, sole=sole) if file else await PostgresDatabase.connect(normal_url(url), on_owed)
    )
    storage = OpenRecords(database, seal)
    try:
        await storage.ping()
        if file and sole:
            await database.write(None, end_every_lease)
    except StorageAway:
        await storage.close()
        raise
    return storage


@asynccontextmanager
async def opened(url: str, keys: Sequence[str] = ()) -> AsyncIterator[OpenRecords]:
    """The records for somebody who looks into them and sends nothing."""
    storage = await open_storage(url, None, keys=keys)
    try:
        yield storage
    finally:
        await storage.close()
