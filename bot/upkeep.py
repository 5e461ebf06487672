"""Upkeep: once an hour, what the records need no longer, or may hold no longer, is forgotten."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from core.errors import StorageAway
from core.ledger import KEPT
from core.ports import Account, Clock, Storage

log = logging.getLogger("baton.upkeep")

EVERY_SECONDS = 3600.0
# The first time soon after the start: a process that is started anew every half hour must forget as well.
FIRST_SECONDS = 30.0
# On SQLite every gesture waits for the one writer, so it forgets a little at a time; less where each owes corrections.
BATCH = 1000
TEXT_BATCH = 50
PAUSE_SECONDS = 0.2


class Upkeep:
    """Looks after the records of every account."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def run(self) -> None:
        """Do it once an hour, for ever; an error that nobody foresaw should end the process."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                await self.once()
            except StorageAway as away:
                log.warning("storage is away (%s); the upkeep is done in an hour", away)
            await asyncio.sleep(EVERY_SECONDS)

    async def once(self) -> None:
        """Forget codes that are too old, gestures that nobody can make again, and text that was kept long enough."""
        registry = self._storage.registry
        await registry.prune(self._clock.now())
        for name in await registry.accounts():
            account = self._storage.open(name)
            await self._forget_gestures(account)
            await self._forget_text(account)

    async def _forget_gestures(self, account: Account) -> None:
        before = self._clock.now() - KEPT
        await _in_batches(lambda most: account.forget(before, most), BATCH)

    async def _forget_text(self, account: Account) -> None:
        days, now = (await account.settings()).retention_days, self._clock.now()
        if days is not None:
            await _in_batches(lambda most: account.forget_text(now - timedelta(days=days), most, now), TEXT_BATCH)


async def _in_batches(forget: Callable[[int], Awaitable[int]], most: int) -> None:
    """Have up to so many forgotten at a time, until there are no more; others get their turn in between."""
    forgotten = most
    while forgotten == most:
        forgotten = await forget(most)
        await asyncio.sleep(PAUSE_SECONDS)
