"""Everything is put together here, in one order: storage, the ways out, the desk, the ways in."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.clock import SystemClock
from bot.keyring import Keyring
from bot.platforms import Bound, Platform, configured
from bot.settings import Settings
from bot.upkeep import Upkeep
from bot.worker import Worker
from core.deliveries import back_off
from core.desk import Desk
from core.errors import PlatformAway, PlatformRefuses, StorageAway
from core.ports import Clock, Configuration, OpenStorage, Storage
from storage import open_storage

log = logging.getLogger("baton")

# The account that the configuration makes has a fixed name, so that every start meets the same one.
ACCOUNT = "default"

# What was begun and is not ended so many seconds after the HTTP side closed is given up; the ledger knows what is owed.
FAREWELL = 6.0


@dataclass(frozen=True, slots=True)
class Running:
    """A running Baton: what the HTTP application serves and watches. A task that raises is something broken."""

    storage: OpenStorage
    platforms: Sequence[Platform]
    worker: Worker
    tasks: Sequence["asyncio.Task[None]"]

    async def hush(self) -> None:
        """Begin no new send, and take no new gesture but over HTTP: the first step of stopping."""
        self.worker.stop()
        await asyncio.gather(*(platform.hush() for platform in self.platforms))


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Baton at work, from storage to the worker; on leaving, everything that was begun is ended in reverse.

    ``PlatformRefuses`` if a platform does not take our credentials.
    """
    clock = clock or SystemClock()
    wake = asyncio.Event()
    storage = await open_storage(settings.database_url, wake.set, sole=True, keys=settings.secret_keys)
    try:
        if await storage.bypasses_row_security():
            log.warning(
                "DATABASE_URL connects as a superuser: the database's own wall between accounts does not bind it"
            )
        if len(settings.secret_keys) > 1 and (number := await storage.reseal()):
            log.info("sealed anew, with the first of the keys in BATON_SECRET_KEY: %d tokens", number)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            keyring = Keyring(storage)
            platforms = configured(settings, session, keyring)
            desk = Desk(storage, {platform.name: platform.directory for platform in platforms}, clock)
            worker = Worker(storage, {platform.name: platform.outgoing for platform in platforms}, clock, wake)
            joining = Joining(platforms, desk, storage, keyring, clock)
            await joining.once()
            tasks = [
                asyncio.create_task(worker.run(), name="worker"),
                asyncio.create_task(Upkeep(storage, clock).run(), name="upkeep"),
            ]
            if joining.missing:
                tasks.append(asyncio.create_task(joining.go_on(), name="joining"))
            baton = Running(storage, platforms, worker, tasks)
            try:
                yield baton
            finally:
                await baton.hush()
                for task in tasks[1:]:
                    task.cancel()
                ending = [*tasks, *(asyncio.create_task(platform.close()) for platform in platforms)]
                _, late = await asyncio.wait(ending, timeout=FAREWELL)
                for task in late:
                    task.cancel()
                await asyncio.gather(*ending, return_exceptions=True)
    finally:
        await storage.close()


class Joining:
    """Finds out which workspaces the settings lead to, binds them to their account, and lets gestures in.

    A platform that is away when Baton starts keeps nobody else waiting: it is asked again until it answers.
    """

    def __init__(
        self, platforms: Sequence[Platform], desk: Desk, storage: Storage, keyring: Keyring, clock: Clock
    ) -> None:
        self.missing = list(platforms)
        self._desk = desk
        self._storage = storage
        self._keyring = keyring
        self._clock = clock
        self._bound: dict[str, Bound] = {}

    async def once(self) -> None:
        """Ask every platform that is still missing, and take in those that answer."""
        found: dict[Platform, Bound | None] = {}
        for platform in self.missing:
            try:
                found[platform] = await platform.introduce()
            except PlatformAway as away:
                log.warning("%s is away: %s; asking again", platform.name, away)
        bound = self._bound | {platform.name: one for platform, one in found.items() if one}
        await self._configure(bound, tuple(one.name for one in self.missing if one not in found))
        # Only now: had storage been away, all of it would have to be done again.
        self._keyring.configured()
        self._bound = bound
        for platform in found:
            await platform.listen(self._desk)
            self.missing.remove(platform)

    async def _configure(self, bound: Mapping[str, Bound], pending: tuple[str, ...]) -> None:
        registry = self._storage.registry
        # Where workspaces come by installing Baton alone, the settings make no account; one that they made earlier
        # is told that they name nothing any more.
        if not bound and (pending or ACCOUNT not in await registry.accounts()):
            return
        workspaces = tuple((name, one.workspace) for name, one in bound.items())
        rooms = tuple(room for one in bound.values() for room in one.rooms)
        try:
            await registry.configure(Configuration(ACCOUNT, "Baton", workspaces, rooms, pending), self._clock.now())
        except ValueError as taken:
            raise PlatformRefuses(
                f"These settings can't be used: {taken}, made when Baton was installed there. Take that workspace out "
                "of the settings, or remove the other account: baton account delete."
            ) from taken

    async def go_on(self) -> None:
        """Ask again, less and less often, until nobody is missing."""
        attempts = 0
        while self.missing:
            attempts += 1
            await asyncio.sleep(back_off(attempts).total_seconds())
            try:
                await self.once()
            except StorageAway:
                log.warning("storage is away; asking again")
