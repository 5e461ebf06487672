"""The worker: finds lanes that have something due, has them sent in, and sleeps until there is more."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.sending import LEASE, LONGEST_WAIT, STORAGE_PAUSE, Sender
from core.deliveries import Lease
from core.errors import StorageAway
from core.ids import new_id
from core.ports import Clock, Outgoing, Storage

log = logging.getLogger("baton.worker")

# Of each platform, so that one that is silent holds up no other. By their limits they take three calls a second in a
# workspace (Slack) to twenty-five (Teams), of a few hundred milliseconds each: this many carry that.
LANES_AT_ONCE = 8
# What another replica could not carry, or a wake-up that was missed, is found within so many seconds.
LONGEST_SLEEP = 5.0
# Under load every commit wakes us. One look finds what several of them owe, and with a long backlog it is not cheap.
BETWEEN_LOOKS = 0.05
BETWEEN_CALLS_FOR_HELP = 0.5
# A clock that is set back by less does no harm: every wait is only so much longer.
STEP = timedelta(seconds=2)
# Everything that is done between two signs of life has a time-out, and together they take less.
STUCK_SECONDS = 60.0


class Worker:
    """One per process. ``wake`` is set whenever something may be due; after ``stop``, ``run`` ends with the sends."""

    def __init__(self, storage: Storage, outgoing: Mapping[str, Outgoing], clock: Clock, wake: asyncio.Event) -> None:
        self._storage = storage
        self._outgoing = outgoing
        self._clock = clock
        self._wake = wake
        self._holder = new_id(clock.now())
        # By platform, account and lane.
        self._senders: dict[tuple[str, str, str], Sender] = {}
        # Leases on lanes that were being sent in already: taken up after that, or nobody would until they run out.
        self._again: dict[tuple[str, str, str], Lease] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._last_time = clock.now()
        # How far ahead a wait may lie; None when the records were held to it, as they are at the start.
        self._furthest: timedelta | None = LONGEST_WAIT
        self._looked_at = self._called_at = float("-inf")

    @property
    def stuck(self) -> bool:
        """Whether the worker, or one of its senders, has not moved for a minute."""
        moves = [self._looked_at, *(sender.moved_at for sender in self._senders.values())]
        return asyncio.get_running_loop().time() - min(moves) > STUCK_SECONDS

    async def run(self) -> None:
        """Work until ``stop``; ends early only by an error that nobody foresaw, which should end the process."""
        loop = asyncio.get_running_loop()
        self._looked_at = loop.time()
        while not self._stopping:
            self._wake.clear()
            began = loop.time()
            try:
                pause = await self._look()
                self._looked_at = loop.time()
            except StorageAway as away:
                log.warning("storage is away (%s); what is owed waits", away)
                pause = STORAGE_PAUSE
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(began + BETWEEN_LOOKS - loop.time())
        await asyncio.gather(*self._tasks)
        await self._hand_over()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping = True
        self._wake.set()

    async def _look(self) -> float:
        """Begin to send wherever something is due and there is room; answers for how many seconds nothing else is."""
        now = self._clock.now()
        await self._heed_the_clock(now)
        full = []
        for platform, way in self._outgoing.items():
            room = LANES_AT_ONCE - sum(name == platform for name, _, _ in self._senders)
            leases = await self._storage.lanes.lease(platform, self._holder, now, now + LEASE, room) if room else ()
            for lease in leases:
                self._begin(platform, way, lease)
            if len(leases) == room:
                full.append(platform)
        if full:
            await self._call_others(full)
        # A full platform is looked at again as soon as one of its senders is done.
        due = await self._storage.lanes.next_due_at([name for name in self._outgoing if name not in full], now)
        if due is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.01, (due - self._clock.now()).total_seconds()))

    def _begin(self, platform: str, way: Outgoing, lease: Lease) -> None:
        lane = (platform, lease.account, lease.lane)
        # A clock that was set forward makes the lease of a send under way look as if it had run out.
        if lane in self._senders:
            self._again[lane] = lease
            return
        sender = Sender(self._storage.open(lease.account), way, lease, self._clock, lambda: self._stopping)
        task = asyncio.create_task(sender.run())
        self._senders[lane] = sender
        self._tasks.add(task)

        def done(_: object) -> None:
            del self._senders[lane]
            self._tasks.discard(task)
            again = self._again.pop(lane, None)
            if again and not self._stopping:
                self._begin(platform, way, again)
            self._wake.set()

        task.add_done_callback(done)

    async def _heed_the_clock(self, now: datetime) -> None:
        """What lies further ahead than anything of ours was written by a clock that was wrong, or before it was set."""
        if now < self._last_time - STEP:
            log.warning("the clock was set back by %s: every wait ends now", self._last_time - now)
            self._furthest = timedelta()
        self._last_time = now
        if self._furthest is not None:
            for account in await self._storage.registry.accounts():
                await self._storage.open(account).clamp(now + LEASE, now + self._furthest)
            self._furthest = None

    async def _call_others(self, platforms: Sequence[str]) -> None:
        """Have other processes look, if there is more to do on these platforms than we have begun."""
        time, now = asyncio.get_running_loop().time(), self._clock.now()
        if time - self._called_at < BETWEEN_CALLS_FOR_HELP:
            return
        due = await self._storage.lanes.next_due_at(platforms, now)
        if due is not None and due <= now:
            self._called_at = time
            await self._storage.lanes.call_others()

    async def _hand_over(self) -> None:
        self._called_at = float("-inf")
        try:
            await self._call_others(tuple(self._outgoing))
        except StorageAway as away:
            log.info("storage is away (%s); the others find by themselves what is owed", away)
