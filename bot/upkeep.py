"""Upkeep: once an hour, what the records need no longer is forgotten."""

import asyncio
import logging

from core.errors import StorageAway
from core.ledger import KEPT
from core.ports import Clock, Storage

log = logging.getLogger("baton.upkeep")

EVERY_SECONDS = 3600.0
# The first time soon after the start: a process that is started anew every half hour must forget as well.
FIRST_SECONDS = 30.0
# On SQLite every gesture waits for the one writer, so it forgets a little at a time.
BATCH = 1000
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
        """Forget which gestures were made so long ago that nobody can make them again."""
        before = self._clock.now() - KEPT
        for account in await self._storage.registry.accounts():
            forgotten = BATCH
            while forgotten == BATCH:
                forgotten = await self._storage.open(account).forget(before, BATCH)
                await asyncio.sleep(PAUSE_SECONDS)
